// Reads the text that ir/print.h makes; see there for the grammar. Any text is handled: what is no
// IR gives an error, and what is read may still break every rule of ir.h (ir::verify tells).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ir/ir.h"

namespace dream::ir {

// The types of the text are added to `types`. On failure the result is empty and `error` is
// "line N: what is wrong".
std::optional<Module> read(std::string_view text, Types& types, Arena& arena, std::string* error);

}  // namespace dream::ir
