//! Feature `regenerate`: writes what bindgen makes of the installed headers to `OUT_DIR/bindings.rs`.
//!
//! It never writes into the tree; `tests/bindings.rs` compares, and copies when it is told to.

#[cfg(not(feature = "regenerate"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}

#[cfg(feature = "regenerate")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let file = std::path::PathBuf::from(std::env::var("OUT_DIR")?).join("bindings.rs");
    bindgen::builder()
        .header_contents("kernel.h", "#include <scsi/sg.h>\n#include <linux/nvme_ioctl.h>\n")
        .allowlist_type("sg_io_hdr")
        .allowlist_type("nvme_passthru_cmd(64)?")
        .allowlist_var("SG_IO|SG_DXFER_(NONE|TO_DEV|FROM_DEV)")
        .raw_line("// Output of bindgen, not written by hand: see lib.rs.")
        // The layout differs between 32 and 64 bits: tests/headers.rs checks it on the machine at hand.
        .layout_tests(false)
        .derive_default(false)
        .derive_debug(false)
        .disable_header_comment()
        .generate_comments(false)
        .use_core()
        .rust_target(bindgen::RustTarget::stable(88, 0).map_err(|error| error.to_string())?)
        .generate()?
        .write_to_file(file)?;
    Ok(())
}
