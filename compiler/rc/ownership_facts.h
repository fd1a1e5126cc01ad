// The facts that insertion decides by, joined over every path: one forward analysis a function.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "ir/local_set.h"
#include "rc/ownership_state.h"

namespace dream::rc {

// The owning locals of a block, parameters first, and what they may hold when control leaves it in
// one way.
struct Departure {
    ir::Block* block = nullptr;  // null: control never does
    std::vector<std::pair<ir::LocalId, uint8_t>> holding;
};

struct OwnershipFacts {
    // By number of the node:
    std::vector<uint8_t> target;            // what the owning dst may hold before the op
    std::vector<bool> fills_empty_place;    // stores to places that hold no unit on any path
    std::vector<Departure> falls_out;       // of a block
    std::vector<std::vector<Departure>> exits;  // blocks left, innermost first

    std::map<const ir::Block*, Departure> unwound;  // by handler region: its owners, inner blocks' too
    ir::LocalSet needs_null;  // is released where it may be unset or gone
};

// Whether a local holds units that this function must give up.
bool is_owner(const ir::Function& function, ir::LocalId id);

// Numbers the nodes of the function.
OwnershipFacts find_ownership_facts(const ir::Module& module, ir::Function& function);

}  // namespace dream::rc
