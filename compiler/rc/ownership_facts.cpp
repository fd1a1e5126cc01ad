// Forward analysis of what each owning local holds, over normal and exceptional edges.
#include "rc/ownership_facts.h"

#include <utility>

#include "ir/dataflow.h"
#include "ir/visit.h"

namespace dream::rc {

using namespace ir;

bool is_owner(const Function& function, LocalId id) {
    const Local& local = function.locals[id];
    return local.ownership == Ownership::Own && !local.is_ref;
}

namespace {

void list_owners(const Function& function, const Block& block, Departure& departure) {
    auto list = [&](const std::vector<LocalId>& locals) {
        for (LocalId id : locals)
            if (is_owner(function, id)) departure.holding.push_back({id, 0});
    };
    if (&block == function.body) list(function.params);
    list(block.locals);
}

// The owning locals listed by `block` and the blocks in it, but not by regions with handlers of
// their own, in order of declaration.
void list_unwound(const Function& function, Block& block, Departure& departure) {
    list_owners(function, block, departure);
    for (Node* node : block.body)
        if (node->kind != NodeKind::Try)
            for_each_part(*node, [&](Block& inner) { list_unwound(function, inner, departure); });
}

class FactsClient {
  public:
    using State = OwnershipState;

    FactsClient(const Module& module, Function& function)
        : module_(module), function_(function), caught_(function.locals.size()) {
        size_t nodes = number_nodes(function);
        facts.target.resize(nodes);
        facts.fills_empty_place.resize(nodes);
        facts.falls_out.resize(nodes);
        facts.exits.resize(nodes);
        facts.needs_null = LocalSet(function.locals.size());
        seen_stores_.resize(nodes);
        for_each_node(*function.body, [&](Node& node, bool) {
            if (node.kind == NodeKind::Try)
                for (Catch& c : as<Try>(&node)->catches)
                    if (c.exception.valid()) caught_.add(c.exception);
        });
    }

    void op(Op& op, State& state) {
        if (op.dst.valid() && is_owner(function_, op.dst)) facts.target[op.index()] |= state[op.dst];
        note_store(op, state);
        consume(op, state);
        fill(op, state);
        define(op, state);
    }

    // The unwinding releases see every local of their region, also those whose block is not
    // being executed: what these once held is gone.
    void throwing(Op& op, State& state) {
        consume(op, state);
        fill(op, state);
        for (uint8_t& holding : state.holding)
            if (holding == 0) holding = Gone;
    }

    void enter(Block& block, State& state) {
        for (LocalId id : block.locals)
            if (is_owner(function_, id)) state[id] = caught_.contains(id) ? Owned : Unset;
        if (&block == function_.body)
            for (LocalId id : function_.params)
                if (is_owner(function_, id)) state[id] = Owned;
    }

    void leave(Block& block, State& state) {
        record(block, state, facts.falls_out[block.index()]);
        forget_branches(block, state);
    }

    void leave_by(Node& exit, Block& block, State& state) {
        forget_branches(block, state);
        std::vector<Departure>& departures = facts.exits[exit.index()];
        for (Departure& departure : departures)
            if (departure.block == &block) return record(block, state, departure);
        record(block, state, departures.emplace_back());
    }

    void returning(Return& exit, State& state) {
        if (exit.value.value && exit.value.transfer == Transfer::Move)
            state[exit.value.value->local] = Gone;
    }

    void unwind(Block& region, State& state) {
        Departure& unwound = facts.unwound[&region];
        if (!std::exchange(unwound.block, &region)) list_unwound(function_, region, unwound);
        for (auto& [id, holding] : unwound.holding) {
            holding |= state[id];
            note_release(id, holding);
            state[id] = 0;
        }
        state.fresh.clear();
    }

    void caught(Catch&, State&) {}

    OwnershipFacts facts;

  private:
    // What is empty is followed along straight lines only: the verifier has to see it, too.
    static void forget_branches(const Block& block, State& state) {
        if (!block.is_statement) state.fresh.clear();
    }

    void record(Block& block, State& state, Departure& departure) {
        if (!std::exchange(departure.block, &block)) list_owners(function_, block, departure);
        for (auto& [id, holding] : departure.holding) {
            holding |= state[id];
            note_release(id, holding);
            state[id] = 0;
            state.fresh.erase(id);
        }
    }

    void note_release(LocalId id, uint8_t holding) {
        if ((holding & Owned) && (holding & (Unset | Gone))) facts.needs_null.add(id);
    }

    void consume(const Op& op, State& state) {
        for (const Operand& arg : op.args)
            if (arg.transfer == Transfer::Move) state[arg.value->local] = Gone;
    }

    // A local that held null may hold units once it is written in part or by a callee.
    void fill(const Op& op, State& state) {
        auto fill_root = [&](const Value& place) {
            LocalId root = root_local(place, *module_.types);
            if (root.valid() && is_owner(function_, root) && state[root] != 0) state[root] |= Owned;
        };
        for (const Operand& arg : op.args)
            if (arg.by_ref) fill_root(*arg.value);
        if (op.place) fill_root(*op.place);
    }

    void define(const Op& op, State& state) {
        if (!op.dst.valid()) return;
        state.fresh.erase(op.dst);
        const Types& types = *module_.types;
        if (op.op == OpKind::New) state.fresh[op.dst].fields = ~uint64_t{0};
        if (op.op == OpKind::NewArray) {
            Untouched& array = state.fresh[op.dst];
            array.is_array = true;
            array.next_element.assign(op.args.size(), 0);
        }
        if (!is_owner(function_, op.dst)) return;
        uint8_t before = state[op.dst];
        note_release(op.dst, before);
        bool is_null = op.op == OpKind::Assign && (op.args[0].value->kind == ValueKind::Null ||
                                                   op.args[0].value->kind == ValueKind::Zero);
        state[op.dst] = is_null ? Null : Owned;
        if (is_null && types.is(function_.locals[op.dst].type, TypeKind::Struct))
            state.fresh[op.dst].fields = ~uint64_t{0};
    }

    // Stores and what they and other mentions do to our knowledge of fresh objects.
    void note_store(const Op& op, State& state) {
        if (op.op == OpKind::Store) {
            bool is_empty = fills_empty_place(*op.place, state);
            if (seen_stores_[op.index()]) is_empty = is_empty && facts.fills_empty_place[op.index()];
            seen_stores_[op.index()] = true;
            facts.fills_empty_place[op.index()] = is_empty;
        }
        if (op.op == OpKind::CheckIndex || op.op == OpKind::CheckNull) return;
        for (const Operand& arg : op.args) {
            if (arg.by_ref) {
                LocalId root = root_local(*arg.value, *module_.types);
                if (root.valid()) state.fresh.erase(root);
            }
            forget_whole(*arg.value, state);
        }
    }

    // A fresh object that is handed on may be written by others from now on.
    void forget_whole(const Value& value, State& state) {
        if (value.kind == ValueKind::Local) state.fresh.erase(value.local);
        if (value.kind == ValueKind::Convert || value.kind == ValueKind::Select)
            for (const Value* arg : value.args) forget_whole(*arg, state);
    }

    bool fills_empty_place(const Value& place, State& state) {
        if (place.args.empty() || place.args[0]->kind != ValueKind::Local) return false;
        auto found = state.fresh.find(place.args[0]->local);
        if (found == state.fresh.end()) return false;
        Untouched& untouched = found->second;
        if (place.kind == ValueKind::Field && !untouched.is_array) {
            if (place.index >= 64) return false;
            uint64_t bit = uint64_t{1} << place.index;
            bool is_empty = (untouched.fields & bit) != 0;
            untouched.fields &= ~bit;
            return is_empty;
        }
        if (place.kind != ValueKind::Element || !untouched.is_array) return false;
        std::vector<int64_t> at;
        for (size_t i = 1; i < place.args.size(); ++i) {
            if (place.args[i]->kind != ValueKind::Int) {
                state.fresh.erase(found);
                return false;
            }
            at.push_back(place.args[i]->integer);
        }
        bool is_empty = at >= untouched.next_element;
        if (is_empty) {
            untouched.next_element = at;
            ++untouched.next_element.back();
        }
        return is_empty;
    }

    const Module& module_;
    Function& function_;
    LocalSet caught_;
    std::vector<bool> seen_stores_;  // by number
};

}  // namespace

OwnershipFacts find_ownership_facts(const Module& module, Function& function) {
    FactsClient client(module, function);
    OwnershipState entry;
    entry.holding.assign(function.locals.size(), 0);
    ForwardWalk<FactsClient>(module, client).run(function, entry);
    return std::move(client.facts);
}

}  // namespace dream::rc
