// The C half of c_memory.dr: a list of words in memory that C manages with the runtime's own functions (see dream.h).
#include <dream.h>

// An object of the runtime's: the count comes first and starts at 1.
typedef struct {
    int ref_count;
    int length;
    struct Word* first;
    dr_pool_t* pool;
} List;

// Words are many, equal in size and freed together: a pool's blocks.
typedef struct Word {
    char* text;  // one unit
    struct Word* next;
} Word;

void* list_new(void) {
    List* list = dr_alloc_object(sizeof(List));
    list->pool = dr_create_pool(sizeof(Word));
    return list;
}

void list_add(void* handle, const char* text) {
    List* list = handle;
    Word* word = dr_pool_alloc(list->pool);
    word->text = dr_alloc_string(text);  // a copy: `text` is only lent for the call
    word->next = list->first;
    list->first = word;
    list->length++;
}

// A second holder of the same list.
void* list_share(void* handle) {
    return dr_retain_object(handle);
}

int list_length(void* handle) {
    return ((List*)handle)->length;
}

// The text goes to Dream as a copy; the unit is ours to give back, at the next call or in list_release.
const char* list_joined(void* handle) {
    static char* last;
    char* joined = dr_alloc_string("");
    for (Word* word = handle ? ((List*)handle)->first : NULL; word != NULL; word = word->next) {
        char* longer = dr_string_concat(joined, word->text);
        dr_release_string(joined);
        joined = dr_string_concat(longer, word->next ? " " : "");
        dr_release_string(longer);
    }
    dr_release_string(last);  // NULL is fine
    last = handle ? joined : NULL;
    if (!handle) dr_release_string(joined);
    return last;
}

void list_release(void* handle) {
    List* list = handle;
    if (--list->ref_count == 0) {
        for (Word* word = list->first; word != NULL; word = word->next) dr_release_string(word->text);
        dr_destroy_pool(list->pool);  // all words at once
        dr_release_object(list);      // the fields are released: this frees the memory
    }
}
