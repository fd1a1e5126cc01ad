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
        program.functions.push_back(&f);
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
    check_implementation_results();
    // A result may be unknown because of something that has been reported.
    if (sink->has_errors()) return;
    for (const Function* f : unresolved)
        sink->report<diag::CannotInferResult>(f->span, f->name, kUnknown);
}

void Checker::check_static_fields() {
    for (size_t i = 0; i < all_types.size(); ++i) {
        for (GlobalInfo* info : all_types[i]->static_fields) {
            Global& global = *info->global;
            if (global.init) continue;
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
        }
    }
}

}  // namespace dream::checker
