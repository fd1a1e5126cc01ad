// How one function will look in C, decided before a line of it is written: where C's braces are,
// where each local is declared and what it is called, which form a loop takes, and which labels
// exist, so that nothing is declared or labelled that is not used.
//
// C scopes. Statement blocks, blocks of the source without a variable of their own, and the bodies
// of `try` and `finally` print without braces. A local is declared in the smallest pair of braces
// that holds all its mentions, but not inside a loop that it outlives.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "emit/facts.h"
#include "emit/program.h"

namespace dream::emit {

// A pair of braces.
struct Scope {
    int parent = -1;
    int depth = 0;
    bool is_loop = false;
    // Nodes directly in it, by the number of their first operation.
    std::vector<std::pair<int, const ir::Node*>> nodes;
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

// A block that exceptions leave: of the function, a try, a catch or a finally.
struct Region {
    enum class Kind { Function, Try, Catch, Finally };
    Kind kind;
    const ir::Block* block;
    const ir::Try* owner = nullptr;
    Region* outer = nullptr;      // where what leaves this region goes on
    std::string label;            // "" when an exception goes straight on to `outer`
    bool is_reached = false;      // something inside throws to it
    bool has_jumps = false;       // the label is the target of a goto
    int first_jump = INT32_MAX;   // number of the first operation that goes there
};

struct LoopPlan {
    bool is_for = false;              // the step stands in the header
    bool tests_inside = false;        // while (true) { ...; if (!condition) break; ... }
    std::vector<const ir::Op*> init;  // in the header of the for
    std::vector<const ir::Op*> steps;
    bool declares_init = false;       // for (int i = 0; ...)
    std::string next_label;           // in front of step or test, for `continue`
};

struct TryPlan {
    Region* body = nullptr;
    std::vector<Region*> catches;
    Region* finally_region = nullptr;
    bool catches_all = false;
    bool reaches_finally_throwing = false;  // an exception may be pending when finally begins
    std::string finally_label;
    bool has_finally_jumps = false;
    std::string pending;              // the variable that keeps it meanwhile
    std::string exception;            // the variable that clauses are told apart by
};

class Plan {
  public:
    Plan(Program& program, ir::FunctionId id, const Facts& facts, Heights& heights);

    std::vector<LocalPlan> locals;
    std::vector<std::string> params;  // names; of an override's receiver the name it comes with
    std::string receiver;             // "self" when the first parameter is of an other class
    std::unordered_map<const ir::Node*, LoopPlan> loops;
    std::unordered_map<const ir::Try*, TryPlan> tries;
    std::unordered_map<const ir::Block*, int> scopes;          // of blocks that print braces
    std::unordered_map<const ir::Node*, std::string> ends;     // labels behind loops and switches
    std::unordered_set<const ir::Node*> dropped;               // operations that nobody needs
    std::unordered_set<const ir::Op*> in_header;               // operations printed by their loop
    std::unordered_set<const ir::Op*> falls_into_handler;      // no jump needed: the label follows
    std::vector<Scope> scope_table;
    Region* function_region = nullptr;

    const LocalPlan& local(ir::LocalId id) const { return locals[static_cast<size_t>(id.index)]; }
    bool has_braces(const ir::Block& block) const { return scopes.count(&block) != 0; }
    // A name that no local of the function has, for the emitter's own variables.
    std::string fresh_name(const std::string& wanted);
    // The region that an exception goes to from inside `from` (which may have no label).
    static Region* target_of(Region* from);

  private:
    friend class Planner;
    std::vector<std::unique_ptr<Region>> regions_;
    Names function_names_{Names::Scope::Inner};
};

}  // namespace dream::emit
