// The one walker of the passes: forward over a function's regions, with joins where control meets,
// a fixpoint around loops, and an exceptional edge from each operation that throws to the handler
// around it. What each operation does to the state is the client's business.
//
// The client provides
//   State                                   copyable; bool reachable; bool join(const State&)
//                                           (true if it grew); State::unreachable(other)
//   void op(Op&, State&)                    along the normal edge
//   void throwing(Op&, State&)              the state before `op` -> on its exceptional edge
//   void enter(Block&, State&)              before its first node
//   void leave(Block&, State&)              falling out of its end
//   void leave_by(Node& exit, Block&, State&)  an exit passes out of the block
//   void returning(Return&, State&)         the value is taken, before any block is left
//   void unwind(Block&, State&)             an exception leaves the body of a function, try, catch
//                                           or finally
//   void caught(Catch&, State&)             on entry to a handler
// States only grow while a loop is iterated, so a client that joins what it sees at each node ends
// with the fixpoint.
#pragma once

#include <vector>

#include "ir/ir.h"
#include "support/check.h"

namespace dream::ir {

template <class Client>
class ForwardWalk {
  public:
    using State = typename Client::State;

    ForwardWalk(const Module& module, Client& client) : module_(module), client_(client) {}

    void run(Function& function, const State& entry) {
        empty_ = State::unreachable(entry);
        region(*function.body, entry);
    }

  private:
    // An enclosing construct that an exit may name or must leave.
    struct Frame {
        Node* node;
        State* on_break = nullptr;
        State* on_continue = nullptr;
    };

    // Walks a block that catches what is thrown inside; returns the state of falling out, and
    // leaves the state of an exception that has left it in `thrown`.
    State region(Block& block, State state, State* thrown = nullptr) {
        State on_throw = empty_;
        handlers_.push_back(&on_throw);
        State out = walk(block, std::move(state));
        handlers_.pop_back();
        if (on_throw.reachable) client_.unwind(block, on_throw);
        if (thrown) thrown->join(on_throw);
        return out;
    }

    State walk(Block& block, State state) {
        if (!state.reachable) return state;
        frames_.push_back({&block});
        client_.enter(block, state);
        for (Node* node : block.body) {
            if (!state.reachable) break;
            step(*node, state);
        }
        if (state.reachable) client_.leave(block, state);
        frames_.pop_back();
        return state;
    }

    void step(Node& node, State& state) {
        switch (node.kind) {
            case NodeKind::Op: {
                Op& op = *as<Op>(&node);
                if (op.throws) {
                    State edge = state;
                    client_.throwing(op, edge);
                    handlers_.back()->join(edge);
                }
                client_.op(op, state);
                if (op.op == OpKind::Throw || op.op == OpKind::Rethrow) state.reachable = false;
                break;
            }
            case NodeKind::Block: state = walk(*as<Block>(&node), std::move(state)); break;
            case NodeKind::If: {
                If& branch = *as<If>(&node);
                State other = branch.else_block ? walk(*branch.else_block, state) : state;
                state = walk(*branch.then_block, std::move(state));
                state.join(other);
                break;
            }
            case NodeKind::Loop: loop(*as<Loop>(&node), state); break;
            case NodeKind::Switch: switch_(*as<Switch>(&node), state); break;
            case NodeKind::Try: try_(*as<Try>(&node), state); break;
            case NodeKind::Break: leave_to(node, as<Break>(&node)->target, false, state); break;
            case NodeKind::Continue: leave_to(node, as<Continue>(&node)->target, true, state); break;
            case NodeKind::Return:
                client_.returning(*as<Return>(&node), state);
                leave_to(node, nullptr, false, state);
                break;
        }
    }

    void loop(Loop& loop, State& state) {
        State head = state;
        for (;;) {
            State on_break = empty_, on_continue = empty_;
            frames_.push_back({&loop, &on_break, &on_continue});
            State at = head;
            if (!loop.is_do) {
                at = walk(*loop.head, std::move(at));
                if (loop.condition) on_break.join(at);
            }
            at = walk(*loop.body, std::move(at));
            at.join(on_continue);
            at = walk(loop.is_do ? *loop.head : *loop.step, std::move(at));
            if (loop.is_do && loop.condition) on_break.join(at);
            frames_.pop_back();
            if (!head.join(at)) {
                state = on_break;
                return;
            }
        }
    }

    void switch_(Switch& node, State& state) {
        State on_break = empty_, falling = empty_;
        bool has_default = false;
        frames_.push_back({&node, &on_break});
        for (Case& c : node.cases) {
            has_default = has_default || c.is_default;
            State in = state;
            in.join(falling);
            falling = walk(*c.body, std::move(in));
        }
        frames_.pop_back();
        on_break.join(falling);
        if (!has_default) on_break.join(state);
        state = on_break;
    }

    void try_(Try& node, State& state) {
        State done = empty_;     // ways that leave the Try without an exception
        State pending = empty_;  // ways that leave it with one
        State thrown = empty_;
        frames_.push_back({&node, &done});
        done.join(region(*node.body, state, &thrown));
        bool catches_all = false;
        for (Catch& handler : node.catches) {
            catches_all = catches_all || handler.type == module_.exception;
            if (!thrown.reachable) continue;
            State in = thrown;
            client_.caught(handler, in);
            done.join(region(*handler.body, std::move(in), &pending));
        }
        frames_.pop_back();
        if (!catches_all) pending.join(thrown);
        if (node.finally_block) {
            State escaped = empty_;
            if (done.reachable) done = region(*node.finally_block, std::move(done), &escaped);
            if (pending.reachable) pending = region(*node.finally_block, std::move(pending), &escaped);
            pending.join(escaped);
        }
        if (pending.reachable) handlers_.back()->join(pending);
        state = done;
    }

    // Takes an exit out to `target` (null: out of the function).
    void leave_to(Node& exit, Node* target, bool is_continue, State& state) {
        State leaving = state;
        state.reachable = false;
        for (size_t i = frames_.size(); i-- > 0;) {
            Frame& frame = frames_[i];
            if (frame.node == target) {
                State* goal = is_continue ? frame.on_continue : frame.on_break;
                goal->join(leaving);
                return;
            }
            if (frame.node->kind == NodeKind::Block)
                client_.leave_by(exit, *as<Block>(frame.node), leaving);
        }
        DREAM_CHECK(!target, "an exit names a region that does not enclose it");
    }

    const Module& module_;
    Client& client_;
    State empty_{};
    std::vector<Frame> frames_;
    std::vector<State*> handlers_;
};

}  // namespace dream::ir
