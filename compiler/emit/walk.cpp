// See walk.h.
#include "emit/walk.h"

namespace dream::emit {

using namespace ir;

namespace {

bool has_break_to(const Block& block, const Node* target) {
    bool found = false;
    for_each_node_below(block, [&](const Node& node) {
        found = found || (node.kind == NodeKind::Break && as<Break>(&node)->target == target);
    });
    return found;
}

}  // namespace

bool falls_through(const Block& block) {
    for (const Node* node : block.body)
        if (!falls_through(*node)) return false;
    return true;
}

bool falls_through(const Node& node) {
    switch (node.kind) {
        case NodeKind::Op: {
            OpKind op = as<Op>(&node)->op;
            return op != OpKind::Throw && op != OpKind::Rethrow;
        }
        case NodeKind::Block: return falls_through(*as<Block>(&node));
        case NodeKind::If: {
            const If& branch = *as<If>(&node);
            return !branch.else_block || falls_through(*branch.then_block) ||
                   falls_through(*branch.else_block);
        }
        case NodeKind::Loop: {
            const Loop& loop = *as<Loop>(&node);
            if (loop.condition) return true;
            bool left = false;
            for_each_block(node, [&](const Block& b) { left = left || has_break_to(b, &node); });
            return left;
        }
        case NodeKind::Switch: {
            const Switch& s = *as<Switch>(&node);
            bool has_default = false;
            for (const Case& c : s.cases) {
                has_default = has_default || c.is_default;
                if (has_break_to(*c.body, &node)) return true;
            }
            return !has_default || falls_through(*s.cases.back().body);
        }
        // What follows a Try is behind a label.
        case NodeKind::Try: return true;
        case NodeKind::Break:
        case NodeKind::Continue:
        case NodeKind::Return: return false;
    }
    return true;
}

void flatten(const Block& block, std::vector<const Node*>& nodes) {
    for (const Node* node : block.body) {
        if (node->kind == NodeKind::Block && as<Block>(node)->is_statement) {
            flatten(*as<Block>(node), nodes);
        } else {
            nodes.push_back(node);
        }
    }
}

}  // namespace dream::emit
