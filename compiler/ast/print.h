// A tree as Dream text again. The text of a tree without Error nodes parses to the same tree, and
// printing that gives the same text. Comments and layout are not kept.
#pragma once

#include <string>

#include "ast/ast.h"

namespace dream::ast {

struct PrintOptions {
    // Show the structure: every operator in parentheses of its own. Such text is for reading.
    bool explicit_parens = false;
};

std::string print(const File& file, const PrintOptions& options = {});
std::string print(const Type& type);
std::string print(const Expr& expr, const PrintOptions& options = {});
std::string print(const Stmt& stmt);
std::string print(const Decl& decl);

}  // namespace dream::ast
