//! The agent on a real broker, with real workers.

mod chat_window;
mod command_line;
mod credentials;
mod delivery;
mod desktop;
mod device;
mod ending;
mod reaching;
mod running;
mod screen;
mod sessions;
mod tls;
mod tray;
mod troubles;
mod ways;
mod window;
