# shellcheck shell=sh
# Asks everything the judge wants to know, into one folder: sourced by devices.sh, after stack.sh.

# `ask` with a mark before and after in the kernel's trace of SCSI commands and NVMe admin commands. That trace runs all the
# time: switching it on and off rewrites the kernel's code, at which the emulated processors can lock up.
tracing=/sys/kernel/tracing
start_trace() {
    echo 4096 > $tracing/buffer_size_kb
    echo 'qid == 0' > $tracing/events/nvme/nvme_setup_cmd/filter
    echo 1 > $tracing/events/nvme/nvme_setup_cmd/enable
    echo 1 > $tracing/events/scsi/scsi_dispatch_cmd_start/enable
}
traced() {
    echo "begin ${PWD#/tmp/out/} $1" > $tracing/trace_marker
    ask "$@"
    echo "end" > $tracing/trace_marker
}

# The kernel's own view of the block devices: name, size in sectors, place in the tree of devices.
block_devices() {
    for block in /sys/class/block/*; do
        echo "${block##*/} $(cat "$block/size") $(readlink -f "$block")"
    done
}

# smartctl's arguments for a disk. What is behind USB it does not find out by itself; at the pending defects of a SCSI disk it
# aborts when it writes JSON (7.3), so that of the only one that has some it reads everything but error counters and defects.
smartctl_arguments() {
    case $(readlink -f "/sys/block/$1") in
    */usb*) echo "-d scsi" ;;
    esac
    case $(cat "/sys/block/$1/device/model" 2> /dev/null) in
    "SAS HDD 20T"*) echo "-i -H -A -g all -l selftest -l background -l sasphy -l envrep -l ssd" ;;
    *) echo "-x" ;;
    esac
}

collect() {
    mkdir -p "$1/disks"
    cd "$1" || return
    block_devices > block-devices
    ask ls 60 stone device ls -f json
    ask ls-plain 60 stone device ls
    ask query 120 stone device query -f json
    ask preview-device 120 stone telemetry preview-device -f json
    ask show-device 120 stone telemetry show-device -f json
    ask query-partition 60 stone device query -f json "/dev/$(node_of qemu-ahci-hdd)1"
    ask query-volume 60 stone device query -f json /dev/mapper/ceph--lab-osd--block--0
    ask usage 20 stone device query --no-such-option
    ask nothing 20 stone device query -f json /dev/no-such-disk
    ask some 60 stone device query -f json /dev/no-such-disk /dev/sda
    for block in /sys/block/sd* /sys/block/nvme* /sys/block/vd*; do
        node=${block##*/}
        mkdir "$1/disks/$node"
        cd "$1/disks/$node" || return
        # shellcheck disable=SC2046
        traced smartctl 60 smartctl $(smartctl_arguments "$node") --json=c "/dev/$node"
        traced query 60 stone device query -f json "/dev/$node"
        ask dump 60 stone device dump "/dev/$node" -o dump
        ask decode 60 stone device decode -f json dump
    done
    grep -v '^#' $tracing/trace > "$1/trace"
    # The physical disks behind MegaRAID, by the number of the controller's SCSI host. Our program first: smartctl leaves
    # the driver's node in /dev, so that the first round is without one.
    for host in /sys/class/scsi_host/host*; do
        [ "$(cat "$host/proc_name")" = megaraid_sas ] || continue
        mkdir "$1/disks/megaraid,0"
        cd "$1/disks/megaraid,0" || return
        bus=/dev/bus/${host##*/host}
        ask query 60 stone device query -f json "$bus/megaraid,0"
        ask dump 60 stone device dump "$bus/megaraid,0" -o dump
        ask decode 60 stone device decode -f json dump
        ask drop-in 60 stone smartctl -d megaraid,0 -x --json=c "$bus"
        ask smartctl 60 smartctl -d megaraid,0 -x --json=c "$bus"
    done
    # Its own nodes are never left behind.
    find /dev /tmp /var/tmp -name 'stone-megaraid*' > "$1/nodes-left" 2> /dev/null
}
