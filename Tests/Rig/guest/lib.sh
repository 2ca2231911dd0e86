# For the guest tests, sourced: simulated chips with named lines, their wires, and results.
#
#   . "$RIG_GUEST/lib.sh"
#   gpio_create board GPIO17 GPIO18       # a chip labelled 'board' whose lines have these names; '-' is no name
#   gpio_pull board 0 1                   # the wire of line 0 goes high
#   gpio_value board 1                    # prints 0 or 1: the level on the pin, of inputs and outputs
#   gpio_unplug board; gpio_plug board    # as if the chip were taken away and brought back
#   gpio_wiegand board 0 1 00101101       # these bits from a reader with D0 on line 0 and D1 on line 1
#   gpio_remove board
#   eventually grep -q ready log        # waits until that command succeeds
#   pass 'the door opens'; fail 'the door opens'
#
# One chip each in configfs (kernel: Documentation/admin-guide/gpio/gpio-sim.rst). gpio_sysfs prints the directory of
# a line, for tests that write to 'pull' in a loop of their own.

gpio_config=/sys/kernel/config/gpio-sim

gpio_create() {
    local label=$1 chip=$gpio_config/$1 line=0 name
    shift
    mkdir "$chip" "$chip/bank0" || return
    printf '%s' "$label" >"$chip/bank0/label" || return
    printf '%d' $# >"$chip/bank0/num_lines" || return
    for name in "$@"; do
        if [ "$name" != - ]; then
            mkdir "$chip/bank0/line$line" || return
            printf '%s' "$name" >"$chip/bank0/line$line/name" || return
        fi
        line=$((line + 1))
    done
    gpio_plug "$label"
}

gpio_plug() { printf 1 >"$gpio_config/$1/live"; }

gpio_unplug() { printf 0 >"$gpio_config/$1/live"; }

gpio_remove() {
    gpio_unplug "$1" 2>/dev/null
    find "$gpio_config/$1" -mindepth 1 -depth -type d -exec rmdir {} +
    rmdir "$gpio_config/$1"
}

# The directory of line $2 of chip $1; valid until the chip is unplugged.
gpio_sysfs() {
    local device chip
    read -r device <"$gpio_config/$1/dev_name" || return
    read -r chip <"$gpio_config/$1/bank0/chip_name" || return
    printf '/sys/devices/platform/%s/%s/sim_gpio%d' "$device" "$chip" "$2"
}

gpio_pull() {
    case $3 in
        0) printf pull-down ;;
        1) printf pull-up ;;
    esac >"$(gpio_sysfs "$1" "$2")/pull"
}

# Some 3 ms a bit with a pulse of 0.3 ms: slower than a reader (2 ms and 50 us), far from the gap that ends a frame.
# Where the machine stood still for so long between two bits that the frame was torn, the card is held there again.
gpio_wiegand() {
    local try
    for ((try = 0; try < 5; try++)); do
        gpio_wiegand_once "$@" && return
        printf 'the machine stood still within a frame; once more\n' >&2
        sleep 1
    done
    return 1
}

# Fails where a bit came too long after the one before: a reader takes 20 ms at most.
# Starting a 'sleep' takes 30 ms here, so the shell waits by itself, on a pipe that stays empty.
gpio_wiegand_once() {
    local d0 d1 bits=$4 wire silence last now torn=0
    d0=$(gpio_sysfs "$1" "$2")/pull
    d1=$(gpio_sysfs "$1" "$3")/pull
    exec {silence}<> <(:)
    last=${EPOCHREALTIME/[.,]/}
    while [ -n "$bits" ]; do
        case $bits in
            0*) wire=$d0 ;;
            *) wire=$d1 ;;
        esac
        now=${EPOCHREALTIME/[.,]/}
        if ((now - last > 15000)); then torn=1; fi
        last=$now
        printf pull-down >"$wire"
        printf pull-up >"$wire"
        read -r -t 0.002 -u "$silence"
        bits=${bits#?}
    done
    exec {silence}>&-
    return "$torn"
}

gpio_value() { cat "$(gpio_sysfs "$1" "$2")/value"; }

# Waits, 30 s at most, until the command succeeds.
eventually() {
    local try
    for ((try = 0; try < 300; try++)); do
        "$@" && return
        sleep 0.1
    done
    return 1
}

pass() { printf 'PASS %s\n' "$*" >&3; }

fail() {
    printf 'FAIL %s\n' "$*" >&3
    rig_failed=1
}

# Runs the Swift tests whose names match the regular expression $1 with gpio-sim in reach; each is a result.
swift_tests() {
    local bundle=$RIG_BUILD/RegioHubPackageTests.xctest
    if [ ! -x "$bundle" ]; then
        fail "$1: $bundle is missing; run 'swift build --build-tests'"
        return 1
    fi
    REGIOHUB_GPIO_SIM=1 NO_COLOR=1 "$bundle" --testing-library swift-testing --filter "$1" 2>&1 |
        tee -a /dev/stderr |
        sed -nE 's/^. Test "(.*)" (with [0-9]+ test cases? )?passed after .*/PASS \1/p
                 s/^. Test "(.*)" (with [0-9]+ test cases? )?failed after .*/FAIL \1/p' >&3
    return "${PIPESTATUS[0]}"
}
