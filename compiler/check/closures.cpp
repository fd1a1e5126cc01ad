// See closures.h. Each function is rewritten by itself, from what is known about all of them.
#include "check/closures.h"

#include <map>
#include <unordered_map>
#include <unordered_set>

#include "check/visit.h"
#include "support/check.h"

namespace dream {

using namespace typed;

namespace checker {

namespace {

template <class T, class... Rest>
T* make_expr(Arena& arena, TypeId type, Span span, Rest&&... rest) {
    return arena.make<T>(Expr{T::Kind, type, span}, std::forward<Rest>(rest)...);
}

template <class T, class... Rest>
T* make_stmt(Arena& arena, Span span, Rest&&... rest) {
    return arena.make<T>(Stmt{T::Kind, span}, std::forward<Rest>(rest)...);
}

}  // namespace

Class* make_class(Types& types, Arena& arena, std::string_view name, TypeId base,
                  const std::vector<Field>& fields) {
    Class* made = arena.make<Class>();
    made->type = types.add_nominal(TypeKind::Class, name, {});
    bool is_open = base.valid() && types.is_open(base);
    for (const Field& field : fields) is_open = is_open || types.is_open(field.type);
    types.nominal(made->type).is_open = is_open;
    if (base.valid()) types.set_base(made->type, base);
    types.nominal(made->type).fields = fields;
    types.nominal(made->type).is_library = true;
    Function* f = arena.make<Function>();
    f->name = name;
    f->kind = FunctionKind::Constructor;
    f->owner = made->type;
    f->is_library = true;
    f->this_local = arena.make<Local>(Local{"this", made->type, {}, LocalKind::This});
    std::vector<Stmt*> body;
    for (size_t i = 0; i < fields.size(); ++i) {
        TypeId type = fields[i].type;
        Local* param = arena.make<Local>(Local{fields[i].name, type, {}, LocalKind::Parameter});
        f->params.push_back(param);
        Expr* self = make_expr<LocalRefExpr>(arena, made->type, {}, f->this_local);
        Expr* place = make_expr<FieldAccessExpr>(arena, type, {}, self, static_cast<int>(i));
        Expr* value = make_expr<LocalRefExpr>(arena, type, {}, param);
        Expr* store = make_expr<AssignExpr>(arena, type, {}, place, value);
        body.push_back(make_stmt<ExprStmt>(arena, {}, store));
    }
    f->body = make_stmt<BlockStmt>(arena, {}, std::move(body));
    made->constructors.push_back(f);
    return made;
}

void become_invoke(Function& f, const Class& closure, const Class& base) {
    f.name = "Invoke";
    f.kind = FunctionKind::Method;
    f.owner = closure.type;
    f.is_virtual = true;
    f.overrides = base.slots[kInvokeSlot];
    f.slot = kInvokeSlot;
}

namespace {

// What happens to one variable that a lambda uses.
struct Captured {
    Function* home = nullptr;  // declares it
    bool has_cell = false;
    Local* cell = nullptr;  // in `home`, if it has one
};

class Converter {
  public:
    Converter(Program& program, const Captures& captures, Arena& arena)
        : program_(program), captures_(captures), types_(*program.types), arena_(arena) {}

    void run() {
        // What C calls captures nothing: it is a function like any other.
        program_.functions.insert(program_.functions.end(), captures_.callbacks.begin(),
                                  captures_.callbacks.end());
        if (captures_.lambdas.empty() && captures_.locals.empty()) return;
        decide();
        for (const LambdaExpr* e : captures_.lambdas) make_closure(e->function, e->type);
        for (Function* f : captures_.functions)
            if (captures_.concerned.count(f)) rewrite(*f);
        for (Global* g : program_.globals)
            if (g->init) rewrite_exprs(nullptr, {}, {&g->init});
        for (const LambdaExpr* e : captures_.lambdas) take_captures(e->function);
        for (Function* f : captures_.functions)
            if (!closures_.count(f))
                for (Local* local : captured_by(f)) f->params.push_back(stand_in(f, local));
    }

  private:
    void decide() {
        for (Local* local : captures_.locals) {
            Captured& captured = captured_[local];
            captured.home = captures_.home.at(local);
            captured.has_cell = local->is_written && local->kind != LocalKind::This;
            if (!captured.has_cell) continue;
            captured.cell = arena_.make<Local>(
                Local{local->name, cell_of(local->type)->type, local->span, LocalKind::Variable});
            captured.cell->is_never_null = true;
        }
    }

    // ---- classes ----

    Class* cell_of(TypeId type) {
        Class*& cell = cells_[type];
        if (cell) return cell;
        cell = make_class(types_, arena_, arena_.keep("captured " + types_.text(type)), {},
                          {{"value", type, {}}});
        add_class(cell);
        return cell;
    }

    void add_class(Class* made) {
        program_.classes.push_back(made);
        program_.functions.push_back(made->constructors[0]);
    }

    const Class* class_of(TypeId type) const {
        for (const Class* c : program_.classes)
            if (c->type == type) return c;
        DREAM_UNREACHABLE("a function type without a class");
    }

    // The type of what stands for a captured variable in a closure.
    TypeId type_in_closure(const Local* local) const {
        const Captured& captured = captured_.at(local);
        return captured.has_cell ? captured.cell->type : local->type;
    }

    static std::string_view name_in_closure(const Local* local) {
        return local->kind == LocalKind::This ? "self" : local->name;
    }

    void make_closure(Function* lambda, TypeId type) {
        std::vector<Field> fields;
        for (const Local* local : captured_by(lambda))
            fields.push_back({name_in_closure(local), type_in_closure(local), local->span});
        const Class* base = class_of(type);
        Class* made = make_class(types_, arena_, lambda->name, base->type, fields);
        become_invoke(*lambda, *made, *base);
        lambda->this_local =
            arena_.make<Local>(Local{"this", made->type, lambda->span, LocalKind::This});
        made->slots = base->slots;
        made->slots[kInvokeSlot] = lambda;
        made->implementations = base->implementations;
        made->methods.push_back(lambda);
        add_class(made);
        program_.functions.push_back(lambda);
        closures_[lambda] = made;
    }

    // ---- rewriting one function ----

    const std::vector<Local*>& captured_by(const Function* f) const {
        static const std::vector<Local*> kNone;
        auto found = captures_.of.find(f);
        return found == captures_.of.end() ? kNone : found->second;
    }

    // What stands for `local` in `f`: the variable, its cell, or what a lambda has taken out of its
    // closure and a local function is given by its callers.
    Local* stand_in(Function* f, Local* local) {
        const Captured& captured = captured_.at(local);
        if (captured.home == f) return captured.has_cell ? captured.cell : local;
        Local*& copy = copies_[{f, local}];
        if (copy) return copy;
        LocalKind kind = closures_.count(f) ? LocalKind::Variable : LocalKind::Parameter;
        copy = arena_.make<Local>(
            Local{name_in_closure(local), type_in_closure(local), local->span, kind});
        copy->is_never_null = captured.has_cell || local->kind == LocalKind::This;
        return copy;
    }

    Expr* ref(Local* local, Span span) {
        return make_expr<LocalRefExpr>(arena_, local->type, span, local);
    }

    Expr* replaced(Function* f, Expr* e) {
        if (e->kind == ExprKind::LocalRef) {
            if (initial_values_.count(e)) return e;
            Local* local = as<LocalRefExpr>(e)->local;
            auto captured = captured_.find(local);
            if (captured == captured_.end()) return e;
            Expr* found = ref(stand_in(f, local), e->span);
            if (!captured->second.has_cell) return found;
            return make_expr<FieldAccessExpr>(arena_, local->type, e->span, found, 0);
        }
        if (e->kind == ExprKind::Lambda && !as<LambdaExpr>(e)->closure.valid())
            return closure(f, *as<LambdaExpr>(e));
        if (e->kind == ExprKind::Call && as<CallExpr>(e)->function->outer)
            for (Local* local : captured_by(as<CallExpr>(e)->function))
                as<CallExpr>(e)->arguments.push_back(
                    {ref(stand_in(f, local), e->span), false, false});
        return e;
    }

    Expr* closure(Function* f, LambdaExpr& e) {
        Class* made = closures_.at(e.function);
        e.closure = made->type;
        const std::vector<Local*>& captures = captured_by(e.function);
        if (captures.empty()) return &e;
        std::vector<Argument> arguments;
        for (Local* local : captures)
            arguments.push_back({ref(stand_in(f, local), e.span), false, false});
        Expr* value = make_expr<NewExpr>(arena_, made->type, e.span, made->constructors[0],
                                         std::move(arguments));
        return make_expr<ConvertExpr>(arena_, e.type, e.span, Conversion::Upcast, value);
    }

    void rewrite(Function& f) {
        rewrite_exprs(&f, {f.body}, {});
        std::vector<Stmt*> cells;
        for (Local* param : f.params) add_cell(param, cells);
        f.body->body.insert(f.body->body.begin(), cells.begin(), cells.end());
    }

    void rewrite_exprs(Function* f, std::vector<Stmt*> stmts, std::vector<Expr**> roots) {
        std::vector<Expr*> exprs;
        auto visit = [&](Expr*& e) {
            e = replaced(f, e);
            exprs.push_back(e);
        };
        for (Expr** root : roots) visit(*root);
        while (!stmts.empty()) {
            Stmt* s = stmts.back();
            stmts.pop_back();
            rewrite_declarations(*s);
            for_each_child(*s, visit, [&](Stmt*& child) {
                if (child->kind == StmtKind::Switch) child = with_cells(*as<SwitchStmt>(child));
                stmts.push_back(child);
            });
        }
        while (!exprs.empty()) {
            Expr* e = exprs.back();
            exprs.pop_back();
            for_each_child(*e, visit);
        }
    }

    // ---- cells ----

    Expr* new_cell(Local* local, Expr* value) {
        Class* cell = cell_of(local->type);
        return make_expr<NewExpr>(arena_, cell->type, local->span, cell->constructors[0],
                                  std::vector<Argument>{{value, false, false}});
    }

    Expr* default_of(const Local* local) {
        return make_expr<DefaultExpr>(arena_, local->type, local->span);
    }

    Local* cell_for(Local* local) {
        auto captured = captured_.find(local);
        return captured == captured_.end() ? nullptr : captured->second.cell;
    }

    // For a variable that has its value when the block begins: a parameter and the like.
    void add_cell(Local* local, std::vector<Stmt*>& out) {
        Local* cell = cell_for(local);
        if (!cell) return;
        Expr* value = ref(local, local->span);
        initial_values_.insert(value);
        out.push_back(make_stmt<DeclareStmt>(arena_, local->span, cell, new_cell(local, value)));
    }

    void rewrite_declarations(Stmt& s) {
        if (s.kind == StmtKind::Block) {
            add_early_cells(*as<BlockStmt>(&s));
        } else if (s.kind == StmtKind::Declare) {
            auto& declare = *as<DeclareStmt>(&s);
            Local* local = declare.local;
            Local* cell = cell_for(local);
            if (!cell) return;
            declare.init = new_cell(local, declare.init ? declare.init : default_of(local));
            declare.local = cell;
        } else if (s.kind == StmtKind::Foreach) {
            auto& loop = *as<ForeachStmt>(&s);
            std::vector<Stmt*> body;
            add_cell(loop.local, body);
            if (body.empty()) return;
            body.push_back(loop.body);
            loop.body = make_stmt<BlockStmt>(arena_, loop.body->span, std::move(body));
        } else if (s.kind == StmtKind::Try) {
            for (CatchClause& clause : as<TryStmt>(&s)->catches) {
                std::vector<Stmt*> cells;
                if (clause.local) add_cell(clause.local, cells);
                clause.body->body.insert(clause.body->body.begin(), cells.begin(), cells.end());
            }
        }
    }

    // A variable directly in a switch is known in later sections, which may be entered past its
    // declaration: its cell is made in front of the switch.
    Stmt* with_cells(SwitchStmt& s) {
        std::vector<Stmt*> body;
        for (SwitchSection& section : s.sections)
            for (Stmt*& inner : section.body) make_early(inner, body);
        if (body.empty()) return &s;
        body.push_back(&s);
        return make_stmt<BlockStmt>(arena_, s.span, std::move(body));
    }

    // A local function may be called before the declaration of a variable that it assigns is
    // reached: the cell is made where the block begins.
    void add_early_cells(BlockStmt& block) {
        std::vector<Stmt*> cells;
        for (Stmt*& inner : block.body)
            if (inner->kind == StmtKind::Declare &&
                captures_.by_local_functions.count(as<DeclareStmt>(inner)->local))
                make_early(inner, cells);
        block.body.insert(block.body.begin(), cells.begin(), cells.end());
    }

    // If `s` declares a variable with a cell: makes that in `cells`, and an assignment of `s`.
    void make_early(Stmt*& s, std::vector<Stmt*>& cells) {
        auto* declare = s->kind == StmtKind::Declare ? as<DeclareStmt>(s) : nullptr;
        Local* local = declare ? declare->local : nullptr;
        Local* cell = local ? cell_for(local) : nullptr;
        if (!cell) return;
        cells.push_back(make_stmt<DeclareStmt>(arena_, local->span, cell,
                                               new_cell(local, default_of(local))));
        if (!declare->init) {
            s = make_stmt<BlockStmt>(arena_, declare->span, std::vector<Stmt*>{});
            return;
        }
        Expr* place = make_expr<FieldAccessExpr>(arena_, local->type, local->span,
                                                 ref(cell, local->span), 0);
        Expr* store =
            make_expr<AssignExpr>(arena_, local->type, declare->span, place, declare->init);
        s = make_stmt<ExprStmt>(arena_, declare->span, store);
    }

    // In front of the body of a lambda: its captures become locals.
    void take_captures(Function* lambda) {
        std::vector<Stmt*> taken;
        const std::vector<Local*>& captures = captured_by(lambda);
        for (size_t i = 0; i < captures.size(); ++i) {
            Local* copy = stand_in(lambda, captures[i]);
            Expr* field = make_expr<FieldAccessExpr>(arena_, copy->type, lambda->span,
                                                     ref(lambda->this_local, lambda->span),
                                                     static_cast<int>(i));
            taken.push_back(make_stmt<DeclareStmt>(arena_, lambda->span, copy, field));
        }
        lambda->body->body.insert(lambda->body->body.begin(), taken.begin(), taken.end());
    }

    Program& program_;
    const Captures& captures_;
    Types& types_;
    Arena& arena_;
    std::unordered_map<const Local*, Captured> captured_;
    std::unordered_set<const Expr*> initial_values_;  // mean the variable itself, not its cell
    std::map<TypeId, Class*> cells_;
    std::unordered_map<const Function*, Class*> closures_;
    std::map<std::pair<const Function*, const Local*>, Local*> copies_;
};

}  // namespace
}  // namespace checker

void convert_closures(Program& program, const Captures& captures, Arena& arena) {
    checker::Converter(program, captures, arena).run();
}

}  // namespace dream
