-- Administrators look at enrolment keys after they made them: so a key has a name, says who made it and who took it back,
-- and counts the devices that it let in instead of the ones that are left.
alter table enrolment_keys
    add column name text not null default '',
    add column uses integer constraint enrolment_key_is_for_some check (uses > 0),
    add column used integer not null default 0,
    -- whether a machine that is an asset of the customer already may come in again, as that asset
    add column lets_in_again boolean not null default true,
    add column made_by uuid references technicians,
    add column revoked_by uuid references technicians;

update enrolment_keys k
set used = (select count(*) from device_credentials c where c.enrolment_key_id = k.enrolment_key_id);
-- A key without a use left that let nobody in was never good for anything: it stays so.
update enrolment_keys
set uses = greatest(uses_left + used, 1),
    used = case when uses_left = 0 then greatest(used, 1) else used end
where uses_left is not null;

alter table enrolment_keys
    drop column uses_left,
    add constraint enrolment_key_is_used_up check (used >= 0 and (uses is null or used <= uses));
