// Calls and tests through interfaces. The whole program is known, so no table is searched at run
// time: a call goes straight to the only implementation, or to a function that switches over the
// class of the receiver, which C compilers turn into a jump or, for two classes, a comparison, and
// inline both ways (as whole-program compilers from SmartEiffel on do).
#include <algorithm>

#include <fmt/format.h>

#include "emit/program.h"

namespace dream::emit {

using namespace ir;

FunctionId Program::only_implementation(TypeId interface, int slot) const {
    const std::vector<FunctionId>& all = implementations_of(module, interface, slot);
    return all.size() == 1 ? all.front() : FunctionId();
}

// Some function that implements the method; invalid: none does.
FunctionId Program::any_implementation(TypeId interface, int slot) const {
    const std::vector<FunctionId>& all = implementations_of(module, interface, slot);
    return all.empty() ? FunctionId() : all.front();
}

// Claimed for all interfaces at once, before any local of a function could take the name.
void Program::claim_dispatchers() {
    for (const Class& c : module.classes) {
        if (!types.is_interface(c.type)) continue;
        for (int slot = 0; slot < static_cast<int>(c.slots.size()); ++slot) {
            FunctionId f = any_implementation(c.type, slot);
            if (!f.valid()) continue;
            std::string name = member(c.type, c_identifier(module.functions[f].name));
            dispatcher_names_[{c.type, slot}] = names.claim_numbered(name);
        }
    }
}

const std::string& Program::dispatcher(TypeId interface, int slot) {
    dispatchers.insert({interface, slot});
    return dispatcher_names_.at({interface, slot});
}

namespace {

// The classes of which there may be objects, by what they run.
struct Target {
    FunctionId function;
    std::vector<TypeId> classes;
};

std::vector<Target> targets_of(Program& p, TypeId interface, int slot) {
    std::vector<Target> targets;
    for (const Class& c : p.module.classes) {
        FunctionId f = implementation_of(p.module, c, interface, slot);
        if (!f.valid() || !p.instantiated.contains(c.type)) continue;
        auto same = std::find_if(targets.begin(), targets.end(), [&](const Target& t) { return t.function == f; });
        if (same == targets.end()) same = targets.insert(same, {f, {}});
        same->classes.push_back(c.type);
    }
    return targets;
}

std::string call_of(Program& p, FunctionId f, const std::vector<std::string>& params) {
    const Function& method = p.module.functions[f];
    std::string args = fmt::format("({}){}", p.c_type(p.receiver_class(f)), params[0]);
    for (size_t i = 1; i < params.size(); ++i) args += ", " + params[i];
    const char* word = method.result == Types::Void ? "" : "return ";
    return fmt::format("{}{}({});", word, p.function_name(f), args);
}

// Names of parameters that hide nothing of the file.
std::vector<std::string> parameter_names(const Program& p, const Function& method) {
    std::vector<std::string> params;
    for (LocalId id : method.params) {
        std::string name = params.empty() ? "receiver" : c_identifier(method.locals[id].name);
        while (!p.names.is_free(name) || std::find(params.begin(), params.end(), name) != params.end())
            name += '_';
        params.push_back(name);
    }
    return params;
}

std::string dispatcher_text(Program& p, TypeId interface, int slot, const std::string& name) {
    std::vector<Target> targets = targets_of(p, interface, slot);
    FunctionId model = p.any_implementation(interface, slot);
    const Function& method = p.module.functions[model];
    std::vector<std::string> params = parameter_names(p, method);
    std::string head = fmt::format("{} {}", p.c_type(interface), params[0]);
    for (size_t i = 1; i < method.params.size(); ++i) {
        const Local& param = method.locals[method.params[i]];
        head += fmt::format(", {}{} {}", p.c_type(param.type), param.is_ref ? "*" : "", params[i]);
    }
    std::string text = fmt::format("static inline {} {}({}) {{\n", p.c_type(method.result), name, head);
    if (targets.size() <= 1) {
        FunctionId f = targets.empty() ? model : targets[0].function;
        return text + fmt::format("    {}\n}}\n\n", call_of(p, f, params));
    }
    // What most classes run comes last, without comparisons.
    std::stable_sort(targets.begin(), targets.end(),
                     [](const Target& a, const Target& b) { return a.classes.size() < b.classes.size(); });
    text += fmt::format("    switch (dr_type_id({})) {{\n", params[0]);
    for (const Target& target : targets) {
        bool is_last = &target == &targets.back();
        if (is_last) text += "        default:\n";
        for (TypeId type : target.classes)
            if (!is_last) text += fmt::format("        case {}:\n", p.type_id(type));
        text += fmt::format("            {}\n", call_of(p, target.function, params));
        if (method.result == Types::Void) text += "            break;\n";
    }
    return text + "    }\n}\n\n";
}

}  // namespace

std::string dispatchers(Program& p) {
    std::string text;
    for (const auto& [interface, slot] : p.dispatchers)
        text += dispatcher_text(p, interface, slot, p.dispatcher(interface, slot));
    return text;
}

std::string interface_test(Program& p, TypeId interface) {
    std::string cases;
    for (TypeId type : p.instantiated)
        if (p.types.is_subclass(type, interface)) cases += fmt::format("        case {}:\n", p.type_id(type));
    std::string body = "    return false;\n";
    if (!cases.empty())
        body = fmt::format(
            "    if (obj == NULL) {{\n        return false;\n    }}\n    switch (dr_type_id(obj)) {{\n{}"
            "            return true;\n        default:\n            return false;\n    }}\n",
            cases);
    const char* unused = cases.empty() ? "    (void)obj;\n" : "";
    return fmt::format("static inline bool {}(const void* obj) {{\n{}{}}}\n\n", p.member(interface, "is"), unused, body);
}

}  // namespace dream::emit
