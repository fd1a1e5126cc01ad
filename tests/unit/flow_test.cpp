// Flow analysis over hand-made typed trees: definite assignment, reachability, warnings.
#include <initializer_list>
#include <string>

#include <catch2/catch.hpp>

#include "check/flow.h"
#include "support/arena.h"

using namespace dream;
using namespace dream::typed;

namespace {

// Builds one function and says what check_flow reports about it: "E0501 x W0820 ...", codes with
// the first quoted name of the message, in order.
class Tree {
  public:
    Tree() {
        source_ = sources_.add("test.dr", std::string(100000, 'x'));
        program_.types = &types_;
        program_.sources = &sources_;
        function_.name = "f";
        function_.span = span();
        condition_ = param("c", Types::Bool, LocalKind::Parameter);
    }

    // ---- declarations ----
    Local* local(std::string_view name, TypeId type = Types::Int) {
        Local* made = arena_.make<Local>();
        made->name = name;
        made->type = type;
        made->span = span();
        return made;
    }
    Local* param(std::string_view name, TypeId type, LocalKind kind) {
        Local* made = local(name, type);
        made->kind = kind;
        function_.params.push_back(made);
        return made;
    }
    Local* out(std::string_view name) { return param(name, Types::Int, LocalKind::Out); }

    // ---- expressions ----
    Expr* integer(int64_t value) { return expr<LiteralExpr>(Types::Int, Constant(value)); }
    Expr* boolean(bool value) { return expr<LiteralExpr>(Types::Bool, Constant(int64_t{value})); }
    Expr* c() { return ref(condition_); }
    Expr* ref(Local* local) { return expr<LocalRefExpr>(local->type, local); }
    Expr* assign(Local* to, Expr* value) { return expr<AssignExpr>(to->type, ref(to), value); }
    Expr* assign(Local* to) { return assign(to, integer(1)); }
    // A bool expression that assigns.
    Expr* assigns(Local* to) { return compare(assign(to), BinaryOp::Less, integer(9)); }
    Expr* compare(Expr* a, BinaryOp op, Expr* b) { return expr<BinaryExpr>(Types::Bool, op, a, b); }
    Expr* add(Expr* a, Expr* b) { return expr<BinaryExpr>(Types::Int, BinaryOp::Add, a, b); }
    Expr* both(Expr* a, Expr* b) { return expr<LogicalExpr>(Types::Bool, true, a, b); }
    Expr* either(Expr* a, Expr* b) { return expr<LogicalExpr>(Types::Bool, false, a, b); }
    Expr* negate(Expr* a) { return expr<UnaryExpr>(Types::Bool, UnaryOp::Not, a); }
    Expr* choose(Expr* c, Expr* a, Expr* b) { return expr<ConditionalExpr>(a->type, c, a, b); }
    Expr* widened(Expr* a) { return expr<ConvertExpr>(Types::Int, Conversion::Numeric, a); }
    Expr* field(Expr* object, TypeId type, int index) { return expr<FieldAccessExpr>(type, object, index); }
    Expr* set(Expr* target, Expr* value) { return expr<AssignExpr>(target->type, target, value); }
    Expr* call_out(Local* x) {
        Argument argument{ref(x), true, true};
        return expr<CallExpr>(Types::Void, &callee_, static_cast<Expr*>(nullptr), false,
                              std::vector<Argument>{argument});
    }
    Expr* call(std::initializer_list<Expr*> values) {
        std::vector<Argument> arguments;
        for (Expr* value : values) arguments.push_back({value});
        return expr<CallExpr>(Types::Void, &callee_, static_cast<Expr*>(nullptr), false, arguments);
    }

    // ---- statements ----
    using Body = std::vector<Stmt*>;
    BlockStmt* block(Body body) { return stmt<BlockStmt>(std::move(body)); }
    Stmt* eval(Expr* e) { return stmt<ExprStmt>(e); }
    Stmt* declare(Local* local, Expr* init = nullptr) { return stmt<DeclareStmt>(local, init); }
    Stmt* set(Local* to) { return eval(assign(to)); }
    Stmt* use(Local* local) { return eval(call({ref(local)})); }
    Stmt* nop() { return eval(call({})); }
    Stmt* if_(Expr* c, Body then_body, Body else_body = {}) {
        return stmt<IfStmt>(c, block(then_body), else_body.empty() ? nullptr : block(else_body));
    }
    Stmt* while_(Expr* c, Body body) { return stmt<WhileStmt>(c, block(body)); }
    Stmt* do_(Body body, Expr* c) { return stmt<DoWhileStmt>(block(body), c); }
    Stmt* for_(Body init, Expr* c, std::vector<Expr*> steps, Body body) {
        return stmt<ForStmt>(init, c, steps, block(body));
    }
    Stmt* foreach_(Local* local, Local* over, Body body) {
        return stmt<ForeachStmt>(local, ref(over), block(body));
    }
    SwitchSection section(std::vector<Constant> labels, Body body, bool is_default = false) {
        return {span(), std::move(labels), is_default, std::move(body)};
    }
    Stmt* switch_(Expr* subject, std::vector<SwitchSection> sections) {
        return stmt<SwitchStmt>(subject, std::move(sections));
    }
    Stmt* try_(Body body, std::vector<Body> catches, Body finally = {}) {
        std::vector<CatchClause> clauses;
        for (Body& b : catches) clauses.push_back({span(), Types::Error, nullptr, block(b)});
        return stmt<TryStmt>(block(body), clauses, finally.empty() ? nullptr : block(finally));
    }
    Stmt* break_() { return stmt<BreakStmt>(); }
    Stmt* continue_() { return stmt<ContinueStmt>(); }
    Stmt* return_(Expr* value = nullptr) { return stmt<ReturnStmt>(value); }
    Stmt* throw_() { return stmt<ThrowStmt>(static_cast<Expr*>(nullptr)); }

    // ---- result ----
    std::string check(Body body) {
        function_.body = block(std::move(body));
        program_.functions = {&function_};
        diag::Sink sink;
        check_flow(program_, find_captures(program_), sources_, sink);
        std::string text;
        for (const diag::Diagnostic& d : sink.all()) {
            if (!text.empty()) text += " ";
            text += diag::info(d.kind).code;
            size_t open = d.message.find('\''), close = d.message.find('\'', open + 1);
            if (open != std::string::npos) text += " " + d.message.substr(open + 1, close - open - 1);
        }
        return text;
    }
    void returns(TypeId type) { function_.result = type; }
    void in_library() { function_.is_library = true; }
    TypeId add_struct() {
        TypeId type = types_.add_nominal(TypeKind::Struct, "S", span());
        types_.nominal(type).fields.push_back({"a", Types::Int, span()});
        return type;
    }

  private:
    Span span() {
        uint32_t at = next_++;
        return {source_, at, at + 1};
    }
    template <class T, class... Args>
    T* expr(TypeId type, Args&&... args) {
        return arena_.make<T>(Expr{T::Kind, type, span()}, std::forward<Args>(args)...);
    }
    template <class T, class... Args>
    T* stmt(Args&&... args) {
        return arena_.make<T>(Stmt{T::Kind, span()}, std::forward<Args>(args)...);
    }

    Arena arena_;
    Types types_;
    Sources sources_;
    SourceId source_;
    uint32_t next_ = 0;
    Program program_;
    Function function_;
    Function callee_;
    Local* condition_;
};

}  // namespace

TEST_CASE("a variable is assigned by its initialiser or an assignment") {
    Tree t;
    Local *x = t.local("x"), *y = t.local("y");
    CHECK(t.check({t.declare(x, t.integer(1)), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.set(x), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.use(x)}) == "E0501 x");
    // Once a variable: the first read is the one to fix.
    CHECK(t.check({t.declare(x), t.use(x), t.use(x)}) == "E0501 x");
    // int y = x = 1; int x = x;
    CHECK(t.check({t.declare(x), t.declare(y, t.assign(x)), t.use(x), t.use(y)}) == "");
    CHECK(t.check({t.declare(x), t.eval(t.assign(x, t.ref(x)))}) == "E0501 x W0824 x");
}

TEST_CASE("a struct counts as assigned") {
    Tree t;
    TypeId s = t.add_struct();
    Local* x = t.local("x", s);
    CHECK(t.check({t.declare(x), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.eval(t.set(t.field(t.ref(x), Types::Int, 0), t.integer(1)))}) == "");
}

TEST_CASE("branches meet") {
    Tree t;
    Local* x = t.local("x");
    CHECK(t.check({t.declare(x), t.if_(t.c(), {t.set(x)}, {t.set(x)}), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.if_(t.c(), {t.set(x)}), t.use(x)}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.if_(t.c(), {t.set(x)}, {t.return_()}), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.if_(t.boolean(true), {t.set(x)}), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.if_(t.boolean(false), {t.use(x)}), t.set(x)}) == "W0820");
}

TEST_CASE("conditions have two outcomes") {
    Tree t;
    Local* x = t.local("x");
    CHECK(t.check({t.declare(x), t.if_(t.both(t.c(), t.assigns(x)), {t.use(x)})}) == "");
    CHECK(t.check({t.declare(x), t.if_(t.both(t.c(), t.assigns(x)), {}, {t.use(x)})}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.if_(t.either(t.c(), t.assigns(x)), {}, {t.use(x)})}) == "");
    CHECK(t.check({t.declare(x), t.if_(t.either(t.c(), t.assigns(x)), {t.use(x)})}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.if_(t.negate(t.both(t.c(), t.assigns(x))), {}, {t.use(x)})}) == "");
    CHECK(t.check({t.declare(x), t.if_(t.choose(t.c(), t.assigns(x), t.boolean(false)), {t.use(x)})}) == "");
    CHECK(t.check({t.declare(x), t.if_(t.choose(t.c(), t.assigns(x), t.boolean(true)), {t.use(x)})}) ==
          "E0501 x");
    // In a value, both outcomes meet; the right side sees what the left one assigned.
    CHECK(t.check({t.declare(x), t.eval(t.both(t.assigns(x), t.compare(t.ref(x), BinaryOp::Less, t.integer(2)))),
                   t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.eval(t.both(t.c(), t.assigns(x))), t.use(x)}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.eval(t.choose(t.c(), t.assign(x), t.assign(x))), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.eval(t.choose(t.c(), t.assign(x), t.integer(0))), t.use(x)}) == "E0501 x");
}

TEST_CASE("long chains are walked without recursion") {
    Tree t;
    Local* x = t.local("x");
    Expr* sum = t.integer(0);
    for (int i = 0; i < 20000; ++i) sum = t.add(sum, t.integer(i));
    Expr* all = t.c();
    for (int i = 0; i < 20000; ++i) all = t.both(all, t.c());
    Stmt* chain = t.if_(t.c(), {t.set(x)}, {t.set(x)});
    for (int i = 0; i < 2000; ++i) {
        auto* outer = as<IfStmt>(t.if_(t.c(), {t.set(x)}));
        outer->else_body = chain;
        chain = outer;
    }
    CHECK(t.check({t.declare(x), t.eval(sum), t.if_(all, {}), chain, t.use(x)}) == "");
}

TEST_CASE("loops may run no time at all") {
    Tree t;
    Local *x = t.local("x"), *a = t.param("a", Types::Int, LocalKind::Parameter), *e = t.local("e");
    CHECK(t.check({t.declare(x), t.while_(t.c(), {t.set(x)}), t.use(x)}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.do_({t.set(x)}, t.c()), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.for_({}, t.c(), {}, {t.set(x)}), t.use(x)}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.foreach_(e, a, {t.set(x)}), t.use(x)}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.while_(t.negate(t.assigns(x)), {}), t.use(x)}) == "");
    // A constant condition: out only by break.
    CHECK(t.check({t.declare(x), t.while_(t.boolean(true), {t.set(x), t.if_(t.c(), {t.break_()})}), t.use(x)}) ==
          "");
    CHECK(t.check({t.declare(x), t.while_(t.boolean(true), {t.if_(t.c(), {t.break_()}), t.set(x)}), t.use(x)}) ==
          "E0501 x");
    // The step of a for sees what every path to it assigned, continue included.
    CHECK(t.check({t.declare(x), t.for_({}, t.c(), {t.call({t.ref(x)})}, {t.set(x)})}) == "");
    CHECK(t.check({t.declare(x), t.for_({}, t.c(), {t.call({t.ref(x)})},
                                        {t.if_(t.c(), {t.continue_()}), t.set(x)})}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.do_({t.if_(t.c(), {t.continue_()}), t.set(x)},
                                       t.compare(t.ref(x), BinaryOp::Less, t.integer(1)))}) == "E0501 x");
    // Declared inside: unassigned again in each round.
    CHECK(t.check({t.while_(t.c(), {t.declare(x), t.if_(t.c(), {t.set(x)}), t.use(x)})}) == "E0501 x");
}

TEST_CASE("switch sections start at their labels and fall through") {
    Tree t;
    Local *x = t.local("x"), *n = t.param("n", Types::Int, LocalKind::Parameter);
    auto label = [](int64_t v) { return std::vector<Constant>{Constant(v)}; };
    CHECK(t.check({t.declare(x),
                   t.switch_(t.ref(n), {t.section(label(1), {t.set(x), t.break_()}),
                                        t.section({}, {t.set(x)}, true)}),
                   t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.switch_(t.ref(n), {t.section(label(1), {t.set(x), t.break_()})}), t.use(x)}) ==
          "E0501 x");
    // case 1: x = 1; default: use(x): also reached from outside.
    CHECK(t.check({t.declare(x), t.switch_(t.ref(n), {t.section(label(1), {t.set(x)}),
                                                      t.section({}, {t.use(x)}, true)})}) == "E0501 x");
    // The scope of a declaration is all sections, its initialiser is not.
    CHECK(t.check({t.switch_(t.ref(n), {t.section(label(1), {t.declare(x, t.ref(n)), t.use(x), t.break_()}),
                                        t.section(label(2), {t.use(x)})})}) == "E0501 x");
    CHECK(t.check({t.switch_(t.ref(n), {t.section(label(1), {t.declare(x, t.ref(n)), t.use(x), t.break_()}),
                                        t.section(label(2), {t.set(x), t.use(x)})})}) == "");
    CHECK(t.check({t.declare(x),
                   t.switch_(t.c(), {t.section(label(0), {t.set(x), t.break_()}),
                                     t.section(label(1), {t.set(x), t.break_()})}),
                   t.use(x)}) == "");
}

TEST_CASE("try: a handler knows what was assigned before") {
    Tree t;
    Local* x = t.local("x");
    CHECK(t.check({t.declare(x), t.try_({t.set(x)}, {{t.use(x)}})}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.try_({t.set(x)}, {{t.set(x)}}), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.try_({t.set(x)}, {{t.nop()}}), t.use(x)}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.try_({t.set(x)}, {{t.return_()}}), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.try_({t.set(x)}, {}, {t.use(x)})}) == "E0501 x");
    CHECK(t.check({t.declare(x), t.try_({t.set(x)}, {}, {t.nop()}), t.use(x)}) == "");
    CHECK(t.check({t.declare(x), t.try_({t.nop()}, {{t.nop()}}, {t.set(x)}), t.use(x)}) == "");
}

TEST_CASE("exits run through finally") {
    Tree t;
    Local* x = t.local("x");
    // break leaves with what the finally assigned.
    CHECK(t.check({t.declare(x), t.while_(t.boolean(true), {t.try_({t.break_()}, {}, {t.set(x)})}), t.use(x)}) ==
          "");
    CHECK(t.check({t.declare(x), t.while_(t.boolean(true), {t.try_({t.break_()}, {}, {t.nop()})}), t.use(x)}) ==
          "E0501 x");
    // Two of them on the way.
    CHECK(t.check({t.declare(x),
                   t.while_(t.boolean(true),
                            {t.try_({t.try_({t.break_()}, {}, {t.nop()})}, {{t.break_()}}, {t.set(x)})}),
                   t.use(x)}) == "");
    // A finally that throws lets nobody out.
    CHECK(t.check({t.while_(t.boolean(true), {t.try_({t.break_()}, {}, {t.throw_()})}), t.nop()}) == "W0820");
    // Leaving a finally itself.
    CHECK(t.check({t.try_({t.nop()}, {}, {t.return_()})}) == "E0505 return");
    CHECK(t.check({t.while_(t.c(), {t.try_({t.nop()}, {}, {t.if_(t.c(), {t.break_()}), t.continue_()})})}) ==
          "E0505 break E0505 continue");
    CHECK(t.check({t.try_({t.nop()}, {}, {t.while_(t.c(), {t.break_()})})}) == "");
}

TEST_CASE("out parameters") {
    Tree t;
    Local *a = t.out("a"), *b = t.out("b"), *x = t.local("x");
    CHECK(t.check({t.set(a), t.set(b)}) == "");
    CHECK(t.check({t.set(a)}) == "E0503 b");
    CHECK(t.check({t.set(a), t.if_(t.c(), {t.return_()}), t.set(b)}) == "E0503 b");
    CHECK(t.check({t.if_(t.c(), {t.throw_()}), t.set(a), t.set(b)}) == "");
    CHECK(t.check({t.use(a), t.set(a), t.set(b)}) == "E0502 a");
    CHECK(t.check({t.try_({t.return_()}, {}, {t.set(a), t.set(b)})}) == "");
    CHECK(t.check({t.set(a), t.try_({t.return_()}, {}, {t.nop()})}) == "E0503 b");
    // Passing a variable by out assigns it.
    CHECK(t.check({t.eval(t.call_out(a)), t.eval(t.call_out(b)), t.declare(x), t.eval(t.call_out(x)), t.use(x)}) ==
          "");
}

TEST_CASE("a result is needed on every path") {
    Tree t;
    t.returns(Types::Int);
    CHECK(t.check({t.return_(t.integer(1))}) == "");
    CHECK(t.check({}) == "E0504 f");
    CHECK(t.check({t.if_(t.c(), {t.return_(t.integer(1))})}) == "E0504 f");
    CHECK(t.check({t.if_(t.c(), {t.return_(t.integer(1))}, {t.throw_()})}) == "");
    CHECK(t.check({t.while_(t.boolean(true), {t.nop()})}) == "");
    CHECK(t.check({t.for_({}, nullptr, {}, {t.nop()})}) == "");
    CHECK(t.check({t.while_(t.boolean(true), {t.if_(t.c(), {t.break_()})})}) == "E0504 f");
    CHECK(t.check({t.do_({t.nop()}, t.boolean(true))}) == "");
    CHECK(t.check({t.while_(t.c(), {t.return_(t.integer(1))})}) == "E0504 f");
    CHECK(t.check({t.try_({t.return_(t.integer(1))}, {{t.throw_()}})}) == "");
    CHECK(t.check({t.try_({t.return_(t.integer(1))}, {{t.nop()}})}) == "E0504 f");
    CHECK(t.check({t.try_({t.nop()}, {}, {t.throw_()})}) == "");
    CHECK(t.check({t.switch_(t.c(), {t.section({Constant(int64_t{1})}, {t.return_(t.integer(1))}),
                                     t.section({}, {t.return_(t.integer(2))}, true)})}) == "");
}

TEST_CASE("unreachable code is reported once a region") {
    Tree t;
    CHECK(t.check({t.return_(), t.nop(), t.nop()}) == "W0820");
    CHECK(t.check({t.if_(t.c(), {t.return_(), t.nop()}, {t.throw_(), t.nop()}), t.nop()}) == "W0820 W0820");
    CHECK(t.check({t.while_(t.boolean(true), {t.continue_(), t.nop()}), t.nop()}) == "W0820 W0820");
    CHECK(t.check({t.return_(), t.block({t.while_(t.c(), {t.nop()}), t.nop()})}) == "W0820");
    // What people write to please other compilers.
    CHECK(t.check({t.while_(t.boolean(true), {}), t.throw_()}) == "");
    CHECK(t.check({t.switch_(t.c(), {t.section({}, {t.return_(), t.break_()}, true)})}) == "");
    t.in_library();
    CHECK(t.check({t.return_(), t.nop()}) == "");
}

TEST_CASE("variables that nobody reads") {
    Tree t;
    Local *x = t.local("x"), *kept = t.local("_kept");
    CHECK(t.check({t.declare(x)}) == "W0821 x");
    CHECK(t.check({t.declare(kept)}) == "");
    CHECK(t.check({t.declare(x, t.integer(1))}) == "W0822 x");
    CHECK(t.check({t.declare(x), t.set(x)}) == "W0822 x");
    // A computed value may be there for what computing it does.
    CHECK(t.check({t.declare(x, t.call({}))}) == "");
    t.in_library();
    CHECK(t.check({t.declare(x)}) == "");
}

TEST_CASE("comparisons that cannot mean what they say") {
    Tree t;
    Local *x = t.param("x", Types::Int, LocalKind::Parameter), *ch = t.param("ch", Types::Char, LocalKind::Parameter),
          *d = t.param("d", Types::Double, LocalKind::Parameter);
    CHECK(t.check({t.eval(t.compare(t.ref(x), BinaryOp::Equal, t.ref(x)))}).substr(0, 5) == "W0823");
    CHECK(t.check({t.eval(t.compare(t.ref(d), BinaryOp::NotEqual, t.ref(d)))}) == "");  // NaN
    auto char_against = [&](BinaryOp op, int64_t value) {
        return t.check({t.eval(t.compare(t.widened(t.ref(ch)), op, t.integer(value)))});
    };
    CHECK(char_against(BinaryOp::Equal, -1) == "W0825");
    CHECK(char_against(BinaryOp::Equal, 255) == "");
    CHECK(char_against(BinaryOp::Less, 0) == "W0825");
    CHECK(char_against(BinaryOp::Less, 128) == "");
    CHECK(char_against(BinaryOp::LessEqual, 255) == "W0825");
    CHECK(char_against(BinaryOp::GreaterEqual, 256) == "W0825");
    CHECK(t.check({t.eval(t.compare(t.integer(300), BinaryOp::Greater, t.widened(t.ref(ch))))}) == "W0825");
    CHECK(t.check({t.eval(t.compare(t.integer(1), BinaryOp::Greater, t.widened(t.ref(ch))))}) == "");
}
