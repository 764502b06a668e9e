-- The users of the web front. A session's token is a secret, so only its hash is kept.
create table technicians (
    technician_id uuid primary key,
    name text not null,
    email text not null,
    password_hash text not null,
    is_admin boolean not null default false,
    disabled_at timestamptz,
    created_at timestamptz not null default now()
);
create unique index technicians_by_email on technicians (lower(email));

create table sessions (
    token_hash bytea primary key,
    technician_id uuid not null references technicians,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index sessions_by_technician on sessions (technician_id);
