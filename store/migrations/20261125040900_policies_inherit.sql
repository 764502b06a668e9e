-- Policies inherit: what a policy leaves unset comes from the next farther level. Nearest first: the asset's own policy, that
-- of its group, that of its customer, and the one of the whole installation.
--
-- A setting that is unset is null (menu) or absent (live_chat). A menu that was stored before is still one: the fields of its
-- entries that it does not name are unset.
alter table policies
    alter column menu drop not null,
    add column live_chat jsonb not null default '{}';

create table asset_groups (
    asset_group_id uuid primary key,
    -- The business whose devices it takes; those of any when null.
    customer_id uuid references customers,
    name text not null,
    policy_id uuid references policies,
    created_at timestamptz not null default now()
);
create index asset_groups_by_name on asset_groups (lower(name));
create index asset_groups_by_policy on asset_groups (policy_id);

alter table assets add column asset_group_id uuid references asset_groups;
create index assets_by_group on assets (asset_group_id, asset_id);
create index assets_by_policy on assets (policy_id, asset_id);

alter table customers add column policy_id uuid references policies;
create index customers_by_policy on customers (policy_id);

-- What there is once. Its policy is where everything that nobody else sets comes from, so there always is one; its menu is what
-- devices without a policy have had so far, under the same entry.
create table installation (
    is_installed boolean primary key default true constraint installation_has_one_row check (is_installed),
    global_policy_id uuid not null references policies
);
insert into policies (policy_id, name, menu)
values (
    '019aac00-0000-7000-8000-000000000002',
    'Everyone',
    '[{"type": "live_chat", "entry_id": "019aac00-0000-7000-8000-000000000001", "title": "Chat with IT"}]'
);
insert into installation (global_policy_id)
values ('019aac00-0000-7000-8000-000000000002');
