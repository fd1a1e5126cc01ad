#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

struct Item {
    int value;
};

int main(int argc, char** argv) {
    int count = argc > 1 ? std::atoi(argv[1]) : 0, rounds = argc > 2 ? std::atoi(argv[2]) : 0;
    std::vector<std::shared_ptr<Item>> list;
    for (int i = 0; i < count; i++) list.push_back(std::make_shared<Item>(Item{i & 1023}));
    long sum = 0;
    for (int round = 0; round < rounds; round++)
        for (const auto& item : list) sum += item->value;
    std::printf("%ld\n", sum);
}
