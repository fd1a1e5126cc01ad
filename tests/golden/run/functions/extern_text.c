#include <stddef.h>

static int count;

const char* same_text(int n) {
    static char text[] = "static text";
    count++;
    return n ? text : NULL;
}

int calls(void) {
    return count;
}
