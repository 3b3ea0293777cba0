# shellcheck shell=sh disable=SC2154
# Every kind of disk, asked once without and once with udev: sourced by init.

do_it() {
    load_all_but scsi_debug zram loop
    # Two disks, each by two ways.
    modprobe scsi_debug num_tgts=2 add_host=2 vpd_use_hostno=0 dev_size_mb=8 inq_vendor=LAB inq_product=SCSI_DEBUG
    modprobe zram num_devices=1
    modprobe loop max_loop=1
    # shellcheck source=tests/lab/guest/stack.sh
    . /lab/stack.sh
    # shellcheck source=tests/lab/guest/collect.sh
    . /lab/collect.sh

    wait_for_disks
    stack_devices
    start_trace
    say "devices ready"

    [ ! -e /run/udev ] || say "/run/udev exists too early"
    collect "$out/without-udev"
    say "collected without udev"
    hand_over

    start_udev
    say "udev has settled"
    collect "$out/with-udev"
    say "collected with udev"
}
