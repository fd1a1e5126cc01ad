// Child processes of the runner: with a limit of time, in a folder of their own, output in memory.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace golden {

struct Run {
    std::vector<std::string> argv;  // argv[0] is searched in PATH
    std::string folder;             // working directory, "" for ours
    std::string input;
    std::vector<std::string> environment;  // additions, "NAME=value"
    double seconds = 20;
    int stack_kib = 0;
};

struct RunResult {
    int code = 0;  // exit code, 128 + n for a signal
    int signal = 0;
    bool timed_out = false;
    std::string out;
    std::string err;
};

RunResult run(const Run& what);

// What the runner does when it is called as its own child: sets limits, then becomes the program.
int exec_limited(int argc, char** argv);

// Calls work(i) for every i < count on as many threads as there are processors.
void parallel_for(size_t count, const std::function<void(size_t)>& work);

// A command line to paste.
std::string command_text(const std::vector<std::string>& argv);

}  // namespace golden
