/* string_split.c: between one string and many: Split, Join, char arrays.
 *
 * A split runs the same search twice, first to count the parts, so that the array is made once in its final size. */
#include "internal.h"

/* What ends a part: a text, or any byte of a set. */
typedef struct separator {
    const char* bytes;
    size_t length;
    bool any_byte;
} separator;

/* The end of the part that starts at `from`; *next is where the following one starts, SIZE_MAX behind the last. */
static size_t part_end(const char* s, size_t length, size_t from, const separator* sep, size_t* next) {
    size_t width = sep->any_byte ? 1 : sep->length;
    for (size_t i = from; sep->length != 0 && i + width <= length; i++) {
        bool here = sep->any_byte ? memchr(sep->bytes, s[i], sep->length) != NULL
                                  : s[i] == sep->bytes[0] && memcmp(s + i, sep->bytes, sep->length) == 0;
        if (here) {
            *next = i + width;
            return i;
        }
    }
    *next = SIZE_MAX;
    return length;
}

static DR_OWN char** split(DR_BORROW char* s, const separator* sep, bool remove_empty, const char* where) {
    if (s == NULL) {
        dr_throw_null(where);
        return NULL;
    }
    size_t length = (size_t)dr_string_length(s);
    size_t next;
    int32_t count = 0;
    for (size_t from = 0; from != SIZE_MAX; from = next) {
        size_t end = part_end(s, length, from, sep, &next);
        count += !(remove_empty && end == from);
    }
    char** parts = dr_new_array_filled(DR_ARRAY_STRING, count);
    int32_t i = 0;
    for (size_t from = 0; from != SIZE_MAX; from = next) {
        size_t end = part_end(s, length, from, sep, &next);
        if (!(remove_empty && end == from)) {
            parts[i++] = end - from == length ? dr_retain_string(s)
                         : end == from       ? dr_empty_string
                                             : dr_string_from_bytes(s + from, end - from);
        }
    }
    return parts;
}

DR_OWN char** dr_string_split(DR_BORROW char* s, DR_BORROW char* separator_text, bool remove_empty, const char* where) {
    separator sep = {separator_text, (size_t)dr_text_length(separator_text), false};
    return split(s, &sep, remove_empty, where);
}

DR_OWN char** dr_string_split_char(DR_BORROW char* s, unsigned char c, bool remove_empty, const char* where) {
    char byte = (char)c;
    separator sep = {&byte, 1, true};
    return split(s, &sep, remove_empty, where);
}

DR_OWN char** dr_string_split_any(DR_BORROW char* s, DR_BORROW char* separators, bool remove_empty, const char* where) {
    separator sep = {" \t\n\v\f\r", 6, true};
    if (dr_text_length(separators) != 0) {
        sep.bytes = separators;
        sep.length = (size_t)dr_string_length(separators);
    }
    return split(s, &sep, remove_empty, where);
}

DR_OWN char* dr_string_join(DR_BORROW char* sep, DR_BORROW char** parts, const char* where) {
    if (parts == NULL) {
        dr_throw_fault(DR_FAULT_ArgumentException, dr_string_from_c("array to join is null"), where);
        return NULL;
    }
    int32_t count = dr_array_length(parts);
    size_t sep_length = (size_t)dr_text_length(sep);
    size_t length = 0;
    for (int32_t i = 0; i < count; i++) {
        length += (size_t)dr_text_length(parts[i]) + (i > 0 ? sep_length : 0);
    }
    char* joined = dri_string_new(length);
    char* to = joined;
    for (int32_t i = 0; i < count; i++) {
        if (i > 0 && sep_length != 0) {
            memcpy(to, sep, sep_length);
            to += sep_length;
        }
        size_t part = (size_t)dr_text_length(parts[i]);
        if (part != 0) {
            memcpy(to, parts[i], part);
            to += part;
        }
    }
    return joined;
}

DR_OWN void* dr_string_to_chars(DR_BORROW char* s, const char* where) {
    if (s == NULL) {
        dr_throw_null(where);
        return NULL;
    }
    int32_t length = dr_string_length(s);
    void* chars = dr_new_array_filled(DR_ARRAY_CHAR, length);
    memcpy(chars, s, (size_t)length);
    return chars;
}

DR_OWN char* dr_string_from_chars(DR_BORROW const void* chars) {
    return chars != NULL ? dr_string_from_bytes(chars, (size_t)dr_array_length(chars)) : dr_empty_string;
}

DR_OWN char* dr_string_from_chars_range(DR_BORROW const void* chars, int32_t start, int32_t length, const char* where) {
    if (chars == NULL) {
        dr_throw_null(where);
        return NULL;
    }
    int32_t whole = dr_array_length(chars);
    if (start < 0 || length < 0 || start > whole || length > whole - start) {
        dr_throw_fault(DR_FAULT_ArgumentOutOfRangeException, NULL, where);
        return NULL;
    }
    return dr_string_from_bytes((const char*)chars + start, (size_t)length);
}
