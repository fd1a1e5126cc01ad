// Which values the arms of a switch have taken so far. Asked of the tests that patterns become
// (patterns.cpp), so whatever a pattern is spelled like, it is understood by what it asks.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "check/typed.h"

namespace dream::checker {

using namespace typed;

class Coverage {
  public:
    Coverage(const Types& types, TypeId subject) : types_(types), subject_(subject) {}

    // Some arm takes every value for which the test holds; of which span, or an invalid one.
    Span covered(const Expr* test) const;
    void take(const Expr* test, Span span);
    // Every value has an arm: each constant of a bool or enum, or null and all of the class.
    bool is_complete() const;

  private:
    // One thing that a test may ask. Of a constant in a box, `type` is that of the box.
    struct Atom {
        enum class Kind : uint8_t { All, Null, Type, Constant, Other } kind = Kind::Other;
        TypeId type;
        const Constant* constant = nullptr;
        Span span;
    };
    Atom atom_of(const Expr* test) const;
    Atom box_constant(const LogicalExpr& both) const;
    bool takes(const Atom& earlier, const Atom& atom) const;
    Span covered(const Atom& atom) const;

    const Types& types_;
    TypeId subject_;
    std::vector<Atom> taken_;
    // Places in it: of constants, and of everything else, which is little.
    std::unordered_map<Constant, std::vector<size_t>> constants_;
    std::vector<size_t> others_;
};

}  // namespace dream::checker
