-- Technicians sign in by way of an OpenID provider. It knows people by a subject that never changes, while addresses do and are given to
-- others, so an address decides once, when the subject is first seen. A technician has one subject of a provider: the next person with
-- their address does not become them.
create table provider_identities (
    issuer text not null,
    subject text not null,
    technician_id uuid not null references technicians,
    linked_at timestamptz not null default now(),
    primary key (issuer, subject)
);
create unique index provider_identities_by_technician on provider_identities (technician_id, issuer);

-- Somebody is at the provider. What comes back must be what we asked for, and in the browser that we sent there.
create table provider_sign_ins (
    browser_hash bytea primary key,
    state_hash bytea not null,
    nonce text not null,
    code_verifier text not null,
    expires_at timestamptz not null
);
create index provider_sign_ins_by_expires_at on provider_sign_ins (expires_at);

-- The provider has said who it is, and a code of their authenticator is still missing.
create table provider_sign_ins_waiting (
    browser_hash bytea primary key,
    technician_id uuid not null references technicians,
    expires_at timestamptz not null
);
create index provider_sign_ins_waiting_by_expires_at on provider_sign_ins_waiting (expires_at);
