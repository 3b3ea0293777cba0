//! Dumps: a folder with any `device.conf` and any answers, read as `--drives` reads it.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use stone_smart::device::BlockDevice;
use stone_smart::source::native::{self, Dialogue};
use stone_smart::source::{Limits, Native};
use tempfile::TempDir;

use super::input::{Input, tag};
use super::{pages, record};

/// Chunks: the tag of a file's name, and its bytes.
pub fn dump(bytes: &[u8]) {
    static NAMES: LazyLock<Vec<(u8, String)>> = LazyLock::new(names);
    let folder = scratch();
    let mut conf = Vec::new();
    for chunk in Input(bytes).chunks() {
        let Some((_, name)) = NAMES.iter().find(|(tag, _)| *tag == chunk.tag) else { continue };
        if name == "device.conf" {
            conf.extend_from_slice(chunk.bytes);
        } else {
            // Another chunk of the same name lengthens it.
            let mut file = fs::read(folder.path().join(name)).unwrap_or_default();
            file.extend_from_slice(chunk.bytes);
            fs::write(folder.path().join(name), file).expect("the scratch folder can be written");
        }
    }
    // A drive that never answers is one by its own wish; here it has to end.
    conf.extend_from_slice(b"\nhang_kernel=1\n");
    fs::write(folder.path().join("device.conf"), conf).expect("the scratch folder can be written");
    let device = BlockDevice { name: "dump".to_owned(), ..BlockDevice::recorded(folder.path()) };
    let Ok(mut transport) = native::open(&device) else { return };
    let limits = Limits::new(Duration::from_millis(1), Duration::from_millis(200));
    let read = Native::new().read_through(&device, &mut Dialogue::new(transport.as_mut(), limits));
    if let Ok(record) = read {
        record::json(&record);
        record::anonymise(&record);
    }
}

/// A folder of its own, in memory where that can be.
pub(super) fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a scratch folder can be made")
}

/// The names that the drives of `fixtures/` have for their files.
fn names() -> Vec<(u8, String)> {
    let files = pages::fixtures().into_iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    let names = files.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<_> =
        names.filter(|name| !name.ends_with(".json")).map(|name| (tag(&name), name)).collect();
    names.sort_by(|(_, a), (_, b)| a.cmp(b));
    names.dedup();
    names
}
