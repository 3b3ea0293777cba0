//! The collections: what each channel shares, and since which revision of the reports.
//!
//! | revision | what it brought |
//! |---|---|
//! | 3 | all there is: the reports of the first release, which share no more than those of the cluster's own module in its revision 3 do |
//!
//! Whatever makes a report tell more than it did gets a collection of its own, with [`REVISION`](super::REVISION) one higher. Who has agreed to an
//! earlier revision is asked again before anything is sent, and `stone telemetry diff` says what is new.

use super::options::Settings;

/// Something that is shared as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collection {
    /// Its name, which begins with that of its channel.
    pub name: &'static str,
    /// The channel that shares it.
    pub channel: &'static str,
    /// The revision that brought it.
    pub revision: u32,
    /// What it is.
    pub description: &'static str,
}

const COLLECTIONS: [Collection; 4] = [
    Collection {
        name: "basic_base",
        channel: "basic",
        revision: 3,
        description: "Sizes, versions, pools, placement, services and hosts in numbers; the names of changed options.",
    },
    Collection {
        name: "crash_base",
        channel: "crash",
        revision: 3,
        description: "Crashes of daemons: where in the program, of which version; no names, paths or addresses.",
    },
    Collection {
        name: "device_base",
        channel: "device",
        revision: 3,
        description: "The anonymous SMART data of disks.",
    },
    Collection {
        name: "ident_base",
        channel: "ident",
        revision: 3,
        description: "What you say about the cluster: description, contact, organization.",
    },
];

/// All of them, by name.
pub fn collections() -> &'static [Collection] {
    &COLLECTIONS
}

/// Those that came after the revision that was agreed to; all, while telemetry is off.
pub fn not_agreed_to(settings: &Settings) -> impl Iterator<Item = &'static Collection> {
    let agreed = settings.opt_in.as_ref().map_or(0, |opt_in| opt_in.revision);
    COLLECTIONS.iter().filter(move |collection| collection.revision > agreed)
}

#[cfg(test)]
mod tests {
    use super::super::options::{OptIn, spec};
    use super::super::{LICENSE, REVISION};
    use super::*;

    #[test]
    fn each_collection_belongs_to_a_channel_and_the_newest_makes_the_revision() {
        for collection in collections() {
            assert!(spec(&format!("channel_{}", collection.channel)).is_ok(), "{collection:?}");
            assert!(collection.name.starts_with(collection.channel), "{collection:?}");
        }
        assert_eq!(collections().iter().map(|collection| collection.revision).max(), Some(REVISION));
    }

    #[test]
    fn what_came_later_was_not_agreed_to() {
        let agreed = |revision| {
            let mut settings = Settings::default();
            settings.opt_in = Some(OptIn { revision, license: LICENSE.into(), time: 0 });
            settings
        };
        assert_eq!(not_agreed_to(&agreed(REVISION)).count(), 0);
        let newest = collections().iter().filter(|collection| collection.revision == REVISION).count();
        assert_eq!(not_agreed_to(&agreed(REVISION - 1)).count(), newest);
        assert_eq!(not_agreed_to(&Settings::default()).count(), collections().len());
    }
}
