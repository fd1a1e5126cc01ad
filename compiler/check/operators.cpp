// Unary and binary operators. Operands are brought to a common type by nodes of their own; constants
// are folded; `+` with a string is in text.cpp.
#include "check/body.h"

namespace dream::checker {

namespace {

BinaryOp op_of(ast::BinaryOp op) {
    switch (op) {
        case ast::BinaryOp::Multiply: return BinaryOp::Multiply;
        case ast::BinaryOp::Divide: return BinaryOp::Divide;
        case ast::BinaryOp::Remainder: return BinaryOp::Remainder;
        case ast::BinaryOp::Add: return BinaryOp::Add;
        case ast::BinaryOp::Subtract: return BinaryOp::Subtract;
        case ast::BinaryOp::ShiftLeft: return BinaryOp::ShiftLeft;
        case ast::BinaryOp::ShiftRight: return BinaryOp::ShiftRight;
        case ast::BinaryOp::Less: return BinaryOp::Less;
        case ast::BinaryOp::LessEqual: return BinaryOp::LessEqual;
        case ast::BinaryOp::Greater: return BinaryOp::Greater;
        case ast::BinaryOp::GreaterEqual: return BinaryOp::GreaterEqual;
        case ast::BinaryOp::Equal: return BinaryOp::Equal;
        case ast::BinaryOp::NotEqual: return BinaryOp::NotEqual;
        case ast::BinaryOp::BitAnd: return BinaryOp::And;
        case ast::BinaryOp::BitXor: return BinaryOp::Xor;
        case ast::BinaryOp::BitOr: return BinaryOp::Or;
        case ast::BinaryOp::And:
        case ast::BinaryOp::Or:
        case ast::BinaryOp::Coalesce: break;
    }
    DREAM_UNREACHABLE("this operator has a node of its own");
}

std::string_view spelling(BinaryOp op) {
    switch (op) {
        case BinaryOp::Add: return "+";
        case BinaryOp::Subtract: return "-";
        case BinaryOp::Multiply: return "*";
        case BinaryOp::Divide: return "/";
        case BinaryOp::Remainder: return "%";
        case BinaryOp::ShiftLeft: return "<<";
        case BinaryOp::ShiftRight: return ">>";
        case BinaryOp::And: return "&";
        case BinaryOp::Or: return "|";
        case BinaryOp::Xor: return "^";
        case BinaryOp::Less: return "<";
        case BinaryOp::LessEqual: return "<=";
        case BinaryOp::Greater: return ">";
        case BinaryOp::GreaterEqual: return ">=";
        case BinaryOp::Equal: return "==";
        case BinaryOp::NotEqual: return "!=";
    }
    return "?";
}

bool is_comparison(ast::BinaryOp op) {
    int precedence = ast::precedence(op);
    return precedence == ast::precedence(ast::BinaryOp::Less) ||
           precedence == ast::precedence(ast::BinaryOp::Equal);
}

}  // namespace

Expr* Body::bad_operands(BinaryOp op, Expr* left, Expr* right, Span op_span) {
    report<diag::BadOperands>(op_span, spelling(op), name_of(left->type), name_of(right->type));
    return error(cover(left->span, right->span));
}

Expr* Body::make_binary(BinaryOp op, TypeId type, Expr* left, Expr* right, Span span) {
    return c_.fold(node<BinaryExpr>(type, span, op, left, right));
}

// The type in which two numbers are computed with; invalid if one of them is no number.
TypeId Body::promoted(TypeId a, TypeId b) const {
    auto is_number = [&](TypeId t) { return types_.is_numeric(t) || t == Types::UntypedReal; };
    if (!is_number(a) || !is_number(b)) return {};
    for (TypeId type : {Types::Double, Types::Float, Types::UntypedReal, Types::Long})
        if (a == type || b == type) return type;
    return Types::Int;
}

// ---- binary --------------------------------------------------------------------------------------

// a + b + c ... of any length: from the left, in a loop.
Expr* Body::binary_chain(const ast::Binary& e) {
    std::vector<const ast::Binary*> links;
    const ast::Expr& first = *ast::left_spine(e, links);
    const auto* chain = ast::try_as<ast::NullChain>(&first);
    Expr* left = nullptr;
    if (chain && !links.empty() && is_comparison(links[0]->op)) {
        left = chain_comparison(*links[0], *chain);
        links.erase(links.begin());
    } else {
        left = expr(first);
    }
    for (const ast::Binary* link : links) {
        Expr* right = expr(*link->rhs);
        left = binary(*link, left, right);
    }
    return left;
}

Expr* Body::binary(const ast::Binary& syntax, Expr* left, Expr* right) {
    Span span = cover(left->span, syntax.span);
    if (is_error(left) || is_error(right)) return unresolved(syntax.op, left, right, span);
    if (syntax.op == ast::BinaryOp::And || syntax.op == ast::BinaryOp::Or)
        return logical(syntax, left, right);
    BinaryOp op = op_of(syntax.op);
    if (left->type == Types::Void || right->type == Types::Void)
        return bad_operands(op, left, right, syntax.op_span);
    if (Expr* result = user_binary(syntax, left, right, span)) return result;
    switch (op) {
        case BinaryOp::Add:
            if (left->type == Types::String || right->type == Types::String)
                return join(left, right, span);
            return arithmetic(op, left, right, syntax.op_span, span);
        case BinaryOp::Subtract:
        case BinaryOp::Multiply:
        case BinaryOp::Divide:
        case BinaryOp::Remainder: return arithmetic(op, left, right, syntax.op_span, span);
        case BinaryOp::ShiftLeft:
        case BinaryOp::ShiftRight: return shift(op, left, right, syntax.op_span, span);
        case BinaryOp::And:
        case BinaryOp::Or:
        case BinaryOp::Xor: return bitwise(op, left, right, syntax.op_span, span);
        case BinaryOp::Less:
        case BinaryOp::LessEqual:
        case BinaryOp::Greater:
        case BinaryOp::GreaterEqual: return comparison(op, left, right, syntax.op_span, span);
        case BinaryOp::Equal:
        case BinaryOp::NotEqual: return equality(op, left, right, syntax.op_span, span);
    }
    return error(span);
}

// An operator over an operand without a type. While results are inferred, that may be a call whose
// result is not known yet; some operators have a type whatever it turns out to be.
Expr* Body::unresolved(ast::BinaryOp op, const Expr* left, const Expr* right, Span span) {
    if (!c_.is_inferring) return error(span);
    int precedence = ast::precedence(op);
    bool is_test = op == ast::BinaryOp::And || op == ast::BinaryOp::Or ||
                   precedence == ast::precedence(ast::BinaryOp::Less) ||
                   precedence == ast::precedence(ast::BinaryOp::Equal);
    bool is_text = op == ast::BinaryOp::Add && (left->type == Types::String || right->type == Types::String);
    if (!is_test && !is_text) return error(span);
    return node<DefaultExpr>(is_test ? Types::Bool : Types::String, span);
}

Expr* Body::logical(const ast::Binary& syntax, Expr* left, Expr* right) {
    Span span = cover(left->span, syntax.span);
    bool is_and = syntax.op == ast::BinaryOp::And;
    left = as_condition(left);
    right = as_condition(right);
    if (is_error(left) || is_error(right)) return error(span);
    if (left->kind == ExprKind::Literal && right->kind == ExprKind::Literal) {
        bool a = std::get<int64_t>(as<LiteralExpr>(left)->value) != 0,
             b = std::get<int64_t>(as<LiteralExpr>(right)->value) != 0;
        return literal(Types::Bool, span, int64_t{is_and ? a && b : a || b});
    }
    return node<LogicalExpr>(Types::Bool, span, is_and, left, right);
}

// False, after a report, if an integer is divided by the constant zero.
bool Body::check_division(BinaryOp op, Expr* divisor) {
    if (op != BinaryOp::Divide && op != BinaryOp::Remainder) return true;
    if (divisor->kind != ExprKind::Literal || !types_.is_integer(divisor->type)) return true;
    if (std::get<int64_t>(as<LiteralExpr>(divisor)->value) != 0) return true;
    report<diag::DivisionByZero>(divisor->span);
    return false;
}

Expr* Body::arithmetic(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span) {
    if (types_.is(left->type, TypeKind::Enum) || types_.is(right->type, TypeKind::Enum)) {
        Expr* result = enum_arithmetic(op, left, right, span);
        return result ? result : bad_operands(op, left, right, op_span);
    }
    if (types_.is(left->type, TypeKind::Pointer) || types_.is(right->type, TypeKind::Pointer))
        return pointer_arithmetic(op, left, right, op_span, span);
    TypeId type = promoted(left->type, right->type);
    if (!type.valid()) return bad_operands(op, left, right, op_span);
    if (type == Types::UntypedReal) return node<BinaryExpr>(type, span, op, left, right);
    left = c_.numeric(left, type);
    right = c_.numeric(right, type);
    if (!check_division(op, right)) return error(span);
    return make_binary(op, type, left, right, span);
}

// Enum plus or minus an integer is an enum, the difference of two is an int, as in C#.
Expr* Body::enum_arithmetic(BinaryOp op, Expr* left, Expr* right, Span span) {
    bool left_is_enum = types_.is(left->type, TypeKind::Enum),
         right_is_enum = types_.is(right->type, TypeKind::Enum);
    auto is_small = [&](TypeId t) { return types_.is_integer(t) && t != Types::Long; };
    TypeId result;
    if (left_is_enum && right_is_enum && left->type == right->type && op == BinaryOp::Subtract)
        result = Types::Int;
    else if (left_is_enum && is_small(right->type) &&
             (op == BinaryOp::Add || op == BinaryOp::Subtract))
        result = left->type;
    else if (right_is_enum && is_small(left->type) && op == BinaryOp::Add)
        result = right->type;
    else
        return nullptr;
    Expr* value = make_binary(op, Types::Int, c_.numeric(left, Types::Int),
                              c_.numeric(right, Types::Int), span);
    return c_.numeric(value, result);
}

Expr* Body::shift(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span) {
    bool is_fine = types_.is_integer(left->type) && types_.is_integer(right->type) &&
                   right->type != Types::Long;
    if (!is_fine) return bad_operands(op, left, right, op_span);
    TypeId type = promoted(left->type, Types::Int);
    return make_binary(op, type, c_.numeric(left, type), c_.numeric(right, Types::Int), span);
}

Expr* Body::bitwise(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span) {
    if (left->type == Types::Bool && right->type == Types::Bool)
        return make_binary(op, Types::Bool, left, right, span);
    if (types_.is(left->type, TypeKind::Enum) && left->type == right->type) {
        Expr* value = make_binary(op, Types::Int, c_.numeric(left, Types::Int),
                                  c_.numeric(right, Types::Int), span);
        return c_.numeric(value, left->type);
    }
    if (!types_.is_integer(left->type) || !types_.is_integer(right->type))
        return bad_operands(op, left, right, op_span);
    TypeId type = promoted(left->type, right->type);
    return make_binary(op, type, c_.numeric(left, type), c_.numeric(right, type), span);
}

Expr* Body::comparison(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span) {
    TypeId type = promoted(left->type, right->type);
    bool is_small =
        left->type == right->type && (left->type == Types::Char || left->type == Types::Byte);
    if (is_small) type = left->type;
    if (types_.is(left->type, TypeKind::Enum) && left->type == right->type) type = Types::Int;
    bool are_pointers = types_.is(left->type, TypeKind::Pointer) && left->type == right->type &&
                        !types_.is_function_pointer(left->type);
    if (are_pointers) return make_binary(op, Types::Bool, left, right, span);
    if (!type.valid()) return bad_operands(op, left, right, op_span);
    if (type == Types::UntypedReal) type = Types::Float;
    return make_binary(op, Types::Bool, c_.numeric(left, type), c_.numeric(right, type), span);
}

Expr* Body::equality(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span) {
    if (is_error(left) || is_error(right)) return error(span);
    if (Expr* test = null_test_of_parameter(op, left, right, span)) return test;
    TypeId type = promoted(left->type, right->type);
    if (type.valid()) return comparison(op, left, right, op_span, span);
    if (types_.is_parameter(left->type) && !types_.is_class_parameter(left->type)) {
        report<diag::BadOperands>(op_span, spelling(op), name_of(left->type), name_of(right->type))
            .note<diag::UseEquals>(op_span);
        return error(span);
    }
    if (left->type == right->type)
        type = left->type;
    else if (c_.fit(*right, left->type) != Fit::No)
        type = left->type;
    else if (c_.fit(*left, right->type) != Fit::No)
        type = right->type;
    if (!type.valid() || type == Types::Void || type == Types::UntypedFunction)
        return bad_operands(op, left, right, op_span);
    bool has_null = left->type == Types::Null || right->type == Types::Null;
    if (type == c_.object_type() && !has_null && in_user_code()) {
        auto has_identity = [&](const Expr* e) {
            return e->type == Types::String || types_.is(e->type, TypeKind::Class);
        };
        if (!has_identity(left) || !has_identity(right))
            return bad_operands(op, left, right, op_span);
        auto may_be_string = [&](const Expr* e) { return e->type == type || e->type == Types::String; };
        if (may_be_string(left) && may_be_string(right)) return c_.same_object(op, left, right, span);
    }
    left = convert(left, type);
    right = convert(right, type);
    if (is_error(left) || is_error(right)) return error(span);
    if (c_.invoke_of(type) && !has_null) return function_equality(op, left, right, span);
    return make_binary(op, Types::Bool, left, right, span);
}

// `t == null` of a type parameter: false for what cannot be null. Null if it is another test.
Expr* Body::null_test_of_parameter(BinaryOp op, Expr* left, Expr* right, Span span) {
    Expr* value = right->type == Types::Null ? left : right;
    if (left->type != Types::Null && right->type != Types::Null) return nullptr;
    const Specialisation* around = scope_->specialisation;
    if (!around || types_.is_nullable(value->type)) return nullptr;
    bool is_parameter = types_.is_parameter(value->type);
    const Bounds* bounds = c_.bounds_of(value->type);
    if (is_parameter ? bounds && bounds->is_struct : around->is_form) return nullptr;
    const Expr* root = value;
    while (root->kind == ExprKind::FieldAccess) root = as<FieldAccessExpr>(root)->object;
    if (root->kind != ExprKind::LocalRef && root->kind != ExprKind::GlobalRef)
        return not_supported("comparing anything but a variable of a type parameter's type with null", span);
    if (is_parameter) return node<DefaultExpr>(Types::Bool, span);
    return literal(Types::Bool, span, int64_t{op == BinaryOp::NotEqual});
}

// ---- unary ---------------------------------------------------------------------------------------

Expr* Body::unary(const ast::Unary& e) {
    switch (e.op) {
        case ast::UnaryOp::PreIncrement:
        case ast::UnaryOp::PreDecrement:
        case ast::UnaryOp::PostIncrement:
        case ast::UnaryOp::PostDecrement: return increment(e, true);
        case ast::UnaryOp::Dereference: {
            Expr* pointer = typed_expr(*e.operand);
            if (is_error(pointer)) return pointer;
            if (types_.is(pointer->type, TypeKind::Pointer))
                return deref(pointer, literal(Types::Int, e.span, int64_t{0}), e.span);
            std::string_view word = c_.sources.text(e.op_span);
            if (word == "*")
                report<diag::BadOperand>(e.op_span, word, name_of(pointer->type));
            else  // `a->b`
                report<diag::ForeignOperator>(e.op_span, word, ".").fix(e.op_span, ".");
            return error(e.span);
        }
        case ast::UnaryOp::AddressOf: return address_of(e, false);
        case ast::UnaryOp::Plus:
        case ast::UnaryOp::Minus:
        case ast::UnaryOp::Not:
        case ast::UnaryOp::Complement: break;
    }
    // -2147483648 is an int although 2147483648 is none.
    const auto* digits = ast::try_as<ast::IntLiteral>(e.operand);
    if (e.op == ast::UnaryOp::Minus && digits) return int_literal(*digits, true, e.span);
    Expr* operand = expr(*e.operand);
    if (is_error(operand)) return operand;
    if (Expr* result = user_unary(e, operand)) return result;
    TypeId type = promoted(operand->type, operand->type);
    UnaryOp op = e.op == ast::UnaryOp::Not          ? UnaryOp::Not
                 : e.op == ast::UnaryOp::Complement ? UnaryOp::BitNot
                                                    : UnaryOp::Negate;
    TypeId enum_type = operand->type;
    bool is_enum = types_.is(enum_type, TypeKind::Enum);
    if (op == UnaryOp::Not) {
        operand = as_condition(operand);
        type = Types::Bool;
        if (is_error(operand)) return operand;
    } else if (op == UnaryOp::BitNot && is_enum) {
        operand = c_.numeric(operand, Types::Int);
        type = Types::Int;
    } else if (!type.valid() || (op == UnaryOp::BitNot && !types_.is_integer(type))) {
        report<diag::BadOperand>(e.op_span, ast::spelling(e.op), name_of(operand->type));
        return error(e.span);
    }
    if (e.op == ast::UnaryOp::Plus)
        return type == Types::UntypedReal ? operand : c_.numeric(operand, type);
    if (type != Types::UntypedReal && op != UnaryOp::Not) operand = c_.numeric(operand, type);
    if (operand->kind == ExprKind::Literal && type != Types::UntypedReal)
        if (auto folded = fold_unary(op, type, as<LiteralExpr>(operand)->value))
            return literal(is_enum ? enum_type : type, e.span, *folded);
    Expr* result = node<UnaryExpr>(type, e.span, op, operand);
    return is_enum ? c_.numeric(result, enum_type) : result;
}

Expr* Body::increment(const ast::Unary& e, bool is_used) {
    Expr* target = target_expr(*e.operand, true);
    if (is_error(target)) return target;
    if (Expr* update = user_step(e, target, is_used)) return update;
    bool is_pointer = types_.is(target->type, TypeKind::Pointer);
    if (is_pointer && check_place(target, ast::spelling(e.op))) {
        bool is_less = e.op == ast::UnaryOp::PreDecrement || e.op == ast::UnaryOp::PostDecrement;
        mark_written(target);
        return updated(target, is_used && ast::is_postfix(e.op), is_used, e.span, [&](Expr* old) {
            return pointer_arithmetic(is_less ? BinaryOp::Subtract : BinaryOp::Add, old,
                                      literal(Types::Int, e.span, int64_t{1}), e.op_span, e.span);
        });
    }
    bool is_step = types_.is_numeric(target->type) || types_.is(target->type, TypeKind::Enum);
    if (!is_step) {
        report<diag::BadOperand>(e.op_span, ast::spelling(e.op), name_of(target->type));
        return error(e.span);
    }
    if (!check_place(target, ast::spelling(e.op))) return error(e.span);
    mark_written(target);
    bool is_decrement = e.op == ast::UnaryOp::PreDecrement || e.op == ast::UnaryOp::PostDecrement;
    PropertyPath path;
    bool by_setter = crosses_property(target);
    path.is_in_place = by_setter && is_in_place(target);
    if (by_setter) target = open_path(target, path);
    Expr* update = node<IncrementExpr>(target->type, e.span, target, is_decrement,
                                       !ast::is_postfix(e.op));
    return by_setter ? close_path(path, update, is_used) : update;
}

}  // namespace dream::checker
