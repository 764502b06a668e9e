-- A part of a text is found by its trigrams. To index a message takes several times as long as to store it, so it is done
-- afterwards, by a job of housekeeping: whoever stores messages notes which ones, a row for each batch. What is not
-- indexed yet is searched one by one.
create table message_texts (
    chat_id uuid not null,
    message_id uuid not null,
    -- in lower case
    body text not null,
    primary key (chat_id, message_id)
);
create index message_texts_by_part on message_texts using gin (body gin_trgm_ops);

create table texts_to_index (
    batch bigint generated always as identity primary key,
    -- how many they are
    messages integer not null,
    chat_ids uuid[] not null,
    message_ids uuid[] not null
);
insert into texts_to_index (messages, chat_ids, message_ids)
select count(*), array_agg(chat_id), array_agg(message_id)
from (select chat_id, message_id, row_number() over (order by seq) / 500 as batch from messages) numbered
group by batch
order by batch;
