//! Threads that read disks, made as they are needed and kept until the round is over. None is ever joined: any may be
//! stuck in a disk.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Stack of a thread: its buffers are on the heap, its calls are shallow.
const STACK: usize = 512 << 10;

/// What a thread is to do. It must not panic.
type Task = Box<dyn FnOnce() + Send>;

/// The threads. Those that have nothing to do wait until these are dropped: to end hundreds of threads one after another
/// takes the memory map of the process from the others, again and again, while they read.
#[derive(Debug, Default)]
pub(super) struct Hands(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    called: Condvar,
}

#[derive(Default)]
struct State {
    tasks: VecDeque<Task>,
    /// Threads that do nothing.
    idle: usize,
    is_over: bool,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("idle", &self.idle)
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}

impl Hands {
    /// Lets a thread do `task`: one that has nothing to do, or a new one.
    ///
    /// # Errors
    /// The system grants no thread; nobody does the task.
    pub(super) fn give(&self, task: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let mut state = self.0.lock();
        if state.idle > state.tasks.len() {
            state.tasks.push_back(Box::new(task));
            drop(state);
            self.0.called.notify_one();
            return Ok(());
        }
        drop(state);
        let shared = Arc::clone(&self.0);
        start(move || {
            task();
            shared.work();
        })
    }
}

fn start(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let builder = thread::Builder::new().name("disk".to_owned()).stack_size(STACK);
    builder.spawn(work).map(drop)
}

impl Drop for Hands {
    fn drop(&mut self) {
        self.0.lock().is_over = true;
        self.0.called.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does one task after another until there will be no more.
    fn work(&self) {
        let mut state = self.lock();
        state.idle += 1;
        loop {
            if let Some(task) = state.tasks.pop_front() {
                state.idle -= 1;
                drop(state);
                task();
                state = self.lock();
                state.idle += 1;
            } else if state.is_over {
                return;
            } else {
                state = self.called.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
    use std::thread::{ThreadId, current};
    use std::time::Duration;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn who_has_done_its_task_takes_the_next() {
        let hands = Hands::default();
        let mut threads: Vec<ThreadId> = Vec::new();
        for _ in 0..9 {
            let (says, hears) = channel();
            hands.give(move || says.send(current().id()).unwrap()).unwrap();
            threads.push(hears.recv_timeout(LONG).unwrap());
            while hands.0.lock().idle == 0 {
                thread::yield_now();
            }
        }
        threads.dedup();
        assert_eq!(threads.len(), 1);
    }

    #[test]
    fn nobody_waits_for_one_that_is_stuck() {
        let hands = Hands::default();
        let (release, stuck) = channel::<()>();
        hands.give(move || _ = stuck.recv()).unwrap();
        let (says, hears) = channel();
        hands.give(move || says.send(()).unwrap()).unwrap();
        assert_eq!(hears.recv_timeout(LONG), Ok(()));
        drop(release);
    }

    #[test]
    fn they_end_when_they_are_dropped_and_not_before() {
        let hands = Hands::default();
        // Lives as long as its thread.
        thread_local!(static HELD: RefCell<Option<Sender<()>>> = const { RefCell::new(None) });
        let (held, ends) = channel::<()>();
        hands.give(move || HELD.set(Some(held))).unwrap();
        assert_eq!(ends.recv_timeout(Duration::from_millis(20)), Err(RecvTimeoutError::Timeout));
        drop(hands);
        assert_eq!(ends.recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
    }
}
