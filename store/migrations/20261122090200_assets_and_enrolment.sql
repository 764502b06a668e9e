-- Managed devices, and how they get in: an enrolment key is a secret for many devices, so only its hash is kept; a
-- device is known by the public half of a key that never leaves it.
create table assets (
    asset_id uuid primary key,
    customer_id uuid not null references customers,
    contact_id uuid references contacts,
    policy_id uuid references policies,
    name text not null,
    created_at timestamptz not null default now()
);
create index assets_by_customer on assets (customer_id, lower(name));
create index assets_by_contact on assets (contact_id);
create index assets_by_name on assets (lower(name));

create table enrolment_keys (
    enrolment_key_id uuid primary key,
    key_hash bytea not null,
    customer_id uuid not null references customers,
    policy_id uuid references policies,
    uses_left integer constraint enrolment_key_is_used_up check (uses_left >= 0),
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    constraint enrolment_keys_by_hash unique (key_hash)
);

create table device_credentials (
    public_key text primary key,
    asset_id uuid not null references assets,
    enrolment_key_id uuid references enrolment_keys,
    enrolled_at timestamptz not null default now(),
    revoked_at timestamptz
);
create index device_credentials_by_asset on device_credentials (asset_id);
