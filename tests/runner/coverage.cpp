// Holds the golden tests against kinds.def.
#include "coverage.h"

#include <map>
#include <set>

namespace golden {
namespace {

// Kinds that no golden test can provoke, with the reason.
const std::map<std::string, std::string> kExempt = {
    {"W0690", "asks for a header, which is a file beside the test: runner/driver.sh"},
};

}  // namespace

std::string check_coverage(const std::string& root, const std::vector<Case>& cases) {
    std::set<std::string> provoked;
    for (const Case& test : cases)
        for (const ExpectedDiagnostic& each : test.test.diagnostics) provoked.insert(each.code);

    std::string text, missing;
    read_text(root + "/compiler/diag/kinds.def", text);
    for (const std::string& line : split_lines(text)) {
        bool is_kind = line.compare(0, 6, "ERROR(") == 0 || line.compare(0, 8, "WARNING(") == 0;
        size_t comma = line.find(", ");
        if (!is_kind || comma == std::string::npos) continue;
        std::string name = line.substr(line.find('(') + 1, comma - line.find('(') - 1);
        std::string code = line.substr(comma + 2, 5);
        if (provoked.count(code) == 0 && kExempt.count(code) == 0)
            missing += "  " + code + " " + name + "\n";
        if (provoked.count(code) > 0 && kExempt.count(code) > 0)
            missing += "  " + code + " is exempt and provoked\n";
    }
    return missing;
}

}  // namespace golden
