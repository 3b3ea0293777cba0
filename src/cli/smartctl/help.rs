//! Help, version and the lines that text begins with.

use super::answer::{VERSION, build, platform};

/// The help.
pub(super) const HELP: &str = "\
Usage: smartctl [options] device

This is stone's smartctl: the options, the JSON and the exit status of smartctl 7, for reading only.

What is shown:
  -i, --info                what the device is
  -H, --health              whether it says that it is failing
  -c, --capabilities        what its SMART functions can do
  -A, --attributes          attributes, counters, temperature
  -l, --log=TYPE            a log: error[,N], selftest, selective, directory[,g|s], xerror[,N][,error],
                            xselftest[,N][,selftest], background, sasphy, sataphy, scttemp[sts|hist], scterc,
                            devstat[,PAGE], defects[,N], ssd, genstats, zdevstat, envrep, farm; or its bytes:
                            gplog,0xADDR[,FIRST[-LAST|+SIZE]], smartlog,0xADDR[,...], nvmelog,0xPAGE,0xSIZE
      --identify[=[w][nvb]] the words of IDENTIFY DEVICE: w all, n without bits, v, b with bits that are not set
  -g, --get=NAME            a setting: all, aam, apm, dsn, lookahead, security, wcache, rcache
  -a, --all                 -i -H -c -A -l error -l selftest -l selective
  -x, --xall                everything there is
      --scan                the disks of this host
      --scan-open           the same, with what each turns out to be
  -h, --help                this help
  -V, --version             the version

How:
  -d, --device=TYPE         auto, ata, sat[,auto][,12|16], scsi, nvme[,0xNSID], megaraid,N, test; cciss,N, areca,N[/E],
                            3ware,N, aacraid,H,L,ID and others by smartmontools' smartctl, where it is installed
  -n, --nocheck=MODE[,STATUS[,STATUS2]]
                            leave the disk alone if it sleeps: sleep, standby, idle; never, which has no STATUS
  -j, --json[=cgiosuvy]     JSON: c on one line, g as assignments, o with the text, s sorted, v numbers as strings
                            too, y YAML
  -q, --quietmode=TYPE      errorsonly, silent, noserial
  -f, --format=FORMAT       attribute table: old, brief, hex[,id|val]
  -v, --vendorattribute=ID,FORMAT[:ORDER][,NAME]
  -F, --firmwarebug=TYPE    none, nologdir, samsung, samsung2, samsung3, xerrorlba, swapid
  -P, --presets=TYPE        drive database: use, ignore; show what it has of the device; showall [MODEL [FIRMWARE]]
  -B, --drivedb=[+]FILE     drive database: FILE instead of the installed one, or before it
  -b, --badsum=TYPE         wrong checksum: warn, exit, ignore
  -T, --tolerance=TYPE      normal, conservative, permissive, verypermissive: all the same here, since what fails is
                            a gap in the answer and never its end
  -r, --report=TYPE         accepted, without effect: `stone -vvv device query` shows each command

What changes a drive (-s -o -S -t -C -X, and the writing forms of -l) is refused: smartmontools' own smartctl does it.
A device may also be a folder written by `stone device dump`.

A call ends within 60 s, and with --json=o (as Ceph's daemons call) within 1.8 s; STONE_DEADLINE=SECONDS says otherwise.

Exit status, a sum: 1 wrong command line, 2 device not opened, not identified or asleep, 4 a command failed, 8 the disk
says that it is failing, 16 a pre-fail attribute has reached its threshold, 32 an attribute had, 64 errors are logged,
128 failed self-tests are logged.

";

/// The lines that text begins with. Programs read the version out of the first; some skip the others by their number,
/// which therefore is that of smartctl's.
pub(super) fn banner() -> String {
    let [major, minor] = VERSION;
    let (build, platform) = (build(), platform());
    format!(
        "smartctl {major}.{minor} {build} [{platform}]\nReads disks by itself, no part of smartmontools\n\n"
    )
}

/// `-V`, below the banner. Munin reads the version behind the word "release".
pub(super) fn version() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let [major, minor] = VERSION;
    format!(
        "stone-smart {version}, which answers as smartmontools release {major}.{minor} does. Licence: MIT or Apache-2.0.\n"
    )
}
