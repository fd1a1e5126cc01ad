// Declarations at any place: modifiers, variables, functions and their parts.
#include "parse/parser.h"

namespace dream::parse {

Decl* Parser::error_decl(uint32_t first) {
    return done(make<ErrorDecl>(), first);
}

// declaration = modifiers ( type_decl | enum_decl | typedef_decl | func_declaration
//                         | typed_declaration )
Decl* Parser::declaration(Place place) {
    Nest nest(*this);
    uint32_t first = pos_;
    if (!nest.ok) return error_decl(first);
    Modifiers words = modifiers(place);
    using enum TokenKind;
    switch (kind()) {
        case Class:
        case Struct:
        case TokenKind::Interface: return type_decl(words, first);
        case Enum: return enum_decl(words, first);
        case Func: return func_declaration(place, words, first);
        case Operator:
            error<diag::FunctionNeedsResult>(here(), "operator");
            return function(place, words, first, nullptr, false);
        default: break;
    }
    if (at_word("typedef") && (peek() == Identifier || peek() == Func || is_predefined(peek())))
        return typedef_decl(words, first);
    if ((at_word("import") || at_word("module")) && peek() == Identifier) {
        error<diag::OnlyAtTopLevel>(here(), buffer_.text_of(tok()));
        return import_decl();
    }
    if (at_conversion()) return conversion(place, words, first);
    if (starts_type()) return typed_declaration(place, words, first);
    if (at(Reserved)) {
        error<diag::KeywordNotInDream>(here(), buffer_.text_of(tok()));
        skip_statement();
        return error_decl(first);
    }
    error<diag::ExpectedType>(starts_line(pos_) || at_end() ? behind() : here(), found());
    if (pos_ != first || !starts_line(pos_)) skip_statement();
    return error_decl(first);
}

// modifiers = { "export" | "public" | "private" | ... | "const" }
Modifiers Parser::modifiers(Place place) {
    Modifiers words;
    auto word_at = [&](Modifier& word) {
        using enum TokenKind;
        switch (kind()) {
            case Public: word = Modifier::Public; return true;
            case Private: word = Modifier::Private; return true;
            case Protected: word = Modifier::Protected; return true;
            case Static: word = Modifier::Static; return true;
            case Abstract: word = Modifier::Abstract; return true;
            case Virtual: word = Modifier::Virtual; return true;
            case Override: word = Modifier::Override; return true;
            case Sealed: word = Modifier::Sealed; return true;
            case Extern: word = Modifier::Extern; return true;
            case Const: word = Modifier::Const; return true;
            case Readonly: word = Modifier::Readonly; return true;
            default:
                word = Modifier::Export;
                return at_word("export") && place == Place::TopLevel && peek() != Equal &&
                       peek() != Semicolon && peek() != OpenParen;
        }
    };
    for (;;) {
        Modifier word;
        if (word_at(word)) {
            if (words.has(word)) error<diag::DuplicateModifier>(here(), spelling(word));
            words.set(word);
            words.span = cover(words.span, here());
        } else if (at(TokenKind::Reserved) && !is_foreign_type(buffer_.text_of(tok()))) {
            std::string_view text = buffer_.text_of(tok());
            if (text == "delegate" || at_conversion()) return words;
            if (auto* report = error<diag::KeywordNotInDream>(here(), text))
                if (peek() != TokenKind::End)
                    report->fix({buffer_.source, here().begin, span_at(pos_ + 1).begin}, "");
        } else if (at(TokenKind::New) && (place == Place::Class || place == Place::Interface)) {
            error<diag::MisplacedWord>(here(), "new");
        } else {
            return words;
        }
        advance();
    }
}

// func_declaration = "func" [ type ] ( name | operator ) function_rest
//                  | func_type variables (see is_inferred_function)
Decl* Parser::func_declaration(Place place, Modifiers words, uint32_t first) {
    using enum TokenKind;
    if (peek() == Operator || is_inferred_function()) {
        advance();
        return function(place, words, first, nullptr, true);
    }
    Scan scan = scan_type(pos_ + 1, Stars::Yes);
    TokenKind behind_name = scan.end ? kind_at(scan.end + 1) : End;
    bool has_result = scan.end && ((kind_at(scan.end) == Identifier && behind_name != Equal &&
                                    behind_name != Semicolon && behind_name != Comma) ||
                                   kind_at(scan.end) == Operator);
    bool is_bad_name = scan.end && lex::is_keyword(kind_at(scan.end)) && behind_name == OpenParen;
    if (has_result || is_bad_name) {
        advance();
        Type* result = type();
        return function(place, words, first, result, true);
    }
    uint32_t end = scan_type(pos_, Stars::Yes).end;
    if (end && kind_at(end) == Identifier) return typed_declaration(place, words, first);
    // A head that is broken, or a function type that nothing follows.
    advance();
    if (at(Identifier)) return function(place, words, first, nullptr, true);
    if (lex::is_keyword(kind()) && peek() == OpenParen)
        return function(place, words, first, nullptr, true);
    error<diag::ExpectedName>(here(), found());
    skip_statement();
    return error_decl(first);
}

// `func X(..)` is a declaration iff `{`, `=>`, `:`, `;` or `where` follows its `)`; otherwise X is
// the result of a function type.
bool Parser::is_inferred_function() const {
    using enum TokenKind;
    uint32_t i = pos_ + 2;
    if (peek() != Identifier) return false;
    if (kind_at(i) == Less) i = scan_type_args(i, 0);
    if (i == 0 || kind_at(i) != OpenParen) return false;
    uint32_t close = match(i);
    if (close == 0) return true;
    switch (kind_at(close + 1)) {
        case OpenBrace:
        case Arrow:
        case Colon:
        case Semicolon: return true;
        case Identifier: return is_word(close + 1, "where") || starts_line(close + 1);
        case End:
        case CloseBrace: return true;
        default: return starts_line(close + 1);  // the body was forgotten
    }
}

// typed_declaration = type ( name function_rest | operator function_rest | "this" indexer
//                          | name property | variables )
Decl* Parser::typed_declaration(Place place, Modifiers words, uint32_t first) {
    using enum TokenKind;
    bool in_type = place == Place::Class || place == Place::Interface;
    // A constructor, or a function that lacks its result.
    if (in_type && at(Identifier) && peek() == OpenParen) {
        if (name_at(pos_).text != type_name_) {
            if (auto* report = error<diag::FunctionNeedsResult>(here(), name_at(pos_).text))
                report->fix({buffer_.source, here().begin, here().begin}, "func ");
        }
        return function(place, words, first, nullptr, false);
    }
    Type* t = type();
    if (at(Operator)) return function(place, words, first, t, false);
    if (at(TokenKind::This) && peek() == OpenBracket) return property(place, words, first, t);
    TokenKind next = peek();
    bool has_name = at(Identifier) || lex::is_keyword(kind());
    if (has_name && (next == OpenParen || next == Less))
        return function(place, words, first, t, false);
    if (has_name && (next == OpenBrace || next == Arrow)) return property(place, words, first, t);
    return variables(words, first, t);
}

// ---- variables ---------------------------------------------------------------------------------

// variables = type variable { "," variable } ";"
Variables* Parser::variables(Modifiers words, uint32_t first, Type* type) {
    Variables* node = variables_without_end(words, first, type);
    expect_semicolon();
    return done(node, first);
}

Variables* Parser::variables_without_end(Modifiers words, uint32_t first, Type* type) {
    auto* node = make<Variables>();
    node->modifiers = words;
    node->type = type;
    grow(node, type);
    Building<Variable> items(*this);
    do {
        Variable v = variable(type);
        grow(node, v.type);
        grow(node, v.initial);
        items.add(v);
    } while (accept(TokenKind::Comma));
    node->items = items.finish();
    return done(node, first);
}

// variable = name { "[" [ sizes ] "]" } [ "=" ( expr | brace_list ) ]
Variable Parser::variable(Type* type) {
    uint32_t first = pos_;
    Variable v;
    v.name = expect_name();
    v.type = type;
    if (at(TokenKind::OpenBracket) && !v.name.empty()) v.type = wrap_dims(type, false, v.own_dims);
    if (at(TokenKind::EqualEqual)) {
        if (auto* report = error<diag::CompareNotAssign>(here())) report->fix(here(), "=");
        advance();
        v.initial = initializer_value();
    } else if (accept(TokenKind::Equal)) {
        v.initial = initializer_value();
    }
    v.span = span_from(first);
    return v;
}

// ---- functions ---------------------------------------------------------------------------------

// function = ( name | operator ) [ type_params ] "(" params ")" [ ":" chain ] { where }
//            ( block | "=>" expr ";" | ";" )
Function* Parser::function(Place place, Modifiers words, uint32_t first, Type* result,
                           bool has_func) {
    auto* f = make<Function>();
    f->modifiers = words;
    f->result = result;
    f->has_func = has_func;
    reject_sizes(result);
    grow(f, result);
    uint32_t head = result || has_func ? first : pos_;
    if (at(TokenKind::Operator)) {
        if (place != Place::Class && place != Place::Interface)
            error<diag::OnlyInType>(here(), "an operator");
        operator_name(f);
    } else {
        f->name = expect_name();
        bool in_type = place == Place::Class;
        bool is_named_like_type = !type_name_.empty() && f->name.text == type_name_;
        if (in_type && !result && (is_named_like_type || (has_func && f->name.text == "init")))
            f->function_kind = FunctionKind::Constructor;
    }
    function_rest(f, place, first, head);
    return f;
}

void Parser::function_rest(Function* f, Place place, uint32_t first, uint32_t head) {
    if (at(TokenKind::Less)) f->type_params = type_params();
    uint32_t open = pos_;
    if (!expect(TokenKind::OpenParen)) {
        f->head_span = span_from(head);
        skip_statement();
        leave_type_params(f->type_params);
        done(f, first);
        return;
    }
    bool is_extern = f->modifiers.has(Modifier::Extern);
    f->params = params(open, is_extern, &f->has_varargs);
    grow_params(f, f->params);
    f->head_span = span_from(head);
    if (f->has_varargs && !is_extern) complain<diag::MisplacedVarargs>(span_at(pos_ - 2));
    if (at(TokenKind::Colon)) constructor_chain(f);
    f->constraints = constraints();
    for (const Constraint& c : f->constraints)
        for (Type* t : c.types) grow(f, t);
    if (f->function_kind == FunctionKind::Operator) check_operator(f);
    // A local type's functions are not members of the type around it.
    std::string_view outer = type_name_;
    type_name_ = {};
    if (at(TokenKind::OpenBrace)) {
        f->body = block();
        grow(f, f->body);
    } else if (accept(TokenKind::Arrow)) {
        f->expr = expr();
        grow(f, f->expr);
        expect_semicolon();
    } else if (accept(TokenKind::Semicolon)) {
        if (!may_have_no_body(*f, place)) complain<diag::MissingBody>(f->name.span, f->name.text);
    } else {
        error<diag::ExpectedToken>(starts_line(pos_) || at_end() ? behind() : here(), "'{'",
                                   found());
        if (starts_line(pos_))
            ++missing_openers_;
        else
            skip_statement();
    }
    type_name_ = outer;
    leave_type_params(f->type_params);
    done(f, first);
}

bool Parser::may_have_no_body(const Function& f, Place place) const {
    bool is_of_interface = place == Place::Interface && !f.modifiers.has(Modifier::Static);
    return is_of_interface || f.modifiers.has(Modifier::Abstract) ||
           f.modifiers.has(Modifier::Extern);
}

// chain = ( "base" | "this" ) "(" args ")"
void Parser::constructor_chain(Function* f) {
    advance();
    uint32_t first = pos_;
    if (at(TokenKind::Base))
        f->chain = ChainTarget::Base;
    else if (at(TokenKind::This))
        f->chain = ChainTarget::This;
    if (f->chain == ChainTarget::None) {
        error<diag::ExpectedToken>(here(), "'base' or 'this'", found());
        while (!at(TokenKind::OpenBrace) && !at(TokenKind::Arrow) && !at(TokenKind::Semicolon) &&
               !at(TokenKind::CloseBrace) && !at_end())
            skip_balanced();
        return;
    }
    if (f->function_kind != FunctionKind::Constructor)
        error<diag::MisplacedWord>(here(), spelling(kind()));
    advance();
    if (at(TokenKind::OpenParen)) {
        f->chain_args = args(TokenKind::CloseParen);
        grow_args(f, f->chain_args);
    } else {
        expect(TokenKind::OpenParen);
    }
    f->chain_span = span_from(first);
}

bool Parser::at_conversion() const {
    bool is_word = at(TokenKind::Reserved) && (buffer_.text_of(tok()) == "implicit" ||
                                               buffer_.text_of(tok()) == "explicit");
    return is_word && peek() == TokenKind::Operator;
}

// conversion = ( "implicit" | "explicit" ) "operator" type function_rest
Decl* Parser::conversion(Place place, Modifiers words, uint32_t first) {
    auto* f = make<Function>();
    f->modifiers = words;
    f->function_kind = FunctionKind::Operator;
    f->op.is_conversion = f->op.is_unary = true;
    f->op.is_implicit = buffer_.text_of(tok()) == "implicit";
    if (place != Place::Class && place != Place::Interface)
        error<diag::OnlyInType>(here(), "an operator");
    uint32_t head = pos_;
    f->name.text = buffer_.text_of(tok());
    f->name.span = here();
    advance();
    advance();
    f->result = type();
    reject_sizes(f->result);
    grow(f, f->result);
    function_rest(f, place, first, head);
    return f;
}

// operator = "operator" ( "+" | "-" | ... | "==" )
void Parser::operator_name(Function* f) {
    uint32_t word = pos_;
    advance();
    f->function_kind = FunctionKind::Operator;
    OperatorToken found_op = binary_operator();
    using enum TokenKind;
    auto unary = [&](UnaryOp op) {
        f->op.is_unary = true;
        f->op.unary = op;
    };
    bool is_binary = found_op.precedence > precedence(BinaryOp::And) && !at(Identifier);
    if (is_binary) {
        f->op.binary = found_op.op;
    } else {
        switch (kind()) {
            case Bang: unary(UnaryOp::Not); break;
            case Tilde: unary(UnaryOp::Complement); break;
            case PlusPlus: unary(UnaryOp::PreIncrement); break;
            case MinusMinus: unary(UnaryOp::PreDecrement); break;
            default:
                error<diag::OperatorNotOverloadable>(at(OpenParen) ? span_at(word) : here(),
                                                     found());
                break;
        }
    }
    uint32_t start = pos_;
    uint32_t length = is_binary ? found_op.length : at(OpenParen) ? 0 : 1;
    for (uint32_t i = 0; i < length; ++i) advance();
    f->name.span = span_from(start);
    f->name.text = sources_.text(f->name.span);
}

// Unary or binary is told by the number of parameters.
void Parser::check_operator(Function* f) {
    size_t count = f->params.size();
    if (!f->op.is_unary && count == 1) {
        bool has_unary = true;
        if (f->op.binary == BinaryOp::Add)
            f->op.unary = UnaryOp::Plus;
        else if (f->op.binary == BinaryOp::Subtract)
            f->op.unary = UnaryOp::Minus;
        else
            has_unary = false;
        f->op.is_unary = has_unary;
    }
    size_t expected = f->op.is_unary ? 1 : 2;
    if (count != expected && !f->name.empty()) {
        bool may_be_both = f->name.text == "+" || f->name.text == "-";
        std::string_view wanted = may_be_both     ? "one or two parameters"
                                  : expected == 1 ? "one parameter"
                                                  : "two parameters";
        complain<diag::OperatorParameters>(f->name.span, f->name.text, wanted);
    }
}

// type_params = "<" name { "," name } ">"
// They are types from here to leave_type_params.
List<TypeParam> Parser::type_params() {
    advance();
    Building<TypeParam> list(*this);
    do {
        TypeParam p;
        p.name = expect_name();
        if (!p.name.empty()) ++type_names_[p.name.text];
        list.add(p);
    } while (accept(TokenKind::Comma));
    expect(TokenKind::Greater);
    return list.finish();
}

void Parser::leave_type_params(const List<TypeParam>& params) {
    for (const TypeParam& p : params)
        if (!p.name.empty()) --type_names_[p.name.text];
}

// constraints = { "where" name ":" bound { "," bound } }
// bound = type | "class" | "struct" | "new" "(" ")"
List<Constraint> Parser::constraints() {
    Building<Constraint> list(*this);
    while (at_word("where")) {
        uint32_t first = pos_;
        advance();
        Constraint c;
        c.param = expect_name();
        expect(TokenKind::Colon);
        Building<Type*> types(*this);
        do {
            if (accept(TokenKind::Class)) {
                c.is_class = true;
            } else if (accept(TokenKind::Struct)) {
                c.is_struct = true;
            } else if (accept(TokenKind::New)) {
                c.has_new = true;
                expect(TokenKind::OpenParen);
                expect(TokenKind::CloseParen);
            } else {
                types.add(type());
            }
        } while (accept(TokenKind::Comma));
        c.types = types.finish();
        c.span = span_from(first);
        list.add(c);
    }
    return list.finish();
}

// ---- parameters --------------------------------------------------------------------------------

// params = [ param { "," param } ] [ "," "..." ] ")" behind the bracket at token `open`. `varargs`
// is null where `...` cannot stand.
List<Param> Parser::params(uint32_t open, bool names_optional, bool* varargs) {
    TokenKind close =
        kind_at(open) == TokenKind::OpenBracket ? TokenKind::CloseBracket : TokenKind::CloseParen;
    Building<Param> list(*this);
    while (!at(close) && !at_end()) {
        int errors = errors_;
        if (at(TokenKind::Ellipsis)) {
            if (varargs)
                *varargs = true;
            else
                error<diag::MisplacedVarargs>(here());
            advance();
            break;
        }
        list.add(param(names_optional));
        if (errors != errors_ && !at(TokenKind::Comma)) skip_in_list(close);
        if (!accept(TokenKind::Comma)) break;
        if (at(close)) expect_name();
    }
    expect_close(close, open);
    return list.finish();
}

// param = { "ref" | "out" | "params" | "const" | "this" } type name { "[" { "," } "]" }
//         [ "=" expr ]
Param Parser::param(bool names_optional) {
    uint32_t first = pos_;
    Param p;
    using enum TokenKind;
    for (;; advance()) {
        if (at(Ref))
            p.mode = PassMode::Ref;
        else if (at(Out))
            p.mode = PassMode::Out;
        else if (at(Params))
            p.is_params = true;
        else if (at(Const))
            p.is_const = true;
        else if (at(TokenKind::This) && sources_[buffer_.source].is_library())
            p.is_this = true;
        else if (at(In) || at(TokenKind::This))
            error<diag::MisplacedWord>(here(), spelling(kind()));
        else
            break;
    }
    bool lacks_type =
        at(Identifier) && (peek() == Comma || peek() == CloseParen || peek() == Equal);
    if (lacks_type && !names_optional) {
        error<diag::ParameterNeedsType>(here(), name_at(pos_).text);
        p.type = error_type();
    } else {
        p.type = unsized_type();
    }
    bool has_no_name = at(Comma) || at(CloseParen) || at(OpenBracket) || at(Equal);
    if (names_optional && has_no_name)
        p.name.span = behind();
    else
        p.name = expect_name();
    if (at(OpenBracket)) {
        p.type = wrap_dims(p.type, false, p.own_dims);
        reject_sizes(p.type);
    }
    if (accept(Equal)) p.initial = expr();
    p.span = span_from(first);
    return p;
}

}  // namespace dream::parse
