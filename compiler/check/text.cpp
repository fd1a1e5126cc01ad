// Text: `+` with a string, interpolation, ToString(). Chains are flattened into one Concat node, and
// neighbouring constants in them become one literal.
#include "check/body.h"

namespace dream::checker {

// The text of a value, which must be one.
Expr* Body::text(Expr* e) {
    e = decided_function(e);
    if (e->type == Types::Void) {
        report<diag::NoText>(e->span);
        return error(e->span);
    }
    return c_.text_of(e);
}

void Body::add_part(std::vector<Expr*>& parts, Expr* part) {
    if (part->kind == ExprKind::Concat) {
        for (Expr* inner : as<ConcatExpr>(part)->parts) add_part(parts, inner);
        return;
    }
    bool both_literal = part->kind == ExprKind::Literal && !parts.empty() &&
                        parts.back()->kind == ExprKind::Literal;
    if (!both_literal) {
        parts.push_back(part);
        return;
    }
    // In place: every literal node has one holder, and chains of constants may be long.
    auto* last = as<LiteralExpr>(parts.back());
    if (last->value.index() == 0) last->value = std::string();  // null joins as nothing
    if (const auto* more = std::get_if<std::string>(&as<LiteralExpr>(part)->value))
        std::get<std::string>(last->value) += *more;
    last->span = cover(last->span, part->span);
}

Expr* Body::join(Expr* left, Expr* right, Span span) {
    left = text(left);
    right = text(right);
    if (is_error(left) || is_error(right)) return error(span);
    ConcatExpr* chain = nullptr;
    if (left->kind == ExprKind::Concat) {
        // The chain grows in place: nobody else holds this node, and 50,000 parts are added one by one.
        chain = as<ConcatExpr>(left);
        chain->span = span;
    } else {
        chain = node<ConcatExpr>(Types::String, span, std::vector<Expr*>{left});
    }
    add_part(chain->parts, right);
    if (chain->parts.size() == 1) {
        chain->parts[0]->span = span;
        return chain->parts[0];
    }
    return chain;
}

Expr* Body::interpolation(const ast::Interpolation& e) {
    std::vector<Expr*> parts;
    bool has_error = false;
    for (const ast::InterpolationPart& part : e.parts) {
        Expr* value =
            part.value ? hole(part) : literal(Types::String, part.span, std::string(part.text));
        if (is_error(value)) has_error = true;
        if (!has_error) add_part(parts, value);
    }
    if (has_error) return error(e.span);
    if (parts.empty()) return literal(Types::String, e.span, std::string());
    if (parts.size() == 1) {
        // $"{s}" is never null; the texts of strings, objects and structs may be.
        bool is_text = parts[0]->kind == ExprKind::ToText;
        TypeId of = is_text ? as<ToTextExpr>(parts[0])->operand->type : TypeId(Types::String);
        bool may_be_null = types_.is_nullable(of) || types_.is(of, TypeKind::Struct);
        if (parts[0]->kind == ExprKind::Literal || !may_be_null) return parts[0];
        parts.push_back(literal(Types::String, e.span, std::string()));
    }
    return node<ConcatExpr>(Types::String, e.span, std::move(parts));
}

namespace {

// {e:D} and {e:X} show the number behind an enum, the latter with all its digits; all other formats
// mean its name.
bool is_number_of_enum(std::string& format) {
    if (format == "X" || format == "x") format += "8";
    return format == "D" || format == "d" || format == "X8" || format == "x8";
}

// {e:F2} of an object: what is in its box says what the format means.
Expr* formatted_object(Checker& c, Expr* e, std::string format, Span span) {
    FunctionInfo* f = c.library_function("TextFormat", "Of");
    if (!f) return c.error_expr(span);
    c.ensure_signature(*f);
    std::vector<Argument> arguments{
        {c.coerce(e, c.object_type()), false, false},
        {c.literal(Types::String, span, std::move(format)), false, false}};
    return c.node<CallExpr>(Types::String, span, f->function, nullptr, false, std::move(arguments));
}

}  // namespace

Expr* Body::hole(const ast::InterpolationPart& part) {
    Expr* value = expr(*part.value);
    if (is_error(value)) return value;
    int alignment = 0;
    if (part.alignment) {
        Expr* width = constant(*part.alignment, Types::Int);
        if (is_error(width)) return width;
        alignment = static_cast<int>(std::get<int64_t>(as<LiteralExpr>(width)->value));
    }
    if (alignment == 0 && part.format.empty()) return text(value);
    if (value->type == Types::Void) return text(value);
    if (value->type == Types::UntypedReal) value = c_.settle(value, Types::Double);
    if (types_.is(value->type, TypeKind::Array) || types_.is(value->type, TypeKind::Pointer))
        value = text(value);
    std::string format(part.format);
    if (types_.is(value->type, TypeKind::Enum)) {
        if (is_number_of_enum(format)) value = c_.numeric(value, Types::Int);
    } else if (Expr* made = format.empty() ? nullptr : format_method(value, format, part.span)) {
        value = made;
        format.clear();
    } else if (!format.empty() && types_.is(value->type, TypeKind::Class)) {
        value = formatted_object(c_, value, std::move(format), part.span);
        format.clear();
    }
    return node<ToTextExpr>(Types::String, part.span, value, std::move(format), alignment, false);
}

// `{value:format}` where the type declares `string ToString(string)`: a call of that, unless the
// value is null. Null where it does not.
Expr* Body::format_method(Expr* value, std::string_view format, Span span) {
    const TypeInfo* info = c_.info_of(value->type);
    if (!info || info->enum_syntax) return nullptr;
    for (FunctionInfo* f : c_.methods_named(*info, "ToString")) {
        const Function& function = *f->function;
        bool takes_format = !f->is_static && !f->generic && function.params.size() == 1 &&
                            function.params[0]->kind == LocalKind::Parameter &&
                            function.params[0]->type == Types::String &&
                            c_.result_of(*f) == Types::String;
        if (!takes_format || !may_access(f->access, *f->owner, value)) continue;
        Lets lets;
        Expr* kept = keep(value, "formatted", lets);
        Expr* receiver = c_.coerce(kept, f->owner->type);
        note_struct_call(receiver, f->function);
        Expr* words = literal(Types::String, span, std::string(format));
        Expr* call = node<CallExpr>(Types::String, span, f->function, receiver, function.is_virtual,
                                    std::vector<Argument>{{words, false, false}});
        if (types_.is_nullable(value->type))
            call = node<ConditionalExpr>(Types::String, span, is_not_null(kept), call,
                                         literal(Types::String, span, std::monostate{}));
        return let(lets, call);
    }
    return nullptr;
}

// e.ToString() and e.ToString("F2") of a value that has no method of that name.
Expr* Body::to_string(Expr* e, const CallArgs& args, Span span) {
    if (e->type == Types::UntypedReal) e = c_.settle(e, Types::Double);
    if (e->type == Types::Void) return text(e);
    if (args.has_error) return error(span);
    std::string format;
    if (!args.values.empty()) {
        const auto* value = args.values[0] && args.values[0]->kind == ExprKind::Literal
                                ? as<LiteralExpr>(args.values[0])
                                : nullptr;
        const auto* words = value ? std::get_if<std::string>(&value->value) : nullptr;
        if (args.values.size() > 1 || !words)
            return not_supported("'ToString' with these arguments", args.span);
        format = *words;
    }
    if (format.empty() && e->kind == ExprKind::Literal) {
        Expr* folded = c_.text_of(e);
        return literal(Types::String, span, as<LiteralExpr>(folded)->value);
    }
    return node<ToTextExpr>(Types::String, span, e, std::move(format), 0, true);
}

}  // namespace dream::checker
