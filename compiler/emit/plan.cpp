// See plan.h: the walk over the function, its C scopes, and the form of loops.
#include "emit/planner.h"

#include <algorithm>

namespace dream::emit {

using namespace ir;

std::string Plan::fresh_name(const std::string& wanted) {
    if (!has_names_) {
        has_names_ = true;
        for (const LocalPlan& local : locals) names_.take(local.name);
        for (const std::string& param : params) names_.take(param);
    }
    return names_.claim(wanted);
}

Plan Planner::run() {
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
    plan_.scopes[body.index()] = top;
    plan_.function_region = make_region(Region::Kind::Function, &body, nullptr);
    region_ = plan_.function_region;
    walk_body(body, top);
    end_function(top);
    find_stale_locals();
    place_locals();
    name_locals();
    return std::move(plan_);
}

int Planner::open_scope(int parent, bool is_loop) {
    Scope scope;
    scope.parent = parent;
    scope.depth = parent < 0 ? 0 : plan_.scope_table[static_cast<size_t>(parent)].depth + 1;
    scope.is_loop = is_loop;
    plan_.scope_table.push_back(std::move(scope));
    return static_cast<int>(plan_.scope_table.size()) - 1;
}

int Planner::common_scope(int a, int b) {
    while (a != b) {
        if (scope(a).depth < scope(b).depth) std::swap(a, b);
        a = scope(a).parent;
    }
    return a;
}

void Planner::mention(LocalId id, int at, const Op* by) {
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

void Planner::mention_all(const Value& root, int at) {
    for_each_value_below(root, [&](const Value& value) {
        if (value.kind == ValueKind::Local) mention(value.local, at);
    });
}

void Planner::mention_op(const Op& op, int at) {
    for (const Operand& arg : op.args)
        if (arg.value) mention_all(*arg.value, at);
    if (op.place) mention_all(*op.place, at);
    if (op.dst.valid() && is_wanted(op.dst)) {
        Mentions& m = mentions_[static_cast<size_t>(op.dst.index)];
        mention(op.dst, at, m.last < 0 ? &op : nullptr);
    }
}

// Whether results are put into the local at all.
bool Planner::is_wanted(LocalId id) const {
    return reads_[static_cast<size_t>(id.index)] > 0 || function_.locals[id].is_ref;
}

// Braces only where they keep variables of the same name apart.
bool Planner::needs_braces(const Block& block) const {
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
LocalId Planner::header_local(const Block& block) const {
    std::vector<const Node*> nodes;
    flatten(block, nodes);
    if (nodes.size() < 2 || nodes[0]->kind != NodeKind::Op || nodes[1]->kind != NodeKind::Loop) return {};
    const Op& init = *as<Op>(nodes[0]);
    return is_for(*as<Loop>(nodes[1])) && is_init_of(init, *as<Loop>(nodes[1])) ? init.dst : LocalId();
}

bool Planner::is_simple_assign(const Node& node) const {
    if (node.kind != NodeKind::Op) return false;
    const Op& op = *as<Op>(&node);
    return op.op == OpKind::Assign && op.args[0].transfer == Transfer::Use &&
           p_.types.is_numeric(function_.locals[op.dst].type);
}

bool Planner::is_for(const Loop& loop) const {
    std::vector<const Node*> steps;
    flatten(*loop.step, steps);
    if (loop.is_do || steps.empty() || steps.size() > 3) return false;
    return std::all_of(steps.begin(), steps.end(), [&](const Node* node) { return is_simple_assign(*node); });
}

bool Planner::is_init_of(const Op& op, const Loop& loop) const {
    if (!is_simple_assign(op) || !is_wanted(op.dst) || function_.locals[op.dst].is_ref) return false;
    std::vector<const Node*> steps;
    flatten(*loop.step, steps);
    return std::any_of(steps.begin(), steps.end(), [&](const Node* node) { return as<Op>(node)->dst == op.dst; });
}

// A pointer to a local is good to the end of the local's block.
void Planner::pin_addressed(const Block& block, int at) {
    for (LocalId id : block.locals) {
        bool is_mentioned = mentions_[static_cast<size_t>(id.index)].last >= 0;
        if (function_.locals[id].is_addressed && is_mentioned) mention(id, at);
    }
}

void Planner::walk_body(const Block& block, int at) {
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
                              !plan_.dropped.contains(node) && is_init_of(*as<Op>(&node), *as<Loop>(nodes[i + 1]));
            if (starts_for) {
                plan_.in_header.add(node);
                plan_.loops[*nodes[i + 1]].init.push_back(as<Op>(&node));
            } else {
                scope(at).nodes.push_back({order_, &node});
                walk(node, at);
            }
        }
        if (!falls_through(node)) break;  // nothing behind it can run
    }
    pin_addressed(block, at);
}

void Planner::walk_block(const Block& block, int at) {
    if (!needs_braces(block)) return walk_body(block, at);
    scope(at).nodes.push_back({order_, &block});
    int inner = open_scope(at, false);
    plan_.scopes[block.index()] = inner;
    walk_body(block, inner);
}

void Planner::walk_inner(const Block& block, int parent, bool is_loop) {
    int inner = open_scope(parent, is_loop);
    plan_.scopes[block.index()] = inner;
    walk_body(block, inner);
}

void Planner::walk(const Node& node, int at) {
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

void Planner::walk_op(const Op& op, int at) {
    if (plan_.dropped.contains(op)) return;
    orders_[op.index()] = order_;
    mention_op(op, at);
    if (!is_throwing(op)) return;
    plan_.handlers[op.index()] = region_;
    bool is_check = op.op >= OpKind::CheckNull && op.op <= OpKind::CheckCast;
    bool falls = !is_check && tails_.contains(op);
    if (falls) plan_.falls_into_handler.add(op);
    reach(region_, !falls, at);
}

// A loop that C might take to end although it does not: nothing but plain locals changes.
bool Planner::is_pure(const Loop& loop) const {
    bool is_pure = true;
    for_each_block(loop, [&](const Block& block) {
        for_each_node_below(block, [&](const Node& node) {
            if (node.kind == NodeKind::Try) is_pure = false;
            if (node.kind == NodeKind::Op && as<Op>(&node)->op != OpKind::Assign && !plan_.dropped.contains(node))
                is_pure = false;
        });
    });
    return is_pure;
}

void Planner::walk_loop(const Loop& loop, int at) {
    LoopPlan& made = plan_.loops[loop];
    std::vector<const Node*> head, steps;
    flatten(*loop.head, head);
    flatten(*loop.step, steps);
    made.is_for = is_for(loop);
    bool is_endless = loop.condition && !loop.condition->is_constant() && is_pure(loop) && !facts_.is_counted(loop);
    made.tests_inside = loop.condition && (is_endless || (!loop.is_do && !head.empty()));
    int outer = at;
    if (made.is_for) {
        outer = open_scope(at, false);
        scope(outer).is_header = true;
        for (const Op* init : made.init) mention_op(*init, outer);
    }
    int inner = open_scope(outer, true);
    plan_.scopes[loop.body->index()] = inner;
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
            if (!plan_.dropped.contains(*step)) mention_op(*as<Op>(step), outer);
        }
    } else {
        walk_body(*loop.step, inner);
    }
}

void Planner::walk_break(const Break& exit) {
    if (exit.target->kind == NodeKind::Try) {
        Region* entry = plan_.tries[*exit.target].entry;
        if (!entry) {
            std::string& label = plan_.ends[*exit.target];
            if (label.empty()) label = next_label();
            return;
        }
        // Nothing stands between the end of a try without catches and its finally.
        const Try& target = *as<Try>(exit.target);
        if (target.catches.empty() && tails_.contains(exit)) {
            plan_.dropped.add(exit);
            return;
        }
        entry->has_jumps = true;
        entry->first_jump = std::min(entry->first_jump, order_);
        return;
    }
    if (!breakable_.empty() && breakable_.back() == exit.target) return;
    std::string& label = plan_.ends[*exit.target];
    if (label.empty()) label = next_label();
}

void Planner::walk_continue(const Continue& exit) {
    const Loop& loop = *as<Loop>(exit.target);
    LoopPlan& made = plan_.loops[loop];
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

void Planner::walk_try(const Try& node, int at) {
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
    plan_.tries[node] = made;

    if (const Node* last = last_node(*node.body)) tails_.add(*last);
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
    orders_[node.index()] = ++order_;
    plan_.tries[node] = made;
}

Region* Planner::walk_catch(const Catch& c, const TryPlan& made, int at) {
    Region* outer = region_;
    Region* region = make_region(Region::Kind::Catch, c.body, made.entry ? made.entry : outer);
    int inner = open_scope(at, false);
    plan_.scopes[c.body->index()] = inner;
    ++order_;
    if (c.exception.valid() && is_wanted(c.exception)) {
        mention(c.exception, inner);
        mentions_[static_cast<size_t>(c.exception.index)].at_entry = c.body;
    }
    if (const Node* last = region->is_stop() ? last_node(*c.body) : nullptr) tails_.add(*last);
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

void Planner::walk_finally(const Block& block, TryPlan& made, int at) {
    Region* outer = region_;
    end_region(*made.entry, at);
    Region* region = made.finally_region = make_region(Region::Kind::Finally, &block, outer);
    region->keeps_pending = made.entry->is_reached;
    if (const Node* last = region->is_stop() ? last_node(block) : nullptr) tails_.add(*last);
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

Plan make_plan(Program& program, FunctionId id, const Facts& facts) {
    return Planner(program, id, facts).run();
}

}  // namespace dream::emit
