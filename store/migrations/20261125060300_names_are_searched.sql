-- A part of a name is found by its trigrams. The extension comes with Postgres (in some distributions in a package of its
-- own, "contrib"), and whoever may create in the database may install it. Names change seldom and are searched at every
-- keystroke, so new ones go right into the index.
create extension if not exists pg_trgm;
create index customers_by_part_of_name on customers using gin (lower(name) gin_trgm_ops) with (fastupdate = off);
create index contacts_by_part_of_name on contacts using gin (lower(name) gin_trgm_ops) with (fastupdate = off);
create index contacts_by_part_of_email on contacts using gin (lower(email) gin_trgm_ops) with (fastupdate = off);
create index assets_by_part_of_name on assets using gin (lower(name) gin_trgm_ops) with (fastupdate = off);
