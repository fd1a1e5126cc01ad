/* string.c: making, joining, appending and comparing strings; their members are in string_members.c and string_split.c.
 *
 * [capacity] A pooled string's capacity fills its block, so that most appends find room. [in-place] Only a string with
 * count 1 that is not in the intern table is ever written to after its creation, by dr_string_append alone.
 * Requests beyond INT32_MAX bytes are treated as out of memory. */
#include "internal.h"

static const struct {
    dr_string_header header;
    char bytes[8];
} empty_literal = {{{DR_IMMORTAL, DR_STRING}, 0, 0}, ""};

char* const dr_empty_string = (char*)empty_literal.bytes;

static size_t block_bytes(size_t capacity) {
    return sizeof(dr_string_header) + capacity + 1;
}

static size_t usable_capacity(size_t length) {
    size_t block = (block_bytes(length) + 7) & ~(size_t)7;
    return block <= DR_POOL_LIMIT ? block - sizeof(dr_string_header) - 1 : length;
}

static char* start_string(dr_string_header* header, size_t length, size_t capacity) {
    char* bytes = (char*)(header + 1);
    header->header.ref_count = 1;
    header->header.meta = DR_STRING;
    header->length = (int32_t)length;
    header->capacity = (int32_t)capacity;
    bytes[length] = 0;
#if DR_DEBUG_MEMORY
    dri_debug_typed(header, DR_STRING);
#endif
    return bytes;
}

static char* new_with_capacity(size_t length, size_t capacity) {
    if (capacity > INT32_MAX) {
        dri_out_of_memory(NULL);
    }
    capacity = usable_capacity(capacity);
    return start_string(dri_alloc(block_bytes(capacity)), length, capacity);
}

char* dri_string_new(size_t length) {
    return new_with_capacity(length, length);
}

char* dri_string_try_new(size_t length) {
    DRI_CHECK(length <= INT32_MAX);
    size_t capacity = usable_capacity(length);
    dr_string_header* header = dri_try_alloc(block_bytes(capacity));
    return header != NULL ? start_string(header, length, capacity) : NULL;
}

char* dri_string_immortal(const char* bytes, size_t length) {
    dr_string_header* header = dri_os_alloc(block_bytes(length));
    if (header == NULL) {
        return NULL;
    }
    header->header.ref_count = DR_IMMORTAL;
    header->header.meta = DR_STRING;
    header->length = (int32_t)length;
    header->capacity = 0;
    char* copy = (char*)(header + 1);
    memcpy(copy, bytes, length);
    copy[length] = 0;
    return copy;
}

void dri_string_free(dr_header* obj) {
    if (obj->meta & DR_META_INTERNED) {
        dri_intern_forget(obj);
    }
    dri_free(obj, block_bytes((size_t)((dr_string_header*)(void*)obj)->capacity));
}

DR_OWN char* dr_string_from_bytes(const char* bytes, size_t length) {
    char* s = dri_string_new(length);
    if (length != 0) {
        memcpy(s, bytes, length);
    }
    return s;
}

DR_OWN char* dr_string_from_c(const char* text) {
    return text != NULL ? dr_string_from_bytes(text, strlen(text)) : NULL;
}

/* ---- joining ---- */

/* Joins without a copy when one side adds nothing. */
DR_OWN char* dr_string_concat_managed(DR_BORROW const char* a, DR_BORROW const char* b) {
    size_t a_length = (size_t)dr_text_length(a);
    size_t b_length = (size_t)dr_text_length(b);
    if (b_length == 0) {
        return a != NULL ? dr_retain_string((char*)(uintptr_t)a) : dr_empty_string;
    }
    if (a_length == 0) {
        return dr_retain_string((char*)(uintptr_t)b);
    }
    char* joined = dri_string_new(a_length + b_length);
    memcpy(joined, a, a_length);
    memcpy(joined + a_length, b, b_length);
    return joined;
}

DR_OWN char* dr_string_concat_n(DR_BORROW char* const* parts, int32_t count) {
    size_t length = 0;
    for (int32_t i = 0; i < count; i++) {
        length += (size_t)dr_text_length(parts[i]);
    }
    char* joined = dri_string_new(length);
    char* to = joined;
    for (int32_t i = 0; i < count; i++) {
        size_t part = (size_t)dr_text_length(parts[i]);
        if (part != 0) {
            memcpy(to, parts[i], part);
            to += part;
        }
    }
    return joined;
}

/* ---- appending ---- */

static size_t doubled(size_t capacity, size_t needed) {
    size_t twice = capacity * 2;
    if (twice > INT32_MAX) {
        twice = INT32_MAX;
    }
    return twice > needed ? twice : needed;
}

/* A unique string gets a larger block; a large one moves only if malloc cannot stretch it. */
static char* enlarge(char* s, size_t length, size_t capacity) {
    dr_string_header* header = dri_string_header(s);
    size_t old_bytes = block_bytes((size_t)header->capacity);
    capacity = usable_capacity(capacity);
#if !DR_NO_POOLS
    bool resizable = old_bytes > DR_POOL_LIMIT;
#else
    bool resizable = true;
#endif
    if (resizable) {
        dr_string_header* moved = dri_large_resize(header, block_bytes(capacity));
        if (moved == NULL) {
            dri_reclaim();
            moved = dri_large_resize(header, block_bytes(capacity));
            if (moved == NULL) {
                dri_out_of_memory(NULL);
            }
        }
        moved->capacity = (int32_t)capacity;
        return (char*)(moved + 1);
    }
    char* larger = start_string(dri_alloc(block_bytes(capacity)), length, capacity);
    memcpy(larger, s, length);
    dri_free(header, old_bytes);
    return larger;
}

char* dri_string_grow(DR_OWN char* s, size_t extra, size_t* old_length) {
    size_t length = (size_t)dr_text_length(s);
    size_t needed = length + extra;
    *old_length = length;
    if (needed > INT32_MAX) {
        dri_out_of_memory(NULL);
    }
    if (s == NULL) {
        return dri_string_new(needed);
    }
    dr_string_header* header = dri_string_header(s);
    if (header->header.ref_count == 1 && !(header->header.meta & DR_META_INTERNED)) {
        if (needed > (size_t)header->capacity) {
            s = enlarge(s, length, doubled((size_t)header->capacity, needed));
            header = dri_string_header(s);
        }
        header->length = (int32_t)needed;
        s[needed] = 0;
        return s;
    }
    char* copy = dri_string_new(needed);
    memcpy(copy, s, length);
    dr_release_string(s);
    return copy;
}

DR_OWN char* dr_string_append(DR_OWN char* s, DR_BORROW const char* x) {
    size_t extra = (size_t)dr_text_length(x);
    /* A text that begins as a literal "" is x, as with `+`; a unique empty one may have room. */
    bool is_nothing = s == NULL || (dr_string_length(s) == 0 && dri_string_header(s)->header.ref_count < 0);
    if (is_nothing && x != NULL) {
        return dr_retain_string((char*)(uintptr_t)x);
    }
    if (extra == 0) {
        return s != NULL ? s : dr_empty_string;
    }
    /* s + s: after growing, the bytes to add are the front of the result. */
    bool same = s == x;
    size_t at;
    char* result = dri_string_grow(s, extra, &at);
    memcpy(result + at, same ? result : x, extra);
    return result;
}

DR_OWN char* dr_string_append_bytes(DR_OWN char* s, const char* bytes, size_t length) {
    size_t at;
    char* result = dri_string_grow(s, length, &at);
    if (length != 0) {
        memcpy(result + at, bytes, length);
    }
    return result;
}

DR_OWN char* dr_string_append_char(DR_OWN char* s, unsigned char c) {
    size_t at;
    char* result = dri_string_grow(s, 1, &at);
    result[at] = (char)c;
    return result;
}

/* ---- comparing ---- */

bool dr_string_equals(DR_BORROW const char* a, DR_BORROW const char* b) {
    if (a == b) {
        return true;
    }
    if (a == NULL || b == NULL) {
        return false;
    }
    int32_t length = dr_string_length(a);
    return length == dr_string_length(b) && memcmp(a, b, (size_t)length) == 0;
}

int32_t dr_string_compare(DR_BORROW const char* a, DR_BORROW const char* b) {
    if (a == b) {
        return 0;
    }
    if (a == NULL || b == NULL) {
        return a == NULL ? -1 : 1;
    }
    int32_t a_length = dr_string_length(a);
    int32_t b_length = dr_string_length(b);
    int order = memcmp(a, b, (size_t)(a_length < b_length ? a_length : b_length));
    if (order == 0) {
        order = (a_length > b_length) - (a_length < b_length);
    }
    return (order > 0) - (order < 0);
}

static unsigned char lower(char c) {
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool dr_string_equals_ignore_case(DR_BORROW const char* a, DR_BORROW const char* b) {
    if (a == b) {
        return true;
    }
    if (a == NULL || b == NULL || dr_string_length(a) != dr_string_length(b)) {
        return false;
    }
    for (int32_t i = dr_string_length(a); i-- > 0;) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

/* Eight bytes a step; the same on every run, so that output never depends on addresses or seeds. */
uint32_t dri_hash_bytes(const char* bytes, size_t length) {
    const uint64_t k = 0x9E3779B97F4A7C15u;
    uint64_t hash = length * k;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        hash = (hash ^ word) * k;
        hash ^= hash >> 32;
        bytes += 8;
        length -= 8;
    }
    if (length != 0) {
        uint64_t word = 0;
        memcpy(&word, bytes, length);
        hash = (hash ^ word) * k;
        hash ^= hash >> 32;
    }
    hash *= k;
    return (uint32_t)(hash >> 32);
}

int32_t dr_string_hash(DR_BORROW const char* s) {
    return s != NULL ? (int32_t)dri_hash_bytes(s, (size_t)dr_string_length(s)) : 0;
}

bool dr_string_is_null_or_empty(DR_BORROW const char* s) {
    return dr_text_length(s) == 0;
}

int32_t dr_switch_string(DR_BORROW const char* s, DR_BORROW char* const* sorted, int32_t count) {
    int32_t low = 0;
    int32_t high = count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        int32_t order = dr_string_compare(s, sorted[middle]);
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return -1;
}
