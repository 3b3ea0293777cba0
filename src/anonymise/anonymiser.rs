//! The anonymiser: a record goes in, what may leave comes out.

use std::fmt;

use serde::{Serialize, Serializer};

use super::account::{Account, Counters, Entry, Tally, Watch};
use super::known::Known;
use super::policy::Policy;
use super::tape::{Members, Tape};
use super::walk::Walk;
use super::{DeviceName, Identity, Pseudonym, Secret};
use crate::report::{Object, Record};

/// Turns records into what may leave this host.
pub struct Anonymiser {
    secret: Secret,
    host: Pseudonym,
    names: Vec<String>,
}

/// What may leave of one record. Only an [`Anonymiser`] makes it, so nothing else can be sent in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Anonymised {
    name: Option<DeviceName>,
    json: Vec<u8>,
    counters: Counters,
}

impl Anonymiser {
    /// For the host called `host`: its machine id, or its name. The name is never sent.
    pub fn new(secret: Secret, host: &str) -> Self {
        Self { host: Pseudonym::of_host(&secret, host), secret, names: vec![host.to_owned()] }
    }

    /// Also watches for these names (host names, for example): a text that holds one is not sent.
    #[must_use]
    pub fn and_never<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// The pseudonym of this host.
    pub fn host(&self) -> &Pseudonym {
        &self.host
    }

    /// The pseudonym of the disk that is `identity`. `None`: nothing tells it from others.
    pub fn pseudonym(&self, identity: &Identity) -> Option<Pseudonym> {
        Pseudonym::of_device(&self.secret, identity)
    }

    /// What may leave of `record`, under a name made of the identifiers in it.
    ///
    /// ```
    /// use stone_smart::anonymise::{Anonymiser, Secret};
    /// use stone_smart::report::Record;
    ///
    /// let anonymiser = Anonymiser::new(Secret::from_bytes([7; 32]), "a-host");
    /// let text = r#"{"model_name":"MADE UP 9000","serial_number":"S3CR3T","temperature":{"current":31}}"#;
    /// let sent = anonymiser.anonymise(&Record(serde_json::from_str(text)?));
    /// assert!(sent.record().at("temperature.current").is_some());
    /// assert!(sent.record().at("serial_number").is_none());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn anonymise(&self, record: &Record) -> Anonymised {
        self.anonymise_tape(None, &Tape::of(Policy::get(), &record.0))
    }

    /// What may leave of `record`, of the disk that is known to be `identity`: for records that do not say it
    /// themselves, since nothing could be read.
    pub fn anonymise_as(&self, identity: &Identity, record: &Record) -> Anonymised {
        self.anonymise_tape(Some(identity), &Tape::of(Policy::get(), &record.0))
    }

    /// What may leave of the record that is `json`. `None`: it is no JSON object.
    ///
    /// It is what [`anonymise`](Self::anonymise) makes of the record, but sooner: what cannot leave is not even looked at.
    pub fn anonymise_json(&self, json: &[u8]) -> Option<Anonymised> {
        Some(self.anonymise_tape(None, &Tape::read(Policy::get(), json)?))
    }

    /// The same, of the disk that is known to be `identity`.
    pub fn anonymise_json_as(&self, identity: &Identity, json: &[u8]) -> Option<Anonymised> {
        Some(self.anonymise_tape(Some(identity), &Tape::read(Policy::get(), json)?))
    }

    /// What becomes of each value of `record`, path by path. For its owner: paths may hold what the record holds.
    pub fn explain(&self, record: &Record) -> Vec<Entry> {
        let mut account = Account::default();
        let tape = Tape::of(Policy::get(), &record.0);
        self.walk(&Identity::of_members(tape.members()), tape.members(), &mut account);
        account.entries
    }

    /// What the secret of its pseudonyms is called: something else once that is replaced. It is for the spool, and in no report.
    pub fn names(&self) -> Pseudonym {
        Pseudonym::of_secret(&self.secret)
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    fn anonymise_tape(&self, identity: Option<&Identity>, tape: &Tape<'_>) -> Anonymised {
        let mut tally = Tally::default();
        let record = tape.members();
        let (name, json) = match identity {
            Some(identity) => self.walk(identity, record, &mut tally),
            None => self.walk(&Identity::of_members(record), record, &mut tally),
        };
        Anonymised { name, json, counters: tally.counters() }
    }

    fn walk<W: Watch>(
        &self,
        identity: &Identity,
        record: Members<'_>,
        watch: &mut W,
    ) -> (Option<DeviceName>, Vec<u8>) {
        let policy = Policy::get();
        let mut known = Known::of(policy, record, identity);
        self.names.iter().for_each(|name| known.add_name(name));
        let pseudonym = Pseudonym::of_device(&self.secret, identity);
        let name = pseudonym.map(|pseudonym| DeviceName::new(identity, &pseudonym, &known));
        (name, Walk::new(policy, &known, self.host.as_str(), watch).record(record))
    }
}

impl fmt::Debug for Anonymiser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Anonymiser").field("host", &self.host).finish_non_exhaustive()
    }
}

impl Anonymised {
    /// The name under which the disk is reported. `None`: nothing told it from other disks.
    pub fn name(&self) -> Option<&DeviceName> {
        self.name.as_ref()
    }

    /// What may leave, as compact JSON: the bytes that are sent.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// Does it name its host, by the pseudonym? No other pseudonym is in a record.
    pub fn names_host(&self) -> bool {
        self.counters.replaced > 0
    }

    /// The same as a tree.
    pub fn record(&self) -> Object {
        // It is JSON that the walk wrote.
        serde_json::from_slice(&self.json).unwrap_or_default()
    }

    /// What became of the values.
    pub fn counters(&self) -> Counters {
        self.counters
    }
}

impl Serialize for Anonymised {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record().serialize(serializer)
    }
}
