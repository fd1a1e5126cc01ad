// Inference of type arguments: what the parameters of a generic function say about its type
// parameters when they meet the arguments of a call.
//
// As in C#, every argument contributes what it knows: directly (`T` meets int: one of the types that
// fit T) or from inside a type (`List<T>` meets List<int>: T is int and nothing else).
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "check/body.h"

namespace dream::checker {

bool Checker::unify(TypeId pattern, TypeId actual, const Specialisation& form, bool is_exact,
                    std::vector<TypeId>& found) const {
    auto param = std::find(form.args.begin(), form.args.end(), pattern);
    if (param != form.args.end()) {
        TypeId& known = found[static_cast<size_t>(param - form.args.begin())];
        TypeId common = !known.valid() ? actual : common_type(known, actual);
        if (known.valid() && is_exact && known != actual) return false;
        if (common.valid()) known = common;
        return common.valid();
    }
    if (types.is_parameter(pattern)) return pattern == actual;  // of the type around the function
    if (!types.is_open(pattern)) return true;  // the choice among functions asks whether it fits
    if (types.kind(pattern) == TypeKind::Array || types.kind(pattern) == TypeKind::Pointer) {
        bool is_same =
            types.kind(pattern) == types.kind(actual) && types.rank(pattern) == types.rank(actual);
        return is_same && unify(types.element(pattern), types.element(actual), form, true, found);
    }
    const Function *wanted_call = invoke_of(pattern), *call = invoke_of(actual);
    if (wanted_call && call) {
        if (wanted_call->params.size() != call->params.size()) return false;
        for (size_t i = 0; i < call->params.size(); ++i)
            if (!unify(wanted_call->params[i]->type, call->params[i]->type, form, true, found))
                return false;
        return unify(wanted_call->result, call->result, form, true, found);
    }
    const TypeInfo *wanted = info_of(pattern), *info = info_of(actual);
    if (!wanted || !wanted->syntax || !info) return false;
    std::set<const TypeInfo*> alike;
    collect_made_of(*info, *wanted->syntax, alike);
    if (alike.size() != 1) return false;
    const Specialisation* a = wanted->scope->specialisation;
    const Specialisation* b = (*alike.begin())->scope->specialisation;
    for (; a && b; a = a->generic->scope->specialisation, b = b->generic->scope->specialisation)
        for (size_t i = 0; i < a->args.size(); ++i)
            if (!unify(a->args[i], b->args[i], form, true, found)) return false;
    return true;
}

// The type, its bases and all their interfaces, so far as they are made of that declaration.
void Checker::collect_made_of(const TypeInfo& info, const ast::TypeDecl& syntax,
                              std::set<const TypeInfo*>& found) const {
    for (const TypeInfo* type = &info; type; type = type->base) {
        if (type->syntax == &syntax) found.insert(type);
        for (const TypeInfo* interface : type->interfaces) collect_made_of(*interface, syntax, found);
    }
}

// The type arguments that the arguments of a call give a generic function, if they do.
std::optional<std::vector<TypeId>> Body::infer(const Match& m, const CallArgs& args) {
    std::vector<TypeId> fixed(m.function->generic->form->args.size());
    // First what fixes a type, then what it may be where nothing does, then what functions return.
    if (!learn(m, args, true, fixed)) return std::nullopt;
    std::vector<TypeId> found = fixed;
    if (!learn(m, args, false, found)) return std::nullopt;
    for (size_t i = 0; i < found.size(); ++i)
        if (fixed[i].valid()) found[i] = fixed[i];
    learn_results(m, args, std::move(fixed), found);
    for (TypeId& arg : found) {
        if (!arg.valid()) return std::nullopt;
        if (arg == Types::UntypedReal) arg = Types::Float;
    }
    return found;
}

// One round of inference: over arguments inside whose types a type parameter stands (or that are
// passed by reference), or over those that are of its type.
bool Body::learn(const Match& m, const CallArgs& args, bool is_exact,
                 std::vector<TypeId>& found) const {
    const Specialisation& form = *m.function->generic->form;
    for (size_t i = 0; i < args.count(); ++i) {
        TypeId type = param_type(m, i);
        bool by_ref = m.function->function->params[m.params[i]]->kind != LocalKind::Parameter;
        bool is_bare = types_.is_parameter(type) && !by_ref;
        if (is_bare == is_exact) continue;
        const Expr* value = args.value(i);
        TypeId actual = value ? value->type : TypeId{};
        if (!value) {  // `out int x`
            const auto& declared = *ast::as<ast::OutVar>(*args.arg(i)->value).type;
            if (declared.kind != ast::TypeKind::VarType)
                actual = c_.resolve_type(declared, *scope_);
        }
        bool says_nothing = !actual.valid() || actual == Types::Null || actual == Types::Void ||
                            actual == Types::UntypedFunction;
        if (says_nothing) continue;
        // A type that is fixed already is for the choice among functions to compare.
        auto param = std::find(form.args.begin(), form.args.end(), type);
        bool is_fixed =
            param != form.args.end() && !is_exact &&
            found[static_cast<size_t>(param - form.args.begin())].valid() &&
            !c_.common_type(actual, found[static_cast<size_t>(param - form.args.begin())]).valid();
        if (is_fixed) continue;
        if (!c_.unify(type, actual, form, is_exact, found)) return false;
    }
    return true;
}

// `f<int>`: only what is generic is meant, with these arguments.
bool Body::apply_type_args(Target& t) {
    if (t.type_args.empty()) return true;
    if (std::find(t.type_args.begin(), t.type_args.end(), Types::Error) != t.type_args.end())
        return false;
    std::vector<FunctionInfo*> made;
    Generic* other = nullptr;
    for (FunctionInfo* f : t.functions) {
        if (!f->generic) continue;
        other = f->generic;
        if (f->generic->params().size() != t.type_args.size()) continue;
        Specialisation* s = c_.specialise(*f->generic, t.type_args, *scope_, t.span);
        if (!s) return false;
        c_.ensure_signature(*s->function);
        made.push_back(s->function);
    }
    if (made.empty() && other)
        c_.check_type_count(*other, t.type_args.size(), t.span);
    else if (made.empty())
        report<diag::NotGeneric>(t.span, t.name);
    t.functions = std::move(made);
    return !t.functions.empty();
}

// What the arguments make of a generic function; null if they do not say.
FunctionInfo* Body::inferred(FunctionInfo& f, const CallArgs& args) {
    size_t skip = args.self ? 1 : 0;
    FunctionInfo* made = nullptr;
    for (bool is_expanded : {false, true}) {
        Match m;
        Mismatch why;
        if (is_expanded && !f.has_params_array) break;
        if (!match(f, *args.syntax, skip, is_expanded, m, why)) continue;
        auto found = infer(m, args);
        Specialisation* s = found ? c_.specialise(*f.generic, *found, *scope_, args.span) : nullptr;
        if (!s) continue;
        c_.ensure_signature(*s->function);
        made = s->function;
        m.function = made;
        if (is_applicable(m, args)) return made;
    }
    return made;
}

// Replaces generic functions by what the arguments make of them. False after a report: nothing is
// left to choose from.
bool Body::infer_candidates(Target& t, const CallArgs& args) {
    FunctionInfo* failed = nullptr;
    std::vector<FunctionInfo*> candidates;
    int errors = c_.real_sink->error_count();
    for (FunctionInfo* f : t.functions) {
        // One that takes other arguments stays, for the report that says so.
        if (!f->generic || matching({f}, args).empty()) {
            candidates.push_back(f);
            continue;
        }
        if (args.has_error) continue;
        if (FunctionInfo* made = inferred(*f, args))
            candidates.push_back(made);
        else
            failed = f;
    }
    t.functions = std::move(candidates);
    bool has_fitting = !matching(t.functions, args).empty();
    bool is_silent = failed && !has_fitting && c_.real_sink->error_count() == errors;
    if (is_silent && !report_trials(args))
        report<diag::CannotInferTypeArguments>(t.span, t.name, c_.form_text(*failed->generic))
            .note<diag::DeclaredHere>(failed->function->span, t.name);
    return has_fitting || (!failed && !t.functions.empty());
}

}  // namespace dream::checker
