#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct Node {
    struct Node* next;
    long value;
} Node;

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
    for (int i = 0; i < count / 50; i++) {
        drop(list);
        list = other;
        other = make(NULL, 0);
        for (int k = 1; k < 50; k++) {
            drop(other);
            other = make(NULL, k);
        }
        long now = clock();
        if (now - last > longest) longest = now - last;
        last = now;
    }
    drop(list);
    drop(other);
    printf("longest slice: %ld us\n", longest);
    return argc < 2;
}
