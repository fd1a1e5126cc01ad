// What is known about values at one point of a function: the ranges of locals, which of them hold
// something, and which index stays below which length. facts.cpp walks the function with it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "emit/facts.h"

namespace dream::emit {

struct Range {
    int64_t low;
    int64_t high;

    bool contains(int64_t v) const { return low <= v && v <= high; }
    bool within(Range other) const { return other.low <= low && high <= other.high; }
};

// What an index is compared with.
struct Bound {
    bool is_length;  // of the array in `local`; else the local itself
    ir::LocalId local;
    friend auto operator<=>(const Bound&, const Bound&) = default;
};

struct State {
    bool reachable = true;
    std::map<ir::LocalId, Range> ranges;
    std::set<ir::LocalId> non_null;
    std::map<std::pair<ir::LocalId, Bound>, int64_t> below;  // local + value < bound
    std::set<std::pair<Bound, Bound>> equal;
    std::map<ir::LocalId, int64_t> min_length;  // of arrays in locals

    void forget(ir::LocalId id) {
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
        std::erase_if(non_null, [&](ir::LocalId id) { return !other.non_null.count(id); });
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
    ir::LocalId local;
    int64_t offset = 0;
};

// Evaluates values in a state, and takes in what conditions say.
class ValueFacts {
  public:
    ValueFacts(const Types& types, const ir::Function& function, Facts& facts)
        : types_(types), function_(function), facts_(facts) {}

    State state;

    Range range_of_type(TypeId type) const;
    bool is_integral(TypeId type) const;
    bool is_plain_local(const ir::Value& value) const;
    std::optional<Linear> linear(const ir::Value& value) const;
    // The bound that `value` is, less an offset that it adds.
    std::optional<Bound> bound_of(const ir::Value& value, int64_t& offset) const;
    // The range of an integral value; marks the arithmetic below it that is plain.
    Range eval(const ir::Node& holder, const ir::Value& value);
    void mark_plain(const ir::Node& holder, const ir::Value& value);
    void limit(ir::LocalId id, Range to);
    // What `condition` being `truth` says about locals.
    void assume(const ir::Node& holder, const ir::Value& condition, bool truth);
    static ir::BinaryOp mirrored(ir::BinaryOp op);
    // Whether 0 <= index and index + `ahead` < length of the array or string in local `array`.
    bool index_is_proven(const ir::Node& holder, ir::LocalId array, const ir::Value& index, int64_t ahead);
    void set_equal(Bound a, Bound b);

  private:
    void eval_args(const ir::Node& holder, const ir::Value& value);
    Range eval_binary(const ir::Node& holder, const ir::Value& value);
    void assume_comparison(const ir::Node& holder, ir::BinaryOp op, const ir::Value& left, const ir::Value& right);

    const Types& types_;
    const ir::Function& function_;
    Facts& facts_;
};

}  // namespace dream::emit
