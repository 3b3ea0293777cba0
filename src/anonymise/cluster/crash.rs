//! One crash record as it may be sent: an allow-list of its keys, each with the form its value must have.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::exception;
use super::names::Names;
use super::platform::{form, is_time, platform};
use super::source_text::{CUT, condition, frame, function, source_file};
use crate::anonymise::{Pseudonym, Secret};

/// As many frames are taken.
const MOST_FRAMES: usize = 200;

/// What is taken of `crash`, a record of `crash ls`. `None`: it is no record at all. A key whose value has no known
/// form, or has one of `names` in it, is left out, so a broken record harms nobody but itself.
pub fn crash(secret: &Secret, names: &Names, crash: &Value) -> Option<Value> {
    let crash = crash.as_object()?;
    let taken = crash.iter().filter_map(|(key, value)| {
        let taken = match take(secret, key, value)? {
            Value::Array(frames) => {
                Value::Array(frames.into_iter().map(|line| without(names, line)).collect())
            }
            other => other,
        };
        let clean = taken.as_str().is_none_or(|text| !names.are_in(text));
        clean.then(|| (key.clone(), taken))
    });
    let taken: Map<String, Value> = taken.collect();
    (!taken.is_empty()).then(|| taken.into())
}

/// A line, or what stands for it if a name is in it.
fn without(names: &Names, line: Value) -> Value {
    if line.as_str().is_some_and(|line| names.are_in(line)) { CUT.into() } else { line }
}

fn take(secret: &Secret, key: &str, value: &Value) -> Option<Value> {
    let text = value.as_str();
    match key {
        "crash_id" => text.filter(|id| is_crash_id(id)).map(Value::from),
        "timestamp" | "archived" => text.filter(|time| is_time(time)).map(Value::from),
        "stack_sig" => {
            let hex = |char: char| char.is_ascii_hexdigit();
            text.filter(|hash| (32..=64).contains(&hash.len()) && hash.chars().all(hex)).map(Value::from)
        }
        "process_name" | "assert_thread_name" | "mgr_module" | "mgr_module_caller" => {
            text.filter(|name| PROGRAM_WORD.is_match(name)).map(Value::from)
        }
        "entity_name" => text.and_then(|name| daemon(secret, name)).map(Value::from),
        "ceph_version" | "os_id" | "os_name" | "os_version" | "os_version_id" | "utsname_machine"
        | "utsname_release" | "utsname_sysname" | "utsname_version" => platform(key, text?).map(Value::from),
        "assert_line" | "io_error_code" | "io_error_length" | "io_error_optype" => {
            value.as_i64().map(Value::from)
        }
        "io_error" => value.as_bool().map(Value::from),
        "assert_file" => source_file(text?).map(Value::from),
        "assert_func" => function(text?).map(Value::from),
        "assert_condition" => condition(text?).map(Value::from),
        "assert_msg" => Some(assert_message(text?).into()),
        "mgr_python_exception" => exception::class(text?).map(Value::from),
        "backtrace" => {
            let frames = value.as_array()?.iter().take(MOST_FRAMES);
            Some(frames.map(|line| line.as_str().map_or_else(|| CUT.to_owned(), frame)).collect())
        }
        // io_error_devname and io_error_path name a disk of this host, io_error_offset a place on it, utsname_hostname
        // the host; what is not known yet may be anything.
        _ => None,
    }
}

/// `osd.` and 40 hex digits that only the secret can make of the name.
fn daemon(secret: &Secret, name: &str) -> Option<String> {
    let (kind, _) = name.split_once('.')?;
    let known = ["osd", "mon", "mgr", "mds", "client", "rgw", "rbd-mirror", "cephfs-mirror", "nfs", "auth"];
    known.contains(&kind).then(|| format!("{kind}.{}", Pseudonym::of_daemon(secret, name)))
}

/// The message repeats file, function, thread and time, and then says in which line what failed: that line is kept.
fn assert_message(message: &str) -> String {
    let failed = message.lines().find_map(|line| {
        let (place, condition_) = line.split_once(": FAILED ceph_assert(")?;
        let (file, number) = place.rsplit_once(':')?;
        let number: u32 = number.trim().parse().ok()?;
        let condition_ = condition(condition_.trim_end().strip_suffix(')')?)?;
        Some(format!("{}: {number}: FAILED ceph_assert({condition_})", source_file(file)?))
    });
    failed.unwrap_or_else(|| CUT.to_owned())
}

/// `2026-11-22T11:10:09.531363Z_b2a28fc1-4aa8-422e-b111-ef0f73fbdac5`.
fn is_crash_id(id: &str) -> bool {
    id.split_once('_').is_some_and(|(time, uuid)| {
        let hex = |char: char| char.is_ascii_hexdigit() || char == '-';
        is_time(time) && uuid.len() == 36 && uuid.chars().all(hex)
    })
}

/// `ceph-osd`, `admin_socket`, `ActivePyModule::serve`: what threads, programs and modules are called.
static PROGRAM_WORD: LazyLock<Regex> =
    form!(r"^[A-Za-z][A-Za-z0-9_]{0,31}(-[A-Za-z0-9_]{1,16}){0,3}(::[A-Za-z_]{1,32})?$");

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(record: &Value) -> Value {
        crash(&Secret::from_bytes([7; 32]), &Names::default(), record).unwrap()
    }

    #[test]
    fn what_helps_a_developer_is_kept() {
        let record = json!({
            "assert_condition": "!(command == \"assert\" && _conf->debug_asok_assert_abort)",
            "assert_file": "./src/common/ceph_context.cc",
            "assert_func": "int ceph::common::CephContext::_do_command(std::string_view, const cmdmap_t&)",
            "assert_line": 495,
            "assert_msg": "./src/common/ceph_context.cc: In function 'int f()' thread 7fd189f906c0 time 2026-11-22T11:10:09.521481+0000\n\
                           ./src/common/ceph_context.cc: 495: FAILED ceph_assert(!(command == \"assert\"))\n",
            "assert_thread_name": "admin_socket",
            "backtrace": ["gsignal()", "ceph-osd(+0x52bb02) [0x55e822a2db02]"],
            "ceph_version": "16.2.15",
            "crash_id": "2026-11-22T11:10:09.531363Z_b2a28fc1-4aa8-422e-b111-ef0f73fbdac5",
            "entity_name": "osd.2",
            "stack_sig": "66d2477369cfd4c37e45593a57ffd0342758d2429810d13c05fe160ca624d4f8",
            "utsname_hostname": "node7",
        });
        let sent = sent(&record);
        assert_eq!(sent["assert_line"], 495);
        assert_eq!(sent["assert_func"], record["assert_func"]);
        assert_eq!(
            sent["assert_msg"],
            "src/common/ceph_context.cc: 495: FAILED ceph_assert(!(command == \"assert\"))"
        );
        assert_eq!(sent["backtrace"], record["backtrace"]);
        assert_eq!(sent["crash_id"], record["crash_id"]);
        let name = sent["entity_name"].as_str().unwrap();
        assert!(name.starts_with("osd.") && name.len() == 44, "{name}");
        assert_eq!(sent.get("utsname_hostname"), None);
    }

    #[test]
    fn a_broken_record_harms_only_itself() {
        assert_eq!(crash(&Secret::from_bytes([7; 32]), &Names::default(), &json!(5)), None);
        assert_eq!(
            crash(
                &Secret::from_bytes([7; 32]),
                &Names::default(),
                &json!({"backtrace": 5, "crash_id": "a b"})
            ),
            None
        );
        assert_eq!(sent(&json!({"io_error": true, "entity_name": 5})), json!({"io_error": true}));
    }

    #[test]
    fn nothing_of_a_host_is_sent() {
        let canary = "node7";
        let texts = [
            "node7",
            "node7.example.com",
            "/dev/disk/by-id/node7",
            "OSError: node7",
            "(f(node7.example.com)+0x1) [0x1]@",
            "/home/node7/src/x",
            "\"node7\"",
            "fe80::1 node7",
            "error opening pool 'node7'",
            "pool node7 is full",
            "rbd.ImageNotFound: [errno 2] RBD image not found (error opening image node7 at snapshot None)",
            "assert_f (pool images image vm7 on node7)",
            "Debian (node7)",
            "Debian GNU/Linux 12 (node7)",
            "12 (node7 pool)",
            "f(pool node7)",
            "0 == \"pool node7 is full\"",
        ];
        let keys = [
            "assert_condition",
            "assert_file",
            "assert_func",
            "assert_msg",
            "crash_id",
            "entity_name",
            "os_name",
            "os_version",
            "stack_sig",
            "timestamp",
            "utsname_hostname",
            "utsname_release",
            "utsname_version",
            "io_error_devname",
            "io_error_path",
            "ceph_version",
            "mgr_python_exception",
            "unknown",
            "archived",
            "os_version_id",
        ];
        for text in texts {
            // A bare word may be an expression: that it names a host, the second look sees.
            let keys = keys.iter().filter(|key| text != canary || **key != "assert_condition");
            let mut record: Map<String, Value> = keys.map(|key| ((*key).to_owned(), text.into())).collect();
            record.insert("io_error_offset".into(), 123_456_789.into());
            record.insert("backtrace".into(), json!([text, format!("  File \"/{text}\", line 1, in f")]));
            let sent = crash(&Secret::from_bytes([7; 32]), &Names::default(), &Value::Object(record))
                .unwrap()
                .to_string();
            assert!(!sent.contains(canary) && !sent.contains("123456789"), "{sent}");
        }
    }
}
