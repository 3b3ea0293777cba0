//! The rules of the guest whose disks hang, leave and time out (tests/lab/guest/faults.sh): each question came to its end in
//! time, with all that the others had to say, and left nothing behind that was not stuck in the kernel.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Finding;
use crate::faults::End::{Cut, Hung, LeftAlone, Lost, NotWhole, Whole};
use crate::round::Answer;

/// What a busy machine that emulates two processors may need beside the deadline of a disk. Measured are 0.6 s.
const MARGIN: f64 = 12.0;
/// A disk that stops answering has answered as many commands before.
const SECTIONS: usize = 3;

/// What is to be said of a disk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// All of it was read.
    Whole,
    /// It hung in this command; the record has what it said before.
    Hung(&'static str),
    /// The same, but what ended it was not the disk's deadline.
    Cut(&'static str),
    /// It was not asked: why, in words.
    LeftAlone(&'static str),
    /// There is no record: why, in words.
    Lost(&'static str),
    /// Neither all of it nor nothing about it.
    NotWhole,
}

/// A question, and what has to come of it.
pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) exit: u8,
    /// Seconds, without the margin.
    pub(crate) seconds: f64,
    pub(crate) disks: &'static [(&'static str, End)],
    /// Whole records, at least.
    pub(crate) whole: usize,
    /// Processes of `stone` that are stuck in the kernel afterwards, at most.
    stuck: usize,
}

const fn asked(
    name: &'static str,
    exit: u8,
    seconds: f64,
    disks: &'static [(&'static str, End)],
) -> Question {
    Question { name, exit, seconds, disks, whole: 2, stuck: 0 }
}

const AGAIN: &str = "it is left alone (--ignore-quarantine";
const STUCK: &str = "still waits for it";
const STATISTICS: &str = "ata:2f/04";
const TEMPERATURE: &str = "scsi:4d/0d.00";
const ERRORS: &str = "scsi:4d/03.00";

/// Two healthy disks are asked most times: they are among the whole ones.
pub(crate) const QUESTIONS: [Question; 7] = [
    asked("probe", 0, 5.0, &[]),
    Question { whole: 3, ..asked("nvme-waiting", 1, 30.0, &[("nvme", Lost("no such node"))]) },
    Question { whole: 3, ..asked("nvme-back", 0, 5.0, &[("nvme", Whole)]) },
    asked("deleted", 1, 30.0, &[("scsi-hdd-failing", NotWhole)]),
    Question { whole: 0, ..asked("debug-first", 1, 10.0, &[]) },
    Question { whole: 4, ..asked("debug-again", 0, 30.0, &[]) },
    Question { whole: 360, stuck: 1, ..asked("many", 0, 60.0, &[]) },
];

/// Those for which recorded drives hang.
pub(crate) const WITH_TIMEOUTS: [Question; 14] = [
    asked("sg-first", 1, 5.0, &[("ata-ssd", Hung(STATISTICS))]),
    asked("sg-again", 1, 5.0, &[("ata-ssd", LeftAlone(AGAIN))]),
    asked("sg-lifted", 1, 5.0, &[("ata-ssd", Hung(STATISTICS))]),
    asked("stopped", 1, 5.0, &[("ata-ssd", Hung(STATISTICS))]),
    // It ends with its worker, long before the disk's deadline.
    asked("killed", 1, 3.0, &[("scsi-ssd", Cut(TEMPERATURE))]),
    Question { stuck: 1, ..asked("sd-first", 1, 5.0, &[("scsi-ssd", Hung(TEMPERATURE))]) },
    Question { stuck: 1, ..asked("sd-again", 1, 5.0, &[("scsi-ssd", LeftAlone(AGAIN))]) },
    // It depends on the kernel's time-out whether it can be asked again by now.
    Question { stuck: 1, ..asked("sd-lifted", 1, 5.0, &[("scsi-ssd", NotWhole)]) },
    Question {
        whole: 1,
        stuck: 1,
        ..asked("refused", 1, 8.0, &[("ata-hdd-failing", Hung("ata:b0/d5/00")), ("ata-hdd-old", Whole)])
    },
    Question { stuck: 1, ..asked("silent-first", 1, 5.0, &[("scsi-hdd", Hung(ERRORS))]) },
    Question { stuck: 1, ..asked("silent-again", 1, 5.0, &[("scsi-hdd", LeftAlone(STUCK))]) },
    Question { stuck: 1, ..asked("silent-lifted", 1, 5.0, &[("scsi-hdd", LeftAlone(STUCK))]) },
    // Two workers, each stuck in two disks at most: that of before and that of this question; and what smartctl left.
    Question { whole: 4, stuck: 3, ..asked("all", 1, 5.0, HANGING) },
    Question { whole: 4, stuck: 3, ..asked("all-again", 1, 5.0, HANGING) },
];
const HANGING: &[(&str, End)] =
    &[("ata-ssd", NotWhole), ("scsi-ssd", NotWhole), ("ata-hdd-failing", NotWhole), ("scsi-hdd", NotWhole)];

/// Asked while its disk was leaving: either way is right.
pub(crate) const RACING: [&str; 3] = ["nvme-racing-1", "nvme-racing-3", "nvme-racing-5"];
/// Disks that hung, and the commands in which `device ls` says they did.
pub(crate) const LISTED: [(&str, &str); 3] =
    [("sg-ls", STATISTICS), ("sd-ls", TEMPERATURE), ("silent-ls", ERRORS)];

/// What came back, but for the answers themselves.
struct Lab {
    folder: PathBuf,
    /// Node of each drive.
    nodes: BTreeMap<String, String>,
    has_timeouts: bool,
}

impl Lab {
    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join("faults").join(file)).unwrap_or_default()
    }

    fn answer(&self, name: &str) -> Answer {
        Answer::read(&self.folder.join("faults"), name)
    }

    fn seconds(&self, name: &str) -> Option<f64> {
        self.text(&format!("{name}.seconds")).trim().parse().ok()
    }

    /// Processes that were left: those with a thread that is not just waiting to be collected.
    fn left(&self, name: &str) -> BTreeSet<String> {
        let text = self.text(&format!("{name}.processes"));
        let lines = text.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        lines.filter(|words| words.last() != Some(&"Z")).map(|words| words[0].to_owned()).collect()
    }

    /// Those among them of which a thread does anything but wait in the kernel.
    fn left_and_not_stuck(&self, name: &str) -> usize {
        let text = self.text(&format!("{name}.processes"));
        text.lines().filter(|line| !line.ends_with(" Z") && !line.ends_with(" D")).count()
    }
}

/// Judges the results in `folder`: a line for each question, and what is wrong.
pub(crate) fn judge(folder: &Path) -> (Vec<Vec<String>>, Vec<Finding>) {
    let mut lab = Lab { folder: folder.to_owned(), nodes: BTreeMap::new(), has_timeouts: false };
    lab.has_timeouts = folder.join("faults/timeouts").exists();
    let pairs = lab.text("nodes");
    lab.nodes = pairs
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, node)| (name.to_owned(), node.to_owned()))
        .collect();
    let mut table =
        vec![["QUESTION", "EXIT", "SECONDS", "DISKS", "WHOLE", "LEFT"].map(str::to_owned).to_vec()];
    let mut findings = drives(&lab);
    let more = WITH_TIMEOUTS.iter().filter(|_| lab.has_timeouts);
    for question in QUESTIONS.iter().chain(more) {
        let (row, found) = judge_question(&lab, question);
        table.push(row);
        findings.extend(found.into_iter().map(|finding| format!("{}: {finding}", question.name)));
    }
    findings.extend(RACING.iter().flat_map(|name| judge_race(&lab, name)));
    if lab.has_timeouts {
        findings.extend(LISTED.iter().flat_map(|(name, command)| judge_listed(&lab, name, command)));
        findings.extend(judge_processes(&lab));
        findings.extend(judge_smartctl(&lab));
    }
    findings.extend(judge_ends(&lab));
    (table, findings)
}

fn is_whole(disk: &Value) -> bool {
    disk["outcome"] == "ok" && disk["record"]["stone"]["stopped_at"].is_null()
}

fn judge_question(lab: &Lab, question: &Question) -> (Vec<String>, Vec<Finding>) {
    let answer = lab.answer(question.name);
    let disks = answer.devices();
    let seconds = lab.seconds(question.name);
    let left = lab.left(question.name);
    let whole = disks.iter().filter(|disk| is_whole(disk)).count();
    let shown = |number: Option<String>| number.unwrap_or_else(|| "-".to_owned());
    let row = vec![
        question.name.to_owned(),
        shown(answer.exit.map(|exit| exit.to_string())),
        shown(seconds.map(|seconds| format!("{seconds:.2}"))),
        disks.len().to_string(),
        whole.to_string(),
        left.len().to_string(),
    ];
    let mut findings = Vec::new();
    if answer.exit != Some(question.exit) {
        findings.push(format!("ended with {:?}, not {}: {}", answer.exit, question.exit, answer.err.trim()));
    }
    if seconds.is_none_or(|seconds| seconds > question.seconds + MARGIN) {
        findings.push(format!("took {seconds:?} s, the limit is {} s and a margin", question.seconds));
    }
    if whole < question.whole {
        findings.push(format!("{whole} whole records, not {}", question.whole));
    }
    if left.len() > question.stuck || lab.left_and_not_stuck(question.name) > 0 {
        let processes = lab.text(&format!("{}.processes", question.name));
        findings.push(format!("left behind: {}", processes.trim().replace('\n', ", ")));
    }
    for (name, end) in question.disks {
        let disk = lab.nodes.get(*name).and_then(|node| disks.iter().find(|disk| on(disk, node)));
        match disk {
            None => findings.push(format!("nothing is said of {name}")),
            Some(disk) => {
                if let Some(wrong) = judge_end(disk, *end) {
                    findings.push(format!("{name} was to be {end:?}: {wrong}"));
                }
            }
        }
    }
    (row, findings)
}

/// Is this the disk of `node`? Of NVMe the controller is named.
fn on(disk: &Value, node: &str) -> bool {
    let path = disk["path"].as_str().unwrap_or_default();
    path == node || node.strip_prefix("/dev/").map(crate::round::whole) == path.strip_prefix("/dev/")
}

/// What is wrong with what is said of a disk. `None`: nothing.
fn judge_end(disk: &Value, end: End) -> Option<String> {
    let stone = &disk["record"]["stone"];
    let stopped_at = stone["stopped_at"]["command"].as_str();
    let error = disk["error"].as_str().unwrap_or_default();
    let sections = stone["sections"].as_object().into_iter().flat_map(|sections| sections.values());
    let answered = sections.filter(|section| section["outcome"] == "ok").count();
    let is_right = match end {
        Whole => is_whole(disk),
        Hung(command) => stopped_at == Some(command) && disk["hung_in"] == command && answered >= SECTIONS,
        Cut(command) => stopped_at == Some(command) && disk["hung_in"].is_null() && answered >= SECTIONS,
        LeftAlone(words) | Lost(words) => disk["outcome"] == "failed" && error.contains(words),
        NotWhole => !is_whole(disk) && (stopped_at.is_some() || !error.is_empty()),
    };
    let told = || {
        format!(
            "{} {error}, {answered} sections, stopped at {stopped_at:?}, hung in {}",
            disk["outcome"], disk["hung_in"]
        )
    };
    (!is_right).then(told)
}

/// A disk that leaves at any moment costs only itself, and no time.
fn judge_race(lab: &Lab, name: &str) -> Vec<Finding> {
    let answer = lab.answer(name);
    let whole = answer.devices().iter().filter(|disk| is_whole(disk)).count();
    let in_time = lab.seconds(name).is_some_and(|seconds| seconds <= 5.0 + MARGIN);
    if whole >= 2 && matches!(answer.exit, Some(0 | 1)) && in_time && lab.left(name).is_empty() {
        Vec::new()
    } else {
        vec![format!("{name}: ended with {:?}, {whole} whole records: {}", answer.exit, answer.err.trim())]
    }
}

fn judge_listed(lab: &Lab, name: &str, command: &str) -> Vec<Finding> {
    let answer = lab.answer(name);
    let quarantine = answer.devices().first().map(|disk| disk["quarantine"].clone()).unwrap_or_default();
    if answer.exit == Some(0) && quarantine["left_alone"] == true && quarantine["command"] == command {
        Vec::new()
    } else {
        vec![format!(
            "{name} does not say that the disk hung in {command}: {quarantine} {}",
            answer.err.trim()
        )]
    }
}

/// In the place of smartctl its answer comes in time, to its end, and says that the disk is not well.
fn judge_smartctl(lab: &Lab) -> Option<Finding> {
    let answer = lab.answer("smartctl-silent");
    let status = answer.json().and_then(|json| json["smartctl"]["exit_status"].as_u64()).unwrap_or(0);
    let in_time = lab.seconds("smartctl-silent").is_some_and(|seconds| seconds <= 3.0 + MARGIN);
    let is_right = answer.exit == Some(0) && in_time && status & 6 != 0;
    let told = || format!("ended with {:?}, status {status}: {}", answer.exit, answer.err.trim());
    (!is_right).then(|| format!("smartctl-silent: {}", told()))
}

/// What has to be gone in the end.
fn judge_processes(lab: &Lab) -> Vec<Finding> {
    let mut findings = Vec::new();
    // The front was killed: nothing is left of it, nor of its worker, whose disk can be left by a signal.
    if lab.answer("front").exit != Some(137) || !lab.left("front").is_empty() {
        findings.push(format!("a front that died left behind: {:?}", lab.text("front.processes")));
    }
    if !lab.left("sd-ended").is_empty() {
        findings.push(format!("still there after the time-out: {:?}", lab.text("sd-ended.processes")));
    }
    findings
}

/// Disks that are not whole say why, and listing goes on while a disk is probed.
fn judge_ends(lab: &Lab) -> Vec<Finding> {
    let mut findings = Vec::new();
    let cut = lab.answer("debug-first").devices().iter().filter(|disk| !is_whole(disk)).count();
    if cut == 0 {
        findings.push("no command of scsi_debug timed out".to_owned());
    }
    for name in ["debug-first", "deleted"] {
        for disk in lab.answer(name).devices().iter().filter(|disk| !is_whole(disk)) {
            findings.extend(judge_end(disk, NotWhole).map(|wrong| format!("{name}: {wrong}")));
        }
    }
    let listed = lab.answer("probe-ls");
    if listed.exit != Some(0) || listed.devices().len() < 6 {
        findings.push(format!("probe-ls has {} disks", listed.devices().len()));
    }
    findings
}

/// The faults took place, and nobody was asked to change anything.
fn drives(lab: &Lab) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut reports = String::new();
    let more = ["drives-refusing", "drives-silent", "drives-undetected"];
    for host in ["drives-answering"].iter().chain(more.iter().filter(|_| lab.has_timeouts)) {
        let report = fs::read_to_string(lab.folder.join(host)).unwrap_or_default();
        if !report.lines().any(|line| line == "END") {
            findings.push(format!("the report of {host} has no end"));
        }
        reports.push_str(&report);
    }
    findings.extend(reports.lines().filter(|line| line.starts_with("VIOLATION")).map(str::to_owned));
    let wanted = [
        "HUNG ata-ssd 85",
        "HUNG scsi-ssd 4d",
        "HUNG ata-ssd-faulty 12",
        "MANAGED ata-ssd ABORT TASK answered",
        "MANAGED ata-hdd-failing ABORT TASK refused",
        "MANAGED scsi-hdd ABORT TASK never answered",
    ];
    let wanted = wanted.iter().filter(|_| lab.has_timeouts);
    let missing = wanted.filter(|wanted| !reports.lines().any(|line| line.starts_with(**wanted)));
    findings.extend(missing.map(|wanted| format!("what was to happen did not: {wanted}")));
    findings
}

/// What is told, and not demanded.
pub(crate) fn notes(folder: &Path) -> Vec<String> {
    let text = |file: &str| fs::read_to_string(folder.join("faults").join(file)).unwrap_or_default();
    let mut notes = Vec::new();
    if !folder.join("faults/timeouts").exists() {
        notes.push(
            "virtio_scsi could not be given time-outs: THE CASES OF DISKS THAT HANG ARE LEFT OUT".to_owned(),
        );
    }
    if !folder.join("faults/probing").exists() {
        notes.push("the disk that hangs as it is probed was given up before the others were read".to_owned());
    }
    for line in text("busy").lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |index: usize| words.get(index).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
        let (times, reads, millis) = (number(1), number(2), number(3));
        notes.push(format!(
            "a disk under load, asked {times} times in 3 s by {}: {:.0} reads of 4 KiB a second, {:.2} ms each",
            words[0],
            reads / 3.0,
            if reads > 0.0 { millis / reads } else { 0.0 },
        ));
    }
    notes
}
