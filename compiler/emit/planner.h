// Makes the plan of a function: one walk in the order of its text, which numbers the operations,
// opens the C scopes and notes every mention of a local; then each local is placed and named. The
// members are defined by what they decide, in plan.cpp and plan_*.cpp.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emit/plan.h"

namespace dream::emit {

class Planner {
  public:
    Planner(Program& program, ir::FunctionId id, const Facts& facts)
        : p_(program), id_(id), function_(program.module.functions[id]), facts_(facts), plan_(facts.node_count()),
          tails_(facts.node_count()), homes_(function_.locals.size()), positions_(facts.node_count()),
          orders_(facts.node_count(), -1) {}

    Plan run();

  private:
    using Op = ir::Op;
    using Block = ir::Block;
    using Node = ir::Node;
    using Loop = ir::Loop;
    using Value = ir::Value;
    using LocalId = ir::LocalId;

    // Where the function mentions a local.
    struct Mentions {
        int first = INT32_MAX;
        int last = -1;
        int scope = -1;
        const Op* by = nullptr;  // the first mention, if it only assigns
        int first_scope = -1;
        const Block* at_entry = nullptr;
    };
    // The numbers of operations from one to another.
    struct Extent {
        int first = INT32_MAX;
        int last = -1;
        bool contains(int order) const { return first <= order && order <= last; }
    };
    // An exception goes to the handler of a region.
    struct Jump {
        int order = 0;
        Region* stop = nullptr;
        int scope = -1;  // the C scope of the operation that throws; -1: it comes from a handler
    };
    // Of the temporaries of one name: the number to try next, by C scope, and the first that none of
    // the outermost scope has.
    struct Numbers {
        int at_top = 2;
        std::unordered_map<int, int> next;
    };
    // A label of C, where an exception or a `continue` goes.
    struct Label {
        int scope;
        int order;
        int first_jump;
    };

    // ---- what need not be printed (plan_dead.cpp) ----

    static size_t index(LocalId id) { return static_cast<size_t>(id.index); }

    bool has_unread_result(const Op& op, const std::vector<int>& reads) const;
    static bool may_drop(const Op& op);
    void count_reads(const Node& node, std::vector<int>& reads) const;
    bool throws_below(const Block& block) const;
    template <class Visit>
    void for_each_printed_node(const Block& block, Visit& visit) const {
        visit(block);  // for what it releases when unwinding
        for (const Node* node : block.body) {
            if (node->kind != ir::NodeKind::Block) visit(*node);
            bool is_first = true;
            bool skips_catches = node->kind == ir::NodeKind::Try && !throws_below(*ir::as<ir::Try>(node)->body);
            for_each_block(*node, [&](const Block& inner) {
                bool is_catch = !is_first && &inner != (node->kind == ir::NodeKind::Try ? ir::as<ir::Try>(node)->finally_block : nullptr);
                is_first = false;
                if (skips_catches && is_catch) return;
                for_each_printed_node(inner, visit);
            });
        }
    }

    void drop_dead_operations();
    void find_homes();
    void list_nodes(const Block& block);
    bool is_unseen_behind(const Op& op, LocalId id) const;
    bool assigns_default(const Op& op) const;
    void drop_dead_nulls();

    // ---- locals that handlers find stale (plan_unwind.cpp) ----

    Extent span_of(const Block& block) const;
    void find_stale_locals();
    static bool encloses(const Block& outer, const Block& inner);
    void null_where_emptied(LocalId id, const Block& home, int last_jump);

    // ---- scopes, numbers, mentions (plan.cpp) ----

    int open_scope(int parent, bool is_loop);
    Scope& scope(int id) { return plan_.scope_table[static_cast<size_t>(id)]; }

    int common_scope(int a, int b);
    void mention(LocalId id, int at, const Op* by = nullptr);
    void pin_addressed(const ir::Block& block, int at);
    void mention_all(const Value& root, int at);
    void mention_op(const Op& op, int at);
    bool is_wanted(LocalId id) const;

    // ---- regions (plan_unwind.cpp) ----

    Region* make_region(Region::Kind kind, const Block* block, Region* outer);
    bool is_throwing(const Op& op) const;
    void reach(Region* region, bool by_jump, int scope = -1);
    void end_region(Region& region, int at);
    void find_unwound(Region& region);
    void end_function(int top);
    const Node* last_node(const Block& block) const;

    // ---- the walk (plan.cpp) ----

    bool needs_braces(const Block& block) const;
    LocalId header_local(const Block& block) const;
    bool is_simple_assign(const Node& node) const;
    bool is_for(const Loop& loop) const;
    bool is_init_of(const Op& op, const Loop& loop) const;
    void walk_body(const Block& block, int at);
    void walk_block(const Block& block, int at);
    void walk_inner(const Block& block, int parent, bool is_loop);
    void walk(const Node& node, int at);
    void walk_op(const Op& op, int at);
    bool is_pure(const Loop& loop) const;
    void walk_loop(const Loop& loop, int at);
    std::string next_label() { return fmt::format("next_{}", ++next_count_); }

    void walk_break(const ir::Break& exit);
    void walk_continue(const ir::Continue& exit);
    void walk_try(const ir::Try& node, int at);
    Region* walk_catch(const ir::Catch& c, const TryPlan& made, int at);
    void walk_finally(const Block& block, TryPlan& made, int at);

    // ---- placing and naming (plan_locals.cpp) ----

    bool is_jumped_over(int at, int order, int last) const;
    void place_locals();
    void place(LocalPlan& made, const Mentions& m);
    static bool is_default(const Value& value);

    bool overlaps(int a, int b) { return common_scope(a, b) == a || common_scope(a, b) == b; }

    bool is_taken(const std::string& name, int at);
    bool is_used(const std::string& name, int at);
    std::string numbered(const std::string& base, int at);
    std::string claim(const std::string& wanted, int at, bool is_temp);
    void name_locals();

    Program& p_;
    ir::FunctionId id_;
    const ir::Function& function_;
    const Facts& facts_;
    Plan plan_;
    std::vector<int> reads_;
    std::vector<Mentions> mentions_;
    std::vector<Label> labels_;
    std::vector<const Node*> breakable_;
    ir::NodeSet tails_;
    std::vector<const Block*> homes_;  // by local: the block that lists it
    std::vector<std::vector<const Node*>> rows_;
    std::vector<std::pair<size_t, size_t>> positions_;  // by number of the node: row and place in it
    std::vector<int> orders_;                           // likewise: of operations; else -1
    std::vector<Jump> jumps_;
    std::unordered_map<std::string_view, int> name_counts_;
    std::unordered_map<std::string, Numbers> numbers_;
    std::unordered_map<std::string, std::vector<int>> named_;  // scopes of the locals of a name
    Region* region_ = nullptr;
    int order_ = 0;
    int next_count_ = 0;
    int try_count_ = 0;
    int temp_count_ = 0;
};

}  // namespace dream::emit
