//! How an NVMe controller is asked for its pages.

use super::walk::Speak;
use crate::decode::nvme::{Pages, Request};
use crate::transport::{Command, NvmeAdmin};

impl Speak for Pages {
    const QUICK: &'static [&'static str] = &["identify_namespace", "smart_health"];

    fn command(request: &Request) -> Command {
        Command::Nvme(match *request {
            Request::Identify { cns, nsid } => NvmeAdmin::identify(cns, nsid),
            Request::GetLogPage { lid, nsid, specific, length } => {
                NvmeAdmin::get_log_page_of(lid, nsid, specific, length)
            }
        })
    }
}
