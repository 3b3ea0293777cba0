//! Which program is the worker: the one that was named, or one of ours where packages put it, if it is one.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::options::Options;
use super::reader::with_worker;

/// The worker unless said otherwise, where packages put it: under a name that no other program has, and the program itself.
const WORKERS: [&str; 2] = ["/usr/lib/stone-smart/stone-worker", "/usr/bin/stone"];
/// How long a program may take to say that it is a worker: a hundred times as long as it needs.
const GREETING: Duration = Duration::from_secs(1);
/// When one that has said nothing is tried again: it may only have been slow.
const AGAIN: Duration = Duration::from_secs(60);

/// What is known of programs.
static KNOWN: LazyLock<Mutex<HashMap<PathBuf, Tried>>> = LazyLock::new(Mutex::default);

/// A program that was tried.
struct Tried {
    file: File,
    when: Instant,
    /// Is it a worker? `None`: it has said nothing.
    answer: Option<bool>,
}

/// What tells a file from the one that was there before: device, inode, and when it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct File([i64; 4]);

impl File {
    fn at(path: &Path) -> Option<Self> {
        let facts = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        let number = |number: u64| i64::from_ne_bytes(number.to_ne_bytes());
        Some(Self([number(facts.dev()), number(facts.ino()), facts.ctime(), facts.ctime_nsec()]))
    }
}

/// The program that is the worker of `options`, whatever it is.
pub(super) fn worker(options: &Options) -> PathBuf {
    let named = || WORKERS.iter().find(|worker| Path::new(worker).is_file()).unwrap_or(&WORKERS[0]).into();
    options.worker.clone().unwrap_or_else(named)
}

/// A program that is a worker, and understands this library: a program of the same name may be another, or of another
/// version. `None`: there is none. One that is not known yet is started to hear what it says. To be called where no signals
/// of the host's come.
pub(super) fn true_worker(options: &Options) -> Option<PathBuf> {
    let named = options.worker.iter().cloned();
    let ours = WORKERS.iter().filter(|_| options.worker.is_none()).map(PathBuf::from);
    let limit = GREETING.min(options.limits.round_deadline / 4);
    named.chain(ours).find(|program| is_worker(program, limit))
}

fn is_worker(program: &Path, limit: Duration) -> bool {
    let Some(file) = File::at(program) else { return false };
    // Held: of many rounds that begin at once, one tries it.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(tried) = known.get(program)
        && tried.file == file
        && (tried.answer.is_some() || tried.when.elapsed() < AGAIN)
    {
        return tried.answer == Some(true);
    }
    let answer = with_worker(program, |worker| worker.is_understood(limit));
    if answer != Some(true) {
        tracing::warn!(program = %program.display(), "it is no worker of this version: threads read the disks");
    }
    known.insert(program.to_owned(), Tried { file, when: Instant::now(), answer });
    answer == Some(true)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_program_that_is_no_worker_is_found_out_once() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("stone");
        let options = Options { worker: Some(program.clone()), ..Options::default() };
        assert_eq!(true_worker(&options), None, "there is none");
        let script = format!("#!/bin/sh\necho >> {}/tried\nexec sleep 60\n", folder.path().display());
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(true_worker(&options), None);
        }
        assert!(start.elapsed() < Duration::from_secs(20));
        assert_eq!(fs::read_to_string(folder.path().join("tried")).unwrap(), "\n");
        assert_eq!(worker(&options), program, "it is what was asked for");
        assert!(WORKERS.map(PathBuf::from).contains(&worker(&Options::default())));
    }
}
