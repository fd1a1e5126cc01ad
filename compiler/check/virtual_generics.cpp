// Virtual methods with type parameters of their own.
//
// Which methods there are depends on the type arguments of all calls, so no table of the class can
// list them: a call goes to a dispatcher instead, a method made for one list of arguments, which
// asks for the class of `this`, derived ones first, and calls what is made of that class's method.
// (C++ has no such methods, C# looks them up while the program runs; here the program is known.)
#include <algorithm>

#include "check/checker.h"

namespace dream::checker {

using ast::Modifier;

namespace {

int depth_of(const TypeInfo* info) {
    int depth = 0;
    for (; info->base; info = info->base) ++depth;
    return depth;
}

}  // namespace

bool Checker::is_virtual_generic(const FunctionInfo& f) const {
    const Specialisation* own = f.scope->specialisation;
    return own && own->function == &f && f.function->is_virtual && !own->is_open;
}

Function* Checker::dispatcher_of(FunctionInfo& method) {
    for (const Dispatcher& known : dispatchers_)
        if (known.method == &method) return known.function;
    const Function& f = *method.function;
    Function* made = make_method(f.owner, f.name, result_of(method));
    made->span = f.span;
    for (const Local* param : f.params)
        made->params.push_back(make_local(param->name, param->type, param->span, param->kind));
    dispatchers_.push_back({&method, made, {}, 0});
    return made;
}

// What is made of `candidate`, a method of a type that derives from or implements that of `wanted`,
// with the arguments of `wanted`; null: it is another method.
FunctionInfo* Checker::made_alike(FunctionInfo& candidate, const FunctionInfo& wanted) {
    const Specialisation& own = *wanted.scope->specialisation;
    bool may_be = candidate.generic && !candidate.is_static && candidate.shown_name == wanted.shown_name &&
                  candidate.generic->params().size() == own.args.size();
    if (!may_be) return nullptr;
    FunctionInfo* made =
        specialise(*candidate.generic, own.args, *candidate.generic->scope, candidate.function->span)->function;
    ensure_signature(*made);
    return same_parameters(*made->function, *wanted.function) ? made : nullptr;
}

// What an instance of exactly this class runs when `wanted` is called; null: nothing, it is abstract.
FunctionInfo* Checker::run_by(TypeInfo& info, FunctionInfo& wanted) {
    TypeId owner = wanted.function->owner;
    FunctionInfo* own = wanted.function->is_abstract ? nullptr : &wanted;
    if (info.type == owner) return own;
    bool names_interface =
        types.is_interface(owner) &&
        std::any_of(info.interfaces.begin(), info.interfaces.end(),
                    [&](const TypeInfo* named) { return types.is_subclass(named->type, owner); });
    for (FunctionInfo* candidate : info.methods) {
        bool may_be = names_interface || candidate->syntax->modifiers.has(Modifier::Override);
        FunctionInfo* made = may_be ? made_alike(*candidate, wanted) : nullptr;
        if (made) return made->function->is_abstract ? nullptr : made;
    }
    if (info.base && !names_interface) return run_by(*info.base, wanted);
    for (TypeInfo* base = info.base; base; base = base->base)
        for (FunctionInfo* candidate : base->methods)
            if (FunctionInfo* made = made_alike(*candidate, wanted)) return made;
    if (TypeInfo* value = struct_in_box(info))
        for (FunctionInfo* candidate : value->methods)
            if (FunctionInfo* made = made_alike(*candidate, wanted)) return made;
    return own;
}

// Finds what the dispatchers call in classes that have come up since. May leave bodies to check.
void Checker::extend_dispatchers() {
    for (size_t i = 0; i < dispatchers_.size(); ++i) {
        for (size_t& next = dispatchers_[i].seen; next < all_types.size();) {
            TypeInfo& info = *all_types[next++];
            FunctionInfo& wanted = *dispatchers_[i].method;
            TypeId owner = wanted.function->owner;
            bool is_meant = info.class_ && !info.is_interface && !types.is_open(info.type) &&
                            types.is_subclass(info.type, owner);
            if (!is_meant) continue;
            FunctionInfo* run = run_by(info, wanted);
            if (!run) continue;
            queue_body(*run);
            bool is_inherited = info.base && types.is_subclass(info.base->type, owner) &&
                                run_by(*info.base, wanted) == run;
            if (!is_inherited) dispatchers_[i].cases.push_back({&info, run});
        }
    }
}

// `if (this is C) return ((C)this).M(...);` for each class, derived ones first. Whatever is left is
// of the last one's class.
void Checker::complete_dispatchers() {
    for (Dispatcher& d : dispatchers_) {
        std::stable_sort(d.cases.begin(), d.cases.end(), [](const auto& a, const auto& b) {
            return depth_of(a.first) > depth_of(b.first);
        });
        Function& f = *d.function;
        std::vector<Stmt*> body;
        for (auto& [info, run] : d.cases) {
            Stmt* only = call_from_dispatcher(f, *info, *run);
            bool is_last = &info == &d.cases.back().first;
            if (!is_last) {
                Expr* test = node<TypeTestExpr>(Types::Bool, f.span, local_ref(f.this_local), info->type);
                only = arena.make<IfStmt>(Stmt{StmtKind::If, f.span}, test, only, nullptr);
            }
            body.push_back(only);
        }
        if (d.cases.empty() && f.result != Types::Void)
            body.push_back(return_of(node<DefaultExpr>(f.result, f.span)));
        f.body = body_of(std::move(body));
        program.functions.push_back(&f);
    }
}

Stmt* Checker::call_from_dispatcher(Function& f, const TypeInfo& info, FunctionInfo& run) {
    Expr* object = local_ref(f.this_local);
    if (info.type != f.owner) object = node<ClassCastExpr>(info.type, f.span, CastKind::Tested, object);
    TypeId owner = run.function->owner;
    object = types.is(owner, TypeKind::Struct) ? node<FieldAccessExpr>(owner, f.span, object, 0)
                                               : coerce(object, owner);
    std::vector<Argument> arguments;
    for (Local* param : f.params) {
        bool is_ref = param->kind == LocalKind::Ref || param->kind == LocalKind::Out;
        arguments.push_back({local_ref(param), is_ref, param->kind == LocalKind::Out});
    }
    Expr* call = node<CallExpr>(f.result, f.span, run.function, object, false, std::move(arguments));
    if (f.result != Types::Void) return return_of(call);
    Stmt* stmt = arena.make<ExprStmt>(Stmt{StmtKind::Expr, f.span}, call);
    return body_of({stmt, arena.make<ReturnStmt>(Stmt{StmtKind::Return, f.span}, nullptr)});
}

// ---- declarations --------------------------------------------------------------------------------

// What overrides or implements is called with whatever the other one may be called with.
void Checker::check_bounds_of_override(FunctionInfo& method, const FunctionInfo& found) {
    if (!method.generic) return;
    Specialisation& theirs = *made_with_parameters_of(method, found).scope->specialisation;
    resolve_bounds(*method.generic->form);
    resolve_bounds(theirs);
    for (size_t i = 0; i < theirs.bounds.size(); ++i) {
        const Bounds &own = method.generic->form->bounds[i], &other = theirs.bounds[i];
        bool asks_more = (own.is_class && !other.is_class) || (own.is_struct && !other.is_struct) ||
                         (own.has_new && !other.has_new) ||
                         std::any_of(own.types.begin(), own.types.end(), [&](TypeId type) {
                             return std::find(other.types.begin(), other.types.end(), type) == other.types.end();
                         });
        if (!asks_more) continue;
        sink->report<diag::OverrideBounds>(method.function->span, method.shown_name,
                                           method.generic->params()[i].name.text)
            .note<diag::DeclaredHere>(found.function->span, found.shown_name);
    }
}

// Abstract ones of the bases that a class leaves out.
void Checker::check_abstract_generics(const TypeInfo& info) {
    for (const TypeInfo* base = info.base; base && !info.is_abstract; base = base->base) {
        for (const FunctionInfo* wanted : base->methods) {
            if (!wanted->generic || !wanted->function->is_abstract) continue;
            bool is_there = false;
            for (const TypeInfo* type = &info; type != base && !is_there; type = type->base)
                is_there = std::any_of(type->methods.begin(), type->methods.end(), [&](FunctionInfo* f) {
                    return f->shown_name == wanted->shown_name && f->function->is_virtual && same_signature(*f, *wanted);
                });
            if (is_there) continue;
            sink->report<diag::AbstractNotImplemented>(info.span, info.name, name_of(base->type), wanted->shown_name)
                .note<diag::DeclaredHere>(wanted->function->span, wanted->shown_name);
        }
    }
}

// Those of the interfaces that a class or struct names.
void Checker::implement_generics(TypeInfo& info, TypeId interface) {
    for (const FunctionInfo* wanted : info_of(interface)->methods)
        if (wanted->generic && !wanted->is_static && !struct_in_box(info))
            find_implementing(info, *wanted->function);
}

}  // namespace dream::checker
