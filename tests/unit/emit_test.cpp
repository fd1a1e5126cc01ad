// The C that the emitter makes of IR with its ownership in place: names, literals, declarations,
// loops, arithmetic, checks, handlers. Whole programs are compared by the golden tests; here each
// rule of form has one small function, and everything is compiled by the C compilers at hand.
#include <catch2/catch.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include <unistd.h>

#include "emit/emit.h"
#include "emit/literals.h"
#include "emit/names.h"
#include "ir/build.h"
#include "ir/read.h"

using namespace dream;

namespace {

constexpr const char* kTypes = R"(
class Exception { Message: string }
class Fault : Exception { code: int }
class Node { next: Node name: string }
exception Exception
runtime_fn dr_console_write_line(string) -> void
runtime_fn dr_int_to_string(int) -> string
)";

// Whether `c` compiles without a warning with every compiler that is here.
void compile(const std::string& c) {
    namespace fs = std::filesystem;
    fs::path folder = fs::temp_directory_path() / ("dream_emit_test_" + std::to_string(getpid()));
    fs::create_directories(folder);
    fs::path source = folder / "test.c";
    std::ofstream(source) << c;
    std::string include = std::string(" -I") + DREAM_ROOT + "/runtime/include ";
    std::string gate = "-std=c11 -pedantic -Wall -Wextra -Werror -Wno-unused-parameter -Wno-unused-function ";
    for (std::string compiler : {"gcc -O2 " + gate, "clang -O2 " + gate, std::string("tcc ")}) {
        std::string name = compiler.substr(0, compiler.find(' '));
        if (std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) != 0) continue;
        std::string command = compiler + include + "-c " + source.string() + " -o " + (folder / "test.o").string() +
                              " 2>" + (folder / "log").string();
        int code = std::system(command.c_str());
        std::ifstream log(folder / "log");
        std::string errors((std::istreambuf_iterator<char>(log)), {});
        INFO(name << ":\n" << errors << c);
        CHECK(code == 0);
    }
    fs::remove_all(folder);
}

// The C of IR text, all of it.
std::string c_of(const std::string& functions, emit::Options options = {}) {
    Types types;
    Arena arena;
    std::string error;
    std::optional<ir::Module> module = ir::read(kTypes + functions, types, arena, &error);
    INFO(error);
    REQUIRE(module.has_value());
    Sources sources;
    module->sources = &sources;
    std::string c = emit::emit(*module, options);
    CHECK(c == emit::emit(*module, options));
    compile(c);
    return c;
}

// The lines of the function `head` in it.
std::string function_of(const std::string& c, const std::string& head) {
    size_t begin = c.find(head + " {\n");
    INFO(c);
    REQUIRE(begin != std::string::npos);
    size_t end = c.find("\n}\n", begin);
    return c.substr(begin, end + 3 - begin);
}

void check(const std::string& functions, const std::string& head, const std::string& body, emit::Options options = {}) {
    CHECK(function_of(c_of(functions, options), head) == head + " {\n" + body + "}\n");
}

}  // namespace

TEST_CASE("names: the user's unless C has another meaning for them") {
    emit::Names file(emit::Names::Scope::File);
    CHECK(file.claim("greeting") == "greeting");
    CHECK(file.claim("greeting") == "greeting_");
    CHECK(file.claim("register") == "register_");
    CHECK(file.claim("errno") == "errno_");
    CHECK(file.claim("linux") == "linux_");
    CHECK(file.claim("printf") == "printf_");
    CHECK(file.claim("dr_alloc_string") == "dr_alloc_string_");
    CHECK(file.claim("constexpr") == "constexpr_");
    CHECK(file.claim("main") == "main_");
    CHECK(file.claim("PRId64") == "PRId64_");
    CHECK(file.claim("__LINE__") == "__LINE___");
    CHECK(file.claim_numbered("show") == "show");
    CHECK(file.claim_numbered("show") == "show_2");
    CHECK(file.claim_numbered("dr_show") == "dr_show_");
    CHECK(file.claim_numbered("dr_show") == "dr_show__2");
    emit::Names inner(emit::Names::Scope::Inner);
    CHECK(inner.claim("printf") == "printf");
    CHECK(inner.claim("stdin") == "stdin_");
    CHECK(emit::c_identifier("List<int>") == "List_int");
    CHECK(emit::c_identifier("gr\xC3\xB6\xC3\x9F" "e") == "gr_u00F6_u00DFe");
    CHECK(emit::header_of("malloc") == "stdlib");
    CHECK(emit::header_of("my_function") == "");
}

TEST_CASE("literals: bytes, characters and numbers that read back exactly") {
    CHECK(emit::quoted("say \"hi\"\n") == R"("say \"hi\"\n")");
    CHECK(emit::quoted("what?\?!") == R"("what?\?!")");
    CHECK(emit::quoted(std::string_view("a\0" "1", 3)) == R"("a\0001")");
    CHECK(emit::quoted("\x7F\x01\xFF") == R"("\177\001\377")");
    CHECK(emit::quoted("Gr\xC3\xB6\xC3\x9F" "e") == "\"Gr\xC3\xB6\xC3\x9F" "e\"");
    CHECK(emit::quoted("\xE2\x80\xAE") == R"("\342\200\256")");
    CHECK(emit::char_constant('A') == "'A'");
    CHECK(emit::char_constant('\'') == R"('\'')");
    CHECK(emit::char_constant(0) == R"('\0')");
    CHECK(emit::char_constant(200) == "200");
    CHECK(emit::int_constant(INT32_MIN) == "INT32_MIN");
    CHECK(emit::long_constant(5) == "5");
    CHECK(emit::long_constant(5000000000) == "INT64_C(5000000000)");
    CHECK(emit::long_constant(INT64_MIN) == "INT64_MIN");
    CHECK(emit::real_constant(0.1, false) == "0.1");
    CHECK(emit::real_constant(2, false) == "2.0");
    CHECK(emit::real_constant(0.1f, true) == "0.1f");
    CHECK(emit::real_constant(-0.0, false) == "-0.0");
    CHECK(emit::real_constant(1e300, false) == "1e+300");
    CHECK(emit::real_constant(std::nan(""), true) == "(0.0f / 0.0f)");
    CHECK(emit::real_constant(-std::numeric_limits<double>::infinity(), false) == "(-1.0 / 0.0)");
}

TEST_CASE("the mission's string example, as the plain mode shows it") {
    emit::Options plain;
    plain.plain = true;
    check(R"(
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
}
)", "static char* string_example(void)", R"(    char* greeting = dr_alloc_string("Hello");
    char* temp1 = dr_string_concat(greeting, s_space);
    char* message = dr_string_concat(temp1, s_text);
    dr_release_string(temp1);
    dr_release_string(greeting);
    return message;
)", plain);
}

TEST_CASE("a counting loop becomes a for, its index is proven, its arithmetic plain") {
    check(R"(
fn doubled(borrow numbers: int[]) -> int[] effects() {
    own result: int[]
    check_null numbers fatal
    result = new_array(int) len(numbers) fatal
    {
        plain i: int
        i = 0
        loop {
            while i < len(numbers)
            body {
                check_index numbers, i fatal
                check_index result, i fatal
                store result[i] = numbers[i] + i
            }
            step {
                i = i + 1
            }
        }
    }
    return move result
}
)", "static int* doubled(int* numbers)", R"(    dr_check_null(numbers, "doubled");
    int* result = dr_new_array(DR_ARRAY_INT, dr_array_length(numbers), "doubled");
    if (dr_thrown()) dr_unhandled();
    for (int i = 0; i < dr_array_length(numbers); i++) {
        result[i] = dr_add(numbers[i], i);
    }
    return result;
)");
}

TEST_CASE("a branch bounds what it tests") {
    check(R"(
fn fib(plain n: int) -> int effects() {
    plain a: int temp
    plain b: int temp
    if n < 2 {
        return n
    }
    a = call fib(n - 1)
    b = call fib(n - 2)
    return a + b
}
)", "static int fib(int n)", R"(    if (n < 2) {
        return n;
    }
    int a = fib(n - 1);
    int b = fib(n - 2);
    return dr_add(a, b);
)");
}

TEST_CASE("a loop without effects is one that C may not take to end") {
    check(R"(
fn spin(plain n: int) -> int effects() {
    loop {
        while n != 1
        body {
            n = n ^ 3
        }
    }
    return n
}
)", "static int spin(int n)", R"(    while (true) {
        if (n == 1) break;
        n ^= 3;
    }
    return n;
)");
}

TEST_CASE("a failing call jumps to cleanup, which releases what is held") {
    check(R"(
fn risky(borrow s: string) -> string effects(throws) {
    check_char s, 0 throws
    return retain s
}
fn both(borrow s: string) -> string effects(throws) {
    own a: string
    own b: string
    own c: string
    a = call risky(s) throws
    b = call risky(a) throws
    c = call risky(b) throws
    release b
    release a
    return move c
} unwind {
    release b
    release a
}
)", "static char* both(char* s)", R"(    char* b = NULL;
    char* a = risky(s);
    if (dr_thrown()) goto cleanup;
    b = risky(a);
    if (dr_thrown()) goto cleanup;
    char* c = risky(b);
    if (dr_thrown()) goto cleanup;
    dr_release_string(b);
    dr_release_string(a);
    return c;

cleanup:
    dr_release_string(b);
    dr_release_string(a);
    return NULL;
)");
}

TEST_CASE("one place to leave from releases on the spot") {
    check(R"(
fn risky(borrow s: string) -> string effects(throws) {
    check_char s, 0 throws
    return retain s
}
fn one(borrow s: string) -> string effects(throws) {
    own a: string
    own b: string
    a = concat s, "!"
    b = call risky(a) throws
    release a
    return move b
} unwind {
    release a
}
)", "static char* one(char* s)", R"(    char* a = dr_string_concat(s, s_text);
    char* b = risky(a);
    if (dr_thrown()) {
        dr_release_string(a);
        return NULL;
    }
    dr_release_string(a);
    return b;
)");
}

TEST_CASE("a temporary that died is null where a later failure would release it again") {
    std::string c = function_of(c_of(R"(
fn risky(borrow s: string) -> string effects(throws) {
    check_char s, 0 throws
    return retain s
}
fn twice(borrow s: string) -> void effects(throws) {
    statement {
        own t: string temp
        own u: string temp
        t = concat s, "!"
        u = call risky(t) throws
        release t
        release u
    }
    statement {
        own v: string temp
        v = call risky(s) throws
        release v
    }
} unwind {
    release t
}
)"), "static void twice(char* s)");
    CHECK(c.find("dr_release_string(t);\n    t = NULL;\n") != std::string::npos);
}

TEST_CASE("try and catch: one label, one test, types in order") {
    check(R"(
fn risky(borrow s: string) -> string effects(throws) {
    check_char s, 0 throws
    return retain s
}
fn selective(borrow s: string) -> void effects(throws) {
    try {
        own a: string
        own b: string
        a = call risky(s) throws
        b = call risky(a) throws
        release b
        release a
    } unwind {
        release a
    } catch Fault f {
        own f: Fault
        release f
    }
}
)", "static void selective(char* s)", R"(    char* a = risky(s);
    if (dr_thrown()) goto catch_1;
    char* b = risky(a);
    if (dr_thrown()) goto catch_1;
    dr_release_string(b);
    dr_release_string(a);
catch_1:
    if (dr_thrown()) {
        dr_release_string(a);
        Exception* exception = dr_take();
        if (Fault_is(exception)) {
            Fault* f = (Fault*)exception;
            Fault_release(f);
        } else {
            dr_rethrow(exception);
            return;
        }
    }
)");
}

TEST_CASE("finally is emitted once and keeps what is pending") {
    check(R"(
fn risky(borrow s: string) -> string effects(throws) {
    check_char s, 0 throws
    return retain s
}
fn finishing(borrow s: string) -> void effects(throws) {
    try {
        own a: string
        a = call risky(s) throws
        runtime dr_console_write_line(a)
        release a
    } finally {
        runtime dr_console_write_line("done")
    }
}
)", "static void finishing(char* s)", R"(    void* pending = NULL;
    char* a = risky(s);
    if (dr_thrown()) goto finally_1;
    dr_console_write_line(a);
    dr_release_string(a);
finally_1:
    pending = dr_save_pending();
    dr_console_write_line(s_done);
    dr_restore_pending(pending);
    if (dr_thrown()) return;
)");
}

TEST_CASE("stores take the old value out, put the new one in, release the old") {
    check(R"(
fn set(borrow this: Node, borrow name: string) -> void effects(releases stores) {
    own old: string temp
    old = take this.name
    store this.name = retain name
    release old
}
)", "static void set(Node* this, char* name)", R"(    char* old = this->name;
    this->name = dr_retain_string(name);
    dr_release_string(old);
)");
}

TEST_CASE("what nobody reads is not declared") {
    check(R"(
fn idle(plain n: int) -> void effects() {
    plain a: int
    plain b: int
    a = n + 1
    b = a * 2
    b = b + 1
}
)", "static void idle(int n)", "");
}

TEST_CASE("operators get the parentheses that C or its compilers ask for, and no others") {
    std::string c = c_of(R"(
fn bits(plain a: int, plain b: int) -> bool effects() {
    return ((a & 12) == (b | 1)) || ((a < b) && !(a == 3))
}
)");
    CHECK(function_of(c, "static bool bits(int a, int b)").find("return (a & 12) == (b | 1) || (a < b && a != 3);") !=
          std::string::npos);
}

TEST_CASE("a literal of any length is one object") {
    Types types;
    Arena arena;
    ir::Module module;
    Sources sources;
    module.types = &types;
    module.arena = &arena;
    module.sources = &sources;
    ir::Builder build(module);
    ir::Function f;
    f.name = "long_text";
    f.result = Types::String;
    module.main = module.functions.add(f);
    ir::Function& made = module.functions[module.main];
    made.result = Types::Void;
    made.body = build.block({});
    ir::RuntimeFunction print;
    print.name = "dr_console_write_line";
    print.params = {Types::String};
    ir::RuntimeId id = module.runtime.add(print);
    ir::Op* op = build.op(ir::OpKind::CallRuntime, {});
    op->runtime = id;
    op->args = {{build.string(std::string(20000, 'x') + "\"?\?/")}};
    made.body->body.push_back(op);
    compile(emit::emit(module, {}));
}
