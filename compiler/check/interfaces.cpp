// Interfaces: what they may declare, and which methods of a class implement theirs.
//
// As in C#, a class implements an interface by public methods of the same name and parameters, its
// own or inherited ones. A class that does not name an interface again keeps what its base runs for
// it, overridden methods replaced. An abstract class may leave methods to those that derive from it.
#include <algorithm>

#include "check/checker.h"

namespace dream::checker {

void Checker::check_interface_members(TypeInfo& info) {
    for (const FieldInfo& field : info.fields)
        sink->report<diag::NotInInterface>(field.symbol->span, "fields");
    for (const GlobalInfo* field : info.static_fields)
        sink->report<diag::NotInInterface>(field->global->span, "fields");
    for (const FunctionInfo* f : info.constructors)
        sink->report<diag::NotInInterface>(f->function->span, "constructors");
    if (info.destructor)
        sink->report<diag::NotInInterface>(info.destructor->function->span, "destructors");
    info.fields.clear();
    info.static_fields.clear();
    info.constructors.clear();
    info.destructor = nullptr;
    for (const FunctionInfo* f : info.methods)
        if (f->function->name == info.name)
            sink->report<diag::NotInInterface>(f->function->span, "constructors");
}

void Checker::add_interface(TypeInfo& info, TypeInfo& interface, Span span) {
    auto& named = info.interfaces;
    if (std::find(named.begin(), named.end(), &interface) != named.end()) {
        sink->report<diag::InterfaceTwice>(span, interface.name);
        return;
    }
    named.push_back(&interface);
    // It is the boxes of a struct that are instances of its interfaces.
    if (info.class_) types.add_interface(info.type, interface.type);
}

namespace {

bool is_named_again(const Types& types, const TypeInfo& info, TypeId interface) {
    return std::any_of(
        info.interfaces.begin(), info.interfaces.end(),
        [&](const TypeInfo* named) { return types.is_subclass(named->type, interface); });
}

const Implementation* find_implementation(const Class& c, TypeId interface) {
    for (const Implementation& made : c.implementations)
        if (made.interface == interface) return &made;
    return nullptr;
}

}  // namespace

// The method of the class, or of its bases, that is called when `wanted` is; null: none.
Function* Checker::find_implementing(const TypeInfo& info, const Function& wanted) {
    const FunctionInfo& wanted_info = *function_infos.at(&wanted);
    std::string_view name = wanted_info.shown_name;
    for (const TypeInfo* type = &info; type; type = type->base) {
        for (FunctionInfo* candidate : type->methods) {
            if (candidate->function->name != wanted.name) continue;
            ensure_signature(*candidate);
            if (!same_signature(*candidate, wanted_info)) continue;
            bool is_hidden = candidate->is_static || candidate->access != Access::Public;
            if (is_hidden && wanted.owner == object_type()) continue;
            if (is_hidden) {
                std::string_view how = candidate->is_static                      ? "static"
                                       : candidate->access == Access::Private    ? "private"
                                                                                 : "protected";
                sink->report<diag::ImplementationHidden>(candidate->function->span, name,
                                                         name_of(wanted.owner), how)
                    .note<diag::DeclaredHere>(wanted.span, name);
            } else if (sink == real_sink) {
                check_bounds_of_override(*candidate, wanted_info);
                Function* asked = candidate->generic ? made_with_parameters_of(*candidate, wanted_info).function
                                                     : const_cast<Function*>(&wanted);
                implemented.push_back({&info, candidate->function, asked});
            }
            return candidate->function;
        }
    }
    if (Function* forwarding = forwarding_of_box(info, wanted)) return forwarding;
    if (!wanted.is_abstract) return const_cast<Function*>(&wanted);
    if (!info.is_abstract)
        sink->report<diag::InterfaceNotImplemented>(info.span, info.name, name_of(wanted.owner),
                                                    name)
            .note<diag::DeclaredHere>(wanted.span, name);
    return nullptr;
}

void Checker::implement_interfaces(TypeInfo& info) {
    if (info.is_interface) return;
    if (info.struct_) {
        for (const TypeInfo* named : info.interfaces) {
            std::vector<TypeId> all = types.all_interfaces(named->type);
            all.push_back(named->type);
            for (TypeId interface : all)
                if (interface != object_type()) {
                    for (const Function* wanted : info_of(interface)->class_->slots)
                        find_implementing(info, *wanted);
                    implement_generics(info, interface);
                }
        }
        return;
    }
    Class& c = *info.class_;
    for (TypeId interface : types.all_interfaces(info.type)) {
        const TypeInfo& declared = *info_of(interface);
        const Implementation* inherited =
            info.base && interface != object_type() && !is_named_again(types, info, interface)
                ? find_implementation(*info.base->class_, interface)
                : nullptr;
        Implementation made{interface, {}};
        for (const Function* wanted : declared.class_->slots) {
            size_t slot = made.methods.size();
            Function* method = inherited ? inherited->methods[slot] : nullptr;
            if (!method) method = find_implementing(info, *wanted);
            bool has_slot = method && method->slot >= 0 && !types.is_interface(method->owner);
            if (has_slot) method = c.slots[static_cast<size_t>(method->slot)];
            bool is_called = method && !types.is_open(method->owner);
            is_called = is_called && function_infos.count(method) > 0;
            if (is_called) queue_body(*function_infos[method]);
            made.methods.push_back(method && method->is_abstract ? nullptr : method);
        }
        c.implementations.push_back(std::move(made));
        if (!inherited) implement_generics(info, interface);
    }
}

void Checker::check_implementation_results() {
    for (const auto& [type, method, wanted] : implemented) {
        TypeId expected = result_of(*function_infos[wanted]);
        TypeId found = result_of(*function_infos[method]);
        if (expected == found || expected == Types::Error || found == Types::Error) continue;
        sink->report<diag::ImplementationResult>(method->span, method->name, name_of(expected),
                                                 name_of(wanted->owner), name_of(found))
            .note<diag::DeclaredHere>(wanted->span, wanted->name);
    }
    implemented.clear();
}

bool Checker::may_be_instance(TypeId from, TypeId to) const {
    if (!types.is(from, TypeKind::Class) || !types.is(to, TypeKind::Class)) return false;
    if (types.is_subclass(to, from) || types.is_subclass(from, to)) return true;
    // A class that derives from one may implement the other, unless none can derive.
    auto is_open = [&](TypeId type) {
        const TypeInfo* info = info_of(type);  // none: a type parameter
        return !info || !info->is_sealed;
    };
    return (types.is_interface(from) && is_open(to)) || (types.is_interface(to) && is_open(from));
}

}  // namespace dream::checker
