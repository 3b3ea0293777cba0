//! One call: from its arguments to what is printed and the exit status.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use super::answer::Answer;
use super::options::{Form, Json, Options, Quiet, Task};
use super::text::Beside;
use super::{arguments, flat, foreign, help, lines, presets, read, scan, text, yaml};
use crate::report::{Object, Severity, Value};
use crate::source::native::{Choice, Knowledge};

/// Is this call meant for smartctl: by the program's name, or by its first argument? Then the arguments that are left.
pub(in crate::cli) fn is_called(arguments: &[OsString]) -> Option<&[OsString]> {
    let (program, rest) = arguments.split_first()?;
    if Path::new(program).file_name() == Some(OsStr::new("smartctl")) {
        return Some(rest);
    }
    let (first, rest) = rest.split_first()?;
    (first == "smartctl").then_some(rest)
}

/// Runs smartctl with `arguments`, its name left out.
pub(in crate::cli) fn run(arguments: &[OsString]) -> ExitCode {
    // What is no UTF-8 is no option, and no device that JSON could name.
    let words: Vec<String> = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let (options, mut wrong) = arguments::parse(&words);
    wrong.extend(database_error(&options.knowledge));
    let mut argv = vec!["smartctl".to_owned()];
    argv.extend(words);
    let mut answer = Answer::new(&argv);
    let mut page = String::new();
    if options.quiet == Quiet::No {
        page.push_str(&help::banner());
    }
    answer.messages.extend(options.notes.iter().map(|note| (Severity::Information, note.clone())));
    match options.task {
        _ if !wrong.is_empty() => {
            answer.refuse(wrong);
            let after = "\nSee `smartctl -h` for what there is.\n\n";
            page.push_str(&messages(&answer));
            page.push_str(after);
        }
        Task::Help => page.push_str(help::HELP),
        Task::Version => page.push_str(&help::version()),
        Task::Scan | Task::ScanOpen => page = scan::scan(&options, &mut answer),
        Task::AllPresets => page.push_str(&presets::show_all(&options)),
        Task::AttributeFormats => page.push_str(&presets::formats()),
        Task::Foreign => match foreign::run(arguments, read::time(&options)) {
            Ok(status) => return status,
            Err((status, message)) => {
                answer.status = status;
                answer.messages.push((Severity::Error, message));
                page.push_str(&messages(&answer));
            }
        },
        Task::Read | Task::Test | Task::Presets => device(&options, &mut answer, &mut page),
    }
    let status = answer.status;
    let printed = match options.json {
        Some(json) => {
            let output = json.output.then_some(page.as_str());
            let bytes = std::mem::take(&mut answer.printed);
            let mut object = answer.finish(output, options.parts);
            lines::add(&mut object, json, &page, &bytes);
            fitting(object, json)
        }
        None if options.quiet == Quiet::Silent => String::new(),
        None => page,
    };
    let mut out = io::stdout().lock();
    match out.write_all(printed.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            crate::cli::output::complain("standard output", &error);
            ExitCode::FAILURE
        }
        _ => ExitCode::from(status),
    }
}

/// A drive database that was named and is not there: a wrong call, unlike one that is broken.
fn database_error(knowledge: &Knowledge) -> Option<String> {
    let (Choice::File(path) | Choice::Before(path)) = &knowledge.database else { return None };
    let error = File::open(path).err()?;
    Some(format!("{}: the drive database (-B) cannot be opened: {error}", path.display()))
}

/// Reads the device, and writes the text of it unless only JSON is wanted.
fn device(options: &Options, answer: &mut Answer, page: &mut String) {
    let name = options.device();
    answer.add(read::read(options, name), name, options);
    if options.json.is_some_and(|json| !json.has_text()) {
        return;
    }
    page.push_str(&messages(answer));
    match options.task {
        Task::Test if options.quiet == Quiet::ErrorsOnly => {}
        Task::Test => page.push_str(&scan::test(&answer.json, name)),
        Task::Presets => page.push_str(&presets::show(options, &answer.json)),
        _ => {
            let beside = Beside {
                power: answer.power,
                smart_statistics: answer.smart_statistics,
                warning: presets::warning(options, &answer.json),
            };
            page.push_str(&text::page(options, &answer.json, &beside, answer.status));
            if options.quiet == Quiet::No {
                page.push_str(&answer.printed);
            }
        }
    }
}

/// The messages, one on each line; what is good to know is no message among errors.
fn messages(answer: &Answer) -> String {
    let lines = answer.messages.iter().map(|(severity, text)| match severity {
        Severity::Warning => format!("Warning: {text}\n"),
        Severity::Information | Severity::Error => format!("{text}\n"),
    });
    lines.collect()
}

/// What Ceph's daemons take is 100 KiB, and nothing of what is longer.
const LONGEST: usize = 64 << 10;

/// With the text in it, an answer that would be too long for Ceph goes on one line, and if need be without the text.
fn fitting(mut json: Object, how: Json) -> String {
    if !how.output || how.form != Form::Pretty {
        return format(json, how);
    }
    leave_out_giants(&mut json);
    let indented = format(json.clone(), how);
    if indented.len() <= LONGEST {
        return indented;
    }
    let how = Json { form: Form::Compact, ..how };
    let line = format(json.clone(), how);
    if line.len() <= LONGEST {
        return line;
    }
    json.object("smartctl").remove("output");
    format(json, how)
}

/// Ceph's daemons drop a whole record for one number that does not fit 64 bits; beside such a number its digits stand as
/// a string (`_s`).
fn leave_out_giants(json: &mut Object) {
    let kept = |value: Value| match value {
        Value::Object(mut object) => {
            leave_out_giants(&mut object);
            Some(Value::Object(object))
        }
        Value::Unsigned(number) if number > u128::from(u64::MAX) => None,
        other => Some(other),
    };
    let fields = std::mem::take(json).into_iter();
    *json = fields.filter_map(|(key, value)| Some((key, kept(value)?))).collect();
}

fn format(json: Object, how: Json) -> String {
    let mut json = if how.verbose { flat::verbose(&json) } else { json };
    flat::tell_precision(&mut json);
    let mut value = Value::Object(json);
    if how.sorted {
        value = flat::sorted(value);
    }
    match how.form {
        Form::Pretty => serde_json::to_string_pretty(&value).map(|text| text + "\n").unwrap_or_default(),
        Form::Compact => serde_json::to_string(&value).map(|text| text + "\n").unwrap_or_default(),
        Form::Flat => flat::assignments(&value),
        Form::Yaml => yaml::yaml(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    fn called(line: &str) -> Option<Vec<String>> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let rest = is_called(&words)?;
        Some(rest.iter().map(|word| word.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn an_answer_with_text_stays_short_enough_for_ceph() {
        let how = Json { output: true, ..Json::default() };
        let answer = |lines: usize| {
            let output = Value::array(vec!["a line of some length, as there are many"; lines]);
            object! { "smartctl" => object! { "output" => output, "exit_status" => 0u8 } }
        };
        assert!(fitting(answer(10), how).lines().count() > 10);
        let long = fitting(answer(1400), how);
        assert!(long.len() <= LONGEST && long.lines().count() == 1 && long.contains("a line"));
        assert_eq!(fitting(answer(9000), how), "{\"smartctl\":{\"exit_status\":0}}\n");
        let compact = Json { form: Form::Compact, ..how };
        assert!(fitting(answer(9000), compact).len() > LONGEST);
    }

    #[test]
    fn ceph_gets_no_number_that_it_cannot_read() {
        let how = Json { output: true, ..Json::default() };
        let log = || {
            object! { "units" => u128::from(u64::MAX) + 1, "units_s" => "18446744073709551616", "other" => u64::MAX }
        };
        let text = fitting(object! { "log" => log() }, how);
        assert!(
            !text.contains("\"units\"") && text.contains("units_s") && text.contains("18446744073709551615")
        );
        assert!(format(object! { "log" => log() }, Json::default()).contains("\"units\""));
    }

    #[test]
    fn called_by_name_or_by_the_first_argument() {
        assert_eq!(called("/usr/sbin/smartctl -i /dev/sda").unwrap(), ["-i", "/dev/sda"]);
        assert_eq!(called("stone smartctl -V").unwrap(), ["-V"]);
        assert_eq!(called("smartctl").unwrap(), Vec::<String>::new());
        assert!(called("stone device ls").is_none() && called("stone").is_none());
    }
}
