// What flow analysis knows at one point of a function: can it be reached, and which of the tracked
// variables are assigned there on every path. Part of flow.cpp and flow_exprs.cpp.
#pragma once

#include <cstdint>
#include <vector>

namespace dream::flow {

// A set of small integers; what was never added is absent, whatever the size of the set.
class BitSet {
  public:
    bool has(int i) const {
        size_t word = static_cast<size_t>(i) / 64;
        return word < words_.size() && (words_[word] >> (i % 64) & 1) != 0;
    }
    void add(int i) {
        size_t word = static_cast<size_t>(i) / 64;
        if (word >= words_.size()) words_.resize(word + 1);
        words_[word] |= uint64_t{1} << (i % 64);
    }
    void remove(int i) {
        size_t word = static_cast<size_t>(i) / 64;
        if (word < words_.size()) words_[word] &= ~(uint64_t{1} << (i % 64));
    }
    void intersect(const BitSet& other) {
        if (words_.size() > other.words_.size()) words_.resize(other.words_.size());
        for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    }
    void unite(const BitSet& other) {
        if (words_.size() < other.words_.size()) words_.resize(other.words_.size());
        for (size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
    }

  private:
    std::vector<uint64_t> words_;  // no allocation while no variable is tracked
};

struct State {
    bool reachable = true;
    bool reported = false;  // unreachable, and a warning has said so: the region is done
    BitSet assigned;        // means nothing while unreachable: every variable counts as assigned

    // The identity of `join`: a place where no path has arrived yet.
    static State nowhere() { return {false, true, {}}; }

    void make_unreachable() {
        if (reachable) reported = false;
        reachable = false;
    }

    // Adds the paths that arrive with `other`.
    void join(const State& other) {
        if (!other.reachable) {
            reported = reported && other.reported;
            if (reachable) reported = false;
        } else if (!reachable) {
            *this = other;
        } else {
            assigned.intersect(other.assigned);
        }
    }
};

// The states after a condition, by its outcome.
struct Branches {
    State when_true;
    State when_false;
};

}  // namespace dream::flow
