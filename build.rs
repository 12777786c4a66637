//! Makes the declarations for C and other languages, and tells the linker what a shared library needs.
//!
//! The declarations go to `OUT_DIR`; with `ERPTOKEN_WRITE_INCLUDE=1` to `include/` too. A test compares the two.

#[path = "build/declarations.rs"]
mod declarations;

use std::{env, path::Path};

fn main() -> declarations::Outcome<()> {
    for read in ["build.rs", "build", "src/abi", "cbindgen.toml"] {
        println!("cargo:rerun-if-changed={read}");
    }
    println!("cargo:rerun-if-env-changed=ERPTOKEN_WRITE_INCLUDE");
    declarations::write(Path::new(&env::var("CARGO_MANIFEST_DIR")?))?;

    if env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        // A thread of ours may run, and a fork hook points into the library: it stays loaded.
        for argument in ["-Wl,-soname,liberptoken.so.1", "-Wl,-z,nodelete", "-Wl,-z,relro,-z,now"] {
            println!("cargo:rustc-cdylib-link-arg={argument}");
        }
    }
    Ok(())
}
