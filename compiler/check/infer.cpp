// Result types that nobody wrote: they come from the return statements.
//
// All functions that are being inferred form one set. Each round checks the body of every one of
// them, quietly, with the results found so far: a call whose result is not known has type Error and
// contributes nothing. Results only widen, so the rounds come to an end.
#include "check/body.h"

namespace dream::checker {

TypeId Checker::common_type(TypeId a, TypeId b) const {
    if (a == b) return a;
    auto is_number = [&](TypeId t) { return types.is_numeric(t) || t == Types::UntypedReal; };
    if (is_number(a) && is_number(b)) {
        for (TypeId type : {Types::Double, Types::Float, Types::UntypedReal, Types::Long})
            if (a == type || b == type) return type;
        return Types::Int;
    }
    if (a == Types::Null && types.is_nullable(b)) return b;
    if (b == Types::Null && types.is_nullable(a)) return a;
    if (types.is(a, TypeKind::Class) && types.is(b, TypeKind::Class)) {
        for (TypeId base = a; base.valid(); base = types.nominal(base).base)
            if (types.is_subclass(b, base)) return base == a || base == b ? base : TypeId{};
        if (types.is_subclass(a, b)) return b;  // an interface
    }
    return {};
}

// One look at the body; true if the result changed.
bool Checker::collect_results(FunctionInfo& info) {
    if (info.results_disagree) return false;
    Body body(*this, &info, info.scope);
    body.function_body();
    TypeId type = info.function->result == Types::Error ? TypeId{} : info.function->result;
    bool has_value = false, is_known = false;
    for (const ReturnFact& fact : body.returns) {
        if (!fact.type.valid()) continue;
        has_value = true;
        TypeId found = fact.type == Types::UntypedReal ? Types::Float : fact.type;
        if (found == Types::Error || found == Types::Null) continue;
        is_known = true;
        type = type.valid() ? common_type(type, found) : found;
        if (type.valid()) continue;
        info.results_disagree = true;  // reported when the body is checked for good
        break;
    }
    if (info.results_disagree) {
        bool was_known = info.function->result != Types::Error;
        info.function->result = Types::Error;
        return was_known;
    }
    if (!has_value) type = Types::Void;
    if (has_value && !is_known) return false;
    if (!type.valid() || type == info.function->result) return false;
    info.function->result = type;
    return true;
}

TypeId Checker::result_of(FunctionInfo& info) {
    if (!info.is_inferred || info.result == Progress::Done) return info.function->result;
    if (is_inferring) {
        if (info.result == Progress::NotStarted) {
            info.result = Progress::Running;
            inferring.push_back(&info);
        }
        return info.function->result;  // Error until something is known
    }
    info.result = Progress::Running;
    is_inferring = true;
    inferring.assign(1, &info);
    {
        Quiet quiet(*this);
        bool changed = true;
        while (changed) {
            changed = false;
            size_t known = inferring.size();
            // Callees come later in the set than their callers and are looked at first.
            for (size_t i = known; i-- > 0;) changed = collect_results(*inferring[i]) || changed;
            changed = changed || inferring.size() > known;
        }
    }
    is_inferring = false;
    for (FunctionInfo* f : inferring) f->result = Progress::Done;
    inferring.clear();
    return info.function->result;
}

}  // namespace dream::checker
