// Joins of what the ownership verifier knows.
#include "rc/balance_state.h"

#include <algorithm>

#include "support/bits.h"

namespace dream::rc::ledger {

using namespace ir;

bool same(const Value& a, const Value& b) {
    if (&a == &b) return true;
    bool is_equal = a.kind == b.kind && a.type == b.type && a.local == b.local && a.global == b.global &&
                    a.literal == b.literal && a.runtime == b.runtime && a.function == b.function && a.index == b.index &&
                    a.unary == b.unary && a.binary == b.binary && a.test == b.test &&
                    a.integer == b.integer && a.real == b.real && a.args.size() == b.args.size();
    for (size_t i = 0; is_equal && i < a.args.size(); ++i) is_equal = same(*a.args[i], *b.args[i]);
    return is_equal;
}

bool State::join(const State& other) {
    if (!other.reachable) return false;
    if (!reachable) {
        *this = other;
        return true;
    }
    bool changed = add_bits(conditions, other.conditions);
    for (const auto& [local, theirs] : other.borrows) {
        Borrow& ours = borrows[local];
        for (const Lender& lender : theirs.lenders)
            changed = ours.lenders.insert(lender) || changed;
        if (theirs.ended && !ours.ended) {
            ours.ended = theirs.ended;
            changed = true;
        }
    }
    changed = fresh.erase_if([&](const auto& ours) { return !other.fresh.find(ours.first); }) > 0 || changed;
    for (auto& [local, ours] : fresh)
        for (const auto& part : other.fresh.find(local)->stored)
            changed = ours.stored.insert(part).second || changed;
    changed = made.keep_all(other.made) || changed;
    size_t kept = unique.size();
    std::erase_if(unique, [&](const Value* ours) {
        return std::none_of(other.unique.begin(), other.unique.end(),
                            [&](const Value* theirs) { return same(*ours, *theirs); });
    });
    return changed || unique.size() != kept;
}

}  // namespace dream::rc::ledger
