// Locals, temporaries and operations: the small steps that the rest of lowering is made of.
//
// Guarantees [statements]: a temporary is listed by the statement block in which it is made, or by
// the branch of an expression in which it is made if its type reaches no destructor (ruling 20).
#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

StatementScope::StatementScope(Body& b, Span span)
    : b_(b), block_(b.build.block(span)), outer_out_(b.out), outer_statement_(b.statement),
      outer_temps_(b.temps) {
    block_->is_statement = true;
    b.out = b.statement = b.temps = block_;
}

void StatementScope::finish() {
    b_.out = outer_out_;
    b_.statement = outer_statement_;
    b_.temps = outer_temps_;
    if (block_->locals.empty())
        b_.out->body.insert(b_.out->body.end(), block_->body.begin(), block_->body.end());
    else
        b_.out->body.push_back(block_);
}

BlockScope::BlockScope(Body& b, ir::Block* block, bool is_branch)
    : b_(b), block_(block), is_branch_(is_branch), outer_out_(b.out), outer_scope_(b.scope),
      outer_temps_(b.temps) {
    b.out = block;
    if (is_branch) b.temps = block;
    else b.scope = block;
}

void BlockScope::finish() {
    if (is_branch_) block_->is_statement = !block_->locals.empty();
    b_.out = outer_out_;
    b_.scope = outer_scope_;
    b_.temps = outer_temps_;
}

// ---- locals ----

LocalId add_local(Body& b, std::string_view name, TypeId type, Span span) {
    ir::Local local;
    local.name = name;
    local.type = type;
    local.span = span;
    local.ownership = b.types.owns_references(type) ? ir::Ownership::Own : ir::Ownership::None;
    LocalId id = b.function.locals.add(std::move(local));
    b.declared_in_try[id] = b.try_depth;
    return id;
}

LocalId declare(Body& b, const typed::Local* local) {
    LocalId id = add_local(b, local->name, local->type, local->span);
    b.function.locals[id].is_addressed = local->is_addressed;
    b.scope->locals.push_back(id);
    b.locals[local] = id;
    return id;
}

LocalId make_temp(Body& b, TypeId type, Span span, std::string_view name) {
    DREAM_CHECK(b.statement, "a temporary outside of any statement");
    LocalId id = add_local(b, name, type, span);
    b.function.locals[id].is_temp = true;
    ir::Block* home = b.types.reaches_destructor(type) ? b.statement : b.temps;
    home->locals.push_back(id);
    return id;
}

// The local for the result of an operation: the target if there is one.
LocalId home_of(Body& b, Target target, TypeId type, Span span) {
    return target.valid() ? target.local : make_temp(b, type, span);
}

const Value* local_value(Body& b, LocalId id) { return b.build.local(b.function, id); }

// A local that is no alias of somebody else's variable.
bool is_plain_local(const Body& b, const Value* value) {
    return value->kind == ValueKind::Local && !b.function.locals[value->local].is_ref;
}

// May stand as an owning operand of a call [stable-args]: nothing but an assignment to the local
// itself can end what it holds.
bool is_stable(const Body& b, const Value* value) {
    return value->is_constant() || is_plain_local(b, value);
}

// ---- operations ----

ir::Op* emit(Body& b, OpKind kind, Span span, std::vector<const Value*> args) {
    ir::Op* op = b.build.op(kind, span);
    for (const Value* arg : args) op->args.push_back({arg});
    b.out->body.push_back(op);
    return op;
}

void emit_assign(Body& b, LocalId dst, const Value* value, Span span) {
    if (value->is_local(dst)) return;
    emit(b, OpKind::Assign, span, {value})->dst = dst;
}

void emit_store(Body& b, const Value* place, const Value* value, Span span) {
    if (is_plain_local(b, place)) return emit_assign(b, place->local, value, span);
    emit(b, OpKind::Store, span, {value})->place = place;
}

void emit_check_null(Body& b, const Value* value, Span span) {
    emit(b, OpKind::CheckNull, span, {value});
}

void emit_check_index(Body& b, const Value* element, Span span) {
    emit(b, OpKind::CheckIndex, span, {element->args.begin(), element->args.end()});
}

// Calls a runtime function by its C name; the result is in a local.
const Value* emit_runtime(Body& b, std::string_view c_name, TypeId type,
                          std::vector<const Value*> args, Target target, Span span) {
    RuntimeId runtime = b.build.runtime_function(c_name);
    ir::RuntimeFunction& row = b.context.module.runtime[runtime];
    if (row.params.empty() && row.result == Types::Void) {
        for (const Value* arg : args) row.params.push_back(arg->type);
        row.result = type;
    }
    ir::Op* op = b.build.op(OpKind::CallRuntime, span);
    op->runtime = runtime;
    for (const Value* arg : args) op->args.push_back({arg});
    op->dst = home_of(b, target, type, span);
    b.out->body.push_back(op);
    return local_value(b, op->dst);
}

// `value` as it is now, whatever happens afterwards.
const Value* hold(Body& b, const Value* value, Span span, std::string_view name) {
    if (value->is_constant()) return value;
    LocalId temp = make_temp(b, value->type, span, name);
    emit_assign(b, temp, value, span);
    return local_value(b, temp);
}

// ---- control ----

namespace {

bool always_leaves(const NodeSet& left_by_break, const ir::Node* node) {
    switch (node->kind) {
        case ir::NodeKind::Op: {
            OpKind op = ir::as<ir::Op>(node)->op;
            return op == OpKind::Throw || op == OpKind::Rethrow;
        }
        case ir::NodeKind::Block: return lower::always_leaves(left_by_break, ir::as<ir::Block>(node));
        case ir::NodeKind::If: {
            const ir::If* branch = ir::as<ir::If>(node);
            return branch->else_block && lower::always_leaves(left_by_break, branch->then_block) &&
                   lower::always_leaves(left_by_break, branch->else_block);
        }
        case ir::NodeKind::Loop: return !ir::as<ir::Loop>(node)->condition && !left_by_break.count(node);
        case ir::NodeKind::Switch: {
            const ir::Switch* chosen = ir::as<ir::Switch>(node);
            bool has_default = false;
            for (const ir::Case& c : chosen->cases) has_default = has_default || c.is_default;
            return has_default && !left_by_break.count(node) &&
                   lower::always_leaves(left_by_break, chosen->cases.back().body);
        }
        case ir::NodeKind::Try: {
            const ir::Try* attempt = ir::as<ir::Try>(node);
            if (attempt->finally_block && lower::always_leaves(left_by_break, attempt->finally_block)) return true;
            if (left_by_break.count(node) || !lower::always_leaves(left_by_break, attempt->body)) return false;
            for (const ir::Catch& c : attempt->catches)
                if (!lower::always_leaves(left_by_break, c.body)) return false;
            return true;
        }
        case ir::NodeKind::Break:
        case ir::NodeKind::Continue:
        case ir::NodeKind::Return: return true;
    }
    DREAM_UNREACHABLE("kind of node");
}

}  // namespace

// Control never falls out of the end of `block`; `left_by_break`: the regions that a break leaves.
bool always_leaves(const NodeSet& left_by_break, const ir::Block* block) {
    return !block->body.empty() && always_leaves(left_by_break, block->body.back());
}

}  // namespace dream::lower
