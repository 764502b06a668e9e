-- Who asks to be forgotten is forgotten: a person at a customer, or a whole customer. What was asked for is kept here, without a name,
-- and a job of housekeeping works on it in batches until nothing is left, however often it is killed in between.
create table erasures (
    erasure_id uuid primary key,
    -- Whose. Rows stay when what they are about is gone.
    contact_id uuid,
    customer_id uuid,
    requested_at timestamptz not null default now(),
    -- The last sequence of the log at that time: a chat that begins later is not part of it.
    upto_seq bigint not null,
    -- How many chats were erased so far.
    chats bigint not null default 0,
    finished_at timestamptz,
    constraint erasures_are_about_one check (num_nonnulls(contact_id, customer_id) = 1)
);
create index erasures_unfinished on erasures (requested_at) where finished_at is null;
create index erasures_by_contact on erasures (contact_id, requested_at);
create index erasures_by_customer on erasures (customer_id, requested_at);

-- The devices whose chats are theirs, as it was when it was asked for.
create table erasure_assets (
    erasure_id uuid not null references erasures,
    asset_id uuid not null,
    primary key (erasure_id, asset_id)
);

-- A chat that was erased keeps its row: when it was, whose it was by id, and who had it. So it still counts, and by `erased_at` whoever
-- gets a late fact of it knows to write nothing. `erased_upto` is the last fact of it that is known; the log has been purged of all up to
-- `purged_upto`, and is due to be again while the two differ.
alter table chats
    add column erased_at timestamptz,
    add column erased_upto bigint,
    add column purged_upto bigint;
create index chats_to_purge on chats (chat_id)
where erased_at is not null and purged_upto is distinct from erased_upto;
