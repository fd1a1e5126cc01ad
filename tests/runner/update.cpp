// Every function changes the lines of the test, writes the file and reads its expectations again.
#include "update.h"

#include <fmt/format.h>

namespace golden {
namespace {

void write_back(const Settings& settings, Case& test) {
    std::string text;
    for (const std::string& line : test.test.lines) text += line + "\n";
    write_text(settings.root + "/" + test.test.path, text);
    test.updated = true;
}

void read_again(const Settings& settings, Case& test) {
    test.test = read_test(settings.root, test.test.path);
}

// Where new comment lines go: behind the last expectation, else in front of the dumps, else at the end.
size_t insertion_line(const TestFile& test) {
    if (!test.output_at.empty()) return static_cast<size_t>(test.output_at.back()) + 1;
    size_t line = test.lines.size();
    for (const DumpBlock& dump : test.dumps) line = std::min(line, static_cast<size_t>(dump.line));
    for (const CallsLine& calls : test.calls)
        line = std::min(line, static_cast<size_t>(calls.line));
    return line;
}

}  // namespace

void update_output(const Settings& settings, Case& test, const std::string& out) {
    TestFile& file = test.test;
    if (file.whole_output) {
        std::string path = settings.root + "/" + file.path;
        write_text(path.substr(0, path.size() - 3) + ".out", out);
        file.out_text = out;
        test.updated = true;
        return;
    }
    std::vector<std::string> found = split_lines(out);
    size_t insert_at = insertion_line(file);
    auto spell = [](const std::string& text) {
        return text.empty() ? "// expect:" : "// expect: " + text;
    };
    for (size_t i = 0; i < std::min(found.size(), file.output_at.size()); ++i) {
        std::string& line = file.lines[static_cast<size_t>(file.output_at[i])];
        line = line.substr(0, line.find("// expect:")) + spell(found[i]);
    }
    for (size_t i = file.output_at.size(); i < found.size(); ++i)
        file.lines.insert(file.lines.begin() + static_cast<long>(insert_at++), spell(found[i]));
    for (size_t i = file.output_at.size(); i > found.size(); --i) {
        size_t at = static_cast<size_t>(file.output_at[i - 1]);
        std::string& line = file.lines[at];
        line = line.substr(0, line.find("// expect:"));
        while (!line.empty() && line.back() == ' ') line.pop_back();
        if (trim(line).empty()) file.lines.erase(file.lines.begin() + static_cast<long>(at));
    }
    write_back(settings, test);
    read_again(settings, test);
}

void update_dump(const Settings& settings, Case& test, DumpBlock& dump, const std::string& text) {
    std::vector<std::string>& lines = test.test.lines;
    size_t begin = static_cast<size_t>(dump.line) + 1, end = begin;
    while (end < lines.size() && lines[end].find("// CHECK:") == 0) ++end;
    lines.erase(lines.begin() + static_cast<long>(begin), lines.begin() + static_cast<long>(end));
    std::vector<std::string> fresh;
    for (const std::string& line : split_lines(text))
        if (!trim(line).empty()) fresh.push_back("// CHECK: " + line);
    lines.insert(lines.begin() + static_cast<long>(begin), fresh.begin(), fresh.end());
    long shift = static_cast<long>(fresh.size()) - static_cast<long>(end - begin);
    int from = dump.line;
    for (DumpBlock& other : test.test.dumps)
        if (other.line > from) other.line += static_cast<int>(shift);
    for (CallsLine& other : test.test.calls)
        if (other.line > from) other.line += static_cast<int>(shift);
    write_back(settings, test);
}

void update_calls(const Settings& settings, Case& test, CallsLine& line,
                  const std::map<std::string, int>& calls) {
    test.test.lines[static_cast<size_t>(line.line)] =
        fmt::format("// CALLS {} {}: {}", line.mode, line.function, calls_text(calls));
    write_back(settings, test);
}

void update_diagnostics(const Settings& settings, Case& test,
                        const std::vector<SeenDiagnostic>& seen) {
    std::vector<std::string>& lines = test.test.lines;
    // Old expectations of other lines (@+1) and of this one go; what is left of a comment goes too.
    for (std::string& line : lines) {
        size_t cut = std::string::npos;
        for (const char* word : {"// error[", "// error@", "// warning[", "// warning@"})
            cut = std::min(cut, line.find(word));
        if (cut == std::string::npos) continue;
        line = line.substr(0, cut);
        while (!line.empty() && line.back() == ' ') line.pop_back();
    }
    for (const SeenDiagnostic& each : seen) {
        size_t at = static_cast<size_t>(each.line) - 1;
        if (each.line < 1 || at >= lines.size()) continue;
        lines[at] += fmt::format("{}// {}[{}]: {}", lines[at].empty() ? "" : "   ", each.severity,
                                 each.code, each.text);
    }
    // "a   // error..   // error.." -> one blank between several on a line.
    for (std::string& line : lines)
        for (size_t at; (at = line.find("   // ", line.find("// ") + 1)) != std::string::npos;)
            line.erase(at, 2);
    write_back(settings, test);
    read_again(settings, test);
}

}  // namespace golden
