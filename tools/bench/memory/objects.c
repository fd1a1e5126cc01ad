#include <stdio.h>
#include <stdlib.h>

typedef struct Thing {
    void* header;  // Dream's objects have one of this size
    long value;
    long size;
    long weight;
} Thing;

static Thing* make(long value) {
    Thing* thing = malloc(sizeof *thing);
    thing->header = NULL;
    thing->value = value;
    thing->size = 2;
    thing->weight = 3;
    return thing;
}

int main(int argc, char** argv) {
    int count = atoi(argv[1]);
    int batch = atoi(argv[2]);
    Thing** things = malloc(sizeof *things * (size_t)batch);
    for (int i = 0; i < batch; i++) things[i] = make(i);
    long sum = 0;
    int at = 0;
    for (int i = 0; i < count; i++) {
        sum += things[at]->value;
        Thing* old = things[at];
        things[at] = make(i);
        free(old);
        if (++at == batch) at = 0;
    }
    printf("%ld\n", sum);
    for (int i = 0; i < batch; i++) free(things[i]);
    free(things);
    return argc < 3;
}
