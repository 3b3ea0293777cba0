//! Which library this is.

use std::ffi::c_char;

/// Version of the ABI that the header describes. It grows when functions or numbers are added; what is there stays. A change
/// that breaks programs has a new SONAME instead.
pub const ABI_VERSION: u32 = 1;

/// Version of the ABI of the library that is loaded. A program that was built with a header of a later STONE_ABI_VERSION may
/// lack functions in it.
#[unsafe(no_mangle)]
pub extern "C" fn stone_abi_version() -> u32 {
    ABI_VERSION
}

/// Version of the library that is loaded, `0.1.0`, NUL-terminated. It lives as long as the library is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn stone_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
