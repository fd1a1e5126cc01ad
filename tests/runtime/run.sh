#!/bin/sh
# run.sh: builds the runtime and its tests in several ways and runs every suite; from any folder, without arguments.
#
#   pools    CC -O2, the release build                  debug   DR_DEBUG_MEMORY
#   malloc   no pools, ASan and UBSan                   tcc     when tcc is there
#   poison   pools, poisoned for ASan, and UBSan, DR_CHECKS=3: the heap is checked around every collection
#
# CC chooses the compiler of pools and debug (default cc). DREAM_LONG=1 runs the long forms, and valgrind, with pools and
# without; DREAM_GRAPHS=5 all graphs of five nodes, which the long forms have. Two variants run at a time.
# The last line is "N passed, N failed"; the status is 1 if any failed.

here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../../runtime
work=$(mktemp -d "${TMPDIR:-/tmp}/dream-runtime-tests.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
CC=${CC:-cc}
warnings="-Wall -Wextra -Werror"
long=${DREAM_LONG:-0}
sanitizer=$CC
command -v clang-14 > /dev/null 2>&1 && sanitizer=clang-14
sanitizers="-fsanitize=address,undefined -fsanitize=float-cast-overflow -fno-sanitize-recover=all -DUNDER_SANITIZER=1"

# These fork children that end without cleaning up.
forking="error trace overflow slices finaliser hostile exit program process refused intern report console file edges broken memory"
staying="api linked plain pool object string sharing members array text cycle clock"

# Variants run beside each other: each has a file of its results, a line "pass" or what failed.
pass() { echo pass >> "$work/$name.results"; }
fail() { echo "FAILED: $1" >> "$work/$name.results"; }

# run_build COMPILER FLAGS...: the variant $name. Fortified headers would call past what test_refused.c puts in front of libc.
run_build() {
    if "$@" -U_FORTIFY_SOURCE -I"$runtime/include" "$runtime/src/all.c" "$here"/*.c -o "$work/$name" -lm > "$work/$name.log" 2>&1; then
        pass
        return 0
    fi
    tail -n 20 "$work/$name.log" >> "$work/$name.results"
    fail "build $name"
    return 1
}

# run_suites SUITES COMMAND...
run_suites() {
    suites=$1
    shift
    for suite in $suites; do
        if "$@" "$work/$name" "$suite" > "$work/$name.out" 2>&1; then
            pass
        else
            tail -n 20 "$work/$name.out" >> "$work/$name.results"
            fail "$name: $suite"
        fi
    done
}

# expect NAME COMMAND...: the command succeeds
expect() {
    what=$1
    shift
    if "$@" > "$work/$name.out" 2>&1; then
        pass
    else
        tail -n 20 "$work/$name.out" >> "$work/$name.results"
        fail "$what"
    fi
}

variant_pools() {
    run_build $CC -std=c11 -pedantic -O2 $warnings || return
    run_suites "$staying $forking" env DREAM_GRAPHS="${DREAM_GRAPHS:-$((4 + long))}"
    # A list of ten million nodes dies on a small stack.
    expect "pools: small stack" sh -c "ulimit -s 256 && '$work/pools' object"
    run_suites "api object string members array text" env DREAM_STRESS=collect
    run_suites "api object string members array text" env DREAM_STRESS=slices
}

variant_malloc() {
    run_build $sanitizer -std=c11 -O1 -g -DDR_NO_POOLS=1 $sanitizers || return
    run_suites "$staying" env
    run_suites "$forking" env ASAN_OPTIONS=detect_leaks=0
}

variant_poison() {
    run_build $sanitizer -std=c11 -O1 -g -DDR_CHECKS=3 $sanitizers || return
    run_suites "$staying $forking" env ASAN_OPTIONS=detect_leaks=0
}

variant_debug() {
    run_build $CC -std=c11 -O1 $warnings -DDR_DEBUG_MEMORY=1 || return
    run_suites "$staying $forking" env
}

variant_tcc() {
    command -v tcc > /dev/null 2>&1 || return
    run_build tcc || return
    run_suites "$staying $forking" env
}

# The documented API from C++, with a release and a debug runtime.
variant_cpp() {
    for cxx in g++ clang++; do
        command -v $cxx > /dev/null 2>&1 || continue
        for switch in -DDR_DEBUG_MEMORY=0 -DDR_DEBUG_MEMORY=1; do
            expect "cpp: runtime" $CC -O1 $switch -I"$runtime/include" -c "$runtime/src/all.c" -o "$work/cpp.o"
            expect "cpp: build with $cxx" $cxx -std=c++11 -pedantic $warnings $switch -I"$runtime/include" \
                "$here/cpp_api.cpp" "$work/cpp.o" -o "$work/cpp" -lm
            expect "cpp: $cxx $switch" "$work/cpp"
        done
    done
}

# Runtime and program in one file, as --emit-c --standalone writes them.
variant_standalone() {
    cat > "$work/standalone.c" << 'END'
#define DR_MANAGED 1
#define DR_PLAIN 1
#define DR_STANDALONE 1
#include "all.c"
int main(void) {
    static const dr_program program = {0};
    dr_init(&program);
    char* text = dr_string_concat(dr_alloc_string("one "), dr_alloc_string("file"));
    dr_console_write_line(text);
    dr_release_string(text);
    return dr_exit(dr_memory_live_objects() != 0);
}
END
    for compiler in "$CC" tcc; do
        command -v "$compiler" > /dev/null 2>&1 || continue
        expect "standalone: build with $compiler" "$compiler" -I"$runtime/include" -I"$runtime/src" "$work/standalone.c" \
            -o "$work/standalone" -lm
        expect "standalone: $compiler" sh -c "[ \"\$('$work/standalone')\" = 'one file' ]"
    done
}

# Every source file stands on its own.
variant_alone() {
    for file in "$runtime"/src/*.c; do
        expect "alone: $(basename "$file")" $CC -std=c11 -fsyntax-only -I"$runtime/include" $warnings "$file"
    done
}

# Every suite but overflow: valgrind keeps the end of the stack for itself and ends the program before our handler runs.
# Of the suites that fork, the children end with what they hold, so only the others are asked for leaks.
variant_valgrind() {
    [ "$long" = 1 ] && command -v valgrind > /dev/null 2>&1 || return
    for name in valgrind-malloc valgrind-pools; do
        switch=-DDR_NO_POOLS=1
        [ $name = valgrind-pools ] && switch=-DDR_VALGRIND=1
        run_build $CC -std=c11 -O1 -g $switch -DUNDER_SANITIZER=1 || continue
        run_suites "$staying" env DREAM_LONG=0 valgrind -q --error-exitcode=9 --leak-check=full \
            --errors-for-leak-kinds=definite,possible
        run_suites "$(echo "$forking" | sed 's/overflow //')" env DREAM_LONG=0 valgrind -q --error-exitcode=9
    done
}

lane() {
    for name in "$@"; do
        "variant_$name"
    done
}
lane pools tcc cpp standalone &
first=$!
lane malloc poison debug alone valgrind
wait $first

grep -hv '^pass$' "$work"/*.results
passed=$(cat "$work"/*.results | grep -c '^pass$')
failed=$(cat "$work"/*.results | grep -c '^FAILED')
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
