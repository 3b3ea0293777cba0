# shellcheck shell=bash disable=SC2154
# What both guests have in common, sourced by `run` and `faults`: they set `here`, `repository`, what the guest
# does (`lab`), and further arguments of its kernel (`arguments`).

die() { echo "lab: $*" >&2; exit 1; }

# prepare PROGRAM OUTDIR: makes sure that all is there; sets program, out, target, kernel, scratch and seconds.
prepare() {
    program=$(realpath "$1")
    seconds=${LAB_SECONDS:-360}
    [ -x "$program" ] || die "$1 is no program"
    [ "$(uname -m)" = x86_64 ] || die "the guest is an x86-64 machine and runs this machine's programs; this is $(uname -m)"
    for tool in qemu-system-x86_64 busybox cpio ldd; do
        command -v "$tool" > /dev/null || die "no $tool here: tests/lab/README.md names the packages"
    done
    mkdir -p "$2"
    out=$(cd "$2" && pwd)
    rm -rf "$out"/{without-udev,with-udev,faults,dmesg,complete,out-of-time,results.tar,serial.log,disks,drives*}
    cp "$here/disks" "$out/disks"
    target=${CARGO_TARGET_DIR:-$repository/target}
    kernel=$("$here/kernel" "$target/lab/kernel")
    cargo build --quiet --manifest-path "$here/drives/Cargo.toml" --target-dir "$target"
    # A short path: that of a socket has at most 107 bytes.
    scratch=$(mktemp -d)
    mkdir "$scratch/hosts"
    serving=()
    trap 'rm -rf "$scratch"; [ ${#serving[@]} -eq 0 ] || kill "${serving[@]}" 2> /dev/null || true' EXIT
}

# recorded HOST DRIVE [LINE...]: puts a drive of fixtures/ on a SCSI host of recorded drives, with further lines for its
# device.conf. What the drives of HOST were asked is in OUTDIR/HOST.
recorded() {
    local drive=$scratch/hosts/$1/$2
    mkdir -p "${drive%/*}"
    cp -R "$repository/fixtures/$2" "$drive"
    [ $# -eq 2 ] || printf '%s\n' "${@:3}" >> "$drive/device.conf"
}

# The recorded drives go when QEMU does; it wants to find their sockets there.
start_drives() {
    local host socket
    serving=()
    for host in "$scratch"/hosts/*; do
        socket=$scratch/${host##*/}
        "$target/debug/stone-lab-drives" "$socket" "$out/${host##*/}" "$host"/* &
        serving+=($!)
        for _ in $(seq 100); do
            [ ! -S "$socket" ] || break
            kill -0 $! 2> /dev/null || die "the recorded drives did not start"
            sleep 0.1
        done
    done
}

end_drives() {
    local one
    for one in "${serving[@]}"; do
        # If QEMU never came they still wait for it.
        timeout 5 tail -s 0.1 --pid="$one" -f /dev/null || kill "$one"
        wait "$one" || echo "lab: the exit status of recorded drives is $?" >&2
    done
    serving=()
    find "$scratch" -maxdepth 1 -type s -delete
}

# Software emulation: KVM is not usable everywhere where /dev/kvm exists. No network, nothing of the host but these files.
# A processor that locks up ends the guest; the limit ends everything.
boot_once() {
    local host hosts=()
    for host in "$scratch"/hosts/*; do
        host=${host##*/}
        hosts+=(-chardev "socket,id=$host,path=$scratch/$host"
            -device "vhost-user-scsi-pci,chardev=$host,num_queues=2,disable-legacy=on")
    done
    start_drives
    timeout -k 10 "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 \
        -object memory-backend-memfd,id=memory,size=1024M,share=on -machine q35,memory-backend=memory -bios qboot.rom \
        -nodefaults -no-user-config -display none -monitor none -nic none -no-reboot -serial "file:$out/serial.log" \
        -kernel "$kernel"/boot/vmlinuz-* -initrd "$out/initramfs.gz" \
        -append "console=ttyS0 quiet panic=1 softlockup_panic=1 lab.guest=$lab lab.limit=$((seconds - 30)) ${arguments:-}" \
        "${hosts[@]}" -device "virtio-serial-pci,id=ports,disable-legacy=on" "$@" \
        -chardev "file,id=results,path=$out/results.tar" -device virtserialport,bus=ports.0,chardev=results,nr=1 \
        < /dev/null || echo "lab: QEMU's exit status is $?"
    tar -x -i -C "$out" -f "$out/results.tar" 2> /dev/null || true
    end_drives
}

# boot QEMU-ARGUMENT...: the guest, once more if an emulated processor locks up; the results are in OUTDIR then.
boot() {
    boot_once "$@"
    if grep -q 'soft lockup' "$out/serial.log"; then
        echo "lab: an emulated processor locked up ($out/lockup.log): once more" >&2
        mv "$out/serial.log" "$out/lockup.log"
        boot_once "$@"
    fi
    rm -rf "$out/results.tar" "$out/initramfs.gz"
    if [ ! -e "$out/complete" ]; then
        tail -n 25 "$out/serial.log" >&2 || true
        die "the guest did not finish within $seconds s; its log is $out/serial.log"
    fi
}
