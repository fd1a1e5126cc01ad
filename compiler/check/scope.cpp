// Scopes and lookup: which declaration a name means, who may use it, and what was probably meant.
//
// From inside out: blocks, the members of the type and its bases, what surrounds the type, the
// program or module, what it imports, the library. The first scope that knows a name decides, so a user's `Console` hides the
// library's; files of the library never see the program's names.
#include <algorithm>

#include "check/checker.h"

namespace dream::checker {

Scope* Checker::new_scope(Scope* parent) {
    Scope* scope = arena.make<Scope>();
    scope->parent = parent;
    if (parent) scope->specialisation = parent->specialisation;
    return scope;
}

Symbol* Checker::lookup(std::string_view name, const Scope* scope) const {
    for (; scope; scope = scope->parent) {
        Symbol* found = scope->type ? find_member(*scope->type, name) : scope->find(name);
        if (!found && scope->module) found = scope->module->find_imported(name);
        if (found) return found;
    }
    return nullptr;
}

Symbol* Checker::find_member(const TypeInfo& info, std::string_view name) const {
    for (const TypeInfo* type = &info; type; type = type->base)
        if (Symbol* found = type->scope->find(name)) return found;
    // An abstract class has what its interfaces declare, implemented or not.
    for (const TypeInfo* type = &info; type && type->is_abstract; type = type->base)
        for (const TypeInfo* interface : type->interfaces)
            if (Symbol* found = find_member(*interface, name)) return found;
    return nullptr;
}

std::vector<FunctionInfo*> Checker::methods_named(const TypeInfo& info,
                                                  std::string_view name) {
    std::vector<FunctionInfo*> found;
    auto add = [&](FunctionInfo* candidate) {
        bool is_hidden = std::any_of(found.begin(), found.end(), [&](const FunctionInfo* f) {
            return same_parameters(*f->function, *candidate->function);
        });
        if (!is_hidden) found.push_back(candidate);
    };
    for (const TypeInfo* type = &info; type; type = type->base) {
        Symbol* symbol = type->scope->find(name);
        if (!symbol) continue;
        if (symbol->kind != SymbolKind::Functions) return found;  // hides those further up
        for (FunctionInfo* candidate : symbol->functions) {
            ensure_signature(*candidate);
            add(candidate);
        }
    }
    for (const TypeInfo* type = &info; type && type->is_abstract; type = type->base)
        for (const TypeInfo* interface : type->interfaces)
            for (FunctionInfo* candidate : methods_named(*interface, name)) add(candidate);
    FunctionInfo* of_every_object = info.class_ ? object_method(name) : nullptr;
    if (of_every_object) add(of_every_object);
    return found;
}

TypeInfo* Checker::info_of(TypeId type) const {
    auto it = type_infos.find(type);
    return it == type_infos.end() ? nullptr : it->second;
}

TypeInfo* Checker::home_of(TypeId type) const {
    std::string_view name;
    switch (types.kind(type)) {
        case TypeKind::Bool: name = "Boolean"; break;
        case TypeKind::Char: name = "Char"; break;
        case TypeKind::Byte: name = "Byte"; break;
        case TypeKind::Int: name = "Int32"; break;
        case TypeKind::Long: name = "Int64"; break;
        case TypeKind::Float: name = "Single"; break;
        case TypeKind::Double: name = "Double"; break;
        case TypeKind::String: name = "String"; break;
        case TypeKind::Array: name = "Array"; break;
        case TypeKind::Error:
        case TypeKind::Void:
        case TypeKind::Null:
        case TypeKind::Pointer:
        case TypeKind::Function:
        case TypeKind::Class:
        case TypeKind::Struct:
        case TypeKind::Enum: return nullptr;
    }
    const Symbol* home = library->find(name);
    return home ? home->info : nullptr;
}

namespace {

// What is made of one generic declaration is one type where access is concerned.
bool is_same_declaration(const TypeInfo& a, const TypeInfo& b) {
    return &a == &b || (a.syntax && a.syntax == b.syntax);
}

}  // namespace

TypeInfo* Checker::type_around(const Scope* scope) const {
    while (scope && !scope->type) scope = scope->parent;
    return scope ? scope->type : nullptr;
}

// `type` is what `base` declares, or derives from that.
bool Checker::is_made_of(TypeId type, const TypeInfo& base) const {
    for (const TypeInfo* t = info_of(type); t; t = t->base)
        if (is_same_declaration(*t, base)) return true;
    return false;
}

// `from` is the type whose code asks, null outside types. Code of a nested type may use what the
// types around it may. What is protected is used on instances of the type itself: of `through`, where
// that is known.
bool Checker::can_access(Access access, const TypeInfo* owner, const TypeInfo* from,
                         TypeId through) const {
    if (access == Access::Public) return true;
    while (from) {
        if (is_same_declaration(*from, *owner)) return true;
        bool is_heir = access == Access::Protected && types.is_subclass(from->type, owner->type);
        if (is_heir && (!through.valid() || is_made_of(through, *from))) return true;
        from = type_around(from->scope->parent);
    }
    return false;
}

void Checker::suggest(diag::Diagnostic& report, std::string_view name, Span span,
                      const std::vector<std::string_view>& candidates) const {
    std::string_view near = diag::closest(name, candidates);
    if (near.empty()) return;
    report.note<diag::DidYouMean>(span, near).fix(span, std::string(near));
}

std::vector<std::string_view> Checker::visible_names(const Scope* scope, bool types_only) const {
    std::vector<std::string_view> names;
    auto add = [&](const Scope& from) {
        for (const auto& [name, symbol] : from.names)
            if (!types_only || symbol->kind == SymbolKind::Type) names.push_back(name);
    };
    for (; scope; scope = scope->parent) {
        add(*scope);
        if (scope->unread) {
            std::vector<std::string_view> more = library_files_->names(types_only);
            names.insert(names.end(), more.begin(), more.end());
        }
        if (scope->module)
            for (const auto& [name, symbol] : scope->module->imported)
                if (!types_only || symbol->kind == SymbolKind::Type) names.push_back(name);
        if (scope->module && !types_only)
            for (const ImportInfo& import : scope->module->imports)
                names.push_back(import.name.substr(import.name.rfind('.') + 1));
        if (!scope->type) continue;
        for (const TypeInfo* base = scope->type->base; base; base = base->base) add(*base->scope);
    }
    // The library's own building blocks are nobody's spelling mistake.
    std::erase_if(names, [](std::string_view name) { return name.starts_with("dr_"); });
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string_view> Checker::member_names(TypeId type) {
    // Extension methods may be anywhere; when nobody hears of the mistake, they are not searched for.
    if (library_files_ && sink == real_sink) read_library(library_files_->rest());
    std::vector<std::string_view> names{"ToString"};
    const TypeInfo* info = info_of(type);
    if (!info) info = home_of(type);
    for (; info; info = info->base)
        for (const auto& [name, symbol] : info->scope->names) names.push_back(name);
    if (types.is(type, TypeKind::String) || types.is(type, TypeKind::Array))
        names.push_back("Length");
    // LINQ's methods are those of lists, and of all that becomes one (sequences.cpp).
    const TypeInfo* declared = info_of(type);
    bool is_sequence = types.is(type, TypeKind::String) || types.is(type, TypeKind::Array) ||
                       (declared && declared->is_library && declared->scope->specialisation);
    for (const auto& [name, functions] : extensions)
        for (const FunctionInfo* f : functions)
            if (is_sequence ||
                (!f->function->params.empty() && f->function->params[0]->type == type))
                names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace dream::checker
