-- The businesses supported and the people there. Every other table hangs off them.
create table customers (
    customer_id uuid primary key,
    name text not null,
    created_at timestamptz not null default now()
);
create index customers_by_name on customers (lower(name));

create table contacts (
    contact_id uuid primary key,
    customer_id uuid not null references customers,
    name text not null,
    email text,
    phone text,
    created_at timestamptz not null default now()
);
create index contacts_by_customer on contacts (customer_id, lower(name));
