//! The bench: a real broker and a real database for every test.
