-- Technicians see where they are signed in, and sign out one place or all others. A session ends when nothing was asked for too long
-- (`expires_at`, which moves on with use), and in any case at `ends_at`.
alter table sessions
    add session_id uuid not null default gen_random_uuid(),
    add ends_at timestamptz,
    add last_seen_at timestamptz,
    add user_agent text,
    add address text;
update sessions
set ends_at = expires_at,
    last_seen_at = created_at;
alter table sessions
    alter session_id drop default,
    alter ends_at set not null,
    alter last_seen_at set not null;
create unique index sessions_by_id on sessions (session_id);
