// The choice among functions of one name: those that take the arguments without casts, and of them
// the one whose parameters are nearest to the arguments (C#'s better conversion, argument by
// argument, and its rules for ties). A `text` parameter of the library takes anything and loses against all others.
#include <algorithm>

#include "check/body.h"

namespace dream::checker {

Fit Body::arg_fit(const Match& m, const CallArgs& args, size_t i) const {
    const FunctionInfo& f = *m.function;
    if (m.params[i] >= f.function->params.size()) return args.value(i) ? Fit::Exact : Fit::No;
    const Local& param = *f.function->params[m.params[i]];
    const Expr* value = args.value(i);
    const ast::Arg* syntax = args.arg(i);
    ast::PassMode mode = syntax ? syntax->mode : ast::PassMode::Value;
    if (param.kind == LocalKind::Parameter) {
        if (mode != ast::PassMode::Value) return Fit::No;
        size_t index = m.params[i];
        bool is_text = f.is_text.size() > index && f.is_text[index] && value->type != Types::String;
        if (is_text && param_type(m, i) == Types::String) return value->type == Types::Void ? Fit::No : Fit::Text;
        Fit how = c_.fit(*value, param_type(m, i));
        bool is_converted = how == Fit::No && c_.conversions(value->type, param_type(m, i), false).size() == 1;
        return is_converted ? Fit::Implicit : how;
    }
    bool is_out = param.kind == LocalKind::Out;
    bool has_word = mode == (is_out ? ast::PassMode::Out : ast::PassMode::Ref);
    bool may_lack_word = f.function->is_library && mode == ast::PassMode::Value;
    if (!has_word && !may_lack_word) return Fit::No;
    if (!value) {
        const ast::Type& declared = *ast::as<ast::OutVar>(*syntax->value).type;
        bool is_var = declared.kind == ast::TypeKind::VarType;
        return is_var || c_.resolve_type(declared, *scope_) == param.type ? Fit::Exact : Fit::No;
    }
    return value->type == param.type || is_error(value) || param.type == Types::Error ? Fit::Exact
                                                                                      : Fit::No;
}

bool Body::is_applicable(const Match& m, const CallArgs& args) const {
    for (size_t i = 0; i < args.count(); ++i)
        if (arg_fit(m, args, i) == Fit::No) return false;
    return true;
}

// `a` is at least as near for every argument, and nearer for one; or the types are the same and `a`
// needs less help: no array made for `params`, more parameters spelled out, no defaults.
bool Body::is_better(const Match& a, const Match& b, const CallArgs& args) const {
    bool is_nearer = false, is_same = true;
    for (size_t i = 0; i < args.count(); ++i) {
        Fit fit_a = arg_fit(a, args, i), fit_b = arg_fit(b, args, i);
        TypeId type_a = param_type(a, i), type_b = param_type(b, i);
        if (fit_a < fit_b) return false;
        if (fit_a > fit_b) is_nearer = true;
        if (type_a != type_b) is_same = false;
        if (type_a == type_b || fit_a != fit_b || fit_a != Fit::Implicit) continue;
        if (const Function *call_a = c_.invoke_of(type_a), *call_b = c_.invoke_of(type_b);
            call_a && call_b) {
            type_a = call_a->result;
            type_b = call_b->result;
        }
        Expr of_a{ExprKind::Default, type_a, {}}, of_b{ExprKind::Default, type_b, {}};
        bool to_b = c_.fit(of_a, type_b) != Fit::No, to_a = c_.fit(of_b, type_a) != Fit::No;
        if (to_a && !to_b) return false;
        if (to_b && !to_a) is_nearer = true;
    }
    if (is_nearer || !is_same) return is_nearer;
    // Of two that are equally near, one that was declared for these types.
    auto generic_of = [](const FunctionInfo& f) {
        const Specialisation* s = f.scope->specialisation;
        return s && s->function == &f ? s : nullptr;
    };
    const Specialisation *made_a = generic_of(*a.function), *made_b = generic_of(*b.function);
    if (made_a && made_b && made_a->generic != made_b->generic) {
        if (is_more_special(a, b)) return true;
        if (is_more_special(b, a)) return false;
    } else if (!made_a != !made_b) {
        return !made_a;
    }
    if (a.is_expanded != b.is_expanded) return b.is_expanded;
    size_t count_a = a.function->function->params.size(),
           count_b = b.function->function->params.size();
    if (a.is_expanded && count_a != count_b) return count_a > count_b;
    return b.has_defaults && !a.has_defaults;
}

// f<T>(List<T>) says more than f<T>(T).
bool Body::is_more_special(const Match& a, const Match& b) const {
    bool says_more = false;
    auto form_param = [&](const Match& m, size_t i) {
        const Specialisation& made = *m.function->scope->specialisation;
        return made.generic->form->function->function->params[m.params[i]]->type;
    };
    for (size_t i = 0; i < a.params.size(); ++i) {
        bool is_bare_a = types_.is_parameter(form_param(a, i)),
             is_bare_b = types_.is_parameter(form_param(b, i));
        if (is_bare_a && !is_bare_b) return false;
        says_more = says_more || (!is_bare_a && is_bare_b);
    }
    return says_more;
}

std::string Body::signature(const FunctionInfo& f, std::string_view name) const {
    std::string text(name);
    text += "(";
    for (size_t i = 0; i < f.function->params.size(); ++i) {
        const Local& param = *f.function->params[i];
        bool is_optional = i < f.defaults.size() && f.defaults[i].syntax;
        if (i > 0) text += ", ";
        if (is_optional) text += "[";
        if (param.kind == LocalKind::Ref) text += "ref ";
        if (param.kind == LocalKind::Out) text += "out ";
        if (f.has_params_array && i + 1 == f.function->params.size()) text += "params ";
        text += name_of(param.type);
        if (is_optional) text += "]";
    }
    return text + ")";
}

// A real constant among the arguments is a double wherever one of the functions takes a double.
void Body::prefer_double(std::vector<Match>& applicable, const CallArgs& args) const {
    for (size_t i = 0; i < args.count(); ++i) {
        if (!args.value(i) || args.value(i)->type != Types::UntypedReal) continue;
        auto takes = [&](TypeId type) {
            return [this, i, type](const Match& m) { return param_type(m, i) == type; };
        };
        if (std::any_of(applicable.begin(), applicable.end(), takes(Types::Double)))
            std::erase_if(applicable, takes(Types::Float));
    }
}

// A method of a class hides those of its bases for calls that it can take. What overrides stands
// where the overridden method was declared.
void Body::prefer_derived(std::vector<Match>& applicable) const {
    auto home = [](const Match& m) {
        const Function* f = m.function->function;
        while (f->overrides) f = f->overrides;
        return f->owner;
    };
    auto is_hidden = [&](const Match& m) {
        TypeId owner = home(m);
        if (!types_.is(owner, TypeKind::Class)) return false;
        return std::any_of(applicable.begin(), applicable.end(), [&](const Match& other) {
            TypeId nearer = home(other);
            return nearer != owner && types_.is(nearer, TypeKind::Class) &&
                   types_.is_subclass(nearer, owner);
        });
    };
    std::vector<Match> kept;
    for (const Match& m : applicable)
        if (!is_hidden(m)) kept.push_back(m);
    applicable = std::move(kept);
}

// The functions that take arguments of these places and names; a `params` one in the form that its
// types ask for.
std::vector<Match> Body::matching(const std::vector<FunctionInfo*>& candidates,
                                  const CallArgs& args) {
    std::vector<Match> found;
    size_t skip = args.self ? 1 : 0;
    for (FunctionInfo* f : candidates) {
        Match normal, expanded;
        Mismatch why;
        bool is_normal = match(*f, *args.syntax, skip, false, normal, why);
        bool is_expanded =
            f->has_params_array && match(*f, *args.syntax, skip, true, expanded, why);
        if (is_normal && (!is_expanded || args.has_error || is_applicable(normal, args)))
            found.push_back(std::move(normal));
        else if (is_expanded)
            found.push_back(std::move(expanded));
    }
    return found;
}

// In a specialisation a call means the function that it means in the generic form.
FunctionInfo* Body::chosen_in_form(const std::vector<FunctionInfo*>& candidates,
                                   const CallArgs& args) const {
    auto choice = c_.choices.find(args.syntax);
    if (choice == c_.choices.end()) return nullptr;
    for (FunctionInfo* f : candidates)
        for (const Function* base = f->function; base; base = base->overrides)
            if (c_.function_infos[base]->syntax == choice->second) return f;
    return nullptr;
}

// The function that is called, its match in `args`; null after a report.
FunctionInfo* Body::choose(const std::vector<FunctionInfo*>& candidates, CallArgs& args,
                           std::string_view name, Span span) {
    const Specialisation* around = scope_->specialisation;
    if (around && !around->is_form && !args.has_error)
        if (FunctionInfo* f = chosen_in_form(candidates, args)) return pick({f}, args, name, span);
    FunctionInfo* picked = pick(candidates, args, name, span);
    bool is_choice = around && around->is_form && picked && picked->syntax;
    if (is_choice) c_.choices[args.syntax] = picked->syntax;
    return picked;
}

FunctionInfo* Body::pick(const std::vector<FunctionInfo*>& candidates, CallArgs& args,
                         std::string_view name, Span span) {
    std::vector<Match> fitting = matching(candidates, args);
    auto take = [&](const Match& m) {
        args.match = m;
        return m.function;
    };
    if (args.has_error)
        return candidates.size() == 1 && fitting.size() == 1 ? take(fitting[0]) : nullptr;
    if (candidates.size() == 1 && fitting.empty()) {
        Match unused;
        Mismatch why;
        FunctionInfo& f = *candidates[0];
        match(f, *args.syntax, args.self ? 1 : 0, f.has_params_array, unused, why);
        report_mismatch(f, args, why, name);
        return nullptr;
    }
    std::vector<Match> applicable;
    try_lambdas(fitting, args);
    for (const Match& m : fitting)
        if (is_applicable(m, args)) applicable.push_back(m);
    if (applicable.empty()) {
        const Expr* nothing = nullptr;
        for (size_t i = 0; i < args.count(); ++i)
            if (args.value(i) && args.value(i)->type == Types::Void) nothing = args.value(i);
        if (fitting.size() == 1)
            report_unfit(fitting[0], args, name);
        else if (nothing)
            report<diag::NoText>(nothing->span);
        else
            report_no_overload(candidates, args, name, span);
        return nullptr;
    }
    prefer_derived(applicable);
    prefer_double(applicable, args);
    if (applicable.size() > 1 && report_trials(args)) return nullptr;
    for (const Match& best : applicable) {
        bool is_best = std::all_of(applicable.begin(), applicable.end(), [&](const Match& other) {
            return &other == &best || is_better(best, other, args);
        });
        if (is_best) return take(best);
    }
    auto& problem = report<diag::AmbiguousCall>(span, name);
    for (size_t i = 0; i < applicable.size() && i < 5; ++i)
        problem.note<diag::Candidate>(applicable[i].function->function->span,
                                      signature(*applicable[i].function, name));
    return nullptr;
}

void Body::report_no_overload(const std::vector<FunctionInfo*>& candidates, const CallArgs& args,
                              std::string_view name, Span span) {
    std::string types;
    for (size_t i = 0; i < args.values.size(); ++i) {
        if (!types.empty()) types += ", ";
        const ast::Name& label = (*args.syntax)[i].name;
        if (!label.empty()) types += std::string(label.text) + ": ";
        types += args.values[i] ? name_of(args.values[i]->type) : "out";
    }
    auto& problem = report<diag::NoOverload>(span, name, types);
    for (size_t i = 0; i < candidates.size() && i < 5; ++i)
        problem.note<diag::Candidate>(candidates[i]->function->span,
                                      signature(*candidates[i], name));
}

// The only function that could be meant does not take the types: says which argument is wrong.
void Body::report_unfit(const Match& m, const CallArgs& args, std::string_view name) {
    const Function& function = *m.function->function;
    for (size_t i = args.self ? 1 : 0; i < args.count(); ++i) {
        if (arg_fit(m, args, i) != Fit::No) continue;
        if (m.params[i] >= function.params.size()) {  // `out x` for `...`
            report<diag::UnexpectedRef>(args.arg(i)->span);
            return;
        }
        const Local& param = *function.params[m.params[i]];
        const ast::Arg& syntax = *args.arg(i);
        Expr* value = args.value(i);
        size_t before = c_.sink->all().size();
        if (param.kind != LocalKind::Parameter) {
            Argument unused{value, false, false};
            pass_ref(param, &syntax, value, function.is_library, unused);
        } else if (syntax.mode != ast::PassMode::Value) {
            report<diag::UnexpectedRef>(syntax.span);
        } else if (value->type == Types::Void) {
            report<diag::NoText>(value->span);
        } else {
            convert(value, param_type(m, i));
        }
        if (c_.sink->all().size() > before && function.span.valid())
            const_cast<diag::Diagnostic&>(c_.sink->all().back())
                .note<diag::DeclaredHere>(function.span, name);
        return;
    }
}

}  // namespace dream::checker
