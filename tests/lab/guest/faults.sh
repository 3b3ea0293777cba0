# shellcheck shell=sh disable=SC2154,SC2086
# Disks that hang, leave and time out, a worker that is killed, and many disks: sourced by init. All answers are in one folder,
# flat, and with each what was left of `stone` a moment later: NAME.processes.

# The node of a recorded drive, by its serial number in the table.
node() {
    serial=$(sed -n "s/^$1  *recorded  *[^ ]*  *\([^ ]*\).*/\1/p" /lab/disks)
    for block in /sys/block/sd*; do
        ! grep -q "$serial" "$block/device/vpd_pg80" 2> /dev/null || echo "/dev/${block##*/}"
    done
}

# Processes of `stone`, a line for each thread: process, thread, state. One of a program that is gone from its path is called after /proc/self/exe.
processes() {
    for process in /proc/[0-9]*; do
        read -r comm < "$process/comm" || continue
        case $comm in stone | exe) ;; *) continue ;; esac
        for thread in "$process"/task/*; do
            read -r stat < "$thread/stat" || continue
            stat=${stat##*) }
            echo "${process#/proc/} ${thread##*/} ${stat%% *}"
        done
    done 2> /dev/null
}

# The process whose command line begins with these words, without the spaces.
process_of() {
    for process in /proc/[0-9]*; do
        line=
        read -r line < "$process/cmdline"
        case $line in "$1"*) echo "${process#/proc/}" ;; esac
    done 2> /dev/null
}

# state NAME: what is remembered of disks that hung is that of this case.
state() { export STONE_STATE_DIR="/tmp/state/$1"; }

# query NAME DEADLINE ARGUMENT...
query() {
    query=$1 deadline=$2
    shift 2
    ask "$query" 90 stone device query -f json --deadline "$deadline" "$@"
    sleep 0.3
    processes > "$query.processes"
}

# meanwhile SECONDS ACTION NAME DEADLINE ARGUMENT...: query, and after SECONDS the function ACTION.
meanwhile() {
    pause=$1 action=$2
    shift 2
    query "$@" &
    asking=$!
    sleep "$pause"
    $action
    wait "$asking"
}

# A disk that answers one command never, by whatever node: asked, listed, left alone, and asked all the same.
hangs() {
    state "$1"
    query "$1-first" 5 $healthy "$2"
    ask "$1-ls" 30 stone device ls -f json "$2"
    query "$1-again" 5 $healthy "$2"
    query "$1-lifted" 5 --ignore-quarantine $healthy "$2"
}

kill_worker() { kill -9 "$(process_of stoneworker)"; }
stop_worker() { kill -STOP "$(process_of stoneworker)"; }
kill_front() { kill -9 "$(process_of stonedevice)"; }
delete_slow() { echo 1 > "/sys/block/${slow#/dev/}/device/delete"; }
unbind() { echo "$address" > /sys/bus/pci/drivers/nvme/unbind; }
bind() {
    echo "$address" > /sys/bus/pci/drivers/nvme/bind
    for _ in $(seq 50); do
        [ ! -b "$nvme" ] || return
        sleep 0.1
    done
}

leaving() {
    state leaving
    slow=$(node scsi-hdd-failing)
    for controller in /sys/class/nvme/nvme*; do
        grep -q MADEUP-NVME-two "$controller/serial" || continue
        nvme=/dev/${controller##*/}n1
        address=$(readlink -f "$controller/device")
        address=${address##*/}
    done
    echo "nvme $nvme" >> nodes
    # The slow disk is read while the other leaves.
    meanwhile 2 unbind nvme-waiting 30 --jobs 1 "$slow" "$nvme" $healthy
    bind
    for tenths in 1 3 5; do
        meanwhile "0.$tenths" unbind "nvme-racing-$tenths" 5 $healthy "$nvme"
        bind
    done
    query nvme-back 5 $healthy "$nvme"
    meanwhile 2 delete_slow deleted 30 $healthy "$slow"
}

# The disks of scsi_debug.
debug_disks() {
    for block in /sys/block/sd*; do
        read -r model < "$block/device/model"
        case $model in scsi_debug*) echo "/dev/${block##*/}" ;; esac
    done
}

# make_debug COUNT OPTION...: as many disks of scsi_debug.
make_debug() {
    wanted=$1
    shift
    modprobe -r scsi_debug
    modprobe scsi_debug dev_size_mb=8 max_luns=1 "$@"
    for _ in $(seq 100); do
        debug=$(debug_disks)
        [ "$(echo "$debug" | wc -l)" -lt "$wanted" ] || break
        sleep 0.5
    done
}

# Commands that the kernel lets time out.
timing_out() {
    state debug
    make_debug 4 num_tgts=4
    echo 25 > /sys/bus/pseudo/drivers/scsi_debug/every_nth
    echo 4 > /sys/bus/pseudo/drivers/scsi_debug/opts
    query debug-first 10 --command-timeout 2 $debug
    echo 0 > /sys/bus/pseudo/drivers/scsi_debug/opts
    echo 0 > /sys/bus/pseudo/drivers/scsi_debug/every_nth
    query debug-again 30 --ignore-quarantine $debug
}

many() {
    state many
    make_debug 360 add_host=6 num_tgts=60 delay=0
    say "$(echo "$debug" | wc -l) disks of scsi_debug"
    query many 60 $debug
}

# busy NODE COMMAND...: reads NODE for three seconds, and asks it by COMMAND with a second in between. A line: program, how often
# it was asked, reads of the disk, milliseconds that they took together.
busy() {
    stat=/sys/block/${1#/dev/}/stat
    before=$(cat "$stat")
    timeout 3 dd if="$1" of=/dev/null bs=4k iflag=direct 2> /dev/null &
    reader=$!
    readings=0
    shift
    while kill -0 $reader 2> /dev/null; do
        "$@" > /dev/null 2>&1
        readings=$((readings + 1))
        sleep 1
    done
    echo "$1 $readings $before $(cat "$stat")" | awk '{ n = (NF - 2) / 2; print $1, $2, $(3 + n) - $3, $(6 + n) - $6 }' >> busy
}
nothing() { :; }

all_busy() {
    state busy
    busy "$1" nothing
    busy "$1" stone device query -f json "$1"
    busy "$1" smartctl -x --json=c "$1"
}

do_it() {
    load_all_but virtio_scsi scsi_debug
    mkdir -p "$out/faults"
    cd "$out/faults" || return
    expected=4
    [ -z "$(argument timeouts)" ] || { touch timeouts; expected=9; }
    # It ends when the disk that hangs as it is probed has timed out.
    modprobe virtio_scsi &
    probing=$!
    for _ in $(seq 100); do
        [ "$(cd /sys/block && echo sd* | wc -w)" -lt $expected ] || break
        sleep 0.3
    done
    while read -r name bus _; do
        [ "$bus" != recorded ] || echo "$name $(node "$name")"
    done < /lab/disks > nodes
    healthy="$(node ata-hdd) $(node scsi-hdd-old)"
    say "devices ready"

    state probe
    query probe 5 $healthy
    ask probe-ls 30 stone device ls -f json
    ! kill -0 $probing 2> /dev/null || touch probing

    [ ! -e timeouts ] || disks_that_hang
    leaving
    say "disks that leave"
    timing_out
    say "commands that time out"
    [ ! -e timeouts ] || disks_that_hang_in_the_kernel
    many
    say "many disks"
    all_busy "$(node ata-hdd)"
    say "a busy disk"
    [ ! -e timeouts ] || disks_that_hang_for_good
}

disks_that_hang() {
    hangs sg "$(node ata-ssd)"
    say "a disk that hangs, by sg"

    state stopped
    meanwhile 3 stop_worker stopped 5 $healthy "$(node ata-ssd)"
    state killed
    meanwhile 3 kill_worker killed 30 --command-timeout 5 $healthy "$(node scsi-ssd)"
    state front
    meanwhile 3 kill_front front 30 --command-timeout 5 $healthy "$(node ata-ssd)"
    say "a worker that is stopped and one that is killed, a front that is killed"
}

disks_that_hang_in_the_kernel() {
    hangs sd "$(without_sg scsi-ssd)"
    say "a disk that hangs, by sd"
    state refused
    query refused 8 --command-timeout 2 "$(node ata-hdd-failing)" "$(node ata-hdd-old)"
    say "a disk that refuses its abort"
}

disks_that_hang_for_good() {
    for _ in $(seq 40); do
        [ -n "$(processes)" ] || break
        sleep 0.5
    done
    processes > sd-ended
    silent=$(without_sg scsi-hdd)
    hangs silent "$silent"
    # Whoever reads its answer to the end does not wait for the disk.
    ask smartctl-silent 60 sh -c 'STONE_DEADLINE=3 stone smartctl -x --json=c "$1" | cat' sh "$silent"
    # All at once that is left, much of which hangs.
    left=$(cut -d' ' -f2 nodes | grep -vx "$slow")
    state all
    query all 5 $left
    query all-again 5 $left
    say "a disk that never answers its abort"
}

# The node of a recorded drive that has no node of sg any more.
without_sg() {
    disk=$(node "$1")
    rm "/dev/$(ls "/sys/block/${disk#/dev/}/device/scsi_generic")"
    echo "$disk"
}
