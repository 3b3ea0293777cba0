//! The worker: reads its setup, asks the disks, and says what they answer, until its standard input is closed.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::parent_id;
use std::sync::Arc;
use std::thread;

use nix::sys::prctl;
use nix::sys::signal::Signal;
use stone_smart_sys::process::close_inherited;

use super::frame::End;
use super::outbox::Outbox;
use super::setup::Setup;
use crate::collect::pool::{self, Turn, Work};
use crate::device::BlockDevice;
use crate::source::{Asker, Limits, SourceError, chain};
use crate::transport::megaraid;
use crate::transport::transcript::Paper;

/// Serves the front at the other ends of standard input and output, and closes all else that it has inherited: what hangs
/// in a disk must not hold a socket of the program that has the disks read. To be called before anything is opened. It returns when the front closes standard input or
/// ends, and the caller is to end the process then: threads may be stuck.
///
/// # Errors
/// Standard input holds no setup, or the streams do not work.
pub fn serve() -> io::Result<()> {
    // A front that dies takes its worker along, unless that hangs in the kernel: then the closed pipe does it later.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    // Where that is not possible, they are held as long as this lives, which is no reason to read no disk.
    _ = close_inherited();
    let mut stdin = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let Some(setup) = read_setup(&mut stdin)? else { return Ok(()) };
    if parent_id() != setup.parent {
        // It had died before the request for its signal.
        return Ok(());
    }

    let outbox = Arc::new(Outbox::default());
    outbox.hello();
    let writes = Arc::clone(&outbox);
    let mut out = stdout.try_clone()?;
    thread::Builder::new().name("outbox".to_owned()).spawn(move || writes.keep_writing(&mut out))?;
    for (index, controller) in setup.controllers.iter().cloned().enumerate() {
        let tells = Arc::clone(&outbox);
        let list = move || {
            let listing = megaraid::listing(&controller).map_err(|error| chain(&error));
            tells.listed(number(index), listing);
        };
        thread::Builder::new().name("megaraid".to_owned()).spawn(list)?;
    }
    let asks = Arc::clone(&outbox);
    thread::Builder::new().name("round".to_owned()).spawn(move || ask(setup, &asks))?;

    // There is nothing more to be read: this waits for the end.
    while !matches!(stdin.read(&mut [0; 64]), Ok(0) | Err(_)) {}
    // A front that was interrupted still takes what there is.
    _ = outbox.gather_into(&mut stdout);
    Ok(())
}

/// `None`: the front has gone already.
fn read_setup(stdin: &mut File) -> io::Result<Option<Setup>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 << 10];
    loop {
        match Setup::decode(&bytes) {
            Ok(Some(setup)) => return Ok(Some(setup)),
            Ok(None) => {}
            Err(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "is not what stone says to its worker",
                ));
            }
        }
        match stdin.read(&mut chunk)? {
            0 => return Ok(None),
            len => bytes.extend(chunk.iter().take(len)),
        }
    }
}

fn ask(setup: Setup, outbox: &Arc<Outbox>) {
    let Setup { options, asking, devices, .. } = setup;
    let work = Arc::new(Questions { asker: Asker::new(&asking), outbox: Arc::clone(outbox) });
    pool::run(devices.into(), work, &options, |slot, turn, took| {
        let end = match turn {
            Turn::Done(Ok(())) => End::Done,
            Turn::Done(Err(SourceError::Asleep)) => End::Asleep,
            Turn::Done(Err(error)) => End::Told(chain(&error)),
            Turn::Panicked => End::Panicked,
            Turn::Late => End::Late,
            Turn::SameDrive => End::SameDrive,
            Turn::RoundOver => End::RoundOver,
            Turn::NoThread(words) => End::NoThread(words),
        };
        outbox.end(number(slot), end, took);
    });
}

struct Questions {
    asker: Asker,
    outbox: Arc<Outbox>,
}

impl Work for Questions {
    type Out = Result<(), SourceError>;

    fn read(&self, slot: usize, device: &BlockDevice, limits: &Limits) -> Self::Out {
        let paper = Arc::new(Paper::default());
        self.outbox.start(number(slot), Arc::clone(&paper));
        self.asker.ask(device, limits, &paper)
    }
}

fn number(slot: usize) -> u32 {
    u32::try_from(slot).unwrap_or(u32::MAX)
}
