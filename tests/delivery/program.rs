//! The commands: opt-in, options, sending.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;
use stone_smart::anonymise::Secret;

use crate::authority::Authority;
use crate::endpoint::{Answer, Endpoint};
use crate::stone::{Stone, drives};

fn send(more: &[&str]) -> Vec<String> {
    let drive = drives("ata-ssd");
    let words = ["telemetry", "send", "--drives", &drive].into_iter().chain(more.iter().copied());
    words.map(str::to_owned).collect()
}

fn run(stone: &Stone, words: &[String]) -> crate::ran::Ran {
    stone.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn no_byte_leaves_without_opt_in_or_licence() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[], None);
    stone.set("device_url", &endpoint.url());
    for more in [&[][..], &["device"], &["--due"], &["--license", "gpl"]] {
        let ran = run(&stone, &send(more));
        assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{more:?}: {ran:?}");
        assert!(ran.err.contains("--license sharing-1-0") && ran.err.contains("cdla.io"), "{ran:?}");
    }
    let ran = run(&stone, &send(&["-f", "json"]));
    assert_eq!((ran.status, &ran.json()["errno"], &ran.json()["code"]), (1, &1.into(), &"EPERM".into()));
    for command in ["show-device", "preview-device"] {
        let shown = stone.must(&["telemetry", command, "-f", "json", "--drives", &drives("ata-ssd")]);
        assert!(shown.json().is_object(), "shown while telemetry is off");
    }
    // The licence for once; then for good, and the channel off.
    assert_eq!(endpoint.connections(), 0);
    assert_eq!(run(&stone, &send(&["--license", "sharing-1-0"])).status, 0);
    assert_eq!(endpoint.connections(), 1);
    assert_eq!(run(&stone, &send(&[])).status, 1, "the licence was for that once");
    stone.must(&["telemetry", "on", "--license", "sharing-1-0"]);
    stone.set("channel_device", "false");
    for more in [&[][..], &["device"], &["--license", "sharing-1-0"]] {
        let ran = run(&stone, &send(more));
        assert_eq!(ran.status, 1);
        assert!(ran.err.contains("channel_device"), "{ran:?}");
    }
    assert_eq!(endpoint.connections(), 1, "not one connection more");
}

#[test]
fn opting_in_takes_the_licence_and_nothing_gets_around_it() {
    let stone = Stone::new();
    for words in [&["telemetry", "on"][..], &["telemetry", "on", "--license", "mit"]] {
        let ran = stone.run(words);
        assert_eq!((ran.status, ran.out.as_str()), (1, ""));
        assert!(
            ran.err.contains("add '--license sharing-1-0' to the 'stone telemetry on' command"),
            "{ran:?}"
        );
    }
    let ran = stone.run(&["telemetry", "on", "-f", "json"]);
    assert_eq!((ran.status, &ran.json()["errno"]), (1, &1.into()));
    let ran = stone.run(&["config", "set", "mgr", "mgr/telemetry/enabled", "true"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("stone telemetry on"), "{ran:?}");
    assert_eq!(stone.status()["enabled"], false);
    stone.must(&["telemetry", "on", "--license", "sharing-1-0"]);
    let status = stone.status();
    assert_eq!((&status["enabled"], &status["last_opt_revision"]), (&true.into(), &3.into()));
    stone.must(&["telemetry", "off"]);
    stone.must(&["telemetry", "off"]);
    assert_eq!(
        (&stone.status()["enabled"], &stone.status()["last_opt_revision"]),
        (&false.into(), &1.into())
    );
}

#[test]
fn options_are_set_shown_and_removed_as_the_documentation_writes_it() {
    let stone = Stone::new();
    for (option, value) in [
        ("interval", "72"),
        ("contact", "John Doe <john.doe@example.com>"),
        ("description", "My first Stone cluster"),
        ("channel_ident", "true"),
        ("leaderboard", "true"),
        ("proxy", "https://10.0.0.1:8080"),
    ] {
        stone.set(option, value);
        let name = format!("mgr/telemetry/{option}");
        let got = stone.must(&["config", "get", "mgr", &name]);
        assert_eq!(got.out.trim_end(), value);
    }
    let dump = stone.must(&["config", "dump", "-f", "json"]).json();
    assert_eq!(dump.as_array().unwrap().len(), 6);
    assert_eq!(stone.status()["interval"], 72);
    stone.must(&["config", "rm", "mgr", "mgr/telemetry/interval"]);
    assert_eq!(stone.must(&["config", "get", "mgr", "mgr/telemetry/interval"]).out, "24\n");
    let help = stone.must(&["config", "help", "mgr/telemetry/interval"]).out;
    assert!(help.contains("Default: 24") && help.contains("8784"), "{help}");
    for (words, hint) in [
        (&["set", "mgr", "mgr/telemetry/interval", "7"][..], "from 8"),
        (&["set", "mgr", "mgr/telemetry/interval", "-5"], "from 8"),
        (&["set", "mgr", "mgr/telemetry/channel_device", "maybe"], "true or false"),
        (&["set", "mgr", "mgr/telemetry/intervall", "24"], "did you mean mgr/telemetry/interval?"),
        (&["set", "osd", "mgr/telemetry/interval", "24"], "belong to mgr"),
        (&["set", "mgr", "mgr/telemetry/url", "not a url"], "URL"),
        (&["set", "mgr", "mgr/telemetry/proxy", "socks5://a:1"], "proxy"),
        (&["set", "mgr", "mgr/telemetry/proxy", "no proxy"], "proxy.example.com"),
        (&["set", "mgr", "mgr/telemetry/contact", ""], "config rm"),
        (&["set", "mgr", "mgr/telemetry/ca_file", "/etc/hostname"], "no certificate"),
        (&["get", "mgr", "nonsense"], "no option"),
    ] {
        let ran = stone.run(&[&["config"], words].concat());
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{words:?}");
        assert!(ran.err.contains(hint), "{words:?}: {}", ran.err);
        let ran = stone.run(&[&["config", "-f", "json"], words].concat());
        assert_eq!(ran.json()["errno"], 22);
    }
}

#[test]
fn what_is_sent_is_what_is_shown() {
    let stone = Stone::new();
    let authority = Authority::new(stone.state.path());
    let endpoint = Endpoint::start(&[], Some(authority.server()));
    stone.set("ca_file", authority.file.to_str().unwrap());
    stone.on(&endpoint.url());
    let folder = drives("");
    let sent = stone.must(&["telemetry", "send", "device", "--drives", &folder]);
    assert!(sent.out.starts_with("Device report sent to ") && sent.out.contains(&endpoint.url()), "{sent:?}");
    let requests = endpoint.requests();
    assert_eq!(requests.len(), 1, "one request a host");
    let body = String::from_utf8(requests[0].body.clone()).unwrap();
    let devices: serde_json::Map<String, Value> = serde_json::from_str(&body).unwrap();
    assert!(devices.len() > 10);
    let shown = stone.must(&["telemetry", "show-device", "-f", "json", "--drives", &folder]).out;
    let (host, rest) = shown.trim_end().strip_prefix("{\"").unwrap().split_once("\":").unwrap();
    let shown = rest.strip_suffix('}').unwrap();
    // They are two readings: how long each drive took differs, and the hour may have passed.
    let only = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    assert!(only(shown) == only(&body), "shown and sent differ");
    assert!(body.contains(host), "each record names the host's pseudonym, as the receiver wants it");
    let status = stone.status();
    assert_eq!(
        (&status["device_channel"]["delivered"], &status["device_channel"]["waiting"]),
        (&1.into(), &0.into())
    );
    assert!(status["last_upload"].is_string());
}

#[test]
fn what_fails_is_said_waits_and_goes_out_later() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[Answer::status("503 Busy"), Answer::status("503 Busy")], None);
    stone.on(&endpoint.url());
    let ran = run(&stone, &send(&[]));
    assert_eq!((ran.status, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("answers 503") && ran.err.contains("waits"), "{ran:?}");
    let status = stone.status();
    assert_eq!(status["device_channel"]["waiting"], 1);
    assert!(status["device_channel"]["last_failure"]["error"].as_str().unwrap().contains("503"));
    let ran = run(&stone, &send(&["-f", "json"]));
    assert_eq!((ran.status, &ran.json()["delivered"]), (3, &0.into()));
    // Not due: nothing is read, nothing is sent.
    assert_eq!(run(&stone, &send(&["--due"])).status, 0);
    assert_eq!(endpoint.connections(), 2);
    let ran = run(&stone, &send(&[]));
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.out.contains("earlier") && ran.out.contains(": 2"), "{ran:?}");
    assert_eq!(endpoint.bodies().len(), 3, "three reports, three keys");
    assert_eq!(stone.status()["device_channel"]["waiting"], 0);
    assert_eq!(stone.status()["device_channel"]["last_failure"], Value::Null);
}

#[test]
fn switching_off_removes_what_waits() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[Answer::Drop], None);
    stone.on(&endpoint.url());
    assert_eq!(run(&stone, &send(&[])).status, 3);
    let off = stone.must(&["telemetry", "off", "-f", "json"]);
    assert_eq!(off.json()["withdrawn"], 1);
    stone.must(&["telemetry", "on", "--license", "sharing-1-0"]);
    assert_eq!(stone.status()["device_channel"]["given_up"]["withdrawn"], 1);
    assert_eq!(stone.status()["device_channel"]["waiting"], 0);
}

#[test]
fn what_waits_goes_out_though_there_is_nothing_new_to_report() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[Answer::status("503 Busy")], None);
    stone.on(&endpoint.url());
    assert_eq!(run(&stone, &send(&[])).status, 3);
    // The history has gone, and the disks.
    let nothing = tempfile::tempdir().unwrap();
    let folder = nothing.path().to_str().unwrap();
    let ran = stone.run(&["telemetry", "send", "--drives", folder]);
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(
        ran.err.contains("no disk was read") && ran.out.contains("earlier") && ran.out.contains(": 1"),
        "{ran:?}"
    );
    let status = stone.status();
    let channel = &status["device_channel"];
    assert_eq!((&channel["waiting"], &channel["delivered"]), (&0.into(), &1.into()));
    let ran = stone.run(&["telemetry", "send", "--drives", folder, "-f", "json"]);
    assert_eq!((ran.status, endpoint.bodies().len()), (3, 1), "{ran:?}");
}

#[test]
fn the_agent_sends_what_waits_though_the_history_has_gone() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[Answer::status("503 Busy")], None);
    stone.on(&endpoint.url());
    assert_eq!(run(&stone, &send(&[])).status, 3);
    // A report is due, and there is nothing to make it of; as the agent sends, no disk is read.
    let ledger = stone.state.path().join("spool/ledger.json");
    let mut known: Value = serde_json::from_slice(&std::fs::read(&ledger).unwrap()).unwrap();
    known["next_report"] = Value::Null;
    known["attempts"] = serde_json::json!({});
    std::fs::write(&ledger, known.to_string()).unwrap();
    stone.must(&["telemetry", "send", "--due", "--kept"]);
    assert_eq!((endpoint.requests().len(), endpoint.bodies().len()), (2, 1));
    stone.must(&["telemetry", "send", "--due", "--kept"]);
    assert_eq!(endpoint.requests().len(), 2);
}

/// The endpoint has read the whole report and thinks about it while telemetry is switched off.
#[test]
fn switching_off_waits_for_what_is_on_its_way_and_the_books_are_right() {
    use std::io::Read;

    let stone = Stone::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    stone.on(&format!("http://127.0.0.1:{}/device", listener.local_addr().unwrap().port()));
    let words = send(&[]);
    let mut command = stone.command(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let sending = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = vec![0; 1 << 20];
    let mut length = 0;
    let is_whole = |request: &[u8]| {
        let text = String::from_utf8_lossy(request);
        let wanted = text
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        text.split_once("\r\n\r\n").is_some_and(|(_, body)| Some(body.len()) == wanted)
    };
    while !is_whole(&request[..length]) {
        length += stream.read(&mut request[length..]).unwrap();
    }
    let off = stone.must(&["telemetry", "off", "-f", "json"]);
    assert_eq!(off.json()["on_its_way"], true);
    assert!(off.err.contains("on its way"), "{off:?}");
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    let sent = crate::ran::Ran::from(sending.wait_with_output().unwrap());
    assert_eq!(sent.status, 0, "{sent:?}");
    let status = stone.status();
    let channel = &status["device_channel"];
    assert_eq!(
        (&channel["delivered"], &channel["given_up"]),
        (&1.into(), &serde_json::json!({})),
        "{channel}"
    );
}

/// The same, of an endpoint that takes the report and goes away.
#[test]
fn who_sends_says_that_its_report_was_withdrawn_meanwhile() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[Answer::Hang], None);
    stone.on(&endpoint.url());
    let words = send(&[]);
    let mut command = stone.command(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let sending = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while endpoint.requests().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(stone.must(&["telemetry", "off", "-f", "json"]).json()["withdrawn"], 1);
    endpoint.hang_up();
    let sent = crate::ran::Ran::from(sending.wait_with_output().unwrap());
    assert!(sent.status == 3 && sent.err.contains("the report was withdrawn meanwhile"), "{sent:?}");
    assert_eq!(stone.status()["device_channel"]["given_up"]["withdrawn"], 1);
}

#[test]
fn new_pseudonyms_withdraw_what_waits_under_the_old_ones() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[Answer::Drop], None);
    stone.on(&endpoint.url());
    stone.must(&["device", "scrape-health-metrics", "--drives", &drives("ata-ssd")]);
    let shown = || stone.must(&["telemetry", "show-device", "-f", "json"]).json();
    let names = |report: &Value| -> Vec<String> {
        let (host, devices) = report.as_object().unwrap().iter().next().unwrap();
        devices
            .as_object()
            .unwrap()
            .keys()
            .chain([host])
            .map(|name| name[name.len() - 36..].to_owned())
            .collect()
    };
    let old = names(&shown());
    assert_eq!(stone.run(&["telemetry", "send"]).status, 3);
    assert_eq!(stone.status()["device_channel"]["waiting"], 1);
    let rotated = stone.must(&["telemetry", "rotate-id"]);
    assert!(rotated.err.contains("1 reports that waited"), "{rotated:?}");
    let status = stone.status();
    assert_eq!(status["device_channel"]["waiting"], 0);
    assert_eq!(status["device_channel"]["given_up"]["withdrawn"], 1);
    // Due at once, with the same samples under new names; nothing of the old ones leaves any more.
    stone.must(&["telemetry", "send", "--due"]);
    let requests = endpoint.requests();
    let body = String::from_utf8(requests.last().unwrap().body.clone()).unwrap();
    let new = names(&shown());
    assert_eq!(old.len(), new.len());
    for (old, new) in old.iter().zip(&new) {
        assert!(!body.contains(old.as_str()) && body.contains(new.as_str()), "{body}");
    }
}

/// A report that was made before the secret was replaced, and came into the spool after what waited there was withdrawn.
#[test]
fn a_report_under_replaced_pseudonyms_is_not_sent_however_it_came_to_wait() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[Answer::status("503 Busy")], None);
    stone.on(&endpoint.url());
    assert_eq!(run(&stone, &send(&[])).status, 3);
    let host =
        || stone.must(&["telemetry", "show-device", "--drives", &drives("ata-ssd"), "-f", "json"]).json();
    let name = |report: &Value| report.as_object().unwrap().keys().next().unwrap().clone();
    let old = name(&host());
    Secret::rotate(stone.state.path()).unwrap();
    assert_eq!(stone.status()["device_channel"]["waiting"], 1);
    let ran = run(&stone, &send(&[]));
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("1 reports that waited under replaced pseudonyms"), "{ran:?}");
    let status = &stone.status()["device_channel"];
    assert_eq!((&status["waiting"], &status["given_up"]["withdrawn"]), (&0.into(), &1.into()));
    let requests = endpoint.requests();
    let bodies: Vec<String> =
        requests.iter().map(|request| String::from_utf8(request.body.clone()).unwrap()).collect();
    assert_eq!(bodies.len(), 2, "the one before, and the new one");
    assert!(bodies[0].contains(&old) && !bodies[1].contains(&old) && bodies[1].contains(&name(&host())));
}

#[test]
fn samples_of_two_intervals_are_sent_and_the_interval_is_that_of_the_options() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[], None);
    stone.on(&endpoint.url());
    stone.must(&["device", "scrape-health-metrics", "--drives", &drives("ata-ssd")]);
    // A sample of the day before yesterday, in the middle of the third day.
    let age = "UPDATE sample SET time = time - 60 * 3600";
    rusqlite::Connection::open(stone.state.path().join("history.db")).unwrap().execute(age, []).unwrap();
    stone.must(&["device", "scrape-health-metrics", "--drives", &drives("ata-ssd")]);
    let sent_and_shown = |samples: usize| {
        stone.must(&["telemetry", "send"]);
        let body = String::from_utf8(endpoint.requests().last().unwrap().body.clone()).unwrap();
        let shown = stone.must(&["telemetry", "show-device", "-f", "json"]).out;
        assert!(shown.contains(&body), "the very bytes");
        let body: Value = serde_json::from_str(&body).unwrap();
        let counted: Vec<usize> =
            body.as_object().unwrap().values().map(|device| device.as_object().unwrap().len()).collect();
        assert_eq!(counted, [samples], "{body}");
    };
    sent_and_shown(1);
    stone.set("interval", "72");
    sent_and_shown(2);
}

#[test]
fn reports_go_to_the_documented_addresses_unless_told_otherwise() {
    let stone = Stone::new();
    for (option, url) in [("url", "report"), ("device_url", "device")] {
        let got = stone.must(&["config", "get", "mgr", &format!("mgr/telemetry/{option}")]);
        assert_eq!(got.out.trim_end(), format!("https://telemetry.stone.com/{url}"));
    }
}

#[test]
fn nothing_is_sent_where_state_is_damaged() {
    let stone = Stone::new();
    std::fs::write(stone.state.path().join("telemetry.json"), "{").unwrap();
    for words in [&["telemetry", "status"][..], &["telemetry", "send"], &["config", "dump"]] {
        let ran = stone.run(words);
        assert_eq!(ran.status, 3, "{ran:?}");
        assert!(ran.err.contains("telemetry.json is damaged"), "{ran:?}");
    }
}

#[test]
fn the_environment_sets_no_proxy() {
    let stone = Stone::new();
    let (endpoint, proxy) = (Endpoint::start(&[], None), Endpoint::start(&[], None));
    stone.on(&endpoint.url());
    let mut command = stone.command(&["telemetry", "send", "--drives", &drives("ata-ssd")]);
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"] {
        command.env(name, format!("http://127.0.0.1:{}", proxy.port));
    }
    assert!(command.status().unwrap().success());
    assert_eq!((endpoint.connections(), proxy.connections()), (1, 0));
}

#[test]
fn the_query_of_a_url_is_shown_nowhere() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[], None);
    let url = format!("{}?token=s3cret-query", endpoint.url());
    stone.on(&url);
    let mut said = String::new();
    for words in [
        &["telemetry", "status"][..],
        &["config", "dump"],
        &["config", "dump", "-f", "json"],
        &["config", "get", "mgr", "mgr/telemetry/device_url"],
        &["config", "set", "mgr", "mgr/telemetry/device_url", &url, "-f", "json"],
        &["-vvv", "telemetry", "send", "--drives", &drives("ata-ssd")],
    ] {
        said += &format!("{:?}", stone.must(words));
    }
    assert!(said.contains("/device?***") && !said.contains("s3cret"), "{said}");
    assert!(endpoint.requests()[0].head.contains("/device?token=s3cret-query"));
    let ledger = std::fs::read_to_string(stone.state.path().join("spool/ledger.json")).unwrap();
    assert!(!ledger.contains("s3cret"), "{ledger}");
}

#[test]
fn no_secret_is_in_the_process_list() {
    let stone = Stone::new();
    let proxy = Endpoint::start(&[Answer::Hang, Answer::Hang], None);
    let mut set = stone.command(&["config", "set", "mgr", "mgr/telemetry/proxy", "-"]);
    let mut child = set.stdin(Stdio::piped()).spawn().unwrap();
    let url = format!("http://stone:s3cret-in-a-list@127.0.0.1:{}\n", proxy.port);
    child.stdin.take().unwrap().write_all(url.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    stone.on("https://localhost:9/device");
    let drive = drives("ata-ssd");
    let mut sending = stone.command(&["telemetry", "send", "--drives", &drive]);
    let mut sending = sending.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let secret = loop {
        // While it reads, and until the proxy has been told.
        for entry in std::fs::read_dir("/proc").unwrap() {
            let folder = entry.unwrap().path();
            for file in ["cmdline", "environ", "comm"] {
                let told = std::fs::read(folder.join(file)).unwrap_or_default();
                let told = String::from_utf8_lossy(&told).into_owned();
                assert!(!told.contains("s3cret-in-a-list"), "{}: {told}", folder.display());
            }
        }
        if let Some(request) = proxy.requests().pop() {
            break request.header("Proxy-Authorization").map(str::to_owned);
        }
        assert!(sending.try_wait().unwrap().is_none(), "it ended before the proxy was asked");
    };
    _ = sending.kill();
    _ = sending.wait();
    assert!(secret.is_some_and(|secret| secret.starts_with("Basic ")), "the proxy is told");
}

#[test]
fn a_password_is_read_from_standard_input_and_shown_nowhere() {
    let stone = Stone::new();
    let mut set = stone.command(&["config", "set", "mgr", "mgr/telemetry/proxy", "-", "-f", "json"]);
    let mut child = set.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"http://stone:s3cret-word@127.0.0.1:9\n").unwrap();
    let mut said = format!("{:?}", crate::ran::Ran::from(child.wait_with_output().unwrap()));
    stone.on("https://localhost:9/device");
    for words in [
        &["telemetry", "status"][..],
        &["config", "dump", "-f", "json"],
        &["config", "get", "mgr"],
        &["config", "get", "mgr", "mgr/telemetry/proxy"],
        &["-vvv", "telemetry", "send", "--drives", &drives("ata-ssd")],
    ] {
        said += &format!("{:?}", stone.run(words));
    }
    said += &stone.status().to_string();
    assert!(said.contains("***@127.0.0.1:9"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    let ledger = std::fs::read_to_string(stone.state.path().join("spool/ledger.json")).unwrap();
    assert!(ledger.contains("127.0.0.1:9") && !ledger.contains("s3cret"), "{ledger}");
}
