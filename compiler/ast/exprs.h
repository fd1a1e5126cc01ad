// Types, expressions and patterns. Included by way of ast/ast.h.
#pragma once

#include "ast/nodes.h"

namespace dream::ast {

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
    std::string_view
        text;          // the digits, without `_` and suffix: exact, for constants read as float
    double value = 0;  // nearest double (infinity beyond its range)
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
    ArrayType* type = nullptr;         // optional: `new[]`
    uint32_t implicit_rank = 1;        // of `new[]` (1), `new[,]` (2), ...
    ArrayLiteral* elements = nullptr;  // optional if the type is sized
};

// [1, 2, 3]    {1, 2, 3} (after `=`, after `new T[]`, or inside such a list)
struct ArrayLiteral : ExprOf<ExprKind::ArrayLiteral> {
    List<Expr*> elements;
    bool has_braces = false;
};

// One entry of an Initializer: `Name = value`, `[index] = value`, or an element, `value` or
// `{key, value}`.
struct InitializerItem {
    Name name;
    List<Arg> index;
    List<Arg> element;  // of neither name nor index: one value, unless it has braces
    bool has_braces = false;
    Expr* value = nullptr;  // of a name or index

    bool is_element() const { return !value; }
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
    bool is_this = false;     // `this T a`: callable as `a.f()`; in the standard library only
    Type* type = nullptr;     // optional in lambdas only; with the brackets behind the name
    Name name;                // may be empty in `extern` and `typedef` declarations
    uint32_t own_dims = 0;    // that many outer ArrayTypes of `type` stand behind the name
    Expr* initial = nullptr;  // optional: the default
    Span span;
};

// x => e    (a, b) => e    (int a, ref int b) => { ... }
struct Lambda : ExprOf<ExprKind::Lambda> {
    List<Param> params;
    bool has_parens = false;
    Expr* expr = nullptr;  // exactly one of both is set
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

}  // namespace dream::ast
