//! Answers from a dump, keyed by the command: the same drive, without the drive.
//!
//! Latency and faults are the dump's own (see [`Dump`]). A command of `hang=` never returns, as one that waits in
//! the kernel without a time-out; with `hang_kernel=1` it times out as the kernel would let it.

mod ata;
mod nvme;
mod scsi;

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::dump::{Dump, Kind};
use super::{Command, Completion, Sense, Transport, TransportError};

/// A transport that answers from a dump.
#[derive(Debug)]
pub struct Replay {
    dump: Dump,
    /// Commands that came before this one.
    commands: u64,
    ata: ata::State,
}

impl Replay {
    /// Opens the dump in `folder`.
    ///
    /// # Errors
    /// See [`Dump::open`].
    pub fn open(folder: &Path) -> Result<Self, TransportError> {
        Ok(Self { dump: Dump::open(folder)?, commands: 0, ata: ata::State::default() })
    }

    /// What the recorded drive speaks.
    pub fn kind(&self) -> Kind {
        self.dump.kind()
    }

    /// The dump.
    pub fn dump(&self) -> &Dump {
        &self.dump
    }

    /// Waits as long as the drive would, and fails as it would.
    fn gate(&mut self, command: &Command, timeout: Duration) -> Result<(), TransportError> {
        let key = command.key();
        let before = self.commands;
        self.commands += 1;
        let hangs = self.dump.values("hang").any(|hang| match hang.strip_prefix("after:") {
            Some(count) => count.parse().is_ok_and(|count: u64| before >= count),
            None => hang == "all" || key.starts_with(hang),
        });
        if hangs {
            if self.dump.value("hang_kernel") != Some("1") {
                loop {
                    thread::park();
                }
            }
            thread::sleep(timeout);
            return Err(TransportError::TimedOut(timeout));
        }
        let latency = keyed(&self.dump, "latency_for", &key)
            .and_then(|latency| latency.parse().ok())
            .or_else(|| self.dump.number("latency_us"))
            .map_or(Duration::ZERO, Duration::from_micros);
        if latency > timeout {
            thread::sleep(timeout);
            return Err(TransportError::TimedOut(timeout));
        }
        if !latency.is_zero() {
            thread::sleep(latency);
        }
        match keyed(&self.dump, "fail", &key) {
            None => Ok(()),
            Some("timeout") => {
                thread::sleep(timeout);
                Err(TransportError::TimedOut(timeout))
            }
            Some(how) => Err(failure(command, how)),
        }
    }
}

/// Where a missing answer is that of a drive that does not know the command.
fn failure(command: &Command, how: &str) -> TransportError {
    match (command, how) {
        (Command::Ata(_), "unc") => TransportError::Ata { status: 0x51, error: 0x40 },
        (Command::Ata(_), _) => TransportError::Ata { status: 0x51, error: 0x04 },
        (Command::Scsi(_), "busy") => TransportError::Scsi { status: 0x08, sense: None },
        (Command::Scsi(_), "unc") => check_condition(0x03, 0x11, 0x00),
        (Command::Scsi(_), "notready") => check_condition(0x02, 0x04, 0x02),
        (Command::Scsi(_), _) => check_condition(0x05, 0x20, 0x00),
        (Command::Nvme(_), "abort") => TransportError::Nvme(0x4001),
        (Command::Nvme(_), _) => TransportError::Nvme(0x0006),
    }
}

fn check_condition(key: u8, asc: u8, ascq: u8) -> TransportError {
    TransportError::Scsi { status: 0x02, sense: Some(Sense { key, asc, ascq }) }
}

/// The value behind the comma of the line `name=KEY,value` whose KEY is a prefix of `key`.
fn keyed<'a>(dump: &'a Dump, name: &str, key: &str) -> Option<&'a str> {
    dump.values(name)
        .filter_map(|line| line.rsplit_once(','))
        .find(|(prefix, _)| key.starts_with(prefix))
        .map(|(_, value)| value)
}

/// Copies an answer, cut to what was asked for.
fn give(answer: &[u8], data: &mut [u8]) -> Completion {
    let len = answer.len().min(data.len());
    data[..len].copy_from_slice(&answer[..len]);
    Completion { data_len: len, ..Completion::default() }
}

impl Transport for Replay {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        self.gate(command, timeout)?;
        match (self.dump.kind(), command) {
            (Kind::Ata, Command::Ata(task_file)) => ata::execute(&self.dump, &mut self.ata, task_file, data),
            (Kind::Ata, Command::Scsi(cdb)) => ata::translate(&self.dump, cdb, data),
            (Kind::Scsi, Command::Scsi(cdb)) => scsi::execute(&self.dump, cdb, data),
            // A SCSI disk does not know ATA PASS-THROUGH.
            (Kind::Scsi, Command::Ata(_)) => Err(check_condition(0x05, 0x20, 0x00)),
            (Kind::Nvme, Command::Nvme(admin)) => nvme::execute(&self.dump, admin, data),
            (Kind::Nvme, Command::Ata(_)) => {
                Err(TransportError::WrongKind { transport: "NVMe", command: "ATA" })
            }
            (Kind::Nvme, Command::Scsi(_)) => {
                Err(TransportError::WrongKind { transport: "NVMe", command: "SCSI" })
            }
            (_, Command::Nvme(_)) => Err(TransportError::WrongKind { transport: "SCSI", command: "NVMe" }),
        }
    }
}
