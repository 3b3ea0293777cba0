//! What only smartmontools' own smartctl has a way to: it is run with the arguments as they are.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use crate::child::{ChildExt, abandon};
use crate::report::exit;

/// Where it is besides the folders of PATH.
const FOLDERS: &[&str] = &["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin"];
/// Its names: where this program has taken the first, dpkg-divert leaves it the second.
const NAMES: [&str; 3] = ["smartctl", "smartctl.distrib", "smartctl.smartmontools"];
/// Set for the child: a script called smartctl may be on its way back to us.
const GUARD: &str = "STONE_SMARTCTL_CALLED";

/// Runs smartmontools' smartctl, which prints its own answer; or says why not.
pub(super) fn run(arguments: &[OsString], time: Duration) -> Result<ExitCode, (u8, String)> {
    let missing = || {
        let message = "this type of device (-d) is read by smartmontools' own smartctl, which is not installed: \
                       install smartmontools";
        (exit::NO_DEVICE, message.to_owned())
    };
    if std::env::var_os(GUARD).is_some() {
        return Err(missing());
    }
    let program =
        find(std::env::var_os("PATH"), std::env::current_exe().ok().as_deref()).ok_or_else(missing)?;
    let failed = |error| (exit::NO_DEVICE, format!("{}: {error}", program.display()));
    let mut child = Command::new(&program)
        .args(arguments)
        .env(GUARD, "1")
        .stdin(Stdio::null())
        .spawn()
        .map_err(failed)?;
    match child.wait_timeout(time).map_err(failed)? {
        // A signal has no exit code.
        Some(status) => Ok(ExitCode::from(
            status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(exit::NO_DEVICE),
        )),
        None => {
            abandon(child);
            Err((
                exit::NO_DEVICE,
                format!("{}: did not end within {} s", program.display(), time.as_secs_f32()),
            ))
        }
    }
}

/// The first program of those names that is not `this` one, whatever links lead to it.
fn find(path: Option<OsString>, this: Option<&Path>) -> Option<PathBuf> {
    let identity = |path: &Path| fs::metadata(path).ok().map(|file| (file.dev(), file.ino()));
    let own = this.and_then(identity);
    let folders: Vec<PathBuf> = path.iter().flat_map(std::env::split_paths).collect();
    let folders = folders.into_iter().filter(|folder| folder.is_absolute());
    let folders = folders.chain(FOLDERS.iter().map(PathBuf::from));
    folders.flat_map(|folder| NAMES.map(|name| folder.join(name))).find(|program| {
        let executable =
            fs::metadata(program).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0);
        executable && identity(program) != own
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_this_program() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
        let stone = folder.path().join("stone");
        for path in [&ours, &theirs] {
            fs::create_dir(path).unwrap();
        }
        for program in [&stone, &theirs.join("smartctl")] {
            fs::write(program, "#!/bin/sh\n").unwrap();
            fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        std::os::unix::fs::symlink(&stone, ours.join("smartctl")).unwrap();
        fs::hard_link(&stone, ours.join("smartctl.distrib")).unwrap();
        let path = std::env::join_paths([&ours, &theirs]).unwrap();
        assert_eq!(find(Some(path.clone()), Some(&stone)), Some(theirs.join("smartctl")));
        assert_eq!(find(Some(path), None), Some(ours.join("smartctl")));
    }

    #[test]
    fn what_cannot_be_run_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("smartctl"), "").unwrap();
        let found = find(Some(folder.path().into()), None);
        assert_ne!(found, Some(folder.path().join("smartctl")));
    }
}
