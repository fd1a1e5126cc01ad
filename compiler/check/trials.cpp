// Lambdas checked before their function type is known: what their bodies return says which type
// arguments a generic function takes, and which of several functions is meant.
//
// The types of the parameters must be known, from the lambda itself or from what the other arguments
// have said so far: the second phase of C#'s inference. A lambda is tried once for each set of them.
// Its returns stay as they are [untyped], so that the tree of the trial is the lambda's own as soon
// as they fit the result that is wanted; only where they do not (`x => [x]` for double[]) is the
// body checked again. So lambdas inside lambdas take no exponential time.
#include <algorithm>
#include <utility>

#include "check/body.h"

namespace dream::checker {

const LambdaTrial& Body::try_lambda(const UnboundFunction& e, const std::vector<TypeId>& params) {
    if (e.trial && e.trial->params == params) return *e.trial;
    auto* trial = c_.arena.make<LambdaTrial>();
    trial->params = params;
    trial->function = new_lambda(*e.lambda);
    for (size_t i = 0; i < params.size(); ++i) {
        const ast::Param& syntax = e.lambda->params[i];
        trial->function->params.push_back(
            c_.make_local(syntax.name.text, params[i], syntax.span, lambda_kind(syntax.mode)));
    }
    diag::Sink* before = std::exchange(c_.sink, &trial->reports);
    FunctionInfo info;
    lambda_body(*e.lambda, *trial->function, info, &trial->returns);
    c_.sink = before;
    return *(e.trial = trial);
}

namespace {

bool has_types(const std::vector<Local*>& params, const std::vector<TypeId>& types) {
    return std::equal(params.begin(), params.end(), types.begin(), types.end(),
                      [](const Local* param, TypeId type) { return param->type == type; });
}

}  // namespace

// How well the returns of a lambda fit a function type with these parameters; without a trial that
// says it, they may.
Fit Checker::fit_returns(const UnboundFunction& f, const Function& invoke) const {
    const LambdaTrial* trial = f.trial;
    if (!trial || trial->reports.has_errors() || !has_types(invoke.params, trial->params))
        return Fit::Implicit;
    bool has_value = std::any_of(trial->returns.begin(), trial->returns.end(),
                                 [](const ReturnStmt* r) { return r->value; });
    // A block that returns a value must not be asked for none; `() => f()` may drop one.
    if (invoke.result == Types::Void)
        return !has_value ? Fit::Exact : f.lambda->expr ? Fit::Implicit : Fit::No;
    Fit worst = Fit::Exact;
    for (const ReturnStmt* r : trial->returns)
        worst = std::min(worst, r->value ? fit(*r->value, invoke.result) : Fit::No);
    if (!trial->returns.empty()) return worst;
    return f.lambda->expr ? Fit::No : Fit::Implicit;  // a block may throw, or run for ever
}

// The lambda as its trial has left it, if that fits; else null.
Function* Body::tried_lambda(const UnboundFunction& e, const Function& invoke) {
    LambdaTrial* trial = e.trial;
    if (!trial || trial->reports.has_errors() || !has_types(invoke.params, trial->params))
        return nullptr;
    bool wants_value = invoke.result != Types::Void;
    bool is_fine = wants_value == !trial->returns.empty();
    for (const ReturnStmt* r : trial->returns)
        is_fine = is_fine && wants_value && r->value && c_.fit(*r->value, invoke.result) != Fit::No;
    if (!is_fine) return nullptr;
    for (ReturnStmt* r : trial->returns) r->value = convert(r->value, invoke.result);
    trial->function->result = invoke.result;
    c_.sink->take(trial->reports);
    e.trial = nullptr;  // the tree is in use
    return trial->function;
}

// ---- type arguments ------------------------------------------------------------------------------

// The types of the parameters of function argument i as far as the type arguments are known; of type
// Error where they are not.
std::vector<TypeId> Body::known_inputs(const Match& m, size_t i,
                                       const std::vector<TypeId>& found) {
    const Generic& generic = *m.function->generic;
    const ast::Type* syntax = m.function->syntax->params[m.params[i]].type;
    if (syntax->kind == ast::TypeKind::ArrayType) syntax = ast::as<ast::ArrayType>(*syntax).element;
    const auto* function = ast::try_as<ast::FuncType>(syntax);
    std::vector<TypeId> inputs;
    if (!function) return {Types::Error};
    Scope* scope = c_.new_scope(generic.scope);
    for (size_t k = 0; k < found.size(); ++k) {
        const ast::Name& name = generic.params()[k].name;
        c_.add_symbol(*scope, SymbolKind::Type, name.text, name.span)->type =
            found[k].valid() ? found[k] : TypeId(Types::Error);
    }
    Quiet quiet(c_);
    for (const ast::FuncTypeParam& param : function->params)
        inputs.push_back(c_.resolve_type(*param.type, *scope));
    return inputs;
}

// What a lambda or a function named by itself returns for parameters of these types; invalid if it
// does not say.
TypeId Body::result_for(const UnboundFunction& f, const Function& invoke,
                        const std::vector<TypeId>& inputs) {
    size_t count = inputs.size();
    if (f.lambda) {
        if (f.written.size() != count) return {};
        for (size_t i = 0; i < count; ++i)
            if (f.written[i].valid() && f.written[i] != inputs[i]) return {};
        TypeId result;
        for (const ReturnStmt* r : try_lambda(f, inputs).returns) {
            if (!r->value) return {};
            result = result.valid() ? c_.common_type(result, r->value->type) : r->value->type;
            if (!result.valid()) return {};
        }
        return result;
    }
    Quiet quiet(c_);
    Function wanted;
    for (size_t i = 0; i < count; ++i)
        wanted.params.push_back(c_.make_local({}, inputs[i], invoke.span, invoke.params[i]->kind));
    CallArgs args;
    const FunctionInfo* chosen = choose_for(*f.functions, wanted, args, invoke.span);
    return chosen ? c_.result_of(const_cast<FunctionInfo&>(*chosen)) : TypeId{};
}

// The second phase: arguments whose parameters have become known say what their results are, until
// none is left that could. `fixed` are those type arguments that something named exactly; what a
// lambda takes is fixed by that, too.
void Body::learn_results(const Match& m, const CallArgs& args, std::vector<TypeId> fixed,
                         std::vector<TypeId>& found) {
    const Specialisation& form = *m.function->generic->form;
    std::vector<size_t> waiting;
    for (size_t i = 0; i < args.count(); ++i) {
        const Expr* value = args.value(i);
        const Function* invoke = c_.invoke_of(param_type(m, i));
        bool is_waiting = value && value->type == Types::UntypedFunction && invoke &&
                          types_.is_open(invoke->result);
        if (is_waiting) waiting.push_back(i);
    }
    std::vector<TypeId> inputs;
    auto is_ready = [&](size_t i) {
        inputs = known_inputs(m, i, found);
        return std::find(inputs.begin(), inputs.end(), Types::Error) == inputs.end();
    };
    for (;;) {
        auto next = std::find_if(waiting.begin(), waiting.end(), is_ready);
        if (next == waiting.end()) return;
        size_t i = *next;
        waiting.erase(next);
        const Function& invoke = *c_.invoke_of(param_type(m, i));
        for (size_t k = 0; k < inputs.size(); ++k)
            c_.unify(invoke.params[k]->type, inputs[k], form, true, fixed);
        TypeId result =
            result_for(static_cast<const UnboundFunction&>(*args.value(i)), invoke, inputs);
        bool says_nothing = !result.valid() || result == Types::Null || result == Types::Void ||
                            result == Types::Error || result == Types::UntypedFunction;
        std::vector<TypeId> learned = found;
        // What does not agree is for the conversion of the argument to report.
        if (says_nothing || !c_.unify(invoke.result, result, form, false, learned)) continue;
        for (size_t k = 0; k < found.size(); ++k) found[k] = fixed[k].valid() ? fixed[k] : learned[k];
    }
}

// Reports what is wrong inside lambdas that were tried in vain; whether anything was.
bool Body::report_trials(const CallArgs& args) {
    bool has_error = false;
    for (Expr* value : args.values) {
        if (!value || value->type != Types::UntypedFunction) continue;
        const LambdaTrial* trial = static_cast<UnboundFunction*>(value)->trial;
        if (!trial || !trial->reports.has_errors()) continue;
        c_.sink->take(trial->reports);
        has_error = true;
    }
    return has_error;
}

// ---- overloads -----------------------------------------------------------------------------------

// Tries the lambdas among the arguments whose function types differ in their results alone, so that
// the choice sees which results they fit.
void Body::try_lambdas(const std::vector<Match>& fitting, const CallArgs& args) {
    for (size_t i = 0; i < args.count() && fitting.size() > 1; ++i) {
        const Expr* value = args.value(i);
        if (!value || value->type != Types::UntypedFunction) continue;
        const auto& function = static_cast<const UnboundFunction&>(*value);
        const Function* first = nullptr;
        bool is_same = function.lambda != nullptr;
        for (const Match& m : fitting) {
            const Function* invoke = c_.invoke_of(param_type(m, i));
            if (!invoke || c_.fit(*value, invoke->owner) == Fit::No) continue;
            if (!first) first = invoke;
            is_same = is_same && c_.same_parameters(*first, *invoke);
        }
        if (!is_same || !first) continue;
        std::vector<TypeId> inputs;
        for (const Local* param : first->params) inputs.push_back(param->type);
        if (std::find(inputs.begin(), inputs.end(), Types::Error) == inputs.end())
            try_lambda(function, inputs);
    }
}

}  // namespace dream::checker
