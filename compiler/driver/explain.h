// dreamc --explain CODE.
#pragma once

#include <string>

namespace dream::driver {

// Prints what the diagnostic `code` ("all": a list of them) says and how it is switched off. Returns an exit code.
int explain(const std::string& code);

}  // namespace dream::driver
