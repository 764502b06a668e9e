-- What technicians are told of chats, and how. A rule that fires leaves a claim, a notice and one delivery per channel, all in one
-- transaction, so that whoever is killed before or after it has told nobody twice and nobody too little.

-- What a technician wants, where that is not the usual (store::notification_settings).
create table notification_settings (
    technician_id uuid not null references technicians,
    rule text not null,
    in_app boolean not null,
    email boolean not null,
    webhook boolean not null,
    minutes integer not null constraint notification_settings_minutes check (minutes between 1 and 1440),
    primary key (technician_id, rule)
);

-- Where a technician's webhook deliveries go. We sign with the secret, so it is kept as it is.
create table webhooks (
    technician_id uuid primary key references technicians,
    url text not null,
    format text not null constraint webhooks_format check (format in ('trayline', 'text')),
    secret text not null
);

-- About which fact of a chat a rule last fired for a technician. The primary key makes it fire once.
create table notification_claims (
    technician_id uuid not null references technicians,
    chat_id uuid not null,
    rule text not null,
    seq bigint not null,
    primary key (technician_id, chat_id, rule)
);
create index notification_claims_by_chat on notification_claims (chat_id);

-- That a rule fired, once for each time. `seq` is the fact that it is about, `decided_seq` the chat's last fact when it fired.
create table notices (
    notice_id uuid primary key,
    technician_id uuid not null references technicians,
    chat_id uuid not null,
    rule text not null,
    seq bigint not null,
    decided_seq bigint not null,
    in_app boolean not null,
    created_at timestamptz not null default now(),
    read_at timestamptz
);
create index notices_by_technician on notices (technician_id, notice_id desc) where in_app;
create index notices_by_chat on notices (chat_id, technician_id);

-- A notice on its way over one channel; without a notice, a test of the webhook. `position` is the order in which a target
-- gets them. Who works on one holds it until `leased_until`.
create table deliveries (
    delivery_id uuid primary key,
    position bigint not null generated always as identity,
    notice_id uuid references notices,
    technician_id uuid not null references technicians,
    channel text not null constraint deliveries_channel check (channel in ('in_app', 'email', 'webhook')),
    state text not null constraint deliveries_state check (state in ('pending', 'sent', 'failed', 'withdrawn')),
    attempts integer not null default 0,
    last_error text,
    created_at timestamptz not null default now(),
    next_attempt_at timestamptz not null default now(),
    leased_until timestamptz,
    ended_at timestamptz
);
create index deliveries_pending on deliveries (technician_id, channel, position) where state = 'pending';
create index deliveries_by_notice on deliveries (notice_id);
create index deliveries_by_position on deliveries (position desc);
