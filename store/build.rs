//! A new migration must rebuild this crate, which carries them.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
