-- Whoever wants to, or must, signs in with a code of their authenticator beside the password. A code is good once: `last_step` is the
-- half minute of the last one that was used. The secret cannot be a hash, since codes are made from it.
create table second_factors (
    technician_id uuid primary key references technicians,
    secret bytea not null,
    confirmed_at timestamptz,
    last_step bigint not null default 0
);
create table recovery_codes (
    technician_id uuid not null references technicians,
    code_hash bytea not null,
    primary key (technician_id, code_hash)
);
