// Removes assignments of null that nobody sees: not a use, not a release, not an unwinding.
// Insertion nulls generously; what is left is what the C text has to show.
#include <vector>

#include "ir/liveness.h"
#include "ir/visit.h"
#include "rc/passes.h"

namespace dream::rc {

using namespace ir;

namespace {

class NullClient {
  public:
    explicit NullClient(Function& function) : dead(number_nodes(function)), function_(function) {}

    void op(Op& op, LiveSet& live, bool is_final) {
        bool is_plain = op.dst.valid() && !function_.locals[op.dst].is_ref;
        if (is_final && is_plain && assigns_null(op) && !live.contains(op.dst)) {
            dead[op.index()] = true;
            has_dead = true;
        }
        if (is_plain) live.remove(op.dst);
        for (const Operand& arg : op.args) live.add_uses(*arg.value);
        if (op.place) live.add_uses(*op.place);
    }
    void exit(Return& exit, LiveSet& live, bool) {
        if (exit.value.value) live.add_uses(*exit.value.value);
    }
    void value(const Value& value, LiveSet& live) { live.add_uses(value); }
    void unwind(Block& block, LiveSet& live) {
        for (Op* release : block.unwind) live.add_uses(*release->args[0].value);
    }

    std::vector<bool> dead;  // by number
    bool has_dead = false;

  private:
    static bool assigns_null(const Op& op) {
        return op.op == OpKind::Assign && (op.args[0].value->kind == ValueKind::Null ||
                                           op.args[0].value->kind == ValueKind::Zero);
    }

    Function& function_;
};

}  // namespace

void remove_dead_nulls(Module& module) {
    for (Function& function : module.functions) {
        if (!function.body) continue;
        NullClient client(function);
        BackwardWalk<NullClient>(function, client).run(function);
        if (!client.has_dead) continue;
        for_each_node(*function.body, [&](Node& node, bool) {
            if (node.kind != NodeKind::Block) return;
            std::erase_if(as<Block>(&node)->body, [&](Node* n) { return client.dead[n->index()]; });
        });
    }
}

}  // namespace dream::rc
