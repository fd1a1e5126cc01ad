// One golden test: a Dream program and what it expects of itself, read from its comments.
//
//   Console.WriteLine(x);   // expect: 999              one line of standard output, in file order
//   // expect-stderr: text                              a part of standard error, in file order
//   int x = "a";            // error[E0301]: text       a diagnostic on this line; several are
//                                                       separated by ` // `; @+1 or @-2 behind the
//                                                       word means another line: // error@+1[E0101]
//   // ARGS: a "b c"        // STDIN: a\nb     // EXIT: 3     // LIVE: 0    // ALLOCS: 5    // COPIES: 2
//   // STACK: 256           KiB of stack       // FLAGS: options of dreamc  // WITH: helper.c
//   // MODES: words of plain full tcc asan gcc clang; `none` compiles only; default all
//   // RUNS: once           full under tcc alone: for programs that take long
//   // --- other.dr         the rest of the file is another file
//   // DUMP: rc plain main  followed by // CHECK: lines: that dump, after trimming
//   // CALLS plain main: dr_alloc_string*2 dr_string_concat    the runtime calls in the C function
//
// NAME.in and NAME.out beside NAME.dr are standard input and output.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace golden {

struct ExpectedDiagnostic {
    std::string file;  // of a test of several files; else the test's path
    int line = 0;
    std::string severity;
    std::string code;
    std::string text;  // "": any
    bool seen = false;
};

struct DumpBlock {
    int line = 0;      // of the DUMP comment, 0-based
    std::string what;  // tokens ast typed ir rc c
    std::string mode;  // plain or full
    std::string function;
    std::vector<std::string> lines;
};

struct CallsLine {
    int line = 0;
    std::string mode;
    std::string function;
    std::map<std::string, int> calls;
};

struct TestFile {
    std::string path;  // from the project's root
    std::vector<std::string> lines;
    std::map<std::string, std::string> parts;  // name -> text, when there are several files
    std::vector<std::string> part_names;

    std::vector<std::string> output;  // expected lines
    std::vector<int> output_at;       // line of each, 0-based
    bool whole_output = false;        // from NAME.out
    std::string out_text;
    std::vector<std::string> stderr_parts;
    std::vector<ExpectedDiagnostic> diagnostics;
    std::vector<DumpBlock> dumps;
    std::vector<CallsLine> calls;

    std::vector<std::string> args;
    std::vector<std::string> flags;
    std::vector<std::string> with;
    std::string input;
    int exit_code = 0;
    long live = 0;
    long allocations = -1;
    long copies = -1;
    int stack_kib = 0;
    std::set<std::string> modes;  // empty: all
    bool once = false;

    std::string problem;  // a comment that makes no sense

    bool expects_errors() const;
    bool runs_in(const std::string& mode) const { return modes.empty() || modes.count(mode) > 0; }
};

TestFile read_test(const std::string& root, const std::string& path);

// "a*2 b" for {a: 2, b: 1}.
std::string calls_text(const std::map<std::string, int>& calls);

std::string trim(const std::string& text);
std::vector<std::string> split_lines(const std::string& text);
bool read_text(const std::string& path, std::string& text);
bool write_text(const std::string& path, const std::string& text);

}  // namespace golden
