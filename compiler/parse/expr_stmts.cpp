// Expressions as statements, and what cannot be a statement: clauses without their statement, words
// of C# that Dream lacks.
#include "parse/parser.h"

namespace dream::parse {

Stmt* Parser::expr_stmt() {
    uint32_t first = pos_;
    using enum TokenKind;
    if (at(Identifier) && peek() == Colon && !is_word(pos_, "default")) {
        error<diag::NoLabels>(here());
        advance();
        advance();
        return error_stmt(first);
    }
    if (at(OpenBracket) && match(pos_)) {
        TokenKind next = kind_at(match(pos_) + 1);
        bool is_attribute = next == Class || next == Struct || next == Enum || next == Func ||
                            next == Public || next == Static || next == Extern ||
                            next == TokenKind::Void;
        if (is_attribute) {
            error<diag::NoAttributes>(cover(here(), span_at(match(pos_))));
            skip_balanced();
            return error_stmt(first);
        }
    }
    if ((at_word("yield") && (peek() == TokenKind::Return || peek() == TokenKind::Break)) ||
        (at_word("await") && peek() == Identifier)) {
        error<diag::KeywordNotInDream>(here(), buffer_.text_of(tok()));
        advance();
        return stmt(Place::Local);
    }
    int errors = errors_;
    auto* node = make<ExprStmt>();
    node->expr = expr();
    grow(node, node->expr);
    if (errors != errors_) {
        // What follows a broken expression is part of it.
        if (!accept(Semicolon) && !starts_line(pos_))
            skip_statement();
        else if (pos_ == first)
            skip_statement();
        return done(node, first);
    }
    switch (node->expr->kind) {
        case ExprKind::Assign:
        case ExprKind::Call:
        case ExprKind::New:
        case ExprKind::NullChain:
        case ExprKind::ErrorExpr: break;
        case ExprKind::Unary: {
            UnaryOp op = static_cast<Unary*>(node->expr)->op;
            if (op == UnaryOp::PreIncrement || op == UnaryOp::PreDecrement || is_postfix(op)) break;
            complain<diag::NotAStatement>(node->expr->span);
            break;
        }
        default: {
            // behind it may stand the rest of something else: then that is the message
            if (!at(Semicolon) && !starts_line(pos_) && !at(CloseBrace)) break;
            auto* report = complain<diag::NotAStatement>(node->expr->span);
            const Binary* compare = try_as<Binary>(node->expr);
            if (report && compare && compare->op == BinaryOp::Equal)
                report->fix(compare->op_span, "=");
            break;
        }
    }
    expect_semicolon();
    return done(node, first);
}

// A clause whose statement is missing: `else` without `if` and so on.
Stmt* Parser::orphan_stmt() {
    uint32_t first = pos_;
    using enum TokenKind;
    std::string_view owner = at(Else)                              ? "if"
                             : at(TokenKind::Catch) || at(Finally) ? "try"
                                                                   : "switch";
    error<diag::ClauseAlone>(here(), spelling(kind()), owner);
    if (at(TokenKind::Catch)) {
        catch_clause();
    } else if (at(Case)) {
        advance();
        pattern(false);
        accept(Colon);
    } else {
        advance();
        accept(Colon);
    }
    return error_stmt(first);
}

// Statements of C# that Dream lacks; what they hold is read nonetheless.
Stmt* Parser::reserved_stmt() {
    uint32_t first = pos_;
    std::string_view word = buffer_.text_of(tok());
    if (is_foreign_type(word)) {
        if (starts_variable()) return decl_stmt(declaration(Place::Local), first);
        return expr_stmt();
    }
    using enum TokenKind;
    bool is_modifier = word == "internal" || word == "volatile" || word == "unsafe" ||
                       word == "implicit" || word == "explicit" || word == "event";
    if (is_modifier && peek() != OpenBrace) return decl_stmt(declaration(Place::TopLevel), first);
    error<diag::KeywordNotInDream>(here(), word);
    advance();
    if (word == "goto") {
        skip_statement();
    } else if (word == "namespace") {
        while (at(Identifier) || at(Dot)) advance();
        // its members are read as if they stood in the file
        if (at(OpenBrace)) {
            uint32_t open = pos_;
            advance();
            stmts_until_brace(Place::TopLevel);
            expect_close(CloseBrace, open);
        } else {
            accept(Semicolon);
        }
    } else if (word == "lock" || word == "fixed") {
        if (at(OpenParen)) skip_balanced();
        return stmt(Place::Local);
    } else if (at(OpenBrace)) {
        return block();  // checked, unchecked, unsafe
    } else {
        skip_statement();
    }
    return error_stmt(first);
}

}  // namespace dream::parse
