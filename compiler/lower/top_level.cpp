// The top-level statements, and the globals: a variable that no function mentions becomes a local
// of the top level (ruling 33).
#include "lower/context.h"
#include "lower/walk.h"

namespace dream::lower {

using namespace typed;

namespace {

// The globals that `stmt` mentions.
std::unordered_set<const Global*> mentioned_by(const Stmt* stmt) {
    std::unordered_set<const Global*> globals;
    for_each_in(
        stmt, [](const Stmt*) {},
        [&](const Expr* expr) {
            if (expr->kind == ExprKind::GlobalRef) globals.insert(as<GlobalRefExpr>(expr)->global);
        });
    return globals;
}

bool mentions(const Expr* root, const Global* global) {
    bool found = false;
    for_each_expr(root, [&](const Expr* expr) {
        found = found || (expr->kind == ExprKind::GlobalRef && as<GlobalRefExpr>(expr)->global == global);
    });
    return found;
}

// `stmt` is `global = value;` with a value that does not look at the global: its initialiser.
const AssignExpr* as_initialiser(const Stmt* stmt, const Global* global) {
    if (stmt->kind != StmtKind::Expr) return nullptr;
    const Expr* expr = as<ExprStmt>(stmt)->expr;
    if (expr->kind != ExprKind::Assign) return nullptr;
    const AssignExpr* assign = as<AssignExpr>(expr);
    if (assign->target->kind != ExprKind::GlobalRef) return nullptr;
    if (as<GlobalRefExpr>(assign->target)->global != global || mentions(assign->value, global)) return nullptr;
    return assign;
}

}  // namespace

void choose_demoted(Context& c) {
    bool has_global_destructors = false;
    auto may_demote = [&](const Global* global) {
        return !global->owner.valid() && !global->init && !c.reach.shared_globals.count(global) &&
               c.program.top_level != nullptr;
    };
    for (const Global* global : c.program.globals) {
        bool stays = c.reach.globals.count(global) && !may_demote(global);
        if (stays && c.types.reaches_destructor(global->type)) has_global_destructors = true;
    }
    for (const Global* global : c.program.globals) {
        if (!c.reach.globals.count(global)) continue;
        // As a local it would be released before `main`, or before globals that come after it.
        bool must_stay = c.types.reaches_destructor(global->type) &&
                         (c.program.main || has_global_destructors);
        if (may_demote(global) && !must_stay) {
            c.demoted.insert(global);
            continue;
        }
        ir::Global made;
        made.name = global->name;
        made.owner = global->owner;
        made.type = global->type;
        made.span = global->span;
        c.globals[global] = c.module.globals.add(std::move(made));
    }
}

namespace {

LocalId declare_demoted(Body& b, const Global* global) {
    LocalId id = add_local(b, global->name, global->type, global->span);
    b.function.body->locals.push_back(id);
    b.locals[global] = id;
    return id;
}

void lower_statements(Body& b, const Function* top_level) {
    Context& c = b.context;
    // Where each local of the top level begins: at its initialiser, if that is its first mention.
    std::unordered_map<const Stmt*, const Global*> begins;
    std::unordered_set<const Global*> seen;
    for (const Stmt* stmt : top_level->body->body)
        for (const Global* global : mentioned_by(stmt)) {
            if (!c.demoted.count(global) || !seen.insert(global).second) continue;
            if (as_initialiser(stmt, global)) begins[stmt] = global;
        }
    std::unordered_set<const Global*> initialised;
    for (auto [stmt, global] : begins) initialised.insert(global);
    for (const Global* global : c.program.globals)
        if (c.demoted.count(global) && !initialised.count(global)) {
            LocalId id = declare_demoted(b, global);
            emit_assign(b, id, b.build.default_of(global->type), global->span);
        }

    for (const Stmt* stmt : top_level->body->body) {
        auto begin = begins.find(stmt);
        if (begin == begins.end()) {
            lower_stmt(b, stmt);
        } else {
            const Global* global = begin->second;
            const AssignExpr* assign = as_initialiser(stmt, global);
            LocalId id = declare_demoted(b, global);
            StatementScope statement(b, stmt->span);
            lower_into(b, assign->value, {id, true});
            statement.finish();
            if (is_always_object(b, assign->value) && is_never_assigned_again(b, global, 1))
                b.non_null.insert(global);
        }
        if (always_leaves(b.left_by_break, b.out)) return;
    }
}

}  // namespace

void lower_top_level(Context& c) {
    const Function* top_level = c.program.top_level;
    bool has_code = top_level && top_level->body && !top_level->body->body.empty();
    for (const Global* global : c.program.globals)
        has_code = has_code || (c.reach.globals.count(global) && global->init);
    if (!has_code) return;

    ir::Function made;
    made.name = top_level && !top_level->name.empty() ? std::string(top_level->name) : "top_level";
    if (top_level) made.span = top_level->span;
    if (top_level) made.result = top_level->result;
    c.module.top_level = c.module.functions.add(std::move(made));
    Body b(c, c.module.top_level, top_level);
    for (const Global* global : c.program.globals) {
        if (!global->init || !c.reach.globals.count(global)) continue;
        StatementScope statement(b, global->span);
        emit_store(b, b.build.global(c.globals.at(global)), lower_value(b, global->init), global->span);
        statement.finish();
    }
    if (top_level && top_level->body) lower_statements(b, top_level);
}

}  // namespace dream::lower
