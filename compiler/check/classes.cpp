// Classes and structs as wholes: inheritance, overrides and virtual tables, constructors that nobody
// wrote, structs inside structs.
#include <algorithm>
#include <functional>

#include "check/checker.h"

namespace dream::checker {

using ast::Modifier;

bool Checker::same_parameters(const Function& a, const Function& b) const {
    return std::equal(a.params.begin(), a.params.end(), b.params.begin(), b.params.end(),
                      [](const Local* x, const Local* y) {
                          bool x_ref = x->kind == LocalKind::Ref || x->kind == LocalKind::Out;
                          bool y_ref = y->kind == LocalKind::Ref || y->kind == LocalKind::Out;
                          return x->type == y->type && x_ref == y_ref;
                      });
}

void Checker::resolve_bases(TypeInfo& info) {
    if (info.headers != Progress::NotStarted) return;
    info.headers = Progress::Running;
    const ast::List<ast::Type*>& bases = info.syntax->bases;
    for (size_t i = 0; i < bases.size(); ++i) {
        TypeId type = resolve_type(*bases[i], *info.scope->parent);
        if (type == Types::Error) continue;
        TypeInfo* base = info_of(type);
        if (info.struct_ && !types.is_interface(type)) {
            sink->report<diag::StructBase>(bases[i]->span, info.name);
            continue;
        }
        if (!base || !base->class_ || types.is_parameter(type)) {
            bool may_be_class = i == 0 && !info.is_interface;
            if (may_be_class)
                sink->report<diag::BaseNotClass>(bases[i]->span, name_of(type));
            else
                sink->report<diag::BaseNotInterface>(bases[i]->span, name_of(type));
            continue;
        }
        resolve_bases(*base);
        if (base->headers == Progress::Running) {
            sink->report<diag::ClassCycle>(bases[i]->span, info.name)
                .note<diag::DeclaredHere>(base->span, base->name);
            continue;
        }
        if (base->is_interface) {
            if (!info.is_static) add_interface(info, *base, bases[i]->span);
            continue;
        }
        if (info.is_static) continue;  // reported
        if (i > 0 || info.is_interface) {
            sink->report<diag::BaseNotInterface>(bases[i]->span, name_of(type))
                .note<diag::DeclaredHere>(base->span, base->name);
            continue;
        }
        if (base->is_sealed)
            sink->report<diag::BaseSealed>(bases[i]->span, base->name)
                .note<diag::DeclaredHere>(base->span, base->name);
        info.base = base;
        types.set_base(info.type, base->type);
    }
    if (info.class_) add_object(info);
    if (info.class_) implement_by_box(info);
    info.headers = Progress::Done;
}

// What derives from nothing else is an object by itself.
void Checker::add_object(TypeInfo& info) {
    TypeInfo* object = info_of(object_type());
    if (info.base || !info.interfaces.empty() || !object || object == &info) return;
    resolve_bases(*object);
    info.interfaces.push_back(object);
    types.add_interface(info.type, object->type);
}

// Reports structs that contain themselves by value and cuts the circle, so that later walks end.
void Checker::check_structs(const Group& group) {
    std::vector<std::string> path;
    std::vector<TypeId> on_path, done;
    std::function<void(TypeId)> visit = [&](TypeId type) {
        if (std::find(done.begin(), done.end(), type) != done.end()) return;
        on_path.push_back(type);
        for (Field& field : types.nominal(type).fields) {
            if (!types.is(field.type, TypeKind::Struct)) continue;
            path.push_back(name_of(type) + "." + std::string(field.name));
            auto start = std::find(on_path.begin(), on_path.end(), field.type);
            if (start == on_path.end()) {
                visit(field.type);
            } else {
                std::string cycle;
                for (size_t i = static_cast<size_t>(start - on_path.begin()); i < path.size(); ++i)
                    cycle += path[i] + " -> ";
                sink->report<diag::StructCycle>(field.span, name_of(field.type),
                                                cycle + name_of(field.type));
                field.type = Types::Error;
            }
            path.pop_back();
        }
        on_path.pop_back();
        done.push_back(type);
    };
    for (const TypeInfo* info : group.types) {
        if (info->struct_) visit(info->type);
    }
}

void Checker::check_class(TypeInfo& info) {
    if (info.is_checked) return;
    info.is_checked = true;
    if (info.base) check_class(*info.base);
    for (TypeInfo* interface : info.interfaces) check_class(*interface);
    Class& c = *info.class_;
    if (info.base) c.slots = info.base->class_->slots;
    for (FunctionInfo* method : info.methods) {
        if (method->is_static) continue;
        if (!method->generic) c.methods.push_back(method->function);
        check_override(*method);
        if (method->function->is_abstract && !info.is_abstract && !is_second_accessor(*method))
            sink->report<diag::AbstractInConcrete>(method->function->span, method->shown_name,
                                                   info.name);
    }
    for (const Function* slot : c.slots) {
        if (!slot->is_abstract || info.is_abstract || slot->owner == info.type) continue;
        const FunctionInfo& missing = *function_infos.at(slot);
        // Of a property that is not there at all, one accessor is enough to say so.
        bool is_said = is_second_accessor(missing) &&
                       c.slots[static_cast<size_t>(missing.property->getter->function->slot)]
                           ->is_abstract;
        if (is_said) continue;
        sink->report<diag::AbstractNotImplemented>(info.span, info.name, name_of(slot->owner),
                                                   missing.shown_name)
            .note<diag::DeclaredHere>(slot->span, missing.shown_name);
    }
    check_abstract_generics(info);
    implement_interfaces(info);
    if (info.destructor) c.destructor = info.destructor->function;
    if (!info.is_interface) add_implicit_constructors(info);
    for (const FunctionInfo* constructor : info.constructors)
        c.constructors.push_back(constructor->function);
    for (Function* slot : c.slots)
        if (slot->name == "ToString" && slot->params.empty()) c.to_string = slot;
    if (!types.is_open(info.type)) program.classes.push_back(&c);
    if (info.is_library && info.name == "Exception" && info.scope->parent == library)
        program.exception = info.type;
}

namespace {

// That the property as a whole has another access has been said of its getter.
bool is_second_accessor_said(const FunctionInfo& method, const FunctionInfo& found) {
    return is_second_accessor(method) && found.property &&
           method.property->getter->access != found.property->getter->access;
}

}  // namespace

// Finds what a method overrides and gives a virtual one its slot.
void Checker::check_override(FunctionInfo& method) {
    Function& f = *method.function;
    if (f.is_specialised && !f.is_virtual) return;
    bool says_override = method.syntax->modifiers.has(Modifier::Override);
    bool is_to_string = f.name == "ToString" && f.params.empty();
    bool is_of_every_object = is_of_object(f);
    FunctionInfo* found = nullptr;
    std::vector<std::string_view> virtual_names;
    for (TypeInfo* base = method.owner->base; base && !found; base = base->base) {
        for (FunctionInfo* candidate : base->methods) {
            if (candidate->function->is_virtual) virtual_names.push_back(candidate->shown_name);
            if (candidate->function->name != f.name) continue;
            ensure_signature(*candidate);
            bool is_same = !candidate->is_static && candidate->access != Access::Private &&
                           same_signature(method, *candidate);
            if (is_same) found = candidate;
        }
    }
    bool overrides = found && found->function->is_virtual && (says_override || is_to_string);
    std::string_view name = method.shown_name;
    // What is wrong with a property as a whole has been said of its getter.
    bool is_said = is_second_accessor(method) && !method.property->getter->function->overrides;
    if (!is_said && says_override && !found && !is_of_every_object) {
        auto& report = sink->report<diag::NothingToOverride>(f.span, name);
        suggest(report, name, f.span, virtual_names);
    } else if (!is_said && says_override && found && !found->function->is_virtual) {
        sink->report<diag::OverrideNotVirtual>(f.span, name)
            .note<diag::DeclaredHere>(found->function->span, name);
    } else if (!is_said && says_override && found && found->is_sealed) {
        sink->report<diag::OverrideSealed>(f.span, name)
            .note<diag::DeclaredHere>(found->function->span, name);
    } else if (overrides && method.access != found->access && method.access != Access::Private &&
               !is_second_accessor_said(method, *found)) {
        sink->report<diag::OverrideAccess>(f.span, name, spelling(found->access),
                                           spelling(method.access))
            .note<diag::DeclaredHere>(found->function->span, name);
    } else if (!is_said && !says_override && found && !overrides && !f.is_library) {
        auto& report =
            sink->report<diag::HidesMember>(f.span, name, name_of(found->function->owner));
        report.note<diag::DeclaredHere>(found->function->span, name);
    }
    if (overrides) check_bounds_of_override(method, *found);
    if (method.generic && overrides)
        f.overrides = made_with_parameters_of(method, *found).function;
    if (!f.is_virtual || method.generic) return;
    std::vector<Function*>& slots = method.owner->class_->slots;
    if (overrides) {
        f.overrides = found->function;
        f.slot = found->function->slot;
        slots[static_cast<size_t>(f.slot)] = &f;
    } else {
        f.slot = static_cast<int>(slots.size());
        slots.push_back(&f);
    }
}

// A class that declares no constructor has those of its base; without a base, one that takes nothing.
void Checker::add_implicit_constructors(TypeInfo& info) {
    bool declares_one = false;
    for (const ast::Decl* member : info.syntax->members) {
        const auto* f = ast::try_as<ast::Function>(member);
        declares_one = declares_one || (f && f->function_kind == ast::FunctionKind::Constructor);
    }
    if (declares_one) return;
    std::vector<FunctionInfo*> models{nullptr};
    if (info.base) models = info.base->constructors;
    for (FunctionInfo* model : models) {
        if (model && !can_access(model->access, info.base, &info)) continue;
        FunctionInfo* made = arena.make<FunctionInfo>();
        Function* f = arena.make<Function>();
        made->function = f;
        made->scope = info.scope;
        made->owner = &info;
        made->forwards = model;
        // As C# has it, what takes nothing is made anew; what the base lends keeps its access.
        if (model && !model->function->params.empty()) made->access = model->access;
        f->name = info.name;
        f->span = info.span;
        f->kind = FunctionKind::Constructor;
        f->owner = info.type;
        f->is_library = info.is_library;
        f->this_local =
            arena.make<Local>(Local{"this", info.type, info.span, LocalKind::This, false});
        if (model) {
            made->is_text = model->is_text;
            made->defaults = model->defaults;
            made->has_params_array = model->has_params_array;
        }
        if (model)
            for (const Local* p : model->function->params)
                f->params.push_back(
                    arena.make<Local>(Local{p->name, p->type, info.span, p->kind, false}));
        function_infos[f] = made;
        made->has_signature = true;
        f->is_specialised = is_on_demand(*made);
        info.constructors.push_back(made);
        if (!f->is_specialised) queue_body(*made);
    }
    bool is_closed = info.constructors.empty() && !models.empty();
    if (is_closed)
        sink->report<diag::Inaccessible>(info.span, info.base->name, info.base->name, "private")
            .note<diag::DeclaredHere>(models[0]->function->span, info.base->name);
}

// Structs after the structs they contain.
void Checker::order_types() {
    std::vector<Struct*> ordered;
    std::unordered_map<TypeId, bool> seen;
    std::function<void(Struct*)> visit = [&](Struct* s) {
        if (seen[s->type]) return;
        seen[s->type] = true;
        for (const Field& field : types.nominal(s->type).fields)
            if (types.is(field.type, TypeKind::Struct)) visit(info_of(field.type)->struct_);
        ordered.push_back(s);
    };
    for (Struct* s : program.structs) visit(s);
    program.structs = std::move(ordered);
    // Classes are in order but for `object`, which is what they all are: function types may have
    // come before it.
    auto object = std::find_if(program.classes.begin(), program.classes.end(),
                               [&](const Class* c) { return c->type == object_type(); });
    if (object != program.classes.end())
        std::rotate(program.classes.begin(), object, object + 1);
}

}  // namespace dream::checker
