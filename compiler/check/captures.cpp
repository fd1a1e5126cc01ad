// See captures.h.
#include "check/captures.h"

#include <algorithm>

#include "check/visit.h"

namespace dream {

using namespace typed;

namespace {

class Search {
  public:
    explicit Search(const Program& program) : program_(program) {}

    Captures run() {
        for (Function* f : program_.functions) add_function(f);
        if (program_.top_level) add_function(program_.top_level);
        std::vector<Expr*> inits;
        for (Global* g : program_.globals)
            if (g->init) inits.push_back(g->init);
        scan(nullptr, {}, std::move(inits));
        for (size_t i = 0; i < found_.functions.size(); ++i) {
            Function* f = found_.functions[i];
            if (f->body) scan(f, {f->body}, {});
        }
        for (const Use& use : uses_) capture(use.user, use.local);
        for (bool changed = true; changed;) {
            changed = false;
            for (auto [caller, callee] : calls_) changed = inherit(caller, callee) || changed;
        }
        return std::move(found_);
    }

  private:
    struct Use {
        Function* user;
        Local* local;
    };

    void add_function(Function* f) {
        found_.functions.push_back(f);
        for (Local* param : f->params) found_.home[param] = f;
        if (f->this_local) found_.home[f->this_local] = f;
    }

    void scan(Function* f, std::vector<Stmt*> stmts, std::vector<Expr*> exprs) {
        for_each_node(
            std::move(stmts), std::move(exprs),
            [&](Stmt& s) {
                if (s.kind == StmtKind::Declare) found_.home[as<DeclareStmt>(&s)->local] = f;
                if (s.kind == StmtKind::Foreach) found_.home[as<ForeachStmt>(&s)->local] = f;
                if (s.kind == StmtKind::Try)
                    for (CatchClause& clause : as<TryStmt>(&s)->catches)
                        if (clause.local) found_.home[clause.local] = f;
            },
            [&](Expr& e) {
                if (e.kind == ExprKind::Let) found_.home[as<LetExpr>(&e)->local] = f;
                if (e.kind == ExprKind::LocalRef)
                    uses_.push_back({f, as<LocalRefExpr>(&e)->local});
                bool is_local_call =
                    e.kind == ExprKind::Call && as<CallExpr>(&e)->function->outer;
                if (is_local_call) calls_.push_back({f, as<CallExpr>(&e)->function});
                if (e.kind == ExprKind::Lambda) add_lambda(*as<LambdaExpr>(&e));
                if (e.kind == ExprKind::FunctionAddress) {
                    Function* callback = as<FunctionAddressExpr>(&e)->function;
                    if (seen_.insert(callback).second) {
                        found_.callbacks.push_back(callback);
                        add_function(callback);
                    }
                }
                if (is_local_call || e.kind == ExprKind::Lambda) found_.concerned.insert(f);
            });
    }

    void add_lambda(LambdaExpr& e) {
        if (!seen_.insert(e.function).second) return;  // the value of a function, made twice
        found_.lambdas.push_back(&e);
        add_function(e.function);
    }

    // True if that is news.
    bool capture(Function* user, Local* local) {
        Function* home = found_.home.at(local);
        bool is_new = false;
        if (user != home) found_.concerned.insert({home, user});
        for (Function* at = user; at != home; at = at->outer) {
            std::vector<Local*>& all = found_.of[at];
            if (std::find(all.begin(), all.end(), local) != all.end()) continue;
            all.push_back(local);
            found_.concerned.insert(at);
            is_new = true;
            if (captured_.insert(local).second) found_.locals.push_back(local);
            if (!seen_.count(at)) found_.by_local_functions.insert(local);
        }
        return is_new;
    }

    bool inherit(Function* caller, Function* callee) {
        bool changed = false;
        std::vector<Local*> needed = found_.of[callee];
        for (Local* local : needed) changed = capture(caller, local) || changed;
        return changed;
    }

    const Program& program_;
    Captures found_;
    std::unordered_set<const Function*> seen_;  // lambdas
    std::unordered_set<const Local*> captured_;
    std::vector<Use> uses_;
    std::vector<std::pair<Function*, Function*>> calls_;
};

}  // namespace

Captures find_captures(const Program& program) { return Search(program).run(); }

}  // namespace dream
