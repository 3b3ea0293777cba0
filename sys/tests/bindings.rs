//! Is the committed `src/bindings.rs` what bindgen makes of this machine's headers? With `STONE_BLESS=1`: make it so.
#![cfg(feature = "regenerate")]

use std::path::Path;

#[test]
fn committed_bindings_are_those_of_the_headers() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bindings.rs");
    let made = include_str!(concat!(env!("OUT_DIR"), "/bindings.rs"));
    if std::env::var_os("STONE_BLESS").is_some() {
        std::fs::write(&committed, made).unwrap();
    }
    let kept = std::fs::read_to_string(&committed).unwrap();
    assert!(
        kept == made,
        "src/bindings.rs differs from bindgen's output: see src/lib.rs on how to make it anew"
    );
}
