//! The pages are built by npm into `ui/build` and embedded. The folder is there from the start, so that the crate
//! compiles without them, and new pages rebuild it.

use std::path::Path;

fn main() -> std::io::Result<()> {
    std::fs::create_dir_all(Path::new("ui").join("build"))?;
    println!("cargo::rerun-if-changed=ui/build");
    Ok(())
}
