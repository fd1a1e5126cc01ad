// The ownership verifier: what it must reject, one rule at a time, and what it must let pass.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ir/read.h"
#include "ir/verify.h"
#include "rc/balance.h"

using namespace dream;
// Not the whole namespace: its Catch would hide the test library's.
using dream::ir::Module;
using dream::ir::Stage;
using dream::ir::read;
using dream::ir::verify;

namespace {

// The messages for function `f` with this parameter list and body; `rest` is what follows its body.
std::vector<std::string> judge(const std::string& params, const std::string& body, const std::string& rest = "}",
                               const std::string& effects = "throws releases stores") {
    std::string text = R"(class Exception { message: string }
class Node { next: Node  name: string  items: int[] }
class Guard destructor { name: string  inner: Node }
struct Pair { first: string  second: string }
exception Exception
runtime_fn dr_print(string) -> void
runtime_fn dr_run(string) -> void releases
global last: Node
fn make() -> string effects() {
    own s: string
    s = concat "a", "b"
    return move s
}
fn eat(own s: string) -> void effects() {
    release s
}
fn eat_node(own n: Node) -> void effects() {
    release n
}
fn change(borrow n: Node, borrow s: string) -> void effects(stores) {
    own old: string temp
    old = take n.name
    store n.name = retain s
    release old
}
fn change_ref(ref own s: string, borrow t: string) -> void effects(stores) {
    own old: string temp
    old = take s
    store s = retain t
    release old
}
fn risky(borrow s: string) -> string effects(throws) {
    check_char s, 0 throws
    return retain s
}
fn f()" + params + ") -> void effects(" + effects + ") {\n" + body + "\n" + rest + "\n";
    Types types;
    Arena arena;
    std::string error;
    std::optional<Module> module = read(text, types, arena, &error);
    INFO(error);
    REQUIRE(module);
    for (const std::string& message : verify(*module, Stage::Counted)) FAIL_CHECK(message);
    return rc::balance(*module);
}

// Some message contains `part`.
bool says(const std::vector<std::string>& messages, std::string_view part) {
    for (const std::string& message : messages)
        if (message.find(part) != std::string::npos) return true;
    for (const std::string& message : messages) UNSCOPED_INFO(message);
    return false;
}

bool is_fine(const std::vector<std::string>& messages) {
    for (const std::string& message : messages) UNSCOPED_INFO(message);
    return messages.empty();
}

}  // namespace

TEST_CASE("balance: the goldens of rc are fine", "[balance]") {
    for (const auto& entry : std::filesystem::directory_iterator(DREAM_ROOT "/tests/golden/rc")) {
        if (entry.path().extension() != ".drir") continue;
        std::ifstream in(entry.path());
        std::stringstream text;
        text << in.rdbuf();
        Types types;
        Arena arena;
        std::string error;
        std::optional<Module> module = read(text.str(), types, arena, &error);
        INFO(entry.path().string() << ": " << error);
        REQUIRE(module);
        CHECK(is_fine(rc::balance(*module)));
    }
}

TEST_CASE("balance: each unit once", "[balance]") {
    CHECK(says(judge("", "own s: string\ns = call make()"), "[owned-once] in fn f: local 's' still holds its unit (`s = call make()`) when it is left: at `block`"));
    CHECK(says(judge("", "own s: string\ns = call make()\nrelease s\nrelease s"), "local 's' is released after its unit is gone (`release s`): at `release s`"));
    CHECK(says(judge("", "own s: string\nrelease s"), "is released before it is set"));
    CHECK(says(judge("", "own s: string\ns = call make()\nrelease s\nruntime dr_print(s)"), "is used after its unit is gone"));
    CHECK(says(judge("", "own s: string\ns = call make()\ncall eat(move s)\nruntime dr_print(s)"), "is used after its unit is gone (`call eat(move s)`)"));
    CHECK(says(judge("", "own s: string\ns = call make()\ns = call make()\nrelease s"), "is overwritten while it still holds its unit"));
    CHECK(says(judge("", "own s: string\ns = call make()\ncall eat(s)"), "given away without a unit"));
    CHECK(says(judge("borrow s: string", "release s"), "is released, but is no owning local"));
    CHECK(says(judge("borrow s: string", "call eat(move s)"), "is moved, but is no owning local"));
    CHECK(says(judge("borrow s: string", "runtime dr_print(retain s)"), "retained for an operand that is only borrowed"));
    CHECK(says(judge("own s: string", ""), "local 's' still holds"));
    CHECK(says(judge("borrow s: string", "own t: string\nt = retain s\ncall eat(retain t)"), "local 't' still holds"));
}

TEST_CASE("balance: joins and loops", "[balance]") {
    CHECK(says(judge("plain c: bool", "own s: string\ns = call make()\nif c {\ncall eat(move s)\n}\nrelease s"), "after its unit is gone on some path"));
    CHECK(says(judge("plain c: bool", "own s: string\ns = call make()\nif c {\ncall eat(move s)\n}"), "may still hold"));
    CHECK(says(judge("plain c: bool", "own s: string\nif c {\ns = call make()\n}\nrelease s"), "before it is set on some path"));
    CHECK(is_fine(judge("plain c: bool", "own s: string\ns = null:string\nif c {\ns = call make()\n}\nrelease s", "}", "")));
    CHECK(says(judge("plain n: int", "own s: string\ns = call make()\nloop {\nwhile n < 3\nbody {\ncall eat(move s)\n}\n}"), "used after its unit is gone on some path"));
    CHECK(says(judge("plain n: int", "own s: string\nloop {\nwhile n < 3\nbody {\ns = call make()\n}\n}\nrelease s"), "is overwritten while it may still hold"));
    CHECK(says(judge("plain n: int", "loop L1 {\nwhile n < 3\nbody {\nown s: string\ns = call make()\nif n == 1 {\nbreak L1\n}\nrelease s\n}\n}"), "local 's' still holds its unit (`s = call make()`) when it is left: at `break L1`"));
    CHECK(says(judge("plain n: int", "own s: string\ns = call make()\nif n == 1 {\nreturn\n}\nrelease s"), "when it is left: at `return`; path: then of `if n == 1`"));
    CHECK(says(judge("plain n: int", "own s: string\ns = call make()\nswitch L1: n {\ncase 1 {\nrelease s\n}\ndefault {\nrelease s\n}\n}"), "released after its unit is gone on some path"));
}

TEST_CASE("balance: exceptions", "[balance]") {
    CHECK(says(judge("borrow s: string", "own t: string\nt = retain s\ncheck_char s, 1 throws\nrelease t"),
               "[unwind] in fn f: local 't' still holds its unit (`t = retain s`) when an exception leaves its region: throwing at `check_char s, 1 throws`"));
    CHECK(is_fine(judge("borrow s: string", "own t: string\nt = retain s\ncheck_char s, 1 throws\nrelease t", "} unwind {\nrelease t\n}", "throws")));
    CHECK(says(judge("borrow s: string", "own t: string\nt = retain s\ncheck_char s, 1 throws\nrelease t\ncheck_char s, 2 throws", "} unwind {\nrelease t\n}"),
               "unwinding releases local 't', whose unit is gone (`release t`): throwing at `check_char s, 2 throws`"));
    CHECK(is_fine(judge("borrow s: string", "own t: string\nt = retain s\ncheck_char s, 1 throws\nrelease t\nt = null:string\ncheck_char s, 2 throws", "} unwind {\nrelease t\n}", "throws")));
    CHECK(says(judge("borrow s: string", "check_char s, 1 throws", "} unwind {\nrelease s\n}"), "no release of an owning local"));
    // The operand is consumed on the throwing edge too.
    CHECK(says(judge("borrow e: Exception", "own x: Exception\nx = retain e\nthrow move x throws", "} unwind {\nrelease x\n}"), "whose unit is gone"));
    // A handler sees every state of its try.
    CHECK(says(judge("borrow s: string", "own t: string\ntry {\ncheck_char s, 1 throws\nt = retain s\ncheck_char s, 2 throws\n} catch Exception e {\nown e: Exception\nrelease e\n}\nrelease t"),
               "released before it is set on some path"));
    CHECK(says(judge("borrow s: string", "try {\ncheck_char s, 1 throws\n} catch Exception e {\nown e: Exception\n}"), "local 'e' still holds"));
    CHECK(says(judge("borrow s: string", "own t: string\nt = retain s\ntry {\ncheck_char s, 1 throws\nrelease t\n} finally {\nrelease t\n}"), "released after its unit is gone"));
    CHECK(is_fine(judge("borrow s: string", "own t: string\nt = retain s\ntry {\ncheck_char s, 1 throws\n} finally {\nrelease t\n}", "}", "throws")));
    // A loop comes back to a dangling variable that its unwinding would release.
    CHECK(says(judge("borrow s: string", "loop {\nwhile len(s) > 1\nbody {\nown t: string\nt = call risky(s) throws\ncheck_char t, 1 throws\nrelease t\n}\n}", "} unwind {\nrelease t\n}"),
               "unwinding releases local 't', whose unit is gone"));
}

TEST_CASE("balance: borrows", "[balance]") {
    std::string prelude = "borrow b: string\nb = n.name\n";
    CHECK(is_fine(judge("borrow n: Node", prelude + "runtime dr_print(b)", "}", "")));
    CHECK(says(judge("borrow n: Node", prelude + "call change(n, \"x\")\nruntime dr_print(b)"), "[borrow] in fn f: borrow 'b' is used although it was read from mutable memory"));
    CHECK(says(judge("borrow n: Node", prelude + "call change(n, b)"), "'b' is borrowed from memory that the operation may overwrite"));
    CHECK(says(judge("borrow n: Node", "call change(n, n.name)"), "'n.name' is borrowed from memory"));
    CHECK(says(judge("borrow n: Node", "runtime dr_run(n.name)"), "'n.name' is borrowed from memory"));
    CHECK(says(judge("borrow n: Node, borrow m: Node", prelude + "own old: string\nold = take m.name\nstore m.name = \"x\"\nrelease old\nruntime dr_print(b)"), "the place it was read from was overwritten"));
    // What is taken out of the place holds what was read there, while it lasts.
    CHECK(is_fine(judge("borrow n: Node, borrow m: Node", "borrow c: Node\nown old: Node\nc = n.next\nold = take m.next\nstore m.next = retain c\nrelease old", "}", "stores")));
    CHECK(says(judge("borrow n: Node, borrow m: Node", "borrow c: Node\nown old: Node\nc = n.next\nold = take m.next\nrelease old\nstore m.next = retain c"), "its lender 'old' was released"));
    CHECK(says(judge("borrow n: Node", "borrow b: string\nown t: string\nb = n.name\nt = take n.name\nt = append move t, b\nstore n.name = move t"), "which the same operation takes over"));
    // The same where the place may be what a reference refers to.
    CHECK(is_fine(judge("ref own r: Node, borrow m: Node", "borrow c: Node\nown old: Node\nc = r.next\nold = take m.next\nstore m.next = retain c\nrelease old", "}", "stores")));
    // Another field of the same object is no overlap.
    CHECK(is_fine(judge("borrow n: Node, borrow m: Node", prelude + "own old: Node\nold = take m.next\nstore m.next = null:Node\nrelease old\nruntime dr_print(b)", "}", "stores")));
    CHECK(says(judge("own g: Guard, borrow n: Node", prelude + "release g\nruntime dr_print(b)"), "it was read from mutable memory and may have been overwritten by a destructor"));
    CHECK(is_fine(judge("own g: Node, borrow n: Node", prelude + "release g\nruntime dr_print(b)", "}", "")));
    // The lender must last.
    CHECK(says(judge("own s: string", "borrow b: string\nb = s\nrelease s\nruntime dr_print(b)"), "its lender 's' was released"));
    CHECK(says(judge("own n: Node", "borrow b: string\nb = n.name\ncall eat_node(move n)\nruntime dr_print(b)"), "its lender 'n' was moved away"));
    CHECK(says(judge("borrow s: string", "borrow b: string\n{\nown t: string\nt = retain s\nb = t\nrelease t\n}\nruntime dr_print(b)"), "its lender 't'"));
    CHECK(is_fine(judge("own s: string", "borrow b: string\nown t: string\nb = s\nt = move s\nruntime dr_print(b)\nrelease t", "}", "")));
    CHECK(says(judge("own s: string, borrow t: string", "borrow b: string\nb = s\ncall change_ref(ref s, t)\nruntime dr_print(b)\nrelease s"), "its lender 's' was passed by reference"));
    CHECK(says(judge("own s: string", "call change_ref(ref s, s)\nrelease s"), "which the same operation takes over"));
    CHECK(says(judge("borrow n: Node, borrow s: string", "call change_ref(ref n.next.name, s)"), "'n.next' is borrowed from memory"));
    // A cursor over a list that something writes.
    CHECK(says(judge("borrow n: Node", "borrow c: Node\nc = n.next\nloop {\nwhile c != null:Node\nbody {\ncall change(n, \"x\")\nc = c.next\n}\n}"), "is used although"));
}

TEST_CASE("balance: places", "[balance]") {
    CHECK(says(judge("borrow n: Node", "store n.name = \"x\""), "[store-empty] in fn f: 'n.name' may still hold a unit that the store overwrites"));
    CHECK(says(judge("", "own n: Node\nn = new Node\nstore n.name = \"x\"\nstore n.name = \"y\"\nrelease n"), "may still hold a unit"));
    CHECK(says(judge("", "own n: Node\nown m: Node\nn = new Node\nm = retain n\nstore n.name = \"x\"\nrelease m\nrelease n"), "may still hold a unit"));
    CHECK(says(judge("borrow n: Node", "own old: string\nold = take n.name\nrelease old"), "the unit of 'n.name' was taken"));
    CHECK(says(judge("borrow n: Node", "own old: string\nold = take n.name\nruntime dr_print(n.name)\nstore n.name = \"x\"\nrelease old"), "was taken"));
    CHECK(says(judge("borrow n: Node", "own t: string\nt = take n.name\nt = append move t, n.name\nstore n.name = move t"), "[store-empty]"));
    CHECK(says(judge("", "own p: Pair\np = zero:Pair\nstore p.first = \"x\"\nstore p.first = \"y\"\nrelease p"), "may still hold a unit"));
    CHECK(says(judge("borrow s: string", "own p: Pair\np = zero:Pair\nstore p.first = retain s"), "local 'p' still holds"));
    CHECK(says(judge("ref own s: string, borrow t: string", "store s = retain t"), "may still hold a unit"));
    CHECK(says(judge("borrow n: Node", "own old: Node\nold = take @last\nstore @last = retain n\nrelease old", "}", ""), "its summary lacks 'stores'"));
}

TEST_CASE("balance: arrays", "[balance]") {
    CHECK(says(judge("own a: int[]", "store a[0] = 1\nrelease a"), "[unique] in fn f: array 'a' is written, but others may share it"));
    CHECK(is_fine(judge("own a: int[]", "make_unique a\nstore a[0] = 1\nrelease a", "}", "")));
    CHECK(says(judge("borrow a: int[]", "make_unique a\nstore a[0] = 1"), "'a' is only borrowed: it cannot be made unique"));
    CHECK(says(judge("borrow a: int[][]", "make_unique a[0]"), "[unique]"));
    CHECK(says(judge("own a: int[]", "own b: int[]\nmake_unique a\nb = retain a\nstore a[0] = 1\nrelease b\nrelease a"), "[unique]"));
    CHECK(says(judge("own a: int[]", "borrow b: int[]\nb = a\nmake_unique a\nstore a[0] = b[0]\nrelease a"), "the array that it refers to was made unique"));
    CHECK(says(judge("own a: int[]", "borrow b: int[]\nmake_unique a\nb = a\nstore a[0] = 1\nstore a[1] = len(b)\nrelease a"), "was overwritten"));
    CHECK(says(judge("own a: int[][]", "make_unique a[0]\nmake_unique a\nstore a[0][0] = 1\nrelease a"), "[unique]"));
    CHECK(is_fine(judge("own a: int[][]", "make_unique a\nmake_unique a[0]\nstore a[0][0] = 1\nrelease a", "}", "")));
    CHECK(says(judge("own a: int[][], plain i: int", "make_unique a\nmake_unique a[i]\ni = i + 1\nstore a[i][0] = 1\nrelease a"), "[unique]"));
    CHECK(says(judge("borrow n: Node, borrow s: string", "make_unique n.items\ncall change(n, s)\nstore n.items[0] = 1"), "[unique]"));
    CHECK(says(judge("own a: string[]", "borrow b: string\nown old: string\nmake_unique a\nb = a[0]\nold = take a[1]\nstore a[1] = \"x\"\nrelease old\nruntime dr_print(b)\nrelease a"), "the place it was read from was overwritten"));
    CHECK(says(judge("borrow s: string", "own a: string[]\na = new_array(string) 2 fatal\nstore a[0] = retain s\nstore a[0] = retain s\nrelease a"), "may still hold a unit"));
}

TEST_CASE("balance: summaries", "[balance]") {
    CHECK(says(judge("borrow s: string", "check_char s, 0 throws", "}", ""), "[effects] in fn f: its summary lacks 'throws'"));
    CHECK(says(judge("borrow s: string", "check_char s, 0"), "may throw, but is not marked so"));
    CHECK(says(judge("borrow n: Node", "call change(n, \"x\")", "}", ""), "lacks 'stores'"));
    CHECK(says(judge("own g: Guard", "release g", "}", ""), "lacks 'releases'"));
    CHECK(is_fine(judge("own n: Node", "release n", "}", "")));
    CHECK(says(judge("borrow s: string", "own t: string\nt = call risky(s)\nrelease t"), "may throw, but is not marked so"));
}

TEST_CASE("balance: faults that end the program", "[balance]") {
    // What the program says of `risky`, whose fault ends it, when `f` has this body.
    auto check = [](const std::string& classes, const std::string& body) {
        std::string text = "class Exception { message: string }\n" + classes + R"(exception Exception
fn risky(borrow s: string) -> void effects() {
    check_char s, 0 fatal
}
fn between(borrow s: string) -> void effects() {
    call risky(s)
}
fn f(borrow s: string) -> void effects() {
)" + body + "\n}\n";
        Types types;
        Arena arena;
        std::string error;
        std::optional<Module> module = read(text, types, arena, &error);
        INFO(error);
        REQUIRE(module);
        return rc::balance(*module);
    };
    CHECK(is_fine(check("", "call between(s)")));
    CHECK(is_fine(check("", "try {\n} finally {\ncall between(s)\n}")));
    std::string message = "[fatal] fn risky: `check_char s, 0 fatal` ends the program, but a try or a destructor may be waiting";
    CHECK(says(check("", "try {\ncall between(s)\n} finally {\n}"), message));
    CHECK(says(check("", "try {\n} catch Exception e {\nown e: Exception\ncall between(s)\nrelease e\n} finally {\n}"), message));
    CHECK(is_fine(check("", "try {\n} catch Exception e {\nown e: Exception\ncall between(s)\nrelease e\n}")));
    CHECK(says(check("class Guard destructor { name: string }\n", ""), message));
}
