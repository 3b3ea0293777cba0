//! `-l TYPE`: which logs, how many of their entries, and logs as plain bytes.

use super::arguments::{refusal, unknown};
use super::options::{Length, LogBytes, Options, Space};
use super::wanted::Part;

/// The types of `-l` that take no number.
const LOGS: &[(&str, &[Part])] = &[
    ("selftest", &[Part::SelfTests]),
    ("selective", &[Part::Selective]),
    ("directory", &[Part::GeneralDirectory, Part::SmartDirectory]),
    ("directory,g", &[Part::GeneralDirectory]),
    ("directory,s", &[Part::SmartDirectory]),
    ("background", &[Part::Background]),
    ("sasphy", &[Part::SasPhy]),
    ("sataphy", &[Part::SataPhy]),
    ("scttemp", &[Part::SctStatus, Part::SctHistory]),
    ("scttempsts", &[Part::SctStatus]),
    ("scttemphist", &[Part::SctHistory]),
    ("scterc", &[Part::SctRecovery]),
    // What holds after power-on, which smartctl without times to set reads no differently.
    ("scterc,p", &[Part::SctRecovery]),
    ("ssd", &[Part::Endurance]),
    ("genstats", &[Part::GeneralStatistics]),
    ("zdevstat", &[Part::Zones]),
    ("envrep", &[Part::Environment]),
    ("farm", &[Part::Farm, Part::FarmLog]),
];

/// The types that may have a number behind them: how many entries, or which page.
const NUMBERED: &[&str] = &["error", "xerror", "xselftest", "devstat", "defects"];

/// The types that print bytes, and those that change a drive, with what stands behind the name.
const OTHERS: &[&str] =
    &["gplog,0xADDR[,FIRST[-LAST|+SIZE]]", "smartlog,0xADDR[,...]", "nvmelog,0xPAGE,0xSIZE"];

/// Takes note of the log `text`.
pub(super) fn add(options: &mut Options, text: &str) -> Result<(), String> {
    if let Some((_, parts)) = LOGS.iter().find(|(name, _)| *name == text) {
        parts.iter().for_each(|part| options.parts.add(*part));
        return Ok(());
    }
    let (name, rest) = text.split_once(',').map_or((text, None), |(name, rest)| (name, Some(rest)));
    match name {
        "devstat" if rest == Some("reset") => Err(refusal(&format!("-l {text}"))),
        "error" | "xerror" | "xselftest" | "devstat" | "defects" => numbered(options, name, rest),
        "gplog" => bytes(options, ata(rest, Space::General), text),
        "smartlog" => bytes(options, ata(rest, Space::Smart), text),
        "nvmelog" => bytes(options, nvme(rest), text),
        "tapealert" | "tapedevstat" if rest.is_none() => {
            options.notes.push(format!("-l {name}: not supported, tape drives are not read"));
            Ok(())
        }
        "scttempint" | "scterc" | "sasphy" | "sataphy" => Err(refusal(&format!("-l {text}"))),
        _ => {
            let names = LOGS.iter().map(|(name, _)| *name);
            let names: Vec<_> = names.chain(NUMBERED.iter().chain(OTHERS).copied()).collect();
            Err(unknown("-l", text, &names))
        }
    }
}

/// `error[,N]`, `xerror[,N][,error]`, `xselftest[,N][,selftest]`, `devstat[,PAGE]`, `defects[,N]`.
fn numbered(options: &mut Options, name: &str, rest: Option<&str>) -> Result<(), String> {
    let wrong = || unknown("-l", &format!("{name},{}", rest.unwrap_or_default()), &[&format!("{name}[,N]")]);
    let mut words: Vec<&str> = rest.map(|rest| rest.split(',').collect()).unwrap_or_default();
    let instead = match name {
        "xerror" => Some(("error", Part::ErrorsInstead)),
        "xselftest" => Some(("selftest", Part::SelfTestsInstead)),
        _ => None,
    };
    if let Some((word, part)) = instead
        && words.last() == Some(&word)
    {
        words.pop();
        options.parts.add(part);
    }
    let number: Option<u16> = match words.as_slice() {
        [] => None,
        [number] => {
            // A page has its number in the standard in hexadecimal.
            let page =
                hexadecimal(number).filter(|_| name == "devstat").and_then(|page| u16::try_from(page).ok());
            Some(page.map_or_else(|| number.parse().map_err(|_| wrong()), Ok)?)
        }
        _ => return Err(wrong()),
    };
    // None of nothing is no log.
    if number == Some(0) && name != "devstat" {
        return Err(wrong());
    }
    let ata = &mut options.depth.ata;
    let part = match name {
        "error" => {
            options.depth.nvme_errors = number.map(|number| number.min(256)).or(options.depth.nvme_errors);
            Part::Errors
        }
        "xerror" => {
            ata.errors = number.or(ata.errors);
            Part::ExtendedErrors
        }
        "xselftest" => {
            ata.self_tests = number.or(ata.self_tests);
            Part::ExtendedSelfTests
        }
        "devstat" => {
            options.statistics = match number {
                None => None,
                Some(page) => Some(u8::try_from(page).map_err(|_| wrong())?),
            };
            ata.statistics_list = number == Some(0);
            Part::Statistics
        }
        _ => {
            ata.defects = number.map(u32::from).or(ata.defects);
            options.defects = number.or(options.defects);
            Part::Defects
        }
    };
    options.parts.add(part);
    Ok(())
}

fn bytes(options: &mut Options, log: Option<LogBytes>, text: &str) -> Result<(), String> {
    let log = log.ok_or_else(|| unknown("-l", text, OTHERS))?;
    options.bytes.push(log);
    options.parts.add(Part::Bytes);
    Ok(())
}

/// `0xADDR[,FIRST[-LAST|+SIZE]]`: the address in hexadecimal, pages in decimal numbers; LAST may be `max`.
fn ata(text: Option<&str>, space: Space) -> Option<LogBytes> {
    let (address, range) = text?.split_once(',').map_or((text?, "0"), |(address, range)| (address, range));
    let address = u8::try_from(hexadecimal(address)?).ok()?;
    let (first, pages) = match range.split_once(['-', '+']) {
        None => (range.parse().ok()?, Length::Pages(1)),
        Some((first, "max")) if range.contains('-') => (first.parse().ok()?, Length::ToTheEnd),
        Some((first, number)) => {
            let (first, number): (u16, u16) = (first.parse().ok()?, number.parse().ok()?);
            let pages =
                if range.contains('-') { number.checked_sub(first)?.saturating_add(1) } else { number };
            (first, Length::Pages(pages))
        }
    };
    (pages != Length::Pages(0)).then_some(LogBytes::Ata { space, address, first, pages })
}

/// `0xPAGE,0xSIZE`, both hexadecimal; whole double words of 16 KiB at most.
fn nvme(text: Option<&str>) -> Option<LogBytes> {
    let (page, size) = text?.split_once(',')?;
    let page = u8::try_from(hexadecimal(page)?).ok().filter(|page| *page > 0)?;
    let size = hexadecimal(size).filter(|size| (4..=0x4000).contains(size) && size % 4 == 0)?;
    Some(LogBytes::Nvme { page, size })
}

fn hexadecimal(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    // from_str_radix takes a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(text: &str) -> Result<Options, String> {
        let mut options = Options::default();
        add(&mut options, text).map(|()| options)
    }

    #[test]
    fn a_range_of_pages_can_be_said_in_three_ways() {
        let log = |text: &str| logs(text).unwrap().bytes[0];
        let general = |first, pages| LogBytes::Ata { space: Space::General, address: 0x80, first, pages };
        assert_eq!(log("gplog,0x80"), general(0, Length::Pages(1)));
        assert_eq!(log("gplog,0x80,3"), general(3, Length::Pages(1)));
        assert_eq!(log("gplog,0x80,10-15"), general(10, Length::Pages(6)));
        assert_eq!(log("gplog,0x80,10+6"), general(10, Length::Pages(6)));
        assert_eq!(log("gplog,0x80,0-max"), general(0, Length::ToTheEnd));
        assert_eq!(log("nvmelog,0x2,0x200"), LogBytes::Nvme { page: 2, size: 0x200 });
        for wrong in [
            "gplog",
            "gplog,",
            "gplog,1",
            "gplog,0x100",
            "gplog,0x1,5-4",
            "gplog,0x1,1+0",
            "gplog,0x1,+1",
            "gplog,0x1,max",
            "gplog,0x1,1+max",
            "gplog,0x+1",
            "smartlog,0x1,70000",
            "nvmelog,0x2",
            "nvmelog,2,4",
            "nvmelog,0x0,0x4",
            "nvmelog,0x2,0x3",
            "nvmelog,0x2,0x4004",
            "nvmelog,0x100,0x4",
        ] {
            assert!(logs(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_of_entries_and_what_stands_in_for_a_missing_log() {
        let errors = logs("xerror,20,error").unwrap();
        assert_eq!(errors.depth.ata.errors, Some(20));
        assert!(errors.parts.has(Part::ExtendedErrors) && errors.parts.has(Part::ErrorsInstead));
        assert!(!logs("xerror,20").unwrap().parts.has(Part::ErrorsInstead));
        assert_eq!(logs("error,999").unwrap().depth.nvme_errors, Some(256));
        assert_eq!(logs("devstat,7").unwrap().statistics, Some(7));
        assert_eq!(logs("devstat,0xff").unwrap().statistics, Some(0xff));
        assert!(logs("devstat,0").unwrap().depth.ata.statistics_list);
        for wrong in [
            "xerror,0",
            "xerror,0x4",
            "xerror,error,5",
            "xerror,1,2",
            "devstat,256",
            "devstat,0x100",
            "devstat,0x",
            "defects,x",
            "xselftest,error",
        ] {
            assert!(logs(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn tapes_are_said_to_be_left_out() {
        assert_eq!(logs("tapealert").unwrap().notes.len(), 1);
        assert!(logs("tapealert,5").is_err());
    }
}
