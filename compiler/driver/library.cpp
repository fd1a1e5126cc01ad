// Names to files by the index; files to trees.
#include "driver/library.h"

#include <algorithm>

#include "lex/lex.h"
#include "parse/parse.h"

namespace dream::driver {

namespace {

std::span<const LibraryName> named(std::span<const LibraryName> names, std::string_view name) {
    auto less = [](const auto& a, const auto& b) {
        if constexpr (requires { a.name; }) return a.name < b;
        else return a < b.name;
    };
    auto [begin, end] = std::equal_range(names.begin(), names.end(), name, less);
    return {begin, end};
}

}  // namespace

EmbeddedLibrary::EmbeddedLibrary(Sources& sources, Arena& arena, diag::Sink& sink)
    : sources_(sources),
      arena_(arena),
      sink_(sink),
      files_(embedded_files("stdlib/")),
      is_read_(files_.size()) {}

void EmbeddedLibrary::read(uint32_t file, std::vector<ast::File*>& trees) {
    if (is_read_[file]) return;
    is_read_[file] = true;
    SourceId source =
        sources_.add(std::string(files_[file].path), std::string(files_[file].text), true);
    lex::TokenBuffer tokens = lex::lex(sources_, source, sink_);
    parse::Options options;
    options.library_types = library_index.types;
    trees.push_back(parse::parse(sources_, source, tokens, arena_, sink_, options));
}

ast::File* EmbeddedLibrary::declaring(std::string_view name) {
    std::vector<ast::File*> trees;
    for (const LibraryName& known : named(library_index.declared, name)) read(known.file, trees);
    return trees.empty() ? nullptr : trees.front();
}

std::vector<ast::File*> EmbeddedLibrary::extending(std::string_view name) {
    std::vector<ast::File*> trees;
    for (const LibraryName& known : named(library_index.extensions, name)) read(known.file, trees);
    return trees;
}

std::vector<ast::File*> EmbeddedLibrary::rest() {
    std::vector<ast::File*> trees;
    for (uint32_t file = 0; file < files_.size(); ++file) read(file, trees);
    return trees;
}

std::vector<std::string_view> EmbeddedLibrary::names(bool types_only) const {
    if (types_only) return {library_index.types.begin(), library_index.types.end()};
    std::vector<std::string_view> names;
    for (const LibraryName& known : library_index.declared) names.push_back(known.name);
    return names;
}

}  // namespace dream::driver
