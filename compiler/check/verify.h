// Holds a typed program against the promises of typed.h that one node can break by itself; what it
// finds is a mistake of the checker. Needs a program without reported errors.
#pragma once

#include "check/typed.h"

namespace dream {

void verify_typed(typed::Program& program);

}  // namespace dream
