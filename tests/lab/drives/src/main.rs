//! Recorded drives as SCSI disks of a QEMU guest: a back end of vhost-user-scsi.
//!
//! ```text
//! stone-lab-drives SOCKET REPORT FOLDER...
//! ```
//!
//! Each FOLDER is the dump of a SATA or SCSI drive (fixtures/README.md); the first is target 0 with LUN 0, the second target
//! 1, and so on, up to 255. QEMU connects to SOCKET; when it goes, so does this. What the disks were asked is in
//! REPORT, one event a line:
//!
//! ```text
//! VIOLATION NAME CDB     a command that would change the drive, and was refused
//! HUNG NAME CDB          a command that is never answered, until it is aborted
//! MANAGED NAME REQUEST   a task management request, and what became of it
//! DRIVE NAME COUNT       commands in all, at the end
//! END                    the last line
//! ```
//!
//! Exit status: 0, 1 after a violation, 2 when something is wrong with the arguments or QEMU.

mod answer;
mod command;
mod drive;
mod harm;
mod host;
mod report;
mod request;
mod sat;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use vhost_user_backend::VhostUserDaemon;
use vm_memory::{GuestMemoryAtomic, GuestMemoryMmap};

use drive::Drive;
use host::Host;
use report::Report;

/// Targets of a host.
const MOST: usize = 255;

/// What can go wrong before a guest sees a disk, or between QEMU and us.
type Error = Box<dyn std::error::Error + Send + Sync>;

fn serve() -> Result<ExitCode, Error> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(socket), Some(report)) = (arguments.next(), arguments.next()) else {
        return Err("usage: stone-lab-drives SOCKET REPORT FOLDER...".into());
    };
    let folders: Vec<PathBuf> = arguments.collect();
    if folders.is_empty() || folders.len() > MOST {
        return Err(format!("one to {MOST} folders, not {}", folders.len()).into());
    }
    let report = Arc::new(Report::create(&report)?);
    let open = |folder: &PathBuf| Drive::start(folder, Arc::clone(&report));
    let drives = folders.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let memory = GuestMemoryAtomic::new(GuestMemoryMmap::new());
    let host = Arc::new(Host::new(memory.clone(), drives.clone()));
    let mut daemon =
        VhostUserDaemon::new("drives".to_owned(), host, memory).map_err(|error| error.to_string())?;
    // Until QEMU disconnects. Drives that hang keep their threads; the process ends all the same.
    daemon.serve(&socket).map_err(|error| error.to_string())?;
    for drive in &drives {
        report.line(&format!("DRIVE {} {}", drive.name(), drive.commands()));
    }
    report.line("END");
    Ok(ExitCode::from(u8::from(report.has_violation())))
}

fn main() -> ExitCode {
    serve().unwrap_or_else(|error| {
        eprintln!("stone-lab-drives: {error}");
        ExitCode::from(2)
    })
}
