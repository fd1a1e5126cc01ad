// What calls of local functions mean for the variables that they capture, found by walking each as if
// these had no value at its start. Local functions call each other: what they give grows from nothing
// until it is stable, then, knowing that, what they need.
#include <algorithm>

#include "check/flow_walk.h"

namespace dream::flow {

using namespace typed;

LocalCall Walk::summary(const Function& f) {
    const std::vector<Local*>& captured = captures_.of.at(&f);
    for (const Local* local : captured) facts_[local].bit = bit_count_++;
    LocalCall found;
    State exits = State::nowhere();
    needs_ = &found.needs;
    exits_ = &exits;
    body(f);
    std::erase_if(found.needs, [&](const Local* local) {
        return std::find(captured.begin(), captured.end(), local) == captured.end();
    });
    for (const Local* local : captured)
        if (exits.reachable && exits.assigned.has(facts_[local].bit)) found.gives.push_back(local);
    return found;
}

LocalCalls find_local_calls(const Program& program, const Captures& captures,
                            const Sources& sources) {
    LocalCalls calls;
    std::vector<const Function*> functions;
    for (const Function* f : program.functions) {
        if (!f->outer || !f->body || !captures.of.count(f)) continue;
        functions.push_back(f);
        calls[f] = {};
    }
    for (auto part : {&LocalCall::gives, &LocalCall::needs}) {
        for (bool changed = true; changed;) {
            changed = false;
            for (const Function* f : functions) {
                diag::Sink nowhere;
                LocalCall found = Walk(program, captures, calls, sources, nowhere).summary(*f);
                std::vector<const Local*>& known = calls[f].*part;
                changed = changed || known.size() != (found.*part).size();
                known = found.*part;
            }
        }
    }
    return calls;
}

}  // namespace dream::flow
