/* value.c: values of type `object`: boxes, and what every object answers (ToString, Equals, GetHashCode).
 *
 * An `object` is a pointer to a dr_header, whatever the type behind it. Boxes are acyclic objects of 16 bytes.
 * Also the runtime's own types: strings, arrays by element, boxes, the exceptions it throws. */
#include "internal.h"

#define BOX(name, c_type, field)                                              \
    DR_OWN void* dr_box_##field(c_type value) {                               \
        dr_box* box = dri_new(sizeof(dr_box), DR_BOX_##name);                 \
        box->value.as_##field = value;                                        \
        return box;                                                           \
    }
BOX(BOOL, bool, bool)
BOX(CHAR, unsigned char, char)
BOX(BYTE, uint8_t, byte)
BOX(INT, int32_t, int)
BOX(LONG, int64_t, long)
BOX(FLOAT, float, float)
BOX(DOUBLE, double, double)
#undef BOX

#define BOX_METHODS(c_type, field)                                            \
    static DR_OWN char* box_##field##_text(DR_BORROW void* obj) {             \
        return dr_##field##_to_string(dr_unbox_##field(obj));                 \
    }                                                                         \
    static bool box_##field##_equals(DR_BORROW void* a, DR_BORROW void* b) {  \
        return dr_unbox_##field(a) == dr_unbox_##field(b);                    \
    }
BOX_METHODS(bool, bool)
BOX_METHODS(unsigned char, char)
BOX_METHODS(uint8_t, byte)
BOX_METHODS(int32_t, int)
BOX_METHODS(int64_t, long)
BOX_METHODS(float, float)
BOX_METHODS(double, double)
#undef BOX_METHODS

static int32_t hash_long(int64_t v) {
    return (int32_t)(uint32_t)((uint64_t)v ^ (uint64_t)v >> 32);
}

static int32_t hash_double(double v) {
    int64_t bits;
    /* Both zeros are equal, so they hash alike; so does every NaN, as Equals has it. */
    if (v != v) {
        return 0x7FF80000;
    }
    v = v == 0 ? 0 : v;
    memcpy(&bits, &v, sizeof bits);
    return hash_long(bits);
}

static int32_t box_bool_hash(DR_BORROW void* obj) { return dr_unbox_bool(obj); }
static int32_t box_char_hash(DR_BORROW void* obj) { return dr_unbox_char(obj); }
static int32_t box_byte_hash(DR_BORROW void* obj) { return dr_unbox_byte(obj); }
static int32_t box_int_hash(DR_BORROW void* obj) { return dr_unbox_int(obj); }
static int32_t box_long_hash(DR_BORROW void* obj) { return hash_long(dr_unbox_long(obj)); }
static int32_t box_float_hash(DR_BORROW void* obj) { return hash_double((double)dr_unbox_float(obj)); }
static int32_t box_double_hash(DR_BORROW void* obj) { return hash_double(dr_unbox_double(obj)); }

static void drop_exception(DR_BORROW void* obj) {
    dr_release_string(((dr_exception*)obj)->Message);
}

static DR_OWN char* exception_text(DR_BORROW void* obj) {
    return dr_exception_text(obj);
}

#define FLAGS_OF(element) ((element) == DR_ELEMENT_OBJECT || (element) == DR_ELEMENT_ARRAY ? DR_TYPE_TRACED : 0)
#define ARRAY(type_id, text, kind, bytes)                                                            \
    [type_id] = {.name = text, .id = type_id, .flags = FLAGS_OF(DR_ELEMENT_##kind), .size = bytes,   \
                 .element = DR_ELEMENT_##kind}
#define BOX_TYPE(type_id, text, field)                                                               \
    [type_id] = {.name = text, .id = type_id, .flags = DR_TYPE_VALUE, .size = sizeof(dr_box),        \
                 .to_string = box_##field##_text, .equals = box_##field##_equals, .hash = box_##field##_hash}

const dr_type dri_own_types[DR_FIRST_TYPE] = {
    [DR_UNTYPED] = {.name = "object", .id = DR_UNTYPED, .size = 8},
    [DR_STRING] = {.name = "string", .id = DR_STRING},
    ARRAY(DR_ARRAY_BYTES, "array", BYTES, 0),
    ARRAY(DR_ARRAY_BOOL, "bool[]", BYTES, sizeof(bool)),
    ARRAY(DR_ARRAY_CHAR, "char[]", BYTES, 1),
    ARRAY(DR_ARRAY_BYTE, "byte[]", BYTES, 1),
    ARRAY(DR_ARRAY_INT, "int[]", BYTES, 4),
    ARRAY(DR_ARRAY_LONG, "long[]", BYTES, 8),
    ARRAY(DR_ARRAY_FLOAT, "float[]", FLOAT, sizeof(float)),
    ARRAY(DR_ARRAY_DOUBLE, "double[]", DOUBLE, sizeof(double)),
    ARRAY(DR_ARRAY_STRING, "string[]", STRING, sizeof(char*)),
    ARRAY(DR_ARRAY_OBJECT, "object[]", OBJECT, sizeof(void*)),
    ARRAY(DR_ARRAY_ARRAY, "array[]", ARRAY, sizeof(void*)),
    ARRAY(DR_ARRAY_POINTER, "void*[]", BYTES, sizeof(void*)),
    BOX_TYPE(DR_BOX_BOOL, "bool", bool),
    BOX_TYPE(DR_BOX_CHAR, "char", char),
    BOX_TYPE(DR_BOX_BYTE, "byte", byte),
    BOX_TYPE(DR_BOX_INT, "int", int),
    BOX_TYPE(DR_BOX_LONG, "long", long),
    BOX_TYPE(DR_BOX_FLOAT, "float", float),
    BOX_TYPE(DR_BOX_DOUBLE, "double", double),
#define DR_FAULT(fault, text)                                                                        \
    [DR_TYPE_##fault] = {.name = #fault, .id = DR_TYPE_##fault, .size = sizeof(dr_exception),        \
                         .base = DR_TYPE_##fault == DR_TYPE_Exception ? NULL : &dri_own_types[DR_TYPE_Exception], \
                         .drop = drop_exception, .to_string = exception_text},
#include "dream/faults.def"
#undef DR_FAULT
};

static const dr_type* const own_table[] = {DR_RUNTIME_TYPES};
DR_THREAD_LOCAL const dr_type* const* dri_types = own_table;

/* ---- what every object answers ---- */

DR_OWN char* dr_object_to_string(DR_BORROW void* obj) {
    if (obj == NULL) {
        return NULL;
    }
    const dr_type* type = dr_type_of(obj);
    if (type->id == DR_STRING) {
        return dr_retain_string(dr_object_to_managed_string(obj));
    }
    return type->to_string != NULL ? type->to_string(obj) : dr_string_from_c(type->name);
}

bool dr_object_equals(DR_BORROW void* a, DR_BORROW void* b) {
    if (a == b) {
        return true;
    }
    if (a == NULL || b == NULL) {
        return false;
    }
    const dr_type* type = dr_type_of(a);
    if (type->element != DR_ELEMENT_NONE) {
        return dr_type_of(b)->element != DR_ELEMENT_NONE &&
               dr_array_equals(dr_object_to_array(a), dr_object_to_array(b));
    }
    if (type->id == DR_STRING) {
        return dr_type_of(b) == type &&
               dr_string_equals(dr_object_to_managed_string(a), dr_object_to_managed_string(b));
    }
    if (type->equals == NULL || ((type->flags & DR_TYPE_VALUE) && dr_type_of(b) != type)) {
        return false;
    }
    return type->equals(a, b);
}

int32_t dr_long_hash(int64_t v) { return hash_long(v); }

int32_t dr_double_hash(double v) { return hash_double(v); }

int32_t dr_object_hash(DR_BORROW void* obj) {
    if (obj == NULL) {
        return 0;
    }
    const dr_type* type = dr_type_of(obj);
    if (type->element != DR_ELEMENT_NONE) {
        return dr_array_hash(dr_object_to_array(obj));
    }
    if (type->id == DR_STRING) {
        return dr_string_hash(dr_object_to_managed_string(obj));
    }
    if (type->hash != NULL) {
        return type->hash(obj);
    }
    return hash_long((int64_t)((uintptr_t)obj >> 3));
}
