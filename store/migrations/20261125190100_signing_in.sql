-- An administrator may demand an authenticator of everybody. Who comes by way of a provider may have shown it there, and has no password
-- here unless they take one.
alter table installation add second_factor_required boolean not null default false;
alter table technicians alter password_hash drop not null;
alter table sessions add second_factor_elsewhere boolean not null default false;

-- Whether a technician has to set up an authenticator before they do anything else.
create function lacks_second_factor(of_technician uuid, done_elsewhere boolean) returns boolean
language sql stable
return (
    select i.second_factor_required
       and not done_elsewhere
       and not exists (
           select
           from second_factors f
           where f.technician_id = of_technician
             and f.confirmed_at is not null
       )
    from installation i
);
