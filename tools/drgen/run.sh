#!/bin/sh
# Random programs: each is built with --rc=plain and --rc=full and run five ways (plain, full, full
# with a collection at every release, full as a release build whose pools check themselves, this one
# with a step of a collection in slices at every release, too). All must
# print the same, end the same way and leave no object. Usage: tools/drgen/run.sh [COUNT [FIRST_SEED]]; DREAMC and CC_FOR_RUN choose other tools.
# Failing programs stay in build/drgen.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
count=${1:-500}
first=${2:-1}
work=$root/build/drgen
mkdir -p "$work"
if [ "${DRGEN_ONE:-}" = "" ]; then
    export DREAMC="${DREAMC:-$root/build/bin/dreamc}"
    if [ ! -x "$work/drgen" ] || [ -n "$(find "$here" -newer "$work/drgen")" ]; then
        c++ -std=c++20 -O1 "$here"/*.cpp -o "$work/drgen" || exit 1
    fi
    rm -f "$work"/fail-*
    last=$((first + count - 1))
    seq "$first" "$last" | DRGEN_ONE=1 xargs -P "$(nproc)" -n 1 "$0" > "$work/log" 2>&1
    failed=$(ls "$work" | grep -c '^fail-.*\.dr$')
    [ "$failed" = 0 ] || { cat "$work/log" | head -40; echo "programs kept in $work"; }
    echo "$((count - failed)) passed, $failed failed"
    [ "$failed" = 0 ]
    exit
fi

# ---- one seed ----
seed=$1
dir=$(mktemp -d "$work/run.XXXXXX")
trap 'rm -rf "$dir"' EXIT
program=$dir/p.dr
"$work/drgen" "$seed" > "$program"
fail() {
    cp "$program" "$work/fail-$seed.dr"
    for f in plain full stress pools slices; do [ -f "$dir/$f.out" ] && cp "$dir/$f.out" "$work/fail-$seed.$f.out"; done
    echo "seed $seed: $1"
    exit 0
}
for mode in plain full; do
    "$DREAMC" "$program" -o "$dir/$mode" --rc=$mode --debug-memory --cc="${CC_FOR_RUN:-tcc}" -w > "$dir/$mode.log" 2>&1 || {
        cp "$dir/$mode.log" "$work/fail-$seed.log"
        fail "does not compile ($mode): $(head -1 "$dir/$mode.log")"
    }
done
"$DREAMC" "$program" -o "$dir/pools" --cc="${CC_FOR_RUN:-tcc}" -X=-DDR_CHECKS=3 -w > "$dir/pools.log" 2>&1 || {
    cp "$dir/pools.log" "$work/fail-$seed.log"
    fail "does not compile (pools)"
}
check() { # NAME PROGRAM
    timeout 20 "$2" > "$dir/$1.out" 2> "$dir/$1.err"
    echo "exit $?" >> "$dir/$1.out"
    grep -q '^Active objects at exit: 0$' "$dir/$1.err" || { cp "$dir/$1.err" "$work/fail-$seed.err"; fail "$1: objects left, or ended early"; }
}
check plain "$dir/plain"
check full "$dir/full"
DREAM_STRESS=collect check stress "$dir/full"
for stress in pools slices; do
    DREAM_STRESS=$stress timeout 20 "$dir/pools" > "$dir/$stress.out" 2> "$dir/$stress.err"
    echo "exit $?" >> "$dir/$stress.out"
    cmp -s "$dir/plain.out" "$dir/$stress.out" || {
        cp "$dir/$stress.err" "$work/fail-$seed.err"
        fail "the release build does something else ($stress)"
    }
done
cmp -s "$dir/plain.out" "$dir/full.out" || fail "plain and full print different things"
cmp -s "$dir/plain.out" "$dir/stress.out" || fail "collecting at every release changes the output"
