//! The chat window of a device.
//!
//! A process of its own: the resident agent starts `trayline-chat` and speaks with it over its stdin and stdout
//! ([`agent::window`]). [`shown`], [`rows`] and [`links`] hold all that is decided; [`View`] maps them to the markup in `ui/`,
//! and [`session`] connects it with the pipes.

pub mod links;
pub mod rows;
pub mod session;
pub mod shown;
mod view;

pub use markup::ChatWindow;
pub use view::View;

/// What Slint makes of `ui/`.
#[expect(missing_docs, clippy::unwrap_used, clippy::todo, reason = "generated")]
mod markup {
    slint::include_modules!();
}
