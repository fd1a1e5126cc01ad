// Prints the typed tree. Conversions appear as `long(x)`, texts as `text(x)`, joined texts as
// `join(a, b)`; a virtual call has `~` in front of its name.
#include "check/print.h"

#include "check/constants.h"
#include "support/text_writer.h"

namespace dream::typed {

namespace {

std::string_view spelling(BinaryOp op) {
    switch (op) {
        case BinaryOp::Add: return "+";
        case BinaryOp::Subtract: return "-";
        case BinaryOp::Multiply: return "*";
        case BinaryOp::Divide: return "/";
        case BinaryOp::Remainder: return "%";
        case BinaryOp::ShiftLeft: return "<<";
        case BinaryOp::ShiftRight: return ">>";
        case BinaryOp::And: return "&";
        case BinaryOp::Or: return "|";
        case BinaryOp::Xor: return "^";
        case BinaryOp::Less: return "<";
        case BinaryOp::LessEqual: return "<=";
        case BinaryOp::Greater: return ">";
        case BinaryOp::GreaterEqual: return ">=";
        case BinaryOp::Equal: return "==";
        case BinaryOp::NotEqual: return "!=";
    }
    return "?";
}

std::string_view spelling(UnaryOp op) {
    switch (op) {
        case UnaryOp::Negate: return "-";
        case UnaryOp::BitNot: return "~";
        case UnaryOp::Not: return "!";
    }
    return "?";
}

std::string quoted(std::string_view text, char quote) {
    std::string out(1, quote);
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (byte < 32 || byte == 127)
            out += fmt::format("\\x{:02x}", byte);
        else
            out += c;
    }
    return out + quote;
}

class Printer {
  public:
    explicit Printer(const Types& types) : types_(types) {}

    std::string text(const Expr& e) const;
    void function(const Function& f);
    void stmt(const Stmt& s);
    std::string take() { return out_.take(); }
    TextWriter& out() { return out_; }

  private:
    std::string constant(const Constant& value, TypeId type) const;
    std::string list(const std::vector<Expr*>& items) const;
    std::string arguments(const std::vector<Argument>& items) const;
    std::string chain(const Expr& e) const;
    std::string call(const CallExpr& e) const;
    std::string header(const Function& f) const;
    void body_of(const Stmt& s);
    void block(const std::vector<Stmt*>& body);
    void for_stmt(const ForStmt& s);
    void switch_stmt(const SwitchStmt& s);
    void try_stmt(const TryStmt& s);

    const Types& types_;
    TextWriter out_;
};

// ---- expressions ---------------------------------------------------------------------------------

std::string Printer::constant(const Constant& value, TypeId type) const {
    if (const auto* words = std::get_if<std::string>(&value)) return quoted(*words, '"');
    if (value.index() == 0) return "null";
    std::string plain = checker::constant_text(types_, value, type);
    if (type == Types::Char) return quoted(plain, '\'');
    if (types_.is(type, TypeKind::Enum)) return types_.text(type) + "." + plain;
    if (type == Types::Long) plain += "L";
    if (type == Types::Float) plain += "f";
    if (type == Types::Double) plain += "d";
    if (type == Types::Byte) plain = "byte(" + plain + ")";
    return plain;
}

std::string Printer::list(const std::vector<Expr*>& items) const {
    std::string out;
    for (const Expr* item : items) out += (out.empty() ? "" : ", ") + text(*item);
    return out;
}

std::string Printer::arguments(const std::vector<Argument>& items) const {
    std::string out;
    for (const Argument& a : items)
        out += std::string(out.empty() ? "" : ", ") +
               (a.is_out   ? "out "
                : a.by_ref ? "ref "
                           : "") +
               text(*a.value);
    return out;
}

// Binary and Logical lean left without bound.
std::string Printer::chain(const Expr& e) const {
    std::vector<const Expr*> links;
    const Expr* left = &e;
    while (left->kind == ExprKind::Binary || left->kind == ExprKind::Logical) {
        links.push_back(left);
        left = left->kind == ExprKind::Binary ? as<BinaryExpr>(left)->left
                                              : as<LogicalExpr>(left)->left;
    }
    std::string out = std::string(links.size(), '(') + text(*left);
    for (auto link = links.rbegin(); link != links.rend(); ++link) {
        bool is_binary = (*link)->kind == ExprKind::Binary;
        std::string_view op = is_binary                        ? spelling(as<BinaryExpr>(*link)->op)
                              : as<LogicalExpr>(*link)->is_and ? "&&"
                                                               : "||";
        const Expr* right =
            is_binary ? as<BinaryExpr>(*link)->right : as<LogicalExpr>(*link)->right;
        out += fmt::format(" {} {})", op, text(*right));
    }
    return out;
}

std::string Printer::call(const CallExpr& e) const {
    const Function& f = *e.function;
    std::string name;
    if (e.receiver)
        name = text(*e.receiver) + (e.is_virtual ? ".~" : ".") +
               (f.kind == FunctionKind::Constructor ? "init " : "");
    else if (f.owner.valid())
        name = types_.text(f.owner) + ".";
    return name + std::string(f.name) + "(" + arguments(e.arguments) + ")";
}

std::string Printer::text(const Expr& e) const {
    switch (e.kind) {
        case ExprKind::Literal: return constant(as<LiteralExpr>(&e)->value, e.type);
        case ExprKind::LocalRef: return std::string(as<LocalRefExpr>(&e)->local->name);
        case ExprKind::GlobalRef: {
            const Global& g = *as<GlobalRefExpr>(&e)->global;
            return (g.owner.valid() ? types_.text(g.owner) + "." : "::") + std::string(g.name);
        }
        case ExprKind::FieldAccess: {
            const auto* field = as<FieldAccessExpr>(&e);
            auto fields = types_.all_fields(field->object->type);
            return text(*field->object) + "." +
                   std::string(fields[static_cast<size_t>(field->field)].name);
        }
        case ExprKind::Index:
            return text(*as<IndexExpr>(&e)->object) + "[" + list(as<IndexExpr>(&e)->indices) + "]";
        case ExprKind::Length: return text(*as<LengthExpr>(&e)->object) + ".Length";
        case ExprKind::Unary:
            return fmt::format("({}{})", spelling(as<UnaryExpr>(&e)->op),
                               text(*as<UnaryExpr>(&e)->operand));
        case ExprKind::Binary:
        case ExprKind::Logical: return chain(e);
        case ExprKind::Conditional: {
            const auto* c = as<ConditionalExpr>(&e);
            return fmt::format("({} ? {} : {})", text(*c->condition), text(*c->when_true),
                               text(*c->when_false));
        }
        case ExprKind::Assign:
            return text(*as<AssignExpr>(&e)->target) + " = " + text(*as<AssignExpr>(&e)->value);
        case ExprKind::CompoundAssign: {
            const auto* c = as<CompoundAssignExpr>(&e);
            return fmt::format("{} {}=[{}] {}", text(*c->target), spelling(c->op),
                               types_.text(c->operation_type), text(*c->value));
        }
        case ExprKind::Increment: {
            const auto* i = as<IncrementExpr>(&e);
            std::string op = i->is_decrement ? "--" : "++";
            return i->is_prefix ? op + text(*i->target) : text(*i->target) + op;
        }
        case ExprKind::Concat: return "join(" + list(as<ConcatExpr>(&e)->parts) + ")";
        case ExprKind::ToText: {
            const auto* t = as<ToTextExpr>(&e);
            std::string how;
            if (t->alignment != 0) how += fmt::format(", {}", t->alignment);
            if (!t->format.empty()) how += ", " + quoted(t->format, '"');
            return (t->is_call ? "ToString(" : "text(") + text(*t->operand) + how + ")";
        }
        case ExprKind::Convert:
            return types_.text(e.type) + "(" + text(*as<ConvertExpr>(&e)->operand) + ")";
        case ExprKind::ClassCast: {
            const auto* c = as<ClassCastExpr>(&e);
            return c->cast == CastKind::OrNull ? fmt::format("({} as {})", text(*c->operand), types_.text(e.type))
                            : fmt::format("cast {}({})", types_.text(e.type), text(*c->operand));
        }
        case ExprKind::TypeTest:
            return fmt::format("({} is {})", text(*as<TypeTestExpr>(&e)->operand),
                               types_.text(as<TypeTestExpr>(&e)->test));
        case ExprKind::ReferenceEquals:
            return fmt::format("same({}, {})", text(*as<ReferenceEqualsExpr>(&e)->left),
                               text(*as<ReferenceEqualsExpr>(&e)->right));
        case ExprKind::Call: return call(*as<CallExpr>(&e));
        case ExprKind::New:
            return fmt::format("new {}({})", types_.text(e.type),
                               arguments(as<NewExpr>(&e)->arguments));
        case ExprKind::NewArray:
            return fmt::format("new {}({})", types_.text(e.type),
                               list(as<NewArrayExpr>(&e)->lengths));
        case ExprKind::ArrayLiteral: {
            const auto* a = as<ArrayLiteralExpr>(&e);
            std::string shape;
            for (int length : a->lengths)
                shape += fmt::format("{}{}", shape.empty() ? "" : "x", length);
            return fmt::format("{}{}[{}]", types_.text(e.type), shape, list(a->elements));
        }
        case ExprKind::Lambda:
            return fmt::format("lambda {}", as<LambdaExpr>(&e)->function->name);
        case ExprKind::Deref:
            return fmt::format("{}[{}]", text(*as<DerefExpr>(&e)->pointer),
                               text(*as<DerefExpr>(&e)->index));
        case ExprKind::AddressOf: return "&" + text(*as<AddressOfExpr>(&e)->place);
        case ExprKind::FunctionAddress:
            return fmt::format("&{}", as<FunctionAddressExpr>(&e)->function->name);
        case ExprKind::Default: return fmt::format("default({})", types_.text(e.type));
        case ExprKind::Throw: return "(throw " + text(*as<ThrowExpr>(&e)->value) + ")";
        case ExprKind::Let: {
            const auto* let = as<LetExpr>(&e);
            std::string name = let->local ? std::string(let->local->name) + " = " : "";
            return fmt::format("(let {}{} in {})", name, text(*let->value), text(*let->body));
        }
    }
    return "?";
}

// ---- statements ----------------------------------------------------------------------------------

void Printer::block(const std::vector<Stmt*>& body) {
    out_.indent();
    for (const Stmt* s : body) stmt(*s);
    out_.dedent();
}

// The body of a loop or branch, indented once.
void Printer::body_of(const Stmt& s) {
    if (s.kind == StmtKind::Block) return block(as<BlockStmt>(&s)->body);
    out_.indent();
    stmt(s);
    out_.dedent();
}

void Printer::for_stmt(const ForStmt& s) {
    out_.line("for");
    block(s.init);
    out_.line("while {}", s.condition ? text(*s.condition) : "true");
    body_of(*s.body);
    out_.line("step {}", list(s.steps));
}

void Printer::switch_stmt(const SwitchStmt& s) {
    out_.line("switch {}", text(*s.subject));
    out_.indent();
    for (const SwitchSection& section : s.sections) {
        std::string labels;
        for (const Constant& label : section.labels)
            labels += (labels.empty() ? "case " : ", ") + constant(label, s.subject->type);
        if (section.is_default) labels += labels.empty() ? "default" : ", default";
        out_.line("{}", labels);
        block(section.body);
    }
    out_.dedent();
}

void Printer::try_stmt(const TryStmt& s) {
    out_.line("try");
    block(s.body->body);
    for (const CatchClause& clause : s.catches) {
        std::string name = clause.local ? fmt::format(" as {} {}", types_.text(clause.local->type),
                                                      clause.local->name)
                                        : "";
        out_.line("catch {}{}", types_.text(clause.type), name);
        block(clause.body->body);
    }
    if (!s.finally_body) return;
    out_.line("finally");
    block(s.finally_body->body);
}

void Printer::stmt(const Stmt& s) {
    switch (s.kind) {
        case StmtKind::Block:
            out_.line("block");
            block(as<BlockStmt>(&s)->body);
            return;
        case StmtKind::Expr: out_.line("{}", text(*as<ExprStmt>(&s)->expr)); return;
        case StmtKind::Declare: {
            const auto* d = as<DeclareStmt>(&s);
            std::string init = d->init ? " = " + text(*d->init) : "";
            out_.line("{} {}{}{}", types_.text(d->local->type), d->local->name, init,
                      d->local->is_written ? "  (written)" : "");
            return;
        }
        case StmtKind::If: {
            const auto* i = as<IfStmt>(&s);
            out_.line("if {}", text(*i->condition));
            body_of(*i->then_body);
            for (; i->else_body && i->else_body->kind == StmtKind::If;) {
                i = as<IfStmt>(i->else_body);
                out_.line("else if {}", text(*i->condition));
                body_of(*i->then_body);
            }
            if (!i->else_body) return;
            out_.line("else");
            body_of(*i->else_body);
            return;
        }
        case StmtKind::While:
            out_.line("while {}", text(*as<WhileStmt>(&s)->condition));
            body_of(*as<WhileStmt>(&s)->body);
            return;
        case StmtKind::DoWhile:
            out_.line("do");
            body_of(*as<DoWhileStmt>(&s)->body);
            out_.line("while {}", text(*as<DoWhileStmt>(&s)->condition));
            return;
        case StmtKind::For: for_stmt(*as<ForStmt>(&s)); return;
        case StmtKind::Foreach: {
            const auto* f = as<ForeachStmt>(&s);
            out_.line("foreach {} {} in {}", types_.text(f->local->type), f->local->name,
                      text(*f->collection));
            body_of(*f->body);
            return;
        }
        case StmtKind::Switch: switch_stmt(*as<SwitchStmt>(&s)); return;
        case StmtKind::Break: out_.line("break"); return;
        case StmtKind::Continue: out_.line("continue"); return;
        case StmtKind::Return: {
            const Expr* value = as<ReturnStmt>(&s)->value;
            out_.line("return{}", value ? " " + text(*value) : "");
            return;
        }
        case StmtKind::Throw: {
            const Expr* value = as<ThrowStmt>(&s)->value;
            out_.line("throw{}", value ? " " + text(*value) : "");
            return;
        }
        case StmtKind::Try: try_stmt(*as<TryStmt>(&s)); return;
    }
}

// ---- declarations --------------------------------------------------------------------------------

std::string Printer::header(const Function& f) const {
    std::string out;
    if (f.is_abstract) out += "abstract ";
    if (f.slot >= 0) out += fmt::format("slot {} ", f.slot);
    out += types_.text(f.result) + " ";
    if (f.owner.valid()) out += types_.text(f.owner) + ".";
    if (f.kind == FunctionKind::Constructor) out += "init ";
    if (f.kind == FunctionKind::Destructor) out += "~";
    out += std::string(f.name) + "(";
    bool is_first = true;
    for (const Local* p : f.params) {
        std::string_view how = p->kind == LocalKind::Ref   ? "ref "
                               : p->kind == LocalKind::Out ? "out "
                                                           : "";
        out += fmt::format("{}{}{} {}{}", is_first ? "" : ", ", how, types_.text(p->type), p->name,
                           p->is_written ? " (written)" : "");
        is_first = false;
    }
    out += ")";
    if (f.this_local && f.this_local->is_written) out += " writes this";
    return out;
}

void Printer::function(const Function& f) {
    out_.line("{}", header(f));
    if (f.body) block(f.body->body);
}

}  // namespace

std::string print(const Program& program) {
    const Types& types = *program.types;
    Printer printer(types);
    auto is_user = [&](Span span) {
        return !span.valid() || !program.sources || !(*program.sources)[span.source].is_library();
    };
    for (const Class* c : program.classes) {
        const Nominal& nominal = types.nominal(c->type);
        if (nominal.is_library) continue;
        printer.out().line("class {}{}", nominal.name,
                           nominal.base.valid() ? " : " + types.text(nominal.base) : "");
        printer.out().indent();
        for (const Field& field : nominal.fields)
            printer.out().line("{} {}", types.text(field.type), field.name);
        for (const Function* method : c->methods)
            if (method->is_abstract) printer.function(*method);
        printer.out().dedent();
    }
    for (const Struct* s : program.structs) {
        const Nominal& nominal = types.nominal(s->type);
        if (nominal.is_library) continue;
        printer.out().line("struct {}", nominal.name);
        printer.out().indent();
        for (const Field& field : nominal.fields)
            printer.out().line("{} {}", types.text(field.type), field.name);
        printer.out().dedent();
    }
    for (const Global* g : program.globals) {
        if (!is_user(g->span)) continue;
        std::string owner = g->owner.valid() ? types.text(g->owner) + "." : "";
        printer.out().line("global {} {}{}{}", types.text(g->type), owner, g->name,
                           g->init ? " = " + printer.text(*g->init) : "");
    }
    for (const Function* f : program.functions)
        if (!f->is_library) printer.function(*f);
    if (program.top_level) printer.function(*program.top_level);
    if (program.main) printer.out().line("main is {}", program.main->name);
    return printer.take();
}

std::string print(const Program& program, const Function& function) {
    Printer printer(*program.types);
    printer.function(function);
    return printer.take();
}

std::string print(const Types& types, const Expr& expr) {
    return Printer(types).text(expr);
}

}  // namespace dream::typed
