//! The database: its schema and every SQL statement.
