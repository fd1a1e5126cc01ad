// Module search, and the graph of imports: names, duplicates, cycles, order.
#include "driver/modules.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "driver/process.h"

namespace dream::driver {

namespace {

std::string folder_of(const std::string& path) {
    return path.substr(0, path.rfind('/') + 1);
}

// "a.b" -> "a/b.dr"
std::string relative_path(std::string name) {
    std::replace(name.begin(), name.end(), '.', '/');
    return name + ".dr";
}

// `import x;` and `import lib.x;` may both mean the module lib.x.
bool is_name_or_end(std::string_view part, std::string_view whole) {
    if (part.size() >= whole.size()) return part == whole;
    return whole.ends_with(part) && whole[whole.size() - part.size() - 1] == '.';
}

class Reader {
  public:
    Reader(const Options& options, Sources& sources, diag::Sink& sink, InputFiles& files)
        : options_(options), sources_(sources), sink_(sink), files_(files) {}

    bool read() {
        if (!read_command_line()) return false;
        for (size_t i = 0; i < files_.all.size(); ++i) read_imports(i);
        name_modules();
        for (size_t i = 0; i < files_.all.size(); ++i)
            if (files_.all[i].is_program) follow_imports(i);
        for (const InputFile& file : files_.all)
            if (file.is_program) files_.order.push_back(&file);
        return true;
    }

  private:
    InputFile& add(const std::string& path, std::string text) {
        InputFile& file = files_.all.emplace_back();
        file.source = sources_.add(path, std::move(text));
        file.tokens = lex::lex(sources_, file.source, sink_);
        file.outline = read_outline(file.tokens);
        return file;
    }

    // What two paths of one file have in common; a file that is not there is only itself.
    std::string identity(const std::string& path) const {
        std::string id = file_identity(path);
        return id.empty() ? path : id;
    }

    bool read_command_line() {
        for (const std::string& path : options_.inputs) {
            std::string text;
            if (!read_file(path, text)) {
                fmt::print(stderr, "dreamc: cannot read '{}': {}\n", path, std::strerror(errno));
                return false;
            }
            if (path != "-") {
                // Named twice, it is still one file.
                if (!by_identity_.emplace(identity(path), files_.all.size()).second) continue;
                files_.paths.push_back(path);
            }
            add(path == "-" ? "<stdin>" : path, std::move(text)).is_program = true;
        }
        return true;
    }

    void read_imports(size_t index) {
        // `files_.all` is a deque: growing it moves nothing.
        InputFile& importer = files_.all[index];
        for (const Outline::Import& import : importer.outline.imports) {
            size_t found = find(import, importer);
            if (found == SIZE_MAX) continue;
            InputFile& file = files_.all[found];
            if (file.first_import.empty()) file.first_import = import.name;
            // A file of the command line that somebody imports is a module, except the first.
            bool is_first = file.is_program && found == 0;
            if (file.is_program && !is_first && found != index) file.is_program = false;
            importer.imports.push_back({import.span, file.source});
        }
    }

    std::vector<std::string> folders(const InputFile& importer) const {
        std::vector<std::string> folders = {folder_of(sources_[importer.source].path()),
                                            folder_of(options_.inputs.front())};
        for (const std::string& folder : options_.include_paths) folders.push_back(folder + "/");
        std::vector<std::string> unique;
        for (const std::string& folder : folders)
            if (std::find(unique.begin(), unique.end(), folder) == unique.end())
                unique.push_back(folder);
        return unique;
    }

    // The index of the imported file, which is read if need be; SIZE_MAX after a report.
    size_t find(const Outline::Import& import, const InputFile& importer) {
        for (const std::string& folder : folders(importer)) {
            std::string path = folder + relative_path(import.name);
            if (!exists(path)) continue;
            std::string id = identity(path);
            if (auto known = by_identity_.find(id); known != by_identity_.end())
                return known->second;
            std::string text;
            if (!read_file(path, text)) {
                sink_.report<diag::ModuleUnreadable>(import.span, import.name,
                                                     std::strerror(errno));
                by_identity_[id] = SIZE_MAX;
                return SIZE_MAX;
            }
            by_identity_[id] = files_.all.size();
            files_.paths.push_back(path);
            add(path, std::move(text));
            return files_.all.size() - 1;
        }
        report_missing(import, importer);
        return SIZE_MAX;
    }

    void report_missing(const Outline::Import& import, const InputFile& importer) {
        std::string searched;
        std::vector<std::string> near;
        for (const std::string& folder : folders(importer)) {
            searched += fmt::format("{}'{}'", searched.empty() ? "" : ", ",
                                    folder.empty() ? "." : folder);
            add_modules_beside(folder, import.name, near);
        }
        auto& report = sink_.report<diag::ModuleNotFound>(import.span, import.name,
                                                          relative_path(import.name));
        report.note<diag::SearchedIn>(import.span, searched);
        std::string_view best = diag::closest(
            import.name, std::vector<std::string_view>(near.begin(), near.end()));
        if (!best.empty())
            report.note<diag::DidYouMean>(import.span, best).fix(import.span, std::string(best));
    }

    // The names of the modules in the folder where `name` would be.
    static void add_modules_beside(const std::string& root, const std::string& name,
                                   std::vector<std::string>& names) {
        std::string prefix = name.substr(0, name.rfind('.') + 1);
        std::string folder = root + folder_of(relative_path(name));
        for (const std::string& file : list_folder(folder.empty() ? "." : folder))
            if (file.size() > 3 && file.ends_with(".dr"))
                names.push_back(prefix + file.substr(0, file.size() - 3));
    }

    // ---- names --------------------------------------------------------------------------------

    static std::string module_name(const InputFile& file) {
        return !file.outline.module.empty() ? file.outline.module : file.first_import;
    }
    InputFile& file_of(SourceId source) {
        // Files and sources are made together, one for one; the library's come later.
        return files_.all[static_cast<size_t>(source.index)];
    }

    void name_modules() {
        std::map<std::string, const InputFile*> by_name;
        for (InputFile& file : files_.all) {
            std::string name = module_name(file);
            if (file.is_program && !name.empty()) by_name.emplace(name, &file);
            if (!file.is_program) sources_.set_module(file.source, name);
        }
        for (InputFile& importer : files_.all)
            for (const parse::ImportTarget& target : importer.imports)
                check_name(target, by_name);
    }

    void check_name(const parse::ImportTarget& target,
                    std::map<std::string, const InputFile*>& by_name) {
        const InputFile& file = file_of(target.source);
        std::string imported = std::string(sources_.text(target.name));
        std::erase_if(imported, [](char c) { return c == ' ' || c == '@' || c == '\n'; });
        const std::string& declared = file.outline.module;
        if (!declared.empty() && !is_name_or_end(imported, declared)) {
            sink_.report<diag::ModuleNameDiffers>(target.name, imported, declared)
                .note<diag::DeclaredHere>(file.outline.module_span, declared);
            return;
        }
        auto [entry, is_new] = by_name.emplace(module_name(file), &file);
        if (is_new || entry->second == &file) return;
        const InputFile& other = *entry->second;
        if (!reported_duplicates_.emplace(file.source.index, true).second) return;
        sink_.report<diag::DuplicateModule>(target.name, module_name(file),
                                            sources_[other.source].path(),
                                            sources_[file.source].path());
    }

    // ---- order --------------------------------------------------------------------------------

    // Depth first: a module comes behind all that it imports. `path_` is the chain of files that
    // leads here.
    void follow_imports(size_t index) {
        InputFile& file = files_.all[index];
        if (!visited_.emplace(index, true).second) return;
        path_.push_back(index);
        for (const parse::ImportTarget& target : file.imports) {
            size_t next = static_cast<size_t>(target.source.index);
            InputFile& imported = files_.all[next];
            auto on_path = std::find(path_.begin(), path_.end(), next);
            if (imported.is_program && file.is_program)
                sink_.report<diag::ImportsOwnProgram>(target.name, short_name(imported));
            else if (next == index)
                sink_.report<diag::ImportsItself>(target.name, module_name(file));
            else if (imported.is_program)
                report_cycle(target, path_.begin(), next);
            else if (on_path != path_.end())
                report_cycle(target, on_path, next);
            else
                follow_imports(next);
        }
        path_.pop_back();
        if (!file.is_program) files_.order.push_back(&file);
    }

    // a/b.dr for the module a.b; a file of the program without its folder.
    std::string short_name(const InputFile& file) const {
        if (!file.is_program && file.outline.module.empty())
            return relative_path(file.first_import);
        const std::string& path = sources_[file.source].path();
        return path.substr(path.rfind('/') + 1);
    }

    void report_cycle(const parse::ImportTarget& target, std::vector<size_t>::iterator from,
                      size_t back_to) {
        std::string chain;
        for (auto at = from; at != path_.end(); ++at)
            chain += fmt::format("'{}' imports ", short_name(files_.all[*at]));
        auto& report = sink_.report<diag::ImportCycle>(
            target.name, chain + "'" + short_name(files_.all[back_to]) + "'");
        for (auto at = from; at + 1 < path_.end(); ++at)
            for (const parse::ImportTarget& link : files_.all[*at].imports)
                if (static_cast<size_t>(link.source.index) == *(at + 1)) {
                    report.note<diag::ImportedHere>(link.name, short_name(files_.all[*(at + 1)]));
                    break;
                }
    }

    const Options& options_;
    Sources& sources_;
    diag::Sink& sink_;
    InputFiles& files_;
    std::map<std::string, size_t> by_identity_;
    std::map<int32_t, bool> reported_duplicates_;
    std::map<size_t, bool> visited_;
    std::vector<size_t> path_;
};

}  // namespace

bool read_input_files(const Options& options, Sources& sources, diag::Sink& sink,
                      InputFiles& files) {
    return Reader(options, sources, sink, files).read();
}

std::vector<std::string_view> InputFiles::types_visible_to(const InputFile& file) const {
    std::vector<std::string_view> names;
    for (const InputFile& other : all) {
        bool is_imported = std::any_of(file.imports.begin(), file.imports.end(),
                                       [&](const auto& i) { return i.source == other.source; });
        bool is_shared = file.is_program && other.is_program;
        if (!is_shared && !is_imported) continue;
        for (const Outline::Type& type : other.outline.types)
            if (is_shared || type.is_exported) names.push_back(type.name);
    }
    return names;
}

}  // namespace dream::driver
