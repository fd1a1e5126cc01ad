// What of a function need not be printed: checks that hold, assignments to locals that nobody reads,
// nulls that nobody sees.
#include "emit/planner.h"

namespace dream::emit {

using namespace ir;

bool Planner::has_unread_result(const Op& op, const std::vector<int>& reads) const {
    return op.dst.valid() && !function_.locals[op.dst].is_ref && reads[static_cast<size_t>(op.dst.index)] == 0;
}

// What takes a unit that nobody gives up stands where control never comes, as behind a `try` that
// returns and whose handler nothing reaches.
bool Planner::may_drop(const Op& op) { return op.op == OpKind::Assign || op.op == OpKind::Take; }

// Whether anything in `block` throws: a lower bound would do no harm, but an unused variable.
bool Planner::throws_below(const Block& block) const {
    bool throws = false;
    for_each_node_below(block, [&](const Node& node) {
        if (node.kind == NodeKind::Op) throws = throws || is_throwing(*as<Op>(&node));
    });
    return throws;
}

// Assignments to locals that nobody reads, and then those that only these read.
void Planner::drop_dead_operations() {
    for (bool changed = true; changed;) {
        changed = false;
        std::vector<int> reads(function_.locals.size(), 0);
        auto count = [&](const Node& node) { count_reads(node, reads); };
        for_each_printed_node(*function_.body, count);
        auto drop = [&](const Node& node) {
            if (node.kind != NodeKind::Op || plan_.dropped.contains(node)) return;
            const Op& op = *as<Op>(&node);
            bool is_dead = facts_.is_proven(op) || (may_drop(op) && has_unread_result(op, reads));
            if (is_dead) changed = plan_.dropped.add(node) || changed;
        };
        for_each_printed_node(*function_.body, drop);
        reads_ = std::move(reads);
    }
}

void Planner::count_reads(const Node& node, std::vector<int>& reads) const {
    if (plan_.dropped.contains(node)) return;
    auto read = [&](const Value& root, LocalId except) {
        for_each_value_below(root, [&](const Value& value) {
            if (value.kind == ValueKind::Local && value.local != except)
                ++reads[static_cast<size_t>(value.local.index)];
        });
    };
    switch (node.kind) {
        case NodeKind::Op: {
            const Op& op = *as<Op>(&node);
            // x = x + 1 is no use of x.
            LocalId self = may_drop(op) ? op.dst : LocalId();
            for (const Operand& arg : op.args)
                if (arg.value) read(*arg.value, self);
            if (op.place) read(*op.place, {});
            break;
        }
        case NodeKind::Block:
            for (const Op* op : as<Block>(&node)->unwind) count_reads(*op, reads);
            break;
        case NodeKind::If: read(*as<If>(&node)->condition, {}); break;
        case NodeKind::Loop:
            if (as<Loop>(&node)->condition) read(*as<Loop>(&node)->condition, {});
            break;
        case NodeKind::Switch: read(*as<Switch>(&node)->subject, {}); break;
        case NodeKind::Return:
            if (as<Return>(&node)->value.value) read(*as<Return>(&node)->value.value, {});
            break;
        case NodeKind::Try:
        case NodeKind::Break:
        case NodeKind::Continue: break;
    }
}

void Planner::find_homes() {
    auto note = [&](const Block& block) {
        for (LocalId id : block.locals) homes_[index(id)] = &block;
    };
    for (LocalId id : function_.params) homes_[index(id)] = function_.body;
    note(*function_.body);
    for_each_node_below(*function_.body, [&](const Node& node) { for_each_block(node, note); });
}

// The rows of nodes that print one after the other, and where each operation stands in them.
void Planner::list_nodes(const Block& block) {
    rows_.emplace_back();
    size_t row = rows_.size() - 1;
    flatten(block, rows_[row]);
    for (size_t i = 0; i < rows_[row].size(); ++i) {
        positions_[rows_[row][i]->index()] = {row, i};
        for_each_block(*rows_[row][i], [&](const Block& inner) { list_nodes(inner); });
    }
}

// Whether what `id` holds behind `op` is overwritten, or the function left, before anybody,
// a handler included, can look.
bool Planner::is_unseen_behind(const Op& op, LocalId id) const {
    auto [row, at] = positions_[op.index()];
    for (size_t i = at + 1; i < rows_[row].size(); ++i) {
        const Node& node = *rows_[row][i];
        if (node.kind == NodeKind::Return) return true;
        if (node.kind != NodeKind::Op) return false;
        if (plan_.dropped.contains(node)) continue;
        const Op& next = *as<Op>(&node);
        bool mentions = false;
        auto look = [&](const Value& root) {
            for_each_value_below(root, [&](const Value& v) { mentions = mentions || v.is_local(id); });
        };
        for (const Operand& arg : next.args)
            if (arg.value) look(*arg.value);
        if (next.place) look(*next.place);
        if (mentions) return false;
        // What a failing operation leaves in its result is null.
        if (next.dst == id) return true;
        if (is_throwing(next)) return false;
    }
    return false;
}

bool Planner::is_default(const Value& value) {
    return value.kind == ValueKind::Null || value.kind == ValueKind::Zero;
}

bool Planner::assigns_default(const Op& op) const {
    return op.op == OpKind::Assign && is_default(*op.args[0].value) &&
           p_.types.owns_references(function_.locals[op.dst].type);
}

// Nulls that only a check would have shown to a handler, and the check has turned out to hold.
void Planner::drop_dead_nulls() {
    for (const std::vector<const Node*>& row : rows_)
        for (const Node* node : row) {
            if (node->kind != NodeKind::Op || !assigns_default(*as<Op>(node))) continue;
            if (is_unseen_behind(*as<Op>(node), as<Op>(node)->dst)) plan_.dropped.add(*node);
        }
}

}  // namespace dream::emit
