-- Which technician was pinged for which chat, and up to where. One ping per unread chat: the next one is due only once
-- the technician has read up to the message of the last one. A row whose `sent_at` is null is a ping that was decided
-- on and may not have been sent: the worker may have been killed in between, and whoever takes over sends it.
create table pings (
    chat_id uuid not null,
    technician_id uuid not null,
    seq bigint not null,
    -- how far the technician had read when it was decided on
    read_upto bigint not null,
    sent_at timestamptz,
    primary key (chat_id, technician_id)
);
