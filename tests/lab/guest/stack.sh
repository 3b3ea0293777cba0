# shellcheck shell=sh
# What stands on the disks, and udev: sourced by devices.sh.

# Until there are as many disks as the table says, and four nodes of scsi_debug.
wait_for_disks() {
    expected=$(($(sed 's/#.*//' /lab/disks | awk 'NF && $2 != "nvme" && $2 != "host"' | wc -l) + 4))
    for _ in $(seq 40); do
        found=$(cd /sys/block && echo sd* nvme* vd* | wc -w)
        [ "$found" -lt "$expected" ] || break
        sleep 0.5
    done
    echo "lab: $found of $expected disks"
}

# The node of a disk by its name in the table: by model (16 characters, as INQUIRY has it); the first namespace of a controller
# by its serial number.
node_of() {
    model=$(sed -n "s/^$1  *[^ ]*  *\([^ ]*\).*/\1/p" /lab/disks | cut -c 1-16)
    serial=$(sed -n "s/^$1  *[^ ]*  *[^ ]*  *\([^ ]*\).*/\1/p" /lab/disks)
    for block in /sys/block/sd* /sys/block/nvme*; do
        [ "$(sed 's/ *$//' "$block/device/model")" != "$model" ] || echo "${block##*/}"
        [ "$(sed 's/ *$//' "$block/device/serial" 2>/dev/null)" != "$serial" ] || echo "${block##*/}"
    done | head -n 1
}

# linear NAME UUID NODE: all of NODE as a device-mapper device.
linear() {
    DM_DISABLE_UDEV=1 dmsetup create "$1" --uuid "$2" --table "0 $(cat "/sys/class/block/$3/size") linear /dev/$3 0"
}

# An OSD with its data on a volume on a partition of a hard disk and its journal on a volume on an NVMe namespace; a second
# one straight on a disk; an array of two scsi_debug disks, a loop device and compressed memory, which are nobody's disks.
stack_devices() {
    disk=$(node_of qemu-ahci-hdd)
    linear ceph--lab-osd--block--0 LVM-blockblockblockblockblockblock00blockblockblockblockblockblock00 "${disk}1"
    linear ceph--lab-osd--db--0 LVM-dbdbdbdbdbdbdbdbdbdbdbdbdbdbdb00dbdbdbdbdbdbdbdbdbdbdbdbdbdbdb00 "$(node_of qemu-nvme-one)"
    osd=/var/lib/ceph/osd/ceph-0
    mkdir -p "$osd" /var/lib/ceph/osd/ceph-1
    ln -s /dev/mapper/ceph--lab-osd--block--0 "$osd/block"
    ln -s /dev/mapper/ceph--lab-osd--db--0 "$osd/block.db"
    ln -s "/dev/$(node_of qemu-ahci-ssd)" /var/lib/ceph/osd/ceph-1/block
    echo 0 > "$osd/whoami"
    echo 1 > /var/lib/ceph/osd/ceph-1/whoami

    truncate -s 8M /tmp/loop.img
    losetup /dev/loop0 /tmp/loop.img
    [ ! -e /sys/block/zram0 ] || echo 8M > /sys/block/zram0/disksize
    array
}

# md127 without mdadm: a mirror without metadata.
array() {
    echo md127 > /sys/module/md_mod/parameters/new_array
    md=/sys/block/md127/md
    echo raid1 > $md/level
    echo 2 > $md/raid_disks
    echo 4096 > $md/component_size
    for block in /sys/block/sd*; do
        if grep -q SCSI_DEBUG "$block/device/model"; then echo "$(cat "$block/device/wwid") $(cat "$block/dev")"; fi
    done | sort -u -k 1,1 | while read -r _ number; do echo "$number" > $md/new_dev; done
    slot=0
    for member in /sys/block/md127/md/dev-*; do
        echo $slot > "$member/slot"
        slot=$((slot + 1))
    done
    echo active > $md/array_state
}

start_udev() {
    timeout 20 /lib/systemd/systemd-udevd --daemon
    timeout 20 udevadm trigger --type=subsystems --action=add
    timeout 20 udevadm trigger --type=devices --action=add
    timeout 60 udevadm settle --timeout=50
}
