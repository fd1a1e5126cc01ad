// Backward walk over a function's regions with a set of live locals, along normal and exceptional
// edges. The client says what each operation uses and defines; it may decide things at operations
// when `is_final` is set: then the set is the fixpoint of every loop around.
//
// The client provides
//   void op(Op&, LiveSet& live, bool is_final)         live after -> live before; for an operation
//                                                      that throws, `live` holds what its handler
//                                                      needs too
//   void exit(Return&, LiveSet& live, bool is_final)   live starts empty
//   void value(const Value&, LiveSet& live)            a condition or subject is evaluated
//   void unwind(Block&, LiveSet& live)                 live at the handler -> before its unwinding
#pragma once

#include <vector>

#include "ir/local_set.h"
#include "support/check.h"

namespace dream::ir {

class LiveSet : public LocalSet {
  public:
    using LocalSet::LocalSet;

    void add_uses(const Value& value) {
        for_each_local(value, [&](LocalId id) { add(id); });
    }
    // Likewise, with what borrowing locals borrow from: a use of them is a use of their anchors.
    void add_uses(const Function& function, const Value& value) {
        for_each_local(value, [&](LocalId id) { add_with_anchors(function, id); });
    }

  private:
    void add_with_anchors(const Function& function, LocalId id) {
        const std::vector<LocalId>& anchors = function.locals[id].anchors;
        if (contains(id) && anchors.empty()) return;
        add(id);
        for (LocalId anchor : anchors) add_with_anchors(function, anchor);
    }
};

template <class Client>
class BackwardWalk {
  public:
    BackwardWalk(Function& function, Client& client)
        : client_(client), nothing_(function.locals.size()) {}

    void run(Function& function) { region(*function.body, nothing_, nothing_); }

  private:
    struct Target {
        Node* node;
        const LiveSet* on_break;
        const LiveSet* on_continue;
    };

    // `handler`: what is live where an exception goes that leaves the block.
    LiveSet region(Block& block, const LiveSet& after, const LiveSet& handler) {
        LiveSet at_throw = handler;
        client_.unwind(block, at_throw);
        handlers_.push_back(&at_throw);
        LiveSet before = walk(block, after);
        handlers_.pop_back();
        return before;
    }

    LiveSet walk(Block& block, LiveSet live) {
        for (size_t i = block.body.size(); i-- > 0;) step(*block.body[i], live);
        for (LocalId local : block.locals) live.remove(local);
        return live;
    }

    void step(Node& node, LiveSet& live) {
        switch (node.kind) {
            case NodeKind::Op: {
                Op& op = *as<Op>(&node);
                if (op.op == OpKind::Throw || op.op == OpKind::Rethrow) live = nothing_;
                if (op.throws) live.add_all(*handlers_.back());
                client_.op(op, live, is_final_);
                // On the exceptional edge nothing has been assigned.
                if (op.throws) live.add_all(*handlers_.back());
                break;
            }
            case NodeKind::Block: live = walk(*as<Block>(&node), std::move(live)); break;
            case NodeKind::If: {
                If& branch = *as<If>(&node);
                LiveSet other = branch.else_block ? walk(*branch.else_block, live) : live;
                live = walk(*branch.then_block, std::move(live));
                live.add_all(other);
                client_.value(*branch.condition, live);
                break;
            }
            case NodeKind::Loop: loop(*as<Loop>(&node), live); break;
            case NodeKind::Switch: switch_(*as<Switch>(&node), live); break;
            case NodeKind::Try: try_(*as<Try>(&node), live); break;
            case NodeKind::Break: live = *target(as<Break>(&node)->target).on_break; break;
            case NodeKind::Continue: live = *target(as<Continue>(&node)->target).on_continue; break;
            case NodeKind::Return:
                live = nothing_;
                client_.exit(*as<Return>(&node), live, is_final_);
                break;
        }
    }

    // One pass over a loop, from what is live at its top (next iteration) to the same, anew.
    LiveSet loop_pass(Loop& loop, const LiveSet& after, const LiveSet& top) {
        if (loop.is_do) {
            LiveSet at_test = top;
            if (loop.condition) {
                at_test.add_all(after);
                client_.value(*loop.condition, at_test);
            }
            frames_.push_back({&loop, &after, nullptr});
            LiveSet on_continue = walk(*loop.head, at_test);
            frames_.back().on_continue = &on_continue;
            LiveSet before = walk(*loop.body, on_continue);
            frames_.pop_back();
            return before;
        }
        // top is what is live before `head`; the body runs towards step, then head.
        frames_.push_back({&loop, &after, nullptr});
        LiveSet on_continue = walk(*loop.step, top);
        frames_.back().on_continue = &on_continue;
        LiveSet at = walk(*loop.body, on_continue);
        if (loop.condition) {
            at.add_all(after);
            client_.value(*loop.condition, at);
        }
        at = walk(*loop.head, std::move(at));
        frames_.pop_back();
        return at;
    }

    void loop(Loop& loop, LiveSet& live) {
        LiveSet after = live;
        LiveSet top = nothing_;
        bool was_final = is_final_;
        is_final_ = false;
        while (top.add_all(loop_pass(loop, after, top))) {
        }
        is_final_ = was_final;
        if (was_final) loop_pass(loop, after, top);
        live = top;
    }

    void switch_(Switch& node, LiveSet& live) {
        LiveSet after = live;
        LiveSet before = nothing_;
        bool has_default = false;
        frames_.push_back({&node, &after, nullptr});
        LiveSet next = after;  // where the case below would be entered by falling through
        for (size_t i = node.cases.size(); i-- > 0;) {
            has_default = has_default || node.cases[i].is_default;
            next = walk(*node.cases[i].body, std::move(next));
            before.add_all(next);
        }
        frames_.pop_back();
        if (!has_default) before.add_all(after);
        client_.value(*node.subject, before);
        live = before;
    }

    void try_(Try& node, LiveSet& live) {
        LiveSet done = live;
        LiveSet pending = *handlers_.back();
        if (node.finally_block) {
            LiveSet after = done;
            after.add_all(pending);  // the finally ends by falling or by throwing on
            done = region(*node.finally_block, after, pending);
            pending = done;
        }
        frames_.push_back({&node, &done, nullptr});
        LiveSet thrown = pending;
        for (Catch& handler : node.catches) {
            LiveSet in = region(*handler.body, done, pending);
            if (handler.exception.valid()) in.remove(handler.exception);
            thrown.add_all(in);
        }
        live = region(*node.body, done, thrown);
        frames_.pop_back();
    }

    Target& target(Node* node) {
        for (size_t i = frames_.size(); i-- > 0;)
            if (frames_[i].node == node) return frames_[i];
        DREAM_UNREACHABLE("an exit names a region that does not enclose it");
    }

    Client& client_;
    LiveSet nothing_;
    std::vector<Target> frames_;
    std::vector<LiveSet*> handlers_;
    bool is_final_ = true;
};

}  // namespace dream::ir
