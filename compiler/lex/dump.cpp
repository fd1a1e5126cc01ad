// Tokens as text, for --dump=tokens.
#include "lex/lex.h"

namespace dream::lex {

namespace {

// Bytes in quotes, with everything that is not printable ASCII as \xHH.
std::string quoted(std::string_view bytes) {
    std::string out = "\"";
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7F)
            out += fmt::format("\\x{:02X}", byte);
        else if (c == '"' || c == '\\')
            (out += '\\') += c;
        else
            out += c;
    }
    return out += '"';
}

std::string decoded_value(const TokenBuffer& buffer, const Token& t) {
    using enum TokenKind;
    if (t.kind == Integer) {
        const IntegerValue& v = buffer.integers[t.value];
        return fmt::format(" = {}{}{}", v.value, v.is_long ? "L" : "", v.is_bits ? " bits" : "");
    }
    if (t.kind == Real) {
        const RealValue& v = buffer.reals[t.value];
        return fmt::format(" = {}{}", v.value, v.suffix ? std::string(1, v.suffix) : "");
    }
    if (t.kind == Char) return fmt::format(" = {}", t.value);
    if (t.kind == String || t.kind == InterpolationText || t.kind == HoleFormat)
        return " = " + quoted(buffer.strings[t.value]);
    return "";
}

}  // namespace

std::string dump(const Sources& sources, const TokenBuffer& buffer) {
    std::string out;
    for (const Token& t : buffer.tokens) {
        Position at = sources.position(buffer.span_of(t));
        out += fmt::format("{}:{} {}", at.line, at.column, spelling(t.kind));
        if (spelling(t.kind) != buffer.text_of(t)) out += " " + quoted(buffer.text_of(t));
        out += decoded_value(buffer, t) + "\n";
    }
    return out;
}

}  // namespace dream::lex
