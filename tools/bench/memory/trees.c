#include <stdio.h>
#include <stdlib.h>

typedef struct Tree {
    struct Tree* left;
    struct Tree* right;
} Tree;

static Tree* make(int depth) {
    Tree* tree = malloc(sizeof *tree);
    tree->left = depth == 0 ? NULL : make(depth - 1);
    tree->right = depth == 0 ? NULL : make(depth - 1);
    return tree;
}

static int check(const Tree* tree) {
    return tree->left == NULL ? 1 : 1 + check(tree->left) + check(tree->right);
}

static void drop(Tree* tree) {
    if (tree->left != NULL) {
        drop(tree->left);
        drop(tree->right);
    }
    free(tree);
}

static int once(int depth) {
    Tree* tree = make(depth);
    int nodes = check(tree);
    drop(tree);
    return nodes;
}

int main(int argc, char** argv) {
    int n = atoi(argv[1]);
    int most = n < 6 ? 6 : n;
    printf("stretch tree of depth %d\t check: %d\n", most + 1, once(most + 1));
    Tree* kept = make(most);
    for (int depth = 4; depth <= most; depth += 2) {
        int count = 1 << (most - depth + 4);
        int sum = 0;
        for (int i = 0; i < count; i++) sum += once(depth);
        printf("%d\t trees of depth %d\t check: %d\n", count, depth, sum);
    }
    printf("long lived tree of depth %d\t check: %d\n", most, check(kept));
    drop(kept);
    return argc < 2;
}
