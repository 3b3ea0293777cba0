//! The questions a report is made of, and what came back.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ClusterError;

/// What is asked of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// `balancer status`.
    Balancer,
    /// `config dump`.
    ConfigDump,
    /// `config ls`: the names of all options there are.
    ConfigNames,
    /// `crash ls`.
    Crashes,
    /// `osd crush dump`.
    Crush,
    /// `df`.
    Df,
    /// `fs dump`.
    Fs,
    /// `mon dump`.
    Mon,
    /// `mon metadata`.
    MonMetadata,
    /// `node ls`.
    Nodes,
    /// `osd dump`.
    Osd,
    /// `osd metadata`.
    OsdMetadata,
    /// `service dump`.
    Services,
}

impl Question {
    /// All of them: first those that others follow from, last those that need a manager.
    pub const ALL: [Self; 13] = [
        Self::Osd,
        Self::Nodes,
        Self::Mon,
        Self::MonMetadata,
        Self::OsdMetadata,
        Self::ConfigDump,
        Self::ConfigNames,
        Self::Crush,
        Self::Fs,
        Self::Df,
        Self::Crashes,
        Self::Services,
        Self::Balancer,
    ];

    /// The words of the command, which name it in a report as well.
    pub fn words(self) -> &'static str {
        match self {
            Self::Balancer => "balancer status",
            Self::ConfigDump => "config dump",
            Self::ConfigNames => "config ls",
            Self::Crashes => "crash ls",
            Self::Crush => "osd crush dump",
            Self::Df => "df",
            Self::Fs => "fs dump",
            Self::Mon => "mon dump",
            Self::MonMetadata => "mon metadata",
            Self::Nodes => "node ls",
            Self::Osd => "osd dump",
            Self::OsdMetadata => "osd metadata",
            Self::Services => "service dump",
        }
    }
}

/// The commands that follow from answers.
const CONFIG_SHOW: &str = "config show";
const IMAGES: &str = "rbd ls";

/// Images of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Images {
    /// How many.
    pub count: u64,
    /// Whether the pool is mirrored.
    pub mirrored: bool,
}

/// What the cluster said.
#[derive(Debug, Default)]
pub struct Answers {
    /// By question; a question that was not asked is not there.
    pub said: BTreeMap<Question, Result<Value, ClusterError>>,
    /// `config show` of daemons, by their names. Names never leave.
    pub options: Vec<Result<Value, ClusterError>>,
    /// Of each pool that holds images, in the order of the pools.
    pub images: Vec<Result<Images, ClusterError>>,
}

impl Answers {
    /// The answer to `question`. `None`: there is none.
    pub fn get(&self, question: Question) -> Option<&Value> {
        self.said.get(&question)?.as_ref().ok()
    }

    /// What was asked in vain: the words of the command, and one word for the reason. Each once, sorted.
    pub fn missing(&self) -> BTreeMap<&'static str, &'static str> {
        let said = self.said.iter().filter_map(|(question, answer)| {
            answer.as_ref().err().map(|error| (question.words(), error.word()))
        });
        let options = self.options.iter().filter_map(|answer| answer.as_ref().err());
        let images = self.images.iter().filter_map(|answer| answer.as_ref().err());
        // What follows from an answer that did not come was not asked either.
        let follows = self.said.contains_key(&Question::ConfigDump);
        let unasked = [(Question::Nodes, CONFIG_SHOW), (Question::Osd, IMAGES)].into_iter();
        let unasked = unasked
            .filter(|_| follows)
            .filter_map(|(question, words)| Some((words, self.said.get(&question)?.as_ref().err()?.word())));
        said.chain(unasked)
            .chain(options.map(|error| (CONFIG_SHOW, error.word())))
            .chain(images.map(|error| (IMAGES, error.word())))
            .collect()
    }

    /// Every error, for the operator.
    pub fn errors(&self) -> impl Iterator<Item = &ClusterError> {
        let said = self.said.values().filter_map(|answer| answer.as_ref().err());
        let options = self.options.iter().filter_map(|answer| answer.as_ref().err());
        said.chain(options).chain(self.images.iter().filter_map(|answer| answer.as_ref().err()))
    }
}
