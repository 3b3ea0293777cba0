//! The stores of the telemetry module pass the same tests: the file of a host, and a cluster's own store over a command that
//! stands for the cluster's; `tests/live_cluster/` runs them over a real one.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says where it fails")]

mod suite;

use std::fs;
use std::path::Path;
use std::time::Duration;

use stone_smart::telemetry::cluster::Cluster;
use stone_smart::telemetry::{ClusterStore, FileStore, OptIn, REVISION, Store, StoreError, spec};
use tempfile::TempDir;

/// A claim over a command that answers in some ms, on a machine that may be busy.
const SETTLE: Duration = Duration::from_secs(2);

#[test]
fn the_file_of_a_host() {
    suite::all(&|test| {
        let folder = tempfile::tempdir().unwrap();
        test(&|| Box::new(FileStore::new(folder.path())));
    });
}

#[test]
fn the_store_of_a_cluster() {
    suite::all(&|test| {
        let fake = Fake::new();
        test(&|| Box::new(fake.store()));
    });
}

/// A cluster's command, with a state of its own.
struct Fake(TempDir);

impl Fake {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/ceph");
        std::os::unix::fs::symlink(program, folder.path().join("ceph")).unwrap();
        Self(folder)
    }

    fn store(&self) -> ClusterStore {
        let cluster = Cluster { program: self.0.path().join("ceph"), ..Cluster::default() };
        ClusterStore::new(cluster, SETTLE)
    }

    /// What somebody has set by the cluster's own command.
    fn config(&self, name: &str, value: &str) {
        let folder = self.0.path().join("ceph.d/config");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("mgr%telemetry%{name}")), value).unwrap();
    }

    fn key(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.path().join(format!("ceph.d/key/stone%telemetry%{name}"))).ok()
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.0.path().join("ceph.d/calls")).unwrap()
    }
}

#[test]
fn what_an_operator_set_in_the_cluster_holds_and_switches_nothing_on() {
    let fake = Fake::new();
    fake.config("interval", "48");
    fake.config("channel_crash", "false");
    fake.config("contact", "");
    fake.config("enabled", "true");
    fake.config("last_opt_revision", "3");
    let settings = fake.store().load().unwrap();
    assert_eq!(settings.interval(), Duration::from_secs(48 * 3600));
    assert_eq!((settings.flag("channel_crash"), settings.text("contact")), (false, None));
    assert_eq!((settings.flag("enabled"), settings.opt_in), (false, None), "the licence was not named");
}

#[test]
fn what_the_cluster_took_and_we_do_not_sends_nothing_and_can_be_mended() {
    for (name, value, good) in
        [("interval", "1", "24"), ("url", "not a url", "https://a/"), ("proxy", "no proxy", "http://a:1")]
    {
        for mend in [Some(good), None] {
            let fake = Fake::new();
            fake.config(name, value);
            let error = fake.store().load().unwrap_err();
            assert!(matches!(error, StoreError::Option { name: wrong, .. } if wrong == name), "{error}");
            let spec = spec(name).unwrap();
            let mut change = |settings: &mut stone_smart::telemetry::Settings| match mend {
                Some(good) => settings.set(spec, good).unwrap(),
                None => settings.remove(spec).unwrap(),
            };
            fake.store().change(&mut change).unwrap();
            let mended = fake.store().load().unwrap().set_value(spec).map(|setting| setting.to_string());
            assert_eq!(mended.as_deref(), mend, "{name}");
        }
    }
}

#[test]
fn passwords_and_secrets_are_in_no_argument() {
    let fake = Fake::new();
    let proxy = spec("proxy").unwrap();
    fake.store().change(&mut |settings| settings.set(proxy, "http://10.0.0.1:1").unwrap()).unwrap();
    fake.store().change(&mut |settings| settings.set(proxy, "http://me:s3cret@10.0.0.1:1").unwrap()).unwrap();
    drop(fake.store().secret().unwrap());
    let secret = fake.key("secret").unwrap();
    assert_eq!(secret.len(), 64);
    let calls = fake.calls();
    assert!(!calls.contains("s3cret") && !calls.contains(&secret), "{calls}");
    assert!(calls.contains("config rm mgr mgr/telemetry/proxy"), "the old value is gone: {calls}");
    assert_eq!(fake.key("option%proxy").as_deref(), Some("\"http://me:s3cret@10.0.0.1:1\""));
}

#[test]
fn a_damaged_opt_in_is_none_and_can_be_withdrawn() {
    let fake = Fake::new();
    let opt_in = OptIn { revision: REVISION, license: stone_smart::telemetry::LICENSE.into(), time: 5 };
    fake.store().change(&mut |settings| settings.opt_in = Some(opt_in.clone())).unwrap();
    for text in ["", "{", "true", r#"{"revision":3,"license":"","time":5}"#, r#"{"revision":3}"#] {
        fs::write(fake.0.path().join("ceph.d/key/stone%telemetry%opt-in"), text).unwrap();
        let error = fake.store().load().unwrap_err();
        assert!(matches!(error, StoreError::Key { .. }), "{text}: {error}");
    }
    fake.store().change(&mut |settings| settings.opt_in = None).unwrap();
    assert_eq!((fake.key("opt-in"), fake.store().load().unwrap().opt_in), (None, None));
}

#[test]
fn a_cluster_that_does_not_answer_sends_nothing() {
    let store =
        ClusterStore::new(Cluster { program: "/nonexistent/ceph".into(), ..Cluster::default() }, SETTLE);
    assert!(matches!(store.load(), Err(StoreError::Cluster(_))));
    assert!(matches!(store.change(&mut |_| ()), Err(StoreError::Cluster(_))));
    assert!(matches!(store.secret(), Err(StoreError::Cluster(_))));
}
