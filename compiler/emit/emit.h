// From the ownership IR, with every retain and release in place, to one file of C11 that includes
// dream.h and nothing else of ours.
//
// Needs a module that has passed rc/ (the invariants "after rc insertion" of ir/ir.h). Guarantees:
//   [readable]  K&R, 4 spaces, the user's names, declarations at first use, no dead locals;
//   [clean]     no warning under -Wall -Wextra -std=c11 -pedantic but those that the user's own
//               code asks for, and no extension of any compiler;
//   [flat]      neither the C text nor this phase recurses deeper than the source nests: a chain of
//               50,000 operators becomes statements;
//   [defined]   no undefined behaviour and no reliance on the order of evaluation;
//   [stable]    the same module and options give the same bytes.
#pragma once

#include <string>

#include "ir/ir.h"

namespace dream::emit {

struct Options {
    bool plain = false;            // --rc=plain: literals are retained through dr_alloc_string
    bool debug_memory = false;     // allocations say where they are
    bool traces = false;           // marks for call stacks
    bool is_library = false;       // `dr_start` instead of `main`
    bool line_directives = false;  // #line in front of each statement
    std::string source_name;       // for the comment at the top
};

std::string emit(const ir::Module& module, const Options& options);

// A header for C and C++ that declares the exported functions of the module, and what these mention.
std::string emit_header(const ir::Module& module, const Options& options);

}  // namespace dream::emit
