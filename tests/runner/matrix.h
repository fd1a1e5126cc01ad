// The matrix: every running program under {plain, full} counting, in these tiers:
//   tcc    debug-memory runtime; compiles in 10 ms, so every program runs here, and memory is checked
//   asan   debug-memory runtime, clang -O0 with AddressSanitizer and UndefinedBehaviorSanitizer
//   poison release runtime that checks its heap, clang -O0 with AddressSanitizer; full only
//   gcc    release runtime, gcc -O2 -Werror
//   clang  release runtime, clang -O2 -Werror; full only
// The slow tiers compile each program to an object whose `main` has another name and link many
// objects into one executable; each run is a process of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "test_file.h"

namespace golden {

struct Settings {
    std::string root;    // of the project
    std::string dreamc;  // the compiler under test
    std::string work;    // a folder for everything that is made
    bool update = false;
    bool update_errors = false;
};

// One test and what came of it. Only one thread at a time works on a case.
struct Case {
    TestFile test;
    std::string folder;                    // its own, below Settings::work
    bool slow_tiers = false;               // beyond tcc
    std::vector<std::string> inputs;       // what dreamc is called with
    std::map<std::string, std::string> c;  // "plain-debug" -> emitted C file
    std::vector<std::string> failures;
    bool updated = false;  // --update has rewritten it
    bool output_updated = false;

    void fail(const std::string& where, const std::string& what) {
        failures.push_back("[" + where + "] " + what);
    }
};

// Compiles the runtime for all tiers. Returns what went wrong, or "".
std::string prepare_runtimes(const Settings& settings);

// dreamc's part: diagnostics, emission in every mode, dumps, determinism. True if there is C to run.
bool compile_case(const Settings& settings, Case& test);

// The tcc tier of one case: output, exit code, live objects, and full's figures within plain's.
void run_fast_tier(const Settings& settings, Case& test);

// The packed tiers of all cases that ask for them.
void run_slow_tiers(const Settings& settings, std::vector<Case>& cases);

}  // namespace golden
