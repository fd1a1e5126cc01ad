/* file.c: files and folders on POSIX calls; the exceptions are made in Dream (see file.h).
 *
 * Reading goes on to the end rather than by the size, which pipes, growing files and /proc do not have. */
#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_CHUNK = 16 * 1024, LONGEST_PATH = 4096 };

static int32_t io_result(int result) {
    return result < 0 ? -errno : result;
}

/* ---- open files ---- */

static int open_flags(int32_t mode) {
    switch (mode) {
        case DR_FILE_CREATE_NEW:
            return O_WRONLY | O_CREAT | O_EXCL;
        case DR_FILE_CREATE:
            return O_WRONLY | O_CREAT | O_TRUNC;
        case DR_FILE_OPEN_OR_CREATE:
            return O_WRONLY | O_CREAT;
        case DR_FILE_APPEND:
            return O_WRONLY | O_CREAT | O_APPEND;
        default:
            return O_RDONLY;
    }
}

int32_t dr_file_open(DR_BORROW const char* path, int32_t mode) {
    int file;
    do {
        file = open(path, open_flags(mode) | O_CLOEXEC, 0666);
    } while (file < 0 && errno == EINTR);
    if (file < 0) {
        return -errno;
    }
    /* The system opens a folder for reading. */
    struct stat about;
    if (fstat(file, &about) == 0 && S_ISDIR(about.st_mode)) {
        close(file);
        return -EISDIR;
    }
    return file;
}

int32_t dr_file_close(int32_t file) {
    /* Interrupted or not, the descriptor is gone. */
    return close(file) < 0 && errno != EINTR ? -errno : 0;
}

int64_t dr_file_size(int32_t file) {
    struct stat about;
    return fstat(file, &about) == 0 && S_ISREG(about.st_mode) ? (int64_t)about.st_size : 0;
}

static ssize_t read_some(int file, void* to, size_t count) {
    ssize_t got;
    do {
        got = read(file, to, count);
    } while (got < 0 && errno == EINTR);
    return got;
}

int32_t dr_file_read(int32_t file, DR_BORROW unsigned char** buffer, int32_t start, int32_t count) {
    dr_make_unique(buffer);
    return io_result((int)read_some(file, *buffer + start, (size_t)count));
}

DR_OWN char* dr_file_read_text(int32_t file, int64_t expected, int32_t* error) {
    char* text = NULL;
    size_t used = 0;
    /* A byte more than expected shows the end without another block. */
    size_t room = expected < INT32_MAX ? (size_t)expected + 1 : (size_t)expected;
    *error = 0;
    for (;;) {
        size_t length = (size_t)dr_text_length(text);
        if (used == length) {
            if (room > (size_t)INT32_MAX - length) {
                room = (size_t)INT32_MAX - length;
            }
            if (room == 0 || expected > INT32_MAX) {
                *error = -EFBIG;
                break;
            }
            text = dri_string_grow(text, room, &used);
            length = used + room;
            room = length < COPY_CHUNK ? COPY_CHUNK : length / 2;
        }
        ssize_t got = read_some(file, text + used, length - used);
        if (got < 0) {
            *error = -errno;
            break;
        }
        if (got == 0) {
            dri_string_header(text)->length = (int32_t)used;
            text[used] = 0;
            return text;
        }
        used += (size_t)got;
    }
    dr_release_string(text);
    return NULL;
}

static int32_t write_all(int file, const char* bytes, size_t length) {
    void (*on_broken_pipe)(int) = signal(SIGPIPE, SIG_IGN);
    int32_t error = 0;
    while (length != 0 && error == 0) {
        ssize_t written = write(file, bytes, length);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno != EINTR) {
            error = -errno;
        }
    }
    signal(SIGPIPE, on_broken_pipe);
    return error;
}

int32_t dr_file_write(int32_t file, DR_BORROW const unsigned char* bytes, int32_t start, int32_t count) {
    return write_all(file, (const char*)bytes + start, (size_t)count);
}

int32_t dr_file_write_text(int32_t file, DR_BORROW const char* text) {
    return write_all(file, text, (size_t)dr_text_length(text));
}

int32_t dr_file_copy(int32_t from, int32_t to) {
    struct stat source;
    struct stat target;
    if (fstat(from, &source) < 0 || fstat(to, &target) < 0) {
        return -errno;
    }
    if (source.st_dev == target.st_dev && source.st_ino == target.st_ino) {
        return -EAGAIN;
    }
    if (S_ISREG(target.st_mode) && ftruncate(to, 0) < 0) {
        return -errno;
    }
    char chunk[COPY_CHUNK];
    ssize_t got;
    while ((got = read_some(from, chunk, sizeof chunk)) > 0) {
        int32_t error = write_all(to, chunk, (size_t)got);
        if (error != 0) {
            return error;
        }
    }
    if (got < 0) {
        return -errno;
    }
    /* The owner of the target may be another, who keeps his permissions and times. */
    struct timespec times[2] = {source.st_atim, source.st_mtim};
    if (fchmod(to, source.st_mode & 0777) == 0) {
        (void)futimens(to, times);
    }
    return 0;
}

/* ---- names ---- */

int32_t dr_path_kind(DR_BORROW const char* path) {
    struct stat about;
    if (stat(path, &about) < 0 && lstat(path, &about) < 0) {
        return 0;
    }
    return S_ISDIR(about.st_mode) ? 2 : 1;
}

bool dr_path_is_same(DR_BORROW const char* a, DR_BORROW const char* b) {
    struct stat first;
    struct stat second;
    return lstat(a, &first) == 0 && lstat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

int32_t dr_path_delete(DR_BORROW const char* path) {
    return io_result(unlink(path));
}

int32_t dr_path_rename(DR_BORROW const char* from, DR_BORROW const char* to) {
    return io_result(rename(from, to));
}

int32_t dr_path_link(DR_BORROW const char* from, DR_BORROW const char* to) {
    return io_result(link(from, to));
}

int32_t dr_folder_create(DR_BORROW const char* path) {
    return io_result(mkdir(path, 0777));
}

int32_t dr_folder_delete(DR_BORROW const char* path) {
    return io_result(rmdir(path));
}

static char entry_letter(DIR* folder, const char* name) {
    struct stat about;
    if (fstatat(dirfd(folder), name, &about, AT_SYMLINK_NOFOLLOW) < 0) {
        return 'f';
    }
    if (S_ISDIR(about.st_mode)) {
        return 'd';
    }
    bool is_link = S_ISLNK(about.st_mode);
    return is_link && fstatat(dirfd(folder), name, &about, 0) == 0 && S_ISDIR(about.st_mode) ? 'l' : 'f';
}

DR_OWN char* dr_folder_entries(DR_BORROW const char* path, int32_t* error) {
    DIR* folder = opendir(path);
    *error = folder != NULL ? 0 : -errno;
    if (folder == NULL) {
        return NULL;
    }
    char* entries = NULL;
    for (;;) {
        errno = 0;
        struct dirent* entry = readdir(folder);
        if (entry == NULL) {
            break;
        }
        const char* name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            continue;
        }
#if defined(DT_REG)
        bool is_plain = entry->d_type == DT_REG;
#else
        bool is_plain = false;
#endif
        entries = dr_string_append_char(entries, (unsigned char)(is_plain ? 'f' : entry_letter(folder, name)));
        entries = dr_string_append_bytes(entries, name, strlen(name));
        entries = dr_string_append_char(entries, '/');
    }
    *error = -errno;
    closedir(folder);
    if (*error != 0) {
        dr_release_string(entries);
        return NULL;
    }
    return entries != NULL ? entries : dr_empty_string;
}

DR_OWN char* dr_folder_current(int32_t* error) {
    char path[LONGEST_PATH];
    bool is_known = getcwd(path, sizeof path) != NULL;
    *error = is_known ? 0 : -errno;
    return is_known ? dr_string_from_c(path) : NULL;
}

int32_t dr_folder_change(DR_BORROW const char* path) {
    return io_result(chdir(path));
}

/* ---- errors ---- */

int32_t dr_io_kind(int32_t error) {
    switch (error) {
        case ENOENT:
            return DR_IO_NOT_FOUND;
        case EACCES:
        case EBADF:
        case EPERM:
        case EISDIR:
            return DR_IO_DENIED;
        case EEXIST:
            return DR_IO_EXISTS;
        case ENOTDIR:
            return DR_IO_NO_FOLDER;
        case ENOTEMPTY:
            return DR_IO_NOT_EMPTY;
        case ENAMETOOLONG:
            return DR_IO_NAME_TOO_LONG;
        case EAGAIN:
            return DR_IO_IN_USE;
        case EXDEV:
            return DR_IO_OTHER_DEVICE;
        case EFBIG:
            return DR_IO_TOO_LARGE;
        default:
            return DR_IO_OTHER;
    }
}

DR_OWN char* dr_io_text(int32_t error) {
    return dr_string_from_c(strerror(error));
}

/* ---- buffers ---- */

static bool has_zero_byte(uint64_t word) {
    const uint64_t ones = 0x0101010101010101u;
    return ((word - ones) & ~word & (ones << 7)) != 0;
}

/* One pass for both ends, so that a file of either kind costs the same. */
int32_t dr_bytes_line_end(DR_BORROW const unsigned char* bytes, int32_t start, int32_t end) {
    const uint64_t feeds = 0x0A0A0A0A0A0A0A0Au;
    const uint64_t returns = 0x0D0D0D0D0D0D0D0Du;
    int32_t at = start;
    for (; end - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, bytes + at, 8);
        if (has_zero_byte(word ^ feeds) || has_zero_byte(word ^ returns)) {
            break;
        }
    }
    while (at < end && bytes[at] != '\n' && bytes[at] != '\r') {
        at++;
    }
    return at;
}

DR_OWN char* dr_bytes_to_string(DR_BORROW const unsigned char* bytes, int32_t start, int32_t length) {
    return dr_string_from_bytes((const char*)bytes + start, (size_t)length);
}

void dr_bytes_put(DR_BORROW unsigned char** bytes, int32_t start, DR_BORROW const char* text) {
    size_t length = (size_t)dr_text_length(text);
    if (length != 0) {
        dr_make_unique(bytes);
        memcpy(*bytes + start, text, length);
    }
}
