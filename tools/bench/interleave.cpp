// interleave ROUNDS "ARGUMENT..." PROGRAM...: runs the programs in turn, ROUNDS times over, and prints for each the best
// and median CPU seconds, the peak resident set, and the ratio of the first program to it in both (of the best times).
// Fails if a program does, or if they do not all print the same (lines with a unit of time, "us", aside).
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Program {
    std::string path;
    std::vector<double> seconds;
    double megabytes = 0;
    std::string output;  // without its timings
    std::vector<std::string> timings;
    bool has_failed = false;
};

double seconds_of(const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

void read_output(int fd, Program& program) {
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<size_t>(n));
    std::istringstream lines(text);
    program.output.clear();
    for (std::string line; std::getline(lines, line);) {
        if (line.size() > 3 && line.compare(line.size() - 3, 3, " us") == 0)
            program.timings.push_back(line);
        else
            program.output += line + "\n";
    }
}

void run_once(Program& program, const std::vector<std::string>& arguments) {
    int ends[2];
    if (pipe(ends) != 0) std::exit(2);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        std::vector<char*> argv{program.path.data()};
        for (const std::string& argument : arguments)
            argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        execv(argv[0], argv.data());
        _exit(127);
    }
    close(ends[1]);
    read_output(ends[0], program);
    close(ends[0]);
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    program.has_failed = program.has_failed || status != 0;
    program.seconds.push_back(seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
    program.megabytes = std::max(program.megabytes, static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    int rounds = std::max(1, std::atoi(argv[1]));
    std::vector<std::string> arguments;
    std::istringstream words(argv[2]);
    for (std::string word; words >> word;) arguments.push_back(word);
    std::vector<Program> programs;
    for (int i = 3; i < argc; ++i) programs.push_back({argv[i], {}, 0, {}, {}, false});

    for (int round = 0; round < rounds; ++round)
        for (Program& program : programs) run_once(program, arguments);

    bool is_good = true;
    for (Program& program : programs) {
        std::sort(program.seconds.begin(), program.seconds.end());
        const char* name = std::strrchr(program.path.c_str(), '.') + 1;
        double best = program.seconds.front();
        double median = program.seconds[program.seconds.size() / 2];
        std::printf("  %-9s best %7.3f s  median %7.3f s  rss %7.1f MB", name, best, median,
                    program.megabytes);
        if (&program != &programs[0])
            std::printf("  dream/%s: time %.2f, rss %.2f", name, programs[0].seconds.front() / best,
                        programs[0].megabytes / program.megabytes);
        if (!program.timings.empty())
            std::printf("  %s", std::min_element(program.timings.begin(), program.timings.end(),
                                                 [](const std::string& a, const std::string& b) {
                                                     return a.size() != b.size()
                                                                ? a.size() < b.size()
                                                                : a < b;
                                                 })
                                    ->c_str());
        if (program.has_failed) std::printf("  FAILED");
        bool differs = program.output != programs[0].output;
        if (differs) std::printf("  PRINTS SOMETHING ELSE");
        is_good = is_good && !program.has_failed && !differs;
        std::printf("\n");
        std::fflush(stdout);
    }
    return is_good ? 0 : 1;
}
