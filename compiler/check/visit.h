// One step down the typed tree: calls a function for each child of a node. Walks that must not
// recurse (chains lean left without bound) push the children onto a list of their own.
#pragma once

#include <type_traits>

#include "check/typed.h"

namespace dream::typed {

// `on_expr(Expr*&)` for each operand in order of evaluation; null ones are left out. The body of a
// lambda is a function of its own and not part of the expression that makes it.
template <class F>
void for_each_child(Expr& e, F on_expr) {
    auto visit = [&](Expr*& child) {
        if (child) on_expr(child);
    };
    auto visit_all = [&](std::vector<Expr*>& children) {
        for (Expr*& child : children) visit(child);
    };
    auto visit_args = [&](std::vector<Argument>& arguments) {
        for (Argument& a : arguments) visit(a.value);
    };
    switch (e.kind) {
        case ExprKind::Literal:
        case ExprKind::LocalRef:
        case ExprKind::GlobalRef:
        case ExprKind::Lambda:
        case ExprKind::FunctionAddress:
        case ExprKind::Default: return;
        case ExprKind::FieldAccess: visit(as<FieldAccessExpr>(&e)->object); return;
        case ExprKind::Index:
            visit(as<IndexExpr>(&e)->object);
            visit_all(as<IndexExpr>(&e)->indices);
            return;
        case ExprKind::Deref:
            visit(as<DerefExpr>(&e)->pointer);
            visit(as<DerefExpr>(&e)->index);
            return;
        case ExprKind::AddressOf: visit(as<AddressOfExpr>(&e)->place); return;
        case ExprKind::Length: visit(as<LengthExpr>(&e)->object); return;
        case ExprKind::Unary: visit(as<UnaryExpr>(&e)->operand); return;
        case ExprKind::Binary:
            visit(as<BinaryExpr>(&e)->left);
            visit(as<BinaryExpr>(&e)->right);
            return;
        case ExprKind::Logical:
            visit(as<LogicalExpr>(&e)->left);
            visit(as<LogicalExpr>(&e)->right);
            return;
        case ExprKind::Conditional:
            visit(as<ConditionalExpr>(&e)->condition);
            visit(as<ConditionalExpr>(&e)->when_true);
            visit(as<ConditionalExpr>(&e)->when_false);
            return;
        case ExprKind::Assign:
            visit(as<AssignExpr>(&e)->target);
            visit(as<AssignExpr>(&e)->value);
            return;
        case ExprKind::CompoundAssign:
            visit(as<CompoundAssignExpr>(&e)->target);
            visit(as<CompoundAssignExpr>(&e)->value);
            return;
        case ExprKind::Increment: visit(as<IncrementExpr>(&e)->target); return;
        case ExprKind::Concat: visit_all(as<ConcatExpr>(&e)->parts); return;
        case ExprKind::ToText: visit(as<ToTextExpr>(&e)->operand); return;
        case ExprKind::Convert: visit(as<ConvertExpr>(&e)->operand); return;
        case ExprKind::ClassCast: visit(as<ClassCastExpr>(&e)->operand); return;
        case ExprKind::TypeTest: visit(as<TypeTestExpr>(&e)->operand); return;
        case ExprKind::ReferenceEquals:
            visit(as<ReferenceEqualsExpr>(&e)->left);
            visit(as<ReferenceEqualsExpr>(&e)->right);
            return;
        case ExprKind::Call:
            visit(as<CallExpr>(&e)->receiver);
            visit_args(as<CallExpr>(&e)->arguments);
            return;
        case ExprKind::New: visit_args(as<NewExpr>(&e)->arguments); return;
        case ExprKind::NewArray: visit_all(as<NewArrayExpr>(&e)->lengths); return;
        case ExprKind::ArrayLiteral: visit_all(as<ArrayLiteralExpr>(&e)->elements); return;
        case ExprKind::Let:
            visit(as<LetExpr>(&e)->value);
            visit(as<LetExpr>(&e)->body);
            return;
        case ExprKind::Throw: visit(as<ThrowExpr>(&e)->value); return;
    }
}

// `on_expr(Expr*&)` and `on_stmt(Stmt*&)` for each child in order. A child that must be a block is
// handed out by a copy of the pointer.
template <class F, class G>
void for_each_child(Stmt& s, F on_expr, G on_stmt) {
    auto visit = [&](Expr*& child) {
        if (child) on_expr(child);
    };
    auto visit_stmt = [&](auto& child) {
        if (!child) return;
        if constexpr (std::is_same_v<decltype(child), Stmt*&>) {
            on_stmt(child);
        } else {
            Stmt* inner = child;
            on_stmt(inner);
        }
    };
    auto visit_all = [&](std::vector<Stmt*>& children) {
        for (Stmt*& child : children) visit_stmt(child);
    };
    switch (s.kind) {
        case StmtKind::Block: visit_all(as<BlockStmt>(&s)->body); return;
        case StmtKind::Expr: visit(as<ExprStmt>(&s)->expr); return;
        case StmtKind::Declare: visit(as<DeclareStmt>(&s)->init); return;
        case StmtKind::If:
            visit(as<IfStmt>(&s)->condition);
            visit_stmt(as<IfStmt>(&s)->then_body);
            visit_stmt(as<IfStmt>(&s)->else_body);
            return;
        case StmtKind::While:
            visit(as<WhileStmt>(&s)->condition);
            visit_stmt(as<WhileStmt>(&s)->body);
            return;
        case StmtKind::DoWhile:
            visit_stmt(as<DoWhileStmt>(&s)->body);
            visit(as<DoWhileStmt>(&s)->condition);
            return;
        case StmtKind::For: {
            auto& loop = *as<ForStmt>(&s);
            visit_all(loop.init);
            visit(loop.condition);
            visit_stmt(loop.body);
            for (Expr*& step : loop.steps) visit(step);
            return;
        }
        case StmtKind::Foreach:
            visit(as<ForeachStmt>(&s)->collection);
            visit_stmt(as<ForeachStmt>(&s)->body);
            return;
        case StmtKind::Switch:
            visit(as<SwitchStmt>(&s)->subject);
            for (SwitchSection& section : as<SwitchStmt>(&s)->sections) visit_all(section.body);
            return;
        case StmtKind::Break:
        case StmtKind::Continue: return;
        case StmtKind::Return: visit(as<ReturnStmt>(&s)->value); return;
        case StmtKind::Throw: visit(as<ThrowStmt>(&s)->value); return;
        case StmtKind::Try:
            visit_stmt(as<TryStmt>(&s)->body);
            for (CatchClause& clause : as<TryStmt>(&s)->catches) visit_stmt(clause.body);
            visit_stmt(as<TryStmt>(&s)->finally_body);
            return;
    }
}

// Calls `on_stmt` and `on_expr` for every statement and expression below the roots, statements
// before what they contain, otherwise in no particular order.
template <class F, class G>
void for_each_node(std::vector<Stmt*> stmts, std::vector<Expr*> exprs, F on_stmt, G on_expr) {
    while (!stmts.empty()) {
        Stmt* s = stmts.back();
        stmts.pop_back();
        on_stmt(*s);
        for_each_child(
            *s, [&](Expr*& e) { exprs.push_back(e); },
            [&](Stmt*& child) { stmts.push_back(child); });
    }
    while (!exprs.empty()) {
        Expr* e = exprs.back();
        exprs.pop_back();
        on_expr(*e);
        for_each_child(*e, [&](Expr*& child) { exprs.push_back(child); });
    }
}

// Calls `f` for every expression below the roots, in no particular order.
template <class F>
void for_each_expr(std::vector<Stmt*> stmts, std::vector<Expr*> exprs, F f) {
    for_each_node(std::move(stmts), std::move(exprs), [](Stmt&) {}, f);
}

}  // namespace dream::typed
