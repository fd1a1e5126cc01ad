// The choice among functions of one name: those that take the arguments without casts, and of them
// the one whose parameters are nearest to the arguments (C#'s better conversion, argument by
// argument). A `text` parameter of the library takes anything and loses against all others.
#include <algorithm>

#include "check/body.h"

namespace dream::checker {

Fit Body::arg_fit(const FunctionInfo& f, const CallArgs& args, size_t i) const {
    const Local& param = *f.function->params[i];
    size_t skip = args.self ? 1 : 0;
    const Expr* value = i < skip ? args.self : args.values[i - skip];
    const ast::Arg* syntax = i < skip ? nullptr : &(*args.syntax)[i - skip];
    ast::PassMode mode = syntax ? syntax->mode : ast::PassMode::Value;
    if (param.kind == LocalKind::Parameter) {
        if (mode != ast::PassMode::Value) return Fit::No;
        bool is_text = f.is_text.size() > i && f.is_text[i] && value->type != Types::String;
        if (is_text) return value->type == Types::Void ? Fit::No : Fit::Text;
        return c_.fit(*value, param.type);
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

bool Body::is_applicable(const FunctionInfo& f, const CallArgs& args) const {
    for (size_t i = 0; i < f.function->params.size(); ++i)
        if (arg_fit(f, args, i) == Fit::No) return false;
    return true;
}

// `a` is at least as near for every argument, and nearer for one.
bool Body::is_better(const FunctionInfo& a, const FunctionInfo& b, const CallArgs& args) const {
    bool is_nearer = false;
    for (size_t i = 0; i < a.function->params.size(); ++i) {
        Fit fit_a = arg_fit(a, args, i), fit_b = arg_fit(b, args, i);
        if (fit_a < fit_b) return false;
        if (fit_a > fit_b) {
            is_nearer = true;
            continue;
        }
        TypeId type_a = a.function->params[i]->type, type_b = b.function->params[i]->type;
        if (type_a == type_b || fit_a != Fit::Implicit) continue;
        Expr of_a{ExprKind::Default, type_a, {}}, of_b{ExprKind::Default, type_b, {}};
        bool to_b = c_.fit(of_a, type_b) != Fit::No, to_a = c_.fit(of_b, type_a) != Fit::No;
        if (to_a && !to_b) return false;
        if (to_b && !to_a) is_nearer = true;
    }
    return is_nearer;
}

std::string Body::counted(size_t arguments) const {
    if (arguments == 0) return "no arguments";
    return arguments == 1 ? "1 argument" : std::to_string(arguments) + " arguments";
}

std::string Body::signature(const FunctionInfo& f, std::string_view name) const {
    std::string text(name);
    text += "(";
    for (const Local* param : f.function->params) {
        if (text.back() != '(') text += ", ";
        if (param->kind == LocalKind::Ref) text += "ref ";
        if (param->kind == LocalKind::Out) text += "out ";
        text += name_of(param->type);
    }
    return text + ")";
}

// A real constant among the arguments is a double wherever one of the functions takes a double.
void Body::prefer_double(std::vector<FunctionInfo*>& applicable, const CallArgs& args) const {
    size_t skip = args.self ? 1 : 0;
    for (size_t i = 0; i < args.values.size(); ++i) {
        if (!args.values[i] || args.values[i]->type != Types::UntypedReal) continue;
        auto takes = [&](const FunctionInfo* f, TypeId type) {
            return f->function->params[i + skip]->type == type;
        };
        bool has_double = std::any_of(applicable.begin(), applicable.end(),
                                      [&](auto* f) { return takes(f, Types::Double); });
        if (has_double) std::erase_if(applicable, [&](auto* f) { return takes(f, Types::Float); });
    }
}

FunctionInfo* Body::choose(const std::vector<FunctionInfo*>& candidates, const CallArgs& args,
                           std::string_view name, Span span) {
    size_t count = args.values.size() + (args.self ? 1 : 0);
    std::vector<FunctionInfo*> fitting;
    for (FunctionInfo* f : candidates)
        if (f->function->params.size() == count) fitting.push_back(f);
    if (args.has_error) return candidates.size() == 1 && fitting.size() == 1 ? fitting[0] : nullptr;
    if (candidates.size() == 1 && fitting.empty()) {
        const Function& f = *candidates[0]->function;
        report<diag::WrongArgumentCount>(
            args.span, name, counted(f.params.size() - (args.self ? 1 : 0)), args.values.size())
            .note<diag::DeclaredHere>(f.span, name);
        return nullptr;
    }
    std::vector<FunctionInfo*> applicable;
    for (FunctionInfo* f : fitting)
        if (is_applicable(*f, args)) applicable.push_back(f);
    if (applicable.empty()) {
        if (fitting.size() == 1) {
            report_mismatch(*fitting[0], args, name, span);
            return nullptr;
        }
        std::string types;
        for (const Expr* value : args.values) {
            if (!types.empty()) types += ", ";
            types += value ? name_of(value->type) : "out";
        }
        auto& problem = report<diag::NoOverload>(span, name, types);
        for (size_t i = 0; i < candidates.size() && i < 5; ++i)
            problem.note<diag::Candidate>(candidates[i]->function->span,
                                          signature(*candidates[i], name));
        return nullptr;
    }
    prefer_double(applicable, args);
    for (FunctionInfo* best : applicable) {
        bool is_best =
            std::all_of(applicable.begin(), applicable.end(), [&](const FunctionInfo* other) {
                return other == best || is_better(*best, *other, args);
            });
        if (is_best) return best;
    }
    auto& problem = report<diag::AmbiguousCall>(span, name);
    for (size_t i = 0; i < applicable.size() && i < 5; ++i)
        problem.note<diag::Candidate>(applicable[i]->function->span,
                                      signature(*applicable[i], name));
    return nullptr;
}

// The only function with so many parameters does not take the arguments: says which one is wrong.
void Body::report_mismatch(const FunctionInfo& f, const CallArgs& args, std::string_view name,
                           Span) {
    size_t skip = args.self ? 1 : 0;
    for (size_t i = skip; i < f.function->params.size(); ++i) {
        if (arg_fit(f, args, i) != Fit::No) continue;
        const Local& param = *f.function->params[i];
        const ast::Arg& syntax = (*args.syntax)[i - skip];
        Expr* value = args.values[i - skip];
        size_t before = c_.sink->all().size();
        if (param.kind != LocalKind::Parameter) {
            Argument unused{value, false, false};
            pass_ref(param, &syntax, value, f.function->is_library, unused);
        } else if (syntax.mode != ast::PassMode::Value) {
            report<diag::UnexpectedRef>(syntax.span);
        } else if (value->type == Types::Void) {
            report<diag::NoText>(value->span);
        } else {
            convert(value, param.type);
        }
        if (c_.sink->all().size() > before && f.function->span.valid())
            const_cast<diag::Diagnostic&>(c_.sink->all().back())
                .note<diag::DeclaredHere>(f.function->span, name);
        return;
    }
}

}  // namespace dream::checker
