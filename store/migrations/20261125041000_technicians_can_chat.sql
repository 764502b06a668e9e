-- Whether a technician sees and answers chats. Everybody could so far.
alter table technicians add column can_chat boolean not null default true;
