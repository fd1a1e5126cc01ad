# Sourced by tools/dreamc and tools/test: makes the machine ready and builds dreamc.
#   setup_packages PKG...   installs the Debian packages that are missing, silent when none is
#   setup_build [TARGET...] configures once, builds build/bin/dreamc (and TARGETs), silent when it works
# All chatter goes to standard error or build/setup.log: standard output belongs to the caller.

# Scripts elsewhere source this too: they say where the tree is, or bash knows which file this is.
DREAM_ROOT=${DREAM_ROOT:-$(CDPATH= cd -- "$(dirname -- "${BASH_SOURCE:-$0}")/.." && pwd)}
DREAM_BUILD=${DREAM_BUILD:-$DREAM_ROOT/build}

# To build dreamc: zlib1g-dev is what LLVM's CMake files ask for and its package does not bring;
# tcc is what `dreamc run` compiles with.
DREAM_PACKAGES="g++ cmake make ninja-build llvm-14-dev zlib1g-dev libfmt-dev catch2 tcc"
# For the tests, on top: a second C compiler with its sanitizers, valgrind, a debugger.
DREAM_TEST_PACKAGES="clang-14 libclang-rt-14-dev valgrind gdb"
# For tools/bench: what compiled Dream is held against.
DREAM_BENCH_PACKAGES="nim libmimalloc-dev"

setup_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0  # no Debian: CMake names what is missing
    missing=
    for package in "$@"; do
        case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
            "install ok installed") ;;
            *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0

    as_root=
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null 2>&1; then
            as_root=sudo
        else
            echo "these packages are missing; run as root: apt-get install$missing" >&2
            exit 2
        fi
    fi
    echo "installing$missing" >&2
    mkdir -p "$DREAM_BUILD"
    # An installed package list can be older than the mirror: only a failure costs an update.
    install="$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends
             -o DPkg::Lock::Timeout=300 $missing"
    if ! $install >"$DREAM_BUILD/setup.log" 2>&1 </dev/null; then
        $as_root apt-get -o DPkg::Lock::Timeout=300 update >>"$DREAM_BUILD/setup.log" 2>&1 </dev/null
        if ! $install >>"$DREAM_BUILD/setup.log" 2>&1 </dev/null; then
            tail -n 20 "$DREAM_BUILD/setup.log" >&2
            echo "could not install$missing (see $DREAM_BUILD/setup.log)" >&2
            exit 2
        fi
    fi
}

setup_build() {
    mkdir -p "$DREAM_BUILD"
    if [ ! -f "$DREAM_BUILD/CMakeCache.txt" ]; then
        generator=
        command -v ninja >/dev/null 2>&1 && generator="-G Ninja"
        echo "building dreamc (once)" >&2
        if ! cmake -S "$DREAM_ROOT" -B "$DREAM_BUILD" $generator ${DREAM_CMAKE_FLAGS:-} \
                >"$DREAM_BUILD/setup.log" 2>&1; then
            cat "$DREAM_BUILD/setup.log" >&2
            rm -f "$DREAM_BUILD/CMakeCache.txt"
            exit 2
        fi
    fi
    if ! cmake --build "$DREAM_BUILD" --parallel "$(nproc)" --target dreamc "$@" \
            >"$DREAM_BUILD/setup.log" 2>&1; then
        # Ninja's and make's progress lines are noise beside the error.
        grep -v '^\[[ 0-9/%]*\] \(Building\|Linking\)' "$DREAM_BUILD/setup.log" >&2
        echo "the build failed" >&2
        exit 2
    fi
}
