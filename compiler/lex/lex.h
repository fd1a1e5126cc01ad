// Text -> tokens. One flat vector per file that always ends with an End token; every mistake of
// spelling (bad literals, stray bytes, what is not closed) is reported here, and the tokens go on
// behind it. The end of a file is its length: NUL is a byte like any other.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diag.h"
#include "source/source.h"

namespace dream::lex {

enum class TokenKind : uint8_t {
#define TOKEN(name, text) name,
#define SYMBOL(name, text) name,
#define KEYWORD(name, text) name,
#include "lex/token_kinds.def"
};

// As messages write it: `';'`, `'while'`, `name`.
std::string_view describe(TokenKind kind);
// The text of a symbol or keyword, the name of any other kind.
std::string_view spelling(TokenKind kind);
// A reserved word, of Dream or of C# alone.
bool is_keyword(TokenKind kind);
// True if `text` cannot be an identifier without `@`.
bool is_reserved_word(std::string_view text);

struct Token {
    TokenKind kind = TokenKind::End;
    // Something in front of the token was reported and left out, or the token itself was: the
    // parser keeps quiet about what it misses here.
    bool after_error = false;
    uint32_t begin = 0;
    uint32_t end = 0;
    // Integer, Real, String, InterpolationText, HoleFormat: index into the buffer's table.
    // Char: its byte. Identifier: 1 if written with `@`. Opening brackets of all kinds, HoleOpen
    // and InterpolationBegin: the token that closes it, 0 if there is none.
    uint32_t value = 0;
};

struct IntegerValue {
    uint64_t value = 0;
    bool is_bits = false;  // 0x or 0b
    bool is_long = false;  // suffix L
};

struct RealValue {
    std::string_view text;  // digits without `_` and suffix
    double value = 0;
    char suffix = 0;  // 'f', 'd' or 0
};

struct Comment {
    Span span;
    bool is_doc = false;    // `///`
    bool is_block = false;  // `/* */`
};

struct TokenBuffer {
    SourceId source;
    std::string_view text;  // of the whole file
    std::vector<Token> tokens;
    std::vector<IntegerValue> integers;
    std::vector<RealValue> reals;
    std::vector<std::string_view> strings;  // decoded: String, InterpolationText, HoleFormat
    std::vector<Comment> comments;          // in order, for printers
    std::deque<std::string> storage;        // what `strings` and `reals` show that no source spells

    std::string_view text_of(const Token& t) const { return text.substr(t.begin, t.end - t.begin); }
    Span span_of(const Token& t) const { return {source, t.begin, t.end}; }
    // An identifier without its `@`.
    std::string_view name_of(const Token& t) const {
        return text.substr(t.begin + t.value, t.end - t.begin - t.value);
    }
};

// Needs a file of less than 4 GiB that stays in `sources` as long as the buffer is used.
TokenBuffer lex(const Sources& sources, SourceId source, diag::Sink& diag);

// One token a line: line:column, kind, text, and the decoded value of literals (--dump=tokens).
std::string dump(const Sources& sources, const TokenBuffer& buffer);

}  // namespace dream::lex
