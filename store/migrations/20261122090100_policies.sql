-- Settings for assets. The menu is the wire's own type (broker-config `Menu`), because it is read and written whole.
create table policies (
    policy_id uuid primary key,
    name text not null,
    menu jsonb not null,
    created_at timestamptz not null default now()
);
