-- Tickets, numbered for people.
create table tickets (
    ticket_id uuid primary key,
    number bigint not null generated always as identity (start with 1001),
    customer_id uuid not null references customers,
    asset_id uuid references assets,
    chat_id uuid,
    subject text not null,
    status text not null default 'open' constraint tickets_status check (status in ('open', 'closed')),
    created_at timestamptz not null default now(),
    constraint tickets_by_number unique (number)
);
create index tickets_by_customer on tickets (customer_id, number desc);
