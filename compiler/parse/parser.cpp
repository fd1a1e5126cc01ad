// Tokens, messages and recovery, and the pass that collects the names of types.
//
// Recovery is panic mode with a memory: after a message, nothing more is reported until another
// token is reached; a list goes on behind its next comma, a statement behind its `;` or on a new
// line, a bracket behind the one that closes it (the lexer paired them).
#include "parse/parser.h"

#include <algorithm>

namespace dream::parse {

namespace {

constexpr int kMaxErrors = 100;  // messages about one file

}  // namespace

File* parse(const Sources& sources, SourceId, const lex::TokenBuffer& tokens, Arena& arena,
            diag::Sink& diag, const Options& options) {
    return Parser(sources, tokens, arena, diag, options).file();
}

Parser::Parser(const Sources& sources, const lex::TokenBuffer& tokens, Arena& arena,
               diag::Sink& diag, const Options& options)
    : sources_(sources),
      buffer_(tokens),
      tokens_(tokens.tokens.data()),
      count_(static_cast<uint32_t>(tokens.tokens.size())),
      arena_(arena),
      diag_(diag),
      library_types_(options.library_types),
      imports_(options.imports) {
    for (std::string_view name : options.type_names) ++type_names_[name];
}

// file = [ module ] { import | declaration | statement }
File* Parser::file() {
    File* file = arena_.make<File>();
    file->source = buffer_.source;
    scan_type_names();
    Building<Import*> imports(*this);
    Building<Stmt*> items(*this);
    while (!at_end()) {
        uint32_t first = pos_;
        if (at_word("module") && peek() == TokenKind::Identifier) {
            bool is_first = items.size() == 0 && imports.size() == 0 && !file->module;
            if (!is_first) error<diag::ModuleNotFirst>(here());
            Module* module = module_decl();
            if (is_first) file->module = module;
        } else if (at_word("import") && peek() == TokenKind::Identifier) {
            imports.add(import_decl());
        } else if (at(TokenKind::CloseBrace)) {
            if (missing_openers_ > 0)
                --missing_openers_;
            else
                error<diag::UnmatchedCloser>(here(), "}");
            advance();
        } else {
            items.add(stmt(Place::TopLevel));
        }
        if (pos_ == first) advance();
    }
    file->imports = imports.finish();
    file->items = items.finish();
    return file;
}

// ---- messages ----------------------------------------------------------------------------------

bool Parser::may_report() {
    ++errors_;
    if (given_up_ || silent_at_ == pos_ || reported_ >= kMaxErrors) return false;
    silent_at_ = pos_;
    if (tok().after_error) return false;
    ++reported_;
    return true;
}

bool Parser::may_complain() {
    ++errors_;
    if (given_up_ || reported_ >= kMaxErrors) return false;
    ++reported_;
    return true;
}

// The rest of the file is passed over: whoever is deep in it finds the end of file.
void Parser::too_deep(Span at, int limit) {
    if (!given_up_) diag_.report<diag::TooDeep>(at, limit);
    given_up_ = true;
    pos_ = count_ - 1;
}

std::string Parser::found(uint32_t i) const {
    const Token& t = token_at(i);
    using enum TokenKind;
    if (t.kind == End) return "end of file";
    if (t.kind == String || t.kind == InterpolationBegin) return "a string";
    if (t.kind == InterpolationText || t.kind == InterpolationFinish) return "the end of the hole";
    std::string_view text = buffer_.text_of(t);
    if (text.size() > 40) return std::string(describe(t.kind));
    return fmt::format("'{}'", text);
}

Span Parser::span_from(uint32_t first) const {
    uint32_t last = pos_ > first ? pos_ - 1 : first;
    const Token& a = token_at(first);
    const Token& b = token_at(last);
    return {buffer_.source, a.begin, pos_ > first ? b.end : a.begin};
}

Span Parser::behind() const {
    uint32_t end = pos_ > 0 ? token_at(pos_ - 1).end : tok().begin;
    return {buffer_.source, end, end};
}

bool Parser::starts_line(uint32_t i) const {
    if (i == 0) return true;
    uint32_t from = token_at(i - 1).end;
    std::string_view gap = buffer_.text.substr(from, token_at(i).begin - from);
    return gap.find_first_of("\r\n") != std::string_view::npos;
}

bool Parser::expect(TokenKind k) {
    if (accept(k)) return true;
    // At the end of a line the place to look at is where the token is missing.
    Span at = starts_line(pos_) || at_end() ? behind() : here();
    error<diag::ExpectedToken>(at, describe(k), found());
    return false;
}

void Parser::expect_semicolon() {
    if (accept(TokenKind::Semicolon)) return;
    Span at = behind();
    if (auto* report = error<diag::ExpectedSemicolon>(at)) report->fix(at, ";");
    if (!starts_line(pos_)) skip_statement();
}

bool Parser::expect_close(TokenKind k, uint32_t open) {
    if (accept(k)) return true;
    uint32_t close = match(open);
    if (close == 0)
        error<diag::UnclosedBracket>(span_at(open), buffer_.text_of(token_at(open)));
    else
        error<diag::ExpectedToken>(starts_line(pos_) ? behind() : here(), describe(k), found());
    // Go on behind the bracket that closes it, if what lies between was begun already.
    if (close >= pos_ && !given_up_) {
        pos_ = close;
        return accept(k);
    }
    return false;
}

Name Parser::expect_name() {
    if (at(TokenKind::Identifier)) {
        Name name = name_at(pos_);
        advance();
        return name;
    }
    if (lex::is_keyword(kind()) && !starts_line(pos_)) {
        Name name{buffer_.text_of(tok()), here()};
        if (auto* report = error<diag::KeywordAsName>(here(), name.text))
            report->fix(here(), fmt::format("@{}", name.text));
        advance();
        return name;
    }
    error<diag::ExpectedName>(starts_line(pos_) || at_end() ? behind() : here(), found());
    return {{}, behind()};
}

// ---- recovery ----------------------------------------------------------------------------------

void Parser::skip_balanced() {
    uint32_t close = match(pos_);
    using enum TokenKind;
    bool opens = at(OpenParen) || at(OpenBracket) || at(OpenBrace) || at(InterpolationBegin);
    if (opens && close > pos_) pos_ = close;
    advance();
}

// Passes over the rest of a broken statement: up to its `;`, its block, the block around it, or a
// line that starts with a keyword.
void Parser::skip_statement() {
    using enum TokenKind;
    for (uint32_t first = pos_; !at_end(); skip_balanced()) {
        switch (kind()) {
            case Semicolon: advance(); return;
            case CloseBrace: return;
            case OpenBrace: skip_balanced(); return;
            case Case:
            case Catch:
            case Else:
            case Finally: return;
            case If:
            case While:
            case For:
            case Foreach:
            case Return:
            case Break:
            case Continue:
            case Do:
            case TokenKind::Switch:
            case TokenKind::Try:
            case TokenKind::Throw:
            case Using:
            case Func:
            case Class:
            case Struct:
            case Enum:
            case TokenKind::Interface:
            case Public:
            case Private:
            case Static:
                if (pos_ > first && starts_line(pos_)) return;
                break;
            default: break;
        }
    }
}

// Passes over a broken element of a list, up to a comma or what must end the list.
void Parser::skip_in_list(TokenKind close) {
    using enum TokenKind;
    while (!at_end() && !at(close) && !at(Comma) && !at(Semicolon) && !at(CloseParen) &&
           !at(CloseBracket) && !at(CloseBrace) && !at(OpenBrace) && !at(HoleClose) &&
           !at(InterpolationFinish))
        skip_balanced();
}

std::string_view Parser::keep_text(std::string_view text) {
    const char* begin = buffer_.text.data();
    if (std::less_equal<>{}(begin, text.data()) &&
        std::less_equal<>{}(text.data() + text.size(), begin + buffer_.text.size()))
        return text;
    return arena_.keep(text);
}

// ---- names of types ----------------------------------------------------------------------------

// Collects what the file declares, wherever, since declarations are visible before they are read.
void Parser::scan_type_names() {
    using enum TokenKind;
    for (uint32_t i = 0; i + 1 < count_; ++i) {
        TokenKind k = tokens_[i].kind;
        if (k == Class || k == Struct || k == Enum || k == TokenKind::Interface) {
            if (tokens_[i + 1].kind == Identifier) ++type_names_[buffer_.name_of(tokens_[i + 1])];
        } else if (k == Identifier && tokens_[i].end - tokens_[i].begin == 7 &&
                   is_word(i, "typedef")) {
            uint32_t start = kind_at(i + 1) == Func ? i + 2 : i + 1;
            uint32_t end = scan_type(start, Stars::Yes).end;
            if (end && kind_at(end) == Identifier) ++type_names_[buffer_.name_of(token_at(end))];
        }
    }
}

bool Parser::is_type_name(std::string_view name) const {
    auto known = type_names_.find(name);
    if (known != type_names_.end() && known->second > 0) return true;
    return std::binary_search(library_types_.begin(), library_types_.end(), name);
}

}  // namespace dream::parse
