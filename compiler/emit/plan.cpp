// See plan.h. One walk over the function in the order of its text, which numbers the operations,
// opens the C scopes and notes every mention of a local; then each local is placed and named.
#include "emit/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace dream::emit {

using namespace ir;

bool Plan::declares_in(int scope) const {
    return std::any_of(locals.begin(), locals.end(),
                       [&](const LocalPlan& local) { return local.is_declared && local.scope == scope; });
}

std::string Plan::fresh_name(const std::string& wanted) { return function_names_.claim(wanted); }

class Planner {
  public:
    Planner(Program& program, FunctionId id, const Facts& facts)
        : p_(program), id_(id), function_(program.module.functions[id]), facts_(facts) {}

    Plan run() {
        size_t count = function_.locals.size();
        plan_.locals.resize(count);
        mentions_.resize(count);
        find_homes();
        list_nodes(*function_.body);
        drop_dead_operations();
        drop_dead_nulls();
        for (const Local& local : function_.locals)
            if (!local.is_temp) ++name_counts_[local.name];

        const Block& body = *function_.body;
        int top = open_scope(-1, false);
        plan_.scopes[&body] = top;
        plan_.function_region = make_region(Region::Kind::Function, &body, nullptr);
        region_ = plan_.function_region;
        walk_body(body, top);
        end_function(top);
        find_stale_locals();
        place_locals();
        name_locals();
        return std::move(plan_);
    }

  private:
    struct Mentions {
        int first = INT32_MAX;
        int last = -1;
        int scope = -1;
        const Op* by = nullptr;  // the first mention, if it only assigns
        int first_scope = -1;
        const Block* at_entry = nullptr;
    };
    struct Label {
        int scope;
        int order;
        int first_jump;
    };

    // ---- what need not be printed ----

    bool has_unread_result(const Op& op, const std::vector<int>& reads) const {
        return op.dst.valid() && !function_.locals[op.dst].is_ref && reads[static_cast<size_t>(op.dst.index)] == 0;
    }

    static bool may_drop(const Op& op) {
        return (op.op == OpKind::Assign && op.args[0].transfer == Transfer::Use) || op.op == OpKind::Take;
    }

    // Whether anything in `block` throws: a lower bound would do no harm, but an unused variable.
    bool throws_below(const Block& block) const {
        bool throws = false;
        for_each_node_below(block, [&](const Node& node) {
            if (node.kind == NodeKind::Op) throws = throws || is_throwing(*as<Op>(&node));
        });
        return throws;
    }

    template <class Visit>
    void for_each_printed_node(const Block& block, Visit& visit) const {
        for (const Node* node : block.body) {
            visit(*node);
            bool is_first = true;
            bool skips_catches = node->kind == NodeKind::Try && !throws_below(*as<Try>(node)->body);
            for_each_block(*node, [&](const Block& inner) {
                bool is_catch = !is_first && &inner != (node->kind == NodeKind::Try ? as<Try>(node)->finally_block : nullptr);
                is_first = false;
                if (skips_catches && is_catch) return;
                for_each_printed_node(inner, visit);
            });
        }
    }

    // Assignments to locals that nobody reads, and then those that only these read.
    void drop_dead_operations() {
        for (bool changed = true; changed;) {
            changed = false;
            std::vector<int> reads(function_.locals.size(), 0);
            auto count = [&](const Node& node) { count_reads(node, reads); };
            for_each_printed_node(*function_.body, count);
            auto drop = [&](const Node& node) {
                if (node.kind != NodeKind::Op || plan_.dropped.count(&node)) return;
                const Op& op = *as<Op>(&node);
                bool is_dead = facts_.is_proven(op) || (may_drop(op) && has_unread_result(op, reads));
                if (is_dead) changed = plan_.dropped.insert(&node).second || changed;
            };
            for_each_printed_node(*function_.body, drop);
            reads_ = std::move(reads);
        }
    }

    void find_homes() {
        auto note = [&](const Block& block) {
            for (LocalId id : block.locals) homes_[id] = &block;
        };
        for (LocalId id : function_.params) homes_[id] = function_.body;
        note(*function_.body);
        for_each_node_below(*function_.body, [&](const Node& node) { for_each_block(node, note); });
    }

    // The rows of nodes that print one after the other, and where each operation stands in them.
    void list_nodes(const Block& block) {
        rows_.emplace_back();
        size_t row = rows_.size() - 1;
        flatten(block, rows_[row]);
        for (size_t i = 0; i < rows_[row].size(); ++i) {
            positions_[rows_[row][i]] = {row, i};
            for_each_block(*rows_[row][i], [&](const Block& inner) { list_nodes(inner); });
        }
    }

    // Whether what `id` holds behind `op` is overwritten, or the function left, before anybody,
    // a handler included, can look.
    bool is_unseen_behind(const Op& op, LocalId id) const {
        auto [row, at] = positions_.at(&op);
        for (size_t i = at + 1; i < rows_[row].size(); ++i) {
            const Node& node = *rows_[row][i];
            if (node.kind == NodeKind::Return) return true;
            if (node.kind != NodeKind::Op) return false;
            if (plan_.dropped.count(&node)) continue;
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

    bool assigns_default(const Op& op) const {
        return op.op == OpKind::Assign && is_default(*op.args[0].value) &&
               p_.types.owns_references(function_.locals[op.dst].type);
    }

    // Nulls that only a check would have shown to a handler, and the check has turned out to hold.
    void drop_dead_nulls() {
        for (const std::vector<const Node*>& row : rows_)
            for (const Node* node : row) {
                if (node->kind != NodeKind::Op || !assigns_default(*as<Op>(node))) continue;
                if (is_unseen_behind(*as<Op>(node), as<Op>(node)->dst)) plan_.dropped.insert(node);
            }
    }

    // ---- locals that handlers find stale ----

    struct Extent {
        int first = INT32_MAX;
        int last = -1;
        bool contains(int order) const { return first <= order && order <= last; }
    };

    // The numbers of the operations in a block.
    Extent span_of(const Block& block) const {
        Extent span;
        for_each_node_below(block, [&](const Node& node) {
            auto found = orders_.find(&node);
            if (found == orders_.end()) return;
            // A Try is numbered at its end, where an exception may go on.
            span.first = std::min(span.first, found->second);
            span.last = std::max(span.last, found->second);
        });
        return span;
    }

    // The handlers of the IR know which locals exist where an exception comes from; behind a label
    // of C all locals do. One whose block has been left must not keep its dead pointer while
    // something outside of the block can still go to a handler that releases it.
    void find_stale_locals() {
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
                auto home = homes_.find(id);
                if (home == homes_.end() || home->second == region->block) continue;
                Extent inside = span_of(*home->second);
                // The outermost loop of the region around the block.
                Extent again;
                for (const auto& [body, span] : loops) {
                    bool is_around = span.first <= inside.first && inside.last <= span.last;
                    bool is_inside = whole.first <= span.first && span.last <= whole.last && !encloses(*body, *region->block);
                    if (is_around && is_inside && span.last - span.first > again.last - again.first) again = span;
                }
                int last_jump = -1;
                bool comes_again = false;
                for (const auto& [order, stop] : jumps_) {
                    if (stop != region.get() || inside.contains(order)) continue;
                    last_jump = std::max(last_jump, order);
                    comes_again = comes_again || again.contains(order);
                }
                if (last_jump >= 0) null_where_emptied(id, *home->second, comes_again ? INT32_MAX : last_jump);
            }
        }
    }

    static bool encloses(const Block& outer, const Block& inner) {
        bool found = &outer == &inner;
        for_each_node_below(outer, [&](const Node& node) {
            for_each_block(node, [&](const Block& block) { found = found || &block == &inner; });
        });
        return found;
    }

    void null_where_emptied(LocalId id, const Block& home, int last_jump) {
        for_each_node_below(home, [&](const Node& node) {
            if (node.kind != NodeKind::Op || plan_.dropped.count(&node)) return;
            const Op& op = *as<Op>(&node);
            bool empties = op.op == OpKind::Release && op.args[0].value->is_local(id);
            for (const Operand& arg : op.args)
                empties = empties || (arg.transfer == Transfer::Move && arg.value->is_local(id));
            if (!empties || op.dst == id) return;
            auto order = orders_.find(&op);
            if (order == orders_.end() || order->second > last_jump || is_unseen_behind(op, id)) return;
            std::vector<LocalId>& nulls = plan_.nulls_after[&op];
            if (std::find(nulls.begin(), nulls.end(), id) == nulls.end()) nulls.push_back(id);
        });
    }

    void count_reads(const Node& node, std::vector<int>& reads) const {
        if (plan_.dropped.count(&node)) return;
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

    // ---- scopes, numbers, mentions ----

    int open_scope(int parent, bool is_loop) {
        Scope scope;
        scope.parent = parent;
        scope.depth = parent < 0 ? 0 : plan_.scope_table[static_cast<size_t>(parent)].depth + 1;
        scope.is_loop = is_loop;
        plan_.scope_table.push_back(std::move(scope));
        return static_cast<int>(plan_.scope_table.size()) - 1;
    }
    Scope& scope(int id) { return plan_.scope_table[static_cast<size_t>(id)]; }

    int common_scope(int a, int b) {
        while (a != b) {
            if (scope(a).depth < scope(b).depth) std::swap(a, b);
            a = scope(a).parent;
        }
        return a;
    }

    void mention(LocalId id, int at, const Op* by = nullptr) {
        Mentions& m = mentions_[static_cast<size_t>(id.index)];
        if (m.last < 0) m.scope = at;
        if (order_ < m.first) {
            m.first = order_;
            m.by = by;
            m.first_scope = at;
        }
        m.scope = common_scope(m.scope, at);
        m.last = std::max(m.last, order_);
    }

    void mention_all(const Value& root, int at) {
        for_each_value_below(root, [&](const Value& value) {
            if (value.kind == ValueKind::Local) mention(value.local, at);
        });
    }

    void mention_op(const Op& op, int at) {
        for (const Operand& arg : op.args)
            if (arg.value) mention_all(*arg.value, at);
        if (op.place) mention_all(*op.place, at);
        if (op.dst.valid() && is_wanted(op.dst)) {
            Mentions& m = mentions_[static_cast<size_t>(op.dst.index)];
            mention(op.dst, at, m.last < 0 ? &op : nullptr);
        }
    }

    // Whether results are put into the local at all.
    bool is_wanted(LocalId id) const {
        return reads_[static_cast<size_t>(id.index)] > 0 || function_.locals[id].is_ref;
    }

    // ---- regions ----

    Region* make_region(Region::Kind kind, const Block* block, Region* outer) {
        plan_.regions_.push_back(std::make_unique<Region>());
        Region* made = plan_.regions_.back().get();
        made->kind = kind;
        made->block = block;
        made->outer = outer;
        return made;
    }

    bool is_throwing(const Op& op) const {
        if (facts_.is_proven(op) || facts_.is_filled(op)) return false;
        if (op.op == OpKind::Throw || op.op == OpKind::Rethrow) return !op.is_fatal;
        return op.throws;
    }

    void reach(Region* region, bool by_jump) {
        Region* stop = stop_of(region);
        stop->is_reached = true;
        jumps_.push_back({order_, stop});
        if (!by_jump) return;
        stop->has_jumps = true;
        stop->first_jump = std::min(stop->first_jump, order_);
    }

    // The label of a region, and the unwinding behind it.
    void end_region(Region& region, int at) {
        ++order_;
        labels_.push_back({at, order_, region.first_jump});
        find_unwound(region);
        for (const Op* op : region.unwind) mention_op(*op, at);
    }

    // A local is there to be released if an exception leaves the block that it lives in.
    void find_unwound(Region& region) {
        if (!region.block) return;
        for (const Op* release : region.block->unwind) {
            const Value& value = *release->args[0].value;
            auto home = value.kind == ValueKind::Local ? homes_.find(value.local) : homes_.end();
            bool is_there = home == homes_.end() || home->second == region.block;
            if (!is_there) {
                Extent inside = span_of(*home->second);
                for (const auto& [order, stop] : jumps_) is_there = is_there || (stop == &region && inside.contains(order));
            }
            if (is_there) region.unwind.push_back(release);
        }
    }

    void end_function(int top) {
        if (!region_->is_reached) return;
        int count = 0, only = 0;
        for (const auto& [order, stop] : jumps_) {
            if (stop != region_) continue;
            ++count;
            only = order;
        }
        region_->is_inline = count == 1 && jump_scopes_.count(only) != 0;
        if (!region_->is_inline) return end_region(*region_, top);
        find_unwound(*region_);
        int last = std::exchange(order_, only);
        for (const Op* op : region_->unwind) mention_op(*op, jump_scopes_.at(only));
        order_ = last;
    }

    // The node that ends `block` in the same C scope: what it throws, or its break, falls into the
    // label behind the block.
    const Node* last_node(const Block& block) const {
        std::vector<const Node*> nodes;
        flatten(block, nodes);
        while (!nodes.empty() && nodes.back()->kind == NodeKind::Block && !needs_braces(*as<Block>(nodes.back()))) {
            const Block* inner = as<Block>(nodes.back());
            nodes.clear();
            flatten(*inner, nodes);
        }
        return nodes.empty() ? nullptr : nodes.back();
    }

    // ---- the walk ----

    // Braces only where they keep variables of the same name apart.
    bool needs_braces(const Block& block) const {
        if (block.is_statement) return false;
        LocalId header = header_local(block);
        for (LocalId id : block.locals) {
            const Local& local = function_.locals[id];
            if (local.is_temp || id == header) continue;
            auto found = name_counts_.find(local.name);
            if (found != name_counts_.end() && found->second > 1) return true;
        }
        return false;
    }

    // The variable of `for (int i = 0; ...)` when that is all that `block` holds.
    LocalId header_local(const Block& block) const {
        std::vector<const Node*> nodes;
        flatten(block, nodes);
        if (nodes.size() < 2 || nodes[0]->kind != NodeKind::Op || nodes[1]->kind != NodeKind::Loop) return {};
        const Op& init = *as<Op>(nodes[0]);
        return is_for(*as<Loop>(nodes[1])) && is_init_of(init, *as<Loop>(nodes[1])) ? init.dst : LocalId();
    }

    bool is_simple_assign(const Node& node) const {
        if (node.kind != NodeKind::Op) return false;
        const Op& op = *as<Op>(&node);
        return op.op == OpKind::Assign && op.args[0].transfer == Transfer::Use &&
               p_.types.is_numeric(function_.locals[op.dst].type);
    }

    bool is_for(const Loop& loop) const {
        std::vector<const Node*> steps;
        flatten(*loop.step, steps);
        if (loop.is_do || steps.empty() || steps.size() > 3) return false;
        return std::all_of(steps.begin(), steps.end(), [&](const Node* node) { return is_simple_assign(*node); });
    }

    bool is_init_of(const Op& op, const Loop& loop) const {
        if (!is_simple_assign(op) || !is_wanted(op.dst) || function_.locals[op.dst].is_ref) return false;
        std::vector<const Node*> steps;
        flatten(*loop.step, steps);
        return std::any_of(steps.begin(), steps.end(), [&](const Node* node) { return as<Op>(node)->dst == op.dst; });
    }

    void walk_body(const Block& block, int at) {
        std::vector<const Node*> nodes;
        flatten(block, nodes);
        for (size_t i = 0; i < nodes.size(); ++i) {
            const Node& node = *nodes[i];
            ++order_;
            if (node.kind == NodeKind::Block) {
                walk_block(*as<Block>(&node), at);
            } else {
                bool starts_for = i + 1 < nodes.size() && node.kind == NodeKind::Op &&
                                  nodes[i + 1]->kind == NodeKind::Loop && is_for(*as<Loop>(nodes[i + 1])) &&
                                  !plan_.dropped.count(&node) && is_init_of(*as<Op>(&node), *as<Loop>(nodes[i + 1]));
                if (starts_for) {
                    plan_.in_header.insert(as<Op>(&node));
                    plan_.loops[nodes[i + 1]].init.push_back(as<Op>(&node));
                } else {
                    scope(at).nodes.push_back({order_, &node});
                    walk(node, at);
                }
            }
            if (!falls_through(node)) return;  // nothing behind it can run
        }
    }

    void walk_block(const Block& block, int at) {
        if (!needs_braces(block)) return walk_body(block, at);
        scope(at).nodes.push_back({order_, &block});
        int inner = open_scope(at, false);
        plan_.scopes[&block] = inner;
        walk_body(block, inner);
    }

    void walk_inner(const Block& block, int parent, bool is_loop) {
        int inner = open_scope(parent, is_loop);
        plan_.scopes[&block] = inner;
        walk_body(block, inner);
    }

    void walk(const Node& node, int at) {
        switch (node.kind) {
            case NodeKind::Op: walk_op(*as<Op>(&node), at); break;
            case NodeKind::Block: walk_block(*as<Block>(&node), at); break;
            case NodeKind::If:
                mention_all(*as<If>(&node)->condition, at);
                walk_inner(*as<If>(&node)->then_block, at, false);
                if (as<If>(&node)->else_block) walk_inner(*as<If>(&node)->else_block, at, false);
                break;
            case NodeKind::Loop: walk_loop(*as<Loop>(&node), at); break;
            case NodeKind::Switch: {
                const Switch& chosen = *as<Switch>(&node);
                mention_all(*chosen.subject, at);
                breakable_.push_back(&node);
                for (const Case& c : chosen.cases) walk_inner(*c.body, at, false);
                breakable_.pop_back();
                break;
            }
            case NodeKind::Try: walk_try(*as<Try>(&node), at); break;
            case NodeKind::Break: walk_break(*as<Break>(&node)); break;
            case NodeKind::Continue: walk_continue(*as<Continue>(&node)); break;
            case NodeKind::Return:
                if (as<Return>(&node)->value.value) mention_all(*as<Return>(&node)->value.value, at);
                break;
        }
    }

    void walk_op(const Op& op, int at) {
        if (plan_.dropped.count(&op)) return;
        orders_[&op] = order_;
        mention_op(op, at);
        if (!is_throwing(op)) return;
        plan_.handlers[&op] = region_;
        jump_scopes_[order_] = at;
        bool is_check = op.op >= OpKind::CheckNull && op.op <= OpKind::CheckCast;
        bool falls = !is_check && tails_.count(&op) != 0;
        if (falls) plan_.falls_into_handler.insert(&op);
        reach(region_, !falls);
    }

    // A loop that C might take to end although it does not: nothing but plain locals changes.
    bool is_pure(const Loop& loop) const {
        bool is_pure = true;
        for_each_block(loop, [&](const Block& block) {
            for_each_node_below(block, [&](const Node& node) {
                if (node.kind == NodeKind::Try) is_pure = false;
                if (node.kind == NodeKind::Op && as<Op>(&node)->op != OpKind::Assign && !plan_.dropped.count(&node))
                    is_pure = false;
            });
        });
        return is_pure;
    }

    void walk_loop(const Loop& loop, int at) {
        LoopPlan& made = plan_.loops[&loop];
        std::vector<const Node*> head, steps;
        flatten(*loop.head, head);
        flatten(*loop.step, steps);
        made.is_for = is_for(loop);
        bool is_endless = loop.condition && !loop.condition->is_constant() && is_pure(loop) && !facts_.is_counted(loop);
        made.tests_inside = loop.condition && (is_endless || (!loop.is_do && !head.empty()));
        int outer = at;
        if (made.is_for) {
            outer = made.header_scope = open_scope(at, false);
            for (const Op* init : made.init) mention_op(*init, outer);
        }
        int inner = open_scope(outer, true);
        plan_.scopes[loop.body] = inner;
        ++order_;
        int test_scope = made.tests_inside ? inner : outer;
        if (!loop.is_do) {
            walk_body(*loop.head, inner);
            if (loop.condition) mention_all(*loop.condition, test_scope);
        }
        breakable_.push_back(&loop);
        walk_body(*loop.body, inner);
        breakable_.pop_back();
        ++order_;
        if (!made.next_label.empty()) labels_.push_back({inner, order_, 0});
        if (loop.is_do) {
            walk_body(*loop.head, inner);
            if (loop.condition) mention_all(*loop.condition, test_scope);
        }
        if (made.is_for) {
            for (const Node* step : steps) {
                ++order_;
                made.steps.push_back(as<Op>(step));
                if (!plan_.dropped.count(step)) mention_op(*as<Op>(step), outer);
            }
        } else {
            walk_body(*loop.step, inner);
        }
    }

    std::string next_label() { return fmt::format("next_{}", ++next_count_); }

    void walk_break(const Break& exit) {
        if (exit.target->kind == NodeKind::Try) {
            Region* entry = plan_.tries[as<Try>(exit.target)].entry;
            if (!entry) {
                std::string& label = plan_.ends[exit.target];
                if (label.empty()) label = next_label();
                return;
            }
            // Nothing stands between the end of a try without catches and its finally.
            const Try& target = *as<Try>(exit.target);
            if (target.catches.empty() && tails_.count(&exit)) {
                plan_.dropped.insert(&exit);
                return;
            }
            entry->has_jumps = true;
            entry->first_jump = std::min(entry->first_jump, order_);
            return;
        }
        if (!breakable_.empty() && breakable_.back() == exit.target) return;
        std::string& label = plan_.ends[exit.target];
        if (label.empty()) label = next_label();
    }

    void walk_continue(const Continue& exit) {
        const Loop& loop = *as<Loop>(exit.target);
        LoopPlan& made = plan_.loops[&loop];
        bool is_innermost = false;
        for (size_t i = breakable_.size(); i-- > 0;)
            if (breakable_[i]->kind == NodeKind::Loop) {
                is_innermost = breakable_[i] == &loop;
                break;
            }
        bool has_tail = !made.is_for && !loop.step->body.empty();
        if (loop.is_do) has_tail = made.tests_inside || !loop.head->body.empty();
        if (is_innermost && !has_tail) return;
        if (made.next_label.empty()) made.next_label = next_label();
    }

    void walk_try(const Try& node, int at) {
        TryPlan made;
        Region* outer = region_;
        int number = ++try_count_;
        made.body = make_region(Region::Kind::Try, node.body, outer);
        made.body->label = fmt::format("{}_{}", node.catches.empty() ? "finally" : "catch", number);
        if (node.finally_block) {
            made.entry = make_region(Region::Kind::Entry, nullptr, outer);
            made.entry->label = fmt::format("finally_{}", number);
            made.body->outer = made.entry;
        }
        for (const Catch& c : node.catches) made.catches_all = made.catches_all || c.type == p_.module.exception;
        plan_.tries[&node] = made;

        if (const Node* last = last_node(*node.body)) tails_.insert(last);
        region_ = made.body;
        walk_body(*node.body, at);
        region_ = outer;
        end_region(*made.body, at);
        if (made.body->is_reached) {
            for (const Catch& c : node.catches) made.catches.push_back(walk_catch(c, made, at));
            if (node.catches.empty()) {
                if (made.entry) made.entry->is_reached = true;
            } else if (!made.catches_all) {
                // With a finally the label follows at once.
                ++order_;
                if (made.entry) made.entry->is_reached = true;
                else reach(outer, true);
            }
        }
        if (node.finally_block) walk_finally(*node.finally_block, made, at);
        orders_[&node] = ++order_;
        plan_.tries[&node] = made;
    }

    Region* walk_catch(const Catch& c, const TryPlan& made, int at) {
        Region* outer = region_;
        Region* region = make_region(Region::Kind::Catch, c.body, made.entry ? made.entry : outer);
        int inner = open_scope(at, false);
        plan_.scopes[c.body] = inner;
        ++order_;
        if (c.exception.valid() && is_wanted(c.exception)) {
            mention(c.exception, inner);
            mentions_[static_cast<size_t>(c.exception.index)].at_entry = c.body;
        }
        if (const Node* last = region->is_stop() ? last_node(*c.body) : nullptr) tails_.insert(last);
        region_ = region;
        walk_body(*c.body, inner);
        region_ = outer;
        if (region->is_stop() && region->is_reached) {
            region->label = next_label();
            end_region(*region, inner);
            ++order_;
            reach(region->outer, region->outer->kind != Region::Kind::Entry);
        }
        return region;
    }

    void walk_finally(const Block& block, TryPlan& made, int at) {
        Region* outer = region_;
        end_region(*made.entry, at);
        Region* region = made.finally_region = make_region(Region::Kind::Finally, &block, outer);
        region->keeps_pending = made.entry->is_reached;
        if (const Node* last = region->is_stop() ? last_node(block) : nullptr) tails_.insert(last);
        region_ = region;
        walk_body(block, at);
        region_ = outer;
        bool throws_on = region->is_stop() && (region->is_reached || region->keeps_pending);
        if (region->is_stop() && region->is_reached) region->label = next_label();
        if (throws_on) {
            end_region(*region, at);
            ++order_;
            reach(outer, true);
        }
    }

    // ---- placing ----

    // Whether a jump to a label passes over operation `order` of `at` although `last` is behind it.
    bool is_jumped_over(int at, int order, int last) const {
        return std::any_of(labels_.begin(), labels_.end(), [&](const Label& label) {
            return label.scope == at && label.order > order && label.first_jump < order && last >= label.order;
        });
    }

    void place_locals() {
        for (size_t i = 0; i < plan_.locals.size(); ++i) {
            LocalId id(static_cast<int32_t>(i));
            const Local& local = function_.locals[id];
            const Mentions& m = mentions_[i];
            if (local.is_param || m.last < 0) continue;
            LocalPlan& made = plan_.locals[i];
            made.is_declared = true;
            made.scope = m.scope;
            if (m.at_entry && m.scope == m.first_scope) {
                made.at_entry = true;
                continue;
            }
            place(made, m);
        }
    }

    void place(LocalPlan& made, const Mentions& m) {
        if (is_header(m.scope)) {
            // A for declares one variable; what else belongs to the loop stands in front of it.
            if (m.by && plan_.in_header.count(m.by) && m.first_scope == m.scope) {
                made.in_header = true;
                made.by = m.by;
                return;
            }
            made.scope = scope(m.scope).parent;
        }
        bool is_hoisted = is_jumped_over(made.scope, m.first, m.last);
        if (!is_hoisted && m.by && m.first_scope == made.scope) {
            made.by = m.by;
            return;
        }
        const std::vector<std::pair<int, const Node*>>& nodes = scope(made.scope).nodes;
        auto after = std::upper_bound(nodes.begin(), nodes.end(), m.first,
                                      [](int order, const auto& entry) { return order < entry.first; });
        if (after != nodes.begin()) {
            const auto& [order, node] = *std::prev(after);
            if (!is_hoisted && !is_jumped_over(made.scope, order, m.last)) made.before = node;
        }
        // It starts as null: to say so again is of use only in a loop.
        if (!m.by || !assigns_default(*m.by)) return;
        for (int at = m.first_scope; at != made.scope; at = scope(at).parent)
            if (scope(at).is_loop) return;
        plan_.dropped.insert(m.by);
    }

    static bool is_default(const Value& value) {
        return value.kind == ValueKind::Null || value.kind == ValueKind::Zero;
    }

    bool is_header(int at) const {
        for (const auto& [node, loop] : plan_.loops)
            if (loop.header_scope == at) return true;
        return false;
    }

    // ---- naming ----

    bool overlaps(int a, int b) { return common_scope(a, b) == a || common_scope(a, b) == b; }

    bool is_taken(const std::string& name, int at) {
        if (p_.names.has(name) || is_reserved_everywhere(name)) return true;
        auto [begin, end] = named_.equal_range(name);
        return std::any_of(begin, end, [&](const auto& entry) { return overlaps(entry.second, at); });
    }

    std::string claim(const std::string& wanted, int at, bool is_temp) {
        std::string base = c_identifier(wanted);
        std::string name = base;
        if (is_temp && base.substr(0, 4) == "temp" && base.find_first_not_of("0123456789", 4) == std::string::npos) {
            do name = fmt::format("temp{}", ++temp_count_);
            while (is_taken(name, at));
        } else if (is_temp) {
            for (int n = 2; is_taken(name, at); ++n) name = fmt::format("{}{}", base, n);
        } else {
            while (is_taken(name, at)) name += '_';
        }
        named_.emplace(name, at);
        plan_.function_names_.take(name);
        return name;
    }

    void name_locals() {
        bool is_override = function_.kind == FunctionKind::Method && !function_.params.empty() &&
                           p_.types.is(function_.owner, TypeKind::Class) &&
                           p_.receiver_class(id_) != function_.owner;
        for (size_t i = 0; i < function_.params.size(); ++i) {
            LocalId id = function_.params[i];
            std::string name = claim(function_.locals[id].name, 0, false);
            plan_.locals[static_cast<size_t>(id.index)].name = name;
            plan_.params.push_back(name);
        }
        if (is_override) {
            plan_.casts_receiver = true;
            plan_.params[0] = claim("self", 0, false);
        }
        std::vector<size_t> order;
        for (size_t i = 0; i < plan_.locals.size(); ++i)
            if (plan_.locals[i].is_declared) order.push_back(i);
        // Names of the source first, in order of declaration, then temporaries as they come.
        std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
            bool a_temp = function_.locals[LocalId(static_cast<int32_t>(a))].is_temp;
            bool b_temp = function_.locals[LocalId(static_cast<int32_t>(b))].is_temp;
            if (a_temp != b_temp) return b_temp;
            return a_temp && mentions_[a].first < mentions_[b].first;
        });
        for (size_t i : order) {
            const Local& local = function_.locals[LocalId(static_cast<int32_t>(i))];
            plan_.locals[i].name = claim(local.name, plan_.locals[i].scope, local.is_temp);
        }
    }

    Program& p_;
    FunctionId id_;
    const Function& function_;
    const Facts& facts_;
    Plan plan_;
    std::vector<int> reads_;
    std::vector<Mentions> mentions_;
    std::vector<Label> labels_;
    std::vector<const Node*> breakable_;
    std::unordered_set<const Node*> tails_;
    std::map<LocalId, const Block*> homes_;  // the block that lists a local
    std::vector<std::vector<const Node*>> rows_;
    std::unordered_map<const Node*, std::pair<size_t, size_t>> positions_;  // row and place in it
    std::unordered_map<const Node*, int> orders_;                           // of operations
    std::vector<std::pair<int, Region*>> jumps_;                            // where exceptions go
    std::map<int, int> jump_scopes_;  // the C scope of each operation that throws, by number
    std::map<std::string, int> name_counts_;
    std::multimap<std::string, int> named_;
    Region* region_ = nullptr;
    int order_ = 0;
    int next_count_ = 0;
    int try_count_ = 0;
    int temp_count_ = 0;
};

Plan make_plan(Program& program, FunctionId id, const Facts& facts) {
    return Planner(program, id, facts).run();
}

}  // namespace dream::emit
