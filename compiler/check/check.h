// Syntax -> typed program: names, types, overloads, result types, constants, classes, and at the end
// flow analysis (flow.h).
//
// Needs the trees of all files of one program, those of the standard library first (their sources
// say is_library()); trees, sources, types and arena outlive the result. Reports every mistake of
// the program to the sink, one message a mistake. The result keeps the promises of typed.h if
// nothing was reported; otherwise it is to be thrown away.
//
//   typed::Program program = check(files, sources, types, arena, sink);
#pragma once

#include <span>

#include "ast/ast.h"
#include "check/typed.h"
#include "diag/diag.h"
#include "source/source.h"
#include "support/arena.h"
#include "types/types.h"

namespace dream {

// Which bodies of the standard library are checked: a program pays for what it uses, the tests look
// at all.
enum class Library { Used, Whole };

typed::Program check(std::span<ast::File* const> files, const Sources& sources, Types& types,
                     Arena& arena, diag::Sink& sink, Library library = Library::Used);

}  // namespace dream
