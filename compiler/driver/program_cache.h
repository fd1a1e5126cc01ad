// Programs that `dreamc run` has built before: an unchanged program starts without a C compiler.
#pragma once

#include <string>
#include <string_view>

#include "driver/options.h"
#include "driver/toolchain.h"

namespace dream::driver {

// Where the program of this C text, compiler, flags and runtime is or would be kept, "" when it
// cannot be: there is no cache, or it depends on files that dreamc does not read.
std::string kept_program_path(const CCompiler& compiler, const Options& options, bool fast,
                              std::string_view c_text);

// Whether there is a program at `path`; it counts as used now.
bool use_kept_program(const std::string& path);

// Copies the program to `path`, and removes those that were not run for the longest time, but for a
// hundred. What fails here is no failure of the run.
void keep_program(const std::string& program, const std::string& path);

}  // namespace dream::driver
