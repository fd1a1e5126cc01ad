// The third step: bodies, until no function is left (bodies declare further functions), and the
// initialisers of static fields.
#include "check/body.h"
#include "check/checker.h"

namespace dream::checker {

namespace {

constexpr std::string_view kUnknown = "it returns only what calls of itself return";

// Why a result type could not be inferred, or "" if another report says it.
std::string inference_problem(const Checker& checker, const FunctionInfo& info,
                              const std::vector<ReturnFact>& returns) {
    bool has_null = false, has_unknown = false;
    std::string names;
    for (const ReturnFact& fact : returns) {
        if (!fact.type.valid()) continue;
        has_null = has_null || fact.type == Types::Null;
        has_unknown = has_unknown || fact.type == Types::Error;
        std::string name = "'" + checker.name_of(fact.type) + "'";
        if (fact.type == Types::Error || names.find(name) != std::string::npos) continue;
        names += (names.empty() ? "" : " and ") + name;
    }
    if (info.results_disagree) return "its 'return' statements have the types " + names;
    if (has_null) return "it returns nothing but null";
    return has_unknown ? std::string(kUnknown) : "";
}

}  // namespace

void Checker::check_bodies() {
    std::vector<Function*> unresolved;
    for (size_t i = 0; i < pending_bodies.size(); ++i) {
        FunctionInfo& info = *pending_bodies[i];
        Function& f = *info.function;
        sink = sink_of(info.scope);
        TypeId result = result_of(info);
        if (f.overrides) {
            TypeId expected = result_of(*function_infos[f.overrides]);
            if (expected != result && expected != Types::Error && result != Types::Error)
                sink->report<diag::OverrideResult>(f.span, info.shown_name, name_of(expected),
                                                   name_of(result))
                    .note<diag::DeclaredHere>(f.overrides->span, info.shown_name);
        }
        bool is_to_string = f.kind == FunctionKind::Method && f.is_virtual &&
                            f.name == "ToString" && f.params.empty();
        if (is_to_string && result != Types::String && result != Types::Error && !f.overrides)
            sink->report<diag::ToStringResult>(f.span, name_of(result));
        bool has_body = !info.syntax || info.syntax->body || info.syntax->expr ||
                        (info.property && info.property->is_auto());
        if (!has_body || f.is_abstract) continue;
        int errors = sink->error_count();
        Body body(*this, &info, info.scope);
        f.body = body.function_body();
        bool is_form = info.scope->specialisation && info.scope->specialisation->is_form;
        (is_form ? program.generic_forms : program.functions).push_back(&f);
        if (!is_form) queue_used({f.body}, {});
        if (!info.is_inferred || result != Types::Error) continue;
        std::string problem = inference_problem(*this, info, body.returns);
        if (problem.empty() || (sink->error_count() > errors && !info.results_disagree)) continue;
        if (problem == kUnknown) {
            unresolved.push_back(&f);
            continue;
        }
        auto& report = sink->report<diag::CannotInferResult>(f.span, f.name, problem);
        for (const ReturnFact& fact : body.returns)
            if (fact.type.valid() && fact.type != Types::Error)
                report.note<diag::ReturnsType>(fact.span, name_of(fact.type));
    }
    pending_bodies.clear();
    sink = real_sink;
    check_implementation_results();
    // A result may be unknown because of something that has been reported.
    if (sink->has_errors()) return;
    for (const Function* f : unresolved)
        sink->report<diag::CannotInferResult>(f->span, f->name, kUnknown);
}

void Checker::check_static_fields() {
    for (; checked_types_ < all_types.size(); ++checked_types_) {
        size_t i = checked_types_;
        const Specialisation* specialisation = all_types[i]->scope->specialisation;
        if (specialisation && specialisation->is_open && !specialisation->is_form) continue;
        for (GlobalInfo* info : all_types[i]->static_fields) {
            Global& global = *info->global;
            if (global.init) continue;
            sink = sink_of(info->scope);
            Body body(*this, nullptr, info->scope);
            TypeId type = global_type(*info, global.span);
            bool is_var = info->syntax->type->kind == ast::TypeKind::VarType;
            if (is_var && !info->syntax->initial)
                sink->report<diag::VarNeedsValue>(global.span, global.name);
            else if (is_var)
                type = global.type = body.typed_expr(*info->syntax->initial)->type;
            if (is_var && (type == Types::Null || type == Types::Void))
                sink->report<diag::VarWithoutType>(
                    info->syntax->initial->span, global.name,
                    type == Types::Null ? "null" : "an expression without a value");
            if (type != Types::Error) global.init = body.initialiser(*info->syntax, type);
            bool is_form = specialisation && specialisation->is_form;
            if (global.init && !is_form) queue_used({}, {global.init});
        }
    }
    sink = real_sink;
}

}  // namespace dream::checker
