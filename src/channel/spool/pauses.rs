//! The pauses after attempts that failed, and their end before their time.

use super::error::SpoolError;
use super::folder::Spool;

impl Spool {
    /// Reports that wait for their next attempt are due at once: the way to the endpoint is another now. What made it fail
    /// is still told.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub fn end_pauses(&self) -> Result<(), SpoolError> {
        if !self.exists()? || self.ledger()?.attempts.is_empty() {
            return Ok(());
        }
        self.change(|ledger| ledger.attempts.clear())
    }
}

#[cfg(test)]
mod tests {
    use crate::channel::spool::ledger::Attempts;
    use crate::channel::{Limits, Spool};

    #[test]
    fn what_waits_for_its_next_attempt_is_due_at_once() {
        let state = tempfile::tempdir().unwrap();
        let spool = Spool::new(state.path(), Limits::default());
        spool.end_pauses().unwrap();
        assert!(!spool.exists().unwrap());
        let (key, _) = spool.add(1000, |out| out.write_all(b"{}")).unwrap();
        let mut failed = Attempts::default();
        (failed.failed, failed.next) = (7, 90_000);
        spool.change(|ledger| _ = ledger.attempts.insert(key.to_string(), failed)).unwrap();
        assert_eq!(spool.overview().unwrap().next_attempt, Some(90_000));
        spool.end_pauses().unwrap();
        assert_eq!(spool.overview().unwrap().next_attempt, Some(1000));
    }
}
