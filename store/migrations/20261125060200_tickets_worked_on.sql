-- Tickets that people work on: for a contact, by a technician, about any number of assets, with any number of transcripts.
alter table tickets
    drop constraint tickets_status,
    add column contact_id uuid references contacts,
    add column description text,
    add column assigned_to uuid references technicians,
    add column updated_at timestamptz not null default now();
update tickets
set status = case status when 'closed' then 'resolved' else status end,
    updated_at = created_at;
alter table tickets add constraint tickets_status check (status in ('open', 'in_progress', 'resolved'));

create table ticket_assets (
    ticket_id uuid not null references tickets,
    asset_id uuid not null references assets,
    primary key (ticket_id, asset_id)
);
create index ticket_assets_by_asset on ticket_assets (asset_id);

-- Chats whose transcripts belong to a ticket. A chat is not referenced: its row may come later, and it may be forgotten.
-- `is_told` says that the log has the fact that the ticket was made from the chat.
create table ticket_chats (
    ticket_id uuid not null references tickets,
    chat_id uuid not null,
    is_told boolean not null default false,
    primary key (ticket_id, chat_id)
);
create index ticket_chats_by_chat on ticket_chats (chat_id);

insert into ticket_assets (ticket_id, asset_id)
select ticket_id, asset_id from tickets where asset_id is not null;
insert into ticket_chats (ticket_id, chat_id, is_told)
select ticket_id, chat_id, true from tickets where chat_id is not null;
alter table tickets
    drop column asset_id,
    drop column chat_id;
