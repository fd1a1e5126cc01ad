// `catch ... when (f)`. From the first clause with a filter on, all clauses become one that catches
// everything, asks them in order, and throws again what none of them wants:
//
//   catch (E e) when (f) { a } catch { b }   =>
//   catch (Exception x) {
//       E e = x as E; bool matches = false;
//       if (e != null) try { matches = f; } catch { }        (a filter that throws says no)
//       if (matches) { a } else { b }
//   }
#include "check/body.h"

namespace dream::checker {

CatchClause Body::filtered_clause(const ast::Try& s, size_t first,
                                  std::vector<CatchClause>& seen) {
    TypeId exception = c_.program.exception;
    Local* thrown =
        c_.arena.make<Local>(Local{"thrown", exception, {}, LocalKind::Variable, false});
    ++catches_;
    Stmt* chain = filter_chain(s, first, thrown, seen);
    --catches_;
    Span span = s.catches[first].span;
    return {span, exception, thrown, make_stmt<BlockStmt>(span, std::vector<Stmt*>{chain})};
}

// The clauses from `i` on, each in the else of the one before it.
Stmt* Body::filter_chain(const ast::Try& s, size_t i, Local* thrown,
                         std::vector<CatchClause>& seen) {
    if (i == s.catches.size()) return make_stmt<ThrowStmt>(s.span, nullptr);
    const ast::Catch& clause = s.catches[i];
    std::vector<Stmt*> made;
    Expr* test = nullptr;  // null: the clause takes everything
    BlockStmt* body = nullptr;
    {
        Scoped scope(*this);
        CatchHead head = catch_head(clause, seen);
        test = open_clause(clause, head, thrown, made);
        if (clause.filter) test = run_filter(clause, test, made);
        body = clause_body(clause);
    }
    Stmt* rest = filter_chain(s, i + 1, thrown, seen);
    made.push_back(test ? make_stmt<IfStmt>(clause.span, test, body, rest)
                        : static_cast<Stmt*>(body));
    return make_stmt<BlockStmt>(clause.span, std::move(made));
}

// Declares the variable of a clause; the condition under which `thrown` is of its type.
Expr* Body::open_clause(const ast::Catch& clause, const CatchHead& head, Local* thrown,
                        std::vector<Stmt*>& made) {
    Expr* value = node<LocalRefExpr>(thrown->type, clause.span, thrown);
    bool is_any = !head.is_class || head.caught == thrown->type;
    bool is_text = head.type == Types::String;
    if (is_any && clause.name.empty()) return nullptr;
    if (is_text)
        value = node<FieldAccessExpr>(Types::String, clause.span, value, 0);  // the message
    else if (!is_any)
        value = node<ClassCastExpr>(head.caught, clause.span, CastKind::OrNull, value);
    TypeId type = head.is_class ? head.type : Types::Error;
    Local* local = clause.name.empty() ? c_.arena.make<Local>(Local{
                                             "caught", type, {}, LocalKind::Variable, false})
                                       : add_local(clause.name, type);
    made.push_back(make_stmt<DeclareStmt>(clause.span, local, value));
    return is_any ? nullptr : is_not_null(node<LocalRefExpr>(type, clause.span, local));
}

// Evaluates the filter if `test` holds; the condition under which it says yes.
Expr* Body::run_filter(const ast::Catch& clause, Expr* test, std::vector<Stmt*>& made) {
    Span span = clause.filter->span;
    Local* matches =
        c_.arena.make<Local>(Local{"matches", Types::Bool, {}, LocalKind::Variable, true});
    Expr* wanted = condition(*clause.filter);
    make_pending(made);
    made.push_back(
        make_stmt<DeclareStmt>(span, matches, literal(Types::Bool, span, int64_t{0})));
    Expr* place = node<LocalRefExpr>(Types::Bool, span, matches);
    Stmt* set = make_stmt<ExprStmt>(span, node<AssignExpr>(Types::Bool, span, place, wanted));
    auto* nothing = make_stmt<BlockStmt>(span, std::vector<Stmt*>{});
    std::vector<CatchClause> no{{span, c_.program.exception, nullptr, nothing}};
    Stmt* asked = make_stmt<TryStmt>(span, make_stmt<BlockStmt>(span, std::vector<Stmt*>{set}),
                                     std::move(no), nullptr);
    made.push_back(test ? make_stmt<IfStmt>(span, test, asked, nullptr) : asked);
    return node<LocalRefExpr>(Types::Bool, span, matches);
}

}  // namespace dream::checker
