//! Lines that come from a program's source or symbol table: frames of a backtrace, functions, conditions.
//!
//! They are written by developers, so they may be sent; what is mixed into them at run time (paths of an installation,
//! addresses of machines, texts of exceptions) is cut out or makes the whole line unsendable.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::platform::form;

/// Stands where something was cut out.
pub(super) const CUT: &str = "<cut>";
/// The longest line, in characters: a C++ symbol with all its templates is some 5 KiB.
const LONGEST: usize = 16 << 10;

/// A C++ or C symbol with its arguments. No `/`, `@`, `"` or `\`, so neither path nor address nor text.
static SYMBOL: LazyLock<Regex> = form!(r"^[A-Za-z_~(<{\[][A-Za-z0-9_:~<>(){}\[\],&*#+=|!%^ .'-]*$");
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
/// The class of an exception, before its text.
static EXCEPTION: LazyLock<Regex> =
    form!(r"^([A-Za-z_][A-Za-z0-9_.]{0,63}(Error|Exception|Exit|Interrupt|Timeout))(:|$)");
/// Where in the source: the part that the project's own tree has.
static SOURCE_FILE: LazyLock<Regex> =
    form!(r"(^|/)(src(/[A-Za-z0-9_+.-]{1,64}){1,8}\.(cc|h|c|hpp|cpp|ipp))$");
/// A condition: an expression of the source. Quoted words are short.
static CONDITION: LazyLock<Regex> = form!(r#"^[A-Za-z0-9_:~<>(){}\[\],&*#+=|!%^ .'"?-]{1,512}$"#);
/// Two words with a dash between, as names have it and source hardly ever.
static DASHED: LazyLock<Regex> = form!(r"[A-Za-z0-9_]-[A-Za-z_]");
/// Four numbers with dots, or a single colon within: an address. C++ has its colons in pairs.
static ADDRESS: LazyLock<Regex> =
    form!(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|[A-Za-z0-9_]:[A-Za-z0-9_]");

/// A function with its arguments.
pub(super) fn function(text: &str) -> Option<&str> {
    symbol(text).filter(|text| text.contains('(') && text.contains(')'))
}

/// A symbol, or a function with its arguments.
fn symbol(text: &str) -> Option<&str> {
    (text.len() <= LONGEST && SYMBOL.is_match(text) && !ADDRESS.is_match(text)).then_some(text)
}

/// An expression of the source.
pub(super) fn condition(text: &str) -> Option<&str> {
    let strange = ADDRESS.is_match(text) || DASHED.is_match(text);
    (CONDITION.is_match(text) && !strange).then_some(text)
}

/// `src/common/ceph_context.cc` of whatever folder it was built in.
pub(super) fn source_file(text: &str) -> Option<&str> {
    let found = SOURCE_FILE.captures((text.len() <= 1024).then_some(text)?)?.get(2)?;
    Some(found.as_str())
}

/// The class of an exception of Python.
pub(super) fn exception(text: &str) -> Option<&str> {
    Some(EXCEPTION.captures(text.trim_start())?.get(1)?.as_str())
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
    if let Some(class) = exception(line) {
        return class.to_owned();
    }
    let bare = line.trim();
    if let Some(found) = FRAME.captures(bare) {
        let head = found.get(2).map_or("", |head| head.as_str());
        if head.starts_with('(') && symbol(head).is_some() {
            return bare.to_owned();
        }
    }
    if let Some(found) = IN_FILE.captures(bare) {
        let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
        if !BINARY.is_match(part(2)) || ADDRESS.is_match(part(3)) {
            return cut();
        }
        let folder = part(1);
        let folder = if folder.is_empty() || FOLDER.is_match(folder) { folder } else { "" };
        return format!("{folder}{}({}+{}){}", part(2), part(3), part(5), part(6));
    }
    // `gsignal()`, `abort()`.
    symbol(bare).filter(|bare| bare.ends_with(')')).map_or_else(cut, str::to_owned)
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
            ("rados.ObjectNotFound: [errno 2] RADOS object not found (/dev/sdb)", CUT),
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
            _ = (symbol(&line), condition(&line), source_file(&line), exception(&line));
        }
    }
}
