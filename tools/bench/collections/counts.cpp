#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

int main(int argc, char** argv) {
    int count = argc > 1 ? std::atoi(argv[1]) : 0;
    std::vector<std::string> words;
    for (int i = 0; i < 50000; i++) words.push_back("w" + std::to_string(i));
    std::unordered_map<std::string, int> counts;
    unsigned seed = 74755;
    for (int i = 0; i < count; i++) {
        seed = (seed * 1309 + 13849) & 65535;
        const std::string& word = words[seed % 50000];
        if (counts.count(word))
            counts[word]++;
        else
            counts[word] = 1;
    }
    std::printf("%zu %d\n", counts.size(), counts[words[seed % 50000]]);
}
