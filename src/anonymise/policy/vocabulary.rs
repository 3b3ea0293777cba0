//! The words that descriptive texts of a record are made of. Nothing that is made of these alone names anybody.

use std::sync::LazyLock;

use super::bytes::Bytes;
use super::keys::Keys;
use super::text::{has_address, numbers_between_dots};

/// The words, sorted, in lower case: those of the standards' names of pages, commands, states and results.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "a", "abandon", "abnormal", "abort", "aborted", "aborting", "abrt", "acceptance", "access",
    "accumulated", "acknowledge", "acs", "activate", "activation", "active", "adapter", "adc", "additional",
    "address", "admin", "adt", "advanced", "after", "again", "ahci", "ahead", "aip", "aka", "alignment",
    "alive", "all", "alloc", "allocated", "allocation", "already", "also", "ambient", "amnf", "an", "ana",
    "analysis", "and", "ansi", "any", "ap", "apm", "app", "application", "arbitration", "are", "area",
    "argument", "array", "as", "asc", "ascq", "asr", "assist", "ast", "asymmetric", "async", "asynchronous",
    "at", "ata", "ata8", "atapi", "atomic", "attach", "attached", "attachment", "attempt", "attempted",
    "attempts", "attention", "attribute", "attributes", "auto", "automatic", "automation", "autosave",
    "autosense", "avail", "available", "average", "avg", "awake", "aware", "b", "back", "background", "bad",
    "band", "base", "based", "basic", "be", "before", "being", "between", "beyond", "bit", "blank", "block",
    "blocked", "blocks", "bms", "boot", "both", "break", "broadcast", "broken", "bsr", "buffer", "bus",
    "busy", "by", "byte", "bytes", "c", "cable", "cache", "caching", "calibration", "can", "candidate",
    "cannot", "capabilities", "capability", "capacity", "captive", "captured", "card", "cause", "cd", "cdb",
    "cdl", "certification", "cfa", "change", "changeable", "changed", "changer", "channel",
    "characteristics", "check", "checksum", "class", "clear", "close", "closed", "cmd", "cnt", "code",
    "comm", "command", "commands", "communication", "communications", "compare", "complete", "completed",
    "completion", "composite", "comprehensive", "comreset", "concurrent", "condition", "conditions",
    "configuration", "conflict", "conflicting", "connect", "connection", "consumption", "content",
    "control", "controlled", "controller", "conventional", "conveyance", "copy", "corrected", "correction",
    "correctly", "could", "count", "counter", "counters", "crc", "credit", "critical", "ctx", "cumulative",
    "current", "cycle", "cycles", "d", "damaged", "data", "date", "dc", "dco", "dead", "dealloc",
    "deallocated", "decode", "default", "defect", "defects", "deferred", "degraded", "delay", "delayed",
    "delete", "deleted", "deletion", "denied", "depopulation", "descriptor", "descriptors", "detected",
    "detection", "deterministic", "device", "dh", "diagnostic", "did", "different", "directory", "dis",
    "disable", "disabled", "discard", "disconnected", "disk", "dm", "dma", "do", "does", "doing",
    "downgrades", "download", "drive", "driver", "drop", "dsn", "dst", "due", "duration", "during", "dvd",
    "dword", "dwords", "dynamic", "ecc", "edge", "effects", "elapsed", "elasticity", "element", "emergency",
    "emptied", "empty", "enable", "enabled", "enclosure", "encryption", "end", "endurance", "energy",
    "entry", "environment", "environmental", "equal", "erase", "erased", "err", "error", "errors",
    "establishment", "ethernet", "event", "events", "exceeded", "exceeding", "except", "exception",
    "exceptions", "excessive", "execute", "execution", "exhaustion", "expander", "expected", "expired",
    "expires", "explicit", "explicitly", "exponent", "ext", "extend", "extended", "extent", "fabrics",
    "factory", "fail", "failed", "failing", "failure", "failures", "false", "family", "fanout", "farm",
    "fatal", "fault", "fc", "fcp", "feature", "features", "fibre", "field", "fifo", "file", "filemark",
    "firmware", "first", "fis", "fises", "flash", "flow", "flush", "flying", "for", "force", "foreground",
    "form", "format", "formatted", "found", "four", "fpdma", "frame", "frames", "free", "freeze", "from",
    "frozen", "fua", "full", "fully", "function", "functionality", "fused", "fw", "g", "gb", "gbps",
    "general", "generated", "generic", "get", "given", "glist", "go", "good", "gp", "gpio", "gpl",
    "granularity", "granule", "graphics", "group", "grown", "guard", "ha", "half", "halted", "handling",
    "handshake", "hard", "hardware", "has", "hba", "head", "health", "helium", "high", "highest", "history",
    "hm", "hold", "host", "hot", "hours", "humidity", "hybrid", "i", "icrc", "id", "identification",
    "identifier", "identify", "idle", "idle1", "idnf", "ie", "ieee", "ieee1394", "ii", "illegal", "image",
    "immediate", "impending", "implicitly", "impossible", "in", "inaccessible", "inactive", "inches",
    "incits", "incomplete", "inconsistent", "incorrect", "index", "indicated", "indicator", "infiniband",
    "information", "informational", "initialization", "initiator", "input", "inquiry", "insertion",
    "instance", "insufficient", "integer", "integrity", "interface", "intermediate", "internal",
    "interrupt", "interrupted", "interrupting", "interval", "intervals", "invalid", "io", "ios", "is",
    "iscsi", "isochronous", "issued", "it", "json", "keep", "kelvin", "key", "kib", "known", "label",
    "large", "last", "late", "latency", "layer", "lba", "lbas", "lbpme", "lbprz", "least", "length", "less",
    "level", "leveling", "levels", "lifetime", "light", "limit", "limits", "link", "linked", "list",
    "listed", "lists", "load", "loaded", "location", "lock", "lockdown", "locked", "log", "logged",
    "logical", "long", "lookahead", "loop", "loopback", "loss", "lost", "low", "lower", "lowest", "lps",
    "ls", "lun", "m", "m2", "mailbox", "main", "maintenance", "major", "malformed", "managed", "management",
    "manager", "manual", "manufacture", "many", "mark", "master", "match", "max", "maximally", "maximum",
    "may", "mb", "mbps", "mcr", "md", "measured", "mechanical", "media", "medium", "memory", "met",
    "metadata", "mib", "micro", "microcode", "microsata", "microssd", "middle", "min", "minimum", "minor",
    "mis", "miscompare", "missing", "mix", "mmc", "mode", "model", "modify", "module", "monitoring", "more",
    "most", "motor", "msata", "multi", "multipath", "multiple", "mux", "n", "na", "nak", "namespace",
    "namespaces", "nand", "native", "ncits", "ncq", "nearing", "necessary", "negative", "negotiated",
    "negotiation", "never", "new", "newest", "next", "nexus", "no", "non", "none", "nonseq", "nop",
    "normal", "normalized", "normally", "not", "notification", "nsid", "number", "nv", "nvm", "nvme", "o",
    "object", "obs", "obsolete", "ocp", "odd", "of", "offline", "offset", "on", "only", "opcode", "open",
    "opened", "opens", "operating", "operation", "operational", "operations", "optical", "optinmal",
    "optional", "or", "order", "other", "out", "outdated", "output", "over", "overflow", "overlapping",
    "overrun", "overwrite", "own", "p", "packet", "page", "pages", "parallel", "parameter", "parameters",
    "parametrics", "parity", "park", "partial", "partially", "partition", "pass", "passed", "password",
    "past", "path", "pathing", "pathway", "patrol", "pattern", "pci", "pcie", "pct", "pdt", "peak", "pel",
    "pending", "percent", "percentage", "perf", "perform", "performance", "performed", "peripheral",
    "permanent", "permission", "persistence", "persistent", "phase", "phy", "phynrdy", "phyrdy", "phys",
    "physical", "pi", "pio", "place", "platter", "pll", "plus", "ply", "point", "policy", "polling", "pool",
    "poor", "port", "ports", "position", "positioning", "possible", "power", "pre", "predicted", "prediction", "preempt",
    "prefail", "preliminary", "prepare", "present", "preset", "pressure", "previous", "primary", "printer",
    "prior", "priority", "private", "pro", "problem", "procedure", "processing", "processor", "program",
    "progress", "prohibited", "protect", "protected", "protection", "protocol", "providing", "provisioned",
    "provisioning", "prp", "published", "pw", "qd", "queue", "queued", "quiet", "qword", "r", "ra", "raid",
    "random", "range", "ranges", "rate", "ratio", "raw", "rbc", "rdma", "re", "reach", "reached", "read",
    "readable", "reader", "reads", "ready", "real", "realloc", "reallocated", "reallocation", "reason",
    "reassign", "reassigned", "reassignment", "reassigns", "rebuild", "recalibrate", "receive", "received",
    "recommended", "record", "recorded", "recoverable", "recovered", "recovery", "reduced", "redundancy",
    "reference", "refused", "register", "registers", "reject", "rejected", "related", "relative", "release",
    "reliability", "reload", "remaining", "remap", "remapped", "removal", "removed", "repair", "repeat",
    "replaced", "replacement", "report", "reported", "reporting", "request", "requested", "require",
    "required", "requires", "reservation", "reservations", "reserved", "reset", "resets", "resistance",
    "resource", "resources", "responding", "response", "rest", "restart", "restore", "result", "results",
    "resume", "resumed", "retract", "retried", "retries", "retry", "return", "returned", "reverse",
    "revision", "rewrite", "rezero", "robust", "rotating", "rotation", "routine", "rule", "running",
    "runtime", "rw", "s", "safe", "sanitization", "sanitize", "sas", "sata", "save", "saveable", "saved",
    "saves", "sbc", "sbp", "scaled", "scan", "scanner", "scans", "scattered", "scsi", "sct", "seagate",
    "sec0", "sec1", "sec2", "sec3", "sec4", "sec5", "sec6", "sec7", "second", "secondary", "seconds",
    "sector", "sectors", "sectr", "security", "see", "seek", "segment", "segments", "selected", "selection",
    "selective", "selector", "self", "send", "sense", "sensor", "sent", "sequence", "sequential", "serial",
    "serious", "service", "servo", "ses", "set", "setting", "settings", "severity", "sgl", "shock", "short",
    "shutdown", "signal", "simplified", "since", "single", "size", "skip", "sla", "slave", "sleep",
    "sleeping", "slot", "slots", "slow", "slumber", "smart", "smartctl", "smc", "smp", "snt", "soft",
    "software", "solid", "some", "sop", "spare", "spc", "specific", "specified", "speed", "spi", "spin",
    "spindle", "spinning", "spinup", "spl", "spun", "sq", "srp", "srst", "ssa", "ssc", "ssd", "ssp",
    "stale", "stand", "standard", "standby", "start", "started", "stat", "state", "statistic", "statistics",
    "stats", "status", "stop", "stopped", "storage", "store", "stp", "stream", "streaming", "strings",
    "strip", "subcommand", "suboptimal", "subpage", "subpages", "subsystem", "success", "successful",
    "successfully", "suitable", "summary", "supported", "suspect", "suspended", "suspending", "switch",
    "sync", "synchronization", "synchronous", "system", "t", "t13", "table", "tables", "tag", "tape",
    "target", "task", "tb", "tcp", "telemetry", "temperature", "temporarily", "ten", "term", "test",
    "testing", "than", "the", "there", "thermal", "these", "thin", "third", "this", "threshold",
    "thresholds", "throttling", "through", "throughput", "time", "timed", "timeout", "timer", "times",
    "timestamp", "to", "too", "total", "track", "trans", "transfer", "transient", "transition",
    "translation", "transmit", "transmitted", "transport", "trim", "trip", "true", "trusted", "try", "two",
    "type", "uas", "unable", "unaligned", "unallocated", "unavailable", "unc", "uncorrectable", "under",
    "unexp", "unexpected", "unit", "units", "unknown", "unload", "unlock", "unmap", "unmapped",
    "unrecognized", "unrecovered", "unsafe", "unspecified", "unsuccessful", "unsuccessfully", "unsupported",
    "until", "unwritten", "up", "update", "updated", "upper", "us", "usage", "usb", "use", "used", "user",
    "utilization", "valid", "value", "values", "vector", "vendor", "verification", "verify", "version",
    "via", "vibration", "violation", "violations", "virtual", "volatile", "voltage", "volume", "vpd", "w",
    "wait", "waiting", "warm", "warning", "was", "wear", "weighted", "well", "when", "where", "which",
    "while", "wide", "with", "within", "without", "word", "workload", "worn", "worst", "wp", "wrap",
    "writable", "write", "writes", "written", "wrong", "x3", "x3t10", "x3t13", "x3t9", "xor", "year",
    "years", "yet", "zac", "zbc", "zero", "zeroed", "zeroes", "zone", "zoned", "zones",
];

/// Numbers in one text, of which no three may be joined by dots as in an address or a kernel version.
const NUMBERS: usize = 4;

/// Is `text` made of words of the vocabulary, with few and small numbers between them?
pub(in crate::anonymise) fn is_text(text: &str) -> bool {
    text.len() <= 96
        && text.bytes().all(|byte| PLAIN.hold(byte))
        && percent_is_a_sign(text)
        && !has_inner_colon(text)
        && spells(text)
        && numbers_between_dots(text) < 3
        && !has_address(text)
}

/// Is `key` made of words of the vocabulary, as a key is: `write_lba_out_of_range`? It has one number at most, of two digits as in
/// `read_capacity_16`, and one single letter: more of them can spell what is no word.
pub(super) fn is_key(key: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    matches!(key.len(), 1..=64) && key.bytes().all(letter) && spells_key(key)
}

fn spells_key(key: &str) -> bool {
    let (mut numbers, mut letters) = (0, 0);
    key.split('_').filter(|token| !token.is_empty()).all(|token| {
        let is_number = token.bytes().all(|byte| byte.is_ascii_digit());
        numbers += usize::from(is_number);
        letters += usize::from(token.len() == 1 && !is_number);
        numbers <= 1 && letters <= 1 && if is_number { token.len() <= 2 } else { is_word(token) }
    })
}

fn spells(text: &str) -> bool {
    let mut numbers = 0;
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|token| !token.is_empty()).all(|token| {
        if is_number(token) {
            numbers += 1;
            numbers <= NUMBERS
        } else {
            is_word(token)
        }
    })
}

static PLAIN: Bytes = Bytes::and(b" ,;:.()[]/-_+<>='%&?");

/// `70% remaining`, but not `70%2e`, which would be an escape.
fn percent_is_a_sign(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(at, _)| {
        let digit_before = at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        digit_before && !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
    })
}

/// `2001:678::15`: a colon between what it joins, as in an address or a time of day. Descriptions have a blank behind it.
fn has_inner_colon(text: &str) -> bool {
    text.as_bytes().windows(2).any(|at| at[0] == b':' && (at[1] == b':' || at[1].is_ascii_alphanumeric()))
}

/// `7`, `2018`, the `4c` of a revision, `0xff`.
fn is_number(token: &str) -> bool {
    if let Some(hex) = token.strip_prefix("0x") {
        return matches!(hex.len(), 1..=4) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &token[digits..];
    matches!(digits, 1..=4) && rest.len() <= 1 && rest.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Is it one word of the vocabulary?
pub(in crate::anonymise) fn is_word(token: &str) -> bool {
    let mut lower = [0; 24];
    let Some(lower) = lower.get_mut(..token.len()) else { return false };
    lower.copy_from_slice(token.as_bytes());
    lower.make_ascii_lowercase();
    static KEYS: LazyLock<Keys> = LazyLock::new(|| {
        let mut keys = Keys::default();
        WORDS.iter().for_each(|word| keys.add(0, word, 0));
        keys
    });
    KEYS.find(0, lower).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_and_plain() {
        assert!(WORDS.windows(2).all(|pair| pair[0] < pair[1]));
        let plain = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        assert!(WORDS.iter().all(plain) && WORDS.iter().all(|word| word.len() <= 24));
    }

    #[test]
    fn descriptive_texts_pass() {
        for text in [
            "Disabled, NOT FROZEN [SEC1]",
            "in progress, 70% remaining",
            "ATA8-ACS, ATA/ATAPI-7 T13/1532D revision 4a",
            "Number of Realloc. Candidate Logical Sectors",
            "phy enabled; 12 Gbps",
            "R_ERR response for host-to-device data FIS",
            "Vendor (0xff)",
            "ATA/ATAPI-7, ATA/ATAPI-6 T13/1410D revision 1",
            "",
        ] {
            assert!(is_text(text), "{text}");
        }
    }

    #[test]
    fn addresses_names_and_escapes_do_not() {
        for text in [
            "10.0.0.1",
            "host 10 20 30 40",
            "at LBA = 116750976",
            "osd-17.example.com",
            "state%20active",
            "70%2e remaining",
            "6c1b0f0e-8a36-4c0e-9a53-0d8f3f9b7a11",
            "02:42:ac:11:00:02",
            "2001:678::15",
            "::1",
            "active at 10:42",
            "active\n",
            "aktiv",
            "state \u{fe0f}",
        ] {
            assert!(!is_text(text), "{text}");
        }
        assert!(is_key("device_statistics") && !is_key("Device") && !is_key("k3s00fjf") && !is_key(""));
        assert!(is_key("read_capacity_16") && is_key("end_to_end_error_count"));
        for key in ["0x5000_0xc500_0xa1b2_0xc3d4", "1234_5678_9012", "read_1_2", "read_123", "4c", "a_b_c_d"]
        {
            assert!(!is_key(key), "{key}");
        }
    }
}
