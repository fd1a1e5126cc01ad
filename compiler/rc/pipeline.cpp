// The narrated list of ownership passes, with the verifiers between them.
#include <string>

#include "ir/verify.h"
#include "rc/balance.h"
#include "rc/passes.h"
#include "support/check.h"

namespace dream::rc {

namespace {

// A pass that leaves a module that a verifier rejects is a bug of dreamc, never of the program.
void require_clean(std::string_view pass, const std::vector<std::string>& problems) {
    if (problems.empty()) return;
    std::string text = "after " + std::string(pass) + ":";
    for (size_t i = 0; i < problems.size() && i < 10; ++i) text += "\n  " + problems[i];
    internal_error(__FILE__, __LINE__, text);
}

}  // namespace

void run(ir::Module& module, const Options& options) {
    auto done = [&](std::string_view pass, ir::Stage stage, bool is_last = false) {
        if (options.after_pass) options.after_pass(pass, module);
        if (check_level < (is_last ? 1 : 2)) return;
        require_clean(pass, ir::verify(module, stage));
        if (stage == ir::Stage::Counted) require_clean(pass, balance(module));
    };
    bool full = options.mode == Mode::Full;
    done("lower", ir::Stage::Lowered);

    // From here on it is known which operations leave by an exceptional edge: later passes see
    // exactly the paths that the program has.
    infer_effects(module, options);
    done("effects", ir::Stage::Lowered);

    if (full) {
        // Classes whose instances only ever point to what was there before them are acyclic.
        freeze_fields(module);

        // Holds that nothing can invalidate need no unit of their own.
        borrow_locals(module);
        done("borrow", ir::Stage::Lowered);

        // Units that callees keep need not be made anew: the caller's are handed over.
        own_parameters(module);
        done("own", ir::Stage::Lowered);

        // A string that is extended takes the place of its old value. Not a stage that a verifier
        // knows: an append owns its operand before ownership is explicit.
        append_in_place(module);
    }

    // Each owned operand says where its unit comes from: retained or moved.
    choose_transfers(module, full);

    // From here on every owning local is consumed on every path [owned-once].
    insert_releases(module);
    done("insert", ir::Stage::Counted);

    remove_dead_nulls(module);
    done("nulls", ir::Stage::Counted, true);
}

}  // namespace dream::rc
