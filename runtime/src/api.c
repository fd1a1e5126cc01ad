/* api.c: the documented API as real functions, for C files and languages that link with the runtime without its macros.
 * Last in the unity build, since from here on the names no longer mean the inline forms. */
#include "internal.h"

#undef dr_alloc_string
#undef dr_retain_string
#undef dr_release_string
#undef dr_string_concat
#undef dr_retain_array
#undef dr_release_array
#undef dr_retain_object

DR_OWN char* dr_alloc_string(const char* content) {
    return dr_string_from_bytes(content, content != NULL ? strlen(content) : 0);
}

DR_OWN char* dr_retain_string(DR_BORROW char* str) {
    return dri_retain_string(str);
}

void dr_release_string(DR_OWN char* str) {
    dri_release_string(str);
}

DR_OWN char* dr_string_concat(DR_BORROW const char* a, DR_BORROW const char* b) {
    size_t a_length = a != NULL ? strlen(a) : 0;
    size_t b_length = b != NULL ? strlen(b) : 0;
    char* joined = dri_string_new(a_length + b_length);
    if (a_length != 0) {
        memcpy(joined, a, a_length);
    }
    if (b_length != 0) {
        memcpy(joined + a_length, b, b_length);
    }
    return joined;
}

DR_OWN void* dr_retain_array(DR_BORROW void* array) {
    return dri_retain_array(array);
}

void dr_release_array(DR_OWN void* array) {
    dr_release_any(dr_array_to_object(array));
}

DR_OWN void* dr_retain_object(DR_BORROW void* obj) {
    return dri_retain_object(obj);
}
