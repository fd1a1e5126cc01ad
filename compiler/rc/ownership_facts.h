// The facts that insertion decides by, joined over every path: one forward analysis a function.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "rc/ownership_state.h"

namespace dream::rc {

// The owning locals of a block and what they may hold when control leaves it in one way.
struct Departure {
    ir::Block* block;
    std::map<ir::LocalId, uint8_t> holding;
};

struct OwnershipFacts {
    std::map<const ir::Op*, uint8_t> target;     // what the owning dst may hold before the op
    std::set<const ir::Op*> fills_empty_place;   // stores to places that hold no unit on any path
    std::map<const ir::Block*, Departure> falls_out;
    std::map<const ir::Node*, std::vector<Departure>> exits;  // blocks left, innermost first
    std::map<const ir::Block*, std::map<ir::LocalId, uint8_t>> unwound;  // by handler region
    std::set<ir::LocalId> needs_null;  // is released where it may be unset or gone
};

// Whether a local holds units that this function must give up.
bool is_owner(const ir::Function& function, ir::LocalId id);

// The owning locals listed by `region` and the blocks in it, but not by regions with handlers of
// their own, in order of declaration.
std::vector<ir::LocalId> owners_unwound_by(const ir::Function& function, ir::Block& region);

OwnershipFacts find_ownership_facts(const ir::Module& module, ir::Function& function);

}  // namespace dream::rc
