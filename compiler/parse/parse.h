// Tokens -> tree. Always returns a whole tree: what is wrong is reported, once each, and replaced
// by Error nodes or by what was probably meant. Needs the sources and the arena to outlive the
// tree; the tokens may go.
#pragma once

#include <span>
#include <string_view>

#include "ast/ast.h"
#include "diag/diag.h"
#include "lex/lex.h"
#include "source/source.h"
#include "support/arena.h"

namespace dream::parse {

// What `import` with the name at `name` means.
struct ImportTarget {
    Span name;
    SourceId source;
};

struct Options {
    // Types declared elsewhere (imported modules, other files of the program). They decide what looks
    // the same with types and values: `a * b;`, `(a)(b)`, `(a) - b`, `case A:`. The types of the
    // file itself and its generic parameters are known without.
    std::span<const std::string_view> type_names = {};
    // Those of the library, sorted: a list that all files share.
    std::span<const std::string_view> library_types = {};
    // The files that the imports of this file name; one that is missing here has been reported.
    std::span<const ImportTarget> imports = {};
};

ast::File* parse(const Sources& sources, SourceId source, const lex::TokenBuffer& tokens,
                 Arena& arena, diag::Sink& diag, const Options& options = {});

}  // namespace dream::parse
