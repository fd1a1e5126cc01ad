// The program comes first and the runtime behind it, so that nothing that the runtime's sources
// define for themselves can mean something in the program. Every #include of an embedded file is
// replaced by its text, the first time it is met; headers of the C library stay.
//
// Names of the runtime's sources that the program uses too (a static function `mark`) are renamed
// by a #define between the two.
#include "driver/standalone.h"

#include <cctype>
#include <map>
#include <set>

#include "driver/embedded.h"

namespace dream::driver {
namespace {

using Names = std::set<std::string, std::less<>>;

bool is_name_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Calls visit(line) for each line of `text`.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
    while (!text.empty()) {
        size_t end = text.find('\n');
        visit(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

// Every word of `text`, those in comments and strings too: one too many does no harm.
void collect_words(std::string_view text, Names& words) {
    for (size_t at = 0; at < text.size();) {
        size_t end = at;
        while (end < text.size() && is_name_char(text[end])) ++end;
        if (end > at) words.emplace(text.substr(at, end - at));
        at = end + 1;
    }
}

// What a source declares for itself at file scope: `static T name(`, `static T name = ...`,
// `typedef struct name {`, `} name;`.
void collect_own_names(std::string_view text, Names& names) {
    for_each_line(text, [&](std::string_view line) {
        bool declares = line.substr(0, 7) == "static " || line.substr(0, 8) == "typedef " ||
                        line.substr(0, 7) == "struct " || line.substr(0, 5) == "enum " ||
                        line.substr(0, 2) == "} ";
        if (!declares) return;
        // Up to the parameters, the value or the body; the types among the words are no harm,
        // because only names that stand in no header are renamed.
        collect_words(line.substr(0, line.find_first_of("(=[{;")), names);
    });
}

struct Inliner {
    std::map<std::string, std::string_view, std::less<>> files;  // by path below runtime/
    Names done;
    std::string out;

    // The embedded file that `name` means in a file of `folder`, or "". In <> it is never a
    // neighbour: dream/string.h includes <string.h>.
    std::string resolve(const std::string& name, bool in_quotes, const std::string& folder) const {
        if (in_quotes && files.count(folder + name)) return folder + name;
        return files.count("include/" + name) ? "include/" + name : "";
    }

    // The embedded file that `line` includes, or "".
    std::string included_file(std::string_view line, const std::string& folder) const {
        size_t hash = line.find_first_not_of(" \t");
        if (hash == std::string_view::npos || line[hash] != '#') return "";
        size_t word = line.find_first_not_of(" \t", hash + 1);
        if (word == std::string_view::npos || line.substr(word, 7) != "include") return "";
        size_t open = line.find_first_of("<\"", word);
        if (open == std::string_view::npos) return "";
        size_t close = line.find_first_of(">\"", open + 1);
        if (close == std::string_view::npos) return "";
        return resolve(std::string(line.substr(open + 1, close - open - 1)), line[open] == '"',
                       folder);
    }

    void add(std::string_view text, const std::string& folder) {
        for_each_line(text, [&](std::string_view line) {
            std::string included = included_file(line, folder);
            bool is_table =
                included.size() > 4 && included.compare(included.size() - 4, 4, ".def") == 0;
            if (included.empty()) {
                out += line;
                out += '\n';
            } else if (is_table || done.insert(included).second) {
                // A table is included once for each use.
                out += "/* ---- runtime/" + included + " ---- */\n";
                add(files[included], included.substr(0, included.rfind('/') + 1));
            }
        });
    }
};

}  // namespace

std::string make_standalone(std::string_view c_text, bool debug_memory) {
    Inliner inliner;
    Names of_headers, of_sources, features, of_program;
    for (const EmbeddedFile& file : embedded_files("runtime/")) {
        std::string_view path = file.path.substr(std::string_view("runtime/").size());
        inliner.files.emplace(path, file.text);
        if (path.substr(0, 4) == "src/") {
            collect_own_names(file.text, of_sources);
            // `#define _DEFAULT_SOURCE 1` must stand before any header.
            for_each_line(file.text, [&](std::string_view line) {
                if (line.substr(0, 9) == "#define _" &&
                    line.find("_SOURCE") != std::string_view::npos)
                    features.emplace(line);
            });
        } else {
            collect_words(file.text, of_headers);
        }
    }

    inliner.out = "/* A Dream program and its runtime in one file: cc -O2 FILE.c -lm */\n";
    for (const std::string& line : features) inliner.out += line + "\n";
    if (debug_memory) inliner.out += "#define DR_DEBUG_MEMORY 1\n";
    inliner.add(c_text, "");

    inliner.out += "\n/* ---- the runtime's sources ---- */\n";
    collect_words(c_text, of_program);
    for (const std::string& name : of_sources)
        if (of_program.count(name) && !of_headers.count(name))
            inliner.out += "#define " + name + " dri_local_" + name + "\n";
    inliner.add("#include \"all.c\"\n", "src/");
    return std::move(inliner.out);
}

}  // namespace dream::driver
