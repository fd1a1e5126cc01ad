// Diagnostics: every kind stands in kinds.def with its code and text; phases report kinds with
// arguments, and the sink keeps them as data. Rendering is elsewhere (render.h, json.h).
//
//   diag.report<diag::TypeMismatch>(span, from, to).note<diag::DeclaredHere>(other, name);
//
// The number of arguments is checked at compile time against the placeholders of the text.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "source/source.h"

namespace dream::diag {

enum class Severity { Error, Warning, Note };

enum class Kind {
#define ERROR(name, code, text) name,
#define WARNING(name, code, flag, text) name,
#define NOTE(name, text) name,
#include "diag/kinds.def"
};

struct KindInfo {
    Severity severity;
    std::string_view name;
    std::string_view code;  // "E0301", empty for notes
    std::string_view flag;  // the NAME of -Wno-NAME, empty for errors and notes
    std::string_view text;
};

inline constexpr KindInfo kKinds[] = {
#define ERROR(name, code, text) {Severity::Error, #name, #code, "", text},
#define WARNING(name, code, flag, text) {Severity::Warning, #name, #code, flag, text},
#define NOTE(name, text) {Severity::Note, #name, "", "", text},
#include "diag/kinds.def"
};

constexpr const KindInfo& info(Kind kind) { return kKinds[static_cast<size_t>(kind)]; }

// The number of arguments that a text takes: one more than its highest {N}.
constexpr int argument_count(std::string_view text) {
    int count = 0;
    for (size_t i = 0; i + 2 < text.size(); ++i)
        if (text[i] == '{' && text[i + 1] >= '0' && text[i + 1] <= '9' && text[i + 2] == '}')
            count = text[i + 1] - '0' + 1 > count ? text[i + 1] - '0' + 1 : count;
    return count;
}

// Replace the bytes of `span` by `replacement`.
struct FixIt {
    Span span;
    std::string replacement;
};

struct Note {
    Kind kind;
    Span span;
    std::string message;
};

struct Diagnostic {
    Kind kind;
    Severity severity;  // of the kind, unless -Werror made a warning an error
    Span span;
    std::string message;
    std::vector<Note> notes;
    std::vector<FixIt> fixes;

    template <Kind K, class... Args>
    Diagnostic& note(Span at, const Args&... args);
    Diagnostic& fix(Span at, std::string replacement) {
        fixes.push_back({at, std::move(replacement)});
        return *this;
    }
};

// Formats the text of a kind; braces in arguments are left alone.
template <Kind K, class... Args>
std::string format_text(const Args&... args) {
    static_assert(argument_count(info(K).text) == static_cast<int>(sizeof...(Args)),
                  "the text in kinds.def takes another number of arguments");
    return fmt::format(fmt::runtime(info(K).text), args...);
}

template <Kind K, class... Args>
Diagnostic& Diagnostic::note(Span at, const Args&... args) {
    notes.push_back({K, at, format_text<K>(args...)});
    return *this;
}

class Sink {
  public:
    template <Kind K, class... Args>
    Diagnostic& report(Span span, const Args&... args) {
        static_assert(info(K).severity != Severity::Note, "a note hangs on an error or a warning");
        return add(K, span, format_text<K>(args...));
    }

    bool has_errors() const { return error_count_ > 0; }
    int error_count() const { return error_count_; }
    // In order of report; a second report of the same kind at the same place is dropped.
    const std::deque<Diagnostic>& all() const { return diagnostics_; }

    // Reports what another sink has heard.
    void take(const Sink& other);

    // -Werror, -w and -Wno-NAME.
    bool warnings_are_errors = false;
    bool no_warnings = false;
    std::vector<std::string> disabled_warnings;

  private:
    Diagnostic& add(Kind kind, Span span, std::string message);

    std::deque<Diagnostic> diagnostics_;
    Diagnostic dropped_{};
    int error_count_ = 0;
};

// The candidate nearest to `name` (a typing mistake away), or "" when none is near.
std::string_view closest(std::string_view name, const std::vector<std::string_view>& candidates);

using enum Kind;

}  // namespace dream::diag
