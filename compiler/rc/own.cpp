// Owned parameters: a parameter that the callee keeps or returns on every path takes the unit of the
// caller, who hands it over at its last use instead of releasing what the callee has just retained.
//
// A parameter becomes owned iff every path that returns consumes it at its last use: stored, returned,
// thrown, assigned to a local that owns, or passed on to an owned parameter. Then no call retains more
// than before: a caller that keeps its own unit retains where the callee did. The set is the greatest
// one with this property, so that a recursive call counts as the consumption that it turns out to be;
// but what only goes round in calls, and is kept nowhere, stays borrowed [grounded].
// (Lean's borrow inference starts from the other end and owns what is consumed on any path; the
// methods of one virtual slot agree, as there.)
//
// Never owned: what may reach a destructor (ruling 20), parameters of functions that the runtime or C
// calls, and those passed by reference.
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "ir/dataflow.h"
#include "ir/liveness.h"
#include "ir/local_set.h"
#include "ir/visit.h"
#include "rc/passes.h"
#include "support/flat_map.h"

namespace dream::rc {

using namespace ir;

namespace {

// Operands that mention a parameter whole, at its last use.
using LastUses = FlatSet<std::pair<const Node*, size_t>>;

class LastUseClient {
  public:
    LastUseClient(const Function& function, const LocalSet& candidates)
        : function_(function), candidates_(candidates) {}

    void op(Op& op, LiveSet& live, bool is_final) {
        if (is_final)
            for (size_t i = 0; i < op.args.size(); ++i)
                if (is_last_use(op, i, live)) found.insert({&op, i});
        if (op.dst.valid() && !function_.locals[op.dst].is_ref) live.remove(op.dst);
        for (const Operand& arg : op.args) live.add_uses(function_, *arg.value);
        if (op.place) live.add_uses(function_, *op.place);
    }
    void exit(Return& exit, LiveSet& live, bool is_final) {
        if (!exit.value.value) return;
        if (is_final && is_candidate(*exit.value.value)) found.insert({&exit, 0});
        live.add_uses(function_, *exit.value.value);
    }
    void value(const Value& value, LiveSet& live) { live.add_uses(function_, value); }
    void unwind(Block&, LiveSet&) {}

    LastUses found;

  private:
    bool is_candidate(const Value& value) const {
        return value.kind == ValueKind::Local && candidates_.contains(value.local);
    }

    bool is_last_use(const Op& op, size_t i, const LiveSet& live) const {
        const Value& value = *op.args[i].value;
        if (op.args[i].by_ref || !is_candidate(value) || live.contains(value.local)) return false;
        int mentions = 0;
        auto count = [&](LocalId id) { mentions += id == value.local; };
        for (const Operand& arg : op.args) for_each_local(*arg.value, count);
        if (op.place) for_each_local(*op.place, count);
        return mentions == 1;
    }

    const Function& function_;
    const LocalSet& candidates_;
};

// Which candidates have been consumed on every path to a point.
struct ConsumedState {
    bool reachable = true;
    LocalSet consumed;

    static ConsumedState unreachable(const ConsumedState&) { return {false, {}}; }
    bool join(const ConsumedState& other) {
        if (!other.reachable) return false;
        if (!reachable) {
            *this = other;
            return true;
        }
        return consumed.keep_all(other.consumed);
    }
};

template <class Consumes>
class ConsumptionClient {
  public:
    using State = ConsumedState;

    ConsumptionClient(const Function& function, const LastUses& last_uses, const Consumes& consumes)
        : function_(function), last_uses_(last_uses), consumes_(consumes) {}

    void op(Op& op, State& state) {
        for (size_t i = 0; i < op.args.size(); ++i)
            if (last_uses_.contains({&op, i}) && consumes_(op, i))
                consume(op.args[i].value->local, state);
    }
    void throwing(Op& op_that_throws, State& state) { op(op_that_throws, state); }
    void returning(Return& exit, State& state) {
        if (last_uses_.contains({&exit, 0})) consume(exit.value.value->local, state);
        at_exits.push_back(state.consumed);
    }
    void leave(Block& block, State& state) {
        if (&block == function_.body) at_exits.push_back(state.consumed);
    }
    void enter(Block&, State&) {}
    void leave_by(Node&, Block&, State&) {}
    void unwind(Block&, State&) {}
    void caught(Catch&, State&) {}

    std::vector<LocalSet> at_exits;
    LocalSet consumed_somewhere;

  private:
    void consume(LocalId id, State& state) {
        state.consumed.add(id);
        consumed_somewhere.add(id);
    }

    const Function& function_;
    const LastUses& last_uses_;
    const Consumes& consumes_;
};

class Inference {
  public:
    explicit Inference(Module& module)
        : module_(module), candidates_(module.functions.size()), last_uses_(module.functions.size()),
          group_(module.functions.size()), callers_(module.functions.size()) {}

    void run() {
        find_candidates();
        for_each_candidate([&](FunctionId id, const LocalSet& candidates) {
            LastUseClient client(module_.functions[id], candidates);
            BackwardWalk<LastUseClient>(module_.functions[id], client).run(module_.functions[id]);
            last_uses_[index(id)] = std::move(client.found);
        });
        find_groups();
        find_callers();
        for_each_candidate([&](FunctionId id, const LocalSet&) { work_.insert(id); });
        do {
            while (!work_.empty()) {
                FunctionId id = *work_.begin();
                work_.erase(work_.begin());
                refute(id);
            }
        } while (borrow_ungrounded());
        for_each_candidate([&](FunctionId id, const LocalSet& candidates) {
            for (LocalId param : candidates) module_.functions[id].locals[param].ownership = Ownership::Own;
        });
    }

  private:
    static size_t index(FunctionId id) { return static_cast<size_t>(id.index); }

    // Calls visit(function, parameters) for each function that has some.
    template <class Visit>
    void for_each_candidate(Visit&& visit) const {
        for (size_t i = 0; i < candidates_.size(); ++i)
            if (!candidates_[i].empty()) visit(module_.functions.id_at(i), candidates_[i]);
    }

    void find_candidates() {
        for (size_t i = 0; i < module_.functions.size(); ++i) {
            FunctionId id = module_.functions.id_at(i);
            const Function& f = module_.functions[id];
            if (!f.body || f.kind == FunctionKind::Destructor || id == module_.main) continue;
            for (LocalId param : f.params) {
                const Local& local = f.locals[param];
                if (local.is_ref || local.ownership != Ownership::Borrow) continue;
                if (module_.types->reaches_destructor(local.type)) continue;
                candidates_[i].add(param);
            }
        }
        // The runtime and C call these, and others through their address.
        for (const Class& c : module_.classes)
            if (c.to_string.valid()) candidates_[index(c.to_string)] = {};
        for (size_t i = 0; i < module_.functions.size(); ++i)
            if (module_.functions[module_.functions.id_at(i)].callback.valid()) candidates_[i] = {};
        for (Function& f : module_.functions)
            if (f.body)
                for_each_op(*f.body, [&](Op& op, bool) {
                    if (op.function.valid() && op.op != OpKind::Call) candidates_[index(op.function)] = {};
                });
    }

    // Methods that fill one slot take their parameters alike, in a chain of slots all of them: they
    // are a group, which any call through a slot reaches.
    void find_groups() {
        for (const Class& c : module_.classes)
            for (size_t slot = 0; slot < c.slots.size(); ++slot) {
                if (c.slot_owners[slot] != c.type && !module_.types->is_interface(c.type)) continue;
                const auto& all = implementations_of(module_, c.type, static_cast<int>(slot));
                for (FunctionId f : all) join(all.front(), f);
            }
        for (const auto& [group, members] : members_)
            for (FunctionId f : members)
                for (size_t i = 0; i < module_.functions[f].params.size(); ++i)
                    if (!is_owned(f, i)) borrow(f, i);
    }

    void join(FunctionId a, FunctionId b) {
        FunctionId into = group_of(a), from = group_of(b);
        if (into == from) return;
        for (FunctionId* each : {&into, &from})
            if (members_[*each].empty()) members_[*each] = {*each};
        if (members_[into].size() < members_[from].size()) std::swap(into, from);
        for (FunctionId f : members_[from]) {
            members_[into].push_back(f);
            group_[index(f)] = into;
        }
        members_.erase(from);
    }

    FunctionId group_of(FunctionId f) const {
        return group_[index(f)].valid() ? group_[index(f)] : f;
    }

    // The group that a call reaches; invalid: it is none, or nothing fills the slot.
    FunctionId group_of(const Op& op) const {
        if (op.op == OpKind::Call) return group_of(op.function);
        if (op.op != OpKind::CallVirtual) return {};
        const auto& all = implementations_of(module_, op.type, op.slot);
        return all.empty() ? FunctionId() : group_of(all.front());
    }

    // They look again when a parameter turns out to be borrowed.
    void find_callers() {
        for (size_t i = 0; i < module_.functions.size(); ++i) {
            FunctionId caller = module_.functions.id_at(i);
            if (Block* body = module_.functions[caller].body)
                for_each_op(*body, [&](Op& op, bool) {
                    FunctionId group = group_of(op);
                    if (!group.valid()) return;
                    std::vector<FunctionId>& callers = callers_[index(group)];
                    if (callers.empty() || callers.back() != caller) callers.push_back(caller);
                });
        }
    }

    bool is_owned(FunctionId id, size_t i) const {
        const Function& f = module_.functions[id];
        if (i >= f.params.size()) return false;
        return candidates_[index(id)].contains(f.params[i]);
    }

    bool consumes_now(const Function& caller, const Op& op, size_t i) const {
        const Types& types = *module_.types;
        switch (op.op) {
            case OpKind::Assign: {
                const Local& dst = caller.locals[op.dst];
                return dst.ownership == Ownership::Own ||
                       (dst.is_ref && types.owns_references(dst.type));
            }
            case OpKind::Call: return is_owned(op.function, i);
            case OpKind::CallVirtual: {
                FunctionId group = group_of(op);
                return group.valid() && is_owned(group, i);
            }
            default: return consumes(module_, caller, op, i);
        }
    }

    // Takes back what function `id` does not consume on every path.
    void refute(FunctionId id) {
        if (candidates_[index(id)].empty()) return;
        Function& f = module_.functions[id];
        auto consumes = [&](const Op& op, size_t i) { return consumes_now(f, op, i); };
        ConsumptionClient<decltype(consumes)> client(f, last_uses_[index(id)], consumes);
        ForwardWalk<decltype(client)>(module_, client).run(f, ConsumedState{true, LocalSet(f.locals.size())});
        for (size_t i = 0; i < f.params.size(); ++i) {
            if (!is_owned(id, i)) continue;
            bool keeps = client.consumed_somewhere.contains(f.params[i]);
            for (const LocalSet& consumed : client.at_exits)
                keeps = keeps && consumed.contains(f.params[i]);
            if (keeps) continue;
            borrow(id, i);
        }
    }

    // Takes back what no function of a chain of calls consumes but by the next call.
    bool borrow_ungrounded() {
        std::set<std::pair<FunctionId, LocalId>> grounded;
        for (bool changed = true; changed;) {
            changed = false;
            for_each_candidate([&](FunctionId id, const LocalSet& candidates) {
                const Function& f = module_.functions[id];
                for (const auto& [node, i] : last_uses_[index(id)]) {
                    LocalId param = consumed_at(f, *node, i, grounded);
                    if (param.valid() && candidates.contains(param))
                        changed = grounded.insert({id, param}).second || changed;
                }
            });
        }
        std::vector<std::pair<FunctionId, size_t>> taken_back;
        for_each_candidate([&](FunctionId id, const LocalSet& candidates) {
            for (size_t i = 0; i < module_.functions[id].params.size(); ++i) {
                LocalId param = module_.functions[id].params[i];
                if (candidates.contains(param) && !grounded.count({id, param}))
                    taken_back.push_back({id, i});
            }
        });
        for (const auto& [id, i] : taken_back) borrow(id, i);
        return !taken_back.empty();
    }

    // The parameter that operand `i` of `node` gives away for good, as far as is known; else none.
    LocalId consumed_at(const Function& f, const Node& node, size_t i,
                        const std::set<std::pair<FunctionId, LocalId>>& grounded) const {
        if (node.kind == NodeKind::Return) return as<Return>(&node)->value.value->local;
        const Op& op = *as<Op>(&node);
        LocalId param = op.args[i].value->local;
        auto is_grounded = [&](FunctionId callee) {
            const std::vector<LocalId>& params = module_.functions[callee].params;
            return i < params.size() && grounded.count({callee, params[i]});
        };
        if (op.op == OpKind::Call) return is_grounded(op.function) ? param : LocalId();
        if (op.op != OpKind::CallVirtual) return consumes_now(f, op, i) ? param : LocalId();
        for (FunctionId callee : implementations_of(module_, op.type, op.slot))
            if (is_grounded(callee)) return param;
        return {};
    }

    // For the whole group of the function.
    void borrow(FunctionId id, size_t i) {
        FunctionId group = group_of(id);
        bool changes = false;
        auto take_back = [&](FunctionId f) {
            if (!is_owned(f, i)) return;
            candidates_[index(f)].remove(module_.functions[f].params[i]);
            changes = true;
        };
        auto members = members_.find(group);
        if (members == members_.end())
            take_back(id);
        else if (borrowed_.insert({group, i}).second)
            for (FunctionId f : members->second) take_back(f);
        if (!changes) return;
        for (FunctionId caller : callers_[index(group)]) work_.insert(caller);
    }

    Module& module_;
    // By function:
    std::vector<LocalSet> candidates_;
    std::vector<LastUses> last_uses_;
    std::vector<FunctionId> group_;                 // invalid: a group of its own
    std::vector<std::vector<FunctionId>> callers_;  // of groups, by their first function
    std::map<FunctionId, std::vector<FunctionId>> members_;  // of groups of several functions
    std::set<std::pair<FunctionId, size_t>> borrowed_;       // parameters of groups
    std::set<FunctionId> work_;
};

}  // namespace

void own_parameters(Module& module) {
    Inference(module).run();
}

}  // namespace dream::rc
