// What stands in kinds.def and explanations.def about a diagnostic, for people.
#include "driver/explain.h"

#include <algorithm>

#include <fmt/format.h>

#include "diag/diag.h"
#include "driver/options.h"

namespace dream::driver {
namespace {

struct Explanation {
    std::string_view code;
    std::string_view text;
    std::string_view wrong;  // an example that gets the diagnostic, or ""
    std::string_view right;  // the same put right, or ""
};

constexpr Explanation kExplanations[] = {
#define EXPLAIN(code, text, wrong, right) {#code, text, wrong, right},
#include "diag/explanations.def"
};

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

// `text` in lines of at most `width` characters, each behind `indent`.
std::string wrapped(std::string_view text, size_t width, std::string_view indent) {
    std::string lines;
    while (!text.empty()) {
        size_t end = text.size() <= width ? text.size() : text.rfind(' ', width);
        if (end == std::string_view::npos) end = std::min(text.find(' ', width), text.size());
        lines += fmt::format("{}{}\n", indent, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string example(std::string_view title, std::string_view code) {
    std::string lines = code.empty() ? "" : fmt::format("\n  {}:\n", title);
    while (!code.empty()) {
        size_t end = std::min(code.find('\n'), code.size());
        lines += fmt::format("      {}\n", code.substr(0, end));
        code.remove_prefix(std::min(end + 1, code.size()));
    }
    return lines;
}

void print_explanation(std::string_view code) {
    for (const Explanation& each : kExplanations) {
        if (each.code != code) continue;
        fmt::print("\n{}{}{}", wrapped(each.text, 78, "  "), example("wrong", each.wrong),
                   example("right", each.right));
        return;
    }
}

}  // namespace

int explain(const std::string& asked) {
    if (asked == "all") {
        for (const diag::KindInfo& kind : diag::kKinds)
            if (!kind.code.empty())
                fmt::print("{} {}: {}\n",
                           kind.severity == diag::Severity::Warning ? "warning" : "error",
                           kind.code, without_holes(kind.text));
        return kExitOk;
    }
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
        print_explanation(kind.code);
        return kExitOk;
    }
    fmt::print(stderr, "dreamc: there is no diagnostic '{}'\n", asked);
    return kExitUsage;
}

}  // namespace dream::driver
