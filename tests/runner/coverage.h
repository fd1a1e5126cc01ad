// Every error and warning of compiler/diag/kinds.def is provoked by a golden test.
#pragma once

#include <string>
#include <vector>

#include "matrix.h"

namespace golden {

// The codes that no test of `cases` expects, one a line; "" when there are none.
std::string check_coverage(const std::string& root, const std::vector<Case>& cases);

}  // namespace golden
