// What a simple range argument proves about a function before it is printed: which checks cannot
// fail, and which arithmetic cannot overflow, so that it reads `i + 1` and not `dr_add(i, 1)`.
//
// One forward walk, no fixpoint: what a loop, a handler or a switch may have changed is forgotten
// at its entry. Facts are about locals: their range, whether they are null, and `i + c < bound`
// where the bound is the length of an array or another local.
#pragma once

#include <cstdint>
#include <set>
#include <unordered_set>
#include <utility>

#include "emit/walk.h"
#include "ir/ir.h"

namespace dream::emit {

class Facts {
  public:
    // A check that cannot fail here.
    bool is_proven(const ir::Op& check) const { return proven_.count(&check) != 0; }
    // A division of which only the divisor 0 must be ruled out, not MIN / -1.
    bool only_zero_fails(const ir::Op& check) const { return only_zero_fails_.count(&check) != 0; }
    // `value`, when evaluated by `holder`, stays within its type if computed by plain C.
    bool is_plain(const ir::Node& holder, const ir::Value& value) const {
        return plain_.count({&holder, &value}) != 0;
    }
    // A new array whose every element is stored by the operations right behind it.
    bool is_filled(const ir::Op& make) const { return filled_.count(&make) != 0; }
    // A loop that counts towards a bound, so that C may know that it ends.
    bool is_counted(const ir::Loop& loop) const { return counted_.count(&loop) != 0; }

  private:
    friend class FactsWalk;
    friend class ValueFacts;
    struct PairHash {
        size_t operator()(const std::pair<const ir::Node*, const ir::Value*>& p) const {
            return std::hash<const void*>()(p.first) * 31 + std::hash<const void*>()(p.second);
        }
    };
    std::unordered_set<const ir::Op*> proven_;
    std::unordered_set<const ir::Op*> only_zero_fails_;
    std::unordered_set<const ir::Op*> filled_;
    std::unordered_set<const ir::Node*> counted_;
    std::unordered_set<std::pair<const ir::Node*, const ir::Value*>, PairHash> plain_;
};

Facts find_facts(const ir::Module& module, const ir::Function& function);

}  // namespace dream::emit
