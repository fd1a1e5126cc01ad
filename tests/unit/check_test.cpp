// The checker on small programs: which code gives which diagnostic where, and what the typed tree
// looks like (as check/print.h writes it). The library here is a handful of lines, not stdlib/.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "check/check.h"
#include "check/print.h"
#include "lex/lex.h"
#include "parse/parse.h"

using namespace dream;

namespace {

constexpr std::string_view kPrelude = R"(
extern func void dr_write(string s);
class Exception {
    string Message; void* where;
    Exception() { Message = "exception"; }
    Exception(string message) { Message = message; }
}
class IOException : Exception { IOException(string message) : base(message) { } }
static class Console {
    static func void Write(text value) { dr_write(value); }
    static func void WriteLine(text value) { dr_write(value); }
    static func void WriteLine() { dr_write(""); }
}
static class String {
    static func string New(char c, int count) { return "" + c; }
    static func string ToUpper(this string s) { return s; }
    static func bool Contains(this string s, string part) { return s == part; }
    static func string Join(string separator, string[] parts) { return separator; }
}
static class Int32 {
    const int MaxValue = 2147483647;
    static func bool TryParse(string s, out int result) { result = 1; return true; }
    static func int Parse(string s) { return 1; }
}
static class Double { static func string ToString(this double value, string format) { return format; } }
static class Array { static func void Sort(ref int[] array) { array[0] = 1; } }
static class Math {
    static func int Max(int a, int b) { return a; }
    static func float Max(float a, float b) { return a; }
    static func double Max(double a, double b) { return a; }
}
func int parseInt(string s) { return 1; }
)";

// A checked program. `codes` says what was reported, in order: "E0301 1:19 W0803 2:1".
struct Program {
    Sources sources;
    Types types;
    Arena arena;
    diag::Sink sink;
    std::vector<ast::File*> files;
    typed::Program program;

    explicit Program(std::string_view text) : Program(std::vector<std::string_view>{text}) {}

    explicit Program(const std::vector<std::string_view>& texts) {
        std::vector<lex::TokenBuffer> tokens;
        tokens.push_back(
            lex::lex(sources, sources.add("prelude.dr", std::string(kPrelude), true), sink));
        for (std::string_view text : texts)
            tokens.push_back(lex::lex(sources, sources.add("test.dr", std::string(text)), sink));
        std::vector<std::string_view> names{"Exception", "IOException", "Console",
                                            "String",    "Array",       "Math"};
        parse::Options options;
        options.type_names = names;
        for (const lex::TokenBuffer& buffer : tokens)
            files.push_back(parse::parse(sources, buffer.source, buffer, arena, sink, options));
        REQUIRE(!sink.has_errors());
        program = check(files, sources, types, arena, sink);
    }

    std::string codes() const {
        std::string text;
        for (const diag::Diagnostic& d : sink.all()) {
            std::string_view code = diag::info(d.kind).code;
            if (code >= "W0810") continue;  // of flow analysis
            Position at = sources.position(d.span);
            text += fmt::format("{}{} {}:{}", text.empty() ? "" : " ", code, at.line, at.column);
        }
        return text;
    }
};

std::string codes(std::string_view text) {
    return Program(text).codes();
}

std::string message(std::string_view text) {
    Program p(text);
    return p.sink.all().empty() ? "" : p.sink.all().front().message;
}

// The note and the fix of the first report: "did you mean 'x'? -> x".
std::string help(std::string_view text) {
    Program p(text);
    if (p.sink.all().empty()) return "";
    const diag::Diagnostic& d = p.sink.all().front();
    std::string out = d.notes.empty() ? "" : d.notes.front().message;
    for (const diag::FixIt& fix : d.fixes) out += " -> " + fix.replacement;
    return out;
}

// The typed program, which must be free of errors.
std::string typed_text(std::string_view text) {
    Program p(text);
    CHECK(p.codes() == "");
    return typed::print(p.program);
}

// The last top-level statement as typed text.
std::string last(std::string_view text) {
    Program p(text);
    CHECK(!p.sink.has_errors());
    if (p.sink.has_errors()) return p.sink.all().front().message;
    std::string all = typed::print(p.program, *p.program.top_level);
    all.pop_back();
    return all.substr(all.rfind('\n') + 5);
}

// The value of an expression as it stands in `T x = e;`.
std::string value(std::string_view declaration) {
    std::string text = last(declaration);
    return text.substr(text.find(" = ") + 3);
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

// ---- names ---------------------------------------------------------------------------------------

TEST_CASE("check: unknown names are reported with the nearest one") {
    CHECK(codes("int total = 1; Console.WriteLine(totl);") == "E0301 1:34");
    CHECK(help("int total = 1; Console.WriteLine(totl);") == "did you mean 'total'? -> total");
    CHECK(codes("Nod n = null; class Node { }") == "E0302 1:1");
    CHECK(help("Nod n = null; class Node { }") == "did you mean 'Node'? -> Node");
    CHECK(codes("Console.WritLine(1);") == "E0321 1:9");
    CHECK(help("Console.WritLine(1);") == "did you mean 'WriteLine'? -> WriteLine");
    CHECK(codes("string s = \"a\"; int n = s.Lenght;") == "E0321 1:27");
    CHECK(codes("func main() { int n = 1; n(); }") == "E0422 1:26");
}

TEST_CASE("check: one mistake, one report") {
    CHECK(codes("int x = missing + 1; x = x + missing2.y.z(1) * 2;") == "E0301 1:9 E0301 1:30");
    CHECK(codes("Unknown u = new Unknown(); u.x = 1; u.f(u.g);") == "E0302 1:1 E0302 1:17");
    CHECK(codes("var v = missing; int y = v + \"a\"; v.foo();") == "E0301 1:9");
    CHECK(codes("func f() { return missing(); } int x = f(); string s = f();") == "E0301 1:19");
}

TEST_CASE("check: declarations are visible everywhere, duplicates are errors") {
    CHECK(codes("int r = f(2); func f(int n) { return g(n); } func g(int n) { return n * k; } "
                "const int k = 3;") == "");
    CHECK(codes("func f() { int x = 1; int x = 2; }") == "E0303 1:27");
    CHECK(help("func f() { int x = 1; int x = 2; }") == "'x' is declared here");
    CHECK(codes("func f(int x) { int x = 2; }") == "E0303 1:21");
    CHECK(codes("int x = 1; { int x = 2; x = x + 1; }") == "");
    CHECK(codes("func f(int a) { } func f(int b) { }") == "E0304 1:24");
    CHECK(codes("func f(int a) { } func f(string b) { } func f(ref int c) { }") == "");
    CHECK(codes("class A { } struct A { int x; }") == "E0303 1:20");
    CHECK(codes("class A { int x; func void x() { } }") == "E0303 1:28");
    CHECK(codes("class A { A(int x) { } A(int y) { } }") == "E0304 1:24");
    CHECK(codes("enum E { A, B, A }") == "E0303 1:16");
}

TEST_CASE("check: names of the program win over those of the library") {
    CHECK(codes("class Console { static func void Hi() { } } Console.Hi(); func parseInt(string s) "
                "{ return \"x\"; } string t = parseInt(\"\");") == "");
    CHECK(codes("int Console = 5; Console++;") == "");
}

TEST_CASE("check: types and values are told apart") {
    CHECK(codes("class A { } int x = 1; x = A;") == "E0306 1:28");
    CHECK(codes("int x = 1; func x2() { x y; }") == "E0305 1:24");
    CHECK(codes("class A { } A a = A();") == "E0423 1:19");
    CHECK(help("class A { } A a = A();") == " -> new ");
    CHECK(codes("func f() { } int x = f;") == "E0401 1:22");
    CHECK(codes("class Color { static int Red = 1; int v; } class P { Color Color; func int Get() "
                "{ return Color.Red + Color.v; } }") == "");
}

TEST_CASE("check: files of one program share their names") {
    Program p(std::vector<std::string_view>{"func main() { helper(count); }",
                                            "int count = 1; func helper(int n) { }"});
    CHECK(p.codes() == "");
    CHECK(Program(std::vector<std::string_view>{"func main() { }", "func main() { }"})
              .sink.has_errors());
}

// ---- constants and numbers -----------------------------------------------------------------------

TEST_CASE("check: literals fit or are errors") {
    CHECK(codes("int a = 2147483648;") == "E0402 1:9");
    CHECK(codes("int a = -2147483648; int b = 0xFFFFFFFF; long c = 3000000000; byte d = 255; char "
                "e = 255;") == "");
    CHECK(codes("byte b = 256;") == "E0402 1:10");
    CHECK(codes("byte b = -1;") == "E0402 1:10");
    CHECK(codes("char c = 'a' + 1; char d = 'a' + 200;") == "E0402 1:28");
    CHECK(codes("long l = 9223372036854775808;") == "E0406 1:10");
    CHECK(value("long l = -9223372036854775808;") == "-9223372036854775808L");
    CHECK(value("int a = 0xFFFFFFFF;") == "-1");
    CHECK(value("int a = 0b101;") == "5");
}

TEST_CASE("check: constants are folded as the program would compute them") {
    CHECK(value("int x = 2147483647 + 1;") == "-2147483648");
    CHECK(value("int x = 7 / -2 * 10 + -7 % 3;") == "-31");
    CHECK(value("int x = 1 << 33;") == "2");
    CHECK(value("long x = 1L << 33;") == "8589934592L");
    CHECK(value("int x = -8 >> 1;") == "-4");
    CHECK(value("int x = ~5 & 0xFF ^ 1;") == "251");
    CHECK(value("int x = (int)1e20;") == "2147483647");
    CHECK(value("int x = (int)-2.9;") == "-2");
    CHECK(value("byte b = (byte)300;") == "byte(44)");
    CHECK(value("int x = -2147483648 / -1;") == "(-2147483648 / -1)");  // throws at run time
    CHECK(value("int x = -2147483648 % -1;") == "0");
    CHECK(value("bool b = 1 < 2 && !(\"a\" == \"b\");") == "true");
    CHECK(value("const int N = 3; int x = N > 2 ? N * N : 0;") == "9");
    CHECK(value("string s = \"a\" + 1 + 'c' + true + null + 2.5;") == "\"a1ctrue2.5\"");
    CHECK(value("string s = 1 + 2 + \"a\" + 1 + 2;") == "\"3a12\"");
    CHECK(value("string s = $\"{1 + 1}{'x'}{{}}\";") == "\"2x{}\"");
}

TEST_CASE("check: text of real constants") {
    CHECK(value("string s = \"\" + 0.1;") == "\"0.1\"");
    CHECK(value("string s = \"\" + 1e20;") == "\"1E+20\"");
    CHECK(value("string s = \"\" + 1e14;") == "\"100000000000000\"");
    CHECK(value("string s = \"\" + 1e-5;") == "\"1E-05\"");
    CHECK(value("string s = \"\" + 0.0001;") == "\"0.0001\"");
    CHECK(value("string s = \"\" + 1e7f;") == "\"1E+07\"");
    CHECK(value("string s = \"\" + 123456789012345680.0;") == "\"1.2345678901234568E+17\"");
    CHECK(value("string s = \"\" + -0.0;") == "\"-0\"");
    CHECK(value("string s = \"\" + 20.0;") == "\"20\"");
}

TEST_CASE("check: constants need constant values") {
    CHECK(codes("const int N = 2 * 3; const string S = \"n\" + N; const double D = N / 4.0; int x "
                "= N;") == "");
    CHECK(codes("int x = 1; const int N = x;") == "E0308 1:26");
    CHECK(codes("const int N = parseInt(\"1\");") == "E0308 1:15");
    CHECK(codes("const int N;") == "E0309 1:11");
    CHECK(codes("const int A = B; const int B = A;") == "E0307 1:11");
    CHECK(codes("const int A = \"x\"; int y = A;") == "E0401 1:15");
    CHECK(codes("func f() { const int K = 4; int[K] a; a[0] = K; } class C { const int Q = 2; int "
                "x = Q; } int z = C.Q;") == "");
    CHECK(codes("const int N = 1; N = 2;") == "E0417 1:18");
}

TEST_CASE("check: division by the constant zero") {
    CHECK(codes("int x = 5; x = x / 0;") == "E0405 1:20");
    CHECK(codes("int x = 5; x %= 0;") == "E0405 1:17");
    CHECK(codes("double d = 1 / 0.0;") == "");
}

TEST_CASE("check: real constants take their type from their context") {
    CHECK(value("double d = 0.1;") == "0.1d");
    CHECK(value("float f = 0.1;") == "0.1f");
    CHECK(value("var v = 0.1;") == "0.1f");
    CHECK(value("double d = 0.1 + 0.2;") == "0.30000000000000004d");
    CHECK(value("double d = 1.0 / 3 * 3;") == "1d");
    CHECK(value("int i = 3; double d = i / 3.0;") == "(double(::i) / 3d)");
    CHECK(value("int i = 3; float f = i / 3.0;") == "(float(::i) / 3f)");
    CHECK(value("double x = 2; double d = 0.1 * x;") == "(0.1d * ::x)");
    CHECK(value("float x = 2; double d = 0.1 * x;") == "double((0.1f * ::x))");
    CHECK(value("int i = 1; double d = i > 0 ? 0.5 : 1;") == "((::i > 0) ? 0.5d : 1d)");
    CHECK(value("string s = \"a\" + 0.1;") == "\"a0.1\"");
    CHECK(value("int i = 1; string s = \"a\" + i * 0.1;") ==
          "join(\"a\", text((double(::i) * 0.1d)))");
    CHECK(last("Console.WriteLine(0.1);") == "Console.WriteLine(\"0.1\")");
    CHECK(value("double m = Math.Max(1.5, 2);") == "Math.Max(1.5d, 2d)");
    CHECK(value("double d = 16777217.0;") == "16777217d");
    CHECK(value("double[] d = [1, 0.1];") == "double[][1d, 0.1d]");
    CHECK(codes("func float f() { return 0.5; } func double g() { return 0.5; } float x = 1.5d;") ==
          "E0401 1:74");
    CHECK(codes("int x = 1.5;") == "E0401 1:9");
    CHECK(help("int x = 1.5;") == " -> (int)");
}

// ---- conversions and operators -------------------------------------------------------------------

TEST_CASE("check: conversions without a cast") {
    CHECK(value("char c = 'a'; int x = c;") == "int(::c)");
    CHECK(value("int i = 1; long x = i;") == "long(::i)");
    CHECK(value("long l = 1; float x = l;") == "float(::l)");
    CHECK(value("float f = 1; double x = f;") == "double(::f)");
    CHECK(value("byte b = 1; double x = b;") == "double(::b)");
    CHECK(codes("long l = 1; int x = l;") == "E0401 1:21");
    CHECK(codes("int i = 1; char c = i;") == "E0401 1:21");
    CHECK(codes("byte b = 1; char c = b;") == "E0401 1:22");
    CHECK(codes("bool b = 1;") == "E0401 1:10");
    CHECK(codes("int x = true;") == "E0401 1:9");
    CHECK(codes("string s = 5;") == "E0401 1:12");
    CHECK(codes("double d = 1.5; float f = d;") == "E0401 1:27");
    CHECK(codes("int x = null;") == "E0401 1:9");
    CHECK(codes("class A { } class B : A { } A a = new B(); B b = a;") == "E0401 1:50");
    CHECK(message("int x = \"a\";") == "expected 'int', found 'string'");
}

TEST_CASE("check: casts") {
    CHECK(value("double d = 1.5; int x = (int)d;") == "int(::d)");
    CHECK(value("int i = 65; char c = (char)i;") == "char(::i)");
    CHECK(value("enum E { A, B } int x = (int)E.B;") == "1");
    CHECK(value("enum E { A, B } int i = 1; E e = (E)i;") == "E(::i)");
    CHECK(value("class A { } class B : A { } A a = new B(); B b = (B)a;") == "cast B(::a)");
    CHECK(value("class A { } class B : A { } A a = new B(); B b = a as B;") == "(::a as B)");
    CHECK(value("class A { } class B : A { } A a = new B(); bool b = a is B;") == "(::a is B)");
    CHECK(codes("bool b = true; int x = (int)b;") == "E0408 1:24");
    CHECK(codes("string s = (string)5;") == "E0408 1:12");
    CHECK(codes("class A { } class B { } A a = new A(); B b = (B)a;") == "E0408 1:46");
    CHECK(codes("class A { } class B { } A a = new A(); bool b = a is B;") == "E0409 1:49");
    CHECK(codes("class A { } A a = new A(); int x = a as int;") == "E0410 1:41");
    CHECK(value("void* p = null; int* q = (int*)p;") == "int*(::p)");
    CHECK(value("int* q = null; void* p = q;") == "void*(::q)");
}

TEST_CASE("check: conditions") {
    CHECK(last("int n = 3; bool b = !n;") == "::b = (!bool(::n))");
    CHECK(has(typed_text("func f(int n, char c) { while (n) { n--; } if (c && n) { } }"),
              "while bool(n)"));
    CHECK(codes("if (\"a\") { }") == "E0401 1:5");
    CHECK(codes("if (1.5) { }") == "E0401 1:5");
    CHECK(codes("int x = 1; if (x = 2) { }") == "W0802 1:18");
    CHECK(help("int x = 1; if (x = 2) { }") == " -> ==");
}

TEST_CASE("check: arithmetic") {
    CHECK(value("char a = 'a'; char b = 'b'; int x = a + b;") == "(int(::a) + int(::b))");
    CHECK(value("int i = 1; long l = 2; long x = i + l;") == "(long(::i) + ::l)");
    CHECK(value("char a = 'a'; bool x = a == 'b';") == "(::a == 'b')");
    CHECK(value("char a = 'a'; bool x = a >= 48;") == "(int(::a) >= 48)");
    CHECK(value("long l = 1; long x = l << 3;") == "(::l << 3)");
    CHECK(value("bool a = true; bool x = a & false | a ^ true;") ==
          "((::a & false) | (::a ^ true))");
    CHECK(codes("bool b = true; int x = b + 1;") == "E0403 1:26");
    CHECK(codes("int x = 1 << 2L;") == "E0403 1:11");
    CHECK(codes("bool b = true == 1;") == "E0403 1:15");
    CHECK(codes("bool b = -true;") == "E0404 1:10");
    CHECK(codes("double d = 1.5 & 2;") == "E0403 1:16");
    CHECK(codes("bool b = \"a\" < \"b\";") == "E0403 1:14");
    CHECK(message("bool b = true == 1;") == "'==' does not apply to 'bool' and 'int'");
}

TEST_CASE("check: equality") {
    CHECK(codes("struct P { int x; } class A { } class B : A { } P p; P q; int[] a = [1]; string s "
                "= null; A x = new B(); B y = new B();"
                "bool b = p == q && a == a && s != null && x == y && y == x && null == x && a != "
                "null;") == "");
    CHECK(codes("class A { } class B { } A a = null; B b = null; bool c = a == b;") ==
          "E0403 1:60");
    CHECK(codes("struct P { int x; } P p; bool b = p == null;") == "E0403 1:37");
    CHECK(value("string s = \"a\"; bool b = Object.ReferenceEquals(s, \"b\");") ==
          "same(::s, \"b\")");
    CHECK(codes("bool b = Object.ReferenceEquals([1], [2]);") == "E0429 1:33");
}

TEST_CASE("check: compound assignment and increment go back to the target's type") {
    CHECK(last("char c = 'a'; c += 1;") == "::c +=[int] 1");
    CHECK(last("int i = 1; i *= 1.5;") == "::i *=[float] 1.5f");
    CHECK(last("double d = 1; d *= 0.1;") == "::d *=[double] 0.1d");
    CHECK(last("byte b = 1; long l = 2; b += l;") == "::b +=[long] ::l");
    CHECK(last("string s = \"\"; s += 5 + 1;") == "::s +=[string] \"6\"");
    CHECK(last("string s = \"\"; int i = 1; s += i;") == "::s +=[string] text(::i)");
    CHECK(last("bool b = true; b ^= false;") == "::b ^=[bool] false");
    CHECK(last("enum E { A, B } E e = E.A; e |= E.B;") == "::e |=[int] 1");
    CHECK(last("enum E { A, B } E e = E.A; e++;") == "::e++");
    CHECK(last("long l = 1; l <<= 3;") == "::l <<=[long] 3");
    CHECK(codes("string s = \"a\"; s -= \"b\";") == "E0403 1:19");
    CHECK(codes("string s = \"a\"; s++;") == "E0404 1:18");
    CHECK(codes("bool b = true; b += 1;") == "E0403 1:18");
    CHECK(codes("5++;") == "E0417 1:1");
}

TEST_CASE("check: joined texts") {
    CHECK(value("int i = 1; string s = \"n=\" + i + '!' + i;") ==
          "join(\"n=\", text(::i), \"!\", text(::i))");
    CHECK(value("string a = \"\"; string s = a + \"x\" + \"y\" + (\"z\" + a);") ==
          "join(::a, \"xyz\", ::a)");
    CHECK(value("int i = 1; string s = i + i + \"x\";") == "join(text((::i + ::i)), \"x\")");
    CHECK(value("double d = 1; string s = $\"a {d,8:F2} {d:F1}{d}\";") ==
          "join(\"a \", text(::d, 8, \"F2\"), \" \", text(::d, \"F1\"), text(::d))");
    CHECK(value("string a = null; string s = $\"{a}\";") == "join(::a, \"\")");
    CHECK(value("int i = 1; string s = i.ToString();") == "ToString(::i)");
    CHECK(value("string s = 5.ToString() + true.ToString();") == "\"5true\"");
    CHECK(value("double d = 1; string s = d.ToString(\"F2\");") == "Double.ToString(::d, \"F2\")");
    CHECK(codes("func f() { } string s = \"a\" + f();") == "E0403 1:29");
    CHECK(codes("func f() { } Console.WriteLine(f());") == "E0412 1:32");
    CHECK(codes("int w = 3; string s = $\"{w,w}\";") == "E0308 1:28");
}

// ---- arrays and places ---------------------------------------------------------------------------

TEST_CASE("check: arrays in every form") {
    CHECK(value("int[] a = [1, 2, 3];") == "int[][1, 2, 3]");
    CHECK(value("int[] a = {1, 2};") == "int[][1, 2]");
    CHECK(value("int[] a = new int[] {1, 2};") == "int[][1, 2]");
    CHECK(value("int[] a = new[] {1, 2};") == "int[][1, 2]");
    CHECK(value("int n = 2; int[] a = new int[n];") == "new int[](::n)");
    CHECK(last("int a[4];") == "::a = new int[](4)");
    CHECK(last("int[4] a;") == "::a = new int[](4)");
    CHECK(last("int m[2][3];") == "::m = new int[][](2, 3)");
    CHECK(last("int[2,3] m;") == "::m = new int[,](2, 3)");
    CHECK(value("int[][] j = new int[3][];") == "new int[][](3)");
    CHECK(value("int[,] r = new int[2, 3];") == "new int[,](2, 3)");
    CHECK(value("int[,] r = {{1, 2}, {3, 4}};") == "int[,]2x2[1, 2, 3, 4]");
    CHECK(value("int[][] j = [[1], [2, 3]];") == "int[][][int[][1], int[][2, 3]]");
    CHECK(value("int a[3] = {1};") == "int[][1, 0, 0]");
    CHECK(value("var v = [1, 2.5d];") == "double[][1d, 2.5d]");
    CHECK(value("var v = [null, \"a\"];") == "string[][null, \"a\"]");
    CHECK(value("byte[] b = [1, 255];") == "byte[][byte(1), byte(255)]");
    CHECK(codes("int[] a = [1, \"x\"];") == "E0401 1:15");
    CHECK(codes("var a = [1, \"x\"];") == "E0431 1:13");
    CHECK(codes("var a = [];") == "E0432 1:9");
    CHECK(codes("int[,] r = {{1}, {2, 3}};") == "E0434 1:18");
    CHECK(codes("int[,] r = {1, 2};") == "E0435 1:13 E0435 1:16");
    CHECK(codes("int a[2] = {1, 2, 3};") == "E0436 1:12");
    CHECK(codes("int a[-1];") == "E0437 1:7");
    CHECK(codes("int x = {1};") == "E0433 1:9");
}

TEST_CASE("check: indices and members of arrays and strings") {
    CHECK(value("string s = \"abc\"; char c = s[1];") == "::s[1]");
    CHECK(value("string s = \"abc\"; int n = s.length + s.Length;") == "(::s.Length + ::s.Length)");
    CHECK(value("string s = \"abc\"; string t = s.toUpper();") == "String.ToUpper(::s)");
    CHECK(value("string t = String.Join(\",\", [\"a\"]);") ==
          "String.Join(\",\", string[][\"a\"])");
    CHECK(value("string t = string.Join(\",\", [\"a\"]);") ==
          "String.Join(\",\", string[][\"a\"])");
    CHECK(value("string t = new string('a', 3);") == "String.New('a', 3)");
    CHECK(value("int x = int.MaxValue;") == "2147483647");
    CHECK(codes("int[] a = [1]; a[\"x\"] = 1;") == "E0401 1:18");
    CHECK(codes("int[] a = [1]; a[0, 1] = 1;") == "E0420 1:16");
    CHECK(codes("int a = 1; a[0] = 1;") == "E0419 1:12");
    CHECK(codes("int x = null.Length;") == "E0418 1:9");
}

TEST_CASE("check: writes that nobody would see") {
    CHECK(codes("int[] f() { return [1]; } f()[0] = 5;") == "E0416 1:27");
    CHECK(message("int[] f() { return [1]; } f()[0] = 5;").starts_with("this writes to a copy"));
    CHECK(codes("struct P { int x; } P f() { P p; return p; } f().x = 5;") == "E0416 1:46");
    CHECK(codes("class P { int x; } P f() { return new P(); } f().x = 5;") == "");
    CHECK(codes("foreach (int x in [1]) { x = 2; }") == "E0415 1:26");
    CHECK(codes("struct P { int x; } P[] ps = new P[2]; foreach (P p in ps) { p.x = 2; }") ==
          "E0415 1:62");
    CHECK(codes("class P { int x; } P[] ps = new P[2]; foreach (P p in ps) { p.x = 2; }") == "");
    CHECK(codes("string s = \"a\"; s[0] = 'b';") == "E0414 1:17");
    CHECK(codes("class A { func void F() { this = null; } }") == "E0417 1:27");
}

TEST_CASE("check: a write to an array parameter that is not handed on") {
    CHECK(codes("func f(int[] a) { a[0] = 1; }") == "W0803 1:19");
    CHECK(help("func f(int[] a) { a[0] = 1; }") == "'a' is declared here -> ref ");
    CHECK(codes("func f(int[][] a) { a[0][1]++; f(a); }") == "W0803 1:21");
    CHECK(codes("func f(int[] a) { a[0] = 1; return a; }") == "");
    CHECK(codes("int[] kept; func f(int[] a) { a[0] = 1; kept = a; }") == "");
    CHECK(codes("func f(int[] a) { a = [1]; a[0] = 1; }") == "");
    CHECK(codes("func f(ref int[] a) { a[0] = 1; }") == "");
    CHECK(codes("class H { int[] d; H(int[] d) { this.d = d; } } func f(int[] a) { a[0] = 1; "
                "return new H(a); }") == "");
    CHECK(codes("class C { int[] d; } func f(C c) { c.d[0] = 1; }") == "");
}

TEST_CASE("check: what is written is marked") {
    std::string text = typed_text(
        "struct P { int x; func void Up() { x++; } func void Up2() { Up(); } func int Get() { "
        "return x; } }"
        "func f(int a, int b, int[] c) { a = 1; P p; p.Up2(); P q; int g = q.Get(); int[] d = c; "
        "d[0] = b; int n = 0; n++; }");
    CHECK(has(text, "void P.Up2() writes this"));
    CHECK(has(text, "int P.Get()\n"));
    CHECK(has(text, "P p  (written)"));
    CHECK(has(text, "P q\n"));
    CHECK(has(text, "int[] d = c  (written)"));
    CHECK(has(text, "f(int a (written), int b, int[] c)"));
    CHECK(has(text, "int n = 0  (written)"));
}

// ---- functions -----------------------------------------------------------------------------------

TEST_CASE("check: calls") {
    CHECK(codes("func f(int a, string b) { } f(1);") == "E0424 1:30");
    CHECK(message("func f(int a, string b) { } f(1);") == "'f' takes 2 arguments, found 1");
    CHECK(codes("func f(int a, string b) { } f(1, 2);") == "E0401 1:34");
    CHECK(codes("func f(int a) { } func f(string a) { } f(true);") == "E0425 1:40");
    CHECK(codes("class A { } class B { } func f(A a) { } func f(B a) { } f(null);") ==
          "E0426 1:57");
    CHECK(last("func f(int a) { } func f(long a) { } func f(double a) { } f('c');") == "f(99)");
    CHECK(last("func f(int a) { } func f(double a) { } f(1);") == "f(1)");
    CHECK(last("func f(long a) { } func f(double a) { } f(1);") == "f(1L)");
    CHECK(last("func f(float a) { } func f(double a) { } f(1.5);") == "f(1.5d)");
    CHECK(last("func f(string a) { } func f(int[] a) { } f([1]);") == "f(int[][1])");
    CHECK(last("func f(double[] a) { } f([1]);") == "f(double[][1d])");
}

TEST_CASE("check: ref and out") {
    CHECK(last("func f(ref int a) { a = 1; } int x = 1; f(ref x);") == "f(ref ::x)");
    CHECK(last("func f(ref int a) { a = 1; } int[] x = [1]; f(ref x[0]);") == "f(ref ::x[0])");
    CHECK(codes("func f(ref int a) { } int x = 1; f(x);") == "E0427 1:36");
    CHECK(help("func f(ref int a) { } int x = 1; f(x);") == "'f' is declared here -> ref ");
    CHECK(codes("func f(ref int a) { } f(ref 5);") == "E0417 1:29");
    CHECK(codes("func f(ref int a) { } long x = 1; f(ref x);") == "E0401 1:41");
    CHECK(codes("func f(int a) { } int x = 1; f(ref x);") == "E0428 1:32");
    CHECK(codes("func f(ref int a) { a = 1; } int x = 1; f(out x);") == "E0427 1:43");
    std::string text = typed_text(
        "func g() { if (int.TryParse(\"1\", out int n)) { Console.WriteLine(n); } "
        "int.TryParse(\"2\", out var m); Console.WriteLine(m + n); }");
    CHECK(has(text, "int n  (written)\n    if Int32.TryParse(\"1\", out n)"));
    CHECK(codes("int.TryParse(\"1\", out int n); Console.WriteLine(n);") == "");
    CHECK(codes("func f(out int a) { a = 1; } f(out string s);") == "E0401 1:36");
    CHECK(last("int[] a = [2, 1]; Array.Sort(a);") ==
          "Array.Sort(ref ::a)");  // the library's: without the word
    CHECK(codes("Array.Sort([2, 1]);") == "E0417 1:12");
}

TEST_CASE("check: inferred results") {
    CHECK(has(typed_text("func f() { }"), "void f()"));
    CHECK(has(typed_text("func f(bool b) { if (b) return; }"), "void f("));
    CHECK(has(typed_text("func f(bool b) { if (b) return 1; return 2.5; }"), "float f("));
    CHECK(has(typed_text("func f(bool b) { if (b) return 1; return 2L; }"), "long f("));
    CHECK(has(typed_text("func f(bool b) { double d = 1; if (b) return 0.5; return d; }"),
              "double f("));
    CHECK(has(typed_text("func f(bool b) { if (b) return null; return \"x\"; }"), "string f("));
    CHECK(has(typed_text("func f(bool b) { if (b) return 'a'; return 1; }"), "int f("));
    CHECK(has(typed_text("class A { } class B : A { } func f(bool b) { if (b) return new B(); "
                         "return new A(); }"),
              "A f("));
    CHECK(has(typed_text("func fact(int n) { if (n < 2) return 1; return n * fact(n - 1); }"),
              "int fact("));
    CHECK(has(typed_text("func f(int n) { if (n == 0) return 1; return g(n); } func g(int n) { "
                         "return f(n - 1) * 0.5; }"),
              "float f("));
    CHECK(has(typed_text("func even(int n) { if (n == 0) return true; return odd(n - 1); } func "
                         "odd(int n) { if (n == 0) return false; return even(n - 1); }"),
              "bool even("));
    CHECK(has(typed_text("var g = f(); func f() { return h() + 1; } func h() { return 2L; }"),
              "global long g"));
    CHECK(has(typed_text("func f() => 5; class A { func Name() { return \"n\"; } }"),
              "string A.Name()"));
    CHECK(has(typed_text("func gcd(int a, int b) => b == 0 ? a : gcd(b, a % b);"), "int gcd("));
    CHECK(has(typed_text("func a(int n) => n == 0 || b(n - 1); func b(int n) => n != 0 && a(n - 1);"),
              "bool a("));
    CHECK(has(typed_text("func f(int n) => \"x\" + (n > 0 ? f(n - 1) : \"\");"), "string f("));
    CHECK(codes("func f() { return f(); }") == "E0320 1:6");
    CHECK(codes("func f() { return null; }") == "E0320 1:6");
    CHECK(codes("func f(bool b) { if (b) return 1; return \"a\"; }") == "E0320 1:6");
    CHECK(message("func f(bool b) { if (b) return 1; return \"a\"; }") ==
          "cannot infer the result type of 'f': its 'return' statements have the types 'int' and "
          "'string'");
    CHECK(help("func f(bool b) { if (b) return 1; return \"a\"; }") == "this returns 'int'");
    CHECK(codes("var g = f(); func f() { return g; }") == "E0320 1:19");
}

TEST_CASE("check: return") {
    CHECK(codes("func int f() { return; }") == "E0445 1:16");
    CHECK(codes("func void f() { return 1; }") == "E0446 1:24");
    CHECK(codes("func int f() { return \"a\"; }") == "E0401 1:23");
    CHECK(codes("class A { A() { return 1; } }") == "E0446 1:24");
}

TEST_CASE("check: main in every form") {
    CHECK(has(typed_text("func main() { }"), "main is main"));
    CHECK(has(typed_text("func int main(string[] args) { return args.Length; }"), "main is main"));
    CHECK(has(typed_text("int main(string[] args) { return 0; }"), "main is main"));
    CHECK(has(typed_text("func main() { return 3; }"), "int main()"));
    CHECK(has(typed_text("class P { static void Main(string[] args) { } }"), "main is Main"));
    CHECK(has(typed_text("class P { static func main() { } }"), "main is main"));
    CHECK(!has(typed_text("func Main() { } Main();"), "main is"));
    CHECK(codes("func main() { } func main(int x) { }") == "E0317 1:22");
    CHECK(codes("func string main() { return \"\"; }") == "E0318 1:13");
    CHECK(codes("func main() { } return 1;") == "E0319 1:17");
    CHECK(has(typed_text("if (true) return; return 3;"),
              "int top_level()\n    if true\n        return 0"));
}

TEST_CASE("check: local functions and types") {
    CHECK(codes("func f() { int r = twice(2); func int twice(int n) { return n * 2; } struct P { "
                "int x; } P p; p.x = r; }") == "");
    CHECK(codes("func f() { int x = 1; func int g() { return x; } int y = g(); }") == "");
    CHECK(codes("func f() { func g() { return h(); } func h() { return 1; } return g(); }") == "");
    CHECK(codes("func f(bool b) { if (b) { struct P { int x; } P p; return p.x; } return 2; } func "
                "g() { return f(true); }") == "");
    CHECK(codes("func f() { struct P { P p; } }") == "E0605 1:25");
    CHECK(codes("func f() { return 1; struct P { P p; } }") == "E0605 1:35");
}

// ---- classes and structs -------------------------------------------------------------------------

TEST_CASE("check: members") {
    CHECK(codes("class A { int x; static int n; static func void S() { x = 1; } }") ==
          "E0623 1:55");
    CHECK(codes("class A { func void M() { } static func void S() { M(); this.M(); } }") ==
          "E0623 1:52 E0447 1:57");
    CHECK(codes("class A { static int n; } A a = new A(); a.n = 1;") == "E0624 1:44");
    CHECK(codes("class A { int n; } A.n = 1;") == "E0623 1:22");
    CHECK(
        codes("class A { private int n; func void F(A o) { o.n = 1; } } A a = new A(); a.n = 1;") ==
        "E0622 1:75");
    CHECK(codes("class A { protected int n; } class B : A { func void F() { n = 1; } } A a = new "
                "A(); a.n = 1;") == "E0622 1:88");
    CHECK(codes("static class U { static int x; int y; func void F() { } }") ==
          "E0611 1:49 E0611 1:36");
    CHECK(codes("static class U { } U u;") == "E0612 1:20");
    CHECK(has(typed_text("class A { int x = 1; A() { x = 2; } }"),
              "void A.init A()\n    this.x = 1\n    this.x = 2"));
    CHECK(has(typed_text("class A { int[] xs = [1]; int ys[2]; }"),
              "this.xs = int[][1]\n    this.ys = new int[](2)"));
}

TEST_CASE("check: constructors") {
    std::string text = typed_text(
        "class A { int v; A(int v) { this.v = v; } A() : this(5) { v++; } }"
        "class B : A { int w = 2; func B() : base(1) { } func init(string s) { } }");
    CHECK(has(text, "A.init A()\n    this.init A(5)\n    this.v++"));
    CHECK(has(text, "B.init B()\n    A(this).init A(1)\n    this.w = 2"));
    CHECK(has(text, "(string s)\n    A(this).init A()\n    this.w = 2"));
    CHECK(codes("class A { A(int x) { } } class B : A { B() { } }") == "E0424 1:40");
    CHECK(codes("class A { A() : base() { } }") == "E0620 1:17");
    CHECK(codes("class A { A(int x) : this(x) { } }") == "E0621 1:22");
    CHECK(codes("abstract class A { } A a = new A();") == "E0430 1:32");
    CHECK(codes("class A { } A a = new A(1);") == "E0424 1:19");
    // A class that declares no constructor has those of its base.
    CHECK(last("class MyException : Exception { } throw new MyException(\"x\");") ==
          "throw new MyException(\"x\")");
}

TEST_CASE("check: inheritance") {
    std::string text = typed_text(
        "class A { virtual func string N() { return \"a\"; } func int K() { return 1; } }"
        "class B : A { override func string N() { return base.N() + K(); } } A a = new B(); string "
        "s = a.N();");
    CHECK(has(text, "slot 0 string A.N()"));
    CHECK(has(text, "slot 0 string B.N()\n    return join(A(this).N(), text(A(this).K()))"));
    CHECK(has(text, "::s = ::a.~N()"));
    CHECK(codes("class A : int { }") == "E0601 1:11");
    CHECK(codes("class A : B { } class B : A { }") == "E0603 1:27");
    CHECK(codes("sealed class A { } class B : A { }") == "E0602 1:30");
    CHECK(codes("class A { override func void M() { } }") == "E0615 1:30");
    CHECK(codes("class A { func void M() { } } class B : A { override func void M() { } }") ==
          "E0616 1:64");
    CHECK(codes("class A { virtual func void M() { } } class B : A { sealed override func void M() "
                "{ } } class C : B { override func void M() { } }") == "E0617 1:122");
    CHECK(codes("class A { virtual func void M() { } } class B : A { override func int M() { "
                "return 1; } }") == "E0618 1:71");
    CHECK(codes("class A { func void M() { } } class B : A { func void M() { } }") == "W0801 1:55");
    CHECK(codes("class A { abstract func void M(); }") == "E0613 1:30");
    CHECK(codes("abstract class A { abstract func void M(); } class B : A { }") == "E0614 1:52");
    CHECK(codes("abstract class A { abstract func void M(); } class B : A { override func void M() "
                "{ base.M(); } }") == "E0625 1:90");
    CHECK(codes("class A { static virtual func void M() { } }") == "E0619 1:36");
}

TEST_CASE("check: ToString of a class is virtual") {
    Program p(
        "class A { } class B : A { func string ToString() { return \"b\"; } } class C : B { string "
        "ToString() { return \"c\"; } } B b = new C(); string s = b.ToString() + b;");
    CHECK(p.codes() == "");
    std::string text = typed::print(p.program);
    CHECK(has(text, "::s = join(::b.~ToString(), text(::b))"));
    for (const typed::Class* c : p.program.classes) {
        if (p.types.text(c->type) == "A") CHECK(!c->to_string);
        if (p.types.text(c->type) == "C") CHECK((c->to_string && c->to_string->owner == c->type));
    }
    CHECK(codes("class A { func int ToString() { return 1; } }") == "E0626 1:20");
    CHECK(value("class A { } A a = new A(); string s = a.ToString();") == "ToString(::a)");
}

TEST_CASE("check: structs") {
    CHECK(codes("struct S { int x = 1; }") == "E0606 1:20");
    CHECK(codes("struct S { int x[2]; }") == "E0607 1:17");
    CHECK(codes("struct S { S() { } }") == "E0608 1:12");
    CHECK(codes("struct S { ~S() { } }") == "E0609 1:13");
    CHECK(codes("struct A { B b; } struct B { A a; }") == "E0605 1:32");
    CHECK(message("struct A { B b; } struct B { A a; }") ==
          "struct 'A' contains itself: A.b -> B.a -> A");
    CHECK(codes("struct A { A[] inner; }") == "");
    CHECK(codes("struct V { int a; V(int a) { this.a = a; } V(int a, int b) : this(a + b) { } } V "
                "v = new V(1, 2); V w = new V(); V u = default(V);") == "");
    Program p("struct Outer { Inner i; } struct Inner { int x; }");
    REQUIRE(p.program.structs.size() == 2);
    CHECK(p.types.text(p.program.structs[0]->type) == "Inner");
}

TEST_CASE("check: enums") {
    CHECK(value("enum E { A, B = 5, C } int x = (int)E.C;") == "6");
    CHECK(value("enum E { A = 1, B = A + 4, C = B | 2 } E e = E.C;") == "E.C");
    CHECK(value("enum E { A, B } E e = E.A + 1;") == "E.B");
    CHECK(value("enum E { A, B } E a = E.A; E b = E.B; int d = b - a;") == "(int(::b) - int(::a))");
    CHECK(value("enum E { A, B } E a = E.A; bool b = a < E.B;") == "(int(::a) < 1)");
    CHECK(codes("enum E { A } int x = E.A;") == "E0401 1:22");
    CHECK(codes("enum E { A } E e = 1;") == "E0401 1:20");
    CHECK(codes("enum E { A } E e = 0;") == "");
    CHECK(codes("enum E { A } E e = E.Z;") == "E0321 1:22");
    CHECK(codes("enum E { A = B, B = 1 }") == "");
    CHECK(codes("enum E { A = B, B = A }") == "E0307 1:21");
    CHECK(codes("enum E { A = 3000000000 }") == "E0402 1:14");
    CHECK(last("enum E { A } Console.WriteLine(E.A);") == "Console.WriteLine(\"A\")");
}

TEST_CASE("check: static fields get their values in order, dependencies first") {
    Program p(
        "class A { static int x = B.y + 1; } class B { static int y = f(); } func int f() { return "
        "2; }");
    REQUIRE(p.program.globals.size() == 2);
    CHECK(p.program.globals[0]->name == "y");
    // One that needs a top-level variable follows it.
    std::string text =
        typed_text("int base1 = 5; int other = 6; class A { static int x = base1 * 2; }");
    CHECK(has(text, "::base1 = 5\n    A.x = (::base1 * 2)\n    ::other = 6"));
}

// ---- statements ----------------------------------------------------------------------------------

TEST_CASE("check: switch") {
    std::string text = typed_text(
        "enum E { A, B } func f(E e, string s) { switch (e) { case A: case B: break; default: "
        "break; } switch (s) { case \"x\": break; case null: break; } }");
    CHECK(has(text, "case E.A, E.B"));
    CHECK(has(text, "case null"));
    CHECK(codes("switch (null) { }") == "E0438 1:9");
    CHECK(codes("int n = 1; switch (n) { case 1: break; case 1: break; }") == "E0439 1:45");
    CHECK(codes("int n = 1; switch (n) { default: break; default: break; }") == "E0439 1:41");
    CHECK(codes("int n = 1; switch (n) { case \"a\": break; }") == "E0401 1:30");
    CHECK(codes("int n = 1; switch (n) { case n: break; }") == "E0308 1:30");
    CHECK(codes("char c = 'a'; switch (c) { case 'a': break; case 98: break; }") == "");
    CHECK(codes("class A { } A a = null; switch (a) { case null: break; }") == "");
}

TEST_CASE("check: loops") {
    CHECK(codes("foreach (char c in \"abc\") { } foreach (var x in [1]) { } foreach (long y in "
                "[1]) { } foreach (int z in new int[2, 2]) { }") == "");
    CHECK(codes("foreach (int x in 5) { }") == "E0421 1:19");
    CHECK(codes("foreach (string x in [1]) { }") == "E0401 1:23");
    CHECK(codes("int[] a = [1]; foreach (string x in a) { }") == "E0401 1:25");
    CHECK(codes("class N { } foreach (N n in [null, new N()]) { }") == "");
    CHECK(codes("break;") == "E0444 1:1");
    CHECK(codes("switch (1) { case 1: continue; }") == "E0444 1:22");
    CHECK(codes("while (true) { func void g() { break; } break; }") == "E0444 1:32");
    CHECK(codes("for (int i = 0, k = 9; i < k; i++, k--) { continue; } int j; for (j = 0; ; j++) { "
                "break; }") == "");
}

TEST_CASE("check: exceptions") {
    CHECK(codes("class E2 : Exception { } try { throw \"x\"; } catch (E2 e) { throw; } catch "
                "(string s) { Console.WriteLine(s); } finally { }") == "");
    CHECK(codes("try { throw new IOException(\"x\"); } catch (Exception e) { "
                "Console.WriteLine(e.Message); }") == "");
    CHECK(codes("throw 5;") == "E0440 1:7");
    CHECK(codes("class A { } throw new A();") == "E0440 1:19");
    CHECK(codes("throw;") == "E0443 1:1");
    CHECK(codes("try { } catch { try { } finally { throw; } }") == "E0443 1:35");
    CHECK(codes("try { } catch (int e) { }") == "E0441 1:16");
    CHECK(codes("try { } catch (Exception e) { } catch (IOException e) { }") == "E0442 1:40");
    CHECK(codes("try { } catch (string e) { } catch { }") == "E0442 1:30");
}

TEST_CASE("check: variables without a type of their own") {
    CHECK(codes("var x;") == "E0310 1:5");
    CHECK(codes("var x = null;") == "E0311 1:9");
    CHECK(codes("func v() { } var x = v();") == "E0311 1:22");
    CHECK(codes("var[] x;") == "E0312 1:1");
    CHECK(codes("class A { var x = 1; }") == "E0312 1:11");
    CHECK(codes("void v;") == "E0313 1:1");
    CHECK(codes("func f(void v) { }") == "E0313 1:8");
    CHECK(codes("var a = b; var b = a;") == "E0307 1:5 E0307 1:16");
    CHECK(codes("var a = b; var b = missing;") == "E0301 1:20");
    CHECK(codes("var g = f(); func f() { g = 2; return 1; } class A { static var s = f(); }") ==
          "");
}

TEST_CASE("check: ?:, default, sizeof") {
    CHECK(value("int n = 1; string s = n > 0 ? \"a\" : null;") == "((::n > 0) ? \"a\" : null)");
    CHECK(value("int n = 1; byte b = n > 0 ? 1 : 2;") == "((::n > 0) ? byte(1) : byte(2))");
    CHECK(codes("int n = 1; var v = n > 0 ? 1 : \"a\";") == "E0407 1:20");
    CHECK(value("string s = default(string);") == "null");
    CHECK(value("int n = default;") == "0");
    CHECK(value("long n = sizeof(int) + sizeof(double);") == "12L");
    CHECK(codes("var v = default;") == "E0411 1:9");
}

TEST_CASE("check: extern functions") {
    std::string text = typed_text(
        "extern func int puts(string s); extern func string getenv(string n); extern func void* "
        "malloc(int n); puts(\"a\"); string e = getenv(\"x\"); void* p = malloc(8);");
    CHECK(has(text, "puts(char*(\"a\"))"));
    CHECK(has(text, "::e = string(getenv(char*(\"x\")))"));
    CHECK(codes("extern func void fill(int[] a); extern func void take(ref string s);") == "E0702 1:66");
    CHECK(codes("extern func int printf(string f, ...); int n = printf(\"%d\", 1);") == "");
}

TEST_CASE("check: what is not supported yet is said once") {
    CHECK(codes("int n = 1; var a = n.GetType(); var b = n.GetType();") == "E0499 1:22");
}

// ---- size ----------------------------------------------------------------------------------------

TEST_CASE("check: chains of 50,000 terms") {
    std::string sum, text, both;
    for (int i = 0; i < 50000; ++i) {
        sum += i ? " + x" : "x";
        text += i ? " + x" : "\"a\" + x";
        both += i ? " && x > 0" : "x > 0";
    }
    CHECK(codes("int x = 1; int a = " + sum + "; double d = 0.5 + " + sum + "; string s = " + text +
                "; bool b = " + both + ";") == "");
}
