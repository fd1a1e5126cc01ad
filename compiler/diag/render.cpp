// Text rendering: the head line, the source line with its underline, notes and fixes.
//
// LLVM's SourceMgr is not used: it draws no caret on a line with a non-ASCII byte, counts columns in
// bytes and knows no notes or codes. What LLVM brings is its table of character widths, which tells
// where the caret goes under wide, combining and invisible characters.
#include "diag/render.h"

#include <algorithm>

#include <fmt/format.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Unicode.h>

namespace dream::diag {
namespace {

constexpr int kTabWidth = 4;
constexpr int kMaxWidth = 110;  // of a source line on the screen

struct Style {
    const char *head, *error, *warning, *note, *mark, *gutter, *reset;
};
constexpr Style kPlain = {"", "", "", "", "", "", ""};
constexpr Style kColored = {"\33[1m",    "\33[1;31m", "\33[1;35m", "\33[1;36m",
                            "\33[1;32m", "\33[34m",   "\33[0m"};

// One character of a source line as it appears on the screen.
struct Cell {
    std::string text;
    int width;
    size_t offset;  // in the line, in bytes
};

// What is shown for the bytes at `at`, and in `length` how many bytes that covers.
Cell make_cell(std::string_view text, size_t at, int& length) {
    char32_t code = 0;
    length = decode_utf8(text, at, code);
    std::string shown;
    if (length == 0) {
        length = 1;
        shown = fmt::format("\\x{:02X}", static_cast<unsigned char>(text[at]));
    } else if (code < 0x20 || code == 0x7F) {
        shown = fmt::format("\\x{:02X}", static_cast<unsigned>(code));
    } else {
        std::string_view bytes = text.substr(at, static_cast<size_t>(length));
        int width =
            llvm::sys::unicode::columnWidthUTF8(llvm::StringRef(bytes.data(), bytes.size()));
        if (width >= 0) return {std::string(bytes), width, at};
        shown = fmt::format("\\u{{{:04X}}}", static_cast<unsigned>(code));
    }
    int width = static_cast<int>(shown.size());
    return {std::move(shown), width, at};
}

std::vector<Cell> make_cells(std::string_view line) {
    std::vector<Cell> cells;
    int column = 0;
    for (size_t at = 0; at < line.size();) {
        int length = 1;
        if (line[at] == '\t') {
            int width = kTabWidth - column % kTabWidth;
            cells.push_back({std::string(static_cast<size_t>(width), ' '), width, at});
        } else if (line.substr(at, 3) == "\xEF\xBB\xBF" && at == 0) {
            length = 3;  // a byte order mark shows nothing
            cells.push_back({"", 0, at});
        } else {
            cells.push_back(make_cell(line, at, length));
        }
        column += cells.back().width;
        at += static_cast<size_t>(length);
    }
    return cells;
}

// The source line of `span` and the underline below it. Of a span over several lines the first is
// shown; of a very long line the part around the mark.
void render_snippet(const Source& source, Span span, const Style& style, std::string& out) {
    int line = source.line(span.begin);
    std::string_view text = source.line_text(line);
    size_t begin = std::min<size_t>(span.begin - source.line_begin(line), text.size());
    size_t end = std::min<size_t>(span.end - source.line_begin(line), text.size());
    std::vector<Cell> cells = make_cells(text);

    // In screen columns: where the mark begins and how wide it is.
    int mark = 0, mark_width = 0, total = 0;
    for (const Cell& cell : cells) {
        if (cell.offset < begin) mark += cell.width;
        if (cell.offset >= begin && cell.offset < end) mark_width += cell.width;
        total += cell.width;
    }
    mark_width = std::max(mark_width, 1);

    // The window [from, to) of columns that is shown.
    int from = 0, to = total;
    if (total > kMaxWidth) {
        int shown = std::min(mark_width, kMaxWidth * 3 / 4);
        from = std::clamp(mark + shown / 2 - kMaxWidth / 2, 0, total - kMaxWidth);
        to = from + kMaxWidth;
        mark_width = std::min(mark_width, std::max(to - mark, 1));
    }
    std::string shown = from > 0 ? "..." : "";
    int lead = static_cast<int>(shown.size());
    int column = 0;
    int first = -1;  // the column of the first character shown: a wide one may straddle `from`
    for (const Cell& cell : cells) {
        if (column >= from && column + cell.width <= to) {
            if (first < 0) first = column;
            shown += cell.text;
        }
        column += cell.width;
    }
    if (to < total) shown += "...";
    while (!shown.empty() && shown.back() == ' ') shown.pop_back();

    std::string number = std::to_string(line);
    out += fmt::format("{}{:>5} |{}{}{}\n", style.gutter, number, style.reset,
                       shown.empty() ? "" : " ", shown);
    int indent = mark - std::max(first, 0) + lead;
    out += fmt::format("{}      |{} {}{}^{}{}\n", style.gutter, style.reset,
                       std::string(static_cast<size_t>(std::max(indent, 0)), ' '), style.mark,
                       std::string(static_cast<size_t>(mark_width - 1), '~'), style.reset);
}

void render_head(Span span, const Sources& sources, const char* color, std::string_view severity,
                 std::string_view message, std::string_view code, const Style& style,
                 std::string& out) {
    std::string place = "dreamc";
    if (span.valid()) {
        Position at = sources.position(span);
        place = fmt::format("{}:{}:{}", printable(sources[span.source].path()), at.line, at.column);
    }
    out += fmt::format("{}{}:{} {}{}:{} {}{}{}", style.head, place, style.reset, color, severity,
                       style.reset, style.head, printable(message), style.reset);
    if (!code.empty()) out += fmt::format(" [{}]", code);
    out += '\n';
}

std::string describe_fix(const FixIt& fix, const Sources& sources) {
    std::string old = printable(sources.text(fix.span));
    std::string replacement = printable(fix.replacement);
    if (old.empty()) return fmt::format("insert '{}'", replacement);
    if (fix.replacement.empty()) return fmt::format("remove '{}'", old);
    return fmt::format("replace '{}' with '{}'", old, replacement);
}

std::string_view plural(int count) {
    return count == 1 ? "" : "s";
}

}  // namespace

int decode_utf8(std::string_view text, size_t at, char32_t& code) {
    auto byte = [&](size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
    };
    unsigned first = byte(0);
    int length = first < 0x80                    ? 1
                 : first >= 0xC2 && first < 0xE0 ? 2
                 : (first & 0xF0) == 0xE0        ? 3
                 : first >= 0xF0 && first < 0xF5 ? 4
                                                 : 0;
    if (length == 0) return 0;
    code = length == 1 ? first : first & (0x7Fu >> length);
    for (int i = 1; i < length; ++i) {
        unsigned next = byte(static_cast<size_t>(i));
        if ((next & 0xC0) != 0x80) return 0;
        code = code << 6 | (next & 0x3F);
    }
    bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    bool surrogate = code >= 0xD800 && code < 0xE000;
    return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

std::string printable(std::string_view text) {
    std::string shown;
    for (size_t at = 0; at < text.size();) {
        int length = 1;
        shown += make_cell(text, at, length).text;
        at += static_cast<size_t>(length);
    }
    return shown;
}

std::vector<const Diagnostic*> in_order(const Sink& sink) {
    std::vector<const Diagnostic*> ordered;
    for (const Diagnostic& each : sink.all()) ordered.push_back(&each);
    std::stable_sort(ordered.begin(), ordered.end(), [](const Diagnostic* a, const Diagnostic* b) {
        if (a->span.source != b->span.source) return a->span.source < b->span.source;
        return a->span.begin < b->span.begin;
    });
    return ordered;
}

std::string render(const Diagnostic& diagnostic, const Sources& sources,
                   const RenderOptions& options) {
    const Style& style = options.color ? kColored : kPlain;
    std::string out;
    bool error = diagnostic.severity == Severity::Error;
    const KindInfo& kind = info(diagnostic.kind);
    render_head(diagnostic.span, sources, error ? style.error : style.warning,
                error ? "error" : "warning", diagnostic.message, kind.code, style, out);
    if (diagnostic.span.valid())
        render_snippet(sources[diagnostic.span.source], diagnostic.span, style, out);
    for (const Note& note : diagnostic.notes) {
        if (!note.span.valid() || note.span == diagnostic.span) {
            out += fmt::format("      {}={} {}note:{} {}\n", style.gutter, style.reset, style.note,
                               style.reset, printable(note.message));
            continue;
        }
        render_head(note.span, sources, style.note, "note", note.message, "", style, out);
        // The library's own text says nothing to the user.
        if (!sources[note.span.source].is_library())
            render_snippet(sources[note.span.source], note.span, style, out);
    }
    for (const FixIt& fix : diagnostic.fixes)
        out += fmt::format("      {}={} {}help:{} {}\n", style.gutter, style.reset, style.note,
                           style.reset, describe_fix(fix, sources));
    return out;
}

std::string render(const Sink& sink, const Sources& sources, const RenderOptions& options) {
    std::string out;
    int errors = 0, warnings = 0, shown = 0;
    for (const Diagnostic* diagnostic : in_order(sink)) {
        bool error = diagnostic->severity == Severity::Error;
        ++(error ? errors : warnings);
        if (options.error_limit > 0 && shown >= options.error_limit) continue;
        if (error) ++shown;
        out += render(*diagnostic, sources, options);
    }
    if (errors + warnings == 0) return out;
    if (options.error_limit > 0 && errors > options.error_limit)
        out += fmt::format("({} more not shown; --error-limit=0 shows all)\n",
                           errors - options.error_limit);
    if (warnings > 0) out += fmt::format("{} warning{}", warnings, plural(warnings));
    if (errors > 0)
        out += fmt::format("{}{} error{}", warnings > 0 ? " and " : "", errors, plural(errors));
    return out + "\n";
}

}  // namespace dream::diag
