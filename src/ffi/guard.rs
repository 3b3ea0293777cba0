//! The border: a panic ends here, and why a call failed is kept for the thread that made it.

use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use super::status::{Fault, Status};

thread_local! {
    /// Why the last call of this thread that failed did so. `None`: none has failed.
    static LAST: RefCell<Option<CString>> = const { RefCell::new(None) };
}

/// Does the work of a function that C calls.
pub(super) fn guard(work: impl FnOnce() -> Result<(), Fault>) -> Status {
    let end = catch_unwind(AssertUnwindSafe(work));
    let end = end.unwrap_or_else(|_| {
        Err(Fault::new(Status::Internal, "the call failed inside the library; please report this"))
    });
    match end {
        Ok(()) => Status::Ok,
        Err(fault) => {
            remember(&fault.words);
            fault.status
        }
    }
}

/// The same where the outcome is no failure: the end of an iteration, or a value that is not there.
pub(super) fn tell(work: impl FnOnce() -> Result<Status, Fault>) -> Status {
    let mut told = Status::Ok;
    let status = guard(|| {
        told = work()?;
        Ok(())
    });
    if status == Status::Ok { told } else { status }
}

/// Lets go of what the caller gives back. Nothing is kept of a panic: there is nobody to tell.
pub(super) fn release<T>(handle: Option<Box<T>>) {
    _ = catch_unwind(AssertUnwindSafe(|| drop(handle)));
}

fn remember(words: &str) {
    // Where a thread ends, its last error may have gone before it.
    _ = LAST.try_with(|last| *last.borrow_mut() = CString::new(words.replace('\0', " ")).ok());
}

/// Why the last call of this thread that failed did so: what failed and all its causes, in English, NUL-terminated. NULL if
/// none has failed yet. It is valid until another call of this thread fails, or the thread ends.
///
/// Only what is wrong counts: not STONE_STATUS_END, STONE_STATUS_TIMEOUT, STONE_STATUS_ABSENT and STONE_STATUS_WRONG_TYPE.
/// Why a disk could not be read is in its result. No message holds a serial number.
#[unsafe(no_mangle)]
pub extern "C" fn stone_last_error() -> *const c_char {
    let words = LAST.try_with(|last| last.borrow().as_ref().map_or(ptr::null(), |words| words.as_ptr()));
    words.unwrap_or(ptr::null())
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    fn last() -> Option<String> {
        let words = stone_last_error();
        // SAFETY: it is NULL, or NUL-terminated and valid until the next failure of this thread.
        (!words.is_null()).then(|| unsafe { CStr::from_ptr(words) }.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_panic_becomes_a_status() {
        assert_eq!(guard(|| panic!("as it is asked to")), Status::Internal);
        assert!(last().unwrap().contains("report"));
    }

    #[test]
    fn the_last_error_is_that_of_this_thread_and_outlives_what_goes_well() {
        assert_eq!(last(), None);
        assert_eq!(guard(|| Err(Fault::invalid("a\0b"))), Status::InvalidArgument);
        assert_eq!(tell(|| Ok(Status::End)), Status::End);
        assert_eq!(last().as_deref(), Some("a b"));
        std::thread::spawn(|| assert_eq!(last(), None)).join().unwrap();
    }
}
