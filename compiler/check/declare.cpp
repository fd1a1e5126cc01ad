// Syntax -> symbols: every declaration gets a name in its scope and an empty record of what it
// declares. Nothing is looked up here, so the order of declarations does not matter.
#include <algorithm>

#include "check/checker.h"

namespace dream::checker {

using ast::Modifier;

Symbol* Checker::add_symbol(Scope& scope, SymbolKind kind, std::string_view name, Span span) {
    if (name.empty()) name = "<missing>";  // reported by the parser; found by nobody
    if (Symbol* earlier = scope.find(name)) {
        if (kind == SymbolKind::Functions && earlier->kind == SymbolKind::Functions) return earlier;
        if (name != "<missing>")
            sink->report<diag::DuplicateName>(span, name)
                .note<diag::DeclaredHere>(earlier->span, name);
        return nullptr;
    }
    Symbol* symbol = arena.make<Symbol>();
    symbol->kind = kind;
    symbol->name = name;
    symbol->span = span;
    symbol->owner = scope.type;
    scope.names[name] = symbol;
    return symbol;
}

Access access_of(const ast::Modifiers& modifiers) {
    if (modifiers.has(Modifier::Private)) return Access::Private;
    if (modifiers.has(Modifier::Protected)) return Access::Protected;
    return Access::Public;
}

std::string_view spelling(Access access) {
    return access == Access::Private     ? "private"
           : access == Access::Protected ? "protected"
                                         : "public";
}

void Checker::declare_all(const ast::List<ast::Stmt*>& stmts, Scope& scope, bool is_top_level,
                          Group& group) {
    for (const ast::Stmt* s : stmts)
        if (const auto* decl = ast::try_as<ast::DeclStmt>(s))
            declare(*decl->decl, scope, is_top_level, group);
}

void Checker::declare(const ast::Decl& decl, Scope& scope, bool is_top_level, Group& group) {
    switch (decl.kind) {
        case ast::DeclKind::Variables:
            if (is_top_level) declare_variables(ast::as<ast::Variables>(decl), scope, group);
            return;
        case ast::DeclKind::Function:
            declare_function(ast::as<ast::Function>(decl), scope, nullptr, group);
            return;
        case ast::DeclKind::TypeDecl:
            declare_type(ast::as<ast::TypeDecl>(decl), scope, group);
            return;
        case ast::DeclKind::EnumDecl:
            declare_enum(ast::as<ast::EnumDecl>(decl), scope, group);
            return;
        case ast::DeclKind::Typedef: {
            const auto& alias = ast::as<ast::Typedef>(decl);
            Symbol* symbol = add_symbol(scope, SymbolKind::Type, alias.name.text, alias.name.span);
            if (!symbol) return;
            symbol->alias = &alias;
            symbol->scope = &scope;
            group.aliases.push_back(symbol);
            return;
        }
        case ast::DeclKind::Property: return;  // reported by the parser
        case ast::DeclKind::Module:
        case ast::DeclKind::Import: not_supported("a module", decl.span); return;
        case ast::DeclKind::ErrorDecl: return;
    }
}

Symbol* Checker::add_const(Scope& scope, const ast::Variable& variable, Group* group) {
    Symbol* symbol = add_symbol(scope, SymbolKind::Const, variable.name.text, variable.name.span);
    if (!symbol) return nullptr;
    ConstInfo* info = arena.make<ConstInfo>();
    info->name = variable.name.text;
    info->span = variable.name.span;
    info->type = variable.type;
    info->value = variable.initial;
    info->scope = &scope;
    symbol->constant = info;
    if (group) group->constants.push_back(info);
    return symbol;
}

// At the top level: variables are globals.
void Checker::declare_variables(const ast::Variables& decl, Scope& scope, Group& group) {
    check_modifiers(decl, {Modifier::Const, Modifier::Static, Modifier::Public, Modifier::Private});
    for (const ast::Variable& item : decl.items) {
        if (decl.modifiers.has(Modifier::Const)) {
            add_const(scope, item, &group);
            continue;
        }
        Symbol* symbol = add_symbol(scope, SymbolKind::Global, item.name.text, item.name.span);
        if (!symbol) continue;
        GlobalInfo* info = arena.make<GlobalInfo>();
        info->global = arena.make<Global>();
        info->global->name = item.name.text;
        info->global->span = item.name.span;
        info->syntax = &item;
        info->scope = &scope;
        info->is_library = is_library(item.name.span);
        symbol->global = info;
        group.globals.push_back(info);
        program.globals.push_back(info->global);
    }
}

FunctionInfo* Checker::declare_function(const ast::Function& decl, Scope& scope, TypeInfo* owner,
                                        Group& group) {
    if (decl.function_kind == ast::FunctionKind::Operator)
        return declare_operator(decl, owner, group);
    FunctionInfo* info = nullptr;
    if (decl.type_params.empty()) {
        info = make_function(decl, scope, owner, group);
    } else {
        info = declare_generic(decl.name, nullptr, &decl, scope, owner, group)->function;
    }
    if (decl.function_kind != ast::FunctionKind::Function) return info;
    Symbol* symbol = add_symbol(scope, SymbolKind::Functions, decl.name.text, decl.name.span);
    if (symbol) symbol->functions.push_back(info);
    return info;
}

// The function itself, without a name in its scope.
FunctionInfo* Checker::make_function(const ast::Function& decl, Scope& scope, TypeInfo* owner,
                                     Group& group) {
    if (owner && owner->is_interface)
        check_modifiers(decl, {Modifier::Public, Modifier::Abstract, Modifier::Static});
    else if (owner && owner->struct_)
        check_modifiers(decl, {Modifier::Public, Modifier::Private, Modifier::Static,
                               Modifier::Override});
    else if (owner)
        check_modifiers(
            decl, {Modifier::Public, Modifier::Private, Modifier::Protected, Modifier::Static,
                   Modifier::Virtual, Modifier::Override, Modifier::Abstract, Modifier::Sealed});
    else
        check_modifiers(decl,
                        {Modifier::Static, Modifier::Extern, Modifier::Public, Modifier::Private});

    FunctionInfo* info = new_function(decl, scope, owner);
    group.functions.push_back(info);
    return info;
}

// The record of a function, in no scope yet.
FunctionInfo* Checker::new_function(const ast::Function& decl, Scope& scope, TypeInfo* owner) {
    bool is_constructor = decl.function_kind == ast::FunctionKind::Constructor;
    bool is_destructor = decl.function_kind == ast::FunctionKind::Destructor;
    bool is_extern = decl.modifiers.has(Modifier::Extern);
    FunctionInfo* info = arena.make<FunctionInfo>();
    Function* f = arena.make<Function>();
    info->function = f;
    info->shown_name = decl.name.text;
    info->syntax = &decl;
    info->scope = &scope;
    info->owner = owner;
    info->access = access_of(decl.modifiers);
    info->is_static = !owner || decl.modifiers.has(Modifier::Static);
    info->is_sealed = decl.modifiers.has(Modifier::Sealed);
    f->name = decl.name.text;
    f->span = decl.name.span;
    f->is_library = is_library(decl.name.span);
    if (owner) f->owner = owner->type;
    f->kind = is_extern         ? (f->is_library ? FunctionKind::Runtime : FunctionKind::Extern)
              : is_constructor  ? FunctionKind::Constructor
              : is_destructor   ? FunctionKind::Destructor
              : info->is_static ? FunctionKind::Free
                                : FunctionKind::Method;
    bool is_of_interface = owner && owner->is_interface && f->kind == FunctionKind::Method;
    bool has_body = decl.body || decl.expr;
    f->is_abstract = decl.modifiers.has(Modifier::Abstract) || (is_of_interface && !has_body);
    // Every class has a virtual ToString, whether its own one says so or not.
    bool is_to_string = owner && owner->class_ && f->kind == FunctionKind::Method &&
                        f->name == "ToString" && decl.params.empty();
    bool is_of_struct = owner && owner->struct_;  // its `override` is about what every object has
    f->is_virtual = !is_of_struct &&
                    (f->is_abstract || is_of_interface || decl.modifiers.has(Modifier::Virtual) ||
                     decl.modifiers.has(Modifier::Override) || is_to_string);
    f->is_specialised = is_on_demand(*info);
    info->is_extension = f->is_library && owner && info->is_static && !decl.params.empty() &&
                         decl.params[0].is_this;
    if (info->is_extension && !f->is_specialised) extensions[f->name].push_back(info);
    function_infos[f] = info;
    return info;
}

// ---- types ---------------------------------------------------------------------------------------

void Checker::declare_type(const ast::TypeDecl& decl, Scope& scope, Group& group) {
    Symbol* symbol = add_symbol(scope, SymbolKind::Type, decl.name.text, decl.name.span);
    if (symbol) symbol->access = access_of(decl.modifiers);
    if (!decl.type_params.empty()) {
        Specialisation* form = declare_generic(decl.name, &decl, nullptr, scope, nullptr, group);
        if (symbol) symbol->generic = form->generic;
        if (symbol) symbol->type = Types::Error;
        return;
    }
    // A type inside a specialisation is one of its own for each.
    std::string name(decl.name.text);
    if (scope.specialisation && scope.type) name = name_of(scope.type->type) + "." + name;
    TypeInfo* info = make_type(decl, scope, arena.keep(name), group);
    if (symbol) symbol->type = info->type;
    if (symbol) symbol->info = info;
}

// The type itself, without a name in its scope.
TypeInfo* Checker::make_type(const ast::TypeDecl& decl, Scope& scope, std::string_view name,
                             Group& group) {
    bool is_interface = decl.type_kind == ast::TypeDeclKind::Interface;
    bool is_class = decl.type_kind == ast::TypeDeclKind::Class || is_interface;
    if (is_class && !is_interface)
        check_modifiers(decl, {Modifier::Public, Modifier::Private, Modifier::Protected,
                               Modifier::Static, Modifier::Abstract, Modifier::Sealed});
    else
        check_modifiers(decl, {Modifier::Public, Modifier::Private, Modifier::Protected});
    TypeInfo* info = arena.make<TypeInfo>();
    info->type = types.add_nominal(is_class ? TypeKind::Class : TypeKind::Struct, name,
                                   decl.name.span);
    info->name = decl.name.text;
    info->span = decl.name.span;
    info->syntax = &decl;
    if (Specialisation* specialisation = scope.specialisation) {
        bool is_own = specialisation->generic->type_syntax == &decl;
        if (is_own) specialisation->type = info;
        Nominal& nominal = types.nominal(info->type);
        nominal.is_open = specialisation->is_open;
        for (TypeId arg : specialisation->args)
            nominal.nesting = std::max(nominal.nesting, types.nesting(arg) + 1);
    }
    info->scope = new_scope(&scope);
    info->scope->type = info;
    info->is_library = is_library(decl.name.span);
    info->is_static = decl.modifiers.has(Modifier::Static);
    info->is_interface = is_interface;
    info->is_abstract = is_interface || decl.modifiers.has(Modifier::Abstract);
    info->is_sealed = decl.modifiers.has(Modifier::Sealed);
    types.nominal(info->type).is_interface = is_interface;
    types.nominal(info->type).is_library = info->is_library;
    types.nominal(info->type).shown_name = shown_name_in_library(*info);
    types.nominal(info->type).is_abstract = info->is_abstract || info->is_static;
    if (is_class) {
        info->class_ = arena.make<Class>();
        info->class_->type = info->type;
    } else {
        info->struct_ = arena.make<Struct>();
        info->struct_->type = info->type;
    }
    type_infos[info->type] = info;
    all_types.push_back(info);
    group.types.push_back(info);
    declare_members(*info, group);
    return info;
}

void Checker::declare_enum(const ast::EnumDecl& decl, Scope& scope, Group& group) {
    check_modifiers(decl, {Modifier::Public, Modifier::Private, Modifier::Protected});
    Symbol* symbol = add_symbol(scope, SymbolKind::Type, decl.name.text, decl.name.span);
    if (decl.base) not_supported("the underlying type of an enum", decl.base->span);
    TypeInfo* info = arena.make<TypeInfo>();
    std::string_view type_name = decl.name.text;
    if (scope.specialisation && scope.type)
        type_name = arena.keep(name_of(scope.type->type) + "." + std::string(type_name));
    info->type = types.add_nominal(TypeKind::Enum, type_name, decl.name.span);
    info->name = decl.name.text;
    info->span = decl.name.span;
    info->enum_syntax = &decl;
    info->scope = new_scope(&scope);
    info->scope->type = info;
    info->is_library = is_library(decl.name.span);
    Nominal& nominal = types.nominal(info->type);
    nominal.is_library = info->is_library;
    for (const ast::EnumMember& member : decl.members) {
        Symbol* value =
            add_symbol(*info->scope, SymbolKind::Enumerator, member.name.text, member.name.span);
        if (value) value->index = static_cast<int>(nominal.enumerators.size());
        nominal.enumerators.push_back({member.name.text, 0, member.name.span});
    }
    if (symbol) {
        symbol->type = info->type;
        symbol->info = info;
        symbol->access = access_of(decl.modifiers);
    }
    type_infos[info->type] = info;
    group.types.push_back(info);
    bool is_open = scope.specialisation && scope.specialisation->is_open;
    types.nominal(info->type).is_open = is_open;
    if (!is_open) program.enums.push_back(info->type);
}

void Checker::declare_members(TypeInfo& info, Group& group) {
    for (const ast::Decl* member : info.syntax->members) {
        switch (member->kind) {
            case ast::DeclKind::Variables:
                declare_fields(info, ast::as<ast::Variables>(*member), group);
                break;
            case ast::DeclKind::Function: {
                const auto& decl = ast::as<ast::Function>(*member);
                FunctionInfo* f = declare_function(decl, *info.scope, &info, group);
                if (!f) break;
                if (f->function->kind == FunctionKind::Constructor)
                    declare_constructor(info, *f);
                else if (f->function->kind == FunctionKind::Destructor && info.destructor)
                    sink->report<diag::DuplicateName>(f->function->span,
                                                      "~" + std::string(info.name))
                        .note<diag::DeclaredHere>(info.destructor->function->span,
                                                  "~" + std::string(info.name));
                else if (f->function->kind == FunctionKind::Destructor)
                    info.destructor = f;
                else
                    info.methods.push_back(f);
                break;
            }
            case ast::DeclKind::Property:
                declare_property(info, ast::as<ast::Property>(*member), group);
                break;
            case ast::DeclKind::TypeDecl:
            case ast::DeclKind::EnumDecl:
            case ast::DeclKind::Typedef:
            case ast::DeclKind::Module:
            case ast::DeclKind::Import:
            case ast::DeclKind::ErrorDecl: declare(*member, *info.scope, false, group); break;
        }
    }
    if (info.is_interface) check_interface_members(info);
    if (info.is_static) {
        for (const FunctionInfo* f : info.methods)
            if (!f->is_static && !is_second_accessor(*f))
                sink->report<diag::InstanceInStatic>(f->function->span, f->shown_name, info.name);
        for (const FieldInfo& field : info.fields)
            if (!field.is_of_property)
                sink->report<diag::InstanceInStatic>(field.symbol->span, field.symbol->name,
                                                     info.name);
        for (const FunctionInfo* f : info.constructors)
            sink->report<diag::InstanceInStatic>(f->function->span, f->function->name, info.name);
        if (!info.syntax->bases.empty())
            sink->report<diag::NotOfStatic>(info.syntax->bases[0]->span, info.name, "base or interface");
        if (info.destructor)
            sink->report<diag::NotOfStatic>(info.destructor->function->span, info.name, "destructor");
    }
    if (info.struct_ && info.destructor)
        sink->report<diag::StructDestructor>(info.destructor->function->span, info.name);
    if (info.class_ && info.destructor) types.nominal(info.type).has_destructor = true;
}

void Checker::declare_constructor(TypeInfo& info, FunctionInfo& f) {
    if (f.is_static) {
        not_supported("a static constructor", f.function->span);
        return;
    }
    if (info.struct_ && f.syntax->params.empty()) {
        sink->report<diag::StructDefaultConstructor>(f.function->span, info.name);
        return;
    }
    info.constructors.push_back(&f);
}

GlobalInfo* Checker::add_static_field(TypeInfo& info, const ast::Variable& syntax, Group& group) {
    GlobalInfo* global = arena.make<GlobalInfo>();
    global->global = arena.make<Global>();
    global->global->name = syntax.name.text;
    global->global->span = syntax.name.span;
    global->global->owner = info.type;
    global->syntax = &syntax;
    global->scope = info.scope;
    global->is_library = info.is_library;
    info.static_fields.push_back(global);
    group.globals.push_back(global);
    bool is_open = info.scope->specialisation && info.scope->specialisation->is_open;
    if (!is_open) program.globals.push_back(global->global);
    return global;
}

// Fields, static fields and constants of a class or struct.
void Checker::declare_fields(TypeInfo& info, const ast::Variables& decl, Group& group) {
    check_modifiers(decl, {Modifier::Public, Modifier::Private, Modifier::Protected,
                           Modifier::Static, Modifier::Const, Modifier::Readonly});
    for (const ast::Variable& item : decl.items) {
        Symbol* symbol = nullptr;
        if (decl.modifiers.has(Modifier::Const)) {
            symbol = add_const(*info.scope, item, &group);
        } else if (decl.modifiers.has(Modifier::Static)) {
            symbol = add_symbol(*info.scope, SymbolKind::Global, item.name.text, item.name.span);
            GlobalInfo* global = add_static_field(info, item, group);
            if (symbol) symbol->global = global;
        } else {
            symbol = add_symbol(*info.scope, SymbolKind::Field, item.name.text, item.name.span);
            if (symbol) {
                symbol->index = static_cast<int>(info.fields.size());
                info.fields.push_back({&item, symbol});
            }
        }
        if (!symbol) continue;
        symbol->access = access_of(decl.modifiers);
        symbol->is_readonly = decl.modifiers.has(Modifier::Readonly);
    }
}

}  // namespace dream::checker
