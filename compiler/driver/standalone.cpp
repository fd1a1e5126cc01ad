// Every #include of an embedded file is replaced by its text, the first time it is met; what the
// runtime itself includes with <...> from the C library stays. The runtime's sources come before the
// program, because they ask for system interfaces that must be asked for before any header.
#include "driver/standalone.h"

#include <map>
#include <set>

#include "driver/embedded.h"

namespace dream::driver {
namespace {

struct Inliner {
    std::map<std::string, std::string_view, std::less<>> files;  // by path below runtime/
    std::set<std::string> done;
    std::string out;

    // The embedded file that `name` means in a file of `folder`, or "".
    std::string resolve(const std::string& name, const std::string& folder) const {
        for (const std::string& candidate : {folder + name, "include/" + name, "src/" + name})
            if (files.count(candidate)) return candidate;
        return "";
    }

    void add(std::string_view text, const std::string& folder) {
        while (!text.empty()) {
            size_t end = text.find('\n');
            std::string_view line = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            std::string included = included_file(line, folder);
            if (line.find("#pragma once") == 0) continue;
            if (included.empty()) {
                out += line;
                out += '\n';
            } else if (done.insert(included).second) {
                out += "/* ---- runtime/" + included + " ---- */\n";
                add(files[included], included.substr(0, included.rfind('/') + 1));
            }
        }
    }

    std::string included_file(std::string_view line, const std::string& folder) const {
        size_t hash = line.find_first_not_of(" \t");
        if (hash == std::string_view::npos || line[hash] != '#') return "";
        size_t word = line.find_first_not_of(" \t", hash + 1);
        if (word == std::string_view::npos || line.substr(word, 7) != "include") return "";
        size_t open = line.find_first_of("<\"", word);
        if (open == std::string_view::npos) return "";
        size_t close = line.find_first_of(">\"", open + 1);
        if (close == std::string_view::npos) return "";
        return resolve(std::string(line.substr(open + 1, close - open - 1)), folder);
    }
};

}  // namespace

std::string make_standalone(std::string_view c_text, bool debug_memory) {
    Inliner inliner;
    for (const EmbeddedFile& file : embedded_files("runtime/"))
        inliner.files.emplace(file.path.substr(std::string_view("runtime/").size()), file.text);
    inliner.out = "/* A Dream program and its runtime in one file: cc -O2 FILE.c -lm */\n";
    if (debug_memory) inliner.out += "#define DR_DEBUG_MEMORY 1\n";
    // What the program's own text defines in front of its #include counts for the one copy.
    inliner.out += "#define DR_MANAGED 1\n";
    inliner.add("#include \"all.c\"\n", "src/");
    inliner.out += "/* ---- the program ---- */\n";
    inliner.add(c_text, "");
    return inliner.out;
}

}  // namespace dream::driver
