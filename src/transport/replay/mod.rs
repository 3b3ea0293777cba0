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

/// When a recorded drive answers a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// After so long.
    After(Duration),
    /// Not before the kernel gives up and aborts the command.
    TimesOut,
    /// Never.
    Never,
}

/// A transport that answers from a dump.
///
/// ```
/// use std::path::Path;
/// use std::time::Duration;
/// use stone_smart::transport::{Command, Replay, TaskFile, Transport};
///
/// let mut drive = Replay::open(Path::new("fixtures/ata-ssd"))?;
/// let mut data = [0; 512];
/// let command = Command::Ata(TaskFile::identify_device());
/// let completion = drive.execute(&command, &mut data, Duration::from_secs(1))?;
/// assert_eq!(completion.data_len, 512);
/// # Ok::<(), stone_smart::transport::TransportError>(())
/// ```
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

    /// When the drive answers `command`, which counts as come. Whoever asks waits, and then asks for the
    /// [`answer`](Self::answer).
    pub fn delay(&mut self, command: &Command) -> Delay {
        let key = command.key();
        let before = self.commands;
        self.commands += 1;
        let hangs = self.dump.values("hang").any(|hang| match hang.strip_prefix("after:") {
            Some(count) => count.parse().is_ok_and(|count: u64| before >= count),
            None => hang == "all" || key.starts_with(hang),
        });
        if hangs {
            return if self.dump.value("hang_kernel") == Some("1") { Delay::TimesOut } else { Delay::Never };
        }
        if keyed(&self.dump, "fail", &key) == Some("timeout") {
            return Delay::TimesOut;
        }
        let latency = keyed(&self.dump, "latency_for", &key).and_then(|latency| latency.parse().ok());
        let latency = latency.or_else(|| self.dump.number("latency_us"));
        Delay::After(latency.map_or(Duration::ZERO, Duration::from_micros))
    }

    /// What the drive answers, at once.
    ///
    /// # Errors
    /// As [`Transport::execute`], but for time-outs.
    pub fn answer(&mut self, command: &Command, data: &mut [u8]) -> Result<Completion, TransportError> {
        if let Some(how) = keyed(&self.dump, "fail", &command.key()) {
            return Err(failure(command, how));
        }
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

/// Two digits of a name.
fn hexadecimal(digits: &str) -> Option<u8> {
    u8::from_str_radix(digits, 16).ok().filter(|number| format!("{number:02x}") == digits)
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
        match self.delay(command) {
            Delay::After(latency) if latency <= timeout => {
                if !latency.is_zero() {
                    thread::sleep(latency);
                }
                self.answer(command, data)
            }
            Delay::After(_) | Delay::TimesOut => {
                thread::sleep(timeout);
                Err(TransportError::TimedOut(timeout))
            }
            Delay::Never => loop {
                thread::park();
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::transport::{ScsiCdb, TaskFile};

    fn replay(conf: &str) -> Replay {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("device.conf"), conf).unwrap();
        Replay::open(folder.path()).unwrap()
    }

    #[test]
    fn a_drive_answers_when_its_conf_says() {
        let (identify, data) =
            (Command::Ata(TaskFile::identify_device()), Command::Ata(TaskFile::smart_read_data()));
        let after = |micros| Delay::After(Duration::from_micros(micros));
        for (conf, expected) in [
            ("kind=ata", [after(0), after(0)]),
            ("kind=ata\nlatency_us=5\nlatency_for=ata:b0,70", [after(5), after(70)]),
            ("kind=ata\nhang=ata:b0/d0", [after(0), Delay::Never]),
            ("kind=ata\nhang=after:1\nhang_kernel=1", [after(0), Delay::TimesOut]),
            ("kind=ata\nhang=all", [Delay::Never, Delay::Never]),
            ("kind=ata\nlatency_us=5\nfail=ata:ec,timeout", [Delay::TimesOut, after(5)]),
        ] {
            let mut replay = replay(conf);
            assert_eq!([replay.delay(&identify), replay.delay(&data)], expected, "{conf}");
        }
    }

    #[test]
    fn an_answer_comes_at_once_whatever_the_delay() {
        let ready = Command::Scsi(ScsiCdb::test_unit_ready());
        let mut hangs = replay("kind=scsi\nhang=all");
        assert_eq!(hangs.answer(&ready, &mut []).unwrap(), Completion::default());
        let mut fails = replay("kind=scsi\nlatency_us=9000000\nfail=scsi:00,notready");
        assert!(matches!(fails.answer(&ready, &mut []), Err(TransportError::Scsi { status: 2, .. })));
    }
}
