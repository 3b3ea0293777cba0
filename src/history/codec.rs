//! A record as it lies in the database: its JSON, gzipped (a quarter of the size; its checksum finds damage).

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::report::{Object, Record};

/// The largest record that is stored or read back, as JSON: hundreds of times that of any disk.
const LARGEST: u64 = 32 << 20;

/// The bytes to store.
pub(super) fn encode(record: &Record) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(&record.0)?;
    if json.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the record is larger than 32 MiB"));
    }
    let mut gzip = GzEncoder::new(Vec::with_capacity(json.len() / 4), Compression::default());
    gzip.write_all(&json)?;
    gzip.finish()
}

/// The record in bytes that were stored; `None`: they are damaged.
pub(super) fn decode(stored: &[u8]) -> Option<Record> {
    serde_json::from_slice::<Object>(&unpack(stored)?).ok().map(Record)
}

/// Its JSON; `None`: it is damaged.
pub(super) fn unpack(stored: &[u8]) -> Option<Vec<u8>> {
    let mut json = Vec::with_capacity(stored.len().min(1 << 20) * 4);
    let read = GzDecoder::new(stored).take(LARGEST + 1).read_to_end(&mut json).ok()?;
    (read as u64 <= LARGEST).then_some(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;
    use crate::report::Value;

    #[test]
    fn a_record_comes_back_as_it_was() {
        let mut record = object! {
            "serial_number" => "e\"\\\u{1}0", "below" => -3,
            "list" => Value::Array(vec![Value::Null, true.into()]),
        };
        record.set_unsafe("wide", u128::MAX);
        let record = Record(record);
        assert_eq!(decode(&encode(&record).unwrap()), Some(record));
    }

    #[test]
    fn damage_is_found_and_bombs_do_no_harm() {
        let record = Record(object! { "power_cycle_count" => 7u8, "model_name" => "ST1" });
        let stored = encode(&record).unwrap();
        assert_eq!(decode(b""), None);
        assert_eq!(decode(&stored[..stored.len() - 1]), None);
        for at in 10..stored.len() {
            let mut damaged = stored.clone();
            damaged[at] ^= 0x10;
            assert!(decode(&damaged).is_none_or(|same| same == record), "byte {at}");
        }
        let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
        for _ in 0..64 {
            bomb.write_all(&[b' '; 1 << 20]).unwrap();
        }
        assert_eq!(decode(&bomb.finish().unwrap()), None);
    }
}
