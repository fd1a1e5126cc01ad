#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
    size_t count = argc > 1 ? static_cast<size_t>(std::atoi(argv[1])) : 0;
    std::vector<std::vector<int>> rows;
    for (size_t i = 0; i < count; i++) rows.push_back(std::vector<int>(count));
    for (int round = 0; round < 100; round++)
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++) rows.at(i).at(j) += static_cast<int>(i ^ j);
    int sum = 0;
    for (size_t i = 0; i < count; i++) sum += rows[i][i] + rows[i][0];
    std::printf("%d\n", sum);
}
