// Flow analysis of the typed program: what C# calls definite assignment and reachability.
//
// Needs the tree that the checker made (with or without reported errors); establishes, when it
// reports no error, [assigned] and [returns] of typed.h, that `out` parameters are assigned
// before a normal return, and the part of [targets] about leaving a `finally`. Also warns, in user
// code only, of statements that are never reached, of variables that are never read, and of
// comparisons and assignments that cannot mean what they say. Changes nothing in the tree.
//
// A call of a local function needs what that reads before assigning it, and gives what it assigns
// (flow_local_functions.cpp). One pass over each function: a variable never becomes unassigned again
// while it is in scope, so loops need no iteration. Linear in the size of the tree, apart from the sets of unassigned
// variables, which hold only those declared without initialiser.
#pragma once

#include "check/captures.h"
#include "check/typed.h"
#include "diag/diag.h"
#include "source/source.h"

namespace dream {

void check_flow(typed::Program& program, const Captures& captures, const Sources& sources,
                diag::Sink& sink);

}  // namespace dream
