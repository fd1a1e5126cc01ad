#!/bin/sh
# Tests dreamc's driver as people and build systems use it: options, exit codes, odd file names, many
# at once, signals, full disks, missing compilers. Usage: driver.sh DREAMC.
# Closing line: "N passed, N failed".
set -u
dreamc=$(CDPATH= cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0
failed=0

# The cache is this test's own; temporaries must all be gone in the end.
mkdir tmp cache
export TMPDIR="$work/tmp" XDG_CACHE_HOME="$work/cache" NO_COLOR=1

cat >hello.dr <<'DREAM'
Console.WriteLine("hello");
DREAM
cat >args.dr <<'DREAM'
func int main(string[] args) {
    foreach (string arg in args) Console.WriteLine("[" + arg + "]");
    return args.Length;
}
DREAM
printf 'int x = "text";\n' >wrong.dr

# expect NAME CODE COMMAND...: the command ends with CODE; its output is left in out and err.
expect() {
    test_name=$1
    code=$2
    shift 2
    "$@" >out 2>err </dev/null
    got=$?
    if [ "$got" -eq "$code" ]; then passed=$((passed + 1)); return 0; fi
    failed=$((failed + 1))
    echo "FAIL $test_name: exit code $got, expected $code: $*"
    sed 's/^/    /' err | head -n 10
    return 1
}

# holds NAME CONDITION...: one test.
holds() {
    test_name=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $test_name: $*"; fi
}
out_is() { [ "$(cat out)" = "$1" ]; }
err_has() { grep -q -- "$1" err; }
# The explanation of code $1 is there, and its examples do what it says.
explained() {
    "$dreamc" --explain "$1" >explanation || return 1
    [ "$(wc -l <explanation)" -gt 3 ] || { echo "$1 is not explained"; return 1; }
    sed -n '/^  wrong:/,/^  right:/s/^      //p' explanation >example.dr
    if [ -s example.dr ]; then
        "$dreamc" check --error-limit=0 example.dr 2>&1 | grep -q "\[$1\]" || { echo "$1: wrong example"; return 1; }
    fi
    sed -n '/^  right:/,$s/^      //p' explanation >example.dr
    [ ! -s example.dr ] || ! "$dreamc" check example.dr 2>&1 | grep -q "error\|\[$1\]"
}
no_leftovers() { [ -z "$(ls -A tmp)" ] && [ -z "$(find cache . -name '.dreamc-*' -o -name 'dreamc-*' | head -n 1)" ]; }

# ---- commands and exit codes -------------------------------------------------------------------
expect "run" 0 "$dreamc" run hello.dr
holds "run prints" out_is hello
holds "run is silent otherwise" [ ! -s err ]
expect "run passes arguments and the exit code on" 3 "$dreamc" run args.dr one "two words" --help
holds "arguments arrive" out_is "[one]
[two words]
[--help]"
expect "-- is not the program's" 2 "$dreamc" run args.dr -- -v @x
holds "arguments behind --" out_is "[-v]
[@x]"
while read -r form; do
    printf '%s\n' "$form" >form.dr
    expect "the program begins at: $form" 5 "$dreamc" run form.dr x
done <<'DREAM'
func main() { Environment.ExitCode = 5; }
func void main() { Environment.ExitCode = 5; }
func int main() { return 5; }
func main(string[] args) { Environment.ExitCode = 4 + args.Length; }
func void main(string[] args) { Environment.ExitCode = 4 + args.Length; }
func int main(string[] args) { return 4 + args.Length; }
int main(string[] args) { return 4 + args.Length; }
class P { static void main() { Environment.ExitCode = 5; } }
class P { public static int main(string[] args) => 4 + args.Length; }
DREAM
expect "options before the command" 0 "$dreamc" --rc=plain run hello.dr
expect "standard input" 0 sh -c "'$dreamc' run - <hello.dr"
holds "standard input runs" out_is hello
expect "build" 0 "$dreamc" hello.dr
holds "default name" [ -x hello ]
expect "the program runs" 0 ./hello
expect "-o" 0 "$dreamc" -O1 -oprog hello.dr
holds "-o glued" [ -x prog ]
expect "-g" 0 "$dreamc" -g -o prog hello.dr
expect "check" 0 "$dreamc" check hello.dr args.dr
holds "check is silent" [ ! -s out ] && [ ! -s err ]
expect "the whole library checks" 0 "$dreamc" check --whole-library hello.dr
expect "check finds errors" 1 "$dreamc" check wrong.dr
holds "place and code" grep -q '^wrong.dr:1:9: error: .*\[E0[0-9]*\]$' err
expect "json" 1 "$dreamc" check --diagnostics=json wrong.dr
holds "json is json" grep -q '^{"file":"wrong.dr","line":1,' err
expect "errors leave no output" 1 "$dreamc" -o wrong wrong.dr
holds "no output" [ ! -e wrong ]

cat >kill.dr <<'DREAM'
extern func int raise(int signal);
raise(15);
DREAM
expect "a signal becomes 128 + n" 143 "$dreamc" run kill.dr

# ---- usage -------------------------------------------------------------------------------------
expect "no input" 2 "$dreamc"
expect "unknown option" 2 "$dreamc" --emti-c hello.dr
holds "did you mean" err_has "did you mean '--emit-c'"
expect "no such file" 2 "$dreamc" check missing.dr
holds "no such file says so" err_has "missing.dr.*No such file"
mkdir tmp.dr
expect "a folder" 2 "$dreamc" check tmp.dr
expect "bad level" 2 "$dreamc" -O7 hello.dr
expect "bad mode" 2 "$dreamc" --rc=none hello.dr
expect "unknown warning" 2 "$dreamc" -Wno-nothing hello.dr
expect "output is input" 2 "$dreamc" -o hello.dr hello.dr
holds "the input is whole" grep -q hello hello.dr
expect "help" 0 "$dreamc" --help
holds "help shows our options only" sh -c '! grep -q "print-options\|debug-pass\|stats" out'
expect "version" 0 "$dreamc" --version
expect "explain" 0 "$dreamc" --explain E0499
expect "explain nothing" 2 "$dreamc" --explain E9999
expect "repeated options" 0 "$dreamc" --debug-memory --debug-memory -o a -o b --emit-c hello.dr
holds "the last one counts" [ -f b ]

# ---- warnings ----------------------------------------------------------------------------------
cat >warns.dr <<'DREAM'
int big = 2147483647 + 1;
if (big < 0);
Console.WriteLine(big);
DREAM
expect "a warning is no error" 0 "$dreamc" run warns.dr
holds "warned" sh -c 'grep -q "W0831" err && grep -q "W0834" err'
holds "the program ran" out_is -2147483648
expect "-Wno-NAME" 0 "$dreamc" check -Wno-constant-overflow warns.dr
holds "one warning less" sh -c '! grep -q "W0831" err && grep -q "W0834" err'
expect "-Wno-NAME twice" 0 "$dreamc" check -Wno-constant-overflow -Wno-empty-body warns.dr
holds "no warning left" [ ! -s err ]
expect "-w" 0 "$dreamc" check -w warns.dr
holds "-w is silent" [ ! -s err ]
expect "-Werror" 1 "$dreamc" -Werror -o warned warns.dr
holds "-Werror leaves no output" [ ! -e warned ]
holds "-Werror says error" err_has "error: .*W0831"
expect "-Werror of what is off" 0 "$dreamc" check -Werror -Wno-constant-overflow -Wno-empty-body warns.dr
expect "misspelt warning" 2 "$dreamc" check -Wno-empty-bodies warns.dr
holds "did you mean that warning" err_has "did you mean '-Wno-empty-body'"
expect "explain a warning" 0 "$dreamc" --explain W0834
holds "its switch" grep -q -- "-Wno-empty-body" out

# ---- emitted C ---------------------------------------------------------------------------------
expect "emit C" 0 "$dreamc" --emit-c hello.dr
holds "next to nothing else" [ -f hello.c ]
expect "emit to standard output" 0 "$dreamc" --emit-c -o - hello.dr
cp out stdout.c
holds "same text" cmp -s stdout.c hello.c
expect "runtime folder" 0 "$dreamc" --runtime-dir
runtime=$(cat out)
expect "by hand" 0 cc -w -I"$runtime/include" hello.c "$runtime/libdream.a" -lm -o byhand
expect "by hand runs" 0 ./byhand
holds "by hand prints" out_is hello
expect "standalone" 0 "$dreamc" --emit-c --standalone -o alone.c hello.dr
expect "standalone builds alone" 0 cc -w alone.c -lm -o alone
expect "standalone runs" 0 ./alone
holds "standalone prints" out_is hello
expect "dependencies" 0 "$dreamc" -MD -MF deps.d -o prog hello.dr
holds "rule" grep -q '^prog:.*' deps.d
for phase in tokens ast typed ir rc c; do expect "dump $phase" 0 "$dreamc" --dump=$phase hello.dr; done

# ---- C beside Dream ----------------------------------------------------------------------------
cat >helper.c <<'C'
#include <string.h>
int helper(int x) { return x + (int)strlen(strdup("12")); }
C
cat >calls.dr <<'DREAM'
extern func int helper(int x);
Console.WriteLine(helper(40));
DREAM
expect "a C file" 0 "$dreamc" -o calls calls.dr helper.c
expect "a C file runs" 0 ./calls
holds "C answers" out_is 42
cc -c helper.c && ar rcs libhelper.a helper.o
expect "an object" 0 "$dreamc" -o calls calls.dr helper.o
expect "a library" 0 "$dreamc" -o calls calls.dr -L. -lhelper
expect "a missing function" 71 "$dreamc" -o calls2 calls.dr
holds "the C is kept" grep -q 'generated C is kept in' err
holds "the kept file is there" [ -f "$(sed -n 's/.*generated C is kept in //p' err)" ]
holds "no output under its name" [ ! -e calls2 ]
rm -rf tmp/*

# ---- modules ------------------------------------------------------------------------------------
mkdir -p modules/inc/lib && cd modules || exit 2
printf 'export func int f() { return 7; }\nexport int n = 1;\n' >inc/lib/util.dr
printf 'import lib.util;\nutil.n++;\nConsole.WriteLine(util.f() + lib.util.n);\n' >main.dr
expect "a module that is nowhere" 1 "$dreamc" check main.dr
holds "says where it looked" err_has "searched in '.'"
expect "-I finds modules" 0 "$dreamc" run -I inc main.dr
holds "the module ran" out_is 9
expect "from standard input" 0 sh -c "'$dreamc' run -Iinc - <main.dr"
holds "the module ran for standard input" out_is 9
printf 'import second;\nConsole.WriteLine(second.f() + third());\n' >first.dr
printf 'Console.WriteLine("second");\nexport func int f() { return 5; }\n' >second.dr
printf 'func int third() { return 7; }\n' >third.dr
expect "several files" 0 "$dreamc" -o several first.dr second.dr third.dr
expect "run several files" 0 ./several
holds "one that another imports is a module" out_is "second
12"
expect "not the first one" 1 "$dreamc" check second.dr first.dr third.dr
expect "dependencies of modules" 0 "$dreamc" -I inc -MD -MF deps.d -o prog main.dr
holds "each file read is named" grep -q 'inc/lib/util.dr' deps.d
ln -s inc/lib/util.dr linked.dr
printf 'import lib.util;\nimport linked;\nlinked.n++;\nConsole.WriteLine(util.n);\n' >links.dr
expect "a link is the same module" 0 "$dreamc" run -Iinc -Iinc/../inc links.dr
holds "it has one state" out_is 2
mkdir folder.dr
printf 'import folder;\n' >dir.dr
expect "a folder is no module" 1 "$dreamc" check dir.dr
holds "it says so" err_has "Is a directory.*E0721"
printf 'import two;\nConsole.WriteLine(two.x());\n' >one.dr
printf 'export func x() { return 5; }\n' >two.dr
expect "an imported file on the command line" 0 "$dreamc" -o one one.dr two.dr
expect "it is a module" 0 ./one
holds "and runs" out_is 5
cd ..

# ---- explanations and call stacks ---------------------------------------------------------------
for code in $("$dreamc" --explain all | sed -n 's/^[a-z]* \([EW][0-9]*\):.*/\1/p'); do
    holds "$code is explained" explained "$code"
done
printf 'func f(int a) { if (a == 0) throw "deep"; f(a - 1); }\nf(1);\n' >deep.dr
expect "an unhandled exception" 1 "$dreamc" run -g deep.dr
holds "its call stack" sh -c "tr '\\n' '|' <err | grep -q 'deep|  at f (deep.dr:1)|  at f (deep.dr:1)|  at main (deep.dr:2)|'"
expect "in a release build" 1 "$dreamc" run deep.dr
holds "the place alone" sh -c "[ \"\$(grep -c '  at ' err)\" = 1 ]"

# ---- odd names ---------------------------------------------------------------------------------
for name in "-dash.dr" "with space.dr" "quote'.dr" 'dollar$HOME.dr' 'semi;touch owned.dr' "ümlaut.dr" 'back\slash.dr' '%s.dr' '"q".dr'; do
    cp hello.dr "./$name"
    expect "name $name" 0 "$dreamc" -o odd "./$name"
    expect "runs $name" 0 "$dreamc" run "./$name"
    rm -f "./$name"
done
holds "nothing was executed" [ ! -e owned.dr ] && [ ! -e owned ]
newline=$(printf 'new\nline.dr')
cp hello.dr "$newline"
expect "name with a newline" 0 "$dreamc" -g -o odd "./$newline"

# ---- compilers ---------------------------------------------------------------------------------
expect "named compiler" 0 "$dreamc" run --cc=gcc hello.dr
expect "compiler with words" 0 "$dreamc" run --cc="gcc -O1" hello.dr
# Where a stack ended is said whatever compiled the program, and not at all without symbols.
cat >deep.dr <<'DREAM'
func string depth(int n) { return depth(n + 1) + depth(n * 2); }
Console.WriteLine(depth(0));
DREAM
for cc in gcc clang tcc; do
    command -v $cc >/dev/null || continue
    expect "stack overflow, $cc" 1 "$dreamc" run --cc=$cc deep.dr
    holds "its place, $cc" err_has "^  at depth (deep.dr:1)$"
done
expect "build to be stripped" 0 "$dreamc" -o deep deep.dr
strip deep
expect "stack overflow, stripped" 1 ./deep
holds "no place" [ "$(cat err)" = "stack overflow" ]
expect "missing compiler" 71 "$dreamc" run --cc=no-such-cc hello.dr
expect "failing compiler" 71 "$dreamc" -o prog2 --cc=false hello.dr
holds "failing compiler leaves nothing" [ ! -e prog2 ]
rm -rf tmp/*
mkdir bin
expect "no compiler at all" 71 env PATH="$work/bin" "$dreamc" run hello.dr
holds "no compiler says so" err_has "no C compiler"

# ---- places that cannot be written --------------------------------------------------------------
# What is no regular file is written through, and stays what it was. (/dev/null itself proves nothing:
# there are machines on which somebody has replaced it by a file.)
mkfifo pipe
cat pipe >piped &
expect "output into a pipe" 0 "$dreamc" --emit-c -o pipe hello.dr
wait $!
holds "the pipe stays a pipe" [ -p pipe ]
holds "the pipe has it" grep -q "^int main" piped
cat pipe >piped &
expect "a program into a pipe" 0 "$dreamc" -o pipe hello.dr
wait $!
holds "the pipe is still one" [ -p pipe ]
chmod +x piped
expect "the program that came out" 0 ./piped
expect "/dev/null as output" 0 "$dreamc" -o /dev/null hello.dr
expect "/dev/full" 2 "$dreamc" --emit-c -o /dev/full hello.dr
expect "standard output full" 2 sh -c "'$dreamc' --emit-c -o - hello.dr >/dev/full"
expect "no such folder" 2 "$dreamc" -o no/such/prog hello.dr
mkdir folder
expect "output is a folder" 2 "$dreamc" -o folder hello.dr
ln -s elsewhere link
expect "output is a symlink" 0 "$dreamc" -o link hello.dr
expect "no cache" 0 env XDG_CACHE_HOME=/proc/none HOME=/proc/none "$dreamc" run hello.dr
rm -rf tmp/dream-*

# ---- a debugger ---------------------------------------------------------------------------------
cat >step.dr <<'DREAM'
func int twice(int n) {
    int result = n * 2;
    result += 1;
    return result;
}
Console.WriteLine(twice(4));
DREAM
expect "-g for gdb" 0 "$dreamc" -g -O0 step.dr -o step
expect "gdb" 0 gdb -batch -nx -ex 'break step.dr:3' -ex run -ex 'print result' -ex next -ex 'print result' \
    -ex backtrace ./step
holds "gdb stops at Dream's line and shows it" grep -q '^3.*result += 1;' out
holds "gdb shows Dream's variables" grep -q '= 8$' out
holds "gdb steps to the next line" grep -q '^4.*return result;' out
holds "gdb has seen it run" grep -q '= 9$' out
holds "gdb names Dream's functions" grep -q 'twice (n=4) at .*step.dr:4' out

# ---- programs that run keeps --------------------------------------------------------------------
printf '#!/bin/sh\necho >>"%s/calls"\nexec gcc "$@"\n' "$work" >counting-cc
chmod +x counting-cc
run_kept() { rm -f calls && expect "$1" 0 "$dreamc" run --cc=./counting-cc kept.dr && shift && holds "its output" out_is "$@"; }
printf 'Console.WriteLine("one");\n' >kept.dr
run_kept "a program is built" "one"
holds "by the C compiler" [ -e calls ]
run_kept "the same program again" "one"
holds "without the C compiler" [ ! -e calls ]
printf '  Console.WriteLine("two");\n' >kept.dr
run_kept "another program is built" "two"
holds "by the C compiler" [ -e calls ]
expect "other options" 0 "$dreamc" run --cc=./counting-cc -O1 kept.dr
printf 'int n = 0; Console.WriteLine(1 / n);\n' >kept.dr
expect "a program that fails" 1 "$dreamc" run kept.dr
expect "fails again" 1 "$dreamc" run kept.dr
for i in $(seq 150); do touch -d "2001-01-01" "cache/dream/programs/old$i"; done
printf 'Console.WriteLine("three");\n' >kept.dr
run_kept "one more program" "three"
holds "a hundred programs are kept" [ "$(find cache/dream/programs -type f | wc -l)" = 100 ]
run_kept "the newest among them" "three"
holds "without the C compiler" [ ! -e calls ]
# ---- programs in C and C++ ----------------------------------------------------------------------
cat >shapes.dr <<'DREAM'
export struct Size { int w; double h; }
export class Shape {
    string name;
    int[] sides;
    Shape(string name, int[] sides) { this.name = name; this.sides = sides; }
}
int made = 0;
string greeting = "hello " + "you";
export func Shape create(string name, int[] sides) { made++; return new Shape(name, sides); }
export func string describe(Shape s) { return s == null ? null : s.name + " " + s.sides.Length; }
export func int total(Shape s) { int sum = 0; foreach (int n in s.sides) sum += n; return sum; }
export func int[] sides_of(Shape s) { return s.sides; }
export func Size grow(Size s, double by) { s.h += by; return s; }
export func int count(string text, ref int calls) { calls++; return text == null ? -1 : text.Length; }
export func string greet() => greeting;
export func int abs(int x) => x < 0 ? -x : x;
export func int many(int a, params int[] rest) => a + rest.Length;
export func T same<T>(T x) => x;
export func int divide(int a, int b) => a / b;
func hidden() { }
DREAM
cat >main.c <<'C'
#include <stdio.h>
#include <string.h>
#include "shapes.h"
int main(int argc, char** argv) {
    (void)argv;
    dr_start();
    int* sides = (int*)dr_alloc_array(sizeof(int), 3);
    sides[0] = 3; sides[1] = 4; sides[2] = 5;
    char text[8] = "tri";
    Shape* s = create(text, sides);
    strcpy(text, "xxx");
    dr_release_array(sides);
    char* d = describe(s);
    int* again = sides_of(s);
    printf("%s %d %d\n", d, total(s), again[2]);
    dr_release_array(again);
    dr_release_string(d);
    dr_retain_object(s);
    dr_release_object(s);
    dr_release_object(s);
    Size size = {1, 2.5};
    size = grow(size, 0.5);
    int calls = 0;
    int length = count("four", &calls);
    int none = count(NULL, &calls);
    printf("%d %g %d %d %d\n", size.w, size.h, length, none, calls);
    d = greet();
    printf("%s %d %d\n", d, describe(NULL) == NULL, abs_(-7));
    dr_release_string(d);
    if (argc > 1) divide(1, 0);
    return dr_exit(0);
}
C
expect "a library" 0 "$dreamc" --library shapes.dr --emit-header shapes.h
holds "what the header lacks" [ "$(grep -c W0690 err)" = 1 ]
holds "is named" err_has "'same' is not in the header: C cannot be told what its type parameters stand for"
cat >left_out.dr <<'DREAM'
export struct Named { string name; int n; }
export func int count(Named n) { return n.n; }
export func Named make() { return new Named(); }
export func call(func int(int) f) { f(1); }
export func int grow(ref int n, ref string s) { return n++; }
export func int fine(int[] list, string s, ref int n) { return n; }
DREAM
expect "left out of a header" 0 "$dreamc" check --emit-header left_out.h left_out.dr
holds "each is named" [ "$(grep -o "'[a-z]*' is not in the header: C cannot be told '.*'" err | tr '\n' ';')" = \
    "'count' is not in the header: C cannot be told 'Named';'make' is not in the header: C cannot be told 'Named';'call' is not in the header: C cannot be told 'func int(int)';'grow' is not in the header: C cannot be told 'string';" ]
expect "without a header nobody minds" 0 "$dreamc" check left_out.dr
holds "no warning" [ ! -s err ]
expect "C links it" 0 cc -std=c11 -Wall -Wextra -Werror main.c libshapes.a -lm -o shapes
expect "C calls Dream" 0 ./shapes
holds "what C prints" out_is "tri 3 12 5
1 3 4 -1 2
hello you 1 7"
expect "an exception that reaches C" 1 ./shapes throw
holds "says what it is" err_has "Unhandled Dream exception: .*zero"
holds "what C is not told" [ "$(grep -c 'same\|hidden' shapes.h)" = 0 ]
holds "C++ words" [ "$(grep -c 'extern "C"' shapes.h)" = 1 ]
if command -v c++ >/dev/null; then
    expect "C++ links it" 0 c++ -Wall -Wextra -Werror -x c++ main.c -x none libshapes.a -lm -o shapes
    expect "C++ calls Dream" 0 ./shapes
fi
expect "a library that counts" 0 "$dreamc" --library --debug-memory shapes.dr -o shapes.a
expect "C links that" 0 cc main.c shapes.a -lm -o shapes
expect "C calls that" 0 ./shapes
holds "nothing is left" err_has "Active objects at exit: 0"
expect "an object" 0 "$dreamc" --library shapes.dr -o shapes.o
expect "an object and the runtime" 0 cc main.c shapes.o "$("$dreamc" --runtime-dir)/libdream.a" -lm -o shapes
expect "C calls the object" 0 ./shapes
expect "run a library" 2 "$dreamc" run --library shapes.dr

# ---- many at once, and signals ------------------------------------------------------------------
rm -rf cache/*
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
    (
        printf 'Console.WriteLine(%s);\n' "$i" >"many$i.dr"
        "$dreamc" run "many$i.dr" >"many$i.out" 2>&1
    ) &
done
wait
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do holds "many at once: $i" [ "$(cat "many$i.out")" = "$i" ]; done
holds "many at once leave nothing" no_leftovers

for delay in 0.005 0.02 0.05 0.1 0.2 0.4; do
    rm -f victim
    "$dreamc" -O2 -o victim hello.dr >/dev/null 2>&1 &
    pid=$!
    sleep $delay
    kill -TERM $pid 2>/dev/null
    wait $pid 2>/dev/null
    [ -e victim ] || printf '#!/bin/sh\n' >victim && chmod +x victim
    expect "a program that is there is whole" 0 ./victim
    holds "SIGTERM after $delay s leaves nothing" no_leftovers
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
