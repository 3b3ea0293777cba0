//! Which transport leads to a device.

use std::path::PathBuf;

use thiserror::Error;

use super::{Transport, TransportError};
use crate::device::{BlockDevice, Place};

/// Why the way to a device cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The device node cannot be opened.
    #[error("cannot open {path}")]
    Node {
        /// The node.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The dump cannot be opened.
    #[error("cannot open the dump")]
    Dump(#[from] TransportError),
}

/// Opens the way to `device`.
///
/// # Errors
/// It cannot be opened.
pub fn open(device: &BlockDevice) -> Result<Box<dyn Transport>, OpenError> {
    match &device.place {
        Place::Dump(folder) => Ok(Box::new(super::Replay::open(folder)?)),
        Place::Node(path) => Err(OpenError::Node {
            path: path.clone(),
            source: std::io::Error::from(std::io::ErrorKind::Unsupported),
        }),
    }
}
