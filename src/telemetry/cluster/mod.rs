//! What a cluster says of itself, asked by its own command: `ceph ... -f json`, or `stone` where it is called so.

mod answers;
mod ask;
mod queue;
mod run;

use std::path::PathBuf;
use std::time::Duration;

pub use answers::{Answers, Images, Question};
pub use run::ClusterError;

/// How a cluster is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The command of the cluster: a path, or a name that is looked up in `PATH`.
    pub program: PathBuf,
    /// The command that lists images: `None`, images are not counted.
    pub rbd: Option<PathBuf>,
    /// The cluster's configuration file. `None`: where the command itself looks.
    pub conf: Option<PathBuf>,
    /// The keyring. `None`: as the configuration says.
    pub keyring: Option<PathBuf>,
    /// Who asks, `client.admin` say. `None`: the command's own default.
    pub name: Option<String>,
    /// Time for all questions together.
    pub deadline: Duration,
}

impl Cluster {
    /// Time for all questions unless said otherwise.
    pub const DEADLINE: Duration = Duration::from_secs(60);
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            program: "ceph".into(),
            rbd: Some("rbd".into()),
            conf: None,
            keyring: None,
            name: None,
            deadline: Self::DEADLINE,
        }
    }
}
