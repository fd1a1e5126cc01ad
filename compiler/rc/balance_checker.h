// The walker behind rc/balance, for one function. balance.cpp follows the regions, balance_ops.cpp
// checks operations, balance_memory.cpp knows lenders, places and arrays; balance_faults.cpp looks
// at the program as a whole.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rc/balance_state.h"

namespace dream::rc::ledger {

// A place taken apart: where it starts and the steps from there.
struct Path {
    Root root = Root::Static;
    int id = -1;
    bool is_mutable = false;        // reached through a class field, a global or a ref target
    std::vector<Step> steps;
    std::vector<const ir::Value*> bases;  // bases[k] is what steps[k] goes into
};

// How a written place relates to one that something was lent from.
enum class Overwrite : uint8_t {
    No,
    OnTheWay,  // to what was lent: the object behind the place, or what is read through it
    Inside,    // of a value that was lent whole
};

using LocalSet = IdSet<ir::LocalId>;

// The functions that a call may reach; none of an operation that is no call.
std::span<const ir::FunctionId> targets(const ir::Module& module, const ir::Op& op);

class Checker {
  public:
    Checker(const ir::Module& module, const ir::Function& function, std::vector<std::string>& errors)
        : module_(module), types_(*module.types), function_(function), errors_(errors) {}

    void run();

  private:
    // ---- regions and exits (balance.cpp) ----
    struct Frame {
        const ir::Node* node;
        State* on_break = nullptr;
        State* on_continue = nullptr;
    };
    // A block whose `unwind` list runs when an exception leaves it.
    struct Region {
        const ir::Block* block;
        size_t first_frame;
        State* thrown;
        const LocalSet* owners;
    };

    State region(const ir::Block& block, State state, State& thrown, ir::LocalId exception = {});
    State walk(const ir::Block& block, State state, ir::LocalId exception = {});
    void step(const ir::Node& node, State& state);
    void loop(const ir::Loop& loop, State& state);
    void switch_(const ir::Switch& node, State& state);
    void try_(const ir::Try& node, State& state);
    void exit_to(const ir::Node& exit, const ir::Node* target, bool is_continue, State& state);
    void return_(const ir::Return& exit, State& state);
    void enter(const ir::Block& block, State& state);
    void leave(const ir::Block& block, State& state, bool by_exception);
    void drop(ir::LocalId id, State& state, bool by_exception);
    // Takes an exception, raised at `where_`, out of the region around it.
    void raise(State edge);
    const LocalSet& owners_of(const ir::Block& region);
    void collect_owners(const ir::Node& node, LocalSet& owners);

    // ---- operations (balance_ops.cpp) ----
    void op(const ir::Op& op, State& state);
    void use(const ir::Value& value, const State& state);
    // Checks how operand `o` hands over its value where a unit `is_taken` or not; moved locals are
    // added to `moved`.
    void transfer(const ir::Operand& o, bool is_taken, State& state, std::vector<ir::LocalId>& moved);
    void give_up(ir::LocalId id, State& state, std::string_view how);
    bool takes_unit(const ir::Op& op, size_t i) const;
    void check_call(const ir::Op& op, const State& state, const std::vector<ir::LocalId>& moved);
    void check_flags(const ir::Op& op);
    void check_hole(const ir::Op& op);
    void close_hole(std::string_view what);
    void release(const ir::Op& op, State& state);
    void hold_part(const ir::Value& place, State& state);
    void store(const ir::Op& op, State& state);
    void take(const ir::Op& op, State& state);
    void make_unique(const ir::Op& op, State& state);
    void define(const ir::Op& op, State& state, uint8_t condition, Borrow borrow, ir::LocalId source);
    // Effects on memory that other names reach; only Releases and Stores count.
    bool disturbs(const ir::Op& op) const;
    void require_effect(uint8_t effect, std::string_view why);
    TypeId result_type(const ir::Op& op) const;
    std::span<const ir::FunctionId> targets(const ir::Op& op) const { return ledger::targets(module_, op); }
    // The parameter that operand `i` of a call meets; null: there is none.
    const ir::Local* param_of(const ir::Op& op, size_t i) const;

    // ---- memory (balance_memory.cpp) ----
    Path path_of(const ir::Value& place) const;
    FlatSet<Lender> lenders_of(const ir::Value& value, const State& state) const;
    bool contains(TypeId outer, TypeId inner) const;
    bool ends_borrows(const ir::Value& place, const Path& path) const;
    Overwrite overwrites(const Path& written, const Lender& lender) const;
    void lend_on(const Path& taken, ir::LocalId holder, State& state);
    void end_borrows_of(ir::LocalId owner, State& state, std::string_view why);
    void end_mutable_borrows(State& state, std::string_view why);
    void end_borrows_at(const Path& written, State& state, std::string_view why);
    void end_borrows_of_array(const ir::Value& array, State& state, std::string_view why);
    void rename_lender(ir::LocalId from, ir::LocalId to, State& state);
    // Whether the place may be written as far as sharing is concerned, with messages.
    // `keeps`: whoever writes leaves each unit where it is, as the callee that looks at a place does.
    void check_writable(const ir::Value& place, const State& state, bool keeps = false);
    void forget_unique_with(ir::LocalId local, State& state);
    void forget_unique_held(const ir::Value& holder, TypeId type, State& state);
    void forget_unique_passed(const ir::Value& passed, State& state);
    void forget_unique_mutable(State& state);
    void forget_unique_at(const Path& written, State& state);
    bool same_holder(const Path& path, size_t i, const Path& written) const;
    bool is_unique(const ir::Value& array, const State& state) const;
    // Whether a write to the place may change what a caller borrows: not in an object that this call
    // has made, nor in what a local holds by value.
    bool is_seen_by_callers(const Path& path, const State& state) const;
    // Whether the place is a part of a new object that was never stored to.
    bool is_fresh(const ir::Value& place, const State& state) const;
    void mark_stored(const ir::Value& place, State& state);
    void forget_fresh(const ir::Value& whole, State& state);
    const ir::Value* local_value(ir::LocalId id);

    // ---- messages ----
    void error(std::string_view invariant, const std::string& text);
    std::string name(ir::LocalId id) const;
    std::string text(const Ending& ending) const;
    std::string at(const ir::Node* node) const;

    static size_t index(ir::LocalId id) { return static_cast<size_t>(id.index); }
    const ir::Local& local(ir::LocalId id) const { return function_.locals[id]; }
    bool owns(TypeId type) const { return type.valid() && types_.owns_references(type); }
    // Holds a unit that this function must give up.
    bool is_owner(ir::LocalId id) const { return kinds_[index(id)].is_owner; }
    bool is_borrower(ir::LocalId id) const { return kinds_[index(id)].is_borrower; }
    // Releasing it may.
    bool runs_destructors(ir::LocalId id) const { return kinds_[index(id)].runs_destructors; }

    const ir::Module& module_;
    const Types& types_;
    const ir::Function& function_;
    std::vector<std::string>& errors_;

    std::vector<Frame> frames_;
    std::vector<Region> regions_;
    // The branches around where_, for messages.
    struct Part {
        std::string_view what;
        const ir::Node* node;
    };
    std::vector<Part> trail_;
    const ir::Node* where_ = nullptr;
    bool unwinding_ = false;
    // A place whose unit was taken and that is not filled yet.
    struct Hole {
        const ir::Value* place;
        bool is_next;  // nothing ran since the Take
    };
    std::optional<Hole> hole_;
    std::map<const ir::Block*, LocalSet> owners_;
    struct Kind {
        bool is_owner;
        bool is_borrower;
        bool runs_destructors;
    };
    std::vector<Kind> kinds_;  // by local
    std::vector<const ir::Node*> given_;  // by local: where it last got a unit
    std::vector<const ir::Node*> gone_;   // by local: where it last gave it up
    std::map<ir::LocalId, ir::Value> local_values_;
    std::set<std::string> reported_;
};

void check_faults(const ir::Module& module, std::vector<std::string>& errors);

}  // namespace dream::rc::ledger
