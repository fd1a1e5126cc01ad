/* stats.c: figures about memory that every build can give; those of a debug build come from ledger.c.
 *
 * What waits to be freed is settled before anything is counted. Counting is O(pages), in a DR_NO_POOLS build O(blocks).
 * A release build writes its figures only into the file that DREAM_MEMORY_REPORT names. */
#include "internal.h"

DR_THREAD_LOCAL bool dri_ended_early;

static int64_t live(bool in_bytes) {
    int64_t objects;
    int64_t bytes;
    dri_drain_all();
    dri_forget_dead_candidates();
    dri_count_blocks(&objects, &bytes);
    return in_bytes ? bytes : objects;
}

int64_t dr_memory_live_objects(void) {
    return live(false);
}

int64_t dr_memory_live_bytes(void) {
    return live(true);
}

void dr_memory_figures_now(dr_memory_figures* figures) {
    memset(figures, 0, sizeof *figures);
    dri_page_figures(figures);
    figures->live_objects = dr_memory_live_objects();
    figures->live_bytes = dr_memory_live_bytes();
    figures->copies = dri_copies;
    figures->copied_bytes = dri_copied_bytes;
    dri_cycle_figures(figures);
#if DR_DEBUG_MEMORY
    dri_ledger_figures(figures);
#endif
}

void dr_exit_report(void) {
    static DR_THREAD_LOCAL bool reported;
    if (reported) {
        return;
    }
    reported = true;
    const char* path = getenv("DREAM_MEMORY_REPORT");
    dr_memory_figures figures;
    bool wanted = path != NULL && *path != 0;
    if (!wanted && !DR_DEBUG_MEMORY) {
        return;
    }
    dr_memory_figures_now(&figures);
#if DR_DEBUG_MEMORY
    fflush(stdout);
    dri_print_report(&figures);
#endif
    if (wanted) {
        dri_write_report(&figures, path);
    }
}
