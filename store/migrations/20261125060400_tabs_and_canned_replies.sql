-- Whether the front has the tab "Chat", for everybody.
alter table installation add column chat_tab boolean not null default true;

-- What technicians say often, under a word that they type for it.
create table canned_replies (
    canned_reply_id uuid primary key,
    shortcut text not null,
    body text not null,
    created_at timestamptz not null default now()
);
create unique index canned_replies_by_shortcut on canned_replies (lower(shortcut));
