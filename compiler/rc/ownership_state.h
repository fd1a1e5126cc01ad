// What insertion knows about the owning locals at a point of a function: for each local the set of
// conditions it may be in, and which fields and elements of fresh objects still hold their zeros.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "ir/ir.h"
#include "support/bits.h"

namespace dream::rc {

enum Holding : uint8_t {
    Unset = 1,  // never assigned since its block was entered
    Null = 2,
    Owned = 4,
    Gone = 8,  // its unit was moved or released; the bits dangle
};

// Places of a fresh object that no store has reached.
struct Untouched {
    uint64_t fields = 0;               // of an object or struct: bit k for field k
    std::vector<int64_t> next_element;  // of an array: elements from here on, row by row
    bool is_array = false;

    friend bool operator==(const Untouched&, const Untouched&) = default;
};

struct OwnershipState {
    bool reachable = true;
    std::vector<uint8_t> holding;  // by local; 0 outside its block
    std::map<ir::LocalId, Untouched> fresh;

    static OwnershipState unreachable(const OwnershipState& like) {
        OwnershipState state;
        state.reachable = false;
        state.holding.assign(like.holding.size(), 0);
        return state;
    }

    bool join(const OwnershipState& other) {
        if (!other.reachable) return false;
        if (!reachable) {
            *this = other;
            return true;
        }
        bool grew = add_bits(holding, other.holding);
        for (auto it = fresh.begin(); it != fresh.end();) {
            auto theirs = other.fresh.find(it->first);
            bool keep = theirs != other.fresh.end() && theirs->second.is_array == it->second.is_array;
            if (keep && it->second.is_array) keep = theirs->second == it->second;
            if (!keep) {
                it = fresh.erase(it);
                grew = true;
                continue;
            }
            uint64_t common = it->second.fields & theirs->second.fields;
            grew = grew || common != it->second.fields;
            it->second.fields = common;
            ++it;
        }
        return grew;
    }

    uint8_t& operator[](ir::LocalId id) { return holding[static_cast<size_t>(id.index)]; }
    uint8_t operator[](ir::LocalId id) const { return holding[static_cast<size_t>(id.index)]; }
};

}  // namespace dream::rc
