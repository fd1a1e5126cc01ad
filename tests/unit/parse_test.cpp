// The parser and the printer: the shape of every construct, what a program prints as, messages and
// recovery, deep nesting, and that no text at all upsets them.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ast/print.h"
#include "parse/parse.h"

using namespace dream;

namespace {

struct Parsed {
    Sources sources;
    diag::Sink sink;
    Arena arena;
    ast::File* file = nullptr;

    explicit Parsed(std::string text, const parse::Options& options = {}, bool is_library = false) {
        SourceId source = sources.add("a.dr", std::move(text), is_library);
        lex::TokenBuffer tokens = lex::lex(sources, source, sink);
        file = parse::parse(sources, source, tokens, arena, sink, options);
    }

    std::string print() const { return ast::print(*file); }
    std::string structure() const { return ast::print(*file, {true}); }
    // "E0201@3-5 ..." for every message, by the bytes that it marks
    std::string errors() const {
        std::string all;
        for (const auto& d : sink.all())
            all += fmt::format("{}{}@{}-{}", all.empty() ? "" : " ", diag::info(d.kind).code,
                               d.span.begin, d.span.end);
        return all;
    }
};

// The structure of one expression, every operator in parentheses.
std::string expr(std::string text) {
    Parsed p("x = " + text + ";");
    INFO(text);
    CHECK(p.errors() == "");
    REQUIRE(p.file->items.size() == 1);
    const auto* s = ast::try_as<ast::ExprStmt>(p.file->items[0]);
    REQUIRE(s);
    return ast::print(*ast::as<ast::Assign>(*s->expr).value, {true});
}

// What one statement or declaration prints as; must be without mistakes, and stable.
std::string stmt(std::string text, const parse::Options& options = {}) {
    Parsed p(text, options);
    INFO(text);
    CHECK(p.errors() == "");
    std::string once = p.print();
    Parsed again(once, options);
    CHECK(again.print() == once);
    CHECK(again.structure() == p.structure());
    while (!once.empty() && once.back() == '\n') once.pop_back();
    return once;
}

template <class T>
const T& first_decl(const Parsed& p) {
    const auto* s = ast::try_as<ast::DeclStmt>(p.file->items[0]);
    REQUIRE(s);
    const T* d = ast::try_as<T>(s->decl);
    REQUIRE(d);
    return *d;
}

std::string errors(std::string text) {
    return Parsed(std::move(text)).errors();
}

std::string repeat(std::string_view text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

// Every construct of the language at least once.
const char* const kSample = R"dream(
module a.b;
import x.y;
export class Person : Base<int>, IThing where T : X { string name; }
class Box<T> : Base where T : class, IComparable<T>, new() {
    T value; private static int count = 0; const int N = 3, M = 4;
    int grid[4]; int[,] r = new int[2, 3]; int m[2][3];
    func Box(T v) : base(v, 1) { this.value = v; }
    Box() : this(default(T)) { }
    func init(int a) { }
    ~Box() { free(this.p); }
    func T get() => value;
    static func inferred(int a = 3, params int[] xs) { return a; }
    T other<U>(U u, ref int a, out string b) where U : struct { b = null; return value; }
    public int P { get; private set; } = 5;
    int Q { get { return 1; } set { count = value; } }
    int R => 5;
    int this[int i, int j] { get => i; set { } }
    static Box operator +(Box a, Box b) { return a; }
    static func Box operator -(Box a) => a;
    bool operator ==(Box a, Box b) => true;
    virtual func void v() { } abstract func int w(); override string ToString() { return ""; }
    struct Inner { int x; };
    enum E { A, B = 5, C, }
    @class @int;
}
interface I { func f(); int g(int a); int P { get; } }
struct FILE;
enum F : byte { X }
typedef func int Cmp(void* a, void* b);
typedef func Cb(int a);
typedef List<int> Ints;
extern func int printf(const char* fmt, ...);
extern func void* malloc(int size);
extern func FILE* fopen(string name, string mode);
extern func void qsort(void* data, long n, long size, Cmp cmp);
func int(int, ref string s) fp = add;
func int[] arr() { }
func func int(int) maker() { return x => x; }
func gen<T>(T a) where T : I { }
int main(string[] args) {
    int a = 1, b[4], c = 3; int[4] d; int[] e = [1, 2, 3], f = {1, 2, {3}}; int[][] j = new int[3][]; int[,,] k;
    int[4] q; a[3] z; Person* p; Person p2; List<List<int>> ll = new List<List<int>>(); var v = new[] {1, 2}; var w = new int[] {1, 2,};
    Dictionary<string, List<int>> dd = new Dictionary<string, List<int>> { {"a", new List<int>{1}}, ["b"] = null, };
    Person pp = new Person("x") { Name = "y", Inner = { X = 1 }, L = { 1, 2 } };
    Person p3 = { X = 1 }; Person p4 = new(1);
    x.y = 1; a = b * c; y = (int)x; y = (Person)z; y = (a)(b); y = (Person)(b); y = (a) - b; y = (Person)-b; y = (List<int>)b; y = (int[])b; z = (a.b.C)d;
    s = $"a {e} b {x,8:F2} {{}} {(c ? 1 : 2)} {$"in {n}"} {d["k"]} {xs.Map(x => { return x; })}"; t = @"ver""b"; u = $@"v {x} ""q""
l2";
    a = b = c; a += 1; a <<= 2; a >>= 3; a ??= b; a |= b ^ c & d; a = b >> c; a = x ?? y ?? throw new E();
    a?.b.c(d)?[e].f(); a?[0] = 1; x = a?.b?.c ?? d; y = c ? [1] : [2]; y = c ?.5 : 1; y = a ? b : c ? d : e;
    f(ref a, out b, out int c2, out var d2, name: 3, x: ref y); g<int>(a); h(a < b, c > d); i(a < b, c > (d)); z = a.Map<int>(b);
    if (x is Person) { } else if (x is Person q1 && q1.Age > 3) ; else if (x is not null or 5) return; else { }
    if (x is > 0 and < 10 or (1 or 2) and not 'a') { } z = x as Person; z = x is int ? 1 : 2; z = x as string ?? "a";
    while (a) { break; } do { continue; } while (b); do x++; while (y); for (;;) { } for (int i = 0, j2 = 1; i < n; i++, j2--) { } for (i = 0, j = 1; ; ) ;
    foreach (var x in xs) foreach (int[] y in ys) { Console.WriteLine(x); }
    switch (x) { case 1: case 2: y = 1; break; default: z = 1; case E.A: case Person p5 when p5.x > 1: case > 5: case "a": case var any: { } case null: case _: case Person: case -1: }
    r = x switch { 1 => "one", Person c when c.R > 0 => "p", > 5 and < 7 => "r", null => "n", Color.Red or Color.Blue => "rb", _ => x switch { _ => 1 } };
    try { throw "x"; } catch (string s2) { throw; } catch (MyE e2) when (e2.x) { } catch (MyE) { } catch { } finally { }
    using (var f2 = Open()) { } using (g) x(); using var f3 = Open(); using Foo f4 = Open();
    fn = (a, b) => a + b; fn = x => { return x; }; fn = () => { }; fn = (int a, ref int b) => a; func int local(int a) { return a; } func loc2() { } int loc3(int a) => a; static int sl() { return 1; }
    struct LP { int x; } class LC { func LC() { } } const int K = 5; ++a; a--; *p = 3; q = &f; z = !a; z = ~b; z = - -x; z = -(-x); z = - --x; z = &b & &c;
    z = sizeof(int) + sizeof(Person*) + sizeof(a + b); z = default; int.Parse(s).x(); string.Join(",", x); List<int>.Create(); x = a.b<int>.c; base.M(); this[3] = 4; return a[i][j].b++;
    f(-2147483648, 0xFFL, 1_000, 0b11, 1.5f, .5, 1e9, 2.5e-3d, 1L, 'a', '\'', '"', '\x41', "\u00e9\0\x01\xFF", a /* c */ + b);
    Matrix<float>[] ms; a.b.c d5; a.b<c>.d e5; int? ni = null; Foo? nf; var qq = a is Person[] x6; new Person(); new Person { X = 1 }.f(); z = new int[n].Length; z = new int[3][4];
    z = a && b || c == d; z = a.length; z = a < b; z = a << b; i = j < k ? 1 : 2;
}
)dream";

}  // namespace

// ---- expressions -------------------------------------------------------------------------------

TEST_CASE("parse: precedence and associativity") {
    CHECK(expr("a + b * c - d") == "((a + (b * c)) - d)");
    CHECK(expr("a * b / c % d") == "(((a * b) / c) % d)");
    CHECK(expr("a << b + c >> d") == "((a << (b + c)) >> d)");
    CHECK(expr("a < b == c >= d") == "((a < b) == (c >= d))");
    CHECK(expr("a & b ^ c | d && e || f") == "(((((a & b) ^ c) | d) && e) || f)");
    CHECK(expr("a == b & c") == "((a == b) & c)");
    CHECK(expr("a ?? b ?? c || d") == "(a ?? (b ?? (c || d)))");
    CHECK(expr("a ? b : c ? d : e") == "(a ? b : (c ? d : e))");
    CHECK(expr("a = b += c") == "(a = (b += c))");
    CHECK(expr("-a * !b") == "((-a) * (!b))");
    CHECK(expr("-a.b++") == "(-(a.b++))");
    CHECK(expr("- -a") == "(- (-a))");
    CHECK(expr("a - -b") == "(a - (-b))");
    CHECK(expr("(a + b) * c") == "(((a + b)) * c)");
    CHECK(expr("a is T && b as U == c") == "((a is T) && ((b as U) == c))");
    CHECK(expr("a + b is T") == "((a + b) is T)");
    CHECK(expr("a is T ? b : c") == "((a is T) ? b : c)");
    CHECK(expr("a as T ?? b") == "((a as T) ?? b)");
    CHECK(expr("a >> b >= c") == "((a >> b) >= c)");
    CHECK(expr("a ^ b") == "(a ^ b)");
    CHECK(expr("x => y => x + y") == "(x => (y => (x + y)))");
    CHECK(expr("a switch { 1 => 2 } + 3").starts_with("((a switch {"));
    CHECK(expr("-2147483648") == "(-2147483648)");
}

TEST_CASE("parse: casts follow C#, helped by the names of types") {
    CHECK(expr("(int)a + b") == "(((int)a) + b)");
    CHECK(expr("(int)-a") == "((int)(-a))");
    CHECK(expr("(a)b") == "((a)b)");
    CHECK(expr("(a)\"s\"") == "((a)\"s\")");
    CHECK(expr("(a)(b)") == "(a)(b)");
    CHECK(expr("(a) - b") == "((a) - b)");
    CHECK(expr("(a)[0]") == "(a)[0]");
    CHECK(expr("(a.b)c") == "((a.b)c)");
    CHECK(expr("(List<int>)a") == "((List<int>)a)");
    CHECK(expr("(List<int>)(a)") == "((List<int>)(a))");
    CHECK(expr("(int[])a.b") == "((int[])a.b)");
    CHECK(expr("(T*)a") == "((T*)a)");
    CHECK(expr("(a) is T") == "((a) is T)");
    CHECK(expr("(a) ? b : c") == "((a) ? b : c)");
    CHECK(expr("(func int(int))a") == "((func int(int))a)");
    Parsed known("class T { } x = (T)(b); x = (T)-b; x = (T)[1]; x = (T)*p;");
    CHECK(known.structure() ==
          "class T {\n}\n\n(x = ((T)(b)));\n(x = ((T)(-b)));\n(x = ((T)[1]));\n(x = ((T)(*p)));\n");
    std::string_view names[] = {"U"};
    CHECK(stmt("x = (U)(b);", {names}) == "x = (U)(b);");
    CHECK(Parsed("x = (U)(b);", {names}).structure() == "(x = ((U)(b)));\n");
}

TEST_CASE("parse: generics or comparisons") {
    CHECK(expr("f<int>(a)") == "f<int>(a)");
    CHECK(expr("a < b && c > d") == "((a < b) && (c > d))");
    CHECK(expr("f(a < b, c > d)") == "f((a < b), (c > d))");
    CHECK(expr("f(a < b, c > (d))") == "f(a<b, c>(d))");
    CHECK(expr("a.b<c, d<e>>.f") == "a.b<c, d<e>>.f");
    CHECK(expr("List<int>.Create()") == "List<int>.Create()");
    CHECK(expr("i < n > m") == "((i < n) > m)");
}

TEST_CASE("parse: postfix chains") {
    CHECK(expr("a.b(c)[d]++") == "(a.b(c)[d]++)");
    CHECK(expr("a?.b.c?[d]") == "(a?.b.c?[d])");
    CHECK(expr("(a?.b).c") == "((a?.b)).c");
    CHECK(expr("a?[0]") == "(a?[0])");
    CHECK(expr("a ? [1] : [2]") == "(a ? [1] : [2])");
    CHECK(expr("a?.5:1") == "(a ? .5 : 1)");
    CHECK(expr("f(ref a, out b, out int c, out var d, n: e, m: ref g)") ==
          "f(ref a, out b, out int c, out var d, n: e, m: ref g)");
    CHECK(expr("int.Parse(s)") == "int.Parse(s)");
    CHECK(expr("base.M()") == "base.M()");
    CHECK(expr("this[1, 2]") == "this[1, 2]");
}

TEST_CASE("parse: new, lists, initialisers") {
    CHECK(expr("new P(1, 2)") == "new P(1, 2)");
    CHECK(expr("new P { X = 1, Y = { Z = 2 } }") == "new P { X = 1, Y = { Z = 2 } }");
    CHECK(expr("new D { {\"a\", 1}, [\"b\"] = 2, }") == "new D { { \"a\", 1 }, [\"b\"] = 2 }");
    CHECK(expr("new L<int> { }") == "new L<int> { }");
    CHECK(expr("new(1)") == "new(1)");
    CHECK(expr("new int[3][]") == "new int[3][]");
    CHECK(expr("new int[2, 3]") == "new int[2, 3]");
    CHECK(expr("new int[] {1, {2}}") == "new int[] {1, {2}}");
    CHECK(expr("new[] {1}") == "new[] {1}");
    CHECK(expr("new[,] {{1}}") == "new[,] {{1}}");
    CHECK(expr("new void*[2]") == "new void*[2]");
    CHECK(expr("[1, [2], ]") == "[1, [2]]");
    CHECK(stmt("P p = {X = 1};") == "P p = { X = 1 };");
    CHECK(stmt("int[] a = {};") == "int[] a = {};");
}

TEST_CASE("parse: literals keep their values") {
    Parsed p("f(0xFFL, 12, 1_0.5f, 2d, 1e3, 'a', \"b\\n\", @\"c\", true, null, $\"x{1,2:F}\");");
    REQUIRE(p.errors() == "");
    const auto& args = ast::as<ast::Call>(*ast::as<ast::ExprStmt>(*p.file->items[0]).expr).args;
    const auto& hex = ast::as<ast::IntLiteral>(*args[0].value);
    CHECK((hex.value == 255 && hex.is_bits && hex.is_long));
    CHECK_FALSE(ast::as<ast::IntLiteral>(*args[1].value).is_bits);
    const auto& real = ast::as<ast::RealLiteral>(*args[2].value);
    CHECK((real.text == "10.5" && real.value == 10.5 && real.suffix == ast::RealSuffix::Float));
    CHECK(ast::as<ast::RealLiteral>(*args[3].value).suffix == ast::RealSuffix::Double);
    CHECK(ast::as<ast::RealLiteral>(*args[4].value).suffix == ast::RealSuffix::None);
    CHECK(ast::as<ast::CharLiteral>(*args[5].value).value == 'a');
    CHECK(ast::as<ast::StringLiteral>(*args[6].value).bytes == "b\n");
    CHECK(ast::as<ast::StringLiteral>(*args[7].value).bytes == "c");
    CHECK(ast::as<ast::BoolLiteral>(*args[8].value).value);
    const auto& parts = ast::as<ast::Interpolation>(*args[10].value).parts;
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].text == "x");
    CHECK(parts[1].format == "F");
    CHECK(parts[1].alignment);
}

TEST_CASE("parse: patterns") {
    CHECK(expr("a is not null") == "(a is not null)");
    CHECK(expr("a is > 0 and < 10 or 20") == "(a is (> 0 and < 10) or 20)");
    CHECK(expr("a is 1 and (2 or 3)") == "(a is 1 and (2 or 3))");
    CHECK(expr("a is not (1 or 2)") == "(a is not (1 or 2))");
    CHECK(expr("a is C c && c.x") == "((a is C c) && c.x)");
    CHECK(expr("a is C[] c") == "(a is C[] c)");
    CHECK(expr("a is E.A + 1") == "(a is (E.A + 1))");
    CHECK(expr("a is var b") == "(a is var b)");
    auto pattern_kind = [](std::string text) {
        Parsed p("switch (x) { case " + text + ": }");
        REQUIRE(p.errors() == "");
        const auto& s = ast::as<ast::Switch>(*p.file->items[0]);
        return std::string(ast::kind_name(s.sections[0].labels[0].pattern->kind));
    };
    CHECK(pattern_kind("1") == "ConstantPattern");
    CHECK(pattern_kind("A") == "ConstantPattern");
    CHECK(pattern_kind("E.A") == "ConstantPattern");
    CHECK(pattern_kind("int") == "TypePattern");
    CHECK(pattern_kind("int.MaxValue") == "ConstantPattern");
    CHECK(pattern_kind("A a") == "TypePattern");
    CHECK(pattern_kind("A when b") == "ConstantPattern");
    CHECK(pattern_kind("List<int>") == "TypePattern");
    CHECK(pattern_kind("_") == "DiscardPattern");
    CHECK(pattern_kind("var v") == "VarPattern");
    CHECK(pattern_kind(">= 'a'") == "RelationalPattern");
    CHECK(pattern_kind("not 1") == "NotPattern");
    CHECK(pattern_kind("1 or 2") == "BinaryPattern");
    CHECK(pattern_kind("(1 + 2) * 3") == "ConstantPattern");
    CHECK(pattern_kind("(int)'a'") == "ConstantPattern");
    Parsed known("class A { } switch (x) { case A: }");
    CHECK(ast::as<ast::Switch>(*known.file->items[1]).sections[0].labels[0].pattern->kind ==
          ast::PatternKind::TypePattern);
}

// ---- declarations ------------------------------------------------------------------------------

TEST_CASE("parse: a star declares a pointer only behind the name of a type") {
    CHECK(stmt("class A { } A * b;") == "class A {\n}\n\nA* b;");
    CHECK(errors("a * b;") == "E0216@0-5");
    CHECK(stmt("int* p;") == "int* p;");
    CHECK(stmt("typedef int H; H * h;") == "typedef int H;\nH* h;");
    std::string_view names[] = {"FILE"};
    CHECK(stmt("FILE * f;", {names}) == "FILE* f;");
    CHECK(stmt("class B<T> { T * t; }") == "class B<T> {\n    T* t;\n}");
}

TEST_CASE("parse: arrays in each form of declarator") {
    auto shape = [](std::string text) {
        Parsed p(text);
        REQUIRE(p.errors() == "");
        const auto& v = first_decl<ast::Variables>(p);
        return ast::print(*v.items.back().type) + fmt::format(" {}", v.items.back().own_dims);
    };
    CHECK(shape("int a[4];") == "int[4] 1");
    CHECK(shape("int[4] a;") == "int[4] 0");
    CHECK(shape("int m[2][3];") == "int[2][3] 2");
    CHECK(shape("int[3] m[2];") == "int[2][3] 1");
    CHECK(shape("int[][] j;") == "int[][] 0");
    CHECK(shape("int[,] r;") == "int[,] 0");
    CHECK(shape("int a[] = {1};") == "int[] 1");
    CHECK(shape("a[3] b;") == "a[3] 0");
    CHECK(shape("int a, b[2];") == "int[2] 1");
    Parsed outer("int[][,] a;");
    const auto& type = ast::as<ast::ArrayType>(*first_decl<ast::Variables>(outer).type);
    CHECK(type.rank() == 1);
    CHECK(ast::as<ast::ArrayType>(*type.element).rank() == 2);
}

TEST_CASE("parse: functions in each form") {
    auto function = [](std::string text) {
        Parsed p(text);
        INFO(text);
        REQUIRE(p.errors() == "");
        const auto& f = first_decl<ast::Function>(p);
        return fmt::format("{} {} {}", f.name.text, f.result ? ast::print(*f.result) : "-",
                           f.has_func);
    };
    CHECK(function("func f() { }") == "f - true");
    CHECK(function("func f() => 1;") == "f - true");
    CHECK(function("func int f(int a) { }") == "f int true");
    CHECK(function("int f(int a) { }") == "f int false");
    CHECK(function("func List<int> f() { }") == "f List<int> true");
    CHECK(function("func f<T>(T a) where T : I { }") == "f - true");
    CHECK(function("func T f<T>(T a) { }") == "f T true");
    CHECK(function("func int[] f() { }") == "f int[] true");
    CHECK(function("func A* f() { }") == "f A* true");
    CHECK(function("func func int(int) f() { }") == "f func int(int) true");
    CHECK(function("func int(int) f() { }") == "f func int(int) false");
    CHECK(function("extern func f(int a);") == "f - true");
    CHECK(function("extern func int printf(const char* f, ...);") == "printf int true");
    CHECK(function("static A.B f() { }") == "f A.B false");
    auto variable = [](std::string text) {
        Parsed p(text);
        INFO(text);
        REQUIRE(p.errors() == "");
        return ast::print(*first_decl<ast::Variables>(p).type);
    };
    CHECK(variable("func int(int) f = g;") == "func int(int)");
    CHECK(variable("func X(A) f = g;") == "func X(A)");
    CHECK(variable("func(int) f;") == "func(int)");
    CHECK(variable("func List<int>(A) f;") == "func List<int>(A)");
    CHECK(variable("func int(int)[] f;") == "func int(int)[]");
}

TEST_CASE("parse: constructors, destructors, operators") {
    Parsed p(
        "class A { func A() : base(1) { } A(int a) : this() { } func init(int b) { } ~A() { } "
        "func int init(int c) { } A operator +(A a, A b) => a; A operator -(A a) => a; "
        "bool operator >>(A a, int b) => true; A make() => new A(); }");
    REQUIRE(p.errors() == "");
    const auto& members = first_decl<ast::TypeDecl>(p).members;
    auto kind = [&](size_t i) { return ast::as<ast::Function>(*members[i]).function_kind; };
    using enum ast::FunctionKind;
    CHECK(kind(0) == Constructor);
    CHECK(ast::as<ast::Function>(*members[0]).chain == ast::ChainTarget::Base);
    CHECK(kind(1) == Constructor);
    CHECK(kind(2) == Constructor);
    CHECK(kind(3) == Destructor);
    CHECK(kind(4) == Function);
    CHECK(kind(5) == Operator);
    CHECK_FALSE(ast::as<ast::Function>(*members[5]).op.is_unary);
    CHECK(ast::as<ast::Function>(*members[6]).op.is_unary);
    CHECK(ast::as<ast::Function>(*members[7]).op.binary == ast::BinaryOp::ShiftRight);
    CHECK(kind(8) == Function);
}

TEST_CASE("parse: statements and declarations mix at the top level") {
    Parsed p("module a.b; import c.d; x = 1; class A { } ; int y; func f() { } f();");
    CHECK(p.errors() == "");
    CHECK(p.file->module->name.parts.size() == 2);
    CHECK(p.file->imports.size() == 1);
    CHECK(p.file->items.size() == 6);
    // words that are names elsewhere
    CHECK(stmt("int module = import + export; typedef.get(where); init = set;") ==
          "int module = import + export;\ntypedef.get(where);\ninit = set;");
    CHECK(stmt("export func f() { }") == "export func f() { }");
    CHECK(first_decl<ast::Function>(Parsed("export func f() { }"))
              .modifiers.has(ast::Modifier::Export));
}

TEST_CASE("parse: else-if chains and binary chains are flat") {
    Parsed p("if (a) b(); else if (c) d(); else if (e) f(); else { }");
    const auto& s = ast::as<ast::If>(*p.file->items[0]);
    CHECK(s.arms.size() == 3);
    CHECK(s.otherwise);
    Parsed sum("x = a + b * c + d;");
    const auto& assign = ast::as<ast::Assign>(*ast::as<ast::ExprStmt>(*sum.file->items[0]).expr);
    std::vector<const ast::Binary*> links;
    const ast::Expr* leftmost = ast::left_spine(ast::as<ast::Binary>(*assign.value), links);
    CHECK(ast::print(*leftmost) == "a");
    REQUIRE(links.size() == 2);
    CHECK(ast::print(*links[0]->rhs) == "b * c");
    CHECK(ast::print(*links[1]->rhs) == "d");
}

TEST_CASE("parse: spans are those of the text") {
    Parsed p("int a = f(b, c + d);");
    const auto& v = first_decl<ast::Variables>(p).items[0];
    CHECK(p.sources.text(v.name.span) == "a");
    CHECK(p.sources.text(v.initial->span) == "f(b, c + d)");
    CHECK(p.sources.text(ast::as<ast::Call>(*v.initial).args[1].value->span) == "c + d");
    CHECK(p.sources.text(ast::as<ast::Call>(*v.initial).args_span) == "(b, c + d)");
}

// ---- printing ----------------------------------------------------------------------------------

TEST_CASE("print: the sample of all constructs is stable") {
    Parsed p(kSample);
    CHECK(p.errors() == "");
    std::string once = p.print();
    Parsed again(once);
    CHECK(again.errors() == "");
    CHECK(again.print() == once);
    CHECK(again.structure() == p.structure());
}

TEST_CASE("print: every Dream program of the project is stable") {
    namespace fs = std::filesystem;
    for (std::string folder : {"tests/golden", "examples", "stdlib"}) {
        fs::path root = fs::path(DREAM_ROOT) / folder;
        if (!fs::exists(root)) continue;
        bool is_library = folder == "stdlib";
        for (const auto& entry : fs::recursive_directory_iterator(root)) {
            if (entry.path().extension() != ".dr") continue;
            std::stringstream text;
            text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
            Parsed p(text.str(), {}, is_library);
            INFO(entry.path().string());
            if (folder != "tests/golden") CHECK(p.errors() == "");
            if (p.sink.has_errors()) continue;
            std::string once = p.print();
            Parsed again(once, {}, is_library);
            CHECK(again.errors() == "");
            CHECK(again.print() == once);
            CHECK(again.structure() == p.structure());
        }
    }
}

TEST_CASE("print: statements as they are") {
    CHECK(stmt("if(a)b();else{c();}") == "if (a)\n    b();\nelse {\n    c();\n}");
    CHECK(stmt("for(int i=0,j=1;i<n;i++,j--){}") == "for (int i = 0, j = 1; i < n; i++, j--) { }");
    CHECK(stmt("do x++; while (y);") == "do\n    x++; while (y);");
    CHECK(stmt("x = () => { y(); };") == "x = () => {\n    y();\n};");
    CHECK(stmt("x = $@\"a{f(() => {\n b(); })}\";") == "x = $\"a{f(() => { b(); })}\";");
    CHECK(stmt("@class @int = @if;") == "@class @int = @if;");
    CHECK(stmt("catch2 x = 'a' + '\\'' + '\\\\';") == "catch2 x = 'a' + '\\'' + '\\\\';");
    CHECK(stmt("enum E:byte{A,B=5,}") == "enum E : byte { A, B = 5 }");
    CHECK(stmt("struct FILE;") == "struct FILE;");
    CHECK(stmt("typedef func int Cmp(void* a, void* b);") ==
          "typedef func int Cmp(void* a, void* b);");
    CHECK(stmt("const int N = 3, M = N;") == "const int N = 3, M = N;");
    CHECK(stmt("using var f = g();") == "using var f = g();");
}

// ---- mistakes ----------------------------------------------------------------------------------

TEST_CASE("parse: missing semicolons are reported where they are missing, with a fix") {
    Parsed p("int x = 5\nint y = 6\n");
    CHECK(p.errors() == "E0202@9-9 E0202@19-19");
    REQUIRE(p.sink.all()[0].fixes.size() == 1);
    CHECK(p.sink.all()[0].fixes[0].replacement == ";");
    CHECK(p.file->items.size() == 2);
    CHECK(errors("x = 5 6; y = 7;") == "E0202@5-5");
    CHECK(errors("func f() { return 1 }") == "E0202@19-19");
}

TEST_CASE("parse: each mistake is reported once and the rest is read") {
    CHECK(errors("f(1, 2;\ng(3);") == "E0212@1-2");
    CHECK(errors("if (x > 3 { y(); }\nz();") == "E0212@3-4");
    CHECK(errors("while x > 0 { y(); }") == "E0201@6-7");
    CHECK(errors("x = ;\ny = 1;\nz = ;") == "E0203@4-5 E0203@17-18");
    CHECK(errors("func f() {\n  if (a) {\n}\n") == "E0212@9-10");
    CHECK(errors("} x();") == "E0213@0-1");
    CHECK(errors("x = \"abc);\ny();") == "E0101@4-10");
    CHECK(errors("func main()\n    x();\n}\ny();") == "E0201@11-11");
    CHECK(errors("class A { int x  int y; func f( { } void g() { } }") ==
          "E0202@15-15 E0204@32-33");
    Parsed after("x = ( ; class A { } func f() { }");
    CHECK(after.file->items.size() == 3);
}

TEST_CASE("parse: C#'s other keywords and habits get an answer of their own") {
    CHECK(errors("goto x;") == "E0208@0-4");
    CHECK(errors("lock (a) { b(); }") == "E0208@0-4");
    CHECK(errors("x = typeof(int);") == "E0208@4-10");
    CHECK(errors("checked { a(); }") == "E0208@0-7");
    CHECK(errors("class A { internal int x; volatile int y; }") == "E0208@10-18 E0208@26-34");
    CHECK(errors("namespace N { class C { } }") == "E0208@0-9");
    CHECK(errors("uint u = 3;") == "E0209@0-4");
    CHECK(errors("x = (decimal)y;") == "E0209@5-12");
    CHECK(errors("int while = 3;") == "E0210@4-9");
    CHECK(errors("using System;") == "E0232@0-5");
    CHECK(errors("yield return 3;") == "E0208@0-5");
    CHECK(errors("var t = (1, 2);") == "E0221@8-14");
    CHECK(errors("(int, int) t;") == "E0221@0-10");
    CHECK(errors("class A { [Attr] int x; }") == "E0222@10-16");
    CHECK(errors("x = new { Y = 1 };") == "E0246@8-9");
    CHECK(errors("x = a is { Y: 1 };") == "E0238@9-10");
    CHECK(errors("x: y();") == "E0241@0-1");
    CHECK(errors("x = func(int a) { return a; };") == "E0237@4-8");
}

TEST_CASE("parse: hints") {
    CHECK(errors("int x == 5;") == "E0217@6-8");
    CHECK(errors("if (a === b) { }") == "E0233@6-9");
    CHECK(errors("if (a <> b) { }") == "E0233@6-8");
    CHECK(errors("if (a and b) { }") == "E0233@6-9");
    CHECK(errors("p->x = 1;") == "");
    CHECK(errors("A::b();") == "E0233@1-3");
    CHECK(errors("x == 5;") == "E0216@0-6");
    CHECK(errors("foreach (x in y) { }") == "E0239@9-10");
    CHECK(errors("x = $\"{a ? b : c}\";") == "E0234@7-16");
    CHECK(errors("f({1, 2});") == "E0223@2-3");
    CHECK(errors("x = new int[];") == "E0224@4-13");
    CHECK(errors("x = new A;") == "E0201@9-10");
    CHECK(errors("else { }") == "E0214@0-4");
    CHECK(errors("catch { }") == "E0214@0-5");
    CHECK(errors("try { }") == "E0215@0-3");
    CHECK(errors("if (a) int x = 1;") == "E0236@7-17");
    CHECK(errors("func f(a) { }") == "E0219@7-8");
    CHECK(errors("class A { Foo() { } }") == "E0245@10-13");
    CHECK(errors("class A { ~B() { } }") == "E0244@11-12");
    CHECK(errors("class A { x = 5; }") == "E0235@10-11");
    CHECK(errors("class A { + }") == "E0207@10-11");
    CHECK(errors("class A { A operator &&(A a, A b) => a; }") == "E0242@21-23");
    CHECK(errors("class A { A operator *(A a) => a; }") == "E0243@21-22");
    CHECK(errors("class A { int P { get; get; } }") == "E0228@23-26");
    CHECK(errors("class A { int P { foo; } }") == "E0227@18-21");
    CHECK(errors("int P { get; }") == "E0229@4-5");
    CHECK(errors("func f();") == "E0218@5-6");
    CHECK(errors("static static int x;") == "E0225@7-13");
    CHECK(errors("x(); module a;") == "E0230@5-11");
    CHECK(errors("func f() { import a; }") == "E0231@11-17");
    CHECK(errors("func f(int a, ...) { }") == "E0220@14-17");
    CHECK(errors("ref int x;") == "E0226@0-3");
    CHECK(errors("x = int;") == "E0240@4-7");
    CHECK(errors("func int[3] f() { }") == "E0247@9-10");
    CHECK(errors("func f(int a[3]) { }") == "E0247@13-14");
    CHECK(errors("List<int[3]> a;") == "E0247@9-10");
    CHECK(errors("static int = 3;") == "E0205@11-12");
    CHECK(errors("static +;") == "E0204@7-8");
}

TEST_CASE("parse: messages about one file are limited") {
    Parsed p(repeat("x = ;\n", 20000));
    CHECK(p.sink.all().size() == 100);
    CHECK(p.file->items.size() == 20000);
}

// ---- robustness --------------------------------------------------------------------------------

TEST_CASE("parse: no nesting is too deep to answer") {
    struct Shape {
        const char* name;
        const char* before;
        const char* open;
        const char* middle;
        const char* close;
        const char* after;
        bool is_flat;  // any length is fine
    };
    const Shape shapes[] = {
        {"parentheses", "x = ", "(", "1", ")", ";", false},
        {"brackets", "x = ", "[", "", "]", ";", false},
        {"blocks", "", "{", "", "}", "", false},
        {"open blocks", "", "{", "", "", "", false},
        {"calls", "x = ", "f(", "1", ")", ";", false},
        {"indices", "x = ", "a[", "1", "]", ";", false},
        {"minus", "x = ", "- ", "1", "", ";", false},
        {"not", "x = ", "!", "1", "", ";", false},
        {"casts", "x = ", "(int)", "1", "", ";", false},
        {"conditions", "x = ", "a ? b : ", "c", "", ";", false},
        {"assignments", "", "a = ", "1", "", ";", false},
        {"coalescing", "x = ", "a ?? ", "b", "", ";", false},
        {"lambdas", "x = ", "y => ", "1", "", ";", false},
        {"if", "", "if (a) ", "b();", "", "", false},
        {"while", "", "while (a) ", "b();", "", "", false},
        {"classes", "", "class A {", "", "}", "", false},
        {"functions", "", "func f() {", "", "}", "", false},
        {"generic types", "", "A<", "int", ">", " x;", false},
        {"function types", "", "func int(", "", ")", " x;", false},
        {"array types", "int", "[]", "", "", " x;", false},
        {"patterns", "x = a is ", "(", "1", ")", ";", false},
        {"not patterns", "x = a is ", "not ", "1", "", ";", false},
        {"switches", "", "switch (a) { case 1: ", "", "}", "", false},
        {"switch expressions", "x = ", "a switch { 1 => ", "1", "}", ";", false},
        {"interpolated strings", "x = ", "$\"{", "1", "}\"", ";", false},
        {"initialisers", "x = new A ", "{ b = ", "1", "}", ";", false},
        {"try", "", "try {", "", "} finally { }", "", false},
        {"members", "x = a", ".b", "", "", ";", false},
        {"chained calls", "x = a", ".b()", "", "", ";", false},
        {"sum", "x = ", "a + ", "b", "", ";", true},
        {"logic", "x = ", "a && b || ", "c", "", ";", true},
        {"else if", "if (a) b();", " else if (a) b();", "", "", "", true},
        {"arguments", "f(", "1, ", "1", "", ");", true},
        {"comparisons", "x = ", "a < ", "b", "", ";", true},
    };
    for (const Shape& s : shapes) {
        for (int n : {100, 1000, 10000, 100000}) {
            CAPTURE(s.name, n);
            Parsed p(s.before + repeat(s.open, n) + s.middle + repeat(s.close, n) + s.after);
            if (s.is_flat) {
                CHECK(p.errors() == "");
                CHECK_FALSE(p.print().empty());
            } else if (n == 100 && std::string_view(s.name) != "open blocks") {
                CHECK(p.errors() == "");
            } else if (n == 100000) {
                CHECK(p.sink.has_errors());
                if (std::string_view(s.name) != "generic types") CHECK(p.sink.all().size() == 1);
            }
        }
    }
}

TEST_CASE("parse: a tree can be walked whatever its shape") {
    // many long chains inside one another: the height counts, not the nesting alone
    std::string text = "1";
    for (int i = 0; i < 100; ++i) text = "f(" + text + ")" + repeat(".g()", 100);
    Parsed p("x = " + text + ";");
    CHECK(p.sink.has_errors());
    CHECK(p.sink.all().size() == 1);
}

TEST_CASE("parse: a sample cut off anywhere") {
    std::string sample = kSample;
    for (size_t length = 0; length <= sample.size(); ++length) Parsed p(sample.substr(0, length));
    SUCCEED();
}

TEST_CASE("parse: a sample without one of its tokens, and with one twice") {
    Sources sources;
    diag::Sink sink;
    SourceId source = sources.add("a.dr", kSample);
    lex::TokenBuffer tokens = lex::lex(sources, source, sink);
    std::string sample = kSample;
    for (const lex::Token& t : tokens.tokens) {
        std::string without = sample, twice = sample;
        without.erase(t.begin, t.end - t.begin);
        twice.insert(t.end, " " + sample.substr(t.begin, t.end - t.begin));
        Parsed a(without);
        Parsed b(twice);
    }
    SUCCEED();
}

TEST_CASE("parse: every byte between tokens") {
    std::string sample =
        "class A < T > : B { func int f ( int a ) => a ? b : c [ 1 ] ; } x = ( int ) y is T t ;";
    for (size_t at = 0; at <= sample.size(); ++at) {
        if (at < sample.size() && sample[at] != ' ') continue;
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = sample;
            text.insert(at, 1, static_cast<char>(byte));
            Parsed p(text);
        }
    }
    SUCCEED();
}
