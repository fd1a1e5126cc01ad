// The passes, one a file, in the order of the pipeline. Each takes a module that satisfies the
// invariants of ir.h for its stage and keeps them.
#pragma once

#include "ir/ir.h"
#include "rc/rc.h"

namespace dream::rc {

// effects.cpp: which operations throw, which faults are fatal, and what each function may do.
void infer_effects(ir::Module& module, const Options& options);

// freeze.cpp (full): which fields cannot close a cycle, and with them which classes are acyclic.
void freeze_fields(ir::Module& module);

// own.cpp (full): parameters that the callee keeps or returns are handed over.
void own_parameters(ir::Module& module);

// append.cpp (full): `s = s + x` becomes an append in place.
void append_in_place(ir::Module& module);

// borrow.cpp (full): a local that only looks at what somebody else holds borrows it.
void borrow_locals(ir::Module& module);

// transfer.cpp: decides for each owned operand whether it is moved or retained. Temporaries move
// at their last use; with `moves_locals` named locals do, too.
void choose_transfers(ir::Module& module, bool moves_locals);

// insert.cpp: makes the releases explicit: old values, ends of scopes, exits, unwinding.
void insert_releases(ir::Module& module);

// nulls.cpp: removes the null assignments of insertion that nobody can see.
void remove_dead_nulls(ir::Module& module);

}  // namespace dream::rc
