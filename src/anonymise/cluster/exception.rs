//! The class of an exception of Python, without its text: that names what it could not find.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::platform::form;

/// Modules and a class: `rados.ObjectNotFound`.
static CLASS: LazyLock<Regex> =
    form!(r"^(([A-Za-z_][A-Za-z0-9_]{0,31}\.){0,6})([A-Za-z_][A-Za-z0-9_]{0,63})$");
/// As classes of exceptions are called.
static CALLED: LazyLock<Regex> = form!(
    r"^_?[A-Z][A-Za-z0-9]*(Error|Exception|Exit|Interrupt|Timeout|Warning|NotFound)$|^(Error|Timeout)$"
);
/// A class, as all of a module are called.
static CAPITAL: LazyLock<Regex> = form!(r"^_?[A-Z][A-Za-z0-9]*$");

/// Exceptions that are called otherwise.
const OTHERS: [&str; 14] = [
    "CalledProcessError",
    "CommandFailed",
    "Full",
    "Empty",
    "IncompleteWriteError",
    "InvalidTag",
    "MonCommandFailed",
    "PermissionDenied",
    "StopAsyncIteration",
    "StopIteration",
    "error",
    "gaierror",
    "herror",
    "timeout",
];
/// Modules that the mgr's own import: a class of theirs is none that an operator named.
const MODULES: [&str; 46] = [
    "OpenSSL",
    "asyncio",
    "bcrypt",
    "ceph",
    "ceph_argparse",
    "ceph_module",
    "cephadm",
    "cephfs",
    "cherrypy",
    "concurrent",
    "configparser",
    "cryptography",
    "dashboard",
    "dateutil",
    "devicehealth",
    "diskprediction_local",
    "errno",
    "execnet",
    "http",
    "influxdb",
    "insights",
    "jinja2",
    "json",
    "jsonpatch",
    "jwt",
    "kubernetes",
    "mgr_module",
    "mgr_util",
    "nfs",
    "orchestrator",
    "queue",
    "rados",
    "rbd",
    "rbd_support",
    "remoto",
    "requests",
    "rgw",
    "rook",
    "snap_schedule",
    "socket",
    "sqlite3",
    "ssl",
    "struct",
    "subprocess",
    "urllib3",
    "volumes",
];

/// The class that stands before the colon of `line`, or is all of it; of a module that is not known, without the
/// module.
pub(super) fn class(line: &str) -> Option<&str> {
    let head = line.trim().split(':').next()?;
    let found = CLASS.captures(head)?;
    let (modules, name) = (found.get(1)?.as_str(), found.get(3)?.as_str());
    let is_called = CALLED.is_match(name);
    let is_known = is_called || OTHERS.contains(&name);
    let of_known = modules.split('.').next().is_some_and(|first| MODULES.contains(&first));
    if of_known && (is_known || CAPITAL.is_match(name)) {
        Some(head)
    } else if is_called || (modules.is_empty() && is_known && CAPITAL.is_match(name)) {
        Some(name)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_is_told_and_nothing_of_the_text() {
        for (line, told) in [
            ("RuntimeError: cannot reach 10.1.2.3", Some("RuntimeError")),
            ("KeyError", Some("KeyError")),
            ("ObjectNotFound", Some("ObjectNotFound")),
            ("rados.ObjectNotFound: [errno 2] (error opening pool 'images')", Some("rados.ObjectNotFound")),
            ("rbd.OSError: [errno 22] error", Some("rbd.OSError")),
            ("rbd.ImageHasSnapshots: images/vm7", Some("rbd.ImageHasSnapshots")),
            ("socket.gaierror: [Errno -2] (realm.example.com)", Some("socket.gaierror")),
            ("requests.exceptions.ConnectionError: node7", Some("requests.exceptions.ConnectionError")),
            ("node7.example.FooError: x", Some("FooError")),
            ("node7.example.com: unreachable", None),
            ("node7: unreachable", None),
            ("rbd.vm7: gone", None),
            ("Images: full", None),
            ("error: node7", None),
            ("timeout", None),
            ("", None),
        ] {
            assert_eq!(class(line), told, "{line}");
        }
    }
}
