// What can be known of a file before it is parsed, and where modules live: `import a.b;` names the
// file a/b.dr in the importing file's folder, the main file's folder, or an -I folder, in this order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/options.h"
#include "lex/lex.h"

namespace dream::driver {

struct Outline {
    // Types declared at top level: how other files parse depends on them.
    std::vector<std::string_view> types;
    // "a.b" for each import.
    std::vector<std::string> imports;
};

Outline read_outline(const lex::TokenBuffer& tokens);

// The file of module `name`, or "" when there is none.
std::string find_module(const std::string& name, const std::string& importer,
                        const Options& options);

// Whether one of `files` is the file `path`, under whatever name.
bool is_among(const std::string& path, const std::vector<std::string>& files);

}  // namespace dream::driver
