/* array.h: managed arrays: layout, creation, bounds checks, copy-on-write.
 *
 * A pointer to the first element with a dr_array_header in front; elements start 8-aligned. Arrays have value semantics
 * by copy-on-write: holders share one buffer, and whoever writes calls dr_make_unique on its own variable first.
 * A rectangular array is stored row by row; its dimensions sit behind the last element, at the next multiple of 4.
 * NULL is Dream's null: no index is in bounds. Functions with a `where` throw (error.h) and then return NULL. */
#ifndef DREAM_ARRAY_H
#define DREAM_ARRAY_H

typedef struct dr_array_header {
    dr_header header;
    int32_t length;
    /* Rank (0 or 1: not rectangular); the element size for DR_ARRAY_BYTES. */
    int32_t extra;
} dr_array_header;

DR_INLINE dr_array_header* dri_array_header(DR_BORROW const void* array) {
    return (dr_array_header*)(uintptr_t)((const char*)array - sizeof(dr_array_header));
}

/* `object` view of an array, back, and onto the collector's visitor; no count changes. O(1). */
DR_INLINE void* dr_array_to_object(DR_BORROW const void* array) {
    return array != NULL ? (void*)dri_array_header(array) : NULL;
}
DR_INLINE void* dr_object_to_array(DR_BORROW void* obj) {
    return obj != NULL ? (char*)obj + sizeof(dr_array_header) : NULL;
}
DR_INLINE void dr_trace_array(DR_BORROW const void* array, dr_visit visit) {
    visit(dr_array_to_object(array));
}

DR_INLINE DR_OWN void* dri_retain_array(DR_BORROW void* array) {
    if (array != NULL) {
        dri_retain((dr_header*)dri_array_header(array));
    }
    return array;
}

DR_INLINE void dri_release_array(DR_OWN void* array) {
    if (array != NULL) {
        dri_release((dr_header*)dri_array_header(array));
    }
}

/* For arrays whose elements may lie on a cycle: what stays behind may be garbage that only this unit kept in view. */
DR_INLINE void dr_release_array_cyclic(DR_OWN void* array) {
    if (array != NULL) {
        dr_release_cyclic(dri_array_header(array));
    }
}

DR_INLINE void dr_release_array_now(DR_OWN void* array) {
    dri_release_array(array);
    dri_drain_all();
}

DR_INLINE void dr_release_array_cyclic_now(DR_OWN void* array) {
    dr_release_array_cyclic(array);
    dri_drain_all();
}

/* The API's dr_release_array asks the type, since it may be given anything. */
#define dr_retain_array dri_retain_array
#if DR_MANAGED
#define dr_release_array dri_release_array
#endif

/* ---- creation ---- */

/* `length` zeroed elements of the array type. Negative: OverflowException; too large: OutOfMemoryException. O(bytes). */
DR_OWN void* dr_new_array(uint32_t type_id, int64_t length, const char* where);
/* The same, not zeroed and never failing to the caller: for array literals that are filled at once. */
DR_OWN void* dr_new_array_filled(uint32_t type_id, int32_t length);
DR_OWN void* dr_new_array_rect(uint32_t type_id, int32_t rank, const int32_t* dims, const char* where);
/* Array.Resize of the array in `place`, an array variable that is not null; a unique one moves its elements. On a throw
 * nothing changes. O(length). */
void dr_array_set_length(void* place, int32_t length, const char* where);
/* A fresh array of the same type with elements [start, start + length), retained. The range must be in bounds. */
DR_OWN void* dr_array_slice(DR_BORROW const void* array, int32_t start, int32_t length);
DR_OWN void* dr_array_copy(DR_BORROW const void* array);

/* An immortal array in static storage, of elements that are themselves immortal or not counted:
 * DR_ARRAY_LITERAL(primes, int32_t, DR_ARRAY_INT, 3, 2, 3, 5); */
#define DR_ARRAY_LITERAL(name, element_type, type_id, count, ...)                              \
    static const struct {                                                                      \
        dr_array_header head;                                                                  \
        element_type elements[count];                                                          \
    } name##_literal = {{{DR_IMMORTAL, (type_id)}, (count), 0}, {__VA_ARGS__}};                    \
    static element_type* const name = (element_type*)name##_literal.elements

/* ---- reading ---- */

/* a.Length of a non-null array. O(1). */
DR_INLINE int32_t dr_array_length(DR_BORROW const void* array) {
    return dri_array_header(array)->length;
}

DR_INLINE bool dr_index_ok(DR_BORROW const void* array, int64_t index) {
    return array != NULL && index >= 0 && index < dri_array_header(array)->length;
}

DR_INLINE int32_t dr_array_rank(DR_BORROW const void* array) {
    int32_t rank = dri_array_header(array)->extra;
    return rank > 1 ? rank : 1;
}

DR_INLINE const int32_t* dri_dims(DR_BORROW const void* array, size_t element_size) {
    size_t bytes = (size_t)dri_array_header(array)->length * element_size;
    return (const int32_t*)(const void*)((const char*)array + ((bytes + 3) & ~(size_t)3));
}

/* a.GetLength(k) of a non-null array; IndexOutOfRangeException for a dimension that it lacks. O(1). */
int32_t dr_array_dim(DR_BORROW const void* array, int32_t dimension, const char* where);

/* The offset of [i, j] in a rectangular array of rank 2, -1 when out of bounds or null. O(1). */
DR_INLINE int64_t dri_index2(DR_BORROW const void* array, size_t element_size, int64_t i, int64_t j) {
    if (array == NULL) {
        return -1;
    }
    const int32_t* dims = dri_dims(array, element_size);
    if (i < 0 || i >= dims[0] || j < 0 || j >= dims[1]) {
        return -1;
    }
    return i * dims[1] + j;
}
#define dr_index2(array, i, j) dri_index2((array), sizeof(*(array)), (i), (j))

/* The same for any rank: `indices` has as many entries as the array has dimensions. O(rank). */
int64_t dri_index_n(DR_BORROW const void* array, size_t element_size, int32_t rank, const int64_t* indices);
#define dr_index_n(array, rank, ...) \
    dri_index_n((array), sizeof(*(array)), (rank), (const int64_t[]){__VA_ARGS__})

/* Content: same length and dimensions, elements equal by kind (floats by ==, strings by content, nested arrays by
 * content, objects by identity, structs by elem_equals). Null equals null only. */
bool dr_array_equals(DR_BORROW const void* a, DR_BORROW const void* b);
int32_t dr_array_hash(DR_BORROW const void* array);

/* ---- writing ---- */

/* Whether the holder of this array may write into it. */
DR_INLINE bool dr_array_is_unique(DR_BORROW const void* array) {
    return dri_count(dri_array_header(array)) == 1;
}

/* Copies (retaining counted elements) and gives the shared unit back. */
DR_COLD DR_OWN void* dri_unshare(DR_OWN void* array);

/* Before a write through variable *slot: afterwards it holds the only reference to its buffer. A null stays null.
 * `slot` is evaluated more than once. O(1) when unique already, else O(length). */
#define dr_make_unique(slot)                                           \
    (*(slot) == NULL || DR_LIKELY(dr_array_is_unique(*(slot))) ? (void)0 \
                                                               : (void)(*(slot) = dri_unshare(*(slot))))

/* Array.Copy, Fill of raw ranges for library code: both ranges in bounds, the target unique; elements are retained and
 * the overwritten ones released. The ranges may overlap. */
void dr_array_move(DR_BORROW void* to, int32_t to_start, DR_BORROW const void* from, int32_t from_start, int32_t count);

#endif
