//! How disks are read: an options handle with setters, so that there can always be one more.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::path::PathBuf;
use std::time::Duration;

use super::guard::{guard, release};
use super::status::{Fault, Status};
use super::{lent, program, reader, text, wanted};
use crate::collect::{self, Quarantine};
use crate::source::native::{Extent, Power};
use crate::source::{Asking, Backend};

/// The longest time that can be set: a day.
const LONGEST: Duration = Duration::from_secs(86_400);

/// How disks are reached: the numbers of stone_backend.
#[derive(Debug, Clone, Copy)]
#[repr(i32)]
pub enum BackendChoice {
    /// Natively where there is a way in, by smartctl otherwise. The default.
    Auto = 0,
    /// By ioctl.
    Native = 1,
    /// By smartctl 7.0 or newer.
    Smartctl = 2,
}

/// Which sleeping disks are left asleep: the numbers of stone_asleep.
#[derive(Debug, Clone, Copy)]
#[repr(i32)]
pub enum AsleepChoice {
    /// All disks are read, and may wake. The default.
    ReadAll = 0,
    /// Those in sleep are left.
    Sleep = 1,
    /// Those in standby or deeper.
    Standby = 2,
    /// Those in idle or deeper.
    Idle = 3,
}

/// How much disks are asked for: the numbers of stone_extent.
#[derive(Debug, Clone, Copy)]
#[repr(i32)]
pub enum ExtentChoice {
    /// All that they have. The default.
    Whole = 0,
    /// The same, and Seagate's Field Accessible Reliability Metrics, which are long.
    WithFarm = 1,
    /// Health, temperature and counters, in at most 8 commands.
    Quick = 2,
}

/// Who sends the commands: the numbers of stone_reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum ReaderChoice {
    /// The worker where its program is there and says that it is one, of the version of this library; threads otherwise. The
    /// default.
    Auto = 0,
    /// A worker process, the program `stone`. One that hangs in the kernel with a disk is left behind as a whole.
    Worker = 1,
    /// Threads of this process, one for a drive at a time. One that hangs in the kernel with a disk is left behind as well, but
    /// this process cannot end before the kernel gives the disk up; as long as it hangs, further rounds do not ask that disk
    /// (STONE_STATUS_QUARANTINED).
    Threads = 2,
}

/// How disks are read. One thread at a time may set them; what is set later does not change a round that has begun.
#[derive(Debug, Clone)]
pub struct Options {
    pub(super) limits: collect::Options,
    pub(super) asking: Asking,
    pub(super) reader: ReaderChoice,
    /// The program that is the worker. `None`: where packages put it.
    pub(super) worker: Option<PathBuf>,
    /// Folder in which disks that hung are remembered. `None`: they are not.
    pub(super) quarantine: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: collect::Options::default(),
            asking: Asking { smartctl: "smartctl".into(), ..Asking::default() },
            reader: ReaderChoice::Auto,
            worker: None,
            quarantine: None,
        }
    }
}

/// New options, all as they are unless said otherwise. The caller owns them: stone_options_free.
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_new(out: Option<&mut MaybeUninit<Box<Options>>>) -> Status {
    guard(|| {
        wanted(out, "out")?.write(Box::default());
        Ok(())
    })
}

/// Gives options back. NULL is let pass. Rounds that have begun with them go on.
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_free(options: Option<Box<Options>>) {
    release(options);
}

fn set(options: Option<&mut Options>, how: impl FnOnce(&mut Options) -> Result<(), Fault>) -> Status {
    guard(|| how(options.ok_or(Fault::null("options"))?))
}

fn time(millis: u64) -> Result<Duration, Fault> {
    let time = Duration::from_millis(millis);
    if time.is_zero() || time > LONGEST {
        return Err(Fault::invalid("a time must be from 1 to 86400000 milliseconds"));
    }
    Ok(time)
}

fn some(disks: u32) -> Result<usize, Fault> {
    let disks = usize::try_from(disks).ok().filter(|disks| *disks > 0);
    disks.ok_or_else(|| Fault::invalid("at least 1 disk must be read at the same time"))
}

fn choice<T>(known: impl IntoIterator<Item = T>, number: i32) -> Result<T, Fault> {
    let index = usize::try_from(number).ok();
    let chosen = index.and_then(|index| known.into_iter().nth(index));
    chosen.ok_or_else(|| Fault::invalid(format_args!("there is no choice {number}")))
}

/// Disks read at the same time; 0: all of them, up to 1024 (the default).
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_jobs(options: Option<&mut Options>, jobs: u32) -> Status {
    set(options, |options| {
        options.limits.jobs = usize::try_from(jobs).ok().filter(|jobs| *jobs > 0);
        Ok(())
    })
}

/// Disks read at the same time behind one SCSI host, an adapter with all its expanders: at least 1 (the default: 512).
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_per_host(options: Option<&mut Options>, disks: u32) -> Status {
    set(options, |options| {
        options.limits.per_host = some(disks)?;
        Ok(())
    })
}

/// Disks read at the same time behind one SAS expander: at least 1 (the default: 256).
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_per_expander(options: Option<&mut Options>, disks: u32) -> Status {
    set(options, |options| {
        options.limits.per_expander = some(disks)?;
        Ok(())
    })
}

/// Time-out of one command in milliseconds (the default: 15000, for a sleeping disk needs as long to spin up).
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_command_timeout(options: Option<&mut Options>, millis: u64) -> Status {
    set(options, |options| {
        options.limits.command_timeout = time(millis)?;
        Ok(())
    })
}

/// Time for one disk in milliseconds, from its own start on (the default: 60000).
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_disk_deadline(options: Option<&mut Options>, millis: u64) -> Status {
    set(options, |options| {
        options.limits.disk_deadline = time(millis)?;
        Ok(())
    })
}

/// Time for all disks of a round together in milliseconds, from stone_round_start on (the default: 600000).
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_round_deadline(options: Option<&mut Options>, millis: u64) -> Status {
    set(options, |options| {
        options.limits.round_deadline = time(millis)?;
        Ok(())
    })
}

/// How disks are reached: a number of stone_backend.
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_backend(options: Option<&mut Options>, backend: i32) -> Status {
    set(options, |options| {
        options.asking.backend = choice([Backend::Auto, Backend::Native, Backend::Smartctl], backend)?;
        Ok(())
    })
}

/// Which sleeping disks are left asleep: a number of stone_asleep. Their status is STONE_STATUS_ASLEEP.
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_asleep(options: Option<&mut Options>, asleep: i32) -> Status {
    set(options, |options| {
        let powers = [None, Some(Power::Sleep), Some(Power::Standby), Some(Power::Idle)];
        options.asking.asleep = choice(powers, asleep)?;
        Ok(())
    })
}

/// How much disks are asked for: a number of stone_extent.
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_extent(options: Option<&mut Options>, extent: i32) -> Status {
    set(options, |options| {
        options.asking.extent = choice([Extent::Whole, Extent::WithFarm, Extent::Quick], extent)?;
        Ok(())
    })
}

/// Who sends the commands: a number of stone_reader.
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_set_reader(options: Option<&mut Options>, reader: i32) -> Status {
    set(options, |options| {
        let readers = [ReaderChoice::Auto, ReaderChoice::Worker, ReaderChoice::Threads];
        options.reader = choice(readers, reader)?;
        Ok(())
    })
}

/// The program that is the worker: `stone` of the same version as this library (the default: /usr/lib/stone-smart/stone-worker,
/// or /usr/bin/stone where that is not there).
///
/// # Safety
/// `program` is a NUL-terminated path. It is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_options_set_worker(
    options: Option<&mut Options>,
    program: *const c_char,
) -> Status {
    set(options, |options| {
        // SAFETY: the caller promises it.
        options.worker = Some(unsafe { text::path(program, "program") }?.to_owned());
        Ok(())
    })
}

/// The smartctl to use: a path, or a name that is looked up in PATH (the default: smartctl).
///
/// # Safety
/// `program` is NUL-terminated. It is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_options_set_smartctl(
    options: Option<&mut Options>,
    program: *const c_char,
) -> Status {
    set(options, |options| {
        // SAFETY: the caller promises it.
        options.asking.smartctl = unsafe { text::path(program, "program") }?.to_owned();
        Ok(())
    })
}

/// The folder in which disks that hung are remembered, as the program does in /var/lib/stone: they are left alone for a growing
/// time, with STONE_STATUS_QUARANTINED. NULL: nothing is remembered (the default). It works with the worker only.
///
/// The folder is made if it is not there. Where nothing can be written into it, the status says so (STONE_STATUS_PERMISSION,
/// STONE_STATUS_IO), and the options are as they were. When the last result of a round is there, its disks that hung are
/// remembered.
///
/// # Safety
/// `folder` is NULL or a NUL-terminated path. It is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_options_set_quarantine(
    options: Option<&mut Options>,
    folder: *const c_char,
) -> Status {
    set(options, |options| {
        // SAFETY: the caller promises it.
        let folder = unsafe { text::some_path(folder, "folder") }?;
        if let Some(folder) = &folder {
            Quarantine::prepare(folder).map_err(|error| {
                let action = format_args!("disks that hung cannot be remembered in {}", folder.display());
                Fault::of_io(action, &error)
            })?;
        }
        options.quarantine = folder;
        Ok(())
    })
}

/// Who would send the commands of a round with these options: STONE_READER_WORKER or STONE_READER_THREADS. With
/// STONE_READER_AUTO a program that is not known yet is started to see whether it is a worker, for a second at most.
#[unsafe(no_mangle)]
pub extern "C" fn stone_options_reader(
    options: Option<&Options>,
    out: Option<&mut MaybeUninit<i32>>,
) -> Status {
    guard(|| {
        let (options, out) = (lent(options, "options")?, wanted(out, "out")?);
        let worker = reader::aside(|| options.chosen_worker())?;
        let chosen = if worker.is_some() { ReaderChoice::Worker } else { ReaderChoice::Threads };
        out.write(chosen as i32);
        Ok(())
    })
}

impl Options {
    /// The program of the worker, if one is to read. `None`: threads are. To be called where no signals of the host's come.
    pub(super) fn chosen_worker(&self) -> Option<PathBuf> {
        match self.reader {
            ReaderChoice::Auto => program::true_worker(self),
            ReaderChoice::Worker => Some(program::worker(self)),
            ReaderChoice::Threads => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_meaning_is_refused_and_changes_nothing() {
        let mut options = Options::default();
        for number in [-1, 4, i32::MIN, i32::MAX] {
            assert_eq!(stone_options_set_backend(Some(&mut options), number), Status::InvalidArgument);
            assert_eq!(stone_options_set_asleep(Some(&mut options), number), Status::InvalidArgument);
            assert_eq!(stone_options_set_extent(Some(&mut options), number), Status::InvalidArgument);
            assert_eq!(stone_options_set_reader(Some(&mut options), number), Status::InvalidArgument);
        }
        for millis in [0, 86_400_001, u64::MAX] {
            assert_eq!(stone_options_set_round_deadline(Some(&mut options), millis), Status::InvalidArgument);
        }
        assert_eq!(stone_options_set_per_host(Some(&mut options), 0), Status::InvalidArgument);
        assert_eq!(options.limits, collect::Options::default());
        assert_eq!(options.asking.backend, Backend::Auto);
        assert_eq!(stone_options_set_jobs(None, 1), Status::NullPointer);
    }

    #[test]
    fn numbers_mean_what_the_header_says() {
        let mut options = Options::default();
        assert_eq!(stone_options_set_backend(Some(&mut options), BackendChoice::Smartctl as i32), Status::Ok);
        assert_eq!(stone_options_set_asleep(Some(&mut options), AsleepChoice::Standby as i32), Status::Ok);
        assert_eq!(stone_options_set_extent(Some(&mut options), ExtentChoice::Quick as i32), Status::Ok);
        assert_eq!(stone_options_set_reader(Some(&mut options), ReaderChoice::Threads as i32), Status::Ok);
        assert_eq!(options.asking.backend, Backend::Smartctl);
        assert_eq!(options.asking.asleep, Some(Power::Standby));
        assert_eq!(options.asking.extent, Extent::Quick);
        assert_eq!(options.chosen_worker(), None);
    }
}
