-- A machine that was set up anew comes in with another key pair. It is known by what its hardware says of itself, of which
-- the device sends a hash, and gets the asset that it had: within one customer a machine is one asset.
alter table assets
    add column machine_hash bytea;
create unique index assets_by_machine on assets (customer_id, machine_hash) where machine_hash is not null;
