/* dream.h: the Dream runtime's C interface.
 *
 * The first part is the API that Dream documents for C and C++ programmers, name for name. It works from any C11 or C++11
 * file linked with the runtime, with or without a Dream program around it. The second part, for C alone, pulls in what
 * compiled Dream uses: class types, inline counting, arrays, exceptions, arithmetic, text and the console.
 *
 * Ownership in one paragraph: a result is owned by the caller (one unit, to be released once); a parameter is borrowed
 * (the callee leaves its count as it was) unless it is marked DR_OWN. Every retain and release accepts NULL.
 * Errors in one paragraph: nothing here fails to the caller. A request that cannot be met, even after what waits to be freed
 * was freed and cycles were collected, prints "out of memory" and ends the program with status 1. Counts that overflow
 * stick: the object is never freed. In a --debug-memory build a second release or a retain after the last release is
 * named, with both places, and ends the program with status 70; elsewhere it is undefined, as is a NULL pool.
 * One thread at a time. Compiled Dream defines DR_MANAGED 1 first: its strings are all managed, so that the same names then
 * take the faster length-aware forms. See runtime/README.md. */
#ifndef DREAM_H
#define DREAM_H

#include "dream/config.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dr_pool_t dr_pool_t;

/* ---- strings: a pointer to NUL-terminated bytes with a header in front, immutable ---- */

/* A fresh string with a copy of the text; NULL counts as empty. O(length). */
DR_OWN char* dr_alloc_string(const char* content);
/* One unit more; returns `str`. O(1). */
DR_OWN char* dr_retain_string(DR_BORROW char* str);
/* Gives one unit back; the last one frees the string. O(1). */
void dr_release_string(DR_OWN char* str);
/* A fresh string: both texts, managed or not, one behind the other; NULL joins as nothing. O(n + m). */
DR_OWN char* dr_string_concat(DR_BORROW const char* a, DR_BORROW const char* b);

/* ---- arrays: a pointer to the first element, aligned to 8 bytes ---- */

/* `count` zeroed elements, which are not counted themselves: release what they hold before the array. Dream takes an array
 * with elements of 1, 4 or 8 bytes as byte[], int[] or long[]. At most 2^31-1 elements. O(element_size * count). */
DR_OWN void* dr_alloc_array(size_t element_size, size_t count);
/* One unit more; returns `array`. Who shares an array must not write into it. O(1). */
DR_OWN void* dr_retain_array(DR_BORROW void* array);
/* Gives one unit back; the last one frees the array. O(1), or O(length) bounded by the budget of one release when the
 * array came from Dream and holds references. */
void dr_release_array(DR_OWN void* array);

/* ---- objects: a struct of the caller's whose first member is `int ref_count` ---- */

/* `size` zeroed bytes, aligned to 8, ref_count set to 1. O(size). */
DR_OWN void* dr_alloc_object(size_t size);
/* One unit more; returns `obj`. O(1). */
DR_OWN void* dr_retain_object(DR_BORROW void* obj);
/* Gives one unit back; the last one frees the memory, without a look at the fields. With a count of 0 the fields are taken
 * as released by hand, and the memory is freed: `if (--p->ref_count == 0) { ...; dr_release_object(p); }`. Objects of Dream's
 * own classes may be released, too, with all that belongs to their end. O(1). */
void dr_release_object(DR_OWN void* obj);

/* ---- pools of equal blocks: uninitialised, uncounted, aligned to 8 bytes ---- */

/* Blocks of `block_size` bytes (of 8 at least). O(1). */
dr_pool_t* dr_create_pool(size_t block_size);
/* A block. O(1). */
void* dr_pool_alloc(dr_pool_t* pool);
/* Takes back a block of this pool; NULL is ignored. O(1). */
void dr_pool_free(dr_pool_t* pool, void* ptr);
/* Frees the pool with every block that is still out; NULL is ignored. O(blocks). */
void dr_destroy_pool(dr_pool_t* pool);

/* ---- looking on ---- */

/* Memory.Collect(): frees everything that only cycles keep alive now, and runs its destructors. O(candidates and what they
 * reach). */
void dr_collect(void);
/* Objects, strings and arrays alive now, what is immortal or the runtime's own not counted, and their bytes.
 * O(pages), O(blocks) in a DR_NO_POOLS build. */
int64_t dr_memory_live_objects(void);
int64_t dr_memory_live_bytes(void);

#ifdef __cplusplus
}
#else
#include "dream/pool.h"
#include "dream/object.h"
#include "dream/string.h"
#include "dream/array.h"
#include "dream/error.h"
#include "dream/trace.h"
#include "dream/arith.h"
#include "dream/text.h"
#include "dream/console.h"
#include "dream/file.h"
#include "dream/process.h"
#include "dream/clock.h"
#include "dream/program.h"
#endif

#endif
