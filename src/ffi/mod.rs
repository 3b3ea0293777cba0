//! The C ABI: opaque handles, out-parameters and status numbers over the layers below. `include/stone_smart.h` is made of it.
//!
//! Ownership is in the types, so that nearly all of it is safe code: `Option<Box<T>>` is what the caller gives back, `Option<&T>`
//! what it lends, and both are a pointer that may be NULL. `unsafe` is left to strings ([`text`]) and callbacks.
//!
//! *Invariant:* no panic crosses the border ([`guard`]), nothing here ends the process, writes to its standard streams or
//! touches its signal handlers. *Invariant:* nothing waits longer than its caller says. *Invariant:* the number of a [`Status`] or of a choice is never used again.
#![allow(unsafe_code, reason = "C is on the other side")]

pub mod anonymiser;
pub mod device;
pub mod devices;
mod gathering;
pub mod guard;
mod occupied;
pub mod options;
mod program;
mod reader;
pub mod record;
pub mod report;
pub mod result;
pub mod round;
pub mod status;
pub mod text;
pub mod value;
pub mod version;

use std::mem::MaybeUninit;

use status::Fault;

/// What the caller lends; `name` is the parameter's.
fn lent<'a, T>(handle: Option<&'a T>, name: &'static str) -> Result<&'a T, Fault> {
    handle.ok_or(Fault::null(name))
}

/// The place for a result that the caller must want. It need not hold anything yet.
fn wanted<'a, T>(
    out: Option<&'a mut MaybeUninit<T>>,
    name: &'static str,
) -> Result<&'a mut MaybeUninit<T>, Fault> {
    out.ok_or(Fault::null(name))
}

/// Puts `value` where the caller wants it; it may not.
fn put<T>(out: Option<&mut MaybeUninit<T>>, value: T) {
    if let Some(out) = out {
        out.write(value);
    }
}

/// The handles that threads may share, as the header promises.
const _: fn() = || {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<anonymiser::Anonymiser>();
    is_shared::<devices::Devices>();
    is_shared::<options::Options>();
    is_shared::<record::Record>();
    is_shared::<report::Report>();
    is_shared::<result::Outcome>();
    is_shared::<round::Round>();
    is_shared::<text::Text>();
};
