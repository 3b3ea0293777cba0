//! smartctl's options, and what each means.

use std::path::PathBuf;

use super::getopt::{self, Argument, Known, Takes};
use super::options::{Asleep, Options, Quiet, Task};
use super::wanted::{Part, Parts};
use super::{kind, letters, logs};
use crate::source::drivedb;
use crate::source::native::{Choice, Power};

/// What an option is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Help,
    Version,
    Info,
    Identify,
    Get,
    All,
    Everything,
    Scan,
    ScanOpen,
    Json,
    Quiet,
    Device,
    Tolerance,
    Checksum,
    Report,
    NoCheck,
    Health,
    Capabilities,
    Attributes,
    Format,
    Log,
    Vendor,
    Bug,
    Presets,
    Database,
    /// It would change the drive: the option, as people write it.
    Change(&'static str),
}

const fn known(meaning: Word, short: char, long: &'static [&'static str], value: Takes) -> Known<Word> {
    Known { meaning, short: if short == ' ' { None } else { Some(short) }, long, value }
}

const KNOWN: &[Known<Word>] = &[
    known(Word::Help, 'h', &["help", "usage"], Takes::Nothing),
    known(Word::Help, '?', &[], Takes::Nothing),
    known(Word::Version, 'V', &["version", "copyright", "license"], Takes::Nothing),
    known(Word::Info, 'i', &["info"], Takes::Nothing),
    known(Word::Identify, ' ', &["identify"], Takes::Perhaps),
    known(Word::Get, 'g', &["get"], Takes::Value),
    known(Word::All, 'a', &["all"], Takes::Nothing),
    known(Word::Everything, 'x', &["xall"], Takes::Nothing),
    known(Word::Scan, ' ', &["scan"], Takes::Nothing),
    known(Word::ScanOpen, ' ', &["scan-open"], Takes::Nothing),
    known(Word::Json, 'j', &["json"], Takes::Perhaps),
    known(Word::Quiet, 'q', &["quietmode"], Takes::Value),
    known(Word::Device, 'd', &["device"], Takes::Value),
    known(Word::Tolerance, 'T', &["tolerance"], Takes::Value),
    known(Word::Checksum, 'b', &["badsum"], Takes::Value),
    known(Word::Report, 'r', &["report"], Takes::Value),
    known(Word::NoCheck, 'n', &["nocheck"], Takes::Value),
    known(Word::Health, 'H', &["health"], Takes::Nothing),
    known(Word::Capabilities, 'c', &["capabilities"], Takes::Nothing),
    known(Word::Attributes, 'A', &["attributes"], Takes::Nothing),
    known(Word::Format, 'f', &["format"], Takes::Value),
    known(Word::Log, 'l', &["log"], Takes::Value),
    known(Word::Vendor, 'v', &["vendorattribute"], Takes::Value),
    known(Word::Bug, 'F', &["firmwarebug"], Takes::Value),
    known(Word::Presets, 'P', &["presets"], Takes::Value),
    known(Word::Database, 'B', &["drivedb"], Takes::Value),
    known(Word::Change("-s"), 's', &["smart", "set"], Takes::Value),
    known(Word::Change("-o"), 'o', &["offlineauto"], Takes::Value),
    known(Word::Change("-S"), 'S', &["saveauto"], Takes::Value),
    known(Word::Change("-t"), 't', &["test"], Takes::Value),
    known(Word::Change("-C"), 'C', &["captive"], Takes::Nothing),
    known(Word::Change("-X"), 'X', &["abort"], Takes::Nothing),
];

/// The options of one call, and what is wrong with them: then nothing is done.
pub(super) fn parse(arguments: &[String]) -> (Options, Vec<String>) {
    let mut options = Options::default();
    let mut wrong = Vec::new();
    let mut operands = Vec::new();
    let (mut scan, mut kind, mut wrong_kinds) = (None, String::new(), Vec::new());
    for argument in getopt::parse(arguments, KNOWN) {
        match argument {
            Argument::Option(word, value) => {
                let applied = apply(&mut options, word, value.as_deref());
                match word {
                    Word::Scan | Word::ScanOpen => scan = Some(options.task),
                    Word::Device => kind = value.unwrap_or_default(),
                    _ => {}
                }
                let wrong = if word == Word::Device { &mut wrong_kinds } else { &mut wrong };
                wrong.extend(applied.err());
            }
            Argument::Operand(operand) => operands.push(operand),
            Argument::Wrong(message) => wrong.push(message),
        }
    }
    match scan {
        // With a type that is none of a scan there is nothing to list, which is no error.
        Some(task) if !matches!(options.task, Task::Help | Task::Version) => {
            options.task = task;
            options.unscanned = Some(kind).filter(|kind| !kind::is_scanned(kind));
        }
        _ => wrong.extend(wrong_kinds),
    }
    if options.task == Task::Test {
        // It is found out what the device is, and nothing is read.
        options.parts = Parts::default();
        (options.asleep, options.identify) = (None, None);
        options.bytes.clear();
    }
    let most = match options.task {
        Task::Read | Task::Test | Task::Presets | Task::Foreign => 1,
        // A model and a firmware revision.
        Task::AllPresets => 2,
        // What stands behind them is for another program's configuration.
        Task::Scan | Task::ScanOpen | Task::Help | Task::Version | Task::AttributeFormats => usize::MAX,
    };
    if wrong.is_empty() {
        match operands.len() {
            0 if most == 1 => {
                wrong.push("a device is missing: name one at the end, such as /dev/sda".to_owned())
            }
            count if count > most && most == 1 => {
                wrong.push(format!("one device at a time, please: {count} are named"));
            }
            count if count > most => {
                wrong.push("-P showall takes a model and a firmware revision".to_owned())
            }
            _ => {}
        }
    }
    if operands == ["-"] {
        wrong.push(
            "the output of -r ataioctl cannot be read back; `stone device dump` records a disk".to_owned(),
        );
    }
    options.operands = operands;
    (options, wrong)
}

/// Words that an option takes, and what they mean.
fn choice<T: Copy>(option: &str, value: &str, choices: &[(&str, T)]) -> Result<T, String> {
    choices
        .iter()
        .find_map(|(word, meaning)| (*word == value).then_some(*meaning))
        .ok_or_else(|| unknown(option, value, &choices.iter().map(|(word, _)| *word).collect::<Vec<_>>()))
}

pub(super) fn unknown(option: &str, value: &str, choices: &[&str]) -> String {
    format!("option {option} does not know \"{value}\"; it knows: {}", choices.join(", "))
}

fn apply(options: &mut Options, word: Word, value: Option<&str>) -> Result<(), String> {
    let text = value.unwrap_or_default();
    match word {
        Word::Help => options.task = Task::Help,
        Word::Version => options.task = Task::Version,
        Word::Scan => options.task = Task::Scan,
        Word::ScanOpen => options.task = Task::ScanOpen,
        Word::Info => options.parts.add(Part::Info),
        Word::Health => options.parts.add(Part::Health),
        Word::Capabilities => options.parts.add(Part::Capabilities),
        Word::Attributes => options.parts.add(Part::Attributes),
        Word::All => options.parts.add_all(),
        Word::Everything => options.parts.add_everything(),
        Word::Identify => {
            options.identify = Some(letters::identify(text)?);
            options.parts.add(Part::Bytes);
        }
        Word::Get => get(options, text)?,
        Word::Log => logs::add(options, text)?,
        Word::Json => options.json = Some(letters::json(text)?),
        Word::Quiet => match text {
            "noserial" => options.anonymous = true,
            _ => {
                let choices =
                    [("errorsonly", Quiet::ErrorsOnly), ("silent", Quiet::Silent), ("noserial", Quiet::No)];
                options.quiet = choice("-q", text, &choices)?;
            }
        },
        Word::Device => kind::set(options, text)?,
        Word::Tolerance => {
            choice(
                "-T",
                text,
                &[("normal", ()), ("conservative", ()), ("permissive", ()), ("verypermissive", ())],
            )?;
        }
        Word::Checksum => {
            let choices = [("warn", false), ("exit", true), ("ignore", false)];
            options.checksum_is_fatal = choice("-b", text, &choices)?;
        }
        Word::Report => report(text)?,
        Word::NoCheck => options.asleep = Some(no_check(text)?),
        Word::Format => match text {
            "old" => options.table.brief = Some(false),
            "brief" => options.table.brief = Some(true),
            "hex" => (options.table.hex_ids, options.table.hex_values) = (true, true),
            "hex,id" => options.table.hex_ids = true,
            "hex,val" => options.table.hex_values = true,
            _ => return Err(unknown("-f", text, &["old", "brief", "hex[,id|val]"])),
        },
        Word::Vendor => {
            if text == "help" {
                options.task = Task::AttributeFormats;
                return Ok(());
            }
            if !drivedb::is_option(text) {
                return Err(format!(
                    "option -v does not understand \"{text}\": it is ID,FORMAT[:ORDER][,NAME]"
                ));
            }
            add_knowledge(options, "-v", text);
        }
        Word::Bug => {
            let bugs = ["none", "nologdir", "samsung", "samsung2", "samsung3", "xerrorlba", "swapid"];
            choice("-F", text, &bugs.map(|bug| (bug, ())))?;
            add_knowledge(options, "-F", text);
        }
        Word::Presets => match text {
            "use" => options.knowledge.database = Choice::Installed,
            "ignore" => options.knowledge.database = Choice::Nothing,
            "show" => options.task = Task::Presets,
            "showall" => options.task = Task::AllPresets,
            _ => return Err(unknown("-P", text, &["use", "ignore", "show", "showall"])),
        },
        Word::Database => {
            options.knowledge.database = match text.strip_prefix('+') {
                Some(path) => Choice::Before(PathBuf::from(path)),
                None => Choice::File(PathBuf::from(text)),
            };
        }
        Word::Change(option) => return Err(refusal(format!("{option} {text}").trim_end())),
    }
    Ok(())
}

/// Nothing here can change a drive, as `option` would.
pub(super) fn refusal(option: &str) -> String {
    format!(
        "this smartctl only reads: what changes a drive or starts a self-test ({option}) is done with smartmontools' own smartctl"
    )
}

fn add_knowledge(options: &mut Options, option: &str, value: &str) {
    for word in [option, value] {
        options.knowledge.options.push_str(word);
        options.knowledge.options.push(' ');
    }
}

/// `-r TYPE[,LEVEL]`: transactions are not printed here, `stone -vvv` does that; the option is understood and has no
/// effect, as for a device that has nothing to report.
fn report(text: &str) -> Result<(), String> {
    let (kind, level) = text.split_once(',').unwrap_or((text, "1"));
    let is_known = ["ioctl", "ataioctl", "scsiioctl", "nvmeioctl"].contains(&kind);
    if is_known && matches!(level, "1" | "2" | "3" | "4") {
        return Ok(());
    }
    Err(unknown("-r", text, &["ioctl[,N]", "ataioctl[,N]", "scsiioctl[,N]", "nvmeioctl[,N]"]))
}

/// `-n MODE[,STATUS[,STATUS2]]`; the second status is for a mode that is not known, which is no sleep here.
fn no_check(text: &str) -> Result<Asleep, String> {
    let mut words = text.split(',');
    let modes = [
        ("never", None),
        ("sleep", Some(Power::Sleep)),
        ("standby", Some(Power::Standby)),
        ("idle", Some(Power::Idle)),
    ];
    let from = choice("-n", words.next().unwrap_or_default(), &modes)?;
    let mut status = 2;
    let numbers: Result<Vec<u8>, _> = words.map(str::parse).collect();
    match numbers.as_deref() {
        Ok([]) => {}
        // What never happens has no status.
        Ok([first] | [first, _]) if from.is_some() => status = *first,
        _ => {
            return Err(unknown(
                "-n",
                text,
                &["never", "MODE[,STATUS[,STATUS2]] with MODE sleep, standby, idle"],
            ));
        }
    }
    Ok(Asleep { from, status })
}

fn get(options: &mut Options, text: &str) -> Result<(), String> {
    let settings = [
        ("all", Part::Settings),
        ("aam", Part::Acoustic),
        ("apm", Part::Power),
        ("dsn", Part::Notification),
        ("lookahead", Part::Lookahead),
        ("security", Part::Security),
        ("wcache", Part::WriteCache),
        ("rcache", Part::Lookahead),
    ];
    if ["wcreorder", "wcache-sct"].contains(&text) {
        options.notes.push(format!("-g {text}: not supported, SCT Feature Control is not asked"));
        return Ok(());
    }
    match choice("-g", text, &settings)? {
        Part::Settings => options.parts.add_settings(),
        part => options.parts.add(part),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::options::Kind;
    use super::*;
    use crate::source::native::Power;

    fn options(line: &str) -> Options {
        let (options, wrong) = parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(wrong, Vec::<String>::new(), "{line}");
        options
    }

    fn wrong(line: &str) -> Vec<String> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).1
    }

    #[test]
    fn what_the_callers_of_smartctl_say() {
        let ceph = options("-x --json=o /dev/sda");
        assert!(ceph.parts.has(Part::Everything) && ceph.json.unwrap().output);
        let exporter = options(
            "--json --info --health --attributes --tolerance=verypermissive --nocheck=standby --format=brief \
             --log=error --device=sat /dev/sda",
        );
        assert!(exporter.parts.has(Part::Errors) && !exporter.parts.has(Part::SelfTests));
        assert_eq!(exporter.asleep, Some(Asleep { from: Some(Power::Standby), status: 2 }));
        assert_eq!((exporter.kind, exporter.is_brief()), (Kind::Sat, true));
        assert_eq!(options("--scan --json").task, Task::Scan);
        assert_eq!(options("--scan-open").task, Task::ScanOpen);
        for (line, unscanned) in
            [("--scan -d nvme", None), ("-d usb --scan", Some("usb")), ("--scan -d cciss,0", Some("cciss,0"))]
        {
            let scan = options(line);
            assert_eq!((scan.task, scan.unscanned.as_deref()), (Task::Scan, unscanned), "{line}");
        }
        assert!(options("--xall --json --device auto /dev/sda").parts.has(Part::Everything));
        // telegraf, netdata, pySMART, a shell
        options("--info --health --attributes --tolerance=verypermissive -n standby --format=brief /dev/sda");
        options(
            "--json=c --all --nocheck standby,3,7 /dev/sda --device=sat+auto"
                .replace("sat+auto", "sat,auto")
                .as_str(),
        );
        let test = options("-x -d test -n standby -l gplog,0x30 --identify /dev/nvme0");
        assert_eq!((test.task, test.parts.is_empty(), test.asleep), (Task::Test, true, None));
        assert!(test.bytes.is_empty() && test.identify.is_none());
        assert_eq!(options("-iHAd nvme,0x2 /dev/nvme0").kind, Kind::Nvme(Some(2)));
        assert_eq!(options("-j -i -q noserial sda").device(), "sda");
    }

    #[test]
    fn what_changes_a_drive_is_refused_and_says_what_to_use() {
        for line in [
            "-t short /dev/sda",
            "-s on /dev/sda",
            "--set=apm,off /dev/sda",
            "-X /dev/sda",
            "-l scterc,70,70 /dev/sda",
            "-l sataphy,reset /dev/sda",
            "-l scttempint,5 /dev/sda",
        ] {
            let messages = wrong(line);
            assert_eq!(messages.len(), 1, "{line}");
            assert!(messages[0].contains("smartmontools' own smartctl"), "{line}: {}", messages[0]);
            let option = line.split([' ', '=']).next().unwrap().replace("--set", "-s");
            assert!(messages[0].contains(&format!("({option}")), "{line}: {}", messages[0]);
        }
    }

    #[test]
    fn nonsense_is_named() {
        for line in [
            "",
            "/dev/sda /dev/sdb",
            "-l fancy /dev/sda",
            "-l devstat,x /dev/sda",
            "-n doze /dev/sda",
            "-n standby,1000 /dev/sda",
            "-n never,3 /dev/sda",
            "--json=z /dev/sda",
            "-d nvme,x /dev/nvme0",
            "-v 9,fortnights /dev/sda",
            "-T maybe /dev/sda",
            "-q loud /dev/sda",
            "-f round /dev/sda",
            "-P list /dev/sda",
            "-P showall a b c",
            "--identify=x /dev/sda",
            "-a -",
            "-r ioctl,9 /dev/sda",
        ] {
            assert_eq!(wrong(line).len(), 1, "{line}");
        }
    }

    #[test]
    fn knowledge_of_attributes_is_gathered() {
        let options = options("-A -v 9,minutes -F samsung -P ignore /dev/sda");
        assert_eq!(options.knowledge.options, "-v 9,minutes -F samsung ");
        assert_eq!(options.knowledge.database, Choice::Nothing);
    }
}
