//! kill -9 at any moment: no report that was made is lost, and none is counted twice by a receiver that looks at keys.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::endpoint::{Answer, Endpoint};
use crate::stone::{Stone, drives};

/// Reports that lie in the spool: their keys, and their bodies.
fn waiting(state: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(state.join("spool")) else { return BTreeMap::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "report"))
        .map(|path| {
            let content = fs::read(&path).unwrap();
            let end = content.iter().position(|byte| *byte == b'\n').expect("whole");
            (format!("\"{}\"", path.file_stem().unwrap().to_str().unwrap()), content[..end].to_vec())
        })
        .collect()
}

#[test]
fn kills_at_random_moments_lose_nothing_and_double_nothing() {
    let kills: u32 = std::env::var("STONE_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let stone = Stone::new();
    // Some attempts fail, so that reports wait.
    let mut answers = Vec::new();
    for number in 0..kills {
        answers.push(match number % 4 {
            0 => Answer::status("503 Busy"),
            1 => Answer::Drop,
            _ => Answer::status("200 OK"),
        });
    }
    let endpoint = Endpoint::start(&answers, None);
    stone.on(&endpoint.url());
    let send = || {
        let drive = drives("ata-ssd");
        stone
            .command(&["telemetry", "send", "--drives", &drive])
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
    };
    // How long it takes when it is not killed.
    let start = std::time::Instant::now();
    send().unwrap().wait().unwrap();
    let whole = start.elapsed().max(Duration::from_millis(20));
    let mut made = waiting(stone.state.path());
    for number in 0..kills {
        let mut child = send().unwrap();
        // Even steps over the whole run and a little beyond, in an order that jumps.
        let step = (number * 7919) % kills;
        std::thread::sleep(whole.mul_f64(1.2 * f64::from(step) / f64::from(kills)));
        _ = child.kill();
        child.wait().unwrap();
        made.extend(waiting(stone.state.path()));
    }
    for _ in 0..kills + 2 {
        if stone.must(&["telemetry", "status", "-f", "json"]).json()["device_channel"]["waiting"] == 0 {
            break;
        }
        send().unwrap().wait().unwrap();
    }
    let received = endpoint.bodies();
    for (key, body) in &made {
        assert_eq!(received.get(key), Some(body), "it was made and is lost");
    }
    let status = stone.status();
    assert_eq!(status["device_channel"]["waiting"], 0, "{status}");
    assert_eq!(status["device_channel"]["given_up"], serde_json::json!({}), "{status}");
    let acknowledged = status["device_channel"]["delivered"].as_u64().unwrap();
    assert_eq!(acknowledged, received.len() as u64, "each report is counted once");
    eprintln!(
        "{kills} kills over {whole:?}: {} reports, {} requests, {} connections, nothing lost or doubled",
        received.len(),
        endpoint.requests().len(),
        endpoint.connections()
    );
}
