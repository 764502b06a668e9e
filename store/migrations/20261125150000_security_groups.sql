-- What technicians may do comes from the groups that they belong to; of several, they have the rights of all. Rights are
-- words (store::rights), so that a new one needs no new column; a word that a process does not know gives nothing.
create table security_groups (
    security_group_id uuid primary key,
    name text not null,
    rights text[] not null,
    created_at timestamptz not null default now()
);
create unique index security_groups_by_name on security_groups (lower(name));

create table security_group_members (
    security_group_id uuid not null references security_groups on delete cascade,
    technician_id uuid not null references technicians on delete cascade,
    primary key (security_group_id, technician_id)
);
create index security_group_members_by_technician on security_group_members (technician_id);

-- Everybody keeps exactly what they could do. The first two groups are part of every installation and known by their ids.
insert into security_groups (security_group_id, name, rights)
values
    ('00000000-0000-7000-8000-000000000001', 'Administrators', array[
        'use_chat', 'see_all_chats', 'start_chats', 'reply', 'reassign_chats', 'close_chats', 'create_tickets',
        'read_archive', 'export_chats', 'manage_directory', 'manage_policies', 'manage_technicians',
        'manage_notifications', 'see_audit_log', 'operate'
    ]),
    ('00000000-0000-7000-8000-000000000002', 'Technicians', array[
        'use_chat', 'see_all_chats', 'start_chats', 'reply', 'reassign_chats', 'close_chats', 'create_tickets',
        'read_archive', 'export_chats', 'manage_directory', 'manage_policies'
    ]);
insert into security_groups (security_group_id, name, rights)
select '00000000-0000-7000-8000-000000000003', 'Technicians without chats',
       array['create_tickets', 'manage_directory', 'manage_policies']
where exists (select from technicians where not is_admin and not can_chat);
insert into security_groups (security_group_id, name, rights)
select '00000000-0000-7000-8000-000000000004', 'Administrators without chats',
       array['create_tickets', 'manage_directory', 'manage_policies', 'manage_technicians', 'manage_notifications',
             'see_audit_log', 'operate']
where exists (select from technicians where is_admin and not can_chat);
insert into security_group_members (security_group_id, technician_id)
select case
           when is_admin and can_chat then '00000000-0000-7000-8000-000000000001'
           when can_chat then '00000000-0000-7000-8000-000000000002'
           when not is_admin then '00000000-0000-7000-8000-000000000003'
           else '00000000-0000-7000-8000-000000000004'
       end::uuid,
       technician_id
from technicians;
alter table technicians
    drop column is_admin,
    drop column can_chat;

-- Every right of a technician, each once. Who has been disabled has theirs still; they have no session to use them in.
create function rights_of(of_technician uuid) returns text[]
language sql stable
return (
    select coalesce(array_agg(distinct allowed.word), '{}')
    from security_group_members m
    join security_groups g using (security_group_id)
    cross join unnest(g.rights) as allowed (word)
    where m.technician_id = of_technician
);

-- Whether a technician has a right and has not been disabled.
create function may(asked_technician uuid, asked_right text) returns boolean
language sql stable
return exists (
    select
    from technicians t
    join security_group_members m using (technician_id)
    join security_groups g using (security_group_id)
    where t.technician_id = asked_technician
      and t.disabled_at is null
      and asked_right = any(g.rights)
);
