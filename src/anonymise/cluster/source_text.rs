//! Lines that come from a program's source or symbol table: frames of a backtrace, functions, conditions.
//!
//! They are written by developers, so they may be sent; what is mixed into them at run time (paths of an installation,
//! addresses of machines, texts of exceptions) is cut out or makes the whole line unsendable.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::code;
use super::exception;
use super::platform::form;

/// Stands where something was cut out.
pub(super) const CUT: &str = "<cut>";
/// The longest line, in characters: a C++ symbol with all its templates is some 5 KiB.
const LONGEST: usize = 16 << 10;

/// A C++ or C symbol with its arguments. No `/`, `@`, `\` or quotes, so neither path nor address nor text.
static SYMBOL: LazyLock<Regex> = form!(r"^[A-Za-z_~(<{\[][A-Za-z0-9_:~<>(){}\[\],&*#+=|!%^ .-]*$");
/// A function whose place is not known: `gsignal()`.
static BARE: LazyLock<Regex> = form!(r"^[A-Za-z_~][A-Za-z0-9_:~]*\(\)$");
/// A symbol and where in it: `(symbol+0x1f) [0x55d0]`.
static FRAME: LazyLock<Regex> = form!(r"^((.*)\+0x[0-9a-f]{1,16}\))( \[0x[0-9a-f]{1,16}\])?$");
/// Where in a file: `/lib/x86_64-linux-gnu/libc.so.6(+0x3c050) [0x7fd1]`.
static IN_FILE: LazyLock<Regex> = form!(
    r"^(.*/)?([A-Za-z0-9_+.-]{1,64})\(((\(|_|[A-Za-z~]|)[A-Za-z0-9_:~<>(),&* .+-]*)\+(0x[0-9a-f]{1,16})\)( \[0x[0-9a-f]{1,16}\])?$"
);
/// Folders that a distribution makes.
static FOLDER: LazyLock<Regex> = form!(
    r"^/(usr/)?(lib|lib64|bin|sbin|libexec)/((x86_64|aarch64|powerpc64le|s390x)-linux-gnu/)?"
    r"((ceph|erasure-code|compressor|crypto|rados-classes|denc|libstoragemgmt)/)*$"
);
/// A shared library or a program of the cluster.
static BINARY: LazyLock<Regex> = form!(
    r"^(lib[A-Za-z0-9_+-]{1,40}\.so(\.[0-9]+)*|ld-linux[a-z0-9-]*\.so\.[0-9]|(ceph|rados|rbd|stone)[a-z-]{0,24})$"
);
/// A line of a Python module of the mgr: `  File "/usr/share/ceph/mgr/devicehealth/module.py", line 338, in serve`.
static PYTHON: LazyLock<Regex> = form!(
    r#"^ *File "(/usr/share/ceph/mgr/[a-z0-9_]{1,32}(/[a-z0-9_]{1,32}){0,4}\.py|/lib(64)?/python3(\.[0-9]+)?/[a-z0-9_/]{1,64}\.py|/usr/lib(64)?/python3(\.[0-9]+)?/(site-packages/|dist-packages/)?[a-z0-9_/]{1,64}\.py)", line ([0-9]{1,6}), in ([A-Za-z0-9_<>]{1,64})"#
);
/// Where in the source: the part that the project's own tree has.
static SOURCE_FILE: LazyLock<Regex> =
    form!(r"(^|/)(src(/[A-Za-z0-9_+.-]{1,64}){1,8}\.(cc|h|c|hpp|cpp|ipp))$");
/// A condition: an expression of the source. Quoted words are short.
static CONDITION: LazyLock<Regex> = form!(r#"^[A-Za-z0-9_:~<>(){}\[\],&*#+=|!%^ .'"?-]{1,512}$"#);
/// Four numbers with dots, or a single colon within: an address. C++ has its colons in pairs.
static ADDRESS: LazyLock<Regex> =
    form!(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|[A-Za-z0-9_]:[A-Za-z0-9_]");

/// A function with its arguments.
pub(super) fn function(text: &str) -> Option<&str> {
    symbol(text).filter(|text| text.contains('(') && text.contains(')'))
}

/// A symbol, or a function with its arguments.
fn symbol(text: &str) -> Option<&str> {
    let has_form = text.len() <= LONGEST && SYMBOL.is_match(text) && !ADDRESS.is_match(text);
    (has_form && code::is_symbol(text)).then_some(text)
}

/// An expression of the source; what it quotes is cut out if it is more than a word.
pub(super) fn condition(text: &str) -> Option<String> {
    let has_form = CONDITION.is_match(text) && !ADDRESS.is_match(text);
    has_form.then(|| code::expression(text, CUT))?
}

/// `src/common/ceph_context.cc` of whatever folder it was built in.
pub(super) fn source_file(text: &str) -> Option<&str> {
    let found = SOURCE_FILE.captures((text.len() <= 1024).then_some(text)?)?.get(2)?;
    Some(found.as_str())
}

/// One frame of a backtrace: as it is, or with what is not of the program cut out.
pub(super) fn frame(line: &str) -> String {
    let cut = || CUT.to_owned();
    if line.len() > LONGEST {
        return cut();
    }
    if let Some(python) = PYTHON.captures(line) {
        // The line of source that follows may hold anything the module was configured with.
        return python.get(0).map_or_else(cut, |found| found.as_str().to_owned());
    }
    if let Some(class) = exception::class(line) {
        return class.to_owned();
    }
    let bare = line.trim();
    if let Some(found) = FRAME.captures(bare) {
        let head = found.get(2).map_or("", |head| head.as_str());
        if head.strip_prefix('(').and_then(symbol).is_some() {
            return bare.to_owned();
        }
    }
    if let Some(found) = IN_FILE.captures(bare) {
        let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
        let inner = part(3);
        let is_known = inner.is_empty() || symbol(inner.strip_prefix('(').unwrap_or(inner)).is_some();
        if !BINARY.is_match(part(2)) || !is_known {
            return cut();
        }
        let folder = part(1);
        let folder = if folder.is_empty() || FOLDER.is_match(folder) { folder } else { "" };
        return format!("{folder}{}({}+{}){}", part(2), part(3), part(5), part(6));
    }
    if BARE.is_match(bare) { bare.to_owned() } else { cut() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_programs_stay() {
        for line in [
            "/lib/x86_64-linux-gnu/libc.so.6(+0x3c050) [0x7fd18d45a050]",
            "/usr/lib/ceph/libceph-common.so.2(+0x52bb02) [0x55e822a2db02]",
            "/lib64/libpthread.so.0(+0x12c20) [0x7f1]",
            "gsignal()",
            "abort()",
            "ceph::Foo::~Foo()",
            "(std::vector<int, std::allocator<int> >::operator[](unsigned long) const+0x1f) [0x55d0]",
            "((anonymous namespace)::f(int)+0x1) [0x1]",
            "(ceph::__ceph_assert_fail(char const*, char const*, int, char const*)+0x171) [0x55e822a2d9c6]",
            "ceph-osd(+0x52bb02) [0x55e822a2db02]",
            "(std::_Function_handler<void (int), Foo::bar()::{lambda(int)#1}>::_M_invoke(std::_Any_data const&, int&&)+0x14) [0x1]",
            "(AdminSocket::entry()+0x330) [0x55e82322b5c0]",
            r#"  File "/usr/share/ceph/mgr/devicehealth/module.py", line 338, in serve"#,
        ] {
            assert_eq!(frame(line), line);
        }
    }

    #[test]
    fn what_is_of_an_installation_goes() {
        for (line, sent) in [
            ("/home/jo/node7/lib/libceph-common.so.2(+0x5) [0x55]", "libceph-common.so.2(+0x5) [0x55]"),
            ("/opt/node7(+0x5) [0x55]", CUT),
            ("RuntimeError: cannot reach 10.1.2.3 as admin@node7", "RuntimeError"),
            ("rados.ObjectNotFound: [errno 2] RADOS object not found (/dev/sdb)", "rados.ObjectNotFound"),
            (
                "rados.ObjectNotFound: [errno 2] RADOS object not found (error opening pool 'images')",
                "rados.ObjectNotFound",
            ),
            (
                "rbd.ImageNotFound: [errno 2] RBD image not found (error opening image vm7 at snapshot None)",
                "rbd.ImageNotFound",
            ),
            ("socket.gaierror: [Errno -2] Name or service not known (realm.example.com)", "socket.gaierror"),
            ("assert_x (pool images image vm7 on node7)", CUT),
            ("error opening pool images()", CUT),
            ("(error opening pool images+0x1) [0x1]", CUT),
            ("libceph-common.so.2(pool images+0x1) [0x1]", CUT),
            ("node7.example.com: no route (to it)", CUT),
            (
                "  File \"/usr/share/ceph/mgr/dashboard/module.py\", line 3, in f\n    connect('node7')",
                "  File \"/usr/share/ceph/mgr/dashboard/module.py\", line 3, in f",
            ),
            ("  File \"/home/jo/module.py\", line 3, in f", CUT),
            ("connecting to 10.0.0.1 (node7)", CUT),
            ("(connect(10.0.0.1)+0x1) [0x1]", CUT),
            ("", CUT),
        ] {
            assert_eq!(frame(line), sent, "{line}");
        }
    }

    #[test]
    fn a_source_file_loses_the_folder_it_was_built_in() {
        assert_eq!(source_file("./src/common/ceph_context.cc"), Some("src/common/ceph_context.cc"));
        assert_eq!(source_file("/home/jo/node7/ceph-16/src/osd/OSD.cc"), Some("src/osd/OSD.cc"));
        assert_eq!(source_file("/home/jo/OSD.cc"), None);
    }

    #[test]
    fn no_line_panics_or_grows() {
        for line in ["(".repeat(20_000), "(+0x1) ".repeat(2_000), "/".repeat(16_000), "\u{e9}".repeat(9_000)]
        {
            assert!(frame(&line).len() <= line.len());
            _ = (symbol(&line), condition(&line), source_file(&line), exception::class(&line));
        }
    }
}
