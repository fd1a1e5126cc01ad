// What a simple range argument proves about a function before it is printed: which checks cannot
// fail, and which arithmetic cannot overflow, so that it reads `i + 1` and not `dr_add(i, 1)`.
//
// One forward walk, no fixpoint: what a loop, a handler or a switch may have changed is forgotten
// at its entry. Facts are about locals: their range, whether they are null, and `i + c < bound`
// where the bound is the length of an array or another local.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <utility>

#include "emit/walk.h"
#include "ir/node_table.h"

namespace dream::emit {

class Facts {
  public:
    // Of a function with numbered nodes.
    explicit Facts(size_t nodes)
        : node_count_(nodes), proven_(nodes), only_zero_fails_(nodes), filled_(nodes), counted_(nodes) {}

    size_t node_count() const { return node_count_; }
    // A check that cannot fail here.
    bool is_proven(const ir::Op& check) const { return proven_.contains(check); }
    // A division of which only the divisor 0 must be ruled out, not MIN / -1.
    bool only_zero_fails(const ir::Op& check) const { return only_zero_fails_.contains(check); }
    // `value`, when evaluated by `holder`, stays within its type if computed by plain C.
    bool is_plain(const ir::Node& holder, const ir::Value& value) const {
        return plain_.count({&holder, &value}) != 0;
    }
    // A new array whose every element is stored by the operations right behind it.
    bool is_filled(const ir::Op& make) const { return filled_.contains(make); }
    // A loop that counts towards a bound, so that C may know that it ends.
    bool is_counted(const ir::Loop& loop) const { return counted_.contains(loop); }

  private:
    friend class FactsWalk;
    friend class ValueFacts;
    struct PairHash {
        size_t operator()(const std::pair<const ir::Node*, const ir::Value*>& p) const {
            return std::hash<const void*>()(p.first) * 31 + std::hash<const void*>()(p.second);
        }
    };
    size_t node_count_;
    ir::NodeSet proven_, only_zero_fails_, filled_, counted_;
    std::unordered_set<std::pair<const ir::Node*, const ir::Value*>, PairHash> plain_;
};

// Numbers the nodes of the function.
Facts find_facts(const ir::Module& module, const ir::Function& function);

}  // namespace dream::emit
