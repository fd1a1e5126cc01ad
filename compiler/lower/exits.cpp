// Ways out: break, continue, return, throw, and try with its catches and finally.
//
// Exits are made as the source has them, also out of a Try with a finally: route_exits (leave.h)
// takes them through it when the whole function is there.
#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

using namespace typed;

void lower_break(Body& b, const Stmt* stmt) {
    DREAM_CHECK(!b.exits.empty(), "a break without a loop or switch around it");
    ir::Break* made = b.build.node<ir::Break>(stmt->span);
    made->target = b.exits.back();
    b.left_by_break.insert(made->target);
    b.out->body.push_back(made);
}

void lower_continue(Body& b, const Stmt* stmt) {
    for (size_t i = b.exits.size(); i-- > 0;) {
        if (b.exits[i]->kind != ir::NodeKind::Loop) continue;
        ir::Continue* made = b.build.node<ir::Continue>(stmt->span);
        made->target = b.exits[i];
        b.out->body.push_back(made);
        return;
    }
    DREAM_UNREACHABLE("a continue without a loop around it");
}

void lower_return(Body& b, const ReturnStmt* stmt) {
    StatementScope statement(b, stmt->span);
    const Value* value = stmt->value ? lower_value(b, stmt->value) : nullptr;
    if (b.constructed.valid()) value = local_value(b, b.constructed);
    ir::Return* made = b.build.node<ir::Return>(stmt->span);
    made->value.value = value;
    b.out->body.push_back(made);
    statement.finish();
}

// ---- exceptions ----------------------------------------------------------------------------------

// `throw;`: the handler keeps its exception until its end, so another unit of it is thrown.
void emit_rethrow(Body& b, LocalId exception, Span span) {
    StatementScope statement(b, span);
    const Value* thrown = hold(b, local_value(b, exception), span);
    emit(b, OpKind::Rethrow, span, {thrown});
    statement.finish();
}

// `thrown` is null in `throw;`.
void lower_throw(Body& b, const Expr* thrown, Span span) {
    if (!thrown) {
        DREAM_CHECK(!b.handled.empty(), "a rethrow outside of any catch");
        return emit_rethrow(b, b.handled.back(), span);
    }
    StatementScope statement(b, span);
    const Value* value = lower_value(b, thrown);
    if (thrown->type == Types::String) {
        if (!is_stable(b, value)) value = hold(b, value, span, "message");
        ir::Op* make = emit(b, OpKind::Call, span, {value});
        make->function = b.context.news.at(find_message_constructor(b.context.program));
        make->dst = make_temp(b, b.context.module.exception, span);
        value = local_value(b, make->dst);
    } else {
        // What is thrown is the object, whatever its static type.
        while (value->kind == ValueKind::Convert) value = value->args[0];
        if (!is_plain_local(b, value)) value = hold(b, value, span);
        if (needs_null_check(b, thrown)) emit_check_null(b, value, span);
    }
    emit(b, OpKind::Throw, span, {value});
    statement.finish();
}

namespace {

ir::Catch lower_catch(Body& b, const CatchClause& clause) {
    ir::Block* body = b.build.block(clause.span);
    BlockScope scope(b, body, false);
    LocalId exception;
    if (clause.local && clause.local->type != Types::String) {
        exception = declare(b, clause.local);
        if (is_never_assigned_again(b, clause.local, 0)) b.non_null.insert(clause.local);
    } else {
        exception = add_local(b, "exception", clause.type, clause.span);
        body->locals.push_back(exception);
    }
    if (clause.local && clause.local->type == Types::String) {
        // The message is the first field of Exception.
        LocalId text = declare(b, clause.local);
        emit_assign(b, text, b.build.field(local_value(b, exception), 0), clause.span);
    }
    b.handled.push_back(exception);
    lower_stmts(b, clause.body->body);
    b.handled.pop_back();
    scope.finish();
    return {clause.type, exception, body};
}

}  // namespace

void lower_try(Body& b, const TryStmt* stmt) {
    ir::Try* attempt = b.build.node<ir::Try>(stmt->span);
    ++b.try_depth;
    attempt->body = lower_scope(b, stmt->body);
    // What a catch throws is seen by the finally.
    if (!stmt->finally_body) --b.try_depth;
    for (const CatchClause& clause : stmt->catches) attempt->catches.push_back(lower_catch(b, clause));
    if (stmt->finally_body) --b.try_depth;
    attempt->finally_block = stmt->finally_body ? lower_scope(b, stmt->finally_body) : nullptr;
    b.out->body.push_back(attempt);
}

}  // namespace dream::lower
