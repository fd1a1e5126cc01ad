// Properties and indexers, declared: a function for each accessor, and the field of an automatic
// property. An accessor is a method like any other from here on, so `virtual`, `override` and
// `abstract` need nothing of their own; only its name is in no scope.
#include "check/checker.h"

namespace dream::checker {

using ast::Modifier;

namespace {

ast::List<ast::Param> with_value(Arena& arena, const ast::List<ast::Param>& params,
                                 const ast::Param& value) {
    auto* all = arena.make<std::vector<ast::Param>>(params.begin(), params.end());
    all->push_back(value);
    return {all->data(), static_cast<uint32_t>(all->size())};
}

constexpr std::initializer_list<Modifier> kPropertyModifiers = {
    Modifier::Public,  Modifier::Private,  Modifier::Protected, Modifier::Static,
    Modifier::Virtual, Modifier::Override, Modifier::Abstract,  Modifier::Sealed};

std::string_view word_of(const PropertyInfo& property, const FunctionInfo* accessor) {
    return accessor == property.getter ? "get" : "set";
}

}  // namespace

void Checker::declare_property(TypeInfo& info, const ast::Property& decl, Group& group) {
    if (info.is_interface)
        check_modifiers(decl, {Modifier::Public, Modifier::Abstract});
    else if (info.struct_)
        check_modifiers(decl, {Modifier::Public, Modifier::Private, Modifier::Static});
    else
        check_modifiers(decl, kPropertyModifiers);
    PropertyInfo& property = *arena.make<PropertyInfo>();
    property.name = decl.is_indexer ? "this" : decl.name.text;
    property.span = decl.name.span;
    property.syntax = &decl;
    property.owner = &info;
    property.access = access_of(decl.modifiers);
    property.is_static = decl.modifiers.has(Modifier::Static);
    property.has_getter = decl.getter.exists;
    property.getter = declare_accessor(property, true, group);
    if (decl.setter.exists) property.setter = declare_accessor(property, false, group);
    bool is_abstract = info.is_interface || decl.modifiers.has(Modifier::Abstract);
    bool is_auto = !decl.is_indexer && !is_abstract &&
                   decl.getter.exists && !decl.getter.has_body() && !decl.setter.has_body();
    if (is_auto) declare_property_field(property, group);
    check_accessors(property);
    if (decl.is_indexer) {
        info.indexers.push_back(&property);
    } else if (Symbol* symbol =
                   add_symbol(*info.scope, SymbolKind::Property, decl.name.text, decl.name.span)) {
        symbol->property = &property;
        symbol->access = property.access;
    }
}

// An accessor is a function that the source spells in another way. A getter that nobody wrote gets
// its signature all the same: overloads of indexers are told apart by it.
FunctionInfo* Checker::declare_accessor(PropertyInfo& property, bool is_getter, Group& group) {
    const ast::Property& decl = *property.syntax;
    const ast::Accessor& accessor = is_getter ? decl.getter : decl.setter;
    auto* f = arena.make<ast::Function>();
    f->span = accessor.exists ? accessor.span : decl.span;
    f->head_span = decl.name.span;
    f->modifiers.span = decl.modifiers.span;
    for (Modifier word : kPropertyModifiers)
        if (decl.modifiers.has(word)) f->modifiers.set(word);
    std::string_view base = decl.is_indexer ? "Item" : decl.name.text;
    f->name = {arena.keep((is_getter ? "get_" : "set_") + std::string(base)), decl.name.span};
    f->params = decl.params;
    f->body = accessor.body;
    f->expr = accessor.expr;
    if (is_getter) {
        f->result = decl.type;
    } else {
        f->result = arena.make<ast::PredefinedType>();  // void
        f->result->span = decl.type->span;
        ast::Param value;
        value.type = decl.type;
        value.name = {"value", decl.name.span};
        value.span = decl.name.span;
        f->params = with_value(arena, decl.params, value);
    }
    FunctionInfo* info = new_function(*f, *property.owner->scope, property.owner);
    info->property = &property;
    info->shown_name = property.name;
    if (access_of(accessor.modifiers) != Access::Public)
        info->access = access_of(accessor.modifiers);
    group.functions.push_back(info);
    if (accessor.exists) property.owner->methods.push_back(info);
    return info;
}

// The field has the name of the property, and its initial value.
void Checker::declare_property_field(PropertyInfo& property, Group& group) {
    const ast::Property& decl = *property.syntax;
    TypeInfo& info = *property.owner;
    auto* variable = arena.make<ast::Variable>();
    variable->name = decl.name;
    variable->type = decl.type;
    variable->initial = decl.initial;
    variable->span = decl.initial ? cover(decl.name.span, decl.initial->span) : decl.name.span;
    if (property.is_static) {
        property.global = add_static_field(info, *variable, group);
        return;
    }
    Symbol* field = arena.make<Symbol>();
    field->kind = SymbolKind::Field;
    field->name = decl.name.text;
    field->span = decl.name.span;
    field->owner = &info;
    field->index = static_cast<int>(info.fields.size());
    property.field = field;
    info.fields.push_back({variable, field, true});
}

void Checker::check_accessors(const PropertyInfo& property) {
    const ast::Property& decl = *property.syntax;
    if (!decl.getter.exists && !decl.setter.exists)
        sink->report<diag::NoAccessors>(property.span, property.name);
    if (decl.initial && !property.is_auto())
        sink->report<diag::InitialNotAutomatic>(decl.initial->span, property.name);
    for (const ast::Param& param : decl.params)
        if (param.mode != ast::PassMode::Value)
            sink->report<diag::PassedByValue>(param.span, param.name.text, "indexer");
    if (decl.is_indexer && property.is_static)
        sink->report<diag::ModifierNotAllowed>(decl.modifiers.span, "static");
    for (const FunctionInfo* f : {property.getter, property.setter}) {
        const ast::Accessor& accessor = f == property.getter ? decl.getter : decl.setter;
        if (!f || !accessor.exists) continue;
        for (Modifier word : {Modifier::Static, Modifier::Virtual, Modifier::Override,
                              Modifier::Abstract, Modifier::Sealed, Modifier::Public})
            if (accessor.modifiers.has(word))
                sink->report<diag::ModifierNotAllowed>(accessor.modifiers.span,
                                                       ast::spelling(word));
        bool is_narrower = f->access > property.access && property.has_getter && property.setter;
        if (access_of(accessor.modifiers) != Access::Public && !is_narrower)
            sink->report<diag::WiderAccessor>(accessor.modifiers.span, word_of(property, f),
                                              property.name);
        bool lacks_body = !accessor.has_body() && !property.is_auto() && !f->function->is_abstract;
        if (!lacks_body) continue;
        sink->report<diag::AccessorNeedsBody>(accessor.span, word_of(property, f), property.name,
                                              decl.is_indexer       ? "an indexer has no field"
                                              : property.has_getter ? "the other one has one"
                                                                    : "nothing could read it");
    }
}

}  // namespace dream::checker
