// The files of a program: those on the command line and the modules that they import, each read and
// lexed once, in the order in which they are initialised. The standard library is read elsewhere
// (driver/library.h), when its names are asked for.
//
// `import a.b;` names the file a/b.dr in the importing file's folder, the main file's folder, or an
// -I folder, in this order. The files on the command line are the program and share one scope; one
// of them that another file imports is a module, all but the first. A file is one module under
// whatever paths it is reached (links, `..`, other case on systems that do not tell).
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diag.h"
#include "driver/options.h"
#include "lex/lex.h"
#include "parse/parse.h"
#include "source/source.h"

namespace dream::driver {

// What can be known of a file before it is parsed.
struct Outline {
    struct Type {
        std::string_view name;
        bool is_exported = false;
    };
    struct Import {
        std::string name;  // "a.b"
        Span span;
    };
    std::string module;  // what `module a.b;` says, or ""
    Span module_span;
    std::vector<Import> imports;
    std::vector<Type> types;  // declared at top level: how other files parse depends on them
};

Outline read_outline(const lex::TokenBuffer& tokens);

struct InputFile {
    SourceId source;
    lex::TokenBuffer tokens;
    Outline outline;
    // The files of the imports; those that could not be had have been reported and are left out.
    std::vector<parse::ImportTarget> imports;
    bool is_program = false;  // no module
    std::string first_import;  // the name by which a module was first imported
};

struct InputFiles {
    std::deque<InputFile> all;           // in the order of reading
    std::vector<const InputFile*> order;  // modules behind what they import, program
    std::vector<std::string> paths;       // for -MD: no standard input

    // The names of types that a file can see without saying where they come from, but for the
    // library's.
    std::vector<std::string_view> types_visible_to(const InputFile& file) const;
};

// Reads everything. Mistakes in imports go to the sink; false when a file of the command line
// cannot be read, which has been printed.
bool read_input_files(const Options& options, Sources& sources, diag::Sink& sink,
                      InputFiles& files);

}  // namespace dream::driver
