//! The history as a whole: rounds, pruning, several users, damage, versions.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use super::schema::{self, Found};
use super::*;
use crate::object;
use crate::report::Record;

const DAY: i64 = 86_400;
const NOW: Stamp = Stamp(1_795_362_062);

fn disk(serial: &str) -> Device {
    Device {
        device_id: format!("ST1_{serial}"),
        name: "sda".into(),
        identifiers: Identifiers { serial: Some(serial.into()), ..Identifiers::default() },
        ..Device::default()
    }
}

fn record(count: i64) -> Record {
    Record(object! { "model_name" => "ST1", "power_cycle_count" => count })
}

/// Stores a sample of each disk, taken at `at`.
fn put(history: &mut History, disks: &[&str], at: Stamp) -> Result<usize, HistoryError> {
    let devices: Vec<Device> = disks.iter().map(|serial| disk(serial)).collect();
    let record = record(at.0);
    let round: Vec<Sample<'_>> =
        devices.iter().map(|device| Sample { device, stamp: at, wear: Some(3), record: &record }).collect();
    history.put(&round, at, History::RETENTION)
}

fn all(history: &History) -> Vec<Taken> {
    history.taken(Stamp(i64::MIN), Stamp(i64::MAX)).unwrap()
}

#[test]
fn samples_come_back_as_they_were_and_strange_serials_are_only_text() {
    let dir = tempfile::tempdir().unwrap();
    let mut history = History::open(dir.path()).unwrap();
    let serials = ["1", "0000", "e", "\"", "'); DROP TABLE sample; --", "a_b c", "\u{fffd}", ""];
    put(&mut history, &serials, NOW).unwrap();
    put(&mut history, &["1"], Stamp(NOW.0 + 1)).unwrap();
    let devices = history.devices().unwrap();
    assert_eq!(devices.len(), serials.len());
    for serial in serials {
        let known = history.device(&format!("ST1_{serial}")).unwrap().unwrap();
        assert_eq!(known.device, disk(serial));
        let taken = history.taken_of(known.number).unwrap();
        assert_eq!(taken.len(), if serial == "1" { 2 } else { 1 });
        assert_eq!(taken[0].wear, Some(3));
        assert_eq!(history.record(&taken[0]).unwrap(), Some(record(NOW.0)));
    }
    assert_eq!(history.device("ST1_2").unwrap(), None);
    assert_eq!(history.taken(NOW, Stamp(NOW.0 + 1)).unwrap().len(), 1, "later than the first bound");
    assert_eq!(history.taken(Stamp(NOW.0 - 1), NOW).unwrap().len(), serials.len());
}

#[test]
fn what_a_round_does_not_say_of_a_disk_stays_known() {
    let dir = tempfile::tempdir().unwrap();
    let mut history = History::open(dir.path()).unwrap();
    put(&mut history, &["A"], NOW).unwrap();
    let moved = Device {
        identifiers: Identifiers::default(),
        name: "sdb".into(),
        daemons: vec!["osd.3".into()],
        ..disk("A")
    };
    let sample = Sample { device: &moved, stamp: Stamp(NOW.0 + 1), wear: None, record: &record(1) };
    history.put(&[sample], NOW, History::RETENTION).unwrap();
    let known = history.device("ST1_A").unwrap().unwrap().device;
    assert_eq!((known.name.as_str(), known.identifiers.serial.as_deref()), ("sdb", Some("A")));
    assert_eq!(known.daemons, ["osd.3"]);
}

#[test]
fn old_samples_go_and_a_clock_that_jumps_takes_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut history = History::open(dir.path()).unwrap();
    for day in 0..10 {
        put(&mut history, &["A", "B"], Stamp(NOW.0 + day * DAY)).unwrap();
    }
    for round in 0..20 {
        let removed = put(&mut history, &["A"], Stamp(NOW.0 + (400 + round) * DAY)).unwrap();
        assert_eq!(removed, 0, "the clock jumped by a year, and stays there for a while");
    }
    assert_eq!(put(&mut history, &["A", "B"], Stamp(NOW.0 + 10 * DAY)).unwrap(), 0, "it is right again");
    // From now on time really passes.
    let removed: Vec<usize> =
        (11..=190).map(|day| put(&mut history, &["A"], Stamp(NOW.0 + day * DAY)).unwrap()).collect();
    assert_eq!(removed[..170], [0; 170]);
    assert_eq!(removed[170..], [2; 10], "a day of the first ten each day");
    let of_b = history.device("ST1_B").unwrap().unwrap();
    assert_eq!(history.taken_of(of_b.number).unwrap().len(), 1);
    put(&mut history, &["A"], Stamp(NOW.0 + 191 * DAY)).unwrap();
    assert_eq!(history.devices().unwrap().len(), 1, "a disk without samples is forgotten");
    let removed = history.put(&[], Stamp(NOW.0 + 191 * DAY), Duration::from_secs(1)).unwrap();
    assert_eq!((removed, all(&history).len()), (180, 21), "the last one, and those of the future");
}

#[test]
fn a_host_that_was_off_or_reads_seldom_keeps_its_samples_for_longer() {
    let dir = tempfile::tempdir().unwrap();
    let mut history = History::open(dir.path()).unwrap();
    let removed: Vec<usize> =
        (0..30).map(|month| put(&mut history, &["A"], Stamp(NOW.0 + month * 30 * DAY)).unwrap()).collect();
    // Of each month a week counts: 180 days are 25 of them and five days.
    assert_eq!((removed.iter().sum::<usize>(), all(&history).len()), (4, 26));
}

#[test]
fn all_files_are_closed_to_others_whatever_the_umask() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("a/state");
    let mut history = History::open(&dir).unwrap();
    put(&mut history, &["A"], NOW).unwrap();
    let names: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap()).collect();
    assert!(names.len() >= 4, "{names:?}");
    for entry in names {
        assert_eq!(entry.metadata().unwrap().mode() & 0o777, 0o600, "{entry:?}");
    }
    assert_eq!(fs::metadata(&dir).unwrap().mode() & 0o777, 0o700);
    drop(history);
    fs::set_permissions(dir.join("history.db"), fs::Permissions::from_mode(0o644)).unwrap();
    let error = History::open(&dir).unwrap_err();
    assert!(error.to_string().contains("chmod 600"), "{error}");
}

#[test]
fn nothing_is_made_where_there_is_no_history() {
    let dir = tempfile::tempdir().unwrap();
    assert!(History::find(dir.path()).unwrap().is_none());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    assert!(History::find(&dir.path().join("missing")).unwrap().is_none());
}

#[test]
fn many_at_once_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..6 {
            let dir = dir.path();
            scope.spawn(move || {
                for round in 0..5 {
                    let mut history = History::open(dir).unwrap();
                    put(&mut history, &["A", "B"], Stamp(NOW.0 + writer * 100 + round)).unwrap();
                }
            });
        }
    });
    assert_eq!(all(&History::open(dir.path()).unwrap()).len(), 6 * 5 * 2);
}

/// Overwrites the middle of the database: a page of samples, not the header.
fn damage(dir: &Path) {
    let path = dir.join("history.db");
    let mut bytes = fs::read(&path).unwrap();
    let (begin, end) = (bytes.len() / 4, bytes.len() * 3 / 4);
    bytes[begin..end].fill(0xa5);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_database_is_set_aside_and_a_new_one_begun() {
    type Harm = fn(&Path);
    let harms: [Harm; 3] = [
        damage,
        |dir| {
            fs::write(
                dir.join("history.db"),
                b"this is no database, but it was long enough to be one".repeat(90),
            )
            .unwrap()
        },
        |dir| fs::OpenOptions::new().write(true).open(dir.join("history.db")).unwrap().set_len(9000).unwrap(),
    ];
    for harm in harms {
        let dir = tempfile::tempdir().unwrap();
        let mut history = History::open(dir.path()).unwrap();
        for day in 0..20 {
            put(&mut history, &["A", "B", "C"], Stamp(NOW.0 + day * DAY)).unwrap();
        }
        drop(history);
        harm(dir.path());
        let mut history = History::open(dir.path()).unwrap();
        let aside = history.set_aside().expect("set aside").to_owned();
        assert!(aside.exists());
        put(&mut history, &["A"], NOW).unwrap();
        assert_eq!(all(&history).len(), 1);
        drop(history);
        assert!(History::open(dir.path()).unwrap().set_aside().is_none(), "once is enough");
    }
}

#[test]
fn a_damaged_database_is_not_touched_while_somebody_uses_it() {
    let dir = tempfile::tempdir().unwrap();
    drop(History::open(dir.path()).unwrap());
    let user = super::lock::take(
        &dir.path().join("history.lock"),
        nix::fcntl::FlockArg::LockSharedNonblock,
        Duration::ZERO,
    );
    assert!(user.unwrap().is_some());
    let alone = super::lock::take(
        &dir.path().join("history.lock"),
        nix::fcntl::FlockArg::LockExclusiveNonblock,
        Duration::from_millis(30),
    );
    assert!(alone.unwrap().is_some(), "the user has gone");
}

#[test]
fn a_newer_or_foreign_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let history = History::open(dir.path()).unwrap();
    history.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(history);
    let error = History::open(dir.path()).unwrap_err();
    assert!(matches!(error, HistoryError::Newer { version: 99, .. }), "{error}");
    let foreign = tempfile::tempdir().unwrap();
    let path = foreign.path().join("history.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(History::open(foreign.path()), Err(HistoryError::Foreign { .. })));
}

#[test]
fn an_older_database_is_brought_up_step_by_step() {
    const NEXT: &str = "ALTER TABLE device ADD COLUMN note TEXT; UPDATE device SET note = 'moved'";
    let dir = tempfile::tempdir().unwrap();
    let mut history = History::open(dir.path()).unwrap();
    put(&mut history, &["A"], NOW).unwrap();
    let steps = [schema::STEPS, &[NEXT]].concat();
    assert_eq!(schema::migrate(&mut history.connection, &steps).unwrap(), Found::Ready);
    assert_eq!(schema::migrate(&mut history.connection, &steps).unwrap(), Found::Ready);
    let note: String = history.connection.query_row("SELECT note FROM device", [], |row| row.get(0)).unwrap();
    assert_eq!((note.as_str(), all(&history).len()), ("moved", 1));
    assert_eq!(schema::migrate(&mut history.connection, schema::STEPS).unwrap(), Found::Newer(steps.len()));
    let broken = [schema::STEPS, &[NEXT, "CREATE TABLE half (x); THIS IS NO SQL"]].concat();
    assert!(schema::migrate(&mut history.connection, &broken).is_err());
    let halves: i64 = history
        .connection
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'half'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(halves, 0, "a step is done whole or not at all");
}

#[test]
fn no_error_and_no_debug_text_tells_a_serial_number() {
    let dir = tempfile::tempdir().unwrap();
    let mut history = History::open(dir.path()).unwrap();
    put(&mut history, &["Z9CANARY"], NOW).unwrap();
    let known = history.device("ST1_Z9CANARY").unwrap().unwrap();
    let sample = Sample { device: &known.device, stamp: NOW, wear: None, record: &record(1) };
    assert!(!format!("{history:?} {known:?} {:?}", sample.device).contains("CANARY"));
    history.connection.execute_batch("DROP TABLE sample").unwrap();
    let error = history.put(&[sample], NOW, History::RETENTION).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("CANARY"), "{error:?}");
}
