// See literals.h.
#include "emit/literals.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace dream::emit {

namespace {

// Length of the UTF-8 sequence at `at` if it is well formed and shows as itself in an editor, else
// 0. Direction marks and other invisible characters are escaped: compilers warn about them.
size_t visible_sequence(std::string_view text, size_t at) {
    auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    size_t length = byte(at) >= 0xF0 ? 4 : byte(at) >= 0xE0 ? 3 : byte(at) >= 0xC2 ? 2 : 0;
    if (length == 0 || byte(at) > 0xF4 || at + length > text.size()) return 0;
    uint32_t point = byte(at) & (0x7Fu >> length);
    for (size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return 0;
        point = (point << 6) | (byte(at + i) & 0x3Fu);
    }
    if ((length == 3 && point < 0x800) || (length == 4 && (point < 0x10000 || point > 0x10FFFF))) return 0;
    bool is_invisible = point < 0xA1 || point == 0xAD || (point >= 0x200B && point <= 0x206F) ||
                        point == 0x61C || point == 0xFEFF || (point >= 0xD800 && point <= 0xF8FF) ||
                        point >= 0xE0000;
    return is_invisible ? 0 : length;
}

// Appends `text` escaped for the inside of a literal; `last` is the character in front of it.
void append_escaped(std::string& out, std::string_view text, char quote) {
    bool after_question = false;
    for (size_t at = 0; at < text.size(); ++at) {
        unsigned char c = static_cast<unsigned char>(text[at]);
        bool question = c == '?';
        switch (c) {
            case '\n': out += "\\n"; break;
            case '\t': out += "\\t"; break;
            case '\r': out += "\\r"; break;
            case '\\': out += "\\\\"; break;
            case '?': out += after_question ? "\\?" : "?"; break;
            default:
                if (c == static_cast<unsigned char>(quote)) {
                    out += '\\';
                    out += quote;
                } else if (size_t length = c >= 0x80 ? visible_sequence(text, at) : 0) {
                    out += text.substr(at, length);
                    at += length - 1;
                } else if (c < 0x20 || c >= 0x7F) {
                    // Three digits, so that no digit behind it is taken in.
                    out += fmt::format("\\{:03o}", c);
                } else {
                    out += static_cast<char>(c);
                }
        }
        after_question = question;
    }
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out = "\"";
    append_escaped(out, text, '"');
    return out + '"';
}

std::string char_constant(int64_t value) {
    bool has_spelling = (value >= 0x20 && value < 0x7F) || value == '\n' || value == '\t' || value == '\r';
    if (!has_spelling) return value == 0 ? "'\\0'" : fmt::format("{}", value);
    std::string out = "'";
    char c = static_cast<char>(value);
    append_escaped(out, {&c, 1}, '\'');
    return out + '\'';
}

std::string int_constant(int64_t value) {
    return value == INT32_MIN ? "INT32_MIN" : fmt::format("{}", value);
}

std::string long_constant(int64_t value) {
    if (value == INT64_MIN) return "INT64_MIN";
    if (value >= INT32_MIN + int64_t{1} && value <= INT32_MAX) return fmt::format("{}", value);
    return fmt::format("INT64_C({})", value);
}

std::string real_constant(double value, bool is_float) {
    std::string_view suffix = is_float ? "f" : "";
    if (std::isnan(value)) return fmt::format("(0.0{0} / 0.0{0})", suffix);
    if (std::isinf(value)) return fmt::format("({0}1.0{1} / 0.0{1})", value < 0 ? "-" : "", suffix);
    char digits[64];
    std::to_chars_result end = is_float ? std::to_chars(digits, digits + sizeof digits, static_cast<float>(value))
                                        : std::to_chars(digits, digits + sizeof digits, value);
    std::string text(digits, end.ptr);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text + std::string(suffix);
}

// ---- string literals -----------------------------------------------------------------------------

namespace {

// s_Hello_World for "Hello, World!": the letters and digits of the text, as far as they go.
std::string name_from_text(std::string_view text) {
    constexpr size_t kLongestName = 24;
    if (text.empty()) return "s_empty";
    std::string name = "s_";
    bool gap = false;
    for (char c : text) {
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word) {
            gap = true;
            continue;
        }
        if (gap && name.back() != '_') name += '_';
        gap = false;
        name += c;
        if (name.size() == kLongestName) break;
    }
    while (name.back() == '_' && name.size() > 2) name.pop_back();
    if (name.size() > 2) return name;
    if (text == " ") return "s_space";
    if (text == "\n") return "s_newline";
    return "s_text";
}

}  // namespace

std::string Literals::name(ir::LiteralId id) { return name_of_text(module_.literals[id]); }

std::string Literals::name_of_text(std::string_view text) {
    auto known = by_text_.find(text);
    if (known == by_text_.end()) {
        known = by_text_.emplace(std::string(text), literals_.size()).first;
        literals_.push_back({names_.claim_numbered(name_from_text(text)), known->first});
    }
    return literals_[known->second].name;
}

std::string Literals::addresses() const {
    // The names themselves are variables, which C does not take for constants.
    std::string out;
    for (const Literal& literal : literals_)
        out += fmt::format("    (char*)&{}_literal + sizeof(dr_string_header),\n", literal.name);
    return out;
}

std::string Literals::declarations() const {
    std::string out;
    for (const Literal& literal : literals_) {
        if (literal.text.size() <= kLongestLiteral) {
            out += fmt::format("DR_LITERAL({}, {});\n", literal.name, quoted(literal.text));
            continue;
        }
        // A text that is too long for one literal of C is a row of arrays, each filled to the brim.
        constexpr size_t kPart = 4000;
        std::string members, values;
        for (size_t at = 0, n = 1; at < literal.text.size(); at += kPart, ++n) {
            std::string_view part = literal.text.substr(at, kPart);
            bool is_last = at + kPart >= literal.text.size();
            members += fmt::format("    char part{}[{}];\n", n, part.size() + (is_last ? 1 : 0));
            values += fmt::format(",\n    {}", quoted(part));
        }
        out += fmt::format(
            "static const struct {{\n    dr_string_header header;\n{0}}} {1}_literal = {{\n"
            "    {{{{DR_IMMORTAL, DR_STRING}}, {2}, 0}}{3}}};\n"
            "static char* const {1} = (char*)&{1}_literal + sizeof(dr_string_header);\n",
            members, literal.name, literal.text.size(), values);
    }
    return out;
}

}  // namespace dream::emit
