/* string.h: managed strings: layout, literals, inline length and counting, and Dream's string members.
 *
 * A `char*` to NUL-terminated bytes with a dr_string_header in front. Bytes, not characters: lengths and indices count
 * bytes, NULs are allowed inside. Immutable for everyone but dr_string_append, which writes only into a string whose
 * count is 1 and that is not interned. NULL is Dream's null: it joins as nothing, equals only NULL; where C# throws on
 * null, so do the functions with a `where`: they set the pending exception and return NULL or 0 (error.h).
 * Beyond 2^31-1 bytes and out of memory the program ends, except where a length argument asks for it (dr_string_repeat,
 * dr_pad_left/right), which throws. Unless said otherwise a call is O(bytes touched). */
#ifndef DREAM_STRING_H
#define DREAM_STRING_H

typedef struct dr_string_header {
    dr_header header;
    int32_t length;
    /* Bytes that fit behind the header, the final NUL not counted. 0 for literals, which nobody appends to. */
    int32_t capacity;
} dr_string_header;

DR_INLINE dr_string_header* dri_string_header(DR_BORROW const char* s) {
    return (dr_string_header*)(uintptr_t)(s - sizeof(dr_string_header));
}

/* An immortal string in static storage, at file scope: DR_LITERAL(hello, "Hello"); then `hello` is a managed string. */
#define DR_LITERAL(name, text)                             \
    static const struct {                                  \
        dr_string_header head;                             \
        char bytes[sizeof(text)];                          \
    } name##_literal = {{{DR_IMMORTAL, DR_STRING}, (int32_t)sizeof(text) - 1, 0}, text}; \
    static char* const name = (char*)&name##_literal + sizeof(dr_string_header)

extern char* const dr_empty_string;

/* The program's one object for this text, which must be a string literal; immortal, so it need not be released, but may
 * be. O(1) after the first call. */
DR_OWN char* dr_literal(const char* bytes, size_t length);
/* Fresh copies. dr_string_from_c copies text that C returned: NULL gives null. */
DR_OWN char* dr_string_from_bytes(const char* bytes, size_t length);
DR_OWN char* dr_string_from_c(const char* text);

DR_INLINE DR_OWN char* dri_retain_string(DR_BORROW char* s) {
    if (s != NULL) {
        dri_retain((dr_header*)dri_string_header(s));
    }
    return s;
}

DR_INLINE void dri_release_string(DR_OWN char* s) {
    if (s != NULL) {
        dri_release((dr_header*)dri_string_header(s));
    }
}

#define dr_retain_string dri_retain_string
#define dr_release_string dri_release_string
#define dr_release_string_now dri_release_string

/* `object` view of a string and back; no count changes. O(1). */
DR_INLINE void* dr_string_to_object(DR_BORROW char* s) {
    return s != NULL ? (void*)dri_string_header(s) : NULL;
}
DR_INLINE char* dr_object_to_managed_string(DR_BORROW void* obj) {
    return obj != NULL ? (char*)obj + sizeof(dr_string_header) : NULL;
}

DRI_HEADERS_BEGIN
/* s.Length of a non-null string; dr_text_length takes null as empty. O(1). */
DR_INLINE int32_t dr_string_length(DR_BORROW const char* s) {
    return dri_string_header(s)->length;
}
DR_INLINE int32_t dr_text_length(DR_BORROW const char* s) {
    return s != NULL ? dri_string_header(s)->length : 0;
}
/* s[i] is allowed for 0..Length; index Length reads the final NUL. False for null. */
DR_INLINE bool dr_string_index_ok(DR_BORROW const char* s, int64_t index) {
    return s != NULL && index >= 0 && index <= dri_string_header(s)->length;
}
DRI_HEADERS_END

/* ---- joining ---- */

DR_OWN char* dr_string_concat_managed(DR_BORROW const char* a, DR_BORROW const char* b);
#if DR_MANAGED
#define dr_string_concat dr_string_concat_managed
#endif
#if DR_PLAIN
#define dr_alloc_string(text) dr_literal("" text, sizeof(text) - 1)
#endif

/* One allocation for any number of parts. */
DR_OWN char* dr_string_concat_n(DR_BORROW char* const* parts, int32_t count);
/* s + x, in place when s is unique: amortised O(length of x). s is consumed, x (which may be s) borrowed. */
DR_OWN char* dr_string_append(DR_OWN char* s, DR_BORROW const char* x);
DR_OWN char* dr_string_append_bytes(DR_OWN char* s, const char* bytes, size_t length);
DR_OWN char* dr_string_append_char(DR_OWN char* s, unsigned char c);

/* ---- comparing ---- */

/* O(1) when identical or of different length. */
bool dr_string_equals(DR_BORROW const char* a, DR_BORROW const char* b);
/* By bytes, unsigned; null sorts first. -1, 0, 1. */
int32_t dr_string_compare(DR_BORROW const char* a, DR_BORROW const char* b);
bool dr_string_equals_ignore_case(DR_BORROW const char* a, DR_BORROW const char* b);
int32_t dr_string_hash(DR_BORROW const char* s);
bool dr_string_is_null_or_empty(DR_BORROW const char* s);
bool dr_string_is_null_or_white_space(DR_BORROW const char* s);
/* The index of s among `count` distinct strings sorted by dr_string_compare, -1 without a match. O(log count). */
int32_t dr_switch_string(DR_BORROW const char* s, DR_BORROW char* const* sorted, int32_t count);

/* String.Intern: one object for all strings of this content that were interned. The table does not keep it alive. */
DR_OWN char* dr_string_intern(DR_BORROW char* s);
/* String.IsInterned: that object or null. */
DR_OWN char* dr_string_is_interned(DR_BORROW char* s);

/* ---- members ---- */

/* Substring(start), (start, length): the whole string is shared, every other part is copied. */
DR_OWN char* dr_substring(DR_BORROW char* s, int32_t start, int32_t length, const char* where);
DR_OWN char* dr_substring_from(DR_BORROW char* s, int32_t start, const char* where);

/* Positions are byte indices, -1 when absent; an empty pattern is found at once, as in C#. */
int32_t dr_string_index_of(DR_BORROW char* s, DR_BORROW char* pattern, const char* where);
int32_t dr_string_index_of_from(DR_BORROW char* s, DR_BORROW char* pattern, int32_t start, const char* where);
int32_t dr_string_index_of_char(DR_BORROW char* s, unsigned char c, const char* where);
int32_t dr_string_index_of_char_from(DR_BORROW char* s, unsigned char c, int32_t start, const char* where);
int32_t dr_string_last_index_of(DR_BORROW char* s, DR_BORROW char* pattern, const char* where);
int32_t dr_string_last_index_of_char(DR_BORROW char* s, unsigned char c, const char* where);
bool dr_string_contains(DR_BORROW char* s, DR_BORROW char* pattern, const char* where);
bool dr_string_contains_char(DR_BORROW char* s, unsigned char c, const char* where);
bool dr_string_starts_with(DR_BORROW char* s, DR_BORROW char* prefix, const char* where);
bool dr_string_ends_with(DR_BORROW char* s, DR_BORROW char* suffix, const char* where);

/* These share s when nothing changes. */
DR_OWN char* dr_string_replace(DR_BORROW char* s, DR_BORROW char* from, DR_BORROW char* to, const char* where);
DR_OWN char* dr_string_replace_char(DR_BORROW char* s, unsigned char from, unsigned char to, const char* where);
DR_OWN char* dr_string_to_upper(DR_BORROW char* s, const char* where);
DR_OWN char* dr_string_to_lower(DR_BORROW char* s, const char* where);
DR_OWN char* dr_string_trim(DR_BORROW char* s, const char* where);
DR_OWN char* dr_string_trim_start(DR_BORROW char* s, const char* where);
DR_OWN char* dr_string_trim_end(DR_BORROW char* s, const char* where);
/* Trims any of the bytes in `set`. `sides`: 1 start, 2 end, 3 both. */
DR_OWN char* dr_string_trim_set(DR_BORROW char* s, DR_BORROW char* set, int32_t sides, const char* where);
DR_OWN char* dr_pad_left(DR_BORROW char* s, int32_t width, unsigned char fill, const char* where);
DR_OWN char* dr_pad_right(DR_BORROW char* s, int32_t width, unsigned char fill, const char* where);
DR_OWN char* dr_string_insert(DR_BORROW char* s, int32_t index, DR_BORROW char* text, const char* where);
DR_OWN char* dr_string_remove(DR_BORROW char* s, int32_t start, int32_t count, const char* where);
/* Changes the string of *place, in place if nobody else holds it: the byte at `index`; the length, filled up with zeros. */
void dr_string_set(char** place, int32_t index, unsigned char c, const char* where);
void dr_string_set_length(char** place, int32_t length, const char* where);
DR_OWN char* dr_string_repeat(unsigned char c, int32_t count, const char* where);
DR_OWN char* dr_string_reverse(DR_BORROW char* s, const char* where);

/* string[] of fresh parts (DR_ARRAY_STRING). `remove_empty` drops empty parts; an empty separator splits nothing. */
DR_OWN char** dr_string_split(DR_BORROW char* s, DR_BORROW char* separator, bool remove_empty, const char* where);
DR_OWN char** dr_string_split_char(DR_BORROW char* s, unsigned char separator, bool remove_empty, const char* where);
/* Splits at any byte of `separators`; null or empty: at white space. */
DR_OWN char** dr_string_split_any(DR_BORROW char* s, DR_BORROW char* separators, bool remove_empty, const char* where);
DR_OWN char* dr_string_join(DR_BORROW char* separator, DR_BORROW char** parts, const char* where);
/* char[] (DR_ARRAY_CHAR) and back; null array gives the empty string. */
DR_OWN void* dr_string_to_chars(DR_BORROW char* s, const char* where);
DR_OWN char* dr_string_from_chars(DR_BORROW const void* chars);
DR_OWN char* dr_string_from_chars_range(DR_BORROW const void* chars, int32_t start, int32_t length, const char* where);

#endif
