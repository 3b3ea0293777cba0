//! The device channel: the device report of this host.
