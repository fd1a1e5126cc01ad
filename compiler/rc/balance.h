// The ownership verifier: proves, path by path, that a module after insertion (and after every pass
// behind it) gives up each unit of ownership exactly once and never looks at what is gone. It
// walks the region tree by its own code and shares no analysis with the passes. Every function is
// checked; there is no exemption.
//
// Needs: a module that ir::verify accepts at stage Counted. Guarantees: if the result is empty,
//   [owned-once]   each unit is consumed once on every path, throwing ones included; nothing is
//                  used, moved or released after that, or before it is set; an owning local that
//                  still holds a unit is not overwritten; a borrow is never given away.
//   [unwind]       when an operation throws, the `unwind` list of the region around it releases
//                  exactly what the locals of that region hold; none of those it names dangles.
//   [borrow]       what a borrowing local or operand refers to is still held by its lender, and was
//                  not overwritten: a borrow that was read through a class field, a global or a
//                  ref target ends at anything that may store to it or run user code.
//   [store-empty]  a Store overwrites no unit: its place was taken from just before, or belongs to
//                  a new object and was never stored to. A Take is followed by its Store with
//                  nothing between that throws, releases or stores.
//   [unique]       an array is written only while nobody else can see it, at every level.
//   [effects]      what a body does is in its declared summary, an operation that may throw says
//                  so, and all implementations of a virtual slot agree on their parameters.
//   [fatal]        a fault that ends the program where it stands is in reach of no try, in its
//                  function or a caller, and of no destructor.
//
// What emission owes in return: in C, the locals that an `unwind` list names are null whenever
// their region is entered, and Move and Release leave a variable as it is (nulling is explicit).
#pragma once

#include <string>
#include <vector>

#include "ir/ir.h"

namespace dream::rc {

// One message for each violation, empty if there is none.
std::vector<std::string> balance(const ir::Module& module);
std::vector<std::string> balance(const ir::Module& module, ir::FunctionId function);

}  // namespace dream::rc
