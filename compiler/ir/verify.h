// The shape verifier: types, scopes, exits and operand counts, and of the invariants of ir.h those
// that one look at a node can tell. What is owned where is the business of rc/balance.
// Handles any module without crashing, however broken.
#pragma once

#include <string>
#include <vector>

#include "ir/ir.h"

namespace dream::ir {

enum class Stage {
    Lowered,  // after lowering: no transfers, no Take, Release, Append, no unwind lists
    Counted,  // after rc insertion
};

// One message for each violation, empty if there is none.
std::vector<std::string> verify(const Module& module, Stage stage);

}  // namespace dream::ir
