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
            if (&made == generic.form && !may_bound(bound, bounds, type->span)) continue;
            if (types.is_parameter(bound) || info_of(bound)) bounds.types.push_back(bound);
        }
        if (bounds.is_class && bounds.is_struct)
            sink->report<diag::BadBound>(constraint.span, "class, struct");
    }
    if (&made != generic.form) return;
    std::vector<Progress> progress(made.args.size(), Progress::NotStarted);
    for (size_t i = 0; i < made.args.size(); ++i) bind_parameter(made, i, progress);
}

// Whether a declaration may say so; if not, that is reported.
bool Checker::may_bound(TypeId bound, const Bounds& before, Span at) {
    if (std::find(before.types.begin(), before.types.end(), bound) != before.types.end()) {
        sink->report<diag::InterfaceTwice>(at, name_of(bound));
        return false;
    }
    if (types.is_parameter(bound) || types.is_interface(bound)) return true;
    const TypeInfo* info = info_of(bound);
    if (!info || !info->class_ || before.is_struct) {
        sink->report<diag::BadBound>(at, name_of(bound));
        return false;
    }
    if (!before.types.empty()) sink->report<diag::BoundNotFirst>(at, name_of(bound));
    return before.types.empty();
}

// Makes a parameter of a form what it is bound to be, after those that bound it.
void Checker::bind_parameter(Specialisation& form, size_t index, std::vector<Progress>& progress) {
    if (progress[index] == Progress::Done) return;
    TypeId parameter = form.args[index];
    Bounds& bounds = form.bounds[index];
    if (progress[index] == Progress::Running) {
        const ast::Name& name = form.generic->params()[index].name;
        sink->report<diag::DependsOnItself>(name.span, "bound", name.text);
        bounds.types.clear();
        return;
    }
    progress[index] = Progress::Running;
    for (TypeId bound : std::vector<TypeId>(bounds.types)) {
        auto at = std::find(form.args.begin(), form.args.end(), bound);
        if (at == form.args.end()) continue;
        bind_parameter(form, static_cast<size_t>(at - form.args.begin()), progress);
    }
    progress[index] = Progress::Done;
    auto is_class = [&](TypeId bound) {
        return types.is(bound, TypeKind::Class) && !types.is_interface(bound);
    };
    auto base = std::find_if(bounds.types.begin(), bounds.types.end(), is_class);
    if (base != bounds.types.end()) types.set_base(parameter, *base);
    if (bounds.is_class || base != bounds.types.end()) {
        types.bound_to_class(parameter);
        for (TypeId bound : bounds.types)
            if (types.is_interface(bound)) types.add_interface(parameter, bound);
    }
    give_members_of_bounds(parameter, bounds);
}

// A parameter has the members of its bounds: of several, as an abstract class has those of all.
void Checker::give_members_of_bounds(TypeId parameter, const Bounds& bounds) {
    std::vector<TypeInfo*> infos;
    for (TypeId bound : bounds.types)
        if (TypeInfo* info = info_of(bound)) infos.push_back(info);
    if (infos.empty()) return;
    TypeInfo* all = infos[0];
    if (infos.size() > 1) {
        all = arena.make<TypeInfo>();
        all->type = parameter;
        all->name = types.nominal(parameter).name;
        all->scope = new_scope(nullptr);
        all->scope->type = all;
        all->is_abstract = true;
        all->class_ = infos[0]->class_;
        all->headers = Progress::Done;
        all->is_checked = true;
        for (TypeInfo* info : infos) {
            bool is_base = !all->base && !info->is_interface;
            if (is_base) all->base = info;
            else all->interfaces.push_back(info);
        }
    }
    type_infos[parameter] = all;
}

const Bounds* Checker::bounds_of(TypeId parameter) const {
    auto it = parameters_.find(parameter);
    if (it == parameters_.end()) return nullptr;
    auto [form, index] = it->second;
    return index < form->bounds.size() ? &form->bounds[index] : nullptr;
}

bool Checker::is_bound_by(TypeId parameter, TypeId bound) const {
    if (parameter == bound) return true;
    const Bounds* bounds = bounds_of(parameter);
    return bounds && std::any_of(bounds->types.begin(), bounds->types.end(),
                                 [&](TypeId named) { return is_bound_by(named, bound); });
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
        if (!types.is_subclass(arg, bound) && !is_boxed_as(arg, bound) && !is_bound_by(arg, bound))
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
