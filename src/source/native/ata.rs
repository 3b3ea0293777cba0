//! How an ATA disk is asked for its pages.

use super::walk::Speak;
use crate::decode::ata::{Pages, Request};
use crate::transport::{Command, TaskFile};

impl Speak for Pages {
    const QUICK: &'static [&'static str] =
        &["smart_data", "smart_thresholds", "smart_status", "log_directory", "device_statistics"];

    fn command(request: &Request) -> Command {
        Command::Ata(match *request {
            Request::IdentifyDevice => TaskFile::identify_device(),
            Request::SmartReadData => TaskFile::smart_read_data(),
            Request::SmartReadThresholds => TaskFile::smart_read_thresholds(),
            Request::SmartReturnStatus => TaskFile::smart_return_status(),
            Request::SmartReadLog { address, pages } => TaskFile::smart_read_log(address, pages),
            Request::ReadLogExt { address, page, pages } => TaskFile::read_log_ext(address, page, pages),
            Request::CheckPowerMode => TaskFile::check_power_mode(),
            Request::SctTemperatureHistory => TaskFile::sct_temperature_history(),
            Request::SctReadTimer => TaskFile::sct_read_timer(),
            Request::SctWriteTimer => TaskFile::sct_write_timer(),
        })
    }
}
