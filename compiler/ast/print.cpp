// Types, patterns and expressions as text.
#include "ast/print.h"

#include <fmt/format.h>

#include "ast/printer.h"
#include "lex/lex.h"
#include "lex/unicode.h"

namespace dream::ast {

std::string print(const File& file, const PrintOptions& options) {
    Printer printer(options);
    printer.file(file);
    return printer.take();
}
std::string print(const Type& type) {
    Printer printer({});
    printer.type(type);
    return printer.take();
}
std::string print(const Expr& expr, const PrintOptions& options) {
    Printer printer(options);
    printer.expr(expr);
    return printer.take();
}
std::string print(const Stmt& stmt) {
    Printer printer({});
    printer.stmt(stmt);
    return printer.take();
}
std::string print(const Decl& decl) {
    Printer printer({});
    printer.decl(decl);
    return printer.take();
}

void Printer::name(const Name& n) {
    if (lex::is_reserved_word(n.text)) write('@');
    write(n.text);
}

// ---- types -------------------------------------------------------------------------------------

void Printer::type(const Type& t) {
    switch (t.kind) {
        case TypeKind::PredefinedType: return write(spelling(as<PredefinedType>(t).type));
        case TypeKind::VarType: return write("var");
        case TypeKind::NamedType: {
            const auto& parts = as<NamedType>(t).parts;
            for (size_t i = 0; i < parts.size(); ++i) {
                if (i > 0) write('.');
                name(parts[i].name);
                type_args(parts[i].args);
            }
            return;
        }
        case TypeKind::ArrayType: return array_type(as<ArrayType>(t));
        case TypeKind::PointerType: type(*as<PointerType>(t).target); return write('*');
        case TypeKind::NullableType: type(*as<NullableType>(t).inner); return write('?');
        case TypeKind::FuncType: {
            const auto& f = as<FuncType>(t);
            write("func");
            if (f.result) {
                write(' ');
                type(*f.result);
            }
            return func_params(f.params);
        }
        case TypeKind::ErrorType: return write("<error>");
    }
}

void Printer::type_args(const List<Type*>& args) {
    if (args.empty()) return;
    write('<');
    separated(args, [&](const Type* t) { type(*t); });
    write('>');
}

void Printer::func_params(const List<FuncTypeParam>& params) {
    write('(');
    separated(params, [&](const FuncTypeParam& p) {
        if (p.mode == PassMode::Ref) write("ref ");
        if (p.mode == PassMode::Out) write("out ");
        type(*p.type);
        if (!p.name.empty()) {
            write(' ');
            name(p.name);
        }
    });
    write(')');
}

// The brackets stand outermost first behind the element that is no array.
void Printer::array_type(const ArrayType& t) {
    const Type* element = &t;
    uint32_t count = 0;
    for (; const auto* array = try_as<ArrayType>(element); ++count) element = array->element;
    type(*element);
    dims(&t, count);
}

void Printer::dims(const Type* outermost, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        const auto& array = as<ArrayType>(*outermost);
        write('[');
        for (size_t d = 0; d < array.rank(); ++d) {
            if (d > 0) write(array.is_sized() ? ", " : ",");
            if (array.sizes[d]) expr(*array.sizes[d]);
        }
        write(']');
        outermost = array.element;
    }
}

// ---- patterns ----------------------------------------------------------------------------------

void Printer::pattern(const Pattern& p) {
    switch (p.kind) {
        case PatternKind::ConstantPattern: return expr(*as<ConstantPattern>(p).value);
        case PatternKind::TypePattern: {
            const auto& t = as<TypePattern>(p);
            type(*t.type);
            if (!t.name.empty()) {
                write(' ');
                name(t.name);
            }
            return;
        }
        case PatternKind::VarPattern: write("var "); return name(as<VarPattern>(p).name);
        case PatternKind::DiscardPattern: return write('_');
        case PatternKind::RelationalPattern: {
            const auto& r = as<RelationalPattern>(p);
            write(spelling(r.op));
            write(' ');
            return expr(*r.value);
        }
        case PatternKind::NotPattern: {
            const Pattern& inner = *as<NotPattern>(p).inner;
            write("not ");
            return nested_pattern(inner, inner.kind == PatternKind::BinaryPattern);
        }
        case PatternKind::BinaryPattern: return binary_pattern(as<BinaryPattern>(p));
        case PatternKind::ErrorPattern: return write("<error>");
    }
}

void Printer::nested_pattern(const Pattern& p, bool with_parens) {
    if (with_parens) write('(');
    pattern(p);
    if (with_parens) write(')');
}

// `and` binds tighter than `or`; both associate to the left.
void Printer::binary_pattern(const BinaryPattern& p) {
    const auto* lhs = try_as<BinaryPattern>(p.lhs);
    const auto* rhs = try_as<BinaryPattern>(p.rhs);
    bool all = options_.explicit_parens;
    nested_pattern(*p.lhs, lhs && (all || (lhs->is_or && !p.is_or)));
    write(p.is_or ? " or " : " and ");
    nested_pattern(*p.rhs, rhs && (all || rhs->is_or || !p.is_or));
}

// ---- literals ----------------------------------------------------------------------------------

// The bytes of a string between its quotes.
void Printer::text_bytes(std::string_view bytes, bool in_interpolation) {
    for (size_t i = 0; i < bytes.size();) {
        char c = bytes[i];
        auto byte = static_cast<unsigned char>(c);
        lex::Decoded d = lex::decode_utf8(bytes, i);
        size_t length = d.length ? d.length : 1;
        if (c == '"' || c == '\\')
            (out_ += '\\') += c;
        else if (c == '\n')
            write("\\n");
        else if (c == '\t')
            write("\\t");
        else if (c == '\r')
            write("\\r");
        else if (c == '\0')
            write("\\0");
        else if (byte < 0x20 || byte == 0x7F || d.length == 0)
            out_ += fmt::format("\\x{:02X}", byte);
        else if (in_interpolation && (c == '{' || c == '}'))
            (out_ += c) += c;
        else
            write(bytes.substr(i, length));
        i += length;
    }
}

void Printer::literal(const Expr& e) {
    if (const auto* i = try_as<IntLiteral>(&e)) {
        out_ += i->is_bits ? fmt::format("0x{:X}", i->value) : fmt::format("{}", i->value);
        if (i->is_long) write('L');
    } else if (const auto* r = try_as<RealLiteral>(&e)) {
        write(r->text);
        if (r->suffix != RealSuffix::None) write(r->suffix == RealSuffix::Float ? 'f' : 'd');
    } else if (const auto* c = try_as<CharLiteral>(&e)) {
        char byte = static_cast<char>(c->value);
        write('\'');
        if (byte == '\'')
            write("\\'");
        else if (byte == '"')
            write('"');
        else
            text_bytes({&byte, 1}, false);
        write('\'');
    } else if (const auto* s = try_as<StringLiteral>(&e)) {
        write('"');
        text_bytes(s->bytes, false);
        write('"');
    }
}

void Printer::interpolation(const Interpolation& e) {
    bool was_flat = is_flat_;
    is_flat_ = true;
    write("$\"");
    for (const InterpolationPart& part : e.parts) {
        if (!part.value) {
            text_bytes(part.text, true);
            continue;
        }
        write('{');
        expr(*part.value);
        if (part.alignment) {
            write(", ");
            expr(*part.alignment);
        }
        if (!part.format.empty()) {
            write(':');
            write(part.format);
        }
        write('}');
    }
    write('"');
    is_flat_ = was_flat;
}

// ---- expressions -------------------------------------------------------------------------------

void Printer::expr(const Expr& e) {
    bool with_parens = false;
    if (options_.explicit_parens) {
        switch (e.kind) {
            case ExprKind::Unary:
            case ExprKind::Assign:
            case ExprKind::Conditional:
            case ExprKind::Cast:
            case ExprKind::Is:
            case ExprKind::As:
            case ExprKind::NullChain:
            case ExprKind::Lambda:
            case ExprKind::ThrowExpr:
            case ExprKind::SwitchExpr: with_parens = true; break;
            default: break;
        }
    }
    if (with_parens) write('(');
    plain_expr(e);
    if (with_parens) write(')');
}

void Printer::plain_expr(const Expr& e) {
    switch (e.kind) {
        case ExprKind::IntLiteral:
        case ExprKind::RealLiteral:
        case ExprKind::CharLiteral:
        case ExprKind::StringLiteral: return literal(e);
        case ExprKind::BoolLiteral: return write(as<BoolLiteral>(e).value ? "true" : "false");
        case ExprKind::NullLiteral: return write("null");
        case ExprKind::Interpolation: return interpolation(as<Interpolation>(e));
        case ExprKind::NameExpr:
            name(as<NameExpr>(e).name);
            return type_args(as<NameExpr>(e).type_args);
        case ExprKind::TypeExpr: return type(*as<TypeExpr>(e).type);
        case ExprKind::This: return write("this");
        case ExprKind::Base: return write("base");
        case ExprKind::Paren:
            write('(');
            expr(*as<Paren>(e).inner);
            return write(')');
        case ExprKind::Member: {
            const auto& m = as<Member>(e);
            // Without parentheses this is what `p->f` stands for.
            const auto* pointee = try_as<Unary>(m.object);
            bool is_arrow = pointee && pointee->op == UnaryOp::Dereference;
            expr(is_arrow ? *pointee->operand : *m.object);
            write(is_arrow ? "->" : m.is_conditional ? "?." : ".");
            name(m.name);
            return type_args(m.type_args);
        }
        case ExprKind::Index: {
            const auto& i = as<Index>(e);
            expr(*i.object);
            write(i.is_conditional ? "?[" : "[");
            args(i.args);
            return write(']');
        }
        case ExprKind::Call:
            expr(*as<Call>(e).callee);
            write('(');
            args(as<Call>(e).args);
            return write(')');
        case ExprKind::NullChain: return expr(*as<NullChain>(e).chain);
        case ExprKind::Unary: return unary(as<Unary>(e));
        case ExprKind::Binary: return binary(as<Binary>(e));
        case ExprKind::Assign: {
            const auto& a = as<Assign>(e);
            expr(*a.target);
            write(' ');
            if (a.is_compound) write(spelling(a.op));
            write("= ");
            return expr(*a.value);
        }
        case ExprKind::Conditional: {
            const auto& c = as<Conditional>(e);
            expr(*c.condition);
            write(" ? ");
            expr(*c.yes);
            write(" : ");
            return expr(*c.no);
        }
        case ExprKind::Cast:
            write('(');
            type(*as<Cast>(e).type);
            write(')');
            return expr(*as<Cast>(e).value);
        case ExprKind::Is:
            expr(*as<Is>(e).value);
            write(" is ");
            return pattern(*as<Is>(e).pattern);
        case ExprKind::As:
            expr(*as<As>(e).value);
            write(" as ");
            return type(*as<As>(e).type);
        case ExprKind::New: {
            const auto& n = as<New>(e);
            write(n.type ? "new " : "new");
            if (n.type) type(*n.type);
            if (n.has_parens) {
                write('(');
                args(n.args);
                write(')');
            }
            if (n.initializer) {
                write(' ');
                initializer(*n.initializer);
            }
            return;
        }
        case ExprKind::NewArray: return new_array(as<NewArray>(e));
        case ExprKind::ArrayLiteral: {
            const auto& a = as<ArrayLiteral>(e);
            write(a.has_braces ? '{' : '[');
            separated(a.elements, [&](const Expr* element) { expr(*element); });
            return write(a.has_braces ? '}' : ']');
        }
        case ExprKind::Initializer: return initializer(as<Initializer>(e));
        case ExprKind::Lambda: return lambda(as<Lambda>(e));
        case ExprKind::SwitchExpr: return switch_expr(as<SwitchExpr>(e));
        case ExprKind::ThrowExpr: write("throw "); return expr(*as<ThrowExpr>(e).value);
        case ExprKind::OutVar:
            type(*as<OutVar>(e).type);
            write(' ');
            return name(as<OutVar>(e).name);
        case ExprKind::SizeOf: {
            const auto& s = as<SizeOf>(e);
            write("sizeof(");
            if (s.type)
                type(*s.type);
            else
                expr(*s.value);
            return write(')');
        }
        case ExprKind::Default:
            write("default");
            if (!as<Default>(e).type) return;
            write('(');
            type(*as<Default>(e).type);
            return write(')');
        case ExprKind::ErrorExpr: return write("<error>");
    }
}

void Printer::unary(const Unary& e) {
    if (is_postfix(e.op)) {
        expr(*e.operand);
        return write(spelling(e.op));
    }
    write(spelling(e.op));
    // `- -x`, `& &x`: without the space they would be one operator
    const auto* inner = try_as<Unary>(e.operand);
    if (inner && !is_postfix(inner->op) && spelling(inner->op).front() == spelling(e.op).back())
        write(' ');
    expr(*e.operand);
}

// The chain is written in a loop: it may be long.
void Printer::binary(const Binary& e) {
    std::vector<const Binary*> links;
    const Expr* leftmost = left_spine(e, links);
    if (options_.explicit_parens) out_.append(links.size(), '(');
    expr(*leftmost);
    for (const Binary* link : links) {
        write(' ');
        write(spelling(link->op));
        write(' ');
        expr(*link->rhs);
        if (options_.explicit_parens) write(')');
    }
}

void Printer::args(const List<Arg>& list) {
    separated(list, [&](const Arg& arg) {
        if (!arg.name.empty()) {
            name(arg.name);
            write(": ");
        }
        if (arg.mode == PassMode::Ref) write("ref ");
        if (arg.mode == PassMode::Out) write("out ");
        expr(*arg.value);
    });
}

void Printer::new_array(const NewArray& e) {
    write("new");
    if (e.type) {
        write(' ');
        type(*e.type);
    } else {
        write('[');
        out_.append(e.implicit_rank - 1, ',');
        write(']');
    }
    if (!e.elements) return;
    write(' ');
    expr(*e.elements);
}

void Printer::initializer(const Initializer& e) {
    if (e.items.empty()) return write("{ }");
    write("{ ");
    separated(e.items, [&](const InitializerItem& item) {
        if (!item.name.empty()) {
            name(item.name);
            write(" = ");
        } else if (!item.index.empty()) {
            write('[');
            args(item.index);
            write("] = ");
        }
        if (item.has_braces) write("{ ");
        args(item.element);
        if (item.has_braces) write(" }");
        if (item.value) expr(*item.value);
    });
    write(" }");
}

void Printer::lambda(const Lambda& e) {
    if (e.has_parens) write('(');
    separated(e.params, [&](const Param& p) { param(p); });
    if (e.has_parens) write(')');
    write(" => ");
    if (e.block)
        block(*e.block);
    else
        expr(*e.expr);
}

void Printer::switch_expr(const SwitchExpr& e) {
    expr(*e.value);
    write(" switch {");
    indented([&] {
        for (const SwitchExprArm& arm : e.arms) {
            newline();
            pattern(*arm.pattern);
            if (arm.guard) {
                write(" when ");
                expr(*arm.guard);
            }
            write(" => ");
            expr(*arm.value);
            write(',');
        }
    });
    newline();
    write('}');
}

}  // namespace dream::ast
