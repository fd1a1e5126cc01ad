// Compares what dreamc and programs said with what a test expects. Every function returns "" when
// all is well, else what differs, in one or a few lines.
#pragma once

#include <string>
#include <vector>

#include "json.h"
#include "run.h"
#include "test_file.h"

namespace golden {

// One diagnostic as dreamc reported it.
struct SeenDiagnostic {
    std::string file;
    int line = 0;
    std::string severity;
    std::string code;
    std::string text;
};

// The lines of --diagnostics=json in `err`; other lines go to `rest`.
std::vector<SeenDiagnostic> read_diagnostics(const std::string& err, std::string& rest);

// Exactly the expected diagnostics, no more and no fewer.
std::string check_diagnostics(const TestFile& test, const std::vector<SeenDiagnostic>& seen);

std::string check_output(const TestFile& test, const std::string& out);
std::string check_exit(const TestFile& test, const RunResult& result);
// The expected parts in order; in a release build, nothing without an expectation.
std::string check_stderr(const TestFile& test, const std::string& err, bool release);

// The definition of `function` in emitted C, "" when there is none.
std::string c_function(const std::string& c_text, const std::string& function);
// The calls of runtime functions in the text of one C function.
std::map<std::string, int> runtime_calls(const std::string& c_text, const std::string& function);
// Lines trimmed, empty ones dropped.
std::vector<std::string> trimmed_lines(const std::string& text);
std::string check_lines(const std::vector<std::string>& expected,
                        const std::vector<std::string>& found);

}  // namespace golden
