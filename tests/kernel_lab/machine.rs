//! The lab's machine: the table in tests/lab/disks.

use std::fs;
use std::path::Path;

/// One disk, or one identifier of the machine itself.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) bus: String,
    pub(crate) serial: Option<String>,
    /// World wide name, or EUI-64 of a namespace: 16 hexadecimal digits.
    pub(crate) wwn: Option<String>,
    /// Identifiers among the further options.
    pub(crate) uuid: Option<String>,
}

impl Row {
    /// The number of the namespace, for a row of one.
    pub(crate) fn namespace(&self) -> Option<u64> {
        self.name.rsplit_once('.')?.1.parse().ok()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Machine {
    pub(crate) rows: Vec<Row>,
}

impl Machine {
    /// Reads `folder/disks`, as `run` used it.
    pub(crate) fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("disks")).expect("the lab's results: run tests/lab/run");
        let rows = text.lines().filter_map(|line| {
            let line = line.split('#').next()?;
            let mut words = line.split_whitespace();
            let mut next = || words.next().filter(|word| *word != "-" && *word != "0").map(str::to_owned);
            let (name, bus, _model, serial, wwn, options) =
                (next()?, next()?, next(), next(), next(), next());
            let uuid = options.iter().flat_map(|options| options.split(','));
            let uuid = uuid.filter_map(|option| option.strip_prefix("uuid=")).next().map(str::to_owned);
            Some(Row { name, bus, serial, wwn, uuid })
        });
        Self { rows: rows.collect() }
    }

    /// The disk with `serial`; of a controller with namespaces, the namespace `nsid`.
    pub(crate) fn disk(&self, serial: &str, nsid: Option<u64>) -> Option<&Row> {
        let row = self.rows.iter().find(|row| row.serial.as_deref() == Some(serial))?;
        match nsid {
            None => Some(row),
            Some(_) => self.rows.iter().find(|other| other.bus == row.name && other.namespace() == nsid),
        }
    }

    pub(crate) fn on_bus(&self, bus: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.bus == bus)
    }

    /// The serial number of a disk; that of its controller for a namespace.
    pub(crate) fn serial_of<'a>(&'a self, row: &'a Row) -> Option<&'a str> {
        let controller = || self.rows.iter().find(|other| other.name == row.bus)?.serial.as_deref();
        row.serial.as_deref().or_else(controller)
    }

    /// Every identifier.
    pub(crate) fn identifiers(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| [&row.serial, &row.wwn, &row.uuid]).filter_map(Option::as_deref)
    }
}
