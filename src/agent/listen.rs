//! Where is listened: a Unix socket, loopback, and what systemd hands over.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use thiserror::Error;

use super::http::Connection;

/// Who may connect to the socket: the owner and its group.
const MODE: u32 = 0o660;

/// Why it cannot be listened there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ListenError {
    /// Another process does.
    #[error("another process listens on {0}: end it, or name another socket (--socket)")]
    Taken(PathBuf),
    /// Something else is there.
    #[error("{0} is no socket, and is left as it is: name another path (--socket)")]
    NoSocket(PathBuf),
    /// The kernel refused.
    #[error("cannot listen on {place}")]
    Io {
        /// Path or address.
        place: String,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// The address is not this host's own.
    #[error(
        "{0} is reached from other hosts, which would read the serial numbers of all disks: listen on 127.0.0.1 or [::1], or say --listen-to-others"
    )]
    NotLoopback(SocketAddr),
}

enum Listener {
    Unix(UnixListener),
    Tcp(TcpListener),
}

/// All places at which is listened.
pub struct Listeners {
    listeners: Vec<Listener>,
    /// To be removed at the end.
    made: Option<PathBuf>,
}

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listeners").field("count", &self.listeners.len()).finish_non_exhaustive()
    }
}

impl Listeners {
    /// The sockets that systemd hands over, if it does.
    ///
    /// # Errors
    /// They are none of ours.
    pub fn of_systemd() -> Result<Self, ListenError> {
        let mut given = listenfd::ListenFd::from_env();
        let mut listeners = Vec::new();
        for index in 0..given.len() {
            let error = |source| ListenError::Io { place: format!("socket {index} of systemd"), source };
            let unix = given.take_unix_listener(index);
            let listener = match unix {
                Ok(Some(unix)) => Some(Listener::Unix(unix)),
                Ok(None) => None,
                Err(_) => given.take_tcp_listener(index).map_err(error)?.map(Listener::Tcp),
            };
            listeners.extend(listener);
        }
        let made = Self { listeners, made: None };
        made.unblock()?;
        Ok(made)
    }

    /// Removes the socket that was made, as the service ends.
    pub fn remove_socket(&self) {
        if let Some(path) = &self.made {
            _ = fs::remove_file(path);
        }
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.listeners.is_empty()
    }

    /// Adds a socket at `path`. One that nobody listens to any more is replaced.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn add_socket(&mut self, path: &Path) -> Result<(), ListenError> {
        let error = |source| ListenError::Io { place: path.display().to_string(), source };
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o755).create(folder).map_err(error)?;
        }
        match fs::symlink_metadata(path) {
            Ok(facts) if !facts.file_type().is_socket() => return Err(ListenError::NoSocket(path.into())),
            Ok(_) if UnixStream::connect(path).is_ok() => return Err(ListenError::Taken(path.into())),
            Ok(_) => fs::remove_file(path).map_err(error)?,
            Err(_) => {}
        }
        let listener = UnixListener::bind(path).map_err(error)?;
        fs::set_permissions(path, Permissions::from_mode(MODE)).map_err(error)?;
        self.listeners.push(Listener::Unix(listener));
        self.made = Some(path.to_owned());
        self.unblock()
    }

    /// Adds a port of this host, or of any address where `others` may be served.
    ///
    /// # Errors
    /// It cannot be listened there, or it is not asked for plainly enough.
    pub fn add_port(&mut self, address: SocketAddr, others: Others) -> Result<SocketAddr, ListenError> {
        if !address.ip().is_loopback() && others == Others::Refused {
            return Err(ListenError::NotLoopback(address));
        }
        let error = |source| ListenError::Io { place: address.to_string(), source };
        let listener = TcpListener::bind(address).map_err(error)?;
        let bound = listener.local_addr().map_err(error)?;
        self.listeners.push(Listener::Tcp(listener));
        self.unblock()?;
        Ok(bound)
    }

    /// Who was woken may find that another thread has taken the connection: it must not wait for the next one.
    fn unblock(&self) -> Result<(), ListenError> {
        for listener in &self.listeners {
            let done = match listener {
                Listener::Unix(listener) => listener.set_nonblocking(true),
                Listener::Tcp(listener) => listener.set_nonblocking(true),
            };
            done.map_err(|source| ListenError::Io { place: "a socket".into(), source })?;
        }
        Ok(())
    }

    /// Waits for a connection. `None`: another thread has taken it.
    pub(super) fn accept(&self) -> io::Result<Option<Box<dyn Connection>>> {
        let mut waits: Vec<PollFd<'_>> =
            self.listeners.iter().map(|listener| PollFd::new(listener.as_fd(), PollFlags::POLLIN)).collect();
        poll(&mut waits, PollTimeout::NONE)?;
        let is_ready = |wait: &PollFd<'_>| wait.any().unwrap_or(false);
        let ready = self.listeners.iter().zip(&waits).filter(|(_, wait)| is_ready(wait));
        for (listener, _) in ready {
            let taken: io::Result<Box<dyn Connection>> = match listener {
                Listener::Unix(listener) => listener.accept().map(|(stream, _)| Box::new(stream) as _),
                Listener::Tcp(listener) => listener.accept().map(|(stream, _)| Box::new(stream) as _),
            };
            match taken {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                taken => return taken.map(Some),
            }
        }
        Ok(None)
    }
}

impl Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Unix(listener) => listener.as_fd(),
            Self::Tcp(listener) => listener.as_fd(),
        }
    }
}

/// Whether other hosts may be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They may.
    Served,
    /// They may not.
    Refused,
}

macro_rules! connection {
    ($stream:ty) => {
        impl Connection for $stream {
            fn bound(&self, limit: Duration) -> io::Result<()> {
                // Accepted from a listener that does not block, it may not either.
                self.set_nonblocking(false)?;
                self.set_read_timeout(Some(limit))?;
                self.set_write_timeout(Some(limit))
            }

            fn finish(&self) -> io::Result<()> {
                self.shutdown(Shutdown::Write)
            }
        }
    };
}

connection!(UnixStream);
connection!(TcpStream);

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> Listeners {
        Listeners { listeners: Vec::new(), made: None }
    }

    #[test]
    fn a_socket_is_for_its_owner_replaced_when_left_behind_and_taken_from_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/stone.sock");
        let mut first = none();
        first.add_socket(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        assert!(matches!(none().add_socket(&path), Err(ListenError::Taken(_))));
        drop(first);
        let mut second = none();
        second.add_socket(&path).unwrap();
        second.remove_socket();
        assert!(!path.exists());
        fs::write(&path, "precious").unwrap();
        assert!(matches!(none().add_socket(&path), Err(ListenError::NoSocket(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    }

    #[test]
    fn other_hosts_are_served_only_when_it_is_said() {
        for text in ["0.0.0.0:0", "[::]:0", "192.0.2.1:9633"] {
            let refused = none().add_port(text.parse().unwrap(), Others::Refused);
            assert!(matches!(refused, Err(ListenError::NotLoopback(_))), "{text}");
        }
        let bound = none().add_port("127.0.0.1:0".parse().unwrap(), Others::Refused).unwrap();
        assert!(bound.port() > 0 && bound.ip().is_loopback());
    }
}
