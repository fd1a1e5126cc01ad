// The ownership passes on IR text: what goes in, what comes out in each mode. Every result is held
// against the balance verifier too.
#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "ir/print.h"
#include "ir/read.h"
#include "rc/balance.h"
#include "rc/rc.h"

using namespace dream;

namespace {

constexpr const char* kTypes = R"(
class Exception {
    Message: string
}
class Node {
    next: Node
    name: string
}
exception Exception
)";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        size_t begin = line.find_first_not_of(' ');
        if (begin != std::string::npos) lines.push_back(line.substr(begin));
    }
    return lines;
}

// Runs the passes over `functions` and returns the lines of the last one.
std::vector<std::string> run(const std::string& functions, rc::Mode mode, bool unwinds = true) {
    Types types;
    Arena arena;
    std::string error;
    std::optional<ir::Module> module = ir::read(kTypes + functions, types, arena, &error);
    INFO(error);
    REQUIRE(module.has_value());
    rc::Options options;
    options.mode = mode;
    options.debug_memory = unwinds;
    rc::run(*module, options);
    ir::FunctionId last = module->functions.id_at(module->functions.size() - 1);
    std::string text = ir::print(*module, last);
    INFO(text);
    std::vector<std::string> problems = rc::balance(*module);
    INFO((problems.empty() ? std::string() : problems.front()));
    CHECK(problems.empty());
    return lines_of(text);
}

void check(const std::string& functions, rc::Mode mode, const std::string& expected) {
    std::vector<std::string> got = run(functions, mode);
    std::vector<std::string> want = lines_of(expected);
    CHECK(got == want);
}

constexpr const char* kExample = R"(
fn string_example() -> string effects() {
    own greeting: string
    own message: string
    greeting = "Hello"
    statement {
        own temp1: string temp
        temp1 = concat greeting, " "
        message = concat temp1, "!"
    }
    return message
}
)";

constexpr const char* kSetName = R"(
fn setname(borrow this: Node, borrow name: string) -> void effects() {
    own temp1: string temp
    store this.name = name
    temp1 = concat this.name, name
    store this.name = temp1
}
)";

constexpr const char* kWalk = R"(
fn walk(borrow n_in: Node) -> Node effects() {
    own n: Node
    n = n_in
    loop {
        while n.next != null:Node
        body {
            n = n.next
        }
    }
    return n
}
)";

}  // namespace

TEST_CASE("temporaries die with their statement, locals in reverse order, results move out") {
    check(kExample, rc::Mode::Plain, R"(
fn string_example() -> string effects() {
    own greeting: string
    own message: string
    greeting = retain "Hello"
    statement {
        own temp1: string temp
        temp1 = concat greeting, " "
        message = concat temp1, "!"
        release temp1
    }
    release greeting
    return move message
})");
}

TEST_CASE("a store takes the old unit out, fills the place, then releases") {
    check(kSetName, rc::Mode::Plain, R"(
fn setname(borrow this: Node, borrow name: string) -> void effects(releases stores) {
    own temp1: string temp
    own old: string temp
    own old#2: string temp
    old = take this.name
    store this.name = retain name
    release old
    temp1 = concat this.name, name
    old#2 = take this.name
    store this.name = move temp1
    release old#2
})");
}

TEST_CASE("full: extending a field appends to what was taken out of it") {
    check(kSetName, rc::Mode::Full, R"(
fn setname(borrow this: Node, borrow name: string) -> void effects(releases stores) {
    own temp1: string temp
    own old: string temp
    old = take this.name
    store this.name = retain name
    release old
    temp1 = take this.name
    temp1 = append move temp1, name
    store this.name = move temp1 empty
})");
}

TEST_CASE("plain: a cursor retains each node, the new one before the old is released") {
    check(kWalk, rc::Mode::Plain, R"(
fn walk(borrow n_in: Node) -> Node effects() {
    own n: Node
    n = retain n_in
    loop {
        while n.next != null:Node
        body {
            own temp: Node temp
            temp = retain n.next
            release n
            n = move temp
        }
    }
    return move n
})");
}

TEST_CASE("full: a cursor over memory that nothing writes borrows") {
    check(kWalk, rc::Mode::Full, R"(
fn walk(borrow n_in: Node) -> Node effects() {
    borrow n: Node from(n_in)
    n = n_in
    loop {
        while n.next != null:Node
        body {
            n = n.next
        }
    }
    return retain n
})");
}

TEST_CASE("full: a cursor owns when the loop writes the field that holds it") {
    std::vector<std::string> lines = run(R"(
fn cut(borrow n_in: Node) -> void effects() {
    own n: Node
    n = n_in
    loop {
        while n != null:Node
        body {
            own m: Node
            m = n.next
            store n.next = null:Node
            n = m
        }
    }
}
)", rc::Mode::Full);
    CHECK(std::count(lines.begin(), lines.end(), "own n: Node") == 1);
    CHECK(std::count(lines.begin(), lines.end(), "own m: Node") == 1);
}

TEST_CASE("a local that unwinding releases is null wherever it holds nothing") {
    check(R"(
fn f(borrow p: string) -> void effects() {
    own s: string
    try {
        own x: string
        s = p
        x = concat s, p
        check_null x
        s = x
        check_null s
    }
    catch Exception e {
        own e: Exception
        return
    }
    s = null:string
}
)", rc::Mode::Full, R"(
fn f(borrow p: string) -> void effects() {
    own s: string
    try {
        own x: string
        s = retain p
        x = concat s, p
        check_null x throws
        release s
        s = move x
        x = retain null:string
        check_null s throws
    } unwind {
        release x
    }
    catch Exception e {
        own e: Exception
        release e
        release s
        return
    }
    release s immediate
})");
}

TEST_CASE("faults that nobody can see end the program where they stand") {
    std::vector<std::string> lines = run(R"(
fn f(borrow p: string) -> void effects() {
    check_null p
}
)", rc::Mode::Full, false);
    CHECK(lines[1] == "check_null p fatal");
}

TEST_CASE("full: a parameter that every path consumes takes over the caller's unit") {
    check(R"(
fn keep(borrow n: Node, borrow s: string) -> Node effects() {
    if n == null:Node {
        return n
    }
    store n.name = s
    return n
}
fn f(borrow s: string) -> Node effects() {
    own n: Node
    own m: Node
    n = new Node
    m = call keep(n, s)
    return m
}
)", rc::Mode::Full, R"(
fn f(borrow s: string) -> Node effects(releases stores) {
    own n: Node
    own m: Node
    n = new Node
    m = call keep(move n, s)
    return move m
})");
}

TEST_CASE("full: a recursive call consumes what the function does; the methods of a slot agree") {
    std::vector<std::string> lines = run(R"(
fn last(borrow n: Node, plain depth: int) -> Node effects() {
    own m: Node
    if depth == 0 {
        return n
    }
    m = call last(n, depth - 1)
    return m
}
)", rc::Mode::Full);
    CHECK(lines[0] == "fn last(own n: Node, plain depth: int) -> Node effects() {");
    lines = run(R"(
class A { slot A = A.id }
class B : A { slot A = B.id }
fn method B.id(borrow this: B, borrow n: Node) -> Node effects() {
    return null:Node
}
fn method A.id(borrow this: A, borrow n: Node) -> Node effects() {
    return n
}
)", rc::Mode::Full);
    CHECK(lines[0] == "fn method A.id(borrow this: A, borrow n: Node) -> Node effects() {");
}

TEST_CASE("full: what may reach a destructor, or is still looked at, is not handed over") {
    std::vector<std::string> lines = run(R"(
class Guard destructor { name: string  drop = Guard.destructor }
fn destructor Guard.destructor(borrow this: Guard) -> void effects() boundary {
}
fn f(borrow g: Guard) -> Guard effects() {
    return g
}
)", rc::Mode::Full);
    CHECK(lines[0] == "fn f(borrow g: Guard) -> Guard effects() {");
    lines = run(R"(
fn f(borrow n: Node, borrow m: Node) -> bool effects() {
    store m.next = n
    return n == m
}
)", rc::Mode::Full);
    CHECK(lines[0].find("own") == std::string::npos);
}
