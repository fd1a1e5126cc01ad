// The typed program: what the checker makes of the syntax and all that lowering sees.
//
// It is a tree of its own (as Roslyn's bound tree is), not side tables over the AST: implicit
// conversions, implicit `this`, default arguments, folded constants and resolved overloads are
// ordinary nodes here, and sugar is gone. Guarantees, when checking reported no error:
//   [typed]      every expression has a type other than Error; operand types fit as stated below;
//   [resolved]   every name is a pointer to its declaration;
//   [assigned]   no local is read before it is assigned on every path;
//   [returns]    a function with a result returns or throws on every path;
//   [targets]    break and continue stand in a loop or switch; no exit leaves a finally.
// Nodes live in the arena given to the checker; names point into source text or that arena.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "source/source.h"
#include "types/types.h"

namespace dream::typed {

enum class ExprKind : uint8_t {
#define EXPR(name) name,
#include "check/exprs.def"
};
enum class StmtKind : uint8_t {
#define STMT(name) name,
#include "check/stmts.def"
};

struct Expr {
    ExprKind kind;
    TypeId type;
    Span span;
};

struct Stmt {
    StmtKind kind;
    Span span;
};

// Downcast by kind: the caller has switched on `kind`.
template <class T, class Base>
T* as(Base* node) {
    return static_cast<T*>(node);
}
template <class T, class Base>
const T* as(const Base* node) {
    return static_cast<const T*>(node);
}

// ---- declarations --------------------------------------------------------------------------------

enum class LocalKind : uint8_t {
    Variable,
    Parameter,  // by value: borrowed from the caller
    Ref,        // `ref T x`: an alias of the caller's variable
    Out,        // `out T x`: likewise; the caller has stored the default
    This,       // class: a borrowed reference; struct: an alias of the caller's value
};

struct Local {
    std::string_view name;
    TypeId type;
    Span span;
    LocalKind kind = LocalKind::Variable;
    // Assigned, incremented, written through (element, struct field, mutating struct method)
    // or passed by ref/out anywhere after its declaration.
    bool is_written = false;
    bool is_never_null = false;  // made by the checker: holds an object in all its scope
    bool binds_object = false;   // of a pattern, which assigns no null to it
    bool is_addressed = false;   // a pointer to it, or into it, is made somewhere
    bool is_const = false;       // an array that an extern function does not write
};

struct Function;
struct BlockStmt;

// A top-level variable or a static field. Initialised in the order of Program::globals.
struct Global {
    std::string_view name;
    TypeId owner;  // of a static field; invalid otherwise
    TypeId type;
    Span span;
    Expr* init = nullptr;  // null: keeps its default
};

enum class FunctionKind : uint8_t {
    Free,         // top level, local without captures, or static method (then `owner` is set)
    Method,       // `this_local` is set
    Constructor,  // of a class or struct; `this_local` is set
    Destructor,
    Extern,   // a C function: `name` is its C name
    Runtime,  // an extern of the standard library, implemented by the runtime: `name` is its C
              // name; ownership and effects stand in ir/runtime.def
};

struct Function {
    std::string_view name;
    Span span;  // of the name
    FunctionKind kind = FunctionKind::Free;
    TypeId owner;  // the class or struct it is a member of; invalid otherwise
    Local* this_local = nullptr;
    std::vector<Local*> params;
    TypeId result = Types::Void;
    BlockStmt* body = nullptr;  // null: abstract, Extern or Runtime
    Function* outer = nullptr;  // of a lambda or local function: the one whose variables it may use
    bool is_library = false;
    bool is_varargs = false;  // Extern only
    bool is_pointer = false;  // Extern only: the first parameter points to the function meant
    TypeId callback;          // Free: the C function type as which C calls it, if any
    bool is_exported = false;  // Free, with `callback`: C calls it by its name
    // Made of a generic form, with arguments for its type parameters; has no body if never used.
    bool is_specialised = false;

    // Methods of classes only.
    bool is_virtual = false;        // declared virtual, abstract or override
    bool is_abstract = false;
    Function* overrides = nullptr;  // the method that this one overrides, directly
    int slot = -1;                  // index in the virtual table of `owner`; shared with `overrides`

    // Constructors only. The body of a class constructor begins with an ExprStmt whose CallExpr
    // calls another constructor with `this` as receiver (`: this(...)`, `: base(...)` or the
    // implicit base()), if the class has a base or it says `: this`; then, unless it says
    // `: this`, come the field initialisers as assignments; then the statements of the user.
};

// What a class runs for the methods of an interface.
struct Implementation {
    TypeId interface;
    std::vector<Function*> methods;  // one for each slot of the interface; null: an abstract class
                                     // leaves it to those that derive from it
};

// Also an interface: its slots are its own methods, all abstract, and it has no constructors.
struct Class {
    TypeId type;
    std::vector<Function*> methods;       // not static
    std::vector<Function*> constructors;  // at least one: an implicit one is made
    Function* destructor = nullptr;       // ~T of this class itself
    std::vector<Function*> slots;         // virtual table: inherited slots first; may be abstract
    std::vector<Implementation> implementations;  // of all interfaces, inherited ones too
    // The text of an instance: its ToString(), own or inherited (it stands in `slots` too: a method
    // `string ToString()` is always virtual). Null: the text is the name of the class.
    Function* to_string = nullptr;
};

struct Struct {
    TypeId type;
    std::vector<Function*> methods;
    std::vector<Function*> constructors;  // declared ones only
};

// ---- expressions ---------------------------------------------------------------------------------

// The value of a literal or folded constant. int64_t for bool, char, byte, int, long and enums;
// double for float and double (already rounded to float for float); string for string;
// monostate for null (of the type of the node: string, array, class, pointer or Null).
using Constant = std::variant<std::monostate, int64_t, double, std::string>;

struct LiteralExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::Literal;
    Constant value;
};

struct LocalRefExpr : Expr {  // a place; `this` is a LocalRef of this_local
    static constexpr ExprKind Kind = ExprKind::LocalRef;
    Local* local;
};

struct GlobalRefExpr : Expr {  // a place
    static constexpr ExprKind Kind = ExprKind::GlobalRef;
    Global* global;
};

struct FieldAccessExpr : Expr {  // a place if `object` is of a class, or itself a place
    static constexpr ExprKind Kind = ExprKind::FieldAccess;
    Expr* object;  // of a class (may be null at run time) or a struct
    int field;     // index into Types::all_fields(object->type)
};

struct IndexExpr : Expr {  // array element: a place (written by copy-on-write); of a string: a value
    static constexpr ExprKind Kind = ExprKind::Index;
    Expr* object;                // array or string
    std::vector<Expr*> indices;  // int; as many as the rank of the array
};

struct LengthExpr : Expr {  // .Length of an array or string; int
    static constexpr ExprKind Kind = ExprKind::Length;
    Expr* object;
};

enum class UnaryOp : uint8_t { Negate, BitNot, Not };

struct UnaryExpr : Expr {  // operand and result: int long float double (BitNot: int long); Not: bool
    static constexpr ExprKind Kind = ExprKind::Unary;
    UnaryOp op;
    Expr* operand;
};

enum class BinaryOp : uint8_t {
    Add, Subtract, Multiply, Divide, Remainder,  // int long float double, same on both sides
    ShiftLeft, ShiftRight,                       // left int or long, right int; counts are masked
    And, Or, Xor,                                // int long bool, enums as int
    Less, LessEqual, Greater, GreaterEqual,      // int long float double char byte; result bool
    Equal, NotEqual,  // also bool, string (content), arrays (content), structs (field by field),
                      // classes and pointers (identity), enums; result bool
};

// Chains lean left (a + b + c ...) and may have 50,000 terms: walk down `left` in a loop, never by
// recursion. The same holds for LogicalExpr. All other nesting is as deep as the parser allows.
struct BinaryExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::Binary;
    BinaryOp op;
    Expr* left;
    Expr* right;
};

struct LogicalExpr : Expr {  // && and ||, both bool
    static constexpr ExprKind Kind = ExprKind::Logical;
    bool is_and;
    Expr* left;
    Expr* right;
};

struct ConditionalExpr : Expr {  // condition bool; both arms of the type of the node
    static constexpr ExprKind Kind = ExprKind::Conditional;
    Expr* condition;
    Expr* when_true;
    Expr* when_false;
};

struct AssignExpr : Expr {  // value is the value assigned; target is a place
    static constexpr ExprKind Kind = ExprKind::Assign;
    Expr* target;
    Expr* value;
};

// target = (type of target)((operation_type)target op value). The target is evaluated once and
// read before `value` is evaluated. String += is op Add with operation_type String and `value`
// already text.
struct CompoundAssignExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::CompoundAssign;
    BinaryOp op;
    TypeId operation_type;
    Expr* target;
    Expr* value;  // of operation_type (shifts: int)
};

struct IncrementExpr : Expr {  // ++ and --, on every numeric type and enums
    static constexpr ExprKind Kind = ExprKind::Increment;
    Expr* target;
    bool is_decrement;
    bool is_prefix;  // the value is the new one
};

struct ConcatExpr : Expr {  // string: a chain of + or an interpolated string, flattened
    static constexpr ExprKind Kind = ExprKind::Concat;
    std::vector<Expr*> parts;  // each string (null joins as nothing); at least two
};

struct ToTextExpr : Expr {  // string: the text of a value as language.md section 5 says
    static constexpr ExprKind Kind = ExprKind::ToText;
    // Not a string, unless a format or an alignment is given; an array or pointer only in a call.
    Expr* operand;
    std::string format;  // of {e:F2}, or empty
    int alignment = 0;   // of {e,5}, or 0
    bool is_call = false;  // written e.ToString(): null throws instead of giving the empty text
};

enum class Conversion : uint8_t {
    Numeric,     // between char byte int long float double and enums, as language.md section 3 says
    IntToBool,   // a condition: != 0
    Upcast,      // class to one of its bases
    NullTo,      // the literal null to a nullable type
    NotNull,     // a class instance as itself; null throws
    Pointer,     // between raw pointers, and from and to long
    StringToC,   // string to `const char*` of an extern call: the node's type is char*, the
                 // parameter's is string
    StringFromC  // the `char*` result of an extern call (the call node's type, where the function's
                 // result is string), copied to an owned string
};

struct ConvertExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::Convert;
    Conversion conversion;
    Expr* operand;
};

enum class CastKind : uint8_t {
    Checked,  // (T)e: what is neither null nor a T throws InvalidCastException
    OrNull,   // e as T: what is not a T gives null
    Tested    // by a pattern: a T, and not null
};

struct ClassCastExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::ClassCast;
    CastKind cast;
    Expr* operand;
};

struct TypeTestExpr : Expr {  // e is T; bool
    static constexpr ExprKind Kind = ExprKind::TypeTest;
    Expr* operand;
    TypeId test;
};

struct ReferenceEqualsExpr : Expr {  // Object.ReferenceEquals of strings or class instances; bool
    static constexpr ExprKind Kind = ExprKind::ReferenceEquals;
    Expr* left;
    Expr* right;
};

struct Argument {
    Expr* value;           // by ref or out: a place of exactly the parameter's type
    bool by_ref = false;   // the parameter is Ref or Out
    bool is_out = false;
};

struct CallExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::Call;
    Function* function;
    Expr* receiver;                 // of methods and constructor chaining; null otherwise. Of a
                                    // struct method: a place, or a value to be copied
    bool is_virtual;                // dispatch through function->slot (false for base.M())
    std::vector<Argument> arguments;  // one a parameter (then varargs), defaults filled in
};

struct NewExpr : Expr {  // type is the class or struct
    static constexpr ExprKind Kind = ExprKind::New;
    Function* constructor;
    std::vector<Argument> arguments;
};

struct NewArrayExpr : Expr {  // type is the array type
    static constexpr ExprKind Kind = ExprKind::NewArray;
    // One length (int) a dimension. new int[2,3]: two, rank 2. `int m[2][3]`: two, rank 1, and
    // each element of the outer array is a new inner array.
    std::vector<Expr*> lengths;
};

struct ArrayLiteralExpr : Expr {  // [a, b]; rank 1 of the element type (nested for inner lists)
    static constexpr ExprKind Kind = ExprKind::ArrayLiteral;
    std::vector<Expr*> elements;
    std::vector<int> lengths;  // of a rectangular literal: one a dimension, elements row by row
};

// A function value: the instance of a class `closure` that derives from the abstract class that a
// function type is, and overrides its Invoke by `function`. Until check/closures.h has been at work
// `closure` is unset and `function` may use variables of the functions around it; afterwards this
// stands for the one, immortal instance of a closure that captures nothing.
struct LambdaExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::Lambda;
    Function* function;
    TypeId closure;
};

// The address of a function whose `callback` is set.
struct FunctionAddressExpr : Expr {  // a pointer to a C function
    static constexpr ExprKind Kind = ExprKind::FunctionAddress;
    Function* function;
};

struct DerefExpr : Expr {  // pointer[index]: a place in memory that nobody counts or checks
    static constexpr ExprKind Kind = ExprKind::Deref;
    Expr* pointer;
    Expr* index;  // int or long
};

// The place is a variable or behind a pointer, or in a field of one; its type owns no references. If
// `is_lent` it may also be in an object or array: then this is an argument of an extern function,
// and what it is in is held, and an array made unique, for the call.
struct AddressOfExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::AddressOf;
    Expr* place;
    bool is_lent;
};

struct DefaultExpr : Expr {  // the default value of its type (structs: all fields zero or null)
    static constexpr ExprKind Kind = ExprKind::Default;
};

// `value` into `local`, whose scope is `body`, then `body`; what is evaluated once and used twice.
// The local dies with the statement as a temporary does. Without a local: `value` for its effect.
struct LetExpr : Expr {  // of the type of `body`
    static constexpr ExprKind Kind = ExprKind::Let;
    Local* local;  // may be null; of the type of `value`
    Expr* value;
    Expr* body;
};

// Throws as ThrowStmt does and has no value, whatever its type says. It is an arm of a Conditional.
struct ThrowExpr : Expr {
    static constexpr ExprKind Kind = ExprKind::Throw;
    Expr* value;
};

// ---- statements ----------------------------------------------------------------------------------

struct BlockStmt : Stmt {  // a scope
    static constexpr StmtKind Kind = StmtKind::Block;
    std::vector<Stmt*> body;
};

struct ExprStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::Expr;
    Expr* expr;
};

struct DeclareStmt : Stmt {  // scoped to the enclosing block (or for, switch)
    static constexpr StmtKind Kind = StmtKind::Declare;
    Local* local;
    Expr* init;  // null: not assigned yet, except that a struct holds its default
};

// `else if` chains hang on else_body and may be long: walk them in a loop.
struct IfStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::If;
    Expr* condition;  // bool
    Stmt* then_body;
    Stmt* else_body;  // may be null
};

struct WhileStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::While;
    Expr* condition;
    Stmt* body;
};

struct DoWhileStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::DoWhile;
    Stmt* body;
    Expr* condition;
};

struct ForStmt : Stmt {  // a scope
    static constexpr StmtKind Kind = StmtKind::For;
    std::vector<Stmt*> init;   // DeclareStmt or ExprStmt
    Expr* condition;           // may be null: true
    std::vector<Expr*> steps;
    Stmt* body;
};

struct ForeachStmt : Stmt {  // over the value that the array or string has at entry
    static constexpr StmtKind Kind = StmtKind::Foreach;
    Local* local;      // of the type of the elements
    Expr* collection;  // array (any rank, row by row) or string
    Stmt* body;
};

struct SwitchSection {
    Span span;
    // int64_t for integers, chars and enums, string for strings, monostate for `case null`.
    std::vector<Constant> labels;
    bool is_default = false;
    std::vector<Stmt*> body;  // falls into the next section unless it ends in an exit
};

struct SwitchStmt : Stmt {  // a scope for all sections together; labels are distinct
    static constexpr StmtKind Kind = StmtKind::Switch;
    Expr* subject;  // int, long, char, byte, bool, enum or string
    std::vector<SwitchSection> sections;
};

struct BreakStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::Break;
};

struct ContinueStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::Continue;
};

struct ReturnStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::Return;
    Expr* value;  // null in a void function
};

struct ThrowStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::Throw;
    Expr* value;  // an Exception or a string (thrown as an Exception with that message);
                  // null: rethrow, in a catch
};

struct CatchClause {
    Span span;
    TypeId type;     // the class caught: Exception or derived; Exception for `catch` and strings
    Local* local;    // may be null; of `type`, or string: bound to the message
    BlockStmt* body;
};

struct TryStmt : Stmt {
    static constexpr StmtKind Kind = StmtKind::Try;
    BlockStmt* body;
    std::vector<CatchClause> catches;
    BlockStmt* finally_body;  // may be null
};

// ---- the whole -----------------------------------------------------------------------------------

struct Program {
    Types* types = nullptr;
    const Sources* sources = nullptr;
    std::vector<Class*> classes;    // bases and interfaces before what derives from them
    std::vector<Struct*> structs;   // a struct after the structs it contains
    std::vector<TypeId> enums;
    std::vector<Global*> globals;   // in order of initialisation
    std::vector<Function*> functions;  // every function, method, constructor, destructor with a body
    // Bodies in which type parameters stand for themselves: for reports, never to be lowered.
    std::vector<Function*> generic_forms;
    // Top-level statements in order, global initialisers among them as ExprStmts of AssignExprs
    // (then Global::init is null); its result is int when one of them returns a value. May be null.
    Function* top_level = nullptr;
    Function* main = nullptr;  // `main`, called after top_level; may be null; may take string[] args
    std::vector<Function*> exports;  // among `functions`, for C to call
    TypeId exception;          // the library's class Exception: fields Message (string), then `where`
};

}  // namespace dream::typed
