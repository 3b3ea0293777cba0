//! The units: systemd understands all of them, they are as closed as they say, and the program takes their arguments.

use std::fs;
use std::process::Command;

use crate::{complaint, is_there, packaged};

/// Each service, and the exposure (0 none, 10 all) that `systemd-analyze security` may find at most, in tenths.
const SERVICES: [(&str, u32); 4] =
    [("stone-collect", 18), ("stone-send", 14), ("stone-agent", 27), ("stone-exporter", 26)];

/// The units, with the program that was built just now.
fn installed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(packaged("systemd")).unwrap() {
        let entry = entry.unwrap();
        let text = fs::read_to_string(entry.path()).unwrap();
        let text = text.replace("/usr/bin/stone", env!("CARGO_BIN_EXE_stone"));
        fs::write(folder.path().join(entry.file_name()), text).unwrap();
    }
    folder
}

#[test]
fn systemd_understands_every_line() {
    if !is_there("systemd-analyze") {
        return;
    }
    let folder = installed();
    let mut units: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    units.sort();
    assert_eq!(units.len(), SERVICES.len() + 1);
    let output = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&units).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    // What it says of other units of this host is not ours.
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("stone")).collect();
    assert!(ours.is_empty(), "{said}");
    fs::write(
        &units[0],
        fs::read_to_string(&units[0]).unwrap().replace("[Service]", "[Service]\nPrivateNetwrk=yes"),
    )
    .unwrap();
    let output =
        Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&units[0]).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("PrivateNetwrk"), "a wrong line is found");
}

#[test]
fn they_are_as_closed_as_they_say() {
    if !is_there("systemd-analyze") {
        return;
    }
    let folder = installed();
    for (name, most) in SERVICES {
        let said = complaint(
            Command::new("systemd-analyze")
                .args(["security", "--no-pager", "--offline=true", &format!("--threshold={most}")])
                .arg(folder.path().join(format!("{name}.service"))),
        );
        assert!(said.is_none(), "{name} is more exposed than {most} tenths:\n{}", said.unwrap_or_default());
    }
}

#[test]
fn who_reads_has_no_network_and_who_sends_no_disk() {
    let unit = |name: &str| fs::read_to_string(packaged("systemd").join(name)).unwrap();
    let has = |text: &str, line: &str| text.lines().any(|one| one == line);
    let (collect, send) = (unit("stone-collect.service"), unit("stone-send.service"));
    assert!(
        has(&collect, "PrivateNetwork=yes") && has(&collect, "RestrictAddressFamilies=AF_UNIX AF_NETLINK")
    );
    assert!(has(&send, "PrivateDevices=yes") && has(&send, "CapabilityBoundingSet="));
    assert!(!send.contains("DeviceAllow") && !send.contains("CAP_"), "{send}");
    for (name, _) in SERVICES {
        let text = unit(&format!("{name}.service"));
        for line in
            ["NoNewPrivileges=yes", "ProtectSystem=strict", "User=stone", "KillMode=mixed", "Type=notify"]
        {
            assert!(has(&text, line), "{name} lacks {line}");
        }
    }
}

#[test]
fn the_program_takes_the_arguments_of_the_units() {
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in SERVICES {
        let text = fs::read_to_string(packaged("systemd").join(format!("{name}.service"))).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/stone ")).unwrap();
        let line = line.replace("${STONE_SCRAPE_FREQUENCY}", "86400");
        let line = line.replace("/run/stone", &folder.path().display().to_string());
        // An address that is refused is the first thing that is looked at once the arguments are understood.
        let output = Command::new(env!("CARGO_BIN_EXE_stone"))
            .args(line.split(' '))
            .args(["--listen", "192.0.2.1:1"])
            .env("STONE_STATE_DIR", folder.path().join("state"))
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{name}: {said}");
        assert!(said.contains("--listen-to-others"), "{name}: {said}");
    }
}

#[test]
fn a_socket_of_systemd_is_served() {
    if !is_there("systemd-socket-activate") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("given.sock");
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ata-ssd");
    let mut child = Command::new("systemd-socket-activate")
        .arg("-l")
        .arg(&socket)
        .args(["-E", &format!("STONE_STATE_DIR={}", folder.path().display())])
        .arg(env!("CARGO_BIN_EXE_stone"))
        .args(["exporter", "--drives"])
        .arg(fixture)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let health = crate::dashboard::until("an answer", || {
        let answer = crate::dashboard::ask_socket(&socket, "/health")?;
        answer.contains("\"disks\":1").then_some(answer)
    });
    assert!(health.contains("\"status\":\"ok\""), "{health}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(socket.exists(), "it is not this program's to remove");
}
