// Conversions: which values fit which types without a cast, and the nodes that convert them.
// Constants are converted here and now, so no Convert node has a literal operand (except text that
// goes to C).
#include <charconv>
#include <cmath>

#include "check/checker.h"

namespace dream::checker {

Fit Checker::fit(const Expr& e, TypeId to) const {
    TypeId from = e.type;
    if (from == Types::Error || to == Types::Error || from == to) return Fit::Exact;
    // Where both would do, a real constant is a double.
    if (from == Types::UntypedReal && to == object_type()) return Fit::Implicit;
    if (from == Types::UntypedReal)
        return to == Types::Double ? Fit::Exact : to == Types::Float ? Fit::Implicit : Fit::No;
    if (from == Types::UntypedFunction)
        return fit_function(static_cast<const UnboundFunction&>(e), to);
    if (from == Types::Null) return types.is_nullable(to) ? Fit::Implicit : Fit::No;
    if (from == Types::Int && e.kind == ExprKind::Literal) {
        int64_t value = std::get<int64_t>(as<LiteralExpr>(&e)->value);
        if (to == Types::Char || to == Types::Byte)
            return fits_integer(value, to) ? Fit::Implicit : Fit::No;
        if (types.is(to, TypeKind::Enum)) return value == 0 ? Fit::Implicit : Fit::No;
    }
    if (types.is_integer(from) && types.is_real(to)) return Fit::Implicit;
    if ((from == Types::Char || from == Types::Byte) && (to == Types::Int || to == Types::Long))
        return Fit::Implicit;
    if (from == Types::Int && to == Types::Long) return Fit::Implicit;
    if (from == Types::Float && to == Types::Double) return Fit::Implicit;
    if (types.is(from, TypeKind::Class) && types.is(to, TypeKind::Class) &&
        types.is_subclass(from, to))
        return Fit::Implicit;
    if (types.is(from, TypeKind::Class) && to == object_type()) return Fit::Implicit;
    if (is_boxed_as(from, to)) return Fit::Implicit;
    if (types.is_parameter(to) && is_bound_by(from, to)) return Fit::Implicit;
    bool both_pointers = types.is(from, TypeKind::Pointer) && types.is(to, TypeKind::Pointer);
    if (both_pointers && types.element(to) == Types::Void) return Fit::Implicit;
    return Fit::No;
}

Expr* Checker::coerce(Expr* e, TypeId to) {
    if (e->type == to || e->type == Types::Error || to == Types::Error) return e;
    if (e->type == Types::UntypedReal && to == object_type()) e = settle(e, Types::Double);
    if (e->type == Types::UntypedReal) return settle(e, to);
    if (e->type == Types::Null) {
        if (e->kind == ExprKind::Literal) return literal(to, e->span, std::monostate{});
        return node<ConvertExpr>(to, e->span, Conversion::NullTo, e);
    }
    if (is_boxed_as(e->type, to)) return box(e, to);
    if (types.is(to, TypeKind::Class) || types.is_parameter(to))
        return node<ConvertExpr>(to, e->span, Conversion::Upcast, e);
    if (types.is(to, TypeKind::Pointer))
        return node<ConvertExpr>(to, e->span, Conversion::Pointer, e);
    return numeric(e, to);
}

Expr* Checker::numeric(Expr* e, TypeId to) {
    if (e->type == to) return e;
    if (e->type == Types::UntypedReal) {
        bool is_real = types.is_real(to);
        e = settle(e, is_real ? to : Types::Float);
        if (is_real) return e;
    }
    if (e->kind == ExprKind::Literal)
        return literal(to, e->span,
                       convert_constant(types, as<LiteralExpr>(e)->value, e->type, to));
    return node<ConvertExpr>(to, e->span, Conversion::Numeric, e);
}

namespace {

double read_real(const UntypedLiteral& e, TypeId to) {
    double value = std::get<double>(e.value);
    if (to == Types::Float && !e.digits.empty()) {
        // Straight from the digits: by way of double it would be rounded twice.
        float exact = 0;
        auto [end, error] =
            std::from_chars(e.digits.data(), e.digits.data() + e.digits.size(), exact);
        if (error == std::errc{}) return e.is_negative ? -static_cast<double>(exact) : exact;
    }
    return to == Types::Float ? static_cast<double>(static_cast<float>(value)) : value;
}

}  // namespace

// Anything undecided but a binary operator.
Expr* Checker::settle_leaf(Expr* e, TypeId to) {
    if (e->kind == ExprKind::Literal) {
        const auto& constant = *static_cast<UntypedLiteral*>(e);
        double value = read_real(constant, to);
        if (std::isinf(value) && !constant.digits.empty())
            sink->report<diag::ConstantDoesNotFit>(e->span, constant.digits, name_of(to));
        return literal(to, e->span, value);
    }
    if (e->kind == ExprKind::Unary) {
        auto* unary = as<UnaryExpr>(e);
        unary->operand = settle(unary->operand, to);
        unary->type = to;
        if (unary->operand->kind != ExprKind::Literal) return unary;
        auto folded = fold_unary(unary->op, to, as<LiteralExpr>(unary->operand)->value);
        return folded ? literal(to, e->span, *folded) : e;
    }
    DREAM_CHECK(e->kind == ExprKind::Conditional,
                "an expression of this kind has a type of its own");
    auto* choice = as<ConditionalExpr>(e);
    choice->when_true = settle(choice->when_true, to);
    choice->when_false = settle(choice->when_false, to);
    choice->type = to;
    return choice;
}

// The tree below an undecided node is: literals, operators over them, and integer operands, which
// become reals now. Long chains lean left and are walked without recursion.
Expr* Checker::settle(Expr* e, TypeId to) {
    if (e->type != Types::UntypedReal) return e->type == Types::Error ? e : numeric(e, to);
    if (to != Types::Double) to = Types::Float;
    std::vector<BinaryExpr*> links;
    while (e->kind == ExprKind::Binary && e->type == Types::UntypedReal) {
        links.push_back(as<BinaryExpr>(e));
        e = links.back()->left;
    }
    if (links.empty()) return settle_leaf(e, to);
    Expr* left = settle(e, to);
    for (auto link = links.rbegin(); link != links.rend(); ++link) {
        (*link)->left = left;
        (*link)->right = settle((*link)->right, to);
        (*link)->type = to;
        left = fold(*link);
    }
    return left;
}

Expr* Checker::fold(BinaryExpr* e) {
    if (e->left->kind != ExprKind::Literal || e->right->kind != ExprKind::Literal) return e;
    if (e->left->type == Types::UntypedReal || e->right->type == Types::UntypedReal) return e;
    auto folded = fold_binary(types, e->op, e->left->type, as<LiteralExpr>(e->left)->value,
                              as<LiteralExpr>(e->right)->value);
    if (folded && overflows(e->op, e->left->type, as<LiteralExpr>(e->left)->value,
                            as<LiteralExpr>(e->right)->value) &&
        !is_library(e->span))
        sink->report<diag::ConstantOverflow>(e->span, name_of(e->type),
                                             std::get<int64_t>(*folded));
    return folded ? literal(e->type, e->span, std::move(*folded)) : e;
}

Expr* Checker::text_of(Expr* e) {
    if (e->type == Types::Error || e->type == Types::String) return e;
    if (e->type == Types::UntypedReal) e = settle(e, Types::Double);
    if (e->kind == ExprKind::Literal)
        return literal(Types::String, e->span,
                       constant_text(types, as<LiteralExpr>(e)->value, e->type));
    if (types.is(e->type, TypeKind::Array) || types.is(e->type, TypeKind::Pointer)) {
        Expr* is_there = node<BinaryExpr>(Types::Bool, e->span, BinaryOp::NotEqual, e,
                                          literal(e->type, e->span, std::monostate{}));
        return node<ConditionalExpr>(Types::String, e->span, is_there,
                                     literal(Types::String, e->span, types.text(e->type)),
                                     literal(Types::String, e->span, std::monostate{}));
    }
    return node<ToTextExpr>(Types::String, e->span, e, std::string(), 0, false);
}

}  // namespace dream::checker
