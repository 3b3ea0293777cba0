//! Asks a cluster all questions, several at a time, within one deadline.

use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;

use super::answers::Images;
use super::queue::{Task, run_all};
use super::{Answers, Cluster, ClusterError, Question, run};

/// Commands at a time: each is a Python program that costs 100 ms of processor time.
const AT_ONCE: usize = 8;
/// Of so many daemons of a kind the changed options are asked: they hardly differ within a kind, and each costs a command.
const MOST_DAEMONS: usize = 16;

/// Where answers are put.
struct Asking<'a> {
    cluster: &'a Cluster,
    deadline: Instant,
    /// Whether options and images are asked for, too.
    follows: bool,
    answers: Mutex<Answers>,
    options: Mutex<Vec<(usize, Result<Value, ClusterError>)>>,
    images: Mutex<Vec<(usize, Result<Images, ClusterError>)>>,
}

/// One thing to be asked.
enum Ask<'a> {
    Question(&'a Asking<'a>, Question),
    /// The changed options of a daemon. With no manager nobody answers these.
    Options(&'a Asking<'a>, usize, String),
    /// The images of a pool.
    Images(&'a Asking<'a>, usize, String),
}

impl Task for Ask<'_> {
    fn run(self) -> Vec<Self> {
        match self {
            Self::Question(asking, question) => {
                let command = asking.cluster.command(question.words().split(' '));
                let answer = run::json(command, asking.deadline);
                let then =
                    answer.as_ref().map_or_else(|_| Vec::new(), |answer| asking.then(question, answer));
                lock(&asking.answers).said.insert(question, answer);
                then
            }
            Self::Options(asking, index, daemon) => {
                let command = asking.cluster.command(["config", "show", &daemon]);
                let answer = run::json(command, asking.deadline);
                lock(&asking.options).push((index, answer));
                Vec::new()
            }
            Self::Images(asking, index, pool) => {
                let answer = asking.cluster.images(&pool, asking.deadline);
                lock(&asking.images).push((index, answer));
                Vec::new()
            }
        }
    }

    fn is_of_many(&self) -> bool {
        matches!(self, Self::Options(..))
    }
}

impl Asking<'_> {
    /// What follows from an answer.
    fn then(&self, question: Question, answer: &Value) -> Vec<Ask<'_>> {
        match question {
            _ if !self.follows => Vec::new(),
            Question::Nodes => {
                let daemons = daemons(answer).into_iter().enumerate();
                daemons.map(|(index, daemon)| Ask::Options(self, index, daemon)).collect()
            }
            Question::Osd => {
                let pools = pools_of_images(answer).into_iter().enumerate();
                pools.map(|(index, pool)| Ask::Images(self, index, pool)).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn in_order<T>(of: Mutex<Vec<(usize, T)>>) -> Vec<T> {
    let mut all = of.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, one)| one).collect()
}

impl Cluster {
    /// Asks `questions`, and as soon as its answer is there what follows from one: the changed options of daemons after
    /// `node ls`, the images of the pools after `osd dump`; both where changed options are asked for at all. So what
    /// nobody answers takes nothing from the rest.
    pub fn ask(&self, questions: &[Question]) -> Answers {
        let asking = Asking {
            cluster: self,
            deadline: Instant::now() + self.deadline,
            follows: questions.contains(&Question::ConfigDump),
            answers: Mutex::default(),
            options: Mutex::default(),
            images: Mutex::default(),
        };
        run_all(questions.iter().map(|question| Ask::Question(&asking, *question)).collect(), AT_ONCE);
        let answers = asking.answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        Answers { options: in_order(asking.options), images: in_order(asking.images), ..answers }
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
    fn daemons_have_names_and_a_limit() {
        let many: Vec<u64> = (0..100).collect();
        let nodes = json!({"mon": {"host-1": ["a", null]}, "osd": {"host-1": many}, "mds": {}, "odd": 5});
        let daemons = daemons(&nodes);
        assert_eq!(daemons.len(), 1 + MOST_DAEMONS);
        assert!(daemons.contains(&"mon.a".to_owned()) && daemons.contains(&"osd.15".to_owned()));
    }
}
