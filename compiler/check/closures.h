// Closure conversion: what the variables that lambdas capture become.
//
// Needs a checked program whose lambdas (LambdaExpr) use the variables of the functions around them
// directly. Afterwards no function uses a variable of another one:
//   - a lambda is a class (derived from the abstract class of its function type) whose fields are
//     what it captures and whose Invoke first takes them into locals of the same names;
//   - a captured variable that is assigned anywhere lives in a cell, an object with one field; the
//     function that declares it and the lambdas that use it share the cell. A cell is made where
//     its variable is declared, so each round of a loop has its own;
//   - one that never changes is copied into the closure;
//   - a local function is given what it captures by its callers, as further parameters;
//   - a lambda that captures nothing stays a LambdaExpr: one immortal instance of its class.
#pragma once

#include <string_view>
#include <vector>

#include "check/captures.h"
#include "check/typed.h"
#include "support/arena.h"

namespace dream {

void convert_closures(typed::Program& program, const Captures& captures, Arena& arena);

namespace checker {

// The slots of every class that is a function type.
inline constexpr int kInvokeSlot = 0;
inline constexpr int kSameSlot = 1;

// A class with a constructor that takes and stores its fields. It is not yet in the program.
typed::Class* make_class(Types& types, Arena& arena, std::string_view name, TypeId base,
                         const std::vector<Field>& fields);

// Makes `f` the method of `closure` that overrides Invoke of the function type `base`.
void become_invoke(typed::Function& f, const typed::Class& closure, const typed::Class& base);

}  // namespace checker
}  // namespace dream
