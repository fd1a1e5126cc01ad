// Tokens of the textual IR: names, numbers, strings, and symbols of one or two characters.
#include "ir/read_lexer.h"

#include <algorithm>

namespace dream::ir {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<TextToken> run() {
        for (;;) {
            skip_space();
            TextToken token = next();
            token.starts_line = starts_line_;
            starts_line_ = false;
            bool is_last = token.kind == TextTokenKind::End;
            tokens_.push_back(std::move(token));
            if (is_last) return std::move(tokens_);
        }
    }

  private:
    char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool at_end() const { return at_ >= text_.size(); }

    void skip_space() {
        for (; !at_end(); ++at_) {
            if (peek() == '\n') {
                ++line_;
                starts_line_ = true;
            } else if (peek() == '/' && peek(1) == '/') {
                while (!at_end() && peek() != '\n') ++at_;
                --at_;
            } else if (peek() != ' ' && peek() != '\t' && peek() != '\r') {
                return;
            }
        }
    }

    TextToken next() {
        TextToken token;
        token.line = line_;
        if (at_end()) return token;
        char c = peek();
        if (is_name_start(c) || c == '`') {
            name(token);
        } else if (is_digit(c)) {
            number(token);
        } else if (c == '"' || c == '\'') {
            quoted(token, c);
        } else {
            symbol(token);
        }
        return token;
    }

    void name(TextToken& token) {
        token.kind = TextTokenKind::Name;
        if (peek() == '`') {
            token.is_quoted = true;
            for (++at_; !at_end() && peek() != '`'; ++at_) token.text += peek();
            if (at_end()) token.kind = TextTokenKind::Bad;
            ++at_;
        } else {
            for (; is_name_start(peek()) || is_digit(peek()); ++at_) token.text += peek();
        }
        if (peek() != '#' || !is_digit(peek(1))) return;
        token.copy = 0;
        for (++at_; is_digit(peek()); ++at_) token.copy = std::min(token.copy * 10 + (peek() - '0'), 1000000);
    }

    void number(TextToken& token) {
        token.kind = TextTokenKind::Integer;
        while (is_digit(peek())) token.text += text_[at_++];
        if (peek() == '.' && is_digit(peek(1))) {
            token.kind = TextTokenKind::Real;
            token.text += text_[at_++];
            while (is_digit(peek())) token.text += text_[at_++];
        }
        bool has_exponent = peek() == 'e' && (is_digit(peek(1)) || ((peek(1) == '-' || peek(1) == '+') && is_digit(peek(2))));
        if (!has_exponent) return;
        token.kind = TextTokenKind::Real;
        token.text += text_[at_++];
        token.text += text_[at_++];
        while (is_digit(peek())) token.text += text_[at_++];
    }

    void quoted(TextToken& token, char quote) {
        token.kind = quote == '"' ? TextTokenKind::String : TextTokenKind::Char;
        for (++at_; !at_end() && peek() != quote && peek() != '\n'; ++at_) {
            if (peek() != '\\') {
                token.text += peek();
                continue;
            }
            ++at_;
            int high = hex_value(peek(1)), low = hex_value(peek(2));
            if (peek() == 'n') {
                token.text += '\n';
            } else if (peek() == 'x' && high >= 0 && low >= 0) {
                token.text += static_cast<char>(high * 16 + low);
                at_ += 2;
            } else {
                token.text += peek();
            }
        }
        if (peek() != quote) token.kind = TextTokenKind::Bad;
        ++at_;
    }

    void symbol(TextToken& token) {
        token.kind = TextTokenKind::Symbol;
        static constexpr std::string_view kLong[] = {"...", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||"};
        for (std::string_view known : kLong)
            if (text_.substr(at_, known.size()) == known) token.text = known;
        if (token.text.empty()) token.text = text_.substr(at_, 1);
        at_ += token.text.size();
    }

    std::string_view text_;
    size_t at_ = 0;
    int line_ = 1;
    bool starts_line_ = true;
    std::vector<TextToken> tokens_;
};

}  // namespace

std::vector<TextToken> lex_text(std::string_view text) { return Lexer(text).run(); }

}  // namespace dream::ir
