// Exits through finally blocks, made explicit.
#pragma once

#include "ir/ir.h"

namespace dream::lower {

// Rewrites every return, break and continue that would cross a Try with a finally_block into
//     leave = k; break try      inside, and      if (leave == k) <the exit>      behind the Try,
// so that a finally has two ways in only: falling (or breaking) into it, and throwing. A result is
// kept in a local of the function's own block meanwhile.
void route_exits(ir::Module& module);

}  // namespace dream::lower
