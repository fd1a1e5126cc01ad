// A set of the locals of one function.
#pragma once

#include "ir/ir.h"
#include "support/id_set.h"

namespace dream::ir {

using LocalSet = IdSet<LocalId>;

}  // namespace dream::ir
