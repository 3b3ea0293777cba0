//! The spool as somebody else may have left it: a file of any name and content, and any ledger.

use std::cell::Cell;
use std::fs;
use std::io::Read;

use stone_smart::channel::{Courier, DeliveryError, Known, Limits, Parcel, Spool, Which};

use super::dump;

/// Name of a file, ledger and content of the file, a line each, the last to the end.
pub fn spool(bytes: &[u8]) {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (name, ledger, report) = (String::from_utf8_lossy(line()).into_owned(), line(), line());
    let state = dump::scratch();
    let folder = state.path().join("spool");
    fs::create_dir(&folder).expect("the scratch folder can be written");
    fs::write(folder.join("ledger.json"), ledger).expect("the scratch folder can be written");
    if !name.contains(['/', '\0']) && !name.starts_with('.') && name != "ledger.json" {
        // A name may be too long, or of a lock.
        _ = fs::write(folder.join(&name), report);
    }
    let spool = Spool::new(state.path(), Limits::default());
    let Ok(before) = spool.overview() else { return };
    let added = spool.add(1_795_362_062, |out| out.write_all(b"{}"));
    let taker = Taker::default();
    let round = spool.deliver(&taker, Which::All, &|| 1_795_362_062, &|| true);
    if let (Ok((key, _)), Ok(round)) = (added, round) {
        assert!(round.delivered.contains(&key), "a damaged spool keeps no new report");
        assert_eq!(round.delivered.len(), taker.0.get());
        assert!(taker.0.get() <= before.waiting + 1, "{} were never there", taker.0.get());
        assert_eq!(spool.overview().map(|after| after.waiting).ok(), Some(0));
    }
}

/// Takes all, and counts.
#[derive(Default)]
struct Taker(Cell<usize>);

impl Courier for Taker {
    fn put(&self, parcel: &Parcel<'_>, _: &mut Known) -> Result<(), DeliveryError> {
        let mut body = Vec::new();
        let read = parcel.body().and_then(|mut from| from.read_to_end(&mut body)).expect("it can be read");
        assert_eq!(read as u64, parcel.bytes());
        self.0.set(self.0.get() + 1);
        Ok(())
    }
}
