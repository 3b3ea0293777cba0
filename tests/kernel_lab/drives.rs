//! What the recorded drives were asked, by their back end's own report (tests/lab/drives).

use std::fs;
use std::path::Path;

use crate::Finding;
use crate::machine::Machine;

/// Each drive was asked something, nothing that would change it, and nothing that it does not answer.
pub(crate) fn judge(machine: &Machine, folder: &Path) -> Vec<Finding> {
    let report = fs::read_to_string(folder.join("drives")).unwrap_or_default();
    let mut findings = Vec::new();
    for line in report.lines() {
        match line.split_once(' ') {
            Some(("VIOLATION", what)) => {
                findings.push(format!("a command that would change a drive: {what}"))
            }
            Some(("HUNG", what)) => findings.push(format!("a drive does not answer: {what}")),
            _ => {}
        }
    }
    let asked = |name: &str| {
        let count = report.lines().find_map(|line| line.strip_prefix(&format!("DRIVE {name} ")));
        count.is_some_and(|count| count != "0")
    };
    let recorded = machine.rows.iter().filter(|row| row.bus == "recorded");
    findings.extend(
        recorded
            .filter(|row| !asked(&row.name))
            .map(|row| format!("the recorded drive {} was not asked anything", row.name)),
    );
    if !report.lines().any(|line| line == "END") {
        findings.push("the report of the recorded drives has no end".to_owned());
    }
    findings
}
