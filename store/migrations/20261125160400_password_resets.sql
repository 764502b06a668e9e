-- Whoever forgot their password gets a link by e-mail. Who sends it makes its token, so that the token itself is nowhere but in the
-- e-mail. What was asked for is a delivery like a notice, which is tried again and is logged as failed in the end.
create table password_resets (
    token_hash bytea primary key,
    technician_id uuid not null references technicians,
    expires_at timestamptz not null
);
create index password_resets_by_technician on password_resets (technician_id);
alter table deliveries add resets_password boolean not null default false;
