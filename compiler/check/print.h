// The typed program as text, for --dump=typed and tests: Dream with every implicit thing written
// out. Functions of the library are left out.
#pragma once

#include <string>

#include "check/typed.h"

namespace dream::typed {

std::string print(const Program& program);
std::string print(const Program& program, const Function& function);
std::string print(const Types& types, const Expr& expr);

}  // namespace dream::typed
