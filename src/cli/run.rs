//! From arguments to exit status.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, ValueEnum};

use super::args::{Cli, Command, DeviceCommand, Format, ListCommand, TelemetryCommand};
use super::output::{self, Errno};
use super::{agent, config, device, exit::Exit, generate, logging, smartctl, telemetry, worker};

/// The format that a command line asks for which is wrong elsewhere.
fn wanted_format(arguments: &[OsString]) -> Format {
    let mut words = arguments.iter().skip(1).filter_map(|word| word.to_str());
    let mut found = Format::Plain;
    while let Some(word) = words.next() {
        let value = match word {
            "--" => break,
            "-f" | "--format" => words.next(),
            _ => word.strip_prefix("--format=").or_else(|| word.strip_prefix("-f")),
        };
        found = value
            .and_then(|value| Format::from_str(value.trim_start_matches('='), false).ok())
            .unwrap_or(found);
    }
    found
}

/// Runs `stone` with `arguments`, the first of which is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Before the parser of the other commands: it knows nothing of smartctl's arguments, and takes its time.
    if let Some(arguments) = smartctl::is_called(&arguments) {
        return smartctl::run(arguments);
    }
    if let Some(verbose) = worker::is_called(&arguments) {
        return worker::run(verbose);
    }
    let format = wanted_format(&arguments);
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) if format != Format::Plain && error.use_stderr() => {
            let words = error.to_string();
            let words = words.strip_prefix("error: ").unwrap_or(&words).trim_end();
            return output::fail(format, Errno::Einval, words).unwrap_or(Exit::Usage).into();
        }
        Err(error) => {
            // A reader that has gone is no error.
            _ = error.print();
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked_for { Exit::Complete } else { Exit::Usage }.into();
        }
    };
    logging::start(cli.verbose);
    // The threads of a service look at it for as long as the program runs.
    let cli: &'static Cli = Box::leak(Box::new(cli));
    let exit = match &cli.command {
        Command::Device(DeviceCommand::Ls(args)) => device::ls(cli, args),
        Command::Device(DeviceCommand::Info(args)) => device::info(cli, args),
        Command::Device(DeviceCommand::ScrapeHealthMetrics(args)) => device::scrape(cli, args),
        Command::Device(DeviceCommand::GetHealthMetrics(args)) => device::get(cli, args),
        Command::Device(DeviceCommand::CheckHealth) => device::check_health(cli),
        Command::Device(DeviceCommand::Query(args)) => device::query(cli, args),
        Command::Device(DeviceCommand::Dump(args)) => device::dump(cli, args),
        Command::Device(DeviceCommand::Decode(args)) => device::decode(cli, args),
        Command::Device(DeviceCommand::Anonymise(args)) => device::anonymise(cli, args),
        Command::Telemetry(TelemetryCommand::ShowDevice(args) | TelemetryCommand::PreviewDevice(args)) => {
            telemetry::show_device(cli, args)
        }
        Command::Telemetry(TelemetryCommand::Show(args) | TelemetryCommand::Preview(args)) => {
            telemetry::show(cli, args)
        }
        Command::Telemetry(TelemetryCommand::ShowAll(args) | TelemetryCommand::PreviewAll(args)) => {
            telemetry::show_all(cli, args)
        }
        Command::Telemetry(TelemetryCommand::Channel(ListCommand::Ls)) => telemetry::channels(cli),
        Command::Telemetry(TelemetryCommand::Collection(ListCommand::Ls)) => telemetry::list_collections(cli),
        Command::Telemetry(TelemetryCommand::On(args)) => telemetry::on(cli, args),
        Command::Telemetry(TelemetryCommand::Off) => telemetry::off(cli),
        Command::Telemetry(TelemetryCommand::Diff) => telemetry::diff(cli),
        Command::Telemetry(TelemetryCommand::Status) => telemetry::status(cli),
        #[cfg(feature = "http")]
        Command::Telemetry(TelemetryCommand::Send(args)) => telemetry::send(cli, args),
        Command::Config(command) => config::run(cli, command),
        Command::Telemetry(TelemetryCommand::RotateId) => Ok(telemetry::rotate_id(cli)),
        Command::Agent(args) => Ok(agent::agent(cli, args)),
        Command::Exporter(args) => Ok(agent::exporter(cli, args)),
        Command::Smartctl(args) => return smartctl::run(&args.arguments),
        Command::Generate(args) => generate::generate(args),
    };
    match exit {
        Ok(exit) => exit.into(),
        Err(error) => {
            output::complain("standard output", &error);
            Exit::Nothing.into()
        }
    }
}
