// Makes every release explicit, so that each unit of ownership is consumed exactly once on every
// path [owned-once]:
//   - an assignment releases what the local held, after the new value is safe;
//   - a store takes the old unit out, puts the new one in place, then releases the old [store-empty];
//   - the end of a block, and each exit that leaves it, releases its locals: named ones in reverse
//     order of declaration, the temporaries of a statement in order of creation (ruling 3);
//   - handler regions list the releases of unwinding [unwind].
// A local that is released where it may be unset or gone is null there: it is nulled when its block
// is entered and after each move or release. Most of these nulls are dead; rc/nulls removes them.
#include <algorithm>
#include <utility>

#include "ir/build.h"
#include "rc/ownership_facts.h"
#include "rc/passes.h"

namespace dream::rc {

using namespace ir;

namespace {

class Insertion {
  public:
    Insertion(Module& module, Function& function)
        : module_(module), function_(function), build_(module),
          facts_(find_ownership_facts(module, function)), caught_(function.locals.size()) {}

    void run() { block(*function_.body); }

  private:
    // ---- building blocks ----

    const Value* value(LocalId id) { return build_.local(function_, id); }

    void emit(Node* node) { out_->push_back(node); }

    Op* make_release(LocalId id, Span span) {
        Op* release = build_.op(OpKind::Release, span);
        release->args = {{value(id)}};
        return release;
    }

    // Gives up what `id` holds, and leaves it null where somebody may look again.
    void emit_release(LocalId id, Span span, bool is_immediate = false) {
        Op* release = make_release(id, span);
        release->is_immediate = is_immediate;
        emit(release);
        null_if_needed(id, span);
    }

    void null_if_needed(LocalId id, Span span) {
        if (facts_.needs_null.contains(id)) emit_assign(id, build_.default_of(function_.locals[id].type), Transfer::Retain, span);
    }

    void emit_assign(LocalId dst, const Value* from, Transfer transfer, Span span) {
        Op* assign = build_.op(OpKind::Assign, span);
        assign->dst = dst;
        assign->args = {{from, transfer}};
        emit(assign);
    }

    // A new temporary of the block being rewritten.
    LocalId make_temp(std::string name, TypeId type, Span span) {
        Local temp;
        temp.name = std::move(name);
        temp.type = type;
        temp.ownership = module_.types->owns_references(type) ? Ownership::Own : Ownership::None;
        temp.is_temp = true;
        temp.span = span;
        LocalId id = function_.locals.add(std::move(temp));
        block_->locals.push_back(id);
        return id;
    }

    // ---- blocks ----

    void block(Block& block) {
        std::vector<Node*> body = std::move(block.body);
        block.body.clear();
        std::vector<Node*>* outer_out = std::exchange(out_, &block.body);
        Block* outer_block = std::exchange(block_, &block);

        std::vector<LocalId> owners;
        for (LocalId id : block.locals)
            if (rc::is_owner(function_, id)) owners.push_back(id);
        for (LocalId id : owners)
            if (!caught_.contains(id)) null_if_needed(id, block.span);
        for (Node* node : body) rewrite(*node);
        if (const Departure& falls = facts_.falls_out[block.index()]; falls.block) emit_departure(falls, block.span);
        make_unwind(block);

        out_ = outer_out;
        block_ = outer_block;
    }

    // Releases what the locals of a block may still hold when it is left.
    void emit_departure(const Departure& departure, Span span) {
        size_t count = departure.holding.size();
        for (size_t i = 0; i < count; ++i) {
            auto [id, holding] = departure.holding[departure.block->is_statement ? i : count - 1 - i];
            if (holding & Owned) emit_release(id, span);
        }
    }

    void make_unwind(Block& block) {
        auto unwound = facts_.unwound.find(&block);
        if (unwound == facts_.unwound.end()) return;
        for (size_t i = unwound->second.holding.size(); i-- > 0;) {
            auto [id, holding] = unwound->second.holding[i];
            if (holding & Owned) block.unwind.push_back(make_release(id, block.span));
        }
    }

    void rewrite(Node& node) {
        switch (node.kind) {
            case NodeKind::Op: rewrite_op(*as<Op>(&node)); return;
            case NodeKind::Block: block(*as<Block>(&node)); break;
            case NodeKind::If:
                block(*as<If>(&node)->then_block);
                if (as<If>(&node)->else_block) block(*as<If>(&node)->else_block);
                break;
            case NodeKind::Loop:
                block(*as<Loop>(&node)->head);
                block(*as<Loop>(&node)->body);
                block(*as<Loop>(&node)->step);
                break;
            case NodeKind::Switch:
                for (Case& c : as<Switch>(&node)->cases) block(*c.body);
                break;
            case NodeKind::Try: {
                Try& t = *as<Try>(&node);
                for (Catch& c : t.catches)
                    if (c.exception.valid()) caught_.add(c.exception);
                block(*t.body);
                for (Catch& c : t.catches) block(*c.body);
                if (t.finally_block) block(*t.finally_block);
                break;
            }
            case NodeKind::Return: hold_result(*as<Return>(&node)); [[fallthrough]];
            case NodeKind::Break:
            case NodeKind::Continue: {
                for (const Departure& departure : facts_.exits[node.index()])
                    emit_departure(departure, node.span);
                break;
            }
        }
        emit(&node);
    }

    // A result that depends on what the exit releases is computed before.
    void hold_result(Return& exit) {
        if (!exit.value.value || exit.value.transfer == Transfer::Move) return;
        if (exit.value.value->is_constant() || !releases_something(exit)) return;
        bool depends = reads_memory(module_, function_, *exit.value.value) || mentions_references(*exit.value.value);
        if (!depends) return;
        Block* inner = std::exchange(block_, function_.body);
        LocalId result = make_temp("result", exit.value.value->type, exit.span);
        block_ = inner;
        emit_assign(result, exit.value.value, exit.value.transfer, exit.span);
        bool owns = function_.locals[result].ownership == Ownership::Own;
        exit.value = {value(result), owns ? Transfer::Move : Transfer::Use};
    }

    bool releases_something(const Return& exit) {
        for (const Departure& departure : facts_.exits[exit.index()])
            for (auto [id, holding] : departure.holding)
                if (holding & Owned) return true;
        return false;
    }

    bool mentions_references(const Value& tree) {
        bool found = tree.kind == ValueKind::Runtime;
        for_each_local(tree, [&](LocalId id) {
            found = found || module_.types->owns_references(function_.locals[id].type);
        });
        return found;
    }

    // ---- operations ----

    void rewrite_op(Op& op) {
        if (op.op == OpKind::Assign && op.dst.valid() && function_.locals[op.dst].is_ref) {
            op.op = OpKind::Store;
            op.place = value(op.dst);
            op.dst = {};
        }
        split_throwing_moves(op);
        if (op.op == OpKind::Store && module_.types->owns_references(op.place->type)) {
            store(op);
        } else if (op.dst.valid() && rc::is_owner(function_, op.dst) && may_hold(op) && !moves(op, op.dst)) {
            replace(op);
        } else {
            emit(&op);
        }
        for (const Operand& arg : op.args)
            if (arg.transfer == Transfer::Move && arg.value->local != op.dst)
                null_if_needed(arg.value->local, op.span);
    }

    bool may_hold(const Op& op) {
        return (facts_.target[op.index()] & Owned) != 0;
    }

    static bool moves(const Op& op, LocalId id) {
        for (const Operand& arg : op.args)
            if (arg.transfer == Transfer::Move && arg.value->local == id) return true;
        return false;
    }

    // An operand is consumed on the exceptional edge too, so a local that unwinding releases must
    // be null before the operation runs: its unit travels in a temporary.
    void split_throwing_moves(Op& op) {
        if (!op.throws) return;
        for (Operand& arg : op.args) {
            if (arg.transfer != Transfer::Move || !facts_.needs_null.contains(arg.value->local)) continue;
            LocalId from = arg.value->local;
            LocalId temp = make_temp(function_.locals[from].name, function_.locals[from].type, op.span);
            emit_assign(temp, value(from), Transfer::Move, op.span);
            null_if_needed(from, op.span);
            arg.value = value(temp);
        }
    }

    void store(Op& op) {
        if (op.place_is_empty || facts_.fills_empty_place[op.index()]) return emit(&op);
        LocalId old = make_temp("old", op.place->type, op.span);
        Op* take = build_.op(OpKind::Take, op.span);
        take->dst = old;
        take->place = op.place;
        emit(take);
        emit(&op);
        emit_release(old, op.span, op.args[0].value->kind == ValueKind::Null);
    }

    // `op` gives a new value to a local that may hold a unit.
    void replace(Op& op) {
        LocalId dst = op.dst;
        const Operand& from = op.args.empty() ? Operand{} : op.args[0];
        bool is_assign = op.op == OpKind::Assign;
        if (is_assign && from.value->is_local(dst)) return;  // x = x
        bool survives_release = is_assign && (from.transfer == Transfer::Move || from.value->is_constant() ||
                                              (from.value->kind == ValueKind::Local &&
                                               !function_.locals[from.value->local].is_ref &&
                                               function_.locals[from.value->local].anchors.empty()));
        if (survives_release) {
            Op* release = make_release(dst, op.span);
            release->is_immediate = from.value->kind == ValueKind::Null;
            emit(release);
            return emit(&op);
        }
        LocalId fresh = make_temp("temp", function_.locals[dst].type, op.span);
        op.dst = fresh;
        emit(&op);
        emit(make_release(dst, op.span));
        emit_assign(dst, value(fresh), Transfer::Move, op.span);
    }

    Module& module_;
    Function& function_;
    Builder build_;
    OwnershipFacts facts_;
    LocalSet caught_;
    std::vector<Node*>* out_ = nullptr;
    Block* block_ = nullptr;
};

}  // namespace

void insert_releases(Module& module) {
    for (Function& function : module.functions)
        if (function.body) Insertion(module, function).run();
}

}  // namespace dream::rc
