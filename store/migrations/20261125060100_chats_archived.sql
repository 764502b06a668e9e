-- The archive goes from the chat that ended last to the one that ended first. Messages change none of these columns.
create index chats_archived on chats (closed_seq desc) where opened_seq is not null and closed_seq is not null;
