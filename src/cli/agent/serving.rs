//! Where is listened, by the arguments; and how a service begins and ends.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use super::args::ServeArgs;
use crate::agent::{Board, Duties, ListenError, Listeners, Others, Work, run, serve};
use crate::child::in_a_service;
use crate::cli::exit::Exit;
use crate::cli::output::{complain, say};

const SOCKET: &str = "stone.sock";

/// Whether there is a socket where none was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Socket {
    ByDefault,
    WhenNamed,
}

/// Listens, and runs the service until it is ended.
pub(super) fn run_service(
    args: &ServeArgs,
    socket: Socket,
    board: Arc<Board>,
    work: Arc<dyn Work>,
    duties: Duties,
) -> Exit {
    in_a_service();
    let listeners = match listeners(args, socket) {
        Ok(listeners) => Arc::new(listeners),
        Err(error) => {
            complain("serving", &error);
            return Exit::Nothing;
        }
    };
    let served = (listeners.clone(), board.clone());
    match run(work, board, duties, move || serve(&served.0, &served.1)) {
        Ok(()) => {
            listeners.remove_socket();
            Exit::Complete
        }
        Err(error) => {
            complain("service", &error);
            Exit::Nothing
        }
    }
}

/// What systemd hands over, or else the socket; and the ports that were asked for.
fn listeners(args: &ServeArgs, wanted: Socket) -> Result<Listeners, ListenError> {
    let mut listeners = Listeners::of_systemd()?;
    match socket(args) {
        Some(path) if args.socket.is_some() || wanted == Socket::ByDefault && listeners.is_empty() => {
            listeners.add_socket(&path)?
        }
        _ => {}
    }
    let others = if args.listen_to_others { Others::Served } else { Others::Refused };
    for address in &args.listen {
        let bound = listeners.add_port(*address, others)?;
        say(format_args!("metrics on http://{bound}/metrics"));
    }
    Ok(listeners)
}

/// Where the socket is to be. `None`: nothing says where a user who is not root has one.
fn socket(args: &ServeArgs) -> Option<PathBuf> {
    if let Some(path) = &args.socket {
        return Some(path.clone());
    }
    let folder = |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(folder) = folder("RUNTIME_DIRECTORY") {
        return Some(folder.join(SOCKET));
    }
    if nix::unistd::geteuid().is_root() {
        return Some(PathBuf::from("/run/stone").join(SOCKET));
    }
    folder("XDG_RUNTIME_DIR").map(|folder| folder.join("stone").join(SOCKET))
}
