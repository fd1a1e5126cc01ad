// Where each local is declared, and what it is called.
#include "emit/planner.h"

#include <algorithm>

namespace dream::emit {

using namespace ir;

// Whether a jump to a label passes over operation `order` of `at` although `last` is behind it.
bool Planner::is_jumped_over(int at, int order, int last) const {
    return std::any_of(labels_.begin(), labels_.end(), [&](const Label& label) {
        return label.scope == at && label.order > order && label.first_jump < order && last >= label.order;
    });
}

void Planner::place_locals() {
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
    for (size_t i = 0; i < plan_.locals.size(); ++i) {
        const LocalPlan& local = plan_.locals[i];
        if (!local.is_declared) continue;
        Scope& home = scope(local.scope);
        home.declares = true;
        if (local.before) plan_.declared_before[*local.before].push_back(i);
        else if (!local.by && !local.at_entry && !local.in_header) home.declared_at_top.push_back(i);
    }
}

void Planner::place(LocalPlan& made, const Mentions& m) {
    if (scope(m.scope).is_header) {
        // A for declares one variable; what else belongs to the loop stands in front of it.
        if (m.by && plan_.in_header.contains(*m.by) && m.first_scope == m.scope) {
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
    plan_.dropped.add(*m.by);
}

bool Planner::is_taken(const std::string& name, int at) {
    return is_reserved_everywhere(name) || is_used(name, at);
}

bool Planner::is_used(const std::string& name, int at) {
    if (p_.names.has(name)) return true;
    auto named = named_.find(name);
    return named != named_.end() &&
           std::any_of(named->second.begin(), named->second.end(), [&](int scope) { return overlaps(scope, at); });
}

// The first of base2, base3 ... that is free in `at`. Names stay taken, so those tried before are left
// out: in the same scope all, elsewhere those that the outermost scope has taken from everybody.
std::string Planner::numbered(const std::string& base, int at) {
    Numbers& numbers = numbers_[base];
    int& next = numbers.next[at];
    next = std::max(next, numbers.at_top);
    std::string name;
    do name = fmt::format("{}{}", base, next++);
    while (is_taken(name, at));
    if (at == 0 && numbers.at_top == next - 1) numbers.at_top = next;
    return name;
}

std::string Planner::claim(const std::string& wanted, int at, bool is_temp) {
    std::string base = c_identifier(wanted);
    std::string name = base;
    if (is_temp && base.substr(0, 4) == "temp" && base.find_first_not_of("0123456789", 4) == std::string::npos) {
        do name = fmt::format("temp{}", ++temp_count_);
        while (is_taken(name, at));
    } else if (is_temp) {
        if (is_taken(name, at)) name = numbered(base, at);
    } else {
        // A reserved prefix does not go away behind a `_`, but no such name ends in one.
        if (is_taken(name, at)) name += '_';
        while (is_used(name, at)) name += '_';
    }
    named_[name].push_back(at);
    return name;
}

void Planner::name_locals() {
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

}  // namespace dream::emit
