// Statements.
#include "parse/parser.h"

namespace dream::parse {

// stmt = block | ";" | if | while | do | for | foreach | switch | return | throw | try | using
//      | "break" ";" | "continue" ";" | declaration | expr ";"
// `place` is TopLevel or Local.
Stmt* Parser::stmt(Place place) {
    Nest nest(*this);
    uint32_t first = pos_;
    if (!nest.ok) return error_stmt(first);
    using enum TokenKind;
    switch (kind()) {
        case OpenBrace: return block();
        case Semicolon: advance(); return done(make<Empty>(), first);
        case TokenKind::If: return if_stmt();
        case TokenKind::While: return while_stmt();
        case Do: return do_stmt();
        case TokenKind::For: return for_stmt();
        case TokenKind::Foreach: return foreach_stmt();
        case TokenKind::Switch: return switch_stmt();
        case TokenKind::Return: return return_stmt();
        case TokenKind::Throw: return throw_stmt();
        case TokenKind::Try: return try_stmt();
        case TokenKind::Using: return using_stmt();
        case TokenKind::Break:
            advance();
            expect_semicolon();
            return done(make<ast::Break>(), first);
        case TokenKind::Continue:
            advance();
            expect_semicolon();
            return done(make<ast::Continue>(), first);
        case TokenKind::Catch:
        case Finally:
        case Else:
        case Case: return orphan_stmt();
        case TokenKind::Default:
            if (peek() == Colon) return orphan_stmt();
            break;
        case CloseParen:
        case CloseBracket: {
            error<diag::UnmatchedCloser>(here(), spelling(kind()));
            skip_statement();
            return error_stmt(first);
        }
        case Ref:
        case Out:
        case Params:
        case In: {
            error<diag::MisplacedWord>(here(), spelling(kind()));
            advance();
            return stmt(place);
        }
        case Reserved: return reserved_stmt();
        default: break;
    }
    if (starts_declaration(place)) return decl_stmt(declaration(place), first);
    return expr_stmt();
}

Stmt* Parser::error_stmt(uint32_t first) {
    return done(make<ErrorStmt>(), first);
}

Stmt* Parser::decl_stmt(Decl* decl, uint32_t first) {
    auto* node = make<DeclStmt>();
    node->decl = decl;
    grow(node, decl);
    return done(node, first);
}

// Whether a declaration starts here, as opposed to an expression.
bool Parser::starts_declaration(Place place) const {
    using enum TokenKind;
    switch (kind()) {
        case Const:
        case Static:
        case Extern:
        case Public:
        case Private:
        case Protected:
        case Abstract:
        case Virtual:
        case Override:
        case Sealed:
        case Readonly:
        case Class:
        case Struct:
        case TokenKind::Interface:
        case Enum:
        case Func: return true;
        case Operator: return true;
        case Reserved: return false;
        case Identifier: break;
        default: return starts_variable();
    }
    // Words that are names elsewhere.
    TokenKind next = peek();
    bool starts = next == Identifier || is_predefined(next) || next == Func;
    if (at_word("typedef") && starts) return true;
    if ((at_word("import") || at_word("module")) && next == Identifier && place == Place::Local)
        return true;
    if (at_word("export")) {
        switch (next) {
            case Class:
            case Struct:
            case Enum:
            case TokenKind::Interface:
            case Const:
            case Static:
            case Extern:
            case Abstract:
            case Sealed: return true;
            default:
                if (starts) return true;
                break;
        }
    }
    return starts_variable();
}

// type name: nothing but a declaration has two names in a row.
bool Parser::starts_variable() const {
    if (!starts_type()) return false;
    uint32_t end = scan_type(pos_, Stars::OfKnownTypes).end;
    // `List<int x;`: a type is compared with nothing
    if (end == 0)
        return peek() == TokenKind::Less && is_predefined(peek(2)) && peek(3) != TokenKind::Dot;
    // `int while;`: the message is about the name
    bool is_bad_name = is_predefined(kind()) && end == pos_ + 1 && kind_at(end) != TokenKind::Dot &&
                       lex::is_keyword(kind_at(end)) && !starts_line(end);
    if (is_bad_name) return true;
    if (kind_at(end) != TokenKind::Identifier) return kind_at(end) == TokenKind::Operator;
    // `a and b`, `a or b` are mistaken operators
    bool is_word_operator = (is_word(end, "and") || is_word(end, "or")) &&
                            kind_at(end + 1) != TokenKind::Equal &&
                            kind_at(end + 1) != TokenKind::Semicolon;
    return !is_word_operator;
}

// block = "{" { stmt } "}"
Block* Parser::block() {
    uint32_t open = pos_;
    auto* node = make<Block>();
    if (!expect(TokenKind::OpenBrace)) {
        node->close_span = behind();
        return done(node, open);
    }
    node->stmts = stmts_until_brace(Place::Local);
    for (Stmt* s : node->stmts) grow(node, s);
    node->close_span = at(TokenKind::CloseBrace) ? here() : behind();
    expect_close(TokenKind::CloseBrace, open);
    return done(node, open);
}

List<Stmt*> Parser::stmts_until_brace(Place place) {
    Building<Stmt*> stmts(*this);
    while (!at(TokenKind::CloseBrace) && !at_end()) {
        uint32_t first = pos_;
        stmts.add(stmt(place));
        if (pos_ == first) advance();
    }
    return stmts.finish();
}

// The statement behind `if (...)`, `while (...)` and the like.
Stmt* Parser::body_stmt() {
    Stmt* body = stmt(Place::Local);
    if (body->kind == StmtKind::DeclStmt)
        complain<diag::DeclarationAsBody>(static_cast<DeclStmt*>(body)->decl->span);
    return body;
}

// condition = "(" expr ")"
Expr* Parser::condition() {
    uint32_t open = pos_;
    if (expect(TokenKind::OpenParen)) {
        Expr* e = expr();
        expect_close(TokenKind::CloseParen, open);
        return e;
    }
    // The parentheses are missing altogether, most likely.
    return at(TokenKind::OpenBrace) ? error_expr() : expr();
}

// if = "if" condition stmt { "else" "if" condition stmt } [ "else" stmt ]
Stmt* Parser::if_stmt() {
    uint32_t first = pos_;
    auto* node = make<If>();
    Building<IfArm> arms(*this);
    for (;;) {
        uint32_t start = pos_;
        advance();
        IfArm arm;
        arm.condition = condition();
        arm.then = body_stmt();
        arm.span = span_from(start);
        grow(node, arm.condition);
        grow(node, arm.then);
        arms.add(arm);
        if (!accept(TokenKind::Else)) break;
        if (!at(TokenKind::If)) {
            node->otherwise = body_stmt();
            grow(node, node->otherwise);
            break;
        }
    }
    node->arms = arms.finish();
    return done(node, first);
}

// while = "while" condition stmt
Stmt* Parser::while_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::While>();
    node->condition = condition();
    node->body = body_stmt();
    grow(node, node->condition);
    grow(node, node->body);
    return done(node, first);
}

// do = "do" stmt "while" condition ";"
Stmt* Parser::do_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<DoWhile>();
    node->body = body_stmt();
    node->condition = expect(TokenKind::While) ? condition() : error_expr();
    grow(node, node->body);
    grow(node, node->condition);
    expect_semicolon();
    return done(node, first);
}

// for = "for" "(" [ variables | expr_list ] ";" [ expr ] ";" [ expr_list ] ")" stmt
Stmt* Parser::for_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::For>();
    uint32_t open = pos_;
    if (expect(TokenKind::OpenParen)) {
        if (starts_variable()) {
            uint32_t start = pos_;
            Type* t = type();
            node->variables = variables_without_end({}, start, t);
        } else {
            node->init = expr_list(TokenKind::Semicolon);
        }
        if (expect(TokenKind::Semicolon)) {
            if (!at(TokenKind::Semicolon)) node->condition = expr();
            if (expect(TokenKind::Semicolon)) node->step = expr_list(TokenKind::CloseParen);
        }
        expect_close(TokenKind::CloseParen, open);
    }
    node->body = body_stmt();
    grow(node, node->variables);
    for (Expr* e : node->init) grow(node, e);
    grow(node, node->condition);
    for (Expr* e : node->step) grow(node, e);
    grow(node, node->body);
    return done(node, first);
}

// expr_list = [ expr { "," expr } ]
List<Expr*> Parser::expr_list(TokenKind close) {
    Building<Expr*> list(*this);
    if (at(close)) return {};
    do {
        list.add(expr());
    } while (accept(TokenKind::Comma));
    return list.finish();
}

// foreach = "foreach" "(" type name "in" expr ")" stmt
Stmt* Parser::foreach_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::Foreach>();
    uint32_t open = pos_;
    bool has_head = expect(TokenKind::OpenParen);
    if (has_head && at(TokenKind::Identifier) && peek() == TokenKind::In) {
        if (auto* report = error<diag::ForeachNeedsType>(here()))
            report->fix({buffer_.source, here().begin, here().begin}, "var ");
        node->type = error_type();
    } else {
        node->type = has_head ? unsized_type() : error_type();
    }
    node->name = has_head ? expect_name() : Name{{}, behind()};
    node->collection = has_head && expect(TokenKind::In) ? expr() : error_expr();
    if (has_head) expect_close(TokenKind::CloseParen, open);
    node->body = body_stmt();
    grow(node, node->type);
    grow(node, node->collection);
    grow(node, node->body);
    return done(node, first);
}

// ---- switch ------------------------------------------------------------------------------------

// switch = "switch" condition "{" { section } "}"
Stmt* Parser::switch_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::Switch>();
    node->value = condition();
    grow(node, node->value);
    uint32_t open = pos_;
    if (!expect(TokenKind::OpenBrace)) return done(node, first);
    Building<SwitchSection> sections(*this);
    while (!at(TokenKind::CloseBrace) && !at_end()) {
        uint32_t start = pos_;
        bool is_label =
            at(TokenKind::Case) || (at(TokenKind::Default) && peek() == TokenKind::Colon);
        if (!is_label) {
            error<diag::ExpectedToken>(here(), "'case' or 'default'", found());
            stmt(Place::Local);
            if (pos_ == start) advance();
            continue;
        }
        SwitchSection section = switch_section();
        for (const SwitchLabel& label : section.labels) {
            grow(node, label.pattern);
            grow(node, label.guard);
        }
        for (Stmt* s : section.stmts) grow(node, s);
        sections.add(section);
    }
    node->close_span = at(TokenKind::CloseBrace) ? here() : behind();
    expect_close(TokenKind::CloseBrace, open);
    node->sections = sections.finish();
    return done(node, first);
}

// section = label { label } { stmt }
// label = "case" pattern [ "when" expr ] ":" | "default" ":"
SwitchSection Parser::switch_section() {
    SwitchSection section;
    auto at_label = [&] {
        return at(TokenKind::Case) || (at(TokenKind::Default) && peek() == TokenKind::Colon);
    };
    Building<SwitchLabel> labels(*this);
    while (at_label()) {
        uint32_t first = pos_;
        SwitchLabel label;
        if (accept(TokenKind::Case)) {
            label.pattern = pattern(false);
            if (at_word("when")) {
                advance();
                label.guard = expr();
            }
        } else {
            advance();
        }
        if (!expect(TokenKind::Colon)) {
            // `case 1, 2:` and the like
            uint32_t i = pos_;
            while (kind_at(i) != TokenKind::Colon && kind_at(i) != TokenKind::End &&
                   !starts_line(i))
                ++i;
            if (kind_at(i) == TokenKind::Colon) pos_ = i + 1;
        }
        label.span = span_from(first);
        labels.add(label);
    }
    section.labels = labels.finish();
    Building<Stmt*> stmts(*this);
    while (!at_label() && !at(TokenKind::CloseBrace) && !at_end()) {
        uint32_t first = pos_;
        stmts.add(stmt(Place::Local));
        if (pos_ == first) advance();
    }
    section.stmts = stmts.finish();
    return section;
}

// ---- leaving -----------------------------------------------------------------------------------

// return = "return" [ expr ] ";"
Stmt* Parser::return_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::Return>();
    if (!at(TokenKind::Semicolon) && !at(TokenKind::CloseBrace) && !at_end()) {
        node->value = expr();
        grow(node, node->value);
    }
    expect_semicolon();
    return done(node, first);
}

// throw = "throw" [ expr ] ";"
Stmt* Parser::throw_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::Throw>();
    if (!at(TokenKind::Semicolon) && !at(TokenKind::CloseBrace) && !at_end()) {
        node->value = expr();
        grow(node, node->value);
    }
    expect_semicolon();
    return done(node, first);
}

// try = "try" block { catch } [ "finally" block ]
Stmt* Parser::try_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::Try>();
    int errors = errors_;
    node->body = block();
    grow(node, node->body);
    Building<Catch> catches(*this);
    while (at(TokenKind::Catch)) {
        Catch clause = catch_clause();
        grow(node, clause.type);
        grow(node, clause.filter);
        grow(node, clause.body);
        catches.add(clause);
    }
    if (at(TokenKind::Finally)) {
        node->finally_span = here();
        advance();
        node->finally = block();
        grow(node, node->finally);
    }
    node->catches = catches.finish();
    if (node->catches.empty() && !node->finally && errors == errors_)
        complain<diag::TryAlone>(span_at(first));
    return done(node, first);
}

// catch = "catch" [ "(" type [ name ] ")" ] [ "when" condition ] block
Catch Parser::catch_clause() {
    uint32_t first = pos_;
    advance();
    Catch clause;
    if (at(TokenKind::OpenParen)) {
        uint32_t open = pos_;
        advance();
        clause.type = unsized_type();
        if (at(TokenKind::Identifier)) clause.name = expect_name();
        expect_close(TokenKind::CloseParen, open);
    }
    clause.span = span_from(first);
    if (at_word("when")) {
        advance();
        clause.filter = condition();
    }
    clause.body = block();
    return clause;
}

// using = "using" "(" ( variables | expr ) ")" stmt | "using" variables ";"
Stmt* Parser::using_stmt() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::Using>();
    if (at(TokenKind::OpenParen)) {
        uint32_t open = pos_;
        advance();
        if (starts_variable()) {
            uint32_t start = pos_;
            Type* t = type();
            node->variables = variables_without_end({}, start, t);
        } else {
            node->value = expr();
        }
        expect_close(TokenKind::CloseParen, open);
        node->body = body_stmt();
        grow(node, node->body);
    } else if (starts_variable()) {
        uint32_t start = pos_;
        Type* t = type();
        node->variables = variables_without_end({}, start, t);
        expect_semicolon();
    } else {
        // `using System;`
        if (auto* report = error<diag::UsingDirective>(span_at(first)))
            if (at(TokenKind::Identifier)) report->fix(span_at(first), "import");
        skip_statement();
        return error_stmt(first);
    }
    grow(node, node->variables);
    grow(node, node->value);
    return done(node, first);
}

}  // namespace dream::parse
