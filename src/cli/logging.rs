//! What `-v` shows, on standard error.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

/// Sets the level: 0 nothing, 1 what is done, 2 each disk and page, 3 each command.
pub(super) fn start(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let spans = if verbose >= 2 { FmtSpan::CLOSE } else { FmtSpan::NONE };
    // A second start in one process (a test) keeps the first.
    _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // A reader that has gone is no error.
        .log_internal_errors(false)
        .with_target(false)
        .with_span_events(spans)
        .try_init();
}
