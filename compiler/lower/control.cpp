// Conditions, loops and switches.
//
// A condition that needs owning temporaries is computed into a plain one first, so that they are
// gone before either way is taken.
#include <algorithm>
#include <utility>

#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

using namespace typed;

// The value that a region tests. Its owning temporaries die before; plain ones are listed by
// `home`. With `labels`: the index of the string `condition` among them.
const Value* lower_test(Body& b, const Expr* condition, ir::Block* home,
                        const std::vector<const Value*>& labels) {
    ir::Block* inner = b.build.block(condition->span);
    inner->is_statement = true;
    ir::Block* outer_out = std::exchange(b.out, inner);
    ir::Block* outer_statement = std::exchange(b.statement, inner);
    ir::Block* outer_temps = std::exchange(b.temps, inner);
    const Value* value = lower_value(b, condition);
    if (condition->type == Types::String) value = b.build.switch_string(value, labels);

    auto owns = [&](LocalId id) { return b.function.locals[id].ownership == ir::Ownership::Own; };
    std::vector<LocalId>& locals = inner->locals;
    bool is_statement = std::any_of(locals.begin(), locals.end(), owns);
    if (is_statement) {
        auto own_result = std::find_if(locals.begin(), locals.end(), [&](LocalId id) { return value->is_local(id); });
        if (own_result != locals.end()) {
            home->locals.push_back(*own_result);
            locals.erase(own_result);
        } else if (!value->is_constant()) {
            b.statement = b.temps = home;
            value = hold(b, value, condition->span);
        }
    }
    b.out = outer_out;
    b.statement = outer_statement;
    b.temps = outer_temps;
    if (is_statement) {
        b.out->body.push_back(inner);
    } else {
        home->locals.insert(home->locals.end(), locals.begin(), locals.end());
        b.out->body.insert(b.out->body.end(), inner->body.begin(), inner->body.end());
    }
    return value;
}

void lower_if(Body& b, const IfStmt* stmt) {
    StatementScope statement(b, stmt->span);
    ir::If* branch = b.build.node<ir::If>(stmt->span);
    BoundTest test = bound_test(stmt->condition);
    branch->condition = lower_test(b, test.condition, statement.block());
    branch->then_block = lower_scope(b, stmt->then_body, test.binding);
    branch->else_block = stmt->else_body ? lower_scope(b, stmt->else_body) : nullptr;
    b.out->body.push_back(branch);
    statement.finish();
}

namespace {

bool is_always_true(const Expr* condition) {
    if (!condition) return true;
    if (condition->kind != ExprKind::Literal) return false;
    const int64_t* value = std::get_if<int64_t>(&as<LiteralExpr>(condition)->value);
    return value && *value != 0;
}

ir::Loop* make_loop(Body& b, Span span, bool is_do) {
    ir::Loop* loop = b.build.node<ir::Loop>(span);
    loop->is_do = is_do;
    loop->head = b.build.block(span);
    loop->condition = nullptr;
    loop->body = b.build.block(span);
    loop->step = b.build.block(span);
    return loop;
}

void lower_head(Body& b, ir::Loop* loop, const Expr* condition, ir::Block* home) {
    if (is_always_true(condition)) return;
    ir::Block* outer = std::exchange(b.out, loop->head);
    loop->condition = lower_test(b, condition, home);
    b.out = outer;
}

}  // namespace

// The statement `body` into the body of `loop`, where it may say break and continue.
void lower_loop_body(Body& b, ir::Loop* loop, const Stmt* body) {
    BlockScope scope(b, loop->body, false);
    b.exits.push_back(loop);
    if (body->kind == StmtKind::Block) lower_stmts(b, as<BlockStmt>(body)->body);
    else lower_stmt(b, body);
    b.exits.pop_back();
    scope.finish();
}

void lower_while(Body& b, const WhileStmt* stmt) {
    StatementScope statement(b, stmt->span);
    ir::Loop* loop = make_loop(b, stmt->span, false);
    lower_head(b, loop, stmt->condition, statement.block());
    lower_loop_body(b, loop, stmt->body);
    b.out->body.push_back(loop);
    statement.finish();
}

void lower_do(Body& b, const DoWhileStmt* stmt) {
    StatementScope statement(b, stmt->span);
    ir::Loop* loop = make_loop(b, stmt->span, true);
    lower_loop_body(b, loop, stmt->body);
    lower_head(b, loop, stmt->condition, statement.block());
    b.out->body.push_back(loop);
    statement.finish();
}

void lower_for(Body& b, const ForStmt* stmt) {
    ir::Block* block = b.build.block(stmt->span);
    BlockScope scope(b, block, false);
    for (const Stmt* init : stmt->init) lower_stmt(b, init);
    StatementScope statement(b, stmt->span);
    ir::Loop* loop = make_loop(b, stmt->span, false);
    lower_head(b, loop, stmt->condition, statement.block());
    lower_loop_body(b, loop, stmt->body);
    ir::Block* outer = std::exchange(b.out, loop->step);
    for (const Expr* step : stmt->steps) {
        StatementScope one(b, step->span);
        lower_effect(b, step);
        one.finish();
    }
    b.out = outer;
    b.out->body.push_back(loop);
    statement.finish();
    scope.finish();
    if (block->locals.empty())
        b.out->body.insert(b.out->body.end(), block->body.begin(), block->body.end());
    else
        b.out->body.push_back(block);
}

namespace {

const Value* label_value(Body& b, const Constant& label) {
    if (const std::string* text = std::get_if<std::string>(&label)) return b.build.string(*text);
    return b.build.null(Types::String);
}

}  // namespace

void lower_switch(Body& b, const SwitchStmt* stmt) {
    ir::Block* block = b.build.block(stmt->span);
    BlockScope scope(b, block, false);
    StatementScope statement(b, stmt->span);
    ir::Switch* chosen = b.build.node<ir::Switch>(stmt->span);

    // Strings are told apart by their index in the list of all labels.
    bool is_string = stmt->subject->type == Types::String;
    std::vector<const Value*> labels;
    for (const SwitchSection& section : stmt->sections) {
        ir::Case made;
        made.is_default = section.is_default;
        for (const Constant& label : section.labels) {
            if (is_string) {
                made.labels.push_back(static_cast<int64_t>(labels.size()));
                labels.push_back(label_value(b, label));
            } else {
                made.labels.push_back(std::get<int64_t>(label));
            }
        }
        made.body = b.build.block(section.span);
        chosen->cases.push_back(std::move(made));
    }
    chosen->subject = lower_test(b, stmt->subject, statement.block(), labels);

    // The sections are one scope: a local of one is listed around the switch.
    b.exits.push_back(chosen);
    for (size_t i = 0; i < stmt->sections.size(); ++i) {
        ir::Block* outer = std::exchange(b.out, chosen->cases[i].body);
        lower_stmts(b, stmt->sections[i].body);
        b.out = outer;
    }
    b.exits.pop_back();
    b.out->body.push_back(chosen);
    statement.finish();
    scope.finish();
    if (block->locals.empty())
        b.out->body.insert(b.out->body.end(), block->body.begin(), block->body.end());
    else
        b.out->body.push_back(block);
}

}  // namespace dream::lower
