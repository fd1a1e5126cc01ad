// How one function will look in C, decided before a line of it is written: where C's braces are,
// where each local is declared and what it is called, which form a loop takes, and which labels
// exist, so that nothing is declared or labelled that is not used.
//
// C scopes. Statement blocks, blocks of the source without a variable of their own, and the bodies
// of `try` and `finally` print without braces. A local is declared in the smallest pair of braces
// that holds all its mentions, but not inside a loop that it outlives.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emit/facts.h"
#include "emit/program.h"
#include "ir/node_table.h"

namespace dream::emit {

// A pair of braces.
struct Scope {
    int parent = -1;
    int depth = 0;
    bool is_loop = false;
    bool is_header = false;  // of a for
    // Nodes directly in it, by the number of their first operation.
    std::vector<std::pair<int, const ir::Node*>> nodes;
    bool declares = false;                // some local belongs to it
    std::vector<size_t> declared_at_top;  // locals
};

struct LocalPlan {
    bool is_declared = false;           // mentioned at all, and not a parameter
    std::string name;
    int scope = -1;
    const ir::Op* by = nullptr;         // declared by its first assignment,
    const ir::Node* before = nullptr;   // or in front of this node of the scope,
    bool at_entry = false;              // or by the handler that it belongs to,
    bool in_header = false;             // or in the header of a for; else at the top of the scope.
};

// A block that exceptions leave: of the function, a try, a catch or a finally; or the entry of a
// finally, where they come from the try and its catches.
struct Region {
    enum class Kind { Function, Try, Catch, Entry, Finally };
    Kind kind;
    const ir::Block* block = nullptr;  // null: Entry
    std::vector<const ir::Op*> unwind; // what of block->unwind some exception finds to release
    Region* outer = nullptr;           // where what leaves this region goes on
    std::string label;
    bool is_reached = false;           // something inside throws to it
    bool has_jumps = false;            // its label is the target of a goto
    bool is_inline = false;            // Function: left from one place, which releases by itself
    bool keeps_pending = false;        // Finally: an exception is put aside while it runs
    int first_jump = INT32_MAX;        // number of the first operation that goes there

    // Whether exceptions stop here to release something or to be caught. The others go on to
    // `outer`; a function without a label returns.
    bool is_stop() const {
        return kind == Kind::Function || kind == Kind::Try || kind == Kind::Entry || keeps_pending ||
               !block->unwind.empty();
    }
};

inline Region* stop_of(Region* region) {
    while (!region->is_stop()) region = region->outer;
    return region;
}

struct LoopPlan {
    bool is_for = false;              // the step stands in the header
    bool tests_inside = false;        // while (true) { ...; if (!condition) break; ... }
    std::vector<const ir::Op*> init;  // in the header of the for
    std::vector<const ir::Op*> steps;
    std::string next_label;           // in front of step or test, for `continue`
};

struct TryPlan {
    Region* body = nullptr;
    Region* entry = nullptr;           // of the finally; null without one
    Region* finally_region = nullptr;
    std::vector<Region*> catches;
    bool catches_all = false;
    std::string pending;    // the variable that keeps an exception while finally runs
    std::string exception;  // the variable that clauses are told apart by
};

class Plan {
  public:
    // Of a function with numbered nodes.
    explicit Plan(size_t nodes)
        : loops(nodes), tries(nodes), ends(nodes), dropped(nodes), in_header(nodes), falls_into_handler(nodes),
          nulls_after(nodes), declared_before(nodes), scopes(nodes, -1), handlers(nodes, nullptr) {}

    std::vector<LocalPlan> locals;
    std::vector<std::string> params;
    bool casts_receiver = false;  // params[0] is of the class that introduces the method
    ir::NodeMap<LoopPlan> loops;
    ir::NodeMap<TryPlan> tries;
    ir::NodeMap<std::string> ends;   // labels behind loops and switches
    ir::NodeSet dropped;             // operations that nobody needs
    ir::NodeSet in_header;           // operations printed by their loop
    ir::NodeSet falls_into_handler;  // no jump needed: the label follows
    // Locals that an operation has emptied and that a handler may release again: they become null.
    ir::NodeMap<std::vector<ir::LocalId>> nulls_after;
    ir::NodeMap<std::vector<size_t>> declared_before;  // locals, by node
    // By number of the node:
    std::vector<int> scopes;        // of blocks that print braces; else -1
    std::vector<Region*> handlers;  // where an operation that throws goes; else null
    std::vector<Scope> scope_table;
    Region* function_region = nullptr;

    const LocalPlan& local(ir::LocalId id) const { return locals[static_cast<size_t>(id.index)]; }
    int scope_of(const ir::Block& block) const { return scopes[block.index()]; }
    bool has_braces(const ir::Block& block) const { return scope_of(block) >= 0; }
    Region* handler_of(const ir::Op& op) const { return handlers[op.index()]; }
    bool declares_in(int scope) const { return scope_table[static_cast<size_t>(scope)].declares; }
    // A name that no local of the function has, for the emitter's own variables.
    std::string fresh_name(const std::string& wanted);

  private:
    friend class Planner;
    std::vector<std::unique_ptr<Region>> regions_;
    Names names_{Names::Scope::Inner};  // of the locals, once somebody asks
    bool has_names_ = false;
};

Plan make_plan(Program& program, ir::FunctionId id, const Facts& facts);

}  // namespace dream::emit
