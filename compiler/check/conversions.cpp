// Conversions that classes and structs define: `static implicit operator T(U x)`, applied wherever a
// value is wanted of another type, and `explicit`, applied by casts. As in C#, both types and their
// bases are asked; of several, one that takes and gives exactly these types goes before others. At
// most one standard conversion stands on each side.
#include <algorithm>

#include "check/body.h"

namespace dream::checker {

// What C# asks of a conversion.
void Checker::check_conversion(const FunctionInfo& info) {
    const Function& f = *info.function;
    TypeId from = f.params.empty() ? TypeId(Types::Error) : f.params[0]->type, to = f.result;
    if (from == Types::Error || to == Types::Error) return;
    bool is_own = (from == f.owner) != (to == f.owner);
    TypeId other = from == f.owner ? to : from;
    if (!is_own) {
        sink->report<diag::ConversionForOthers>(f.span, info.owner->name);
        return;
    }
    bool is_built_in = types.is_interface(other) ||
                       (types.is(other, TypeKind::Class) && types.is(f.owner, TypeKind::Class) &&
                        (types.is_subclass(other, f.owner) || types.is_subclass(f.owner, other)));
    if (is_built_in) sink->report<diag::ConversionBuiltIn>(f.span, name_of(other));
}

// The operators that convert a value of the one type to the other, the best ones: those whose types
// are the nearest.
std::vector<FunctionInfo*> Checker::conversions(TypeId from, TypeId to, bool is_explicit) const {
    std::vector<FunctionInfo*> found;
    size_t best = 0;
    auto nearness = [&](TypeId have, TypeId want) -> size_t {
        if (have == want) return 2;
        Expr value{ExprKind::Default, have, {}};
        return fit(value, want) != Fit::No ? 1 : 0;
    };
    auto look_in = [&](TypeId type) {
        if (!types.is_nominal(type)) return;
        for (const TypeInfo* info = info_of(type); info; info = info->base)
            for (FunctionInfo* f : info->operators) {
                const ast::OperatorName& op = f->syntax->op;
                if (!op.is_conversion || (!op.is_implicit && !is_explicit)) continue;
                if (f->function->params.size() != 1) continue;
                if (std::find(found.begin(), found.end(), f) != found.end()) continue;
                size_t before = nearness(from, f->function->params[0]->type);
                size_t after = nearness(f->function->result, to);
                bool may_narrow =
                    is_explicit && types.is_numeric(f->function->result) && types.is_numeric(to);
                if (before == 0 || (after == 0 && !may_narrow)) continue;
                size_t near = before * 3 + after;
                if (near < best) continue;
                if (near > best) found.clear();
                best = near;
                found.push_back(f);
            }
    };
    look_in(from);
    look_in(to);
    return found;
}

// The value by way of an operator; null: none applies. After a report, of type Error.
Expr* Body::user_conversion(Expr* e, TypeId to, bool is_explicit, Span span) {
    TypeId from = c_.settle_default(e)->type;
    if (!types_.is_nominal(from) && !types_.is_nominal(to)) return nullptr;
    if (from == Types::Null || is_error(e) || e->type == Types::UntypedFunction) return nullptr;
    if (e->type == Types::UntypedReal && !c_.conversions(Types::Double, to, is_explicit).empty())
        from = Types::Double;
    std::vector<FunctionInfo*> found = c_.conversions(from, to, is_explicit);
    if (found.empty()) return nullptr;
    if (found.size() > 1) {
        auto& problem = report<diag::ConversionAmbiguous>(span, name_of(from), name_of(to));
        for (const FunctionInfo* f : found)
            problem.note<diag::DeclaredHere>(f->function->span, f->shown_name);
        return error(span);
    }
    FunctionInfo& f = *found[0];
    std::vector<Argument> arguments{{c_.coerce(e, f.function->params[0]->type), false, false}};
    Expr* made =
        node<CallExpr>(f.function->result, span, f.function, nullptr, false, std::move(arguments));
    bool narrows = c_.fit(*made, to) == Fit::No;
    return narrows ? c_.numeric(made, to) : c_.coerce(made, to);
}

}  // namespace dream::checker
