// `where`: what a generic declaration may ask of its arguments, and whether they have it.
#include <algorithm>

#include "check/checker.h"

namespace dream::checker {

// What the declaration says, in terms of the specialisation. For a form this also makes its
// parameters what they are bound to be.
void Checker::resolve_bounds(Specialisation& made) {
    if (made.has_bounds) return;
    made.has_bounds = true;
    made.bounds.resize(made.args.size());
    const Generic& generic = *made.generic;
    for (const ast::Constraint& constraint : generic.constraints()) {
        size_t index = 0;
        while (index < made.args.size() &&
               generic.params()[index].name.text != constraint.param.text)
            ++index;
        if (index == made.args.size()) {
            if (!constraint.param.empty())
                sink->report<diag::UnknownTypeParameter>(constraint.param.span,
                                                         constraint.param.text, generic.name);
            continue;
        }
        Bounds& bounds = made.bounds[index];
        bounds.is_class = bounds.is_class || constraint.is_class;
        bounds.is_struct = bounds.is_struct || constraint.is_struct;
        bounds.has_new = bounds.has_new || constraint.has_new;
        for (const ast::Type* type : constraint.types) {
            TypeId bound = resolve_type(*type, *made.scope);
            if (bound == Types::Error) continue;
            TypeInfo* info = info_of(bound);
            bool is_class = info && info->class_ && !types.is_parameter(bound);
            if (types.is_parameter(bound) && &made == generic.form)
                not_supported("a type parameter as a bound", type->span);
            else if (!bounds.types.empty() && &made == generic.form)
                not_supported("a type parameter with several bases or interfaces", type->span);
            else if (&made == generic.form && (!is_class || (bounds.is_struct && !types.is_interface(bound))))
                sink->report<diag::BadBound>(type->span, name_of(bound));
            else if (is_class)
                bounds.types.push_back(bound);
        }
        if (bounds.is_class && bounds.is_struct)
            sink->report<diag::BadBound>(constraint.span, "class, struct");
        if (&made != generic.form) continue;
        if (!bounds.types.empty()) {
            bool may_be_struct = types.is_interface(bounds.types[0]) && !bounds.is_class;
            if (!may_be_struct) types.bound_to_class(made.args[index], bounds.types[0]);
            type_infos[made.args[index]] = info_of(bounds.types[0]);
        } else if (bounds.is_class) {
            types.bound_to_class(made.args[index], {});
        }
    }
}

const Bounds* Checker::bounds_of(TypeId parameter) const {
    auto it = parameters_.find(parameter);
    if (it == parameters_.end()) return nullptr;
    auto [form, index] = it->second;
    return index < form->bounds.size() ? &form->bounds[index] : nullptr;
}

bool Checker::has_default_constructor(const TypeInfo& info) const {
    bool declares_one = false;
    for (const FunctionInfo* f : info.constructors) {
        if (!f->syntax) continue;  // an implicit one
        declares_one = true;
        if (f->syntax->params.empty()) return f->access == Access::Public;
    }
    return !declares_one && (!info.base || has_default_constructor(*info.base));
}

// What an argument lacks, as the end of a sentence; "" if nothing.
std::string Checker::lacking(TypeId arg, const Bounds& bounds) const {
    const Bounds* own = bounds_of(arg);
    bool is_value = types.is_numeric(arg) || arg == Types::Bool || types.is(arg, TypeKind::Enum) ||
                    types.is(arg, TypeKind::Struct);
    const TypeInfo* info = info_of(arg);
    if (bounds.is_class && !types.is_counted(arg)) return "is not a class";
    if (bounds.is_struct && !(own ? own->is_struct : is_value)) return "is not a value type";
    for (TypeId bound : bounds.types)
        if (!types.is_subclass(arg, bound) && !implements(arg, bound))
            return (types.is_interface(bound) ? "does not implement '" : "does not derive from '") +
                   name_of(bound) + "'";
    if (!bounds.has_new) return "";
    bool has_new = own ? own->has_new || own->is_struct
                       : is_value || (info && !info->is_abstract && has_default_constructor(*info));
    return has_new ? "" : "has no public constructor without parameters";
}

bool Checker::check_bounds(Specialisation& made, Span at) {
    if (made.generic->constraints().empty()) return true;
    if (stage_ == Stage::Bases) {
        pending_bounds_.push_back({&made, at, sink});
        return true;
    }
    diag::Sink* before = sink;
    sink = &silent;
    resolve_bounds(made);
    sink = before;
    for (size_t i = 0; i < made.args.size(); ++i) {
        std::string problem = lacking(made.args[i], made.bounds[i]);
        if (problem.empty()) continue;
        const ast::Name& param = made.generic->params()[i].name;
        sink->report<diag::BoundNotMet>(at, name_of(made.args[i]), param.text, made.generic->name,
                                        problem)
            .note<diag::DeclaredHere>(param.span, param.text);
        return false;
    }
    return true;
}

}  // namespace dream::checker
