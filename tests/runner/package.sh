#!/bin/sh
# Tests what is installed: by cmake --install and by the Debian package, each from a folder that is
# nowhere near the source. Usage: package.sh BUILD. Closing line: "N passed, N failed".
set -u
build=$(CDPATH= cd -- "$1" && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export XDG_CACHE_HOME="$work/cache"
passed=0
failed=0

# holds NAME COMMAND...: one test.
holds() {
    name=$1
    shift
    if "$@" >log 2>&1; then passed=$((passed + 1)); return 0; fi
    failed=$((failed + 1))
    echo "FAIL $name: $*"
    sed 's/^/    /' log | tail -n 10
}

# The words that bash offers after those given, as if Tab was pressed.
offers() {
    expected=$1
    shift
    # shellcheck disable=SC2016
    bash -c '. "$1"; shift; compopt() { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dreamc
             printf "%s\n" "${COMPREPLY[@]}"' bash "$prefix/share/bash-completion/completions/dreamc" dreamc "$@" |
        grep -qx -- "$expected"
}

works_in() {
    prefix=$1
    printf 'Console.WriteLine("hello");\n' >hello.dr
    holds "it builds" "$prefix/bin/dreamc" hello.dr -o hello
    holds "what it built runs" [ "$(./hello)" = hello ]
    holds "an example" sh -c "'$prefix/bin/dreamc' run '$prefix/share/doc/dreamc/examples/hello.dr' >/dev/null"
    holds "the manual page" grep -q 'debug.*memory' "$prefix/share/man/man1/dreamc.1"
    if command -v man >/dev/null; then
        holds "man takes it" sh -c "MANWIDTH=80 man --warnings -l '$prefix/share/man/man1/dreamc.1' 2>&1 >page | grep . ; grep -q 'EXIT STATUS' page"
    fi
    holds "bash: an option" offers "--debug-memory" --debug
    holds "bash: a value" offers "plain" --rc = pl
    holds "bash: a command" offers "run" r
    holds "bash: a file" offers "hello.dr" run he
    holds "bash: a warning" offers "-Wno-unused-variable" -Wno-unused
    for shell in zsh fish; do
        script=$prefix/share/zsh/site-functions/_dreamc
        [ $shell = zsh ] || script=$prefix/share/fish/vendor_completions.d/dreamc.fish
        holds "$shell: it names the options" grep -q 'debug-memory' "$script"
        if command -v $shell >/dev/null; then holds "$shell: it parses" $shell -n "$script"; fi
    done
}

holds "cmake --install" cmake --install "$build" --prefix "$work/usr"
works_in "$work/usr"

holds "cpack" cpack -G DEB --config "$build/CPackConfig.cmake" -B "$work/pack"
holds "the package is there" [ -f "$(echo pack/dreamc_*.deb)" ]
holds "it unpacks" dpkg-deb -x pack/dreamc_*.deb unpacked
holds "it says what it needs" sh -c "dpkg-deb -f pack/dreamc_*.deb Depends | grep -q libc6-dev"
works_in "$work/unpacked/usr"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
