// What a test asks of dreamc itself.
#include <filesystem>

#include <fmt/format.h>

#include "checks.h"
#include "matrix.h"
#include "update.h"

namespace golden {
namespace {

std::vector<std::string> dreamc_command(const Settings& settings, const Case& test,
                                        std::vector<std::string> options) {
    std::vector<std::string> argv = {settings.dreamc};
    argv.insert(argv.end(), options.begin(), options.end());
    for (const char* word : {"--diagnostics=json", "--checks=2"}) argv.push_back(word);
    argv.insert(argv.end(), test.test.flags.begin(), test.test.flags.end());
    argv.insert(argv.end(), test.inputs.begin(), test.inputs.end());
    return argv;
}

RunResult run_dreamc(const Settings& settings, const Case& test, std::vector<std::string> options) {
    return run({dreamc_command(settings, test, std::move(options)), settings.root, "", {}, 300, 0});
}

std::string describe(const RunResult& result) {
    std::string err = result.err.substr(0, 2000);
    if (result.timed_out) return "dreamc did not end in time\n" + err;
    return fmt::format("dreamc ended with exit code {}\n{}", result.code, err);
}

// A test of several files lives in its folder; its modules are found from the first one.
void lay_out_inputs(Case& test) {
    if (test.test.parts.empty()) {
        test.inputs = {test.test.path};
        return;
    }
    bool has_imports = false;
    for (const auto& [name, text] : test.test.parts) {
        std::string path = test.folder + "/" + name;
        std::filesystem::create_directories(path.substr(0, path.rfind('/')));
        write_text(path, text);
        has_imports |=
            text.compare(0, 7, "import ") == 0 || text.find("\nimport ") != std::string::npos;
    }
    for (const std::string& name : test.test.part_names) {
        test.inputs.push_back(test.folder + "/" + name);
        if (has_imports) break;
    }
}

// Diagnostics, by a run that stops behind the checker. True if the program is expected to run and may.
bool check_front_end(const Settings& settings, Case& test) {
    RunResult result = run_dreamc(settings, test, {"check"});
    std::string rest;
    std::vector<SeenDiagnostic> seen = read_diagnostics(result.err, rest);
    bool errors = false;
    for (const SeenDiagnostic& each : seen) errors |= each.severity == "error";

    if (result.timed_out || result.code > 1 || (result.code == 1) != errors) {
        test.fail("check", describe(result));
        return false;
    }
    std::string problem = check_diagnostics(test.test, seen);
    if (!problem.empty() && settings.update_errors && test.test.parts.empty()) {
        update_diagnostics(settings, test, seen);
        problem.clear();
    }
    if (!problem.empty()) test.fail("check", problem);
    return !errors && problem.empty();
}

bool emit(const Settings& settings, Case& test, const std::string& rc, bool debug) {
    std::string name = rc + (debug ? "-debug" : "-release");
    std::string path = test.folder + "/" + name + ".c";
    std::vector<std::string> options = {"--emit-c", "-o", path, "--rc=" + rc};
    if (debug) options.push_back("--debug-memory");
    RunResult result = run_dreamc(settings, test, options);
    if (result.code != 0) {
        test.fail(name, describe(result));
        return false;
    }
    test.c[name] = path;
    return true;
}

void check_dumps(const Settings& settings, Case& test) {
    for (DumpBlock& dump : test.test.dumps) {
        std::string option = "--dump=" + dump.what;
        bool by_function = dump.what == "ir" || dump.what == "rc";
        if (by_function && !dump.function.empty()) option += "=" + dump.function;
        RunResult result = run_dreamc(settings, test, {option, "--rc=" + dump.mode});
        if (result.code != 0) {
            test.fail("dump " + dump.what, describe(result));
            continue;
        }
        std::string text = result.out;
        if (dump.what == "c" && !dump.function.empty()) text = c_function(text, dump.function);
        if (trim(text).empty()) {
            test.fail("dump " + dump.what, "there is no function " + dump.function);
            continue;
        }
        std::string problem = check_lines(dump.lines, trimmed_lines(text));
        if (problem.empty()) continue;
        if (settings.update)
            update_dump(settings, test, dump, text);
        else
            test.fail(fmt::format("dump {} {} {}", dump.what, dump.mode, dump.function), problem);
    }
    for (CallsLine& line : test.test.calls) {
        RunResult result = run_dreamc(settings, test, {"--dump=c", "--rc=" + line.mode});
        std::string text = c_function(result.out, line.function);
        if (text.empty()) {
            test.fail("calls", "there is no function " + line.function + " in the C");
            continue;
        }
        std::map<std::string, int> found = runtime_calls(text, line.function);
        if (found == line.calls) continue;
        if (settings.update)
            update_calls(settings, test, line, found);
        else
            test.fail(fmt::format("calls {} {}", line.mode, line.function),
                      fmt::format("\n  expected: {}\n  found:    {}", calls_text(line.calls),
                                  calls_text(found)));
    }
}

// The same input gives the same bytes, whatever the environment.
void check_determinism(const Settings& settings, Case& test) {
    std::string name = "full-release";
    if (!test.c.count(name)) return;
    std::string again = test.folder + "/again.c", first, second;
    std::vector<std::string> argv =
        dreamc_command(settings, test, {"--emit-c", "-o", again, "--rc=full"});
    run({argv,
         settings.root,
         "",
         {"LC_ALL=tr_TR.UTF-8", "TZ=Asia/Tokyo", "DREAM_NOTHING=1"},
         60,
         0});
    read_text(test.c[name], first);
    read_text(again, second);
    if (first != second)
        test.fail("determinism", "two runs emitted different C: " + test.c[name] + " " + again);
}

}  // namespace

bool compile_case(const Settings& settings, Case& test) {
    if (!test.test.problem.empty()) {
        test.fail("test file", test.test.problem);
        return false;
    }
    lay_out_inputs(test);
    bool good = check_front_end(settings, test);
    bool stops_early = test.test.expects_errors();
    // Tokens and trees can be dumped of a program that is wrong further on.
    if (good || stops_early) check_dumps(settings, test);
    if (!good || stops_early || !test.failures.empty()) return false;
    for (const char* rc : {"plain", "full"}) {
        if (!test.test.runs_in(rc) &&
            test.test.modes.count("plain") + test.test.modes.count("full") > 0)
            continue;
        if (test.test.once && std::string(rc) == "plain") continue;
        if (!emit(settings, test, rc, true)) return false;
        if (test.slow_tiers && !emit(settings, test, rc, false)) return false;
    }
    if (test.slow_tiers) check_determinism(settings, test);
    return test.failures.empty() && test.test.modes.count("none") == 0;
}

}  // namespace golden
