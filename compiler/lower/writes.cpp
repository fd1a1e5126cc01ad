// What evaluating an expression may write, and whether a tree read before would notice. This is
// how lowering keeps trees [pure-trees] without spilling each operand: a value waits as a tree
// for the operands after it unless one of these disturbs it.
#include <algorithm>

#include "lower/context.h"
#include "lower/walk.h"

namespace dream::lower {

using namespace typed;

void Writes::add(const Writes& other) {
    emits = emits || other.emits;
    makes = makes || other.makes;
    memory = memory || other.memory;
    for (const void* variable : other.variables) add_variable(variable);
}

void Writes::add_variable(const void* variable) {
    if (std::find(variables.begin(), variables.end(), variable) == variables.end())
        variables.push_back(variable);
}

// All assignments in the program are the `initialisers` that have been seen.
bool is_never_assigned_again(const Body& b, const void* variable, int initialisers) {
    auto found = b.context.reach.assignments.find(variable);
    return found == b.context.reach.assignments.end() || found->second <= initialisers;
}

// Never null, and known to be so without looking at control flow.
bool is_always_object(const Body& b, const Expr* expr) {
    switch (expr->kind) {
        case ExprKind::LocalRef: {
            const Local* local = as<LocalRefExpr>(expr)->local;
            return local->kind == LocalKind::This || local->is_never_null || b.non_null.count(local) ||
                   (local->binds_object && is_never_assigned_again(b, local, 1));
        }
        case ExprKind::ClassCast: return as<ClassCastExpr>(expr)->cast == CastKind::Tested;
        case ExprKind::GlobalRef: return b.non_null.count(as<GlobalRefExpr>(expr)->global) > 0;
        case ExprKind::Literal:
            return std::holds_alternative<std::string>(as<LiteralExpr>(expr)->value);
        case ExprKind::Convert: {
            Conversion conversion = as<ConvertExpr>(expr)->conversion;
            return conversion == Conversion::NotNull ||
                   (conversion == Conversion::Upcast &&
                    is_always_object(b, as<ConvertExpr>(expr)->operand));
        }
        case ExprKind::Lambda:
        case ExprKind::FunctionAddress:
        case ExprKind::New:
        case ExprKind::NewArray:
        case ExprKind::ArrayLiteral:
        case ExprKind::Concat: return true;
        default: return false;
    }
}

bool needs_null_check(const Body& b, const Expr* object) { return !is_always_object(b, object); }

bool needs_divide_check(const Body& b, BinaryOp op, TypeId type, const Expr* divisor) {
    if (op != BinaryOp::Divide && op != BinaryOp::Remainder) return false;
    if (!b.types.is_integer(type)) return false;
    while (divisor && divisor->kind == ExprKind::Convert) divisor = as<ConvertExpr>(divisor)->operand;
    if (!divisor || divisor->kind != ExprKind::Literal) return true;
    const int64_t* constant = std::get_if<int64_t>(&as<LiteralExpr>(divisor)->value);
    return !constant || *constant == 0 || (*constant == -1 && op == BinaryOp::Divide);
}

// A call of the runtime that stays part of a tree.
bool is_pure_call(const Body& b, const CallExpr* call) {
    if (call->function->kind != FunctionKind::Runtime) return false;
    RuntimeId id = b.build.runtime_function(call->function->name);
    if (!b.context.module.runtime[id].is_pure) return false;
    if (call->type == Types::Void || b.types.owns_references(call->type)) return false;
    for (const Argument& argument : call->arguments)
        if (argument.by_ref) return false;
    return true;
}

namespace {

bool releases_user_objects(const Body& b, const CallExpr* call) {
    if (call->function->kind != FunctionKind::Runtime) return true;
    return b.context.module.runtime[b.build.runtime_function(call->function->name)].releases;
}

void operate(Writes& writes) { writes.emits = writes.makes = true; }

// Replacing what `place` holds may run a destructor.
void overwrite(Body& b, const Expr* place, Writes& writes) {
    operate(writes);
    add_place_writes(b, place, writes);
    if (b.types.reaches_destructor(place->type)) writes.memory = true;
}

void pass_arguments(Body& b, const std::vector<Argument>& arguments, Writes& writes) {
    for (const Argument& argument : arguments)
        if (argument.by_ref) overwrite(b, argument.value, writes);
}

// What the root of `expr` does, its operands aside.
void add_own_writes(Body& b, const Expr* expr, Writes& writes) {
    switch (expr->kind) {
        case ExprKind::Literal:
        case ExprKind::LocalRef:
        case ExprKind::GlobalRef:
        case ExprKind::Lambda:
        case ExprKind::FunctionAddress:
        case ExprKind::Default:
        case ExprKind::Deref:
        case ExprKind::Unary:
        case ExprKind::TypeTest:
        case ExprKind::ReferenceEquals: return;
        case ExprKind::FieldAccess: {
            const Expr* object = as<FieldAccessExpr>(expr)->object;
            if (b.types.is(object->type, TypeKind::Class) && needs_null_check(b, object))
                writes.emits = true;
            return;
        }
        case ExprKind::AddressOf:
            if (as<AddressOfExpr>(expr)->is_lent) operate(writes);
            return;
        case ExprKind::Index: writes.emits = true; return;
        case ExprKind::Length:
            if (needs_null_check(b, as<LengthExpr>(expr)->object)) writes.emits = true;
            return;
        case ExprKind::Binary: {
            const BinaryExpr* binary = as<BinaryExpr>(expr);
            if (needs_divide_check(b, binary->op, binary->left->type, binary->right)) writes.emits = true;
            return;
        }
        case ExprKind::Logical:
            if (writes_of(b, as<LogicalExpr>(expr)->right).emits) operate(writes);
            return;
        case ExprKind::Conditional: {
            const ConditionalExpr* choice = as<ConditionalExpr>(expr);
            if (b.types.owns_references(expr->type) || writes_of(b, choice->when_true).emits ||
                writes_of(b, choice->when_false).emits)
                operate(writes);
            return;
        }
        case ExprKind::Assign: return overwrite(b, as<AssignExpr>(expr)->target, writes);
        case ExprKind::CompoundAssign: return overwrite(b, as<CompoundAssignExpr>(expr)->target, writes);
        case ExprKind::Increment: return overwrite(b, as<IncrementExpr>(expr)->target, writes);
        case ExprKind::Concat: return operate(writes);
        case ExprKind::ToText: {
            operate(writes);
            TypeId type = as<ToTextExpr>(expr)->operand->type;
            // ToString() of the user's.
            if (b.types.is(type, TypeKind::Class) || b.types.is(type, TypeKind::Struct))
                writes.memory = true;
            return;
        }
        case ExprKind::Convert:
            if (as<ConvertExpr>(expr)->conversion == Conversion::StringFromC) operate(writes);
            if (as<ConvertExpr>(expr)->conversion == Conversion::NotNull &&
                needs_null_check(b, as<ConvertExpr>(expr)->operand))
                writes.emits = true;
            return;
        case ExprKind::ClassCast: return operate(writes);
        case ExprKind::Call: {
            const CallExpr* call = as<CallExpr>(expr);
            if (is_pure_call(b, call)) return;
            operate(writes);
            if (releases_user_objects(b, call)) writes.memory = true;
            pass_arguments(b, call->arguments, writes);
            if (call->receiver && b.types.is(call->receiver->type, TypeKind::Struct))
                add_place_writes(b, call->receiver, writes);
            return;
        }
        case ExprKind::New:
            if (!as<NewExpr>(expr)->constructor) return;
            operate(writes);
            writes.memory = true;
            return pass_arguments(b, as<NewExpr>(expr)->arguments, writes);
        case ExprKind::NewArray:
        case ExprKind::ArrayLiteral:
        case ExprKind::Let:
        case ExprKind::Throw: return operate(writes);
    }
}

const Writes& compute(Body& b, const Expr* expr) {
    Writes writes;
    for_each_child(expr, [&](const Expr* child) { writes.add(writes_of(b, child)); });
    add_own_writes(b, expr, writes);
    return b.writes[expr] = std::move(writes);
}

const Expr* left_operand(const Expr* expr) {
    if (expr->kind == ExprKind::Binary) return as<BinaryExpr>(expr)->left;
    if (expr->kind == ExprKind::Logical) return as<LogicalExpr>(expr)->left;
    return nullptr;
}

}  // namespace

// The variable or memory that a write to `place` changes.
void add_place_writes(Body& b, const Expr* place, Writes& writes) {
    switch (place->kind) {
        case ExprKind::LocalRef: {
            const Local* local = as<LocalRefExpr>(place)->local;
            writes.add_variable(local);
            if (local->kind == LocalKind::Ref || local->kind == LocalKind::Out ||
                local->kind == LocalKind::This || local->is_addressed)
                writes.memory = true;
            return;
        }
        case ExprKind::GlobalRef: {
            const Global* global = as<GlobalRefExpr>(place)->global;
            if (b.context.demoted.count(global)) writes.add_variable(global);
            else writes.memory = true;
            return;
        }
        case ExprKind::FieldAccess: {
            const Expr* object = as<FieldAccessExpr>(place)->object;
            if (!b.types.is(object->type, TypeKind::Struct)) writes.memory = true;
            else add_place_writes(b, object, writes);
            return;
        }
        case ExprKind::Index: return add_place_writes(b, as<IndexExpr>(place)->object, writes);
        case ExprKind::Deref: writes.memory = true; return;
        default: return;  // a copy
    }
}

const Writes& writes_of(Body& b, const Expr* expr) {
    static const Writes kNone;
    if (expr->kind == ExprKind::Literal || expr->kind == ExprKind::LocalRef ||
        expr->kind == ExprKind::GlobalRef)
        return kNone;
    auto known = b.writes.find(expr);
    if (known != b.writes.end()) return known->second;
    // Left-leaning chains are of any length: from their innermost link outwards, not by recursion.
    std::vector<const Expr*> links;
    for (const Expr* at = expr; at && !b.writes.count(at); at = left_operand(at)) links.push_back(at);
    while (links.size() > 1) {
        writes_of(b, links.back()).any();
        links.pop_back();
    }
    return compute(b, expr);
}

namespace {

bool is_assigned(const Body& b, LocalId id, const Writes& writes) {
    for (const void* variable : writes.variables) {
        auto found = b.locals.find(variable);
        if (found != b.locals.end() && found->second == id) return true;
    }
    return false;
}

}  // namespace

// Whether what `value` reads may be another thing after `writes`. Arrays are values: an element of
// an array in a local of this function changes only through that local.
bool is_disturbed(const Body& b, const Value* value, const Writes& writes) {
    if (!writes.any()) return false;
    switch (value->kind) {
        case ValueKind::Local:
            if (writes.memory && (b.function.locals[value->local].is_ref ||
                                  b.function.locals[value->local].is_addressed))
                return true;
            return is_assigned(b, value->local, writes);
        case ValueKind::Global: return writes.memory;
        case ValueKind::AddressOf: break;
        case ValueKind::Deref:
            if (writes.memory) return true;
            break;
        case ValueKind::Field:
            if (writes.memory && !b.types.is(value->args[0]->type, TypeKind::Struct)) return true;
            break;
        default: break;
    }
    for (const Value* arg : value->args)
        if (is_disturbed(b, arg, writes)) return true;
    return false;
}

}  // namespace dream::lower
