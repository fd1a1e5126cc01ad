// The helper functions that the program's own functions and the type objects ask for, generated
// from the fields of each type: release, retain, trace, equality, and the texts of enums.
#include <fmt/format.h>

#include "emit/program.h"

namespace dream::emit {

using namespace ir;

std::string last_id(Program& p, TypeId type);  // types.cpp

namespace {

// Calls visit(const Field&, member) for every field of `type`, bases first; `member` says how it
// is reached from a value of the type.
template <class Visit>
void for_each_field(Program& p, TypeId type, Visit&& visit) {
    std::vector<Field> fields = p.types.all_fields(type);
    for (size_t i = 0; i < fields.size(); ++i) visit(fields[i], p.field_path(type, static_cast<int>(i)));
}

// Statements that release what the fields reached through `self` hold.
std::string field_releases(Program& p, TypeId type) {
    std::string text;
    for_each_field(p, type, [&](const Field& field, const std::string& member) {
        if (p.types.owns_references(field.type))
            text += fmt::format("    {};\n", p.release(field.type, "self->" + member));
    });
    return text;
}

// The same for a lazy class, whose fields of lazy classes join what waits: last, in one go.
std::string lazy_field_releases(Program& p, TypeId type) {
    std::string now, later;
    for_each_field(p, type, [&](const Field& field, const std::string& member) {
        if (p.types.is(field.type, TypeKind::Class) && p.is_lazy(field.type))
            later += fmt::format("    dead = dr_release_onto(dead, self->{}, {});\n", member,
                                 p.member(field.type, "id"));
        else if (p.types.owns_references(field.type))
            now += fmt::format("    {};\n", p.release(field.type, "self->" + member));
    });
    if (later.empty()) return now;
    return now + "    dr_header* dead = dr_dead();\n" + later + "    dr_set_dead(dead);\n";
}

std::string field_traces(Program& p, TypeId type) {
    std::string text;
    for_each_field(p, type, [&](const Field& field, const std::string& member) {
        if (!p.may_hold_cycle(field.type)) return;
        if (p.types.is(field.type, TypeKind::Array)) {
            text += fmt::format("    dr_trace_array(self->{}, visit);\n", member);
        } else if (p.types.is(field.type, TypeKind::Struct)) {
            p.struct_traces.add(field.type);
            text += fmt::format("    {}(&self->{}, visit);\n", p.member(field.type, "trace"), member);
        } else {
            text += fmt::format("    visit(self->{});\n", member);
        }
    });
    return text;
}

// ---- classes -------------------------------------------------------------------------------------

std::string class_helpers(Program& p, TypeId type) {
    std::string text;
    std::string name = p.type_name(type);
    std::string self = fmt::format("    {}* self = obj;\n", name);
    if (p.is_lazy(type))
        text += fmt::format("static inline void {}(void* obj) {{\n{}{}}}\n\n", p.member(type, "drop"), self,
                            lazy_field_releases(p, type));
    else if (std::string releases = field_releases(p, type); !releases.empty())
        text += fmt::format("static void {}(void* obj) {{\n{}{}}}\n\n", p.member(type, "drop"), self, releases);
    if (p.types.may_form_cycle(type)) {
        std::string traces = field_traces(p, type);
        text += fmt::format("static void {}(void* obj, dr_visit visit) {{\n{}{}}}\n\n", p.member(type, "trace"),
                            self, traces);
    }
    std::string calls;
    for (TypeId at = type; at.valid(); at = p.types.nominal(at).base)
        if (p.class_of(at) && p.class_of(at)->destructor.valid())
            calls += fmt::format("    {}(obj);\n", p.function_name(p.class_of(at)->destructor));
    if (!calls.empty())
        text += fmt::format("static void {}(void* obj) {{\n{}}}\n\n", p.member(type, "destroy"), calls);
    if (p.class_of(type) && p.class_of(type)->to_string.valid())
        text += fmt::format("static char* {}(void* obj) {{\n    return {}(obj);\n}}\n\n",
                            p.member(type, "to_string"), p.function_name(p.class_of(type)->to_string));
    return text;
}

bool owns_nothing(Program& p, TypeId type) {
    for (const Field& field : p.types.all_fields(type))
        if (p.types.owns_references(field.type)) return false;
    return true;
}

std::string release_wrapper(Program& p, TypeId type) {
    std::string call = fmt::format("dr_release_{}(obj)", p.release_kind(type));
    if (p.is_lazy(type))
        call = "dr_release_lazy(obj)";
    else if (p.dies_quietly(type) && owns_nothing(p, type))
        call = fmt::format("dr_release_exact(obj, sizeof({}))", p.type_name(type));
    return fmt::format("static inline void {}({}* obj) {{\n    {};\n}}\n\n", p.member(type, "release"),
                       p.type_name(type), call);
}

std::string instance_test(Program& p, TypeId type) {
    return fmt::format("static inline bool {}(const void* obj) {{\n    return dr_is_between(obj, {}, {});\n}}\n\n",
                       p.member(type, "is"), p.member(type, "id"), last_id(p, type));
}

// ---- structs -------------------------------------------------------------------------------------

std::string struct_retain(Program& p, TypeId type) {
    std::string text;
    for_each_field(p, type, [&](const Field& field, const std::string& member) {
        if (p.types.owns_references(field.type))
            text += fmt::format("    {};\n", p.retain(field.type, "value." + member));
    });
    return fmt::format("static {0} {1}({0} value) {{\n{2}    return value;\n}}\n\n", p.type_name(type),
                       p.member(type, "retain"), text);
}

std::string struct_release(Program& p, TypeId type) {
    return fmt::format("static void {}({}* self) {{\n{}}}\n\n", p.member(type, "release"), p.type_name(type),
                       field_releases(p, type));
}

std::string struct_trace(Program& p, TypeId type) {
    return fmt::format("static void {}(const {}* self, dr_visit visit) {{\n{}}}\n\n", p.member(type, "trace"),
                       p.type_name(type), field_traces(p, type));
}

std::string struct_equality(Program& p, TypeId type) {
    std::string text;
    for_each_field(p, type, [&](const Field& field, const std::string& member) {
        text += (text.empty() ? "" : " &&\n           ") + p.equals(field.type, "a." + member, "b." + member);
    });
    return fmt::format("static bool {0}({1} a, {1} b) {{\n    return {2};\n}}\n\n", p.member(type, "equals"),
                       p.type_name(type), text.empty() ? "true" : text);
}

// An element of an array, as the runtime sees it.
std::string element_helpers(Program& p, TypeId type) {
    std::string text;
    std::string name = p.type_name(type);
    auto add = [&](const char* suffix, const char* params, const std::string& body) {
        text += fmt::format("static void {}({}) {{\n    {};\n}}\n\n", p.member(type, suffix), params, body);
    };
    if (p.types.owns_references(type)) {
        add("elem_retain", "void* elem", p.retain(type, fmt::format("*({}*)elem", name)));
        p.struct_releases.add(type);
        add("elem_release", "void* elem", p.member(type, "release") + "(elem)");
    }
    if (p.may_hold_cycle(type)) {
        p.struct_traces.add(type);
        add("elem_trace", "void* elem, dr_visit visit", p.member(type, "trace") + "(elem, visit)");
    }
    p.struct_equals.add(type);
    text += fmt::format(
        "static bool {0}(const void* a, const void* b) {{\n    return {1}(*(const {2}*)a, *(const {2}*)b);\n}}\n\n",
        p.member(type, "elem_equals"), p.member(type, "equals"), name);
    return text;
}

// ---- enums ---------------------------------------------------------------------------------------

std::string enum_text(Program& p, TypeId type) {
    std::string cases;
    std::set<int32_t> seen;
    for (const Enumerator& e : p.types.nominal(type).enumerators)
        if (seen.insert(e.value).second)
            cases += fmt::format("        case {}: return {};\n", p.enumerator(type, e.value),
                                 p.literals.name_of_text(e.name));
    return fmt::format(
        "static char* {}({} value) {{\n    switch (value) {{\n{}        default: return dr_int_to_string(value);\n"
        "    }}\n}}\n\n",
        p.member(type, "text"), p.type_name(type), cases);
}

}  // namespace

std::string helper_definitions(Program& p) {
    // What a helper calls is asked for while its text is made, so callers are made first and
    // printed last.
    std::string classes, elements, structs;
    for (TypeId type : p.described)
        if (p.instantiated.contains(type)) classes += class_helpers(p, type);
    for (TypeId type : p.struct_arrays) elements += element_helpers(p, type);
    const std::vector<TypeId>& order = p.module.structs;
    for (size_t i = order.size(); i-- > 0;) {
        TypeId type = order[i];
        std::string text;
        if (p.struct_retains.contains(type)) text += struct_retain(p, type);
        if (p.struct_releases.contains(type)) text += struct_release(p, type);
        if (p.struct_traces.contains(type)) text += struct_trace(p, type);
        if (p.struct_equals.contains(type)) text += struct_equality(p, type);
        structs.insert(0, text);
    }
    std::string wrappers;
    for (TypeId type : p.released) wrappers += release_wrapper(p, type);
    for (TypeId type : p.tested)
        wrappers += p.types.is_interface(type) ? interface_test(p, type) : instance_test(p, type);
    wrappers += dispatchers(p);
    std::string texts;
    for (TypeId type : p.enum_texts) texts += enum_text(p, type);
    std::string switches;
    for (const std::string& helper : p.string_switches) switches += helper;
    return wrappers + structs + texts + switches + elements + classes;
}

}  // namespace dream::emit
