// Moves and retains: an operand that must own takes the unit of a local at its last use, and a new
// unit otherwise. Liveness follows exceptional edges, so that a local that a handler still needs
// is never moved.
//
// Rulings 19 and 20: a local whose type may reach a destructor lives to the end of its scope and
// moves only by `return`; a temporary moves into what it initialises in either mode.
#include "ir/liveness.h"
#include "rc/passes.h"

namespace dream::rc {

using namespace ir;

namespace {

class TransferClient {
  public:
    TransferClient(Module& module, Function& function, bool moves_locals)
        : module_(module), function_(function), moves_locals_(moves_locals) {}

    void op(Op& op, LiveSet& live, bool is_final) {
        if (is_final)
            for (size_t i = 0; i < op.args.size(); ++i)
                if (owns(op, i)) choose(op, i, live);
        if (op.dst.valid() && !function_.locals[op.dst].is_ref) live.remove(op.dst);
        for (const Operand& arg : op.args) live.add_uses(function_, *arg.value);
        if (op.place) live.add_uses(function_, *op.place);
    }

    void exit(Return& exit, LiveSet& live, bool is_final) {
        if (!exit.value.value) return;
        if (is_final && module_.types->owns_references(function_.result))
            exit.value.transfer =
                is_owner(*exit.value.value) ? Transfer::Move : Transfer::Retain;
        live.add_uses(function_, *exit.value.value);
    }

    void value(const Value& value, LiveSet& live) { live.add_uses(function_, value); }
    void unwind(Block&, LiveSet&) {}

  private:
    bool is_owner(const Value& value) const {
        if (value.kind != ValueKind::Local) return false;
        const Local& local = function_.locals[value.local];
        return local.ownership == Ownership::Own && !local.is_ref;
    }

    bool owns(const Op& op, size_t i) const {
        const Types& types = *module_.types;
        if (op.args[i].by_ref || !types.owns_references(op.args[i].value->type)) {
            // null literals: the type of the place decides
            if (op.args[i].by_ref || op.args[i].value->type != Types::Null) return false;
        }
        if (op.op == OpKind::Assign) {
            const Local& dst = function_.locals[op.dst];
            return dst.ownership == Ownership::Own || (dst.is_ref && types.owns_references(dst.type));
        }
        return consumes(module_, function_, op, i);
    }

    void choose(Op& op, size_t i, const LiveSet& live_after) {
        Operand& operand = op.args[i];
        operand.transfer = Transfer::Retain;
        if (!is_owner(*operand.value)) return;
        LocalId id = operand.value->local;
        bool overwritten = op.dst == id && !op.throws;
        if (live_after.contains(id) && !overwritten) return;
        const Local& local = function_.locals[id];
        bool may_move = local.is_temp || (moves_locals_ && !module_.types->reaches_destructor(local.type));
        if (may_move && !mentioned_elsewhere(op, i, id)) operand.transfer = Transfer::Move;
    }

    static bool mentioned_elsewhere(const Op& op, size_t except, LocalId id) {
        bool mentioned = false;
        auto look = [&](const Value& value) {
            for_each_local(value, [&](LocalId other) { mentioned = mentioned || other == id; });
        };
        for (size_t i = 0; i < op.args.size(); ++i)
            if (i != except) look(*op.args[i].value);
        if (op.place) look(*op.place);
        return mentioned;
    }

    Module& module_;
    Function& function_;
    bool moves_locals_;
};

}  // namespace

void choose_transfers(Module& module, bool moves_locals) {
    for (Function& function : module.functions) {
        if (!function.body) continue;
        TransferClient client(module, function, moves_locals);
        BackwardWalk<TransferClient>(function, client).run(function);
    }
}

}  // namespace dream::rc
