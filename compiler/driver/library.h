// The standard library in the binary, read file by file as the checker asks for names.
//
// Which file has which names is worked out when dreamc is built (index_library.cpp), so that what a
// program does not reach costs nothing, however large the library is.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "check/library.h"
#include "diag/diag.h"
#include "driver/embedded.h"
#include "source/source.h"
#include "support/arena.h"

namespace dream::driver {

// `file` counts the files of stdlib/ in the order of their paths. Sorted by name, then by file.
struct LibraryName {
    std::string_view name;
    uint32_t file;
};

struct LibraryIndex {
    std::span<const std::string_view> types;
    std::span<const LibraryName> declared;    // at top level, types among them: each name once
    std::span<const LibraryName> extensions;  // names of extension methods, each once a file
};

// Generated.
extern const LibraryIndex library_index;

class EmbeddedLibrary : public LibraryFiles {
  public:
    EmbeddedLibrary(Sources& sources, Arena& arena, diag::Sink& sink);

    ast::File* declaring(std::string_view name) override;
    std::vector<ast::File*> extending(std::string_view name) override;
    std::vector<ast::File*> rest() override;
    std::vector<std::string_view> names(bool types_only) const override;

  private:
    void read(uint32_t file, std::vector<ast::File*>& trees);

    Sources& sources_;
    Arena& arena_;
    diag::Sink& sink_;
    std::vector<EmbeddedFile> files_;
    std::vector<bool> is_read_;
};

}  // namespace dream::driver
