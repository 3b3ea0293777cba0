//! Serving what is on the board: a few threads, each with one connection at a time.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::board::Board;
use super::clock::Now;
use super::http::{self, Answer};
use super::listen::Listeners;

/// Connections served at the same time; further ones wait in the kernel, which keeps a limited number of them.
const THREADS: usize = 4;
/// The stack of a thread, in bytes.
const STACK: usize = 256 << 10;
/// Pause where no connection can be accepted, as when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(200);
/// What Prometheus calls its text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Serves `board` from now on, in threads that live as long as the program.
///
/// # Errors
/// No thread can be started.
pub fn serve(listeners: &Arc<Listeners>, board: &Arc<Board>) -> io::Result<()> {
    let threads = if listeners.is_empty() { 0 } else { THREADS };
    for _ in 0..threads {
        let (listeners, board) = (listeners.clone(), board.clone());
        thread::Builder::new().name("serve".into()).stack_size(STACK).spawn(move || {
            loop {
                match listeners.accept() {
                    Ok(Some(mut connection)) => {
                        let done = http::exchange(connection.as_mut(), &|path| page(&board, path));
                        // Who asked has gone, or was too slow: that is its own affair.
                        _ = done.inspect_err(|error| tracing::debug!(%error, "a connection ended early"));
                    }
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(%error, "no connection can be accepted");
                        thread::sleep(PAUSE);
                    }
                }
            }
        })?;
    }
    Ok(())
}

fn page(board: &Board, path: &str) -> Option<Answer> {
    let now = Now::read();
    match path {
        "/metrics" => Some(Answer::ok(TEXT, board.metrics(now))),
        "/health" => {
            let text = serde_json::to_string(&board.health(now)).unwrap_or_default();
            Some(Answer::ok("application/json", text + "\n"))
        }
        _ => None,
    }
}
