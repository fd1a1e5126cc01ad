// Tokens other than literals, comments, white space; pairs brackets as it goes.
#include "lex/lexer.h"

#include <array>

namespace dream::lex {

namespace {

constexpr std::string_view kDescriptions[] = {
#define TOKEN(name, text) text,
#define SYMBOL(name, text) "'" text "'",
#define KEYWORD(name, text) "'" text "'",
#include "lex/token_kinds.def"
};
constexpr std::string_view kSpellings[] = {
#define TOKEN(name, text) #name,
#define SYMBOL(name, text) text,
#define KEYWORD(name, text) text,
#include "lex/token_kinds.def"
};

struct Word {
    std::string_view text;
    TokenKind kind;
};
constexpr Word kWords[] = {
#define KEYWORD(name, text) {text, TokenKind::name},
#define RESERVED(text) {text, TokenKind::Reserved},
#include "lex/token_kinds.def"
};

// Open addressing over the reserved words, built at compile time.
constexpr size_t kSlots = 512;
constexpr size_t word_slot(std::string_view w) {
    auto c = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(w[i])); };
    return (c(0) * 31 + c(1) * 7 + c(w.size() - 1) * 3 + w.size() * 61) % kSlots;
}
constexpr std::array<Word, kSlots> make_word_table() {
    std::array<Word, kSlots> table{};
    for (const Word& word : kWords) {
        size_t slot = word_slot(word.text);
        while (!table[slot].text.empty()) slot = (slot + 1) % kSlots;
        table[slot] = word;
    }
    return table;
}
constexpr std::array<Word, kSlots> kWordTable = make_word_table();

TokenKind word_kind(std::string_view text) {
    if (text.size() < 2 || text.size() > 10) return TokenKind::Identifier;
    for (size_t slot = word_slot(text); !kWordTable[slot].text.empty(); slot = (slot + 1) % kSlots)
        if (kWordTable[slot].text == text) return kWordTable[slot].kind;
    return TokenKind::Identifier;
}

constexpr std::array<bool, 256> make_identifier_table() {
    std::array<bool, 256> table{};
    for (int c = 0; c < 128; ++c)
        table[static_cast<size_t>(c)] =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    return table;
}
constexpr std::array<bool, 256> kIdentifierByte = make_identifier_table();

bool is_identifier_byte(char c) {
    return kIdentifierByte[static_cast<unsigned char>(c)];
}
bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

}  // namespace

std::string_view describe(TokenKind kind) {
    return kDescriptions[static_cast<size_t>(kind)];
}
std::string_view spelling(TokenKind kind) {
    return kSpellings[static_cast<size_t>(kind)];
}
bool is_keyword(TokenKind kind) {
    return kind > TokenKind::Tilde || kind == TokenKind::Reserved;
}
bool is_reserved_word(std::string_view text) {
    return word_kind(text) != TokenKind::Identifier;
}

TokenBuffer lex(const Sources& sources, SourceId source, diag::Sink& diag) {
    return Lexer(sources, source, diag).run();
}

Lexer::Lexer(const Sources& sources, SourceId source, diag::Sink& diag)
    : text_(sources[source].text()), diag_(diag) {
    DREAM_CHECK(text_.size() < UINT32_MAX, "a source file of 4 GiB reached the lexer");
    out_.source = source;
    out_.text = text_;
}

TokenBuffer Lexer::run() {
    out_.tokens.reserve(text_.size() / 4 + 16);
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") pos_ = 3;
    while (!at_end()) next_token();
    for (size_t i = frames_.size(); i-- > 0;) {
        uint32_t hole = out_.tokens[frames_[i].hole_token].begin;
        error<diag::UnterminatedHole>(span(hole, hole + 1), true);
    }
    add(TokenKind::End, pos_);
    return std::move(out_);
}

void Lexer::next_token() {
    char c = text_[pos_];
    switch (c) {
        case ' ':
        case '\t':
        case '\v':
        case '\f': ++pos_; return;
        case '\n':
        case '\r':
            if (!frames_.empty() && !frames_.back().is_verbatim) return newline_in_hole();
            ++pos_;
            return;
        case '/':
            if (peek(1) == '/') return line_comment();
            if (peek(1) == '*') return block_comment();
            return symbol();
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9': return number();
        case '.':
            if (is_ascii_digit(peek(1))) return number();
            return symbol();
        case '"':
            if (ends_open_string()) return quote_in_hole();
            return string_literal();
        case '\'': return char_literal();
        case '@': return at_sign();
        case '$':
            if (peek(1) == '"') return interpolation(pos_, false);
            if (peek(1) == '@' && peek(2) == '"') return interpolation(pos_, true);
            return stray_character();
        case '#': return preprocessor_line();
        default: break;
    }
    if (is_identifier_byte(c)) return identifier(pos_);
    if (is_ascii(c)) return symbol();
    Decoded d = decode_utf8(text_, pos_);
    if (d.length && is_xid_start(d.code_point)) return identifier(pos_);
    if (d.length && is_unicode_space(d.code_point)) {
        pos_ += d.length;
        return;
    }
    stray_character();
}

void Lexer::line_comment() {
    uint32_t begin = pos_;
    while (!at_line_end()) ++pos_;
    bool is_doc = text_.substr(begin, 3) == "///" && at(begin + 3) != '/';
    out_.comments.push_back({span(begin, pos_), is_doc, false});
}

void Lexer::block_comment() {
    uint32_t begin = pos_;
    size_t end = text_.find("*/", begin + 2);
    if (end == std::string_view::npos) {
        error<diag::UnterminatedComment>(span(begin, begin + 2), true);
        pos_ = static_cast<uint32_t>(text_.size());
    } else {
        pos_ = static_cast<uint32_t>(end) + 2;
    }
    out_.comments.push_back({span(begin, pos_), false, true});
}

// An identifier or reserved word; `begin` is in front of a leading `@`.
void Lexer::identifier(uint32_t begin) {
    for (;;) {
        while (pos_ < text_.size() && is_identifier_byte(text_[pos_])) ++pos_;
        if (at_end() || is_ascii(text_[pos_])) break;
        Decoded d = decode_utf8(text_, pos_);
        if (!d.length || !is_xid_continue(d.code_point)) break;
        pos_ += d.length;
    }
    if (text_[begin] == '@') return add(TokenKind::Identifier, begin, 1);
    add(word_kind(text_.substr(begin, pos_ - begin)), begin);
}

void Lexer::at_sign() {
    if (peek(1) == '"') return verbatim_literal(pos_);
    if (peek(1) == '$' && peek(2) == '"') return interpolation(pos_, true);
    bool is_name = is_identifier_byte(peek(1)) && !is_ascii_digit(peek(1));
    if (!is_name && pos_ + 1 < text_.size() && !is_ascii(peek(1))) {
        Decoded d = decode_utf8(text_, pos_ + 1);
        is_name = d.length && is_xid_start(d.code_point);
    }
    if (!is_name) return stray_character();
    uint32_t begin = pos_++;
    identifier(begin);
}

void Lexer::symbol() {
    uint32_t begin = pos_;
    // Takes `length` bytes as `kind`.
    auto take = [&](TokenKind kind, uint32_t length) {
        pos_ += length;
        add(kind, begin);
    };
    char next = peek(1);
    using enum TokenKind;
    switch (text_[pos_]) {
        case '(': return open_bracket(OpenParen);
        case '[': return open_bracket(OpenBracket);
        case '{': return open_bracket(OpenBrace);
        case ')': return close_bracket(CloseParen);
        case ']': return close_bracket(CloseBracket);
        case '}': return close_bracket(CloseBrace);
        case ';': return take(Semicolon, 1);
        case ',': return take(Comma, 1);
        case '~': return take(Tilde, 1);
        case '.':
            if (next == '.' && peek(2) == '.') return take(Ellipsis, 3);
            return take(Dot, 1);
        case ':':
            if (!frames_.empty() && frames_.back().depth == 0) {
                if (frames_.back().conditions == 0) return hole_format();
                --frames_.back().conditions;  // for the parser to tell
            }
            return next == ':' ? take(ColonColon, 2) : take(Colon, 1);
        case '?':
            if (next == '?')
                return peek(2) == '=' ? take(QuestionQuestionEqual, 3) : take(QuestionQuestion, 2);
            // `a ?.5 : 1` is a condition
            if (next == '.' && !is_ascii_digit(peek(2))) return take(QuestionDot, 2);
            if (!frames_.empty() && frames_.back().depth == 0 && next != '[')
                ++frames_.back().conditions;
            return take(Question, 1);
        case '=':
            if (next == '=') return take(EqualEqual, 2);
            return next == '>' ? take(Arrow, 2) : take(Equal, 1);
        case '!': return next == '=' ? take(BangEqual, 2) : take(Bang, 1);
        case '<':
            if (next == '<') return peek(2) == '=' ? take(LessLessEqual, 3) : take(LessLess, 2);
            return next == '=' ? take(LessEqual, 2) : take(Less, 1);
        case '>': return next == '=' ? take(GreaterEqual, 2) : take(Greater, 1);
        case '+':
            if (next == '+') return take(PlusPlus, 2);
            return next == '=' ? take(PlusEqual, 2) : take(Plus, 1);
        case '-':
            if (next == '-') return take(MinusMinus, 2);
            if (next == '>') return take(ThinArrow, 2);
            return next == '=' ? take(MinusEqual, 2) : take(Minus, 1);
        case '*': return next == '=' ? take(StarEqual, 2) : take(Star, 1);
        case '/': return next == '=' ? take(SlashEqual, 2) : take(Slash, 1);
        case '%': return next == '=' ? take(PercentEqual, 2) : take(Percent, 1);
        case '&':
            if (next == '&') return take(AmpAmp, 2);
            return next == '=' ? take(AmpEqual, 2) : take(Amp, 1);
        case '|':
            if (next == '|') return take(PipePipe, 2);
            return next == '=' ? take(PipeEqual, 2) : take(Pipe, 1);
        case '^': return next == '=' ? take(CaretEqual, 2) : take(Caret, 1);
        default: return stray_character();
    }
}

void Lexer::open_bracket(TokenKind kind) {
    uint32_t begin = pos_++;
    add(kind, begin);
    brackets_.push_back(last_token());
    if (!frames_.empty()) ++frames_.back().depth;
}

// A closer pairs with the innermost open bracket of its kind. `}` passes over forgotten `(` and
// `[`; those never pass over a `{`, and over a few others only, which keeps this linear.
void Lexer::close_bracket(TokenKind kind) {
    bool in_hole = !frames_.empty();
    if (in_hole && kind == TokenKind::CloseBrace && frames_.back().depth == 0) {
        uint32_t hole = frames_.back().hole_token;
        uint32_t begin = pos_++;
        add(TokenKind::HoleClose, begin);
        out_.tokens[hole].value = last_token();
        while (!brackets_.empty() && brackets_.back() > hole) brackets_.pop_back();
        return interpolation_text();
    }
    uint32_t begin = pos_++;
    add(kind, begin);
    if (in_hole && frames_.back().depth > 0) --frames_.back().depth;
    auto opener = static_cast<TokenKind>(static_cast<int>(kind) - 1);
    size_t limit = kind == TokenKind::CloseBrace ? SIZE_MAX : 8;
    uint32_t floor = in_hole ? frames_.back().hole_token : 0;  // a hole pairs its own brackets
    size_t open = brackets_.size();
    for (; open > 0 && limit > 0 && brackets_[open - 1] >= floor; --open, --limit) {
        Token& token = out_.tokens[brackets_[open - 1]];
        if (token.kind == opener) {
            token.value = last_token();
            brackets_.resize(open - 1);
            return;
        }
        if (token.kind == TokenKind::OpenBrace) return;
    }
    if (kind == TokenKind::CloseBrace) brackets_.resize(open);
}

// `#if` and the like at the start of a line: the line is passed over.
void Lexer::preprocessor_line() {
    uint32_t before = pos_;
    while (before > 0 && (text_[before - 1] == ' ' || text_[before - 1] == '\t')) --before;
    bool starts_line = before == 0 || text_[before - 1] == '\n' || text_[before - 1] == '\r';
    uint32_t begin = pos_, end = pos_ + 1;
    while (end < text_.size() && is_identifier_byte(text_[end])) ++end;
    if (!starts_line || end == begin + 1) return stray_character();
    error<diag::Preprocessor>(span(begin, end), true, text_.substr(begin, end - begin));
    while (!at_line_end()) ++pos_;
}

// Reports the run of bytes that no token starts with, once.
void Lexer::stray_character() {
    uint32_t begin = pos_;
    auto byte = static_cast<unsigned char>(text_[pos_]);
    Decoded d = decode_utf8(text_, pos_);
    if (d.length == 0) {
        while (pos_ < text_.size() && decode_utf8(text_, pos_).length == 0) ++pos_;
        return error<diag::InvalidUtf8>(span(begin, pos_), true, fmt::format("{:02X}", byte));
    }
    while (pos_ < text_.size() && text_.substr(pos_, d.length) == text_.substr(begin, d.length))
        pos_ += d.length;
    if (byte == 0) return error<diag::NulByte>(span(begin, pos_), true);
    if (byte < 0x20 || byte == 0x7F)
        return error<diag::ControlCharacter>(span(begin, pos_), true, fmt::format("{:02X}", byte));
    std::string_view shown = text_.substr(begin, d.length);
    bool is_quote = d.code_point == 0x201C || d.code_point == 0x201D;
    bool is_apostrophe = d.code_point == 0x2018 || d.code_point == 0x2019;
    after_error_ = true;
    if (++errors_ > kMaxErrors) return;
    if (byte < 0x80) {
        diag_.report<diag::StrayCharacter>(span(begin, pos_), shown);
        return;
    }
    auto& report = diag_.report<diag::StrayCodePoint>(span(begin, pos_), shown,
                                                      fmt::format("{:04X}", d.code_point));
    if (is_quote) report.fix(span(begin, begin + d.length), "\"");
    if (is_apostrophe) report.fix(span(begin, begin + d.length), "'");
}

// Whether a quote here, in the hole of a string, is more likely the end of that string: an operand
// stands in front of it, and no operand follows an operand.
bool Lexer::ends_open_string() const {
    if (frames_.empty() || frames_.back().is_verbatim || frames_.back().depth > 0) return false;
    using enum TokenKind;
    switch (out_.tokens.back().kind) {
        case Identifier:
        case Integer:
        case Real:
        case TokenKind::Char:
        case String:
        case CloseParen:
        case CloseBracket:
        case HoleOpen: return out_.tokens.back().end == pos_ && !closes_behind_string();
        default: return false;
    }
}

// Whether, read as the start of a string, the quote here leaves a `}` on the line for the hole.
bool Lexer::closes_behind_string() const {
    size_t i = pos_ + 1;
    auto is_inside = [&] { return i < text_.size() && text_[i] != '\n' && text_[i] != '\r'; };
    while (is_inside() && text_[i] != '"') i += text_[i] == '\\' ? 2 : 1;
    while (is_inside() && text_[i] != '}') ++i;
    return is_inside();
}

void Lexer::quote_in_hole() {
    uint32_t hole = frames_.back().hole_token;
    error<diag::UnterminatedHole>(span(out_.tokens[hole].begin, out_.tokens[hole].begin + 1), true);
    add(TokenKind::HoleClose, pos_);
    out_.tokens[hole].value = last_token();
    uint32_t quote = pos_++;
    finish_interpolation(quote);
    after_error_ = true;
}

// A line ends inside the hole of a string that must end on its line: all strings up to there end.
void Lexer::newline_in_hole() {
    while (!frames_.empty() && !frames_.back().is_verbatim) {
        uint32_t hole = out_.tokens[frames_.back().hole_token].begin;
        error<diag::UnterminatedHole>(span(hole, hole + 1), true);
        while (!brackets_.empty() && brackets_.back() > frames_.back().hole_token)
            brackets_.pop_back();
        add(TokenKind::HoleClose, pos_);
        out_.tokens[frames_.back().hole_token].value = last_token();
        finish_interpolation(pos_);
        after_error_ = true;
    }
}

}  // namespace dream::lex
