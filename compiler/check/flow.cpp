// Flow through statements; what it finds out is said in flow.h.
//
// The rules are C#'s. Where a try can be left is not modelled edge by edge: a handler and a finally
// start with what was assigned before the try; what a finally assigns counts on every way through.
#include "check/flow.h"

#include <string>
#include <utility>

#include "check/flow_walk.h"
#include "check/visit.h"

namespace dream {

void check_flow(typed::Program& program, const Captures& captures, const Sources& sources,
                diag::Sink& sink) {
    flow::LocalCalls local_calls = flow::find_local_calls(program, captures, sources);
    bool has_top_level = program.top_level == nullptr;
    for (const typed::Function* function : program.functions) {
        // What is made of a generic form flows as the form does.
        if (function->is_specialised) continue;
        flow::Walk(program, captures, local_calls, sources, sink).function(*function);
        has_top_level = has_top_level || function == program.top_level;
    }
    if (!has_top_level)
        flow::Walk(program, captures, local_calls, sources, sink).function(*program.top_level);
}

}  // namespace dream

namespace dream::flow {

using namespace typed;

void Walk::function(const Function& function) {
    if (!function.body) return;
    warns_ = !function.is_library;
    body(function);
    if (warns_) report_unused();
}

void Walk::body(const Function& function) {
    function_ = &function;
    if (!captures_.by_local_functions.empty()) track_captured(function);
    for (const Local* param : function.params) {
        if (param->kind != LocalKind::Out) continue;
        facts_[param].bit = bit_count_++;
        outs_.push_back(param);
    }
    statement(function.body);
    if (state_.reachable) {
        bool needs_value = function.result != Types::Void && function.result != Types::Error &&
                           &function != program_.top_level;
        if (needs_value && (function.kind == FunctionKind::Free || function.kind == FunctionKind::Method)) {
            sink_.report<diag::MissingReturn>(function.span, function.name, types_.text(function.result));
        } else {
            Span body = function.body->span;
            Span brace = body.valid() && body.end > body.begin ? Span{body.source, body.end - 1, body.end}
                                                               : function.span;
            check_outs(state_, brace);
        }
    }
}

// A local function may be called where a variable that it uses is not declared yet.
void Walk::track_captured(const Function& function) {
    for_each_node(
        {function.body}, {},
        [&](Stmt& s) {
            if (s.kind != StmtKind::Declare) return;
            const Local* local = as<DeclareStmt>(&s)->local;
            if (!captures_.by_local_functions.count(local)) return;
            facts_[local].bit = bit_count_++;
            facts_[local].is_used = true;
        },
        [](Expr&) {});
}

// A lambda sees what is assigned where it is made; what it assigns itself counts nowhere else.
void Walk::lambda(const Function& function) {
    if (!function.body) return;
    State before = state_;
    const Function* outer = function_;
    std::vector<const Local*> outer_outs = std::exchange(outs_, {});
    std::vector<Context> outer_contexts = std::exchange(contexts_, {});
    State* outer_exits = std::exchange(exits_, nullptr);
    body(function);
    exits_ = outer_exits;
    contexts_ = std::move(outer_contexts);
    outs_ = std::move(outer_outs);
    function_ = outer;
    state_ = std::move(before);
}

void Walk::callback(const FunctionAddressExpr& expr) {
    auto captured = captures_.of.find(expr.function);
    if (captured != captures_.of.end() && !captured->second.empty()) {
        const Local& local = *captured->second.front();
        auto& problem = sink_.report<diag::CallbackCaptures>(
            expr.span, local.kind == LocalKind::This ? std::string("'this'")
                                                     : "variable '" + std::string(local.name) + "'");
        if (local.kind != LocalKind::This) problem.note<diag::DeclaredHere>(local.span, local.name);
    }
    lambda(*expr.function);
}

void Walk::statements(const std::vector<Stmt*>& body) {
    for (const Stmt* stmt : body) statement(stmt);
}

void Walk::statement(const Stmt* stmt) {
    if (!stmt) return;
    check_reachable(*stmt);
    switch (stmt->kind) {
        case StmtKind::Block: statements(as<BlockStmt>(stmt)->body); return;
        case StmtKind::Expr: expression(as<ExprStmt>(stmt)->expr); return;
        case StmtKind::Declare: declare(*as<DeclareStmt>(stmt), false); return;
        case StmtKind::If: if_chain(as<IfStmt>(stmt)); return;
        case StmtKind::While: while_loop(*as<WhileStmt>(stmt)); return;
        case StmtKind::DoWhile: do_loop(*as<DoWhileStmt>(stmt)); return;
        case StmtKind::For: for_loop(*as<ForStmt>(stmt)); return;
        case StmtKind::Foreach: foreach_loop(*as<ForeachStmt>(stmt)); return;
        case StmtKind::Switch: switch_statement(*as<SwitchStmt>(stmt)); return;
        case StmtKind::Try: try_statement(*as<TryStmt>(stmt)); return;
        case StmtKind::Break:
        case StmtKind::Continue: leave(*stmt); return;
        case StmtKind::Return:
            expression(as<ReturnStmt>(stmt)->value);
            leave(*stmt);
            return;
        case StmtKind::Throw:
            expression(as<ThrowStmt>(stmt)->value);
            state_.make_unreachable();
            return;
    }
}

// A local needs a bit if it can be in scope without a value: declared without one, or directly in a
// switch section, from where its scope reaches into the sections that jump past the declaration.
void Walk::declare(const DeclareStmt& stmt, bool in_switch_section) {
    const Local& local = *stmt.local;
    expression(stmt.init);
    Facts& facts = facts_[&local];
    bool holds_default =
        types_.is(local.type, TypeKind::Struct) && !types_.is_parameter(local.type);
    if (!holds_default && (!stmt.init || in_switch_section) && facts.bit < 0) facts.bit = bit_count_++;
    if (stmt.init)
        write(local, stmt.init);
    else if (facts.bit >= 0 && holds_default)
        state_.assigned.add(facts.bit);
    else if (facts.bit >= 0)
        state_.assigned.remove(facts.bit);
    declared_.push_back(&local);
}

void Walk::if_chain(const IfStmt* stmt) {
    State done = State::nowhere();
    while (true) {
        Branches branches = condition(stmt->condition);
        state_ = std::move(branches.when_true);
        statement(stmt->then_body);
        done.join(state_);
        state_ = std::move(branches.when_false);
        if (!stmt->else_body || stmt->else_body->kind != StmtKind::If) break;
        stmt = as<IfStmt>(stmt->else_body);  // else if: chains may be longer than a stack is deep
        check_reachable(*stmt);
    }
    statement(stmt->else_body);
    state_.join(done);
}

void Walk::while_loop(const WhileStmt& stmt) {
    Branches branches = condition(stmt.condition);
    contexts_.emplace_back(ContextKind::Loop);
    state_ = std::move(branches.when_true);
    statement(stmt.body);
    state_ = std::move(branches.when_false);
    state_.join(pop_context().break_state);
}

void Walk::do_loop(const DoWhileStmt& stmt) {
    contexts_.emplace_back(ContextKind::Loop);
    statement(stmt.body);
    Context loop = pop_context();
    state_.join(loop.continue_state);
    state_ = condition(stmt.condition).when_false;
    state_.join(loop.break_state);
}

void Walk::for_loop(const ForStmt& stmt) {
    statements(stmt.init);
    Branches branches{state_, state_};
    if (stmt.condition)
        branches = condition(stmt.condition);
    else
        branches.when_false.make_unreachable();
    contexts_.emplace_back(ContextKind::Loop);
    state_ = std::move(branches.when_true);
    statement(stmt.body);
    Context loop = pop_context();
    state_.join(loop.continue_state);
    for (const Expr* step : stmt.steps) expression(step);
    state_ = std::move(branches.when_false);
    state_.join(loop.break_state);
}

void Walk::foreach_loop(const ForeachStmt& stmt) {
    expression(stmt.collection);
    State before = state_;
    contexts_.emplace_back(ContextKind::Loop);
    statement(stmt.body);
    state_ = std::move(before);
    state_.join(pop_context().break_state);
}

void Walk::switch_statement(const SwitchStmt& stmt) {
    expression(stmt.subject);
    State entry = state_;
    state_ = State::nowhere();
    contexts_.emplace_back(ContextKind::Switch);
    for (const SwitchSection& section : stmt.sections) {
        state_.join(entry);  // on top of what falls through
        for (const Stmt* s : section.body) {
            if (s && s->kind == StmtKind::Declare) {
                check_reachable(*s);
                declare(*as<DeclareStmt>(s), true);
            } else {
                statement(s);
            }
        }
    }
    if (!is_exhaustive(stmt)) state_.join(entry);
    state_.join(pop_context().break_state);
}

bool Walk::is_exhaustive(const SwitchStmt& stmt) const {
    bool seen[2] = {false, false};
    for (const SwitchSection& section : stmt.sections) {
        if (section.is_default) return true;
        if (!stmt.subject || stmt.subject->type != Types::Bool) continue;
        for (const Constant& label : section.labels)
            if (const auto* value = std::get_if<int64_t>(&label)) seen[*value != 0] = true;
    }
    return seen[0] && seen[1];
}

void Walk::try_statement(const TryStmt& stmt) {
    State before = state_;
    if (stmt.finally_body) contexts_.emplace_back(ContextKind::TryWithFinally);
    statement(stmt.body);
    State after = std::move(state_);
    for (const CatchClause& clause : stmt.catches) {
        state_ = before;
        statement(clause.body);
        after.join(state_);
    }
    if (!stmt.finally_body) {
        state_ = std::move(after);
        return;
    }
    Context tried = pop_context();
    state_ = std::move(before);
    contexts_.emplace_back(ContextKind::FinallyBody);
    statement(stmt.finally_body);
    contexts_.pop_back();
    if (!state_.reachable) return;  // nothing gets past the finally
    for (PendingExit& exit : tried.pending) {
        exit.state.assigned.unite(state_.assigned);
        send(*exit.stmt, exit.target, exit.state, contexts_.size());
    }
    if (after.reachable) after.assigned.unite(state_.assigned);
    state_ = std::move(after);
}

// ---- exits ---------------------------------------------------------------------------------------

Walk::Context Walk::pop_context() {
    Context context = std::move(contexts_.back());
    contexts_.pop_back();
    return context;
}

// A break, continue or return: finds where it goes and takes the state there.
void Walk::leave(const Stmt& exit) {
    size_t target = contexts_.size();  // becomes 1 + the index of the context, or 0
    for (; target > 0; --target) {
        ContextKind kind = contexts_[target - 1].kind;
        if (kind == ContextKind::FinallyBody) {
            std::string_view word = exit.kind == StmtKind::Break      ? "break"
                                    : exit.kind == StmtKind::Continue ? "continue"
                                                                      : "return";
            sink_.report<diag::ExitLeavesFinally>(exit.span, word);
            state_.make_unreachable();
            return;
        }
        if (exit.kind == StmtKind::Return) continue;
        if (kind == ContextKind::Loop) break;
        if (kind == ContextKind::Switch && exit.kind == StmtKind::Break) break;
    }
    if (state_.reachable && (target > 0 || exit.kind == StmtKind::Return))
        send(exit, target, state_, contexts_.size());
    state_.make_unreachable();
}

// Takes `state` from inside the first `from` contexts to the one before `target`, or to the next
// finally on the way, where it waits.
void Walk::send(const Stmt& exit, size_t target, const State& state, size_t from) {
    for (size_t i = from; i > target; --i) {
        Context& context = contexts_[i - 1];
        if (context.kind != ContextKind::TryWithFinally) continue;
        for (PendingExit& earlier : context.pending) {
            // Exits to one place are one; a return is kept apart, to be named in a message.
            bool is_same = exit.kind == StmtKind::Return
                               ? earlier.stmt == &exit || outs_.empty()
                               : earlier.target == target && earlier.stmt->kind == exit.kind;
            if (!is_same) continue;
            earlier.state.join(state);
            return;
        }
        context.pending.push_back({&exit, target, state});
        return;
    }
    if (exit.kind == StmtKind::Return)
        check_outs(state, exit.span);
    else if (exit.kind == StmtKind::Break)
        contexts_[target - 1].break_state.join(state);
    else
        contexts_[target - 1].continue_state.join(state);
}

void Walk::check_outs(const State& state, Span at) {
    if (exits_) exits_->join(state);
    std::string names;
    for (const Local* out : outs_) {
        if (state.assigned.has(facts_[out].bit)) continue;
        if (!names.empty()) names += ", ";
        names += "'" + std::string(out->name) + "'";
    }
    if (!names.empty()) sink_.report<diag::OutNotAssigned>(at, names, function_->name);
}

// ---- warnings ------------------------------------------------------------------------------------

// Warns at the first statement of a region that no path reaches. As in C#, a throw at the end of an
// endless loop is welcome; and a `break` behind a return in a switch is a habit, not a mistake.
void Walk::check_reachable(const Stmt& stmt) {
    if (state_.reachable || state_.reported) return;
    if (stmt.kind == StmtKind::Block || stmt.kind == StmtKind::Throw || stmt.kind == StmtKind::Break)
        return;
    if (stmt.kind == StmtKind::Declare && !as<DeclareStmt>(&stmt)->init) return;
    state_.reported = true;
    if (warns_ && stmt.span.valid()) sink_.report<diag::UnreachableCode>(first_line(stmt.span));
}

// The part of `span` on its first line: a whole loop is too much to underline.
Span Walk::first_line(Span span) const {
    size_t length = sources_.text(span).find_first_of("\r\n");
    if (length != std::string_view::npos) span.end = span.begin + static_cast<uint32_t>(length);
    return span;
}

void Walk::report_unused() {
    for (const Local* local : declared_) {
        const Facts& facts = facts_[local];
        if (facts.is_used || local->name.empty() || local->name[0] == '_' || !local->span.valid()) continue;
        if (facts.is_written)
            sink_.report<diag::NeverRead>(local->span, local->name);
        else
            sink_.report<diag::UnusedVariable>(local->span, local->name);
    }
}

}  // namespace dream::flow
