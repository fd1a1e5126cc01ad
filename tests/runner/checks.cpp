// The comparisons.
#include "checks.h"

#include <cctype>

#include <fmt/format.h>

namespace golden {
namespace {

std::string right_trim(std::string text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.pop_back();
    return text;
}

std::string shorten(const std::string& text) {
    return text.size() <= 200 ? text : text.substr(0, 200) + "...";
}

std::string base_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::vector<SeenDiagnostic> read_diagnostics(const std::string& err, std::string& rest) {
    std::vector<SeenDiagnostic> all;
    for (const std::string& line : split_lines(err)) {
        Json value;
        if (line.empty() || line[0] != '{' || !parse_json(line, value) ||
            value["severity"].is_null) {
            rest += line + "\n";
            continue;
        }
        all.push_back({value["file"].text, static_cast<int>(value["line"].integer()),
                       value["severity"].text, value["code"].text, value["message"].text});
    }
    return all;
}

std::string check_diagnostics(const TestFile& test, const std::vector<SeenDiagnostic>& seen) {
    std::vector<ExpectedDiagnostic> expected = test.diagnostics;
    std::string problem;
    bool several = !test.parts.empty();
    for (const SeenDiagnostic& each : seen) {
        bool found = false;
        for (ExpectedDiagnostic& want : expected) {
            bool same_place = want.line == each.line &&
                              (!several || base_name(want.file) == base_name(each.file)) &&
                              each.file.compare(0, 7, "stdlib/") != 0;
            if (want.seen || found || !same_place || want.severity != each.severity ||
                want.code != each.code)
                continue;
            if (!want.text.empty() && want.text != trim(each.text)) continue;
            want.seen = found = true;
        }
        if (!found)
            problem += fmt::format("unexpected: {}:{}: {}[{}]: {}\n", each.file, each.line,
                                   each.severity, each.code, each.text);
    }
    for (const ExpectedDiagnostic& want : expected)
        if (!want.seen)
            problem += fmt::format("missing: {}:{}: {}[{}]: {}\n", want.file, want.line,
                                   want.severity, want.code, want.text);
    return problem;
}

std::string check_output(const TestFile& test, const std::string& out) {
    std::vector<std::string> expected =
        test.whole_output ? split_lines(test.out_text) : test.output;
    std::vector<std::string> found = split_lines(out);
    for (size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
        if (i >= found.size())
            return fmt::format("ends after {} lines, expected next: {}", i, shorten(expected[i]));
        if (i >= expected.size())
            return fmt::format("unexpected line {}: {}", i + 1, shorten(found[i]));
        if (right_trim(expected[i]) == right_trim(found[i])) continue;
        return fmt::format("line {}{}\n  expected: {}\n  found:    {}", i + 1,
                           test.whole_output ? ""
                                             : fmt::format(" (expected in {}:{})", test.path,
                                                           test.output_at[i] + 1),
                           shorten(expected[i]), shorten(found[i]));
    }
    return "";
}

std::string check_exit(const TestFile& test, const RunResult& result) {
    if (result.timed_out) return "did not end in time";
    if (result.code == test.exit_code) return "";
    std::string how = result.signal != 0 ? fmt::format("signal {}", result.signal)
                                         : fmt::format("exit code {}", result.code);
    return fmt::format("ended with {}, expected exit code {}{}{}", how, test.exit_code,
                       result.err.empty() ? "" : "\n  ", shorten(result.err));
}

std::string check_stderr(const TestFile& test, const std::string& err, bool release) {
    size_t at = 0;
    for (const std::string& part : test.stderr_parts) {
        size_t found = err.find(part, at);
        if (found == std::string::npos)
            return fmt::format("standard error lacks: {}\n  it is: {}", part, shorten(err));
        at = found + part.size();
    }
    if (release && test.stderr_parts.empty() && !err.empty() && test.exit_code == 0)
        return "unexpected text on standard error: " + shorten(err);
    return "";
}

std::string c_function(const std::string& c_text, const std::string& function) {
    std::string text;
    bool inside = false;
    for (const std::string& line : split_lines(c_text)) {
        if (!inside) {
            // A definition begins in the first column, names the function and opens its body.
            if (line.empty() || line[0] == ' ' || line[0] == '#' || line[0] == '/' ||
                line.back() != '{')
                continue;
            size_t at = line.find(function + "(");
            if (at == std::string::npos || at == 0) continue;
            char before = line[at - 1];
            if (std::isalnum(static_cast<unsigned char>(before)) || before == '_') continue;
            inside = true;
        }
        text += line + "\n";
        if (line == "}") return text;
    }
    return text;
}

std::map<std::string, int> runtime_calls(const std::string& c_text, const std::string& function) {
    std::map<std::string, int> calls;
    size_t body = c_text.find('{');
    for (size_t at = body == std::string::npos ? c_text.size() : body; at < c_text.size(); ++at) {
        if (c_text.compare(at, 2, "/*") == 0) {
            at = c_text.find("*/", at);
            if (at == std::string::npos) break;
            continue;
        }
        if (c_text.compare(at, 2, "//") == 0) {
            at = c_text.find('\n', at);
            if (at == std::string::npos) break;
            continue;
        }
        if (c_text[at] == '"') {
            for (++at; at < c_text.size() && c_text[at] != '"'; ++at)
                if (c_text[at] == '\\') ++at;
            continue;
        }
        if (!std::isalpha(static_cast<unsigned char>(c_text[at])) && c_text[at] != '_') continue;
        size_t end = at;
        while (end < c_text.size() &&
               (std::isalnum(static_cast<unsigned char>(c_text[end])) || c_text[end] == '_'))
            ++end;
        std::string name = c_text.substr(at, end - at);
        auto ends_with = [&](const std::string& tail) {
            return name.size() > tail.size() &&
                   name.compare(name.size() - tail.size(), tail.size(), tail) == 0;
        };
        auto starts_with = [&](const char* head) { return name.rfind(head, 0) == 0; };
        bool counts = starts_with("dr_alloc_") || starts_with("dr_retain_") || starts_with("dr_release_") ||
                      name == "dr_string_concat" ||
                      (!starts_with("dr_") && (ends_with("_new") || ends_with("_release")));
        if (counts && end < c_text.size() && c_text[end] == '(' && name != function) ++calls[name];
        at = end - 1;
    }
    return calls;
}

std::vector<std::string> trimmed_lines(const std::string& text) {
    std::vector<std::string> lines;
    for (const std::string& line : split_lines(text))
        if (std::string trimmed = trim(line); !trimmed.empty()) lines.push_back(trimmed);
    return lines;
}

std::string check_lines(const std::vector<std::string>& expected_lines,
                        const std::vector<std::string>& found) {
    std::vector<std::string> expected;
    for (const std::string& line : expected_lines)
        if (!line.empty()) expected.push_back(line);
    for (size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
        std::string want = i < expected.size() ? expected[i] : "(end)";
        std::string have = i < found.size() ? found[i] : "(end)";
        if (want != have)
            return fmt::format("line {}\n  expected: {}\n  found:    {}", i + 1, want, have);
    }
    return "";
}

}  // namespace golden
