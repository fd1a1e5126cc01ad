// See facts_values.h.
#include "emit/facts_values.h"

namespace dream::emit {

using namespace ir;

namespace {

std::optional<Range> exact_range(BinaryOp op, Range a, Range b) {
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

BinaryOp negated(BinaryOp op) {
    switch (op) {
        case BinaryOp::Less: return BinaryOp::GreaterEqual;
        case BinaryOp::LessEqual: return BinaryOp::Greater;
        case BinaryOp::Greater: return BinaryOp::LessEqual;
        case BinaryOp::GreaterEqual: return BinaryOp::Less;
        case BinaryOp::Equal: return BinaryOp::NotEqual;
        default: return BinaryOp::Equal;
    }
}

}  // namespace

// ---- values ----

Range ValueFacts::range_of_type(TypeId type) const {
    switch (types_.kind(type)) {
        case TypeKind::Bool: return {0, 1};
        case TypeKind::Char:
        case TypeKind::Byte: return {0, 255};
        case TypeKind::Int:
        case TypeKind::Enum: return {INT32_MIN, INT32_MAX};
        default: return {INT64_MIN, INT64_MAX};
    }
}

bool ValueFacts::is_integral(TypeId type) const {
    return types_.is_integer(type) || type == Types::Bool || types_.is(type, TypeKind::Enum);
}

bool ValueFacts::is_plain_local(const Value& value) const {
    return value.kind == ValueKind::Local && !function_.locals[value.local].is_ref &&
           !function_.locals[value.local].is_addressed;
}

std::optional<Linear> ValueFacts::linear(const Value& value) const {
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
std::optional<Bound> ValueFacts::bound_of(const Value& value, int64_t& offset) const {
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
Range ValueFacts::eval(const Node& holder, const Value& value) {
    Range type_range = range_of_type(value.type);
    switch (value.kind) {
        case ValueKind::Int: return {value.integer, value.integer};
        case ValueKind::Local: {
            auto known = state.ranges.find(value.local);
            if (is_plain_local(value) && known != state.ranges.end()) return known->second;
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
            State before = state;
            assume(holder, *value.args[0], value.kind == ValueKind::And);
            eval(holder, *value.args[1]);
            state = std::move(before);
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

void ValueFacts::eval_args(const Node& holder, const Value& value) {
    for (const Value* arg : value.args) eval(holder, *arg);
}

Range ValueFacts::eval_binary(const Node& holder, const Value& value) {
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

void ValueFacts::mark_plain(const Node& holder, const Value& value) { facts_.plain_.insert({&holder, &value}); }

// ---- conditions ----

void ValueFacts::limit(LocalId id, Range to) {
    Range known = range_of_type(function_.locals[id].type);
    auto found = state.ranges.find(id);
    if (found != state.ranges.end()) known = found->second;
    Range both{std::max(known.low, to.low), std::min(known.high, to.high)};
    if (both.low <= both.high) state.ranges[id] = both;
}

// What `condition` being `truth` says about locals.
void ValueFacts::assume(const Node& holder, const Value& condition, bool truth) {
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
            if (truth && is_plain_local(*condition.args[0])) state.non_null.insert(condition.args[0]->local);
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

BinaryOp ValueFacts::mirrored(BinaryOp op) {
    switch (op) {
        case BinaryOp::Less: return BinaryOp::Greater;
        case BinaryOp::LessEqual: return BinaryOp::GreaterEqual;
        case BinaryOp::Greater: return BinaryOp::Less;
        case BinaryOp::GreaterEqual: return BinaryOp::LessEqual;
        default: return op;
    }
}

// left `op` right holds.
void ValueFacts::assume_comparison(const Node& holder, BinaryOp op, const Value& left, const Value& right) {
    if (is_plain_local(left) && right.kind == ValueKind::Null && op == BinaryOp::NotEqual)
        state.non_null.insert(left.local);
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
            if (bound) state.below[{index->local, *bound}] = -slack;
            break;
        case BinaryOp::LessEqual:
            limit(index->local, {all.low, r.high});
            if (bound) state.below[{index->local, *bound}] = -slack - 1;
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
bool ValueFacts::index_is_proven(const Node& holder, LocalId array, const Value& index, int64_t ahead) {
    auto least = state.min_length.find(array);
    Range r = eval(holder, index);
    if (least != state.min_length.end() && r.low >= 0 && r.high < least->second - ahead) return true;
    std::optional<Linear> at = linear(index);
    if (!at) return false;
    Range local_range = range_of_type(function_.locals[at->local].type);
    auto known = state.ranges.find(at->local);
    if (known != state.ranges.end()) local_range = known->second;
    // The sum itself must not wrap: below INT32_MAX, as it is below a length.
    if (local_range.low < 0 || local_range.low + at->offset < 0) return false;
    Bound length{true, array};
    for (const auto& [fact, slack] : state.below) {
        if (fact.first != at->local || at->offset + ahead > slack) continue;
        if (fact.second == length || state.equal.count({fact.second, length})) return true;
    }
    return false;
}

void ValueFacts::set_equal(Bound a, Bound b) {
    state.equal.insert({a, b});
    state.equal.insert({b, a});
}

}  // namespace dream::emit
