# shellcheck shell=sh
# A question to a program, and what came of it: NAME.out, NAME.err, NAME.exit (124, 137 or 143: out of time) and NAME.seconds in
# the current folder. Sourced by init.

now() { cut -d' ' -f1 /proc/uptime; }

# ask NAME LIMIT COMMAND...
ask() {
    name=$1 limit=$2
    shift 2
    started=$(now)
    timeout -k 5 "$limit" "$@" > "$name.out" 2> "$name.err" < /dev/null
    echo $? > "$name.exit"
    echo "$started $(now)" | awk '{ printf "%.2f\n", $2 - $1 }' > "$name.seconds"
}
