//! Asks a cluster all questions, several at a time, within one deadline.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use super::answers::Images;
use super::{Answers, Cluster, ClusterError, Question, run};

/// Commands at a time: each is a Python program that costs 100 ms of processor time.
const AT_ONCE: usize = 8;
/// Of so many daemons of a kind the changed options are asked: they hardly differ within a kind, and each costs a command.
const MOST_DAEMONS: usize = 16;

impl Cluster {
    /// Asks `questions`, and what follows from the answers: the changed options of daemons after `node ls`, the images
    /// of the pools after `osd dump`.
    pub fn ask(&self, questions: &[Question]) -> Answers {
        let deadline = Instant::now() + self.deadline;
        let said = side_by_side(questions, |question| {
            (*question, run::json(self.command(question.words().split(' ')), deadline))
        });
        let mut answers = Answers { said: BTreeMap::from_iter(said), ..Answers::default() };
        if let Some(nodes) = answers.get(Question::Nodes) {
            let daemons = daemons(nodes);
            answers.options = side_by_side(&daemons, |daemon| {
                run::json(self.command(["config", "show", daemon]), deadline)
            });
        }
        if let Some(osd) = answers.get(Question::Osd) {
            let pools = pools_of_images(osd);
            answers.images = side_by_side(&pools, |pool| self.images(pool, deadline));
        }
        answers
    }

    /// One command of the cluster, as JSON.
    ///
    /// # Errors
    /// There is no answer: see [`ClusterError`].
    pub fn one<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Result<Value, ClusterError> {
        run::json(self.command(words), Instant::now() + self.deadline)
    }

    /// One command of the cluster that prints nothing of interest, with `input` on its standard input: that stands in
    /// no list of processes and no log of the cluster. `input` is some KiB at most.
    ///
    /// # Errors
    /// It failed, or did not end in time.
    pub fn tell<'a>(
        &self,
        words: impl IntoIterator<Item = &'a str>,
        input: Option<&str>,
    ) -> Result<(), ClusterError> {
        let mut command = self.as_whom(Command::new(&self.program));
        command.args(words);
        let input = input.map_or(run::Input::Nothing, run::Input::Text);
        run::output(command, input, Instant::now() + self.deadline).map(|_| ())
    }

    fn command<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.as_whom(Command::new(&self.program));
        command.args(words).args(["--format", "json"]);
        command
    }

    fn as_whom(&self, mut command: Command) -> Command {
        if let Some(conf) = &self.conf {
            command.arg("--conf").arg(conf);
        }
        if let Some(keyring) = &self.keyring {
            command.arg("--keyring").arg(keyring);
        }
        if let Some(name) = &self.name {
            command.arg("--name").arg(name);
        }
        command
    }

    fn images(&self, pool: &str, deadline: Instant) -> Result<Images, ClusterError> {
        let Some(rbd) = &self.rbd else { return Ok(Images { count: 0, mirrored: false }) };
        let ask = |words: &[&str]| {
            let mut command = self.as_whom(Command::new(rbd));
            command.args(words).args(["--pool", pool, "--format", "json"]);
            run::json(command, deadline)
        };
        let images = ask(&["ls"])?;
        let count = images.as_array().map_or(0, Vec::len) as u64;
        let mode = ask(&["mirror", "pool", "info"])?;
        let mirrored = mode["mode"].as_str().is_some_and(|mode| mode != "disabled");
        Ok(Images { count, mirrored })
    }
}

/// `work` on all of `items`, some at a time, in their order.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// `osd.3`, `mon.a`: of each kind the first few.
fn daemons(nodes: &Value) -> Vec<String> {
    let kinds = nodes.as_object().into_iter().flatten();
    kinds
        .flat_map(|(kind, hosts)| {
            let ids = hosts.as_object().into_iter().flat_map(|hosts| hosts.values());
            let ids = ids.filter_map(Value::as_array).flatten();
            let name = move |id: &Value| match id {
                Value::String(id) => Some(format!("{kind}.{id}")),
                Value::Number(id) => Some(format!("{kind}.{id}")),
                _ => None,
            };
            ids.filter_map(name).take(MOST_DAEMONS).collect::<Vec<_>>()
        })
        .collect()
}

/// The names of the pools that hold images, in the order of `osd dump`.
fn pools_of_images(osd: &Value) -> Vec<String> {
    let pools = osd["pools"].as_array().into_iter().flatten();
    pools
        .filter(|pool| pool["application_metadata"].get("rbd").is_some())
        .filter_map(|pool| pool["pool_name"].as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_is_kept() {
        let items: Vec<usize> = (0..50).collect();
        assert_eq!(side_by_side(&items, |item| item * 2), (0..100).step_by(2).collect::<Vec<_>>());
        assert!(side_by_side(&[] as &[usize], |item| *item).is_empty());
    }

    #[test]
    fn daemons_have_names_and_a_limit() {
        let many: Vec<u64> = (0..100).collect();
        let nodes = json!({"mon": {"host-1": ["a", null]}, "osd": {"host-1": many}, "mds": {}, "odd": 5});
        let daemons = daemons(&nodes);
        assert_eq!(daemons.len(), 1 + MOST_DAEMONS);
        assert!(daemons.contains(&"mon.a".to_owned()) && daemons.contains(&"osd.15".to_owned()));
    }
}
