//! Stories end to end, with our own programs as real processes.

mod command_line;
mod device;
mod estate;
mod installed;
mod kill_everything;
mod proxy;
mod technician;
mod thousand_waiting;
mod windows;
