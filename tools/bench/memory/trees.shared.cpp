#include <cstdio>
#include <cstdlib>
#include <memory>

struct Tree;
using Link = std::shared_ptr<Tree>;

struct Tree {
    Link left;
    Link right;
    Tree(Link l, Link r) : left(std::move(l)), right(std::move(r)) {}
    int check() const { return !left ? 1 : 1 + left->check() + right->check(); }
};

static Link make(int depth) {
    if (depth == 0) return std::make_shared<Tree>(nullptr, nullptr);
    return std::make_shared<Tree>(make(depth - 1), make(depth - 1));
}

int main(int argc, char** argv) {
    int n = std::atoi(argv[1]);
    int most = n < 6 ? 6 : n;
    std::printf("stretch tree of depth %d\t check: %d\n", most + 1, make(most + 1)->check());
    Link kept = make(most);
    for (int depth = 4; depth <= most; depth += 2) {
        int count = 1 << (most - depth + 4);
        int sum = 0;
        for (int i = 0; i < count; i++) sum += make(depth)->check();
        std::printf("%d\t trees of depth %d\t check: %d\n", count, depth, sum);
    }
    std::printf("long lived tree of depth %d\t check: %d\n", most, kept->check());
    return argc < 2;
}
