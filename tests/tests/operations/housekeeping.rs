//! Housekeeping: its jobs, and who of several instances does them.

mod chats;
mod claims;
mod deliveries;
mod idle;
mod notices;
mod process;
mod timers;
mod upkeep;
