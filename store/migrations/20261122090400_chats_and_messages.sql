-- What the log says, for queries. Every column of a chat is a least, a greatest or a latest-by-sequence of facts, so
-- facts may be applied in any order, in any batches, and more than once, and give the same rows. A row may exist
-- before its `opened` was applied (opened_seq is null then); such a chat is not shown yet.
--
-- Technicians are not referenced: the log decides, and a fact that names a technician whom a restored backup does not
-- know must not stop the projection. Messages and read marks do not reference their chat: the projection adds the chat's
-- row first, in the same transaction, so to check it again for every message would be work for nothing.
create table chats (
    chat_id uuid primary key,
    asset_id uuid not null references assets,

    -- the first `opened`
    opened_seq bigint,
    opened_at timestamptz,
    opened_by jsonb,
    entry_id uuid,

    -- the first `closed`
    closed_seq bigint,
    closed_at timestamptz,
    closed_by jsonb,

    -- the last `assigned`
    assigned_seq bigint,
    assigned_at timestamptz,
    assigned_to uuid,
    assigned_name text,
    assigned_by jsonb,

    -- the last `ticketed`
    ticketed_seq bigint,
    ticket_id uuid,
    ticket_number bigint,

    -- the last `opened` or `said` (a new chat is active before anybody speaks), and the last `said` of each side; 0 for
    -- none. Notes do not count.
    last_seq bigint not null default 0,
    last_at timestamptz,
    last_client_seq bigint not null default 0,
    last_technician_seq bigint not null default 0,

    -- how far the client has read, and the fact that first said so
    client_read_upto bigint not null default 0,
    client_read_seq bigint not null default 0,
    client_read_at timestamptz
);
create index chats_open_by_activity on chats (last_seq desc, chat_id) where opened_seq is not null and closed_seq is null;
create index chats_by_asset on chats (asset_id, opened_seq desc);

-- Messages and internal notes. A message is known by its sender's id, so a repeated one is the same row; of repeats the
-- one that came first on the log counts.
create table messages (
    chat_id uuid not null,
    message_id uuid not null,
    seq bigint not null,
    at timestamptz not null,
    written_at timestamptz not null,
    kind text not null constraint messages_kind check (kind in ('client', 'technician', 'system', 'note')),
    author jsonb not null,
    body text not null,
    primary key (chat_id, message_id)
);
create index messages_by_seq on messages (chat_id, seq);

-- How far each technician has read, and the fact that first said so.
create table reads (
    chat_id uuid not null,
    technician_id uuid not null,
    upto bigint not null,
    seq bigint not null,
    at timestamptz not null,
    primary key (chat_id, technician_id)
);
