// Raw memory, as C has it: `*p`, `p[i]`, `p->f`, `&x`, arithmetic and comparison of pointers.
//
// Nobody counts or checks what is behind a pointer, so it holds no references: there are no pointers
// to types that own some. A variable whose address is taken stays where it is to the end of its
// scope. What is in an object or array goes with that, so that its address is lent to C for one
// call and cannot be kept.
#include "check/body.h"

namespace dream::checker {

bool Body::has_known_size(TypeId type) const {
    const TypeInfo* info = c_.info_of(type);
    bool is_opaque = info && info->syntax && info->syntax->is_opaque;
    return type != Types::Void && !is_opaque && !types_.is(type, TypeKind::Function) &&
           !types_.is_open(type);
}

// pointer[index]
Expr* Body::deref(Expr* pointer, Expr* index, Span span) {
    if (is_error(pointer) || is_error(index)) return error(span);
    TypeId type = types_.element(pointer->type);
    if (!has_known_size(type)) {
        report<diag::BadPointee>(span, name_of(pointer->type), "read or written");
        return error(span);
    }
    if (types_.owns_references(type)) {
        report<diag::CountedPointee>(span, name_of(type));
        return error(span);
    }
    return node<DerefExpr>(type, span, pointer, index);
}

// ---- addresses -----------------------------------------------------------------------------------

// What the place would go with: "an object" or "an array"; "" for what stays where it is.
std::string_view Body::container_of(const Expr* place) const {
    while (place->kind == ExprKind::FieldAccess) {
        place = as<FieldAccessExpr>(place)->object;
        if (types_.is(place->type, TypeKind::Class)) return "an object";
    }
    return place->kind == ExprKind::Index ? "an array" : "";
}

// `is_lent`: as an argument of an extern function.
Expr* Body::address_of(const ast::Unary& e, bool is_lent) {
    Expr* place = typed_expr(*e.operand);
    if (is_error(place) || !check_place(place, "&")) return error(e.span);
    if (types_.owns_references(place->type) || types_.is_open(place->type)) {
        report<diag::CountedPointee>(place->span, name_of(place->type));
        return error(e.span);
    }
    std::string_view container = container_of(place);
    if (!container.empty() && !is_lent) {
        report<diag::AddressInMemory>(e.span, container);
        return error(e.span);
    }
    mark_written(place);
    const Expr* root = place;
    while (root->kind == ExprKind::FieldAccess) root = as<FieldAccessExpr>(root)->object;
    if (root->kind == ExprKind::LocalRef && container.empty())
        as<LocalRefExpr>(root)->local->is_addressed = true;
    return node<AddressOfExpr>(types_.pointer_to(place->type), e.span, place, !container.empty());
}

// ---- arithmetic ----------------------------------------------------------------------------------

// pointer + count, pointer - count
Expr* Body::moved_pointer(BinaryOp op, Expr* pointer, Expr* count, Span span) {
    if (count->type != Types::Long) count = c_.numeric(count, Types::Int);
    if (op == BinaryOp::Subtract) {
        const auto* constant = count->kind == ExprKind::Literal ? as<LiteralExpr>(count) : nullptr;
        count = constant ? literal(Types::Long, count->span, -std::get<int64_t>(constant->value))
                         : node<UnaryExpr>(count->type, count->span, UnaryOp::Negate, count);
    }
    Expr* place = node<DerefExpr>(types_.element(pointer->type), span, pointer, count);
    return node<AddressOfExpr>(pointer->type, span, place, false);
}

Expr* Body::pointer_arithmetic(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span) {
    if (is_error(left) || is_error(right)) return error(span);
    bool is_left = types_.is(left->type, TypeKind::Pointer);
    bool is_right = types_.is(right->type, TypeKind::Pointer);
    Expr* pointer = is_left ? left : right;
    TypeId type = types_.element(pointer->type);
    bool is_move = is_left != is_right && types_.is_integer((is_left ? right : left)->type) &&
                   (op == BinaryOp::Add || (op == BinaryOp::Subtract && is_left));
    bool is_distance = op == BinaryOp::Subtract && left->type == right->type;
    if (!is_move && !is_distance) return bad_operands(op, left, right, op_span);
    if (!has_known_size(type)) {
        report<diag::BadPointee>(pointer->span, name_of(pointer->type), "counted with");
        return error(span);
    }
    if (is_move && is_left) return moved_pointer(op, left, right, span);
    if (is_move) {
        // The count is evaluated first.
        Lets lets;
        Expr* count = bind(left, "count", lets);
        return let(lets, moved_pointer(op, right, count, span));
    }
    auto number = [&](Expr* e) {
        return node<ConvertExpr>(Types::Long, e->span, Conversion::Pointer, e);
    };
    Expr* bytes = node<BinaryExpr>(Types::Long, span, op, number(left), number(right));
    return node<BinaryExpr>(Types::Long, span, BinaryOp::Divide, bytes,
                            literal(Types::Long, span, types_.layout(type).size));
}

// Between pointers and integers, by way of `long`; null if there is no such cast.
Expr* Body::cast_pointer(Expr* value, TypeId to, Span span) {
    if (types_.is(value->type, TypeKind::Pointer) && types_.is_integer(to)) {
        Expr* number = node<ConvertExpr>(Types::Long, span, Conversion::Pointer, value);
        return c_.numeric(number, to);
    }
    if (!types_.is_integer(value->type) || !types_.is(to, TypeKind::Pointer)) return nullptr;
    Expr* number = c_.numeric(value, Types::Long);
    // No conversion has a constant for its operand.
    if (number->kind == ExprKind::Literal) {
        Lets lets;
        number = keep(number, "number", lets);
        return let(lets, node<ConvertExpr>(to, span, Conversion::Pointer, number));
    }
    return node<ConvertExpr>(to, span, Conversion::Pointer, number);
}

}  // namespace dream::checker
