// What depends on the whole program being checked: the order in which static fields get their
// values, and which struct variables are changed by methods called on them.
#include <algorithm>
#include <functional>
#include <unordered_set>

#include "check/checker.h"
#include "check/visit.h"

namespace dream::checker {

namespace {

// The globals that an expression may read, by itself or in the functions that it calls.
class Reach {
  public:
    explicit Reach(const Program& program) : program_(program) {}

    std::unordered_set<const Global*> from(Expr* root) {
        globals_.clear();
        functions_.clear();
        look({}, {root});
        while (!work_.empty()) {
            Function* f = work_.back();
            work_.pop_back();
            if (f->body) look({f->body}, {});
        }
        return globals_;
    }

  private:
    void look(std::vector<Stmt*> stmts, std::vector<Expr*> exprs) {
        for_each_expr(std::move(stmts), std::move(exprs), [&](Expr& e) {
            if (e.kind == ExprKind::GlobalRef) globals_.insert(as<GlobalRefExpr>(&e)->global);
            if (e.kind == ExprKind::New) add(as<NewExpr>(&e)->constructor);
            if (e.kind == ExprKind::Lambda) add(as<LambdaExpr>(&e)->function);
            if (e.kind == ExprKind::FunctionAddress) add(as<FunctionAddressExpr>(&e)->function);
            if (e.kind == ExprKind::ToText) add_texts(as<ToTextExpr>(&e)->operand->type);
            if (e.kind != ExprKind::Call) return;
            auto* call = as<CallExpr>(&e);
            add(call->function);
            if (call->is_virtual) add_implementations(*call->function);
        });
    }
    void add_implementations(const Function& method) {
        auto slot = static_cast<size_t>(method.slot);
        bool is_interface = program_.types->is_interface(method.owner);
        for (Class* c : program_.classes) {
            if (!is_interface && program_.types->is_subclass(c->type, method.owner))
                add(c->slots[slot]);
            for (const Implementation& made : c->implementations)
                if (made.interface == method.owner) add(made.methods[slot]);
        }
    }
    void add_texts(TypeId type) {
        for (Class* c : program_.classes)
            if (c->to_string && program_.types->is_subclass(c->type, type)) add(c->to_string);
    }
    void add(Function* f) {
        if (f && functions_.insert(f).second) work_.push_back(f);
    }

    const Program& program_;
    std::unordered_set<const Global*> globals_;
    std::unordered_set<Function*> functions_;
    std::vector<Function*> work_;
};

}  // namespace

// Static fields in textual order, but after what their initialisers use. One that needs a top-level
// variable gets its value right behind that variable.
void Checker::order_initialisers() {
    program.types = &types;
    Reach reach(program);
    std::unordered_map<const Global*, size_t> places;
    for (Global* g : program.globals) places.emplace(g, places.size());
    std::unordered_map<const Global*, std::vector<const Global*>> needs;  // in textual order
    for (Global* g : program.globals) {
        if (!g->init || g->init->kind == ExprKind::Literal) continue;
        std::unordered_set<const Global*> reached = reach.from(g->init);
        std::vector<const Global*>& needed = needs[g];
        needed.assign(reached.begin(), reached.end());
        std::sort(needed.begin(), needed.end(),
                  [&](auto* a, auto* b) { return places[a] < places[b]; });
    }
    std::vector<Global*> ordered;
    std::unordered_set<const Global*> seen;
    std::function<void(Global*)> visit = [&](Global* g) {
        if (!seen.insert(g).second) return;
        for (const Global* other : needs[g])
            if (other->init) visit(program.globals[places.at(other)]);
        ordered.push_back(g);
    };
    for (Global* g : program.globals) visit(g);
    program.globals = std::move(ordered);
    if (!program.top_level) return;

    std::vector<Stmt*>& body = program.top_level->body->body;
    // Where a global gets its first value among the top-level statements, or the end.
    auto first_value = [&](const Global* g) {
        return std::find_if(body.begin(), body.end(), [&](const Stmt* s) {
            const Expr* e = s->kind == StmtKind::Expr ? as<ExprStmt>(s)->expr : nullptr;
            const Expr* target =
                e && e->kind == ExprKind::Assign ? as<AssignExpr>(e)->target : nullptr;
            return target && target->kind == ExprKind::GlobalRef &&
                   as<GlobalRefExpr>(target)->global == g;
        });
    };
    for (Global* g : program.globals) {
        if (!g->init) continue;
        std::ptrdiff_t last = -1;
        for (const Global* other : needs[g]) {
            auto at = other->init ? body.end() : first_value(other);
            if (at != body.end()) last = std::max(last, at - body.begin());
        }
        if (last < 0) continue;
        Expr* place = node<GlobalRefExpr>(g->type, g->span, g);
        Expr* assign = node<AssignExpr>(g->type, g->init->span, place, g->init);
        body.insert(body.begin() + last + 1,
                    arena.make<ExprStmt>(Stmt{StmtKind::Expr, g->init->span}, assign));
        g->init = nullptr;
    }
}

// A variable of a struct type is written by a method that writes `this`, maybe by way of another.
void Checker::propagate_struct_writes() {
    bool changed = true;
    while (changed) {
        changed = false;
        for (auto [root, function] : struct_calls) {
            if (root->is_written || !function->this_local->is_written) continue;
            root->is_written = true;
            changed = true;
        }
        for (PropertyCall& call : property_calls) {
            if (call.struct_calls.empty() || !call.plain->function->this_local->is_written) continue;
            struct_calls.insert(struct_calls.end(), call.struct_calls.begin(),
                                call.struct_calls.end());
            call.struct_calls.clear();
            changed = true;
        }
    }
}

// It is known now which methods write their struct.
void Checker::settle_property_calls() {
    for (const PropertyCall& call : property_calls) {
        bool is_written = call.plain->function->this_local->is_written;
        if (is_written && call.readonly) {
            sink->report<diag::ReadonlyField>(call.plain->receiver->span, call.readonly->name)
                .note<diag::DeclaredHere>(call.readonly->span, call.readonly->name);
        } else if (is_written && call.blocked) {
            const PropertyInfo& p = *call.blocked;
            sink->report<diag::WritesToPropertyCopy>(call.plain->receiver->span, p.name)
                .note<diag::DeclaredHere>(p.span, p.name);
        } else if (!is_written && call.whole) {
            call.whole->body = call.reading;
        }
    }
}

}  // namespace dream::checker
