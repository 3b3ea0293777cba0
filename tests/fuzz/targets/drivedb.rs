//! The text of a drive database: its entries, the expressions that models are matched with, presets, and what becomes of
//! attributes under them.

use std::fs;
use std::sync::LazyLock;

use stone_smart::decode::ata;
use stone_smart::report::Pages;
use stone_smart::source::drivedb::Database;
use stone_smart::transport::dump::Kind;

use super::{dump, pages, record};

/// Model, firmware revision and database, a line each, the last to the end. A database without a brace is an expression.
pub fn drivedb(bytes: &[u8]) {
    static DRIVES: LazyLock<Vec<ata::Pages>> =
        LazyLock::new(|| pages::known(Kind::Ata, |dialogue| dialogue.walk(ata::Pages::default())));
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (model, firmware, text) = (line(), line(), line());
    let text = match text.contains(&b'{') && text.contains(&b'"') {
        true => text.to_vec(),
        false => [b"{ \"Family\", \"", text, b"\", \"\", \"\", \"-v 9,raw48\" },"].concat(),
    };
    let folder = dump::scratch();
    let path = folder.path().join("drivedb.h");
    fs::write(&path, text).expect("the scratch folder can be written");
    let (database, errors) = Database::read(&[&path]);
    for error in errors {
        assert!(!error.to_string().is_empty());
    }
    let presets = database.presets(&String::from_utf8_lossy(model), &String::from_utf8_lossy(firmware));
    let sections =
        record::well(<ata::Pages as stone_smart::decode::Protocol>::PAGES.iter().map(|page| page.name));
    // Which drive has that model now, the first letter says.
    let drive = usize::from(model.first().copied().unwrap_or(0)) % DRIVES.len();
    let drive = Pages::Ata(Box::new(DRIVES[drive].clone()));
    record::json(&record::record_of(&drive, &sections, &presets));
}
