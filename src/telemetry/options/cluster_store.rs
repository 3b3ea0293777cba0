//! The settings of a cluster, in its own store: every host sees one truth.
//!
//! Options that the cluster's telemetry module has as well lie in its own, `mgr/telemetry/NAME` of `ceph config`: what an
//! operator has chosen there holds for both. What the cluster does not take there (an option or a character it does
//! not know) and what should not stand in its lists and logs (a proxy with a password) lies in `config-key`, under
//! `stone/telemetry/`, as do opt-in, secret and notes. The module's own opt-in (`enabled`, `last_opt_revision`) and
//! its identifiers are neither read nor written: its opt-in is none to us, whoever set it.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use super::settings::{OptIn, Settings};
use super::store::{Note, Store, StoreError};
use super::table::{Kind, Spec, specs};
use super::value::Setting;
use crate::anonymise::Secret;
use crate::channel::ProxyAddress;
use crate::telemetry::cluster::{Cluster, ClusterError};

/// What stands before the names of our keys.
const KEYS: &str = "stone/telemetry/";
/// Whose options they are.
const WHO: &str = "mgr";
/// What the cluster says of an option that it does not have.
const UNKNOWN_OPTION: &str = "unrecognized config option";

/// Keeps settings in a cluster, by its own command.
#[derive(Debug, Clone)]
pub struct ClusterStore {
    cluster: Cluster,
    settle: Duration,
}

/// What the cluster has of ours.
struct Content {
    /// Of `config dump`, by the names of options.
    options: BTreeMap<&'static str, String>,
    /// Of `config-key dump`, by what follows [`KEYS`].
    keys: BTreeMap<String, String>,
}

impl ClusterStore {
    /// How long a claim has to stand: who takes longer to claim does not have it.
    pub const SETTLE: Duration = Duration::from_secs(5);

    /// In this cluster. `settle` is [`ClusterStore::SETTLE`], and the same for all who share the store.
    pub fn new(cluster: Cluster, settle: Duration) -> Self {
        Self { cluster, settle }
    }

    fn content(&self) -> Result<Content, StoreError> {
        thread::scope(|scope| {
            let keys = scope.spawn(|| self.keys(""));
            let options = self.options()?;
            let keys = keys.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            Ok(Content { options, keys })
        })
    }

    fn options(&self) -> Result<BTreeMap<&'static str, String>, StoreError> {
        let dump = self.cluster.one(["config", "dump"])?;
        let entries = || dump.as_array().into_iter().flatten();
        // What is set for managers wins over what is set for all.
        let of = |section: &'static str| {
            entries().filter(move |entry| entry["section"] == section && entry["mask"] == "").filter_map(
                |entry| {
                    let name = entry["name"].as_str()?;
                    let spec = by_hand().find(|spec| spec.full_name() == name)?;
                    let value = entry["value"].as_str().filter(|value| !value.is_empty())?;
                    Some((spec.name, value.to_owned()))
                },
            )
        };
        Ok(of("global").chain(of(WHO)).collect())
    }

    /// The keys that begin with `prefix`.
    fn keys(&self, prefix: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let dump = self.cluster.one(["config-key", "dump", &format!("{KEYS}{prefix}")])?;
        let entries = dump.as_object().into_iter().flatten();
        let ours = entries.filter_map(|(key, value)| {
            Some((key.strip_prefix(KEYS)?.to_owned(), value.as_str().unwrap_or_default().to_owned()))
        });
        Ok(ours.collect())
    }

    fn key(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.keys(key)?.remove(key))
    }

    /// By standard input: arguments are seen by every user of the host.
    fn put_key(&self, key: &str, text: &str) -> Result<(), StoreError> {
        Ok(self.cluster.tell(["config-key", "set", &format!("{KEYS}{key}"), "-i", "-"], Some(text))?)
    }

    fn remove_key(&self, key: &str) -> Result<(), StoreError> {
        Ok(self.cluster.tell(["config-key", "rm", &format!("{KEYS}{key}")], None)?)
    }

    /// The store has no compare-and-swap: whoever finds `was` writes, waits, and has it if it still stands.
    ///
    /// The monitors order reads and writes. Let two write in the place of the same `was`, the second after the first has
    /// looked again (before, only the second finds what it wrote). The first looked `settle` after it had written, and
    /// the second wrote within `settle` of finding `was`: so it found `was` after the first had written, which cannot
    /// be, for what is written is written once. This takes clocks of the same pace, not of the same time, and one `settle`
    /// for both: it is that of `was`, which both have found.
    fn claim(&self, key: &str, was: Option<&str>, text: &str) -> Result<bool, StoreError> {
        let settle = self.settle.max(was.map_or(Duration::ZERO, settle_in));
        let start = Instant::now();
        if self.key(key)?.as_deref() != was {
            return Ok(false);
        }
        self.put_key(key, text)?;
        if start.elapsed() >= settle {
            return Ok(false);
        }
        thread::sleep(settle);
        Ok(self.key(key)?.as_deref() == Some(text))
    }

    fn set(&self, content: &Content, spec: &Spec, setting: &Setting) -> Result<(), StoreError> {
        let (name, text, key) = (spec.full_name(), setting.to_string(), option_key(spec));
        if is_for_all_to_see(spec, &text) {
            match self.cluster.tell(["config", "set", WHO, &name, &text], None) {
                Ok(()) if content.keys.contains_key(&key) => return self.remove_key(&key),
                Err(ClusterError::Refused { complaint, .. }) if complaint.contains(UNKNOWN_OPTION) => {}
                done => return Ok(done?),
            }
        }
        self.put_key(&key, &for_key(&text))?;
        if content.options.contains_key(spec.name) {
            self.cluster.tell(["config", "rm", WHO, &name], None)?;
        }
        Ok(())
    }

    fn remove(&self, content: &Content, spec: &Spec) -> Result<(), StoreError> {
        if content.options.contains_key(spec.name) {
            self.cluster.tell(["config", "rm", WHO, &spec.full_name()], None)?;
        }
        let key = option_key(spec);
        if content.keys.contains_key(&key) { self.remove_key(&key) } else { Ok(()) }
    }
}

impl Content {
    /// Options as they are, right or wrong.
    fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        for spec in by_hand() {
            // An option of the cluster is newer than the key: who sets the key removes the option.
            let key = || self.keys.get(&option_key(spec)).map(|text| in_key(text));
            if let Some(text) = self.options.get(spec.name).cloned().or_else(key) {
                settings.set_raw(spec, text);
            }
        }
        // What is damaged names no licence, which is wrong.
        let damaged = OptIn { revision: 0, license: String::new(), time: 0 };
        settings.opt_in = self.keys.get(OPT_IN).map(|text| serde_json::from_str(text).unwrap_or(damaged));
        settings
    }
}

/// How long claims in the place of this text have, as it says. More than an hour was not written by us.
fn settle_in(text: &str) -> Duration {
    let note: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    Duration::from_secs(note["settle"].as_u64().unwrap_or_default().min(3600))
}

const OPT_IN: &str = "opt-in";
const SECRET: &str = "secret";

fn option_key(spec: &Spec) -> String {
    format!("option/{}", spec.name)
}

fn note_key(note: Note) -> String {
    format!("note/{}", note.name())
}

/// The options that are set by hand.
fn by_hand() -> impl Iterator<Item = &'static Spec> {
    specs().iter().filter(|spec| !matches!(spec.kind, Kind::Command(_)))
}

/// Whether the cluster's options can hold it: printable ASCII that is not taken for an option of the command. They are shown
/// to everybody, so no password.
fn is_for_all_to_see(spec: &Spec, text: &str) -> bool {
    let has_password = spec.kind == Kind::Proxy
        && ProxyAddress::parse(text).map_or(true, |proxy| proxy.credentials().is_some());
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    printable && !text.starts_with('-') && !has_password
}

/// A value as a key holds it: a JSON string in ASCII, for the cluster does not list keys with other bytes.
fn for_key(text: &str) -> String {
    let escaped = |char: char| match char {
        ' '..='~' => char.to_string(),
        other => other.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    serde_json::Value::from(text).to_string().chars().map(escaped).collect()
}

/// The value that a key holds; what is no JSON string is taken as it is.
fn in_key(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
}

impl Store for ClusterStore {
    fn load(&self) -> Result<Settings, StoreError> {
        let (settings, wrong) = self.look()?;
        wrong.into_iter().next().map_or(Ok(settings), Err)
    }

    fn look(&self) -> Result<(Settings, Vec<StoreError>), StoreError> {
        let mut settings = self.content()?.settings();
        let mut all_wrong = Vec::new();
        while let Some(wrong) = settings.first_wrong() {
            let Some(spec) = by_hand().find(|spec| spec.name == wrong) else {
                return Err(StoreError::Key { key: format!("{KEYS}{OPT_IN}") });
            };
            all_wrong.push(StoreError::Option { name: spec.name, expected: spec.kind.values() });
            settings.remove_raw(spec);
        }
        Ok((settings, all_wrong))
    }

    /// Each option that differs is a command of its own, so others may see some of several changes. The opt-in comes first:
    /// whatever fails after it, telemetry that was switched off is off.
    fn change(&self, change: &mut dyn FnMut(&mut Settings)) -> Result<(), StoreError> {
        let content = self.content()?;
        let old = content.settings();
        let mut new = old.clone();
        change(&mut new);
        if new.opt_in != old.opt_in {
            match &new.opt_in {
                Some(opt_in) => self.put_key(OPT_IN, &serde_json::json!(opt_in).to_string())?,
                None => self.remove_key(OPT_IN)?,
            }
        }
        for spec in by_hand() {
            match (old.raw(spec.name), new.raw(spec.name)) {
                (old, new) if old == new => {}
                (_, Some(setting)) => self.set(&content, spec, setting)?,
                (_, None) => self.remove(&content, spec)?,
            }
        }
        Ok(())
    }

    fn secret(&self) -> Result<Secret, StoreError> {
        let damaged = || StoreError::Key { key: format!("{KEYS}{SECRET}") };
        if let Some(text) = self.key(SECRET)? {
            return Secret::from_text(&text).ok_or_else(damaged);
        }
        self.claim(SECRET, None, &Secret::new_text()?)?;
        // Ours, or that of who came first.
        let text = self.key(SECRET)?.ok_or_else(damaged)?;
        Secret::from_text(&text).ok_or_else(damaged)
    }

    fn rotate_secret(&self) -> Result<(), StoreError> {
        self.put_key(SECRET, &Secret::new_text()?)
    }

    fn note(&self, note: Note) -> Result<Option<String>, StoreError> {
        self.key(&note_key(note))
    }

    fn put_note(&self, note: Note, text: &str) -> Result<(), StoreError> {
        self.put_key(&note_key(note), text)
    }

    fn claim_note(&self, note: Note, was: Option<&str>, text: &str) -> Result<bool, StoreError> {
        self.claim(&note_key(note), was, text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_holds_any_text_in_ascii(text in "\\PC{0,60}") {
            let held = for_key(&text);
            prop_assert!(held.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{held}");
            prop_assert_eq!(in_key(&held), text);
        }
    }

    #[test]
    fn what_all_may_see_is_plain_and_holds_no_password() {
        let spec = |name| super::super::table::spec(name).unwrap();
        for (name, text, seen) in [
            ("contact", "Ada <ada@example.com>", true),
            ("contact", "--force", false),
            ("contact", "Größe", false),
            ("proxy", "http://10.0.0.1:1", true),
            ("proxy", "http://me:s3cret@10.0.0.1:1", false),
            ("proxy", "no proxy", false),
        ] {
            assert_eq!(is_for_all_to_see(spec(name), text), seen, "{text}");
        }
    }
}
