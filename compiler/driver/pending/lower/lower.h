// Stands in until the phase exists; the real header hides it. Delete the folder then.
#pragma once
#include "check/typed.h"
#include "ir/ir.h"
#include "support/check.h"
namespace dream::lower { struct Options {}; inline ir::Module lower(const typed::Program&, const Options&) { DREAM_UNREACHABLE("no lowering yet"); } }
