// The narrated list of ownership passes.
#include <string>

#include "rc/passes.h"
#include "support/check.h"

namespace dream::rc {

void run(ir::Module& module, const Options& options) {
    auto done = [&](std::string_view pass) {
        if (options.after_pass) options.after_pass(pass, module);
    };
    bool full = options.mode == Mode::Full;

    // From here on it is known which operations leave by an exceptional edge: later passes see
    // exactly the paths that the program has.
    infer_effects(module, options);
    done("effects");

    if (full) {
        // Before ownership is explicit, a string that is extended is still one assignment.
        append_in_place(module);
        done("append");

        // Holds that nothing can invalidate need no unit of their own.
        borrow_locals(module);
        done("borrow");
    }

    // From here on each owned operand says where its unit comes from: retained or moved.
    choose_transfers(module, full);
    done("transfer");

    // From here on every owning local is consumed on every path: a pass that breaks this is a
    // bug, and rc/balance says so.
    insert_releases(module);
    done("insert");

    remove_dead_nulls(module);
    done("nulls");
}

}  // namespace dream::rc
