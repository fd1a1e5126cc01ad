// The C compiler and the runtime that programs are linked with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/options.h"
#include "driver/process.h"

namespace dream::driver {

struct CCompiler {
    std::vector<std::string> command;  // path and leading words ("ccache gcc")
    bool is_tcc = false;
};

// The compiler that --cc asks for; `fast` prefers tcc, which compiles thirty times faster. Empty
// command: there is none (the reason has been printed).
CCompiler find_c_compiler(const Options& options, bool fast);

// Identifies a compiler without running it.
std::string compiler_identity(const CCompiler& compiler);

// Where runtimes and programs are kept: the user's cache, else the temporary folder, else "".
std::string cache_folder();

// The -O of the C compiler; `fast` asks for none.
std::string optimize_flag(const Options& options, bool fast);

// A folder with include/ and libdream.a, built for `compiler` and the flags of `options` on first
// use and kept in the cache folder (or for this run in `scratch`). "" on failure, with the reason
// printed.
std::string runtime_folder(const CCompiler& compiler, const Options& options,
                           TemporaryFolder& scratch);

// Compiles `c_text` with the C inputs of `options` into the program `program`. `name` is what the C
// file is called. Returns kExitOk or kExitCCompiler; then the C has been kept and the reason printed.
int build_program(const CCompiler& compiler, const Options& options, bool fast,
                  std::string_view c_text, const std::string& name, const std::string& program,
                  TemporaryFolder& scratch);

// Likewise the archive `library`, which holds the runtime, too; if its name ends in .o, the object
// of the Dream program alone.
int build_library(const CCompiler& compiler, const Options& options, bool fast,
                  std::string_view c_text, const std::string& name, const std::string& library,
                  TemporaryFolder& scratch);

}  // namespace dream::driver
