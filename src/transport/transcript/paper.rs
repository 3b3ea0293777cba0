//! A transcript while it is written.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::entries::{entry, put_completion, put_error};
use crate::transport::wire::Put;
use crate::transport::{Command, Completion, Transport, TransportError};

/// A transcript while it is written: whoever holds it may take away what is there so far, whole entries.
#[derive(Debug, Default)]
pub struct Paper(Mutex<Vec<u8>>);

impl Paper {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        // Nothing that holds the lock can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the way to the disk is open.
    pub fn opened(&self) {
        self.lock().put_u8(entry::OPENED);
    }

    /// Notes what smartctl printed, and its exit status.
    pub fn smartctl(&self, output: &[u8], status: u8) {
        let mut out = self.lock();
        out.put_u8(entry::SMARTCTL);
        out.put_u8(status);
        out.put_bytes(output);
    }

    fn exchange(&self, command: &Command, end: &Result<Completion, TransportError>, data: &[u8]) {
        let mut out = self.lock();
        out.put_u8(entry::EXCHANGE);
        out.extend(command.identity());
        match end {
            Ok(completion) => {
                out.put_u8(0);
                let data = data.get(..completion.data_len).unwrap_or(data);
                put_completion(&mut out, completion, data);
            }
            Err(error) => put_error(&mut out, error),
        }
    }

    /// Takes away what is there.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lock())
    }
}

/// A transport that writes down what goes through the one inside it.
pub struct Transcribe<'a> {
    inner: Box<dyn Transport>,
    paper: &'a Paper,
}

impl fmt::Debug for Transcribe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcribe").field("paper", &self.paper).finish_non_exhaustive()
    }
}

impl<'a> Transcribe<'a> {
    /// Writes what goes through `inner` on `paper`.
    pub fn new(inner: Box<dyn Transport>, paper: &'a Paper) -> Self {
        paper.opened();
        Self { inner, paper }
    }
}

impl Transport for Transcribe<'_> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let end = self.inner.execute(command, data, timeout);
        self.paper.exchange(command, &end, data);
        end
    }
}
