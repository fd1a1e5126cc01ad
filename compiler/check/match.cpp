// Which argument of a call meets which parameter, as C# has it: by position or by name, defaults for
// what is left out, and the elements of a `params` array spelled out (the expanded form). Types play
// no part yet; they decide in overloads.cpp.
#include <algorithm>

#include "check/body.h"

namespace dream::checker {

namespace {

size_t param_named(const Function& f, std::string_view name) {
    auto found = std::find_if(f.params.begin(), f.params.end(),
                              [&](const Local* param) { return param->name == name; });
    return static_cast<size_t>(found - f.params.begin());
}

bool has_default(const FunctionInfo& f, size_t param) {
    return param < f.defaults.size() && f.defaults[param].syntax;
}

}  // namespace

// `skip` arguments (the receiver of an extension method) stand in front of the written ones. `why`
// says what is wrong if the answer is false.
bool Body::match(FunctionInfo& f, const ast::List<ast::Arg>& syntax, size_t skip, bool is_expanded,
                 Match& m, Mismatch& why) const {
    const Function& function = *f.function;
    size_t count = function.params.size();
    m = Match{&f, {}, is_expanded, false};
    std::vector<bool> is_given(count, false);
    auto fail = [&](Mismatch::Kind kind, size_t argument, size_t param) {
        why = {kind, argument, param};
        return false;
    };
    const ast::Arg* moved = nullptr;  // the first name that is out of its place
    for (size_t i = 0; i < syntax.size() + skip; ++i) {
        const ast::Arg* arg = i < skip ? nullptr : &syntax[i - skip];
        bool is_named = arg && !arg->name.empty();
        size_t param = is_named ? param_named(function, arg->name.text) : i;
        if (is_named && param == count) return fail(Mismatch::Kind::UnknownName, i - skip, param);
        if (!is_named && moved) return fail(Mismatch::Kind::OutOfPlace, i - skip, param);
        bool is_element = is_expanded && !is_named && param + 1 >= count;
        if (is_element) param = count - 1;
        if (param >= count && function.is_varargs && !is_named) {
            m.params.push_back(count);  // behind the last parameter: what C calls variable
            continue;
        }
        if (param >= count) return fail(Mismatch::Kind::Count, i, param);
        if (is_given[param] && !is_element) return fail(Mismatch::Kind::Twice, i - skip, param);
        if (is_named && param != i && !moved) moved = arg;
        is_given[param] = true;
        m.params.push_back(param);
    }
    for (size_t i = 0; i < count; ++i) {
        if (is_given[i] || (is_expanded && i + 1 == count)) continue;
        if (!has_default(f, i)) return fail(Mismatch::Kind::Missing, 0, i);
        m.has_defaults = true;
    }
    return true;
}

// The type that argument i is to have.
TypeId Body::param_type(const Match& m, size_t i) const {
    const std::vector<Local*>& params = m.function->function->params;
    if (m.params[i] >= params.size()) return {};  // C reads it off the argument
    TypeId type = params[m.params[i]]->type;
    bool is_element = m.is_expanded && m.params[i] + 1 == params.size();
    return is_element && types_.is(type, TypeKind::Array) ? types_.element(type) : type;
}

std::string Body::counted(size_t arguments) const {
    if (arguments == 0) return "no arguments";
    return arguments == 1 ? "1 argument" : std::to_string(arguments) + " arguments";
}

// How many arguments a function takes, beside `skip` that are there anyway.
std::string Body::counted(const FunctionInfo& f, size_t skip) const {
    size_t most = f.function->params.size() - skip, least = most;
    if (f.function->is_varargs) return "at least " + counted(least);
    if (f.has_params_array) --least;
    for (size_t i = skip; i < f.function->params.size(); ++i)
        if (has_default(f, i)) --least;
    if (f.has_params_array) return "at least " + counted(least);
    if (least == most) return counted(most);
    return std::to_string(least) + " to " + counted(most);
}

// The only function that could be meant does not take arguments of these places and names.
void Body::report_mismatch(const FunctionInfo& f, const CallArgs& args, const Mismatch& why,
                           std::string_view name) {
    const Function& function = *f.function;
    size_t skip = args.self ? 1 : 0;
    const ast::Arg* arg =
        why.argument < args.syntax->size() ? &(*args.syntax)[why.argument] : nullptr;
    bool has_names = std::any_of(args.syntax->begin(), args.syntax->end(),
                                 [](const ast::Arg& a) { return !a.name.empty(); });
    diag::Diagnostic* problem = nullptr;
    switch (why.kind) {
        case Mismatch::Kind::UnknownName: {
            problem = &report<diag::UnknownParameter>(arg->name.span, name, arg->name.text);
            std::vector<std::string_view> names;
            for (const Local* param : function.params) names.push_back(param->name);
            c_.suggest(*problem, arg->name.text, arg->name.span, names);
            break;
        }
        case Mismatch::Kind::Twice:
            problem = &report<diag::ParameterTwice>(arg->name.empty() ? arg->span : arg->name.span,
                                                    function.params[why.param]->name);
            break;
        case Mismatch::Kind::OutOfPlace:
            problem = &report<diag::PositionalAfterNamed>(arg->span);
            break;
        case Mismatch::Kind::Missing:
            if (has_names) {
                problem = &report<diag::MissingArgument>(args.span, name,
                                                         function.params[why.param]->name);
                break;
            }
            [[fallthrough]];
        case Mismatch::Kind::Count:
            problem = &report<diag::WrongArgumentCount>(args.span, name, counted(f, skip),
                                                        args.values.size());
            break;
    }
    if (function.span.valid()) problem->note<diag::DeclaredHere>(function.span, name);
}

}  // namespace dream::checker
