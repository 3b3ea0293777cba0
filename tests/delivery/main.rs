//! Delivery against real parts on loopback: endpoints with TLS, tinyproxy, squid, a full disk, and kill -9.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test says where it fails, and what it left out"
)]
#![cfg(all(feature = "cli", feature = "http"))]

mod agent;
mod answers;
mod authority;
mod cluster_report;
mod endpoint;
mod full_disk;
mod killed;
mod leaks;
mod program;
mod proxies;
mod ran;
mod stone;
