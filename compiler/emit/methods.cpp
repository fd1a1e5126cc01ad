// Virtual methods: one struct of function pointers for each class that introduces some, which
// embeds that of its base, and at its root the dr_type that every object leads to.
//
// A function that fills a slot takes its receiver as the class that introduces the slot declares
// it: to call a function through a pointer of another type is undefined in C.
#include <fmt/format.h>

#include "emit/program.h"

namespace dream::emit {

using namespace ir;

const Class* Program::class_of(TypeId type) const {
    return type.valid() ? classes_[index(type)] : nullptr;
}

TypeId Program::receiver_class(FunctionId f) const {
    return receivers_[index(f)].valid() ? receivers_[index(f)] : module.functions[f].owner;
}

TypeId Program::slot_owner(TypeId type, int slot) const {
    return class_of(type)->slot_owners[static_cast<size_t>(slot)];
}

// The name of a slot is that of the method, numbered where methods are overloaded.
const std::vector<std::string>& Program::slot_names(const Class& c) {
    auto found = slot_names_.find(c.type);
    if (found != slot_names_.end()) return found->second;
    std::vector<std::string> result;
    Names members(Names::Scope::Inner);
    members.take("base");
    members.take("type");
    TypeId base = types.nominal(c.type).base;
    if (const Class* above = base.valid() ? class_of(base) : nullptr) result = slot_names(*above);
    for (const std::string& name : result) members.take(name);
    for (size_t i = result.size(); i < c.slots.size(); ++i) {
        FunctionId method = first_method(c.type, static_cast<int>(i));
        result.push_back(
            members.claim_numbered(method.valid() ? module.functions[method].name : "slot"));
    }
    return slot_names_[c.type] = std::move(result);
}

FunctionId Program::first_method(TypeId owner, int slot) const {
    auto found = first_methods_.find({owner, slot});
    return found == first_methods_.end() ? FunctionId() : found->second;
}

const std::string& Program::slot_name(TypeId owner, int slot) {
    return slot_names(*class_of(owner))[static_cast<size_t>(slot)];
}

std::string Program::slot(TypeId type, int slot, const std::string& object) {
    TypeId owner = slot_owner(type, slot);
    called_slots_.insert({owner, slot});
    method_tables.add(owner);
    describe(owner);
    return fmt::format("{}({})->{}", member(owner, "methods_of"), object, slot_name(owner, slot));
}

TypeId Program::table_of(TypeId type) const {
    for (; type.valid(); type = types.nominal(type).base) {
        const Class* c = class_of(type);
        if (!c) continue;
        for (size_t i = 0; i < c->slots.size(); ++i)
            if (c->slot_owners[i] == type && is_slot_called(type, static_cast<int>(i))) return type;
    }
    return {};
}

namespace {

TypeId table_above(const Program& p, TypeId type) {
    TypeId base = p.types.nominal(type).base;
    return base.valid() ? p.table_of(base) : TypeId();
}

// The pointer to the methods that fill `slot`, as a member of the table.
std::string slot_member(Program& p, TypeId owner, int slot) {
    const std::string& name = p.slot_name(owner, slot);
    FunctionId id = p.first_method(owner, slot);
    // Nobody implements it, so nobody can call it.
    if (!id.valid()) return fmt::format("    void (*{})({} this);\n", name, p.c_type(owner));
    const Function& method = p.module.functions[id];
    std::string params = p.c_type(owner) + " this";
    Names names(Names::Scope::Inner);
    names.take("this");
    for (size_t i = 1; i < method.params.size(); ++i) {
        const Local& param = method.locals[method.params[i]];
        params += fmt::format(", {}{} {}", p.c_type(param.type), param.is_ref ? "*" : "",
                              names.claim(param.name));
    }
    return fmt::format("    {} (*{})({});\n", p.c_type(method.result), name, params);
}

}  // namespace

std::string method_tables(Program& p) {
    std::string text;
    for (const Class& c : p.module.classes) {
        if (p.table_of(c.type) != c.type) continue;
        TypeId above = table_above(p, c.type);
        std::string name = p.member(c.type, "methods");
        text += fmt::format("typedef struct {} {{\n", name);
        text += above.valid() ? fmt::format("    {} base;\n", p.member(above, "methods")) : "    dr_type type;\n";
        for (size_t i = 0; i < c.slots.size(); ++i)
            if (c.slot_owners[i] == c.type && p.is_slot_called(c.type, static_cast<int>(i)))
                text += slot_member(p, c.type, static_cast<int>(i));
        text += fmt::format("}} {};\n\n", name);
        if (!p.method_tables.contains(c.type)) continue;
        text += fmt::format("static inline const {0}* {1}(const void* obj) {{\n    return (const {0}*)dr_type_of(obj);\n}}\n\n",
                            name, p.member(c.type, "methods_of"));
    }
    return text;
}

std::string method_initialisers(Program& p, TypeId type) {
    // Classes of the runtime's own faults have no entry of their own: they inherit all methods.
    const Class* c = nullptr;
    for (TypeId at = type; at.valid() && !c; at = p.types.nominal(at).base) c = p.class_of(at);
    std::string text;
    std::string path = ".";
    for (TypeId table = p.table_of(type); c && table.valid(); table = table_above(p, table), path += "base.")
        for (size_t i = 0; i < c->slots.size(); ++i)
            if (c->slot_owners[i] == table && p.is_slot_called(table, static_cast<int>(i)) && c->slots[i].valid())
                text += fmt::format("    {}{} = {},\n", path, p.slot_name(table, static_cast<int>(i)),
                                    p.function_name(c->slots[i]));
    return text;
}

}  // namespace dream::emit
