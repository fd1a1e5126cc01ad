/* string_members.c: the members of Dream's string that look for bytes or build a changed copy.
 *
 * Each starts by asking for a string that is not null ([receiver]: NullReferenceException) and arguments that are not
 * null (ArgumentException). A result equal to the whole receiver is the receiver, retained. ASCII only where case or
 * white space matters. Naive searches are O(n * m) at worst, with memchr finding the first byte. */
#include "internal.h"

static bool receiver(DR_BORROW const char* s, const char* where) {
    if (s == NULL) {
        dr_throw_null(where);
    }
    return s != NULL;
}

static bool argument(DR_BORROW const char* s, const char* where) {
    if (s == NULL) {
        dr_throw_fault(DR_FAULT_ArgumentException, dr_string_from_c("argument is null"), where);
    }
    return s != NULL;
}

static bool in_range(bool is_in_range, const char* where) {
    if (!is_in_range) {
        dr_throw_fault(DR_FAULT_ArgumentOutOfRangeException, NULL, where);
    }
    return is_in_range;
}

static DR_OWN char* part_of(DR_BORROW char* s, size_t from, size_t to) {
    if (from == 0 && to == (size_t)dr_string_length(s)) {
        return dr_retain_string(s);
    }
    if (to - from <= 1) {
        return to == from ? dr_empty_string : dr_char_to_string((unsigned char)s[from]);
    }
    return dr_string_from_bytes(s + from, to - from);
}

/* ---- parts ---- */

DR_OWN char* dr_substring(DR_BORROW char* s, int32_t start, int32_t length, const char* where) {
    if (!receiver(s, where)) {
        return NULL;
    }
    int32_t whole = dr_string_length(s);
    if (!in_range(start >= 0 && length >= 0 && start <= whole && length <= whole - start, where)) {
        return NULL;
    }
    return part_of(s, (size_t)start, (size_t)start + (size_t)length);
}

DR_OWN char* dr_substring_from(DR_BORROW char* s, int32_t start, const char* where) {
    if (!receiver(s, where) || !in_range(start >= 0 && start <= dr_string_length(s), where)) {
        return NULL;
    }
    return part_of(s, (size_t)start, (size_t)dr_string_length(s));
}

static bool trims(char c, DR_BORROW const char* set) {
    if (dr_text_length(set) == 0) {
        return dri_is_white(c);
    }
    return memchr(set, c, (size_t)dr_string_length(set)) != NULL;
}

DR_OWN char* dr_string_trim_set(DR_BORROW char* s, DR_BORROW char* set, int32_t sides, const char* where) {
    if (!receiver(s, where)) {
        return NULL;
    }
    size_t from = 0;
    size_t to = (size_t)dr_string_length(s);
    while ((sides & 1) && from < to && trims(s[from], set)) {
        from++;
    }
    while ((sides & 2) && to > from && trims(s[to - 1], set)) {
        to--;
    }
    return part_of(s, from, to);
}

DR_OWN char* dr_string_trim(DR_BORROW char* s, const char* where) {
    return dr_string_trim_set(s, NULL, 3, where);
}
DR_OWN char* dr_string_trim_start(DR_BORROW char* s, const char* where) {
    return dr_string_trim_set(s, NULL, 1, where);
}
DR_OWN char* dr_string_trim_end(DR_BORROW char* s, const char* where) {
    return dr_string_trim_set(s, NULL, 2, where);
}

bool dr_string_is_null_or_white_space(DR_BORROW const char* s) {
    for (int32_t i = 0, n = dr_text_length(s); i < n; i++) {
        if (!dri_is_white(s[i])) {
            return false;
        }
    }
    return true;
}

/* ---- searching ---- */

static int64_t find(const char* s, size_t length, size_t start, const char* pattern, size_t pattern_length) {
    if (pattern_length == 0) {
        return (int64_t)start;
    }
    while (length - start >= pattern_length) {
        const char* hit = memchr(s + start, pattern[0], length - start - pattern_length + 1);
        if (hit == NULL) {
            return -1;
        }
        start = (size_t)(hit - s);
        if (memcmp(hit, pattern, pattern_length) == 0) {
            return (int64_t)start;
        }
        start++;
    }
    return -1;
}

int32_t dr_string_index_of_from(DR_BORROW char* s, DR_BORROW char* pattern, int32_t start, const char* where) {
    if (!receiver(s, where) || !argument(pattern, where) ||
        !in_range(start >= 0 && start <= dr_string_length(s), where)) {
        return 0;
    }
    return (int32_t)find(s, (size_t)dr_string_length(s), (size_t)start, pattern, (size_t)dr_string_length(pattern));
}

int32_t dr_string_index_of(DR_BORROW char* s, DR_BORROW char* pattern, const char* where) {
    return dr_string_index_of_from(s, pattern, 0, where);
}

int32_t dr_string_index_of_char_from(DR_BORROW char* s, unsigned char c, int32_t start, const char* where) {
    if (!receiver(s, where) || !in_range(start >= 0 && start <= dr_string_length(s), where)) {
        return 0;
    }
    const char* hit = memchr(s + start, c, (size_t)(dr_string_length(s) - start));
    return hit != NULL ? (int32_t)(hit - s) : -1;
}

int32_t dr_string_index_of_char(DR_BORROW char* s, unsigned char c, const char* where) {
    return dr_string_index_of_char_from(s, c, 0, where);
}

int32_t dr_string_last_index_of(DR_BORROW char* s, DR_BORROW char* pattern, const char* where) {
    if (!receiver(s, where) || !argument(pattern, where)) {
        return 0;
    }
    size_t length = (size_t)dr_string_length(pattern);
    for (int32_t at = dr_string_length(s) - (int32_t)length; at >= 0; at--) {
        if (memcmp(s + at, pattern, length) == 0) {
            return at;
        }
    }
    return -1;
}

int32_t dr_string_last_index_of_char(DR_BORROW char* s, unsigned char c, const char* where) {
    if (!receiver(s, where)) {
        return 0;
    }
    int32_t at = dr_string_length(s) - 1;
    while (at >= 0 && (unsigned char)s[at] != c) {
        at--;
    }
    return at;
}

bool dr_string_contains(DR_BORROW char* s, DR_BORROW char* pattern, const char* where) {
    return dr_string_index_of(s, pattern, where) >= 0 && !dr_thrown();
}

bool dr_string_contains_char(DR_BORROW char* s, unsigned char c, const char* where) {
    return dr_string_index_of_char(s, c, where) >= 0 && !dr_thrown();
}

bool dr_string_starts_with(DR_BORROW char* s, DR_BORROW char* prefix, const char* where) {
    if (!receiver(s, where) || !argument(prefix, where)) {
        return false;
    }
    int32_t length = dr_string_length(prefix);
    return length <= dr_string_length(s) && memcmp(s, prefix, (size_t)length) == 0;
}

bool dr_string_ends_with(DR_BORROW char* s, DR_BORROW char* suffix, const char* where) {
    if (!receiver(s, where) || !argument(suffix, where)) {
        return false;
    }
    int32_t length = dr_string_length(suffix);
    int32_t start = dr_string_length(s) - length;
    return start >= 0 && memcmp(s + start, suffix, (size_t)length) == 0;
}

/* ---- changed copies ---- */

DR_OWN char* dr_string_replace(DR_BORROW char* s, DR_BORROW char* from, DR_BORROW char* to, const char* where) {
    if (!receiver(s, where) || !argument(from, where)) {
        return NULL;
    }
    size_t length = (size_t)dr_string_length(s);
    size_t from_length = (size_t)dr_string_length(from);
    size_t to_length = (size_t)dr_text_length(to);
    if (from_length == 0) {
        dr_throw_fault(DR_FAULT_ArgumentException, dr_string_from_c("text to replace is empty"), where);
        return NULL;
    }
    size_t hits = 0;
    for (int64_t at = find(s, length, 0, from, from_length); at >= 0;
         at = find(s, length, (size_t)at + from_length, from, from_length)) {
        hits++;
    }
    if (hits == 0) {
        return dr_retain_string(s);
    }
    char* result = dri_string_new(length - hits * from_length + hits * to_length);
    char* out = result;
    size_t done = 0;
    for (size_t hit = 0; hit < hits; hit++) {
        size_t at = (size_t)find(s, length, done, from, from_length);
        memcpy(out, s + done, at - done);
        out += at - done;
        if (to_length != 0) {
            memcpy(out, to, to_length);
            out += to_length;
        }
        done = at + from_length;
    }
    memcpy(out, s + done, length - done);
    return result;
}

DR_OWN char* dr_string_replace_char(DR_BORROW char* s, unsigned char from, unsigned char to, const char* where) {
    if (!receiver(s, where)) {
        return NULL;
    }
    size_t length = (size_t)dr_string_length(s);
    if (from == to || memchr(s, from, length) == NULL) {
        return dr_retain_string(s);
    }
    char* result = dr_string_from_bytes(s, length);
    for (char* p = result; (p = memchr(p, from, length - (size_t)(p - result))) != NULL; p++) {
        *p = (char)to;
    }
    return result;
}

/* Moves the letters first..first+25 by `step`. */
static DR_OWN char* change_case(DR_BORROW char* s, char first, int step, const char* where) {
    if (!receiver(s, where)) {
        return NULL;
    }
    size_t length = (size_t)dr_string_length(s);
    for (size_t i = 0; i < length; i++) {
        if (s[i] >= first && s[i] < first + 26) {
            char* result = dr_string_from_bytes(s, length);
            for (; i < length; i++) {
                if (s[i] >= first && s[i] < first + 26) {
                    result[i] = (char)(s[i] + step);
                }
            }
            return result;
        }
    }
    return dr_retain_string(s);
}

DR_OWN char* dr_string_to_upper(DR_BORROW char* s, const char* where) {
    return change_case(s, 'a', 'A' - 'a', where);
}

DR_OWN char* dr_string_to_lower(DR_BORROW char* s, const char* where) {
    return change_case(s, 'A', 'a' - 'A', where);
}

/* A string of a length that the user chose. */
static char* requested_string(size_t length, const char* where) {
    char* s = dri_string_try_new(length);
    if (s == NULL) {
        dr_throw_fault(DR_FAULT_OutOfMemoryException, NULL, where);
    }
    return s;
}

static DR_OWN char* pad(DR_BORROW char* s, int32_t width, unsigned char fill, bool left, const char* where) {
    if (!receiver(s, where) || !in_range(width >= 0, where)) {
        return NULL;
    }
    size_t length = (size_t)dr_string_length(s);
    if ((size_t)width <= length) {
        return dr_retain_string(s);
    }
    char* result = requested_string((size_t)width, where);
    if (result != NULL) {
        size_t extra = (size_t)width - length;
        memset(left ? result : result + length, fill, extra);
        memcpy(left ? result + extra : result, s, length);
    }
    return result;
}

DR_OWN char* dr_pad_left(DR_BORROW char* s, int32_t width, unsigned char fill, const char* where) {
    return pad(s, width, fill, true, where);
}

DR_OWN char* dr_pad_right(DR_BORROW char* s, int32_t width, unsigned char fill, const char* where) {
    return pad(s, width, fill, false, where);
}

DR_OWN char* dr_string_repeat(unsigned char c, int32_t count, const char* where) {
    if (!in_range(count >= 0, where)) {
        return NULL;
    }
    char* result = requested_string((size_t)count, where);
    if (result != NULL) {
        memset(result, c, (size_t)count);
    }
    return result;
}

DR_OWN char* dr_string_insert(DR_BORROW char* s, int32_t index, DR_BORROW char* text, const char* where) {
    if (!receiver(s, where) || !argument(text, where) ||
        !in_range(index >= 0 && index <= dr_string_length(s), where)) {
        return NULL;
    }
    size_t at = (size_t)index;
    size_t length = (size_t)dr_string_length(s);
    size_t extra = (size_t)dr_string_length(text);
    if (length == 0 || extra == 0) {
        return dr_retain_string(extra == 0 ? s : text);
    }
    char* result = dri_string_new(length + extra);
    memcpy(result, s, at);
    memcpy(result + at, text, extra);
    memcpy(result + at + extra, s + at, length - at);
    return result;
}

DR_OWN char* dr_string_remove(DR_BORROW char* s, int32_t start, int32_t count, const char* where) {
    if (!receiver(s, where)) {
        return NULL;
    }
    int32_t length = dr_string_length(s);
    if (!in_range(start >= 0 && count >= 0 && start <= length && count <= length - start, where)) {
        return NULL;
    }
    if (count == 0) {
        return dr_retain_string(s);
    }
    char* result = dri_string_new((size_t)(length - count));
    memcpy(result, s, (size_t)start);
    memcpy(result + start, s + start + count, (size_t)(length - start - count));
    return result;
}

/* ---- changes in place ---- */

void dr_string_set(char** place, int32_t index, unsigned char c, const char* where) {
    if (!receiver(*place, where) || !in_range(index >= 0 && index < dr_string_length(*place), where)) {
        return;
    }
    size_t length;
    *place = dri_string_grow(*place, 0, &length);
    (*place)[index] = (char)c;
}

void dr_string_set_length(char** place, int32_t length, const char* where) {
    if (!receiver(*place, where) || !in_range(length >= 0, where)) {
        return;
    }
    char* s = *place;
    int32_t old_length = dr_string_length(s);
    if (length < old_length && dri_string_header(s)->header.ref_count != 1) {
        *place = part_of(s, 0, (size_t)length);
        dr_release_string(s);
        return;
    }
    size_t extra = length > old_length ? (size_t)(length - old_length) : 0;
    size_t at;
    s = dri_string_grow(s, extra, &at);
    memset(s + at, 0, extra);
    dri_string_header(s)->length = length;
    s[length] = 0;
    *place = s;
}

DR_OWN char* dr_string_reverse(DR_BORROW char* s, const char* where) {
    if (!receiver(s, where)) {
        return NULL;
    }
    size_t length = (size_t)dr_string_length(s);
    char* result = dri_string_new(length);
    for (size_t i = 0; i < length; i++) {
        result[i] = s[length - 1 - i];
    }
    return result;
}
