// Classes, structs, interfaces and their members; enums, typedefs, module and import.
#include "parse/parser.h"

namespace dream::parse {

// type_decl = ( "class" | "struct" | "interface" ) name [ type_params ] [ ":" type { "," type } ]
//             { where } ( "{" { member } "}" | ";" )
Decl* Parser::type_decl(Modifiers words, uint32_t first) {
    auto* node = make<TypeDecl>();
    node->modifiers = words;
    node->type_kind = at(TokenKind::Class)    ? TypeDeclKind::Class
                      : at(TokenKind::Struct) ? TypeDeclKind::Struct
                                              : TypeDeclKind::Interface;
    advance();
    node->name = expect_name();
    if (at(TokenKind::Less)) node->type_params = type_params();
    if (accept(TokenKind::Colon)) {
        Building<Type*> bases(*this);
        do {
            Type* base = type();
            grow(node, base);
            bases.add(base);
        } while (accept(TokenKind::Comma));
        node->bases = bases.finish();
    }
    node->constraints = constraints();
    for (const Constraint& c : node->constraints)
        for (Type* t : c.types) grow(node, t);
    uint32_t open = pos_;
    if (at(TokenKind::Semicolon) && node->type_kind != TypeDeclKind::Interface) {
        node->is_opaque = true;
        advance();
    } else if (expect(TokenKind::OpenBrace)) {
        std::string_view outer = type_name_;
        type_name_ = node->name.text;
        bool is_interface = node->type_kind == TypeDeclKind::Interface;
        node->members = members(is_interface ? Place::Interface : Place::Class, open);
        type_name_ = outer;
        for (Decl* d : node->members) grow(node, d);
    } else if (!starts_line(pos_)) {
        skip_statement();
    }
    leave_type_params(node->type_params);
    return done(node, first);
}

// { member | ";" } "}" behind the brace at token `open`
List<Decl*> Parser::members(Place place, uint32_t open) {
    Building<Decl*> list(*this);
    while (!at(TokenKind::CloseBrace) && !at_end()) {
        if (accept(TokenKind::Semicolon)) continue;
        uint32_t first = pos_;
        list.add(member_decl(place));
        if (pos_ == first) advance();
    }
    expect_close(TokenKind::CloseBrace, open);
    return list.finish();
}

// member = declaration | destructor | constructor
Decl* Parser::member_decl(Place place) {
    uint32_t first = pos_;
    using enum TokenKind;
    switch (kind()) {
        case Tilde: return destructor({}, first);
        case OpenBracket:
            error<diag::NoAttributes>(match(pos_) ? cover(here(), span_at(match(pos_))) : here());
            skip_balanced();
            return error_decl(first);
        case TokenKind::If:
        case TokenKind::While:
        case TokenKind::For:
        case TokenKind::Foreach:
        case Do:
        case TokenKind::Return:
        case TokenKind::Switch:
        case TokenKind::Try:
        case TokenKind::Throw:
        case OpenBrace:
        case PlusPlus:
        case MinusMinus:
        case TokenKind::This:
        case TokenKind::Base: {
            error<diag::StatementInType>(here(), type_name_);
            stmt(Place::Local);  // for what is wrong inside it
            return error_decl(first);
        }
        default: break;
    }
    if (at_word("import") && peek() == Identifier) {
        error<diag::OnlyAtTopLevel>(here(), "import");
        return import_decl();
    }
    bool is_assignment = at(Identifier) && (peek() == Equal || peek() == Dot || peek() == PlusPlus);
    if (is_assignment) {
        uint32_t end = scan_type(pos_, Stars::Yes).end;
        if (end == 0 || kind_at(end) != Identifier) {
            error<diag::StatementInType>(here(), type_name_);
            stmt(Place::Local);
            return error_decl(first);
        }
    }
    bool starts = starts_type() || at(Enum) || at(Class) || at(Struct) ||
                  at(TokenKind::Interface) || at(Operator) || at(Reserved) || at(TokenKind::New);
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
        case Readonly: starts = true; break;
        default: break;
    }
    if (!starts) {
        error<diag::ExpectedMember>(here(), type_name_, found());
        skip_statement();
        return error_decl(first);
    }
    return declaration(place);
}

// destructor = "~" name "(" ")" ( block | "=>" expr ";" )
Decl* Parser::destructor(Modifiers words, uint32_t first) {
    auto* f = make<Function>();
    f->modifiers = words;
    f->function_kind = FunctionKind::Destructor;
    advance();
    f->name = expect_name();
    if (f->name.text != type_name_ && !f->name.empty()) {
        if (auto* report = error<diag::DestructorName>(f->name.span, type_name_))
            report->fix(f->name.span, std::string(type_name_));
    }
    function_rest(f, Place::Class, first, first);
    return f;
}

// ---- properties --------------------------------------------------------------------------------

// property = type name ( accessors [ "=" expr ";" ] | "=>" expr ";" )
//          | type "this" "[" params "]" ( accessors | "=>" expr ";" )
Decl* Parser::property(Place place, Modifiers words, uint32_t first, Type* type) {
    auto* p = make<Property>();
    p->modifiers = words;
    p->type = type;
    reject_sizes(type);
    grow(p, type);
    if (at(TokenKind::This)) {
        p->is_indexer = true;
        p->name.span = here();
        advance();
        uint32_t open = pos_;
        advance();
        p->params = params(open, false, nullptr);
        grow_params(p, p->params);
    } else {
        p->name = expect_name();
    }
    if (place != Place::Class && place != Place::Interface)
        complain<diag::OnlyInType>(p->name.span, p->is_indexer ? "an indexer" : "a property");
    std::string_view outer = type_name_;
    type_name_ = {};
    if (accept(TokenKind::Arrow)) {
        p->is_arrow = true;
        p->getter.exists = true;
        p->getter.expr = expr();
        p->getter.span = p->getter.expr->span;
        grow(p, p->getter.expr);
        expect_semicolon();
    } else if (at(TokenKind::OpenBrace)) {
        accessors(p);
        if (accept(TokenKind::Equal)) {
            p->initial = initializer_value();
            grow(p, p->initial);
            expect_semicolon();
        }
    } else {
        expect(TokenKind::OpenBrace);
        skip_statement();
    }
    type_name_ = outer;
    return done(p, first);
}

// accessors = "{" { modifiers ( "get" | "set" ) ( ";" | block | "=>" expr ";" ) } "}"
void Parser::accessors(Property* p) {
    uint32_t open = pos_;
    advance();
    while (!at(TokenKind::CloseBrace) && !at_end()) {
        uint32_t first = pos_;
        Accessor accessor;
        accessor.exists = true;
        accessor.modifiers = modifiers(Place::Class);
        bool is_getter = at_word("get");
        if (!is_getter && !at_word("set")) {
            error<diag::ExpectedAccessor>(here(), found());
            skip_statement();
            if (pos_ == first) advance();
            continue;
        }
        Accessor& target = is_getter ? p->getter : p->setter;
        if (target.exists) error<diag::DuplicateAccessor>(here(), is_getter ? "get" : "set");
        advance();
        if (at(TokenKind::OpenBrace)) {
            accessor.body = block();
            grow(p, accessor.body);
        } else if (accept(TokenKind::Arrow)) {
            accessor.expr = expr();
            grow(p, accessor.expr);
            expect_semicolon();
        } else {
            expect_semicolon();
        }
        accessor.span = span_from(first);
        target = accessor;
    }
    expect_close(TokenKind::CloseBrace, open);
}

// ---- enum, typedef, module, import -------------------------------------------------------------

// enum_decl = "enum" name [ ":" type ] "{" [ member { "," member } [ "," ] ] "}"
// member = name [ "=" expr ]
Decl* Parser::enum_decl(Modifiers words, uint32_t first) {
    advance();
    auto* node = make<EnumDecl>();
    node->modifiers = words;
    node->name = expect_name();
    if (accept(TokenKind::Colon)) {
        node->base = type();
        grow(node, node->base);
    }
    uint32_t open = pos_;
    if (!expect(TokenKind::OpenBrace)) {
        if (!starts_line(pos_)) skip_statement();
        return done(node, first);
    }
    Building<EnumMember> list(*this);
    while (!at(TokenKind::CloseBrace) && !at_end()) {
        int errors = errors_;
        EnumMember member;
        member.name = expect_name();
        if (accept(TokenKind::Equal)) {
            member.value = expr();
            grow(node, member.value);
        }
        if (!member.name.empty()) list.add(member);
        if (errors != errors_ && !at(TokenKind::Comma)) skip_in_list(TokenKind::CloseBrace);
        if (!accept(TokenKind::Comma)) break;
    }
    expect_close(TokenKind::CloseBrace, open);
    node->members = list.finish();
    return done(node, first);
}

// typedef_decl = "typedef" "func" [ type ] name "(" parameters ")" ";" | "typedef" type name ";"
Decl* Parser::typedef_decl(Modifiers words, uint32_t first) {
    advance();
    auto* node = make<Typedef>();
    node->modifiers = words;
    uint32_t func = pos_;
    bool is_function = at(TokenKind::Func) && peek() != TokenKind::OpenParen;
    Type* result = nullptr;
    if (is_function) {
        // `func int Cmp(...)`; without a name in it, `func int(...) Cmp`
        bool has_no_result = peek() == TokenKind::Identifier && peek(2) == TokenKind::OpenParen &&
                             match(pos_ + 2) &&
                             kind_at(match(pos_ + 2) + 1) == TokenKind::Semicolon;
        uint32_t end = has_no_result ? pos_ + 1 : scan_type(pos_ + 1, Stars::Yes).end;
        is_function = end && kind_at(end) == TokenKind::Identifier;
        if (is_function) {
            advance();
            if (!has_no_result) result = type();
        }
    }
    if (!is_function) {
        node->type = type();
        node->name = expect_name();
        grow(node, node->type);
        expect_semicolon();
        return done(node, first);
    }
    node->name = expect_name();
    auto* type = make<FuncType>();
    type->result = result;
    grow(type, result);
    uint32_t open = pos_;
    if (expect(TokenKind::OpenParen)) {
        type->params = func_type_params(open);
        for (const FuncTypeParam& p : type->params) grow(type, p.type);
    }
    node->type = done(type, func);
    grow(node, node->type);
    expect_semicolon();
    return done(node, first);
}

// dotted_name = name { "." name }
DottedName Parser::dotted_name() {
    uint32_t first = pos_;
    Building<Name> parts(*this);
    do {
        parts.add(expect_name());
    } while (accept(TokenKind::Dot));
    return {parts.finish(), span_from(first)};
}

// module = "module" dotted_name ";"
Module* Parser::module_decl() {
    uint32_t first = pos_;
    advance();
    auto* node = make<Module>();
    node->name = dotted_name();
    expect_semicolon();
    return done(node, first);
}

// import = "import" dotted_name ";"
Import* Parser::import_decl() {
    uint32_t first = pos_;
    advance();
    auto* node = make<Import>();
    node->name = dotted_name();
    for (const ImportTarget& target : imports_)
        if (target.name.begin == node->name.span.begin) node->source = target.source;
    expect_semicolon();
    return done(node, first);
}

}  // namespace dream::parse
