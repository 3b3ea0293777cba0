//! The telemetry module: where its state lives.
