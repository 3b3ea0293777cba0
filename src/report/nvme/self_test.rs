//! The Device Self-test log.

use std::borrow::Cow;

use crate::decode::nvme::{CONTROLLER, SelfTest, SelfTestResult};
use crate::object;
use crate::report::{Object, Value};

/// Results are at their place in the log: unused ones are holes, none after the last.
pub(super) fn log(log: &SelfTest) -> Object {
    let mut object = object! {
        // The whole controller.
        "nsid" => -1,
        "current_self_test_operation" => object! {
            "value" => log.operation,
            "string" => operation(log.operation),
        },
    };
    object.set_some("current_self_test_completion_percent", log.completion_percent);
    if let Some(last) = log.results.iter().rposition(Option::is_some) {
        let results = log.results.iter().take(last + 1).map(|slot| slot.as_ref().map(result));
        object.set("table", Value::array(results));
    }
    object
}

fn operation(operation: u8) -> Cow<'static, str> {
    match operation {
        0x0 => "No self-test in progress".into(),
        0x1 => "Short self-test in progress".into(),
        0x2 => "Extended self-test in progress".into(),
        0xe => "Vendor specific self-test in progress".into(),
        other => format!("Unknown status ({other:#x})").into(),
    }
}

fn result(result: &SelfTestResult) -> Object {
    let mut object = object! {
        "self_test_code" => object! { "value" => result.code, "string" => kind(result.code) },
        "self_test_result" => object! { "value" => result.result, "string" => end(result.result) },
        "power_on_hours" => result.power_on_hours,
    };
    let nsid = result.nsid.map(|nsid| if nsid == CONTROLLER { -1 } else { i64::from(nsid) });
    object
        .set_some("segment", result.segment)
        .set_some("nsid", nsid)
        .set_some("lba", result.failing_lba)
        .set_some("status_code_type", result.status_code_type)
        .set_some("status_code", result.status_code);
    object
}

fn kind(code: u8) -> Cow<'static, str> {
    match code {
        0x1 => "Short".into(),
        0x2 => "Extended".into(),
        0xe => "Vendor specific".into(),
        other => format!("Unknown ({other:#x})").into(),
    }
}

fn end(result: u8) -> Cow<'static, str> {
    match result {
        0x0 => "Completed without error".into(),
        0x1 => "Aborted: Self-test command".into(),
        0x2 => "Aborted: Controller Reset".into(),
        0x3 => "Aborted: Namespace removed".into(),
        0x4 => "Aborted: Format NVM command".into(),
        0x5 => "Fatal or unknown test error".into(),
        0x6 => "Completed: unknown failed segment".into(),
        0x7 => "Completed: failed segments".into(),
        0x8 => "Aborted: unknown reason".into(),
        0x9 => "Aborted: sanitize operation".into(),
        other => format!("Unknown result ({other:#x})").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(edit: impl FnOnce(&mut [u8])) -> Object {
        let mut page = [0; 564];
        edit(&mut page);
        log(&SelfTest::decode(&page).unwrap())
    }

    #[test]
    fn a_controller_that_was_never_tested_has_no_table() {
        let idle = object! { "value" => 0u8, "string" => "No self-test in progress" };
        assert_eq!(decode(|_| ()), object! { "nsid" => -1, "current_self_test_operation" => idle });
    }

    #[test]
    fn a_failed_test_says_where() {
        let log = decode(|page| {
            page[0] = 0x1;
            page[1] = 30;
            page[32..36].copy_from_slice(&[0x27, 5, 0x0f, 0]);
            page[36] = 200;
            page[44..48].fill(0xff);
            page[48] = 99;
            page[56..58].copy_from_slice(&[2, 0x81]);
        });
        assert_eq!(log.get("current_self_test_completion_percent"), Some(&30u8.into()));
        let failed = object! {
            "self_test_code" => object! { "value" => 2u8, "string" => "Extended" },
            "self_test_result" => object! { "value" => 7u8, "string" => "Completed: failed segments" },
            "power_on_hours" => 200u8,
            "segment" => 5u8,
            "nsid" => -1,
            "lba" => 99u8,
            "status_code_type" => 2u8,
            "status_code" => 0x81u8,
        };
        assert_eq!(log.get("table"), Some(&Value::array([Value::Null, failed.into()])));
    }
}
