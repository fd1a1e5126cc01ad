/* dream.h: the Dream runtime's C interface.
 *
 * The first part is the API that Dream documents for C programmers, name for name. It works from any C11 file linked
 * with the runtime, with or without a Dream program around it. The second part pulls in what compiled Dream uses:
 * class types, inline counting, arrays, exceptions, arithmetic, text and the console.
 *
 * Ownership in one paragraph: a result is owned by the caller (one unit, to be released once); a parameter is borrowed
 * (the callee leaves its count as it was) unless it is marked DR_OWN. Every retain and release accepts NULL.
 * Compiled Dream defines DR_MANAGED 1 first: its strings are all managed, so that the same names then take the faster
 * length-aware forms. See runtime/README.md. */
#ifndef DREAM_H
#define DREAM_H

#include "dream/config.h"

typedef struct dr_pool_t dr_pool_t;

/* Strings. A string is a pointer to NUL-terminated bytes with its header in front.
 * dr_alloc_string copies the text (NULL counts as empty); a request that cannot be met ends the program. O(length). */
DR_OWN char* dr_alloc_string(const char* content);
DR_OWN char* dr_retain_string(DR_BORROW char* str);
void dr_release_string(DR_OWN char* str);

/* Joins two texts, managed or not; NULL joins as nothing. O(n + m). */
DR_OWN char* dr_string_concat(DR_BORROW const char* a, DR_BORROW const char* b);

/* Arrays. A pointer to the first element, zeroed; the elements themselves are not counted. O(element_size * count). */
DR_OWN void* dr_alloc_array(size_t element_size, size_t count);
DR_OWN void* dr_retain_array(DR_BORROW void* array);
void dr_release_array(DR_OWN void* array);

/* Objects. `size` bytes, zeroed, whose first member is an `int ref_count`, set to 1. dr_release_object frees the memory
 * when the count was 1, or is 0 already: then the caller has released the fields by hand. O(size); release O(1). */
DR_OWN void* dr_alloc_object(size_t size);
DR_OWN void* dr_retain_object(DR_BORROW void* obj);
void dr_release_object(DR_OWN void* obj);

/* Pools of equal blocks, uninitialised and uncounted. All O(1) but dr_destroy_pool, which frees every block at once. */
dr_pool_t* dr_create_pool(size_t block_size);
void* dr_pool_alloc(dr_pool_t* pool);
void dr_pool_free(dr_pool_t* pool, void* ptr);
void dr_destroy_pool(dr_pool_t* pool);

#include "dream/pool.h"
#include "dream/object.h"
#include "dream/string.h"
#include "dream/array.h"
#include "dream/error.h"
#include "dream/arith.h"
#include "dream/text.h"
#include "dream/console.h"
#include "dream/program.h"

#endif
