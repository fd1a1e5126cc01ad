// Traversals that the parts of the emitter share: over constant nodes, and over value trees of any
// depth without recursion.
#pragma once

#include <vector>

#include "ir/ir.h"

namespace dream::emit {

// Calls visit(const ir::Block&) for each block directly below `node`, in order of execution.
template <class Visit>
void for_each_block(const ir::Node& node, Visit&& visit) {
    using namespace ir;
    switch (node.kind) {
        case NodeKind::Block: visit(*as<Block>(&node)); break;
        case NodeKind::If:
            visit(*as<If>(&node)->then_block);
            if (as<If>(&node)->else_block) visit(*as<If>(&node)->else_block);
            break;
        case NodeKind::Loop: {
            const Loop& loop = *as<Loop>(&node);
            if (!loop.is_do) visit(*loop.head);
            visit(*loop.body);
            if (loop.is_do) visit(*loop.head);
            visit(*loop.step);
            break;
        }
        case NodeKind::Switch:
            for (const Case& c : as<Switch>(&node)->cases) visit(*c.body);
            break;
        case NodeKind::Try: {
            const Try& t = *as<Try>(&node);
            visit(*t.body);
            for (const Catch& c : t.catches) visit(*c.body);
            if (t.finally_block) visit(*t.finally_block);
            break;
        }
        case NodeKind::Op:
        case NodeKind::Break:
        case NodeKind::Continue:
        case NodeKind::Return: break;
    }
}

// Calls visit(const ir::Node&) for every node below `block`, parents first.
template <class Visit>
void for_each_node_below(const ir::Block& block, Visit&& visit) {
    for (const ir::Node* node : block.body) {
        visit(*node);
        for_each_block(*node, [&](const ir::Block& inner) { for_each_node_below(inner, visit); });
    }
}

// Calls visit(const ir::Value&) for `root` and all below it; no recursion.
template <class Visit>
void for_each_value_below(const ir::Value& root, Visit&& visit) {
    std::vector<const ir::Value*> work{&root};
    while (!work.empty()) {
        const ir::Value* value = work.back();
        work.pop_back();
        visit(*value);
        for (size_t i = value->args.size(); i-- > 0;) work.push_back(value->args[i]);
    }
}

// Whether control can reach the end of `block`, as far as a C compiler sees.
bool falls_through(const ir::Block& block);
bool falls_through(const ir::Node& node);

// The nodes of `block` with statement blocks that list no locals opened up.
void flatten(const ir::Block& block, std::vector<const ir::Node*>& nodes);

}  // namespace dream::emit
