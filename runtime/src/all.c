/* all.c: the whole runtime as one translation unit: `cc -O2 program.c all.c -I include -lm`.
 *
 * The order does not matter except that api.c, which undoes the inline names, is last. A file that holds runtime and
 * program together (DR_STANDALONE) leaves it out. File-local names are unique across the files for this one's sake. */
#include "internal.h"

#include "os.c"
#include "pool.c"
#include "large.c"
#include "object.c"
#include "value.c"
#include "string.c"
#include "string_members.c"
#include "string_split.c"
#include "intern.c"
#include "array.c"
#include "cycle.c"
#include "error.c"
#include "trace.c"
#include "convert.c"
#include "format.c"
#include "format_digits.c"
#include "format_custom.c"
#include "math.c"
#include "console.c"
#include "file.c"
#include "process.c"
#include "clock.c"
#include "valid.c"
#include "stats.c"
#include "ledger.c"
#include "leaks.c"
#include "timeline.c"
#include "report.c"
#include "overflow.c"
#include "init.c"
#ifndef DR_STANDALONE
#include "api.c"
#endif
