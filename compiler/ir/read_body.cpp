// Reading of values, operations and regions.
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "ir/reader.h"

namespace dream::ir {

namespace {

// The operations that stand behind `dst =` or alone, by their word.
bool find_op(std::string_view word, OpKind& kind) {
#define OP(name, text, effects)      \
    if (word == text) {              \
        kind = OpKind::name;         \
        return true;                 \
    }
#include "ir/ops.def"
    return false;
}

}  // namespace

LocalId Reader::local_reference(const TextToken& name) {
    auto found = locals_.find(key(name));
    if (found != locals_.end()) return found->second;
    fail("unknown local " + name.text);
    return {};
}

// ---- values ------------------------------------------------------------------------------------

const Value* Reader::value() {
    Depth depth(*this);
    const Value* left = unary();
    static constexpr std::string_view kBinary[] = {"+", "-", "*", "/", "%", "<<", ">>", "&",
                                                   "|", "^", "<", "<=", ">", ">=", "==", "!="};
    if (failed() || peek().starts_line || peek().kind != TextTokenKind::Symbol) return left;
    if (accept("&&")) return build_.logical(true, left, unary());
    if (accept("||")) return build_.logical(false, left, unary());
    for (size_t i = 0; i < std::size(kBinary); ++i)
        if (accept(kBinary[i])) return build_.binary(static_cast<BinaryOp>(i), left, unary());
    return left;
}

const Value* Reader::unary() {
    Depth depth(*this);
    if (failed()) return nothing();
    bool is_number = peek(1).kind == TextTokenKind::Integer || peek(1).kind == TextTokenKind::Real ||
                     at_word("inf", 1) || at_word("nan", 1);
    if (at_symbol("-") && is_number) {
        ++at_;
        return number(true);
    }
    if (accept("-")) return build_.unary(UnaryOp::Negate, unary());
    if (accept("~")) return build_.unary(UnaryOp::BitNot, unary());
    if (accept("!")) return build_.unary(UnaryOp::Not, unary());
    return postfix(primary());
}

const Value* Reader::field(const Value* object) {
    TextToken name = expect_name();
    bool has_fields = module_.types->is(object->type, TypeKind::Class) || module_.types->is(object->type, TypeKind::Struct);
    if (failed() || !has_fields) {
        fail("no field " + name.text);
        return nothing();
    }
    auto fields = module_.types->all_fields(object->type);
    int copy = 0;
    for (size_t i = 0; i < fields.size(); ++i)
        if (fields[i].name == name.text && ++copy == name.copy) return build_.field(object, static_cast<int>(i));
    fail("no field " + name.text);
    return nothing();
}

const Value* Reader::postfix(const Value* base) {
    while (!failed() && !peek().starts_line) {
        if (accept(".")) {
            base = field(base);
        } else if (accept("[")) {
            std::vector<const Value*> indices = values("]");
            if (base->type == Types::String && indices.size() == 1) {
                base = build_.char_at(base, indices[0]);
            } else if (module_.types->is(base->type, TypeKind::Array)) {
                base = build_.element(base, indices);
            } else {
                fail("neither an array nor a string is indexed");
            }
        } else {
            break;
        }
    }
    return base;
}

std::vector<const Value*> Reader::values(std::string_view end) {
    std::vector<const Value*> list;
    while (!failed() && !accept(end)) {
        list.push_back(value());
        if (!at_symbol(end)) expect(",");
    }
    return list;
}

const Value* Reader::number(bool is_negative) {
    TextToken token = tokens_[at_++];
    if (token.kind == TextTokenKind::Integer) {
        uint64_t magnitude = std::strtoull(token.text.c_str(), nullptr, 10);
        auto integer = static_cast<int64_t>(is_negative ? 0 - magnitude : magnitude);
        TypeId of = accept(":", true) ? type() : TypeId(Types::Int);
        return build_.integer(of, integer);
    }
    double real = token.text == "inf"   ? std::numeric_limits<double>::infinity()
                  : token.text == "nan" ? std::numeric_limits<double>::quiet_NaN()
                                        : std::strtod(token.text.c_str(), nullptr);
    TypeId of = accept(":", true) ? type() : TypeId(Types::Double);
    if (of == Types::Float) real = static_cast<double>(static_cast<float>(real));
    return build_.real(of, is_negative ? -real : real);
}

const Value* Reader::function_like(const std::string& word) {
    expect("(");
    if (word == "convert") {
        Value* made = make(ValueKind::Convert, type());
        expect(",");
        made->args = module_.arena->keep_all(Values(values(")")));
        if (made->args.size() != 1) fail("convert takes one value");
        return made;
    }
    if (word == "is") {
        Value* made = make(ValueKind::TypeTest, Types::Bool);
        const Value* tested[] = {value()};
        made->args = module_.arena->keep_all(Values(tested));
        expect(",");
        made->test = type();
        expect(")");
        return made;
    }
    std::vector<const Value*> args = values(")");
    if (failed() || args.empty()) {
        fail(word + " takes values");
        return nothing();
    }
    if (word == "len" && args.size() == 1) return build_.length(args[0]);
    if (word == "dim" && args.size() == 2) return build_.dimension(args[0], static_cast<int>(args[1]->integer));
    if (word == "select" && args.size() == 3) return build_.select(args[0], args[1], args[2]);
    if (word == "switch_string")
        return build_.switch_string(args[0], Values(args).subspan(1));
    fail("wrong number of values for " + word);
    return nothing();
}

const Value* Reader::primary() {
    const TextToken token = peek();
    if (failed()) return nothing();
    switch (token.kind) {
        case TextTokenKind::Integer:
        case TextTokenKind::Real: return number(false);
        case TextTokenKind::String: ++at_; return build_.string(token.text);
        case TextTokenKind::Char:
            ++at_;
            if (token.text.size() != 1) fail("a char is one byte");
            return build_.integer(Types::Char, token.text.empty() ? 0 : static_cast<unsigned char>(token.text[0]));
        case TextTokenKind::Symbol: break;
        case TextTokenKind::Name: {
            if (at_word("inf") || at_word("nan")) return number(false);
            ++at_;
            if (!token.is_quoted && token.copy == 1) {
                if (token.text == "true" || token.text == "false")
                    return build_.integer(Types::Bool, token.text == "true");
                if (token.text == "null") return build_.null(accept(":", true) ? type() : TypeId(Types::Null));
                if (token.text == "zero") {
                    expect(":");
                    return build_.zero(type());
                }
                if (token.text == "instance" && accept(":", true)) return build_.instance(type());
                for (std::string_view word : {"len", "dim", "select", "is", "convert", "switch_string"})
                    if (token.text == word && at_symbol("(")) return function_like(token.text);
            }
            LocalId id = local_reference(token);
            return failed() ? nothing() : build_.local(*function_, id);
        }
        case TextTokenKind::End:
        case TextTokenKind::Bad: break;
    }
    if (accept("(")) {
        const Value* inner = value();
        expect(")");
        return inner;
    }
    if (accept("@")) {
        auto found = globals_.find(key(peek()));
        // The longest name that is known: what follows may be a field.
        if (found == globals_.end()) found = globals_.find(key(peek()) + "." + key(peek(2)));
        if (found == globals_.end()) {
            fail("unknown global " + peek().text);
            return nothing();
        }
        at_ += found->first == key(peek()) ? 1 : 3;
        return build_.global(found->second);
    }
    if (accept("$")) {
        auto found = runtime_.find(expect_name().text);
        expect("(");
        std::vector<const Value*> args = values(")");
        if (found == runtime_.end()) fail("unknown runtime function");
        if (failed()) return nothing();
        TypeId of = module_.runtime[found->second].result;
        if (accept(":", true)) of = type();
        return build_.runtime(found->second, of, args);
    }
    fail(fmt::format("expected a value, found '{}'", token.text));
    return nothing();
}

// ---- operations --------------------------------------------------------------------------------

Operand Reader::operand() {
    Operand o;
    o.by_ref = accept("ref");
    if (accept("retain")) {
        o.transfer = Transfer::Retain;
    } else if (accept("move")) {
        o.transfer = Transfer::Move;
    }
    o.value = value();
    return o;
}

// Up to the symbol `end`, which is taken; without one, to the end of the line.
std::vector<Operand> Reader::operands(std::string_view end) {
    std::vector<Operand> list;
    if (!end.empty()) {
        while (!failed() && !accept(end)) {
            list.push_back(operand());
            if (!at_symbol(end)) expect(",");
        }
        return list;
    }
    if (peek().starts_line || at_symbol("}")) return list;
    do list.push_back(operand());
    while (!failed() && accept(",", true));
    return list;
}

void Reader::flags(Op& op) {
    op.throws = accept("throws", true);
    op.is_fatal = accept("fatal", true);
    op.place_is_empty = accept("empty", true);
    op.is_immediate = accept("immediate", true);
}

void Reader::op_arguments(Op& op) {
    switch (op.op) {
        case OpKind::Assign: op.args = {operand()}; return;
        case OpKind::Store:
            op.place = value();
            expect("=");
            op.args = {operand()};
            return;
        case OpKind::Take:
        case OpKind::MakeUnique: op.place = value(); return;
        case OpKind::New: op.type = type(); return;
        case OpKind::NewArray:
        case OpKind::CheckCast:
            expect("(");
            op.type = type();
            expect(")");
            op.args = operands("");
            return;
        case OpKind::Call:
            op.function = function_reference();
            expect("(");
            op.args = operands(")");
            return;
        case OpKind::CallVirtual:
            op.type = known_type(key(expect_name()));
            expect("[");
            op.slot = static_cast<int>(integer());
            expect("]");
            expect("(");
            op.args = operands(")");
            return;
        case OpKind::CallRuntime: {
            auto found = runtime_.find(expect_name().text);
            if (found == runtime_.end()) return fail("unknown runtime function");
            op.runtime = found->second;
            expect("(");
            op.args = operands(")");
            return;
        }
        case OpKind::Release:
        case OpKind::CheckNull:
        case OpKind::CheckIndex:
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::Concat:
        case OpKind::Append:
        case OpKind::EnumText:
        case OpKind::Throw:
        case OpKind::Rethrow:
        case OpKind::SetFinalised: op.args = operands(""); return;
    }
}

Op* Reader::op() {
    Op* made = build_.op(OpKind::Assign, {});
    bool has_word = peek().kind == TextTokenKind::Name && !peek().is_quoted && peek().copy == 1;
    if (!at_symbol("=", 1)) {
        bool is_known = has_word && find_op(peek().text, made->op);
        if (!is_known) {
            fail(fmt::format("expected an operation, found '{}'", peek().text));
            return made;
        }
        ++at_;
    } else {
        made->dst = local_reference(expect_name());
        expect("=");
        has_word = peek().kind == TextTokenKind::Name && !peek().is_quoted && peek().copy == 1;
        if (has_word && find_op(peek().text, made->op)) ++at_;
    }
    op_arguments(*made);
    flags(*made);
    return made;
}

// ---- regions -----------------------------------------------------------------------------------

void Reader::unwind(Block& block) {
    if (!accept("unwind")) return;
    expect("{");
    while (!failed() && !accept("}")) block.unwind.push_back(op());
}

bool Reader::at_local_declaration() const {
    size_t i = at_word("ref") ? 1 : 0;
    bool has_ownership = at_word("own", i) || at_word("borrow", i) || at_word("plain", i);
    return has_ownership && peek(i + 1).kind == TextTokenKind::Name && at_symbol(":", i + 2);
}

Block* Reader::block() {
    Depth depth(*this);
    Block* made = build_.block({});
    made->is_statement = accept("statement");
    expect("{");
    while (!failed() && !accept("}")) {
        if (at_local_declaration()) {
            made->locals.push_back(local_declaration(*function_));
        } else {
            made->body.push_back(node());
        }
    }
    unwind(*made);
    return made;
}

// An optional label behind the word of a region.
std::string Reader::label() {
    bool is_label = peek().kind == TextTokenKind::Name && at_symbol("{", 1);
    return is_label && !at_word("statement") ? expect_name().text : "";
}

Node* Reader::target() {
    auto found = labels_.find(expect_name().text);
    if (found != labels_.end()) return found->second;
    fail("an exit names no region");
    return nullptr;
}

Node* Reader::loop(bool is_do) {
    Loop* made = build_.node<Loop>({});
    made->is_do = is_do;
    made->condition = nullptr;
    made->head = made->body = made->step = nullptr;
    labels_[label()] = made;
    expect("{");
    while (!failed() && !accept("}")) {
        if (accept("head")) {
            made->head = block();
        } else if (accept("body")) {
            made->body = block();
        } else if (accept("step")) {
            made->step = block();
        } else {
            expect("while");
            made->condition = value();
        }
    }
    for (Block** part : {&made->head, &made->body, &made->step})
        if (!*part) *part = build_.block({});
    return made;
}

Node* Reader::switch_() {
    Switch* made = build_.node<Switch>({});
    bool has_label = peek().kind == TextTokenKind::Name && at_symbol(":", 1);
    if (has_label) {
        labels_[expect_name().text] = made;
        expect(":");
    }
    made->subject = value();
    expect("{");
    while (!failed() && !accept("}")) {
        Case c;
        if (accept("case"))
            while (at_symbol("-") || peek().kind == TextTokenKind::Integer) {
                c.labels.push_back(integer());
                accept(",");
            }
        c.is_default = accept("default");
        c.body = block();
        made->cases.push_back(std::move(c));
    }
    return made;
}

Node* Reader::try_() {
    Try* made = build_.node<Try>({});
    labels_[label()] = made;
    made->body = block();
    made->finally_block = nullptr;
    while (!failed() && accept("catch")) {
        Catch handler;
        handler.type = type();
        TextToken exception = expect_name();
        handler.body = block();
        handler.exception = local_reference(exception);
        made->catches.push_back(handler);
    }
    if (accept("finally")) made->finally_block = block();
    return made;
}

Node* Reader::node() {
    Depth depth(*this);
    bool is_assign = at_symbol("=", 1);
    if (at_symbol("{") || (at_word("statement") && at_symbol("{", 1))) return block();
    if (is_assign) return op();
    if (accept("if")) {
        If* made = build_.node<If>({});
        made->condition = value();
        made->then_block = block();
        made->else_block = accept("else") ? block() : nullptr;
        return made;
    }
    if (accept("loop")) return loop(false);
    if (accept("do_loop")) return loop(true);
    if (accept("switch")) return switch_();
    if (accept("try")) return try_();
    if (accept("break")) {
        Break* made = build_.node<Break>({});
        made->target = target();
        return made;
    }
    if (accept("continue")) {
        Continue* made = build_.node<Continue>({});
        made->target = target();
        return made;
    }
    if (accept("return")) {
        Return* made = build_.node<Return>({});
        made->value = {};
        if (!peek().starts_line && !at_symbol("}")) made->value = operand();
        return made;
    }
    return op();
}

}  // namespace dream::ir
