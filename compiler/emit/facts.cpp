// See facts.h.
#include "emit/facts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace dream::emit {

using namespace ir;

namespace {

struct Range {
    int64_t low;
    int64_t high;

    bool contains(int64_t v) const { return low <= v && v <= high; }
    bool within(Range other) const { return other.low <= low && high <= other.high; }
};

// What an index is compared with.
struct Bound {
    bool is_length;  // of the array in `local`; else the local itself
    LocalId local;
    friend auto operator<=>(const Bound&, const Bound&) = default;
};

struct State {
    bool reachable = true;
    std::map<LocalId, Range> ranges;
    std::set<LocalId> non_null;
    std::map<std::pair<LocalId, Bound>, int64_t> below;  // local + value < bound
    std::set<std::pair<Bound, Bound>> equal;
    std::map<LocalId, int64_t> min_length;  // of arrays in locals

    void forget(LocalId id) {
        ranges.erase(id);
        non_null.erase(id);
        min_length.erase(id);
        std::erase_if(below, [&](auto& fact) { return fact.first.first == id || fact.first.second.local == id; });
        std::erase_if(equal, [&](auto& pair) { return pair.first.local == id || pair.second.local == id; });
    }

    // What holds in both.
    void join(const State& other) {
        if (!other.reachable) return;
        if (!reachable) {
            *this = other;
            return;
        }
        for (auto it = ranges.begin(); it != ranges.end();) {
            auto theirs = other.ranges.find(it->first);
            if (theirs == other.ranges.end()) {
                it = ranges.erase(it);
                continue;
            }
            it->second.low = std::min(it->second.low, theirs->second.low);
            it->second.high = std::max(it->second.high, theirs->second.high);
            ++it;
        }
        std::erase_if(non_null, [&](LocalId id) { return !other.non_null.count(id); });
        std::erase_if(equal, [&](auto& pair) { return !other.equal.count(pair); });
        for (auto it = below.begin(); it != below.end();) {
            auto theirs = other.below.find(it->first);
            if (theirs == other.below.end()) {
                it = below.erase(it);
                continue;
            }
            it->second = std::min(it->second, theirs->second);
            ++it;
        }
        for (auto it = min_length.begin(); it != min_length.end();) {
            auto theirs = other.min_length.find(it->first);
            if (theirs == other.min_length.end()) {
                it = min_length.erase(it);
                continue;
            }
            it->second = std::min(it->second, theirs->second);
            ++it;
        }
    }
};

// value == local + offset, seen through conversions that keep the value.
struct Linear {
    LocalId local;
    int64_t offset = 0;
};

}  // namespace

class FactsWalk {
  public:
    FactsWalk(const Module& module, const Function& function)
        : types_(*module.types), function_(function) {}

    Facts run() {
        block(*function_.body);
        return std::move(facts_);
    }

  private:
    // ---- values ----

    Range range_of_type(TypeId type) const {
        switch (types_.kind(type)) {
            case TypeKind::Bool: return {0, 1};
            case TypeKind::Char:
            case TypeKind::Byte: return {0, 255};
            case TypeKind::Int:
            case TypeKind::Enum: return {INT32_MIN, INT32_MAX};
            default: return {INT64_MIN, INT64_MAX};
        }
    }
    bool is_integral(TypeId type) const {
        return types_.is_integer(type) || type == Types::Bool || types_.is(type, TypeKind::Enum);
    }
    bool is_plain_local(const Value& value) const {
        return value.kind == ValueKind::Local && !function_.locals[value.local].is_ref;
    }

    std::optional<Linear> linear(const Value& value) const {
        const Value* at = &value;
        Linear result;
        for (int steps = 0; steps < 8; ++steps) {
            if (is_plain_local(*at)) {
                result.local = at->local;
                return result;
            }
            if (at->kind == ValueKind::Convert && is_integral(at->type) && is_integral(at->args[0]->type) &&
                range_of_type(at->args[0]->type).within(range_of_type(at->type))) {
                at = at->args[0];
            } else if (at->kind == ValueKind::Binary && at->args[1]->kind == ValueKind::Int &&
                       std::abs(at->args[1]->integer) < INT32_MAX &&
                       (at->binary == BinaryOp::Add || at->binary == BinaryOp::Subtract)) {
                int64_t c = at->args[1]->integer;
                result.offset += at->binary == BinaryOp::Add ? c : -c;
                at = at->args[0];
            } else {
                return {};
            }
        }
        return {};
    }

    // The bound that `value` is, less an offset that it adds.
    std::optional<Bound> bound_of(const Value& value, int64_t& offset) const {
        const Value* at = &value;
        offset = 0;
        if (at->kind == ValueKind::Binary && at->args[1]->kind == ValueKind::Int &&
            at->binary == BinaryOp::Subtract && at->args[1]->integer >= 0 &&
            at->args[0]->kind == ValueKind::Length) {
            offset = -at->args[1]->integer;  // a length is not negative: this cannot wrap
            at = at->args[0];
        }
        if (at->kind == ValueKind::Length && is_plain_local(*at->args[0])) return Bound{true, at->args[0]->local};
        if (is_plain_local(*at) && at->type == Types::Int) return Bound{false, at->local};
        return {};
    }

    // The range of an integral value; marks the arithmetic below it that is plain.
    Range eval(const Node& holder, const Value& value) {
        Range type_range = range_of_type(value.type);
        switch (value.kind) {
            case ValueKind::Int: return {value.integer, value.integer};
            case ValueKind::Local: {
                auto known = state_.ranges.find(value.local);
                if (is_plain_local(value) && known != state_.ranges.end()) return known->second;
                return type_range;
            }
            case ValueKind::Length:
            case ValueKind::Dimension: eval_args(holder, value); return {0, INT32_MAX};
            case ValueKind::Convert: {
                Range from = eval(holder, *value.args[0]);
                bool keeps = is_integral(value.type) && is_integral(value.args[0]->type) && from.within(type_range);
                return keeps ? from : type_range;
            }
            case ValueKind::Select: {
                eval(holder, *value.args[0]);
                Range a = eval(holder, *value.args[1]), b = eval(holder, *value.args[2]);
                return {std::min(a.low, b.low), std::max(a.high, b.high)};
            }
            case ValueKind::And:
            case ValueKind::Or: {
                // The right side is evaluated where the left one is true (or false).
                eval(holder, *value.args[0]);
                State before = state_;
                assume(holder, *value.args[0], value.kind == ValueKind::And);
                eval(holder, *value.args[1]);
                state_ = std::move(before);
                return {0, 1};
            }
            case ValueKind::Unary: {
                Range a = eval(holder, *value.args[0]);
                if (value.unary != UnaryOp::Negate || !types_.is_integer(value.type)) return type_range;
                if (a.low <= type_range.low) return type_range;
                mark_plain(holder, value);
                return {-a.high, -a.low};
            }
            case ValueKind::Binary: return eval_binary(holder, value);
            default: eval_args(holder, value); return type_range;
        }
    }

    void eval_args(const Node& holder, const Value& value) {
        for (const Value* arg : value.args) eval(holder, *arg);
    }

    Range eval_binary(const Node& holder, const Value& value) {
        Range a = eval(holder, *value.args[0]), b = eval(holder, *value.args[1]);
        Range type_range = range_of_type(value.type);
        if (!is_integral(value.type) || !is_integral(value.args[0]->type)) return type_range;
        switch (value.binary) {
            case BinaryOp::Add:
            case BinaryOp::Subtract:
            case BinaryOp::Multiply: {
                std::optional<Range> exact = exact_range(value.binary, a, b);
                if (!exact || !exact->within(type_range)) return type_range;
                mark_plain(holder, value);
                return *exact;
            }
            case BinaryOp::Divide:
                // Towards zero, so that the result lies between the dividend and zero.
                if (a.low != type_range.low || !b.contains(-1)) mark_plain(holder, value);
                if (b.low > 0) return {std::min<int64_t>(a.low / b.low, 0), std::max<int64_t>(a.high / b.low, 0)};
                return type_range;
            case BinaryOp::Remainder: {
                if (a.low != type_range.low || !b.contains(-1)) mark_plain(holder, value);
                if (b.low <= 0) return a.low >= 0 ? Range{0, a.high} : type_range;
                int64_t most = b.high - 1;
                return {a.low >= 0 ? 0 : -most, a.high < 0 ? 0 : most};
            }
            case BinaryOp::ShiftLeft: {
                bool small = b.low == b.high && b.low >= 0 && b.low < 31 && a.low >= 0;
                if (!small || a.high > (type_range.high >> b.low)) return type_range;
                mark_plain(holder, value);
                return {a.low << b.low, a.high << b.low};
            }
            case BinaryOp::ShiftRight:
                if (b.low < 0 || b.high > (value.type == Types::Long ? 63 : 31)) return type_range;
                mark_plain(holder, value);
                if (a.low < 0) return type_range;
                return {a.low >> b.high, a.high >> b.low};
            case BinaryOp::And:
                if (a.low >= 0 && b.low >= 0) return {0, std::min(a.high, b.high)};
                if (b.low >= 0) return {0, b.high};
                if (a.low >= 0) return {0, a.high};
                return type_range;
            case BinaryOp::Or:
            case BinaryOp::Xor: {
                if (a.low < 0 || b.low < 0) return type_range;
                int64_t bits = 0;
                while (bits < a.high || bits < b.high) bits = bits * 2 + 1;
                return {0, std::min(bits, type_range.high)};
            }
            case BinaryOp::Less:
            case BinaryOp::LessEqual:
            case BinaryOp::Greater:
            case BinaryOp::GreaterEqual:
            case BinaryOp::Equal:
            case BinaryOp::NotEqual: return {0, 1};
        }
        return type_range;
    }

    static std::optional<Range> exact_range(BinaryOp op, Range a, Range b) {
        int64_t v[4];
        bool bad = false;
        if (op == BinaryOp::Add) {
            bad |= __builtin_add_overflow(a.low, b.low, &v[0]);
            bad |= __builtin_add_overflow(a.high, b.high, &v[1]);
            return bad ? std::optional<Range>() : Range{v[0], v[1]};
        }
        if (op == BinaryOp::Subtract) {
            bad |= __builtin_sub_overflow(a.low, b.high, &v[0]);
            bad |= __builtin_sub_overflow(a.high, b.low, &v[1]);
            return bad ? std::optional<Range>() : Range{v[0], v[1]};
        }
        bad |= __builtin_mul_overflow(a.low, b.low, &v[0]);
        bad |= __builtin_mul_overflow(a.low, b.high, &v[1]);
        bad |= __builtin_mul_overflow(a.high, b.low, &v[2]);
        bad |= __builtin_mul_overflow(a.high, b.high, &v[3]);
        if (bad) return {};
        return Range{*std::min_element(v, v + 4), *std::max_element(v, v + 4)};
    }

    void mark_plain(const Node& holder, const Value& value) { facts_.plain_.insert({&holder, &value}); }

    // ---- conditions ----

    void limit(LocalId id, Range to) {
        Range known = range_of_type(function_.locals[id].type);
        auto found = state_.ranges.find(id);
        if (found != state_.ranges.end()) known = found->second;
        Range both{std::max(known.low, to.low), std::min(known.high, to.high)};
        if (both.low <= both.high) state_.ranges[id] = both;
    }

    // What `condition` being `truth` says about locals.
    void assume(const Node& holder, const Value& condition, bool truth) {
        switch (condition.kind) {
            case ValueKind::And:
            case ValueKind::Or:
                if ((condition.kind == ValueKind::And) != truth) return;
                assume(holder, *condition.args[0], truth);
                assume(holder, *condition.args[1], truth);
                return;
            case ValueKind::Unary:
                if (condition.unary == UnaryOp::Not) assume(holder, *condition.args[0], !truth);
                return;
            case ValueKind::TypeTest:
                if (truth && is_plain_local(*condition.args[0])) state_.non_null.insert(condition.args[0]->local);
                return;
            case ValueKind::Binary: break;
            default: return;
        }
        BinaryOp op = condition.binary;
        if (op < BinaryOp::Less) return;
        if (!truth) op = negated(op);
        assume_comparison(holder, op, *condition.args[0], *condition.args[1]);
        assume_comparison(holder, mirrored(op), *condition.args[1], *condition.args[0]);
    }

    static BinaryOp negated(BinaryOp op) {
        switch (op) {
            case BinaryOp::Less: return BinaryOp::GreaterEqual;
            case BinaryOp::LessEqual: return BinaryOp::Greater;
            case BinaryOp::Greater: return BinaryOp::LessEqual;
            case BinaryOp::GreaterEqual: return BinaryOp::Less;
            case BinaryOp::Equal: return BinaryOp::NotEqual;
            default: return BinaryOp::Equal;
        }
    }
    static BinaryOp mirrored(BinaryOp op) {
        switch (op) {
            case BinaryOp::Less: return BinaryOp::Greater;
            case BinaryOp::LessEqual: return BinaryOp::GreaterEqual;
            case BinaryOp::Greater: return BinaryOp::Less;
            case BinaryOp::GreaterEqual: return BinaryOp::LessEqual;
            default: return op;
        }
    }

    // left `op` right holds.
    void assume_comparison(const Node& holder, BinaryOp op, const Value& left, const Value& right) {
        if (is_plain_local(left) && right.kind == ValueKind::Null && op == BinaryOp::NotEqual)
            state_.non_null.insert(left.local);
        if (!is_integral(left.type)) return;
        std::optional<Linear> index = linear(left);
        if (!index || index->offset != 0) return;
        Range r = eval(holder, right);
        Range all = range_of_type(types_.is(left.type, TypeKind::Long) ? Types::Long : Types::Int);
        int64_t slack;
        std::optional<Bound> bound = bound_of(right, slack);
        switch (op) {
            case BinaryOp::Less:
                if (r.high > all.low) limit(index->local, {all.low, r.high - 1});
                if (bound) state_.below[{index->local, *bound}] = -slack;
                break;
            case BinaryOp::LessEqual:
                limit(index->local, {all.low, r.high});
                if (bound) state_.below[{index->local, *bound}] = -slack - 1;
                break;
            case BinaryOp::Greater:
                if (r.low < all.high) limit(index->local, {r.low + 1, all.high});
                break;
            case BinaryOp::GreaterEqual: limit(index->local, {r.low, all.high}); break;
            case BinaryOp::Equal: limit(index->local, r); break;
            default: break;
        }
    }

    // Whether 0 <= index and index + `ahead` < length of the array or string in local `array`.
    bool index_is_proven(const Node& holder, LocalId array, const Value& index, int64_t ahead) {
        auto least = state_.min_length.find(array);
        Range r = eval(holder, index);
        if (least != state_.min_length.end() && r.low >= 0 && r.high < least->second - ahead) return true;
        std::optional<Linear> at = linear(index);
        if (!at) return false;
        Range local_range = range_of_type(function_.locals[at->local].type);
        auto known = state_.ranges.find(at->local);
        if (known != state_.ranges.end()) local_range = known->second;
        // The sum itself must not wrap: below INT32_MAX, as it is below a length.
        if (local_range.low < 0 || local_range.low + at->offset < 0) return false;
        Bound length{true, array};
        for (const auto& [fact, slack] : state_.below) {
            if (fact.first != at->local || at->offset + ahead > slack) continue;
            if (fact.second == length || state_.equal.count({fact.second, length})) return true;
        }
        return false;
    }

    void set_equal(Bound a, Bound b) {
        state_.equal.insert({a, b});
        state_.equal.insert({b, a});
    }

    // ---- operations ----

    void op(const Op& op) {
        for (const Operand& arg : op.args)
            if (arg.value) eval(op, *arg.value);
        if (op.place) eval(op, *op.place);
        switch (op.op) {
            case OpKind::CheckNull: check_null(op); return;
            case OpKind::CheckIndex: check_index(op); return;
            case OpKind::CheckCharIndex: check_char_index(op); return;
            case OpKind::CheckDivide:
            case OpKind::CheckRemainder: check_divide(op); return;
            case OpKind::Throw:
            case OpKind::Rethrow: state_.reachable = false; return;
            case OpKind::CallRuntime:
            case OpKind::Call:
            case OpKind::CallVirtual:
                for (const Operand& arg : op.args)
                    if (arg.by_ref && arg.value) forget_root(*arg.value);
                break;
            case OpKind::Store:
                // No part of a value is a fact, and no `ref`.
                if (op.place->kind == ValueKind::Local) state_.forget(op.place->local);
                return;
            default: break;
        }
        if (op.dst.valid()) define(op);
    }

    void forget_root(const Value& place) {
        LocalId root = root_local(place, types_);
        if (root.valid()) state_.forget(root);
    }

    void define(const Op& op) {
        const Local& dst = function_.locals[op.dst];
        if (dst.is_ref) return;
        std::optional<Range> range;
        bool is_non_null = false;
        std::optional<Linear> moved;
        std::vector<Bound> equal_to_dst;
        int64_t least_length = -1;
        if (op.op == OpKind::Assign) {
            const Value& from = *op.args[0].value;
            if (is_integral(dst.type)) range = eval(op, from);
            is_non_null = is_plain_local(from) ? state_.non_null.count(from.local) != 0
                                               : from.kind == ValueKind::String;
            int64_t offset;
            std::optional<Bound> bound = bound_of(from, offset);
            if (bound && offset == 0 && dst.type == Types::Int && bound->local != op.dst)
                equal_to_dst.push_back(*bound);
            if (is_plain_local(from) && from.local != op.dst && types_.is(dst.type, TypeKind::Array)) {
                moved = Linear{from.local, 0};
                auto length = state_.min_length.find(from.local);
                if (length != state_.min_length.end()) least_length = length->second;
            }
        }
        if (op.op == OpKind::New || op.op == OpKind::NewArray || op.op == OpKind::Concat) is_non_null = true;
        if (op.op == OpKind::NewArray && op.args.size() == 1) {
            least_length = std::max<int64_t>(eval(op, *op.args[0].value).low, 0);
            int64_t offset;
            std::optional<Bound> bound = bound_of(*op.args[0].value, offset);
            if (bound && offset == 0 && bound->local != op.dst) equal_to_dst.push_back(*bound);
        }
        state_.forget(op.dst);
        if (range) state_.ranges[op.dst] = *range;
        if (is_non_null) state_.non_null.insert(op.dst);
        bool is_array = types_.is(dst.type, TypeKind::Array);
        for (Bound bound : equal_to_dst) set_equal({is_array, op.dst}, bound);
        if (moved) set_equal({true, op.dst}, {true, moved->local});
        if (least_length >= 0) state_.min_length[op.dst] = least_length;
    }

    void check_null(const Op& op) {
        const Value& value = *op.args[0].value;
        if (!is_plain_local(value)) return;
        if (state_.non_null.count(value.local)) facts_.proven_.insert(&op);
        state_.non_null.insert(value.local);
    }

    void check_index(const Op& op) {
        const Value& array = *op.args[0].value;
        if (op.args.size() != 2 || !is_plain_local(array)) return;
        const Value& index = *op.args[1].value;
        if (index_is_proven(op, array.local, index, 0)) {
            facts_.proven_.insert(&op);
            return;
        }
        state_.non_null.insert(array.local);
        if (index.kind == ValueKind::Int) {
            int64_t& least = state_.min_length[array.local];
            least = std::max(least, index.integer + 1);
        }
        if (!is_plain_local(index)) return;
        limit(index.local, {0, INT32_MAX - 1});
        auto [fact, is_new] = state_.below.try_emplace({index.local, {true, array.local}}, 0);
        if (!is_new) fact->second = std::max<int64_t>(fact->second, 0);
    }

    void check_char_index(const Op& op) {
        const Value& text = *op.args[0].value;
        const Value& index = *op.args[1].value;
        if (!is_plain_local(text)) return;
        // The final NUL may be read too.
        if (index_is_proven(op, text.local, index, -1)) facts_.proven_.insert(&op);
        state_.non_null.insert(text.local);
    }

    void check_divide(const Op& op) {
        Range a = eval(op, *op.args[0].value), b = eval(op, *op.args[1].value);
        bool only_zero = op.op == OpKind::CheckRemainder || !b.contains(-1) ||
                         a.low > range_of_type(op.args[0].value->type).low;
        if (only_zero) facts_.only_zero_fails_.insert(&op);
        if (only_zero && !b.contains(0)) facts_.proven_.insert(&op);
        if (is_plain_local(*op.args[1].value) && b.low == 0 && b.high > 0) limit(op.args[1].value->local, {1, b.high});
    }

    // ---- regions ----

    // Array literals: NewArray with a constant length and then one Store an element.
    void find_literals(const Block& block) {
        std::vector<const Node*> nodes;
        flatten(block, nodes);
        for (size_t i = 0; i < nodes.size(); ++i)
            if (nodes[i]->kind == NodeKind::Op && is_literal(nodes, i)) facts_.filled_.insert(as<Op>(nodes[i]));
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
            const std::vector<const Value*>& path = fill.place->args;
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
            if (!state_.reachable) return;
            step(*node);
        }
    }

    void step(const Node& node) {
        switch (node.kind) {
            case NodeKind::Op: op(*as<Op>(&node)); break;
            case NodeKind::Block: block(*as<Block>(&node)); break;
            case NodeKind::If: {
                const If& branch = *as<If>(&node);
                eval(node, *branch.condition);
                State before = state_;
                assume(node, *branch.condition, true);
                block(*branch.then_block);
                std::swap(state_, before);
                assume(node, *branch.condition, false);
                if (branch.else_block) block(*branch.else_block);
                state_.join(before);
                break;
            }
            case NodeKind::Loop: loop(*as<Loop>(&node)); break;
            case NodeKind::Switch:
            case NodeKind::Try: {
                if (node.kind == NodeKind::Switch) eval(node, *as<Switch>(&node)->subject);
                State before = state_;
                forget_modified(node, before);
                bool is_first = true;
                for_each_block(node, [&](const Block& inner) {
                    // The body of a Try is entered with all that is known, the rest by jumps.
                    if (!(is_first && node.kind == NodeKind::Try)) state_ = before;
                    is_first = false;
                    block(inner);
                });
                state_ = std::move(before);
                break;
            }
            case NodeKind::Break:
            case NodeKind::Continue: state_.reachable = false; break;
            case NodeKind::Return:
                if (as<Return>(&node)->value.value) eval(node, *as<Return>(&node)->value.value);
                state_.reachable = false;
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
            Range start = range_of_type(function_.locals[id].type);
            auto known = state_.ranges.find(id);
            if (known != state_.ranges.end()) start = known->second;
            counters.push_back({id, ops[0], by, contains(*loop.step, ops[0]), start});
        }
        for (auto& [id, ops] : modified) state_.forget(id);
        State entry = state_;
        if (loop.is_do) {
            block(*loop.body);
            state_ = entry;
            block(*loop.head);
            if (state_.reachable && loop.condition) eval(loop, *loop.condition);
            state_ = std::move(entry);
            return;
        }
        // A counter stays on its side of where it started, if the loop keeps it from wrapping.
        std::vector<const Counter*> bounded;
        for (const Counter& counter : counters)
            if (is_bounded(loop, counter, modified)) {
                bounded.push_back(&counter);
                Range all = range_of_type(function_.locals[counter.local].type);
                state_.ranges[counter.local] = counter.by > 0 ? Range{counter.start.low, all.high}
                                                              : Range{all.low, counter.start.high};
            }
        block(*loop.head);
        if (loop.condition) {
            eval(loop, *loop.condition);
            assume(loop, *loop.condition, true);
        }
        State in_body = state_;
        for (const Counter* counter : bounded) {
            if (counter->is_in_step) {
                facts_.counted_.insert(&loop);
                continue;
            }
            // Plain at its step, one further behind it.
            mark_plain(*counter->step, *counter->step->args[0].value);
            widen(counter->local, counter->by);
        }
        block(*loop.body);
        // Nothing but the counters is known to come unchanged through `continue`.
        state_ = entry;
        for (const Counter* counter : bounded)
            if (counter->is_in_step) state_.ranges[counter->local] = in_body.ranges[counter->local];
        block(*loop.step);
        state_ = std::move(entry);
    }

    void widen(LocalId id, int64_t by) {
        Range& r = state_.ranges[id];
        if (by > 0) ++r.high;
        if (by < 0) --r.low;
        std::erase_if(state_.below, [&](auto& fact) { return fact.first.first == id; });
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
                BinaryOp op = side == 0 ? part->binary : mirrored(part->binary);
                std::optional<Linear> left = linear(*part->args[side == 0 ? 0 : 1]);
                if (!left || left->local != counter.local || left->offset != 0) continue;
                const Value& bound = *part->args[side == 0 ? 1 : 0];
                Range all = range_of_type(function_.locals[counter.local].type);
                if (counter.by > 0 && op == BinaryOp::Less) return true;
                if (counter.by < 0 && op == BinaryOp::Greater) return true;
                Range r = eval(loop, bound);
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
    State state_;
    Facts facts_;
};

Facts find_facts(const Module& module, const Function& function) {
    return FactsWalk(module, function).run();
}

}  // namespace dream::emit
