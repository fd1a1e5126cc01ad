// See facts.h.
#include "emit/facts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "emit/facts_values.h"
#include "ir/visit.h"

namespace dream::emit {

using namespace ir;

class FactsWalk {
  public:
    FactsWalk(const Module& module, const Function& function)
        : types_(*module.types), function_(function), facts_(number_nodes(function)), values_(types_, function, facts_) {}

    Facts run() {
        block(*function_.body);
        return std::move(facts_);
    }

  private:
    // ---- operations ----

    void op(const Op& op) {
        for (const Operand& arg : op.args)
            if (arg.value) values_.eval(op, *arg.value);
        if (op.place) values_.eval(op, *op.place);
        switch (op.op) {
            case OpKind::CheckNull: check_null(op); return;
            case OpKind::CheckIndex: check_index(op); return;
            case OpKind::CheckCharIndex: check_char_index(op); return;
            case OpKind::CheckDivide:
            case OpKind::CheckRemainder: check_divide(op); return;
            case OpKind::Throw:
            case OpKind::Rethrow: values_.state.reachable = false; return;
            case OpKind::CallRuntime:
            case OpKind::Call:
            case OpKind::CallVirtual:
                for (const Operand& arg : op.args)
                    if (arg.by_ref && arg.value) forget_root(*arg.value);
                break;
            case OpKind::Store:
                // No part of a value is a fact, and no `ref`.
                if (op.place->kind == ValueKind::Local) values_.state.forget(op.place->local);
                return;
            default: break;
        }
        if (op.dst.valid()) define(op);
    }

    void forget_root(const Value& place) {
        LocalId root = root_local(place, types_);
        if (root.valid()) values_.state.forget(root);
    }

    void define(const Op& op) {
        const Local& dst = function_.locals[op.dst];
        if (dst.is_ref || dst.is_addressed) return;
        std::optional<Range> range;
        bool is_non_null = false;
        std::optional<Linear> moved;
        std::vector<Bound> equal_to_dst;
        int64_t least_length = -1;
        if (op.op == OpKind::Assign) {
            const Value& from = *op.args[0].value;
            if (values_.is_integral(dst.type)) range = values_.eval(op, from);
            is_non_null = values_.is_plain_local(from) ? values_.state.non_null.count(from.local) != 0
                                               : from.kind == ValueKind::String || from.kind == ValueKind::Instance;
            int64_t offset;
            std::optional<Bound> bound = values_.bound_of(from, offset);
            if (bound && offset == 0 && dst.type == Types::Int && bound->local != op.dst)
                equal_to_dst.push_back(*bound);
            if (values_.is_plain_local(from) && from.local != op.dst && types_.is(dst.type, TypeKind::Array)) {
                moved = Linear{from.local, 0};
                auto length = values_.state.min_length.find(from.local);
                if (length != values_.state.min_length.end()) least_length = length->second;
            }
        }
        if (op.op == OpKind::New || op.op == OpKind::NewArray || op.op == OpKind::Concat) is_non_null = true;
        if (op.op == OpKind::NewArray && op.args.size() == 1) {
            least_length = std::max<int64_t>(values_.eval(op, *op.args[0].value).low, 0);
            int64_t offset;
            std::optional<Bound> bound = values_.bound_of(*op.args[0].value, offset);
            if (bound && offset == 0 && bound->local != op.dst) equal_to_dst.push_back(*bound);
        }
        values_.state.forget(op.dst);
        if (range) values_.state.ranges[op.dst] = *range;
        if (is_non_null) values_.state.non_null.insert(op.dst);
        bool is_array = types_.is(dst.type, TypeKind::Array);
        for (Bound bound : equal_to_dst) values_.set_equal({is_array, op.dst}, bound);
        if (moved) values_.set_equal({true, op.dst}, {true, moved->local});
        if (least_length >= 0) values_.state.min_length[op.dst] = least_length;
    }

    void check_null(const Op& op) {
        const Value& value = *op.args[0].value;
        if (!values_.is_plain_local(value)) return;
        if (values_.state.non_null.count(value.local)) facts_.proven_.add(op);
        values_.state.non_null.insert(value.local);
    }

    void check_index(const Op& op) {
        const Value& array = *op.args[0].value;
        if (op.args.size() != 2 || !values_.is_plain_local(array)) return;
        const Value& index = *op.args[1].value;
        if (values_.index_is_proven(op, array.local, index, 0)) {
            facts_.proven_.add(op);
            return;
        }
        values_.state.non_null.insert(array.local);
        if (index.kind == ValueKind::Int) {
            int64_t& least = values_.state.min_length[array.local];
            least = std::max(least, index.integer + 1);
        }
        if (!values_.is_plain_local(index)) return;
        values_.limit(index.local, {0, INT32_MAX - 1});
        auto [fact, is_new] = values_.state.below.try_emplace({index.local, {true, array.local}}, 0);
        if (!is_new) fact->second = std::max<int64_t>(fact->second, 0);
    }

    void check_char_index(const Op& op) {
        const Value& text = *op.args[0].value;
        const Value& index = *op.args[1].value;
        if (!values_.is_plain_local(text)) return;
        // The final NUL may be read too.
        if (values_.index_is_proven(op, text.local, index, -1)) facts_.proven_.add(op);
        values_.state.non_null.insert(text.local);
    }

    void check_divide(const Op& op) {
        Range a = values_.eval(op, *op.args[0].value), b = values_.eval(op, *op.args[1].value);
        bool only_zero = op.op == OpKind::CheckRemainder || !b.contains(-1) ||
                         a.low > values_.range_of_type(op.args[0].value->type).low;
        if (only_zero) facts_.only_zero_fails_.add(op);
        if (only_zero && !b.contains(0)) facts_.proven_.add(op);
        if (values_.is_plain_local(*op.args[1].value) && b.low == 0 && b.high > 0) values_.limit(op.args[1].value->local, {1, b.high});
    }

    // ---- regions ----

    // Array literals: NewArray with a constant length and then one Store an element.
    void find_literals(const Block& block) {
        std::vector<const Node*> nodes;
        flatten(block, nodes);
        for (size_t i = 0; i < nodes.size(); ++i)
            if (nodes[i]->kind == NodeKind::Op && is_literal(nodes, i)) facts_.filled_.add(*nodes[i]);
    }

    bool is_literal(const std::vector<const Node*>& nodes, size_t at) const {
        const Op& make = *as<Op>(nodes[at]);
        if (make.op != OpKind::NewArray || make.args.size() != 1 || !make.dst.valid()) return false;
        const Value& length = *make.args[0].value;
        if (length.kind != ValueKind::Int || length.integer < 0 || function_.locals[make.dst].is_ref) return false;
        if (static_cast<uint64_t>(length.integer) >= nodes.size() - at) return false;
        for (size_t i = 0; i < static_cast<size_t>(length.integer); ++i) {
            if (nodes[at + 1 + i]->kind != NodeKind::Op) return false;
            const Op& fill = *as<Op>(nodes[at + 1 + i]);
            if (fill.op != OpKind::Store || fill.place->kind != ValueKind::Element) return false;
            Values path = fill.place->args;
            if (!path[0]->is_local(make.dst) || path[1]->kind != ValueKind::Int) return false;
            if (path[1]->integer != static_cast<int64_t>(i)) return false;
            bool reads_array = false;
            for_each_value_below(*fill.args[0].value, [&](const Value& v) { reads_array = reads_array || v.is_local(make.dst); });
            if (reads_array) return false;
        }
        return true;
    }

    void block(const Block& block) {
        if (!block.is_statement) find_literals(block);
        for (const Node* node : block.body) {
            if (!values_.state.reachable) return;
            step(*node);
        }
    }

    void step(const Node& node) {
        switch (node.kind) {
            case NodeKind::Op: op(*as<Op>(&node)); break;
            case NodeKind::Block: block(*as<Block>(&node)); break;
            case NodeKind::If: {
                const If& branch = *as<If>(&node);
                values_.eval(node, *branch.condition);
                State before = values_.state;
                values_.assume(node, *branch.condition, true);
                block(*branch.then_block);
                std::swap(values_.state, before);
                values_.assume(node, *branch.condition, false);
                if (branch.else_block) block(*branch.else_block);
                values_.state.join(before);
                break;
            }
            case NodeKind::Loop: loop(*as<Loop>(&node)); break;
            case NodeKind::Switch:
            case NodeKind::Try: {
                if (node.kind == NodeKind::Switch) values_.eval(node, *as<Switch>(&node)->subject);
                State before = values_.state;
                forget_modified(node, before);
                bool is_first = true;
                for_each_block(node, [&](const Block& inner) {
                    // The body of a Try is entered with all that is known, the rest by jumps.
                    if (!(is_first && node.kind == NodeKind::Try)) values_.state = before;
                    is_first = false;
                    block(inner);
                });
                values_.state = std::move(before);
                break;
            }
            case NodeKind::Break:
            case NodeKind::Continue: values_.state.reachable = false; break;
            case NodeKind::Return:
                if (as<Return>(&node)->value.value) values_.eval(node, *as<Return>(&node)->value.value);
                values_.state.reachable = false;
                break;
        }
    }

    void modified_in(const Node& node, std::map<LocalId, std::vector<const Op*>>& modified) const {
        for_each_block(node, [&](const Block& inner) {
            for_each_node_below(inner, [&](const Node& n) {
                if (n.kind == NodeKind::Try)
                    for (const Catch& c : as<Try>(&n)->catches)
                        if (c.exception.valid()) modified[c.exception];
                if (n.kind != NodeKind::Op) return;
                const Op& op = *as<Op>(&n);
                if (op.dst.valid()) modified[op.dst].push_back(&op);
                for (const Operand& arg : op.args) {
                    if (!arg.by_ref || !arg.value) continue;
                    LocalId root = root_local(*arg.value, types_);
                    if (root.valid()) modified[root].push_back(nullptr);
                }
            });
        });
    }

    void forget_modified(const Node& node, State& state) const {
        std::map<LocalId, std::vector<const Op*>> modified;
        modified_in(node, modified);
        for (auto& [id, ops] : modified) state.forget(id);
        if (node.kind == NodeKind::Try)
            for (const Catch& c : as<Try>(&node)->catches)
                if (c.exception.valid()) state.forget(c.exception);
    }

    // The constant that `op` adds to `id` when it is `id = id + c`, else 0.
    int64_t step_of(const Op& op, LocalId id) const {
        if (op.op != OpKind::Assign || op.dst != id) return 0;
        const Value& value = *op.args[0].value;
        if (value.kind != ValueKind::Binary || !value.args[0]->is_local(id)) return 0;
        if (value.args[1]->kind != ValueKind::Int || function_.locals[id].is_ref) return 0;
        if (value.binary == BinaryOp::Add) return value.args[1]->integer;
        return value.binary == BinaryOp::Subtract ? -value.args[1]->integer : 0;
    }

    // A local that one operation changes by one, at most once an iteration of `loop`.
    struct Counter {
        LocalId local;
        const Op* step;
        int64_t by;
        bool is_in_step;  // after the body, and thus after every use in it
        Range start;
    };

    void loop(const Loop& loop) {
        std::map<LocalId, std::vector<const Op*>> modified;
        modified_in(loop, modified);
        std::vector<Counter> counters;
        for (auto& [id, ops] : modified) {
            if (loop.is_do || ops.size() != 1 || !ops[0] || !types_.is_integer(function_.locals[id].type)) continue;
            int64_t by = step_of(*ops[0], id);
            if ((by != 1 && by != -1) || is_in_inner_loop(loop, ops[0])) continue;
            Range start = values_.range_of_type(function_.locals[id].type);
            auto known = values_.state.ranges.find(id);
            if (known != values_.state.ranges.end()) start = known->second;
            counters.push_back({id, ops[0], by, contains(*loop.step, ops[0]), start});
        }
        for (auto& [id, ops] : modified) values_.state.forget(id);
        State entry = values_.state;
        if (loop.is_do) {
            block(*loop.body);
            values_.state = entry;
            block(*loop.head);
            if (values_.state.reachable && loop.condition) values_.eval(loop, *loop.condition);
            values_.state = std::move(entry);
            return;
        }
        // A counter stays on its side of where it started, if the loop keeps it from wrapping.
        std::vector<const Counter*> bounded;
        for (const Counter& counter : counters)
            if (is_bounded(loop, counter, modified)) {
                bounded.push_back(&counter);
                Range all = values_.range_of_type(function_.locals[counter.local].type);
                values_.state.ranges[counter.local] = counter.by > 0 ? Range{counter.start.low, all.high}
                                                              : Range{all.low, counter.start.high};
            }
        block(*loop.head);
        if (loop.condition) {
            values_.eval(loop, *loop.condition);
            values_.assume(loop, *loop.condition, true);
        }
        State in_body = values_.state;
        for (const Counter* counter : bounded) {
            if (counter->is_in_step) {
                facts_.counted_.add(loop);
                continue;
            }
            // Plain at its step, one further behind it.
            values_.mark_plain(*counter->step, *counter->step->args[0].value);
            widen(counter->local, counter->by);
        }
        block(*loop.body);
        // Nothing but the counters is known to come unchanged through `continue`.
        values_.state = entry;
        for (const Counter* counter : bounded)
            if (counter->is_in_step) values_.state.ranges[counter->local] = in_body.ranges[counter->local];
        block(*loop.step);
        values_.state = std::move(entry);
    }

    void widen(LocalId id, int64_t by) {
        Range& r = values_.state.ranges[id];
        if (by > 0) ++r.high;
        if (by < 0) --r.low;
        std::erase_if(values_.state.below, [&](auto& fact) { return fact.first.first == id; });
    }

    // Whether the condition compares the counter with something on its way.
    bool is_bounded(const Loop& loop, const Counter& counter, const std::map<LocalId, std::vector<const Op*>>&) {
        if (!loop.condition) return false;
        std::vector<const Value*> parts{loop.condition};
        while (!parts.empty()) {
            const Value* part = parts.back();
            parts.pop_back();
            if (part->kind == ValueKind::And) {
                parts.insert(parts.end(), part->args.begin(), part->args.end());
                continue;
            }
            if (part->kind != ValueKind::Binary || part->binary < BinaryOp::Less) continue;
            for (int side = 0; side < 2; ++side) {
                BinaryOp op = side == 0 ? part->binary : ValueFacts::mirrored(part->binary);
                std::optional<Linear> left = values_.linear(*part->args[side == 0 ? 0 : 1]);
                if (!left || left->local != counter.local || left->offset != 0) continue;
                const Value& bound = *part->args[side == 0 ? 1 : 0];
                Range all = values_.range_of_type(function_.locals[counter.local].type);
                if (counter.by > 0 && op == BinaryOp::Less) return true;
                if (counter.by < 0 && op == BinaryOp::Greater) return true;
                Range r = values_.eval(loop, bound);
                if (counter.by > 0 && op == BinaryOp::LessEqual && r.high < all.high) return true;
                if (counter.by < 0 && op == BinaryOp::GreaterEqual && r.low > all.low) return true;
            }
        }
        return false;
    }

    static bool contains(const Block& block, const Op* op) {
        bool found = false;
        for_each_node_below(block, [&](const Node& node) { found = found || &node == op; });
        return found;
    }

    static bool is_in_inner_loop(const Loop& loop, const Op* op) {
        bool found = false;
        for_each_block(loop, [&](const Block& part) {
            for_each_node_below(part, [&](const Node& node) {
                if (node.kind == NodeKind::Loop)
                    for_each_block(node, [&](const Block& inner) { found = found || contains(inner, op); });
            });
        });
        return found;
    }

    const Types& types_;
    const Function& function_;
    Facts facts_;
    ValueFacts values_;
};

Facts find_facts(const Module& module, const Function& function) {
    return FactsWalk(module, function).run();
}

}  // namespace dream::emit
