// The syntax tree of one file. Nodes live in an Arena, are never changed after parsing, and are
// trivially destructible: lists are arena memory too. Every pointer that is not said to be
// optional is set, in files with syntax errors as well (ErrorExpr, ErrorType, ... fill the holes;
// each of them has been reported already and is to be passed over in silence).
//
// Consumers switch over `kind` without default and cast with `as<T>(node)`:
//
//   switch (e.kind) {
//       case ExprKind::Binary: return check_binary(as<Binary>(e));
//
// Depth [bounded-height]. The parser nests at most kMaxNesting deep and rejects trees higher than
// kMaxHeight, so recursive walks are safe, with one exception: Binary leans left without bound
// (`a + b + ... ` with 50,000 terms). A walk must not recurse into `lhs` of a Binary but iterate:
//
//   const Expr* leftmost = left_spine(binary, links);   // links: innermost Binary first
//   visit(*leftmost);
//   for (const Binary* link : links) { visit(*link->rhs); combine(*link); }
//
// The spine holds all binary operators, `&&` and `||` included (their rhs is conditional). `else if`
// chains are flat (If::arms). Everything else (calls, members, `??`, `?:`) may be recursed into.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "source/source.h"
#include "support/check.h"

namespace dream::ast {

// How deep brackets, blocks, types, operators may nest, and how high a tree can get by the shapes
// that the parser builds in a loop (`a.b.c()[d]...`) on top of that.
inline constexpr int kMaxNesting = 256;
inline constexpr int kMaxHeight = 2000;

enum class TypeKind : uint8_t {
#define TYPE(name) name,
#include "ast/nodes.def"
};
enum class ExprKind : uint8_t {
#define EXPR(name) name,
#include "ast/nodes.def"
};
enum class PatternKind : uint8_t {
#define PATTERN(name) name,
#include "ast/nodes.def"
};
enum class StmtKind : uint8_t {
#define STMT(name) name,
#include "ast/nodes.def"
};
enum class DeclKind : uint8_t {
#define DECL(name) name,
#include "ast/nodes.def"
};

#define TYPE(name) struct name;
#define EXPR(name) struct name;
#define PATTERN(name) struct name;
#define STMT(name) struct name;
#define DECL(name) struct name;
#include "ast/nodes.def"

enum class UnaryOp : uint8_t {
#define UNARY(name, text, is_postfix) name,
#include "ast/operators.def"
};
enum class BinaryOp : uint8_t {
#define BINARY(name, text, precedence) name,
#include "ast/operators.def"
};
enum class Predefined : uint8_t {
#define PREDEFINED(name, text) name,
#include "ast/operators.def"
};
enum class Modifier : uint8_t {
#define MODIFIER(name, text) name,
#include "ast/operators.def"
};

std::string_view spelling(UnaryOp op);     // "++"
std::string_view spelling(BinaryOp op);    // "<<"
std::string_view spelling(Predefined type);  // "int"
std::string_view spelling(Modifier word);  // "static"
bool is_postfix(UnaryOp op);
int precedence(BinaryOp op);
std::string_view kind_name(TypeKind kind);  // "ArrayType"
std::string_view kind_name(ExprKind kind);
std::string_view kind_name(PatternKind kind);
std::string_view kind_name(StmtKind kind);
std::string_view kind_name(DeclKind kind);

// An immutable sequence in arena memory.
template <class T>
struct List {
    const T* data = nullptr;
    uint32_t count = 0;

    const T* begin() const { return data; }
    const T* end() const { return data + count; }
    size_t size() const { return count; }
    bool empty() const { return count == 0; }
    const T& operator[](size_t i) const { return data[i]; }
    const T& front() const { return data[0]; }
    const T& back() const { return data[count - 1]; }
};

// A name as the source spells it (a leading `@` is not part of it). Empty text: no name was
// written, or it was missing and has been reported.
struct Name {
    std::string_view text;
    Span span;

    bool empty() const { return text.empty(); }
};

// ---- families ----------------------------------------------------------------------------------

// `id` numbers the expressions of a program densely (File::first_expr_id .. end_expr_id), for side
// tables; likewise types.
struct Expr {
    ExprKind kind;
    uint16_t height = 1;  // [bounded-height]; a left spine of Binary counts once
    Span span;
    uint32_t id = 0;
};
struct Type {
    TypeKind kind;
    uint16_t height = 1;
    Span span;
    uint32_t id = 0;
};
struct Pattern {
    PatternKind kind;
    uint16_t height = 1;
    Span span;
};
struct Stmt {
    StmtKind kind;
    uint16_t height = 1;
    Span span;
};

struct Modifiers {
    uint16_t bits = 0;
    Span span;  // from the first to the last word; invalid if there is none

    bool has(Modifier word) const { return bits >> static_cast<int>(word) & 1; }
    void set(Modifier word) { bits = static_cast<uint16_t>(bits | 1u << static_cast<int>(word)); }
};
struct Decl {
    DeclKind kind;
    uint16_t height = 1;
    Span span;
    Modifiers modifiers;
};

template <ExprKind K>
struct ExprOf : Expr {
    static constexpr ExprKind kKind = K;
    ExprOf() : Expr{K, 1, {}, 0} {}
};
template <TypeKind K>
struct TypeOf : Type {
    static constexpr TypeKind kKind = K;
    TypeOf() : Type{K, 1, {}, 0} {}
};
template <PatternKind K>
struct PatternOf : Pattern {
    static constexpr PatternKind kKind = K;
    PatternOf() : Pattern{K, 1, {}} {}
};
template <StmtKind K>
struct StmtOf : Stmt {
    static constexpr StmtKind kKind = K;
    StmtOf() : Stmt{K, 1, {}} {}
};
template <DeclKind K>
struct DeclOf : Decl {
    static constexpr DeclKind kKind = K;
    DeclOf() : Decl{K, 1, {}, {}} {}
};

// The node as a T, which it must be.
template <class T, class Node>
const T& as(const Node& node) {
    DREAM_CHECK(node.kind == T::kKind, "a tree node is cast to another kind");
    return static_cast<const T&>(node);
}
// The node as a T, or null if it is null or of another kind.
template <class T, class Node>
const T* try_as(const Node* node) {
    return node && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

// ---- types -------------------------------------------------------------------------------------

// int, long, byte, float, double, bool, char, string, object, void
struct PredefinedType : TypeOf<TypeKind::PredefinedType> {
    Predefined type = Predefined::Void;
};

// var
struct VarType : TypeOf<TypeKind::VarType> {};

// One part of a dotted name: `Dictionary<string, int>`.
struct NamePart {
    Name name;
    List<Type*> args;
};

// Person    a.b.Person    List<int>    Outer<int>.Inner
struct NamedType : TypeOf<TypeKind::NamedType> {
    List<NamePart> parts;
};

// T[]    T[4]    T[,]    T[2, 3]
// Always read outside in: for `int[][,] a` and `int[2][3] a`, `element` is what a[i] has. `sizes`
// has one entry per dimension, null where none is written; all are set, or none is.
struct ArrayType : TypeOf<TypeKind::ArrayType> {
    Type* element = nullptr;
    List<Expr*> sizes;

    size_t rank() const { return sizes.size(); }
    bool is_sized() const { return sizes[0] != nullptr; }
};

// T*
struct PointerType : TypeOf<TypeKind::PointerType> {
    Type* target = nullptr;
};

// T?
struct NullableType : TypeOf<TypeKind::NullableType> {
    Type* inner = nullptr;
};

enum class PassMode : uint8_t { Value, Ref, Out };

struct FuncTypeParam {
    PassMode mode = PassMode::Value;
    Type* type = nullptr;
    Name name;  // optional
};

// func int(int, ref string s)    func(int) (no result type: void)
struct FuncType : TypeOf<TypeKind::FuncType> {
    Type* result = nullptr;  // optional: void
    List<FuncTypeParam> params;
};

struct ErrorType : TypeOf<TypeKind::ErrorType> {};

// ---- literals ----------------------------------------------------------------------------------

// 12    1_000    0xFF    0b101    7L
struct IntLiteral : ExprOf<ExprKind::IntLiteral> {
    uint64_t value = 0;
    bool is_bits = false;  // hexadecimal or binary: may fill all bits of its type
    bool is_long = false;  // suffix L
};

enum class RealSuffix : uint8_t { None, Float, Double };

// 1.5    .5    1e9    2.5e-3f
struct RealLiteral : ExprOf<ExprKind::RealLiteral> {
    std::string_view text;  // the digits, without `_` and suffix: exact, for constants read as float
    double value = 0;       // nearest double (infinity beyond its range)
    RealSuffix suffix = RealSuffix::None;
};

// 'A'    '\n'
struct CharLiteral : ExprOf<ExprKind::CharLiteral> {
    uint8_t value = 0;
};

// "text\n"    @"verbatim"
struct StringLiteral : ExprOf<ExprKind::StringLiteral> {
    std::string_view bytes;  // decoded; may hold NUL
};

struct BoolLiteral : ExprOf<ExprKind::BoolLiteral> {
    bool value = false;
};

struct NullLiteral : ExprOf<ExprKind::NullLiteral> {};

// Either a piece of text (value is null) or a hole `{value,alignment:format}`.
struct InterpolationPart {
    std::string_view text;
    Expr* value = nullptr;
    Expr* alignment = nullptr;  // optional
    std::string_view format;    // without the colon; empty if none is written
    Span span;
};

// $"a {e} b {x,8:F2}"    $@"..."
struct Interpolation : ExprOf<ExprKind::Interpolation> {
    List<InterpolationPart> parts;
};

// ---- expressions -------------------------------------------------------------------------------

// x    Max<int>
struct NameExpr : ExprOf<ExprKind::NameExpr> {
    Name name;
    List<Type*> type_args;
};

// A type where a value stands that only a type can be: `int` of `int.Parse(s)`,
// `List<int>[]` nowhere else.
struct TypeExpr : ExprOf<ExprKind::TypeExpr> {
    Type* type = nullptr;
};

// this
struct This : ExprOf<ExprKind::This> {};

// base, only in front of `.` or `[`
struct Base : ExprOf<ExprKind::Base> {};

// (e)
struct Paren : ExprOf<ExprKind::Paren> {
    Expr* inner = nullptr;
};

// object.name    object.Map<int>    object?.name (is_conditional)
struct Member : ExprOf<ExprKind::Member> {
    Expr* object = nullptr;
    Name name;
    List<Type*> type_args;
    bool is_conditional = false;
};

// One argument: `e`, `ref e`, `out e`, `name: e`; for `out int x` and `out var x` the value is an
// OutVar.
struct Arg {
    Name name;  // optional
    PassMode mode = PassMode::Value;
    Expr* value = nullptr;
    Span span;
};

// object[i]    object[i, j]    object?[i]
struct Index : ExprOf<ExprKind::Index> {
    Expr* object = nullptr;
    List<Arg> args;
    bool is_conditional = false;
};

// callee(a, ref b, c: 3)
struct Call : ExprOf<ExprKind::Call> {
    Expr* callee = nullptr;
    List<Arg> args;
    Span args_span;  // from `(` to `)`
};

// The whole of `a?.b.c(d)?[e]`: where a conditional Member or Index in `chain` meets null, this
// node's value is null and the rest is not evaluated. Conditional links stand nowhere else.
struct NullChain : ExprOf<ExprKind::NullChain> {
    Expr* chain = nullptr;
};

// -e    ++e    e++    *p    &f
struct Unary : ExprOf<ExprKind::Unary> {
    UnaryOp op = UnaryOp::Plus;
    Span op_span;
    Expr* operand = nullptr;
};

// lhs + rhs; see left_spine. `a ?? b ?? c` leans right.
struct Binary : ExprOf<ExprKind::Binary> {
    BinaryOp op = BinaryOp::Add;
    Span op_span;
    Expr* lhs = nullptr;
    Expr* rhs = nullptr;
};

// target = value    target += value    target ??= value
struct Assign : ExprOf<ExprKind::Assign> {
    bool is_compound = false;
    BinaryOp op = BinaryOp::Add;  // if is_compound; Coalesce for `??=`
    Span op_span;
    Expr* target = nullptr;
    Expr* value = nullptr;
};

// condition ? yes : no
struct Conditional : ExprOf<ExprKind::Conditional> {
    Expr* condition = nullptr;
    Expr* yes = nullptr;
    Expr* no = nullptr;
};

// (T)value
struct Cast : ExprOf<ExprKind::Cast> {
    Type* type = nullptr;
    Expr* value = nullptr;
};

// value is T    value is T x    value is not null    value is > 0 and < 10
struct Is : ExprOf<ExprKind::Is> {
    Expr* value = nullptr;
    Pattern* pattern = nullptr;
};

// value as T
struct As : ExprOf<ExprKind::As> {
    Expr* value = nullptr;
    Type* type = nullptr;
};

// new T(args) { initializer }    new T { ... }    new(args)
struct New : ExprOf<ExprKind::New> {
    Type* type = nullptr;  // optional: taken from the context
    bool has_parens = false;
    List<Arg> args;
    Initializer* initializer = nullptr;  // optional
};

// new int[3]    new int[3][]    new int[2, 3]    new int[] {1, 2}    new[] {1, 2}
// new int[3][4] makes the inner arrays too, as `int m[3][4]` does; inner sizes are set only if all
// those outside them are.
struct NewArray : ExprOf<ExprKind::NewArray> {
    ArrayType* type = nullptr;  // optional: `new[]`
    uint32_t implicit_rank = 1;  // of `new[]` (1), `new[,]` (2), ...
    ArrayLiteral* elements = nullptr;  // optional if the type is sized
};

// [1, 2, 3]    {1, 2, 3} (after `=`, after `new T[]`, or inside such a list)
struct ArrayLiteral : ExprOf<ExprKind::ArrayLiteral> {
    List<Expr*> elements;
    bool has_braces = false;
};

// One entry of an Initializer: `value`, `Name = value`, `[index] = value`, or `{key, value}`
// (name and index empty, the value an Initializer).
struct InitializerItem {
    Name name;
    List<Arg> index;
    Expr* value = nullptr;
};

// The braces of `new P { X = 1, Y = 2 }`, `new List<int> { 1, 2 }`,
// `new D { {"a", 1}, ["b"] = 2 }` and of `P p = { X = 1 }` (only with names; a list without any
// is an ArrayLiteral there). As a value inside another one it sets or adds to the member in place.
struct Initializer : ExprOf<ExprKind::Initializer> {
    List<InitializerItem> items;
};

// A parameter of a function, an indexer or a lambda.
//   T a    T a = e    ref T a    out T a    params T[] a    const char* a    int a[]    a (lambda)
struct Param {
    PassMode mode = PassMode::Value;
    bool is_params = false;
    bool is_const = false;
    Type* type = nullptr;  // optional in lambdas only; with the brackets behind the name
    Name name;             // may be empty in `extern` and `typedef` declarations
    uint32_t own_dims = 0;  // that many outer ArrayTypes of `type` stand behind the name
    Expr* initial = nullptr;  // optional: the default
    Span span;
};

// x => e    (a, b) => e    (int a, ref int b) => { ... }
struct Lambda : ExprOf<ExprKind::Lambda> {
    List<Param> params;
    bool has_parens = false;
    Expr* expr = nullptr;    // exactly one of both is set
    Block* block = nullptr;
    Span arrow_span;
};

struct SwitchExprArm {
    Pattern* pattern = nullptr;
    Expr* guard = nullptr;  // optional: when
    Expr* value = nullptr;
    Span span;
};

// value switch { 1 => "one", Circle c when c.R > 0 => "circle", _ => "other" }
struct SwitchExpr : ExprOf<ExprKind::SwitchExpr> {
    Expr* value = nullptr;
    List<SwitchExprArm> arms;
};

// x ?? throw e
struct ThrowExpr : ExprOf<ExprKind::ThrowExpr> {
    Expr* value = nullptr;
};

// The `int x` of an argument `out int x`, the `var x` of `out var x`.
struct OutVar : ExprOf<ExprKind::OutVar> {
    Type* type = nullptr;
    Name name;
};

// sizeof(T)    sizeof(e) (where it cannot be a type)
struct SizeOf : ExprOf<ExprKind::SizeOf> {
    Type* type = nullptr;  // exactly one of both is set
    Expr* value = nullptr;
};

// default(T)    default
struct Default : ExprOf<ExprKind::Default> {
    Type* type = nullptr;  // optional: taken from the context
};

struct ErrorExpr : ExprOf<ExprKind::ErrorExpr> {};

// ---- patterns ----------------------------------------------------------------------------------

// 1    "a"    null    -1    E.A    N
// A name may turn out to be a type's: `case Circle:` with a Circle that the file does not declare.
struct ConstantPattern : PatternOf<PatternKind::ConstantPattern> {
    Expr* value = nullptr;
};

// Circle    Circle c    Circle _
// Behind `is` a lone name is always read as a type; it may turn out to be a constant's.
struct TypePattern : PatternOf<PatternKind::TypePattern> {
    Type* type = nullptr;
    Name name;  // optional
};

// var x
struct VarPattern : PatternOf<PatternKind::VarPattern> {
    Name name;
};

// _
struct DiscardPattern : PatternOf<PatternKind::DiscardPattern> {};

// < 5    >= 'a'    (also == and !=, which C# lacks, are reported and not kept)
struct RelationalPattern : PatternOf<PatternKind::RelationalPattern> {
    BinaryOp op = BinaryOp::Less;  // Less, LessEqual, Greater or GreaterEqual
    Expr* value = nullptr;
};

// not p
struct NotPattern : PatternOf<PatternKind::NotPattern> {
    Pattern* inner = nullptr;
};

// p and q    p or q    (parentheses are not kept: the tree says it)
struct BinaryPattern : PatternOf<PatternKind::BinaryPattern> {
    bool is_or = false;
    Pattern* lhs = nullptr;
    Pattern* rhs = nullptr;
};

struct ErrorPattern : PatternOf<PatternKind::ErrorPattern> {};

// ---- statements --------------------------------------------------------------------------------

// { ... }
struct Block : StmtOf<StmtKind::Block> {
    List<Stmt*> stmts;
    Span close_span;  // the `}`, where falling off the end is reported
};

// A declaration among statements: variables, local functions and types, and at the top level of a
// file everything that it declares.
struct DeclStmt : StmtOf<StmtKind::DeclStmt> {
    Decl* decl = nullptr;
};

// e;
struct ExprStmt : StmtOf<StmtKind::ExprStmt> {
    Expr* expr = nullptr;
};

struct IfArm {
    Expr* condition = nullptr;
    Stmt* then = nullptr;
    Span span;  // from `if`
};

// if (a) s else if (b) t else u: two arms and `otherwise`
struct If : StmtOf<StmtKind::If> {
    List<IfArm> arms;  // at least one
    Stmt* otherwise = nullptr;  // optional; never an If
};

// while (condition) body
struct While : StmtOf<StmtKind::While> {
    Expr* condition = nullptr;
    Stmt* body = nullptr;
};

// do body while (condition);
struct DoWhile : StmtOf<StmtKind::DoWhile> {
    Stmt* body = nullptr;
    Expr* condition = nullptr;
};

// for (int i = 0, j = 1; i < n; i++, j--) body    for (i = 0, j = 0;;) body
struct For : StmtOf<StmtKind::For> {
    Variables* variables = nullptr;  // optional; if set, `init` is empty
    List<Expr*> init;
    Expr* condition = nullptr;  // optional
    List<Expr*> step;
    Stmt* body = nullptr;
};

// foreach (T x in e) body
struct Foreach : StmtOf<StmtKind::Foreach> {
    Type* type = nullptr;
    Name name;
    Expr* collection = nullptr;
    Stmt* body = nullptr;
};

// case p:    case p when e:    default:
struct SwitchLabel {
    Pattern* pattern = nullptr;  // null: default
    Expr* guard = nullptr;       // optional: when
    Span span;
};

// Labels in a row and the statements up to the next label; falls through if their end is reached.
struct SwitchSection {
    List<SwitchLabel> labels;  // at least one
    List<Stmt*> stmts;
};

// switch (value) { case 1: case 2: ... break; default: ... }
struct Switch : StmtOf<StmtKind::Switch> {
    Expr* value = nullptr;
    List<SwitchSection> sections;
    Span close_span;
};

struct Break : StmtOf<StmtKind::Break> {};
struct Continue : StmtOf<StmtKind::Continue> {};

// return;    return e;
struct Return : StmtOf<StmtKind::Return> {
    Expr* value = nullptr;  // optional
};

// throw e;    throw;
struct Throw : StmtOf<StmtKind::Throw> {
    Expr* value = nullptr;  // optional
};

// catch { }    catch (T) { }    catch (T e) when (f) { }    catch when (f) { }
struct Catch {
    Type* type = nullptr;  // optional: catches everything
    Name name;             // optional
    Expr* filter = nullptr;  // optional
    Block* body = nullptr;
    Span span;  // `catch` up to its `)`
};

// try { } catch ... finally { }: at least one catch or a finally
struct Try : StmtOf<StmtKind::Try> {
    Block* body = nullptr;
    List<Catch> catches;
    Block* finally = nullptr;  // optional
    Span finally_span;         // the word
};

// using (var f = e) body    using (e) body    using var f = e;
struct Using : StmtOf<StmtKind::Using> {
    Variables* variables = nullptr;  // exactly one of both is set
    Expr* value = nullptr;
    Stmt* body = nullptr;  // optional: none means the rest of the block
};

// ;
struct Empty : StmtOf<StmtKind::Empty> {};

struct ErrorStmt : StmtOf<StmtKind::ErrorStmt> {};

// ---- declarations ------------------------------------------------------------------------------

// One of the names of `int a = 1, b[2][3];`
struct Variable {
    Name name;
    Type* type = nullptr;   // the variable's own type: `int[2][3]` for b
    uint32_t own_dims = 0;  // that many outer ArrayTypes of `type` stand behind the name
    Expr* initial = nullptr;  // optional; an ArrayLiteral or Initializer with braces only here
    Span span;
};

// T a = e, b;    const T N = e;    static T s;    var x = e;
// Locals, globals and fields alike.
struct Variables : DeclOf<DeclKind::Variables> {
    Type* type = nullptr;  // what is written in front of the names; not the type of one with own_dims
    List<Variable> items;  // at least one
};

// <T, U>
struct TypeParam {
    Name name;
};

// where T : Base, IComparable<T>, class, struct, new()
struct Constraint {
    Name param;
    List<Type*> types;
    bool is_class = false;
    bool is_struct = false;
    bool has_new = false;
    Span span;
};

enum class FunctionKind : uint8_t { Function, Constructor, Destructor, Operator };

// What an `operator` declaration defines. Unary: UnaryOp with one parameter (prefix ++ and -- stand
// for both forms); the parser decides between unary and binary `+ - * &` by the parameters.
struct OperatorName {
    bool is_unary = false;
    UnaryOp unary = UnaryOp::Plus;
    BinaryOp binary = BinaryOp::Add;
};

enum class ChainTarget : uint8_t { None, This, Base };

// func T f(T a, U b = e) { }    func f(a...) { } (result inferred)    T f(...) { }    T f() => e;
// func Name(...)  Name(...)  func init(...) in the type Name: constructors, with `: base(args)` or
// `: this(args)`    ~Name() { }    T operator +(T a, T b) { }    extern func T f(T a, ...);
// A function in an interface, an abstract or an extern one has neither body nor expr.
struct Function : DeclOf<DeclKind::Function> {
    FunctionKind function_kind = FunctionKind::Function;
    bool has_func = false;   // spelled with the word `func`
    Type* result = nullptr;  // null: inferred; constructors and destructors: none
    Name name;               // of an operator: its spelling; of a constructor: as written
    OperatorName op;         // operators only
    List<TypeParam> type_params;
    List<Param> params;
    bool has_varargs = false;  // `...` at the end
    List<Constraint> constraints;
    ChainTarget chain = ChainTarget::None;
    List<Arg> chain_args;
    Span chain_span;         // `base(args)`
    Block* body = nullptr;   // at most one of both is set
    Expr* expr = nullptr;    // => e;
    Span head_span;          // without modifiers, up to the `)`
};

enum class TypeDeclKind : uint8_t { Class, Struct, Interface };

// class D<T> : B, I where T : X { ... }    struct S { ... }    interface I { ... }    struct FILE;
struct TypeDecl : DeclOf<DeclKind::TypeDecl> {
    TypeDeclKind type_kind = TypeDeclKind::Class;
    Name name;
    List<TypeParam> type_params;
    List<Type*> bases;
    List<Constraint> constraints;
    bool is_opaque = false;  // `struct FILE;`
    List<Decl*> members;
};

struct EnumMember {
    Name name;
    Expr* value = nullptr;  // optional
};

// enum E { A, B = 5, C }    enum E : byte { ... }
struct EnumDecl : DeclOf<DeclKind::EnumDecl> {
    Name name;
    Type* base = nullptr;  // optional
    List<EnumMember> members;
};

// typedef func int Cmp(void* a, void* b);  (type: a FuncType)    typedef int Handle;
struct Typedef : DeclOf<DeclKind::Typedef> {
    Name name;
    Type* type = nullptr;
};

// get;    set { ... }    private set => e;
struct Accessor {
    bool exists = false;
    Modifiers modifiers;
    Block* body = nullptr;  // neither: automatic (or abstract)
    Expr* expr = nullptr;
    Span span;

    bool has_body() const { return body || expr; }
};

// T P { get; set; } = e;    T P => e;  (a getter with `expr`)
// T this[int i] { get { } set { } }    T this[int i] => e;  (an indexer: has_params, no name)
struct Property : DeclOf<DeclKind::Property> {
    Type* type = nullptr;
    Name name;  // of an indexer: empty, its span is that of `this`
    bool is_indexer = false;
    List<Param> params;
    Accessor getter;
    Accessor setter;
    Expr* initial = nullptr;  // optional
    bool is_arrow = false;    // written `=> e;`
};

struct DottedName {
    List<Name> parts;
    Span span;
};

// module a.b;
struct Module : DeclOf<DeclKind::Module> {
    DottedName name;
};

// import a.b;
struct Import : DeclOf<DeclKind::Import> {
    DottedName name;
};

struct ErrorDecl : DeclOf<DeclKind::ErrorDecl> {};

// ---- file --------------------------------------------------------------------------------------

// One source file: declarations (as DeclStmt) and top-level statements in the order of the text.
struct File {
    SourceId source;
    Module* module = nullptr;  // optional; not among the items
    List<Import*> imports;     // not among the items
    List<Stmt*> items;
    uint32_t first_expr_id = 0, end_expr_id = 0;
    uint32_t first_type_id = 0, end_type_id = 0;
};

// ---- help for walks ----------------------------------------------------------------------------

// Collects `top` and every Binary on the way down its left operands into `links`, innermost first,
// and returns the operand at the far left, which is no Binary.
const Expr* left_spine(const Binary& top, std::vector<const Binary*>& links);

// `e` without parentheses around it.
const Expr& strip_parens(const Expr& e);

}  // namespace dream::ast
