-- Devices' connections to the broker: who is connected now, and who was last seen when and from where. The broker tells of
-- each connection as it comes and goes, but a server that is killed tells nothing, so what it says is compared with
-- its list of open connections now and then. Every column is a least or a greatest of what was said, so several workers
-- may write what they hear in any order and more than once, and get the same rows.
--
-- A connection is known by its server, whose id is new after every start, and its number there. Assets are not
-- referenced: the broker decides who is connected, and a restored backup may not know an asset yet.
create table device_connections (
    server_id text not null,
    client_id bigint not null,
    asset_id uuid not null,
    address inet,
    connected_at timestamptz not null,

    -- when the broker said that it ended
    disconnected_at timestamptz,

    -- when it was last not among the open connections, and when it was found there
    missing_at timestamptz,
    listed_at timestamptz,

    is_open boolean not null generated always as (
        disconnected_at is null and (missing_at is null or coalesce(listed_at > missing_at, false))
    ) stored,
    primary key (server_id, client_id)
);
create index device_connections_by_asset on device_connections (asset_id, is_open desc, connected_at desc);
create index device_connections_open on device_connections (server_id) where is_open;
