// The textual IR both ways, and the shape verifier.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ir/build.h"
#include "ir/print.h"
#include "ir/read.h"
#include "ir/verify.h"

using namespace dream;
// Not the whole namespace: its Catch would hide the test library's.
using dream::ir::Break;
using dream::ir::Builder;
using dream::ir::Function;
using dream::ir::FunctionId;
using dream::ir::If;
using dream::ir::Local;
using dream::ir::LocalId;
using dream::ir::Module;
using dream::ir::Op;
using dream::ir::OpKind;
using dream::ir::Ownership;
using dream::ir::Stage;
using dream::ir::print;
using dream::ir::read;
using dream::ir::verify;

namespace {

struct Text {
    Types types;
    Arena arena;
    std::string error;
    std::optional<Module> module;

    explicit Text(std::string_view text) : module(read(text, types, arena, &error)) {}
};

std::string printed(std::string_view text) {
    Text first(text);
    INFO(first.error);
    REQUIRE(first.module);
    return print(*first.module);
}

// Reads, prints, reads and prints again.
void check_round_trip(std::string_view text) {
    std::string once = printed(text);
    CHECK(printed(once) == once);
}

std::vector<std::string> shape_errors(std::string_view text, Stage stage = Stage::Counted) {
    Text read(text);
    INFO(read.error);
    REQUIRE(read.module);
    return verify(*read.module, stage);
}

bool contains(const std::vector<std::string>& messages, std::string_view part) {
    for (const std::string& message : messages)
        if (message.find(part) != std::string::npos) return true;
    return false;
}

constexpr std::string_view kEverything = R"(class Exception { message: string }
class `List<int>` : Exception abstract destructor library { size: int  slot Exception  slot `List<int>` = `List<int>`.get }
struct Pair { left: string  right: double }
enum Color { Red = 0  Green = -5 }
runtime_fn dr_text(int) -> string pure
runtime_fn dr_send(string) -> void throws releases
runtime_fn dr_exit(int) -> void no_return
global count: int
global Exception.last: Exception
top_level start
exception Exception

fn start() -> int effects() {
    return 0
}

fn extern puts(borrow s: string, ...) -> int effects() library

fn method `List<int>`.get(borrow this: `List<int>`, plain i: int) -> int effects(throws releases stores) library {
    return i
}

fn init(plain i: int) -> int effects() {
    return i
}

fn get#2(plain i: long) -> long effects() {
    return i
}

fn get(plain i: int) -> int effects() {
    return i
}

fn new Exception.new(borrow text: string) -> Exception effects() {
    own this: Exception
    this = new Exception
    store this.message = retain text
    return move this
}

fn destructor Exception.destructor(borrow this: Exception) -> void effects() boundary {
    runtime dr_send(this.message) throws
}

fn all(ref own target: string, own pairs: Pair[,], plain c: Color, borrow e: Exception) -> void effects(throws stores) {
    own x: string
    own x#2: string temp
    own hold: string[][,] temp hold
    borrow looks: Exception from(e, x)
    plain `if`: int
    plain d: double
    plain f: float
    plain b: byte
    plain wide: long
    plain z: Pair*
    own p: Pair
    p = zero:Pair
    looks = null:Exception
    `if` = (-3 + -(3)) << (~@count)
    store pairs[0, 1].right = 2.0
    d = -1.5
    d = inf
    d = nan
    f = 0.1:float
    b = 200:byte
    wide = convert(long, `if`) * -9223372036854775808:long
    c = -5:Color
    z = null:Pair*
    x = "quote \" and \\ and\n\x01 done"
    `if` = select(!(d < 2.0), dim(pairs, 1), len(x) + 1)
    if (x[0] == 'a') || is(e, `List<int>`) {
        `if` = switch_string(x, "a", null:string)
    } else {
        x#2 = $dr_text(`if`):string
    }
    loop L1 {
        head statement {
            own t: string temp
        }
        while `if` < @count
        body {
            loop {
                body {
                    continue L1
                }
            }
        }
        step {
            `if` = 3
        }
    }
    do_loop {
        body {}
        head {}
        while true
    }
    switch L2: `if` {
        case 1, -2 {
            break L2
        }
        case 3 default {}
    }
    try L3 {
        throw move e throws
    } unwind {
        release x
    } catch Exception e#2 {
        own e#2: Exception
        rethrow move e#2 fatal
    } finally statement {}
    store target = move x empty
    release x#2 immediate
    runtime dr_send(ref x, retain e) throws
    `if` = call_virtual `List<int>`[1](looks, 3) throws
    return
} unwind {
    release x
}
)";

}  // namespace

TEST_CASE("IR text: every construct survives reading and printing", "[ir]") {
    std::string once = printed(kEverything);
    CHECK(printed(once) == once);
    // What was read is what stands there.
    CHECK(once.find("`if` = (-3 + -(3)) << ~@count") != std::string::npos);
    CHECK(once.find("store pairs[0, 1].right = 2.0") != std::string::npos);
    CHECK(once.find("own hold: string[][,] temp hold") != std::string::npos);
    CHECK(once.find("borrow looks: Exception from(e, x)") != std::string::npos);
    CHECK(once.find("x = \"quote \\\" and \\\\ and\\n\\x01 done\"") != std::string::npos);
    CHECK(once.find("wide = convert(long, `if`) * -9223372036854775808:long") != std::string::npos);
    CHECK(once.find("case 1, -2 {") != std::string::npos);
    CHECK(once.find("} finally statement {}") == std::string::npos);
    CHECK(once.find("store target = move x empty") != std::string::npos);
    CHECK(once.find("release x#2 immediate") != std::string::npos);
    CHECK(once.find("slot `List<int>` = `List<int>`.get") != std::string::npos);
}

TEST_CASE("IR text: the goldens of rc", "[ir]") {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(DREAM_ROOT "/tests/golden/rc")) {
        if (entry.path().extension() != ".drir") continue;
        ++files;
        std::ifstream in(entry.path());
        std::stringstream text;
        text << in.rdbuf();
        INFO(entry.path().string());
        check_round_trip(text.str());
        for (const std::string& message : shape_errors(text.str())) FAIL_CHECK(message);
    }
    CHECK(files >= 9);
}

TEST_CASE("IR text: what is none says where", "[ir]") {
    CHECK(Text("fn f() -> nothing effects() {}").error == "line 1: unknown type nothing");
    CHECK(Text("fn f() -> void effects() {\n x = 1\n}").error == "line 2: unknown local x");
    CHECK(Text("fn f() -> void {\n call g()\n}").error.find("line 2: unknown function g") == 0);
    CHECK(Text("fn f() -> void {\n plain x: int\n plain x: int\n}").error.find("declared twice") != std::string::npos);
    CHECK(!Text("struct A { b: B }\nstruct B { a: A }").module);
    CHECK(!Text("class A : B {}\nclass B : A {}").module);
    CHECK(!Text("fn f() -> int { return \"").module);
    std::string deep = "fn f() -> int { return " + std::string(100000, '(');
    CHECK(Text(deep).error.find("nested too deeply") != std::string::npos);
    std::string negative = "fn f() -> int { return " + std::string(100000, '-') + "1 }";
    CHECK(!Text(negative).module);
}

TEST_CASE("IR text: every prefix and every missing token is handled", "[ir]") {
    std::string text(kEverything);
    for (size_t i = 0; i < text.size(); i += 7) {
        Text prefix(std::string_view(text).substr(0, i));
        if (prefix.module) verify(*prefix.module, Stage::Counted);
        Text hole(text.substr(0, i) + text.substr(std::min(text.size(), i + 5)));
        if (hole.module) verify(*hole.module, Stage::Counted);
    }
}

TEST_CASE("shape: types, scopes and exits", "[ir]") {
    auto in_function = [](std::string_view body, Stage stage = Stage::Counted) {
        std::string text = R"(class Exception { message: string }
class Node { next: Node  name: string }
exception Exception
runtime_fn dr_send(string) -> void releases
fn callee(borrow s: string, plain n: int) -> string effects() {
    return s
}
fn f(borrow s: string, own a: string[], plain n: int, borrow node: Node) -> int effects(throws) {
    plain i: int
    own t: string
)";
        return shape_errors(text + std::string(body) + "\n}\n", stage);
    };
    CHECK(in_function("i = 1\nreturn i").empty());
    CHECK(contains(in_function("i = \"s\"\nreturn 0"), "[types] in fn f: a result of type string goes to 'i' of type int: at `i = \"s\"`"));
    CHECK(contains(in_function("return s"), "a return of string from a function of int"));
    CHECK(contains(in_function("if n {\n}\nreturn 0"), "the condition of an if is no bool"));
    CHECK(contains(in_function("{\nplain k: int\nk = 1\n}\nreturn k"), "[statements] in fn f: local 'k' is used outside its block"));
    CHECK(contains(in_function("t = call callee(s)\nreturn 0"), "wrong number of arguments"));
    CHECK(contains(in_function("t = call callee(ref s, 1)\nreturn 0"), "differ in `ref`"));
    CHECK(contains(in_function("call callee(s, 1)\nreturn 0"), "[named-owners]"));
    CHECK(contains(in_function("i = call callee(s, 1)\nreturn 0"), "goes to 'i' of type int"));
    CHECK(contains(in_function("store t = s\nreturn 0"), "a plain local is assigned, not stored to"));
    CHECK(contains(in_function("check_null n fatal\nreturn 0"), "a null check of what is never null"));
    CHECK(contains(in_function("check_index a, n, n fatal\nreturn 0"), "an index check of no array"));
    CHECK(contains(in_function("concat s, s\nreturn 0"), "the result has no target"));
    CHECK(contains(in_function("loop L1 {\nbody {\ntry {\nbreak L1\n} finally {\n}\n}\n}\nreturn 0"), "[exits]"));
    CHECK(contains(in_function("loop L1 {\nbody {\ntry {\n} finally {\nbreak L1\n}\n}\n}\nreturn 0"), "an exit leaves a finally"));
    CHECK(in_function("loop L1 {\nbody {\ntry L2 {\nbreak L2\n} finally {\n}\nbreak L1\n}\n}\nreturn 0").empty());

    // What must not be there before insertion.
    CHECK(contains(in_function("t = retain s\nreturn 0", Stage::Lowered), "a transfer before insertion"));
    CHECK(contains(in_function("release t\nreturn 0", Stage::Lowered), "an operation of counting before insertion"));
    CHECK(contains(in_function("runtime dr_send(node.name)\nreturn 0", Stage::Lowered), "[stable-args]"));
    CHECK(in_function("t = node.name\nruntime dr_send(t)\nreturn 0", Stage::Lowered).empty());
    CHECK(contains(in_function("check_index a, n fatal\nstore a[n] = s\nreturn 0", Stage::Lowered), "[unique]"));
    CHECK(in_function("make_unique a\ncheck_index a, n fatal\nstore a[n] = s\nreturn 0", Stage::Lowered).empty());
}

TEST_CASE("shape: a module of nonsense is no crash", "[ir]") {
    Types types;
    Arena arena;
    Module module;
    module.types = &types;
    module.arena = &arena;
    Builder build(module);
    Function f;
    f.name = "f";
    auto add_local = [&](std::string name, TypeId type, Ownership ownership) {
        Local local;
        local.name = std::move(name);
        local.type = type;
        local.ownership = ownership;
        return f.locals.add(std::move(local));
    };
    LocalId x = add_local("x", Types::String, Ownership::Own);
    LocalId lost = add_local("lost", Types::Int, Ownership::None);
    f.body = build.block({});
    f.body->locals = {x, x, LocalId(77)};
    Op* call = build.op(OpKind::Call, {});
    call->function = FunctionId(12);
    call->dst = LocalId(99);
    Op* store = build.op(OpKind::Store, {});
    Op* assign = build.op(OpKind::Assign, {});
    assign->dst = lost;
    assign->args = {{nullptr}, {build.null(Types::String)}};
    Op* virtual_call = build.op(OpKind::CallVirtual, {});
    virtual_call->slot = -4;
    If* branch = build.node<If>({});
    branch->condition = nullptr;
    branch->then_block = branch->else_block = nullptr;
    Break* leave = build.node<Break>({});
    leave->target = branch;
    f.body->body = {call, store, assign, virtual_call, branch, leave, nullptr};
    module.functions.add(std::move(f));
    std::vector<std::string> errors = verify(module, Stage::Counted);
    CHECK(contains(errors, "listed twice"));
    CHECK(contains(errors, "an exit names a region that does not enclose it"));
    CHECK(!print(module).empty());
}
