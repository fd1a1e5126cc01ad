// Flow through expressions. Left-deep chains (a + b + c ..., a.f().g() ..., a && b && c ...) of any
// length are walked with a stack of their own; everything else nests as deep as the parser allows.
#include <algorithm>

#include <optional>
#include <utility>

#include "check/flow_walk.h"

namespace dream::flow {

using namespace typed;

namespace {

// The operand that is evaluated first, where going down to it is all that precedes the rest of
// `expr`; null for leaves and for what has a control flow of its own.
const Expr* first_operand(const Expr& expr) {
    switch (expr.kind) {
        case ExprKind::FieldAccess: return as<FieldAccessExpr>(&expr)->object;
        case ExprKind::Index: return as<IndexExpr>(&expr)->object;
        case ExprKind::Length: return as<LengthExpr>(&expr)->object;
        case ExprKind::Unary: {
            const auto* unary = as<UnaryExpr>(&expr);
            return unary->op == UnaryOp::Not ? nullptr : unary->operand;
        }
        case ExprKind::Binary: return as<BinaryExpr>(&expr)->left;
        case ExprKind::Concat: {
            const auto* concat = as<ConcatExpr>(&expr);
            return concat->parts.empty() ? nullptr : concat->parts[0];
        }
        case ExprKind::ToText: return as<ToTextExpr>(&expr)->operand;
        case ExprKind::Convert: return as<ConvertExpr>(&expr)->operand;
        case ExprKind::ClassCast: return as<ClassCastExpr>(&expr)->operand;
        case ExprKind::TypeTest: return as<TypeTestExpr>(&expr)->operand;
        case ExprKind::ReferenceEquals: return as<ReferenceEqualsExpr>(&expr)->left;
        case ExprKind::Call: return as<CallExpr>(&expr)->receiver;
        case ExprKind::Deref: return as<DerefExpr>(&expr)->pointer;
        case ExprKind::Literal:
        case ExprKind::LocalRef:
        case ExprKind::GlobalRef:
        case ExprKind::Logical:
        case ExprKind::Conditional:
        case ExprKind::Assign:
        case ExprKind::CompoundAssign:
        case ExprKind::Increment:
        case ExprKind::New:
        case ExprKind::NewArray:
        case ExprKind::ArrayLiteral:
        case ExprKind::Let:
        case ExprKind::Lambda:
        case ExprKind::AddressOf:
        case ExprKind::FunctionAddress:
        case ExprKind::Throw:
        case ExprKind::Default: return nullptr;
    }
    return nullptr;
}

bool is_constant(const Expr* expr) {
    while (expr && expr->kind == ExprKind::Convert) expr = as<ConvertExpr>(expr)->operand;
    return !expr || expr->kind == ExprKind::Literal || expr->kind == ExprKind::Default;
}

// The outcome of a condition that is known before the program runs.
std::optional<bool> constant_condition(const Expr& expr) {
    const Expr* e = &expr;
    if (e->kind == ExprKind::Convert && as<ConvertExpr>(e)->conversion == Conversion::IntToBool)
        e = as<ConvertExpr>(e)->operand;
    if (!e || e->kind != ExprKind::Literal) return std::nullopt;
    const auto* value = std::get_if<int64_t>(&as<LiteralExpr>(e)->value);
    if (!value) return std::nullopt;
    return *value != 0;
}

// Both read the same variable, or the same chain of fields of it.
bool is_same_place(const Expr* a, const Expr* b) {
    while (a && b && a->kind == b->kind) {
        if (a->kind == ExprKind::LocalRef)
            return as<LocalRefExpr>(a)->local == as<LocalRefExpr>(b)->local;
        if (a->kind == ExprKind::GlobalRef)
            return as<GlobalRefExpr>(a)->global == as<GlobalRefExpr>(b)->global;
        if (a->kind == ExprKind::Convert) {
            if (a->type != b->type) return false;
            a = as<ConvertExpr>(a)->operand;
            b = as<ConvertExpr>(b)->operand;
            continue;
        }
        if (a->kind != ExprKind::FieldAccess) return false;
        if (as<FieldAccessExpr>(a)->field != as<FieldAccessExpr>(b)->field) return false;
        a = as<FieldAccessExpr>(a)->object;
        b = as<FieldAccessExpr>(b)->object;
    }
    return false;
}

struct Range {
    int64_t low, high;
};

// The values that `expr` can have at all, where its form says more than its type.
std::optional<Range> range_of(const Expr* expr, const Types& types) {
    if (!expr) return std::nullopt;
    if (expr->kind == ExprKind::Length) return Range{0, INT32_MAX};
    if (expr->kind != ExprKind::Convert || !types.is_integer(expr->type)) return std::nullopt;
    const auto* convert = as<ConvertExpr>(expr);
    if (convert->conversion != Conversion::Numeric || !convert->operand) return std::nullopt;
    TypeId from = convert->operand->type;
    if (from == Types::Char || from == Types::Byte) return Range{0, 255};
    return std::nullopt;
}

bool compare(BinaryOp op, int64_t a, int64_t b) {
    switch (op) {
        case BinaryOp::Less: return a < b;
        case BinaryOp::LessEqual: return a <= b;
        case BinaryOp::Greater: return a > b;
        case BinaryOp::GreaterEqual: return a >= b;
        case BinaryOp::Equal: return a == b;
        case BinaryOp::NotEqual: return a != b;
        case BinaryOp::Add:
        case BinaryOp::Subtract:
        case BinaryOp::Multiply:
        case BinaryOp::Divide:
        case BinaryOp::Remainder:
        case BinaryOp::ShiftLeft:
        case BinaryOp::ShiftRight:
        case BinaryOp::And:
        case BinaryOp::Or:
        case BinaryOp::Xor: return false;
    }
    return false;
}

bool is_comparison(BinaryOp op) {
    return op >= BinaryOp::Less && op <= BinaryOp::NotEqual;
}

// a op b == b mirrored(op) a
BinaryOp mirrored(BinaryOp op) {
    if (op == BinaryOp::Less) return BinaryOp::Greater;
    if (op == BinaryOp::LessEqual) return BinaryOp::GreaterEqual;
    if (op == BinaryOp::Greater) return BinaryOp::Less;
    if (op == BinaryOp::GreaterEqual) return BinaryOp::LessEqual;
    return op;
}

}  // namespace

void Walk::expression(const Expr* expr) {
    if (!expr) return;
    size_t base = spine_.size();
    while (const Expr* next = first_operand(*expr)) {
        spine_.push_back(expr);
        expr = next;
    }
    leaf(*expr);
    while (spine_.size() > base) {
        const Expr* outer = spine_.back();
        spine_.pop_back();
        rest_of(*outer);
    }
}

// What `expr` evaluates after its first operand.
void Walk::rest_of(const Expr& expr) {
    if (expr.kind == ExprKind::Index) {
        for (const Expr* index : as<IndexExpr>(&expr)->indices) expression(index);
    } else if (expr.kind == ExprKind::Deref) {
        expression(as<DerefExpr>(&expr)->index);
    } else if (expr.kind == ExprKind::Binary) {
        expression(as<BinaryExpr>(&expr)->right);
        check_comparison(*as<BinaryExpr>(&expr));
    } else if (expr.kind == ExprKind::ReferenceEquals) {
        expression(as<ReferenceEqualsExpr>(&expr)->right);
    } else if (expr.kind == ExprKind::Concat) {
        const auto& parts = as<ConcatExpr>(&expr)->parts;
        for (size_t i = 1; i < parts.size(); ++i) expression(parts[i]);
    } else if (expr.kind == ExprKind::Call) {
        arguments(as<CallExpr>(&expr)->arguments);
        local_call(*as<CallExpr>(&expr));
    }
}

// An expression without a first operand to go down to.
void Walk::leaf(const Expr& expr) {
    switch (expr.kind) {
        case ExprKind::LocalRef: read(*as<LocalRefExpr>(&expr)->local, expr.span); return;
        case ExprKind::Unary:  // !
        case ExprKind::Logical: {
            Branches branches = condition(&expr);
            state_ = std::move(branches.when_true);
            state_.join(branches.when_false);
            return;
        }
        case ExprKind::Conditional: conditional(&expr); return;
        case ExprKind::Assign: assign(*as<AssignExpr>(&expr)); return;
        case ExprKind::CompoundAssign: {
            const auto& e = *as<CompoundAssignExpr>(&expr);
            expression(e.target);
            expression(e.value);
            mark_assigned(e.target);
            return;
        }
        case ExprKind::Increment: {
            const auto& e = *as<IncrementExpr>(&expr);
            expression(e.target);
            mark_assigned(e.target);
            return;
        }
        case ExprKind::Call:
            arguments(as<CallExpr>(&expr)->arguments);
            local_call(*as<CallExpr>(&expr));
            return;
        case ExprKind::New: arguments(as<NewExpr>(&expr)->arguments); return;
        case ExprKind::NewArray:
            for (const Expr* length : as<NewArrayExpr>(&expr)->lengths) expression(length);
            return;
        case ExprKind::ArrayLiteral:
            for (const Expr* element : as<ArrayLiteralExpr>(&expr)->elements) expression(element);
            return;
        case ExprKind::Let:
            expression(as<LetExpr>(&expr)->value);
            expression(as<LetExpr>(&expr)->body);
            return;
        case ExprKind::Lambda: lambda(*as<LambdaExpr>(&expr)->function); return;
        case ExprKind::FunctionAddress: callback(*as<FunctionAddressExpr>(&expr)); return;
        case ExprKind::AddressOf: address(*as<AddressOfExpr>(&expr)); return;
        case ExprKind::Throw:
            expression(as<ThrowExpr>(&expr)->value);
            state_.make_unreachable();
            return;
        case ExprKind::Literal:
        case ExprKind::GlobalRef:
        case ExprKind::Default:
        // Only with a missing operand, after an error:
        case ExprKind::FieldAccess:
        case ExprKind::Index:
        case ExprKind::Deref:
        case ExprKind::Length:
        case ExprKind::Binary:
        case ExprKind::Concat:
        case ExprKind::ToText:
        case ExprKind::Convert:
        case ExprKind::ClassCast:
        case ExprKind::TypeTest:
        case ExprKind::ReferenceEquals: return;
    }
}

// ---- conditions ----------------------------------------------------------------------------------

// Evaluates `expr` as a condition; `state_` is used up.
Branches Walk::condition(const Expr* expr) {
    bool is_negated = false;
    while (expr && expr->kind == ExprKind::Unary && as<UnaryExpr>(expr)->op == UnaryOp::Not) {
        is_negated = !is_negated;
        expr = as<UnaryExpr>(expr)->operand;
    }
    for (; expr && expr->kind == ExprKind::Let; expr = as<LetExpr>(expr)->body)
        expression(as<LetExpr>(expr)->value);
    Branches result;
    if (expr && expr->kind == ExprKind::Logical) {
        result = logical(expr);
    } else if (expr && expr->kind == ExprKind::Conditional) {
        result = conditional_branches(expr);
    } else {
        expression(expr);
        result = {state_, state_};
        std::optional<bool> known = expr ? constant_condition(*expr) : std::nullopt;
        if (known) (*known ? result.when_false : result.when_true).make_unreachable();
        auto implied = expr && expr->kind == ExprKind::LocalRef
                           ? implied_.find(as<LocalRefExpr>(expr)->local)
                           : implied_.end();
        if (implied != implied_.end()) result.when_true.assigned.unite(implied->second);
    }
    if (is_negated) std::swap(result.when_true, result.when_false);
    return result;
}

Branches Walk::logical(const Expr* expr) {
    size_t base = spine_.size();
    for (; expr && expr->kind == ExprKind::Logical; expr = as<LogicalExpr>(expr)->left)
        spine_.push_back(expr);
    Branches result = condition(expr);
    while (spine_.size() > base) {
        const auto* outer = as<LogicalExpr>(spine_.back());
        spine_.pop_back();
        State& proceeds = outer->is_and ? result.when_true : result.when_false;
        State& decided = outer->is_and ? result.when_false : result.when_true;
        state_ = std::move(proceeds);
        Branches right = condition(outer->right);
        proceeds = std::move(outer->is_and ? right.when_true : right.when_false);
        decided.join(outer->is_and ? right.when_false : right.when_true);
    }
    return result;
}

// a ? b : c ? d : ... as a condition; the chain may be long.
Branches Walk::conditional_branches(const Expr* expr) {
    Branches result{State::nowhere(), State::nowhere()};
    while (expr && expr->kind == ExprKind::Conditional) {
        const auto* e = as<ConditionalExpr>(expr);
        Branches choice = condition(e->condition);
        state_ = std::move(choice.when_true);
        Branches arm = condition(e->when_true);
        result.when_true.join(arm.when_true);
        result.when_false.join(arm.when_false);
        state_ = std::move(choice.when_false);
        expr = e->when_false;
    }
    Branches arm = condition(expr);
    result.when_true.join(arm.when_true);
    result.when_false.join(arm.when_false);
    return result;
}

void Walk::conditional(const Expr* expr) {
    State done = State::nowhere();
    while (expr && expr->kind == ExprKind::Conditional) {
        const auto* e = as<ConditionalExpr>(expr);
        Branches choice = condition(e->condition);
        state_ = std::move(choice.when_true);
        expression(e->when_true);
        done.join(state_);
        state_ = std::move(choice.when_false);
        expr = e->when_false;
    }
    expression(expr);
    state_.join(done);
}

// ---- reads and writes ----------------------------------------------------------------------------

void Walk::assign(const AssignExpr& expr) {
    place_parts(expr.target);
    const auto* hidden = expr.target && expr.target->kind == ExprKind::LocalRef
                             ? as<LocalRefExpr>(expr.target)->local
                             : nullptr;
    if (hidden && hidden->type == Types::Bool && !hidden->span.valid()) {
        Branches outcome = condition(expr.value);
        implied_[hidden] = outcome.when_true.assigned;
        state_ = std::move(outcome.when_true);
        state_.join(outcome.when_false);
    } else {
        expression(expr.value);
    }
    if (warns_ && is_same_place(expr.target, expr.value) && expr.target->span.valid())
        sink_.report<diag::SelfAssignment>(expr.span, sources_.text(expr.target->span));
    if (expr.target && expr.target->kind == ExprKind::LocalRef)
        write(*as<LocalRefExpr>(expr.target)->local, expr.value);
    else
        mark_assigned(expr.target);
}

void Walk::arguments(const std::vector<Argument>& arguments) {
    for (const Argument& argument : arguments) {
        if (argument.by_ref && argument.is_out)
            place_parts(argument.value);
        else
            expression(argument.value);
    }
    // The callee assigns once all arguments are evaluated.
    for (const Argument& argument : arguments)
        if (argument.by_ref) mark_assigned(argument.value);
}

// A local function reads and assigns variables of this function.
void Walk::local_call(const CallExpr& call) {
    auto known = local_calls_.find(call.function);
    if (known == local_calls_.end()) return;
    for (const Local* local : known->second.needs) read(*local, call.span);
    for (const Local* local : known->second.gives) {
        Facts& facts = facts_[local];
        facts.is_used = true;
        if (facts.bit >= 0) state_.assigned.add(facts.bit);
    }
}

// Evaluates what stands in a place that is about to be written as a whole: the object of a field,
// the array and indices of an element. A field of a struct variable needs nothing: a struct counts
// as assigned, and writing a field of an `out` struct is not reading it.
void Walk::place_parts(const Expr* place) {
    while (place && place->kind == ExprKind::FieldAccess) {
        const Expr* object = as<FieldAccessExpr>(place)->object;
        if (!object || !types_.is(object->type, TypeKind::Struct)) break;
        place = object;
    }
    if (!place || place->kind == ExprKind::LocalRef) return;
    expression(place);
}

// Whoever has the address of a variable may write it; one that is captured may live in a closure.
void Walk::address(const AddressOfExpr& expr) {
    place_parts(expr.place);
    mark_assigned(expr.place);
    const Expr* root = expr.place;
    while (root->kind == ExprKind::FieldAccess) root = as<FieldAccessExpr>(root)->object;
    if (expr.is_lent || root->kind != ExprKind::LocalRef) return;
    Local* local = as<LocalRefExpr>(root)->local;
    const std::vector<Local*>& captured = captures_.locals;
    if (std::find(captured.begin(), captured.end(), local) == captured.end()) return;
    sink_.report<diag::AddressOfCaptured>(expr.span, local->name)
        .note<diag::DeclaredHere>(local->span, local->name);
}

// The variable at the root of `place` holds a value from here on (an `out` struct counts as
// assigned once one of its fields is).
void Walk::mark_assigned(const Expr* place) {
    while (place && place->kind == ExprKind::FieldAccess) {
        const Expr* object = as<FieldAccessExpr>(place)->object;
        if (!object || !types_.is(object->type, TypeKind::Struct)) return;
        place = object;
    }
    if (!place || place->kind != ExprKind::LocalRef) return;
    Facts& facts = facts_[as<LocalRefExpr>(place)->local];
    facts.is_used = true;
    if (facts.bit >= 0) state_.assigned.add(facts.bit);
}

void Walk::write(const Local& local, const Expr* value) {
    Facts& facts = facts_[&local];
    facts.is_written = true;
    if (!is_constant(value)) facts.is_used = true;
    if (facts.bit >= 0) state_.assigned.add(facts.bit);
}

void Walk::read(const Local& local, Span at) {
    Facts& facts = facts_[&local];
    facts.is_used = true;
    if (facts.bit < 0 || !state_.reachable || state_.assigned.has(facts.bit)) return;
    if (needs_) needs_->push_back(&local);
    if (local.kind == LocalKind::Out)
        sink_.report<diag::UnassignedOut>(at, local.name);
    else
        sink_.report<diag::UnassignedVariable>(at, local.name)
            .note<diag::DeclaredHere>(local.span, local.name);
    state_.assigned.add(facts.bit);  // once is enough
}

void Walk::check_comparison(const BinaryExpr& expr) {
    if (!warns_ || !is_comparison(expr.op) || !expr.left || !expr.right) return;
    // `x != x` is how one asks for NaN.
    if (!types_.is_real(expr.left->type) && is_same_place(expr.left, expr.right) &&
        expr.left->span.valid()) {
        sink_.report<diag::SelfComparison>(expr.span, sources_.text(expr.left->span));
        return;
    }
    bool literal_on_right = expr.right->kind == ExprKind::Literal;
    const Expr* literal = literal_on_right ? expr.right : expr.left;
    const Expr* other = literal_on_right ? expr.left : expr.right;
    if (literal->kind != ExprKind::Literal) return;
    const auto* value = std::get_if<int64_t>(&as<LiteralExpr>(literal)->value);
    std::optional<Range> range = range_of(other, types_);
    if (!value || !range) return;
    BinaryOp op = literal_on_right ? expr.op : mirrored(expr.op);
    bool is_equality = op == BinaryOp::Equal || op == BinaryOp::NotEqual;
    // An order holds for all values of the range iff it holds for both ends.
    bool is_inside = *value >= range->low && *value <= range->high;
    bool at_low = compare(op, range->low, *value);
    if (is_equality ? is_inside : at_low != compare(op, range->high, *value)) return;
    sink_.report<diag::ConstantComparison>(expr.span, at_low ? "true" : "false", range->low,
                                           range->high);
}

}  // namespace dream::flow
