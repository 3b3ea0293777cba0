//! Text across the border: what C gives, what it is lent, and what it owns.

use std::ffi::{CStr, OsStr, c_char};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr;

use super::guard::{guard, release};
use super::status::{Fault, Status};
use super::{lent, wanted};

/// Text that the library lends: `len` bytes of UTF-8 at `data`, without a NUL at their end. It is valid as long as the
/// handle it was taken from. Where there is none, `data` is NULL and `len` 0.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Str {
    /// The first byte, or NULL.
    pub data: *const c_char,
    /// Number of bytes.
    pub len: usize,
}

impl Str {
    pub(super) const NONE: Self = Self { data: ptr::null(), len: 0 };

    pub(super) fn some(text: Option<&str>) -> Self {
        text.map_or(Self::NONE, Self::from)
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), len: text.len() }
    }
}

/// Text that the caller owns, to be given back with stone_text_free. Threads may share it.
#[derive(Debug)]
pub struct Text(String);

impl Text {
    pub(super) fn new(text: String) -> Box<Self> {
        Box::new(Self(text))
    }
}

/// The text. It is valid until stone_text_free.
#[unsafe(no_mangle)]
pub extern "C" fn stone_text_str(text: Option<&Text>, out: Option<&mut MaybeUninit<Str>>) -> Status {
    guard(|| {
        let text = lent(text, "text")?;
        wanted(out, "out")?.write(text.0.as_str().into());
        Ok(())
    })
}

/// Gives the text back. NULL is let pass.
#[unsafe(no_mangle)]
pub extern "C" fn stone_text_free(text: Option<Box<Text>>) {
    release(text);
}

/// The bytes of a NUL-terminated string; `name` is the parameter's.
///
/// # Safety
/// `text` is NULL or a NUL-terminated string that stays as it is for `'a`.
unsafe fn bytes<'a>(text: *const c_char, name: &'static str) -> Result<&'a [u8], Fault> {
    if text.is_null() {
        return Err(Fault::null(name));
    }
    // SAFETY: it is not NULL, and the caller promises the rest.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A path that C gives.
///
/// # Safety
/// As [`bytes`].
pub(super) unsafe fn path<'a>(text: *const c_char, name: &'static str) -> Result<&'a Path, Fault> {
    // SAFETY: the caller promises it.
    let bytes = unsafe { bytes(text, name) }?;
    if bytes.is_empty() {
        return Err(Fault::invalid(format_args!("`{name}` is empty")));
    }
    Ok(Path::new(OsStr::from_bytes(bytes)))
}

/// The same where NULL stands for none.
///
/// # Safety
/// As [`bytes`].
pub(super) unsafe fn some_path(text: *const c_char, name: &'static str) -> Result<Option<PathBuf>, Fault> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller promises it.
    unsafe { path(text, name) }.map(|path| Some(path.to_owned()))
}

/// Text that C gives.
///
/// # Safety
/// As [`bytes`].
pub(super) unsafe fn word<'a>(text: *const c_char, name: &'static str) -> Result<&'a str, Fault> {
    // SAFETY: the caller promises it.
    let bytes = unsafe { bytes(text, name) }?;
    std::str::from_utf8(bytes).map_err(|_| Fault::invalid(format_args!("`{name}` is not UTF-8")))
}

/// `len` things of C's at `data`.
///
/// # Safety
/// `data` is NULL, or `len` of them are there and stay as they are for `'a`.
pub(super) unsafe fn slice<'a, T>(data: *const T, len: usize, name: &'static str) -> Result<&'a [T], Fault> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Fault::null(name));
    }
    if len > isize::MAX as usize / size_of::<T>().max(1) || !data.is_aligned() {
        return Err(Fault::invalid(format_args!("`{name}` cannot be so long, or lies at an odd address")));
    }
    // SAFETY: it is not NULL, aligned and no longer than memory, and the caller promises the rest.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}
