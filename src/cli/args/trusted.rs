//! Which programs root lets its arguments name: none that somebody else could have written or could put another in place of.
//!
//! Arguments may come from somebody with fewer rights, by a line of sudoers that says too little.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use nix::unistd::geteuid;

/// The names that are looked up in PATH when nothing is said: PATH is root's own, by sudo's `secure_path`.
pub(super) const SMARTCTL: &str = "smartctl";
pub(super) const CEPH: &str = "ceph";
/// As many links as the kernel follows.
const MOST_LINKS: usize = 40;

#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(
        "root runs no program that somebody else can change: {0} is not owned by root. Use a program of the system, or \
         give it to root"
    )]
    Owner(PathBuf),
    #[error(
        "root runs no program that somebody else can change: {0} is writable by its group or by others. Take that right \
         away, or use a program of the system"
    )]
    Writable(PathBuf),
    #[error("{0}: too many links")]
    Links(PathBuf),
    #[error("{}: it cannot be seen who owns it: {source}", path.display())]
    Unseen { path: PathBuf, source: io::Error },
}

/// The argument that names a program to run. As root it has to be one that root alone can change.
pub(super) fn program(given: OsString) -> Result<PathBuf, Refused> {
    if given == SMARTCTL || given == CEPH || !geteuid().is_root() {
        return Ok(given.into());
    }
    let given = PathBuf::from(given);
    let program = if given.components().count() == 1 && given.is_relative() && given.file_name().is_some() {
        in_path(given.as_os_str(), std::env::var_os("PATH"))
    } else {
        std::path::absolute(&given).ok()
    };
    // None of that name: what runs it says so.
    let Some(program) = program else { return Ok(given) };
    check(&program, 0)?;
    Ok(program)
}

/// The file of that name that would be run.
fn in_path(name: &OsStr, path: Option<OsString>) -> Option<PathBuf> {
    let folders = path.iter().flat_map(std::env::split_paths).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Can nobody but `owner` change what `program` leads to? Every folder and every link on the way counts. A file that is
/// not there is let pass: nobody else can make it, and what runs it says that it is missing.
fn check(program: &Path, owner: u32) -> Result<(), Refused> {
    let unseen = |path: &Path| {
        let path = path.to_owned();
        move |source| Refused::Unseen { path, source }
    };
    let mut ahead: VecDeque<PathBuf> = parts(program).collect();
    let mut at = PathBuf::from("/");
    let mut links = 0;
    while let Some(part) = ahead.pop_front() {
        match part.components().next() {
            Some(Component::ParentDir) => _ = at.pop(),
            Some(Component::Normal(name)) => at.push(name),
            Some(Component::RootDir | Component::Prefix(_)) => at = PathBuf::from("/"),
            Some(Component::CurDir) | None => {}
        }
        let facts = match fs::symlink_metadata(&at) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            facts => facts.map_err(unseen(&at))?,
        };
        // Root can change everything anyhow.
        if ![0, owner].contains(&facts.uid()) {
            return Err(Refused::Owner(at));
        }
        if facts.is_symlink() {
            links += 1;
            if links > MOST_LINKS {
                return Err(Refused::Links(program.to_owned()));
            }
            let target = fs::read_link(&at).map_err(unseen(&at))?;
            at.pop();
            for part in parts(&target).rev() {
                ahead.push_front(part);
            }
        } else if is_writable(&facts) {
            return Err(Refused::Writable(at));
        }
    }
    Ok(())
}

fn parts(path: &Path) -> impl DoubleEndedIterator<Item = PathBuf> + '_ {
    path.components().map(|part| PathBuf::from(part.as_os_str()))
}

/// By others than its owner. In a sticky folder (/tmp) they can make files, and not replace those of the owner.
fn is_writable(facts: &Metadata) -> bool {
    let is_sticky = facts.is_dir() && facts.mode() & 0o1000 != 0;
    facts.mode() & 0o022 != 0 && !is_sticky
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_program_that_others_can_change_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let me = geteuid().as_raw();
        let (program, link) = (folder.path().join("smartctl"), folder.path().join("link"));
        fs::write(&program, "").unwrap();
        symlink("../../../../../../../../bin/sh", folder.path().join("shell")).unwrap();
        symlink("smartctl", &link).unwrap();
        symlink("loop", folder.path().join("loop")).unwrap();
        mode(&program, 0o755);
        for path in [&program, &link, &folder.path().join("shell"), &folder.path().join("missing")] {
            check(path, me).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        assert!(matches!(check(&folder.path().join("loop"), me), Err(Refused::Links(_))));
        for writable in [0o775, 0o757] {
            mode(&program, writable);
            assert!(matches!(check(&program, me), Err(Refused::Writable(path)) if path == program));
            assert!(matches!(check(&link, me), Err(Refused::Writable(path)) if path == program));
        }
        mode(&program, 0o755);
        mode(folder.path(), 0o777);
        assert!(matches!(check(&program, me), Err(Refused::Writable(path)) if path == folder.path()));
        // Somebody who may make files there: they cannot put another in its place.
        mode(folder.path(), 0o1777);
        check(&program, me).unwrap();
    }

    #[test]
    fn a_program_of_somebody_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("smartctl");
        fs::write(&program, "").unwrap();
        mode(&program, 0o755);
        let another = geteuid().as_raw().wrapping_add(1);
        // As root every file above is root's: who owns it is seen by tests/cli.rs.
        if !geteuid().is_root() {
            assert!(matches!(check(&program, another), Err(Refused::Owner(_))));
        }
        check(Path::new("/bin/sh"), another).unwrap();
    }

    #[test]
    fn names_are_looked_up_as_the_system_does() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("other"), "").unwrap();
        let path =
            std::env::join_paths([Path::new("relative"), Path::new("/nonexistent"), folder.path()]).unwrap();
        assert_eq!(in_path("other".as_ref(), Some(path.clone())), Some(folder.path().join("other")));
        assert_eq!(in_path("another".as_ref(), Some(path)), None);
    }
}
