// Statements: each gets a statement block for its temporaries; what follows an exit is dropped.
#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

using namespace typed;

namespace {

void lower_declare(Body& b, const DeclareStmt* stmt) {
    LocalId local = declare(b, stmt->local);
    if (!stmt->init) {
        if (b.types.is(stmt->local->type, TypeKind::Struct) || stmt->local->is_addressed)
            emit_assign(b, local, b.build.default_of(stmt->local->type), stmt->span);
        return;
    }
    StatementScope statement(b, stmt->span);
    lower_into(b, stmt->init, {local, true});
    statement.finish();
    if (is_always_object(b, stmt->init) && is_never_assigned_again(b, stmt->local, 0))
        b.non_null.insert(stmt->local);
}

void lower_expr_stmt(Body& b, const ExprStmt* stmt) {
    StatementScope statement(b, stmt->span);
    lower_effect(b, stmt->expr);
    statement.finish();
}

// A block of the source; without locals it needs no block of its own.
void lower_block(Body& b, const BlockStmt* stmt) {
    ir::Block* block = lower_scope(b, stmt);
    if (block->locals.empty())
        b.out->body.insert(b.out->body.end(), block->body.begin(), block->body.end());
    else
        b.out->body.push_back(block);
}

}  // namespace

void lower_stmt(Body& b, const Stmt* stmt) {
    switch (stmt->kind) {
        case StmtKind::Block: return lower_block(b, as<BlockStmt>(stmt));
        case StmtKind::Expr: return lower_expr_stmt(b, as<ExprStmt>(stmt));
        case StmtKind::Declare: return lower_declare(b, as<DeclareStmt>(stmt));
        case StmtKind::If: return lower_if(b, as<IfStmt>(stmt));
        case StmtKind::While: return lower_while(b, as<WhileStmt>(stmt));
        case StmtKind::DoWhile: return lower_do(b, as<DoWhileStmt>(stmt));
        case StmtKind::For: return lower_for(b, as<ForStmt>(stmt));
        case StmtKind::Foreach: return lower_foreach(b, as<ForeachStmt>(stmt));
        case StmtKind::Switch: return lower_switch(b, as<SwitchStmt>(stmt));
        case StmtKind::Break: return lower_break(b, stmt);
        case StmtKind::Continue: return lower_continue(b, stmt);
        case StmtKind::Return: return lower_return(b, as<ReturnStmt>(stmt));
        case StmtKind::Throw: return lower_throw(b, as<ThrowStmt>(stmt)->value, stmt->span);
        case StmtKind::Try: return lower_try(b, as<TryStmt>(stmt));
    }
    DREAM_UNREACHABLE("kind of typed statement");
}

void lower_stmts(Body& b, const std::vector<Stmt*>& body) {
    for (const Stmt* stmt : body) {
        lower_stmt(b, stmt);
        if (always_leaves(b.left_by_break, b.out)) return;
    }
}

// A new block with `stmt` in it, as a scope, behind the effect of `before` if that is not null.
ir::Block* lower_scope(Body& b, const Stmt* stmt, const Expr* before) {
    ir::Block* block = b.build.block(stmt->span);
    BlockScope scope(b, block, false);
    if (before) lower_effect(b, before);
    if (stmt->kind == StmtKind::Block) lower_stmts(b, as<BlockStmt>(stmt)->body);
    else lower_stmt(b, stmt);
    scope.finish();
    return block;
}

}  // namespace dream::lower
