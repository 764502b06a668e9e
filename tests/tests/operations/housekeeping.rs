//! Housekeeping: its jobs, and who of several instances does them.

mod chats;
mod claims;
mod deliveries;
mod erasures;
mod idle;
mod notices;
mod process;
mod retention;
mod timers;
mod upkeep;
