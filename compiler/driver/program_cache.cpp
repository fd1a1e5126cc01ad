// A program is named by a hash of all that it is made from: 128 bits, because the wrong program must
// not run. It appears by a rename, and an old one may be removed while it runs.
#include "driver/program_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "driver/embedded.h"
#include "driver/process.h"

namespace dream::driver {
namespace {

constexpr size_t kKeptPrograms = 100;

// FNV-1a in 128 bits.
std::string hash_of(std::string_view text) {
    using Wide = unsigned __int128;
    Wide hash = (Wide{0x6c62272e07bb0142u} << 64) | 0x62b821756295c58du;
    const Wide prime = (Wide{1} << 88) | 0x13b;
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    return fmt::format("{:016x}{:016x}", static_cast<uint64_t>(hash >> 64),
                       static_cast<uint64_t>(hash));
}

// Leaves the newest programs. What a killed dreamc has half written goes as one that nobody runs.
void trim(const std::string& path_of_newest) {
    std::string folder = path_of_newest.substr(0, path_of_newest.rfind('/') + 1);
    std::vector<std::pair<time_t, std::string>> files;
    for (const std::string& name : list_folder(folder)) {
        struct stat about;
        std::string path = folder + name;
        if (stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode))
            files.emplace_back(about.st_mtime, path);
    }
    if (files.size() <= kKeptPrograms) return;
    std::sort(files.begin(), files.end());
    for (size_t i = 0; i < files.size() - kKeptPrograms; ++i) unlink(files[i].second.c_str());
}

}  // namespace

std::string kept_program_path(const CCompiler& compiler, const Options& options, bool fast,
                              std::string_view c_text) {
    // What else is linked may change without its name, and an option may name a file.
    bool only_dream =
        options.c_inputs.empty() && options.libraries.empty() && options.c_options.empty();
    std::string cache = only_dream ? cache_folder() : "";
    if (cache.empty() || !make_folders(cache + "/programs", 0700)) return "";
    std::string key =
        fmt::format("{}\n{}\n{}\n{} {} {}\n{}", compiler_identity(compiler), embedded_hash(),
                    fmt::join(options.include_paths, "\n"), optimize_flag(options, fast),
                    options.debug_info, options.debug_memory, c_text);
    return cache + "/programs/" + hash_of(key);
}

bool use_kept_program(const std::string& path) {
    return access(path.c_str(), X_OK) == 0 && utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0;
}

void keep_program(const std::string& program, const std::string& path) {
    std::string bytes;
    if (read_file(program, bytes) && write_file(path, bytes, true)) trim(path);
}

}  // namespace dream::driver
