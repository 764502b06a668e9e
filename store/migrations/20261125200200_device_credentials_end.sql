-- How a device's credential ends: with its token, by another one that takes its place, or by somebody's will. Until the token
-- itself has expired, the broker must be told; the worker `revocation` does that, and notes when the broker had it.
alter table device_credentials
    -- the expiry of the newest token that was signed for it; none for those of before tokens expired
    add column expires_at timestamptz,
    -- from when on it is not good any more is `revoked_at`, which may lie ahead
    add column revoked_by uuid references technicians,
    add column end_reason text constraint device_credential_end_is_known
        check (end_reason in ('revoked', 'replaced', 'enrolled_again')),
    add column cut_at timestamptz,
    -- the credential in whose place it came
    add column replaces text references device_credentials,
    -- since when its holder is asked to take another one
    add column rotate_asked_at timestamptz;
update device_credentials
set end_reason = 'revoked'
where revoked_at is not null;
alter table device_credentials
    add constraint device_credential_ends_for_a_reason check ((revoked_at is null) = (end_reason is null));

create index device_credentials_ended on device_credentials (revoked_at) where revoked_at is not null;
create unique index device_credentials_replaced_once on device_credentials (replaces);

-- The program at the other end, as far as it says.
alter table device_connections
    add column agent_version text;
