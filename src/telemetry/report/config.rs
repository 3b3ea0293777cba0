//! Names of options that were changed; never their values.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::take::entries;
use crate::telemetry::cluster::{Answers, Question};

pub(super) fn changed(answers: &Answers) -> Option<Value> {
    let cluster: BTreeSet<String> = names(answers.get(Question::ConfigDump)?).collect();
    let active: BTreeSet<String> = answers.options.iter().flatten().flat_map(names).collect();
    Some(json!({ "cluster_changed": cluster, "active_changed": active }))
}

fn names(options: &Value) -> impl Iterator<Item = String> {
    entries(options).filter_map(|option| name(option["name"].as_str()?))
}

/// The name as it may be sent. An option of one mgr daemon has the daemon's name in it, mostly that of its host:
/// `mgr/dashboard/HOST/server_addr`. That part becomes `*`.
fn name(option: &str) -> Option<String> {
    let good = |part: &str| {
        !part.is_empty()
            && part.len() <= 64
            && part
                .chars()
                .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '_' | '-'))
    };
    match option.split('/').collect::<Vec<_>>().as_slice() {
        [option] => good(option).then(|| (*option).to_owned()),
        ["mgr", module, option] => (good(module) && good(option)).then(|| format!("mgr/{module}/{option}")),
        ["mgr", module, .., option] => {
            (good(module) && good(option)).then(|| format!("mgr/{module}/*/{option}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_host_in_an_option_is_left_out() {
        assert_eq!(name("osd_max_backfills").as_deref(), Some("osd_max_backfills"));
        assert_eq!(name("mgr/telemetry/interval").as_deref(), Some("mgr/telemetry/interval"));
        assert_eq!(name("mgr/dashboard/node7/server_addr").as_deref(), Some("mgr/dashboard/*/server_addr"));
        assert_eq!(name("mgr/dashboard/node7.example/ssl/port").as_deref(), Some("mgr/dashboard/*/port"));
        for odd in ["", "a/b", "client.rgw.node7", "x y", "MGR", "mgr/dashboard/Bad Name"] {
            assert_eq!(name(odd), None, "{odd}");
        }
    }
}
