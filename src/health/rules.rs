//! The rules: each looks at one thing, in the newest record and where growth counts in an earlier one.

use crate::report::{Object, Record, Value};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It should be watched.
    Watch,
    /// It is expected to fail soon, or fails already.
    Failing,
}

/// One thing that is wrong with a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// In words.
    pub words: String,
}

/// Percent of the endurance from which on a disk is to be watched.
const WORN: u64 = 90;
/// More reallocated sectors since the earlier record than this are too many.
const REALLOCATED: u64 = 10;

type Rule = fn(&Object, Option<&Object>, &mut Vec<Finding>);

/// All rules, the worst findings first.
const RULES: &[Rule] =
    &[verdict, critical_warning, attributes, spare, wear, pending, growth, self_test, unreadable];

/// What is wrong with the disk of `record`; `earlier` is an older record of it, some weeks old at best.
///
/// ```
/// use stone_smart::health::{self, Severity};
/// use stone_smart::report::Record;
///
/// let record = Record(serde_json::from_str(r#"{"smart_status":{"passed":false}}"#)?);
/// let findings = health::check(&record, None);
/// assert_eq!(findings[0].severity, Severity::Failing);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn check(record: &Record, earlier: Option<&Record>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule(&record.0, earlier.map(|earlier| &earlier.0), &mut findings);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

fn failing(findings: &mut Vec<Finding>, words: impl Into<String>) {
    findings.push(Finding { severity: Severity::Failing, words: words.into() });
}

fn watch(findings: &mut Vec<Finding>, words: impl Into<String>) {
    findings.push(Finding { severity: Severity::Watch, words: words.into() });
}

fn number(record: &Object, path: &str) -> Option<u64> {
    record.at(path).and_then(Value::as_u64)
}

/// The disk's own verdict: ATA RETURN STATUS, NVMe's critical warning, SCSI's informational exceptions.
fn verdict(record: &Object, _: Option<&Object>, findings: &mut Vec<Finding>) {
    if record.at("smart_status.passed").and_then(Value::as_bool) == Some(false) {
        match (number(record, "smart_status.scsi.asc"), number(record, "smart_status.scsi.ascq")) {
            // SPC-6: 5Dh is "failure prediction threshold exceeded", its qualifier says of what.
            (Some(asc), Some(ascq)) => {
                failing(findings, format!("it predicts its failure (ASC {asc:02x}h, ASCQ {ascq:02x}h)"));
            }
            _ => failing(findings, "its SMART status is FAILED"),
        }
    }
}

/// Bits of Critical Warning in the NVMe health log, and how bad each is.
const CRITICAL: [(u32, Severity, &str); 6] = [
    (0, Severity::Failing, "its spare blocks are below the threshold"),
    (1, Severity::Watch, "its temperature is beyond a threshold"),
    (2, Severity::Failing, "its reliability is degraded"),
    (3, Severity::Failing, "it can only be read"),
    (4, Severity::Watch, "the backup of its volatile memory has failed"),
    (5, Severity::Watch, "its persistent memory region is unreliable"),
];

fn critical_warning(record: &Object, _: Option<&Object>, findings: &mut Vec<Finding>) {
    let Some(bits) = number(record, "nvme_smart_health_information_log.critical_warning") else { return };
    for (bit, severity, words) in CRITICAL {
        if bits >> bit & 1 == 1 {
            findings.push(Finding { severity, words: words.into() });
        }
    }
}

fn attribute_table(record: &Object) -> impl Iterator<Item = &Object> {
    let table = record.at("ata_smart_attributes.table").and_then(Value::as_array);
    table.into_iter().flatten().filter_map(Value::as_object)
}

/// ATA attributes at or below their thresholds: pre-failure ones tell of failure, others of age.
fn attributes(record: &Object, _: Option<&Object>, findings: &mut Vec<Finding>) {
    for attribute in attribute_table(record) {
        if attribute.get("when_failed").and_then(Value::as_str) != Some("now") {
            continue;
        }
        let id = number(attribute, "id").unwrap_or(0);
        let words = format!("attribute {id} is below its threshold");
        match attribute.at("flags.prefailure").and_then(Value::as_bool) {
            Some(true) => failing(findings, words),
            _ => watch(findings, words),
        }
    }
}

fn spare(record: &Object, _: Option<&Object>, findings: &mut Vec<Finding>) {
    let of = |key| number(record, &format!("spare_available.{key}"));
    if let (Some(left), Some(threshold)) = (of("current_percent"), of("threshold_percent"))
        && left < threshold
    {
        failing(findings, format!("{left}% of its spare blocks are left, its threshold is {threshold}%"));
    }
}

fn wear(record: &Object, _: Option<&Object>, findings: &mut Vec<Finding>) {
    match super::wear(&Record(record.clone())) {
        Some(wear @ 100..) => failing(findings, format!("{wear}% of its endurance are used")),
        Some(wear @ WORN..) => watch(findings, format!("{wear}% of its endurance are used")),
        _ => {}
    }
}

/// The raw value of an ATA attribute; vendors put other counters into its upper bytes.
fn raw(record: &Object, id: u64) -> Option<u64> {
    let attribute = attribute_table(record).find(|attribute| number(attribute, "id") == Some(id))?;
    Some(number(attribute, "raw.value")? & 0xffff_ffff)
}

/// Sectors that could not be read and wait to be written to.
fn pending_sectors(record: &Object) -> Option<u64> {
    number(record, "ata_pending_defects_log.count")
        .or_else(|| raw(record, 197))
        .or_else(|| number(record, "scsi_pending_defects.count"))
}

/// A few pending sectors come and go; more and more of them are a disk that is dying.
fn pending(record: &Object, earlier: Option<&Object>, findings: &mut Vec<Finding>) {
    let Some(now) = pending_sectors(record).filter(|now| *now > 0) else { return };
    match earlier.and_then(pending_sectors) {
        Some(before) if now > before => {
            failing(findings, format!("{now} sectors cannot be read, {before} before"));
        }
        _ => watch(findings, format!("{now} sectors cannot be read")),
    }
}

/// A counter that should stand still: how to find it, what it counts, how far it may grow, and how bad it is.
struct Counter {
    find: fn(&Object) -> Option<u64>,
    words: &'static str,
    most: u64,
    severity: Severity,
}

const COUNTERS: &[Counter] = &[
    Counter {
        find: |record| raw(record, 198),
        words: "sectors that could not be corrected",
        most: 0,
        severity: Severity::Failing,
    },
    Counter {
        find: |record| number(record, "nvme_smart_health_information_log.media_errors"),
        words: "media errors",
        most: 0,
        severity: Severity::Failing,
    },
    Counter {
        find: |record| {
            let of =
                |kind| number(record, &format!("scsi_error_counter_log.{kind}.total_uncorrected_errors"));
            ["read", "write", "verify"].into_iter().filter_map(of).reduce(u64::saturating_add)
        },
        words: "errors that could not be corrected",
        most: 0,
        severity: Severity::Failing,
    },
    Counter {
        find: |record| raw(record, 5),
        words: "reallocated sectors",
        most: REALLOCATED,
        severity: Severity::Failing,
    },
    Counter {
        find: |record| number(record, "scsi_grown_defect_list"),
        words: "grown defects",
        most: REALLOCATED,
        severity: Severity::Failing,
    },
];

fn growth(record: &Object, earlier: Option<&Object>, findings: &mut Vec<Finding>) {
    let Some(earlier) = earlier else { return };
    for Counter { find, words, most, severity } in COUNTERS {
        if let (Some(now), Some(before)) = (find(record), find(earlier))
            && now.saturating_sub(before) > *most
        {
            findings.push(Finding { severity: *severity, words: format!("{now} {words}, {before} before") });
        }
    }
}

/// The newest self-test, if it found something: ATA codes 3 to 8 of the status, SCSI 3 to 7, NVMe 5 to 7.
fn self_test(record: &Object, _: Option<&Object>, findings: &mut Vec<Finding>) {
    let first = |path: &str| record.at(path)?.as_array()?.first()?.as_object();
    let ata = ["extended", "standard"]
        .iter()
        .find_map(|kind| first(&format!("ata_smart_self_test_log.{kind}.table")))
        .and_then(|test| number(test, "status.value"))
        .is_some_and(|status| matches!(status >> 4, 3..=8));
    let scsi = number(record, "scsi_self_test_0.result.value").is_some_and(|result| matches!(result, 3..=7));
    let nvme = first("nvme_self_test_log.table")
        .and_then(|test| number(test, "self_test_result.value"))
        .is_some_and(|result| matches!(result, 5..=7));
    if ata || scsi || nvme {
        failing(findings, "its newest self-test has failed");
    }
}

/// A disk that does not answer is no healthy one.
fn unreadable(record: &Object, _: Option<&Object>, findings: &mut Vec<Finding>) {
    if record.get("error").is_some() {
        watch(findings, "it could not be read");
    } else if Record(record.clone()).is_cut_short() {
        watch(findings, "it stopped answering while it was read");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        Record(serde_json::from_str(text).unwrap())
    }

    fn found(now: &str, before: &str) -> Vec<(Severity, String)> {
        let findings = check(&record(now), Some(&record(before)));
        findings.into_iter().map(|finding| (finding.severity, finding.words)).collect()
    }

    #[test]
    fn each_rule_finds_its_fault() {
        use Severity::{Failing, Watch};
        let attribute = |id: u64, raw: u64| {
            format!(
                r#"{{"ata_smart_attributes":{{"table":[{{"id":{id},"raw":{{"value":{raw}}},"when_failed":""}}]}}}}"#
            )
        };
        let below = r#"{"ata_smart_attributes":{"table":[{"id":1,"when_failed":"now","flags":{"prefailure":true}},
            {"id":190,"when_failed":"now","flags":{"prefailure":false}},{"id":9,"when_failed":"past","flags":{"prefailure":true}}]}}"#;
        type Case<'a> = (&'a str, &'a str, &'a [(Severity, &'a str)]);
        let cases: &[Case<'_>] = &[
            (r#"{"smart_status":{"passed":false}}"#, "{}", &[(Failing, "its SMART status is FAILED")]),
            (
                r#"{"smart_status":{"passed":false,"scsi":{"asc":93,"ascq":16}}}"#,
                "{}",
                &[(Failing, "it predicts its failure (ASC 5dh, ASCQ 10h)")],
            ),
            (
                r#"{"nvme_smart_health_information_log":{"critical_warning":3}}"#,
                "{}",
                &[(Failing, CRITICAL[0].2), (Watch, CRITICAL[1].2)],
            ),
            (
                below,
                "{}",
                &[
                    (Failing, "attribute 1 is below its threshold"),
                    (Watch, "attribute 190 is below its threshold"),
                ],
            ),
            (
                r#"{"spare_available":{"current_percent":5,"threshold_percent":10}}"#,
                "{}",
                &[(Failing, "5% of its spare blocks are left, its threshold is 10%")],
            ),
            (
                r#"{"endurance_used":{"current_percent":90}}"#,
                "{}",
                &[(Watch, "90% of its endurance are used")],
            ),
            (
                r#"{"endurance_used":{"current_percent":120}}"#,
                "{}",
                &[(Failing, "120% of its endurance are used")],
            ),
            (&attribute(197, 8), &attribute(197, 0), &[(Failing, "8 sectors cannot be read, 0 before")]),
            (&attribute(197, 8), &attribute(197, 8), &[(Watch, "8 sectors cannot be read")]),
            (
                &attribute(198, 1),
                &attribute(198, 0),
                &[(Failing, "1 sectors that could not be corrected, 0 before")],
            ),
            (
                &attribute(5, 0x7_0000_0020),
                &attribute(5, 2),
                &[(Failing, "32 reallocated sectors, 2 before")],
            ),
            (
                r#"{"scsi_pending_defects":{"count":2},"scsi_grown_defect_list":40}"#,
                r#"{"scsi_pending_defects":{"count":1},"scsi_grown_defect_list":0}"#,
                &[(Failing, "2 sectors cannot be read, 1 before"), (Failing, "40 grown defects, 0 before")],
            ),
            (
                r#"{"scsi_error_counter_log":{"read":{"total_uncorrected_errors":3},"write":{"total_uncorrected_errors":0}}}"#,
                r#"{"scsi_error_counter_log":{"read":{"total_uncorrected_errors":1}}}"#,
                &[(Failing, "3 errors that could not be corrected, 1 before")],
            ),
            (
                r#"{"nvme_smart_health_information_log":{"media_errors":9}}"#,
                r#"{"nvme_smart_health_information_log":{"media_errors":8}}"#,
                &[(Failing, "9 media errors, 8 before")],
            ),
            (
                r#"{"ata_smart_self_test_log":{"extended":{"table":[{"status":{"value":121}}]}}}"#,
                "{}",
                &[(Failing, "its newest self-test has failed")],
            ),
            (
                r#"{"nvme_self_test_log":{"table":[{"self_test_result":{"value":7}}]}}"#,
                "{}",
                &[(Failing, "its newest self-test has failed")],
            ),
            (
                r#"{"stone":{"stopped_at":"SMART READ DATA"}}"#,
                "{}",
                &[(Watch, "it stopped answering while it was read")],
            ),
            (r#"{"error":"no answer"}"#, "{}", &[(Watch, "it could not be read")]),
        ];
        for (now, before, expected) in cases {
            let expected: Vec<(Severity, String)> =
                expected.iter().map(|(severity, words)| (*severity, (*words).to_owned())).collect();
            assert_eq!(found(now, before), expected, "{now}");
        }
    }

    #[test]
    fn a_healthy_disk_and_a_strange_record_have_no_findings() {
        let attribute = |raw: u64| {
            format!(
                r#"{{"smart_status":{{"passed":true}},"ata_smart_attributes":{{"table":[{{"id":5,"raw":{{"value":{raw}}}}},3,null]}}}}"#
            )
        };
        assert_eq!(found(&attribute(10), &attribute(0)), []);
        assert_eq!(found(&attribute(0), &attribute(500)), [], "a counter that was reset has not grown");
        for strange in [r#"{"ata_smart_attributes":7}"#, r#"{"nvme_self_test_log":{"table":[]}}"#, "{}"] {
            assert_eq!(found(strange, strange), []);
        }
    }
}
