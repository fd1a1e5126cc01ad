// Flat traversal of a function's nodes, for questions that need no flow of control.
#pragma once

#include "ir/ir.h"

namespace dream::ir {

// Calls visit(Node&, bool in_try) for `block` and every node below it, parents first; `in_try`
// tells whether a handler or finally of this function encloses the node.
template <class Visit>
void for_each_node(Block& block, Visit&& visit, bool in_try = false) {
    visit(static_cast<Node&>(block), in_try);
    for (Node* node : block.body) {
        if (node->kind == NodeKind::Block) {
            for_each_node(*as<Block>(node), visit, in_try);
            continue;
        }
        visit(*node, in_try);
        switch (node->kind) {
            case NodeKind::If:
                for_each_node(*as<If>(node)->then_block, visit, in_try);
                if (as<If>(node)->else_block) for_each_node(*as<If>(node)->else_block, visit, in_try);
                break;
            case NodeKind::Loop:
                for_each_node(*as<Loop>(node)->head, visit, in_try);
                for_each_node(*as<Loop>(node)->body, visit, in_try);
                for_each_node(*as<Loop>(node)->step, visit, in_try);
                break;
            case NodeKind::Switch:
                for (Case& c : as<Switch>(node)->cases) for_each_node(*c.body, visit, in_try);
                break;
            case NodeKind::Try: {
                Try& t = *as<Try>(node);
                for_each_node(*t.body, visit, true);
                bool guarded = in_try || t.finally_block;
                for (Catch& c : t.catches) for_each_node(*c.body, visit, guarded);
                if (t.finally_block) for_each_node(*t.finally_block, visit, in_try);
                break;
            }
            case NodeKind::Op:
            case NodeKind::Block:
            case NodeKind::Break:
            case NodeKind::Continue:
            case NodeKind::Return: break;
        }
    }
}

// Calls visit(Block&) for each block that `node` consists of (of a Block: itself).
template <class Visit>
void for_each_part(Node& node, Visit&& visit) {
    switch (node.kind) {
        case NodeKind::Block: visit(*as<Block>(&node)); break;
        case NodeKind::If:
            visit(*as<If>(&node)->then_block);
            if (as<If>(&node)->else_block) visit(*as<If>(&node)->else_block);
            break;
        case NodeKind::Loop:
            visit(*as<Loop>(&node)->head);
            visit(*as<Loop>(&node)->body);
            visit(*as<Loop>(&node)->step);
            break;
        case NodeKind::Switch:
            for (Case& c : as<Switch>(&node)->cases) visit(*c.body);
            break;
        case NodeKind::Try:
            visit(*as<Try>(&node)->body);
            for (Catch& c : as<Try>(&node)->catches) visit(*c.body);
            if (as<Try>(&node)->finally_block) visit(*as<Try>(&node)->finally_block);
            break;
        case NodeKind::Op:
        case NodeKind::Break:
        case NodeKind::Continue:
        case NodeKind::Return: break;
    }
}

// Numbers the nodes of a function from 0, those of the `unwind` lists too, for tables by node; returns
// how many there are.
inline size_t number_nodes(const Function& function) {
    int32_t count = 0;
    for_each_node(*function.body, [&](Node& node, bool) {
        node.number = count++;
        if (node.kind != NodeKind::Block) return;
        for (Op* op : as<Block>(&node)->unwind) op->number = count++;
    });
    return static_cast<size_t>(count);
}

// Calls visit(Op&, bool in_try) for every operation in execution order of the text; the `unwind`
// lists are not visited.
template <class Visit>
void for_each_op(Block& block, Visit&& visit) {
    for_each_node(block, [&](Node& node, bool in_try) {
        if (node.kind == NodeKind::Op) visit(*as<Op>(&node), in_try);
    });
}

// Calls visit(FunctionId) for every function that a Call or CallVirtual may run.
template <class Visit>
void for_each_callee(const Module& module, const Op& op, Visit&& visit) {
    if (op.op == OpKind::Call) visit(op.function);
    if (op.op != OpKind::CallVirtual) return;
    for (FunctionId f : implementations_of(module, op.type, op.slot)) visit(f);
}

// Calls visit(const Value&) for every value that `node` itself evaluates.
template <class Visit>
void for_each_value(const Node& node, Visit&& visit) {
    switch (node.kind) {
        case NodeKind::Op: {
            const Op& op = *as<Op>(&node);
            for (const Operand& arg : op.args)
                if (arg.value) visit(*arg.value);
            if (op.place) visit(*op.place);
            break;
        }
        case NodeKind::If: visit(*as<If>(&node)->condition); break;
        case NodeKind::Loop:
            if (as<Loop>(&node)->condition) visit(*as<Loop>(&node)->condition);
            break;
        case NodeKind::Switch: visit(*as<Switch>(&node)->subject); break;
        case NodeKind::Return:
            if (as<Return>(&node)->value.value) visit(*as<Return>(&node)->value.value);
            break;
        case NodeKind::Block:
        case NodeKind::Try:
        case NodeKind::Break:
        case NodeKind::Continue: break;
    }
}

}  // namespace dream::ir
