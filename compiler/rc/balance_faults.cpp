// The part of the ownership verifier that looks at the whole program: a fault may end it where it
// stands only if nobody could have seen the exception pass [fatal].
#include <unordered_set>

#include <fmt/format.h>

#include "ir/print.h"
#include "rc/balance_checker.h"

namespace dream::rc::ledger {

using namespace ir;

namespace {

class FaultCheck {
  public:
    FaultCheck(const Module& module, std::vector<std::string>& errors)
        : module_(module), errors_(errors) {}

    void run() {
        bool has_destructors = false;
        for (const Class& c : module_.classes)
            has_destructors = has_destructors || module_.types->nominal(c.type).has_destructor;
        for (const Function& f : module_.functions)
            if (has_destructors) watch(f);
        // What a watched function calls is watched too; the rest is watched where a try stands.
        for (const Function& f : module_.functions)
            if (f.body) walk(f, *f.body, false);
        while (!work_.empty()) {
            const Function& f = *work_.back();
            work_.pop_back();
            if (f.body) walk(f, *f.body, true);
        }
    }

  private:
    void watch(const Function& f) {
        if (watched_.insert(&f).second) work_.push_back(&f);
    }

    void walk(const Function& f, const Node& node, bool seen) {
        switch (node.kind) {
            case NodeKind::Op: return op(f, *as<Op>(&node), seen);
            case NodeKind::Block:
                for (const Node* inner : as<Block>(&node)->body) walk(f, *inner, seen);
                return;
            case NodeKind::If:
                walk(f, *as<If>(&node)->then_block, seen);
                if (as<If>(&node)->else_block) walk(f, *as<If>(&node)->else_block, seen);
                return;
            case NodeKind::Loop:
                walk(f, *as<Loop>(&node)->head, seen);
                walk(f, *as<Loop>(&node)->body, seen);
                walk(f, *as<Loop>(&node)->step, seen);
                return;
            case NodeKind::Switch:
                for (const Case& c : as<Switch>(&node)->cases) walk(f, *c.body, seen);
                return;
            case NodeKind::Try: {
                const Try& t = *as<Try>(&node);
                walk(f, *t.body, true);
                for (const Catch& c : t.catches) walk(f, *c.body, seen || t.finally_block);
                if (t.finally_block) walk(f, *t.finally_block, seen);
                return;
            }
            case NodeKind::Break:
            case NodeKind::Continue:
            case NodeKind::Return: return;
        }
    }

    void op(const Function& f, const Op& op, bool seen) {
        if (!seen) return;
        if (op.is_fatal)
            errors_.push_back(fmt::format("[fatal] fn {}: `{}` ends the program, but a try or a destructor may be waiting",
                                          name_of(module_, f), text_of(module_, f, op)));
        for (FunctionId callee : targets(module_, op)) watch(module_.functions[callee]);
        // The text of an object is its own function's.
        if (op.op == OpKind::CallRuntime && module_.runtime[op.runtime].releases)
            for (const Class& c : module_.classes)
                if (c.to_string.valid()) watch(module_.functions[c.to_string]);
    }

    const Module& module_;
    std::vector<std::string>& errors_;
    std::unordered_set<const Function*> watched_;
    std::vector<const Function*> work_;
};

}  // namespace

void check_faults(const Module& module, std::vector<std::string>& errors) { FaultCheck(module, errors).run(); }

}  // namespace dream::rc::ledger
