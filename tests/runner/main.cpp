// dream_golden: runs the golden programs and the examples.
//
//   dream_golden --dreamc PATH [--work DIR] [--quick] [--update[=errors]] [FILTER...]
//
// A FILTER is a part of a test's path. --quick runs every program under tcc, and in the slow tiers
// only the files that changed since the last commit, or else every tenth. Closing line:
// "N passed, N failed".
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "coverage.h"
#include "matrix.h"
#include "run.h"

namespace golden {
namespace {

struct Request {
    Settings settings;
    bool quick = false;
    std::vector<std::string> filters;
};

bool read_arguments(int argc, char** argv, Request& request) {
    request.settings.root = DREAM_ROOT;
    for (int i = 1; i < argc; ++i) {
        std::string word = argv[i];
        bool has_value = i + 1 < argc;
        if (word == "--dreamc" && has_value)
            request.settings.dreamc = std::filesystem::absolute(argv[++i]);
        else if (word == "--work" && has_value)
            request.settings.work = std::filesystem::absolute(argv[++i]);
        else if (word == "--root" && has_value)
            request.settings.root = std::filesystem::absolute(argv[++i]);
        else if (word == "--quick")
            request.quick = true;
        else if (word == "--update" || word == "--update=errors")
            request.settings.update = true,
            request.settings.update_errors |= word == "--update=errors";
        else if (word[0] == '-')
            return false;
        else
            request.filters.push_back(word);
    }
    return !request.settings.dreamc.empty();
}

std::vector<std::string> find_tests(const Request& request) {
    std::vector<std::string> found;
    for (const char* folder : {"tests/golden", "tests/link", "examples"}) {
        std::error_code none;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(
                 request.settings.root + "/" + folder, none)) {
            if (entry.path().extension() != ".dr") continue;
            std::string path = std::filesystem::relative(entry.path(), request.settings.root);
            // Parts of other tests: modules that they import, files in a folder called `parts`.
            if (path.find("/parts/") != std::string::npos) continue;
            bool wanted = request.filters.empty();
            for (const std::string& filter : request.filters)
                wanted |= path.find(filter) != std::string::npos;
            if (wanted) found.push_back(path);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

// Files that differ from the last commit, untracked ones included.
std::vector<std::string> changed_files(const Settings& settings) {
    std::string all;
    for (std::vector<std::string> argv :
         {std::vector<std::string>{"git", "diff", "--name-only", "HEAD"},
          {"git", "ls-files", "--others", "--exclude-standard"}}) {
        RunResult result = run({argv, settings.root, "", {}, 20, 0});
        if (result.code == 0) all += result.out;
    }
    return split_lines(all);
}

// Which tests go through the slow tiers; the choice is the same on every machine.
void choose_slow(const Request& request, std::vector<Case>& cases) {
    constexpr size_t kMostChanged = 60;
    std::vector<std::string> changed;
    if (request.quick) changed = changed_files(request.settings);
    size_t changed_tests = 0;
    for (Case& test : cases) {
        unsigned hash = 2166136261u;
        for (char c : test.test.path) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
        bool is_changed =
            std::find(changed.begin(), changed.end(), test.test.path) != changed.end();
        bool takes_changed = is_changed && changed_tests < kMostChanged;
        if (takes_changed) ++changed_tests;
        // FNV's low bits are poor: the sample is taken from the upper ones.
        test.slow_tiers = !request.quick || takes_changed || (hash >> 16) % 10 == 0;
    }
}

void print_failures(const Case& test) {
    if (test.updated) fmt::print("updated {}\n", test.test.path);
    if (test.failures.empty()) return;
    fmt::print("FAIL {}\n", test.test.path);
    for (const std::string& failure : test.failures) {
        std::string text;
        for (const std::string& line : split_lines(failure)) text += "  " + line + "\n";
        fmt::print("{}", text);
    }
    fmt::print("  rerun: tools/test {}\n", test.test.path);
    std::fflush(stdout);
}

int run_all(const Request& request) {
    const Settings& settings = request.settings;
    std::string problem = prepare_runtimes(settings);
    if (!problem.empty()) {
        fmt::print("{}\n0 passed, 1 failed\n", problem);
        return 1;
    }
    std::vector<std::string> paths = find_tests(request);
    std::vector<Case> cases(paths.size());
    std::filesystem::remove_all(settings.work + "/cases");
    for (size_t i = 0; i < paths.size(); ++i) {
        cases[i].test = read_test(settings.root, paths[i]);
        std::string name = paths[i];
        std::replace(name.begin(), name.end(), '/', '.');
        cases[i].folder = settings.work + "/cases/" + name;
        std::filesystem::create_directories(cases[i].folder);
    }
    choose_slow(request, cases);

    parallel_for(cases.size(), [&](size_t i) {
        if (compile_case(settings, cases[i]))
            run_fast_tier(settings, cases[i]);
        else
            cases[i].slow_tiers = false;
    });
    run_slow_tiers(settings, cases);

    size_t passed = 0, failed = 0;
    for (const Case& test : cases) {
        print_failures(test);
        ++(test.failures.empty() ? passed : failed);
        if (test.failures.empty()) std::filesystem::remove_all(test.folder);
    }
    if (request.filters.empty()) {
        std::string missing = check_coverage(settings.root, cases);
        ++(missing.empty() ? passed : failed);
        if (!missing.empty())
            fmt::print("FAIL every diagnostic is provoked by a golden test\n{}", missing);
    }
    fmt::print("{} passed, {} failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace golden

int main(int argc, char** argv) {
    if (argc > 1 && std::string(argv[1]) == "--exec-limited")
        return golden::exec_limited(argc, argv);
    rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    golden::Request request;
    if (!golden::read_arguments(argc, argv, request)) {
        fmt::print(stderr,
                   "usage: dream_golden --dreamc PATH [--work DIR] [--quick] [--update[=errors]] "
                   "[FILTER...]\n");
        return 2;
    }
    if (request.settings.work.empty()) request.settings.work = std::filesystem::absolute("golden");
    return golden::run_all(request);
}
