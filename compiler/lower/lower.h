// From the typed program to the ownership IR, without one retain or release in it.
//
// Needs a program that was checked without an error. The module that comes out satisfies the
// invariants "after lowering" of ir/ir.h and holds only what can be reached: from the top-level
// statements, `main`, what is exported to C, and, for classes that are instantiated, their destructors, the virtual
// methods that are called, and ToString().
#pragma once

#include "check/typed.h"
#include "ir/ir.h"
#include "support/arena.h"

namespace dream::lower {

struct Options {
    // As the plain mode shows it: a `+` chain of n strings becomes n - 1 joins of two with a
    // temporary each, and not one join of n; a literal argument gets a name of its own.
    bool spell_out = false;
    bool with_exports = false;  // C calls the exported functions
};

// The nodes and values of the module live in `arena`.
ir::Module lower(const typed::Program& program, Arena& arena, const Options& options);

}  // namespace dream::lower
