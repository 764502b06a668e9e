//! The tray agent: broker link, outbox and conversation, apart from any window.
