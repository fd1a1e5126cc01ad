// Numbers, characters and strings, with the values that they stand for.
#include "lex/lexer.h"

#include <charconv>
#include <cstdlib>

namespace dream::lex {

namespace {

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_ascii_digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

uint32_t Lexer::keep_string(std::string_view source_text, std::string&& decoded, bool is_decoded) {
    if (is_decoded) source_text = out_.storage.emplace_back(std::move(decoded));
    out_.strings.push_back(source_text);
    return static_cast<uint32_t>(out_.strings.size()) - 1;
}

// ---- numbers -----------------------------------------------------------------------------------

// digit { "_" digit }; complains about any other `_`. `begin` is where the number starts.
void Lexer::digits(uint32_t begin) {
    uint32_t first = pos_;
    while (is_ascii_digit(peek()) || peek() == '_') ++pos_;
    if (pos_ > first && (at(first) == '_' || at(pos_ - 1) == '_'))
        error<diag::MisplacedUnderscore>(span(begin, pos_), false);
}

void Lexer::number() {
    uint32_t begin = pos_;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) return radix_number(16);
    if (peek() == '0' && (peek(1) == 'b' || peek(1) == 'B')) return radix_number(2);
    bool is_real = false, ok = true;
    digits(begin);
    if (peek() == '.' && is_ascii_digit(peek(1))) {
        is_real = true;
        ++pos_;
        digits(begin);
    }
    if (peek() == 'e' || peek() == 'E') {
        uint32_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
        if (is_ascii_digit(peek(1 + sign))) {
            is_real = true;
            pos_ += 1 + sign;
            digits(begin);
        } else if (sign || !is_name_byte(peek(1))) {
            is_real = true;
            ok = false;
            pos_ += 1 + sign;
            error<diag::NoExponentDigits>(span(begin, pos_), false,
                                          text_.substr(begin, pos_ - begin));
        }
    }
    number_suffix(begin, is_real, false, ok);
}

void Lexer::radix_number(int radix) {
    uint32_t begin = pos_;
    pos_ += 2;
    uint32_t first = pos_;
    bool ok = true;
    while (hex_value(peek()) >= 0 || peek() == '_') {
        int digit = hex_value(peek());
        if (radix == 2 && digit > 9) break;
        if (radix == 2 && digit > 1 && ok) {
            error<diag::BadDigit>(span(pos_, pos_ + 1), false, text_.substr(pos_, 1), "binary");
            ok = false;
        }
        ++pos_;
    }
    if (pos_ == first) {
        error<diag::NoDigits>(span(begin, pos_), false, text_.substr(begin, 2));
        ok = false;
    } else if (at(pos_ - 1) == '_') {
        error<diag::MisplacedUnderscore>(span(begin, pos_), false);
    }
    number_suffix(begin, false, true, ok);
}

// Whatever of a name hangs on the digits is the suffix.
void Lexer::number_suffix(uint32_t begin, bool is_real, bool is_bits, bool ok) {
    uint32_t end = pos_;
    while (is_name_byte(peek())) ++pos_;
    std::string_view suffix = text_.substr(end, pos_ - end);
    if (suffix.empty()) {
        if (is_real) return add_real(begin, end, 0);
        return add_integer(begin, is_bits, false, ok);
    }
    if (!is_real && (suffix == "L" || suffix == "l")) return add_integer(begin, is_bits, true, ok);
    if (!is_bits && (suffix == "f" || suffix == "F")) return add_real(begin, end, 'f');
    if (!is_bits && (suffix == "d" || suffix == "D")) return add_real(begin, end, 'd');
    // invalid UTF-8 may be part of the suffix; it is shown as it is
    if (ok) error<diag::BadNumberSuffix>(span(end, pos_), false, suffix);
    if (is_real) return add_real(begin, end, 0);
    add_integer(begin, is_bits, false, false);
}

void Lexer::add_integer(uint32_t begin, bool is_bits, bool is_long, bool ok) {
    bool is_hex = is_bits && (at(begin + 1) == 'x' || at(begin + 1) == 'X');
    uint64_t radix = is_hex ? 16 : is_bits ? 2 : 10;
    uint64_t value = 0;
    bool fits = true;
    for (uint32_t i = begin + (is_bits ? 2 : 0); ok && i < pos_; ++i) {
        if (text_[i] == '_') continue;
        int digit = hex_value(text_[i]);
        if (digit < 0 || digit >= static_cast<int>(radix)) break;  // the suffix
        uint64_t next = value * radix + static_cast<uint64_t>(digit);
        fits = fits && value <= (UINT64_MAX - static_cast<uint64_t>(digit)) / radix;
        value = next;
    }
    if (!fits) {
        error<diag::IntegerTooLarge>(span(begin, pos_), false, text_.substr(begin, pos_ - begin));
        value = 0;
    }
    add(TokenKind::Integer, begin, static_cast<uint32_t>(out_.integers.size()));
    out_.integers.push_back({value, is_bits, is_long});
}

void Lexer::add_real(uint32_t begin, uint32_t digits_end, char suffix) {
    std::string_view text = text_.substr(begin, digits_end - begin);
    if (text.find('_') != std::string_view::npos) {
        std::string& plain = out_.storage.emplace_back();
        for (char c : text)
            if (c != '_') plain += c;
        text = plain;
    }
    double value = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    // from_chars does not tell too large from too small
    if (failure == std::errc::result_out_of_range)
        value = std::strtod(std::string(text).c_str(), nullptr);
    add(TokenKind::Real, begin, static_cast<uint32_t>(out_.reals.size()));
    out_.reals.push_back({text, value, suffix});
}

// ---- characters and escapes --------------------------------------------------------------------

// Reads the escape at the backslash and appends its bytes; reports and returns false if it is none.
bool Lexer::escape(std::string& out, bool in_char) {
    uint32_t begin = pos_++;
    if (at_line_end()) return false;  // the literal is not closed: reported by the caller
    char c = text_[pos_++];
    switch (c) {
        case 'n': out += '\n'; return true;
        case 't': out += '\t'; return true;
        case 'r': out += '\r'; return true;
        case '0': out += '\0'; return true;
        case '\\': out += '\\'; return true;
        case '\'': out += '\''; return true;
        case '"': out += '"'; return true;
        case 'a': out += '\a'; return true;
        case 'b': out += '\b'; return true;
        case 'f': out += '\f'; return true;
        case 'v': out += '\v'; return true;
        case 'x': {
            int value = hex_value(peek());
            if (value < 0) {
                error<diag::EscapeNeedsDigits>(span(begin, pos_), false, "x", "two");
                return false;
            }
            ++pos_;
            if (hex_value(peek()) >= 0) value = value * 16 + hex_value(text_[pos_++]);
            out += static_cast<char>(value);
            return true;
        }
        case 'u':
        case 'U': {
            size_t size = out.size();
            if (!unicode_escape(out, begin, c == 'u' ? 4 : 8)) return false;
            if (!in_char || out.size() == size + 1) return true;
            error<diag::WideChar>(span(begin, pos_), false, text_.substr(begin, pos_ - begin));
            return false;
        }
        default: break;
    }
    Decoded d = decode_utf8(text_, pos_ - 1);
    if (d.length > 1) pos_ += d.length - 1;
    std::string shown = d.length ? std::string(text_.substr(begin + 1, d.length)) : "?";
    if (static_cast<unsigned char>(c) < 0x20)
        shown = fmt::format("x{:02X}", static_cast<unsigned>(c));
    error<diag::BadEscape>(span(begin, pos_), false, shown);
    return false;
}

// The digits of \uHHHH or \UHHHHHHHH; two \u may form a surrogate pair.
bool Lexer::unicode_escape(std::string& out, uint32_t begin, uint32_t count) {
    auto read = [&](uint32_t& value) {
        value = 0;
        for (uint32_t i = 0; i < count; ++i, ++pos_) {
            if (hex_value(peek()) < 0) return false;
            value = value << 4 | static_cast<uint32_t>(hex_value(peek()));
        }
        return true;
    };
    uint32_t value = 0;
    if (!read(value)) {
        error<diag::EscapeNeedsDigits>(span(begin, pos_), false, count == 4 ? "u" : "U",
                                       count == 4 ? "four" : "eight");
        return false;
    }
    if (value >= 0xD800 && value <= 0xDBFF && count == 4 && peek() == '\\' && peek(1) == 'u') {
        uint32_t second_begin = pos_, low = 0;
        pos_ += 2;
        if (read(low) && low >= 0xDC00 && low <= 0xDFFF)
            value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        else
            pos_ = second_begin;
    }
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        error<diag::BadCodePoint>(span(begin, pos_), false, text_.substr(begin, pos_ - begin));
        return false;
    }
    append_utf8(out, value);
    return true;
}

// 'c': one byte, written or escaped.
void Lexer::char_literal() {
    uint32_t begin = pos_++;
    std::string bytes;
    bool ok = true;
    size_t count = 0;
    while (!at_line_end() && text_[pos_] != '\'') {
        if (text_[pos_] == '\\') {
            ok = escape(bytes, true) && ok;
        } else {
            Decoded d = decode_utf8(text_, pos_);
            bytes += text_[pos_];
            if (d.length == 0) {
                error<diag::InvalidUtf8>(
                    span(pos_, pos_ + 1), false,
                    fmt::format("{:02X}", static_cast<unsigned char>(text_[pos_])));
                ok = false;
            } else if (d.length > 1 && ok && at(pos_ + d.length) == '\'') {
                error<diag::WideChar>(span(pos_, pos_ + d.length), false,
                                      text_.substr(pos_, d.length));
                ok = false;
            } else if (text_[pos_] == '\0') {
                error<diag::NulByte>(span(pos_, pos_ + 1), false);
                ok = false;
            }
            pos_ += d.length ? d.length : 1;
        }
        ++count;
    }
    if (at_line_end()) {
        // 'it's or a lone quote: only the quote is wrong, what follows may be code
        if (ok) pos_ = begin + 1;
        error<diag::UnterminatedChar>(span(begin, begin + 1), true);
    } else {
        ++pos_;
        if (ok && count == 0) error<diag::EmptyChar>(span(begin, pos_), false);
        if (ok && count > 1) {
            error<diag::LongChar>(span(begin, pos_), false);
        }
    }
    uint8_t value = bytes.empty() ? 0 : static_cast<uint8_t>(bytes[0]);
    bool after_error = after_error_;
    add(TokenKind::Char, begin, value);
    after_error_ = after_error;
}

// ---- strings -----------------------------------------------------------------------------------

// Reports the byte of a literal's text at the current place if no text may hold it, and passes over
// the code point.
void Lexer::check_text_byte() {
    if (text_[pos_] == '\0') error<diag::NulByte>(span(pos_, pos_ + 1), false);
    Decoded d = decode_utf8(text_, pos_);
    if (d.length == 0)
        error<diag::InvalidUtf8>(span(pos_, pos_ + 1), false,
                                 fmt::format("{:02X}", static_cast<unsigned char>(text_[pos_])));
    pos_ += d.length ? d.length : 1;
}

// "..." on one line
void Lexer::string_literal() {
    uint32_t begin = pos_++;
    std::string decoded;
    bool is_decoded = false;
    uint32_t run = pos_;  // what has not been copied to `decoded` yet
    for (;;) {
        if (at_line_end()) {
            error<diag::UnterminatedString>(span(begin, pos_), false);
            break;
        }
        char c = text_[pos_];
        if (c == '"') break;
        if (c == '\\') {
            decoded.append(text_, run, pos_ - run);
            is_decoded = true;
            escape(decoded, false);
            run = pos_;
        } else if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') {
            check_text_byte();
        } else {
            ++pos_;
        }
    }
    std::string_view rest = text_.substr(run, pos_ - run);
    if (is_decoded) decoded += rest;
    uint32_t index = keep_string(rest, std::move(decoded), is_decoded);
    bool closed = !at_line_end();
    if (closed) ++pos_;
    add(TokenKind::String, begin, index);
    after_error_ = after_error_ || !closed;
}

// @"..." over any number of lines, "" is one quote
void Lexer::verbatim_literal(uint32_t begin) {
    pos_ += 2;
    std::string decoded;
    bool is_decoded = false, closed = false;
    uint32_t run = pos_;
    while (!at_end()) {
        char c = text_[pos_];
        if (c == '"') {
            if (peek(1) != '"') {
                closed = true;
                break;
            }
            decoded.append(text_, run, pos_ + 1 - run);
            is_decoded = true;
            pos_ += 2;
            run = pos_;
        } else if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') {
            check_text_byte();
        } else {
            ++pos_;
        }
    }
    if (!closed) error<diag::UnterminatedVerbatim>(span(begin, begin + 2), false);
    std::string_view rest = text_.substr(run, pos_ - run);
    if (is_decoded) decoded += rest;
    uint32_t index = keep_string(rest, std::move(decoded), is_decoded);
    if (closed) ++pos_;
    add(TokenKind::String, begin, index);
    after_error_ = after_error_ || !closed;
}

// The start of $"..." or $@"...": the tokens of its texts and holes follow.
void Lexer::interpolation(uint32_t begin, bool is_verbatim) {
    pos_ += is_verbatim ? 3 : 2;
    add(TokenKind::InterpolationBegin, begin);
    frames_.push_back({is_verbatim, 0, last_token(), last_token(), 0});
    interpolation_text();
}

// A piece of text and what ends it: the quote, or the `{` of a hole.
void Lexer::interpolation_text() {
    bool is_verbatim = frames_.back().is_verbatim;
    uint32_t begin = pos_;
    std::string decoded;
    bool is_decoded = false;
    uint32_t run = pos_;
    auto flush = [&](uint32_t end) {
        decoded.append(text_, run, end - run);
        is_decoded = true;
    };
    auto add_text = [&] {
        if (pos_ == begin) return;
        std::string_view rest = text_.substr(run, pos_ - run);
        if (is_decoded) decoded += rest;
        add(TokenKind::InterpolationText, begin, keep_string(rest, std::move(decoded), is_decoded));
    };
    for (;;) {
        if (is_verbatim ? at_end() : at_line_end()) {
            uint32_t start = out_.tokens[frames_.back().begin_token].begin;
            if (is_verbatim)
                error<diag::UnterminatedVerbatim>(span(start, start + 3), false);
            else
                error<diag::UnterminatedString>(span(start, pos_), false);
            add_text();
            finish_interpolation(pos_);
            after_error_ = true;
            return;
        }
        char c = text_[pos_];
        if (c == '"') {
            if (is_verbatim && peek(1) == '"') {
                flush(pos_ + 1);
                pos_ += 2;
                run = pos_;
                continue;
            }
            add_text();
            uint32_t quote = pos_++;
            return finish_interpolation(quote);
        }
        if (c == '{') {
            if (peek(1) == '{') {
                flush(pos_ + 1);
                pos_ += 2;
                run = pos_;
                continue;
            }
            add_text();
            uint32_t open = pos_++;
            add(TokenKind::HoleOpen, open);
            frames_.back().hole_token = last_token();
            frames_.back().depth = 0;
            return;
        }
        if (c == '}') {
            if (peek(1) == '}') {
                flush(pos_ + 1);
                ++pos_;
                run = pos_ + 1;
            } else {
                error<diag::LoneCloseBrace>(span(pos_, pos_ + 1), false);
            }
            ++pos_;
        } else if (c == '\\' && !is_verbatim) {
            flush(pos_);
            escape(decoded, false);
            run = pos_;
        } else if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') {
            check_text_byte();
        } else {
            ++pos_;
        }
    }
}

// `:F2` of `{x:F2}`, up to the brace.
void Lexer::hole_format() {
    uint32_t begin = pos_++;
    while (!at_line_end() && text_[pos_] != '}' && text_[pos_] != '"' && text_[pos_] != '{') {
        if (static_cast<unsigned char>(text_[pos_]) >= 0x80 || text_[pos_] == '\0')
            check_text_byte();
        else
            ++pos_;
    }
    uint32_t index = keep_string(text_.substr(begin + 1, pos_ - begin - 1), {}, false);
    add(TokenKind::HoleFormat, begin, index);
    if (peek() == '}' && !at_end()) return;  // the next token closes the hole
    uint32_t hole = out_.tokens[frames_.back().hole_token].begin;
    error<diag::UnterminatedHole>(span(hole, hole + 1), true);
    add(TokenKind::HoleClose, pos_);
    out_.tokens[frames_.back().hole_token].value = last_token();
    interpolation_text();
}

// The last token of an interpolated string, from `begin` (the quote, or where it is missing).
void Lexer::finish_interpolation(uint32_t begin) {
    add(TokenKind::InterpolationFinish, begin);
    out_.tokens[frames_.back().begin_token].value = last_token();
    frames_.pop_back();
}

}  // namespace dream::lex
