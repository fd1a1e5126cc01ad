// What lowering knows while it runs: `Context` about the module, `Body` about the function at hand.
// The declarations below stand under the file that defines them; nothing outside lower/ sees this.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "check/typed.h"
#include "ir/build.h"
#include "ir/ir.h"
#include "lower/lower.h"
#include "lower/reach.h"

namespace dream::lower {

using ir::FunctionId;
using ir::GlobalId;
using ir::LocalId;
using ir::OpKind;
using ir::RuntimeId;
using ir::Value;
using ir::ValueKind;
using typed::as;
using typed::Expr;
using typed::ExprKind;
using typed::Stmt;
using typed::StmtKind;

struct Context {
    Context(const typed::Program& p, Arena& arena, const Options& o);

    const typed::Program& program;
    const Options& options;
    Types& types;
    ir::Module module;
    ir::Builder build;
    Reach reach;
    std::unordered_map<const typed::Function*, FunctionId> functions;     // no constructors
    std::unordered_map<const typed::Function*, FunctionId> constructors;  // those that are chained
    std::unordered_map<const typed::Function*, FunctionId> news;          // those used by `new`
    std::unordered_map<const typed::Global*, GlobalId> globals;  // those that are not `demoted`
    std::unordered_set<const typed::Global*> demoted;            // locals of the top level (ruling 33)
};

// What evaluating an expression does to its surroundings.
struct Writes {
    bool emits = false;   // any operation
    bool makes = false;   // operations other than checks
    bool memory = false;  // stores to fields, elements, globals or ref targets; runs user code
    std::vector<const void*> variables;  // assigned: typed::Local or demoted typed::Global

    bool any() const { return memory || !variables.empty(); }
    void add(const Writes& other);
    void add_variable(const void* variable);
};

// A local that the operation at the root of an expression may put its result into.
struct Target {
    LocalId local;
    bool is_fresh = false;  // nobody can read it before the whole expression is done

    bool valid() const { return local.valid(); }
};

struct Body {
    Body(Context& c, FunctionId function_id, const typed::Function* s);

    Context& context;
    ir::Builder& build;
    Types& types;
    FunctionId id;
    ir::Function& function;
    const typed::Function* source;  // null for functions made up by lowering
    LocalId constructed;            // of a New function: `this`, which every return gives back

    std::unordered_map<const void*, LocalId> locals;  // typed::Local or demoted typed::Global
    std::unordered_map<LocalId, int> declared_in_try;  // `try_depth` where a local was declared
    std::unordered_set<const void*> non_null;  // variables that hold an object as long as they live
    std::unordered_map<const Expr*, Writes> writes;    // memo of `writes_of`

    ir::Block* out = nullptr;        // takes the operations
    ir::Block* scope = nullptr;      // lists named locals
    ir::Block* statement = nullptr;  // lists temporaries whose type reaches a destructor
    ir::Block* temps = nullptr;      // lists the others: `statement`, or a branch of its expression

    std::vector<ir::Node*> exits;                       // the Loops and Switches around
    std::unordered_set<const ir::Node*> left_by_break;  // Loops and Switches
    std::vector<LocalId> handled;                       // the exceptions of the catches around
    int try_depth = 0;                                  // handlers around, in this function
    int temp_count = 0;
};

// The statement block of one source statement, from construction to `finish`: it takes the
// operations, and stays a block of its own only if it got temporaries.
class StatementScope {
  public:
    StatementScope(Body& b, Span span);
    void finish();
    ir::Block* block() { return block_; }

  private:
    Body& b_;
    ir::Block* block_;
    ir::Block* outer_out_;
    ir::Block* outer_statement_;
    ir::Block* outer_temps_;
};

// A block that runs or not, within an expression (`is_branch`: its temporaries die at its end) or
// as a scope of the source.
class BlockScope {
  public:
    BlockScope(Body& b, ir::Block* block, bool is_branch);
    void finish();

  private:
    Body& b_;
    ir::Block* block_;
    bool is_branch_;
    ir::Block* outer_out_;
    ir::Block* outer_scope_;
    ir::Block* outer_temps_;
};

// ---- ops.cpp: locals and operations ----
LocalId add_local(Body& b, std::string_view name, TypeId type, Span span);
LocalId declare(Body& b, const typed::Local* local);
LocalId make_temp(Body& b, TypeId type, Span span, std::string_view name = "temp");
LocalId home_of(Body& b, Target target, TypeId type, Span span);
const Value* local_value(Body& b, LocalId id);
ir::Op* emit(Body& b, OpKind kind, Span span, std::vector<const Value*> args = {});
void emit_assign(Body& b, LocalId dst, const Value* value, Span span);
void emit_store(Body& b, const Value* place, const Value* value, Span span);
void emit_check_null(Body& b, const Value* value, Span span);
void emit_check_index(Body& b, const Value* element, Span span);
const Value* emit_runtime(Body& b, std::string_view c_name, TypeId type,
                          std::vector<const Value*> args, Target target, Span span);
const Value* hold(Body& b, const Value* value, Span span, std::string_view name = "temp");
bool is_stable(const Body& b, const Value* value);
bool is_plain_local(const Body& b, const Value* value);
using NodeSet = std::unordered_set<const ir::Node*>;
bool always_leaves(const NodeSet& left_by_break, const ir::Block* block);

// ---- writes.cpp: what may be disturbed by what ----
const Writes& writes_of(Body& b, const Expr* expr);
void add_place_writes(Body& b, const Expr* place, Writes& writes);
bool is_disturbed(const Body& b, const Value* value, const Writes& writes);
bool is_never_assigned_again(const Body& b, const void* variable, int initialisers);
bool needs_null_check(const Body& b, const Expr* object);
bool needs_divide_check(const Body& b, typed::BinaryOp op, TypeId type, const Expr* divisor);
bool is_pure_call(const Body& b, const typed::CallExpr* call);
bool is_always_object(const Body& b, const Expr* expr);

// ---- exprs.cpp ----
const Value* lower_value(Body& b, const Expr* expr, Target target = {});
void lower_into(Body& b, const Expr* expr, Target target);
void lower_effect(Body& b, const Expr* expr);

// A condition, less the assignment that a pattern makes where it holds; `binding` may be null.
struct BoundTest {
    const Expr* condition;
    const Expr* binding;
};
BoundTest bound_test(const Expr* condition);
const Value* lower_arithmetic(Body& b, typed::BinaryOp op, const Value* left, const Value* right,
                              TypeId type, const Expr* divisor, Span span);

// ---- places.cpp ----
struct Place {
    const Value* value = nullptr;
    bool owner_unchecked = false;  // a field of an object that may still turn out to be null
};
bool is_place(const Expr* expr);
Place lower_place(Body& b, const Expr* expr, const Writes& later, bool is_final_store);
void check_path(Body& b, const Value* place, Span span);
void write_place(Body& b, const Place& place, const Value* value, Span span);
void make_path_unique(Body& b, const Value* place, Span span);
bool crosses_array(const Body& b, const Value* place);
LocalId variable_of(const Body& b, const Expr* target);
const Value* lower_assign(Body& b, const typed::AssignExpr* expr, bool is_used);
const Value* lower_compound(Body& b, const typed::CompoundAssignExpr* expr, bool is_used);
const Value* lower_increment(Body& b, const typed::IncrementExpr* expr, bool is_used);

// ---- calls.cpp ----
const Value* lower_call(Body& b, const typed::CallExpr* call, Target target, bool is_used);
const Value* lower_new(Body& b, const typed::NewExpr* expr, Target target);

// ---- copy_back.cpp: places inside arrays passed by reference ----
struct CopyBack {
    const Value* place;
    LocalId copy;
};
// Emits `call`, and the copies back after it has returned or thrown.
void emit_with_copies(Body& b, ir::Op* call, const std::vector<CopyBack>& copies);

// ---- arrays.cpp ----
const Value* lower_new_array(Body& b, const typed::NewArrayExpr* expr, Target target);
const Value* lower_array_literal(Body& b, const typed::ArrayLiteralExpr* expr, Target target);
void lower_foreach(Body& b, const typed::ForeachStmt* stmt);

// ---- text.cpp ----
const Value* lower_concat(Body& b, const typed::ConcatExpr* expr, Target target);
const Value* join(Body& b, std::vector<const Value*> parts, Target target, Span span);
const Value* lower_text(Body& b, const typed::ToTextExpr* expr, Target target);

// ---- stmts.cpp ----
void lower_stmt(Body& b, const Stmt* stmt);
void lower_stmts(Body& b, const std::vector<Stmt*>& body);
ir::Block* lower_scope(Body& b, const Stmt* stmt, const Expr* before = nullptr);

// ---- control.cpp ----
const Value* lower_test(Body& b, const Expr* condition, ir::Block* home, const std::vector<const Value*>& labels = {});
void lower_if(Body& b, const typed::IfStmt* stmt);
void lower_while(Body& b, const typed::WhileStmt* stmt);
void lower_do(Body& b, const typed::DoWhileStmt* stmt);
void lower_for(Body& b, const typed::ForStmt* stmt);
void lower_switch(Body& b, const typed::SwitchStmt* stmt);
void lower_loop_body(Body& b, ir::Loop* loop, const Stmt* body);

// ---- exits.cpp ----
void lower_break(Body& b, const Stmt* stmt);
void lower_continue(Body& b, const Stmt* stmt);
void lower_return(Body& b, const typed::ReturnStmt* stmt);
void lower_throw(Body& b, const Expr* value, Span span);
void lower_try(Body& b, const typed::TryStmt* stmt);
void emit_rethrow(Body& b, LocalId exception, Span span);

// ---- functions.cpp ----
FunctionId declare_function(Context& c, const typed::Function* f, ir::FunctionKind kind);
void lower_function(Context& c, FunctionId id, const typed::Function* f);
void bind_parameters(Body& b, const typed::Function* f);

// ---- classes.cpp ----
void lower_new_function(Context& c, const typed::Function* constructor);
void add_classes(Context& c);

// ---- top_level.cpp ----
void choose_demoted(Context& c);
void lower_top_level(Context& c);

}  // namespace dream::lower
