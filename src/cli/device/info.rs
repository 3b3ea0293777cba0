//! `stone device info`: what the history knows of a disk.

use std::io;

use super::condition::{self, Condition};
use crate::cli::args::{Cli, InfoArgs};
use crate::cli::history::{device, now, said};
use crate::cli::{exit::Exit, output};
use crate::report::Value;

pub(in crate::cli) fn info(cli: &Cli, args: &InfoArgs) -> io::Result<Exit> {
    let Some((history, known)) = device(cli, &args.device_id) else { return Ok(Exit::Nothing) };
    let Some(condition) = said(Condition::of(&history, &known, now())) else { return Ok(Exit::Nothing) };
    let host = condition::host();
    let mut answer = condition::identified(&known.device, &host);
    condition.add_to(&mut answer);
    answer.set("health", condition.word());
    answer.set("findings", Value::array(condition.findings.iter().map(|finding| finding.words.clone())));
    let device = &known.device;
    output::print(cli.format, &answer, |out| {
        writeln!(out, "device {}", device.device_id)?;
        writeln!(
            out,
            "attachment {}",
            [&host, &device.name, &device.path].map(String::as_str).join(" ").trim_end()
        )?;
        if !device.daemons.is_empty() {
            writeln!(out, "daemons {}", device.daemons.join(","))?;
        }
        if let Some(wear) = condition.wear {
            writeln!(out, "wear_level {}.{:02}", wear / 100, wear % 100)?;
        }
        if let Some(life) = condition.life {
            let (min, max) = (condition::moment(life.min), condition::moment(life.max));
            writeln!(out, "life expectancy between {min} and {max}")?;
        }
        writeln!(out, "health {}", condition.word())?;
        condition.findings.iter().try_for_each(|finding| writeln!(out, "    {}", finding.words))
    })?;
    Ok(Exit::Complete)
}
