/* array.c: making, copying, comparing and resizing arrays, and what the release and the collector do with elements.
 *
 * Everything here asks the array's type how its elements are held; counted elements are retained when copied and
 * released by dri_array_release_range, which never reads an element again. [room] A block is the header, the elements
 * up to a multiple of 4, and for rank 2 and above one int a dimension.
 * Errors: see array.h; a copy that finds no memory ends the program. */
#include "internal.h"

DR_THREAD_LOCAL int64_t dri_copies;
DR_THREAD_LOCAL int64_t dri_copied_bytes;

size_t dri_element_size(const dr_array_header* array, const dr_type* type) {
    return type->id == DR_ARRAY_BYTES ? (size_t)array->extra : type->size;
}

static int32_t dim_count(const dr_array_header* array, const dr_type* type) {
    return type->id != DR_ARRAY_BYTES && array->extra > 1 ? array->extra : 0;
}

size_t dri_array_bytes(const dr_array_header* array, const dr_type* type) {
    size_t bytes = (size_t)array->length * dri_element_size(array, type);
    int32_t dims = dim_count(array, type);
    return dims == 0 ? bytes : ((bytes + 3) & ~(size_t)3) + (size_t)dims * sizeof(int32_t);
}

bool dri_array_is_counted(const dr_type* type) {
    switch (type->element) {
    case DR_ELEMENT_STRING:
    case DR_ELEMENT_OBJECT:
    case DR_ELEMENT_ARRAY:
        return true;
    case DR_ELEMENT_STRUCT:
        return type->elem_release != NULL;
    default:
        return false;
    }
}

bool dri_array_may_cycle(const dr_type* type) {
    return type->element == DR_ELEMENT_OBJECT || type->element == DR_ELEMENT_ARRAY ||
           (type->element == DR_ELEMENT_STRUCT && type->elem_trace != NULL);
}

/* ---- creation ---- */

enum { ZEROED = 1, MAY_FAIL = 2 };

/* [room] for `length` elements of a type; SIZE_MAX when no block can be that large. */
static size_t block_size(size_t element_size, int64_t length, int32_t rank) {
    uint64_t most = (uint64_t)PTRDIFF_MAX - 256;
    if (element_size != 0 && (uint64_t)length > most / element_size) {
        return SIZE_MAX;
    }
    size_t bytes = (size_t)length * element_size;
    if (rank > 1) {
        bytes = ((bytes + 3) & ~(size_t)3) + (size_t)rank * sizeof(int32_t);
    }
    return sizeof(dr_array_header) + bytes;
}

static void* start_array(dr_array_header* array, uint32_t type_id, int32_t length, int32_t extra) {
    array->header.ref_count = 1;
    array->header.meta = type_id;
    array->length = length;
    array->extra = extra;
#if DR_DEBUG_MEMORY
    dri_debug_typed(array, type_id);
#endif
    return array + 1;
}

/* NULL when MAY_FAIL is set and there is no memory. */
static void* make_array(uint32_t type_id, size_t element_size, int32_t length, int32_t extra, int32_t rank, int how) {
    size_t size = block_size(element_size, length, rank);
    dr_array_header* array = NULL;
    if (size != SIZE_MAX) {
        array = how & MAY_FAIL ? dri_try_alloc(size) : dri_alloc(size);
    }
    if (array == NULL) {
        if (how & MAY_FAIL) {
            return NULL;
        }
        dri_out_of_memory(NULL);
    }
    if (how & ZEROED) {
        memset(array + 1, 0, size - sizeof *array);
    }
    return start_array(array, type_id, length, extra);
}

static const dr_type* type_by_id(uint32_t type_id) {
    return dri_types[type_id];
}

DR_OWN void* dr_new_array(uint32_t type_id, int64_t length, const char* where) {
    if (length < 0) {
        dr_throw_overflow(where);
        return NULL;
    }
    void* array = NULL;
    if (length <= INT32_MAX) {
        array = make_array(type_id, type_by_id(type_id)->size, (int32_t)length, 0, 1, ZEROED | MAY_FAIL);
    }
    if (array == NULL) {
        dr_throw_fault(DR_FAULT_OutOfMemoryException, NULL, where);
    }
    return array;
}

DR_OWN void* dr_new_array_filled(uint32_t type_id, int32_t length) {
    /* Counted elements start as null: the caller may throw before the array is full. */
    const dr_type* type = type_by_id(type_id);
    return make_array(type_id, type->size, length, 0, 1, dri_array_is_counted(type) ? ZEROED : 0);
}

DR_OWN void* dr_new_array_rect(uint32_t type_id, int32_t rank, const int32_t* dims, const char* where) {
    uint64_t length = 1;
    bool empty = false;
    for (int32_t i = 0; i < rank; i++) {
        if (dims[i] < 0) {
            dr_throw_overflow(where);
            return NULL;
        }
        empty = empty || dims[i] == 0;
        /* Stays above INT32_MAX once it is, without overflowing 64 bits. */
        length = length > INT32_MAX ? length : length * (uint64_t)dims[i];
    }
    length = empty ? 0 : length;
    const dr_type* type = type_by_id(type_id);
    char* array = NULL;
    if (length <= INT32_MAX) {
        array = make_array(type_id, type->size, (int32_t)length, rank, rank, ZEROED | MAY_FAIL);
    }
    if (array == NULL) {
        dr_throw_fault(DR_FAULT_OutOfMemoryException, NULL, where);
        return NULL;
    }
    if (rank > 1) {
        memcpy((void*)(uintptr_t)dri_dims(array, type->size), dims, (size_t)rank * sizeof(int32_t));
    }
    return array;
}

DR_OWN void* dr_alloc_array(size_t element_size, size_t count) {
    if (count > INT32_MAX || element_size > INT32_MAX) {
        dri_out_of_memory("dr_alloc_array");
    }
    /* Integers of the usual sizes make a Dream array that can also be seen as object. */
    switch (element_size) {
    case 1:
        return make_array(DR_ARRAY_BYTE, 1, (int32_t)count, 0, 1, ZEROED);
    case 4:
        return make_array(DR_ARRAY_INT, 4, (int32_t)count, 0, 1, ZEROED);
    case 8:
        return make_array(DR_ARRAY_LONG, 8, (int32_t)count, 0, 1, ZEROED);
    default:
        return make_array(DR_ARRAY_BYTES, element_size, (int32_t)count, (int32_t)element_size, 1, ZEROED);
    }
}

/* ---- elements ---- */

static void retain_range(const dr_array_header* array, const dr_type* type, int32_t from, int32_t to) {
    char* const* pointers = (char* const*)(const void*)(array + 1);
    switch (type->element) {
    case DR_ELEMENT_STRING:
        for (int32_t i = from; i < to; i++) {
            dr_retain_string(pointers[i]);
        }
        break;
    case DR_ELEMENT_OBJECT:
        for (int32_t i = from; i < to; i++) {
            dr_retain_object(pointers[i]);
        }
        break;
    case DR_ELEMENT_ARRAY:
        for (int32_t i = from; i < to; i++) {
            dr_retain_array(pointers[i]);
        }
        break;
    case DR_ELEMENT_STRUCT:
        if (type->elem_retain != NULL) {
            for (int32_t i = from; i < to; i++) {
                type->elem_retain((char*)(uintptr_t)(array + 1) + (size_t)i * type->size);
            }
        }
        break;
    default:
        break;
    }
}

/* Of an array that is counted. */
void dri_array_release_range(dr_array_header* array, const dr_type* type, int32_t from, int32_t to) {
    char** pointers = (char**)(void*)(array + 1);
    switch (type->element) {
    case DR_ELEMENT_STRING:
        for (int32_t i = from; i < to; i++) {
            dr_release_string(pointers[i]);
        }
        break;
    case DR_ELEMENT_OBJECT:
        for (int32_t i = from; i < to; i++) {
            dr_release_any(pointers[i]);
        }
        break;
    case DR_ELEMENT_ARRAY:
        for (int32_t i = from; i < to; i++) {
            dr_release_any(dr_array_to_object(pointers[i]));
        }
        break;
    case DR_ELEMENT_STRUCT:
        for (int32_t i = from; i < to; i++) {
            type->elem_release((char*)(array + 1) + (size_t)i * type->size);
        }
        break;
    default:
        break;
    }
}

void dri_array_trace(const dr_array_header* array, const dr_type* type, int32_t from, int32_t to, dr_visit visit) {
    void* const* pointers = (void* const*)(const void*)(array + 1);
    if (type->element == DR_ELEMENT_OBJECT) {
        for (int32_t i = from; i < to; i++) {
            visit(pointers[i]);
        }
    } else if (type->element == DR_ELEMENT_ARRAY) {
        for (int32_t i = from; i < to; i++) {
            dr_trace_array(pointers[i], visit);
        }
    } else {
        DRI_CHECK(dri_array_may_cycle(type));
        for (int32_t i = from; i < to; i++) {
            type->elem_trace((char*)(uintptr_t)(array + 1) + (size_t)i * type->size, visit);
        }
    }
}

/* ---- copying ---- */

DR_OWN void* dr_array_copy(DR_BORROW const void* array) {
    if (array == NULL) {
        return NULL;
    }
    const dr_array_header* from = dri_array_header(array);
    const dr_type* type = dr_type_of(from);
    int32_t dims = dim_count(from, type);
    void* copy = make_array(type->id, dri_element_size(from, type), from->length, from->extra, dims, 0);
    size_t bytes = dri_array_bytes(from, type);
    memcpy(copy, array, bytes);
    retain_range(from, type, 0, from->length);
    dri_copies++;
    dri_copied_bytes += (int64_t)bytes;
    dri_debug_copied(bytes);
    return copy;
}

/* The unit is given back without a collection, since the caller's variable refers to the shared array until it has the
 * copy. */
DR_OWN void* dri_unshare(DR_OWN void* array) {
    void* copy = dr_array_copy(array);
    dr_header* shared = dr_array_to_object(array);
    if (DR_UNLIKELY(shared->ref_count == 1)) {
        /* The request for memory collected whoever shared it. */
        dr_release_any(dr_array_to_object(copy));
        return array;
    }
    dri_debug_release(shared);
    if (shared->ref_count > 0) {
        shared->ref_count--;
        dr_note_cyclic(shared);
    }
    return copy;
}

DR_OWN void* dr_array_slice(DR_BORROW const void* array, int32_t start, int32_t length) {
    const dr_array_header* from = dri_array_header(array);
    const dr_type* type = dr_type_of(from);
    size_t size = dri_element_size(from, type);
    int32_t extra = type->id == DR_ARRAY_BYTES ? from->extra : 0;
    void* slice = make_array(type->id, size, length, extra, 1, 0);
    memcpy(slice, (const char*)array + (size_t)start * size, (size_t)length * size);
    retain_range(from, type, start, start + length);
    return slice;
}

/* A unique array's elements move, so that they are neither retained nor released; those cut off are released. Not out of
 * a member of a trial in slices, which would not see it [visible]. The place has the new array before the old one is
 * released: destructors and collections may look. */
void dr_array_set_length(void* place, int32_t length, const char* where) {
    void* array;
    memcpy(&array, place, sizeof array);
    dr_array_header* from = dri_array_header(array);
    const dr_type* type = dr_type_of(from);
    void* resized = dr_new_array(type->id, length, where);
    if (resized == NULL) {
        return;
    }
    int32_t kept = from->length < length ? from->length : length;
    memcpy(resized, array, (size_t)kept * type->size);
    if (from->header.ref_count == 1 && dri_colour(&from->header) == DRI_BLACK) {
        /* What moved away is gone from the old array before that is released. */
        memset(array, 0, (size_t)kept * type->size);
    } else {
        retain_range(from, type, 0, kept);
    }
    memcpy(place, &resized, sizeof resized);
    dr_release_any(from);
}

void dr_array_move(DR_BORROW void* to, int32_t to_start, DR_BORROW const void* from, int32_t from_start, int32_t count) {
    dr_array_header* target = dri_array_header(to);
    const dr_array_header* source = dri_array_header(from);
    const dr_type* type = dr_type_of(target);
    size_t size = dri_element_size(target, type);
    if (!dri_array_is_counted(type) || count == 0) {
        memmove((char*)to + (size_t)to_start * size, (const char*)from + (size_t)from_start * size,
                (size_t)count * size);
        return;
    }
    /* Old elements are released last, when both ranges are final: a destructor may look at the array. They wait in an
     * array of their own, which lets the overlapping case need no thought. */
    void* old = make_array(type->id, size, count, 0, 1, 0);
    retain_range(source, type, from_start, from_start + count);
    memcpy(old, (char*)to + (size_t)to_start * size, (size_t)count * size);
    memmove((char*)to + (size_t)to_start * size, (const char*)from + (size_t)from_start * size, (size_t)count * size);
    dr_release_any(dr_array_to_object(old));
}

/* ---- reading ---- */

int32_t dr_array_dim(DR_BORROW const void* array, int32_t dimension, const char* where) {
    if (array == NULL) {
        dr_throw_null(where);
        return 0;
    }
    int32_t rank = dr_array_rank(array);
    if (dimension < 0 || dimension >= rank) {
        dr_throw_index(dimension, rank, where);
        return 0;
    }
    const dr_array_header* header = dri_array_header(array);
    return rank > 1 ? dri_dims(array, dr_type_of(header)->size)[dimension] : header->length;
}

int64_t dri_index_n(DR_BORROW const void* array, size_t element_size, int32_t rank, const int64_t* indices) {
    if (array == NULL) {
        return -1;
    }
    const int32_t* dims = dri_dims(array, element_size);
    int64_t offset = 0;
    for (int32_t i = 0; i < rank; i++) {
        if (indices[i] < 0 || indices[i] >= dims[i]) {
            return -1;
        }
        offset = offset * dims[i] + indices[i];
    }
    return offset;
}

static bool elements_equal(const void* a, const void* b, const dr_type* type, size_t element_size, int32_t length) {
    char* const* p = a;
    char* const* q = b;
    switch (type->element) {
    case DR_ELEMENT_FLOAT:
        for (int32_t i = 0; i < length; i++) {
            if (!(((const float*)a)[i] == ((const float*)b)[i])) {
                return false;
            }
        }
        return true;
    case DR_ELEMENT_DOUBLE:
        for (int32_t i = 0; i < length; i++) {
            if (!(((const double*)a)[i] == ((const double*)b)[i])) {
                return false;
            }
        }
        return true;
    case DR_ELEMENT_STRING:
        for (int32_t i = 0; i < length; i++) {
            if (!dr_string_equals(p[i], q[i])) {
                return false;
            }
        }
        return true;
    case DR_ELEMENT_ARRAY:
        /* As deep as the type is nested, not as the data. */
        for (int32_t i = 0; i < length; i++) {
            if (!dr_array_equals(p[i], q[i])) {
                return false;
            }
        }
        return true;
    case DR_ELEMENT_STRUCT:
        for (int32_t i = 0; type->elem_equals != NULL && i < length; i++) {
            if (!type->elem_equals((const char*)a + (size_t)i * element_size, (const char*)b + (size_t)i * element_size)) {
                return false;
            }
        }
        return type->elem_equals != NULL || memcmp(a, b, (size_t)length * element_size) == 0;
    default:
        return memcmp(a, b, (size_t)length * element_size) == 0;
    }
}

bool dr_array_equals(DR_BORROW const void* a, DR_BORROW const void* b) {
    if (a == NULL || b == NULL) {
        return a == b;
    }
    const dr_array_header* x = dri_array_header(a);
    const dr_array_header* y = dri_array_header(b);
    const dr_type* type = dr_type_of(x);
    size_t size = dri_element_size(x, type);
    const dr_type* other = dr_type_of(y);
    if (x->length != y->length || other->element != type->element || dri_element_size(y, other) != size ||
        dim_count(x, type) != dim_count(y, other)) {
        return false;
    }
    int32_t dims = dim_count(x, type);
    if (dims != 0 && memcmp(dri_dims(a, size), dri_dims(b, size), (size_t)dims * sizeof(int32_t)) != 0) {
        return false;
    }
    /* Not even an identical array equals itself when it holds a NaN. */
    return elements_equal(a, b, type, size, x->length);
}

int32_t dr_array_hash(DR_BORROW const void* array) {
    if (array == NULL) {
        return 0;
    }
    const dr_array_header* header = dri_array_header(array);
    const dr_type* type = dr_type_of(header);
    char* const* pointers = array;
    uint32_t hash = (uint32_t)header->length;
    switch (type->element) {
    case DR_ELEMENT_BYTES:
        return (int32_t)dri_hash_bytes(array, (size_t)header->length * dri_element_size(header, type));
    case DR_ELEMENT_STRING:
        for (int32_t i = 0; i < header->length; i++) {
            hash = hash * 31 + (uint32_t)dr_string_hash(pointers[i]);
        }
        return (int32_t)hash;
    case DR_ELEMENT_ARRAY:
        for (int32_t i = 0; i < header->length; i++) {
            hash = hash * 31 + (uint32_t)dr_array_hash(pointers[i]);
        }
        return (int32_t)hash;
    default:
        /* Equal arrays have equal lengths; zeros of both signs and structs forbid a look at the bytes. */
        return (int32_t)hash;
    }
}
