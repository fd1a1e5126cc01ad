// Generic declarations: their forms and what is made of them.
//
// A form is the declaration with every type parameter standing for itself; its code is checked like
// any other, so a mistake is reported once, in the user's terms, whether or not anything is made of
// it. A specialisation is the same declaration made again in a scope that knows the parameters as
// the names of the arguments, with a sink that nobody reads (as templates are instantiated, but
// after a full check as in C#). Specialisations are interned; their methods are looked at when they
// are used, so a type may mention larger ones of its kind (`List<List<T>> Chunks()`).
#include <algorithm>
#include <utility>

#include "check/checker.h"
#include "check/visit.h"

namespace dream::checker {

namespace {

// Types nest this deep in no sensible program; what is made for ever larger types gets there soon.
constexpr int kMaxTypeNesting = 16;

std::string arguments_text(const Types& types, const std::vector<TypeId>& args) {
    std::string text = "<";
    for (TypeId arg : args) text += (text == "<" ? "" : ", ") + types.text(arg);
    return text + ">";
}

}  // namespace

diag::Sink* Checker::sink_of(const Scope* scope) {
    const Specialisation* specialisation = scope ? scope->specialisation : nullptr;
    return specialisation && !specialisation->is_form ? &silent : real_sink;
}

bool Checker::is_on_demand(const FunctionInfo& info) const {
    return info.scope->specialisation && !info.scope->specialisation->is_form;
}

bool Checker::has_body_on_demand(const FunctionInfo& info) const {
    bool is_asked_for = info.function->is_library && !whole_library_ && !info.is_inferred;
    return is_on_demand(info) || is_asked_for;
}

std::string Checker::form_text(const Generic& generic) const {
    return std::string(generic.name) + arguments_text(types, generic.form->args);
}

// ---- making --------------------------------------------------------------------------------------

Specialisation* Checker::new_specialisation(Generic& generic, std::vector<TypeId> args) {
    const Specialisation* outer = generic.scope->specialisation;
    auto* made = arena.make<Specialisation>();
    made->generic = &generic;
    made->scope = new_scope(generic.scope);
    made->scope->specialisation = made;
    made->is_open =
        (outer && outer->is_open) ||
        std::any_of(args.begin(), args.end(), [&](TypeId a) { return types.is_open(a); });
    made->args = std::move(args);
    generic.made[made->args] = made;
    for (size_t i = 0; i < generic.params().size(); ++i) {
        const ast::Name& name = generic.params()[i].name;
        if (Symbol* symbol = add_symbol(*made->scope, SymbolKind::Type, name.text, name.span))
            symbol->type = made->args[i];
    }
    return made;
}

// The record of a generic declaration, and its form.
Specialisation* Checker::declare_generic(const ast::Name& name, const ast::TypeDecl* type,
                                         const ast::Function* function, Scope& scope,
                                         TypeInfo* owner, Group& group) {
    auto* generic = arena.make<Generic>();
    generic->name = name.text;
    generic->span = name.span;
    generic->type_syntax = type;
    generic->function_syntax = function;
    generic->scope = &scope;
    generic->owner = owner;
    std::vector<TypeId> args;
    for (const ast::TypeParam& param : generic->params()) {
        TypeId arg = types.add_nominal(TypeKind::Struct, param.name.text, param.name.span);
        types.nominal(arg).is_parameter = types.nominal(arg).is_open = true;
        args.push_back(arg);
    }
    Specialisation* form = new_specialisation(*generic, std::move(args));
    generic->form = form;
    form->is_form = !scope.specialisation || scope.specialisation->is_form;
    for (size_t i = 0; i < form->args.size(); ++i) parameters_[form->args[i]] = {form, i};
    group.forms.push_back(form);
    fill(*form, group);
    if (form->function) form->function->generic = generic;
    return form;
}

// Makes what the specialisation is for.
void Checker::fill(Specialisation& made, Group& group) {
    Generic& generic = *made.generic;
    std::string name = std::string(generic.name) + arguments_text(types, made.args);
    if (generic.type_syntax) {
        if (generic.scope->specialisation && generic.scope->type)
            name = name_of(generic.scope->type->type) + "." + name;
        make_type(*generic.type_syntax, *made.scope, arena.keep(name), group);
    } else {
        made.function = make_function(*generic.function_syntax, *made.scope, generic.owner, group);
        if (&made == generic.form) return;
        // One function of the runtime serves all types.
        bool is_runtime = made.function->function->kind == FunctionKind::Runtime;
        if (!is_runtime) made.function->function->name = arena.keep(name);
        made.function->function->outer = generic.form->function->function->outer;
    }
}

Specialisation* Checker::specialise(Generic& generic, std::vector<TypeId> args, const Scope& from,
                                    Span at) {
    auto known = generic.made.find(args);
    if (known != generic.made.end()) return known->second;
    if (is_endless(generic, args, from, at)) return nullptr;
    diag::Sink* before = std::exchange(sink, &silent);
    Group group;
    Specialisation* made = new_specialisation(generic, std::move(args));
    made->cause = from.specialisation;
    fill(*made, group);
    if (stage_ == Stage::None)
        resolve(group);
    else
        join(group);
    sink = before;
    return made;
}

// Adds what came up while a group is being resolved, and takes it as far as that has got.
void Checker::join(Group& made) {
    Group& into = *resolving_;
    auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(into.types, made.types);
    append(into.functions, made.functions);
    append(into.globals, made.globals);
    append(into.constants, made.constants);
    append(into.forms, made.forms);
    append(into.aliases, made.aliases);
    if (stage_ == Stage::Bases) return;
    for (Symbol* alias : made.aliases) resolve_alias(*alias);
    resolve_bases_of(made);
    if (stage_ == Stage::Fields) return;
    for (TypeInfo* info : made.types)
        if (!info->enum_syntax) resolve_fields(*info);
}

bool Checker::is_endless(Generic& generic, const std::vector<TypeId>& args, const Scope& from,
                         Span at) {
    bool is_too_deep = std::any_of(args.begin(), args.end(),
                                   [&](TypeId a) { return types.nesting(a) >= kMaxTypeNesting; });
    if (!is_too_deep) return false;
    // The chain from its beginning: who asked for whom.
    std::vector<const Specialisation*> chain;
    for (const Specialisation* s = from.specialisation; s; s = s->cause) chain.push_back(s);
    std::string text;
    for (size_t shown = 0; shown < 3 && shown < chain.size(); ++shown) {
        const Specialisation& link = *chain[chain.size() - 1 - shown];
        text += std::string(link.generic->name) + arguments_text(types, link.args) + " -> ";
    }
    if (!generic.is_endless)
        real_sink->report<diag::EndlessSpecialisation>(at, generic.name, text + "...")
            .note<diag::DeclaredHere>(generic.span, generic.name);
    generic.is_endless = true;
    return true;
}

// ---- mentions ------------------------------------------------------------------------------------

std::vector<TypeId> Checker::resolve_types(const ast::List<ast::Type*>& list, Scope& scope) {
    std::vector<TypeId> resolved;
    for (const ast::Type* type : list) resolved.push_back(resolve_type(*type, scope));
    return resolved;
}

bool Checker::check_type_count(const Generic& generic, size_t count, Span at) {
    size_t wanted = generic.params().size();
    if (count == wanted) return true;
    std::string text =
        std::to_string(wanted) + (wanted == 1 ? " type argument" : " type arguments");
    if (count == 0)
        sink->report<diag::TypeArgumentsMissing>(at, generic.name, form_text(generic))
            .note<diag::DeclaredHere>(generic.span, generic.name);
    else
        sink->report<diag::TypeArgumentCount>(at, generic.name, text, count)
            .note<diag::DeclaredHere>(generic.span, generic.name);
    return false;
}

TypeId Checker::specialised_type(const Symbol& symbol, const ast::List<ast::Type*>& list,
                                 Scope& from, Span at) {
    std::vector<TypeId> args = resolve_types(list, from);
    if (!symbol.generic) {
        if (args.empty() || symbol.type == Types::Error) return symbol.type;
        sink->report<diag::NotGeneric>(at, symbol.name);
        return Types::Error;
    }
    if (!check_type_count(*symbol.generic, args.size(), at)) return Types::Error;
    if (std::find(args.begin(), args.end(), Types::Error) != args.end()) return Types::Error;
    Specialisation* made = specialise(*symbol.generic, std::move(args), from, at);
    if (!made || !check_bounds(*made, at)) return Types::Error;
    return made->type->type;
}

// ---- use -----------------------------------------------------------------------------------------

// Bodies of specialisations and of the library are checked because something calls them.
void Checker::queue_used(std::vector<Stmt*> stmts, std::vector<Expr*> exprs) {
    auto use = [&](const Function* f) {
        if (f && (f->is_specialised || f->is_library))
            if (auto info = function_infos.find(f); info != function_infos.end())
                queue_body(*info->second);
    };
    for_each_expr(std::move(stmts), std::move(exprs), [&](Expr& e) {
        if (e.kind == ExprKind::Call) use(as<CallExpr>(&e)->function);
        if (e.kind == ExprKind::New) use(as<NewExpr>(&e)->constructor);
        if (e.kind == ExprKind::Lambda) queue_used({as<LambdaExpr>(&e)->function->body}, {});
        if (e.kind == ExprKind::FunctionAddress)
            queue_used({as<FunctionAddressExpr>(&e)->function->body}, {});
    });
}

// `throw "text"` makes an Exception with that message.
void Checker::use_message_constructor() {
    for (FunctionInfo* constructor : info_of(program.exception)->constructors) {
        ensure_signature(*constructor);
        const std::vector<Local*>& params = constructor->function->params;
        if (params.size() == 1 && params[0]->type == Types::String) queue_body(*constructor);
    }
}

}  // namespace dream::checker
