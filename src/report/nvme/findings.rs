//! Exit status and messages: what is wrong with the controller, or with reading it.

use crate::decode::nvme::Pages;
use crate::report::{Findings, Outcome, Section, Severity, exit};

/// Adds the bits that smartctl sets, and a message for each section that is missing though it was to be had.
pub(super) fn add(pages: &Pages, sections: &[Section], findings: &mut Findings) {
    if pages.smart_health.as_ref().is_some_and(|health| health.critical_warning != 0) {
        findings.exit(exit::FAILING);
    }
    for section in sections {
        let weight = weight(section.name);
        // The drive refused what each controller must have: then "unsupported" is a failure.
        let refused = section.outcome == Outcome::Unsupported && section.commands > 0 && weight.mandatory;
        if !section.outcome.is_gap() && !refused {
            continue;
        }
        findings.exit(weight.exit);
        let severity = if weight.exit == 0 { Severity::Warning } else { Severity::Error };
        if let Some(reason) = reason(&section.outcome) {
            findings.message(severity, format!("{} was not read: {reason}", weight.title));
        }
    }
}

/// How much a section matters.
struct Weight {
    /// In messages.
    title: &'static str,
    /// Bits of the exit status when it is missing.
    exit: u8,
    /// Must every controller have it?
    mandatory: bool,
}

/// Without Identify Controller smartctl takes the device for none; without one of the logs it reads, a command failed.
/// It stops at a failed Identify Namespace, too: here the logs are still in the record, so it counts like a log. What
/// smartctl does not read changes nothing in its exit status.
fn weight(section: &'static str) -> Weight {
    let (title, exit, mandatory) = match section {
        "identify_controller" => ("Identify Controller", exit::NO_DEVICE, true),
        "identify_namespace" => ("Identify Namespace", exit::COMMAND_FAILED, true),
        "smart_health" => ("SMART / Health Information", exit::COMMAND_FAILED, true),
        "error_information" => ("Error Information", exit::COMMAND_FAILED, true),
        "self_test" => ("Device Self-test", exit::COMMAND_FAILED, false),
        other => (other, 0, false),
    };
    Weight { title, exit, mandatory }
}

fn reason(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Ok => None,
        Outcome::Unsupported => Some("the controller says that it has none"),
        Outcome::Failed { reason, .. } | Outcome::Malformed { reason } => Some(reason),
        Outcome::TimedOut => Some("no answer in time"),
        // Whatever kept it from being asked has its own message.
        Outcome::NotAsked => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(name: &'static str, outcome: Outcome) -> Section {
        Section { name, outcome, commands: 1, bytes: 0 }
    }

    fn findings(sections: &[Section]) -> Findings {
        let mut findings = Findings::default();
        add(&Pages::default(), sections, &mut findings);
        findings
    }

    #[test]
    fn a_refused_mandatory_log_is_a_failure_and_an_optional_one_is_not() {
        assert_eq!(
            findings(&[section("smart_health", Outcome::Unsupported)]).exit_status,
            exit::COMMAND_FAILED
        );
        assert_eq!(findings(&[section("self_test", Outcome::Unsupported)]), Findings::default());
        let not_sent = Section { commands: 0, ..section("identify_namespace", Outcome::Unsupported) };
        assert_eq!(findings(&[not_sent]), Findings::default());
    }

    #[test]
    fn each_gap_has_one_message_and_only_what_smartctl_reads_has_a_bit() {
        let gaps = [
            section("identify_controller", Outcome::TimedOut),
            section("smart_health", Outcome::NotAsked),
            section("firmware_slot", Outcome::Malformed { reason: "it is cut short".to_owned() }),
        ];
        let findings = findings(&gaps);
        assert_eq!(findings.exit_status, exit::NO_DEVICE | exit::COMMAND_FAILED);
        let wanted = [
            (Severity::Error, "Identify Controller was not read: no answer in time".to_owned()),
            (Severity::Warning, "firmware_slot was not read: it is cut short".to_owned()),
        ];
        assert_eq!(findings.messages, wanted);
    }
}
