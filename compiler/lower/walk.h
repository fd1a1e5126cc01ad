// Flat traversal of typed trees, for questions about a whole body. Neither function recurses, so
// that chains of any length are fine.
#pragma once

#include <vector>

#include "check/typed.h"
#include "support/check.h"

namespace dream::lower {

// Calls visit(const Expr*) for the expressions directly below `expr`, in order of evaluation.
template <class Visit>
void for_each_child(const typed::Expr* expr, Visit&& visit) {
    using namespace typed;
    auto visit_arguments = [&](const std::vector<Argument>& arguments) {
        for (const Argument& argument : arguments) visit(static_cast<const Expr*>(argument.value));
    };
    auto visit_all = [&](const std::vector<Expr*>& exprs) {
        for (const Expr* child : exprs) visit(child);
    };
    auto visit_one = [&](const Expr* child) {
        if (child) visit(child);
    };
    switch (expr->kind) {
        case ExprKind::Literal:
        case ExprKind::LocalRef:
        case ExprKind::GlobalRef:
        case ExprKind::Lambda:
        case ExprKind::FunctionAddress:
        case ExprKind::Default: return;
        case ExprKind::FieldAccess: return visit_one(as<FieldAccessExpr>(expr)->object);
        case ExprKind::Index:
            visit_one(as<IndexExpr>(expr)->object);
            return visit_all(as<IndexExpr>(expr)->indices);
        case ExprKind::Deref:
            visit_one(as<DerefExpr>(expr)->pointer);
            return visit_one(as<DerefExpr>(expr)->index);
        case ExprKind::AddressOf: return visit_one(as<AddressOfExpr>(expr)->place);
        case ExprKind::Length: return visit_one(as<LengthExpr>(expr)->object);
        case ExprKind::Unary: return visit_one(as<UnaryExpr>(expr)->operand);
        case ExprKind::Binary:
            visit_one(as<BinaryExpr>(expr)->left);
            return visit_one(as<BinaryExpr>(expr)->right);
        case ExprKind::Logical:
            visit_one(as<LogicalExpr>(expr)->left);
            return visit_one(as<LogicalExpr>(expr)->right);
        case ExprKind::Conditional:
            visit_one(as<ConditionalExpr>(expr)->condition);
            visit_one(as<ConditionalExpr>(expr)->when_true);
            return visit_one(as<ConditionalExpr>(expr)->when_false);
        case ExprKind::Assign:
            visit_one(as<AssignExpr>(expr)->target);
            return visit_one(as<AssignExpr>(expr)->value);
        case ExprKind::CompoundAssign:
            visit_one(as<CompoundAssignExpr>(expr)->target);
            return visit_one(as<CompoundAssignExpr>(expr)->value);
        case ExprKind::Increment: return visit_one(as<IncrementExpr>(expr)->target);
        case ExprKind::Concat: return visit_all(as<ConcatExpr>(expr)->parts);
        case ExprKind::ToText: return visit_one(as<ToTextExpr>(expr)->operand);
        case ExprKind::Convert: return visit_one(as<ConvertExpr>(expr)->operand);
        case ExprKind::ClassCast: return visit_one(as<ClassCastExpr>(expr)->operand);
        case ExprKind::TypeTest: return visit_one(as<TypeTestExpr>(expr)->operand);
        case ExprKind::ReferenceEquals:
            visit_one(as<ReferenceEqualsExpr>(expr)->left);
            return visit_one(as<ReferenceEqualsExpr>(expr)->right);
        case ExprKind::Call:
            visit_one(as<CallExpr>(expr)->receiver);
            return visit_arguments(as<CallExpr>(expr)->arguments);
        case ExprKind::New: return visit_arguments(as<NewExpr>(expr)->arguments);
        case ExprKind::NewArray: return visit_all(as<NewArrayExpr>(expr)->lengths);
        case ExprKind::ArrayLiteral: return visit_all(as<ArrayLiteralExpr>(expr)->elements);
        case ExprKind::Let:
            visit_one(as<LetExpr>(expr)->value);
            return visit_one(as<LetExpr>(expr)->body);
        case ExprKind::Throw: return visit_one(as<ThrowExpr>(expr)->value);
    }
    DREAM_UNREACHABLE("kind of typed expression");
}

// Calls visit(const Expr*) for `root` and every expression below it.
template <class Visit>
void for_each_expr(const typed::Expr* root, Visit&& visit) {
    std::vector<const typed::Expr*> work{root};
    while (!work.empty()) {
        const typed::Expr* expr = work.back();
        work.pop_back();
        visit(expr);
        size_t first = work.size();
        for_each_child(expr, [&](const typed::Expr* child) { work.push_back(child); });
        for (size_t i = first, j = work.size(); i + 1 < j; ++i) std::swap(work[i], work[--j]);
    }
}

// Calls on_stmt(const Stmt*) and on_expr(const Expr*) for every statement and every expression of
// `root`, statements before what they contain.
template <class OnStmt, class OnExpr>
void for_each_in(const typed::Stmt* root, OnStmt&& on_stmt, OnExpr&& on_expr) {
    using namespace typed;
    std::vector<const Stmt*> work{root};
    auto exprs_of = [&](const Expr* expr) {
        if (expr) for_each_expr(expr, on_expr);
    };
    while (!work.empty()) {
        const Stmt* stmt = work.back();
        work.pop_back();
        if (!stmt) continue;
        on_stmt(stmt);
        size_t first = work.size();
        auto later = [&](const Stmt* child) { work.push_back(child); };
        auto all_later = [&](const std::vector<Stmt*>& body) {
            for (const Stmt* child : body) later(child);
        };
        switch (stmt->kind) {
            case StmtKind::Block: all_later(as<BlockStmt>(stmt)->body); break;
            case StmtKind::Expr: exprs_of(as<ExprStmt>(stmt)->expr); break;
            case StmtKind::Declare: exprs_of(as<DeclareStmt>(stmt)->init); break;
            case StmtKind::If:
                exprs_of(as<IfStmt>(stmt)->condition);
                later(as<IfStmt>(stmt)->then_body);
                later(as<IfStmt>(stmt)->else_body);
                break;
            case StmtKind::While:
                exprs_of(as<WhileStmt>(stmt)->condition);
                later(as<WhileStmt>(stmt)->body);
                break;
            case StmtKind::DoWhile:
                exprs_of(as<DoWhileStmt>(stmt)->condition);
                later(as<DoWhileStmt>(stmt)->body);
                break;
            case StmtKind::For:
                all_later(as<ForStmt>(stmt)->init);
                exprs_of(as<ForStmt>(stmt)->condition);
                for (const Expr* step : as<ForStmt>(stmt)->steps) exprs_of(step);
                later(as<ForStmt>(stmt)->body);
                break;
            case StmtKind::Foreach:
                exprs_of(as<ForeachStmt>(stmt)->collection);
                later(as<ForeachStmt>(stmt)->body);
                break;
            case StmtKind::Switch:
                exprs_of(as<SwitchStmt>(stmt)->subject);
                for (const SwitchSection& s : as<SwitchStmt>(stmt)->sections) all_later(s.body);
                break;
            case StmtKind::Break:
            case StmtKind::Continue: break;
            case StmtKind::Return: exprs_of(as<ReturnStmt>(stmt)->value); break;
            case StmtKind::Throw: exprs_of(as<ThrowStmt>(stmt)->value); break;
            case StmtKind::Try:
                later(as<TryStmt>(stmt)->body);
                for (const CatchClause& clause : as<TryStmt>(stmt)->catches) later(clause.body);
                later(as<TryStmt>(stmt)->finally_body);
                break;
        }
        for (size_t i = first, j = work.size(); i + 1 < j; ++i) std::swap(work[i], work[--j]);
    }
}

}  // namespace dream::lower
