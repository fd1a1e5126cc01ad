// What may be null: `a ?? b`, `a ??= b`, `a?.b` and `a?[i]`; and `throw` where a value stands. All are
// choices between two values, with what is used twice in a let.
#include "check/body.h"

namespace dream::checker {

Expr* Body::null_of(TypeId type, Span span) { return literal(type, span, std::monostate{}); }

Expr* Body::is_not_null(Expr* e) {
    return node<BinaryExpr>(Types::Bool, e->span, BinaryOp::NotEqual, e,
                            null_of(e->type, e->span));
}

// `throw e` as a value of the type that is wanted where it stands.
Expr* Body::throw_value(const ast::ThrowExpr& e, TypeId type) {
    Expr* value = thrown_value(*e.value);
    return is_error(value) ? value : node<ThrowExpr>(type, e.span, value);
}

// ---- ?? ------------------------------------------------------------------------------------------

Expr* Body::coalesce(const ast::Binary& e, TypeId expected) {
    const auto* chain = ast::try_as<ast::NullChain>(&ast::strip_parens(*e.lhs));
    if (chain) return coalesce_chain(e, *chain);
    Expr* left = typed_expr(*e.lhs, expected);
    bool may_be_null = types_.is_nullable(left->type);
    if (!is_error(left) && !may_be_null)
        report<diag::NeverNull>(e.op_span, "?\?", name_of(left->type));
    Expr* right = coalesced(e, left->type);
    if (c_.is_inferring && is_error(left) != is_error(right)) return is_error(left) ? right : left;
    if (is_error(left) || is_error(right) || !may_be_null) return error(e.span);
    if (left->type == Types::Null) return right;
    TypeId type = coalesced_type(e, left, right);
    if (!type.valid()) return error(e.span);
    Lets lets;
    left = once(left, "left", lets);
    return let(lets, node<ConditionalExpr>(type, e.span, is_not_null(left), c_.coerce(left, type),
                                           c_.coerce(right, type)));
}

// The right side, which may be a `throw`.
Expr* Body::coalesced(const ast::Binary& e, TypeId left) {
    const auto* thrown = ast::try_as<ast::ThrowExpr>(&ast::strip_parens(*e.rhs));
    if (thrown) return throw_value(*thrown, left);
    return expr(*e.rhs, left == Types::Error || left == Types::Null ? TypeId{} : left);
}

TypeId Body::coalesced_type(const ast::Binary& e, Expr* left, Expr* right) {
    if (c_.fit(*right, left->type) != Fit::No) return left->type;
    if (c_.fit(*left, right->type) != Fit::No && right->type != Types::Void) return right->type;
    TypeId common = c_.common_type(left->type, right->type);
    if (common.valid() && common != Types::Void) return common;
    report<diag::CoalesceTypes>(e.op_span, name_of(left->type), name_of(right->type));
    return {};
}

// target ??= value: the target is evaluated once, the value only if it is null.
Expr* Body::coalesce_assign(const ast::Assign& e, Expr* target) {
    Expr* value = expr(*e.value, target->type);
    if (is_error(target)) return error(e.span);
    if (!types_.is_nullable(target->type)) {
        report<diag::NeverNull>(e.op_span, "?\?=", name_of(target->type));
        return error(e.span);
    }
    if (!check_place(target, "?\?=")) return error(e.span);
    mark_written(target);
    value = convert(value, target->type);
    if (is_error(value)) return error(e.span);
    note_kept(value);
    if (crosses_property(target)) {
        // The setter runs only if there was null.
        PropertyPath read, write;
        Expr* place = open_path(target, read);
        write.sets.swap(read.sets);
        Expr* assign = node<AssignExpr>(target->type, e.span, place, value);
        Expr* set = path_sequence(write, assign, copy_place(place));
        Expr* result = node<ConditionalExpr>(target->type, e.span, is_not_null(copy_place(place)),
                                             copy_place(place), set);
        return path_sequence(read, nullptr, result);
    }
    Lets lets;
    Expr* place = bind_place(target, lets);
    Expr* assign = node<AssignExpr>(target->type, e.span, place, value);
    return let(lets, node<ConditionalExpr>(target->type, e.span, is_not_null(place), place, assign));
}

// ---- ?. ------------------------------------------------------------------------------------------

// What a conditional link goes on with: `value` itself, known not to be null there.
Expr* Body::chain_link(Expr* value, std::string_view word, Span span) {
    value = c_.settle_default(value);
    if (is_error(value)) return value;
    if (!types_.is_nullable(value->type)) {
        report<diag::NeverNull>(span, word, name_of(value->type));
        return error(value->span);
    }
    bool is_variable = value->kind == ExprKind::LocalRef || value->kind == ExprKind::GlobalRef;
    if (!is_variable) return keep(value, "link", *chain_);
    chain_->push_back({nullptr, value});
    return value;
}

// The chain as if no link met null; the links in `links`.
Expr* Body::chain_value(const ast::NullChain& e, Lets& links) {
    Lets* before = chain_;
    chain_ = &links;
    Expr* value = typed_expr(*e.chain);
    chain_ = before;
    return value;
}

// Is the link more than null? Its value is in its local from there on.
Expr* Body::link_test(const LetLocal& link) {
    return is_not_null(link.local ? node<LocalRefExpr>(link.value->type, link.value->span, link.local)
                                  : link.value);
}

// `value` behind all links, or the default of its type (null, or nothing at all).
Expr* Body::through_links(const Lets& links, Expr* value, Span span) {
    TypeId type = value->type;
    for (size_t i = links.size(); i-- > 0;) {
        Expr* otherwise =
            type == Types::Void ? node<DefaultExpr>(type, span) : null_of(type, span);
        value = node<ConditionalExpr>(type, span, link_test(links[i]), value, otherwise);
        if (links[i].local) value = let({links[i]}, value);
    }
    return value;
}

Expr* Body::null_chain(const ast::NullChain& e) {
    Lets links;
    Expr* value = chain_value(e, links);
    if (is_error(value)) return error(e.span);
    if (types_.is_nullable(value->type)) return through_links(links, value, e.span);
    if (value->type == Types::Void) {
        report<diag::NoText>(e.span);
        return error(e.span);
    }
    Span behind{e.span.source, e.span.end, e.span.end};
    std::string standard = value->type == Types::Bool          ? "false"
                           : types_.is_numeric(value->type) ? "0"
                                                               : "default";
    report<diag::ChainOfValue>(e.span, name_of(value->type)).fix(behind, " ?\? " + standard);
    return error(e.span);
}

// As a statement: whatever the chain gives is dropped.
Expr* Body::chain_effect(const ast::NullChain& e) {
    Lets links;
    Expr* value = chain_value(e, links);
    if (is_error(value)) return value;
    if (value->type != Types::Void)
        value = node<LetExpr>(Types::Void, e.span, nullptr, value,
                              node<DefaultExpr>(Types::Void, e.span));
    return through_links(links, value, e.span);
}

// `a?.b ?? c`, where b may be of a type that has no null: the chain puts its value into `found` and
// says whether it got there.
Expr* Body::coalesce_chain(const ast::Binary& e, const ast::NullChain& chain) {
    Lets links;
    Expr* value = chain_value(chain, links);
    Expr* right = coalesced(e, value->type);
    if (!types_.is_real(value->type)) right = c_.settle_default(right);
    if (c_.is_inferring && is_error(value) != is_error(right))
        return is_error(value) ? right : value;
    if (is_error(value) || is_error(right)) return error(e.span);
    if (value->type == Types::Void) {
        report<diag::NoText>(chain.span);
        return error(e.span);
    }
    TypeId type = coalesced_type(e, value, right);
    if (!type.valid()) return error(e.span);
    right = c_.coerce(right, type);
    bool may_be_null = types_.is_nullable(value->type);
    if (links.size() == 1 && !may_be_null) {
        Expr* choice = node<ConditionalExpr>(type, e.span, link_test(links[0]),
                                             c_.coerce(value, type), right);
        return links[0].local ? let(links, choice) : choice;
    }
    Local* found =
        c_.arena.make<Local>(Local{"found", value->type, {}, LocalKind::Variable, true});
    Expr* read = node<LocalRefExpr>(value->type, chain.span, found);
    Expr* got = chain_into(links, value, found, e.span);
    Expr* start = may_be_null ? null_of(value->type, e.span)
                              : node<DefaultExpr>(value->type, e.span);
    Expr* choice = node<ConditionalExpr>(type, e.span, got, c_.coerce(read, type), right);
    return let({{found, start}}, choice);
}

// Whether the chain gets to its end with a value; then `found` holds it.
Expr* Body::chain_into(const Lets& links, Expr* value, Local* found, Span span) {
    Expr* place = node<LocalRefExpr>(value->type, value->span, found);
    Expr* got = node<LetExpr>(Types::Bool, span, nullptr,
                              node<AssignExpr>(value->type, span, place, value),
                              types_.is_nullable(value->type)
                                  ? is_not_null(place)
                                  : literal(Types::Bool, span, int64_t{1}));
    for (size_t i = links.size(); i-- > 0;) {
        got = node<LogicalExpr>(Types::Bool, span, true, link_test(links[i]), got);
        if (links[i].local) got = let({links[i]}, got);
    }
    return got;
}

// `a?.b < c`, where b is of a type that has no null: false if there is no b, but `!=` is true. c is
// evaluated in any case. Against null the chain itself is what is asked.
Expr* Body::chain_comparison(const ast::Binary& e, const ast::NullChain& chain) {
    Lets links;
    Expr* value = chain_value(chain, links);
    bool is_unequal = e.op == ast::BinaryOp::NotEqual;
    if (is_error(value) || types_.is_nullable(value->type) || value->type == Types::Void) {
        Expr* left = value;
        if (!is_error(value) && value->type != Types::Void)
            left = through_links(links, value, chain.span);
        return binary(e, left, expr(*e.rhs));
    }
    value = c_.settle_default(value);
    Local* found =
        c_.arena.make<Local>(Local{"found", value->type, {}, LocalKind::Variable, true});
    Lets lets{{found, node<DefaultExpr>(value->type, e.span)}};
    Expr* has = bind(chain_into(links, value, found, e.span), "has", lets);
    Expr* right = typed_expr(*e.rhs, value->type);
    if (is_error(right)) return right;
    bool is_equality = is_unequal || e.op == ast::BinaryOp::Equal;
    if (is_equality && right->type == Types::Null)
        return let(lets, is_unequal ? has : node<UnaryExpr>(Types::Bool, e.span, UnaryOp::Not, has));
    right = bind(right, "right", lets);
    Expr* compared = binary(e, c_.local_ref(found), right);
    if (is_error(compared) || compared->type != Types::Bool) return compared;
    if (!is_unequal)
        return let(lets, node<LogicalExpr>(Types::Bool, e.span, true, has, compared));
    Expr* is_missing = node<UnaryExpr>(Types::Bool, e.span, UnaryOp::Not, has);
    return let(lets, node<LogicalExpr>(Types::Bool, e.span, false, is_missing, compared));
}

}  // namespace dream::checker
