// JSON rendering.
#include "diag/json.h"

#include <fmt/format.h>

#include "diag/render.h"

namespace dream::diag {
namespace {

// The keys of a place, with a comma behind, or nothing.
std::string place(Span span, const Sources& sources) {
    if (!span.valid()) return "";
    const Source& source = sources[span.source];
    Position begin = source.position(span.begin);
    Position end = source.position(span.end);
    return fmt::format(
        "\"file\":{},\"line\":{},\"column\":{},\"end_line\":{},\"end_column\":{},\"begin\":{},"
        "\"end\":{},",
        json_string(source.path()), begin.line, begin.column, end.line, end.column, span.begin,
        span.end);
}

std::string_view severity_name(Severity severity) {
    switch (severity) {
        case Severity::Error: return "error";
        case Severity::Warning: return "warning";
        case Severity::Note: return "note";
    }
    return "";
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (size_t at = 0; at < text.size();) {
        char32_t code = 0;
        int length = decode_utf8(text, at, code);
        if (length == 0)
            out += "\\ufffd";
        else if (code == '"' || code == '\\')
            out += '\\', out += static_cast<char>(code);
        else if (code == '\n')
            out += "\\n";
        else if (code == '\t')
            out += "\\t";
        else if (code < 0x20)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
        else
            out += text.substr(at, static_cast<size_t>(length));
        at += static_cast<size_t>(length == 0 ? 1 : length);
    }
    return out + "\"";
}

std::string render_json(const Sink& sink, const Sources& sources) {
    std::string out;
    for (const Diagnostic* diagnostic : in_order(sink)) {
        const KindInfo& kind = info(diagnostic->kind);
        out += fmt::format(
            "{{{}\"severity\":\"{}\",\"code\":\"{}\",\"name\":\"{}\",\"flag\":\"{}\",\"message\":{}"
            ",",
            place(diagnostic->span, sources), severity_name(diagnostic->severity), kind.code,
            kind.name, kind.flag, json_string(diagnostic->message));
        out += "\"notes\":[";
        for (const Note& note : diagnostic->notes)
            out += fmt::format("{}{{{}\"message\":{}}}",
                               &note == &diagnostic->notes.front() ? "" : ",",
                               place(note.span, sources), json_string(note.message));
        out += "],\"fixes\":[";
        for (const FixIt& fix : diagnostic->fixes)
            out += fmt::format("{}{{{}\"replacement\":{}}}",
                               &fix == &diagnostic->fixes.front() ? "" : ",",
                               place(fix.span, sources), json_string(fix.replacement));
        out += "]}\n";
    }
    return out;
}

}  // namespace dream::diag
