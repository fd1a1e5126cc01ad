// The standard library as the checker sees it: a file of it is read when one of its names is asked
// for, so a program pays for the files that it reaches and not for those that there are.
//
// The names of a file are what it declares at top level, functions and types, and its extension
// methods. A name that is declared at top level is declared in one file alone; an extension method
// may have overloads in several.
#pragma once

#include <string_view>
#include <vector>

#include "ast/ast.h"

namespace dream {

class LibraryFiles {
  public:
    virtual ~LibraryFiles() = default;

    // Each gives a file once, whatever asks for it; the trees live as long as the checker's.
    // The file that declares `name` at top level, or null.
    virtual ast::File* declaring(std::string_view name) = 0;
    // Those with an extension method `name`.
    virtual std::vector<ast::File*> extending(std::string_view name) = 0;
    virtual std::vector<ast::File*> rest() = 0;

    // What is declared at top level, given already or not.
    virtual std::vector<std::string_view> names(bool types_only) const = 0;
};

}  // namespace dream
