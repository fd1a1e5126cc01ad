// Statements and declarations. Included by way of ast/ast.h.
#pragma once

#include "ast/exprs.h"

namespace dream::ast {

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
    List<IfArm> arms;           // at least one
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
    Type* type = nullptr;    // optional: catches everything
    Name name;               // optional
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
    Type* type = nullptr;     // the variable's own type: `int[2][3]` for b
    uint32_t own_dims = 0;    // that many outer ArrayTypes of `type` stand behind the name
    Expr* initial = nullptr;  // optional; an ArrayLiteral or Initializer with braces only here
    Span span;
};

// T a = e, b;    const T N = e;    static T s;    var x = e;
// Locals, globals and fields alike.
struct Variables : DeclOf<DeclKind::Variables> {
    Type* type =
        nullptr;  // what is written in front of the names; not the type of one with own_dims
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
    // `implicit operator T(U x)`, `explicit operator T(U x)`: no operator, but a conversion.
    bool is_conversion = false;
    bool is_implicit = false;
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
    Span chain_span;        // `base(args)`
    Block* body = nullptr;  // at most one of both is set
    Expr* expr = nullptr;   // => e;
    Span head_span;         // without modifiers, up to the `)`
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
    SourceId source;  // the module's file; invalid if there is none
};

struct ErrorDecl : DeclOf<DeclKind::ErrorDecl> {};

}  // namespace dream::ast
