//! Stories end to end, with our own programs as real processes.

mod device;
mod estate;
mod kill_everything;
mod technician;
mod thousand_waiting;
