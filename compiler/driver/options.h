// The command line of dreamc: what was asked for, as data. The words are parsed by LLVM's
// CommandLine, seen by options.cpp alone; every option is described there, once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dream::driver {

enum class Command {
    Build,       // dreamc a.dr -o prog, also --emit-c and --dump
    Run,         // dreamc run a.dr -- args
    Check,       // dreamc check a.dr
    Explain,     // dreamc --explain E0301
    RuntimeDir,  // dreamc --runtime-dir
    Completion,  // dreamc --completion=bash
    ManPage,     // dreamc --man-page
};

enum class Dump { None, Tokens, Ast, Typed, Ir, Rc, C };

// Exit codes, the same for every command; `run` passes the program's own code on.
inline constexpr int kExitOk = 0;
inline constexpr int kExitDiagnostics = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInternal = 70;
inline constexpr int kExitCCompiler = 71;

struct Options {
    Command command = Command::Build;
    std::vector<std::string> inputs;        // Dream sources in order; "-" is standard input
    std::vector<std::string> c_inputs;      // .c, .o and .a files, for the C compiler
    std::vector<std::string> program_args;  // of `run`
    std::string output;                     // "" when not given, "-" for standard output
    std::string explain_code;
    std::string shell;  // of --completion

    bool emit_c = false;
    bool standalone = false;
    bool library = false;     // --library: an archive or object for a C program
    std::string header_file;  // --emit-header
    bool line_directives = false;
    Dump dump = Dump::None;
    std::string dump_function;  // one function of a dump, "" for all
    std::string dump_after;     // an ownership pass

    bool debug_memory = false;
    bool full_rc = true;
    int check_level = 1;
    bool whole_library = false;
    std::string optimize;  // "-O2", "" when not given
    bool debug_info = false;
    std::string cc = "auto";
    std::vector<std::string> c_options;      // -X: passed on to the C compiler
    std::vector<std::string> include_paths;  // -I: where modules and C headers are searched
    std::vector<std::string> library_paths;  // -L
    std::vector<std::string> libraries;      // -l

    bool write_depfile = false;  // -MD
    std::string depfile;         // -MF, "" for the output's name with .d
    bool color = false;          // decided: --color, NO_COLOR, CLICOLOR_FORCE, terminal
    bool json = false;
    int error_limit = 20;
    bool no_warnings = false;
    bool warnings_are_errors = false;
    std::vector<std::string> disabled_warnings;
    bool time_phases = false;
    bool verbose = false;
};

// What the command line asks for. When there is nothing left to do (--help, --version) or the
// words make no sense, `done` is set and `exit_code` says how to end; the reason has been printed.
struct ParsedOptions {
    Options options;
    bool done = false;
    int exit_code = kExitOk;
};

ParsedOptions parse_options(int argc, const char* const* argv);

// An option that --help lists: "--rc", what it does, and what its value is ("plain|full", "" if it
// takes none).
struct OptionInfo {
    std::string spelled;
    std::string_view name, help, value;
};

// The options by name. They exist once parse_options has run.
std::vector<OptionInfo> listed_options();

}  // namespace dream::driver
