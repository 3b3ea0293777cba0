//! `stone device get-health-metrics`: the records that the history has of a disk.

use std::io;

use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use crate::cli::args::{Cli, Format, GetArgs};
use crate::cli::history::{device, said};
use crate::cli::{exit::Exit, output};
use crate::history::{History, Taken};

pub(in crate::cli) fn get(cli: &Cli, args: &GetArgs) -> io::Result<Exit> {
    let Some((history, known)) = device(cli, &args.device_id) else { return Ok(Exit::Nothing) };
    let Some(mut taken) = said(history.taken_of(known.number)) else { return Ok(Exit::Nothing) };
    if let Some(stamp) = args.sample {
        taken.retain(|sample| sample.stamp == stamp);
        if taken.is_empty() {
            output::say(format_args!("there is no sample {stamp} of this device"));
        }
    }
    // It is JSON in every format, as the cluster's is.
    let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
    output::print(format, &Samples { history: &history, taken: &taken }, |_| Ok(()))?;
    Ok(if taken.is_empty() { Exit::Nothing } else { Exit::Complete })
}

/// `{stamp: record}`, read one after another.
struct Samples<'a> {
    history: &'a History,
    taken: &'a [Taken],
}

impl Serialize for Samples<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut samples = serializer.serialize_map(None)?;
        for taken in self.taken {
            if let Some(record) = self.history.record(taken).map_err(S::Error::custom)? {
                samples.serialize_entry(&taken.stamp.to_string(), &record.0)?;
            }
        }
        samples.end()
    }
}
