// Outlines. An outline is read from tokens and says nothing about mistakes: the parser sees the same
// tokens later.
#include "driver/modules.h"

namespace dream::driver {

using lex::Token;
using lex::TokenKind;

namespace {

class OutlineReader {
  public:
    explicit OutlineReader(const lex::TokenBuffer& buffer) : buffer_(buffer) {}

    Outline read() {
        for (; !is(TokenKind::End); ++at_) token();
        return std::move(outline_);
    }

  private:
    bool is(TokenKind kind, size_t ahead = 0) const {
        return at_ + ahead < buffer_.tokens.size() ? buffer_.tokens[at_ + ahead].kind == kind
                                                   : kind == TokenKind::End;
    }
    bool is_word(std::string_view word) const {
        return is(TokenKind::Identifier) && buffer_.text_of(buffer_.tokens[at_]) == word;
    }
    const Token& tok(size_t ahead = 0) const { return buffer_.tokens[at_ + ahead]; }

    void token() {
        bool starts = starts_statement_;
        starts_statement_ = is(TokenKind::Semicolon) || is(TokenKind::CloseBrace);
        if (is(TokenKind::OpenBrace)) ++depth_;
        if (is(TokenKind::CloseBrace)) --depth_;
        if (depth_ > 0) return;
        if (starts) is_exported_ = false;
        bool names_something = is(TokenKind::Identifier, 1);
        bool declares_type = is(TokenKind::Class) || is(TokenKind::Struct) ||
                             is(TokenKind::Enum) || is(TokenKind::Interface);
        if (starts && names_something && is_word("module")) {
            outline_.module = dotted_name(outline_.module_span);
        } else if (starts && names_something && is_word("import")) {
            Span span;
            std::string name = dotted_name(span);
            if (!name.empty()) outline_.imports.push_back({name, span});
        } else if (starts && is_word("export")) {
            is_exported_ = true;
        } else if (declares_type && names_something) {
            outline_.types.push_back({buffer_.name_of(tok(1)), is_exported_});
        } else if (is_word("typedef")) {
            typedef_name();
        }
    }

    // Behind `module` or `import`: a.b, or "" where that is not what stands there.
    std::string dotted_name(Span& span) {
        std::string name;
        do {
            ++at_;
            if (!is(TokenKind::Identifier)) return "";
            if (!name.empty()) name += '.';
            name += buffer_.name_of(tok());
            span = cover(span, buffer_.span_of(tok()));
            ++at_;
        } while (is(TokenKind::Dot));
        --at_;
        starts_statement_ = is(TokenKind::Semicolon, 1) ? false : true;
        return name;
    }

    // `typedef func int Cmp(void* a);` `typedef int Handle;`: the name is in front of the last
    // parameter list, or of the semicolon.
    void typedef_name() {
        std::string_view name;
        int parens = 0;
        for (++at_; !is(TokenKind::Semicolon) && !is(TokenKind::End); ++at_) {
            if (parens == 0 && is(TokenKind::Identifier)) name = buffer_.name_of(tok());
            if (is(TokenKind::OpenParen)) ++parens;
            if (is(TokenKind::CloseParen)) --parens;
        }
        if (!name.empty()) outline_.types.push_back({name, is_exported_});
        starts_statement_ = true;
    }

    const lex::TokenBuffer& buffer_;
    Outline outline_;
    size_t at_ = 0;
    int depth_ = 0;
    bool starts_statement_ = true;
    bool is_exported_ = false;
};

}  // namespace

Outline read_outline(const lex::TokenBuffer& tokens) {
    return OutlineReader(tokens).read();
}

}  // namespace dream::driver
