#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    int count = argc > 1 ? std::atoi(argv[1]) : 0;
    std::vector<std::shared_ptr<std::string>> words;
    for (int i = 0; i < 1024; i++)
        words.push_back(std::make_shared<std::string>("word " + std::to_string(i)));
    long total = 0;
    for (int round = 0; round < 10; round++) {
        std::vector<std::shared_ptr<std::string>> list;
        for (int i = 0; i < count; i++) list.push_back(words[static_cast<size_t>(i & 1023)]);
        total += static_cast<long>(list.size() + list.back()->size());
    }
    std::printf("%ld\n", total);
}
