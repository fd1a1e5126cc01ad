// Breaks verified IR in every way that one edit can, and demands that rc::balance sees it. What it
// does not see must be on the list of edits that change nothing, with the reason.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "balance_mutants.h"
#include "driver/compile.h"
#include "ir/read.h"

using namespace dream;

namespace {

struct Equivalent {
    std::string_view function;
    std::string_view edit;
    std::string_view reason;
};

constexpr std::string_view kReleaseOfNull = "'found' is null on every path to here, and a release of null does nothing";

constexpr Equivalent kEquivalents[] = {
    {"search", "no release found", kReleaseOfNull},
    {"search", "twice release found", kReleaseOfNull},
    {"search", "behind `break L1`: release found", kReleaseOfNull},
    {"search", "in front of its branch: release found", kReleaseOfNull},
    {"search", "behind its branch: release found", "as above; the other branches leave it null too"},
};

// Edits of compiled programs that may well change nothing.
struct Harmless {
    std::string_view edit;  // a part of it
    std::string_view reason;
};

constexpr Harmless kHarmless[] = {
    {"summary without", "a summary may claim more than the body does"},
    {" = retain null:", "nobody looks at the variable, or unwinding finds the null of its region's entry"},
    {"make_unique", "the array is new, and nobody else has seen it"},
    {" fatal", "the program ends there, whatever is still held"},
};

bool may_be_harmless(const mutants::Survivor& survivor) {
    return std::any_of(std::begin(kHarmless), std::end(kHarmless),
                       [&](const Harmless& h) { return survivor.edit.find(h.edit) != std::string::npos; });
}

bool is_equivalent(const mutants::Survivor& survivor) {
    return std::any_of(std::begin(kEquivalents), std::end(kEquivalents), [&](const Equivalent& e) {
        return survivor.function == e.function && survivor.edit == e.edit;
    });
}

}  // namespace

TEST_CASE("balance: mutants of the goldens of rc are killed", "[balance][mutation]") {
    mutants::Score total;
    int functions = 0;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(DREAM_ROOT "/tests/golden/rc"))
        if (entry.path().extension() == ".drir") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        std::ifstream in(file);
        std::stringstream text;
        text << in.rdbuf();
        Types types;
        Arena arena;
        std::string error;
        std::optional<ir::Module> module = ir::read(text.str(), types, arena, &error);
        INFO(file.string() << ": " << error);
        REQUIRE(module);
        REQUIRE(rc::balance(*module).empty());
        functions += static_cast<int>(module->functions.size());
        std::string before = ir::print(*module);
        total.add(mutants::mutate(*module));
        CHECK(ir::print(*module) == before);
    }
    int equivalent = 0;
    for (const mutants::Survivor& survivor : total.survivors) {
        if (is_equivalent(survivor)) {
            ++equivalent;
        } else {
            FAIL_CHECK("survived: in fn " << survivor.function << ": " << survivor.edit);
        }
    }
    CHECK(equivalent == static_cast<int>(std::size(kEquivalents)));
    CHECK(functions >= 25);
    CHECK(total.made > 800);
    std::printf("balance mutation: %d mutants, %d killed, %d equivalent, score %.2f %%\n", total.made, total.killed,
                equivalent, 100.0 * total.killed / (total.made - equivalent));
}

// Programs have what hand-written IR has not: handlers that nothing throws into, temporaries that
// are never used, locals that are null on every path. Breaking those is no mistake, so a few
// survivors are left; many would mean that the verifier looks away somewhere.
TEST_CASE("balance: mutants of compiled programs are killed", "[balance][mutation]") {
    std::vector<std::string> files;
    for (std::string folder : {"/tests/golden/memory", "/tests/golden/run/exceptions", "/tests/golden/run/arrays",
                               "/tests/golden/run/structs", "/tests/golden/run/classes"}) {
        if (!std::filesystem::exists(DREAM_ROOT + folder)) continue;
        for (const auto& entry : std::filesystem::directory_iterator(DREAM_ROOT + folder))
            if (entry.path().extension() == ".dr") files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    mutants::Score total;
    int harmless = 0;
    for (const std::string& file : files)
        for (bool full_rc : {false, true}) {
            driver::Options options;
            options.inputs = {file};
            options.dump = driver::Dump::Rc;
            options.dump_function = "all";
            options.full_rc = full_rc;
            driver::Compiled compiled = driver::compile(options);
            INFO(file);
            REQUIRE(compiled.exit_code == driver::kExitOk);
            Types types;
            Arena arena;
            std::string error;
            std::optional<ir::Module> module = ir::read(compiled.text, types, arena, &error);
            INFO(error);
            REQUIRE(module);
            CHECK(ir::print(*module) == compiled.text);
            REQUIRE(rc::balance(*module).empty());
            total.add(mutants::mutate(*module));
        }
    for (const mutants::Survivor& survivor : total.survivors) harmless += may_be_harmless(survivor);
    double score = 100.0 * total.killed / (total.made - harmless);
    CHECK(score >= 99.5);
    std::printf("balance mutation, compiled programs: %d mutants, %d killed, %d harmless, score %.2f %%\n",
                total.made, total.killed, harmless, score);
}
