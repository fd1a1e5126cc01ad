// The library on demand: what is asked for is declared and taken as far as the group that asks for it,
// as specialisations are.
//
// Two ways lead to a file: a name that the program and its modules do not declare, looked up in the
// library's scope by whatever code (Scope::find), and the name of an extension method. What only the
// runtime needs, the exceptions that it throws (faults.def), is in the file of `Exception`.
#include <algorithm>
#include <utility>

#include "check/checker.h"

namespace dream::checker {

// `object` and Exception are part of every program.
void Checker::open_library() {
    if (!library_files_) return;
    library->unread = this;
    if (whole_library_) read_library(library_files_->rest());
    library->find("Object");
    library->find("Exception");
}

Symbol* Checker::find(std::string_view name) {
    ast::File* file = library_files_->declaring(name);
    if (!file) return nullptr;
    read_library({file});
    auto declared = library->names.find(name);
    DREAM_CHECK(declared != library->names.end(), "the library's index is not that of its files");
    return declared->second;
}

void Checker::read_library(const std::vector<ast::File*>& files) {
    if (files.empty()) return;
    diag::Sink* before = std::exchange(sink, real_sink);
    Group group;
    for (const ast::File* file : files) {
        modules[file->source.index] = library->module;
        declare_all(file->items, *library, true, group);
    }
    if (stage_ == Stage::None)
        resolve(group);
    else
        join(group);
    sink = before;
}

std::vector<FunctionInfo*> Checker::extensions_named(std::string_view name) {
    if (library_files_) read_library(library_files_->extending(name));
    auto found = extensions.find(name);
    if (found == extensions.end()) return {};
    for (FunctionInfo* f : found->second) ensure_signature(*f);
    return found->second;
}

// Files are read in the order in which the program asks for them; their static fields get their
// values in the order of the files.
void Checker::order_library_globals() {
    auto place = [&](const Global* g) {
        const Source& source = sources[g->span.source];
        return std::pair(std::string_view(source.path()), g->span.begin);
    };
    auto is_of_file = [&](const Global* g) {
        const TypeInfo* owner = info_of(g->owner);
        return is_library(g->span) && !(owner && owner->scope->specialisation);
    };
    std::vector<Global*>& globals = program.globals;
    auto end = std::stable_partition(globals.begin(), globals.end(), is_of_file);
    std::sort(globals.begin(), end, [&](Global* a, Global* b) { return place(a) < place(b); });
}

}  // namespace dream::checker
