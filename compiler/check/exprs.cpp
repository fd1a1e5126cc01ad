// Expressions that are neither operators, members, calls nor arrays: literals, names, conditions,
// casts and tests.
#include "check/body.h"

namespace dream::checker {

// An expression whose type is decided.
Expr* Body::typed_expr(const ast::Expr& e, TypeId expected) {
    Expr* value = decided_function(expr(e, expected));
    return value->type == Types::UntypedReal
               ? c_.settle(value, expected == Types::Double ? expected : Types::Float)
               : value;
}

// The value where one of type `to` is wanted.
Expr* Body::convert(Expr* e, TypeId to) {
    if (is_error(e) || to == Types::Error) return c_.settle_default(e);
    if (e->type == Types::UntypedFunction && c_.invoke_of(to)) return bind(e, to);
    if (types_.is_function_pointer(to)) {
        if (e->type == Types::UntypedFunction)
            return bind_for_c(*static_cast<UnboundFunction*>(e), to);
        if (c_.invoke_of(e->type)) {
            report<diag::FunctionValueToC>(e->span, name_of(to));
            return error(e->span);
        }
    }
    if (c_.fit(*e, to) != Fit::No) return c_.coerce(e, to);
    if (Expr* converted = user_conversion(e, to, false, e->span)) return converted;
    const auto* constant = e->kind == ExprKind::Literal ? as<LiteralExpr>(e) : nullptr;
    if (constant && types_.is_integer(e->type) && types_.is_integer(to) && e->type != Types::Char) {
        report<diag::ConstantDoesNotFit>(e->span, c_.sources.text(e->span), name_of(to));
        return error(e->span);
    }
    auto& mismatch = report<diag::TypeMismatch>(e->span, name_of(to), name_of(e->type));
    bool can_cast = (types_.is_numeric(e->type) || e->type == Types::UntypedReal ||
                     types_.is(e->type, TypeKind::Enum)) &&
                    (types_.is_numeric(to) || types_.is(to, TypeKind::Enum));
    bool is_simple = e->kind == ExprKind::LocalRef || e->kind == ExprKind::GlobalRef ||
                     e->kind == ExprKind::Literal || e->kind == ExprKind::FieldAccess ||
                     e->kind == ExprKind::Call;
    if (can_cast && is_simple)
        mismatch.fix({e->span.source, e->span.begin, e->span.begin}, "(" + name_of(to) + ")");
    return error(e->span);
}

Expr* Body::expr(const ast::Expr& e, TypeId expected) {
    switch (e.kind) {
        case ast::ExprKind::IntLiteral:
            return int_literal(ast::as<ast::IntLiteral>(e), false, e.span);
        case ast::ExprKind::RealLiteral: {
            const auto& real = ast::as<ast::RealLiteral>(e);
            auto* value = c_.arena.make<UntypedLiteral>(
                LiteralExpr{Expr{ExprKind::Literal, Types::UntypedReal, e.span},
                            Constant(real.value)},
                real.text, false);
            if (real.suffix == ast::RealSuffix::None) return value;
            return c_.settle(value,
                             real.suffix == ast::RealSuffix::Float ? Types::Float : Types::Double);
        }
        case ast::ExprKind::CharLiteral:
            return literal(Types::Char, e.span, int64_t{ast::as<ast::CharLiteral>(e).value});
        case ast::ExprKind::StringLiteral:
            return literal(Types::String, e.span,
                           std::string(ast::as<ast::StringLiteral>(e).bytes));
        case ast::ExprKind::BoolLiteral:
            return literal(Types::Bool, e.span, int64_t{ast::as<ast::BoolLiteral>(e).value});
        case ast::ExprKind::NullLiteral: return literal(Types::Null, e.span, std::monostate{});
        case ast::ExprKind::Interpolation: return interpolation(ast::as<ast::Interpolation>(e));
        case ast::ExprKind::NameExpr:
            return bound_if(value_of(name_target(ast::as<ast::NameExpr>(e)), e.span), expected);
        case ast::ExprKind::TypeExpr: return value_of(target(e), e.span);
        case ast::ExprKind::This:
            if (has_this()) return this_expr(e.span);
            report<diag::ThisOutside>(e.span, "this");
            return error(e.span);
        case ast::ExprKind::Base: report<diag::ThisOutside>(e.span, "base"); return error(e.span);
        case ast::ExprKind::Paren: return expr(*ast::as<ast::Paren>(e).inner, expected);
        case ast::ExprKind::Member:
            return bound_if(value_of(member_target(ast::as<ast::Member>(e)), e.span), expected);
        case ast::ExprKind::Index: return index(ast::as<ast::Index>(e));
        case ast::ExprKind::Call: return call(ast::as<ast::Call>(e), expected);
        case ast::ExprKind::NullChain: return null_chain(ast::as<ast::NullChain>(e));
        case ast::ExprKind::Unary: return unary(ast::as<ast::Unary>(e));
        case ast::ExprKind::Binary: {
            const auto& binary = ast::as<ast::Binary>(e);
            return binary.op == ast::BinaryOp::Coalesce ? coalesce(binary, expected)
                                                        : binary_chain(binary);
        }
        case ast::ExprKind::Assign: return assign(ast::as<ast::Assign>(e), true);
        case ast::ExprKind::Conditional: return conditional(ast::as<ast::Conditional>(e), expected);
        case ast::ExprKind::Cast: return cast(ast::as<ast::Cast>(e));
        case ast::ExprKind::Is: return is_test(ast::as<ast::Is>(e));
        case ast::ExprKind::As: return as_cast(ast::as<ast::As>(e));
        case ast::ExprKind::New: return new_object(ast::as<ast::New>(e), expected);
        case ast::ExprKind::NewArray: return new_array(ast::as<ast::NewArray>(e), expected);
        case ast::ExprKind::ArrayLiteral:
            return array_literal(ast::as<ast::ArrayLiteral>(e), expected);
        case ast::ExprKind::Initializer:
            report<diag::InitialiserAlone>(e.span).fix({e.span.source, e.span.begin, e.span.begin},
                                                      "new() ");
            return error(e.span);
        case ast::ExprKind::Lambda:
            return bound_if(unbound_lambda(ast::as<ast::Lambda>(e)), expected);
        case ast::ExprKind::SwitchExpr: return switch_expr(ast::as<ast::SwitchExpr>(e), expected);
        case ast::ExprKind::ThrowExpr: report<diag::MisplacedThrow>(e.span); return error(e.span);
        case ast::ExprKind::OutVar: return not_supported("an 'out' variable here", e.span);
        case ast::ExprKind::SizeOf: return size_of(ast::as<ast::SizeOf>(e));
        case ast::ExprKind::Default: return default_value(ast::as<ast::Default>(e), expected);
        case ast::ExprKind::ErrorExpr: return error(e.span);
    }
    DREAM_UNREACHABLE("kind of expression");
}

// A decimal literal is an int if it fits, else a long, as in C#; hexadecimal and binary ones may
// fill all bits of either.
Expr* Body::int_literal(const ast::IntLiteral& e, bool is_negated, Span span) {
    constexpr uint64_t kIntMin = uint64_t{1} << 31, kLongMin = uint64_t{1} << 63;
    uint64_t value = e.value;
    if (e.is_bits) {
        bool is_int = !e.is_long && value <= UINT32_MAX;
        int64_t bits = is_int ? int64_t{static_cast<int32_t>(static_cast<uint32_t>(value))}
                              : static_cast<int64_t>(value);
        TypeId type = is_int ? Types::Int : Types::Long;
        return literal(type, span,
                       is_negated ? *fold_unary(UnaryOp::Negate, type, bits) : Constant(bits));
    }
    uint64_t int_limit = is_negated ? kIntMin : kIntMin - 1,
             long_limit = is_negated ? kLongMin : kLongMin - 1;
    if (value > long_limit) {
        report<diag::LiteralTooLarge>(span);
        return error(span);
    }
    TypeId type = !e.is_long && value <= int_limit ? Types::Int : Types::Long;
    return literal(type, span, static_cast<int64_t>(is_negated ? 0 - value : value));
}

Expr* Body::value_of(Target t, Span span) {
    switch (t.kind) {
        case Target::Kind::Error: return error(span);
        case Target::Kind::Value: return t.value;
        case Target::Kind::Type:
            report<diag::TypeIsNoValue>(span, c_.sources.text(span));
            return error(span);
        case Target::Kind::Functions: {
            if (!apply_type_args(t)) return error(span);
            FunctionInfo* generic = nullptr;
            std::erase_if(t.functions, [&](FunctionInfo* f) {
                generic = f->generic ? f : generic;
                return f->generic != nullptr;
            });
            if (!t.functions.empty() || !generic) return unbound_group(t, span);
            report<diag::CannotInferTypeArguments>(span, t.name, c_.form_text(*generic->generic));
            return error(span);
        }
    }
    return error(span);
}

// The value of a name that is not a function, type or field.
Expr* Body::symbol_value(Symbol& symbol, Span span, bool) {
    switch (symbol.kind) {
        case SymbolKind::Local:
            if (symbol.home == function_)
                return node<LocalRefExpr>(symbol.local->type, span, symbol.local);
            if (!function_) {
                report<diag::NotConstant>(span);
                return error(span);
            }
            return captured(symbol, span);
        case SymbolKind::Global: {
            TypeId type = c_.global_type(*symbol.global, span);
            if (type == Types::Error) return error(span);
            Expr* place = node<GlobalRefExpr>(type, span, symbol.global->global);
            if (symbol.is_readonly) readonly_fields_[place] = &symbol;
            return place;
        }
        case SymbolKind::Const: {
            const LiteralExpr* value = c_.const_value(*symbol.constant);
            return value ? literal(value->type, span, value->value) : error(span);
        }
        case SymbolKind::Enumerator: {
            TypeInfo& info = *symbol.owner;
            c_.ensure_enum(info);
            auto index = static_cast<size_t>(symbol.index);
            if (!c_.ensure_enumerator(info, index, span)) return error(span);
            const Enumerator& e = types_.nominal(info.type).enumerators[index];
            // Among themselves the values of an enum are ints: `C = A | B`.
            bool is_inside = info.headers == Progress::Running;
            return literal(is_inside ? Types::Int : info.type, span, int64_t{e.value});
        }
        case SymbolKind::Functions:
        case SymbolKind::Type:
        case SymbolKind::Field:
        case SymbolKind::Ambiguous:
        case SymbolKind::Property: break;
    }
    DREAM_UNREACHABLE("a symbol of this kind is no value by itself");
}

// ---- conditions ----------------------------------------------------------------------------------

Expr* Body::condition(const ast::Expr& e) {
    if (const auto* assign = ast::try_as<ast::Assign>(&e); assign && !assign->is_compound)
        report<diag::AssignmentAsCondition>(assign->op_span).fix(assign->op_span, "==");
    return as_condition(typed_expr(e));
}

// bool, or an integer that is true unless zero.
Expr* Body::as_condition(Expr* e) {
    e = c_.settle_default(e);
    if (e->type == Types::Bool || is_error(e)) return e;
    if (!types_.is_integer(e->type)) {
        report<diag::TypeMismatch>(e->span, "bool", name_of(e->type));
        return error(e->span);
    }
    if (e->kind == ExprKind::Literal)
        return literal(Types::Bool, e->span,
                       int64_t{std::get<int64_t>(as<LiteralExpr>(e)->value) != 0});
    return node<ConvertExpr>(Types::Bool, e->span, Conversion::IntToBool, e);
}

Expr* Body::conditional(const ast::Conditional& e, TypeId expected) {
    Expr* test = condition(*e.condition);
    const auto* throws_yes = ast::try_as<ast::ThrowExpr>(&ast::strip_parens(*e.yes));
    const auto* throws_no = ast::try_as<ast::ThrowExpr>(&ast::strip_parens(*e.no));
    if (throws_yes || throws_no) return throwing_choice(e, test, throws_yes, throws_no, expected);
    Expr* yes = expr(*e.yes, expected);
    Expr* no = expr(*e.no, expected);
    // While results are inferred, a call that is not resolved yet contributes nothing.
    if (c_.is_inferring && is_error(yes) != is_error(no)) return is_error(yes) ? no : yes;
    if (is_error(test) || is_error(yes) || is_error(no)) return error(e.span);
    TypeId type = c_.common_type(yes->type, no->type);
    // Constants follow the other side (`c ? letter : 0`), and both may follow the context.
    bool wants_both = expected.valid() && expected != Types::Error &&
                      c_.fit(*yes, expected) != Fit::No && c_.fit(*no, expected) != Fit::No;
    if (!type.valid() || (wants_both && type != Types::UntypedReal)) {
        if (wants_both)
            type = expected;
        else if (c_.fit(*no, yes->type) != Fit::No)
            type = yes->type;
        else if (c_.fit(*yes, no->type) != Fit::No)
            type = no->type;
    }
    if (!type.valid() || type == Types::Void) {
        report<diag::BranchTypes>(e.span, name_of(yes->type), name_of(no->type));
        return error(e.span);
    }
    if (type != Types::UntypedReal) {
        yes = c_.coerce(yes, type);
        no = c_.coerce(no, type);
    }
    bool is_constant = test->kind == ExprKind::Literal && yes->kind == ExprKind::Literal &&
                       no->kind == ExprKind::Literal;
    if (is_constant && type != Types::UntypedReal) {
        auto* chosen = as<LiteralExpr>(std::get<int64_t>(as<LiteralExpr>(test)->value) ? yes : no);
        return literal(type, e.span, chosen->value);
    }
    return node<ConditionalExpr>(type, e.span, test, yes, no);
}

// `c ? a : throw e`, of the type of a.
Expr* Body::throwing_choice(const ast::Conditional& e, Expr* test, const ast::ThrowExpr* yes,
                            const ast::ThrowExpr* no, TypeId expected) {
    if (yes && no) {
        report<diag::MisplacedThrow>(no->span);
        return error(e.span);
    }
    Expr* value = typed_expr(yes ? *e.no : *e.yes, expected);
    Expr* thrown = throw_value(yes ? *yes : *no, value->type);
    if (is_error(test) || is_error(value) || is_error(thrown)) return error(e.span);
    if (value->type == Types::Void || value->type == Types::Null) {
        report<diag::DefaultWithoutType>(value->span, c_.sources.text(value->span));
        return error(e.span);
    }
    return node<ConditionalExpr>(value->type, e.span, test, yes ? thrown : value,
                                 yes ? value : thrown);
}

// ---- casts and tests -----------------------------------------------------------------------------

Expr* Body::cast(const ast::Cast& e) {
    TypeId to = c_.resolve_type(*e.type, *scope_);
    Expr* value = expr(*e.value, to);
    return cast_to(value, to, e.span, e.type->span);
}

Expr* Body::cast_to(Expr* value, TypeId to, Span span, Span) {
    if (is_error(value) || to == Types::Error) return error(span);
    TypeId from = value->type;
    auto is_number = [&](TypeId t) {
        return types_.is_numeric(t) || t == Types::UntypedReal || types_.is(t, TypeKind::Enum);
    };
    Expr* result = nullptr;
    bool both_pointers = types_.is(from, TypeKind::Pointer) && types_.is(to, TypeKind::Pointer);
    if (from == to)
        result = value;
    else if (is_number(from) && is_number(to))
        result = c_.numeric(value, to);
    else if (c_.fit(*value, to) != Fit::No)
        result = c_.coerce(value, to);
    else if (Expr* converted = user_conversion(value, to, true, span))
        result = converted;
    else if (c_.may_be_instance(from, to))
        result = node<ClassCastExpr>(to, span, CastKind::Checked, value);
    else if (c_.is_boxed_as(to, from))
        result = c_.unbox(value, to, CastKind::Checked, span);
    else if (both_pointers)
        result = node<ConvertExpr>(to, span, Conversion::Pointer, value);
    else if (types_.is(from, TypeKind::Pointer) || types_.is(to, TypeKind::Pointer))
        result = cast_pointer(value, to, span);
    if (result) {
        if (result != value) result->span = span;
        return result;
    }
    value = c_.settle_default(value);
    auto& problem = report<diag::BadCast>(span, name_of(value->type), name_of(to));
    if (to == Types::String && from != Types::Void) problem.note<diag::UseToString>(value->span);
    return error(span);
}

Expr* Body::as_cast(const ast::As& e) {
    Expr* value = typed_expr(*e.value);
    TypeId to = c_.resolve_type(*e.type, *scope_);
    if (is_error(value) || to == Types::Error) return error(e.span);
    if (!types_.is_counted(to)) {
        report<diag::AsNotNullable>(e.type->span, name_of(to));
        return error(e.span);
    }
    if (c_.fit(*value, to) != Fit::No) return c_.coerce(value, to);
    if (c_.may_be_instance(value->type, to)) return node<ClassCastExpr>(to, e.span, CastKind::OrNull, value);
    if (c_.is_boxed_as(to, value->type)) return c_.unbox(value, to, CastKind::OrNull, e.span);
    report<diag::BadCast>(e.span, name_of(value->type), name_of(to));
    return error(e.span);
}

Expr* Body::size_of(const ast::SizeOf& e) {
    TypeId type = e.type ? c_.resolve_type(*e.type, *scope_) : typed_expr(*e.value)->type;
    if (type == Types::Error) return error(e.span);
    if (!has_known_size(type) || types_.owns_references(type)) {
        report<diag::NoSize>(e.span, name_of(type));
        return error(e.span);
    }
    return literal(Types::Int, e.span, types_.layout(type).size);
}

Expr* Body::default_value(const ast::Default& e, TypeId expected) {
    TypeId type = e.type ? c_.resolve_type(*e.type, *scope_) : expected;
    if (!type.valid()) {
        report<diag::DefaultWithoutType>(e.span, "default");
        return error(e.span);
    }
    if (type == Types::Error) return error(e.span);
    if (types_.is_nullable(type)) return literal(type, e.span, std::monostate{});
    if (types_.is_real(type)) return literal(type, e.span, 0.0);
    if (types_.is(type, TypeKind::Struct)) return node<DefaultExpr>(type, e.span);
    return literal(type, e.span, int64_t{0});
}

}  // namespace dream::checker
