//! What every store of settings must do, whoever keeps it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use stone_smart::anonymise::Secret;
use stone_smart::telemetry::{
    Host, LICENSE, Note, OptIn, OptionError, Settings, Store, Taken, Turns, opt_in, spec, specs,
};

/// Opens a store; each call the same one, as another process would.
pub(crate) type Open<'a> = &'a (dyn Fn() -> Box<dyn Store> + Sync);
/// One of the tests.
pub(crate) type Test<'a> = &'a mut dyn FnMut(Open<'_>);

/// All of them, one after another, each on a store where nothing was set: `fresh` makes one and opens it.
pub(crate) fn all(fresh: &dyn Fn(Test<'_>)) {
    fresh(&mut |open| options_are_read_as_they_were_set(open));
    fresh(&mut |open| those_who_change_different_options_lose_nothing(open));
    fresh(&mut |open| telemetry_is_on_by_the_licence_alone(open));
    fresh(&mut |open| all_have_one_secret(open));
    fresh(&mut |open| a_claim_has_one_winner(open));
    fresh(&mut |open| one_host_has_the_turn(open));
}

/// A value of each option that is set by hand.
const VALUES: [(&str, &str); 14] = [
    ("ca_file", "/etc/ssl/our own.pem"),
    ("channel_basic", "false"),
    ("channel_crash", "false"),
    ("channel_device", "false"),
    ("channel_ident", "true"),
    ("contact", "Ada \"A.\" <ada@example.com>"),
    ("description", "Größe 5 \\ $host"),
    ("device_url", "http://127.0.0.1:9/d"),
    ("interval", "72"),
    ("leaderboard", "true"),
    ("organization", "-x"),
    ("proxy", "http://user:s3cret%21@10.0.0.1:8080"),
    ("scrape_frequency", "3600"),
    ("url", "http://127.0.0.1:9/r"),
];
/// Other values, which a store may have to keep elsewhere.
const CHANGED: [(&str, &str); 3] =
    [("contact", "Ærø"), ("organization", "ours"), ("proxy", "http://10.0.0.1:3128")];

fn options_are_read_as_they_were_set(open: Open<'_>) {
    assert_eq!(open().load().unwrap(), Settings::default());
    for values in [&VALUES[..], &CHANGED] {
        let set = |settings: &mut Settings| {
            values.iter().for_each(|(name, value)| settings.set(spec(name).unwrap(), value).unwrap());
        };
        open().change(&mut { set }).unwrap();
        let settings = open().load().unwrap();
        for (name, value) in values {
            assert_eq!(settings.value(spec(name).unwrap()).unwrap().to_string(), *value, "{name}");
        }
    }
    let by_hand = || specs().iter().filter(|spec| spec.name != "enabled");
    let settings = open().load().unwrap();
    by_hand().for_each(|spec| assert!(settings.set_value(spec).is_some(), "{} is not tested", spec.name));
    open().change(&mut |settings| by_hand().for_each(|spec| settings.remove(spec).unwrap())).unwrap();
    assert_eq!(open().load().unwrap(), Settings::default());
}

fn those_who_change_different_options_lose_nothing(open: Open<'_>) {
    let names = ["contact", "description", "organization", "channel_crash"];
    thread::scope(|scope| {
        for name in names {
            let spec = spec(name).unwrap();
            scope.spawn(move || {
                open().change(&mut |settings| settings.set(spec, "true").unwrap()).unwrap();
            });
        }
    });
    let settings = open().load().unwrap();
    assert!(names.iter().all(|name| settings.set_value(spec(name).unwrap()).is_some()), "{settings:?}");
}

fn telemetry_is_on_by_the_licence_alone(open: Open<'_>) {
    let enabled = spec("enabled").unwrap();
    let mut refused = None;
    open().change(&mut |settings| refused = settings.set(enabled, "true").err()).unwrap();
    assert!(matches!(refused, Some(OptionError::ByCommand { .. })), "{refused:?}");
    assert_eq!(open().load().unwrap().opt_in, None);
    let agreed = opt_in(Some(LICENSE), 1_800_000_000).unwrap();
    open().change(&mut |settings| settings.opt_in = Some(agreed.clone())).unwrap();
    assert_eq!(open().load().unwrap().opt_in, Some(agreed.clone()));
    open().change(&mut |settings| settings.opt_in = None).unwrap();
    assert_eq!(open().load().unwrap().opt_in, None);
    // An opt-in to something else is none.
    let other = OptIn { license: "gpl".into(), ..agreed };
    open().change(&mut |settings| settings.opt_in = Some(other.clone())).unwrap();
    assert!(open().load().is_err());
}

/// A name that the secret gives.
fn name_of(secret: Secret) -> String {
    stone_smart::anonymise::Anonymiser::new(secret, "host").host().to_string()
}

fn all_have_one_secret(open: Open<'_>) {
    let names: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| name_of(open().secret().unwrap()))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let now = name_of(open().secret().unwrap());
    assert!(names.iter().all(|name| *name == now), "{names:?}");
    open().rotate_secret().unwrap();
    assert_ne!(name_of(open().secret().unwrap()), now);
    assert_eq!(name_of(open().secret().unwrap()), name_of(open().secret().unwrap()));
}

fn a_claim_has_one_winner(open: Open<'_>) {
    let store = open();
    assert_eq!(store.note(Note::Turn).unwrap(), None);
    assert!(store.claim_note(Note::Turn, None, "first").unwrap());
    assert!(!open().claim_note(Note::Turn, None, "second").unwrap());
    assert!(!open().claim_note(Note::Turn, Some("other"), "second").unwrap());
    assert_eq!(open().note(Note::Turn).unwrap().as_deref(), Some("first"));
    let won = AtomicUsize::new(0);
    thread::scope(|scope| {
        for number in 0..4 {
            let won = &won;
            scope.spawn(move || {
                let text = format!("claim {number}");
                if open().claim_note(Note::Turn, Some("first"), &text).unwrap() {
                    assert_eq!(open().note(Note::Turn).unwrap(), Some(text));
                    won.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    // None: all were too slow to know.
    assert!(won.into_inner() <= 1);
    assert_eq!(open().note(Note::Sent).unwrap(), None, "notes are apart");
}

fn one_host_has_the_turn(open: Open<'_>) {
    let now = 1_800_000_000;
    let store = open();
    let host = |name: &str| Host { identity: name.into(), names: Vec::new(), addresses: Vec::new() };
    let (one, other) = (Secret::from_bytes([1; 32]), Secret::from_bytes([2; 32]));
    let ours = Turns::new(&*store, &one, &host("a"));
    let theirs = Turns::new(&*store, &other, &host("b"));
    let shared = store.secret().unwrap();
    let Taken::Mine(turn) = ours.take(now).unwrap() else { panic!("nobody else is there") };
    assert!(ours.has(&turn, now).unwrap());
    let day = Duration::from_secs(86_400);
    assert_eq!(turn.sent.due(day, now), None, "at once");
    assert_eq!(theirs.take(now + 5).unwrap(), Taken::Theirs(turn.until));
    // The holder stalls, another one takes over, and sends the same report.
    let late = turn.until + 61;
    let Taken::Mine(next) = theirs.take(late).unwrap() else { panic!("the turn is over") };
    assert!(!ours.has(&turn, late).unwrap() && theirs.has(&next, late).unwrap());
    assert_eq!((turn.number(), turn.key(&shared)), (next.number(), next.key(&shared)));
    // What was sent is counted once, whoever notes it.
    theirs.note_sent(&next, late, late + 90_000).unwrap();
    ours.note_sent(&turn, late + 1, late + 5).unwrap();
    let sent = ours.sent().unwrap();
    assert_eq!((sent.reports, sent.time), (1, Some(late)));
    assert_eq!(sent.due(day, late + 89_999), Some(late + 90_000));
    assert_eq!(sent.due(day, late + 90_000), None);
    assert_eq!(sent.due(day / 2, late), Some(late + 47_520), "the interval was set shorter meanwhile");
    assert_eq!(sent.due(day * 2, late), Some(late + 172_800), "or longer");
    assert_eq!(sent.due(day, late - 61), None, "a clock was wrong");
    // Given back by who has it, and only by him, it is free at once; the next report is another one.
    ours.give_back(&turn, late).unwrap();
    assert!(matches!(ours.take(late + 1).unwrap(), Taken::Theirs(_)));
    theirs.give_back(&next, late).unwrap();
    let Taken::Mine(third) = ours.take(late + 1).unwrap() else { panic!("it was given back") };
    assert_ne!(third.key(&shared), next.key(&shared));
    // A lease that ends too far away, or is none, is waited for by nobody.
    for odd in [r#"{"holder":"x","until":9999999999,"nonce":"5"}"#, "odd", ""] {
        store.put_note(Note::Turn, odd).unwrap();
        assert!(matches!(ours.take(late).unwrap(), Taken::Mine(_)), "{odd}");
    }
    // Of those who ask at once one has it at most.
    store.put_note(Note::Turn, "free").unwrap();
    let turns = thread::scope(|scope| {
        let asked: Vec<_> = [(&one, "a"), (&other, "b")]
            .map(|(secret, name)| {
                scope.spawn(move || Turns::new(&*open(), secret, &host(name)).take(late).unwrap())
            })
            .into_iter()
            .collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(turns.iter().filter(|taken| matches!(taken, Taken::Mine(_))).count() <= 1, "{turns:?}");
}
