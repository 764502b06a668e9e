//! The rules, each on a real broker and a real database.

mod assignment;
mod desk;
mod hostile;
mod killed;
mod mail;
mod mail_server;
mod notification;
mod notification_killed;
mod overdue;
mod password_reset;
mod ping;
mod postman;
mod receiver;
mod scene;
mod unavailable;
mod untold;
