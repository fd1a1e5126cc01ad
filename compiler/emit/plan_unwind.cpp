// Where exceptions go: regions and their labels, what each handler has to release, and the locals
// that it would otherwise find stale.
#include "emit/planner.h"

#include <algorithm>

namespace dream::emit {

using namespace ir;

Region* Planner::make_region(Region::Kind kind, const Block* block, Region* outer) {
    plan_.regions_.push_back(std::make_unique<Region>());
    Region* made = plan_.regions_.back().get();
    made->kind = kind;
    made->block = block;
    made->outer = outer;
    return made;
}

bool Planner::is_throwing(const Op& op) const {
    if (facts_.is_proven(op) || facts_.is_filled(op)) return false;
    if (op.op == OpKind::Throw || op.op == OpKind::Rethrow) return !op.is_fatal;
    return op.throws;
}

void Planner::reach(Region* region, bool by_jump, int scope) {
    Region* stop = stop_of(region);
    stop->is_reached = true;
    jumps_.push_back({order_, stop, scope});
    if (!by_jump) return;
    stop->has_jumps = true;
    stop->first_jump = std::min(stop->first_jump, order_);
}

// The label of a region, and the unwinding behind it.
void Planner::end_region(Region& region, int at) {
    ++order_;
    labels_.push_back({at, order_, region.first_jump});
    find_unwound(region);
    for (const Op* op : region.unwind) mention_op(*op, at);
}

// A local is there to be released if an exception leaves the block that it lives in.
void Planner::find_unwound(Region& region) {
    if (!region.block) return;
    for (const Op* release : region.block->unwind) {
        const Value& value = *release->args[0].value;
        const Block* home = value.kind == ValueKind::Local ? homes_[index(value.local)] : nullptr;
        bool is_there = !home || home == region.block;
        if (!is_there) {
            Extent inside = span_of(*home);
            for (const Jump& jump : jumps_) is_there = is_there || (jump.stop == &region && inside.contains(jump.order));
        }
        if (is_there) region.unwind.push_back(release);
    }
}

void Planner::end_function(int top) {
    if (!region_->is_reached) return;
    int count = 0;
    Jump only;
    for (const Jump& jump : jumps_) {
        if (jump.stop != region_) continue;
        ++count;
        only = jump;
    }
    region_->is_inline = count == 1 && only.scope >= 0;
    if (!region_->is_inline) return end_region(*region_, top);
    find_unwound(*region_);
    int last = std::exchange(order_, only.order);
    for (const Op* op : region_->unwind) mention_op(*op, only.scope);
    order_ = last;
}

// The node that ends `block` in the same C scope: what it throws, or its break, falls into the
// label behind the block.
const Node* Planner::last_node(const Block& block) const {
    std::vector<const Node*> nodes;
    flatten(block, nodes);
    while (!nodes.empty() && nodes.back()->kind == NodeKind::Block && !needs_braces(*as<Block>(nodes.back()))) {
        const Block* inner = as<Block>(nodes.back());
        nodes.clear();
        flatten(*inner, nodes);
    }
    return nodes.empty() ? nullptr : nodes.back();
}

// The numbers of the operations in a block.
Planner::Extent Planner::span_of(const Block& block) const {
    Extent span;
    for_each_node_below(block, [&](const Node& node) {
        int order = orders_[node.index()];
        if (order < 0) return;
        // A Try is numbered at its end, where an exception may go on.
        span.first = std::min(span.first, order);
        span.last = std::max(span.last, order);
    });
    return span;
}

// The handlers of the IR know which locals exist where an exception comes from; behind a label
// of C all locals do. One whose block has been left must not keep its dead pointer while
// something outside of the block can still go to a handler that releases it.
void Planner::find_stale_locals() {
    std::vector<std::pair<const Block*, Extent>> loops;
    for_each_node_below(*function_.body, [&](const Node& node) {
        if (node.kind != NodeKind::Loop) return;
        Extent all;
        for_each_block(node, [&](const Block& part) {
            Extent span = span_of(part);
            all.first = std::min(all.first, span.first);
            all.last = std::max(all.last, span.last);
        });
        loops.push_back({as<Loop>(&node)->body, all});
    });
    for (const auto& region : plan_.regions_) {
        if (!region->block || !region->is_reached || !region->is_stop() || region->is_inline) continue;
        Extent whole = span_of(*region->block);
        for (const Op* release : region->unwind) {
            if (release->op != OpKind::Release || release->args[0].value->kind != ValueKind::Local) continue;
            LocalId id = release->args[0].value->local;
            const Block* home = homes_[index(id)];
            if (!home || home == region->block) continue;
            Extent inside = span_of(*home);
            // The outermost loop of the region around the block.
            Extent again;
            for (const auto& [body, span] : loops) {
                bool is_around = span.first <= inside.first && inside.last <= span.last;
                bool is_longer = span.last - span.first > again.last - again.first;
                if (!is_around || !is_longer) continue;
                bool is_inside = whole.first <= span.first && span.last <= whole.last && !encloses(*body, *region->block);
                if (is_inside) again = span;
            }
            int last_jump = -1;
            bool comes_again = false;
            for (const Jump& jump : jumps_) {
                if (jump.stop != region.get() || inside.contains(jump.order)) continue;
                last_jump = std::max(last_jump, jump.order);
                comes_again = comes_again || again.contains(jump.order);
            }
            if (last_jump >= 0) null_where_emptied(id, *home, comes_again ? INT32_MAX : last_jump);
        }
    }
}

bool Planner::encloses(const Block& outer, const Block& inner) {
    bool found = &outer == &inner;
    for_each_node_below(outer, [&](const Node& node) {
        for_each_block(node, [&](const Block& block) { found = found || &block == &inner; });
    });
    return found;
}

void Planner::null_where_emptied(LocalId id, const Block& home, int last_jump) {
    for_each_node_below(home, [&](const Node& node) {
        if (node.kind != NodeKind::Op || plan_.dropped.contains(node)) return;
        const Op& op = *as<Op>(&node);
        bool empties = op.op == OpKind::Release && op.args[0].value->is_local(id);
        for (const Operand& arg : op.args)
            empties = empties || (arg.transfer == Transfer::Move && arg.value->is_local(id));
        if (!empties || op.dst == id) return;
        int order = orders_[op.index()];
        if (order < 0 || order > last_jump || is_unseen_behind(op, id)) return;
        std::vector<LocalId>& nulls = plan_.nulls_after[op];
        if (std::find(nulls.begin(), nulls.end(), id) == nulls.end()) nulls.push_back(id);
    });
}

}  // namespace dream::emit
