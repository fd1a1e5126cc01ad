// Places that are written: assignment, compound assignment, ++ and --.
//
// A place is a tree of Field and Element steps over a root. The objects on the way and the index
// values are evaluated when the place is reached; arrays on the way are not: a store goes into the
// root variable's array of that moment (ruling 11), made unique from the outermost inwards.
//
// Guarantees [unique]: in front of each Store through elements stand MakeUnique and CheckIndex of
// each level, outermost first, and nothing that may call is between.
#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

using namespace typed;

namespace {

// The Element steps between the root variable or field and the place itself, outermost first.
std::vector<const Value*> elements_on(const Body& b, const Value* place) {
    std::vector<const Value*> elements;
    for (const Value* at = place;;) {
        if (at->kind == ValueKind::Element) {
            elements.insert(elements.begin(), at);
        } else if (at->kind != ValueKind::Field || !b.types.is(at->args[0]->type, TypeKind::Struct)) {
            return elements;
        }
        at = at->args[0];
    }
}

bool mentions(const Value* value, LocalId local) {
    bool found = false;
    ir::for_each_local(*value, [&](LocalId id) { found = found || id == local; });
    return found;
}

}  // namespace

// A variable, a field or an element. (A field of a struct that is itself a mere value, and an element
// of an array that is one, are places within a copy.)
bool is_place(const Expr* expr) {
    switch (expr->kind) {
        case ExprKind::LocalRef:
        case ExprKind::GlobalRef:
        case ExprKind::Deref:
        case ExprKind::FieldAccess: return true;
        case ExprKind::Index: return as<IndexExpr>(expr)->object->type != Types::String;
        default: return false;
    }
}

// The place that `expr` names, with what is evaluated on the way held against `later`: the rest of
// the source that runs before the place is used. `is_final_store`: the null check of the object
// whose field this is waits for write_place, behind the value to be stored.
Place lower_place(Body& b, const Expr* expr, const Writes& later, bool is_final_store) {
    switch (expr->kind) {
        case ExprKind::LocalRef:
        case ExprKind::GlobalRef: return {lower_value(b, expr)};
        case ExprKind::FieldAccess: {
            const FieldAccessExpr* access = as<FieldAccessExpr>(expr);
            if (b.types.is(access->object->type, TypeKind::Struct))
                return {b.build.field(lower_place(b, access->object, later, false).value, access->field)};
            const Value* object = lower_value(b, access->object);
            if (is_disturbed(b, object, later)) object = hold(b, object, access->object->span);
            bool is_checked = needs_null_check(b, access->object);
            if (is_checked && !is_final_store) emit_check_null(b, object, expr->span);
            return {b.build.field(object, access->field), is_checked && is_final_store};
        }
        case ExprKind::Index: {
            const IndexExpr* index = as<IndexExpr>(expr);
            Writes behind_object = later;
            for (const Expr* i : index->indices) behind_object.add(writes_of(b, i));
            const Value* array = lower_place(b, index->object, behind_object, false).value;
            std::vector<const Value*> indices;
            for (size_t i = 0; i < index->indices.size(); ++i) {
                Writes behind = later;
                for (size_t j = i + 1; j < index->indices.size(); ++j)
                    behind.add(writes_of(b, index->indices[j]));
                const Value* at = lower_value(b, index->indices[i]);
                if (is_disturbed(b, at, behind)) at = hold(b, at, index->indices[i]->span);
                indices.push_back(at);
            }
            return {b.build.element(array, std::move(indices))};
        }
        case ExprKind::Deref: {
            const DerefExpr* deref = as<DerefExpr>(expr);
            Writes behind_pointer = later;
            behind_pointer.add(writes_of(b, deref->index));
            const Value* pointer = lower_value(b, deref->pointer);
            if (is_disturbed(b, pointer, behind_pointer)) pointer = hold(b, pointer, expr->span);
            const Value* at = lower_value(b, deref->index);
            if (is_disturbed(b, at, later)) at = hold(b, at, deref->index->span);
            return {b.build.deref(pointer, at)};
        }
        default: {
            // A value that is written through is a copy of its own (a receiver of a struct method).
            LocalId copy = make_temp(b, expr->type, expr->span);
            lower_into(b, expr, {copy, true});
            return {local_value(b, copy)};
        }
    }
}

bool crosses_array(const Body& b, const Value* place) { return !elements_on(b, place).empty(); }

// For reading: the place is there.
void check_path(Body& b, const Value* place, Span span) {
    for (const Value* element : elements_on(b, place)) emit_check_index(b, element, span);
}

void make_path_unique(Body& b, const Value* place, Span span) {
    for (const Value* element : elements_on(b, place)) {
        emit(b, OpKind::MakeUnique, span)->place = element->args[0];
        emit_check_index(b, element, span);
    }
}

void write_place(Body& b, const Place& place, const Value* value, Span span) {
    if (place.owner_unchecked) emit_check_null(b, place.value->args[0], span);
    make_path_unique(b, place.value, span);
    emit_store(b, place.value, value, span);
}

// The local that `target` names outright, or an invalid id.
LocalId variable_of(const Body& b, const Expr* target) {
    const void* variable = nullptr;
    if (target->kind == ExprKind::LocalRef) variable = as<LocalRefExpr>(target)->local;
    if (target->kind == ExprKind::GlobalRef) variable = as<GlobalRefExpr>(target)->global;
    auto found = b.locals.find(variable);
    if (!variable || found == b.locals.end() || b.function.locals[found->second].is_ref) return {};
    return found->second;
}

namespace {

// A local in use takes a result straight from the operation if it owns nothing and no handler
// could see it half way: a call that throws must leave it as it was.
Target target_in_use(const Body& b, LocalId local) {
    if (b.types.owns_references(b.function.locals[local].type)) return {};
    if (b.declared_in_try.at(local) != b.try_depth) return {};
    return {local, false};
}

// The value to be stored, safe from what makes the path unique, and from the store itself if it is
// used afterwards.
const Value* settle(Body& b, const Place& place, const Value* value, bool is_used, Span span) {
    if (value->is_constant()) return value;
    LocalId root = ir::root_local(*place.value, b.types);
    bool is_safe = is_plain_local(b, value) && !(root.valid() && mentions(value, root));
    bool must_hold = is_used || (b.types.owns_references(value->type) && crosses_array(b, place.value));
    return must_hold && !is_safe ? hold(b, value, span, "value") : value;
}

}  // namespace

const Value* lower_assign(Body& b, const AssignExpr* expr, bool is_used) {
    if (LocalId local = variable_of(b, expr->target)) {
        Target target = target_in_use(b, local);
        emit_assign(b, local, lower_value(b, expr->value, target), expr->span);
        return local_value(b, local);
    }
    Place place = lower_place(b, expr->target, writes_of(b, expr->value), true);
    const Value* value = lower_value(b, expr->value);
    value = settle(b, place, value, is_used, expr->span);
    write_place(b, place, value, expr->span);
    return value;
}

namespace {

// The new value of `target op= operand`.
const Value* combine(Body& b, const CompoundAssignExpr* expr, const Value* old, const Value* operand) {
    if (expr->operation_type == Types::String) return join(b, {old, operand}, {}, expr->span);
    const Value* left = b.build.convert(expr->operation_type, old);
    const Value* result = lower_arithmetic(b, expr->op, left, operand, expr->operation_type,
                                           expr->value, expr->span);
    return b.build.convert(expr->target->type, result);
}

// A place that is read, then written, with nothing between that could change it or that has an
// effect of its own: one check serves both.
struct Update {
    Place place;
    bool is_ready = false;  // unique and checked already
};

Update begin_update(Body& b, const Expr* target, const Writes& writes, Span span) {
    Update update;
    update.place = lower_place(b, target, writes, false);
    update.is_ready = !writes.makes && !writes.any();
    if (update.is_ready) make_path_unique(b, update.place.value, span);
    else check_path(b, update.place.value, span);
    return update;
}

void end_update(Body& b, const Update& update, const Value* value, Span span) {
    if (update.is_ready) emit_store(b, update.place.value, value, span);
    else write_place(b, update.place, value, span);
}

}  // namespace

const Value* lower_compound(Body& b, const CompoundAssignExpr* expr, bool is_used) {
    const Writes& writes = writes_of(b, expr->value);
    if (LocalId local = variable_of(b, expr->target)) {
        const Value* old = local_value(b, local);
        if (is_disturbed(b, old, writes)) old = hold(b, old, expr->span);
        emit_assign(b, local, combine(b, expr, old, lower_value(b, expr->value)), expr->span);
        return local_value(b, local);
    }
    Writes between = writes;
    between.makes = between.makes || expr->operation_type == Types::String;
    Update update = begin_update(b, expr->target, between, expr->span);
    const Value* old = update.place.value;
    if (is_disturbed(b, old, writes)) old = hold(b, old, expr->span);
    const Value* value = combine(b, expr, old, lower_value(b, expr->value));
    value = settle(b, update.place, value, is_used, expr->span);
    end_update(b, update, value, expr->span);
    return value;
}

const Value* lower_increment(Body& b, const IncrementExpr* expr, bool is_used) {
    static const Writes kNone;
    TypeId type = expr->target->type;
    TypeId step_type = b.types.is_real(type) || type == Types::Long ? type : Types::Int;
    const Value* one = b.types.is_real(type) ? b.build.real(type, 1) : b.build.integer(step_type, 1);
    auto next = [&](const Value* old) {
        ir::BinaryOp op = expr->is_decrement ? ir::BinaryOp::Subtract : ir::BinaryOp::Add;
        return b.build.convert(type, b.build.binary(op, b.build.convert(step_type, old), one));
    };
    if (LocalId local = variable_of(b, expr->target)) {
        const Value* old = local_value(b, local);
        if (is_used && !expr->is_prefix) old = hold(b, old, expr->span);
        emit_assign(b, local, next(local_value(b, local)), expr->span);
        return expr->is_prefix ? local_value(b, local) : old;
    }
    Update update = begin_update(b, expr->target, kNone, expr->span);
    const Value* old = update.place.value;
    if (is_used && !expr->is_prefix) old = hold(b, old, expr->span);
    const Value* value = next(old);
    if (is_used && expr->is_prefix) value = hold(b, value, expr->span);
    end_update(b, update, value, expr->span);
    return expr->is_prefix ? value : old;
}

}  // namespace dream::lower
