// Files (of process.h): temporary folders, whole-file reads, and writes that appear by a rename.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "driver/process.h"
#include "driver/temporaries.h"

namespace dream::driver {
namespace {

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<size_t>(written));
    }
    return true;
}

// Closes in any case; an error of close (a full disk on a network) counts.
bool finish(int file, bool good) {
    int error = errno;
    if (close(file) != 0 && good) return false;
    errno = error;
    return good;
}

mode_t current_umask() {
    mode_t mask = umask(0);
    umask(mask);
    return mask;
}

}  // namespace

bool TemporaryFolder::make(const std::string& parent) {
    std::string base = parent;
    if (base.empty()) {
        const char* chosen = std::getenv("TMPDIR");
        base = chosen && *chosen ? chosen : "/tmp";
    }
    std::string pattern = base + "/dreamc-XXXXXX";
    temporaries_held = temporaries_held + 1;
    if (!mkdtemp(pattern.data())) {
        temporaries_held = temporaries_held - 1;
        return false;
    }
    path_ = pattern;
    return true;
}

void TemporaryFolder::remove() {
    if (path_.empty()) return;
    remove_tree(path_);
    path_.clear();
    temporaries_held = temporaries_held - 1;
    obey_signals();
}

std::string TemporaryFolder::release() {
    std::string path = path_;
    if (!path_.empty()) temporaries_held = temporaries_held - 1;
    path_.clear();
    return path;
}

void remove_tree(const std::string& path) {
    if (DIR* folder = opendir(path.c_str())) {
        while (dirent* entry = readdir(folder)) {
            std::string name = entry->d_name;
            if (name == "." || name == "..") continue;
            std::string child = path + "/" + name;
            struct stat about;
            if (lstat(child.c_str(), &about) == 0 && S_ISDIR(about.st_mode))
                remove_tree(child);
            else
                unlink(child.c_str());
        }
        closedir(folder);
    }
    rmdir(path.c_str());
}

bool read_file(const std::string& path, std::string& text) {
    int file = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    text.clear();
    struct stat about;
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0)
        text.reserve(static_cast<size_t>(about.st_size) + 1);
    char buffer[64 * 1024];
    bool good = true;
    while (good) {
        ssize_t got = read(file, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            good = got == 0;
            break;
        }
        text.append(buffer, static_cast<size_t>(got));
        // Places in a file are 32 bit.
        if (text.size() > INT32_MAX) {
            errno = EFBIG;
            good = false;
        }
    }
    return file == STDIN_FILENO ? good : finish(file, good);
}

bool write_file(const std::string& path, std::string_view text, bool executable) {
    struct stat about;
    bool there = stat(path.c_str(), &about) == 0;
    if (there && S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (there && !S_ISREG(about.st_mode)) {
        int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
        return file >= 0 && finish(file, write_all(file, text));
    }

    size_t slash = path.rfind('/');
    std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    std::string temporary = folder + ".dreamc-XXXXXX";
    temporaries_held = temporaries_held + 1;
    int file = mkostemp(temporary.data(), O_CLOEXEC);
    bool good = file >= 0;
    if (good) {
        good = write_all(file, text);
        // mkstemp's files are 0600; the result has the mode that any new file gets.
        if (good) good = fchmod(file, (executable ? 0777 : 0666) & ~current_umask()) == 0;
        good = finish(file, good) && rename(temporary.c_str(), path.c_str()) == 0;
        if (!good) {
            int error = errno;
            unlink(temporary.c_str());
            errno = error;
        }
    }
    temporaries_held = temporaries_held - 1;
    obey_signals();
    return good;
}

bool write_stdout(std::string_view text) {
    return write_all(STDOUT_FILENO, text);
}

bool make_folders(const std::string& path, unsigned mode) {
    for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
        if (mkdir(path.substr(0, slash).c_str(), mode) != 0 && errno != EEXIST) return false;
        if (slash == std::string::npos) return true;
    }
}

bool exists(const std::string& path) {
    return access(path.c_str(), F_OK) == 0;
}

std::string file_identity(const std::string& path) {
    struct stat about;
    if (stat(path.c_str(), &about) != 0) return "";
    return fmt::format("{}:{}", about.st_dev, about.st_ino);
}

bool same_file(const std::string& a, const std::string& b) {
    std::string first = file_identity(a);
    return !first.empty() && first == file_identity(b);
}

std::vector<std::string> list_folder(const std::string& path) {
    std::vector<std::string> names;
    DIR* folder = opendir(path.c_str());
    if (!folder) return names;
    while (dirent* entry = readdir(folder)) names.push_back(entry->d_name);
    closedir(folder);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace dream::driver
