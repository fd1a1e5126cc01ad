// --update: rewrites the expectations of a test in place.
#pragma once

#include "checks.h"
#include "matrix.h"

namespace golden {

// The expected output lines; surplus lines become comment lines behind the last one. Not for output
// of a program that ended otherwise than expected: a failing test stays one.
void update_output(const Settings& settings, Case& test, const std::string& out);
void update_dump(const Settings& settings, Case& test, DumpBlock& dump, const std::string& text);
void update_calls(const Settings& settings, Case& test, CallsLine& line,
                  const std::map<std::string, int>& calls);
// Only by --update=errors: which diagnostics a program gets is what such a test is about.
void update_diagnostics(const Settings& settings, Case& test,
                        const std::vector<SeenDiagnostic>& seen);

}  // namespace golden
