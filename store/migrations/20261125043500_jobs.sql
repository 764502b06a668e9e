-- What is done from time to time: who claimed each job last, when, and what came of it. One row per job, so that to claim
-- one is a single statement, and the database's clock decides between instances whose own clocks differ.
create table jobs (
    name text primary key,
    claimed_by uuid not null,
    started_at timestamptz not null,
    -- null while it runs, or when who ran it was killed
    finished_at timestamptz,
    -- what the last run that ended has done, or why it failed
    outcome jsonb,
    error text
);
