// Array literals, `new T[n]`, and variables whose type spells a size.
#include "check/body.h"

namespace dream::checker {

// The type that all elements fit; null elements fit any nullable one.
TypeId Body::common_element(std::vector<Expr*>& elements, Span span) {
    TypeId type;
    for (const Expr* e : elements) {
        if (is_error(e)) return Types::Error;
        if (!type.valid() || type == Types::Null) {
            bool fits_null = !type.valid() || types_.is_nullable(e->type);
            type = fits_null ? e->type : TypeId{};
        } else if (e->type != Types::Null || !types_.is_nullable(type)) {
            type = c_.common_type(type, e->type);
        }
        if (type.valid()) continue;
        report<diag::ElementTypes>(e->span, name_of(elements[0]->type), name_of(e->type));
        return Types::Error;
    }
    if (!type.valid() || type == Types::Null || type == Types::Void) {
        report<diag::EmptyLiteral>(span);
        return Types::Error;
    }
    return type == Types::UntypedReal ? Types::Float : type;
}

Expr* Body::array_literal(const ast::ArrayLiteral& e, TypeId expected) {
    bool has_type = expected.valid() && types_.is(expected, TypeKind::Array);
    if (expected == Types::Error) {
        for (const ast::Expr* element : e.elements) typed_expr(*element);
        return error(e.span);
    }
    if (expected.valid() && !has_type && e.has_braces) {
        report<diag::LiteralForOther>(e.span, name_of(expected));
        return error(e.span);
    }
    if (has_type && types_.rank(expected) > 1) return rectangular(e, expected);
    TypeId element = has_type ? types_.element(expected) : TypeId{};
    std::vector<Expr*> elements;
    for (const ast::Expr* item : e.elements) elements.push_back(expr(*item, element));
    if (!has_type) element = common_element(elements, e.span);
    bool has_error = element == Types::Error;
    for (Expr*& item : elements) {
        item = convert(item, element);
        has_error = has_error || is_error(item);
        note_kept(item);
    }
    if (has_error) return error(e.span);
    TypeId type = has_type ? expected : types_.array_of(element);
    return node<ArrayLiteralExpr>(type, e.span, std::move(elements), std::vector<int>{});
}

// {{1, 2}, {3, 4}} as int[,]: one list of elements, row by row.
Expr* Body::rectangular(const ast::ArrayLiteral& e, TypeId type) {
    std::vector<int> lengths(static_cast<size_t>(types_.rank(type)), -1);
    std::vector<Expr*> elements;
    if (!collect_rows(e, type, 0, lengths, elements)) return error(e.span);
    for (int& length : lengths) length = length < 0 ? 0 : length;
    return node<ArrayLiteralExpr>(type, e.span, std::move(elements), std::move(lengths));
}

bool Body::collect_rows(const ast::ArrayLiteral& e, TypeId type, size_t depth,
                        std::vector<int>& lengths, std::vector<Expr*>& elements) {
    int count = static_cast<int>(e.elements.size());
    if (lengths[depth] >= 0 && lengths[depth] != count) {
        report<diag::UnevenRows>(e.span, lengths[depth], count);
        return false;
    }
    lengths[depth] = count;
    bool is_fine = true;
    for (const ast::Expr* item : e.elements) {
        if (depth + 1 == lengths.size()) {
            elements.push_back(convert(expr(*item, types_.element(type)), types_.element(type)));
            is_fine = is_fine && !is_error(elements.back());
        } else if (const auto* row = ast::try_as<ast::ArrayLiteral>(item)) {
            is_fine = collect_rows(*row, type, depth + 1, lengths, elements) && is_fine;
        } else {
            report<diag::RowExpected>(item->span);
            is_fine = false;
        }
    }
    return is_fine;
}

Expr* Body::length(const ast::Expr& e) {
    Expr* value = convert(expr(e), Types::Int);
    const auto* constant = value->kind == ExprKind::Literal ? as<LiteralExpr>(value) : nullptr;
    if (!constant || is_error(value) || std::get<int64_t>(constant->value) >= 0) return value;
    report<diag::NegativeLength>(value->span);
    return error(value->span);
}

// The array that `int a[4]`, `int m[2][3]` or `new int[2, 3]` makes: a length for every sized
// dimension from the outside in.
Expr* Body::sized_array(const ast::Type& type, TypeId resolved, Span span) {
    std::vector<Expr*> lengths;
    bool has_error = resolved == Types::Error;
    const auto* array = ast::try_as<ast::ArrayType>(&type);
    while (array && array->is_sized()) {
        for (const ast::Expr* size : array->sizes) {
            lengths.push_back(length(*size));
            has_error = has_error || is_error(lengths.back());
        }
        const auto* inner = ast::try_as<ast::ArrayType>(array->element);
        bool mixes_ranks = inner && inner->is_sized() && (array->rank() > 1 || inner->rank() > 1);
        if (mixes_ranks) {
            c_.not_supported("a fixed size inside a rectangular array", inner->span);
            return error(span);
        }
        array = inner;
    }
    if (has_error) return error(span);
    return node<NewArrayExpr>(resolved, span, std::move(lengths));
}

// `int a[4] = {1, 2}`: the rest has its default, as in C; likewise in the rows of `int m[2][3]`.
Expr* Body::sized_literal(const ast::ArrayType& type, TypeId resolved, Expr* value) {
    if (value->kind != ExprKind::ArrayLiteral) return value;
    auto* list = as<ArrayLiteralExpr>(value);
    const auto* inner = ast::try_as<ast::ArrayType>(type.element);
    for (size_t i = 0; i < type.sizes.size(); ++i) {
        Expr* size = constant(*type.sizes[i], Types::Int);
        if (is_error(size)) return size;
        int64_t wanted = std::get<int64_t>(as<LiteralExpr>(size)->value);
        int64_t found =
            list->lengths.empty() ? static_cast<int64_t>(list->elements.size()) : list->lengths[i];
        bool may_fill_up = list->lengths.empty() && found < wanted && wanted <= 65536;
        if (wanted != found && !may_fill_up) {
            report<diag::WrongLength>(value->span, wanted, found);
            return error(value->span);
        }
        if (inner && inner->is_sized())
            for (Expr* row : list->elements)
                if (is_error(sized_literal(*inner, types_.element(resolved), row)))
                    return error(value->span);
        while (may_fill_up && static_cast<int64_t>(list->elements.size()) < wanted)
            list->elements.push_back(filler(*type.element, types_.element(resolved), value->span));
    }
    return value;
}

// What an element has that a list of fixed length leaves out: its default, or a row of defaults.
Expr* Body::filler(const ast::Type& type, TypeId element, Span span) {
    const auto* row = ast::try_as<ast::ArrayType>(&type);
    if (row && row->is_sized()) return sized_array(type, element, span);
    if (types_.is_nullable(element)) return literal(element, span, std::monostate{});
    if (types_.is_real(element)) return literal(element, span, 0.0);
    if (types_.is(element, TypeKind::Struct)) return node<DefaultExpr>(element, span);
    return literal(element, span, int64_t{0});
}

Expr* Body::new_array(const ast::NewArray& e, TypeId expected) {
    if (!e.type) {  // new[] {1, 2}
        if (!e.elements) return error(e.span);
        return array_literal(*e.elements,
                             types_.is(expected, TypeKind::Array) ? expected : TypeId{});
    }
    TypeId type = c_.resolve_type(*e.type, *scope_);
    if (!e.elements) {
        // The inner sizes of `new int[3][]` are not written.
        return sized_array(*e.type, type, e.span);
    }
    Expr* value = array_literal(*e.elements, type);
    if (is_error(value)) return value;
    value->span = e.span;
    if (!e.type->is_sized()) return value;
    auto* list = as<ArrayLiteralExpr>(value);
    for (size_t i = 0; i < e.type->sizes.size(); ++i) {
        Expr* size = constant(*e.type->sizes[i], Types::Int);
        if (is_error(size)) return size;
        int64_t wanted = std::get<int64_t>(as<LiteralExpr>(size)->value);
        int64_t found =
            list->lengths.empty() ? static_cast<int64_t>(list->elements.size()) : list->lengths[i];
        if (wanted == found) continue;
        report<diag::WrongLength>(e.elements->span, wanted, found);
        return error(e.span);
    }
    return value;
}

}  // namespace dream::checker
