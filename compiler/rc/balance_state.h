// What the ownership verifier knows at a point of a function, joined over all paths to it.
// Everything that may cause an error only grows at a join (conditions, lenders) and everything
// that may excuse something only shrinks (fresh objects, unique arrays), so an error seen in any
// iteration of a loop is one of its fixpoint, and iteration ends.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "ir/ir.h"
#include "support/flat_map.h"
#include "support/id_set.h"

namespace dream::rc::ledger {

// The conditions that a local may be in, a set.
enum Condition : uint8_t {
    NeverSet = 1,  // since its region was entered: null in C if an unwind list names it
    Null = 2,      // holds null or zero
    Owned = 4,     // of an owner: holds a unit (perhaps of null); of others: has a value
    Gone = 8,      // its unit was moved or released and the variable dangles
};

// One step of a path into memory. Elements are told apart by the type of their array alone.
struct Step {
    enum Kind : uint8_t { ClassField, StructField, Element };
    Kind kind = ClassField;
    TypeId type;    // that declares the field; of the array
    int index = 0;  // of the field

    friend auto operator<=>(const Step&, const Step&) = default;
};

enum class Root : uint8_t {
    Static,  // a literal, or null: lives for ever
    Caller,  // what a borrowed parameter refers to: held by the caller for the whole call
    Local,   // the unit of an owning local
    Global,
    Ref,  // the target of a ref parameter
};

// Where a borrowed reference was read from: whoever holds it, and the steps taken from there.
// Steps are kept as a set, so that `n = n.next` in a loop has finitely many lenders.
struct Lender {
    Root root = Root::Static;
    int id = -1;              // of the local or global
    bool is_mutable = false;  // read through memory that others may overwrite
    FlatSet<Step> steps;
    Step last{};  // meaningful if there are steps

    friend auto operator<=>(const Lender&, const Lender&) = default;
};

// Why a borrow must not be used any more.
struct Ending {
    std::string_view what;  // a literal; empty: it has not ended
    ir::LocalId lender;     // that the text begins with
    const ir::Node* at = nullptr;

    explicit operator bool() const { return !what.empty(); }
};

struct Borrow {
    FlatSet<Lender> lenders;
    Ending ended;  // on some path
};

// Parts of a new object that still hold their zeros: all but those listed.
struct Fresh {
    std::set<std::vector<int64_t>> stored;  // field index, or the indices of an element

    friend bool operator==(const Fresh&, const Fresh&) = default;
};

struct State {
    bool reachable = false;
    std::vector<uint8_t> conditions;  // by local
    FlatMap<ir::LocalId, Borrow> borrows;
    FlatMap<ir::LocalId, Fresh> fresh;
    IdSet<ir::LocalId> made;               // hold an object made in this very call, or null
    std::vector<const ir::Value*> unique;  // arrays that nobody else sees

    uint8_t& operator[](ir::LocalId id) { return conditions[static_cast<size_t>(id.index)]; }
    uint8_t operator[](ir::LocalId id) const { return conditions[static_cast<size_t>(id.index)]; }

    // True if this state changed.
    bool join(const State& other);
};

// Structural equality of expressions.
bool same(const ir::Value& a, const ir::Value& b);

}  // namespace dream::rc::ledger
