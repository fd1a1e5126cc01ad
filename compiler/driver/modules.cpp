// Module search.
#include "driver/modules.h"

#include "driver/process.h"

namespace dream::driver {

std::string find_module(const ast::Import& import, const std::string& importer, const Options& options) {
    std::string relative;
    for (const ast::Name& part : import.name.parts) relative += (relative.empty() ? "" : "/") + std::string(part.text);
    relative += ".dr";

    auto folder_of = [](const std::string& path) { return path.substr(0, path.rfind('/') + 1); };
    std::vector<std::string> folders = {folder_of(importer), folder_of(options.inputs.front())};
    for (const std::string& folder : options.include_paths) folders.push_back(folder + "/");
    for (const std::string& folder : folders)
        if (exists(folder + relative)) return folder + relative;
    return "";
}

bool is_among(const std::string& path, const std::vector<std::string>& files) {
    for (const std::string& file : files)
        if (same_file(path, file)) return true;
    return false;
}

}  // namespace dream::driver
