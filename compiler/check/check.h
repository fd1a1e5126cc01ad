// Syntax -> typed program: names, types, overloads, result types, constants, classes, and at the end
// flow analysis (flow.h).
//
// Needs the trees of all files of one program; those of the standard library come from `library` as
// their names are asked for, or stand in front (their sources say is_library()). Trees, sources,
// types and arena outlive the result. Reports every mistake of the program to the sink, one message
// a mistake. The result keeps the promises of typed.h if nothing was reported; otherwise it is to be
// thrown away.
//
//   typed::Program program = check(files, sources, types, arena, sink, {&library});
#pragma once

#include <span>

#include "ast/ast.h"
#include "check/library.h"
#include "check/typed.h"
#include "diag/diag.h"
#include "source/source.h"
#include "support/arena.h"
#include "types/types.h"

namespace dream {

struct CheckOptions {
    LibraryFiles* library = nullptr;
    // All of the library, with all bodies: a program pays for what it uses, the tests look at all.
    bool whole_library = false;
    // A header for C is asked for: what is exported and cannot stand in it gets a warning.
    bool with_header = false;
};

typed::Program check(std::span<ast::File* const> files, const Sources& sources, Types& types,
                     Arena& arena, diag::Sink& sink, const CheckOptions& options = {});

}  // namespace dream
