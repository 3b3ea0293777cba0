//! How far a round is, on a terminal: a bar, and the disks that are still waited for when they are few.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::device::BlockDevice;

/// As many disks are read before anyone looks for a bar.
const FEW: usize = 4;
/// As many are named that are waited for.
const NAMED: usize = 3;
/// Characters of the bar.
const WIDTH: usize = 30;
/// How long a line stands at least: a terminal is slower than disks.
const PAUSE: Duration = Duration::from_millis(50);

/// The bar of a round, where standard error is a terminal and there are more than a few disks.
pub(super) struct Progress {
    /// `None`: nothing is shown.
    shown: Option<Shown>,
}

struct Shown {
    total: usize,
    done: usize,
    waited_for: BTreeSet<String>,
    drawn: Option<Instant>,
}

impl Progress {
    pub(super) fn new(devices: &[BlockDevice]) -> Self {
        let is_shown = devices.len() > FEW && io::stderr().is_terminal();
        let shown = || Shown {
            total: devices.len(),
            done: 0,
            waited_for: devices.iter().map(|device| device.name.clone()).collect(),
            drawn: None,
        };
        Self { shown: is_shown.then(shown) }
    }

    /// `device` has ended.
    pub(super) fn step(&mut self, device: &BlockDevice) {
        let Some(shown) = &mut self.shown else { return };
        shown.done += 1;
        shown.waited_for.remove(&device.name);
        let is_due = shown.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE);
        // After the last ones no other line may come for a long time.
        if is_due || shown.waited_for.len() <= NAMED {
            shown.drawn = Some(Instant::now());
            let mut stderr = io::stderr().lock();
            _ = write!(stderr, "\r\x1b[K{}", shown.line()).and_then(|()| stderr.flush());
        }
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        if self.shown.is_some() {
            _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

impl Shown {
    fn line(&self) -> String {
        let filled = (self.done * WIDTH).checked_div(self.total).unwrap_or(WIDTH).min(WIDTH);
        let bar = format!("[{:<WIDTH$}] {} of {} disks", "#".repeat(filled), self.done, self.total);
        if self.waited_for.is_empty() || self.waited_for.len() > NAMED {
            return bar;
        }
        let names: Vec<&str> = self.waited_for.iter().map(String::as_str).collect();
        format!("{bar}, waiting for {}", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_grows_and_the_last_disks_are_named() {
        let mut shown = Shown {
            total: 6,
            done: 0,
            waited_for: ["sda", "sdb", "sdc", "sdd", "sde", "sdf"].map(str::to_owned).into(),
            drawn: None,
        };
        assert_eq!(shown.line(), format!("[{}] 0 of 6 disks", " ".repeat(30)));
        for name in ["sda", "sdb", "sdd"] {
            shown.done += 1;
            shown.waited_for.remove(name);
        }
        let half = format!("{}{}", "#".repeat(15), " ".repeat(15));
        assert_eq!(shown.line(), format!("[{half}] 3 of 6 disks, waiting for sdc, sde, sdf"));
        shown.done = 6;
        shown.waited_for.clear();
        assert_eq!(shown.line(), format!("[{}] 6 of 6 disks", "#".repeat(30)));
    }
}
