// Types, and the lookahead that tells types from expressions.
#include "parse/parser.h"

namespace dream::parse {

namespace {

// The predefined type that a keyword names, or -1.
int predefined(TokenKind k) {
    using enum TokenKind;
    switch (k) {
        case TokenKind::Void: return static_cast<int>(Predefined::Void);
        case TokenKind::Bool: return static_cast<int>(Predefined::Bool);
        case CharType: return static_cast<int>(Predefined::Char);
        case TokenKind::Byte: return static_cast<int>(Predefined::Byte);
        case TokenKind::Int: return static_cast<int>(Predefined::Int);
        case TokenKind::Long: return static_cast<int>(Predefined::Long);
        case TokenKind::Float: return static_cast<int>(Predefined::Float);
        case TokenKind::Double: return static_cast<int>(Predefined::Double);
        case StringType: return static_cast<int>(Predefined::String);
        case TokenKind::Object: return static_cast<int>(Predefined::Object);
        default: return -1;
    }
}

// The Dream type nearest to a numeric type of C#, or "".
std::string_view nearest_type(std::string_view word) {
    if (word == "uint" || word == "short" || word == "ushort") return "int";
    if (word == "ulong") return "long";
    if (word == "sbyte") return "byte";
    if (word == "decimal") return "double";
    return {};
}

}  // namespace

bool is_predefined(TokenKind k) {
    return predefined(k) >= 0;
}

bool is_foreign_type(std::string_view word) {
    return !nearest_type(word).empty();
}

bool Parser::starts_type() const {
    if (at(TokenKind::Reserved)) return is_foreign_type(buffer_.text_of(tok()));
    return at(TokenKind::Identifier) || at(TokenKind::Func) || is_predefined(kind());
}

// ---- parsing -----------------------------------------------------------------------------------

// type = type_core { "*" | "?" | "[" [ sizes ] "]" }
Type* Parser::type() {
    uint32_t first = pos_;
    Type* result = type_core();
    for (;;) {
        if (at(TokenKind::Star)) {
            auto* pointer = make<PointerType>();
            pointer->target = result;
            grow(pointer, result);
            advance();
            result = done(pointer, first);
        } else if (at(TokenKind::Question)) {
            auto* nullable = make<NullableType>();
            nullable->inner = result;
            grow(nullable, result);
            advance();
            result = done(nullable, first);
        } else if (at(TokenKind::OpenBracket)) {
            result = array_suffix(result);
        } else {
            return result;
        }
    }
}

// A type where `int[4]` cannot stand.
Type* Parser::unsized_type() {
    Type* result = type();
    reject_sizes(result);
    return result;
}

void Parser::reject_sizes(const Type* type) {
    while (type) {
        const Type* inner = nullptr;
        if (const auto* array = try_as<ArrayType>(type)) {
            if (array->is_sized()) {
                complain<diag::MisplacedArraySize>(array->sizes[0]->span);
                return;
            }
            inner = array->element;
        } else if (const auto* pointer = try_as<PointerType>(type)) {
            inner = pointer->target;
        } else if (const auto* nullable = try_as<NullableType>(type)) {
            inner = nullable->inner;
        }
        type = inner;
    }
}

// type_core = predefined | "var" | named | func_type
Type* Parser::type_core() {
    Nest nest(*this);
    if (!nest.ok) return error_type();
    uint32_t first = pos_;
    if (int p = predefined(kind()); p >= 0) {
        auto* node = make<PredefinedType>();
        node->type = static_cast<Predefined>(p);
        advance();
        return done(node, first);
    }
    if (at_word("var")) {
        advance();
        return done(make<VarType>(), first);
    }
    if (at(TokenKind::Identifier)) return named_type();
    if (at(TokenKind::Func)) return func_type();
    if (at(TokenKind::Reserved) && is_foreign_type(buffer_.text_of(tok()))) {
        std::string_view word = buffer_.text_of(tok());
        std::string_view nearest = nearest_type(word);
        if (auto* report = error<diag::TypeNotInDream>(here(), word, nearest))
            report->fix(here(), std::string(nearest));
        advance();
        return done(make<ErrorType>(), first);
    }
    if (at(TokenKind::OpenParen) && match(pos_)) {
        error<diag::NoTuples>(here());
        skip_balanced();
        return done(make<ErrorType>(), first);
    }
    error<diag::ExpectedType>(starts_line(pos_) || at_end() ? behind() : here(), found());
    return error_type();
}

Type* Parser::error_type() {
    auto* node = make<ErrorType>();
    node->span = behind();
    return node;
}

// named = name [ type_args ] { "." name [ type_args ] }
Type* Parser::named_type() {
    uint32_t first = pos_;
    auto* node = make<NamedType>();
    Building<NamePart> parts(*this);
    for (;;) {
        NamePart part;
        part.name = expect_name();
        if (at(TokenKind::Less)) part.args = type_args();
        for (Type* arg : part.args) grow(node, arg);
        parts.add(part);
        if (at(TokenKind::ColonColon))
            foreign_operator();
        else if (!at(TokenKind::Dot))
            break;
        else
            advance();
    }
    node->parts = parts.finish();
    return done(node, first);
}

// type_args = "<" type { "," type } ">"
List<Type*> Parser::type_args() {
    advance();
    Building<Type*> args(*this);
    do {
        args.add(unsized_type());
    } while (accept(TokenKind::Comma));
    expect(TokenKind::Greater);
    return args.finish();
}

// func_type = "func" [ type ] "(" func_type_params
Type* Parser::func_type() {
    uint32_t first = pos_;
    advance();
    auto* node = make<FuncType>();
    if (!at(TokenKind::OpenParen)) {
        node->result = unsized_type();
        grow(node, node->result);
    }
    uint32_t open = pos_;
    if (!expect(TokenKind::OpenParen)) return done(node, first);
    node->params = func_type_params(open);
    for (const FuncTypeParam& p : node->params) grow(node, p.type);
    return done(node, first);
}

// func_type_params = [ parameter { "," parameter } ] ")"
// parameter = [ "ref" | "out" ] type [ name ]
List<FuncTypeParam> Parser::func_type_params(uint32_t open) {
    Building<FuncTypeParam> list(*this);
    while (!at(TokenKind::CloseParen) && !at_end()) {
        int errors = errors_;
        FuncTypeParam p;
        if (accept(TokenKind::Ref))
            p.mode = PassMode::Ref;
        else if (accept(TokenKind::Out))
            p.mode = PassMode::Out;
        p.type = unsized_type();
        if (at(TokenKind::Identifier)) p.name = expect_name();
        list.add(p);
        if (errors != errors_ && !at(TokenKind::Comma)) skip_in_list(TokenKind::CloseParen);
        if (!accept(TokenKind::Comma)) break;
    }
    expect_close(TokenKind::CloseParen, open);
    return list.finish();
}

// { "[" [ size { "," size } | { "," } ] "]" }: the leftmost bracket is the outermost array.
Type* Parser::array_suffix(Type* element) {
    uint32_t count = 0;
    return at(TokenKind::OpenBracket) ? wrap_dims(element, true, count) : element;
}

// The brackets here, around `element`; `count` is set to their number.
Type* Parser::wrap_dims(Type* element, bool is_behind_type, uint32_t& count) {
    uint32_t first = pos_;
    Building<Type*> dims(*this);  // outermost first
    while (at(TokenKind::OpenBracket)) {
        uint32_t open = pos_;
        advance();
        auto* array = make<ArrayType>();
        Building<Expr*> sizes(*this);
        bool is_sized = !at(TokenKind::CloseBracket) && !at(TokenKind::Comma);
        do {
            Expr* size = is_sized ? expr() : nullptr;
            grow(array, size);
            sizes.add(size);
        } while (accept(TokenKind::Comma));
        expect_close(TokenKind::CloseBracket, open);
        array->sizes = sizes.finish();
        dims.add(done(array, open));
        if (dims.size() > kMaxNesting) too_deep(span_at(open), kMaxNesting);
    }
    count = static_cast<uint32_t>(dims.size());
    List<Type*> outer = dims.finish();
    Type* result = element;
    for (size_t i = outer.size(); i-- > 0;) {
        auto* array = static_cast<ArrayType*>(outer[i]);
        array->element = result;
        grow(array, result);
        array->span = is_behind_type ? cover(element->span, array->span)
                                     : cover(array->span, span_from(first));
        result = array;
    }
    return result;
}

// ---- lookahead ---------------------------------------------------------------------------------

// Whether a type could stand at token i, and where it would end. Looks at each token at most a few
// times and never backtracks; nothing is reported.
Parser::Scan Parser::scan_type(uint32_t i, Stars stars, int depth) const {
    using enum TokenKind;
    if (depth > kMaxNesting) return {};
    TokenKind k = kind_at(i);
    if (is_predefined(k)) return scan_suffixes(i + 1, true, true, stars);
    if (k == Reserved && is_foreign_type(buffer_.text_of(token_at(i))))
        return scan_suffixes(i + 1, true, true, stars);
    if (k == Func) {
        uint32_t at = i + 1;
        if (kind_at(at) != OpenParen) at = scan_type(at, Stars::Yes, depth + 1).end;
        if (at == 0 || kind_at(at) != OpenParen || match(at) == 0) return {};
        return scan_suffixes(match(at) + 1, true, true, stars);
    }
    if (k != Identifier) return {};
    bool is_certain = false;
    uint32_t first = i;
    for (;;) {
        ++i;
        if (kind_at(i) == Less) {
            i = scan_type_args(i, depth + 1);
            if (i == 0) return {};
            is_certain = true;
        }
        if (kind_at(i) != Dot || kind_at(i + 1) != Identifier) break;
        ++i;
    }
    bool is_type = is_certain || is_type_name(buffer_.name_of(token_at(i - 1)));
    Scan result = scan_suffixes(i, is_certain, is_type, stars);
    result.is_single_name = result.end == first + 1;
    return result;
}

// What may follow the name of a type: `*`, `?`, brackets.
Parser::Scan Parser::scan_suffixes(uint32_t i, bool is_certain, bool is_type, Stars stars) const {
    using enum TokenKind;
    for (;;) {
        if (kind_at(i) == OpenBracket && match(i)) {
            // `[]` and `[,]` make a type certain, `a[3]` may be an element
            if (kind_at(i + 1) == CloseBracket || kind_at(i + 1) == Comma)
                is_certain = is_type = true;
            i = match(i) + 1;
        } else if (kind_at(i) == Star &&
                   (stars == Stars::Yes || (stars == Stars::OfKnownTypes && is_type))) {
            ++i;
        } else if (kind_at(i) == Question && stars != Stars::No) {
            // `a ? b : c`; only what can follow a nullable type's name makes it one
            bool is_name = kind_at(i + 1) == Identifier;
            TokenKind next = kind_at(i + 2);
            bool is_nullable = is_name && (next == Equal || next == Semicolon || next == Comma ||
                                           (is_type && next == OpenParen));
            bool is_closed = kind_at(i + 1) == CloseParen || kind_at(i + 1) == Greater ||
                             kind_at(i + 1) == OpenBracket;
            if (!is_nullable && !is_closed) break;
            ++i;
        } else {
            break;
        }
    }
    return {i, is_certain, false};
}

// The token behind `<T, U>` at i, or 0.
uint32_t Parser::scan_type_args(uint32_t i, int depth) const {
    do {
        i = scan_type(i + 1, Stars::Yes, depth).end;
        if (i == 0) return 0;
    } while (kind_at(i) == TokenKind::Comma);
    return kind_at(i) == TokenKind::Greater ? i + 1 : 0;
}

// C#'s rule: a name with `<...>` behind it is generic if the list reads as types and one of these
// tokens follows.
bool Parser::is_generic_name(uint32_t i, uint32_t& end) const {
    using enum TokenKind;
    end = kind_at(i) == Less ? scan_type_args(i, 0) : 0;
    if (end == 0) return false;
    switch (kind_at(end)) {
        case OpenParen:
        case CloseParen:
        case CloseBracket:
        case CloseBrace:
        case Colon:
        case Semicolon:
        case Comma:
        case Dot:
        case QuestionDot:
        case Question:
        case EqualEqual:
        case BangEqual:
        case Pipe:
        case Caret:
        case AmpAmp:
        case PipePipe:
        case Amp:
        case OpenBracket:
        case HoleClose:
        case HoleFormat:
        case End: return true;
        default: return false;
    }
}

}  // namespace dream::parse
