-- A device that sends too much is cut from the broker until it has paid. Whoever runs the installation must see which one it was: a
-- row per device and hour, written by every instance that saw it, in any order.
create table device_floods (
    asset_id uuid not null references assets on delete cascade,
    hour timestamptz not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    messages bigint not null,
    bytes bigint not null,
    primary key (asset_id, hour)
);
create index device_floods_by_last_at on device_floods (last_at);
