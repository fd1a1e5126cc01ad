#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
    int count = std::atoi(argv[1]);
    std::string text;
    for (int i = 0; i < count; i++) {
        text += "piece ";
        text += std::to_string(i);
    }
    std::printf("%zu\n", text.size());
    return argc < 2;
}
