// The ownership passes: from the IR of lowering, without one retain or release, to IR in which
// every unit of ownership is made and consumed explicitly. `pipeline.cpp` tells the story.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "ir/ir.h"

namespace dream::rc {

enum class Mode {
    Plain,  // the oracle: every copy retains, everything is released at the end of its scope
    Full,
};

struct Options {
    Mode mode = Mode::Full;
    // Faults always unwind, so that nothing is left at exit (ruling 21).
    bool debug_memory = false;
    // Called after each pass with its name.
    std::function<void(std::string_view pass, const ir::Module&)> after_pass;
};

void run(ir::Module& module, const Options& options);

}  // namespace dream::rc
