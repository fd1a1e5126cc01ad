// What the tables say about operations, asked in one place.
#include "ir/ir.h"

#include <algorithm>

#include "support/check.h"

namespace dream::ir {

const OpInfo& info(OpKind op) {
    static constexpr OpInfo kOps[] = {
#define OP(name, text, effects) {text, effects},
#include "ir/ops.def"
    };
    return kOps[static_cast<size_t>(op)];
}

FunctionId implementation_of(const Module& module, const Class& c, TypeId type, int slot) {
    auto at = static_cast<size_t>(slot);
    if (!module.types->is_interface(type)) {
        bool has_slot = module.types->is_subclass(c.type, type) && at < c.slots.size();
        return has_slot ? c.slots[at] : FunctionId();
    }
    for (const Implementation& made : c.implementations)
        if (made.interface == type && at < made.methods.size()) return made.methods[at];
    return {};
}

const std::vector<FunctionId>& implementations_of(const Module& module, TypeId type, int slot) {
    auto& known = module.implementations;
    if (known.empty()) {
        auto add = [&](TypeId of, const std::vector<FunctionId>& methods, size_t count) {
            for (size_t at = 0; at < count; ++at)
                if (methods[at].valid()) known[{of, static_cast<int>(at)}].push_back(methods[at]);
        };
        std::map<TypeId, size_t> slot_counts;
        for (const Class& c : module.classes) {
            slot_counts[c.type] = c.slots.size();
            for (TypeId of = c.type; of.valid(); of = module.types->nominal(of).base)
                add(of, c.slots, slot_counts[of]);
            for (const Implementation& made : c.implementations)
                add(made.interface, made.methods, made.methods.size());
        }
        for (auto& [of, functions] : known) {
            std::sort(functions.begin(), functions.end());
            functions.erase(std::unique(functions.begin(), functions.end()), functions.end());
        }
    }
    static const std::vector<FunctionId> kNone;
    auto found = known.find({type, slot});
    return found == known.end() ? kNone : found->second;
}

const Function* callee_of(const Module& module, const Op& op) {
    if (op.op == OpKind::Call) return &module.functions[op.function];
    if (op.op != OpKind::CallVirtual) return nullptr;
    // Every implementation of a slot has the same parameter list; an abstract slot has none of
    // its own, so the first implementation below the class stands for it.
    const std::vector<FunctionId>& all = implementations_of(module, op.type, op.slot);
    return all.empty() ? nullptr : &module.functions[all.front()];
}

uint8_t effects_of(const Module& module, const Op& op) {
    switch (op.op) {
        case OpKind::Call: return module.functions[op.function].effects;
        case OpKind::CallVirtual: {
            uint8_t effects = 0;
            for (FunctionId f : implementations_of(module, op.type, op.slot))
                effects |= module.functions[f].effects;
            return effects;
        }
        case OpKind::CallRuntime: {
            const RuntimeFunction& f = module.runtime[op.runtime];
            return static_cast<uint8_t>((f.throws ? Throws : 0) | (f.releases ? Releases | Stores : 0));
        }
        default: return info(op.op).effects;
    }
}

bool consumes(const Module& module, const Function&, const Op& op, size_t i) {
    switch (op.op) {
        case OpKind::Store:
        case OpKind::Throw:
        case OpKind::Rethrow: return true;
        case OpKind::Append: return i == 0;
        case OpKind::Assign: return true;  // if dst owns: asked together with makes_owner
        case OpKind::Call:
        case OpKind::CallVirtual: {
            const Function* callee = callee_of(module, op);
            if (!callee || i >= callee->params.size()) return false;
            const Local& param = callee->locals[callee->params[i]];
            return param.ownership == Ownership::Own && !param.is_ref;
        }
        default: return false;
    }
}

bool makes_owner(const Op& op, const Function& function) {
    return op.dst.valid() && function.locals[op.dst].ownership == Ownership::Own;
}

bool reads_memory(const Module& module, const Function& function, const Value& value) {
    switch (value.kind) {
        case ValueKind::Local:
            if (function.locals[value.local].is_ref) return true;
            if (function.locals[value.local].is_addressed) return true;
            break;
        case ValueKind::Deref:
        case ValueKind::Global:
        case ValueKind::Element: return true;
        case ValueKind::Field:
            if (module.types->is(value.args[0]->type, TypeKind::Class)) return true;
            break;
        default: break;
    }
    for (const Value* arg : value.args)
        if (reads_memory(module, function, *arg)) return true;
    return false;
}

LocalId root_local(const Value& place, const Types& types) {
    const Value* at = &place;
    for (;;) {
        if (at->kind == ValueKind::Local) return at->local;
        bool in_struct = at->kind == ValueKind::Field && types.is(at->args[0]->type, TypeKind::Struct);
        if (!in_struct && at->kind != ValueKind::Element) return {};
        at = at->args[0];
    }
}

}  // namespace dream::ir
