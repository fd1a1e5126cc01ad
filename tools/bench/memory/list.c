#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct Node {
    struct Node* next;
    long value;
} Node;

static long elapsed(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static Node* make(Node* next, long value) {
    Node* node = malloc(sizeof *node);
    node->next = next;
    node->value = value;
    return node;
}

static void drop(Node* node) {
    while (node != NULL) {
        Node* next = node->next;
        free(node);
        node = next;
    }
}

int main(int argc, char** argv) {
    int count = atoi(argv[1]);
    Node* list = NULL;
    for (int i = 0; i < count; i++) list = make(list, i);
    Node* other = make(NULL, 0);
    long longest = 0;
    long last = clock();
    long last_elapsed = elapsed();
    for (int i = 0; i < count / 50; i++) {
        drop(list);
        list = other;
        other = make(NULL, 0);
        for (int k = 1; k < 50; k++) {
            drop(other);
            other = make(NULL, k);
        }
        long now = clock();
        long now_elapsed = elapsed();
        long step = now - last < now_elapsed - last_elapsed ? now - last : now_elapsed - last_elapsed;
        if (step > longest) longest = step;
        last = now;
        last_elapsed = now_elapsed;
    }
    drop(list);
    drop(other);
    printf("longest slice: %ld us\n", longest);
    return argc < 2;
}
