-- Who did what, when and from where. Nothing here is ever changed: the triggers refuse it to everybody, also to the owner
-- of the table, and so to the role that the application uses, whatever else that role may do. Rows name no table: what they
-- are about may be gone.
create table audit_log (
    audit_id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    action text not null,
    technician_id uuid,
    actor text not null,
    address inet,
    subject_kind text,
    subject_id text,
    details jsonb not null default '{}'
);
create index audit_log_by_technician on audit_log (technician_id, audit_id);
create index audit_log_by_subject on audit_log (subject_id, audit_id);
create index audit_log_by_action on audit_log (action, audit_id);

create function refuse_change_of_audit_log() returns trigger
language plpgsql
as $$
begin
    raise exception 'the audit log is never changed' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_log_is_append_only
before update or delete or truncate on audit_log
for each statement execute function refuse_change_of_audit_log();
revoke update, delete, truncate on audit_log from public;
do $$
begin
    execute format('revoke update, delete, truncate on audit_log from %I', current_user);
end
$$;
