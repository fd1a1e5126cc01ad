/* intern.c: one object for equal texts: String.Intern, and the literals of --rc=plain.
 *
 * One open-addressed table. An entry is either immortal (a literal, static or made by dr_literal) or an ordinary string
 * that carries DR_META_INTERNED: the table does not count it, and the string leaves the table before it is freed.
 * [probe] An entry lies at its hash or behind it with no gap between; removal moves later entries up to keep that.
 * Without memory for the table, String.Intern hands back its argument; a literal ends the program. */
#include "internal.h"

typedef struct intern_entry {
    char* string;
    uint32_t hash;
    /* Made by dr_literal: freed at exit. */
    bool owned;
} intern_entry;

enum { LITERAL_CACHE = 256 };

static DR_THREAD_LOCAL intern_entry* intern_table;
static DR_THREAD_LOCAL size_t intern_capacity;
static DR_THREAD_LOCAL size_t intern_count;
static DR_THREAD_LOCAL bool intern_has_program_literals;

/* Literals by address: the same literal of the source comes from the same address every time. */
static DR_THREAD_LOCAL struct {
    const char* bytes;
    char* string;
} literal_cache[LITERAL_CACHE];

/* The entry of that text, or the gap where it belongs. The table must have room. */
static intern_entry* find_entry(const char* bytes, size_t length, uint32_t hash) {
    for (size_t i = hash & (intern_capacity - 1);; i = (i + 1) & (intern_capacity - 1)) {
        intern_entry* entry = &intern_table[i];
        if (entry->string == NULL ||
            (entry->hash == hash && (size_t)dr_string_length(entry->string) == length &&
             memcmp(entry->string, bytes, length) == 0)) {
            return entry;
        }
    }
}

static bool make_room(void) {
    if (intern_count * 4 < intern_capacity * 3) {
        return true;
    }
    size_t capacity = intern_capacity == 0 ? 64 : intern_capacity * 2;
    intern_entry* table = dri_os_alloc(capacity * sizeof *table);
    if (table == NULL) {
        return false;
    }
    memset(table, 0, capacity * sizeof *table);
    for (size_t i = 0; i < intern_capacity; i++) {
        if (intern_table[i].string != NULL) {
            size_t at = intern_table[i].hash & (capacity - 1);
            while (table[at].string != NULL) {
                at = (at + 1) & (capacity - 1);
            }
            table[at] = intern_table[i];
        }
    }
    dri_os_free(intern_table);
    intern_table = table;
    intern_capacity = capacity;
    return true;
}

static void add_entry(intern_entry* entry, char* string, uint32_t hash, bool owned) {
    *entry = (intern_entry){string, hash, owned};
    intern_count++;
}

/* The program's static literals enter the table when somebody first interns or makes a literal. */
static bool add_program_literals(void) {
    if (intern_has_program_literals || dri_program == NULL) {
        return true;
    }
    for (uint32_t i = 0; i < dri_program->literal_count; i++) {
        char* s = dri_program->literals[i];
        size_t length = (size_t)dr_string_length(s);
        uint32_t hash = dri_hash_bytes(s, length);
        if (!make_room()) {
            return false;
        }
        intern_entry* entry = find_entry(s, length, hash);
        if (entry->string == NULL) {
            add_entry(entry, s, hash, false);
        }
    }
    intern_has_program_literals = true;
    return true;
}

/* The table knows the program's literals and has room for one more text. */
static bool prepare_table(void) {
    return add_program_literals() && make_room();
}

DR_OWN char* dr_string_intern(DR_BORROW char* s) {
    if (s == NULL || !prepare_table()) {
        return dr_retain_string(s);
    }
    size_t length = (size_t)dr_string_length(s);
    uint32_t hash = dri_hash_bytes(s, length);
    intern_entry* entry = find_entry(s, length, hash);
    if (entry->string == NULL) {
        add_entry(entry, s, hash, false);
        /* Immortal ones are never freed, and may be read-only. */
        if (dri_string_header(s)->header.ref_count > 0) {
            dri_string_header(s)->header.meta |= DR_META_INTERNED;
        }
    }
    return dr_retain_string(entry->string);
}

DR_OWN char* dr_string_is_interned(DR_BORROW char* s) {
    if (s == NULL || !prepare_table()) {
        return NULL;
    }
    size_t length = (size_t)dr_string_length(s);
    return dr_retain_string(find_entry(s, length, dri_hash_bytes(s, length))->string);
}

DR_OWN char* dr_literal(const char* bytes, size_t length) {
    size_t slot = ((uintptr_t)bytes >> 2 ^ (uintptr_t)bytes >> 10) & (LITERAL_CACHE - 1);
    char* cached = literal_cache[slot].string;
    if (cached != NULL && literal_cache[slot].bytes == bytes && (size_t)dr_string_length(cached) == length &&
        memcmp(cached, bytes, length) == 0) {
        return cached;
    }
    if (!prepare_table()) {
        dri_out_of_memory(NULL);
    }
    uint32_t hash = dri_hash_bytes(bytes, length);
    intern_entry* entry = find_entry(bytes, length, hash);
    if (entry->string == NULL) {
        char* s = dri_string_immortal(bytes, length);
        if (s == NULL) {
            dri_out_of_memory(NULL);
        }
        add_entry(entry, s, hash, true);
    } else if (dri_string_header(entry->string)->header.ref_count > 0) {
        /* Somebody interned the text first. */
        return dr_retain_string(entry->string);
    }
    literal_cache[slot].bytes = bytes;
    literal_cache[slot].string = entry->string;
    return entry->string;
}

void dri_intern_forget(dr_header* string) {
    char* s = (char*)string + sizeof(dr_string_header);
    size_t length = (size_t)dr_string_length(s);
    size_t mask = intern_capacity - 1;
    intern_entry* entry = find_entry(s, length, dri_hash_bytes(s, length));
    DRI_CHECK(entry->string == s);
    size_t gap = (size_t)(entry - intern_table);
    for (size_t i = (gap + 1) & mask; intern_table[i].string != NULL; i = (i + 1) & mask) {
        /* May the entry at i move into the gap without passing the place where its search starts? */
        if (((i - intern_table[i].hash) & mask) >= ((i - gap) & mask)) {
            intern_table[gap] = intern_table[i];
            gap = i;
        }
    }
    intern_table[gap].string = NULL;
    intern_count--;
}

void dri_intern_exit(void) {
    for (size_t i = 0; i < intern_capacity; i++) {
        const intern_entry* entry = &intern_table[i];
        if (entry->string == NULL) {
            continue;
        }
        dr_string_header* string = dri_string_header(entry->string);
        if (entry->owned) {
            dri_os_free(string);
        } else if (string->header.ref_count > 0) {
            /* It outlives the table; freeing it must not look there. */
            string->header.meta &= ~(uint32_t)DR_META_INTERNED;
        }
    }
    dri_os_free(intern_table);
    intern_table = NULL;
    intern_capacity = 0;
    intern_count = 0;
    intern_has_program_literals = false;
    memset(literal_cache, 0, sizeof literal_cache);
}
