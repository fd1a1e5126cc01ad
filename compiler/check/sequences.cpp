// C#'s LINQ methods on what is no list. The library writes them once, as extension methods of List<T>;
// a call on another of its collections, an array or a string means the one of `e.ToList()`, unless
// the type has a method of that name itself that takes as many arguments.
#include <algorithm>

#include "check/body.h"


namespace dream::checker {

// Whether the function can be called with so many arguments of these names, behind `skip` others.
bool Body::takes(FunctionInfo& f, const ast::List<ast::Arg>& args, size_t skip, Match& m) const {
    Mismatch why;
    return match(f, args, skip, false, m, why) ||
           (f.has_params_array && match(f, args, skip, true, m, why));
}

bool Body::any_takes(const std::vector<FunctionInfo*>& functions,
                     const ast::List<ast::Arg>& args) {
    Match m;
    return std::any_of(functions.begin(), functions.end(), [&](FunctionInfo* f) {
        return takes(*f, args, f->is_extension ? 1 : 0, m);
    });
}

// `object.ToList()`, which the library declares for strings, arrays and its collections but lists.
// Null where it does not.
Expr* Body::as_list(Expr* object, Span span) {
    static const ast::List<ast::Arg> kNoArgs;
    Target t;
    t.kind = Target::Kind::Functions;
    t.receiver = object;
    t.name = "ToList";
    t.span = span;
    CallArgs args;
    args.syntax = &kNoArgs;
    args.span = span;
    if (const TypeInfo* info = c_.info_of(object->type)) {
        const Symbol* symbol = info->enum_syntax ? nullptr : c_.find_member(*info, t.name);
        if (!symbol || symbol->kind != SymbolKind::Functions || !c_.is_library(symbol->span))
            return nullptr;
        t.functions = c_.methods_named(*info, t.name);
    } else {
        t.functions = extensions_of(object, t.name);
        args.self = object;
    }
    if (t.functions.empty() || !infer_candidates(t, args)) return nullptr;
    FunctionInfo* f = choose(t.functions, args, t.name, span);
    return f ? call_function(*f, t, args, span) : nullptr;
}

// Makes the methods of that name of the object as a list the target, if there are any.
bool Body::forward_to_list(Target& t) {
    if (c_.extensions_named(t.name).empty()) return false;
    Expr* list = as_list(t.receiver, t.span);
    if (!list || is_error(list)) return false;
    std::vector<FunctionInfo*> found = extensions_of(list, t.name);
    if (found.empty()) return false;
    t.receiver = list;
    t.functions = std::move(found);
    return true;
}

}  // namespace dream::checker
