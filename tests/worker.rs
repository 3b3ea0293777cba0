//! The worker process from outside: disks that hang, a worker that is killed, stopped or cut off, a front that dies.
#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use stone_smart::collect::{CollectError, Collected, Options, Worker, collect};
use stone_smart::device::{BlockDevice, MegaRaidController};
use stone_smart::report::Record;
use stone_smart::source::{Asking, Backend, Native};

/// Beside the deadline of a disk: the pause before it is given up, and what a busy machine needs to start and end.
const SLACK: Duration = Duration::from_millis(1300);

/// A host of recorded drives, and a folder of state.
struct Host {
    folder: tempfile::TempDir,
}

impl Host {
    /// `count` drives, disk00 and so on.
    fn new(count: usize) -> Self {
        let host = Self { folder: tempfile::tempdir().unwrap() };
        let made = ["ata-hdd", "scsi-hdd", "nvme-dc", "ata-ssd"];
        for index in 0..count {
            host.add(index, made[index % made.len()]);
        }
        host
    }

    fn drives(&self) -> PathBuf {
        self.folder.path().join("drives")
    }

    fn add(&self, index: usize, made: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(made);
        let to = self.drives().join(name(index));
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(&from).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name() != "device.conf" {
                symlink(entry.path(), to.join(entry.file_name())).unwrap();
            }
        }
        fs::copy(from.join("device.conf"), to.join("device.conf")).unwrap();
    }

    /// Adds `line` to what is said of a drive.
    fn set(&self, index: usize, line: &str) {
        let conf = self.drives().join(name(index)).join("device.conf");
        let text = fs::read_to_string(&conf).unwrap();
        fs::write(conf, format!("{text}{line}\n")).unwrap();
    }

    fn unset(&self, index: usize, line: &str) {
        let conf = self.drives().join(name(index)).join("device.conf");
        let text = fs::read_to_string(&conf).unwrap();
        fs::write(conf, text.replace(&format!("{line}\n"), "")).unwrap();
    }

    fn command(&self, more: &[&str]) -> Command {
        // A shell starts what is in the background with SIGINT ignored, as these tests may be.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_stone")]);
        command.args(["device", "query", "-f", "json", "--drives"]).arg(self.drives()).args(more);
        command.env("STONE_STATE_DIR", self.folder.path().join("state"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn query(&self, more: &[&str]) -> Answer {
        let start = Instant::now();
        let output = self.command(more).output().unwrap();
        Answer::new(output, start.elapsed())
    }
}

fn name(index: usize) -> String {
    format!("disk{index:02}")
}

struct Answer {
    status: i32,
    disks: Vec<Value>,
    words: String,
    took: Duration,
}

impl Answer {
    fn new(output: Output, took: Duration) -> Self {
        let words = String::from_utf8(output.stderr).unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {words} {}", String::from_utf8_lossy(&output.stdout)));
        let disks = answer["devices"].as_array().unwrap().clone();
        Self { status: output.status.code().expect("it ended by itself"), disks, words, took }
    }

    /// Slots of the disks without a whole record.
    fn wanting(&self) -> Vec<usize> {
        let is_whole =
            |disk: &Value| disk["outcome"] == "ok" && disk["record"]["stone"]["stopped_at"].is_null();
        (0..self.disks.len()).filter(|index| !is_whole(&self.disks[*index])).collect()
    }

    fn outcomes(&self, index: usize) -> Vec<&str> {
        let sections = self.disks[index]["record"]["stone"]["sections"].as_object().unwrap();
        sections.values().map(|section| section["outcome"].as_str().unwrap()).collect()
    }
}

/// A query that goes on, with its worker.
struct Running {
    front: Child,
    worker: Pid,
    since: Instant,
}

impl Running {
    /// Starts it, and waits until the worker has had `pause` of time.
    fn start(host: &Host, more: &[&str], pause: Duration) -> Self {
        let since = Instant::now();
        let front = host.command(more).spawn().unwrap();
        let worker = loop {
            // Before it is the worker, its parent waits for it: whoever stopped it then would stop both.
            if let Some(worker) = children(front.id()).into_iter().find(|child| is_worker(*child)) {
                break worker;
            }
            assert!(since.elapsed() < Duration::from_secs(10), "there is no worker");
            thread::sleep(Duration::from_millis(5));
        };
        thread::sleep(pause);
        Self { front, worker, since }
    }

    fn end(self) -> Answer {
        Answer::new(self.front.wait_with_output().unwrap(), self.since.elapsed())
    }
}

fn children(pid: u32) -> Vec<Pid> {
    let list = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    list.split_whitespace().map(|pid| Pid::from_raw(pid.parse().unwrap())).collect()
}

fn is_worker(pid: Pid) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.starts_with(b"stone\0worker\0"))
}

fn is_gone(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
}

fn wait_until_gone(pid: Pid) {
    let start = Instant::now();
    while !is_gone(pid) {
        assert!(start.elapsed() < Duration::from_secs(5), "{pid} is still there");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_disk_that_hangs_from_the_start_costs_only_itself() {
    let host = Host::new(12);
    let healthy = host.query(&[]);
    assert_eq!((healthy.status, healthy.wanting().len()), (0, 0), "{}", healthy.words);
    host.set(5, "hang=all");
    let answer = host.query(&["--deadline", "1", "--ignore-quarantine"]);
    assert_eq!((answer.status, answer.wanting()), (1, vec![5]), "{}", answer.words);
    assert_eq!(answer.disks[5]["outcome"], "failed");
    assert_eq!(answer.disks[5]["hung_in"], "scsi:03", "it is asked first whether it sleeps");
    assert!(answer.took < Duration::from_secs(1) + SLACK, "{:?}", answer.took);
    for (index, disk) in answer.disks.iter().enumerate().filter(|(index, _)| *index != 5) {
        assert!(disk["duration_ms"].as_u64().unwrap() < 900, "disk {index}: {}", disk["duration_ms"]);
    }
}

#[test]
fn one_that_hangs_at_its_fifth_command_delivers_the_others() {
    let host = Host::new(8);
    for index in [0, 1, 2] {
        host.set(index, "hang=after:5");
    }
    let answer = host.query(&["--deadline", "1"]);
    assert_eq!((answer.status, answer.wanting()), (1, vec![0, 1, 2]), "{}", answer.words);
    assert!(answer.took < Duration::from_secs(1) + SLACK, "{:?}", answer.took);
    for index in [0, 1, 2] {
        let outcomes = answer.outcomes(index);
        let count = |word: &str| outcomes.iter().filter(|outcome| **outcome == word).count();
        assert!(count("ok") >= 3 && count("timed_out") == 1 && count("not_asked") > 3, "{outcomes:?}");
        let stop = &answer.disks[index]["record"]["stone"]["stopped_at"];
        assert_eq!(stop["command"], answer.disks[index]["hung_in"]);
        assert!(answer.words.contains(&format!("stopped answering at {}", stop["page"].as_str().unwrap())));
        assert!(answer.disks[index]["record"]["model_name"].is_string());
    }
}

#[test]
fn ten_of_sixty_that_hang_cost_only_themselves() {
    let host = Host::new(60);
    let hung: Vec<usize> = (0..60).step_by(6).collect();
    for &index in &hung {
        host.set(index, if index % 12 == 0 { "hang=all" } else { "hang=after:5" });
    }
    for jobs in ["60", "7"] {
        let answer = host.query(&["--deadline", "1.5", "--jobs", jobs, "--ignore-quarantine"]);
        assert_eq!((answer.status, answer.wanting()), (1, hung.clone()), "{jobs}: {}", answer.words);
    }
}

#[test]
fn a_disk_that_hung_is_left_alone_for_a_while_and_an_answer_forgives_it() {
    let host = Host::new(3);
    host.set(1, "hang=all");
    assert_eq!(host.query(&["--deadline", "2"]).wanting(), [1]);
    let again = host.query(&["--deadline", "20"]);
    assert_eq!((again.status, again.wanting()), (1, vec![1]));
    assert!(again.took < Duration::from_secs(10), "it was not asked: {:?}", again.took);
    assert!(again.words.contains("asked again in") && again.words.contains("--ignore-quarantine"));
    host.unset(1, "hang=all");
    assert_eq!(host.query(&[]).wanting(), [1], "it is not asked yet");
    assert_eq!(host.query(&["--ignore-quarantine"]).status, 0);
    assert_eq!(host.query(&[]).status, 0, "it has answered");
}

#[test]
fn a_worker_that_is_killed_costs_what_it_had_not_read() {
    let host = Host::new(6);
    host.set(2, "hang=after:5");
    host.set(4, "hang=all");
    let running = Running::start(&host, &["--deadline", "30"], Duration::from_millis(900));
    kill(running.worker, Signal::SIGKILL).unwrap();
    let answer = running.end();
    assert_eq!((answer.status, answer.wanting()), (1, vec![2, 4]), "{}", answer.words);
    assert!(answer.took < Duration::from_secs(8), "{:?}", answer.took);
    assert!(answer.outcomes(2).contains(&"timed_out"), "what it had said is kept");
    assert!(answer.words.contains("the worker process ended (signal: 9"), "{}", answer.words);
    assert!(!host.folder.path().join("state").exists(), "these disks did not hang");
}

#[test]
fn a_worker_that_is_stopped_costs_what_it_had_not_read() {
    let host = Host::new(6);
    host.set(0, "latency_us=900000");
    host.set(2, "hang=after:5");
    let running = Running::start(&host, &["--deadline", "2", "--jobs", "4"], Duration::from_millis(900));
    kill(running.worker, Signal::SIGSTOP).unwrap();
    let worker = running.worker;
    let answer = running.end();
    assert_eq!((answer.status, answer.wanting()), (1, vec![0, 2]), "{}", answer.words);
    assert!(answer.took < Duration::from_secs(2) + SLACK, "{:?}", answer.took);
    wait_until_gone(worker);
}

#[test]
fn one_that_is_stopped_before_it_begins_does_not_hold_up_the_end() {
    let host = Host::new(400);
    let running = Running::start(&host, &["--deadline", "1", "--jobs", "1"], Duration::ZERO);
    kill(running.worker, Signal::SIGSTOP).unwrap();
    let answer = running.end();
    assert!(!answer.wanting().is_empty());
    assert!(answer.took < Duration::from_secs(1) + 2 * SLACK, "{:?}", answer.took);
}

#[test]
fn a_front_that_dies_leaves_no_worker_behind() {
    let host = Host::new(3);
    host.set(1, "hang=all");
    let mut running = Running::start(&host, &["--deadline", "60"], Duration::from_millis(300));
    running.front.kill().unwrap();
    running.front.wait().unwrap();
    wait_until_gone(running.worker);
}

#[test]
fn repeated_rounds_pile_up_nothing() {
    let host = Host::new(4);
    host.set(1, "hang=all");
    for _ in 0..3 {
        let running = Running::start(&host, &["--deadline", "0.3", "--ignore-quarantine"], Duration::ZERO);
        let worker = running.worker;
        assert_eq!(running.end().wanting(), [1]);
        wait_until_gone(worker);
    }
}

#[test]
fn whoever_reads_our_output_to_its_end_does_not_wait_for_the_worker() {
    let host = Host::new(2);
    host.set(1, "hang=all");
    let mut running = Running::start(&host, &["--deadline", "1"], Duration::from_millis(200));
    let descriptors = |pid: u32| -> Vec<PathBuf> {
        let entries = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
        entries.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok()).collect()
    };
    let front = running.front.id();
    let held = descriptors(running.worker.as_raw().unsigned_abs());
    for ours in [1, 2] {
        let ours = fs::read_link(format!("/proc/{front}/fd/{ours}")).unwrap();
        assert!(!held.contains(&ours), "the worker holds {ours:?}: {held:?}");
    }
    kill(running.worker, Signal::SIGSTOP).unwrap();
    let mut all = Vec::new();
    running.front.stdout.take().unwrap().read_to_end(&mut all).unwrap();
    assert!(running.since.elapsed() < Duration::from_secs(1) + SLACK);
    running.front.wait().unwrap();
}

#[test]
fn smartctl_asks_by_a_process_that_nobody_has_to_wait_for() {
    let host = Host::new(1);
    host.set(0, "hang=ata:b0/d0");
    let mut front = Command::new(env!("CARGO_BIN_EXE_stone"))
        .args(["smartctl", "-x", "--json=o"])
        .arg(host.drives().join(name(0)))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let since = Instant::now();
    let asks = loop {
        // It has its own standard streams when it has said its first word.
        if let Some(asks) = children(front.id()).first()
            && fs::read_link(format!("/proc/{asks}/fd/1")).is_ok_and(|file| file == Path::new("/dev/null"))
        {
            break *asks;
        }
        assert!(since.elapsed() < Duration::from_secs(10), "nobody asks");
        thread::sleep(Duration::from_millis(2));
    };
    // Neither answers nor ends by itself, as if it hung in the kernel.
    kill(asks, Signal::SIGSTOP).unwrap();
    let mut out = String::new();
    front.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
    assert!(front.wait().unwrap().code().is_some_and(|status| status & 6 != 0));
    serde_json::from_str::<Value>(&out).unwrap();
    wait_until_gone(asks);
}

#[test]
fn what_hangs_in_a_disk_holds_nothing_that_its_front_was_given() {
    let host = Host::new(1);
    host.set(0, "hang=all");
    let given = tempfile::NamedTempFile::new().unwrap();
    // Whoever opens files for the programs it starts, as for a lock, leaves them open.
    let left_open = nix::unistd::dup(given.as_file()).unwrap();
    let holds = |pid: u32| {
        let entries = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
        entries.flatten().any(|entry| fs::read_link(entry.path()).is_ok_and(|file| file == given.path()))
    };
    let mut queries = Running::start(&host, &["--deadline", "60"], Duration::from_millis(300));
    let mut asks = Command::new(env!("CARGO_BIN_EXE_stone"))
        .args(["smartctl", "-x", "--json=o"])
        .arg(host.drives().join(name(0)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(left_open);
    for front in [&mut queries.front, &mut asks] {
        let since = Instant::now();
        assert!(holds(front.id()), "it was given nothing");
        while children(front.id()).first().is_none_or(|child| holds(child.as_raw().unsigned_abs())) {
            assert!(since.elapsed() < Duration::from_secs(1), "what may hang holds {:?}", given.path());
            thread::sleep(Duration::from_millis(2));
        }
        front.kill().unwrap();
        front.wait().unwrap();
    }
    wait_until_gone(queries.worker);
}

#[test]
fn signals_end_a_round_with_what_was_read() {
    for (signal, status) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let host = Host::new(4);
        host.set(1, "hang=after:5");
        host.set(3, "hang=all");
        let running = Running::start(&host, &["--deadline", "60"], Duration::from_millis(900));
        let worker = running.worker;
        kill(Pid::from_raw(i32::try_from(running.front.id()).unwrap()), signal).unwrap();
        let answer = running.end();
        assert_eq!((answer.status, answer.wanting()), (status, vec![1, 3]), "{}", answer.words);
        assert!(answer.took < Duration::from_secs(8), "{:?}", answer.took);
        assert!(answer.outcomes(1).contains(&"ok"));
        wait_until_gone(worker);
    }
}

#[test]
fn the_round_has_its_own_deadline() {
    let host = Host::new(3);
    host.set(0, "hang=after:5");
    let answer = host.query(&["--round-deadline", "1", "--jobs", "1"]);
    assert_eq!(answer.status, 1, "{}", answer.words);
    assert_eq!(answer.wanting(), [0, 1, 2]);
    assert_eq!(answer.disks[0]["outcome"], "ok", "it has said who it is");
    assert!(answer.words.contains("--round-deadline"), "{}", answer.words);
    assert!(answer.took < Duration::from_secs(1) + SLACK);
    assert!(!host.folder.path().join("state").exists(), "it may not have hung");
}

#[test]
fn a_disk_that_sleeps_is_left_asleep_unless_it_is_wanted() {
    let host = Host::new(1);
    host.set(0, "power=standby");
    let answer = host.query(&[]);
    assert_eq!((answer.status, &answer.disks[0]["outcome"]), (0, &Value::from("asleep")), "{}", answer.words);
    assert!(answer.disks[0]["record"].is_null() && answer.words.contains("left asleep"));
    for awake in ["never", "sleep"] {
        let answer = host.query(&["--nocheck", awake]);
        assert_eq!((answer.status, answer.wanting().len()), (0, 0), "{awake}: {}", answer.words);
    }
}

fn worker() -> Worker {
    Worker::new(env!("CARGO_BIN_EXE_stone"), ["worker".into(), "0".into()])
}

#[test]
fn a_record_is_the_same_from_a_worker_and_from_this_process() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let disks: Vec<BlockDevice> = folders
        .filter(|path| path.join("device.conf").exists())
        .map(|path| BlockDevice::recorded(&path))
        .collect();
    let asking = Asking { backend: Backend::Native, ..Asking::default() };
    let options = Options::default();
    let mut seen = 0;
    let round = worker().collect(disks.clone(), &asking, &options, None, |one| one, |_| seen += 1);
    assert_eq!((seen, round.left, round.interrupt), (disks.len(), None, None));
    let here = collect(disks.clone(), Arc::new(Native::new()), &options, |one| one, |_| ());
    for ((there, here), disk) in round.collected.into_iter().zip(here).zip(disks) {
        assert_eq!((&there.device, &here.device), (&disk, &disk));
        let timeless = |one: Collected| {
            let Record(mut record) = one.result.unwrap();
            record.set("local_time", 0);
            record.object("stone").set("duration_ms", 0);
            record
        };
        assert_eq!(timeless(there), timeless(here), "{}", disk.name);
    }
}

#[test]
fn a_controller_that_is_not_there_is_asked_by_the_worker() {
    let controllers = [u16::MAX - 1, u16::MAX].map(|host| MegaRaidController { host, address: None });
    let lists = worker().list(&controllers);
    assert_eq!(lists.len(), 2);
    assert!(lists.iter().all(|list| matches!(list, Err(CollectError::Told(_)))), "{lists:?}");
}

#[test]
fn a_program_that_is_no_worker_is_said_to_be_none() {
    let asking = Asking { backend: Backend::Native, ..Asking::default() };
    for (program, arguments, words) in [
        ("/nonexistent", [""; 2], "cannot be started"),
        ("/bin/true", [""; 2], "ended (exit status: 0)"),
        ("/bin/sh", ["-c", "echo 'stone worker, believe me'; sleep 60"], "cannot be understood"),
        ("/bin/sh", ["-c", "exec >&-; sleep 60"], "closed its pipe"),
    ] {
        let mut worker = Worker::new(program, arguments.map(Into::into));
        let disks = vec![BlockDevice::recorded(Path::new("/drives/a"))];
        let start = Instant::now();
        let round = worker.collect(disks, &asking, &Options::default(), None, |one| one, |_| ());
        let error = round.collected[0].result.as_ref().unwrap_err().to_string();
        assert!(error.contains(words), "{program}: {error}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn what_a_worker_is_not_told_by_its_front_it_does_not_do() {
    for input in [&b""[..], b"hello", &[0xff; 64], &[4, 0, 0, 0, 1, 0, 0, 0]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stone"))
            .args(["worker", "0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.stdout.is_empty());
        assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
    }
}
