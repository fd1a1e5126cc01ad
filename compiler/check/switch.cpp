// switch, throw and try.
#include "check/body.h"

namespace dream::checker {

// ---- switch --------------------------------------------------------------------------------------

Stmt* Body::switch_stmt(const ast::Switch& s) {
    Expr* subject = typed_expr(*s.value);
    TypeId type = subject->type;
    if (type == Types::Void || type == Types::Null || types_.is(type, TypeKind::Pointer)) {
        report<diag::BadSwitch>(subject->span, name_of(type));
        subject = error(subject->span);
        type = Types::Error;
    }
    if (has_tests(s, type)) return switch_over_tests(s, subject);
    Scoped scope(*this);
    ++switches_;
    std::vector<SwitchSection> sections;
    std::vector<std::pair<Constant, Span>> seen;
    Span default_seen;
    for (const ast::SwitchSection& syntax : s.sections) {
        SwitchSection section;
        section.span = syntax.labels.front().span;
        for (const ast::SwitchLabel& label : syntax.labels)
            switch_label(label, type, section, seen, default_seen);
        declare_block(syntax.stmts);
        stmts(syntax.stmts, section.body);
        sections.push_back(std::move(section));
    }
    --switches_;
    return make_stmt<SwitchStmt>(s.span, subject, std::move(sections));
}

void Body::switch_label(const ast::SwitchLabel& label, TypeId subject, SwitchSection& section,
                        std::vector<std::pair<Constant, Span>>& seen, Span& default_seen) {
    if (!label.pattern || label.pattern->kind == ast::PatternKind::DiscardPattern) {
        if (default_seen.valid())
            report<diag::DuplicateLabel>(label.span, "default").note<diag::FirstHere>(default_seen);
        default_seen = label.span;
        section.is_default = true;
        return;
    }
    Expr* value = label_value(*label.pattern, subject);
    if (is_error(value) || subject == Types::Error) return;
    value = convert(value, subject);
    if (is_error(value)) return;
    if (value->kind != ExprKind::Literal) {
        report<diag::NotConstant>(value->span);
        return;
    }
    const Constant& constant = as<LiteralExpr>(value)->value;
    for (const auto& [earlier, span] : seen) {
        if (earlier != constant) continue;
        report<diag::DuplicateLabel>(value->span, c_.sources.text(value->span))
            .note<diag::FirstHere>(span);
        return;
    }
    seen.emplace_back(constant, value->span);
    section.labels.push_back(constant);
}

Expr* Body::label_value(const ast::Pattern& pattern, TypeId subject) {
    switch (pattern.kind) {
        case ast::PatternKind::ConstantPattern: {
            const ast::Expr& e = *ast::as<ast::ConstantPattern>(pattern).value;
            if (Expr* enumerator = bare_enumerator(e, subject)) return enumerator;
            return typed_expr(e, subject);
        }
        case ast::PatternKind::TypePattern: {
            // An enumerator or a constant may share its name with a type; others are tests.
            const auto& named = ast::as<ast::NamedType>(*ast::as<ast::TypePattern>(pattern).type);
            return symbol_value(*constant_named(named, subject), pattern.span, true);
        }
        case ast::PatternKind::VarPattern:
        case ast::PatternKind::RelationalPattern:
        case ast::PatternKind::NotPattern:
        case ast::PatternKind::BinaryPattern: break;  // tests, too
        case ast::PatternKind::DiscardPattern:
        case ast::PatternKind::ErrorPattern: return error(pattern.span);
    }
    return error(pattern.span);
}

// `case Red:` over a Color means Color.Red, unless a constant of that name is nearer.
Expr* Body::bare_enumerator(const ast::Expr& e, TypeId subject) {
    const auto* name = ast::try_as<ast::NameExpr>(&e);
    if (!name || !types_.is(subject, TypeKind::Enum)) return nullptr;
    Symbol* symbol = c_.info_of(subject)->scope->find(name->name.text);
    return symbol ? symbol_value(*symbol, e.span, true) : nullptr;
}

// ---- exceptions ----------------------------------------------------------------------------------

Stmt* Body::throw_stmt(const ast::Throw& s) {
    if (!s.value) {
        if (catches_ == 0) report<diag::RethrowOutside>(s.span);
        return make_stmt<ThrowStmt>(s.span, nullptr);
    }
    return make_stmt<ThrowStmt>(s.span, thrown_value(*s.value));
}

Expr* Body::thrown_value(const ast::Expr& e) {
    Expr* value = typed_expr(e);
    TypeId exception = c_.program.exception;
    bool is_throwable = is_error(value) || value->type == Types::String ||
                        (exception.valid() && types_.is(value->type, TypeKind::Class) &&
                         types_.is_subclass(value->type, exception));
    if (value->type == Types::String) c_.use_message_constructor();
    if (is_throwable) return value;
    report<diag::NotThrowable>(value->span, name_of(value->type));
    return error(value->span);
}

Stmt* Body::try_stmt(const ast::Try& s) {
    BlockStmt* body = block(*s.body);
    std::vector<CatchClause> clauses, seen;
    for (size_t i = 0; i < s.catches.size(); ++i) {
        if (s.catches[i].filter) {
            clauses.push_back(filtered_clause(s, i, seen));
            break;
        }
        clauses.push_back(catch_clause(s.catches[i], seen));
    }
    BlockStmt* finally_body = nullptr;
    if (s.finally) {
        int catches = catches_;
        catches_ = 0;  // `throw;` has nothing to throw again there
        finally_body = block(*s.finally);
        catches_ = catches;
    }
    return make_stmt<TryStmt>(s.span, body, std::move(clauses), finally_body);
}

// `seen` takes what is surely caught by the clauses so far.
Body::CatchHead Body::catch_head(const ast::Catch& syntax, std::vector<CatchClause>& seen) {
    TypeId exception = c_.program.exception;
    CatchHead head;
    head.type = syntax.type ? c_.resolve_type(*syntax.type, *scope_) : exception;
    head.caught = head.type == Types::String ? exception : head.type;
    head.is_class = exception.valid() && types_.is(head.caught, TypeKind::Class) &&
                    types_.is_subclass(head.caught, exception);
    if (syntax.type && !head.is_class && head.caught != Types::Error)
        report<diag::NotCatchable>(syntax.type->span, name_of(head.type));
    for (const CatchClause& earlier : seen) {
        if (!head.is_class || !types_.is_subclass(head.caught, earlier.type)) continue;
        report<diag::CaughtBefore>(syntax.type ? syntax.type->span : syntax.span,
                                   name_of(head.caught))
            .note<diag::CaughtHere>(earlier.span);
        break;
    }
    if (head.is_class && !syntax.filter)
        seen.push_back({syntax.span, head.caught, nullptr, nullptr});
    return head;
}

CatchClause Body::catch_clause(const ast::Catch& syntax, std::vector<CatchClause>& seen) {
    CatchHead head = catch_head(syntax, seen);
    Scoped scope(*this);
    Local* local = syntax.name.empty() ? nullptr : add_local(syntax.name, head.type);
    ++catches_;
    BlockStmt* body = clause_body(syntax);
    --catches_;
    return {syntax.span, head.caught, local, body};
}

// In the scope of the clause's variable.
BlockStmt* Body::clause_body(const ast::Catch& syntax) {
    declare_block(syntax.body->stmts);
    std::vector<Stmt*> body;
    stmts(syntax.body->stmts, body);
    return make_stmt<BlockStmt>(syntax.body->span, std::move(body));
}

}  // namespace dream::checker
