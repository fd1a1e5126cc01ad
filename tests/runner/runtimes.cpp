// Tiers and their runtimes.
#include "runtimes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "run.h"

namespace golden {
namespace {

bool installed(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string rest = path ? path : "/usr/bin:/bin";
    for (size_t at = 0; at <= rest.size();) {
        size_t end = std::min(rest.find(':', at), rest.size());
        if (access((rest.substr(at, end - at) + "/" + program).c_str(), X_OK) == 0) return true;
        at = end + 1;
    }
    return false;
}

std::vector<Tier> find_tiers() {
    std::vector<Tier> all;
    // tcc knows no warnings worth a gate, and its programs stand at fixed addresses.
    if (installed("tcc"))
        all.push_back({"tcc", "tcc", {"-DDR_DEBUG_MEMORY=1"}, true});
    else
        all.push_back(
            {"tcc", "cc", {"-O0", "-fno-pie", "-no-pie", "-DDR_DEBUG_MEMORY=1"}, true});
    std::string clang = installed("clang-14") ? "clang-14" : "clang";
    if (installed(clang)) {
        // Programs at -O0: what the optimiser takes away no sanitizer sees, and it takes most of the
        // time. Without -fwrapv: it hides overflow.
        all.push_back(
            {"asan",
             clang,
             {"-O0", "-g1", "-fno-omit-frame-pointer", "-ffp-contract=off", "-DDR_DEBUG_MEMORY=1",
              "-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"},
             true,
             false,
             false,
             true});
        // debug-memory has no pools: these are the pools, and the releases that are inline with them.
        all.push_back({"poison",
                       clang,
                       {"-O0", "-g1", "-fno-omit-frame-pointer", "-ffp-contract=off",
                        "-DDR_CHECKS=3", "-fsanitize=address"},
                       false,
                       false,
                       true,
                       true});
        // clang -O2 sees what gcc -O2 sees of plain; full is what differs most.
        all.push_back({"clang", clang, {"-O2", "-ffp-contract=off"}, false, true, true});
    }
    if (installed("gcc")) all.push_back({"gcc", "gcc", {"-O2", "-ffp-contract=off"}, false, true});
    return all;
}

// A hash over the runtime's files: a change of one builds the archives again.
std::string runtime_key(const Settings& settings, const Tier& tier) {
    std::vector<std::string> files;
    for (const char* folder : {"/runtime/include", "/runtime/src"}) {
        std::error_code none;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(settings.root + folder, none))
            if (entry.is_regular_file()) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    std::string all = fmt::format("{} {}", tier.compiler, fmt::join(tier.flags, " "));
    for (const std::string& file : files) {
        std::string text;
        read_text(file, text);
        all += file + "\n" + text;
    }
    return fmt::format("{:016x}", std::hash<std::string>{}(all));
}

}  // namespace

const std::vector<Tier>& tiers() {
    static const std::vector<Tier> all = find_tiers();
    return all;
}

const Tier* find_tier(const std::string& name) {
    for (const Tier& tier : tiers())
        if (tier.name == name) return &tier;
    return nullptr;
}

const std::vector<std::string>& user_caused_warnings() {
    static const std::vector<std::string> all = {
        "-Wno-unknown-warning-option",                      // this list serves gcc and clang
        "-Wno-infinite-recursion",                          // func f() { f(); }
        "-Wno-tautological-compare",                        // x == x
        "-Wno-tautological-constant-out-of-range-compare",  // a byte against 300
        "-Wno-type-limits",                                 // a byte >= 0
        "-Wno-self-assign",                                 // x = x
        "-Wno-unused-parameter",         // a parameter that the body does not mention
        "-Wno-unused-variable",          // likewise a local
        "-Wno-unused-but-set-variable",  // a local that is only written
        "-Wno-duplicated-branches",
        "-Wno-overlength-strings",  // a literal above 4095 bytes
    };
    return all;
}

std::string runtime_archive(const Settings& settings, const Tier& tier) {
    return settings.work + "/runtime/" + tier.name + "/libdream.a";
}

std::string prepare_runtimes(const Settings& settings) {
    std::vector<std::string> problems(tiers().size());
    parallel_for(tiers().size(), [&](size_t i) {
        const Tier& tier = tiers()[i];
        std::string folder = settings.work + "/runtime/" + tier.name;
        std::string key = runtime_key(settings, tier), old;
        if (read_text(folder + "/key", old) && old == key) return;
        std::filesystem::create_directories(folder);
        // tcc's programs link a runtime that gcc has compiled, as `dreamc run` does.
        std::vector<std::string> compile = {tier.compiler};
        std::vector<std::string> flags = tier.flags;
        if (tier.name == "tcc") {
            compile = {installed("cc") ? "cc" : "tcc"};
            flags = {"-O2", "-fno-pie", "-DDR_DEBUG_MEMORY=1"};
        }
        compile.insert(compile.end(), flags.begin(), flags.end());
        // Compiled once and run often.
        if (tier.sanitized) compile.push_back("-O1");
        for (const char* word : {"-std=c11", "-Wall", "-Wextra", "-Werror", "-c"})
            compile.push_back(word);
        std::string object = folder + "/dream.o", archive = folder + "/libdream.a";
        for (const std::string& word :
             {"-I" + settings.root + "/runtime/include", "-I" + settings.root + "/runtime/src",
              settings.root + "/runtime/src/all.c", std::string("-o"), object})
            compile.push_back(word);
        RunResult built = run({compile, "", "", {}, 900, 0});
        if (built.code == 0) {
            unlink(archive.c_str());
            built = run({{"ar", "rcs", archive, object}, "", "", {}, 60, 0});
        }
        if (built.code != 0)
            problems[i] = fmt::format("the runtime for the tier {}:\n{}\n{}", tier.name,
                                      command_text(compile), built.err);
        else
            write_text(folder + "/key", key);
    });
    std::string all;
    for (const std::string& problem : problems) all += problem;
    return all;
}

}  // namespace golden
