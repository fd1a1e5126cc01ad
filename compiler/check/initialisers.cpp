// What stands in braces behind `new`: `new T(args) { A = 1, B = { X = 2 }, [k] = v }` and
// `new L { 1, { 2, 3 } }`. The object is made, then each entry is a statement about it, in order: an
// assignment, or a call of Add. They are about a local of the expression, which gets its value last,
// so nobody sees an object that is not complete.
//
// Braces inside set or add to what the member holds. As in C#, the member is read anew for each
// entry in them, its indices are evaluated once.
#include "check/body.h"

namespace dream::checker {

Expr* Body::initialised(Expr* made, const ast::Initializer& entries) {
    if (is_error(made)) return made;
    bool is_object = types_.is(made->type, TypeKind::Class);
    Local* local = c_.arena.make<Local>(
        Local{"made", made->type, made->span, LocalKind::Variable, true, is_object});
    auto object = [&] { return node<LocalRefExpr>(made->type, made->span, local); };
    std::vector<Expr*> effects;
    add_entries(object, entries, effects);
    return let({{local, made}, {nullptr, sequence(effects, entries.span)}}, object());
}

// `object` makes a node for what the entries are about.
void Body::add_entries(const MakePlace& object, const ast::Initializer& entries,
                       std::vector<Expr*>& effects) {
    std::unordered_map<std::string_view, Span> names;
    bool may_add = true;  // a missing Add is reported once
    for (const ast::InitializerItem& item : entries.items) {
        auto [first, is_new] = names.emplace(item.name.text, item.name.span);
        if (!is_new && !item.name.empty())
            report<diag::InitialisedTwice>(item.name.span, item.name.text)
                .note<diag::FirstHere>(first->second);
        if (!item.is_element())
            add_member(object, item, effects);
        else if (may_add && !item.element.empty())
            may_add = add_element(object(), item, effects);
    }
}

void Body::add_member(const MakePlace& object, const ast::InitializerItem& item,
                      std::vector<Expr*>& effects) {
    const auto* nested = ast::try_as<ast::Initializer>(item.value);
    if (!nested) {
        Expr* target = initialised_member(object(), item, false);
        Expr* update =
            assign_to(target, *item.value, false, cover(target->span, item.value->span));
        if (!is_error(update)) effects.push_back(update);
        return;
    }
    Lets indices;
    MakePlace place = nested_place(object, item, indices);
    if (!place) return;
    std::vector<Expr*> inner;
    add_entries(place, *nested, inner);
    effects.push_back(let(indices, sequence(inner, nested->span)));
}

// The member that an entry is about. One that is only written needs no getter.
Expr* Body::initialised_member(Expr* object, const ast::InitializerItem& item, bool is_read) {
    bool has_name = !item.name.empty();
    Span span = has_name ? item.name.span
                         : cover(item.index[0].span, item.index[item.index.size() - 1].span);
    if (has_name && is_static_member(object, item.name)) {
        report<diag::InitialisesStatic>(span, item.name.text);
        return error(span);
    }
    Span before = written_property_;
    written_property_ = is_read ? Span{} : span;
    Expr* value = has_name ? value_of(value_member(object, item.name), span)
                           : index_of(object, item.index, span);
    written_property_ = before;
    if (!is_error(value)) value->span = span;
    return value;
}

bool Body::is_static_member(const Expr* object, const ast::Name& name) const {
    const TypeInfo* info = c_.info_of(object->type);
    const Symbol* symbol = info ? c_.find_member(*info, name.text) : nullptr;
    if (!symbol) return false;
    return symbol->kind == SymbolKind::Global || symbol->kind == SymbolKind::Const ||
           (symbol->kind == SymbolKind::Property && symbol->property->is_static);
}

// What the entries of `item`, which has braces, are about; its indices go to locals of `indices`.
// Null after a report.
Body::MakePlace Body::nested_place(const MakePlace& object, const ast::InitializerItem& item,
                                   Lets& indices) {
    Expr* first = initialised_member(object(), item, true);
    if (is_error(first)) return nullptr;
    if (!item.name.empty())
        return [this, &object, &item] { return initialised_member(object(), item, true); };
    if (first->kind == ExprKind::Index) {
        for (Expr*& index : as<IndexExpr>(first)->indices) index = bind(index, "index", indices);
        return [this, first, &object] {
            std::vector<Expr*> copies;
            for (Expr* index : as<IndexExpr>(first)->indices) copies.push_back(copy_place(index));
            return node<IndexExpr>(first->type, first->span, object(), std::move(copies));
        };
    }
    auto* get = as<CallExpr>(first);
    for (Argument& index : get->arguments) index.value = bind(index.value, "index", indices);
    return [this, get, &object] {
        std::vector<Argument> copies;
        for (const Argument& index : get->arguments)
            copies.push_back({copy_place(index.value), false, false});
        return node<CallExpr>(get->type, get->span, get->function,
                              c_.coerce(object(), get->function->owner), get->is_virtual,
                              std::move(copies));
    };
}

// `e` or `{ e, f }`: a call of Add. False if the type has none.
bool Body::add_element(Expr* object, const ast::InitializerItem& item,
                       std::vector<Expr*>& effects) {
    Span span = cover(item.element[0].span, item.element[item.element.size() - 1].span);
    const TypeInfo* info = c_.info_of(object->type);
    bool has_add = (info && c_.find_member(*info, "Add")) || !c_.extensions_named("Add").empty();
    if (!has_add) {
        report<diag::NoAdd>(span, name_of(object->type));
        return false;
    }
    Target t = value_member(object, {"Add", span});
    if (t.kind == Target::Kind::Value) report<diag::NotCallable>(span, name_of(t.value->type));
    if (t.kind != Target::Kind::Functions) return false;
    bool is_extension = t.functions[0]->is_extension;
    CallArgs args = check_args(item.element, span, t.functions, is_extension);
    if (is_extension) args.self = object;
    FunctionInfo* chosen =
        infer_candidates(t, args) ? choose(t.functions, args, t.name, span) : nullptr;
    Expr* call = chosen ? call_function(*chosen, t, args, span) : error(span);
    if (!is_error(call)) effects.push_back(call);
    return true;
}

}  // namespace dream::checker
