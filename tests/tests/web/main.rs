//! The web front on a real broker and a real database: every route, and the live socket.

mod account;
mod archive;
mod chats;
mod configuration;
mod desk;
mod devices;
mod estate;
mod import;
mod live;
mod live_absences;
mod menus_told;
mod messages;
mod notifications;
mod pages;
mod pings;
mod policies;
mod presence;
mod refusals;
mod rights;
mod search;
mod session;
mod setup;
mod socket;
mod system;
mod tabs_and_canned_replies;
mod tickets;
