// Modules: what each exports, what its importers see of it, and names with a module in front.
//
// A name means, after everything that the module itself declares, what one of its imports exports;
// two that export it make the bare name ambiguous. `a.b.f` and `b.f` name it in any case, unless
// something else is called `a` or `b` there. Symbols of overloaded functions are split: others see
// one that holds the exported functions alone.
#include <algorithm>

#include "check/checker.h"

namespace dream::checker {

// ---- building ------------------------------------------------------------------------------------

void Checker::make_modules() {
    auto make = [&](std::string_view name, Scope* scope) {
        ModuleInfo* module = arena.make<ModuleInfo>();
        module->name = name;
        module->scope = scope;
        scope->module = module;
        return module;
    };
    ModuleInfo* of_library = make("", library);
    ModuleInfo* of_program = make("", user);
    for (const ast::File* file : files_) {
        const Source& source = sources[file->source];
        ModuleInfo* module = source.is_library() ? of_library : of_program;
        if (!source.module().empty()) module = make(source.module(), new_scope(library));
        modules[file->source.index] = module;
    }
    for (const ast::File* file : files_) {
        ModuleInfo& importer = module_of(*file);
        for (const ast::Import* import : file->imports) {
            auto target = modules.find(import->source.index);
            if (!import->source.valid() || target == modules.end()) continue;
            std::string name;
            for (const ast::Name& part : import->name.parts)
                name += (name.empty() ? "" : ".") + std::string(part.text);
            ImportInfo info{arena.keep(name), target->second};
            // Two files of the program may import the same module, one file may not.
            bool is_repeated = std::any_of(
                file->imports.begin(), file->imports.end(), [&](const ast::Import* other) {
                    return other->source == import->source &&
                           other->span.begin < import->span.begin;
                });
            if (is_repeated)
                sink->report<diag::DuplicateImport>(import->name.span, info.name);
            importer.imports.push_back(info);
        }
    }
}

void Checker::link_modules() {
    for (const ast::File* file : files_)
        if (!sources[file->source].is_library()) collect_exports(*file, module_of(*file));
    for (const ast::File* file : files_) {
        ModuleInfo& module = module_of(*file);
        for (const ImportInfo& import : module.imports)
            for (const auto& [name, symbol] : import.module->exports) {
                Symbol*& entry = module.imported[name];
                if (!entry || entry == symbol) {
                    entry = symbol;
                    continue;
                }
                if (entry->kind != SymbolKind::Ambiguous) {
                    Symbol* both = arena.make<Symbol>();
                    both->kind = SymbolKind::Ambiguous;
                    both->name = name;
                    both->span = entry->span;
                    both->choices.push_back(entry);
                    entry = both;
                }
                if (std::find(entry->choices.begin(), entry->choices.end(), symbol) ==
                    entry->choices.end())
                    entry->choices.push_back(symbol);
            }
    }
}

namespace {

// Calls visit(name) for each name that an exported declaration of `file` declares.
template <class Visit>
void for_each_export(const ast::File& file, Visit visit) {
    for (const ast::Stmt* s : file.items) {
        const auto* stmt = ast::try_as<ast::DeclStmt>(s);
        if (!stmt || !stmt->decl->modifiers.has(ast::Modifier::Export)) continue;
        const ast::Decl& decl = *stmt->decl;
        switch (decl.kind) {
            case ast::DeclKind::Variables:
                for (const ast::Variable& item : ast::as<ast::Variables>(decl).items)
                    visit(item.name, decl);
                break;
            case ast::DeclKind::Function: visit(ast::as<ast::Function>(decl).name, decl); break;
            case ast::DeclKind::TypeDecl: visit(ast::as<ast::TypeDecl>(decl).name, decl); break;
            case ast::DeclKind::EnumDecl: visit(ast::as<ast::EnumDecl>(decl).name, decl); break;
            case ast::DeclKind::Typedef: visit(ast::as<ast::Typedef>(decl).name, decl); break;
            case ast::DeclKind::Property:
            case ast::DeclKind::Module:
            case ast::DeclKind::Import:
            case ast::DeclKind::ErrorDecl: break;
        }
    }
}

}  // namespace

// Those whose types C can be told.
void Checker::make_c_exports(const ast::File& file) {
    const Scope& scope = *module_of(file).scope;
    if (&scope == library) return;
    for_each_export(file, [&](const ast::Name& name, const ast::Decl& decl) {
        const Symbol* symbol = scope.find(name.text);
        if (!symbol || symbol->kind != SymbolKind::Functions) return;
        for (FunctionInfo* f : symbol->functions)
            if (f->syntax == &decl) make_c_export(*f);
    });
}

void Checker::collect_exports(const ast::File& file, ModuleInfo& module) {
    for_each_export(file, [&](const ast::Name& name, const ast::Decl& decl) {
        Symbol* symbol = module.scope->find(name.text);
        if (!symbol) return;
        if (symbol->kind != SymbolKind::Functions) {
            module.exports[name.text] = symbol;
            return;
        }
        Symbol*& exported = module.exports[name.text];
        if (!exported) {
            exported = arena.make<Symbol>(*symbol);
            exported->functions.clear();
        }
        for (FunctionInfo* f : symbol->functions)
            if (f->syntax == &decl) exported->functions.push_back(f);
    });
}

ModuleInfo& Checker::module_of(const ast::File& file) const {
    return *modules.find(file.source.index)->second;
}

ModuleInfo* Checker::module_around(const Scope* scope) const {
    while (!scope->module) scope = scope->parent;
    return scope->module;
}

// ---- names ---------------------------------------------------------------------------------------

ModuleInfo* Checker::import_called(std::string_view name, const Scope* scope) const {
    if (!scope) return nullptr;
    ModuleInfo* last_part = nullptr;
    for (const ImportInfo& import : module_around(scope)->imports) {
        if (import.name == name) return import.module;
        if (import.name.substr(import.name.rfind('.') + 1) == name) last_part = import.module;
    }
    return last_part;
}

ModuleInfo* Checker::module_named(const ast::Expr& e, const Scope* scope) const {
    std::string name;
    const ast::Expr* at = &e;
    while (const auto* member = ast::try_as<ast::Member>(at)) {
        if (member->name.empty() || !member->type_args.empty()) return nullptr;
        name = "." + std::string(member->name.text) + name;
        at = member->object;
    }
    const auto* head = ast::try_as<ast::NameExpr>(at);
    if (!head || head->name.empty() || !head->type_args.empty()) return nullptr;
    ModuleInfo* module = import_called(std::string(head->name.text) + name, scope);
    if (!module) return nullptr;
    const Symbol* other = lookup(head->name.text, scope);
    return other && !is_library(other->span) ? nullptr : module;
}

ModuleInfo* Checker::module_named(const ast::NamedType& type, const Scope* scope,
                                  size_t& count) const {
    if (type.parts.size() < 2) return nullptr;
    const Symbol* other = lookup(type.parts[0].name.text, scope);
    if (other && other->kind == SymbolKind::Type && !is_library(other->span)) return nullptr;
    ModuleInfo* found = nullptr;
    std::string name;
    for (size_t i = 0; i + 1 < type.parts.size() && type.parts[i].args.empty(); ++i) {
        name += (i > 0 ? "." : "") + std::string(type.parts[i].name.text);
        if (ModuleInfo* module = import_called(name, scope)) {
            found = module;
            count = i + 1;
        }
    }
    return found;
}

Symbol* Checker::exported(const ModuleInfo& module, const ast::Name& name) {
    if (name.empty()) return nullptr;
    auto found = module.exports.find(name.text);
    if (found != module.exports.end()) return found->second;
    if (const Symbol* hidden = module.scope->find(name.text)) {
        sink->report<diag::NotExported>(name.span, name.text, module.name)
            .note<diag::DeclaredHere>(hidden->span, name.text);
        return nullptr;
    }
    std::vector<std::string_view> names;
    for (const auto& [other, symbol] : module.exports) names.push_back(other);
    std::sort(names.begin(), names.end());
    auto& report = sink->report<diag::UnknownInModule>(name.span, module.name, name.text);
    suggest(report, name.text, name.span, names);
    return nullptr;
}

void Checker::unknown_name(const ast::Name& name, const Scope* scope, bool is_type) {
    if (import_called(name.text, scope)) {
        sink->report<diag::ModuleIsNoValue>(name.span, name.text, is_type ? "type" : "value");
        return;
    }
    if (scope)
        for (const ImportInfo& import : module_around(scope)->imports)
            if (const Symbol* hidden = import.module->scope->find(name.text)) {
                sink->report<diag::NotExported>(name.span, name.text, import.module->name)
                    .note<diag::DeclaredHere>(hidden->span, name.text);
                return;
            }
    auto& report = is_type ? sink->report<diag::UnknownType>(name.span, name.text)
                           : sink->report<diag::UnknownName>(name.span, name.text);
    suggest(report, name.text, name.span, visible_names(scope, is_type));
}

void Checker::report_ambiguous(const Symbol& symbol, const ast::Name& name) {
    const Symbol& a = *symbol.choices[0];
    const Symbol& b = *symbol.choices[1];
    const std::string& first = sources[a.span.source].module();
    const std::string& second = sources[b.span.source].module();
    sink->report<diag::AmbiguousImport>(name.span, name.text, first, second)
        .note<diag::WriteModule>(name.span, first, second, name.text)
        .note<diag::DeclaredHere>(a.span, name.text)
        .note<diag::DeclaredHere>(b.span, name.text);
}

// For messages: with the module in front where two types have the same name.
std::string Checker::name_of(TypeId type) const {
    std::string text = types.text(type);
    const TypeInfo* info = info_of(type);
    if (!info) return text;
    const std::string& module = sources[info->span.source].module();
    bool is_shared =
        std::any_of(type_infos.begin(), type_infos.end(), [&](const auto& other) {
            return other.second != info && other.second->name == info->name;
        });
    return is_shared && !module.empty() ? module + "." + text : text;
}

// ---- what exported declarations show ---------------------------------------------------------------

namespace {

// A type that is declared in Dream inside `type` (its elements, its target), or null.
const TypeInfo* declared_in(const Checker& checker, TypeId type) {
    const Types& types = checker.types;
    while (types.is(type, TypeKind::Array) || types.is(type, TypeKind::Pointer))
        type = types.element(type);
    return checker.info_of(type);
}

// The declaration at top level that `info` is or lies in.
const TypeInfo* outermost(const TypeInfo* info) {
    for (const Scope* s = info->scope->parent; s && !s->module; s = s->parent)
        if (s->type) info = s->type;
    return info;
}

}  // namespace

// As C#'s rule of consistent accessibility: whoever sees a declaration can name the types in it.
void Checker::check_exports(const ast::File& file) {
    ModuleInfo& module = module_of(file);
    if (module.scope == library) return;
    auto check_type = [&](TypeId type, std::string_view name, Span span) {
        const TypeInfo* info = declared_in(*this, type);
        if (!info || info->is_library) return;
        const TypeInfo* top = outermost(info);
        const Scope* home = top->scope->parent;
        if (!home || !home->module || home->module->exports.count(top->name)) return;
        sink->report<diag::HiddenInExported>(span, name, info->name)
            .note<diag::DeclaredHere>(info->span, info->name);
    };
    auto check_function = [&](const FunctionInfo& info) {
        const Function& f = *info.function;
        bool has_result = f.kind == FunctionKind::Free || f.kind == FunctionKind::Method ||
                          f.kind == FunctionKind::Extern;
        if (has_result) check_type(f.result, f.name, f.span);
        for (const Local* param : f.params) check_type(param->type, f.name, param->span);
    };
    auto check_members = [&](const TypeInfo& info) {
        if (info.base) check_type(info.base->type, info.name, info.span);
        for (const FieldInfo& field : info.fields) {
            TypeId type = types.nominal(info.type).fields[static_cast<size_t>(field.symbol->index)].type;
            if (field.symbol->access != Access::Private)
                check_type(type, field.symbol->name, field.symbol->span);
        }
        for (const GlobalInfo* field : info.static_fields) {
            const Symbol* symbol = info.scope->find(field->global->name);
            if (symbol && symbol->access != Access::Private)
                check_type(field->global->type, symbol->name, symbol->span);
        }
        for (const auto* list : {&info.methods, &info.constructors})
            for (const FunctionInfo* f : *list)
                if (f->access != Access::Private && f->syntax) check_function(*f);
    };
    for_each_export(file, [&](const ast::Name& name, const ast::Decl& decl) {
        const Symbol* symbol = module.scope->find(name.text);
        if (!symbol) return;
        if (symbol->kind == SymbolKind::Global)
            check_type(symbol->global->global->type, symbol->name, symbol->span);
        if (symbol->kind == SymbolKind::Functions)
            for (const FunctionInfo* f : symbol->functions)
                if (f->syntax == &decl) check_function(*f);
        if (symbol->kind == SymbolKind::Type && symbol->info && !symbol->info->enum_syntax)
            check_members(*symbol->info);
    });
}

}  // namespace dream::checker
