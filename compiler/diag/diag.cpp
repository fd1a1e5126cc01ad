// The sink, and the spelling distance behind "did you mean".
#include "diag/diag.h"

#include <algorithm>
#include <cctype>

namespace dream::diag {

Diagnostic& Sink::add(Kind kind, Span span, std::string message) {
    const KindInfo& about = info(kind);
    Severity severity = about.severity;
    if (severity == Severity::Warning) {
        bool off = no_warnings || std::find(disabled_warnings.begin(), disabled_warnings.end(),
                                            about.flag) != disabled_warnings.end();
        if (off) return dropped_ = Diagnostic{};
        if (warnings_are_errors) severity = Severity::Error;
    }
    for (const Diagnostic& earlier : diagnostics_)
        if (earlier.kind == kind && earlier.span == span) return dropped_ = Diagnostic{};
    if (severity == Severity::Error) ++error_count_;
    diagnostics_.push_back({kind, severity, span, std::move(message), {}, {}});
    return diagnostics_.back();
}

void Sink::take(const Sink& other) {
    for (const Diagnostic& d : other.diagnostics_) {
        Diagnostic& taken = add(d.kind, d.span, d.message);
        taken.notes = d.notes;
        taken.fixes = d.fixes;
    }
}

namespace {

// Damerau-Levenshtein distance (optimal string alignment), letters compared without case.
int distance(std::string_view a, std::string_view b) {
    auto same = [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    };
    std::vector<int> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
    for (size_t i = 1; i <= a.size(); ++i) {
        next[0] = static_cast<int>(i);
        for (size_t j = 1; j <= b.size(); ++j) {
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1)});
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before = row;
        row = next;
    }
    return row[b.size()];
}

}  // namespace

std::string_view closest(std::string_view name, const std::vector<std::string_view>& candidates) {
    std::string_view best;
    int limit = name.size() <= 2 ? 0 : name.size() <= 5 ? 1 : static_cast<int>(name.size()) / 3;
    int best_distance = limit + 1;
    for (std::string_view candidate : candidates) {
        if (candidate == name) continue;
        int d = distance(name, candidate);
        if (d < best_distance || (d == best_distance && !best.empty() && candidate < best)) {
            best_distance = d;
            best = candidate;
        }
    }
    return best;
}

}  // namespace dream::diag
