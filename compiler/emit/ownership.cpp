// Retain, release and compare, by type. Small wrappers with the type's name stand between the
// functions of the program and those of the runtime, so that a call says what it releases.
#include <vector>

#include <fmt/format.h>

#include "emit/program.h"

namespace dream::emit {

std::string Program::retain(TypeId type, const std::string& value) {
    switch (types.kind(type)) {
        case TypeKind::String: return fmt::format("dr_retain_string({})", value);
        case TypeKind::Array: return fmt::format("dr_retain_array({})", value);
        case TypeKind::Class: return fmt::format("dr_retain_object({})", value);
        case TypeKind::Struct:
            struct_retains.add(type);
            return fmt::format("{}({})", member(type, "retain"), value);
        default: return value;
    }
}

std::string Program::release(TypeId type, const std::string& place, bool is_immediate) {
    const char* now = is_immediate ? "_now" : "";
    switch (types.kind(type)) {
        case TypeKind::String: return fmt::format("dr_release_string{}({})", now, place);
        case TypeKind::Array:
            return fmt::format("dr_release_array{}{}({})", may_hold_cycle(type) ? "_cyclic" : "", now, place);
        case TypeKind::Class:
            if (is_immediate)
                return fmt::format("dr_release_{}_now({})", release_kind(type), place);
            released.add(type);
            return fmt::format("{}({})", member(type, "release"), place);
        case TypeKind::Struct:
            struct_releases.add(type);
            return fmt::format("{}(&{})", member(type, "release"), place);
        default: return "";
    }
}

std::string_view Program::release_kind(TypeId type) const {
    if (!types.may_form_cycle(type)) return "object";
    // Subclasses, and who implements an interface, may lie on cycles or not. What cannot must never
    // become a candidate: its own release frees it at once.
    for (TypeId derived : types.nominal(type).derived)
        if (release_kind(derived) != "cyclic") return "any";
    return "cyclic";
}

bool Program::dies_quietly(TypeId type) const {
    return !options.plain && types.is(type, TypeKind::Class) && !types.is_interface(type) &&
           types.nominal(type).derived.empty() && !types.may_form_cycle(type) && !types.reaches_destructor(type);
}

bool Program::is_lazy(TypeId type) {
    std::optional<bool>& known = lazy_[static_cast<size_t>(type.index)];
    if (known) return *known;
    std::vector<TypeId> holders{type};
    IdSet<TypeId> seen(types.size());
    seen.add(type);
    bool is_lazy = true;
    bool holds_any = false;
    for (size_t i = 0; i < holders.size() && is_lazy; ++i) {
        is_lazy = types.is(holders[i], TypeKind::Struct) || dies_quietly(holders[i]);
        for (const Field& field : types.all_fields(holders[i])) {
            if (!types.owns_references(field.type)) continue;
            holds_any = true;
            if (types.is(field.type, TypeKind::Array)) is_lazy = false;
            else if (field.type != Types::String && seen.add(field.type))
                holders.push_back(field.type);
        }
    }
    known = is_lazy && holds_any;
    return *known;
}

bool Program::may_hold_cycle(TypeId type) const {
    switch (types.kind(type)) {
        case TypeKind::Class: return types.may_form_cycle(type);
        case TypeKind::Array: return may_hold_cycle(types.element(type));
        case TypeKind::Struct:
            for (const Field& field : types.nominal(type).fields)
                if (may_hold_cycle(field.type)) return true;
            return false;
        default: return false;
    }
}

bool Program::is_traced_whole(TypeId type) const {
    for (const Field& field : types.all_fields(type)) {
        if (!types.owns_references(field.type)) continue;
        bool is_traced = types.is(field.type, TypeKind::Struct) ? is_traced_whole(field.type)
                                                                : may_hold_cycle(field.type);
        if (!is_traced) return false;
    }
    return true;
}

std::string Program::zero(TypeId type, bool is_initialiser) {
    if (types.is(type, TypeKind::Struct)) return is_initialiser ? "{0}" : fmt::format("({}){{0}}", c_type(type));
    if (types.is_nullable(type)) return "NULL";
    if (type == Types::Bool) return "false";
    if (type == Types::Float) return "0.0f";
    return type == Types::Double ? "0.0" : "0";
}

std::string Program::equals(TypeId type, const std::string& a, const std::string& b) {
    switch (types.kind(type)) {
        case TypeKind::String: return fmt::format("dr_string_equals({}, {})", a, b);
        case TypeKind::Array: return fmt::format("dr_array_equals({}, {})", a, b);
        case TypeKind::Struct:
            struct_equals.add(type);
            return fmt::format("{}({}, {})", member(type, "equals"), a, b);
        default: return fmt::format("{} == {}", a, b);
    }
}

std::string Program::is_instance(const std::string& object, TypeId type) {
    if (!types.is_interface(type)) describe(type);
    tested.add(type);
    return fmt::format("{}({})", member(type, "is"), object);
}

std::string Program::enum_text(TypeId type, const std::string& value) {
    enum_texts.add(type);
    return fmt::format("{}({})", member(type, "text"), value);
}

}  // namespace dream::emit
