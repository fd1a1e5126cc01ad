// Effects: which operations may raise and be unwound, which faults may end the program where they
// stand (ruling 21), and the summary of what calling each function may do.
//
// A fault is fatal where nobody could observe unwinding: no try encloses it here or in a caller,
// and no destructor exists that unwinding would run. In memory-tracking builds everything unwinds.
#include <vector>

#include "ir/visit.h"
#include "rc/passes.h"
#include "support/check.h"

namespace dream::rc {

using namespace ir;

namespace {

class Inference {
  public:
    Inference(Module& module, const Options& options) : module_(module), options_(options) {}

    void run() {
        find_observed_functions();
        mark_ops();
        summarise();
        // A call throws exactly if a callee does, so calls are marked after the summaries.
        for (Function& f : module_.functions)
            if (f.body) for_each_op(*f.body, [&](Op& op, bool) { mark_call(op); });
    }

  private:
    static bool is_call(const Op& op) { return op.op == OpKind::Call || op.op == OpKind::CallVirtual; }

    bool program_has_destructors() const {
        for (const Class& c : module_.classes)
            if (c.destructor.valid()) return true;
        return false;
    }

    // Functions in whose callers (or in which) somebody sees an exception pass.
    void find_observed_functions() {
        observed_.assign(module_.functions.size(), options_.debug_memory || program_has_destructors());
        std::vector<FunctionId> work;
        auto observe = [&](FunctionId id) {
            if (observed_[static_cast<size_t>(id.index)]) return;
            observed_[static_cast<size_t>(id.index)] = true;
            work.push_back(id);
        };
        auto observe_callees = [&](const Op& op) {
            for_each_callee(module_, op, observe);
            // The runtime asks objects for their text.
            if (op.op == OpKind::CallRuntime && module_.runtime[op.runtime].releases)
                for (const Class& c : module_.classes)
                    if (c.to_string.valid()) observe(c.to_string);
        };
        for (Function& f : module_.functions) {
            if (!f.body) continue;
            for_each_op(*f.body, [&](Op& op, bool in_try) {
                if (in_try) observe_callees(op);
            });
        }
        while (!work.empty()) {
            FunctionId id = work.back();
            work.pop_back();
            Function& f = module_.functions[id];
            if (f.body) for_each_op(*f.body, [&](Op& op, bool) { observe_callees(op); });
        }
    }

    void mark_ops() {
        for (size_t i = 0; i < module_.functions.size(); ++i) {
            Function& f = module_.functions[module_.functions.id_at(i)];
            if (!f.body) continue;
            for_each_op(*f.body, [&](Op& op, bool in_try) {
                if (is_call(op)) return;
                if (op.op == OpKind::CallRuntime) {
                    op.throws = module_.runtime[op.runtime].throws;
                    return;
                }
                bool may_throw = (info(op.op).effects & Throws) != 0;
                bool seen = observed_[i] || in_try;
                op.throws = may_throw && seen;
                op.is_fatal = may_throw && !seen;
            });
        }
    }

    void mark_call(Op& op) {
        if (!is_call(op)) return;
        op.throws = false;
        for_each_callee(module_, op, [&](FunctionId id) {
            op.throws = op.throws || (module_.functions[id].effects & Throws) != 0;
        });
    }

    // Least fixpoint over the call graph, from "nothing" up.
    void summarise() {
        for (Function& f : module_.functions) f.effects = 0;
        for (bool changed = true; changed;) {
            changed = false;
            // C may call back whatever it has the address of, whenever it is called.
            uint8_t callbacks = 0;
            for (const Function& f : module_.functions)
                if (f.callback.valid()) callbacks |= f.effects;
            for (Function& f : module_.functions) {
                bool is_of_c = f.kind == FunctionKind::Extern;
                if (!f.body && !is_of_c) continue;
                uint8_t effects = is_of_c ? callbacks : effects_of_body(f);
                if (f.is_exception_boundary) effects &= static_cast<uint8_t>(~Throws);
                if (effects == f.effects) continue;
                f.effects = effects;
                changed = true;
            }
        }
    }

    uint8_t effects_of_body(Function& f) {
        uint8_t effects = 0;
        const Types& types = *module_.types;
        // Locals of such types are released somewhere in the body, and that may run anything.
        for (const Local& local : f.locals)
            if (local.ownership == Ownership::Own && types.reaches_destructor(local.type))
                effects |= Releases | Stores;
        effects |= escaping(*f.body, f);
        return effects;
    }

    // What the nodes of `block` may do; exceptions caught inside do not count.
    uint8_t escaping(Block& block, Function& f) {
        uint8_t effects = 0;
        for (Node* node : block.body) effects |= escaping(*node, f);
        return effects;
    }

    uint8_t escaping(Node& node, Function& f) {
        switch (node.kind) {
            case NodeKind::Op: return effects_of_op(*as<Op>(&node), f);
            case NodeKind::Block: return escaping(*as<Block>(&node), f);
            case NodeKind::If: {
                If& branch = *as<If>(&node);
                uint8_t effects = escaping(*branch.then_block, f);
                if (branch.else_block) effects |= escaping(*branch.else_block, f);
                return effects;
            }
            case NodeKind::Loop: {
                Loop& loop = *as<Loop>(&node);
                return escaping(*loop.head, f) | escaping(*loop.body, f) | escaping(*loop.step, f);
            }
            case NodeKind::Switch: {
                uint8_t effects = 0;
                for (Case& c : as<Switch>(&node)->cases) effects |= escaping(*c.body, f);
                return effects;
            }
            case NodeKind::Try: {
                Try& t = *as<Try>(&node);
                uint8_t effects = escaping(*t.body, f);
                for (Catch& c : t.catches)
                    if (c.type == module_.exception) effects &= static_cast<uint8_t>(~Throws);
                for (Catch& c : t.catches) effects |= escaping(*c.body, f);
                if (t.finally_block) effects |= escaping(*t.finally_block, f);
                return effects;
            }
            case NodeKind::Break:
            case NodeKind::Continue:
            case NodeKind::Return: return 0;
        }
        DREAM_UNREACHABLE("kind of node");
    }

    uint8_t effects_of_op(const Op& op, const Function& f) {
        const Types& types = *module_.types;
        if (is_call(op)) {
            uint8_t effects = 0;
            for_each_callee(module_, op, [&](FunctionId id) { effects |= module_.functions[id].effects; });
            return effects;
        }
        uint8_t effects = op.throws ? Throws : 0;
        if (op.op == OpKind::CallRuntime && module_.runtime[op.runtime].releases)
            effects |= Releases | Stores;
        if (op.op == OpKind::Store && types.owns_references(op.place->type)) {
            // What a plain local holds by value is nobody else's; all other memory may be shared.
            LocalId root = root_local(*op.place, types);
            bool is_shared = !root.valid() || f.locals[root].is_ref;
            if (is_shared || types.reaches_destructor(op.place->type)) effects |= Stores | Releases;
        }
        // Assigning to a `ref` target or a global array makes it unique or replaces it.
        if (op.dst.valid() && f.locals[op.dst].is_ref && types.owns_references(f.locals[op.dst].type))
            effects |= Stores | Releases;
        if (op.op == OpKind::MakeUnique) {
            LocalId root = root_local(*op.place, types);
            if (!root.valid() || f.locals[root].is_ref) effects |= Stores | Releases;
        }
        return effects;
    }

    Module& module_;
    const Options& options_;
    std::vector<bool> observed_;
};

}  // namespace

void infer_effects(Module& module, const Options& options) { Inference(module, options).run(); }

}  // namespace dream::rc
