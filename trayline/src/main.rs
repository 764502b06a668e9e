//! The operator's one binary: up, web, work, migrate, broker, admin, doctor.

fn main() {}
