// The ownership IR. A function is a tree of regions (Block, If, Loop, Switch, Try) over operations
// on named, mutable locals: no control-flow graph, no SSA. Each local becomes one C variable.
//
// Lowering produces it without one retain or release; rc/ makes ownership explicit. Stages:
//
// After lowering:
//   [pure-trees]    a Value is an effect-free expression tree, evaluated when the operation (or
//                   region test, or exit) that holds it runs. Nothing between the point where the
//                   source evaluates it and that moment changes its result.
//   [named-owners]  what an operation makes is in its `dst`; every counted result has one.
//   [stable-args]   an operand of a Call, CallVirtual or of a CallRuntime with effects that owns
//                   references is a constant or a Local without `is_ref`: what comes from memory
//                   (field, element, global, ref target) has been assigned to a temporary, which is
//                   the hold of ruling 2.
//   [statements]    temporaries belong to a Block with `is_statement`, which ends with the source
//                   statement; named locals to the Block of their source scope. A local is used
//                   only inside the Block that lists it.
//   [checked]       Field of a class, Element, CharAt, Divide and Remainder are preceded by their
//                   check operation unless the failure is impossible.
//   [unique]        a Store through Element is preceded by MakeUnique of every array on its path,
//                   outermost first, then by its CheckIndex, and nothing that may call is between.
//   Every transfer is Use; no Take, Release, Append; Stores are plain overwrites of places.
// After rc insertion:
//   [owned-once]    every unit of ownership is consumed exactly once on every path: by Release,
//                   by a Move operand, or by an exit; releases stand in front of exits.
//   [unwind]        the blocks of functions, tries, catches and finallys list in `unwind` the
//                   releases that run when an exception leaves them; locals named there are
//                   owned, null or not yet set when an operation inside throws.
//   [store-empty]   a Store goes to a place whose unit was just taken, or that holds none.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/source.h"
#include "support/arena.h"
#include "support/id.h"
#include "support/store.h"
#include "types/types.h"

namespace dream::ir {

using LocalId = Id<struct LocalTag>;
using GlobalId = Id<struct GlobalTag>;
using FunctionId = Id<struct FunctionTag>;
using LiteralId = Id<struct LiteralTag>;  // a string literal of the program
using RuntimeId = Id<struct RuntimeTag>;  // a row of runtime.def

// ---- values --------------------------------------------------------------------------------------

enum class ValueKind : uint8_t {
    // constants
    Int,     // `integer`: bool, char, byte, int, long, enums
    Real,    // `real`: float, double
    String,  // `literal`
    FunctionAddress,  // of `function`, whose `callback` is set; a pointer to that type
    Instance,  // the one immortal instance of class `type`, which has no fields
    Null,
    Zero,    // the default value of a struct
    // places
    Local,    // of an `is_ref` local: the variable that it refers to
    Global,
    Field,    // args[0].field `index` (over Types::all_fields): of a class, or of a struct value
    Element,  // args[0][args[1], ...]: of an array
    Deref,    // args[0][args[1]]: of a raw pointer; owns nothing
    AddressOf,  // of the place args[0], which owns nothing; through objects and arrays only as an
                // argument of an extern call, of which these are `is_hold` operands
    // other reads of memory
    CharAt,     // args[0][args[1]]: of a string; '\0' at Length
    Length,     // of array or string args[0]; never null here
    Dimension,  // length of dimension `index` of array args[0]
    // computation
    Unary,         // `unary` args[0]
    Binary,        // args[0] `binary` args[1]; Equal and NotEqual by type of the operands
    Convert,       // numeric: args[0] to `type`; also pointers and class upcasts
    Select,        // args[0] ? args[1] : args[2]; of types that own nothing
    And, Or,       // args[0] && args[1]: short-circuit, both pure
    TypeTest,      // args[0] is an instance of class `test`; null is not
    SwitchString,  // index of the first of args[1..] (String or Null) equal to args[0], else -1
    Runtime,       // a call of the Pure runtime function `runtime` with args
};

enum class UnaryOp : uint8_t { Negate, BitNot, Not };

// Arithmetic wraps, shift counts are masked, comparison of reals is IEEE.
enum class BinaryOp : uint8_t {
    Add, Subtract, Multiply, Divide, Remainder, ShiftLeft, ShiftRight, And, Or, Xor,
    Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual,
};

struct Value;
using Values = std::span<const Value* const>;

// Immutable once built; subtrees may be shared.
struct Value {
    ValueKind kind;
    TypeId type;
    Values args;  // in the arena
    LocalId local;
    GlobalId global;
    LiteralId literal;
    RuntimeId runtime;
    FunctionId function;
    int index = 0;
    UnaryOp unary{};
    BinaryOp binary{};
    TypeId test;
    int64_t integer = 0;
    double real = 0;

    bool is_constant() const { return kind <= ValueKind::Zero; }
    bool is_local(LocalId id) const { return kind == ValueKind::Local && local == id; }
};

// ---- operations ----------------------------------------------------------------------------------

enum class OpKind : uint8_t {
#define OP(name, text, effects) name,
#include "ir/ops.def"
};

enum Effects : uint8_t { Throws = 1, Releases = 2, Stores = 4 };

// What an operand does with the unit of ownership of its value.
enum class Transfer : uint8_t {
    Use,     // none: a borrow, or a value that owns nothing
    Retain,  // a new unit of the value is made and handed over (constants: free)
    Move,    // the unit of the local is handed over; the local is unset afterwards
};

struct Operand {
    const Value* value = nullptr;
    Transfer transfer = Transfer::Use;
    bool by_ref = false;  // the place itself is passed (`ref`, `out`, `this` of a struct method)
    bool is_hold = false;  // Call of an Extern: kept for the call, but not passed
};

enum class NodeKind : uint8_t { Op, Block, If, Loop, Switch, Try, Break, Continue, Return };

struct Node {
    NodeKind kind;
    Span span;
    int32_t number = -1;  // for the pass at work, see number_nodes

    size_t index() const { return static_cast<size_t>(number); }
};

struct Op : Node {
    static constexpr NodeKind Kind = NodeKind::Op;
    OpKind op;
    LocalId dst;                     // may be invalid
    const Value* place = nullptr;    // Store, Take, MakeUnique
    std::vector<Operand> args;
    FunctionId function;             // Call
    RuntimeId runtime;               // CallRuntime
    int slot = -1;                   // CallVirtual
    TypeId type;                     // New, NewArray, CheckCast, CallVirtual
    bool throws = false;             // set by rc/effects: this one may raise and be unwound
    bool is_fatal = false;           // set by rc/effects: its fault ends the program at once
    bool place_is_empty = false;     // Store: set by rc/append, a Take has emptied the place
    bool is_immediate = false;       // Release for `x = null`: all that dies is freed now (ruling 34)
};

// ---- regions and exits ---------------------------------------------------------------------------

struct Block : Node {
    static constexpr NodeKind Kind = NodeKind::Block;
    std::vector<LocalId> locals;  // whose lifetime is this block, in order of declaration
    std::vector<Node*> body;
    bool is_statement = false;    // holds the temporaries of one statement: no scope of the user's
    std::vector<Op*> unwind;      // see [unwind]
};

struct If : Node {
    static constexpr NodeKind Kind = NodeKind::If;
    const Value* condition;  // bool
    Block* then_block;
    Block* else_block;  // may be null
};

// is_do:  body; (continue comes here) head; if (condition) again.
// else:   head; if (!condition) leave; body; (continue comes here) step; again.
struct Loop : Node {
    static constexpr NodeKind Kind = NodeKind::Loop;
    bool is_do = false;
    Block* head;             // computes what the condition needs; may be empty
    const Value* condition;  // bool; null: true
    Block* body;
    Block* step;             // may be empty; always empty if is_do
};

struct Case {
    std::vector<int64_t> labels;
    bool is_default = false;
    Block* body;  // falls into the next case unless it leaves
};

struct Switch : Node {
    static constexpr NodeKind Kind = NodeKind::Switch;
    const Value* subject;  // integer
    std::vector<Case> cases;
};

struct Catch {
    TypeId type;        // the exceptions caught: this class and what derives from it
    LocalId exception;  // owns the exception; set on entry; listed in body->locals
    Block* body;
};

// A Break whose target is the Try leaves body or a catch to the finally_block, and then the Try, as
// falling out of its end does. No other exit crosses a Try that has a finally_block: lowering
// turns `return` and the like into "leave = k; break try" with "if (leave == k) return result"
// behind the Try (lower/leave.cpp), so that a finally has two ways in, falling and throwing.
// What is thrown in a catch or in finally_block leaves the Try (a catch's through finally_block).
struct Try : Node {
    static constexpr NodeKind Kind = NodeKind::Try;
    Block* body;
    std::vector<Catch> catches;
    Block* finally_block;  // may be null
};

struct Break : Node {
    static constexpr NodeKind Kind = NodeKind::Break;
    Node* target;  // the Loop, Switch or Try that is left
};

struct Continue : Node {
    static constexpr NodeKind Kind = NodeKind::Continue;
    Node* target;  // the Loop
};

struct Return : Node {
    static constexpr NodeKind Kind = NodeKind::Return;
    Operand value;  // value null: void
};

template <class T, class Base>
T* as(Base* node) {
    return static_cast<T*>(node);
}
template <class T, class Base>
const T* as(const Base* node) {
    return static_cast<const T*>(node);
}

// ---- declarations --------------------------------------------------------------------------------

enum class Ownership : uint8_t {
    None,    // holds no reference (or a raw pointer)
    Own,     // holds one unit of ownership of each reference in it, or null, or is unset
    Borrow,  // holds references that somebody else keeps alive
};

struct Local {
    std::string name;  // as in the source; temporaries: the parameter they are for, or "temp"
    TypeId type;
    Ownership ownership = Ownership::None;
    bool is_param = false;
    bool is_ref = false;   // an alias of the caller's variable (parameters only)
    bool is_temp = false;  // made by lowering: no name in the source
    bool is_addressed = false;  // others may have a pointer to it; it owns nothing
    bool is_array_hold = false;  // keeps the array of a foreach alive, as the value at entry
    std::vector<LocalId> anchors;  // of a Borrow set by rc/: locals that must outlive it
    Span span;
};

enum class FunctionKind : uint8_t {
    Free,         // also static methods; `owner` is set for these
    Method,       // params[0] is `this`
    Constructor,  // initialises params[0] `this`: for chaining, or for structs
    New,          // makes and initialises an instance of `owner`: Person_new
    Destructor,   // the body of ~T of `owner`; params[0] is `this`
    Extern,       // a C function; no body
};

struct Function {
    std::string name;  // as in the source, without owner ("GetDescription", "Person" for New)
    FunctionKind kind = FunctionKind::Free;
    TypeId owner;
    Span span;
    std::vector<LocalId> params;
    TypeId result = Types::Void;  // a result that owns references is owned by the caller
    Store<LocalId, Local> locals;
    Block* body = nullptr;
    bool is_library = false;
    bool is_varargs = false;  // Extern
    bool is_pointer = false;  // Extern: params[0] points to the function that is called
    TypeId callback;          // the C function type as which C calls it, if it does
    bool is_exported = false;  // with `callback`: C calls it by its name
    bool is_exception_boundary = false;  // destructors, callbacks: what leaves them is unhandled
    uint8_t effects = Throws | Releases | Stores;  // of calling it; made precise by rc/effects
};

struct Global {
    std::string name;
    TypeId owner;  // of a static field
    TypeId type;
    Span span;
};

// The functions of a class that a call through an interface may run.
struct Implementation {
    TypeId interface;
    std::vector<FunctionId> methods;  // by slot of the interface; invalid: none
};

// Facts about a class or interface beyond Types::nominal. The slots of an interface are its own
// methods, all abstract; where a class has the others' stands in its `implementations`.
struct Class {
    TypeId type;
    std::vector<FunctionId> slots;     // virtual table, inherited slots first; invalid: abstract
    std::vector<TypeId> slot_owners;   // the class that introduces each slot
    std::vector<Implementation> implementations;  // of all its interfaces, inherited ones too
    FunctionId destructor;             // ~T of this class itself
    FunctionId to_string;              // user's ToString() (own or inherited); invalid: class name
};

// A row of runtime.def.
struct RuntimeFunction {
    std::string_view name;  // C name
    bool is_pure = false;
    bool throws = false;
    bool takes_where = false;  // the place of a throw is its last argument
    bool releases = false;
    bool no_return = false;
    // Of the extern declaration in the standard library, or given by lowering.
    std::vector<TypeId> params;
    TypeId result = Types::Void;
};

struct Module {
    Types* types = nullptr;
    const Sources* sources = nullptr;
    Arena* arena = nullptr;
    Store<FunctionId, Function> functions;
    Store<GlobalId, Global> globals;  // in order of initialisation
    Store<LiteralId, std::string> literals;
    Store<RuntimeId, RuntimeFunction> runtime;
    std::vector<Class> classes;    // bases before derived
    std::vector<TypeId> structs;   // contained before containing
    std::vector<TypeId> enums;
    FunctionId top_level;  // runs first; its result, if int, is the exit status; may be invalid
    FunctionId main;       // then this one; void or int; may take a string[]; may be invalid
    TypeId exception;      // the library's class Exception
    // For implementations_of, which fills it when it is first asked: classes are complete then.
    mutable std::map<std::pair<TypeId, int>, std::vector<FunctionId>> implementations;
};

// ---- questions -----------------------------------------------------------------------------------

struct OpInfo {
    std::string_view text;
    uint8_t effects;
};
const OpInfo& info(OpKind op);

// The effects that running `op` may have, with those of its callee.
uint8_t effects_of(const Module& module, const Op& op);

// What an object of exactly class `c` runs for `slot` of `type`, a class or interface; invalid if
// it is none of these, or has no method there.
FunctionId implementation_of(const Module& module, const Class& c, TypeId type, int slot);

// What a call through `slot` of `type`, a class or interface, may run: each function once, by id.
const std::vector<FunctionId>& implementations_of(const Module& module, TypeId type, int slot);

// The parameter list that arguments of a Call or CallVirtual meet, or null (CallRuntime, others).
const Function* callee_of(const Module& module, const Op& op);

// Whether operand `i` hands over a unit of ownership (given that its value owns references).
bool consumes(const Module& module, const Function& function, const Op& op, size_t i);

// Whether `dst` of `op` receives a unit of ownership (given that its type owns references).
bool makes_owner(const Op& op, const Function& function);

// Whether evaluating `value` reads memory that others may write: a class field, element, global or
// ref target (string contents do not change; a struct field is part of the struct).
bool reads_memory(const Module& module, const Function& function, const Value& value);

// Calls visit(local) for every local that `value` mentions.
template <class Visit>
void for_each_local(const Value& value, Visit&& visit) {
    if (value.kind == ValueKind::Local) visit(value.local);
    for (const Value* arg : value.args) for_each_local(*arg, visit);
}

// The local at the root of a place made of Field (of struct) and Element steps, or an invalid id
// if the path goes through a class or starts elsewhere.
LocalId root_local(const Value& place, const Types& types);

}  // namespace dream::ir
