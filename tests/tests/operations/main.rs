//! What an operator sees and does, by the command line on real processes, and housekeeping.

mod audit;
mod dead_letters;
mod housekeeping;
mod installation;
mod secrets;
mod workers;
