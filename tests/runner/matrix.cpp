// Building and running programs in the tiers.
#include "matrix.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "checks.h"
#include "runtimes.h"
#include "update.h"

namespace golden {
namespace {

// How many programs share an executable.
constexpr size_t kPackSize = 40;

// How the problem of a run begins whose output alone is wrong.
const std::string kOutput = "standard output: ";

// What a program's own FLAGS and WITH add to the C compiler's command.
std::vector<std::string> link_flags(const TestFile& test) {
    std::vector<std::string> flags;
    for (const std::string& flag : test.flags)
        if (flag.compare(0, 2, "-l") == 0 || flag.compare(0, 2, "-L") == 0) flags.push_back(flag);
    return flags;
}

std::vector<std::string> helper_files(const Settings& settings, const TestFile& test) {
    std::vector<std::string> files;
    std::string folder = settings.root + "/" + test.path.substr(0, test.path.rfind('/') + 1);
    for (const std::string& name : test.with) files.push_back(folder + name);
    return files;
}

// The figures of a --debug-memory run.
bool read_report(const std::string& path, Json& report) {
    std::string text;
    return read_text(path, text) && parse_json(text, report);
}

std::string check_memory(const TestFile& test, const Json& report, const std::string& err) {
    if (!report["ended_early"].is_null && report["ended_early"].number != 0) return "";
    if (report["live"].is_null) return "the memory report has no 'live'";
    if (report["live"].integer() != test.live)
        return fmt::format("{} objects are live at exit, expected {}\n{}", report["live"].integer(),
                           test.live, err.substr(0, 1500));
    std::string line = fmt::format("Active objects at exit: {}", test.live);
    if (err.find(line) == std::string::npos) return "standard error lacks: " + line;
    return "";
}

// Runs one program and compares; the report is left in `report`.
std::string run_and_check(const Case& test, const std::vector<std::string>& program,
                          const std::string& mode, const Tier& tier, Json& report,
                          std::string* out = nullptr) {
    std::string folder = test.folder + "/run-" + tier.name + "-" + mode;
    std::string report_path = folder + ".json";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    std::filesystem::remove(report_path);
    Run what;
    what.argv = program;
    what.argv.insert(what.argv.end(), test.test.args.begin(), test.test.args.end());
    what.folder = folder;
    what.input = test.test.input;
    what.environment = {"DREAM_MEMORY_REPORT=" + report_path,
                        "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:exitcode=99",
                        "UBSAN_OPTIONS=print_stacktrace=1"};
    // Against hanging only: the machine may be busy.
    what.seconds = tier.sanitized ? 300 : 100;
    // Sanitized frames are many times larger.
    if (!tier.sanitized) what.stack_kib = test.test.stack_kib;
    RunResult result = run(what);
    if (out) *out = result.out;
    if (tier.sanitized && (result.err.find("Sanitizer") != std::string::npos ||
                                result.err.find("runtime error:") != std::string::npos))
        return "sanitizer report\n" + result.err.substr(0, 4000);
    std::string problem = check_exit(test.test, result);
    if (problem.empty()) problem = check_stderr(test.test, result.err, !tier.debug_memory);
    if (problem.empty() && tier.debug_memory) {
        if (!read_report(report_path, report)) return "the program wrote no memory report";
        problem = check_memory(test.test, report, result.err);
    }
    // Last, so that --update sees output of a run that is good otherwise.
    if (problem.empty()) {
        problem = check_output(test.test, result.out);
        if (!problem.empty()) return kOutput + problem;
    }
    if (problem.empty()) std::filesystem::remove_all(folder);
    return problem;
}

std::vector<std::string> compile_command(const Settings& settings, const Tier& tier) {
    std::vector<std::string> argv = {tier.compiler, "-std=c11"};
    argv.insert(argv.end(), tier.flags.begin(), tier.flags.end());
    if (tier.gate) {
        for (const char* word : {"-Wall", "-Wextra", "-Werror", "-pedantic"}) argv.push_back(word);
        for (const std::string& word : user_caused_warnings()) argv.push_back(word);
    } else {
        argv.push_back("-w");
    }
    argv.push_back("-I" + settings.root + "/runtime/include");
    return argv;
}

// full never does more of anything than plain.
void compare_figures(Case& test, const Json& plain, const Json& full) {
    for (const char* key : {"allocations", "copies", "retains", "releases"})
        if (full[key].integer() > plain[key].integer())
            test.fail("figures", fmt::format("full has more {} than plain: {} > {}", key,
                                             full[key].integer(), plain[key].integer()));
}

// One program of a pack.
struct Packed {
    Case* test;
    std::string mode;  // plain or full
    const Tier* tier;
    std::string object;
    std::string program;  // the executable that holds it
    std::string name;     // its main
    std::string problem;
};

// Compiles one program to an object in which everything but its renamed main is local.
void compile_packed(const Settings& settings, Packed& each) {
    std::string c_file =
        each.test->c[each.mode + (each.tier->debug_memory ? "-debug" : "-release")];
    each.object = each.test->folder + "/" + each.tier->name + "-" + each.mode + ".o";
    std::vector<std::string> argv = compile_command(settings, *each.tier);
    for (const std::string& word :
         {std::string("-c"), "-Dmain=" + each.name, c_file, std::string("-o"), each.object})
        argv.push_back(word);
    RunResult result = run({argv, "", "", {}, 900, 0});
    if (result.code != 0) {
        each.problem =
            "the C compiler failed:\n" + command_text(argv) + "\n" + result.err.substr(0, 3000);
        return;
    }
    std::vector<std::string> parts = {each.object};
    for (const std::string& helper : helper_files(settings, each.test->test)) {
        std::string object = fmt::format("{}.with{}.o", each.object, parts.size());
        std::vector<std::string> compile = {each.tier->compiler};
        compile.insert(compile.end(), each.tier->flags.begin(), each.tier->flags.end());
        for (const std::string& word : {"-I" + settings.root + "/runtime/include",
                                        std::string("-c"), helper, std::string("-o"), object})
            compile.push_back(word);
        result = run({compile, "", "", {}, 900, 0});
        if (result.code != 0)
            each.problem = "the helper does not compile:\n" + result.err.substr(0, 2000);
        parts.push_back(object);
    }
    if (parts.size() > 1 && each.problem.empty()) {
        std::vector<std::string> join = {"ld", "-r", "-o", each.object + ".all"};
        join.insert(join.end(), parts.begin(), parts.end());
        result = run({join, "", "", {}, 60, 0});
        if (result.code == 0) std::filesystem::rename(each.object + ".all", each.object);
    }
    if (result.code == 0)
        result =
            run({{"objcopy", "--keep-global-symbol=" + each.name, each.object}, "", "", {}, 60, 0});
    if (result.code != 0 && each.problem.empty()) each.problem = "objcopy: " + result.err;
}

// Links a pack: a main that hands over to the program whose number stands in argv[1].
std::string link_pack(const Settings& settings, const Tier& tier, const std::vector<Packed*>& pack,
                      const std::string& program) {
    std::string source = "#include <stdlib.h>\n";
    for (const Packed* each : pack) source += fmt::format("int {}(int, char**);\n", each->name);
    source += "int main(int argc, char** argv) {\n    (void)argc;\n    switch (atoi(argv[1])) {\n";
    for (size_t i = 0; i < pack.size(); ++i)
        source +=
            fmt::format("        case {}: return {}(argc - 1, argv + 1);\n", i, pack[i]->name);
    source += "    }\n    return 125;\n}\n";
    write_text(program + ".c", source);

    std::vector<std::string> argv = {tier.compiler};
    argv.insert(argv.end(), tier.flags.begin(), tier.flags.end());
    argv.push_back("-w");
    argv.push_back(program + ".c");
    for (const Packed* each : pack) argv.push_back(each->object);
    argv.push_back(runtime_archive(settings, tier));
    for (const Packed* each : pack)
        for (const std::string& flag : link_flags(each->test->test)) argv.push_back(flag);
    for (const std::string& word : {std::string("-lm"), std::string("-o"), program})
        argv.push_back(word);
    RunResult result = run({argv, "", "", {}, 900, 0});
    return result.code == 0 ? "" : command_text(argv) + "\n" + result.err.substr(0, 3000);
}

bool names_tiers(const TestFile& test) {
    return std::any_of(tiers().begin(), tiers().end(),
                       [&](const Tier& tier) { return test.modes.count(tier.name) > 0; });
}

std::vector<Packed> choose_programs(std::vector<Case>& cases, const Tier& tier) {
    std::vector<Packed> chosen;
    for (Case& test : cases) {
        if (!test.slow_tiers || test.test.once || !test.failures.empty()) continue;
        if (names_tiers(test.test) && !test.test.runs_in(tier.name)) continue;
        for (const char* mode : {"full", "plain"}) {
            if (tier.only_full && std::string(mode) == "plain") continue;
            if (!test.c.count(mode + std::string(tier.debug_memory ? "-debug" : "-release")))
                continue;
            chosen.push_back(
                {&test, mode, &tier, "", "", fmt::format("program_{}", chosen.size()), ""});
        }
    }
    return chosen;
}

void run_slow_tier(const Settings& settings, std::vector<Case>& cases, const Tier& tier) {
    std::vector<Packed> programs = choose_programs(cases, tier);
    parallel_for(programs.size(), [&](size_t i) { compile_packed(settings, programs[i]); });

    std::vector<std::vector<Packed*>> packs;
    for (Packed& each : programs) {
        if (!each.problem.empty()) continue;
        if (packs.empty() || packs.back().size() == kPackSize) packs.emplace_back();
        packs.back().push_back(&each);
    }
    std::filesystem::create_directories(settings.work + "/packs");
    std::vector<std::string> executables(packs.size());
    parallel_for(packs.size(), [&](size_t i) {
        executables[i] = fmt::format("{}/packs/{}-{}", settings.work, tier.name, i);
        std::string problem = link_pack(settings, tier, packs[i], executables[i]);
        if (!problem.empty())
            for (Packed* each : packs[i]) each->problem = "linking failed:\n" + problem;
    });

    std::vector<std::pair<Packed*, std::vector<std::string>>> runs;
    for (size_t i = 0; i < packs.size(); ++i)
        for (size_t k = 0; k < packs[i].size(); ++k)
            if (packs[i][k]->problem.empty())
                runs.push_back({packs[i][k], {executables[i], std::to_string(k)}});
    parallel_for(runs.size(), [&](size_t i) {
        Packed& each = *runs[i].first;
        Json report;
        each.problem = run_and_check(*each.test, runs[i].second, each.mode, tier, report);
    });
    for (Packed& each : programs) {
        if (!each.problem.empty()) each.test->fail(tier.name + " " + each.mode, each.problem);
        std::filesystem::remove(each.object);
    }
    for (const std::string& executable : executables) std::filesystem::remove(executable);
}

}  // namespace

void run_fast_tier(const Settings& settings, Case& test) {
    const Tier& tier = *find_tier("tcc");
    if (names_tiers(test.test) && !test.test.runs_in("tcc")) return;
    Json plain, full;
    for (const char* mode : {"plain", "full"}) {
        auto c_file = test.c.find(std::string(mode) + "-debug");
        if (c_file == test.c.end()) continue;
        std::string program = test.folder + "/tcc-" + mode;
        std::vector<std::string> argv = compile_command(settings, tier);
        argv.push_back(c_file->second);
        for (const std::string& helper : helper_files(settings, test.test)) argv.push_back(helper);
        argv.push_back(runtime_archive(settings, tier));
        for (const std::string& flag : link_flags(test.test)) argv.push_back(flag);
        for (const std::string& word : {std::string("-lm"), std::string("-o"), program})
            argv.push_back(word);
        RunResult built = run({argv, "", "", {}, 300, 0});
        if (built.code != 0) {
            test.fail(std::string("tcc ") + mode, "the C compiler failed:\n" + command_text(argv) +
                                                      "\n" + built.err.substr(0, 2000));
            return;
        }
        Json& report = std::string(mode) == "plain" ? plain : full;
        std::string out;
        std::string problem = run_and_check(test, {program}, mode, tier, report, &out);
        std::filesystem::remove(program);
        if (problem.compare(0, kOutput.size(), kOutput) == 0 && settings.update &&
            !test.output_updated) {
            test.output_updated = true;
            update_output(settings, test, out);
            problem = check_output(test.test, out);
        }
        if (!problem.empty()) test.fail(std::string("tcc ") + mode, problem);
    }
    if (!plain.is_null && !full.is_null && test.failures.empty())
        compare_figures(test, plain, full);
    if (test.test.allocations >= 0 && !full.is_null &&
        full["allocations"].integer() != test.test.allocations)
        test.fail("figures", fmt::format("full makes {} allocations, expected {}",
                                         full["allocations"].integer(), test.test.allocations));
    if (test.test.copies >= 0 && !full.is_null && full["copies"].integer() != test.test.copies)
        test.fail("figures", fmt::format("full copies {} arrays, expected {}",
                                         full["copies"].integer(), test.test.copies));
}

void run_slow_tiers(const Settings& settings, std::vector<Case>& cases) {
    for (const Tier& tier : tiers())
        if (tier.name != "tcc") run_slow_tier(settings, cases, tier);
}

}  // namespace golden
