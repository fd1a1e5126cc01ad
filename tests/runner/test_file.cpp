// Reads the expectations of a golden test.
#include "test_file.h"

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace golden {
namespace {

bool starts_with(const std::string& text, const std::string& start) {
    return text.compare(0, start.size(), start) == 0;
}

// Words; "double quotes" hold one together.
std::vector<std::string> split_words(const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    bool open = false, quoted = false;
    for (char c : text) {
        if (c == '"') {
            quoted = !quoted;
            open = true;
        } else if (c == ' ' && !quoted) {
            if (open) words.push_back(word);
            word.clear();
            open = false;
        } else {
            word += c;
            open = true;
        }
    }
    if (open) words.push_back(word);
    return words;
}

std::string unescape(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        char c = text[++i];
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == '0' ? '\0' : c;
    }
    return out;
}

// Reads `error@+1[E0301]: text` in `part` if it is one.
bool read_diagnostic(const std::string& part, int line, ExpectedDiagnostic& found) {
    for (const char* word : {"error", "warning"}) {
        if (!starts_with(part, word)) continue;
        size_t at = std::string(word).size();
        if (at < part.size() && part[at] == '@') {
            size_t end = part.find('[', at);
            if (end == std::string::npos) return false;
            line += std::atoi(part.substr(at + 1, end - at - 1).c_str());
            at = end;
        }
        if (at >= part.size() || part[at] != '[') return false;
        size_t close = part.find(']', at);
        if (close == std::string::npos) return false;
        found.line = line;
        found.severity = word;
        found.code = part.substr(at + 1, close - at - 1);
        if (close + 1 < part.size() && part[close + 1] == ':')
            found.text = trim(part.substr(close + 2));
        return true;
    }
    return false;
}

void read_diagnostics(TestFile& test, const std::string& line, const std::string& file,
                      int number) {
    size_t at = 0;
    while ((at = line.find("//", at)) != std::string::npos) {
        at += 2;
        size_t end = line.find(" // ", at);
        std::string part = trim(line.substr(at, end == std::string::npos ? end : end - at));
        ExpectedDiagnostic found;
        found.file = file;
        if (read_diagnostic(part, number, found)) test.diagnostics.push_back(found);
    }
}

std::map<std::string, int> read_calls(const std::string& text) {
    std::map<std::string, int> calls;
    for (const std::string& word : split_words(text)) {
        size_t star = word.find('*');
        calls[word.substr(0, star)] +=
            star == std::string::npos ? 1 : std::atoi(word.c_str() + star + 1);
    }
    return calls;
}

DumpBlock read_dump(const std::vector<std::string>& words, int line) {
    DumpBlock dump;
    dump.line = line;
    dump.mode = "full";
    for (size_t i = 0; i < words.size(); ++i) {
        if (i == 0)
            dump.what = words[i];
        else if (words[i] == "plain" || words[i] == "full")
            dump.mode = words[i];
        else
            dump.function = words[i];
    }
    return dump;
}

// A comment line of its own that sets something. Returns false if it is none.
bool read_header(TestFile& test, const std::string& comment, int line) {
    size_t colon = comment.find(':');
    if (colon == std::string::npos) return false;
    std::string key = comment.substr(0, colon);
    std::string value = trim(comment.substr(colon + 1));
    if (key == "ARGS") {
        test.args = split_words(value);
    } else if (key == "STDIN") {
        test.input = unescape(value);
    } else if (key == "EXIT") {
        test.exit_code = std::atoi(value.c_str());
    } else if (key == "LIVE") {
        test.live = std::atol(value.c_str());
    } else if (key == "ALLOCS") {
        test.allocations = std::atol(value.c_str());
    } else if (key == "COPIES") {
        test.copies = std::atol(value.c_str());
    } else if (key == "STACK") {
        test.stack_kib = std::atoi(value.c_str());
    } else if (key == "FLAGS") {
        test.flags = split_words(value);
    } else if (key == "WITH") {
        test.with = split_words(value);
    } else if (key == "MODES") {
        for (const std::string& word : split_words(value)) test.modes.insert(word);
    } else if (key == "RUNS") {
        test.once = value == "once";
        if (!test.once) test.problem = "RUNS takes `once`";
    } else if (key == "DUMP") {
        test.dumps.push_back(read_dump(split_words(value), line));
    } else if (key == "CHECK") {
        if (test.dumps.empty())
            test.problem = "a CHECK line without a DUMP line before it";
        else
            test.dumps.back().lines.push_back(value);
    } else if (starts_with(key, "CALLS ")) {
        std::vector<std::string> words = split_words(key);
        if (words.size() == 3)
            test.calls.push_back({line, words[1], words[2], read_calls(value)});
        else
            test.problem = "write `// CALLS plain FUNCTION: ...`";
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::string trim(const std::string& text) {
    size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string> split_lines(const std::string& text) {
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size();) {
        size_t end = text.find('\n', at);
        if (end == std::string::npos) end = text.size();
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

bool read_text(const std::string& path, std::string& text) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return false;
    std::ostringstream all;
    all << file.rdbuf();
    text = all.str();
    return true;
}

bool write_text(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    return file.good();
}

bool TestFile::expects_errors() const {
    for (const ExpectedDiagnostic& each : diagnostics)
        if (each.severity == "error") return true;
    return false;
}

TestFile read_test(const std::string& root, const std::string& path) {
    TestFile test;
    test.path = path;
    std::string text;
    if (!read_text(root + "/" + path, text)) test.problem = "cannot be read";
    test.lines = split_lines(text);

    // The name of the part that a line belongs to, and where that part began.
    std::string folder_file = path, part = path.substr(path.rfind('/') + 1);
    int part_begin = 0;
    bool several = text.find("\n// --- ") != std::string::npos;
    if (several) {
        folder_file = part;
        test.part_names.push_back(part);
    }
    for (size_t i = 0; i < test.lines.size(); ++i) {
        const std::string& line = test.lines[i];
        int number = static_cast<int>(i);
        if (several && starts_with(line, "// --- ")) {
            folder_file = part = trim(line.substr(7));
            part_begin = number + 1;
            test.part_names.push_back(part);
            continue;
        }
        if (several) test.parts[part] += line + "\n";

        size_t at = line.find("// expect: ");
        size_t err = line.find("// expect-stderr: ");
        if (at != std::string::npos || (line.size() >= 10 && trim(line).size() >= 10 &&
                                        line.find("// expect:") == line.size() - 10)) {
            at = line.find("// expect:");
            std::string rest = line.substr(at + 10);
            test.output.push_back(rest.empty() ? "" : rest.substr(1));
            test.output_at.push_back(number);
        } else if (err != std::string::npos) {
            test.stderr_parts.push_back(trim(line.substr(err + 18)));
        } else {
            std::string comment = trim(line);
            bool header =
                starts_with(comment, "// ") && read_header(test, comment.substr(3), number);
            if (!header) read_diagnostics(test, line, folder_file, number - part_begin + 1);
        }
    }

    std::string base = root + "/" + path.substr(0, path.size() - 3);
    test.whole_output = read_text(base + ".out", test.out_text);
    std::string input;
    if (read_text(base + ".in", input)) test.input = input;
    return test;
}

std::string calls_text(const std::map<std::string, int>& calls) {
    std::string text;
    for (const auto& [name, count] : calls)
        text += (text.empty() ? "" : " ") + name + (count == 1 ? "" : "*" + std::to_string(count));
    return text;
}

}  // namespace golden
