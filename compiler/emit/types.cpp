// Definitions of types: enums, type ids, structs of values and classes, each behind what it
// contains, and the type objects through which the runtime handles instances. Release, trace and
// equality come from the same list of fields (helpers.cpp).
#include <algorithm>

#include <fmt/format.h>

#include "emit/program.h"

namespace dream::emit {

using namespace ir;

namespace {

const char* const kFaults[] = {
#define DR_FAULT(name, text) #name,
#include "../runtime/include/dream/faults.def"
#undef DR_FAULT
};

bool is_fault_name(std::string_view name) {
    return std::find(std::begin(kFaults), std::end(kFaults), name) != std::end(kFaults);
}

void add_in_preorder(const Program& p, TypeId type, std::vector<TypeId>& order) {
    if (!p.described.contains(type)) return;
    order.push_back(type);
    for (TypeId derived : p.types.nominal(type).derived) add_in_preorder(p, derived, order);
}

// Classes with a type object, so that a class and its subclasses have neighbouring ids.
std::vector<TypeId> described_in_preorder(const Program& p) {
    std::vector<TypeId> order;
    for (TypeId type : p.described)
        if (!p.types.nominal(type).base.valid()) add_in_preorder(p, type, order);
    return order;
}

// ---- structs -------------------------------------------------------------------------------------

// A member; types that are still to come are named by their tag.
std::string member_declaration(Program& p, const Field& field, const std::string& name,
                               const IdSet<TypeId>& defined) {
    TypeId inner = field.type;
    while (p.types.is(inner, TypeKind::Array) || p.types.is(inner, TypeKind::Pointer)) inner = p.types.element(inner);
    bool is_tagged = p.types.is(inner, TypeKind::Class) || (p.types.is(inner, TypeKind::Struct) && inner != field.type);
    std::string text = p.declare(field.type, name);
    return is_tagged && !defined.contains(inner) ? "struct " + text : text;
}

// "float x, y;" for neighbours of one type, as the source has them.
std::string members(Program& p, TypeId type, const IdSet<TypeId>& defined) {
    const Nominal& nominal = p.types.nominal(type);
    TypeId base = nominal.base;
    int first = p.types.field_count(base);
    std::string text;
    for (size_t i = 0; i < nominal.fields.size(); ++i) {
        const Field& field = nominal.fields[i];
        std::string name = p.field_name(type, first + static_cast<int>(i));
        bool joins = i > 0 && nominal.fields[i - 1].type == field.type && p.types.is_numeric(field.type) &&
                     field.span.valid() && nominal.fields[i - 1].span.valid() &&
                     p.module.sources->line(field.span) ==
                         p.module.sources->line(nominal.fields[i - 1].span);
        if (joins) {
            text.erase(text.size() - 2);
            text += ", " + name + ";\n";
        } else {
            text += "    " + member_declaration(p, field, name, defined) + ";\n";
        }
    }
    return text;
}

}  // namespace

std::string struct_definition(Program& p, TypeId type, IdSet<TypeId>& defined) {
    std::string name = p.type_name(type);
    std::string text = fmt::format("typedef struct {} {{\n", name);
    bool is_class = p.types.is(type, TypeKind::Class);
    TypeId base = p.types.nominal(type).base;
    if (base.valid()) text += fmt::format("    {} base;\n", p.type_name(base));
    else if (is_class) text += "    dr_header header;\n";
    std::string own = members(p, type, defined);
    // C has no empty structs.
    if (!is_class && own.empty()) own = "    char empty;\n";
    defined.add(type);
    return text + own + fmt::format("}} {};\n\n", name);
}

std::string enum_definition(Program& p, TypeId type) {
    std::string values;
    int64_t next = 0;
    for (const Enumerator& e : p.types.nominal(type).enumerators) {
        // Two names for one value: the first one is the value's name.
        std::string name = p.enumerator(type, e.value);
        bool is_first = true;
        for (const Enumerator& other : p.types.nominal(type).enumerators) {
            if (&other == &e) break;
            is_first = is_first && other.value != e.value;
        }
        if (!is_first) continue;
        if (!values.empty()) values += ", ";
        values += name;
        if (e.value != next) values += " = " + int_constant(e.value);
        next = int64_t{e.value} + 1;
    }
    std::string text = fmt::format("typedef int {};\n", p.type_name(type));
    if (!values.empty()) text += fmt::format("enum {{ {} }};\n", values);
    return text + "\n";
}

std::string type_definitions(Program& p) {
    std::string text;
    for (TypeId type : p.opaque) text += fmt::format("typedef struct {0} {0};\n\n", p.type_name(type));
    for (TypeId type : p.module.enums) text += enum_definition(p, type);
    for (TypeId type : p.forward_structs) text += fmt::format("typedef struct {0} {0};\n", p.type_name(type));
    text += p.function_typedefs + (p.function_typedefs.empty() ? "" : "\n");

    std::string ids;
    auto add_id = [&](const std::string& name) {
        ids += ids.empty() ? fmt::format("    {} = DR_FIRST_TYPE", name) : fmt::format(",\n    {}", name);
    };
    for (TypeId type : described_in_preorder(p)) add_id(p.member(type, "id"));
    for (TypeId type : p.struct_arrays) add_id(p.member(type, "array_id"));
    if (!ids.empty()) text += fmt::format("enum {{\n{}\n}};\n\n", ids);

    IdSet<TypeId> defined;
    for (TypeId type : p.module.structs)
        if (p.mentioned.contains(type)) text += struct_definition(p, type, defined);
    std::vector<TypeId> classes;
    for (TypeId type : p.mentioned) classes.push_back(type);
    // Ids of types follow the order of declaration, bases may come after what derives from them.
    while (!classes.empty()) {
        std::vector<TypeId> later;
        for (TypeId type : classes) {
            if (!p.types.is(type, TypeKind::Class)) continue;
            TypeId base = p.types.nominal(type).base;
            if (base.valid() && !defined.contains(base))
                later.push_back(type);
            else text += struct_definition(p, type, defined);
        }
        classes = std::move(later);
    }
    return text;
}

// ---- type objects --------------------------------------------------------------------------------

namespace {

struct Entries {
    std::string text;
    void add(const std::string& member, const std::string& value) {
        text += fmt::format("    {} = {},\n", member, value);
    }
};

// The address of the dr_type of a class, now that it is known which classes have method tables.
std::string address_of(const Program& p, const std::string& name, TypeId type) {
    std::string path;
    TypeId table = p.table_of(type);
    for (TypeId at = table; at.valid();) {
        TypeId base = p.types.nominal(at).base;
        at = base.valid() ? p.table_of(base) : TypeId();
        path += at.valid() ? ".base" : ".type";
    }
    return "&" + name + path;
}

bool has_own_fields(const Program& p, TypeId type, bool (Types::*question)(TypeId) const) {
    for (const Field& field : p.types.all_fields(type))
        if ((p.types.*question)(field.type)) return true;
    return false;
}

std::string class_object(Program& p, TypeId type) {
    TypeId table = p.table_of(type);
    std::string path = address_of(p, "", type).substr(1) + ".";
    Entries e;
    e.add(path + "name", quoted(p.types.text(type)));
    e.add(path + "id", p.member(type, "id"));
    std::vector<std::string_view> flags;
    if (p.types.reaches_destructor(type)) flags.push_back("DR_TYPE_EAGER");
    if (p.types.may_form_cycle(type) && p.is_traced_whole(type)) flags.push_back("DR_TYPE_TRACED");
    if (!flags.empty()) e.add(path + "flags", fmt::format("{}", fmt::join(flags, " | ")));
    e.add(path + "size", fmt::format("sizeof({})", p.type_name(type)));
    TypeId base = p.types.nominal(type).base;
    if (base.valid()) e.add(path + "base", address_of(p, p.member(base, "type"), base));
    if (p.instantiated.contains(type)) {
        if (has_own_fields(p, type, &Types::owns_references)) e.add(path + "drop", p.member(type, "drop"));
        if (p.types.may_form_cycle(type)) e.add(path + "trace", p.member(type, "trace"));
        for (TypeId at = type; at.valid(); at = p.types.nominal(at).base)
            if (p.class_of(at) && p.class_of(at)->destructor.valid()) {
                e.add(path + "destroy", p.member(type, "destroy"));
                break;
            }
        if (p.class_of(type) && p.class_of(type)->to_string.valid())
            e.add(path + "to_string", p.member(type, "to_string"));
    }
    e.text += method_initialisers(p, type);
    return fmt::format("static const {} {} = {{\n{}}};\n\n",
                       table.valid() ? p.member(table, "methods") : "dr_type", p.member(type, "type"), e.text);
}

std::string array_object(Program& p, TypeId type) {
    Entries e;
    e.add(".name", quoted(p.types.text(type) + "[]"));
    e.add(".id", p.member(type, "array_id"));
    e.add(".size", fmt::format("sizeof({})", p.type_name(type)));
    e.add(".element", "DR_ELEMENT_STRUCT");
    if (p.types.owns_references(type)) {
        e.add(".elem_retain", p.member(type, "elem_retain"));
        e.add(".elem_release", p.member(type, "elem_release"));
    }
    if (p.may_hold_cycle(type)) e.add(".elem_trace", p.member(type, "elem_trace"));
    e.add(".elem_equals", p.member(type, "elem_equals"));
    return fmt::format("static const dr_type {} = {{\n{}}};\n\n", p.member(type, "array_type"), e.text);
}

}  // namespace

void complete_fault_types(Program& p) {
    bool has_exceptions = p.module.exception.valid() && p.described.contains(p.module.exception);
    if (!has_exceptions) return;
    bool needs_all = p.table_of(p.module.exception).valid();
    for (size_t i = 0; i < p.types.size(); ++i) {
        TypeId type(static_cast<int32_t>(i));
        if (!p.types.is(type, TypeKind::Class) || !p.types.nominal(type).is_library) continue;
        if (!p.types.is_subclass(type, p.module.exception) || !is_fault_name(p.types.nominal(type).name)) continue;
        if (needs_all || p.class_of(type)) p.describe(type);
        if (p.described.contains(type)) p.instantiated.add(type);
    }
}

bool has_fault_types(Program& p) {
    for (TypeId type : p.described)
        if (p.types.nominal(type).is_library && is_fault_name(p.types.nominal(type).name)) return true;
    return false;
}

std::string type_objects(Program& p) {
    std::string text;
    for (TypeId type : described_in_preorder(p)) text += class_object(p, type);
    for (TypeId type : p.struct_arrays) text += array_object(p, type);
    return text;
}

std::string instance_definitions(Program& p) {
    std::string text;
    for (TypeId type : p.instances) {
        int depth = 2;
        for (TypeId base = p.types.nominal(type).base; base.valid(); base = p.types.nominal(base).base) ++depth;
        text += fmt::format("static {} {} = {}DR_IMMORTAL, {}{};\n", p.type_name(type), p.member(type, "instance"),
                            std::string(static_cast<size_t>(depth), '{'), p.member(type, "id"),
                            std::string(static_cast<size_t>(depth), '}'));
    }
    return text;
}

std::string type_table(Program& p) {
    std::string text = "static const dr_type* const types[] = {\n    DR_RUNTIME_TYPES,\n";
    for (TypeId type : described_in_preorder(p)) text += fmt::format("    {},\n", address_of(p, p.member(type, "type"), type));
    for (TypeId type : p.struct_arrays) text += fmt::format("    &{},\n", p.member(type, "array_type"));
    text += "};\n\n";
    if (!has_fault_types(p)) return text;
    text += "static const dr_type* const fault_types[DR_FAULT_COUNT] = {\n";
    for (TypeId type : described_in_preorder(p)) {
        std::string_view name = p.types.nominal(type).name;
        if (p.types.nominal(type).is_library && is_fault_name(name))
            text += fmt::format("    [DR_FAULT_{}] = {},\n", name, address_of(p, p.member(type, "type"), type));
    }
    return text + "};\n\n";
}

// Where `T_is` looks: the first and last id of the class and all below it.
std::string last_id(Program& p, TypeId type) {
    std::vector<TypeId> below;
    add_in_preorder(p, type, below);
    return p.member(below.empty() ? type : below.back(), "id");
}

}  // namespace dream::emit
