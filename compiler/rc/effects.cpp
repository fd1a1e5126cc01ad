// Effects: which operations may raise and be unwound, which faults may end the program where they
// stand (ruling 21), and the summary of what calling each function may do.
//
// A fault is fatal where nobody could observe unwinding: no try encloses it here or in a caller,
// and no destructor exists that unwinding would run. In memory-tracking builds everything unwinds.
#include <map>
#include <utility>
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
        bool has_observed_texts = false;
        auto observe = [&](FunctionId id) {
            if (observed_[static_cast<size_t>(id.index)]) return;
            observed_[static_cast<size_t>(id.index)] = true;
            work.push_back(id);
        };
        auto observe_callees = [&](const Op& op) {
            for_each_callee(module_, op, observe);
            // The runtime asks objects for their text.
            bool asks = op.op == OpKind::CallRuntime && module_.runtime[op.runtime].releases;
            if (!asks || std::exchange(has_observed_texts, true)) return;
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

    // Least fixpoint over the call graph, from what bodies do by themselves up.
    void summarise() {
        size_t functions = module_.functions.size();
        nodes_.assign(functions + 1, {});
        size_t of_c =
            functions;  // C may call back whatever it has the address of, whenever it is called
        for (size_t i = 0; i < functions; ++i) {
            Function& f = module_.functions[module_.functions.id_at(i)];
            nodes_[i].mask =
                f.is_exception_boundary ? static_cast<uint8_t>(~Throws) : uint8_t{0xFF};
            if (f.callback.valid()) use(of_c, i, 0xFF);
            if (f.kind == FunctionKind::Extern)
                use(i, of_c, 0xFF);
            else if (f.body)
                read_body(i, f);
        }
        std::vector<size_t> work(nodes_.size());
        for (size_t i = 0; i < work.size(); ++i) work[i] = i;
        while (!work.empty()) {
            const Summary& node = nodes_[work.back()];
            work.pop_back();
            for (auto [user, mask] : node.users) {
                uint8_t grown = nodes_[user].effects | (node.effects & mask & nodes_[user].mask);
                if (grown == std::exchange(nodes_[user].effects, grown)) continue;
                work.push_back(user);
            }
        }
        for (size_t i = 0; i < functions; ++i)
            module_.functions[module_.functions.id_at(i)].effects = nodes_[i].effects;
    }

    // `user` has the effects of `used`, as far as they are in `mask`.
    void use(size_t user, size_t used, uint8_t mask) { nodes_[used].users.push_back({user, mask}); }

    // The node of all that a call through a slot may run.
    size_t node_of_slot(TypeId type, int slot) {
        auto [known, is_new] = slots_.try_emplace({type, slot}, nodes_.size());
        if (is_new) {
            nodes_.emplace_back();
            for (FunctionId id : implementations_of(module_, type, slot))
                use(known->second, static_cast<size_t>(id.index), 0xFF);
        }
        return known->second;
    }

    void read_body(size_t node, Function& f) {
        const Types& types = *module_.types;
        // Locals of such types are released somewhere in the body, and that may run anything.
        for (const Local& local : f.locals)
            if (local.ownership == Ownership::Own && types.reaches_destructor(local.type))
                nodes_[node].effects |= Releases | Stores;
        read_block(node, *f.body, f, nodes_[node].mask);
    }

    // `mask`: what leaves the block; exceptions caught around it do not.
    void read_block(size_t node, Block& block, Function& f, uint8_t mask) {
        for (Node* inner : block.body) read_node(node, *inner, f, mask);
    }

    void read_node(size_t node, Node& part, Function& f, uint8_t mask) {
        if (part.kind == NodeKind::Op) {
            Op& op = *as<Op>(&part);
            if (op.op == OpKind::Call)
                use(node, static_cast<size_t>(op.function.index), mask);
            else if (op.op == OpKind::CallVirtual)
                use(node, node_of_slot(op.type, op.slot), mask);
            else
                nodes_[node].effects |= effects_of_op(op, f) & mask;
        } else if (part.kind == NodeKind::Try) {
            Try& t = *as<Try>(&part);
            bool catches_all = false;
            for (Catch& c : t.catches) catches_all = catches_all || c.type == module_.exception;
            read_block(node, *t.body, f, catches_all ? mask & static_cast<uint8_t>(~Throws) : mask);
            for (Catch& c : t.catches) read_block(node, *c.body, f, mask);
            if (t.finally_block) read_block(node, *t.finally_block, f, mask);
        } else {
            for_each_part(part, [&](Block& inner) { read_block(node, inner, f, mask); });
        }
    }

    // Of one that is no call.
    uint8_t effects_of_op(const Op& op, const Function& f) {
        const Types& types = *module_.types;
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

    // A function, or all that a call through a slot or of C may run.
    struct Summary {
        uint8_t effects = 0;
        uint8_t mask = 0xFF;                            // what its callers see
        std::vector<std::pair<size_t, uint8_t>> users;  // with what they let through
    };

    Module& module_;
    const Options& options_;
    std::vector<bool> observed_;
    std::vector<Summary> nodes_;
    std::map<std::pair<TypeId, int>, size_t> slots_;
};

}  // namespace

void infer_effects(Module& module, const Options& options) { Inference(module, options).run(); }

}  // namespace dream::rc
