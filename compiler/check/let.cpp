// Values that are computed once and used later or more than once: they get a local of their own for
// the time of an expression.
#include "check/body.h"

namespace dream::checker {

// The value as it is now; `lets` takes the local it is kept in, if it needs one.
Expr* Body::bind(Expr* value, std::string_view name, Lets& lets) {
    const Local* local =
        value->kind == ExprKind::LocalRef ? as<LocalRefExpr>(value)->local : nullptr;
    bool is_this =
        local && local->kind == LocalKind::This && types_.is(local->type, TypeKind::Class);
    bool is_constant = value->kind == ExprKind::Literal || value->kind == ExprKind::Default;
    return is_this || is_constant || is_error(value) ? value : keep(value, name, lets);
}

Expr* Body::keep(Expr* value, std::string_view name, Lets& lets) {
    Local* home = c_.arena.make<Local>(Local{name, value->type, {}, LocalKind::Variable, false});
    lets.push_back({home, value});
    return node<LocalRefExpr>(value->type, value->span, home);
}

// The value for several reads in a row, between which nothing is written.
Expr* Body::once(Expr* value, std::string_view name, Lets& lets) {
    bool is_variable = value->kind == ExprKind::LocalRef || value->kind == ExprKind::GlobalRef;
    return is_variable ? value : bind(value, name, lets);
}

// The same place, with the objects and indices that lead to it as they are now.
Expr* Body::bind_place(Expr* place, Lets& lets) {
    if (place->kind == ExprKind::FieldAccess) {
        auto* access = as<FieldAccessExpr>(place);
        bool is_reference = types_.is(access->object->type, TypeKind::Class);
        Expr* object =
            is_reference ? bind(access->object, "owner", lets) : bind_place(access->object, lets);
        return node<FieldAccessExpr>(place->type, place->span, object, access->field);
    }
    if (place->kind == ExprKind::Index) {
        auto* access = as<IndexExpr>(place);
        Expr* object = bind_place(access->object, lets);
        std::vector<Expr*> indices;
        for (Expr* index : access->indices) indices.push_back(bind(index, "index", lets));
        return node<IndexExpr>(place->type, place->span, object, std::move(indices));
    }
    if (place->kind == ExprKind::Deref) {
        auto* access = as<DerefExpr>(place);
        Expr* pointer = bind(access->pointer, "pointer", lets);
        return node<DerefExpr>(place->type, place->span, pointer,
                               bind(access->index, "index", lets));
    }
    bool is_variable = place->kind == ExprKind::LocalRef || place->kind == ExprKind::GlobalRef;
    return is_variable ? place : bind(place, "temp", lets);
}

// `body`, evaluated after `lets` in their order.
Expr* Body::let(const Lets& lets, Expr* body) {
    for (size_t i = lets.size(); i-- > 0;)
        body = node<LetExpr>(body->type, body->span, lets[i].local, lets[i].value, body);
    return body;
}

// All effects in their order, without a value. There may be very many: the tree is as high as their
// logarithm.
Expr* Body::sequence(std::span<Expr* const> effects, Span span) {
    if (effects.empty()) return node<DefaultExpr>(Types::Void, span);
    size_t middle = effects.size() / 2;
    bool is_one = middle == 0;
    Expr* first = is_one ? effects[0] : sequence(effects.first(middle), span);
    Expr* rest = is_one ? node<DefaultExpr>(Types::Void, span)
                        : sequence(effects.subspan(middle), span);
    return node<LetExpr>(Types::Void, span, nullptr, first, rest);
}

}  // namespace dream::checker
