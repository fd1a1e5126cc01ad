/* object.h: counted objects: header, type descriptions, inline retain and release.
 *
 * Everything counted starts with one dr_header: class instances at their own address, strings and arrays in front of
 * the bytes that Dream's `string` and `T[]` point to. A value of Dream's type `object` is always a pointer to that
 * header, so that its type can be read without knowing it; dr_string_to_object and friends convert by adding a constant.
 *
 * [count] The count is signed. 1..INT32_MAX: live. Negative: immortal, or stuck after an overflow; never written again.
 * 0: the fields were released by hand, a release then only frees the memory.
 * [meta] bits 0..15 type id, 16 buffered as cycle candidate, 17 finalised, 18 dead and waiting, 19..20 collector
 * colour, 21 interned, 22..31 the collector's while the object is a member of a trial in slices.
 * [queued] A dead object waits with its low 19 bits as they were; bits 19..31 are the bits 3..15 of the address of the
 * next one, and the count is its bits 16..47: blocks are aligned to 8 bytes, and lie below 2^48 on every supported
 * system. */
#ifndef DREAM_OBJECT_H
#define DREAM_OBJECT_H

typedef struct dr_header {
    int32_t ref_count;
    uint32_t meta;
} dr_header;

/* [alias] The count is read and written as a plain int, never as the member of some struct: hand-written C has its own
 * struct with an `int` in front, and a compiler may assume that members of different structs are different objects. */
#define dri_count(obj) (*(int32_t*)(void*)(obj))

#define DR_IMMORTAL (-0x40000000)

enum {
    DR_TYPE_MASK = 0xFFFF,
    DR_META_BUFFERED = 1 << 16,
    DR_META_FINALISED = 1 << 17,
    DRI_META_QUEUED = 1 << 18,
    DR_META_COLOUR = 3 << 19,
    DR_META_INTERNED = 1 << 21,
    DRI_META_KEPT = DR_TYPE_MASK | DR_META_BUFFERED | DR_META_FINALISED
};

typedef struct dr_type dr_type;
typedef void (*dr_visit)(DR_BORROW void* counted_object);

/* How an array type holds its elements. */
typedef enum dr_element {
    DR_ELEMENT_NONE,
    DR_ELEMENT_BYTES,
    DR_ELEMENT_FLOAT,
    DR_ELEMENT_DOUBLE,
    DR_ELEMENT_STRING,
    DR_ELEMENT_OBJECT,
    DR_ELEMENT_ARRAY,
    DR_ELEMENT_STRUCT
} dr_element;

enum dr_type_flags {
    /* An instance may run a destructor when it dies, its own or that of something it holds: released eagerly, in order. */
    DR_TYPE_EAGER = 1,
    DR_TYPE_INTERFACE = 2,
    /* to_string prints a value (boxes, enums); otherwise == on `object` compares identity. */
    DR_TYPE_VALUE = 4,
    /* `trace` visits everything that `drop` releases. */
    DR_TYPE_TRACED = 8
};

typedef struct dr_interface {
    const dr_type* type;
    const void* methods;
} dr_interface;

/* A type description. Emitted class types with virtual methods embed it as first member, followed by their slots:
 * ((const Animal_type*)dr_type_of(obj))->Speak(obj). Unused members are zero. */
struct dr_type {
    const char* name;
    /* Its index in the program's table. */
    uint32_t id;
    uint32_t flags;
    /* sizeof the instance (classes), of one element (arrays). */
    uint32_t size;
    dr_element element;
    const dr_type* base;
    /* Releases the fields and nothing else; NULL when there are none to release. */
    void (*drop)(DR_BORROW void* obj);
    /* Visits every counted field that may lie on a cycle, NULL included; NULL for types that cannot. Arrays are passed
     * through dr_trace_array, values of type `object` as they are, strings not at all. */
    void (*trace)(DR_BORROW void* obj, dr_visit visit);
    /* ~T and then its bases'; NULL without one. */
    void (*destroy)(DR_BORROW void* obj);
    DR_OWN char* (*to_string)(DR_BORROW void* obj);
    bool (*equals)(DR_BORROW void* obj, DR_BORROW void* other);
    int32_t (*hash)(DR_BORROW void* obj);
    /* Arrays whose elements are structs: one element each. NULL where an element holds nothing counted (retain, release)
     * or nothing that may lie on a cycle (trace), or bytes decide (equals). */
    void (*elem_retain)(DR_BORROW void* elem);
    void (*elem_release)(DR_BORROW void* elem);
    void (*elem_trace)(DR_BORROW void* elem, dr_visit visit);
    bool (*elem_equals)(DR_BORROW const void* a, DR_BORROW const void* b);
    /* All interfaces of the class and its bases. */
    const dr_interface* interfaces;
    uint32_t interface_count;
};

/* Ids of the runtime's own types, in the order of the table DR_RUNTIME_TYPES (program.h). */
enum {
    DR_UNTYPED = 0,
    DR_STRING,
    DR_ARRAY_BYTES,
    DR_ARRAY_BOOL,
    DR_ARRAY_CHAR,
    DR_ARRAY_BYTE,
    DR_ARRAY_INT,
    DR_ARRAY_LONG,
    DR_ARRAY_FLOAT,
    DR_ARRAY_DOUBLE,
    DR_ARRAY_STRING,
    DR_ARRAY_OBJECT,
    DR_ARRAY_ARRAY,
    DR_ARRAY_POINTER,
    DR_BOX_BOOL,
    DR_BOX_CHAR,
    DR_BOX_BYTE,
    DR_BOX_INT,
    DR_BOX_LONG,
    DR_BOX_FLOAT,
    DR_BOX_DOUBLE,
#define DR_FAULT(name, text) DR_TYPE_##name,
#include "faults.def"
#undef DR_FAULT
    DR_FIRST_TYPE
};

/* The type table, indexed by id: the runtime's own until dr_init. */
extern DR_THREAD_LOCAL const dr_type* const* dri_types;

DR_INLINE uint32_t dr_type_id(DR_BORROW const void* obj) {
    return ((const dr_header*)obj)->meta & DR_TYPE_MASK;
}

/* The object must not be NULL. O(1). */
DR_INLINE const dr_type* dr_type_of(DR_BORROW const void* obj) {
    return dri_types[dr_type_id(obj)];
}

bool dri_is_subtype(const dr_type* type, const dr_type* target);

/* `obj is T`: null-safe. O(1) for the exact type, else O(depth of the hierarchy). */
DR_INLINE bool dr_is(DR_BORROW const void* obj, const dr_type* type) {
    if (obj == NULL) {
        return false;
    }
    const dr_type* own = dr_type_of(obj);
    return own == type || dri_is_subtype(own, type);
}

/* `obj is T` where ids were given out in preorder, so that T and its subclasses are first..last. O(1), no memory read
 * but the header. */
DR_INLINE bool dr_is_between(DR_BORROW const void* obj, uint32_t first, uint32_t last) {
    return obj != NULL && dr_type_id(obj) - first <= last - first;
}

/* The method table of an interface, NULL when the class lacks it. O(interfaces of the class). */
const void* dr_interface_of(DR_BORROW const void* obj, const dr_type* interface_type);

/* ---- allocation ---- */

#if DR_NO_POOLS
void* dri_alloc(size_t size);
#else
void* dri_alloc_large(size_t size);

DR_INLINE void* dri_alloc(size_t size) {
    if (size <= DR_POOL_LIMIT) {
        return dri_pool_take(&dri_pools[(size + 7) / 8]);
    }
    return dri_alloc_large(size);
}
#endif
#if DR_DEBUG_MEMORY
void dri_debug_typed(void* block, uint32_t id);
#endif

/* Never NULL: out of memory ends the program. */
DR_INLINE DR_OWN void* dri_new(size_t size, uint32_t id) {
    dr_header* obj = (dr_header*)dri_alloc(size);
    memset(obj, 0, size);
    obj->ref_count = 1;
    obj->meta = id;
#if DR_DEBUG_MEMORY
    dri_debug_typed(obj, id);
#endif
    return obj;
}

/* A T with all fields zero and count 1; T_id is its type id. O(sizeof(T)). */
#define dr_new(T) ((T*)dri_new(sizeof(T), T##_id))

/* ---- counting ---- */

/* The slow half of every release: the count is 1, 0 or negative. Frees, queues, runs destructors; never recurses into
 * the object graph beyond a fixed depth, and does a bounded amount of work (destructors excepted). */
DR_NOINLINE void dri_release_last(DR_OWN dr_header* obj);
/* Remembers a possible root of a garbage cycle, and collects when enough have come together. */
DR_NOINLINE void dri_candidate(DR_BORROW dr_header* obj);
DR_NOINLINE void dri_note_candidate(DR_BORROW dr_header* obj);
/* Frees everything that waits on the worklist. */
void dri_drain_all(void);

#if DR_DEBUG_MEMORY
void dri_debug_retain(const dr_header* obj);
void dri_debug_release(const dr_header* obj);
#else
#define dri_debug_retain(obj) ((void)0)
#define dri_debug_release(obj) ((void)0)
#endif

DR_INLINE void dri_retain(dr_header* obj) {
    dri_debug_retain(obj);
    if (DR_LIKELY(dri_count(obj) > 0)) {
        /* One past the maximum is negative, and negative stays. */
        dri_count(obj) = (int32_t)((uint32_t)dri_count(obj) + 1u);
    }
}

DRI_HEADERS_BEGIN
DR_INLINE void dri_release(dr_header* obj) {
    dri_debug_release(obj);
    if (dri_count(obj) > 1) {
        dri_count(obj)--;
    } else {
        dri_release_last(obj);
    }
}
DRI_HEADERS_END

DR_INLINE DR_OWN void* dri_retain_object(DR_BORROW void* obj) {
    if (obj != NULL) {
        dri_retain((dr_header*)obj);
    }
    return obj;
}

DR_INLINE void dri_release_object(DR_OWN void* obj) {
    if (obj != NULL) {
        dri_release((dr_header*)obj);
    }
}

/* Gives a unit up; whether it was the last one of an object, which then dies (or is immortal). */
DR_INLINE bool dri_was_last(void* obj) {
    if (obj != NULL && dri_count(obj) > 1) {
        dri_count(obj)--;
        return false;
    }
    return obj != NULL;
}

/* Release of an instance whose exact class is known to hold nothing counted, to have no destructor and no cycle; `size`
 * is its sizeof, a constant: the compiler sees through to the free list. Same effect as dr_release_object.
 * [no-candidate] The candidates are not asked, here and for lazy classes: whoever holds such an instance as something
 * that may lie on a cycle releases it by dr_release_any, which remembers only what does. */
DR_INLINE void dr_release_exact(DR_OWN void* obj, size_t size) {
#if DR_NO_POOLS
    (void)size;
    dri_release_object(obj);
#else
    if (!dri_was_last(obj)) {
        return;
    }
    if (DR_LIKELY(dri_count(obj) == 1) && size <= DR_POOL_LIMIT) {
        dri_pool_give(obj);
    } else {
        dri_release_last((dr_header*)obj);
    }
#endif
}

/* ---- lazy classes ---- */

/* [lazy] An instance of a class that is known exactly, has no destructor and no cycle in reach, and holds strings and
 * instances of such classes only, may wait when it dies, with all that hangs on it, until the next `new` of its class
 * takes its place: only then its fields are released, so neither end takes more than constant time, and what dies and
 * is built again by turns never passes the free lists (Weizenbaum 1963). What still waits when the next one dies is
 * freed then. */

/* What waits, a stack linked through the headers; fields still hold their units. */
extern DR_THREAD_LOCAL dr_header* dri_waiting;

/* Compilers make one load, or one store, of the header's two halves. */
DR_INLINE dr_header* dri_get_link(const dr_header* obj) {
    uint64_t word = (uint64_t)obj->meta << 32 | (uint32_t)obj->ref_count;
    uint64_t link = word & ~((uint64_t)(DRI_META_KEPT | DRI_META_QUEUED) << 32);
    return (dr_header*)(uintptr_t)(link << 16 | link >> 48);
}

/* `kept`: what obj->meta & DRI_META_KEPT is. */
DR_INLINE void dri_link_as(dr_header* obj, const dr_header* next, uint32_t kept) {
    uint64_t address = (uint64_t)(uintptr_t)next;
    uint64_t word = (uint64_t)(kept | DRI_META_QUEUED) << 32 | address << 48 | address >> 16;
    obj->ref_count = (int32_t)(uint32_t)word;
    obj->meta = (uint32_t)(word >> 32);
}

DR_INLINE void dri_set_link(dr_header* obj, const dr_header* next) {
    dri_link_as(obj, next, obj->meta & DRI_META_KEPT);
}

DR_NOINLINE void dri_release_lazy_last(DR_OWN dr_header* obj);
DR_COLD void dri_pay_for_object(void);

DR_INLINE void dr_release_lazy(DR_OWN void* obj) {
#if DR_NO_POOLS
    dri_release_object(obj);
#else
    if (dri_was_last(obj)) {
        dri_release_lazy_last((dr_header*)obj);
    }
#endif
}

/* The release of fields of lazy classes, whose ids are `id`, in the drop function of a lazy class, where nothing else
 * happens between the two:
 *     dr_header* dead = dr_dead(); dead = dr_release_onto(dead, self->left, Tree_id); ... dr_set_dead(dead); */
#define dr_dead() dri_waiting
#define dr_set_dead(dead) ((void)(dri_waiting = (dead)))

DR_INLINE dr_header* dr_release_onto(dr_header* dead, DR_OWN void* obj, uint32_t id) {
#if DR_NO_POOLS
    (void)dead;
    (void)id;
    dri_release_object(obj);
    return dri_waiting;
#else
    if (obj == NULL) {
        return dead;
    }
    if (DR_LIKELY(dri_count(obj) == 1)) {
        dri_link_as((dr_header*)obj, dead, id);
        return (dr_header*)obj;
    }
    if (dri_count(obj) > 1) {
        dri_count(obj)--;
    }
    return dead;
#endif
}

DR_INLINE DR_OWN void* dri_new_lazy(size_t size, uint32_t id, void (*drop)(DR_BORROW void* obj)) {
#if DR_NO_POOLS
    (void)drop;
#else
    dr_header* dead = dri_waiting;
    if (dead != NULL) {
        if (DR_LIKELY((dead->meta & (DRI_META_KEPT | DRI_META_QUEUED)) == (id | DRI_META_QUEUED))) {
            dri_waiting = dri_get_link(dead);
            drop(dead);
            memset(dead, 0, size);
            dead->ref_count = 1;
            dead->meta = id;
            return dead;
        }
        dri_pay_for_object();
    }
#endif
    return dri_new(size, id);
}

/* A T of a lazy class, whose drop function is T_drop. O(fields). */
#define dr_new_lazy(T) ((T*)dri_new_lazy(sizeof(T), T##_id, T##_drop))

/* ---- classes on cycles ---- */

#define dr_retain_cyclic dr_retain_object

/* Release of an instance whose class may lie on a cycle. */
DR_INLINE void dr_release_cyclic(DR_OWN void* obj) {
    dr_header* header = (dr_header*)obj;
    if (header == NULL) {
        return;
    }
    dri_debug_release(header);
    if (dri_count(header) > 1) {
        dri_count(header)--;
        if (!(header->meta & DR_META_BUFFERED)) {
            dri_candidate(header);
        }
    } else {
        dri_release_last(header);
    }
}

/* An owned unit of a may-cycle type was moved into a field, element, cell or global: a cycle may have closed although
 * no count ever fell. Remembers the object; frees nothing, runs nothing. */
DR_INLINE void dr_note_cyclic(DR_BORROW void* obj) {
    dr_header* header = (dr_header*)obj;
    if (header != NULL && dri_count(header) > 0 && !(header->meta & DR_META_BUFFERED)) {
        dri_note_candidate(header);
    }
}

/* Release of a value of type `object`: whether it may lie on a cycle is read from its type. */
void dr_release_any(DR_OWN void* obj);

/* `x = null` written by the user: the release, and everything that waits for it, before the next statement. */
DR_INLINE void dr_release_object_now(DR_OWN void* obj) {
    dri_release_object(obj);
    dri_drain_all();
}
DR_INLINE void dr_release_cyclic_now(DR_OWN void* obj) {
    dr_release_cyclic(obj);
    dri_drain_all();
}
void dr_release_any_now(DR_OWN void* obj);

/* The constructor threw: the destructor will not run. */
DR_INLINE void dr_set_finalised(DR_BORROW void* obj) {
    ((dr_header*)obj)->meta |= DR_META_FINALISED;
}

/* The runtime's dr_release_object asks the page whether the object has a type; compiled Dream knows that it has. */
#define dr_retain_object dri_retain_object
#if DR_MANAGED
#define dr_release_object dri_release_object
#endif

/* ---- values of type object ---- */

/* Boxes: fresh objects of the DR_BOX_ types. Unboxing reads the value; the caller has checked the type. O(1). */
DR_OWN void* dr_box_bool(bool value);
DR_OWN void* dr_box_char(unsigned char value);
DR_OWN void* dr_box_byte(uint8_t value);
DR_OWN void* dr_box_int(int32_t value);
DR_OWN void* dr_box_long(int64_t value);
DR_OWN void* dr_box_float(float value);
DR_OWN void* dr_box_double(double value);

typedef struct dr_box {
    dr_header header;
    union {
        bool as_bool;
        unsigned char as_char;
        uint8_t as_byte;
        int32_t as_int;
        int64_t as_long;
        float as_float;
        double as_double;
    } value;
} dr_box;

#define dr_unbox_bool(obj) (((const dr_box*)(obj))->value.as_bool)
#define dr_unbox_char(obj) (((const dr_box*)(obj))->value.as_char)
#define dr_unbox_byte(obj) (((const dr_box*)(obj))->value.as_byte)
#define dr_unbox_int(obj) (((const dr_box*)(obj))->value.as_int)
#define dr_unbox_long(obj) (((const dr_box*)(obj))->value.as_long)
#define dr_unbox_float(obj) (((const dr_box*)(obj))->value.as_float)
#define dr_unbox_double(obj) (((const dr_box*)(obj))->value.as_double)

/* Any object's text: to_string, else the class name; NULL gives NULL. */
DR_OWN char* dr_object_to_string(DR_BORROW void* obj);
/* Object.Equals: identity, content for strings and arrays, value for boxes, `equals` where the type has one. Null-safe. */
bool dr_object_equals(DR_BORROW void* a, DR_BORROW void* b);
int32_t dr_object_hash(DR_BORROW void* obj);
/* Hashes of plain values, the same as those of their boxes; equal doubles share one (0 and -0, every NaN). */
int32_t dr_long_hash(int64_t v);
int32_t dr_double_hash(double v);

/* ---- cycles ---- */

/* In chunks of equal size, the last one partly used. */
typedef struct dri_list {
    dr_header*** chunks;
    size_t count;
    size_t capacity;
    size_t chunk_room;
} dri_list;

extern DR_THREAD_LOCAL dri_list dri_candidates;
/* How many of them, from the first, are no longer tried by frames. */
extern DR_THREAD_LOCAL size_t dri_tried_candidates;
void dri_frame_trial(size_t frame, bool user_code);

/* At the start of a function whose locals may be the last to hold a small cycle, and at its end: tries the candidates that
 * came about in between, the latest ones, giving up beyond 64 objects. O(1). Without `user_code` it runs no destructor. */
#define dr_frame() (dri_candidates.count)

DR_INLINE void dr_frame_trial(size_t frame, bool user_code) {
    if (DR_UNLIKELY(dri_candidates.count > frame && dri_candidates.count > dri_tried_candidates)) {
        dri_frame_trial(frame, user_code);
    }
}

#endif
