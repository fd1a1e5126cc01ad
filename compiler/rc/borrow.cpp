// Borrows: an owning local that is set once and only looked at needs no unit of its own while
// somebody else surely holds the value:
//   h = y           y is a local of this function or a parameter (its caller holds it), and y is not
//                   written while h lives;
//   h = a.b[c]      additionally nothing that runs while h lives may write memory that owns
//                   references, or release [T3: no borrow from mutable memory across such an op].
// "While h lives" is, conservatively, the whole block that lists h. The locals that h hangs on become
// its anchors: liveness treats a use of h as a use of them, so that no move ends them early.
#include <map>
#include <set>

#include "ir/visit.h"
#include "rc/passes.h"

namespace dream::rc {

using namespace ir;

namespace {

// What the nodes of a block, at any depth, may do.
struct BlockSummary {
    std::set<LocalId> written;  // assigned, stored into, made unique or passed by reference
    uint8_t effects = 0;
};

class Borrowing {
  public:
    Borrowing(const Module& module, Function& function) : module_(module), function_(function) {}

    void run() {
        collect_candidates();
        if (candidates_.empty()) return;
        summarise(*function_.body);
        for (auto& [id, candidate] : candidates_)
            if (is_safe(id, candidate)) make_borrow(id, *candidate.source);
    }

  private:
    struct Candidate {
        const Value* source = nullptr;  // null: disqualified
        const Block* block = nullptr;
        int definitions = 0;
    };

    bool is_possible(LocalId id) const {
        const Local& local = function_.locals[id];
        return local.ownership == Ownership::Own && !local.is_ref && !local.is_param &&
               module_.types->is_counted(local.type);
    }

    void collect_candidates() {
        for_each_node(*function_.body, [&](Node& node, bool) {
            if (node.kind == NodeKind::Block)
                for (LocalId id : as<Block>(&node)->locals)
                    if (is_possible(id)) candidates_[id].block = as<Block>(&node);
            if (node.kind == NodeKind::Try)
                for (Catch& c : as<Try>(&node)->catches)
                    if (c.exception.valid()) disqualify(c.exception);
            if (node.kind == NodeKind::Op) consider(*as<Op>(&node));
        });
    }

    void consider(const Op& op) {
        if (op.dst.valid() && is_possible(op.dst)) {
            Candidate& candidate = candidates_[op.dst];
            ++candidate.definitions;
            bool copies = op.op == OpKind::Assign && is_path(*op.args[0].value);
            candidate.source = copies && candidate.definitions == 1 ? op.args[0].value : nullptr;
        }
        for (const Operand& arg : op.args)
            if (arg.by_ref) disqualify_root(*arg.value);
        if (op.place) disqualify_root(*op.place);
        if (op.op == OpKind::Throw || op.op == OpKind::Rethrow)
            for_each_local(*op.args[0].value, [&](LocalId id) { disqualify(id); });
    }

    // A local, or a path of fields and elements from a local or global.
    static bool is_path(const Value& value) {
        switch (value.kind) {
            case ValueKind::Local:
            case ValueKind::Global: return true;
            case ValueKind::Field:
            case ValueKind::Element:
            case ValueKind::Convert: return is_path(*value.args[0]);
            default: return false;
        }
    }

    void disqualify(LocalId id) {
        if (!is_possible(id)) return;
        candidates_[id].definitions = 2;
        candidates_[id].source = nullptr;
    }

    void disqualify_root(const Value& place) {
        LocalId root = root_local(place, *module_.types);
        if (root.valid()) disqualify(root);
    }

    const BlockSummary& summarise(const Block& block) {
        BlockSummary& summary = summaries_[&block];
        for (LocalId id : block.locals) {
            const Local& local = function_.locals[id];
            if (local.ownership == Ownership::Own && module_.types->reaches_destructor(local.type))
                summary.effects |= Releases | Stores;
        }
        for (const Node* node : block.body) add(*node, summary);
        return summary;
    }

    void include(const Block& block, BlockSummary& summary) {
        const BlockSummary inner = summarise(block);
        summary.written.insert(inner.written.begin(), inner.written.end());
        summary.effects |= inner.effects;
    }

    void add(const Node& node, BlockSummary& summary) {
        switch (node.kind) {
            case NodeKind::Op: add_op(*as<Op>(&node), summary); break;
            case NodeKind::Block: include(*as<Block>(&node), summary); break;
            case NodeKind::If:
                include(*as<If>(&node)->then_block, summary);
                if (as<If>(&node)->else_block) include(*as<If>(&node)->else_block, summary);
                break;
            case NodeKind::Loop:
                include(*as<Loop>(&node)->head, summary);
                include(*as<Loop>(&node)->body, summary);
                include(*as<Loop>(&node)->step, summary);
                break;
            case NodeKind::Switch:
                for (const Case& c : as<Switch>(&node)->cases) include(*c.body, summary);
                break;
            case NodeKind::Try:
                include(*as<Try>(&node)->body, summary);
                for (const Catch& c : as<Try>(&node)->catches) include(*c.body, summary);
                if (as<Try>(&node)->finally_block) include(*as<Try>(&node)->finally_block, summary);
                break;
            case NodeKind::Break:
            case NodeKind::Continue:
            case NodeKind::Return: break;
        }
    }

    void add_op(const Op& op, BlockSummary& summary) {
        summary.effects |= effects_of(module_, op);
        if (op.dst.valid()) {
            summary.written.insert(op.dst);
            if (function_.locals[op.dst].is_ref) summary.effects |= Stores | Releases;
        }
        auto write_root = [&](const Value& place) {
            LocalId root = root_local(place, *module_.types);
            if (root.valid()) summary.written.insert(root);
        };
        for (const Operand& arg : op.args)
            if (arg.by_ref) write_root(*arg.value);
        if (op.place) write_root(*op.place);
    }

    bool is_safe(LocalId id, const Candidate& candidate) {
        if (!candidate.source || !candidate.block || candidate.definitions != 1) return false;
        const BlockSummary& around = summaries_[candidate.block];
        if (reads_memory(function_, *candidate.source) && (around.effects & (Releases | Stores))) return false;
        bool stays = true;
        for_each_local(*candidate.source, [&](LocalId root) {
            stays = stays && root != id && !around.written.count(root);
            // A local listed in the same block and set there is written in it, but before h.
        });
        return stays;
    }

    void make_borrow(LocalId id, const Value& source) {
        Local& local = function_.locals[id];
        local.ownership = Ownership::Borrow;
        for_each_local(source, [&](LocalId root) {
            if (module_.types->owns_references(function_.locals[root].type)) local.anchors.push_back(root);
        });
    }

    const Module& module_;
    Function& function_;
    std::map<LocalId, Candidate> candidates_;
    std::map<const Block*, BlockSummary> summaries_;
};

}  // namespace

void borrow_locals(Module& module) {
    for (Function& function : module.functions)
        if (function.body) Borrowing(module, function).run();
}

}  // namespace dream::rc
