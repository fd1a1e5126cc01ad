// Making arrays, and foreach over arrays and strings.
#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

using namespace typed;

namespace {

const Value* emit_new_array(Body& b, TypeId type, std::vector<const Value*> lengths, Target target,
                            Span span) {
    LocalId array = home_of(b, target, type, span);
    ir::Op* op = emit(b, OpKind::NewArray, span, std::move(lengths));
    op->type = b.types.element(type);
    op->dst = array;
    return local_value(b, array);
}

const Value* add_one(Body& b, LocalId local) {
    return b.build.binary(ir::BinaryOp::Add, local_value(b, local), b.build.integer(Types::Int, 1));
}

// `for (index = 0; index < length; index++)` around the body that the caller fills.
ir::Loop* emit_count(Body& b, LocalId index, const Value* length, Span span) {
    emit_assign(b, index, b.build.integer(Types::Int, 0), span);
    ir::Loop* loop = b.build.node<ir::Loop>(span);
    loop->is_do = false;
    loop->head = b.build.block(span);
    loop->body = b.build.block(span);
    loop->step = b.build.block(span);
    loop->condition = b.build.binary(ir::BinaryOp::Less, local_value(b, index), length);
    ir::Block* outer = std::exchange(b.out, loop->step);
    emit_assign(b, index, add_one(b, index), span);
    b.out = outer;
    b.out->body.push_back(loop);
    return loop;
}

// An array of `type` with `lengths` from `next` on: those beyond its rank are for the arrays in it.
const Value* emit_nested(Body& b, TypeId type, const std::vector<const Value*>& lengths, size_t next,
                         Target target, Span span) {
    size_t rank = static_cast<size_t>(b.types.rank(type));
    std::vector<const Value*> own(lengths.begin() + static_cast<long>(next),
                                  lengths.begin() + static_cast<long>(next + rank));
    const Value* array = emit_new_array(b, type, own, target, span);
    next += rank;
    if (next >= lengths.size()) return array;

    // The new array is nobody else's: its elements are stored without checks.
    std::vector<const Value*> indices;
    std::vector<ir::Block*> outers;
    for (const Value* length : own) {
        LocalId index = make_temp(b, Types::Int, span, "index");
        ir::Loop* loop = emit_count(b, index, length, span);
        outers.push_back(b.out);
        b.out = loop->body;
        indices.push_back(local_value(b, index));
    }
    StatementScope statement(b, span);
    const Value* inner = emit_nested(b, b.types.element(type), lengths, next, {}, span);
    emit_store(b, b.build.element(array, indices), inner, span);
    statement.finish();
    b.out = outers.front();
    return array;
}

}  // namespace

const Value* lower_new_array(Body& b, const NewArrayExpr* expr, Target target) {
    std::vector<const Value*> lengths;
    size_t rank = static_cast<size_t>(b.types.rank(expr->type));
    for (size_t i = 0; i < expr->lengths.size(); ++i) {
        const Value* length = lower_value(b, expr->lengths[i]);
        // Lengths of inner arrays are used again and again.
        bool must_hold = expr->lengths.size() > rank && length->kind != ValueKind::Int;
        for (size_t j = i + 1; j < expr->lengths.size(); ++j)
            must_hold = must_hold || is_disturbed(b, length, writes_of(b, expr->lengths[j]));
        lengths.push_back(must_hold ? hold(b, length, expr->span, "length") : length);
    }
    return emit_nested(b, expr->type, lengths, 0, target, expr->span);
}

const Value* lower_array_literal(Body& b, const ArrayLiteralExpr* expr, Target target) {
    std::vector<int> lengths = expr->lengths;
    if (lengths.empty()) lengths.push_back(static_cast<int>(expr->elements.size()));
    std::vector<const Value*> sizes;
    for (int length : lengths) sizes.push_back(b.build.integer(Types::Int, length));
    const Value* array = emit_new_array(b, expr->type, sizes, target, expr->span);

    std::vector<int> at(lengths.size(), 0);
    for (const Expr* element : expr->elements) {
        std::vector<const Value*> indices;
        for (int i : at) indices.push_back(b.build.integer(Types::Int, i));
        const Value* value = lower_value(b, element);
        emit_store(b, b.build.element(array, std::move(indices)), value, element->span);
        for (size_t i = at.size(); i-- > 0;) {
            if (++at[i] < lengths[i] || i == 0) break;
            at[i] = 0;
        }
    }
    return array;
}

// ---- foreach -------------------------------------------------------------------------------------

namespace {

// A variable that is never written holds the same array for the whole loop.
bool is_constant_variable(const Expr* collection) {
    if (collection->kind != ExprKind::LocalRef) return false;
    const Local* local = as<LocalRefExpr>(collection)->local;
    bool is_own = local->kind == LocalKind::Variable || local->kind == LocalKind::Parameter;
    return is_own && !local->is_written;
}

// What the loop runs over, as it was at entry (ruling 12), in a local.
const Value* hold_collection(Body& b, const Expr* collection) {
    const Value* value = lower_value(b, collection);
    if (!is_constant_variable(collection)) {
        bool is_temp = is_plain_local(b, value) && b.function.locals[value->local].is_temp;
        if (!is_temp) {
            LocalId temp = make_temp(b, value->type, collection->span, "items");
            emit_assign(b, temp, value, collection->span);
            value = local_value(b, temp);
        }
        b.function.locals[value->local].is_array_hold = b.types.is(value->type, TypeKind::Array);
    }
    if (needs_null_check(b, collection)) emit_check_null(b, value, collection->span);
    return value;
}

}  // namespace

void lower_foreach(Body& b, const ForeachStmt* stmt) {
    Span span = stmt->span;
    StatementScope statement(b, span);
    const Value* items = hold_collection(b, stmt->collection);
    bool is_string = items->type == Types::String;
    int rank = is_string ? 1 : b.types.rank(items->type);

    // Rows within rows are one loop, so that `break` and `continue` mean what they say: the last
    // index is counted, and carries into the ones before it.
    std::vector<LocalId> indices;
    for (int i = 0; i < rank; ++i) {
        indices.push_back(make_temp(b, Types::Int, span, "index"));
        if (i + 1 < rank) emit_assign(b, indices.back(), b.build.integer(Types::Int, 0), span);
    }
    const Value* length = rank == 1 ? b.build.length(items) : b.build.dimension(items, rank - 1);
    ir::Loop* loop = emit_count(b, indices.back(), length, span);
    if (rank > 1) {
        const Value* zero = b.build.integer(Types::Int, 0);
        loop->condition = b.build.logical(
            true, b.build.binary(ir::BinaryOp::NotEqual, b.build.length(items), zero),
            b.build.binary(ir::BinaryOp::Less, local_value(b, indices[0]), b.build.dimension(items, 0)));
        ir::Block* outer = std::exchange(b.out, loop->step);
        for (int i = rank - 1; i > 0; --i) {
            ir::If* carry = b.build.node<ir::If>(span);
            carry->condition = b.build.binary(ir::BinaryOp::GreaterEqual, local_value(b, indices[static_cast<size_t>(i)]),
                                              b.build.dimension(items, i));
            carry->then_block = b.build.block(span);
            carry->else_block = nullptr;
            b.out->body.push_back(carry);
            b.out = carry->then_block;
            emit_assign(b, indices[static_cast<size_t>(i)], zero, span);
            LocalId before = indices[static_cast<size_t>(i) - 1];
            emit_assign(b, before, add_one(b, before), span);
        }
        b.out = outer;
    }

    BlockScope scope(b, loop->body, false);
    LocalId local = declare(b, stmt->local);
    std::vector<const Value*> at;
    for (LocalId index : indices) at.push_back(local_value(b, index));
    const Value* element = is_string ? b.build.char_at(items, at[0]) : b.build.element(items, at);
    emit_assign(b, local, element, span);
    lower_loop_body(b, loop, stmt->body);
    scope.finish();
    statement.finish();
}

}  // namespace dream::lower
