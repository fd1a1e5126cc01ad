// Names and C texts of types. Generated members (Person_new, Person_release) claim their names
// before the functions of the user do (ruling 25); local names come last, function by function.
#include "emit/program.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "support/check.h"

namespace dream::emit {

using namespace ir;

Program::Program(const Module& m, const Options& o)
    : module(m),
      types(*m.types),
      options(o),
      literals(m, names),
      type_names_(types.size()),
      function_names_(m.functions.size()),
      global_names_(m.globals.size()),
      field_names_(types.size()),
      classes_(types.size()),
      receivers_(m.functions.size()),
      lazy_(types.size()) {
    // What the frame of the file is made of, see emit.cpp.
    for (const char* name : {"types", "fault_types", "program", "recursions", "release_globals"}) names.take(name);
    // Literals are named when they are met; no local may hide one.
    for (const Function& f : m.functions)
        for (const Local& local : f.locals)
            if (local.name.substr(0, 2) == "s_") names.take(c_identifier(local.name));

    for (const Class& c : m.classes) classes_[index(c.type)] = &c;
    for (TypeId type : m.structs) defined_structs_.add(type);
    auto claim_all = [&](bool of_library, bool of_modules) {
        auto claim = [&](TypeId type) {
            const Nominal& nominal = types.nominal(type);
            if (nominal.is_library == of_library &&
                module_prefix(nominal.span).empty() != of_modules)
                claim_type(type);
        };
        for (const Class& c : m.classes) claim(c.type);
        for (TypeId type : m.structs) claim(type);
        for (TypeId type : m.enums) claim(type);
    };
    claim_all(false, false);
    claim_all(false, true);
    claim_all(true, false);
    for (size_t i = 0; i < types.size(); ++i) {
        TypeId pointer(static_cast<int32_t>(i));
        if (!types.is_function_pointer(pointer)) continue;
        TypeId type = types.element(pointer);
        const Signature& signature = types.signature(type);
        type_names_[index(type)] = claim_with_module(std::string(signature.name), signature.span);
    }
    for (const Class& c : m.classes)
        for (size_t i = 0; i < c.slots.size(); ++i) {
            if (!c.slots[i].valid()) continue;
            TypeId& receiver = receivers_[index(c.slots[i])];
            if (!receiver.valid()) receiver = c.slot_owners[i];
            first_methods_.try_emplace({c.slot_owners[i], static_cast<int>(i)}, c.slots[i]);
        }
    claim_functions();
    claim_globals();
    claim_dispatchers();
}

// "a_b_" for what module a.b declares, "" for the program and the library.
std::string Program::module_prefix(Span span) const {
    if (!module.sources || !span.valid()) return "";
    const std::string& name = (*module.sources)[span.source].module();
    return name.empty() ? "" : c_identifier(name) + "_";
}

// A name of file scope. The program's own come first; one of a module carries the module where it
// would clash.
std::string Program::claim_with_module(const std::string& name, Span span) {
    std::string plain = c_identifier(name), prefix = module_prefix(span);
    return names.claim(prefix.empty() || names.is_free(plain) ? plain : prefix + plain);
}

void Program::claim_type(TypeId type) {
    // Several lambdas of one function are called alike, "lambda in main".
    const Nominal& nominal = types.nominal(type);
    bool is_made = nominal.name.find(' ') != std::string_view::npos;
    std::string name = is_made ? names.claim_numbered(nominal.name)
                               : claim_with_module(std::string(nominal.name), nominal.span);
    type_names_[index(type)] = name;
    TypeKind kind = types.kind(type);
    if (kind == TypeKind::Class)
        for (const char* suffix : {"id", "type", "release", "is", "drop", "trace", "destroy", "to_string",
                                   "methods", "methods_of", "instance"})
            names.take(name + "_" + suffix);
    if (kind == TypeKind::Struct)
        for (const char* suffix : {"retain", "release", "trace", "equals", "array_id", "array_type",
                                   "elem_retain", "elem_release", "elem_trace", "elem_equals"})
            names.take(name + "_" + suffix);
    if (kind == TypeKind::Enum) {
        names.take(name + "_text");
        for (const Enumerator& e : types.nominal(type).enumerators)
            enumerators_[type].push_back(names.claim(name + "_" + c_identifier(e.name)));
        return;
    }
    Names members(Names::Scope::Inner);
    members.take("header");
    members.take("base");
    for (const Field& field : types.nominal(type).fields)
        field_names_[index(type)].push_back(members.claim(field.name));
}

void Program::claim_functions() {
    auto base_name = [&](const Function& f) -> std::string {
        std::string owner = f.owner.valid() ? type_name(f.owner) + "_" : "";
        switch (f.kind) {
            case FunctionKind::Free:
            case FunctionKind::Method: return owner + c_identifier(f.name);
            case FunctionKind::Constructor: return owner + "init";
            case FunctionKind::New: return owner + "new";
            case FunctionKind::Destructor: return owner + "finalize";
            case FunctionKind::Extern: return f.name;
        }
        DREAM_UNREACHABLE("kind of function");
    };
    // C functions keep their names whatever else is called so.
    for (size_t i = 0; i < module.functions.size(); ++i) {
        FunctionId id = module.functions.id_at(i);
        const Function& f = module.functions[id];
        if (f.kind != FunctionKind::Extern || f.is_pointer) continue;
        function_names_[i] = f.name;
        names.take(f.name);
    }
    // The module that each name belongs to: only overloads of one module are numbered.
    std::map<std::string, std::string> homes;
    auto claim = [&](auto&& wanted) {
        for (size_t i = 0; i < module.functions.size(); ++i) {
            FunctionId id = module.functions.id_at(i);
            const Function& f = module.functions[id];
            if (f.is_pointer || !function_names_[i].empty() || !wanted(f)) continue;
            std::string base = base_name(f);
            std::string prefix = f.owner.valid() ? "" : module_prefix(f.span);
            // C knows them as `a_b_f`, whatever else there is.
            if (f.is_exported) base = std::exchange(prefix, "") + base;
            bool is_known = homes.count(base) > 0;
            bool is_taken = is_known ? homes[base] != prefix : !names.is_free(base);
            if (!prefix.empty() && is_taken)
                base = prefix + base;
            else if (!is_known)
                homes[base] = prefix;
            function_names_[i] = names.claim_numbered(base);
        }
    };
    claim([](const Function& f) { return f.is_exported; });
    claim([](const Function& f) { return f.kind != FunctionKind::Free && f.kind != FunctionKind::Method; });
    claim([&](const Function& f) { return !f.is_library && module_prefix(f.span).empty(); });
    claim([](const Function& f) { return !f.is_library; });
    claim([](const Function&) { return true; });
}

void Program::claim_globals() {
    for (bool of_modules : {false, true})
        for (size_t i = 0; i < module.globals.size(); ++i) {
            GlobalId id = module.globals.id_at(i);
            const Global& g = module.globals[id];
            if (module_prefix(g.span).empty() == of_modules) continue;
            std::string owner = g.owner.valid() ? type_name(g.owner) + "_" : "";
            global_names_[i] = claim_with_module(owner + c_identifier(g.name), g.span);
        }
}

std::string Program::title(FunctionId id) const {
    const Function& f = module.functions[id];
    std::string owner = f.owner.valid() ? types.text(f.owner) : "";
    if (f.kind == FunctionKind::New || f.kind == FunctionKind::Constructor) return "new " + owner;
    if (!owner.empty()) owner += ".";
    if (f.kind == FunctionKind::Destructor) return owner + "~" + types.text(f.owner);
    return owner + (id == module.top_level ? "main" : f.name);
}

std::string_view Program::file_name(Span span) const {
    std::string_view path = (*module.sources)[span.source].path();
    return path.substr(path.find_last_of('/') + 1);
}

const std::string& Program::type_name(TypeId type) {
    if (type_names_[index(type)].empty()) claim_type(type);
    return type_names_[index(type)];
}

// ---- types ---------------------------------------------------------------------------------------

void Program::mention(TypeId type) {
    for (; type.valid() && mentioned.add(type); type = types.nominal(type).base)
        for (const Field& field : types.nominal(type).fields) {
            TypeId inner = field.type;
            while (types.is(inner, TypeKind::Array) || types.is(inner, TypeKind::Pointer)) inner = types.element(inner);
            if (types.is(inner, TypeKind::Struct)) c_type(inner);
        }
}

// Not known to C alone.
bool Program::is_defined(TypeId type) const {
    return defined_structs_.contains(type);
}

std::string Program::c_type(TypeId type) {
    switch (types.kind(type)) {
        case TypeKind::Error:
        case TypeKind::Void: return "void";
        case TypeKind::Null: return "void*";
        case TypeKind::Bool: return "bool";
        case TypeKind::Char:
        case TypeKind::Byte: return "unsigned char";
        case TypeKind::Int: return "int";
        case TypeKind::Long: return "int64_t";
        case TypeKind::Float: return "float";
        case TypeKind::Double: return "double";
        case TypeKind::String: return "char*";
        case TypeKind::Array: return c_type(types.element(type)) + "*";
        case TypeKind::Function: return function_type(type);
        case TypeKind::Pointer:
            if (types.is_function_pointer(type)) return c_type(types.element(type));
            // C's strings, not Dream's: a char of C.
            if (types.element(type) == Types::Char) return "char*";
            return c_type(types.element(type)) + "*";
        case TypeKind::Class: mention(type); return type_name(type) + "*";
        case TypeKind::Struct: {
            if (is_defined(type)) {
                mention(type);
            } else if (std::find(opaque.begin(), opaque.end(), type) == opaque.end()) {
                opaque.push_back(type);
            }
            return type_name(type);
        }
        case TypeKind::Enum: return type_name(type);
    }
    DREAM_UNREACHABLE("kind of type");
}

// What Dream lends to C is not C's to change.
std::string Program::c_param(Signature::Param param) {
    if (param.by_ref) return c_type(param.type) + "*";
    return param.type == Types::String ? "const char*" : c_type(param.type);
}

// The name of the typedef, which is made when it is first asked for.
std::string Program::function_type(TypeId type) {
    const std::string& name = type_names_[index(type)];
    if (function_types_.contains(type)) return name;
    const Signature& signature = types.signature(type);
    std::string params, forward;
    auto note_struct = [&](TypeId part) {
        while (types.is(part, TypeKind::Pointer) || types.is(part, TypeKind::Array))
            part = types.element(part);
        bool is_struct = types.is(part, TypeKind::Struct) && is_defined(part);
        if (is_struct) forward_structs.add(part);
    };
    for (const Signature::Param& param : signature.params) {
        params += (params.empty() ? "" : ", ") + c_param(param);
        note_struct(param.type);
    }
    note_struct(signature.result);
    std::string result = c_type(signature.result);
    function_types_.add(type);
    function_typedefs += fmt::format("typedef {} (*{})({});\n", result, name,
                                     params.empty() ? "void" : params);
    return name;
}

const std::string& Program::field_name(TypeId type, int index) {
    TypeId owner = types.field_owner(type, index);
    type_name(owner);  // has claimed the names
    return field_names_[Program::index(owner)]
                       [static_cast<size_t>(index - types.field_count(types.nominal(owner).base))];
}

std::string Program::field_path(TypeId type, int index) {
    std::string path;
    TypeId owner = types.field_owner(type, index);
    for (; type != owner; type = types.nominal(type).base) path += "base.";
    return path + field_name(owner, index);
}

std::string Program::enumerator(TypeId type, int64_t value) {
    type_name(type);
    const std::vector<Enumerator>& all = types.nominal(type).enumerators;
    for (size_t i = 0; i < all.size(); ++i)
        if (all[i].value == value) return enumerators_[type][i];
    return "";
}

void Program::describe(TypeId type) {
    for (; type.valid() && described.add(type); type = types.nominal(type).base) mention(type);
}

std::string Program::type_id(TypeId type) {
    if (types.is(type, TypeKind::Array)) return array_id(types.element(type));
    describe(type);
    return member(type, "id");
}

std::string Program::array_id(TypeId element) {
    switch (types.kind(element)) {
        case TypeKind::Bool: return "DR_ARRAY_BOOL";
        case TypeKind::Char: return "DR_ARRAY_CHAR";
        case TypeKind::Byte: return "DR_ARRAY_BYTE";
        case TypeKind::Int:
        case TypeKind::Enum: return "DR_ARRAY_INT";
        case TypeKind::Long: return "DR_ARRAY_LONG";
        case TypeKind::Float: return "DR_ARRAY_FLOAT";
        case TypeKind::Double: return "DR_ARRAY_DOUBLE";
        case TypeKind::String: return "DR_ARRAY_STRING";
        case TypeKind::Class: return "DR_ARRAY_OBJECT";
        case TypeKind::Array: return "DR_ARRAY_ARRAY";
        case TypeKind::Struct: struct_arrays.add(element); return member(element, "array_id");
        case TypeKind::Error:
        case TypeKind::Void:
        case TypeKind::Null:
        case TypeKind::Function:
        case TypeKind::Pointer: return "DR_ARRAY_POINTER";
    }
    DREAM_UNREACHABLE("kind of type");
}

std::string Program::type_object(TypeId type) {
    describe(type);
    return member(type, "type");
}

std::string Program::instance(TypeId type) {
    describe(type);
    instantiated.add(type);
    instances.add(type);
    return member(type, "instance");
}

std::string Program::type_address(TypeId type) {
    bool may_have_table = class_of(type) && !class_of(type)->slots.empty();
    return (may_have_table ? "(const dr_type*)&" : "&") + type_object(type);
}

void Program::need_header_of(std::string_view c_function) {
    std::string_view header = header_of(c_function);
    if (!header.empty()) headers.insert(std::string(header));
}

std::string function_head(Program& p, FunctionId id, const std::vector<std::string>& params) {
    const Function& f = p.module.functions[id];
    std::string text;
    for (size_t i = 0; i < f.params.size(); ++i) {
        const Local& param = f.locals[f.params[i]];
        TypeId type = param.type;
        // An override takes what the class takes that introduces the method.
        if (i == 0 && f.kind == FunctionKind::Method && p.types.is(type, TypeKind::Class)) type = p.receiver_class(id);
        if (!text.empty()) text += ", ";
        // What Dream lends to C is not C's to change.
        if (f.callback.valid() || f.kind == FunctionKind::Extern) {
            TypeId said = f.callback.valid() ? p.types.signature(f.callback).params[i].type : type;
            text += p.c_param({said, param.is_ref}) + " " + params[i];
            continue;
        }
        text += p.c_type(type) + (param.is_ref ? "*" : "") + " " + params[i];
    }
    if (f.is_varargs) text += ", ...";
    return fmt::format("{}({})", p.declare(f.result, p.function_name(id)), text.empty() ? "void" : text);
}

}  // namespace dream::emit
