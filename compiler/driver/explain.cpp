// What stands in kinds.def about a diagnostic, for people.
#include "driver/explain.h"

#include <fmt/format.h>

#include "diag/diag.h"
#include "driver/options.h"

namespace dream::driver {
namespace {

std::string_view group_of(std::string_view code) {
    switch (code.size() > 2 ? code[2] : '0') {
        case '1': return "spelling of tokens";
        case '2': return "syntax";
        case '3': return "names and declarations";
        case '4': return "types and expressions";
        case '5': return "control flow and statements";
        case '6': return "classes";
        case '7': return "modules and C interop";
        case '8': return "warnings";
    }
    return "";
}

// "cannot convert '{0}' to '{1}'" -> "cannot convert '...' to '...'".
std::string without_holes(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        bool hole = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}';
        bool doubled =
            (text[i] == '{' || text[i] == '}') && i + 1 < text.size() && text[i + 1] == text[i];
        if (hole)
            plain += "...", i += 2;
        else
            plain += text[i], i += doubled ? 1 : 0;
    }
    return plain;
}

}  // namespace

int explain(const std::string& asked) {
    std::string code = asked;
    for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (const diag::KindInfo& kind : diag::kKinds) {
        if (kind.code.empty() || kind.code != code) continue;
        bool warning = kind.severity == diag::Severity::Warning;
        fmt::print("{} {}: {}\n  {} ({})\n", warning ? "warning" : "error", kind.code,
                   without_holes(kind.text), kind.name, group_of(kind.code));
        if (warning)
            fmt::print("  -Wno-{} switches it off, -w all warnings; -Werror makes errors of them\n",
                       kind.flag);
        return kExitOk;
    }
    fmt::print(stderr, "dreamc: there is no diagnostic '{}'\n", asked);
    return kExitUsage;
}

}  // namespace dream::driver
