// Patterns, and the switch expressions that are made of them.
#include "parse/parser.h"

namespace dream::parse {

namespace {

constexpr int kShift = 10;  // the operands of a pattern are at least as tight as `<<`

}  // namespace

// pattern = and_pattern { "or" and_pattern }
// `after_is`: behind `is` a lone name is a type's.
Pattern* Parser::pattern(bool after_is) {
    Nest nest(*this);
    if (!nest.ok) return done(make<ErrorPattern>(), pos_);
    uint32_t first = pos_;
    Pattern* lhs = and_pattern(after_is);
    while (at_word("or")) {
        advance();
        lhs = done(binary_pattern(true, lhs, and_pattern(after_is)), first);
    }
    return lhs;
}

// and_pattern = unary_pattern { "and" unary_pattern }
Pattern* Parser::and_pattern(bool after_is) {
    uint32_t first = pos_;
    Pattern* lhs = unary_pattern(after_is);
    while (at_word("and")) {
        advance();
        lhs = done(binary_pattern(false, lhs, unary_pattern(after_is)), first);
    }
    return lhs;
}

BinaryPattern* Parser::binary_pattern(bool is_or, Pattern* lhs, Pattern* rhs) {
    auto* node = make<BinaryPattern>();
    node->is_or = is_or;
    node->lhs = lhs;
    node->rhs = rhs;
    grow(node, lhs);
    grow(node, rhs);
    return node;
}

// unary_pattern = "not" unary_pattern | primary_pattern
Pattern* Parser::unary_pattern(bool after_is) {
    if (!at_word("not")) return primary_pattern(after_is);
    Nest nest(*this);
    if (!nest.ok) return done(make<ErrorPattern>(), pos_);
    uint32_t first = pos_;
    advance();
    auto* node = make<NotPattern>();
    node->inner = unary_pattern(after_is);
    grow(node, node->inner);
    return done(node, first);
}

// primary_pattern = "(" pattern ")" | ( "<" | "<=" | ">" | ">=" ) constant | "var" name | "_"
//                 | type [ name ] | constant
Pattern* Parser::primary_pattern(bool after_is) {
    uint32_t first = pos_;
    using enum TokenKind;
    switch (kind()) {
        case TokenKind::Less:
        case TokenKind::LessEqual:
        case TokenKind::Greater:
        case TokenKind::GreaterEqual: {
            auto* node = make<RelationalPattern>();
            node->op = at(TokenKind::Less)        ? BinaryOp::Less
                       : at(TokenKind::LessEqual) ? BinaryOp::LessEqual
                       : at(TokenKind::Greater)   ? BinaryOp::Greater
                                                  : BinaryOp::GreaterEqual;
            advance();
            node->value = binary(kShift);
            grow(node, node->value);
            return done(node, first);
        }
        case OpenParen: {
            if (is_cast() || continues_constant(match(first) + 1)) return constant_pattern();
            advance();
            Pattern* inner = pattern(after_is);
            expect_close(CloseParen, first);
            return inner;
        }
        case OpenBrace: return foreign_pattern("property");
        case OpenBracket: return foreign_pattern("list");
        default: break;
    }
    if (at_word("_")) {
        advance();
        return done(make<DiscardPattern>(), first);
    }
    if (at_word("var") && peek() == Identifier) {
        advance();
        auto* node = make<VarPattern>();
        node->name = expect_name();
        return done(node, first);
    }
    return type_or_constant_pattern(after_is);
}

Pattern* Parser::foreign_pattern(std::string_view what) {
    uint32_t first = pos_;
    error<diag::ForeignPattern>(here(), what);
    skip_balanced();
    if (at(TokenKind::Identifier) && !at_word("when") && !at_word("and") && !at_word("or"))
        advance();
    return done(make<ErrorPattern>(), first);
}

// Whether token i goes on with a constant that ends in front of it.
bool Parser::continues_constant(uint32_t i) const {
    using enum TokenKind;
    switch (kind_at(i)) {
        case TokenKind::Plus:
        case TokenKind::Minus:
        case Star:
        case Slash:
        case Percent:
        case LessLess:
        case OpenParen:
        case Dot:
        case QuestionDot:
        case OpenBracket: return true;
        default: return false;
    }
}

Pattern* Parser::type_or_constant_pattern(bool after_is) {
    uint32_t first = pos_;
    Scan scan = scan_type(pos_, Stars::No);
    using enum TokenKind;
    // `int.MaxValue`, `uint.MaxValue`
    bool is_value_of_type = !at(Identifier) && kind_at(scan.end) == Dot;
    if (scan.end == 0 || is_value_of_type) return constant_pattern();
    auto is_connective = [&](uint32_t i) {
        return is_word(i, "when") || is_word(i, "and") || is_word(i, "or");
    };
    bool has_name = kind_at(scan.end) == Identifier && !is_connective(scan.end);
    if (!has_name && kind_at(scan.end) == Identifier && is_connective(scan.end)) {
        // `T when when ...`: the first is a name
        has_name =
            is_connective(scan.end + 1) && !is_word(scan.end, "and") && !is_word(scan.end, "or");
    }
    bool is_type = has_name || scan.is_certain;
    if (!is_type) {
        if (!continues_constant(scan.end))
            is_type = after_is || (scan.is_single_name && is_type_name(name_at(pos_).text));
        if (kind_at(scan.end - 1) == CloseBracket) is_type = false;  // `a[3]`
    }
    if (!is_type) return constant_pattern();
    auto* node = make<TypePattern>();
    node->type = array_suffix(type_core());
    grow(node, node->type);
    if (at(OpenBrace) && kind_at(match(pos_) + 1) != Identifier && kind_at(pos_ + 2) == Colon)
        return foreign_pattern("property");
    if (has_name) node->name = expect_name();
    return done(node, first);
}

Pattern* Parser::constant_pattern() {
    uint32_t first = pos_;
    auto* node = make<ConstantPattern>();
    node->value = binary(kShift);
    grow(node, node->value);
    return done(node, first);
}

// switch_expr = postfix "switch" "{" [ arm { "," arm } [ "," ] ] "}"
// arm = pattern [ "when" condition ] "=>" expr
Expr* Parser::switch_expr(Expr* value, uint32_t first) {
    Nest nest(*this);
    if (!nest.ok) return error_expr();
    advance();
    auto* node = make<SwitchExpr>();
    node->value = value;
    grow(node, value);
    uint32_t open = pos_;
    advance();
    Building<SwitchExprArm> arms(*this);
    while (!at(TokenKind::CloseBrace) && !at_end()) {
        int errors = errors_;
        uint32_t start = pos_;
        SwitchExprArm arm;
        arm.pattern = pattern(false);
        grow(node, arm.pattern);
        if (at_word("when")) {
            advance();
            arm.guard = conditional();
            grow(node, arm.guard);
        }
        arm.value = expect(TokenKind::Arrow) ? expr() : error_expr();
        grow(node, arm.value);
        arm.span = span_from(start);
        arms.add(arm);
        if (errors != errors_ && !at(TokenKind::Comma)) skip_in_list(TokenKind::CloseBrace);
        if (!accept(TokenKind::Comma)) break;
    }
    expect_close(TokenKind::CloseBrace, open);
    node->arms = arms.finish();
    return done(node, first);
}

}  // namespace dream::parse
