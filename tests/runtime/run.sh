#!/bin/sh
# run.sh: builds the runtime and its tests in four ways and runs every suite; from any folder, without arguments.
#
#   pools   CC -O2, the release build                 asan   no pools, ASan and UBSan
#   debug   DR_DEBUG_MEMORY                           tcc    when tcc is there
#
# CC chooses the compiler of pools and debug (default cc). DREAM_LONG=1 runs the long forms and valgrind too.
# The last line is "N passed, N failed"; the status is 1 if any failed.

here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../../runtime
work=$(mktemp -d "${TMPDIR:-/tmp}/dream-runtime-tests.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
CC=${CC:-cc}
passed=0
failed=0
warnings="-Wall -Wextra -Werror"

pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); echo "FAILED: $1"; }

# build NAME COMPILER FLAGS...
build() {
    name=$1
    shift
    if "$@" -I"$runtime/include" "$runtime/src/all.c" "$here"/*.c -o "$work/$name" -lm 2> "$work/$name.log"; then
        pass
        return 0
    fi
    cat "$work/$name.log"
    fail "build $name"
    return 1
}

# run NAME COMMAND...: every suite
run() {
    name=$1
    shift
    for suite in $suites; do
        if "$@" "$work/$name" "$suite" > "$work/out" 2>&1; then
            pass
        else
            tail -n 20 "$work/out"
            fail "$name: $suite"
        fi
    done
}

suites="api plain pool object string members array text error cycle finaliser exit report memory"

if build pools $CC -std=c11 -pedantic -O2 $warnings; then
    run pools
    # A list of ten million nodes dies on a small stack.
    if (ulimit -s 256 && "$work/pools" object) > "$work/out" 2>&1; then pass; else cat "$work/out"; fail "pools: small stack"; fi
    all=$suites
    suites="api object string members array text"
    run pools env DREAM_STRESS=collect
    suites=$all
fi

sanitizer=$CC
command -v clang-14 > /dev/null 2>&1 && sanitizer=clang-14
if build asan $sanitizer -std=c11 -O1 -g -DDR_NO_POOLS=1 -DUNDER_SANITIZER=1 -fsanitize=address,undefined \
    -fsanitize=float-cast-overflow -fno-sanitize-recover=all; then
    all=$suites
    suites="api plain pool object string members array text cycle"
    run asan
    # These fork children that end without cleaning up.
    suites="error finaliser exit report memory"
    run asan env ASAN_OPTIONS=detect_leaks=0
    suites=$all
fi

if build debug $CC -std=c11 -O1 $warnings -DDR_DEBUG_MEMORY=1; then
    run debug
fi

if command -v tcc > /dev/null 2>&1; then
    build tcc tcc && run tcc
fi

# Runtime and program in one file, as --emit-c --standalone writes them.
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
    if command -v "$compiler" > /dev/null 2>&1; then
        if "$compiler" -I"$runtime/include" -I"$runtime/src" "$work/standalone.c" -o "$work/standalone" -lm > "$work/out" 2>&1 &&
            [ "$("$work/standalone")" = "one file" ]; then pass; else cat "$work/out"; fail "standalone: $compiler"; fi
    fi
done

# Every header and source file stands on its own; every mark and prefix is in place.
for file in "$runtime"/src/*.c; do
    if ! $CC -std=c11 -fsyntax-only -I"$runtime/include" $warnings "$file" 2> "$work/out"; then
        cat "$work/out"
        fail "alone: $(basename "$file")"
    fi
done
pass

if [ "${DREAM_LONG:-0}" = 1 ] && command -v valgrind > /dev/null 2>&1; then
    if build plain $CC -std=c11 -O1 -g -DDR_NO_POOLS=1 -DUNDER_SANITIZER=1; then
        suites="api string members array error finaliser exit"
        run plain env DREAM_LONG=0 valgrind -q --error-exitcode=9 --leak-check=full
    fi
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
