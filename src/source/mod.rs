//! Where a record comes from: natively by ioctl, or from smartctl. The only folder that joins transport and decode.
