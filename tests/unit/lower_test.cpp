// Lowering of hand-made typed trees: what the IR looks like, and that it keeps the invariants of
// ir.h that the shape verifier can tell.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "ir/print.h"
#include "ir/verify.h"
#include "lower/lower.h"
#include "support/arena.h"

using namespace dream;
using namespace dream::typed;

namespace {

// A program made by hand. `f` is its main; `show` lowers and prints that function.
class Tree {
  public:
    Tree() {
        source_ = sources.add("test.dr", std::string(100, 'x'));
        program.types = &types;
        program.sources = &sources;
        program.exception = types.add_nominal(TypeKind::Class, "Exception", {});
        types.nominal(program.exception).fields.push_back({"Message", Types::String, {}});
        Class* exception = add_class(program.exception);
        Function* make = function("Exception", FunctionKind::Constructor);
        make->owner = program.exception;
        make->this_local = local("this", program.exception, LocalKind::This);
        make->params = {local("message", Types::String, LocalKind::Parameter)};
        exception->constructors.push_back(make);
        f = function("f", FunctionKind::Free);
        program.main = f;
    }

    // ---- declarations ----
    Class* add_class(TypeId type) {
        Class* made = arena.make<Class>();
        made->type = type;
        program.classes.push_back(made);
        return made;
    }
    Function* function(std::string_view name, FunctionKind kind, TypeId result = Types::Void) {
        Function* made = arena.make<Function>();
        made->name = name;
        made->kind = kind;
        made->result = result;
        made->body = block({});
        made->body->span = {};
        program.functions.push_back(made);
        return made;
    }
    Local* local(std::string_view name, TypeId type, LocalKind kind = LocalKind::Variable) {
        Local* made = arena.make<Local>();
        made->name = name;
        made->type = type;
        made->kind = kind;
        made->is_written = kind == LocalKind::Variable;
        return made;
    }
    Local* param(std::string_view name, TypeId type, LocalKind kind = LocalKind::Parameter) {
        Local* made = local(name, type, kind);
        f->params.push_back(made);
        return made;
    }
    // class Node { int value; Node next; int[] items; } with a constructor.
    TypeId node_class() {
        TypeId type = types.add_nominal(TypeKind::Class, "Node", {});
        types.nominal(type).fields = {
            {"value", Types::Int, {}}, {"next", type, {}}, {"items", types.array_of(Types::Int), {}}};
        node_constructor = function("Node", FunctionKind::Constructor);
        node_constructor->owner = type;
        node_constructor->this_local = local("this", type, LocalKind::This);
        add_class(type)->constructors.push_back(node_constructor);
        return type;
    }

    // ---- expressions ----
    template <class T, class... Args>
    T* expr(TypeId type, Args&&... args) {
        return arena.make<T>(Expr{T::Kind, type, {}}, std::forward<Args>(args)...);
    }
    Expr* integer(int64_t value) { return expr<LiteralExpr>(Types::Int, Constant(value)); }
    Expr* text(std::string value) { return expr<LiteralExpr>(Types::String, Constant(std::move(value))); }
    Expr* ref(Local* l) { return expr<LocalRefExpr>(l->type, l); }
    Expr* binary(BinaryOp op, Expr* a, Expr* b) {
        return expr<BinaryExpr>(op >= BinaryOp::Less ? TypeId(Types::Bool) : a->type, op, a, b);
    }
    Expr* add(Expr* a, Expr* b) { return binary(BinaryOp::Add, a, b); }
    Expr* less(Expr* a, Expr* b) { return binary(BinaryOp::Less, a, b); }
    Expr* both(Expr* a, Expr* b) { return expr<LogicalExpr>(Types::Bool, true, a, b); }
    Expr* at(Expr* array, Expr* index) {
        TypeId type = array->type == Types::String ? TypeId(Types::Char) : types.element(array->type);
        return expr<IndexExpr>(type, array, std::vector<Expr*>{index});
    }
    Expr* field(Expr* object, int index) {
        return expr<FieldAccessExpr>(types.all_fields(object->type)[static_cast<size_t>(index)].type, object, index);
    }
    Expr* assign(Expr* target, Expr* value) { return expr<AssignExpr>(target->type, target, value); }
    Expr* increment(Expr* target) { return expr<IncrementExpr>(target->type, target, false, false); }
    Expr* compound(BinaryOp op, Expr* target, Expr* value) {
        return expr<CompoundAssignExpr>(target->type, op, target->type, target, value);
    }
    Expr* concat(std::vector<Expr*> parts) { return expr<ConcatExpr>(Types::String, std::move(parts)); }
    Expr* choose(Expr* c, Expr* a, Expr* b) { return expr<ConditionalExpr>(a->type, c, a, b); }
    Expr* call(Function* callee, std::vector<Argument> arguments = {}) {
        return expr<CallExpr>(callee->result, callee, static_cast<Expr*>(nullptr), false, std::move(arguments));
    }
    Expr* make(Function* constructor) {
        return expr<NewExpr>(constructor->owner, constructor, std::vector<Argument>{});
    }

    // ---- statements ----
    template <class T, class... Args>
    T* stmt(Args&&... args) {
        return arena.make<T>(Stmt{T::Kind, {}}, std::forward<Args>(args)...);
    }
    BlockStmt* block(std::vector<Stmt*> body) { return stmt<BlockStmt>(std::move(body)); }
    Stmt* eval(Expr* e) { return stmt<ExprStmt>(e); }
    Stmt* declare(Local* l, Expr* init = nullptr) { return stmt<DeclareStmt>(l, init); }
    Stmt* give(Expr* value = nullptr) { return stmt<ReturnStmt>(value); }
    Stmt* try_(std::vector<Stmt*> body, std::vector<Stmt*> last) {
        return stmt<TryStmt>(block(std::move(body)), std::vector<CatchClause>{}, block(std::move(last)));
    }

    ir::Module lower(std::vector<Stmt*> body, lower::Options options = {}) {
        f->body->body = std::move(body);
        ir::Module module = lower::lower(program, arena, options);
        CHECK(ir::verify(module, ir::Stage::Lowered) == std::vector<std::string>{});
        return module;
    }
    // The lines of the body of `name`, trimmed, without declarations of locals.
    std::string show(std::vector<Stmt*> body, std::string_view name = "f", lower::Options options = {}) {
        ir::Module module = lower(std::move(body), options);
        std::string all;
        for (size_t i = 0; i < module.functions.size(); ++i)
            if (module.functions[module.functions.id_at(i)].name == name) all = ir::print(module, module.functions.id_at(i));
        return lines(all);
    }

    static std::string lines(const std::string& text) {
        std::string out;
        size_t begin = 0;
        bool is_first = true;
        while (begin < text.size()) {
            size_t end = std::min(text.find('\n', begin), text.size());
            std::string line = text.substr(begin, end - begin);
            begin = end + 1;
            line.erase(std::remove(line.begin(), line.end(), '`'), line.end());  // quotes of names
            line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
            bool is_declaration = line.starts_with("own ") || line.starts_with("plain ") || line.starts_with("borrow ");
            if (is_first || is_declaration || line.empty()) {
                is_first = false;
                continue;
            }
            out += line + "\n";
        }
        if (out.ends_with("}\n")) out.erase(out.size() - 2);
        return out;
    }

    Arena arena;
    Types types;
    Sources sources;
    Program program;
    Function* f;
    Function* node_constructor = nullptr;

  private:
    SourceId source_;
};

}  // namespace

TEST_CASE("reads stay trees, their checks stand before") {
    Tree t;
    Local* a = t.param("a", t.types.array_of(Types::Int));
    Local* i = t.param("i", Types::Int);
    Local* x = t.local("x", Types::Int);
    CHECK(t.show({t.declare(x, t.add(t.at(t.ref(a), t.ref(i)), t.at(t.ref(a), t.integer(0))))}) ==
          "check_index a, i\n"
          "check_index a, 0\n"
          "x = a[i] + a[0]\n");
}

TEST_CASE("an operand is held only against what disturbs it") {
    Tree t;
    Local* i = t.local("i", Types::Int);
    Local* j = t.local("j", Types::Int);
    Local* x = t.local("x", Types::Int);
    std::vector<Stmt*> head = {t.declare(i, t.integer(1)), t.declare(j, t.integer(2))};
    SECTION("the variable itself") {
        head.push_back(t.declare(x, t.add(t.ref(i), t.increment(t.ref(i)))));
        std::string text = t.show(head);
        CHECK(text.find("temp = i\n") != std::string::npos);
        CHECK(text.find("x = temp + temp#2\n") != std::string::npos);
    }
    SECTION("another variable") {
        head.push_back(t.declare(x, t.add(t.ref(i), t.increment(t.ref(j)))));
        CHECK(t.show(head).find("x = i + temp\n") != std::string::npos);
    }
}

TEST_CASE("division is checked unless the divisor is a harmless constant") {
    Tree t;
    Local* i = t.param("i", Types::Int);
    Local* x = t.local("x", Types::Int);
    Local* y = t.local("y", Types::Int);
    CHECK(t.show({t.declare(x, t.binary(BinaryOp::Divide, t.ref(i), t.integer(3))),
                  t.declare(y, t.binary(BinaryOp::Divide, t.ref(i), t.integer(-1)))}) ==
          "x = i / 3\n"
          "check_divide i, -1\n"
          "y = i / -1\n");
}

TEST_CASE("a store makes unique, checks, stores, behind the value") {
    Tree t;
    Function* g = t.function("g", FunctionKind::Free, Types::Int);
    g->body->body = {t.give(t.integer(1))};
    TypeId rows = t.types.array_of(t.types.array_of(Types::Int));
    Local* a = t.local("a", rows, LocalKind::Ref);
    t.f->params.push_back(a);
    CHECK(t.show({t.eval(t.assign(t.at(t.at(t.ref(a), t.integer(1)), t.integer(2)), t.call(g)))}) ==
          "statement {\n"
          "temp = call g()\n"
          "make_unique a\n"
          "check_index a, 1\n"
          "make_unique a[1]\n"
          "check_index a[1], 2\n"
          "store a[1][2] = temp\n"
          "}\n");
}

TEST_CASE("compound assignment checks once when nothing comes between") {
    Tree t;
    Function* g = t.function("g", FunctionKind::Free, Types::Int);
    g->body->body = {t.give(t.integer(1))};
    Local* a = t.local("a", t.types.array_of(Types::Int), LocalKind::Ref);
    t.f->params.push_back(a);
    CHECK(t.show({t.eval(t.compound(BinaryOp::Add, t.at(t.ref(a), t.integer(0)), t.integer(2)))}) ==
          "make_unique a\n"
          "check_index a, 0\n"
          "store a[0] = a[0] + 2\n");
    // The old element is read before the right side.
    CHECK(t.show({t.eval(t.compound(BinaryOp::Add, t.at(t.ref(a), t.integer(0)), t.call(g)))}) ==
          "statement {\n"
          "check_index a, 0\n"
          "temp = a[0]\n"
          "temp#2 = call g()\n"
          "make_unique a\n"
          "check_index a, 0\n"
          "store a[0] = temp + temp#2\n"
          "}\n");
}

TEST_CASE("a parameter that is written is copied into an owner") {
    Tree t;
    Local* a = t.param("a", t.types.array_of(Types::Int));
    a->is_written = true;
    CHECK(t.show({t.eval(t.assign(t.at(t.ref(a), t.integer(0)), t.integer(1)))}) ==
          "a = a_in\n"
          "make_unique a\n"
          "check_index a, 0\n"
          "store a[0] = 1\n");
}

TEST_CASE("arguments from memory are held, locals are not") {
    Tree t;
    TypeId node = t.node_class();
    Function* g = t.function("g", FunctionKind::Free);
    g->params = {t.local("n", node, LocalKind::Parameter), t.local("m", node, LocalKind::Parameter)};
    Local* p = t.param("p", node);
    CHECK(t.show({t.eval(t.call(g, {{t.ref(p)}, {t.field(t.ref(p), 1)}}))}) ==
          "statement {\n"
          "check_null p\n"
          "m = p.next\n"
          "call g(p, m)\n"
          "}\n");
}

TEST_CASE("an element passed by reference is copied in and back") {
    Tree t;
    Function* g = t.function("g", FunctionKind::Free);
    g->params = {t.local("x", Types::Int, LocalKind::Ref)};
    std::vector<Argument> arguments;
    SECTION("of a local array nobody sees after a throw") {
        Local* a = t.local("a", t.types.array_of(Types::Int));
        CHECK(t.show({t.declare(a, t.expr<NewArrayExpr>(a->type, std::vector<Expr*>{t.integer(3)})),
                      t.eval(t.call(g, {{t.at(t.ref(a), t.integer(0)), true, false}}))}) ==
              "a = new_array(int) 3\n"
              "statement {\n"
              "check_index a, 0\n"
              "x = a[0]\n"
              "call g(ref x)\n"
              "make_unique a\n"
              "check_index a, 0\n"
              "store a[0] = x\n"
              "}\n");
    }
    SECTION("of anybody else's") {
        Local* a = t.local("a", t.types.array_of(Types::Int), LocalKind::Ref);
        t.f->params.push_back(a);
        std::string text = t.show({t.eval(t.call(g, {{t.at(t.ref(a), t.integer(0)), true, false}}))});
        CHECK(text.find("if (a != null:int[]) && (0 < len(a)) {\nmake_unique a\nstore a[0] = x\n}") != std::string::npos);
        CHECK(text.find("try {\ncall g(ref x)\n}") != std::string::npos);
        CHECK(text.find("rethrow") != std::string::npos);
    }
}

TEST_CASE("an out variable holds its default when the call begins") {
    Tree t;
    Function* g = t.function("g", FunctionKind::Free);
    g->params = {t.local("x", Types::Int, LocalKind::Out), t.local("y", Types::Int, LocalKind::Parameter)};
    Local* x = t.local("x", Types::Int);
    CHECK(t.show({t.declare(x, t.integer(5)), t.eval(t.call(g, {{t.ref(x), true, true}, {t.ref(x)}}))}) ==
          "x = 5\n"
          "statement {\n"
          "y = x\n"
          "x = 0\n"
          "call g(ref x, y)\n"
          "}\n");
}

TEST_CASE("a condition with owning temporaries is computed before its branch") {
    Tree t;
    TypeId node = t.node_class();
    Function* g = t.function("g", FunctionKind::Free, node);
    g->body->body = {t.give(t.make(t.node_constructor))};
    Expr* condition = t.less(t.field(t.call(g), 0), t.integer(3));
    CHECK(t.show({t.stmt<WhileStmt>(condition, t.stmt<BreakStmt>())}) ==
          "statement {\n"
          "loop L1 {\n"
          "head {\n"
          "statement {\n"
          "temp#2 = call g()\n"
          "check_null temp#2\n"
          "temp = temp#2.value < 3\n"
          "}\n"
          "}\n"
          "while temp\n"
          "body {\n"
          "break L1\n"
          "}\n"
          "}\n"
          "}\n");
}

TEST_CASE("the right of && is evaluated only when asked for") {
    Tree t;
    Local* a = t.param("a", t.types.array_of(Types::Int));
    Local* i = t.param("i", Types::Int);
    Local* x = t.local("x", Types::Bool);
    CHECK(t.show({t.declare(x, t.both(t.less(t.ref(i), t.integer(3)), t.less(t.at(t.ref(a), t.ref(i)), t.integer(1))))}) ==
          "x = i < 3\n"
          "if x {\n"
          "check_index a, i\n"
          "x = a[i] < 1\n"
          "}\n");
}

TEST_CASE("a call goes straight into what it initialises, not into what is in use") {
    Tree t;
    TypeId node = t.node_class();
    Local* p = t.local("p", node);
    CHECK(t.show({t.declare(p, t.make(t.node_constructor)), t.eval(t.assign(t.ref(p), t.make(t.node_constructor)))}) ==
          "p = call Node.new()\n"
          "statement {\n"
          "temp = call Node.new()\n"
          "p = temp\n"
          "}\n");
}

TEST_CASE("New holds the body of its constructor") {
    Tree t;
    TypeId node = t.node_class();
    t.node_constructor->body->body = {
        t.eval(t.assign(t.field(t.ref(t.node_constructor->this_local), 0), t.integer(7)))};
    Local* p = t.local("p", node);
    CHECK(t.show({t.declare(p, t.make(t.node_constructor))}, "Node") ==
          "this = new Node\n"
          "store this.value = 7\n"
          "return this\n");
}

TEST_CASE("joins: one, or pairs") {
    Tree t;
    Local* s = t.param("s", Types::String);
    Local* x = t.local("x", Types::String);
    auto body = [&] { return std::vector<Stmt*>{t.declare(x, t.concat({t.ref(s), t.text(" "), t.ref(s), t.text("!")}))}; };
    CHECK(t.show(body()) == "x = concat s, \" \", s, \"!\"\n");
    CHECK(t.show(body(), "f", {.spell_out = true}) ==
          "statement {\n"
          "temp1 = concat s, \" \"\n"
          "temp2 = concat temp1, s\n"
          "x = concat temp2, \"!\"\n"
          "}\n");
}

TEST_CASE("a return takes its value before the finally, and an end follows") {
    Tree t;
    t.f->result = Types::Int;
    Local* x = t.local("x", Types::Int);
    std::string text = t.show({t.declare(x, t.integer(1)), t.try_({t.give(t.ref(x))}, {t.eval(t.increment(t.ref(x)))})});
    CHECK(text.find("result = x\n") != std::string::npos);
    CHECK(text.find("return result\n") != std::string::npos);
    CHECK(text.ends_with("return 0\n"));
}

TEST_CASE("foreach runs over a variable that is never written without holding it") {
    Tree t;
    Local* a = t.param("a", t.types.array_of(Types::Int));
    Local* x = t.local("x", Types::Int);
    std::string text = t.show({t.stmt<ForeachStmt>(x, t.ref(a), t.block({}))});
    CHECK(text.find("items") == std::string::npos);
    CHECK(text.find("x = a[index]") != std::string::npos);
    a->is_written = true;
    CHECK(t.show({t.stmt<ForeachStmt>(x, t.ref(a), t.block({}))}).find("x = items[index]") !=
          std::string::npos);
}

TEST_CASE("only what can be reached is there") {
    Tree t;
    t.node_class();
    t.function("unused", FunctionKind::Free);
    CHECK(t.lower({}).functions.size() == 1);
}

TEST_CASE("chains of any length") {
    Tree t;
    Local* i = t.local("i", Types::Int);
    Local* x = t.local("x", Types::Int);
    Expr* sum = t.ref(i);
    Expr* counted = t.ref(i);
    for (int k = 0; k < 50000; ++k) {
        sum = t.add(sum, t.ref(i));
        counted = t.add(counted, t.increment(t.ref(i)));
    }
    Expr* all = t.less(t.ref(i), t.integer(1));
    for (int k = 0; k < 50000; ++k) all = t.both(all, t.less(t.ref(i), t.integer(k)));
    std::vector<Expr*> parts(50000, t.text("x"));
    t.lower({t.declare(i, t.integer(0)), t.declare(x, sum), t.eval(t.assign(t.ref(x), counted)),
             t.declare(t.local("b", Types::Bool), all), t.declare(t.local("s", Types::String), t.concat(parts))},
            {.spell_out = true});
}
