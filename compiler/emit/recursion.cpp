// The functions that may call themselves, directly or through others, and the lines where they do: what
// the runtime reports a stack overflow with in programs that keep no shadow stack.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emit/literals.h"
#include "emit/program.h"
#include "emit/walk.h"
#include "support/components.h"

namespace dream::emit {

using namespace ir;

namespace {

// Functions are its nodes, and behind them groups of functions: all that one virtual call may run, or
// that C or the runtime may call.
class CallGraph {
  public:
    explicit CallGraph(const Program& p) : p_(p), calls_(p.module.functions.size()) {
        std::vector<FunctionId> of_c, of_runtime;
        for (size_t i = 0; i < p_.module.functions.size(); ++i)
            if (FunctionId id = p_.module.functions.id_at(i);
                p_.module.functions[id].callback.valid())
                of_c.push_back(id);
        for (const Class& c : p_.module.classes) {
            if (c.destructor.valid()) of_runtime.push_back(c.destructor);
            if (c.to_string.valid()) of_runtime.push_back(c.to_string);
        }
        of_c_ = make_group(of_c);
        of_runtime_ = make_group(of_runtime);
        for (size_t i = 0; i < p_.module.functions.size(); ++i) find_calls(i);
        components_ = strong_components(calls_.size(), [&](size_t i, auto&& visit) {
            for (const Call& call : calls_[i]) visit(call.target);
        });
    }

    // The lines of `function` with a call that may come back to it, in order.
    std::set<int> recursive_lines(size_t function) const {
        std::set<int> lines;
        for (const Call& call : calls_[function])
            if (components_[call.target] == components_[function] && call.span.valid())
                lines.insert(p_.module.sources->line(call.span));
        return lines;
    }

  private:
    struct Call {
        size_t target;
        Span span;
    };

    static size_t index(FunctionId id) { return static_cast<size_t>(id.index); }

    size_t make_group(const std::vector<FunctionId>& members) {
        std::vector<Call>& made = calls_.emplace_back();
        for (FunctionId id : members) made.push_back({index(id), {}});
        return calls_.size() - 1;
    }

    // What a call leads to.
    size_t target_of(const Op& op) {
        if (op.op == OpKind::Call) return index(op.function);
        auto [group, is_new] = groups_.try_emplace({op.type, op.slot});
        if (is_new) group->second = make_group(implementations_of(p_.module, op.type, op.slot));
        return group->second;
    }

    void find_calls(size_t caller) {
        const Function& f = p_.module.functions[p_.module.functions.id_at(caller)];
        if (f.kind == FunctionKind::Extern) calls_[caller].push_back({of_c_, f.span});
        if (!f.body) return;
        for_each_node_below(*f.body, [&](const Node& node) {
            if (node.kind != NodeKind::Op) return;
            const Op& op = *as<Op>(&node);
            if (op.op == OpKind::Call || op.op == OpKind::CallVirtual) {
                size_t target = target_of(op);
                calls_[caller].push_back({target, op.span});
            }
            bool releases = op.op == OpKind::CallRuntime
                                ? p_.module.runtime[op.runtime].releases
                                : op.op == OpKind::Release && p_.types.reaches_destructor(op.args[0].value->type);
            if (releases) calls_[caller].push_back({of_runtime_, op.span});
        });
    }

    const Program& p_;
    std::vector<std::vector<Call>> calls_;
    std::map<std::pair<TypeId, int>, size_t> groups_;  // by slot
    size_t of_c_, of_runtime_;
    std::vector<size_t> components_;
};

}  // namespace

std::string recursion_table(const Program& p) {
    std::string rows;
    CallGraph graph(p);
    for (size_t i = 0; i < p.module.functions.size(); ++i) {
        FunctionId id = p.module.functions.id_at(i);
        const Function& f = p.module.functions[id];
        std::set<int> lines = graph.recursive_lines(i);
        if (!f.body || lines.empty()) continue;
        std::string place = fmt::format("{} ({}:{})", p.title(id), p.file_name(f.span), fmt::join(lines, ", "));
        rows += fmt::format("    {{\"{}\", {}}},\n", p.function_name(id), quoted(place));
    }
    return rows.empty() ? "" : fmt::format("static const dr_recursion recursions[] = {{\n{}}};\n\n", rows);
}

}  // namespace dream::emit
