// Mutants of verified ownership IR: every single edit of a certain kind is made, judged by
// rc::balance, and undone. What balance accepts is a survivor: either the edit changes nothing that
// matters, or the verifier has a hole.
//
// Works on any module that balance accepts, hand-written or made by the compiler.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "ir/print.h"
#include "ir/visit.h"
#include "rc/balance.h"

namespace dream::mutants {

using namespace ir;

struct Survivor {
    std::string function;
    std::string edit;  // what was changed, with the operation's text
};

struct Score {
    int made = 0;
    int killed = 0;
    std::vector<Survivor> survivors;

    void add(const Score& other) {
        made += other.made;
        killed += other.killed;
        survivors.insert(survivors.end(), other.survivors.begin(), other.survivors.end());
    }
};

class Mutator {
  public:
    explicit Mutator(Module& module) : module_(module) {}

    Score run() {
        for (size_t i = 0; i < module_.functions.size(); ++i) {
            id_ = module_.functions.id_at(i);
            function_ = &module_.functions[id_];
            signature();
            if (!function_->body) continue;
            summary();
            block(*function_->body, nullptr, nullptr);
        }
        return std::move(score_);
    }

  private:
    static bool throws(Block& block) {
        bool found = false;
        for_each_op(block, [&](Op& op, bool) { found = found || op.throws; });
        return found;
    }

    static bool mentions(const Value& value, LocalId id) {
        bool found = false;
        for_each_local(value, [&](LocalId other) { found = found || other == id; });
        return found;
    }

    static bool mentions(const Op& op, LocalId id) {
        bool found = op.dst == id || (op.place && mentions(*op.place, id));
        for (const Operand& arg : op.args) found = found || mentions(*arg.value, id);
        return found;
    }

    static bool is_op(const Node* node, OpKind kind) {
        return node->kind == NodeKind::Op && as<Op>(node)->op == kind;
    }

    static bool is_exit(const Node* node) {
        return node->kind == NodeKind::Break || node->kind == NodeKind::Continue || node->kind == NodeKind::Return;
    }

    bool owns(const Value& value) const { return module_.types->owns_references(value.type); }

    bool is_owner(const Value& value) const {
        if (value.kind != ValueKind::Local) return false;
        const Local& local = function_->locals[value.local];
        return local.ownership == Ownership::Own && !local.is_ref;
    }

    // A unit of these is free, so how it is handed over is no difference.
    static bool is_free(const Value& value) {
        return value.kind == ValueKind::String || value.kind == ValueKind::Null || value.kind == ValueKind::Zero;
    }

    std::string text(const Node& node) const { return text_of(module_, *function_, node); }

    // Judges the edit that `apply` has made; `undo` takes it back.
    void judge(std::string edit, const std::function<void()>& apply, const std::function<void()>& undo,
               bool whole_module = false) {
        apply();
        bool is_killed = !(whole_module ? rc::balance(module_) : rc::balance(module_, id_)).empty();
        undo();
        ++score_.made;
        if (is_killed) {
            ++score_.killed;
        } else {
            score_.survivors.push_back({name_of(module_, *function_), std::move(edit)});
        }
    }

    // An edit of a list of nodes or releases.
    template <class T>
    void edit_list(std::vector<T*>& list, std::string edit, const std::function<void(std::vector<T*>&)>& change) {
        std::vector<T*> before = list;
        judge(std::move(edit), [&] { change(list); }, [&] { list = before; });
    }

    // ---- functions ----

    void signature() {
        for (LocalId id : function_->params) {
            Local& param = function_->locals[id];
            if (!module_.types->owns_references(param.type) || param.is_ref) continue;
            Ownership before = param.ownership;
            bool is_owned = before == Ownership::Own;
            judge(fmt::format("parameter {} {}", param.name, is_owned ? "borrowed" : "owned"),
                  [&] { param.ownership = is_owned ? Ownership::Borrow : Ownership::Own; },
                  [&] { param.ownership = before; }, true);
        }
    }

    void summary() {
        for (uint8_t effect : {Throws, Releases, Stores}) {
            if (!(function_->effects & effect)) continue;
            uint8_t before = function_->effects;
            judge(fmt::format("summary without {}", effect == Throws ? "throws" : effect == Releases ? "releases" : "stores"),
                  [&] { function_->effects = before & static_cast<uint8_t>(~effect); },
                  [&] { function_->effects = before; }, true);
        }
    }

    // ---- regions ----

    // `parent` and `self`: the list that holds the region this block is part of, and that region.
    void block(Block& b, Block* parent, Node* self) {
        for (size_t i = 0; i < b.body.size(); ++i) {
            Node* node = b.body[i];
            if (node->kind == NodeKind::Op) op(b, i, parent, self);
            if (node->kind == NodeKind::Return) operand(as<Return>(node)->value, text(*node));
            if (node->kind == NodeKind::Block) block(*as<Block>(node), &b, node);
            parts(*node, b);
        }
        for (size_t i = 0; i < b.unwind.size(); ++i) {
            std::string what = text(*b.unwind[i]);
            edit_list<Op>(b.unwind, fmt::format("unwind list without: {}", what), [&](auto& list) { list.erase(list.begin() + static_cast<long>(i)); });
            edit_list<Op>(b.unwind, fmt::format("unwind list twice with: {}", what), [&](auto& list) { list.push_back(list[i]); });
        }
        for (LocalId id : b.locals) {
            Local& local = function_->locals[id];
            if (local.ownership != Ownership::Own) continue;
            judge(fmt::format("local {} borrows", name_of(*function_, id)), [&] { local.ownership = Ownership::Borrow; },
                  [&] { local.ownership = Ownership::Own; });
        }
    }

    void parts(Node& node, Block& parent) {
        auto part = [&](Block* b) {
            if (b) block(*b, &parent, &node);
        };
        switch (node.kind) {
            case NodeKind::If:
                part(as<If>(&node)->then_block);
                part(as<If>(&node)->else_block);
                break;
            case NodeKind::Loop:
                part(as<Loop>(&node)->head);
                part(as<Loop>(&node)->body);
                part(as<Loop>(&node)->step);
                break;
            case NodeKind::Switch:
                for (Case& c : as<Switch>(&node)->cases) part(c.body);
                break;
            case NodeKind::Try:
                part(as<Try>(&node)->body);
                // Nothing comes into the handlers of what does not throw: no edit there matters.
                if (throws(*as<Try>(&node)->body))
                    for (Catch& c : as<Try>(&node)->catches) part(c.body);
                part(as<Try>(&node)->finally_block);
                break;
            case NodeKind::Block:
            case NodeKind::Op:
            case NodeKind::Break:
            case NodeKind::Continue:
            case NodeKind::Return: break;
        }
    }

    // ---- operations ----

    void op(Block& b, size_t i, Block* parent, Node* self) {
        Op& op = *as<Op>(b.body[i]);
        std::string what = text(op);
        auto at = static_cast<long>(i);
        auto erase = [at](auto& list) { list.erase(list.begin() + at); };
        switch (op.op) {
            case OpKind::Release: release(b, i, parent, self); return;
            case OpKind::Take:
                edit_list<Node>(b.body, "no " + what, erase);
                if (i + 1 < b.body.size())
                    edit_list<Node>(b.body, "swapped with what follows: " + what,
                                    [&](auto& list) { std::swap(list[i], list[i + 1]); });
                break;
            case OpKind::MakeUnique:
                edit_list<Node>(b.body, "no " + what, erase);
                make_unique_late(b, i, what);
                break;
            case OpKind::Assign:
                if (op.args[0].value->kind == ValueKind::Null && is_owned_local(op.dst))
                    edit_list<Node>(b.body, "no " + what, erase);
                break;
            default: break;
        }
        for (Operand& arg : op.args) operand(arg, what);
        if (op.throws) judge("not marked: " + what, [&] { op.throws = false; }, [&] { op.throws = true; });
    }

    bool is_owned_local(LocalId id) const {
        return id.valid() && function_->locals[id].ownership == Ownership::Own && !function_->locals[id].is_ref;
    }

    void operand(Operand& o, const std::string& what) {
        if (!o.value || o.by_ref || !owns(*o.value) || is_free(*o.value)) return;
        Transfer before = o.transfer;
        auto change = [&](Transfer to, std::string_view word) {
            if (to == before) return;
            judge(fmt::format("{} {} in: {}", word, text_of(module_, *function_, *o.value), what),
                  [&] { o.transfer = to; }, [&] { o.transfer = before; });
        };
        change(Transfer::Use, "only looks at");
        change(Transfer::Retain, "retains");
        if (is_owner(*o.value)) change(Transfer::Move, "moves");
    }

    void release(Block& b, size_t i, Block* parent, Node* self) {
        Op& op = *as<Op>(b.body[i]);
        std::string what = text(op);
        LocalId id = op.args[0].value->local;
        auto at = static_cast<long>(i);
        edit_list<Node>(b.body, "no " + what, [&](auto& list) { list.erase(list.begin() + at); });
        edit_list<Node>(b.body, "twice " + what, [&](auto& list) { list.insert(list.begin() + at, list[i]); });

        // Up past the last operation before it that mentions the local.
        for (size_t k = i; k-- > 0;) {
            if (b.body[k]->kind != NodeKind::Op || !mentions(*as<Op>(b.body[k]), id)) continue;
            edit_list<Node>(b.body, fmt::format("before `{}`: {}", text(*b.body[k]), what), [&](auto& list) {
                std::rotate(list.begin() + static_cast<long>(k), list.begin() + at, list.begin() + at + 1);
            });
            break;
        }
        // Before the store that fills the place it came from.
        if (i > 1 && is_op(b.body[i - 1], OpKind::Store) && is_op(b.body[i - 2], OpKind::Take) &&
            as<Op>(b.body[i - 2])->dst == id)
            edit_list<Node>(b.body, fmt::format("before `{}`: {}", text(*b.body[i - 1]), what),
                            [&](auto& list) { std::swap(list[i - 1], list[i]); });
        // Behind the exit that it stands in front of.
        for (size_t k = i + 1; k < b.body.size(); ++k) {
            if (!is_exit(b.body[k])) continue;
            edit_list<Node>(b.body, fmt::format("behind `{}`: {}", text(*b.body[k]), what), [&](auto& list) {
                std::rotate(list.begin() + at, list.begin() + at + 1, list.begin() + static_cast<long>(k) + 1);
            });
            break;
        }
        // Out of its branch, before and behind.
        if (!parent || !self || self->kind == NodeKind::Block) return;
        for (bool is_behind : {false, true}) {
            std::vector<Node*> ours = b.body, theirs = parent->body;
            judge(fmt::format("{} its branch: {}", is_behind ? "behind" : "in front of", what),
                  [&] {
                      b.body.erase(b.body.begin() + at);
                      auto place = std::find(parent->body.begin(), parent->body.end(), self);
                      parent->body.insert(is_behind ? place + 1 : place, &op);
                  },
                  [&] {
                      b.body = ours;
                      parent->body = theirs;
                  });
        }
    }

    // Behind the first store after it in its block.
    void make_unique_late(Block& b, size_t i, const std::string& what) {
        for (size_t k = i + 1; k < b.body.size(); ++k) {
            if (!is_op(b.body[k], OpKind::Store) && !is_op(b.body[k], OpKind::Take)) continue;
            edit_list<Node>(b.body, fmt::format("behind `{}`: {}", text(*b.body[k]), what), [&](auto& list) {
                auto at = static_cast<long>(i);
                std::rotate(list.begin() + at, list.begin() + at + 1, list.begin() + static_cast<long>(k) + 1);
            });
            return;
        }
    }

    Module& module_;
    FunctionId id_;
    Function* function_ = nullptr;
    Score score_;
};

// All mutants of the module, which is as it was afterwards.
inline Score mutate(Module& module) { return Mutator(module).run(); }

}  // namespace dream::mutants
