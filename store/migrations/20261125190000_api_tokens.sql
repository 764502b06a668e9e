-- An integration acts as a technician by a token of its own, which does what its scopes and the technician's rights both allow, ends by
-- itself, and is revoked alone. The token is a secret, so only its hash is kept. Who revokes one removes its row; the audit log keeps
-- that it was there. Scopes are the words of rights (store::rights).
create table api_tokens (
    api_token_id uuid primary key,
    token_hash bytea not null unique,
    technician_id uuid not null references technicians,
    name text not null,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_at timestamptz,
    last_address text
);
create index api_tokens_by_technician on api_tokens (technician_id);
