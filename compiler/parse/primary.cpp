// What expressions are made of: literals, names, parentheses, `new`, lists, interpolated strings.
#include "parse/parser.h"

namespace dream::parse {

Expr* Parser::error_expr() {
    auto* node = make<ErrorExpr>();
    node->span = behind();
    return node;
}

// primary = literal | name_expr | paren | "this" | "base" | predefined | new_expr | array_literal
//         | interpolation | "sizeof" ... | "default" ...
Expr* Parser::primary() {
    uint32_t first = pos_;
    using enum TokenKind;
    switch (kind()) {
        case Identifier: return name_expr();
        case Integer:
        case Real:
        case TokenKind::Char:
        case TokenKind::String:
        case True:
        case False:
        case Null: return literal();
        case OpenParen: return paren();
        case TokenKind::This: advance(); return done(make<ast::This>(), first);
        case TokenKind::Base: advance(); return done(make<ast::Base>(), first);
        case TokenKind::New: return new_expr();
        case OpenBracket: return array_literal();
        case InterpolationBegin: return interpolation();
        case Sizeof: return size_of();
        case TokenKind::Default: return default_value();
        case Reserved: return reserved_expr();
        case OpenBrace: {
            error<diag::MisplacedBraces>(here());
            return brace_list();
        }
        case Func:
            // most likely a function value in the style of another language
            error<diag::FuncAsValue>(here());
            advance();
            if (at(Identifier)) advance();
            if (at(OpenParen)) skip_balanced();
            if (at(OpenBrace)) skip_balanced();
            return done(make<ErrorExpr>(), first);
        default: break;
    }
    if (is_predefined(kind())) {
        auto* node = make<TypeExpr>();
        int errors = errors_;
        node->type = array_suffix(type_core());
        grow(node, node->type);
        done(node, first);
        if (!at(Dot) && !at(QuestionDot) && errors == errors_)
            complain<diag::TypeAsValue>(node->span, sources_.text(node->span));
        return node;
    }
    error<diag::ExpectedExpression>(starts_line(pos_) || at_end() ? behind() : here(), found());
    return error_expr();
}

Expr* Parser::literal() {
    uint32_t first = pos_;
    const Token& t = tok();
    advance();
    using enum TokenKind;
    switch (t.kind) {
        case Integer: {
            auto* node = make<IntLiteral>();
            const lex::IntegerValue& v = buffer_.integers[t.value];
            node->value = v.value;
            node->is_bits = v.is_bits;
            node->is_long = v.is_long;
            return done(node, first);
        }
        case Real: {
            auto* node = make<RealLiteral>();
            const lex::RealValue& v = buffer_.reals[t.value];
            node->text = keep_text(v.text);
            node->value = v.value;
            node->suffix = v.suffix == 'f'   ? RealSuffix::Float
                           : v.suffix == 'd' ? RealSuffix::Double
                                             : RealSuffix::None;
            return done(node, first);
        }
        case TokenKind::Char: {
            auto* node = make<CharLiteral>();
            node->value = static_cast<uint8_t>(t.value);
            return done(node, first);
        }
        case TokenKind::String: {
            auto* node = make<StringLiteral>();
            node->bytes = keep_text(buffer_.strings[t.value]);
            return done(node, first);
        }
        case True:
        case False: {
            auto* node = make<BoolLiteral>();
            node->value = t.kind == True;
            return done(node, first);
        }
        default: return done(make<NullLiteral>(), first);
    }
}

// name_expr = name [ type_args ]
Expr* Parser::name_expr() {
    uint32_t first = pos_;
    auto* node = make<NameExpr>();
    node->name = name_at(pos_);
    advance();
    if (uint32_t end = 0; at(TokenKind::Less) && is_generic_name(pos_, end)) {
        node->type_args = type_args();
        for (Type* arg : node->type_args) grow(node, arg);
    }
    return done(node, first);
}

// paren = "(" expr ")"
Expr* Parser::paren() {
    uint32_t first = pos_;
    // `(int, int) t;`
    bool is_tuple_type = is_predefined(peek()) && match(first) &&
                         kind_at(scan_type(pos_ + 1, Stars::Yes).end) == TokenKind::Comma;
    if (is_tuple_type) {
        error<diag::NoTuples>(cover(here(), span_at(match(first))));
        skip_balanced();
        return done(make<ErrorExpr>(), first);
    }
    advance();
    auto* node = make<Paren>();
    int errors = errors_;
    node->inner = expr();
    grow(node, node->inner);
    if (at(TokenKind::Comma) && errors == errors_) {
        error<diag::NoTuples>(cover(span_at(first), span_at(match(first) ? match(first) : pos_)));
        pos_ = first;
        skip_balanced();
        if (pos_ == first + 1) skip_in_list(TokenKind::CloseParen);
        return done(make<ErrorExpr>(), first);
    }
    expect_close(TokenKind::CloseParen, first);
    return done(node, first);
}

// ---- new ---------------------------------------------------------------------------------------

// new_expr = "new" type_core { "*" } "(" args ")" [ initializer ] | "new" type_core initializer
//          | "new" "(" args ")" [ initializer ] | "new" [ type_core ] "[" ... (see new_array)
Expr* Parser::new_expr() {
    uint32_t first = pos_;
    advance();
    using enum TokenKind;
    if (at(OpenBracket)) return new_array(nullptr, first);
    if (at(OpenBrace)) {
        error<diag::NoAnonymousTypes>(here());
        skip_balanced();
        return done(make<ErrorExpr>(), first);
    }
    auto* node = make<ast::New>();
    if (!at(OpenParen)) {
        uint32_t start = pos_;
        node->type = type_core();
        while (at(Star) && (peek() == OpenBracket || peek() == Star)) {
            auto* pointer = make<PointerType>();
            pointer->target = node->type;
            grow(pointer, node->type);
            advance();
            node->type = done(pointer, start);
        }
        if (at(OpenBracket)) return new_array(node->type, first);
        grow(node, node->type);
    }
    if (at(OpenParen)) {
        node->has_parens = true;
        node->args = args(CloseParen);
        grow_args(node, node->args);
    }
    if (at(OpenBrace)) {
        node->initializer = initializer();
        grow(node, node->initializer);
    } else if (!node->has_parens) {
        Span place = behind();
        if (auto* report =
                error<diag::ExpectedToken>(starts_line(pos_) ? place : here(), "'('", found()))
            report->fix(place, "()");
    }
    return done(node, first);
}

// new_array = "new" type_core "[" sizes "]" { "[" [ sizes ] "]" } [ brace_array ]
//           | "new" [ type_core ] "[" { "," } "]" { "[" { "," } "]" } brace_array
Expr* Parser::new_array(Type* element, uint32_t first) {
    auto* node = make<NewArray>();
    uint32_t brackets = pos_;
    uint32_t count = 0;
    Type* type = wrap_dims(element ? element : error_type(), element != nullptr, count);
    if (given_up_) return error_expr();
    auto* array = static_cast<ArrayType*>(type);
    if (element) {
        node->type = array;
        grow(node, array);
    } else {
        node->implicit_rank = array->sizes.count;
        if (array->is_sized() || count > 1) error<diag::ExpectedType>(span_at(brackets), "'['");
    }
    if (at(TokenKind::OpenBrace)) {
        node->elements = brace_array();
        grow(node, node->elements);
    } else if (!array->is_sized()) {
        std::string_view name = element ? sources_.text(element->span) : "";
        error<diag::ArrayNeedsSize>(span_from(first), name);
        return done(make<ErrorExpr>(), first);
    } else if (!element) {
        return done(make<ErrorExpr>(), first);
    }
    return done(node, first);
}

// ---- lists -------------------------------------------------------------------------------------

// array_literal = "[" [ expr { "," expr } [ "," ] ] "]"
Expr* Parser::array_literal() {
    uint32_t open = pos_;
    advance();
    auto* node = make<ArrayLiteral>();
    Building<Expr*> elements(*this);
    while (!at(TokenKind::CloseBracket) && !at_end()) {
        int errors = errors_;
        Expr* element = expr();
        grow(node, element);
        elements.add(element);
        if (errors != errors_ && !at(TokenKind::Comma)) skip_in_list(TokenKind::CloseBracket);
        if (!accept(TokenKind::Comma)) break;
    }
    expect_close(TokenKind::CloseBracket, open);
    node->elements = elements.finish();
    return done(node, open);
}

// The value behind `=` of a variable or a member: expr | brace_list
Expr* Parser::initializer_value() {
    return at(TokenKind::OpenBrace) ? brace_list() : expr();
}

// Whether the braces here hold `Name = value` or `[index] = value`.
Expr* Parser::brace_list() {
    using enum TokenKind;
    bool has_names = peek() == Identifier && peek(2) == Equal;
    bool has_indices =
        peek() == OpenBracket && match(pos_ + 1) && kind_at(match(pos_ + 1) + 1) == Equal;
    if (has_names || has_indices) return initializer();
    return brace_array();
}

// brace_array = "{" [ element { "," element } [ "," ] ] "}"    element = expr | brace_array
ArrayLiteral* Parser::brace_array() {
    uint32_t open = pos_;
    auto* node = make<ArrayLiteral>();
    node->has_braces = true;
    Nest nest(*this);
    if (!nest.ok || !expect(TokenKind::OpenBrace)) return done(node, open);
    Building<Expr*> elements(*this);
    while (!at(TokenKind::CloseBrace) && !at_end()) {
        int errors = errors_;
        Expr* element = initializer_value();
        grow(node, element);
        elements.add(element);
        if (errors != errors_ && !at(TokenKind::Comma)) skip_in_list(TokenKind::CloseBrace);
        if (!accept(TokenKind::Comma)) break;
    }
    expect_close(TokenKind::CloseBrace, open);
    node->elements = elements.finish();
    return done(node, open);
}

// initializer = "{" [ item { "," item } [ "," ] ] "}"
Initializer* Parser::initializer() {
    uint32_t open = pos_;
    auto* node = make<Initializer>();
    Nest nest(*this);
    if (!nest.ok || !expect(TokenKind::OpenBrace)) return done(node, open);
    Building<InitializerItem> items(*this);
    while (!at(TokenKind::CloseBrace) && !at_end()) {
        int errors = errors_;
        InitializerItem item = initializer_item();
        grow_args(node, item.index);
        grow_args(node, item.element);
        if (item.value) grow(node, item.value);
        items.add(item);
        if (errors != errors_ && !at(TokenKind::Comma)) skip_in_list(TokenKind::CloseBrace);
        if (!accept(TokenKind::Comma)) break;
    }
    expect_close(TokenKind::CloseBrace, open);
    node->items = items.finish();
    return done(node, open);
}

// item = name "=" value | "[" args "]" "=" value | expr | "{" args "}"
// value = expr | initializer
InitializerItem Parser::initializer_item() {
    InitializerItem item;
    using enum TokenKind;
    if (at(Identifier) && peek() == Equal) {
        item.name = expect_name();
        advance();
    } else if (at(OpenBracket) && match(pos_) && kind_at(match(pos_) + 1) == Equal) {
        item.index = args(CloseBracket);
        expect(Equal);
    } else if (at(OpenBrace)) {
        uint32_t open = pos_;
        item.has_braces = true;
        item.element = args(CloseBrace);
        if (item.element.empty())
            complain<diag::ExpectedExpression>(span_at(open + 1), found(open + 1));
        return item;
    } else {
        Building<Arg> element(*this);
        Arg value;
        value.value = expr();
        value.span = value.value->span;
        element.add(value);
        item.element = element.finish();
        return item;
    }
    item.value = at(OpenBrace) ? static_cast<Expr*>(initializer()) : expr();
    return item;
}

// ---- interpolated strings ----------------------------------------------------------------------

// interpolation = InterpolationBegin { text | "{" expr [ "," expr ] [ format ] "}" }
//                 InterpolationFinish
Expr* Parser::interpolation() {
    uint32_t first = pos_;
    advance();
    auto* node = make<Interpolation>();
    Building<InterpolationPart> parts(*this);
    using enum TokenKind;
    while (!at(InterpolationFinish) && !at_end()) {
        uint32_t start = pos_;
        InterpolationPart part;
        if (at(InterpolationText)) {
            part.text = keep_text(buffer_.strings[tok().value]);
            advance();
        } else if (at(HoleOpen)) {
            advance();
            part.value = expr();
            grow(node, part.value);
            // As in C#, where the ':' would begin a format.
            if (part.value->kind == ExprKind::Conditional)
                complain<diag::ConditionInHole>(part.value->span);
            if (accept(Comma)) {
                part.alignment = expr();
                grow(node, part.alignment);
            }
            if (at(HoleFormat)) {
                part.format = keep_text(buffer_.strings[tok().value]);
                advance();
            }
            expect_close(HoleClose, start);
        } else {
            break;  // only after a mistake in a hole
        }
        part.span = span_from(start);
        parts.add(part);
    }
    if (!accept(InterpolationFinish) && match(first) >= pos_ && !given_up_) {
        pos_ = match(first);
        advance();
    }
    node->parts = parts.finish();
    return done(node, first);
}

// ---- sizeof, default, reserved words -----------------------------------------------------------

// size_of = "sizeof" "(" ( type | expr ) ")"
Expr* Parser::size_of() {
    uint32_t first = pos_;
    advance();
    auto* node = make<SizeOf>();
    uint32_t open = pos_;
    if (!expect(TokenKind::OpenParen)) return done(make<ErrorExpr>(), first);
    Scan scan = scan_type(pos_, Stars::Yes);
    if (scan.end && scan.end == match(open))
        node->type = type();
    else
        node->value = expr();
    grow(node, node->type);
    grow(node, node->value);
    expect_close(TokenKind::CloseParen, open);
    return done(node, first);
}

// default_value = "default" [ "(" type ")" ]
Expr* Parser::default_value() {
    uint32_t first = pos_;
    advance();
    auto* node = make<ast::Default>();
    if (at(TokenKind::OpenParen)) {
        uint32_t open = pos_;
        advance();
        node->type = unsized_type();
        grow(node, node->type);
        expect_close(TokenKind::CloseParen, open);
    }
    return done(node, first);
}

// C#'s `typeof(T)`, `checked(e)`, `stackalloc T[n]`, `delegate (a) { }`: reported and passed over.
// Its types (`uint.Parse`) are read as the nearest one.
Expr* Parser::reserved_expr() {
    uint32_t first = pos_;
    std::string_view word = buffer_.text_of(tok());
    if (is_foreign_type(word)) {
        auto* node = make<TypeExpr>();
        node->type = type_core();
        return done(node, first);
    }
    error<diag::KeywordNotInDream>(here(), word);
    advance();
    if (word == "stackalloc") {
        array_suffix(type_core());
    } else if (word == "delegate") {
        if (at(TokenKind::OpenParen)) skip_balanced();
        if (at(TokenKind::OpenBrace)) skip_balanced();
    } else if (at(TokenKind::OpenParen)) {
        skip_balanced();
    }
    return done(make<ErrorExpr>(), first);
}

}  // namespace dream::parse
