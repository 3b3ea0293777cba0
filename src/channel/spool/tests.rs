//! The spool with a courier that does as it is told, and a clock that jumps.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use super::entry::Entry;
use super::ledger::End;
use super::*;
use crate::anonymise::{Pseudonym, Secret};
use crate::channel::{Courier, DeliveryError, Key};

const NOW: i64 = 1_795_362_829;

/// Answers with these statuses, one after another, then with 200.
#[derive(Default)]
struct Told {
    statuses: RefCell<Vec<u16>>,
    retry_after: Option<Duration>,
    got: RefCell<Vec<(Key, Vec<u8>)>>,
}

impl Told {
    fn to(statuses: &[u16]) -> Self {
        Self { statuses: statuses.iter().rev().copied().collect::<Vec<_>>().into(), ..Self::default() }
    }

    fn bodies(&self) -> Vec<String> {
        self.got.borrow().iter().map(|(_, body)| String::from_utf8(body.clone()).unwrap()).collect()
    }
}

impl Courier for Told {
    fn put(&self, parcel: &Parcel<'_>, known: &mut Known) -> Result<(), DeliveryError> {
        let mut body = Vec::new();
        parcel.body().unwrap().read_to_end(&mut body).unwrap();
        assert_eq!(body.len() as u64, parcel.bytes());
        self.got.borrow_mut().push((parcel.key().clone(), body));
        known.gzip.insert("endpoint".into());
        match self.statuses.borrow_mut().pop().unwrap_or(200) {
            200 => Ok(()),
            status => Err(DeliveryError::Status {
                to: "endpoint".into(),
                status,
                said: String::new(),
                retry_after: self.retry_after,
            }),
        }
    }
}

fn spool(limits: Limits) -> (tempfile::TempDir, Spool) {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(&folder.path().join("state"), limits);
    (folder, spool)
}

fn add(spool: &Spool, now: i64, body: &str) -> Key {
    spool.add(now, |out| out.write_all(body.as_bytes())).unwrap().0
}

fn deliver(spool: &Spool, courier: &Told, which: Which, now: i64) -> Round {
    spool.deliver(courier, which, &|| now, &|| true).unwrap()
}

fn reports(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.path().join("state/spool")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "report")).collect()
}

#[test]
fn a_report_waits_whole_and_leaves_when_it_is_acknowledged() {
    let (folder, spool) = spool(Limits::default());
    assert_eq!(spool.overview().unwrap().waiting, 0);
    assert!(!folder.path().join("state").exists(), "to look makes nothing");
    let key = add(&spool, NOW, r#"{"a":{}}"#);
    let overview = spool.overview().unwrap();
    assert_eq!((overview.waiting, overview.waiting_bytes, overview.oldest), (1, 8, Some(NOW)));
    let courier = Told::default();
    let round = deliver(&spool, &courier, Which::Due, NOW + 1);
    assert_eq!(round.delivered, std::slice::from_ref(&key));
    assert_eq!(*courier.got.borrow(), [(key.clone(), br#"{"a":{}}"#.to_vec())]);
    assert!(reports(&folder).is_empty());
    let overview = spool.overview().unwrap();
    assert_eq!((overview.delivered, overview.last_delivery, overview.waiting), (1, Some(NOW + 1), 0));
    assert!(overview.known.gzip.contains("endpoint"));
    assert_eq!(spool.was_delivered(&key).unwrap(), Some(true));
    assert!(deliver(&spool, &courier, Which::All, NOW).delivered.is_empty());
}

#[test]
fn what_fails_waits_for_its_time_whatever_the_clock_does() {
    let (_folder, spool) = spool(Limits::default());
    let key = add(&spool, NOW, "one");
    let courier = Told::to(&[503, 503]);
    let round = deliver(&spool, &courier, Which::Due, NOW);
    assert!(round.failure.is_some_and(|failure| failure.contains("503")));
    let next = spool.overview().unwrap().next_attempt.unwrap();
    assert!((NOW + 30..=NOW + 60).contains(&next), "{next}");
    deliver(&spool, &courier, Which::Due, NOW + 20);
    assert_eq!(courier.got.borrow().len(), 1, "it is not its time yet");
    // A person asks, and it fails again: twice the pause.
    deliver(&spool, &courier, Which::All, NOW + 20);
    assert!((NOW + 80..=NOW + 140).contains(&spool.overview().unwrap().next_attempt.unwrap()));
    // The clock goes back by ten years: it is not waited for.
    let long_ago = NOW - 315_360_000;
    assert_eq!(deliver(&spool, &courier, Which::Due, long_ago).delivered, [key]);
    let overview = spool.overview().unwrap();
    assert_eq!((overview.last_failure, overview.last_delivery), (None, Some(long_ago)));
}

#[test]
fn the_endpoint_is_not_asked_before_it_wants_to_be() {
    let (_folder, spool) = spool(Limits::default());
    add(&spool, NOW, "one");
    let courier = Told { retry_after: Some(Duration::from_secs(7200)), ..Told::to(&[429]) };
    deliver(&spool, &courier, Which::Due, NOW);
    assert!((NOW + 7200..=NOW + 9000).contains(&spool.overview().unwrap().next_attempt.unwrap()));
}

#[test]
fn only_what_the_endpoint_refuses_twice_at_different_times_is_given_up() {
    const HOUR: i64 = 3600;
    for status in [400, 411, 413, 415, 422] {
        let (folder, spool) = spool(Limits::default());
        let key = add(&spool, NOW, "one");
        let other = add(&spool, NOW + 1, "two");
        let courier = Told::to(&[status]);
        let round = deliver(&spool, &courier, Which::Due, NOW + 1);
        assert!(round.failure.is_some() && round.given_up.is_empty(), "{round:?}");
        assert_eq!(courier.got.borrow().len(), 1, "what refuses one may refuse all: the other waits");
        assert_eq!(
            deliver(&spool, &courier, Which::Due, NOW + 2).delivered,
            [other],
            "it goes on in the next round"
        );
        let soon = deliver(&spool, &Told::to(&[status]), Which::All, NOW + 60);
        assert!(soon.failure.is_some() && soon.given_up.is_empty(), "it may have the same cause");
        let round = deliver(&spool, &Told::to(&[status]), Which::All, NOW + 1 + HOUR);
        assert!(matches!(&round.given_up[..], [(gone, Reason::Refused, _)] if *gone == key), "{round:?}");
        assert_eq!(spool.overview().unwrap().given_up.get(&Reason::Refused), Some(&1));
        assert_eq!(spool.was_delivered(&key).unwrap(), Some(false));
        assert!(reports(&folder).is_empty());
    }
    for status in [302, 401, 403, 404, 405, 407, 408, 409, 425, 429, 500, 502, 503, 504, 599] {
        let (folder, spool) = spool(Limits::default());
        add(&spool, NOW, "one");
        let round = deliver(&spool, &Told::to(&[status]), Which::Due, NOW);
        assert!(round.failure.is_some() && round.given_up.is_empty(), "{status}");
        assert_eq!(reports(&folder).len(), 1);
    }
}

#[test]
fn what_a_wrong_proxy_refuses_goes_out_when_it_is_set_right() {
    const HOUR: i64 = 3600;
    let (_folder, spool) = spool(Limits::default());
    for number in 0..3 {
        add(&spool, NOW + number, "x");
    }
    for round in 0..3 {
        deliver(&spool, &Told::to(&[413, 413, 413]), Which::All, NOW + 9 + round * 2 * HOUR);
    }
    assert_eq!(deliver(&spool, &Told::default(), Which::All, NOW + 9 * HOUR).delivered.len(), 3);
}

#[test]
fn a_report_that_is_never_taken_does_not_stand_in_the_way() {
    let (_folder, spool) = spool(Limits::default());
    let bad = add(&spool, NOW, "poison");
    deliver(&spool, &Told::to(&[500]), Which::All, NOW);
    let good = add(&spool, NOW + 9, "good");
    let round = deliver(&spool, &Told::to(&[200, 500]), Which::All, NOW + 10);
    assert_eq!(round.delivered, [good]);
    assert_eq!(spool.was_delivered(&bad).unwrap(), None, "it still waits");
}

#[test]
fn age_alone_gives_nothing_up() {
    let day = Duration::from_secs(86_400);
    let (_folder, spool) = spool(Limits { age: day, ..Limits::default() });
    let late = NOW + 10 * 365 * 86_400;
    add(&spool, NOW, "one");
    assert_eq!(deliver(&spool, &Told::default(), Which::Due, late).delivered.len(), 1);
    add(&spool, NOW, "two");
    let fails = |now: i64| deliver(&spool, &Told::to(&[503]), Which::All, now).given_up;
    assert!(fails(late).is_empty(), "old, but it has failed once");
    // The clock jumps, back and forth.
    assert!(fails(NOW).is_empty());
    assert_eq!(spool.withdraw(NOW).unwrap(), 1);
    // Made by a clock of the future.
    add(&spool, late, "three");
    assert!(fails(NOW).is_empty());
}

#[test]
fn what_fails_for_too_long_is_given_up_and_a_clock_that_jumps_is_no_time_that_passed() {
    const HOUR: i64 = 3600;
    let (_folder, spool) = spool(Limits::default());
    for number in 0..3 {
        add(&spool, NOW + number, "x");
    }
    let fails = |now: i64| deliver(&spool, &Told::to(&[503]), Which::All, now).given_up;
    for number in 0..3 {
        assert!(fails(NOW + 9 + number).is_empty());
    }
    let ahead = NOW + 40 * 24 * HOUR;
    for number in 0..6 {
        assert!(fails(ahead + number * HOUR).is_empty(), "each failed once before, and the clock jumped");
    }
    spool.withdraw(ahead).unwrap();
    add(&spool, ahead, "one");
    let given_up: Vec<i64> = (0..200).filter(|round| !fails(ahead + round * 6 * HOUR).is_empty()).collect();
    assert_eq!(given_up, [30 * 4 + 1], "thirty days of failures");
}

/// Reads the body in steps, and does something between them.
struct Stepwise<'a>(&'a dyn Fn());

impl Courier for Stepwise<'_> {
    fn put(&self, parcel: &Parcel<'_>, _: &mut Known) -> Result<(), DeliveryError> {
        let mut body = parcel.body().unwrap();
        let local = |source| DeliveryError::Local { action: "read".into(), source };
        while body.read(&mut [0; 4096]).map_err(local)? > 0 {
            (self.0)();
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

#[test]
fn a_report_on_its_way_is_stopped_as_soon_as_it_may_not_be_sent() {
    let (folder, spool) = spool(Limits::default());
    let long = "x".repeat(1 << 20);
    let first = add(&spool, NOW, &long);
    let may = Cell::new(true);
    let round = spool.deliver(&Stepwise(&|| may.set(false)), Which::All, &|| NOW, &|| may.get()).unwrap();
    assert!(round.forbidden && round.delivered.is_empty() && round.failure.is_none(), "{round:?}");
    assert_eq!(spool.overview().unwrap().last_failure, None, "nothing failed");
    assert_eq!(reports(&folder).len(), 1);
    // Withdrawn while it goes out: the next one takes its turn.
    add(&spool, NOW + 1, "short");
    let withdraw = || {
        if !reports(&folder).is_empty() {
            _ = fs::remove_file(folder.path().join(format!("state/spool/{first}.report")));
        }
    };
    let round = spool.deliver(&Stepwise(&withdraw), Which::All, &|| NOW, &|| true).unwrap();
    assert_eq!((round.delivered.len(), round.forbidden, round.given_up.len()), (1, false, 0));
    assert!(spool.is_at_rest(Duration::ZERO).unwrap());
}

#[test]
fn what_arrives_after_it_was_withdrawn_counts_as_delivered() {
    let (_folder, spool) = spool(Limits::default());
    let key = add(&spool, NOW, "one");
    add(&spool, NOW + 1, "two");
    let meanwhile = || {
        assert!(!spool.is_at_rest(Duration::ZERO).unwrap());
        spool.withdraw(NOW).unwrap();
    };
    let round = spool.deliver(&Stepwise(&meanwhile), Which::All, &|| NOW, &|| true).unwrap();
    assert_eq!(round.delivered, std::slice::from_ref(&key));
    let overview = spool.overview().unwrap();
    assert_eq!((overview.delivered, overview.given_up.get(&Reason::Withdrawn)), (1, Some(&1)));
    assert_eq!(spool.was_delivered(&key).unwrap(), Some(true));
}

#[test]
fn the_oldest_make_room_for_the_newest() {
    let (folder, spool) = spool(Limits { reports: 3, bytes: 100, ..Limits::default() });
    for number in 0..5 {
        add(&spool, NOW + number, &format!("report {number}"));
    }
    let courier = Told::default();
    deliver(&spool, &courier, Which::Due, NOW + 9);
    assert_eq!(courier.bodies(), ["report 2", "report 3", "report 4"]);
    add(&spool, NOW, &"x".repeat(60));
    let (_, gone) = spool.add(NOW + 1, |out| out.write_all(&[b'y'; 60])).unwrap();
    assert_eq!((gone, reports(&folder).len()), (1, 1));
    // Made by a clock that was behind: the newest stays all the same.
    add(&spool, NOW - 1000, &"z".repeat(60));
    assert_eq!(spool.overview().unwrap().oldest, Some(NOW - 1000));
    assert_eq!(spool.overview().unwrap().given_up.get(&Reason::NoRoom), Some(&4));
    let error = spool.add(NOW, |out| out.write_all(&[b'z'; 101])).unwrap_err();
    assert!(matches!(error, SpoolError::TooLarge { limit: 100 }), "{error}");
    assert_eq!(reports(&folder).len(), 1, "nothing is left of it, and nothing made room");
}

#[test]
fn whatever_is_cut_or_changed_is_found_and_set_aside() {
    let (folder, spool) = spool(Limits::default());
    add(&spool, NOW, r#"{"device":{"20261122-150000":{}}}"#);
    let path = reports(&folder).remove(0);
    let whole = fs::read(&path).unwrap();
    let key = Key::parse(path.file_stem().unwrap().to_str().unwrap()).unwrap();
    let is_sound = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Entry::open(&path, key.clone()).is_ok_and(|entry| entry.parcel(&|| true).is_ok())
    };
    assert!(is_sound(&whole));
    for length in 0..whole.len() {
        assert!(!is_sound(&whole[..length]), "cut at {length}");
    }
    let made = whole.windows(6).position(|text| text == b"\"made\"").unwrap();
    for place in (0..made).chain(made + 18..whole.len()) {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        assert!(!is_sound(&changed), "changed at {place}");
    }
    let longer = [&whole[..], b"x\n"].concat();
    assert!(!is_sound(&longer));
    add(&spool, NOW + 1, "sound");
    let courier = Told::default();
    let round = deliver(&spool, &courier, Which::Due, NOW + 1);
    assert_eq!(courier.bodies(), ["sound"]);
    assert!(matches!(&round.given_up[..], [(_, Reason::Damaged, why)] if why.contains("damaged")));
    assert!(path.with_extension("damaged").exists() && reports(&folder).is_empty());
    assert_eq!(spool.overview().unwrap().given_up.get(&Reason::Damaged), Some(&1));
}

#[test]
fn damaged_files_do_not_pile_up() {
    let (folder, spool) = spool(Limits::default());
    for number in 0..9 {
        add(&spool, NOW + number, "x");
        fs::write(&reports(&folder)[0], "damaged").unwrap();
        deliver(&spool, &Told::default(), Which::Due, NOW);
    }
    let left = fs::read_dir(folder.path().join("state/spool")).unwrap();
    let damaged =
        left.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == "damaged"));
    assert_eq!(damaged.count(), 4);
}

#[test]
fn what_cannot_be_read_stays_and_is_said() {
    let (folder, spool) = spool(Limits::default());
    let key = add(&spool, NOW, "one");
    let place = folder.path().join("state/spool");
    fs::create_dir(place.join(format!("{}.report", Key::new().unwrap()))).unwrap();
    fs::write(place.join("not-a-key.report"), "x").unwrap();
    fs::write(place.join("aside"), "half a repo").unwrap();
    let round = deliver(&spool, &Told::default(), Which::Due, NOW);
    assert_eq!(round.delivered, [key]);
    assert!(matches!(&round.notes[..], [note] if note.contains("cannot be read")), "{round:?}");
    assert_eq!((spool.overview().unwrap().unreadable, spool.overview().unwrap().waiting), (1, 0));
    add(&spool, NOW, "two");
    assert!(!place.join("aside").exists(), "what was half written is gone");
}

#[test]
fn a_damaged_ledger_costs_counts_and_no_report() {
    for text in [&b""[..], b"{", b"[1]", br#"{"attempts":7}"#, &[0xff; 2000]] {
        let (folder, spool) = spool(Limits::default());
        let key = add(&spool, NOW, "one");
        fs::write(folder.path().join("state/spool/ledger.json"), text).unwrap();
        assert_eq!(deliver(&spool, &Told::default(), Which::Due, NOW).delivered, [key]);
        assert_eq!(spool.overview().unwrap().delivered, 1);
    }
}

#[test]
fn who_dies_between_ledger_and_file_sends_nothing_twice() {
    let (folder, spool) = spool(Limits::default());
    let key = add(&spool, NOW, "one");
    spool.change(|ledger| ledger.end(&key, End::Delivered, NOW)).unwrap();
    let courier = Told::default();
    deliver(&spool, &courier, Which::All, NOW);
    assert!(courier.got.borrow().is_empty() && reports(&folder).is_empty());
    assert_eq!(spool.overview().unwrap().delivered, 1, "it is counted once");
}

#[test]
fn nothing_is_sent_when_it_is_forbidden_or_becomes_so() {
    let (folder, spool) = spool(Limits::default());
    add(&spool, NOW, "one");
    add(&spool, NOW + 1, "two");
    let courier = Told::default();
    let round = spool.deliver(&courier, Which::All, &|| NOW, &|| false).unwrap();
    assert!(round.forbidden && courier.got.borrow().is_empty());
    let asked = Cell::new(0);
    let once = || asked.replace(asked.get() + 1) == 0;
    let round = spool.deliver(&courier, Which::All, &|| NOW, &once).unwrap();
    assert!(round.forbidden && courier.bodies() == ["one"]);
    assert_eq!(spool.withdraw(NOW).unwrap(), 1);
    assert!(reports(&folder).is_empty());
    assert_eq!(spool.overview().unwrap().given_up.get(&Reason::Withdrawn), Some(&1));
}

#[test]
fn what_waits_since_telemetry_was_on_before_is_never_sent() {
    let (folder, spool) = spool(Limits::default());
    let under = |on_since| spool.set_on_since(on_since, NOW).unwrap();
    assert_eq!(under(None), 0);
    add(&spool, NOW, "asked for once");
    assert_eq!(under(Some(1)), 0, "telemetry was switched on after it");
    add(&spool, NOW, "one");
    spool.set_next_report(NOW + 100).unwrap();
    assert_eq!((under(Some(1)), reports(&folder).len()), (0, 2));
    // Off and on again, elsewhere; off, and a report asked for once.
    for on_since in [Some(2), None] {
        assert!(under(on_since) > 0 && reports(&folder).is_empty());
        assert_eq!(spool.overview().unwrap().next_report, None, "due at once");
        add(&spool, NOW, "next");
    }
    assert_eq!(spool.overview().unwrap().given_up.get(&Reason::Withdrawn), Some(&3));
}

#[test]
fn what_was_made_with_a_replaced_secret_is_withdrawn_before_it_is_sent() {
    let names = |byte| Pseudonym::of_secret(&Secret::from_bytes([byte; 32]));
    let (folder, spool) = spool(Limits::default());
    let (old, new) = (spool.under(names(1)), spool.under(names(2)));
    add(&old, NOW, "old");
    add(&new, NOW + 1, "new");
    add(&spool, NOW + 2, "of an older version");
    spool.set_next_report(NOW + 9999).unwrap();
    assert_eq!(spool.withdraw_others(NOW).unwrap(), 0, "it has no names to compare with");
    // Asked before each report, also when the first one is chosen already.
    let withdrawn = Cell::new(0);
    let allowed = || {
        withdrawn.set(withdrawn.get() + new.withdraw_others(NOW).unwrap());
        true
    };
    let courier = Told::default();
    let round = spool.deliver(&courier, Which::All, &|| NOW, &allowed).unwrap();
    assert_eq!((courier.bodies().join(", ").as_str(), withdrawn.get()), ("new, of an older version", 1));
    assert!(round.notes.is_empty() && round.given_up.is_empty() && round.failure.is_none(), "{round:?}");
    assert!(reports(&folder).is_empty());
    let overview = spool.overview().unwrap();
    assert_eq!((overview.given_up.get(&Reason::Withdrawn), overview.delivered), (Some(&1), 2));
    assert_eq!(overview.next_report, None, "due at once");
}

/// Counts how often each key comes.
#[derive(Default)]
struct Shared(Mutex<Vec<Key>>);

impl Courier for &Shared {
    fn put(&self, parcel: &Parcel<'_>, _: &mut Known) -> Result<(), DeliveryError> {
        std::thread::sleep(Duration::from_millis(1));
        self.0.lock().unwrap().push(parcel.key().clone());
        Ok(())
    }
}

#[test]
fn many_who_add_and_send_at_once_send_each_report_once() {
    let (_folder, spool) = spool(Limits::default());
    let got = Shared::default();
    let mut added: Vec<Key> = std::thread::scope(|scope| {
        let work = |number: i64| {
            let (spool, got) = (spool.clone(), &got);
            move || {
                let keys: Vec<Key> =
                    (0..5).map(|round| add(&spool, NOW + number * 10 + round, "x")).collect();
                spool.deliver(&got, Which::Due, &|| NOW, &|| true).unwrap();
                keys
            }
        };
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(work(number))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut got = got.0.into_inner().unwrap();
    added.sort();
    got.sort();
    assert_eq!(got, added);
    assert_eq!(spool.overview().unwrap().delivered, 40);
}

#[test]
fn the_next_report_is_not_put_off_by_a_clock_that_was_ahead() {
    let (_folder, spool) = spool(Limits::default());
    let day = Duration::from_secs(86_400);
    assert_eq!(spool.next_report(day, NOW).unwrap(), None);
    spool.set_next_report(NOW + 86_400).unwrap();
    assert_eq!(spool.next_report(day, NOW).unwrap(), Some(NOW + 86_400));
    assert_eq!(spool.next_report(day, NOW + 86_400).unwrap(), None);
    assert_eq!(spool.next_report(day, NOW - 10 * 86_400).unwrap(), None);
}
