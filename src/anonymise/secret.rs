//! The secret behind all pseudonyms: 32 random bytes that never leave the state directory.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::geteuid;
use thiserror::Error;

use crate::own_file;

/// Name of the file in the state directory.
const FILE: &str = "telemetry-secret";
const LENGTH: usize = 32;

/// The key of all pseudonyms of this host, or of this cluster.
///
/// It has no `Clone`, no `Display` and no `Serialize`, and is overwritten when it is dropped.
pub struct Secret([u8; LENGTH]);

/// Why there is no usable secret. No message holds any of its bytes.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The file system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// Others may read or change it.
    #[error(
        "{} has mode {mode:03o}, so others can reach the secret: run `chmod {want:o} {}`",
        path.display(), path.display()
    )]
    Mode {
        /// The file or directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode it should have.
        want: u32,
    },
    /// Somebody else owns it.
    #[error(
        "{} belongs to user {owner}, not to user {user}: run as its owner, or `chown {user} {}`",
        path.display(), path.display()
    )]
    Owner {
        /// The file or directory.
        path: PathBuf,
        /// Who owns it.
        owner: u32,
        /// Who we are.
        user: u32,
    },
    /// It is not a secret that this program wrote.
    #[error(
        "{} is no secret ({found} instead of 32 bytes in a regular file): restore it from a backup, or move it away \
         to start anew with other pseudonyms",
        path.display()
    )]
    Content {
        /// The file.
        path: PathBuf,
        /// What it is, or how long.
        found: String,
    },
    /// The kernel gave no random bytes.
    #[error("the kernel gave no random bytes for a new secret: {0}")]
    Random(getrandom::Error),
}

impl Secret {
    /// A secret of these bytes.
    pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// A new one, as the text by which a cluster's store keeps it: 64 hex digits.
    ///
    /// # Errors
    /// The kernel gave no random bytes.
    pub fn new_text() -> Result<String, SecretError> {
        let mut secret = Self([0; LENGTH]);
        getrandom::fill(&mut secret.0).map_err(SecretError::Random)?;
        Ok(super::hex::digits(secret.0.iter()).map(char::from).collect())
    }

    /// The secret of this text. `None`: it is none that [`Secret::new_text`] made.
    pub fn from_text(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let mut secret = Self([0; LENGTH]);
        if digits.len() != 2 * LENGTH || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        for (byte, pair) in secret.0.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        (secret.0 != [0; LENGTH]).then_some(secret)
    }

    /// Reads the secret from `state_dir`, and makes both at the first use. Processes that do so at once agree on one.
    ///
    /// # Errors
    /// The secret cannot be read or made, or others than its owner can reach it: see [`SecretError`].
    pub fn load_or_create(state_dir: &Path) -> Result<Self, SecretError> {
        let host = make_directory(state_dir)?;
        let path = state_dir.join(FILE);
        if let Some(secret) = Self::load(&path, host)? {
            return Ok(secret);
        }
        create(state_dir, &path)?;
        let gone = || SecretError::Io {
            action: "find again",
            path: path.clone(),
            source: ErrorKind::NotFound.into(),
        };
        Self::load(&path, host)?.ok_or_else(gone)
    }

    /// Puts a new secret in the place of the one in `state_dir`, whatever that is: from now on all pseudonyms are others, and
    /// nobody can link them to the old ones. Where the disk is full the old one goes first, and if there is no room even then, the
    /// new one is made at the next use; until then nothing can be sent.
    ///
    /// # Errors
    /// It cannot be made or written: the old one stays.
    pub fn rotate(state_dir: &Path) -> Result<(), SecretError> {
        make_directory(state_dir)?;
        let path = state_dir.join(FILE);
        let temporary = match write_temporary(state_dir) {
            Err(SecretError::Io { source, .. })
                if matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) =>
            {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        return Err(io_error("remove", &path)(error));
                    }
                    _ => sync(state_dir)?,
                }
                _ = create(state_dir, &path);
                return Ok(());
            }
            temporary => temporary?,
        };
        if let Err(error) = fs::rename(&temporary, &path) {
            // The old one stays; what could not take its place goes.
            _ = fs::remove_file(&temporary);
            return Err(io_error("replace", &path)(error));
        }
        sync(state_dir)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn load(path: &Path, host: u32) -> Result<Option<Self>, SecretError> {
        let flags = (OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK).bits();
        let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error("open", path)(error)),
        };
        let facts = file.metadata().map_err(io_error("examine", path))?;
        if !facts.is_file() {
            return Err(SecretError::Content { path: path.into(), found: "no regular file".into() });
        }
        guard(path, &facts, host, 0o077, 0o600)?;
        let content =
            |found: u64| SecretError::Content { path: path.into(), found: format!("{found} bytes") };
        if facts.len() != LENGTH as u64 {
            return Err(content(facts.len()));
        }
        let mut secret = Self([0; LENGTH]);
        (&file).read_exact(&mut secret.0).map_err(io_error("read", path))?;
        if secret.0 == [0; LENGTH] {
            return Err(SecretError::Content { path: path.into(), found: "nothing but zeros".into() });
        }
        Ok(Some(secret))
    }
}

/// Writes a new secret beside `path` and links it there; who comes second finds the first one's.
fn create(state_dir: &Path, path: &Path) -> Result<(), SecretError> {
    let temporary = write_temporary(state_dir)?;
    let linked = match fs::hard_link(&temporary, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(io_error("create", path)(error)),
        _ => Ok(()),
    };
    let removed = fs::remove_file(&temporary).map_err(io_error("remove", &temporary));
    linked.and(removed)?;
    sync(state_dir)
}

/// A new secret in a file of its own; its path.
fn write_temporary(state_dir: &Path) -> Result<PathBuf, SecretError> {
    let mut secret = Secret([0; LENGTH]);
    getrandom::fill(&mut secret.0).map_err(SecretError::Random)?;
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(SecretError::Random)?;
    let temporary = state_dir.join(format!(".{FILE}.{:016x}", u64::from_le_bytes(name)));
    if let Err(error) = write_new(&temporary, &secret) {
        _ = fs::remove_file(&temporary);
        return Err(error);
    }
    Ok(temporary)
}

fn sync(state_dir: &Path) -> Result<(), SecretError> {
    File::open(state_dir).and_then(|dir| dir.sync_all()).map_err(io_error("sync", state_dir))
}

fn write_new(path: &Path, secret: &Secret) -> Result<(), SecretError> {
    let mut file = own_file::open(path, OpenOptions::new().write(true).create_new(true))
        .map_err(io_error("create", path))?;
    file.write_all(&secret.0).and_then(|()| file.sync_all()).map_err(io_error("write", path))
}

/// Makes the directory, or sees to it that nobody else can put another secret there; who owns it. Root works in the
/// directory of another user, too, as its guest.
fn make_directory(path: &Path) -> Result<u32, SecretError> {
    own_file::make_folder(path).map_err(io_error("create", path))?;
    let facts = fs::metadata(path).map_err(io_error("examine", path))?;
    let user = geteuid();
    let host = if user.is_root() { facts.uid() } else { user.as_raw() };
    guard(path, &facts, host, 0o022, 0o700)?;
    Ok(host)
}

/// It must be the host's, or root's, and closed to `others`.
fn guard(path: &Path, facts: &fs::Metadata, host: u32, others: u32, want: u32) -> Result<(), SecretError> {
    let (mode, owner) = (facts.mode() & 0o7777, facts.uid());
    let user = geteuid().as_raw();
    if owner != host && owner != 0 {
        return Err(SecretError::Owner { path: path.into(), owner, user });
    }
    if mode & others != 0 {
        return Err(SecretError::Mode { path: path.into(), mode, want });
    }
    Ok(())
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SecretError {
    move |source| SecretError::Io { action, path: path.into(), source }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without a reader the compiler may leave the write out.
        std::hint::black_box(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn it_is_made_once_and_closed_to_others() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("a/state");
        let first = Secret::load_or_create(&dir).unwrap();
        let second = Secret::load_or_create(&dir).unwrap();
        assert_eq!(first.0, second.0);
        assert_ne!(first.0, [0; LENGTH]);
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&dir.join(FILE))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn a_new_one_takes_the_place_of_whatever_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let first = Secret::load_or_create(dir.path()).unwrap();
        let harms: [fn(&Path); 3] =
            [|_| (), |path| fs::write(path, b"no secret").unwrap(), |path| set_mode(path, 0o644)];
        for harm in harms {
            harm(&path);
            Secret::rotate(dir.path()).unwrap();
            assert_ne!(Secret::load_or_create(dir.path()).unwrap().0, first.0);
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file stays");
        }
    }

    #[test]
    fn many_at_once_agree() {
        let dir = tempfile::tempdir().unwrap();
        let secrets: Vec<[u8; LENGTH]> = std::thread::scope(|scope| {
            let load = || Secret::load_or_create(dir.path()).unwrap().0;
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(load)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(secrets.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn what_others_can_reach_or_is_no_secret_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        drop(Secret::load_or_create(dir.path()).unwrap());
        set_mode(&path, 0o640);
        let error = Secret::load_or_create(dir.path()).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
        set_mode(&path, 0o600);
        set_mode(dir.path(), 0o777);
        assert!(matches!(Secret::load_or_create(dir.path()), Err(SecretError::Mode { want: 0o700, .. })));
        set_mode(dir.path(), 0o700);
        for content in [&b""[..], b"short", &[0; LENGTH], &[7; LENGTH + 1]] {
            fs::write(&path, content).unwrap();
            let error = Secret::load_or_create(dir.path()).unwrap_err();
            assert!(matches!(error, SecretError::Content { .. }), "{error}");
        }
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        assert!(matches!(Secret::load_or_create(dir.path()), Err(SecretError::Io { .. })));
    }

    #[test]
    fn a_text_is_a_secret_or_none() {
        let text = Secret::new_text().unwrap();
        assert_ne!(text, Secret::new_text().unwrap());
        let secret = Secret::from_text(&text).unwrap();
        assert_eq!(super::super::hex::digits(secret.0.iter()).map(char::from).collect::<String>(), text);
        for wrong in
            ["", "00", &"0".repeat(64), &"g".repeat(64), &"é".repeat(32), &"a".repeat(65), &"+1".repeat(32)]
        {
            assert!(Secret::from_text(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", Secret::from_bytes([0x41; LENGTH])), "Secret(..)");
    }
}
