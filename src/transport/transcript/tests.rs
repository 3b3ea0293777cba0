//! What was written down comes back as it was, and hostile bytes do no harm.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;

use super::entries::entry;
use super::*;
use crate::transport::{
    Command, Completion, NvmeAdmin, Registers, ScsiCdb, Sense, TaskFile, Transport, TransportError,
};

const SECOND: Duration = Duration::from_secs(1);

/// Answers one after another with what it was given.
struct Script(Vec<Result<Completion, TransportError>>);

impl Transport for Script {
    fn execute(&mut self, _: &Command, data: &mut [u8], _: Duration) -> Result<Completion, TransportError> {
        data.fill(0x5a);
        self.0.remove(0)
    }
}

fn commands() -> Vec<Command> {
    vec![
        Command::Ata(TaskFile::identify_device()),
        Command::Ata(TaskFile::sct_read_timer()),
        Command::Ata(TaskFile::sct_write_timer()),
        Command::Ata(TaskFile::read_log_ext(4, 1, 1)),
        Command::Ata(TaskFile::read_log_ext(4, 2, 1)),
        Command::Scsi(ScsiCdb::inquiry(96)),
        Command::Scsi(ScsiCdb::inquiry(36)),
        Command::Nvme(NvmeAdmin::get_log_page(2, 1, 512)),
        Command::Nvme(NvmeAdmin::get_log_page(2, 2, 512)),
        Command::Nvme(NvmeAdmin::identify(1, 0)),
    ]
}

fn errors() -> Vec<TransportError> {
    let sense = Some(Sense { key: 5, asc: 0x24, ascq: 1 });
    vec![
        TransportError::Refused(io::Error::from_raw_os_error(1)),
        TransportError::Refused(io::Error::other("words")),
        TransportError::TimedOut(SECOND),
        TransportError::Host { host: 7, driver: 8 },
        TransportError::Scsi { status: 2, sense },
        TransportError::Scsi { status: 8, sense: None },
        TransportError::Ata { status: 0x51, error: 4 },
        TransportError::Nvme(0x4002),
        TransportError::MegaRaid(0x2d),
        TransportError::WrongKind { transport: "SAT", command: "NVMe" },
        TransportError::Dump { file: "identify.bin".into(), source: io::Error::from_raw_os_error(5) },
        TransportError::DumpWrite { path: PathBuf::from("/x"), source: io::Error::from_raw_os_error(28) },
        TransportError::NotSent,
    ]
}

#[test]
fn each_command_is_told_from_the_others() {
    let mut identities: Vec<_> = commands().iter().map(Command::identity).collect();
    identities.sort_unstable();
    identities.dedup();
    assert_eq!(identities.len(), commands().len());
}

#[test]
fn every_end_comes_back_as_it_was() {
    let registers = Registers { error: 1, count: 2, lba: 0xc2_4f00, device: 3, status: 0x50 };
    let done = Completion { data_len: 512, registers: Some(registers), result: 9 };
    let paper = Paper::default();
    let command = Command::Ata(TaskFile::identify_device());
    let ends = errors().into_iter().map(Err).chain([Ok(done)]).collect();
    let mut transcribe = Transcribe::new(Box::new(Script(ends)), &paper);
    for _ in 0..=errors().len() {
        _ = transcribe.execute(&command, &mut [0; 512], SECOND);
    }
    let transcript = paper.take();
    assert!(paper.take().is_empty());
    let mut playback = Playback::new(&transcript, After::Nothing);
    for error in errors() {
        let played = playback.execute(&command, &mut [0; 512], SECOND).unwrap_err();
        assert_eq!(format!("{played:?}").replace("Custom { kind: Other, error: \"words\" }", ""), {
            format!("{error:?}").replace("Custom { kind: Other, error: \"words\" }", "")
        });
    }
    let mut data = [0; 512];
    assert_eq!(playback.execute(&command, &mut data, SECOND).unwrap(), done);
    assert_eq!(data, [0x5a; 512]);
    assert!(matches!(playback.execute(&command, &mut data, SECOND), Err(TransportError::NotSent)));
    assert!(!playback.is_foreign() && playback.unanswered().is_none());
    assert_eq!(playback.timed_out(), Some("ata:ec"));
}

#[test]
fn beyond_the_end_the_next_command_is_the_one_that_got_no_answer() {
    let mut playback = Playback::new(&[entry::OPENED], After::Silence(SECOND));
    let command = Command::Ata(TaskFile::smart_read_data());
    let error = playback.execute(&command, &mut [0; 512], SECOND).unwrap_err();
    assert!(matches!(error, TransportError::TimedOut(SECOND)));
    assert_eq!(playback.unanswered(), Some("ata:b0/d0"));
}

#[test]
fn an_answer_to_something_else_is_not_given() {
    let paper = Paper::default();
    let mut transcribe = Transcribe::new(Box::new(Script(vec![Ok(Completion::default())])), &paper);
    transcribe.execute(&commands()[5], &mut [0; 96], SECOND).unwrap();
    let transcript = paper.take();
    let mut playback = Playback::new(&transcript, After::Silence(SECOND));
    let end = playback.execute(&commands()[6], &mut [0; 36], SECOND);
    assert!(matches!(end, Err(TransportError::NotSent)) && playback.is_foreign());
}

#[test]
fn smartctls_answer_is_found_behind_exchanges() {
    let paper = Paper::default();
    Transcribe::new(Box::new(Script(vec![Err(TransportError::NotSent)])), &paper)
        .execute(&commands()[0], &mut [0; 512], SECOND)
        .unwrap_err();
    paper.smartctl(b"{}", 4);
    let transcript = paper.take();
    assert_eq!(smartctl(&transcript), Some((&b"{}"[..], 4)));
    for end in 0..transcript.len() {
        assert_eq!(smartctl(&transcript[..end]), None, "{end}");
    }
}

proptest! {
    #[test]
    fn hostile_transcripts_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for command in commands() {
            let mut data = vec![0; command.data_len()];
            let mut framed = vec![entry::EXCHANGE];
            framed.extend(command.identity());
            framed.extend(&bytes);
            for transcript in [&bytes, &framed] {
                let mut playback = Playback::new(transcript, After::Nothing);
                if let Ok(completion) = playback.execute(&command, &mut data, SECOND) {
                    prop_assert!(completion.data_len <= data.len());
                }
                _ = smartctl(transcript);
            }
        }
    }
}
