// Tokens of the textual IR.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dream::ir {

enum class TextTokenKind : uint8_t { End, Name, Integer, Real, String, Char, Symbol, Bad };

struct TextToken {
    TextTokenKind kind = TextTokenKind::End;
    std::string text;        // of a name or string: what it stands for
    int copy = 1;            // of a name: the number behind #
    bool is_quoted = false;  // a name in backquotes is never a word of the grammar
    bool starts_line = false;
    int line = 0;
};

// The last token is End.
std::vector<TextToken> lex_text(std::string_view text);

}  // namespace dream::ir
