// From sources to C text: the only place that sees every phase.
#pragma once

#include <string>
#include <vector>

#include "driver/options.h"

namespace dream::driver {

struct Compiled {
    int exit_code = kExitOk;  // kExitDiagnostics: they have been printed
    std::string text;         // the C, or the dump that was asked for
    bool is_dump = false;
    std::string header;       // of --emit-header
    std::vector<std::string> files_read;  // for -MD: no library, no standard input
};

// Reads the inputs and runs the phases up to what `options` asks for. Diagnostics go to standard
// error.
Compiled compile(const Options& options);

}  // namespace dream::driver
