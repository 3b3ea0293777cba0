//! What is still to be asked of a cluster, and what is being asked: several at a time, and what follows from an answer as
//! soon as it is there.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Something to be done, which may bring more of the same.
pub(super) trait Task: Sized + Send {
    /// Does it: what is to be done then.
    fn run(self) -> Vec<Self>;

    /// Of those that may take all there is of time and places only some run at once, after all others.
    fn is_of_many(&self) -> bool;
}

/// Runs `tasks` and what comes of them, `at_once` of them at a time, at most half of these [of many](Task::is_of_many).
pub(super) fn run_all<T: Task>(tasks: Vec<T>, at_once: usize) {
    let queue = Queue {
        state: Mutex::new(State { waiting: tasks, running: 0, of_many: 0 }),
        changed: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some((task, mut running)) = queue.take((at_once / 2).max(1)) {
                    running.then = task.run();
                }
            });
        }
    });
}

struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    waiting: Vec<T>,
    running: usize,
    of_many: usize,
}

impl<T: Task> Queue<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next one. `None`: there will be no more.
    fn take(&self, most_of_many: usize) -> Option<(T, Running<'_, T>)> {
        let mut state = self.lock();
        loop {
            let first = state.waiting.iter().position(|task| !task.is_of_many());
            let is_free = state.of_many < most_of_many && !state.waiting.is_empty();
            if let Some(index) = first.or_else(|| is_free.then_some(0)) {
                let task = state.waiting.remove(index);
                let is_of_many = task.is_of_many();
                state.running += 1;
                state.of_many += usize::from(is_of_many);
                return Some((task, Running { queue: self, is_of_many, then: Vec::new() }));
            }
            if state.running == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// One that runs; when it has run, however it ended, others know.
struct Running<'a, T: Task> {
    queue: &'a Queue<T>,
    is_of_many: bool,
    then: Vec<T>,
}

impl<T: Task> Drop for Running<'_, T> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.running -= 1;
        state.of_many -= usize::from(self.is_of_many);
        state.waiting.append(&mut self.then);
        drop(state);
        self.queue.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use super::*;

    enum Step<'a> {
        /// Ends when it is told to.
        Slow(&'a Mutex<Receiver<()>>),
        /// What follows from it is done while the slow one waits for it.
        First(Sender<()>),
        Then(Sender<()>),
        Many(&'a Mutex<(usize, usize)>),
    }

    impl Task for Step<'_> {
        fn run(self) -> Vec<Self> {
            match self {
                Self::Slow(told) => {
                    told.lock().unwrap().recv_timeout(Duration::from_secs(60)).unwrap();
                }
                Self::First(teller) => return vec![Self::Then(teller)],
                Self::Then(teller) => teller.send(()).unwrap(),
                Self::Many(counts) => {
                    {
                        let mut counts = counts.lock().unwrap();
                        counts.0 += 1;
                        counts.1 = counts.1.max(counts.0);
                    }
                    thread::sleep(Duration::from_millis(5));
                    counts.lock().unwrap().0 -= 1;
                }
            }
            Vec::new()
        }

        fn is_of_many(&self) -> bool {
            matches!(self, Self::Many(_))
        }
    }

    #[test]
    fn what_follows_waits_for_nobody_else() {
        let (teller, told) = channel();
        let told = Mutex::new(told);
        run_all(vec![Step::Slow(&told), Step::First(teller)], 2);
    }

    #[test]
    fn those_of_many_leave_places_to_others() {
        let counts = Mutex::new((0, 0));
        run_all((0..40).map(|_| Step::Many(&counts)).collect(), 8);
        let (running, most) = *counts.lock().unwrap();
        assert!(running == 0 && (1..=4).contains(&most), "{most}");
        run_all(Vec::<Step<'_>>::new(), 8);
    }
}
