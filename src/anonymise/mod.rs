//! The only door to the outside: an allow-list over the key paths of a record, and keyed pseudonyms.
//!
//! Nothing of a disk leaves a host but what an [`Anonymiser`] lets pass. These are its rules; [`rows`] yields every
//! row of them, for a table or a schema.
//!
//! 1. **What is not allowed is left out.** A value is sent only if the policy has a row for its path, and if it is what
//!    the row expects: `true` or `false`, a whole number in a range, a text of a form. The rest is counted, not sent.
//! 2. **There is no free text.** A text is one of a closed set, or made of words of a fixed vocabulary, or fits a tight
//!    pattern: a model, a firmware revision, the name and the raw value of an attribute. The messages and the
//!    output of smartctl are not sent.
//! 3. **What identifies the disk is never sent**: serial number, WWN, EUI-64, NGUID, logical unit id, SAS addresses,
//!    the date and week of its assembly. What fits a pattern, and keys that are made of words, are also searched for
//!    them and for pieces of them, in whatever spelling and byte order, and numbers are compared with them; so are names
//!    and addresses of the host. Where something of an identifier cannot be searched for, no pattern passes.
//! 4. **Nor is what says where it is or whose**: host, device node, operating system, kernel, neighbours in a SAS domain,
//!    daemons, a password id its owner has set.
//! 5. **Nor where data lies on it**: logical block addresses. Nor bytes that only its vendor understands.
//! 6. **Time is rounded** down to the hour, in UTC; no time zone, no clock of the disk.
//! 7. **Hosts and disks have pseudonyms**, which need a secret to be made or linked: see [`Pseudonym`] and [`Secret`].
//!    The pseudonym of a disk stays the same when it is renamed, moved or read by another program, so that its
//!    history can be followed; that is what the report is for.
//!
//! What remains is a statistic of one disk: what it is, how old, how warm, how worn, and what went wrong.
//! A record is made by [`Anonymiser::anonymise`] only: [`Anonymised`] cannot be built otherwise. To anonymise twice
//! changes nothing.
//!
//! Numbers from 2^60 up are not sent: no disk counts so far, and WWNs lie there.
//!
//! Limits, said openly: a disk's counters may be so unusual that who knows them recognises the disk; and a text in
//! the place of a model name that looks like one, and is no identifier known of the disk or of the host, is sent.

mod account;
mod anonymiser;
pub mod cluster;
mod device_name;
mod document;
mod hex;
mod identity;
mod known;
mod needles;
mod policy;
mod pseudonym;
mod quotes;
mod read;
mod secret;
mod spelt_bytes;
mod tape;
#[cfg(test)]
mod tests;
mod walk;

pub use account::{Counters, Entry, Fate};
pub use anonymiser::{Anonymised, Anonymiser};
pub use device_name::DeviceName;
pub use identity::Identity;
pub use policy::{Class, PolicyRow, REPORT_VERSION, record_schema, rows, schema};
pub use pseudonym::Pseudonym;
pub use secret::{Secret, SecretError};
