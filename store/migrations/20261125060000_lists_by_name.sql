-- Contacts are listed by name across customers, too.
create index contacts_by_name on contacts (lower(name));

-- Which open chat an asset has. A message changes none of these columns, so the index costs nothing while people write.
create index chats_open_by_asset on chats (asset_id) where opened_seq is not null and closed_seq is null;
