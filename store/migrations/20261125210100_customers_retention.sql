-- After how many months the chats of a customer's assets are forgotten once they have ended: 0 for never, and what the installation's
-- configuration says when null.
alter table customers
    add column retention_months integer constraint customers_retention check (retention_months between 0 and 1200);
