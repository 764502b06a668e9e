-- Whoever reaches the front of a new installation first must not become its administrator: that takes a code which only those see who
-- run it. Each process that starts makes one of its own; all of them end with the first technician.
create table setup_codes (
    code_hash bytea primary key,
    made_at timestamptz not null default now()
);
