// Operators and what binds looser than a primary expression, by precedence climbing. Chains of
// operators that associate to the left, and of calls, members and indices, are built in loops.
#include "parse/parser.h"

namespace dream::parse {

// ---- assignment, lambda, condition -------------------------------------------------------------

// expr = lambda | conditional [ assignment_operator expr ]
Expr* Parser::expr() {
    Nest nest(*this);
    if (!nest.ok) return error_expr();
    if (is_lambda()) return lambda();
    uint32_t first = pos_;
    Expr* target = conditional();
    bool is_compound = false;
    BinaryOp op = BinaryOp::Add;
    uint32_t length = 1;
    if (!assignment_operator(is_compound, op, length)) return target;
    auto* node = make<Assign>();
    node->is_compound = is_compound;
    node->op = op;
    node->op_span = cover(here(), span_at(pos_ + length - 1));
    for (; length > 0; --length) advance();
    node->target = target;
    node->value = expr();
    grow(node, node->target);
    grow(node, node->value);
    return done(node, first);
}

// assignment_operator = "=" | "+=" | "-=" | ... | "??="
bool Parser::assignment_operator(bool& is_compound, BinaryOp& op, uint32_t& length) const {
    auto compound = [&](BinaryOp with) {
        is_compound = true;
        op = with;
        return true;
    };
    using enum TokenKind;
    switch (kind()) {
        case Equal: return true;
        case PlusEqual: return compound(BinaryOp::Add);
        case MinusEqual: return compound(BinaryOp::Subtract);
        case StarEqual: return compound(BinaryOp::Multiply);
        case SlashEqual: return compound(BinaryOp::Divide);
        case PercentEqual: return compound(BinaryOp::Remainder);
        case AmpEqual: return compound(BinaryOp::BitAnd);
        case PipeEqual: return compound(BinaryOp::BitOr);
        case CaretEqual: return compound(BinaryOp::BitXor);
        case LessLessEqual: return compound(BinaryOp::ShiftLeft);
        case QuestionQuestionEqual: return compound(BinaryOp::Coalesce);
        case Greater:
            if (peek() != GreaterEqual || !adjacent(pos_ + 1)) return false;
            length = 2;
            return compound(BinaryOp::ShiftRight);
        default: return false;
    }
}

// conditional = binary [ "?" expr ":" expr ]
Expr* Parser::conditional() {
    uint32_t first = pos_;
    Expr* condition = binary(1);
    if (!at(TokenKind::Question)) return condition;
    advance();
    auto* node = make<Conditional>();
    node->condition = condition;
    node->yes = expr();
    node->no = expect(TokenKind::Colon) ? expr() : error_expr();
    grow(node, node->condition);
    grow(node, node->yes);
    grow(node, node->no);
    return done(node, first);
}

// `x =>` and `(...) =>`
bool Parser::is_lambda() const {
    if (at(TokenKind::Identifier)) return peek() == TokenKind::Arrow;
    return at(TokenKind::OpenParen) && match(pos_) && kind_at(match(pos_) + 1) == TokenKind::Arrow;
}

// lambda = ( name | "(" [ lambda_param { "," lambda_param } ] ")" ) "=>" ( expr | block )
// lambda_param = [ "ref" | "out" ] [ type ] name
Expr* Parser::lambda() {
    uint32_t first = pos_;
    auto* node = make<Lambda>();
    Building<Param> params(*this);
    if (at(TokenKind::Identifier)) {
        Param p;
        p.name = expect_name();
        p.span = p.name.span;
        params.add(p);
    } else {
        uint32_t open = pos_;
        advance();
        node->has_parens = true;
        while (!at(TokenKind::CloseParen) && !at_end()) {
            uint32_t start = pos_;
            if (at(TokenKind::Identifier) &&
                (peek() == TokenKind::Comma || peek() == TokenKind::CloseParen)) {
                Param p;
                p.name = expect_name();
                p.span = p.name.span;
                params.add(p);
            } else {
                params.add(param(false));
            }
            if (!at(TokenKind::CloseParen) && !expect(TokenKind::Comma))
                skip_in_list(TokenKind::CloseParen);
            if (pos_ == start) break;
        }
        expect_close(TokenKind::CloseParen, open);
    }
    node->params = params.finish();
    grow_params(node, node->params);
    node->arrow_span = here();
    expect(TokenKind::Arrow);
    if (at(TokenKind::OpenBrace)) {
        node->block = block();
        grow(node, node->block);
    } else {
        node->expr = expr();
        grow(node, node->expr);
    }
    return done(node, first);
}

// ---- binary operators --------------------------------------------------------------------------

Parser::OperatorToken Parser::binary_operator() const {
    auto as_op = [](BinaryOp op, uint32_t length = 1) {
        return OperatorToken{op, precedence(op), length};
    };
    using enum TokenKind;
    switch (kind()) {
        case Star: return as_op(BinaryOp::Multiply);
        case Slash: return as_op(BinaryOp::Divide);
        case Percent: return as_op(BinaryOp::Remainder);
        case TokenKind::Plus: return as_op(BinaryOp::Add);
        case TokenKind::Minus: return as_op(BinaryOp::Subtract);
        case LessLess: return as_op(BinaryOp::ShiftLeft);
        case TokenKind::Less: return as_op(BinaryOp::Less);
        case TokenKind::LessEqual: return as_op(BinaryOp::LessEqual);
        case TokenKind::GreaterEqual: return as_op(BinaryOp::GreaterEqual);
        case TokenKind::Greater:
            if (adjacent(pos_ + 1)) {
                if (peek() == TokenKind::Greater) return as_op(BinaryOp::ShiftRight, 2);
                if (peek() == TokenKind::GreaterEqual) return {};  // `>>=`
            }
            return as_op(BinaryOp::Greater);
        case EqualEqual: return as_op(BinaryOp::Equal);
        case BangEqual: return as_op(BinaryOp::NotEqual);
        case Amp: return as_op(BinaryOp::BitAnd);
        case Caret: return as_op(BinaryOp::BitXor);
        case Pipe: return as_op(BinaryOp::BitOr);
        case AmpAmp: return as_op(BinaryOp::And);
        case PipePipe: return as_op(BinaryOp::Or);
        case QuestionQuestion: return as_op(BinaryOp::Coalesce);
        case Identifier:
            if (at_word("and")) return as_op(BinaryOp::And);
            if (at_word("or")) return as_op(BinaryOp::Or);
            return {};
        default: return {};
    }
}

// Reports an operator of another language at this token, and takes it.
void Parser::foreign_operator() {
    std::string_view text = buffer_.text_of(tok());
    std::string_view better;
    if (at(TokenKind::Identifier))
        better = text == "and" ? "&&" : "||";
    else
        better = ".";
    if (auto* report = error<diag::ForeignOperator>(here(), text, better))
        report->fix(here(), std::string(better));
    advance();
}

// Takes `and`, `or`, `===`, `!==` or `<>`, with a message, for the operator that they start with.
bool Parser::foreign_comparison() {
    using enum TokenKind;
    if (at(Identifier)) {
        foreign_operator();
        return true;
    }
    if (!adjacent(pos_ + 1)) return false;
    bool is_triple = (at(EqualEqual) || at(BangEqual)) && peek() == Equal;
    bool is_diamond = at(TokenKind::Less) && peek() == TokenKind::Greater;
    if (!is_triple && !is_diamond) return false;
    Span whole = cover(here(), span_at(pos_ + 1));
    std::string_view better = at(EqualEqual) ? "==" : "!=";
    if (auto* report = error<diag::ForeignOperator>(whole, sources_.text(whole), better))
        report->fix(whole, std::string(better));
    advance();
    advance();
    return true;
}

Binary* Parser::make_binary(BinaryOp op, Expr* lhs, Expr* rhs, Span op_span) {
    auto* node = make<Binary>();
    node->op = op;
    node->op_span = op_span;
    node->lhs = lhs;
    node->rhs = rhs;
    node->height = lhs->height;  // a left spine counts once
    if (lhs->kind != ExprKind::Binary) grow(node, lhs);
    grow(node, rhs);
    return node;
}

// binary = unary { operator binary-of-higher-precedence | "is" pattern | "as" type }
// From `min_precedence` up; all levels associate to the left but `??`.
Expr* Parser::binary(int min_precedence) {
    constexpr int kTypeTest = 9;
    uint32_t first = pos_;
    Expr* lhs = unary();
    for (;;) {
        if (at(TokenKind::Is) && min_precedence <= kTypeTest) {
            advance();
            auto* node = make<ast::Is>();
            node->value = lhs;
            node->pattern = pattern(true);
            grow(node, node->value);
            grow(node, node->pattern);
            lhs = done(node, first);
            continue;
        }
        if (at(TokenKind::As) && min_precedence <= kTypeTest) {
            advance();
            auto* node = make<ast::As>();
            node->value = lhs;
            // `x as T ? a : b` and `x as T * y` go on behind the type
            node->type = array_suffix(type_core());
            grow(node, node->value);
            grow(node, node->type);
            lhs = done(node, first);
            continue;
        }
        OperatorToken found = binary_operator();
        if (found.precedence < min_precedence || found.precedence == 0) return lhs;
        Span op_span = cover(here(), span_at(pos_ + found.length - 1));
        if (!foreign_comparison())
            for (uint32_t i = 0; i < found.length; ++i) advance();
        Expr* rhs;
        if (found.op == BinaryOp::Coalesce) {
            Nest nest(*this);
            rhs = nest.ok ? binary(found.precedence) : error_expr();
        } else {
            rhs = binary(found.precedence + 1);
        }
        lhs = done(make_binary(found.op, lhs, rhs, op_span), first);
    }
}

// ---- prefix operators and casts ----------------------------------------------------------------

// unary = ( "+" | "-" | "!" | "~" | "++" | "--" | "*" | "&" ) unary | "(" type ")" unary
//       | "throw" expr | postfix
Expr* Parser::unary() {
    using enum TokenKind;
    switch (kind()) {
        case TokenKind::Plus: return unary_operator(UnaryOp::Plus);
        case TokenKind::Minus: return unary_operator(UnaryOp::Minus);
        case Bang: return unary_operator(UnaryOp::Not);
        case Tilde: return unary_operator(UnaryOp::Complement);
        case PlusPlus: return unary_operator(UnaryOp::PreIncrement);
        case MinusMinus: return unary_operator(UnaryOp::PreDecrement);
        case Star: return unary_operator(UnaryOp::Dereference);
        case Amp: return unary_operator(UnaryOp::AddressOf);
        case TokenKind::Throw: return throw_expr();
        case OpenParen: break;
        default: {
            uint32_t first = pos_;
            return postfix(primary(), first);
        }
    }
    uint32_t first = pos_;
    if (!is_cast()) return postfix(primary(), first);
    Nest nest(*this);
    if (!nest.ok) return error_expr();
    advance();
    auto* node = make<Cast>();
    node->type = unsized_type();
    expect_close(CloseParen, first);
    node->value = unary();
    grow(node, node->type);
    grow(node, node->value);
    return done(node, first);
}

Expr* Parser::unary_operator(UnaryOp op) {
    Nest nest(*this);
    if (!nest.ok) return error_expr();
    uint32_t first = pos_;
    auto* node = make<Unary>();
    node->op = op;
    node->op_span = here();
    advance();
    node->operand = unary();
    grow(node, node->operand);
    return done(node, first);
}

Expr* Parser::throw_expr() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ThrowExpr>();
    node->value = expr();
    grow(node, node->value);
    return done(node, first);
}

// Whether token i starts an operand that can stand behind a cast but not behind `(a)`.
bool Parser::starts_expr(uint32_t i) const {
    using enum TokenKind;
    switch (kind_at(i)) {
        case Identifier: {
            std::string_view word = buffer_.text_of(token_at(i));
            return word != "and" && word != "or" && word != "when";
        }
        case Integer:
        case Real:
        case TokenKind::Char:
        case TokenKind::String:
        case InterpolationBegin:
        case True:
        case False:
        case Null:
        case TokenKind::This:
        case TokenKind::Base:
        case TokenKind::New:
        case Sizeof:
        case TokenKind::Default:
        case Tilde:
        case Bang: return true;
        default: return is_predefined(kind_at(i));
    }
}

// C#'s rule, helped by the names of types: `(` type `)` is a cast if the type can be nothing else,
// or if an operand follows; where `(`, `[` or an operator follows, that is prefix and infix, if the
// name is known as a type's.
bool Parser::is_cast() const {
    using enum TokenKind;
    uint32_t close = match(pos_);
    if (close == 0) return false;
    Scan scan = scan_type(pos_ + 1, Stars::Yes);
    if (scan.end != close) return false;
    uint32_t next = close + 1;
    if (scan.is_certain) return true;
    TokenKind last = kind_at(close - 1);
    if (last == Star || last == Question) return true;
    if (last == CloseBracket) return starts_expr(next);  // `(a[3]) b` is an error either way
    if (starts_expr(next)) return true;
    if (!is_type_name(buffer_.name_of(token_at(close - 1)))) return false;
    switch (kind_at(next)) {
        case OpenParen:
        case OpenBracket:
        case TokenKind::Plus:
        case TokenKind::Minus:
        case Star:
        case Amp:
        case PlusPlus:
        case MinusMinus: return true;
        default: return false;
    }
}

// ---- postfix operators -------------------------------------------------------------------------

// postfix = primary { "." name | "?." name | "[" args "]" | "?[" args "]" | "(" args ")"
//                   | "++" | "--"
//                   | "switch" "{" arms "}" }
Expr* Parser::postfix(Expr* e, uint32_t first) {
    bool has_conditional = false;
    for (;;) {
        using enum TokenKind;
        switch (kind()) {
            case Dot: e = member(e, first, false); continue;
            case QuestionDot:
                has_conditional = true;
                e = member(e, first, true);
                continue;
            case ThinArrow:
            case ColonColon: e = member(e, first, false); continue;
            case OpenBracket: e = index(e, first, false); continue;
            case Question:
                // `a?[i]` without space; `a ? [1] : [2]` is a condition
                if (peek() != OpenBracket || !adjacent(pos_ + 1)) break;
                has_conditional = true;
                advance();
                e = index(e, first, true);
                continue;
            case OpenParen: {
                auto* call = make<Call>();
                uint32_t open = pos_;
                call->callee = e;
                call->args = args(CloseParen);
                call->args_span = span_from(open);
                grow(call, e);
                grow_args(call, call->args);
                e = done(call, first);
                continue;
            }
            case PlusPlus:
            case MinusMinus: {
                if (has_conditional) e = null_chain(e, first);
                has_conditional = false;
                auto* node = make<Unary>();
                node->op = at(PlusPlus) ? UnaryOp::PostIncrement : UnaryOp::PostDecrement;
                node->op_span = here();
                node->operand = e;
                grow(node, e);
                advance();
                e = done(node, first);
                continue;
            }
            case TokenKind::Switch:
                if (peek() != OpenBrace) break;
                if (has_conditional) e = null_chain(e, first);
                has_conditional = false;
                e = switch_expr(e, first);
                continue;
            default: break;
        }
        return has_conditional ? null_chain(e, first) : e;
    }
}

Expr* Parser::null_chain(Expr* e, uint32_t first) {
    auto* node = make<NullChain>();
    node->chain = e;
    grow(node, e);
    return done(node, first);
}

// member = ( "." | "?." ) name [ type_args ]
Expr* Parser::member(Expr* object, uint32_t first, bool is_conditional) {
    if (at(TokenKind::ThinArrow)) {
        // `p->f` is `(*p).f`.
        auto* pointee = make<Unary>();
        pointee->op = UnaryOp::Dereference;
        pointee->op_span = here();
        pointee->operand = object;
        grow(pointee, object);
        object = done(pointee, first);
    }
    if (at(TokenKind::ColonColon))
        foreign_operator();
    else
        advance();
    auto* node = make<Member>();
    node->object = object;
    node->is_conditional = is_conditional;
    node->name = expect_name();
    grow(node, object);
    if (uint32_t end = 0; at(TokenKind::Less) && is_generic_name(pos_, end)) {
        node->type_args = type_args();
        for (Type* arg : node->type_args) grow(node, arg);
    }
    return done(node, first);
}

// index = "[" [ args ] "]"
Expr* Parser::index(Expr* object, uint32_t first, bool is_conditional) {
    auto* node = make<Index>();
    node->object = object;
    node->is_conditional = is_conditional;
    uint32_t open = pos_;
    node->args = args(TokenKind::CloseBracket);
    if (node->args.empty()) complain<diag::ExpectedExpression>(span_at(open + 1), found(open + 1));
    grow(node, object);
    grow_args(node, node->args);
    return done(node, first);
}

// args = open [ arg { "," arg } ] close
List<Arg> Parser::args(TokenKind close) {
    uint32_t open = pos_;
    advance();
    Building<Arg> list(*this);
    if (accept(close)) return {};
    for (;;) {
        int errors = errors_;
        list.add(arg());
        if (errors != errors_ && !at(TokenKind::Comma)) skip_in_list(close);
        if (!accept(TokenKind::Comma)) break;
    }
    expect_close(close, open);
    return list.finish();
}

// arg = [ name ":" ] ( [ "ref" | "out" ] expr | "out" type name )
Arg Parser::arg() {
    uint32_t first = pos_;
    Arg result;
    if (at(TokenKind::Identifier) && peek() == TokenKind::Colon) {
        result.name = expect_name();
        advance();
    }
    if (at(TokenKind::In)) {
        error<diag::MisplacedWord>(here(), "in");
        advance();
    }
    if (accept(TokenKind::Ref)) {
        result.mode = PassMode::Ref;
    } else if (accept(TokenKind::Out)) {
        result.mode = PassMode::Out;
        uint32_t start = pos_;
        Scan scan = scan_type(pos_, Stars::Yes);
        if (scan.end && kind_at(scan.end) == TokenKind::Identifier) {
            auto* node = make<OutVar>();
            node->type = type();
            node->name = expect_name();
            grow(node, node->type);
            result.value = done(node, start);
            result.span = span_from(first);
            return result;
        }
    }
    result.value = expr();
    result.span = span_from(first);
    return result;
}

}  // namespace dream::parse
