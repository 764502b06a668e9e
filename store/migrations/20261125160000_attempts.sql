-- Guessing a password must be slow, whichever web process is asked, so attempts are counted here. Of whom or from where is kept as a
-- hash: what somebody types into the wrong field is nobody's business.
create table attempts (
    kind text not null,
    subject_hash bytea not null,
    attempts integer not null,
    began_at timestamptz not null,
    primary key (kind, subject_hash)
);
create index attempts_by_began_at on attempts (began_at);
