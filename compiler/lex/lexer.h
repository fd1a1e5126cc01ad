// The state of one run of the lexer; shared by lexer.cpp (tokens, comments, brackets) and
// literals.cpp (numbers, characters, strings). Internal to lex/.
#pragma once

#include "lex/lex.h"
#include "lex/unicode.h"
#include "support/check.h"

namespace dream::lex {

class Lexer {
  public:
    Lexer(const Sources& sources, SourceId source, diag::Sink& diag);
    TokenBuffer run();

  private:
    // An interpolated string that is open around the current place. While its text is read, `depth`
    // is unused; inside a hole it counts the brackets open there.
    struct Frame {
        bool is_verbatim;
        uint32_t depth;
        uint32_t begin_token;
        uint32_t hole_token;
        uint32_t conditions;  // `?` in the hole, outside of brackets, still without their `:`
    };

    // lexer.cpp
    void next_token();
    void line_comment();
    void block_comment();
    void identifier(uint32_t begin);
    void at_sign();
    void symbol();
    void open_bracket(TokenKind kind);
    void close_bracket(TokenKind kind);
    void preprocessor_line();
    void stray_character();
    void newline_in_hole();
    bool ends_open_string() const;
    bool closes_behind_string() const;
    void quote_in_hole();

    // literals.cpp
    void number();
    void radix_number(int radix);
    void number_suffix(uint32_t begin, bool is_real, bool is_bits, bool ok);
    void add_integer(uint32_t begin, bool is_bits, bool is_long, bool ok);
    void add_real(uint32_t begin, uint32_t digits_end, char suffix);
    void digits(uint32_t begin);
    void char_literal();
    void string_literal();
    void verbatim_literal(uint32_t begin);
    void interpolation(uint32_t begin, bool is_verbatim);
    void interpolation_text();
    void hole_format();
    void finish_interpolation(uint32_t begin);
    bool escape(std::string& out, bool in_char);
    bool unicode_escape(std::string& out, uint32_t begin, uint32_t count);
    void check_text_byte();

    char at(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
    char peek(size_t ahead = 0) const { return at(pos_ + ahead); }
    bool at_end() const { return pos_ >= text_.size(); }
    bool at_line_end() const { return at_end() || text_[pos_] == '\n' || text_[pos_] == '\r'; }
    Span span(uint32_t begin, uint32_t end) const { return {out_.source, begin, end}; }

    void add(TokenKind kind, uint32_t begin, uint32_t value = 0) {
        out_.tokens.push_back({kind, after_error_, begin, pos_, value});
        after_error_ = false;
    }
    uint32_t last_token() const { return static_cast<uint32_t>(out_.tokens.size()) - 1; }
    uint32_t keep_string(std::string_view source_text, std::string&& decoded, bool is_decoded);

    // Reports unless the file has had its share of messages. `hides_tokens`: what is missing from
    // here on is no news to the parser.
    template <diag::Kind K, class... Args>
    void error(Span at, bool hides_tokens, const Args&... args) {
        if (hides_tokens) after_error_ = true;
        if (++errors_ <= kMaxErrors) diag_.report<K>(at, args...);
    }
    static constexpr int kMaxErrors = 100;

    std::string_view text_;
    uint32_t pos_ = 0;
    bool after_error_ = false;
    int errors_ = 0;
    diag::Sink& diag_;
    TokenBuffer out_;
    std::vector<uint32_t> brackets_;  // open ones, as token indices
    std::vector<Frame> frames_;
};

}  // namespace dream::lex
