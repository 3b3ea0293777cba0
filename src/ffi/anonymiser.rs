//! The anonymiser: what may leave of a record, under pseudonyms made with the secret of this host.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::guard::{guard, release};
use super::record::Record;
use super::status::{Fault, Status};
use super::text::{self, Str, Text};
use super::{lent, wanted};
use crate::anonymise::{Anonymised, Secret};
use crate::telemetry::{Host, state_dir};
use crate::{anonymise, source};

/// Length of a secret in bytes.
pub const SECRET_LEN: usize = 32;

/// Makes records anonymous. Nothing changes in it: threads may share it.
#[derive(Debug)]
pub struct Anonymiser(pub(super) Arc<anonymise::Anonymiser>);

impl Anonymiser {
    fn new(secret: Secret, host: &Host) -> Box<Self> {
        let anonymiser = anonymise::Anonymiser::new(secret, &host.identity).and_never(host.watched());
        Box::new(Self(Arc::new(anonymiser)))
    }
}

/// What may leave of `record`.
pub(super) fn anonymised(anonymiser: &anonymise::Anonymiser, record: &Record) -> Result<Anonymised, Fault> {
    let anonymised = anonymiser.anonymise_json(record.json().as_bytes());
    anonymised.ok_or_else(|| Fault::new(Status::NotARecord, "it is not the JSON of a record"))
}

/// The anonymiser of this host, with the secret in the folder of its state, which is made at the first use with mode 0600. NULL
/// stands for the program's: /var/lib/stone for root, $XDG_STATE_HOME/stone for others.
///
/// The caller owns it: stone_anonymiser_free.
///
/// # Safety
/// `state_folder` is NULL or a NUL-terminated path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_anonymiser_open(
    state_folder: *const c_char,
    out: Option<&mut MaybeUninit<Box<Anonymiser>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        // SAFETY: the caller promises it.
        let named = unsafe { text::some_path(state_folder, "state_folder") }?;
        let nowhere = |error| Fault::new(Status::NotFound, source::chain(&error));
        let folder = state_dir(named.as_deref()).map_err(nowhere)?;
        out.write(Anonymiser::new(Secret::load_or_create(&folder)?, &Host::this()));
        Ok(())
    })
}

/// The anonymiser of this host with a secret that the caller keeps: STONE_SECRET_LEN random bytes, the same on all hosts of a
/// cluster. Who knows it can tell whose a pseudonym is.
///
/// The caller owns it: stone_anonymiser_free.
///
/// # Safety
/// `secret` are STONE_SECRET_LEN bytes. They are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_anonymiser_new(
    secret: *const u8,
    out: Option<&mut MaybeUninit<Box<Anonymiser>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        // SAFETY: the caller promises it.
        let bytes = unsafe { text::slice(secret, SECRET_LEN, "secret") }?;
        let bytes = <[u8; SECRET_LEN]>::try_from(bytes).map_err(Fault::invalid)?;
        if bytes == [0; SECRET_LEN] {
            return Err(Fault::new(Status::Secret, "the secret is nothing but zeros"));
        }
        out.write(Anonymiser::new(Secret::from_bytes(bytes), &Host::this()));
        Ok(())
    })
}

/// The pseudonym of this host. The text lives as long as the anonymiser.
#[unsafe(no_mangle)]
pub extern "C" fn stone_anonymiser_host(
    anonymiser: Option<&Anonymiser>,
    out: Option<&mut MaybeUninit<Str>>,
) -> Status {
    guard(|| {
        wanted(out, "out")?.write(lent(anonymiser, "anonymiser")?.0.host().as_str().into());
        Ok(())
    })
}

/// What may leave of one record, as JSON. The caller owns the text: stone_text_free.
#[unsafe(no_mangle)]
pub extern "C" fn stone_anonymiser_apply(
    anonymiser: Option<&Anonymiser>,
    record: Option<&Record>,
    out: Option<&mut MaybeUninit<Box<Text>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        let anonymised = anonymised(&lent(anonymiser, "anonymiser")?.0, lent(record, "record")?)?;
        out.write(json(&anonymised)?);
        Ok(())
    })
}

/// Gives the anonymiser back. NULL is let pass. Reports that were begun with it go on.
#[unsafe(no_mangle)]
pub extern "C" fn stone_anonymiser_free(anonymiser: Option<Box<Anonymiser>>) {
    release(anonymiser);
}

/// `value` as the text of JSON.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Box<Text>, Fault> {
    let internal = |error: serde_json::Error| Fault::new(Status::Internal, source::chain(&error));
    serde_json::to_string(value).map(Text::new).map_err(internal)
}
