//! tinyproxy and squid, with and without passwords, in clear and by TLS.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::answers::Host;
use crate::endpoint::{Endpoint, eavesdropper};

const BODY: &str = r#"{"DISK_1":{}}"#;

/// A daemon of the test's own; it ends with the test.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The program, wherever Debian puts it. `None`: it is not installed, which is said.
fn program(name: &str) -> Option<PathBuf> {
    let found = ["/usr/bin", "/usr/sbin", "/usr/local/bin"].map(|folder| Path::new(folder).join(name));
    let found = found.into_iter().find(|path| path.exists());
    if found.is_none() {
        eprintln!("SKIPPED: {name} is not installed, so delivery is not tried through it");
    }
    found
}

fn start(program: &Path, arguments: &[&str], port: u16) -> Daemon {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let daemon = Daemon(command.spawn().unwrap());
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "{} does not start", program.display());
        std::thread::sleep(Duration::from_millis(50));
    }
    daemon
}

fn tinyproxy(host: &Host, password: Option<&str>) -> Option<(Daemon, u16)> {
    let (program, port) = (program("tinyproxy")?, free_port());
    let file = host.folder().join("tinyproxy.conf");
    let password = password.map_or(String::new(), |password| format!("BasicAuth stone {password}\n"));
    fs::write(&file, format!("Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\n{password}"))
        .unwrap();
    Some((start(&program, &["-d", "-c", file.to_str().unwrap()], port), port))
}

/// Squid in clear and by TLS, with a password.
fn squid(host: &Host) -> Option<(Daemon, u16, u16)> {
    let (program, clear, by_tls) = (program("squid")?, free_port(), free_port());
    let folder = host.folder().display().to_string();
    // It runs under a user of its own, who has to read these.
    Command::new("chmod").args(["755", &folder]).status().unwrap();
    let hashed = Command::new("openssl").args(["passwd", "-apr1", "right word"]).output().unwrap();
    let passwords = format!("stone:{}", String::from_utf8(hashed.stdout).unwrap());
    fs::write(format!("{folder}/passwords"), passwords).unwrap();
    fs::write(format!("{folder}/server.pem"), host.authority.pem()).unwrap();
    let text = format!(
        "http_port 127.0.0.1:{clear}\nhttps_port 127.0.0.1:{by_tls} tls-cert={folder}/server.pem\n\
         auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/passwords\n\
         acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n\
         pid_filename none\ncache deny all\naccess_log none\ncache_log /dev/null\ncoredump_dir {folder}\n\
         shutdown_lifetime 0 seconds\nvisible_hostname localhost\n"
    );
    fs::write(format!("{folder}/squid.conf"), text).unwrap();
    let daemon = start(&program, &["-N", "-f", &format!("{folder}/squid.conf")], clear);
    Some((daemon, clear, by_tls))
}

/// What comes of one report through `proxy`; a failure in words.
fn through(host: &Host, endpoint: &Endpoint, proxy: &str) -> Result<(), String> {
    let before = endpoint.requests().len();
    host.add(BODY);
    let round = host.deliver(&host.courier(&endpoint.url(), Some(proxy)));
    match round.failure {
        Some(failure) => {
            assert_eq!(endpoint.requests().len(), before);
            for secret in ["right", "wrong", "w0rd"] {
                assert!(!failure.contains(secret), "{failure}");
            }
            host.spool.withdraw(0).unwrap();
            Err(failure)
        }
        None => {
            let requests = endpoint.requests();
            let request = requests.last().unwrap();
            assert_eq!((requests.len(), request.body.as_slice()), (before + 1, BODY.as_bytes()));
            assert_eq!(request.header("Proxy-Authorization"), None, "the endpoint is not told the password");
            Ok(())
        }
    }
}

#[test]
fn tinyproxy_is_gone_through_however_it_is_written() {
    let host = Host::new();
    let Some((_daemon, port)) = tinyproxy(&host, None) else { return };
    let endpoint = Endpoint::start(&[], Some(host.authority.server()));
    through(&host, &endpoint, &format!("127.0.0.1:{port}")).unwrap();
    through(&host, &endpoint, &format!("http://127.0.0.1:{port}")).unwrap();
    // As the module's documentation writes it: tinyproxy speaks no TLS.
    through(&host, &endpoint, &format!("https://127.0.0.1:{port}")).unwrap();
    assert!(host.overview().known.tls_proxies.is_empty());
    // In clear to the endpoint, which the proxy is asked to connect to as well.
    let clear = Endpoint::start(&[], None);
    through(&host, &clear, &format!("http://127.0.0.1:{port}")).unwrap();
}

#[test]
fn tinyproxy_wants_its_password() {
    let host = Host::new();
    let Some((_daemon, port)) = tinyproxy(&host, Some("rightword")) else { return };
    let endpoint = Endpoint::start(&[], Some(host.authority.server()));
    for scheme in ["http", "https"] {
        through(&host, &endpoint, &format!("{scheme}://stone:rightword@127.0.0.1:{port}")).unwrap();
        for wrong in ["", "stone:wrong@", "stone@"] {
            let failure =
                through(&host, &endpoint, &format!("{scheme}://{wrong}127.0.0.1:{port}")).unwrap_err();
            assert!(failure.contains("the proxy ") && failure.contains("40"), "{failure}");
        }
    }
}

#[test]
fn squid_is_gone_through_in_clear_and_by_tls() {
    let host = Host::new();
    let Some((_daemon, clear, by_tls)) = squid(&host) else { return };
    let endpoint = Endpoint::start(&[], Some(host.authority.server()));
    through(&host, &endpoint, &format!("http://stone:right%20word@127.0.0.1:{clear}")).unwrap();
    through(&host, &endpoint, &format!("https://stone:right%20word@127.0.0.1:{clear}")).unwrap();
    assert!(host.overview().known.tls_proxies.is_empty());
    through(&host, &endpoint, &format!("https://stone:right%20word@127.0.0.1:{by_tls}")).unwrap();
    let name = format!("127.0.0.1:{by_tls}");
    assert!(host.overview().known.tls_proxies.contains(&name), "it has spoken TLS, and it is remembered");
    for (scheme, port) in [("http", clear), ("https", by_tls)] {
        let failure =
            through(&host, &endpoint, &format!("{scheme}://stone:wrong@127.0.0.1:{port}")).unwrap_err();
        assert!(failure.contains("407") && failure.contains("mgr/telemetry/proxy"), "{failure}");
    }
}

#[test]
fn a_proxy_that_spoke_tls_is_never_told_the_password_in_clear() {
    let host = Host::new();
    let endpoint = Endpoint::start(&[], Some(host.authority.server()));
    // Somebody in between, who answers nothing.
    let (port, heard) = eavesdropper();
    let proxy = format!("https://stone:password@127.0.0.1:{port}");
    host.add(BODY);
    let known = format!(r#"{{"known":{{"tls_proxies":["127.0.0.1:{port}"]}}}}"#);
    fs::write(host.folder().join("spool/ledger.json"), known).unwrap();
    let failure = host.deliver(&host.courier(&endpoint.url(), Some(&proxy))).failure.unwrap();
    assert!(!failure.contains("password"), "{failure}");
    let heard = heard.lock().unwrap();
    assert_eq!(heard.first(), Some(&22), "a handshake of TLS, and nothing else");
    assert!(!heard.windows(7).any(|text| text == b"CONNECT"));
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let host = Host::new();
    let endpoint = Endpoint::start(&[], Some(host.authority.server()));
    for proxy in ["http://stone:w0rd@127.0.0.1:9", "https://stone:w0rd@127.0.0.1:9"] {
        let failure = through(&host, &endpoint, proxy).unwrap_err();
        assert!(failure.contains("***@127.0.0.1:9") && failure.contains("refused"), "{failure}");
    }
    assert_eq!(endpoint.connections(), 0);
}
