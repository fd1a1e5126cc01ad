// `switch` whose labels ask more than constants do: types, relations, guards. The labels become a
// chain of tests, in their order, that chooses the number of a section; the sections are a switch
// over that number, so that they fall through, break and return as those of any switch.
#include <utility>

#include "check/body.h"

namespace dream::checker {

namespace {

// The first variable that the pattern declares; null: none.
const ast::Name* variable_of(const ast::Pattern& p) {
    switch (p.kind) {
        case ast::PatternKind::TypePattern: {
            const ast::Name& name = ast::as<ast::TypePattern>(p).name;
            return name.empty() || name.text == "_" ? nullptr : &name;
        }
        case ast::PatternKind::VarPattern: {
            const ast::Name& name = ast::as<ast::VarPattern>(p).name;
            return name.empty() || name.text == "_" ? nullptr : &name;
        }
        case ast::PatternKind::NotPattern: return variable_of(*ast::as<ast::NotPattern>(p).inner);
        case ast::PatternKind::BinaryPattern: {
            const auto& both = ast::as<ast::BinaryPattern>(p);
            const ast::Name* left = variable_of(*both.lhs);
            return left ? left : variable_of(*both.rhs);
        }
        case ast::PatternKind::ConstantPattern:
        case ast::PatternKind::DiscardPattern:
        case ast::PatternKind::RelationalPattern:
        case ast::PatternKind::ErrorPattern: return nullptr;
    }
    return nullptr;
}

// Control may come to the end of the section.
bool may_fall(const std::vector<Stmt*>& body);

bool may_fall(const Stmt& last) {
    switch (last.kind) {
        case StmtKind::Break:
        case StmtKind::Continue:
        case StmtKind::Return:
        case StmtKind::Throw: return false;
        case StmtKind::Block: return may_fall(as<BlockStmt>(&last)->body);
        case StmtKind::If: {
            const auto& choice = *as<IfStmt>(&last);
            return !choice.else_body || may_fall(*choice.then_body) || may_fall(*choice.else_body);
        }
        case StmtKind::While: {
            const Expr& condition = *as<WhileStmt>(&last)->condition;
            return condition.kind != ExprKind::Literal ||
                   std::get<int64_t>(as<LiteralExpr>(&condition)->value) == 0;
        }
        case StmtKind::Try: {
            const auto& guarded = *as<TryStmt>(&last);
            bool falls = may_fall(guarded.body->body);
            for (const CatchClause& clause : guarded.catches)
                falls = falls || may_fall(clause.body->body);
            return falls && !(guarded.finally_body && !may_fall(guarded.finally_body->body));
        }
        case StmtKind::Expr:
        case StmtKind::Declare:
        case StmtKind::DoWhile:
        case StmtKind::For:
        case StmtKind::Foreach:
        case StmtKind::Switch: return true;
    }
    return true;
}

bool may_fall(const std::vector<Stmt*>& body) {
    return body.empty() || may_fall(*body.back());
}

}  // namespace

// A variable must be set by every value that its pattern takes.
void Body::check_variables(const ast::Pattern& p) {
    const ast::Name* name = nullptr;
    if (const auto* inverted = ast::try_as<ast::NotPattern>(&p)) {
        name = variable_of(*inverted->inner);
    } else if (const auto* both = ast::try_as<ast::BinaryPattern>(&p)) {
        if (both->is_or) {
            name = variable_of(p);
        } else {
            check_variables(*both->lhs);
            check_variables(*both->rhs);
        }
    }
    if (name) report<diag::VariableNotCertain>(name->span, name->text);
}

bool Body::has_tests(const ast::Switch& s, TypeId subject) const {
    bool has_labels = types_.is_integer(subject) || subject == Types::Bool ||
                      subject == Types::String || types_.is(subject, TypeKind::Enum);
    if (!has_labels) return true;
    for (const ast::SwitchSection& section : s.sections)
        for (const ast::SwitchLabel& label : section.labels)
            if (label.pattern && (label.guard || is_test(*label.pattern, subject))) return true;
    return false;
}

bool Body::is_test(const ast::Pattern& p, TypeId subject) const {
    switch (p.kind) {
        case ast::PatternKind::ConstantPattern:
        case ast::PatternKind::DiscardPattern:
        case ast::PatternKind::ErrorPattern: return false;
        case ast::PatternKind::TypePattern: {
            const auto& type = ast::as<ast::TypePattern>(p);
            const auto* named = ast::try_as<ast::NamedType>(type.type);
            return !type.name.empty() || !named || !constant_named(*named, subject);
        }
        case ast::PatternKind::VarPattern:
        case ast::PatternKind::RelationalPattern:
        case ast::PatternKind::NotPattern:
        case ast::PatternKind::BinaryPattern: return true;
    }
    return false;
}

// The condition of a label, which must leave something of the value to take.
Expr* Body::label_test(const ast::SwitchLabel& label, Expr* value, Coverage& coverage) {
    const ast::Pattern& p = *label.pattern;
    check_variables(p);
    Expr* test = is_error(value) ? value : pattern(value, p, p.span);
    if (!is_error(test)) {
        if (Span first = coverage.covered(test); first.valid())
            report<diag::LabelUnreachable>(p.span).note<diag::TakenHere>(first);
        if (!label.guard) coverage.take(test, p.span);
    }
    if (!label.guard) return test;
    Expr* guard = condition(*label.guard);
    if (is_error(test) || is_error(guard)) return error(label.span);
    return node<LogicalExpr>(Types::Bool, label.span, true, test, guard);
}

void Body::section_body(const ast::SwitchSection& syntax, std::vector<Stmt*>& body) {
    declare_block(syntax.stmts);
    stmts(syntax.stmts, body);
}

Stmt* Body::switch_over_tests(const ast::Switch& s, Expr* subject) {
    Scoped scope(*this);
    std::vector<Stmt*> outer = std::exchange(pending_, {});
    std::vector<Stmt*> made;
    Local* value = c_.make_local("value", subject->type, subject->span, LocalKind::Variable);
    Local* chosen = c_.make_local("section", Types::Int, s.span, LocalKind::Variable);
    chosen->is_written = true;
    Coverage coverage(types_, subject->type);
    std::vector<std::pair<Expr*, int64_t>> tests;
    std::vector<SwitchSection> sections;
    int64_t otherwise = -1;
    Span default_seen;
    bool falls = false;
    ++switches_;
    for (const ast::SwitchSection& syntax : s.sections) {
        Scoped inner(*this);
        auto index = static_cast<int64_t>(sections.size());
        Expr* test = nullptr;
        for (const ast::SwitchLabel& label : syntax.labels) {
            const ast::Name* name = label.pattern ? variable_of(*label.pattern) : nullptr;
            if (name && falls) report<diag::FallsIntoVariable>(label.span);
            if (name && syntax.labels.size() > 1) report<diag::VariableNotAlone>(label.span);
            if (!label.pattern) {
                if (default_seen.valid())
                    report<diag::DuplicateLabel>(label.span, "default")
                        .note<diag::FirstHere>(default_seen);
                default_seen = label.span;
                otherwise = index;
                continue;
            }
            Expr* value_here = is_error(subject) ? subject : c_.local_ref(value);
            Expr* one = label_test(label, value_here, coverage);
            if (is_error(one)) continue;
            test = test ? node<LogicalExpr>(Types::Bool, one->span, false, test, one) : one;
        }
        if (test) tests.emplace_back(test, index);
        SwitchSection section;
        section.span = syntax.labels.front().span;
        section.labels.push_back(index);
        section_body(syntax, section.body);
        falls = may_fall(section.body);
        sections.push_back(std::move(section));
    }
    --switches_;
    std::vector<Stmt*> variables = std::exchange(pending_, std::move(outer));
    if (is_error(subject)) return make_stmt<BlockStmt>(s.span, std::move(made));
    made.push_back(make_stmt<DeclareStmt>(subject->span, value, subject));
    // The tests set them; that each is read in its section alone is known here, not to flow analysis.
    for (Stmt* variable : variables) {
        auto* declared = as<DeclareStmt>(variable);
        if (!declared->init && !types_.is(declared->local->type, TypeKind::Struct))
            declared->init = node<DefaultExpr>(declared->local->type, declared->span);
        made.push_back(declared);
    }
    // Where the labels leave nothing, the last section may count as the default. An enum has values
    // beside its members.
    bool is_last_default = otherwise < 0 && !sections.empty() && coverage.is_complete() &&
                           !types_.is(subject->type, TypeKind::Enum);
    if (otherwise >= 0) sections[static_cast<size_t>(otherwise)].is_default = true;
    if (is_last_default) sections.back().is_default = true;
    Expr* start = literal(Types::Int, s.span, otherwise);
    made.push_back(make_stmt<DeclareStmt>(s.span, chosen, start));
    Stmt* chain = nullptr;
    for (size_t i = tests.size(); i-- > 0;) {
        auto [test, index] = tests[i];
        Expr* choose = node<AssignExpr>(Types::Int, test->span, c_.local_ref(chosen),
                                        literal(Types::Int, test->span, index));
        chain = make_stmt<IfStmt>(test->span, test, make_stmt<ExprStmt>(test->span, choose), chain);
    }
    if (chain) made.push_back(chain);
    made.push_back(make_stmt<SwitchStmt>(s.span, c_.local_ref(chosen), std::move(sections)));
    return make_stmt<BlockStmt>(s.span, std::move(made));
}

}  // namespace dream::checker
