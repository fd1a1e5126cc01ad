// `s = s + x` and `s += x` append in place: the joined string is built in the buffer of the old one
// when nobody else holds it, so that building a string piece by piece is linear. The old value is
// handed to the append as an owned operand and the result takes its place.
//
// Pattern, for a local:                      becomes
//   temp = concat x, a, b                      x = append own x, a
//   x = temp                                   x = append own x, b
// For a field, global or ref target the unit is taken out of the place first; nothing between Take
// and Store can observe the empty place. A part that may read what is being extended, or borrow
// from it, is held in a temporary of its own before. Where a part is a call, the place has been read
// before it (`old = this.s; temp = call f; concat old, temp`): that reading goes if nothing between
// it and the join may write to memory, the destructors of what a local between them lets go included.
#include <algorithm>
#include <map>
#include <set>

#include "ir/build.h"
#include "ir/visit.h"
#include "rc/passes.h"

namespace dream::rc {

using namespace ir;

namespace {

bool same_place(const Value& a, const Value& b) {
    if (a.kind != b.kind || a.args.size() != b.args.size()) return false;
    bool same = a.local == b.local && a.global == b.global && a.index == b.index && a.integer == b.integer;
    for (size_t i = 0; same && i < a.args.size(); ++i) same = same_place(*a.args[i], *b.args[i]);
    return same;
}

class Appending {
  public:
    Appending(Module& module, Function& function) : module_(module), function_(function), build_(module) {}

    void run() {
        for_each_node(*function_.body, [&](Node& node, bool) {
            if (node.kind != NodeKind::Op || as<Op>(&node)->op != OpKind::Assign) return;
            sources_[as<Op>(&node)->dst].push_back(as<Op>(&node)->args[0].value);
        });
        for_each_node(*function_.body, [&](Node& node, bool) {
            if (node.kind == NodeKind::Block) rewrite(*as<Block>(&node));
        });
    }

  private:
    void rewrite(Block& block) {
        block_ = &block;
        std::vector<Node*> body;
        body.reserve(block.body.size());
        for (size_t i = 0; i < block.body.size(); ++i) {
            Op* concat = op_at(block, i, OpKind::Concat);
            Op* assign = op_at(block, i + 1, OpKind::Assign);
            Op* store = op_at(block, i + 1, OpKind::Store);
            if (concat && concat->args[0].value->is_local(concat->dst) && extends_local(*concat, concat->dst)) {
                hold_parts(*concat, *build_.local(function_, concat->dst), body);
                append_all(*concat, concat->dst, body);
            } else if (concat && assign && takes_temp(*assign, *concat) && extends_local(*concat, assign->dst)) {
                hold_parts(*concat, *build_.local(function_, assign->dst), body);
                append_all(*concat, assign->dst, body);
                ++i;
            } else if (concat && store && takes_temp(*store, *concat) &&
                       (extends_place(*concat, *store->place) || extends_reading(*concat, *store->place, body))) {
                append_to_place(*concat, *store, body);
                ++i;
            } else {
                body.push_back(block.body[i]);
            }
        }
        block.body = std::move(body);
    }

    // Before the unit of `place` is taken: parts that read memory are read, for nothing may look at
    // memory while the place is empty, and what may borrow from it is held by a unit of its own.
    void hold_parts(Op& concat, const Value& place, std::vector<Node*>& body) {
        bool is_memory = place.kind != ValueKind::Local || is_reference(place.local);
        for (size_t i = 1; i < concat.args.size(); ++i) {
            const Value*& part = concat.args[i].value;
            bool is_read = is_memory && reads_memory(module_, function_, *part);
            if (!is_read && !may_read(*part, place)) continue;
            Local temp;
            temp.name = "part";
            temp.type = part->type;
            temp.ownership =
                module_.types->owns_references(part->type) ? Ownership::Own : Ownership::None;
            temp.is_temp = true;
            temp.span = concat.span;
            Op* hold = build_.op(OpKind::Assign, concat.span);
            hold->dst = function_.locals.add(std::move(temp));
            hold->args = {{part}};
            block_->locals.push_back(hold->dst);
            body.push_back(hold);
            part = build_.local(function_, hold->dst);
        }
    }

    bool may_read(const Value& value, const Value& place) const {
        std::set<LocalId> seen;
        if (may_be(value, place, seen)) return true;
        return std::any_of(value.args.begin(), value.args.end(),
                           [&](const Value* arg) { return may_read(*arg, place); });
    }

    // Whether `read` may be the variable `place`, or borrow from it. Borrowing locals may have their
    // values from each other: each is asked once.
    bool may_be(const Value& read, const Value& place, std::set<LocalId>& seen) const {
        bool is_behind_reference = place.kind == ValueKind::Deref ||
                                   (place.kind == ValueKind::Local && is_reference(place.local));
        switch (read.kind) {
            case ValueKind::Local: {
                if (read.is_local(place.local) && place.kind == ValueKind::Local) return true;
                if (is_reference(read.local))
                    return place.kind != ValueKind::Local || is_behind_reference;
                auto sources = sources_.find(read.local);
                bool borrows = function_.locals[read.local].ownership == Ownership::Borrow &&
                               sources != sources_.end() && seen.insert(read.local).second;
                return borrows &&
                       std::any_of(sources->second.begin(), sources->second.end(),
                                   [&](const Value* source) { return may_be(*source, place, seen); });
            }
            case ValueKind::Field:
                return place.kind == ValueKind::Field ? is_same_field(read, place)
                                                      : is_behind_reference;
            case ValueKind::Global:
                return place.kind == ValueKind::Global ? read.global == place.global
                                                       : is_behind_reference;
            case ValueKind::Convert: return may_be(*read.args[0], place, seen);
            case ValueKind::Deref: return true;
            default: return false;
        }
    }

    bool is_reference(LocalId id) const {
        return function_.locals[id].is_ref || function_.locals[id].is_addressed;
    }

    bool is_same_field(const Value& a, const Value& b) const {
        TypeId of_a = a.args[0]->type, of_b = b.args[0]->type;
        return a.index == b.index && (of_a == of_b || module_.types->is_subclass(of_a, of_b) ||
                                      module_.types->is_subclass(of_b, of_a));
    }

    static Op* op_at(Block& block, size_t i, OpKind kind) {
        if (i >= block.body.size() || block.body[i]->kind != NodeKind::Op) return nullptr;
        Op* op = as<Op>(block.body[i]);
        return op->op == kind ? op : nullptr;
    }

    bool takes_temp(const Op& op, const Op& concat) const {
        return concat.dst.valid() && function_.locals[concat.dst].is_temp && op.args[0].value->is_local(concat.dst);
    }

    bool extends_local(const Op& concat, LocalId x) const {
        const Local& local = function_.locals[x];
        if (local.is_ref || local.ownership != Ownership::Own || !concat.args[0].value->is_local(x)) return false;
        for (size_t i = 1; i < concat.args.size(); ++i) {
            bool mentions = false;
            for_each_local(*concat.args[i].value, [&](LocalId id) { mentions = mentions || id == x; });
            if (mentions) return false;
        }
        return true;
    }

    bool extends_place(const Op& concat, const Value& place) const {
        return place.kind != ValueKind::Element && same_place(*concat.args[0].value, place);
    }

    // The same where the place has been read into a temporary by one of the ops before, which then
    // is taken out of `body`.
    bool extends_reading(const Op& concat, const Value& place, std::vector<Node*>& body) const {
        const Value& old = *concat.args[0].value;
        bool is_temp = old.kind == ValueKind::Local && function_.locals[old.local].is_temp;
        if (!is_temp || place.kind == ValueKind::Element) return false;
        for (size_t i = body.size(); i-- > 0;) {
            if (body[i]->kind != NodeKind::Op) return false;
            const Op& op = *as<Op>(body[i]);
            if (op.op == OpKind::Assign && op.dst == old.local) {
                if (!same_place(*op.args[0].value, place) || mentions(old.local) != 2) return false;
                body.erase(body.begin() + static_cast<std::ptrdiff_t>(i));
                return true;
            }
            if (may_write(op)) return false;
            bool moves_place = false;
            for_each_local(place, [&](LocalId id) { moves_place = moves_place || id == op.dst; });
            if (moves_place) return false;
        }
        return false;
    }

    // A local that is set lets go of what it held.
    bool may_write(const Op& op) const {
        bool is_memory = op.op == OpKind::Store || op.op == OpKind::Take || (effects_of(module_, op) & Stores) != 0;
        return is_memory || (op.dst.valid() && module_.types->reaches_destructor(function_.locals[op.dst].type));
    }

    int mentions(LocalId local) const {
        int count = 0;
        auto look = [&](LocalId id) { count += id == local; };
        for_each_node(*function_.body, [&](Node& node, bool) {
            for_each_value(node, [&](const Value& value) { for_each_local(value, look); });
            if (node.kind == NodeKind::Op) look(as<Op>(&node)->dst);
        });
        return count;
    }

    void append_all(const Op& concat, LocalId x, std::vector<Node*>& body) {
        for (size_t i = 1; i < concat.args.size(); ++i) {
            Op* append = build_.op(OpKind::Append, concat.span);
            append->dst = x;
            append->args = {{build_.local(function_, x)}, concat.args[i]};
            body.push_back(append);
        }
    }

    void append_to_place(Op& concat, Op& store, std::vector<Node*>& body) {
        hold_parts(concat, *store.place, body);
        Op* take = build_.op(OpKind::Take, concat.span);
        take->dst = concat.dst;
        take->place = store.place;
        body.push_back(take);
        append_all(concat, concat.dst, body);
        store.place_is_empty = true;
        body.push_back(&store);
    }

    const Module& module_;
    Function& function_;
    Builder build_;
    std::map<LocalId, std::vector<const Value*>> sources_;  // what is assigned to a local
    Block* block_ = nullptr;                                // that is rewritten
};

}  // namespace

void append_in_place(Module& module) {
    for (Function& function : module.functions)
        if (function.body) Appending(module, function).run();
}

}  // namespace dream::rc
