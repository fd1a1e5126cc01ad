// Expressions to pure trees: operations go to the current block, the value comes back as a tree or
// as the local that an operation has filled.
//
// Guarantees [pure-trees] (an operand read before another one is evaluated is held if that other
// one disturbs it), [checked], and evaluation strictly from left to right.
#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

using namespace typed;

namespace {

// Trees get no deeper than this by chains of operators, so that every later phase, and the C
// compiler, may recurse.
constexpr int kMaxChain = 64;

const Value* lower_literal(Body& b, const LiteralExpr* expr) {
    if (const int64_t* integer = std::get_if<int64_t>(&expr->value)) {
        if (b.types.is_real(expr->type)) return b.build.real(expr->type, static_cast<double>(*integer));
        return b.build.integer(expr->type, *integer);
    }
    if (const double* real = std::get_if<double>(&expr->value)) return b.build.real(expr->type, *real);
    if (const std::string* text = std::get_if<std::string>(&expr->value)) return b.build.string(*text);
    return b.build.null(expr->type);
}

const Value* lower_variable(Body& b, const void* variable) {
    auto found = b.locals.find(variable);
    DREAM_CHECK(found != b.locals.end(), "a local that is not in scope");
    return local_value(b, found->second);
}

const Value* lower_global(Body& b, const GlobalRefExpr* expr) {
    if (b.context.demoted.count(expr->global)) return lower_variable(b, expr->global);
    return b.build.global(b.context.globals.at(expr->global));
}

const Value* lower_field(Body& b, const FieldAccessExpr* expr) {
    const Value* object = lower_value(b, expr->object);
    if (b.types.is(expr->object->type, TypeKind::Class)) {
        if (needs_null_check(b, expr->object)) emit_check_null(b, object, expr->span);
    } else if (object->is_constant()) {
        // A field of a default struct.
        LocalId temp = make_temp(b, object->type, expr->span);
        emit_assign(b, temp, object, expr->span);
        object = local_value(b, temp);
    }
    return b.build.field(object, expr->field);
}

const Value* lower_index(Body& b, const IndexExpr* expr) {
    const Value* object = lower_value(b, expr->object);
    for (const Expr* index : expr->indices)
        if (is_disturbed(b, object, writes_of(b, index))) object = hold(b, object, expr->object->span);
    std::vector<const Value*> indices;
    for (size_t i = 0; i < expr->indices.size(); ++i) {
        const Value* index = lower_value(b, expr->indices[i]);
        for (size_t j = i + 1; j < expr->indices.size(); ++j)
            if (is_disturbed(b, index, writes_of(b, expr->indices[j])))
                index = hold(b, index, expr->indices[i]->span);
        indices.push_back(index);
    }
    if (expr->object->type == Types::String) {
        emit(b, OpKind::CheckCharIndex, expr->span, {object, indices[0]});
        return b.build.char_at(object, indices[0]);
    }
    const Value* element = b.build.element(object, std::move(indices));
    emit_check_index(b, element, expr->span);
    return element;
}

const Value* lower_length(Body& b, const LengthExpr* expr) {
    const Value* object = lower_value(b, expr->object);
    if (needs_null_check(b, expr->object)) emit_check_null(b, object, expr->span);
    return b.build.length(object);
}

// ---- chains of operators -------------------------------------------------------------------------

const Value* lower_binary(Body& b, const BinaryExpr* expr, const Value* left) {
    if (is_disturbed(b, left, writes_of(b, expr->right))) left = hold(b, left, expr->left->span);
    const Value* right = lower_value(b, expr->right);
    if (left->type != right->type && b.types.is(expr->left->type, TypeKind::Class)) {
        // Identity, seen through upcasts.
        left = b.build.convert(expr->left->type, left);
        right = b.build.convert(expr->left->type, right);
    }
    return lower_arithmetic(b, expr->op, left, right, expr->type, expr->right, expr->span);
}

// `previous`: the temporary that the link before this one made, which may be used again.
const Value* lower_logical(Body& b, const LogicalExpr* expr, const Value* left, Target target,
                           LocalId& previous) {
    if (!writes_of(b, expr->right).emits)
        return b.build.logical(expr->is_and, left, lower_value(b, expr->right));
    LocalId result = target.is_fresh ? target.local
                     : previous.valid() && left->is_local(previous)
                         ? previous
                         : make_temp(b, Types::Bool, expr->span);
    previous = result;
    emit_assign(b, result, left, expr->span);
    ir::If* branch = b.build.node<ir::If>(expr->span);
    branch->condition = local_value(b, result);
    if (!expr->is_and) branch->condition = b.build.unary(ir::UnaryOp::Not, branch->condition);
    branch->then_block = b.build.block(expr->right->span);
    branch->else_block = nullptr;
    BlockScope scope(b, branch->then_block, true);
    lower_into(b, expr->right, {result, false});
    scope.finish();
    b.out->body.push_back(branch);
    return local_value(b, result);
}

// Binary and logical operators lean left without bound, so they are taken link by link.
const Value* lower_chain(Body& b, const Expr* expr, Target target) {
    std::vector<const Expr*> links;  // the innermost last
    const Expr* leftmost = expr;
    for (;;) {
        if (leftmost->kind == ExprKind::Binary) {
            links.push_back(leftmost);
            leftmost = as<BinaryExpr>(leftmost)->left;
        } else if (leftmost->kind == ExprKind::Logical) {
            links.push_back(leftmost);
            leftmost = as<LogicalExpr>(leftmost)->left;
        } else {
            break;
        }
    }
    const Value* value = lower_value(b, leftmost);
    LocalId previous;
    int length = 0;
    while (!links.empty()) {
        const Expr* link = links.back();
        links.pop_back();
        if (link->kind == ExprKind::Binary) {
            value = lower_binary(b, as<BinaryExpr>(link), value);
        } else {
            value = lower_logical(b, as<LogicalExpr>(link), value, target, previous);
        }
        if (++length % kMaxChain == 0 && !links.empty()) value = hold(b, value, link->span);
    }
    return value;
}

// ---- choices and casts ---------------------------------------------------------------------------

const Value* lower_conditional(Body& b, const ConditionalExpr* expr, Target target) {
    BoundTest test = bound_test(expr->condition);
    const Value* condition = lower_value(b, test.condition);
    bool is_tree = !test.binding && !b.types.owns_references(expr->type) && !writes_of(b, expr->when_true).emits &&
                   !writes_of(b, expr->when_false).emits;
    if (is_tree) {
        const Value* when_true = lower_value(b, expr->when_true);
        return b.build.select(condition, when_true, lower_value(b, expr->when_false));
    }
    Target result{home_of(b, target, expr->type, expr->span), target.is_fresh || !target.valid()};
    ir::If* branch = b.build.node<ir::If>(expr->span);
    branch->condition = condition;
    branch->then_block = b.build.block(expr->when_true->span);
    branch->else_block = b.build.block(expr->when_false->span);
    BlockScope when_true(b, branch->then_block, true);
    if (test.binding) lower_effect(b, test.binding);
    lower_into(b, expr->when_true, result);
    when_true.finish();
    BlockScope when_false(b, branch->else_block, true);
    lower_into(b, expr->when_false, result);
    when_false.finish();
    b.out->body.push_back(branch);
    return local_value(b, result.local);
}

// One of two effects; what does nothing makes no branch.
void lower_choice(Body& b, const ConditionalExpr* expr) {
    ir::If* branch = b.build.node<ir::If>(expr->span);
    BoundTest test = bound_test(expr->condition);
    branch->condition = lower_value(b, test.condition);
    branch->then_block = b.build.block(expr->when_true->span);
    branch->else_block = b.build.block(expr->when_false->span);
    BlockScope when_true(b, branch->then_block, true);
    if (test.binding) lower_effect(b, test.binding);
    lower_effect(b, expr->when_true);
    when_true.finish();
    BlockScope when_false(b, branch->else_block, true);
    lower_effect(b, expr->when_false);
    when_false.finish();
    if (branch->else_block->body.empty()) branch->else_block = nullptr;
    b.out->body.push_back(branch);
}

// The first half of a let. The local is a temporary.
void lower_binding(Body& b, const LetExpr* let) {
    if (!let->local) return lower_effect(b, let->value);
    LocalId home = make_temp(b, let->local->type, let->value->span, let->local->name);
    lower_into(b, let->value, {home, true});
    b.locals[let->local] = home;
    if (is_always_object(b, let->value) && is_never_assigned_again(b, let->local, 0))
        b.non_null.insert(let->local);
}

const Value* lower_convert(Body& b, const ConvertExpr* expr, Target target) {
    switch (expr->conversion) {
        case Conversion::Numeric:
        case Conversion::Pointer: return b.build.convert(expr->type, lower_value(b, expr->operand));
        case Conversion::Upcast: {
            // An object may stand wherever one of its base is asked for, so it keeps its own type.
            const Value* object = lower_value(b, expr->operand, target);
            return object->kind == ValueKind::Null ? b.build.null(expr->type) : object;
        }
        case Conversion::NotNull: {
            const Value* object = lower_value(b, expr->operand, target);
            if (needs_null_check(b, expr->operand)) emit_check_null(b, object, expr->span);
            return object;
        }
        case Conversion::IntToBool: {
            const Value* number = lower_value(b, expr->operand);
            return b.build.binary(ir::BinaryOp::NotEqual, number, b.build.default_of(number->type));
        }
        case Conversion::NullTo:
            lower_effect(b, expr->operand);
            return b.build.null(expr->type);
        case Conversion::StringToC: {
            // The string stays alive for the call that this is an argument of.
            const Value* text = lower_value(b, expr->operand);
            if (!is_stable(b, text)) text = hold(b, text, expr->span);
            return b.build.convert(expr->type, text);
        }
        case Conversion::StringFromC:
            return emit_runtime(b, "dr_string_from_c", Types::String, {lower_value(b, expr->operand)},
                                target, expr->span);
    }
    DREAM_UNREACHABLE("kind of conversion");
}

const Value* lower_class_cast(Body& b, const ClassCastExpr* expr, Target target) {
    const Value* object = lower_value(b, expr->operand);
    if (object->kind == ValueKind::Null) return b.build.null(expr->type);
    if (b.types.is_subclass(object->type, expr->type)) return object;
    if (!is_stable(b, object)) object = hold(b, object, expr->span);
    if (expr->cast == CastKind::Checked)
        emit(b, OpKind::CheckCast, expr->span, {object})->type = expr->type;
    if (expr->cast != CastKind::OrNull) return b.build.convert(expr->type, object);
    LocalId result = home_of(b, target, expr->type, expr->span);
    ir::If* branch = b.build.node<ir::If>(expr->span);
    branch->condition = b.build.type_test(object, expr->type);
    branch->then_block = b.build.block(expr->span);
    branch->else_block = b.build.block(expr->span);
    BlockScope is_one(b, branch->then_block, true);
    emit_assign(b, result, b.build.convert(expr->type, object), expr->span);
    is_one.finish();
    BlockScope is_none(b, branch->else_block, true);
    emit_assign(b, result, b.build.null(expr->type), expr->span);
    is_none.finish();
    b.out->body.push_back(branch);
    return local_value(b, result);
}

// Identity: of the addresses, since == on strings compares content.
const Value* lower_reference_equals(Body& b, const ReferenceEqualsExpr* expr) {
    const Value* left = lower_value(b, expr->left);
    if (is_disturbed(b, left, writes_of(b, expr->right))) left = hold(b, left, expr->left->span);
    const Value* right = lower_value(b, expr->right);
    TypeId address = b.types.pointer_to(Types::Void);
    return b.build.binary(ir::BinaryOp::Equal, b.build.convert(address, left),
                          b.build.convert(address, right));
}

ir::UnaryOp unary_op(UnaryOp op) {
    switch (op) {
        case UnaryOp::Negate: return ir::UnaryOp::Negate;
        case UnaryOp::BitNot: return ir::UnaryOp::BitNot;
        case UnaryOp::Not: return ir::UnaryOp::Not;
    }
    DREAM_UNREACHABLE("unary operator");
}

// The two enumerations list the same operators in the same order.
ir::BinaryOp binary_op(BinaryOp op) { return static_cast<ir::BinaryOp>(op); }
static_assert(static_cast<int>(BinaryOp::NotEqual) == static_cast<int>(ir::BinaryOp::NotEqual) &&
              static_cast<int>(BinaryOp::Less) == static_cast<int>(ir::BinaryOp::Less) &&
              static_cast<int>(BinaryOp::ShiftRight) == static_cast<int>(ir::BinaryOp::ShiftRight));

}  // namespace

// `left op right` with the check that division needs; `divisor` is the source of `right`, or null.
const Value* lower_arithmetic(Body& b, BinaryOp op, const Value* left, const Value* right,
                              TypeId type, const Expr* divisor, Span span) {
    if (needs_divide_check(b, op, left->type, divisor)) {
        OpKind check = op == BinaryOp::Divide ? OpKind::CheckDivide : OpKind::CheckRemainder;
        emit(b, check, span, {left, right});
    }
    return b.build.convert(type, b.build.binary(binary_op(op), left, right));
}

const Value* lower_value(Body& b, const Expr* expr, Target target) {
    switch (expr->kind) {
        case ExprKind::Literal: return lower_literal(b, as<LiteralExpr>(expr));
        case ExprKind::LocalRef: return lower_variable(b, as<LocalRefExpr>(expr)->local);
        case ExprKind::GlobalRef: return lower_global(b, as<GlobalRefExpr>(expr));
        case ExprKind::FieldAccess: return lower_field(b, as<FieldAccessExpr>(expr));
        case ExprKind::Index: return lower_index(b, as<IndexExpr>(expr));
        case ExprKind::Length: return lower_length(b, as<LengthExpr>(expr));
        case ExprKind::Unary:
            return b.build.unary(unary_op(as<UnaryExpr>(expr)->op),
                                 lower_value(b, as<UnaryExpr>(expr)->operand));
        case ExprKind::Binary:
        case ExprKind::Logical: return lower_chain(b, expr, target);
        case ExprKind::Conditional: return lower_conditional(b, as<ConditionalExpr>(expr), target);
        case ExprKind::Assign: return lower_assign(b, as<AssignExpr>(expr), true);
        case ExprKind::CompoundAssign: return lower_compound(b, as<CompoundAssignExpr>(expr), true);
        case ExprKind::Increment: return lower_increment(b, as<IncrementExpr>(expr), true);
        case ExprKind::Concat: return lower_concat(b, as<ConcatExpr>(expr), target);
        case ExprKind::ToText: return lower_text(b, as<ToTextExpr>(expr), target);
        case ExprKind::Convert: return lower_convert(b, as<ConvertExpr>(expr), target);
        case ExprKind::ClassCast: return lower_class_cast(b, as<ClassCastExpr>(expr), target);
        case ExprKind::TypeTest:
            return b.build.type_test(lower_value(b, as<TypeTestExpr>(expr)->operand),
                                     as<TypeTestExpr>(expr)->test);
        case ExprKind::ReferenceEquals:
            return lower_reference_equals(b, as<ReferenceEqualsExpr>(expr));
        case ExprKind::Call: return lower_call(b, as<CallExpr>(expr), target, true);
        case ExprKind::New: return lower_new(b, as<NewExpr>(expr), target);
        case ExprKind::NewArray: return lower_new_array(b, as<NewArrayExpr>(expr), target);
        case ExprKind::ArrayLiteral: return lower_array_literal(b, as<ArrayLiteralExpr>(expr), target);
        case ExprKind::Lambda: return b.build.instance(as<LambdaExpr>(expr)->closure);
        case ExprKind::Deref: {
            static const Writes kNone;
            return lower_place(b, expr, kNone, false).value;
        }
        case ExprKind::AddressOf: {
            static const Writes kNone;
            return b.build.address_of(lower_place(b, as<AddressOfExpr>(expr)->place, kNone, false).value);
        }
        case ExprKind::FunctionAddress:
            return b.build.function_address(
                expr->type, b.context.functions.at(as<FunctionAddressExpr>(expr)->function));
        case ExprKind::Default: return b.build.default_of(expr->type);
        case ExprKind::Let:
            lower_binding(b, as<LetExpr>(expr));
            return lower_value(b, as<LetExpr>(expr)->body, target);
        case ExprKind::Throw: break;  // in lower_into and lower_effect
    }
    DREAM_UNREACHABLE("kind of typed expression");
}

// The value of `expr` in the local `target`; whatever operation makes it puts it there.
void lower_into(Body& b, const Expr* expr, Target target) {
    if (expr->kind == ExprKind::Throw) return lower_effect(b, expr);
    emit_assign(b, target.local, lower_value(b, expr, target), expr->span);
}

// Of `e is T name`, which assigns the variable first thing where the test holds.
BoundTest bound_test(const Expr* condition) {
    if (condition->kind != ExprKind::Logical || !as<LogicalExpr>(condition)->is_and) return {condition, nullptr};
    const LogicalExpr* both = as<LogicalExpr>(condition);
    const LetExpr* let = both->right->kind == ExprKind::Let ? as<LetExpr>(both->right) : nullptr;
    bool is_binding = let && !let->local && let->body->kind == ExprKind::Literal;
    return is_binding ? BoundTest{both->left, let->value} : BoundTest{condition, nullptr};
}

// For what it does alone.
void lower_effect(Body& b, const Expr* expr) {
    switch (expr->kind) {
        case ExprKind::Assign: lower_assign(b, as<AssignExpr>(expr), false); return;
        case ExprKind::CompoundAssign: lower_compound(b, as<CompoundAssignExpr>(expr), false); return;
        case ExprKind::Increment: lower_increment(b, as<IncrementExpr>(expr), false); return;
        case ExprKind::Call: lower_call(b, as<CallExpr>(expr), {}, false); return;
        case ExprKind::Conditional: lower_choice(b, as<ConditionalExpr>(expr)); return;
        case ExprKind::Let:
            lower_binding(b, as<LetExpr>(expr));
            lower_effect(b, as<LetExpr>(expr)->body);
            return;
        case ExprKind::Throw: return lower_throw(b, as<ThrowExpr>(expr)->value, expr->span);
        case ExprKind::Literal:
        case ExprKind::LocalRef:
        case ExprKind::Default: return;
        default: lower_value(b, expr); return;
    }
}

}  // namespace dream::lower
