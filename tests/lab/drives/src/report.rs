//! What happened to the drives, for the judge: one event a line, written at once.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The report, shared by all drives.
#[derive(Debug)]
pub(crate) struct Report {
    file: File,
    violation: AtomicBool,
}

impl Report {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: File::create(path)?, violation: AtomicBool::new(false) })
    }

    /// Adds a line: one write, so that lines of several drives do not mix.
    pub(crate) fn line(&self, line: &str) {
        // Without it the judge misses the END of the report.
        _ = (&self.file).write_all(format!("{line}\n").as_bytes());
    }

    /// A command that would change the drive.
    pub(crate) fn violation(&self, drive: &str, cdb: &[u8; 32]) {
        self.violation.store(true, Ordering::Relaxed);
        self.line(&format!("VIOLATION {drive} {}", words(cdb)));
    }

    /// A command that is not answered.
    pub(crate) fn hung(&self, drive: &str, cdb: &[u8; 32]) {
        self.line(&format!("HUNG {drive} {}", words(cdb)));
    }

    pub(crate) fn has_violation(&self) -> bool {
        self.violation.load(Ordering::Relaxed)
    }
}

/// The first 16 bytes: no longer command is known here.
fn words(cdb: &[u8; 32]) -> String {
    let bytes: Vec<String> = cdb.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}
