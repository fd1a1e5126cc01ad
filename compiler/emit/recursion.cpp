// The functions that may call themselves, directly or through others, and the lines where they do: what
// the runtime reports a stack overflow with in programs that keep no shadow stack.
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emit/literals.h"
#include "emit/program.h"
#include "emit/walk.h"
#include "ir/visit.h"
#include "support/components.h"

namespace dream::emit {

using namespace ir;

namespace {

class CallGraph {
  public:
    explicit CallGraph(const Program& p) : p_(p), calls_(p.module.functions.size()) {
        for (size_t i = 0; i < calls_.size(); ++i) {
            const Function& f = p_.module.functions[p_.module.functions.id_at(i)];
            if (f.callback.valid()) of_c_.push_back(i);
        }
        for (const Class& c : p_.module.classes) {
            if (c.destructor.valid()) of_runtime_.push_back(index(c.destructor));
            if (c.to_string.valid()) of_runtime_.push_back(index(c.to_string));
        }
        for (size_t i = 0; i < calls_.size(); ++i) find_calls(i);
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

    void find_calls(size_t caller) {
        const Function& f = p_.module.functions[p_.module.functions.id_at(caller)];
        auto add_all = [&](const std::vector<size_t>& targets, Span span) {
            for (size_t target : targets) calls_[caller].push_back({target, span});
        };
        if (f.kind == FunctionKind::Extern) add_all(of_c_, f.span);
        if (!f.body) return;
        for_each_node_below(*f.body, [&](const Node& node) {
            if (node.kind != NodeKind::Op) return;
            const Op& op = *as<Op>(&node);
            for_each_callee(p_.module, op, [&](FunctionId id) { calls_[caller].push_back({index(id), op.span}); });
            bool releases = op.op == OpKind::CallRuntime
                                ? p_.module.runtime[op.runtime].releases
                                : op.op == OpKind::Release && p_.types.reaches_destructor(op.args[0].value->type);
            if (releases) add_all(of_runtime_, op.span);
        });
    }

    const Program& p_;
    std::vector<std::vector<Call>> calls_;
    std::vector<size_t> of_c_, of_runtime_;  // functions that C, the runtime may call whenever it is called
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
