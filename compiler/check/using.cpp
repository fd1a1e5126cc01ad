// `using`: a value whose Dispose() runs on every way out. It is a try with a finally:
//
//   using (T a = x) body   =>   { T a = x; try { body } finally { if (a != null) a.Dispose(); } }
//
// and `using T a = x;` takes the rest of its block as the body.
#include "check/body.h"

namespace dream::checker {

// `rest`: the statements behind a declaration without a body.
void Body::using_stmt(const ast::Using& s, const ast::List<ast::Stmt*>& rest,
                      std::vector<Stmt*>& out) {
    Scope* before = scope_;
    if (s.body) scope_ = c_.new_scope(scope_);
    std::vector<Opened> opened;
    if (s.value) opened.push_back(open_value(*s.value));
    if (s.variables)
        for (const ast::Variable& item : s.variables->items)
            opened.push_back(open_variable(*s.variables, item));
    std::vector<Stmt*> body;
    if (s.body)
        body.push_back(embedded(*s.body));
    else
        stmts(rest, body);
    scope_ = before;

    for (size_t i = opened.size(); i-- > 0;) {
        std::vector<Stmt*>& opening = opened[i].opening;
        if (Stmt* closing = opened[i].closing) {
            auto* tried = make_stmt<BlockStmt>(s.span, std::move(body));
            auto* last = make_stmt<BlockStmt>(s.span, std::vector<Stmt*>{closing});
            opening.push_back(
                make_stmt<TryStmt>(s.span, tried, std::vector<CatchClause>{}, last));
        } else {
            opening.insert(opening.end(), body.begin(), body.end());
        }
        body = std::move(opening);
    }
    if (s.body)
        out.push_back(make_stmt<BlockStmt>(s.span, std::move(body)));
    else
        out.insert(out.end(), body.begin(), body.end());
}

Body::Opened Body::open_value(const ast::Expr& e) {
    Opened made;
    Expr* value = typed_expr(e);
    make_pending(made.opening);
    if (is_error(value)) return made;
    Local* local =
        c_.arena.make<Local>(Local{"used", value->type, {}, LocalKind::Variable, false});
    made.opening.push_back(make_stmt<DeclareStmt>(e.span, local, value));
    made.closing = dispose(local, e.span);
    return made;
}

Body::Opened Body::open_variable(const ast::Variables& list, const ast::Variable& item) {
    Opened made;
    std::vector<Stmt*> declared;
    declare_variable(list, item, declared);
    make_pending(made.opening);
    Stmt* last = declared.back();
    made.opening.insert(made.opening.end(), declared.begin(), declared.end());
    Local* local = as<DeclareStmt>(last)->local;
    using_locals_.insert(local);
    if (!item.initial)
        report<diag::NeedsValue>(item.name.span, "'using' variable", item.name.text);
    else if (local->type != Types::Error)
        made.closing = dispose(local, item.type->kind == ast::TypeKind::VarType
                                          ? item.initial->span
                                          : item.type->span);
    return made;
}

// The call of Dispose() in the finally; null after a report.
Stmt* Body::dispose(Local* local, Span span) {
    TypeInfo* info = c_.info_of(local->type);
    FunctionInfo* found = nullptr;
    if (info && !info->enum_syntax)
        for (FunctionInfo* f : c_.methods_named(*info, "Dispose"))
            if (!f->is_static && f->function->params.empty()) found = f;
    if (!found) {
        report<diag::NotDisposable>(span, name_of(local->type));
        return nullptr;
    }
    static const ast::List<ast::Arg> kNoArgs;
    CallArgs args;
    args.syntax = &kNoArgs;
    args.span = span;
    args.match.function = found;
    Target t;
    t.kind = Target::Kind::Functions;
    t.receiver = node<LocalRefExpr>(local->type, span, local);
    t.name = "Dispose";
    t.span = span;
    Expr* call = call_function(*found, t, args, span);
    if (is_error(call)) return nullptr;
    Stmt* closing = make_stmt<ExprStmt>(span, call);
    if (!types_.is_nullable(local->type)) return closing;
    Expr* here = node<LocalRefExpr>(local->type, span, local);
    return make_stmt<IfStmt>(span, is_not_null(here), closing, nullptr);
}

}  // namespace dream::checker
