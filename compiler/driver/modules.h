// Where modules live: `import a.b;` names the file a/b.dr in the importing file's folder, the main
// file's folder, or an -I folder, in this order.
#pragma once

#include <string>
#include <vector>

#include "ast/ast.h"
#include "driver/options.h"

namespace dream::driver {

// The file of the module that `import` names, or "" when there is none.
std::string find_module(const ast::Import& import, const std::string& importer, const Options& options);

// Whether one of `files` is the file `path`, under whatever name.
bool is_among(const std::string& path, const std::vector<std::string>& files);

}  // namespace dream::driver
