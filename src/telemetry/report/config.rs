//! Names of options that were changed; never their values.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::subsystems::is_log_level;
use super::take::{entries, put};
use crate::telemetry::cluster::{Answers, Question};

/// Only names that the cluster has by itself: one that an operator made up (`config set --force` takes any) is not told.
/// What nobody answered is left out.
pub(super) fn changed(answers: &Answers) -> Option<Value> {
    let known: BTreeSet<&str> =
        entries(answers.get(Question::ConfigNames)?).filter_map(Value::as_str).collect();
    let names = |options: &Value| -> Vec<String> {
        entries(options).filter_map(|option| name(&known, option["name"].as_str()?)).collect()
    };
    let list = |names: BTreeSet<String>| Value::from(Vec::from_iter(names));
    let cluster = answers.get(Question::ConfigDump).map(|dump| list(names(dump).into_iter().collect()));
    let mut daemons = answers.options.iter().flatten().peekable();
    let active = daemons.peek().is_some().then(|| list(daemons.flat_map(names).collect()));
    let mut changed = Map::new();
    put(&mut changed, "cluster_changed", cluster);
    put(&mut changed, "active_changed", active);
    (!changed.is_empty()).then(|| changed.into())
}

/// The name as it may be sent. An option of one mgr daemon has the daemon's name in it, mostly that of its host:
/// `mgr/dashboard/HOST/server_addr`. That part becomes `*`.
fn name(known: &BTreeSet<&str>, option: &str) -> Option<String> {
    let char = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    let good = |part: &str| !part.is_empty() && part.len() <= 64 && part.chars().all(char);
    let (told, of_all) = match option.split('/').collect::<Vec<_>>().as_slice() {
        [option] if good(option) => ((*option).to_owned(), (*option).to_owned()),
        ["mgr", module, between @ .., option] if good(module) && good(option) => {
            let of_all = format!("mgr/{module}/{option}");
            let told = if between.is_empty() { of_all.clone() } else { format!("mgr/{module}/*/{option}") };
            (told, of_all)
        }
        _ => return None,
    };
    (known.contains(of_all.as_str()) || is_log_level(&told)).then_some(told)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::telemetry::cluster::ClusterError;

    const KNOWN: [&str; 5] = [
        "osd_max_backfills",
        "mgr/telemetry/interval",
        "mgr/dashboard/server_addr",
        "mgr/dashboard/port",
        "mgr/dashboard/ALERTMANAGER_API_HOST",
    ];

    #[test]
    fn a_name_of_a_host_in_an_option_is_left_out() {
        let name = |option| name(&KNOWN.into(), option);
        let told = [
            "osd_max_backfills",
            "debug_osd",
            "mgr/telemetry/interval",
            "mgr/dashboard/ALERTMANAGER_API_HOST",
        ];
        for same in told {
            assert_eq!(name(same).as_deref(), Some(same));
        }
        assert_eq!(name("mgr/dashboard/node7/server_addr").as_deref(), Some("mgr/dashboard/*/server_addr"));
        assert_eq!(name("mgr/dashboard/node7.example/ssl/port").as_deref(), Some("mgr/dashboard/*/port"));
        for odd in ["", "a/b", "client.rgw.node7", "x y", "MGR", "mgr/dashboard/Bad Name"] {
            assert_eq!(name(odd), None, "{odd}");
        }
        for made_up in [
            "pool_secret",
            "debug_pool_secret",
            "mgr/dashboard/node7/node7_addr",
            "mgr/node7/interval",
            "OSD_MAX_BACKFILLS",
        ] {
            assert_eq!(name(made_up), None, "{made_up}");
        }
    }

    #[test]
    fn what_nobody_answered_is_no_empty_list() {
        let late = || ClusterError::TimedOut { command: "ceph".into() };
        let dump = json!([{"name": "osd_max_backfills"}, {"name": "pool_secret"}]);
        let mut answers = Answers::default();
        answers.said.insert(Question::ConfigDump, Ok(dump.clone()));
        assert_eq!(changed(&answers), None);
        answers.said.insert(Question::ConfigNames, Ok(json!(KNOWN)));
        answers.options.push(Err(late()));
        assert_eq!(changed(&answers), Some(json!({"cluster_changed": ["osd_max_backfills"]})));
        answers.options.push(Ok(json!([])));
        let both = json!({"cluster_changed": ["osd_max_backfills"], "active_changed": []});
        assert_eq!(changed(&answers), Some(both));
        answers.said.insert(Question::ConfigDump, Err(late()));
        assert_eq!(changed(&answers), Some(json!({"active_changed": []})));
    }
}
