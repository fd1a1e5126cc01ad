/* test_refused.c: what the system refuses: calls that fail, are interrupted, or answer oddly. The functions here stand in
 * front of the C library's, for the whole test program, and pass on what no test has asked to fail.
 *
 * Not under sanitizers and valgrind, which stand in front of the same functions. */
#define _GNU_SOURCE 1 /* RTLD_NEXT */
#define DR_MANAGED 1
#include "check.h"

#if defined(__linux__) && !defined(UNDER_SANITIZER)

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* The call that fails, how often, and with what. */
static const char* refused = "";
static int refusals;
static int refusal;

static void refuse(const char* call, int times, int error) {
    refused = call;
    refusals = times;
    refusal = error;
}

static bool is_refused(const char* call) {
    if (refusals == 0 || strcmp(refused, call) != 0) {
        return false;
    }
    refusals--;
    errno = refusal;
    return true;
}

/* REAL(name)(arguments): the C library's own. */
#define REAL(name) (*__extension__(__typeof__(&name))dlsym(RTLD_NEXT, #name))

const char* program_file;

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? (mode_t)va_arg(rest, int) : 0;
    va_end(rest);
    path = program_file != NULL && strcmp(path, "/proc/self/exe") == 0 ? program_file : path;
    return is_refused("open") ? -1 : REAL(open)(path, flags, mode);
}
int close(int file) {
    int result = REAL(close)(file);
    return is_refused("close") ? -1 : result;
}
int fchmod(int file, mode_t mode) {
    return is_refused("fchmod") ? -1 : REAL(fchmod)(file, mode);
}
int fstatat(int folder, const char* restrict path, struct stat* restrict about, int flags) {
    return is_refused("fstatat") ? -1 : REAL(fstatat)(folder, path, about, flags);
}
int fstat(int file, struct stat* about) {
    return is_refused("fstat") ? -1 : REAL(fstat)(file, about);
}
struct dirent* readdir(DIR* folder) {
    return is_refused("readdir") ? NULL : REAL(readdir)(folder);
}
ssize_t readlink(const char* restrict path, char* restrict to, size_t size) {
    return is_refused("readlink") ? -1 : REAL(readlink)(path, to, size);
}
int gethostname(char* name, size_t size) {
    return is_refused("gethostname") ? -1 : REAL(gethostname)(name, size);
}
struct passwd* getpwuid(uid_t user) {
    return is_refused("getpwuid") ? NULL : REAL(getpwuid)(user);
}
long sysconf(int name) {
    return is_refused("sysconf") ? -1 : REAL(sysconf)(name);
}
int tcgetattr(int file, struct termios* mode) {
    return is_refused("tcgetattr") ? -1 : REAL(tcgetattr)(file, mode);
}
size_t fread(void* restrict to, size_t size, size_t count, FILE* restrict file) {
    return is_refused("fread") ? 0 : REAL(fread)(to, size, count, file);
}
/* "read" claims to have read all that was asked for. */
ssize_t read(int file, void* to, size_t count) {
    return is_refused("read") ? (ssize_t)count : REAL(read)(file, to, count);
}
static ssize_t write_or_stumble(void* cookie, const char* bytes, size_t count) {
    (void)cookie;
    (void)bytes;
    return is_refused("stumble") ? 0 : (ssize_t)count;
}
/* "stumble" opens a file of which the first bytes that are written are lost. */
FILE* fopen(const char* restrict path, const char* restrict mode) {
    if (refusals != 0 && strcmp(refused, "stumble") == 0) {
        cookie_io_functions_t functions = {NULL, write_or_stumble, NULL, NULL};
        FILE* file = fopencookie(NULL, mode, functions);
        setvbuf(file, NULL, _IONBF, 0);
        return file;
    }
    return is_refused("fopen") ? NULL : REAL(fopen)(path, mode);
}
int getrlimit(__rlimit_resource_t what, struct rlimit* limit) {
    return is_refused("getrlimit") ? -1 : REAL(getrlimit)(what, limit);
}

/* "mmap" fails; "aligned" gives address space that is aligned already, "unaligned" such that is not. */
void* mmap(void* at, size_t size, int protection, int flags, int file, off_t offset) {
    if (is_refused("mmap")) {
        return MAP_FAILED;
    }
    char* memory = REAL(mmap)(at, size, protection, flags, file, offset);
    bool unaligned = is_refused("unaligned");
    if (unaligned || is_refused("aligned")) {
        enum { ALIGNMENT = 4 << 20 };
        munmap(memory, size);
        char* wanted = (char*)(((uintptr_t)memory - 16 * ALIGNMENT) & ~(uintptr_t)(ALIGNMENT - 1));
        wanted += unaligned ? 64 * 1024 : 0;
        memory = REAL(mmap)(wanted, size, protection, flags, file, offset);
        CHECK(memory == wanted);
    }
    return memory;
}

/* ---- files ---- */

static char folder[64];

static char* path_of(const char* name) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return dr_string_from_c(path);
}

static void opening(void) {
    char* path = path_of("file");
    refuse("open", 2, EINTR);
    int32_t file = dr_file_open(path, DR_FILE_CREATE);
    CHECK(file >= 0 && refusals == 0);
    /* The descriptor is gone all the same. */
    refuse("close", 1, EINTR);
    CHECK(dr_file_close(file) == 0 && dr_file_close(file) == -EBADF);
    refuse("close", 1, EIO);
    file = dr_file_open(path, DR_FILE_APPEND);
    CHECK(dr_file_close(file) == -EIO);
    refuse("open", 1, EACCES);
    CHECK(dr_file_open(path, DR_FILE_OPEN) == -EACCES);
    /* What nobody can say anything about is no folder. */
    refuse("fstat", 1, EOVERFLOW);
    file = dr_file_open(path, DR_FILE_OPEN);
    CHECK(file >= 0 && dr_file_size(file) == 0);
    refuse("fstat", 1, EOVERFLOW);
    CHECK(dr_file_size(file) == 0 && dr_file_close(file) == 0);
    dr_release_string(path);
}

static void copying(void) {
    char* source = path_of("file");
    char* target = path_of("copy");
    int32_t from = dr_file_open(source, DR_FILE_OPEN);
    int32_t to = dr_file_open(target, DR_FILE_CREATE);
    int32_t read_only = dr_file_open(target, DR_FILE_OPEN);
    CHECK(dr_file_copy(from, -1) == -EBADF && dr_file_copy(-1, to) == -EBADF);
    CHECK(dr_file_copy(from, read_only) == -EINVAL || dr_file_copy(from, read_only) == -EBADF);
    /* Its owner is another: permissions stay as they are. */
    refuse("fchmod", 1, EPERM);
    CHECK(dr_file_copy(from, to) == 0 && refusals == 0);
    int32_t write_only = dr_file_open(source, DR_FILE_OPEN_OR_CREATE);
    CHECK(dr_file_copy(write_only, to) == -EBADF);
    int ends[2];
    CHECK(pipe(ends) == 0);
    unsigned char* bytes = dr_new_array(DR_ARRAY_BYTE, 3, "");
    CHECK(dr_file_write(write_only, bytes, 0, 3) == 0);
    dr_release_array(bytes);
    CHECK(dr_file_copy(from, ends[1]) == 0);
    int32_t closed = dr_file_open(source, DR_FILE_OPEN);
    close(ends[0]);
    CHECK(dr_file_copy(closed, ends[1]) == -EPIPE);
    close(ends[1]);
    const int32_t all[] = {from, to, read_only, write_only, closed};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK(dr_file_close(all[i]) == 0);
    }
    CHECK(dr_path_delete(target) == 0);
    dr_release_string(target);
    dr_release_string(source);
}

static void names(void) {
    char* file = path_of("file");
    char* nowhere = path_of("nowhere");
    char* dangling = path_of("link to nothing");
    char* to_file = path_of("link to a file");
    char* to_folder = path_of("link to a folder");
    char* fifo = path_of("fifo");
    char* root = dr_string_from_c(folder);
    CHECK(symlink("nowhere", dangling) == 0 && symlink("file", to_file) == 0 && symlink(".", to_folder) == 0);
    CHECK(mkfifo(fifo, 0600) == 0);
    CHECK(dr_path_kind(file) == 1 && dr_path_kind(nowhere) == 0 && dr_path_kind(dangling) == 1 && dr_path_kind(to_folder) == 2);
    CHECK(dr_path_is_same(file, file) && !dr_path_is_same(file, to_file) && !dr_path_is_same(file, nowhere));
    CHECK(!dr_path_is_same(nowhere, file) && !dr_path_is_same(file, root));
    char* null_device = dr_string_from_c("/dev/null");
    CHECK(!dr_path_is_same(file, null_device));
    dr_release_string(null_device);
    int32_t error;
    char* entries = dr_folder_entries(root, &error);
    CHECK(error == 0 && strstr(entries, "ffile/") != NULL && strstr(entries, "llink to a folder/") != NULL);
    CHECK(strstr(entries, "flink to nothing/") != NULL && strstr(entries, "flink to a file/") != NULL);
    CHECK(strstr(entries, "ffifo/") != NULL);
    dr_release_string(entries);
    /* An entry that is gone when it is looked at, and a folder that cannot be read on. */
    refuse("fstatat", 4, ENOENT);
    entries = dr_folder_entries(root, &error);
    CHECK(error == 0 && strstr(entries, "flink to a folder/") != NULL);
    dr_release_string(entries);
    refuse("readdir", 1, EIO);
    CHECK(dr_folder_entries(root, &error) == NULL && error == -EIO);
    char* all[] = {file, dangling, to_file, to_folder, fifo};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK(dr_path_delete(all[i]) == 0);
        dr_release_string(all[i]);
    }
    dr_release_string(nowhere);
    dr_release_string(root);
}

static void kinds(void) {
    static const int table[][2] = {
        {ENOENT, DR_IO_NOT_FOUND}, {EACCES, DR_IO_DENIED}, {EBADF, DR_IO_DENIED}, {EPERM, DR_IO_DENIED},
        {EISDIR, DR_IO_DENIED}, {EEXIST, DR_IO_EXISTS}, {ENOTDIR, DR_IO_NO_FOLDER}, {ENOTEMPTY, DR_IO_NOT_EMPTY},
        {ENAMETOOLONG, DR_IO_NAME_TOO_LONG}, {EAGAIN, DR_IO_IN_USE}, {EXDEV, DR_IO_OTHER_DEVICE},
        {EFBIG, DR_IO_TOO_LARGE}, {EIO, DR_IO_OTHER}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        CHECK(dr_io_kind(table[i][0]) == table[i][1]);
    }
}

/* ---- the machine ---- */

static void machine(void) {
    refuse("gethostname", 1, EPERM);
    CHECK_OWN(dr_machine_name(), "");
    setenv("USER", "somebody", 1);
    refuse("getpwuid", 1, 0);
    CHECK_OWN(dr_machine_user(), "somebody");
    unsetenv("USER");
    refuse("getpwuid", 1, 0);
    CHECK_OWN(dr_machine_user(), "");
    refuse("sysconf", 1, EINVAL);
    CHECK(dr_machine_processors() == 1);
    refuse("readlink", 1, ENOENT);
    CHECK(dr_process_path() == NULL);
    refuse("fread", 1, EIO);
    int64_t chance = dr_entropy();
    CHECK(refusals == 0 && chance != dr_entropy());
    refuse("fopen", 1, EMFILE);
    CHECK(dr_entropy() != chance && refusals == 0);
    /* Years beyond those of the calendar have no time zone. */
    CHECK(dr_clock_offset(INT64_MAX) == 0);
    /* A wait of no time at all, and one that the system does not know. */
    dr_sleep(0);
    dr_sleep(-5);
}

/* What is lost of a report is said even if the file can be written to again. */
static void report_that_stumbles(int argument) {
    (void)argument;
    setenv("DREAM_MEMORY_REPORT", "somewhere", 1);
    refuse("stumble", 1, 0);
    dr_exit(0);
    CHECK(refusals == 0);
}

#if !DR_DEBUG_MEMORY
/* A file that goes on beyond the longest string. The memory for it is never touched. */
static void file_that_grows(int argument) {
    (void)argument;
    int32_t error;
    refuse("read", 1, 0);
    CHECK(dr_file_read_text(STDIN_FILENO, INT32_MAX - 1, &error) == NULL && error == -EFBIG && refusals == 0);
}
#endif

static void no_stack_limit(int argument) {
    static const dr_program program = {.types = NULL};
    refuse("getrlimit", argument, EINVAL);
    dr_init(&program);
    CHECK(refusals == 0);
}

static void terminal_without_mode(int argument) {
    (void)argument;
    int master;
    int terminal;
    if (!read_from_terminal(&master, &terminal)) {
        return;
    }
    CHECK(write(master, "k\n", 2) == 2);
    refuse("tcgetattr", 1, EIO);
    CHECK(dr_console_read_key() == 'k');
    /* The other end hangs up. */
    close(master);
    while (dr_console_read_key() != 0) {
    }
}

/* ---- memory ---- */

#if !DR_NO_POOLS
static void no_pages(int argument) {
    refuse("mmap", argument, ENOMEM);
    Leaf* last = NULL;
    for (int i = 0; i < 1000000; i++) {
        last = dr_new(Leaf);
    }
    printf("%d\n", last != NULL && refusals == 0);
}

static void aligned_pages(int argument) {
    refuse(argument == 0 ? "aligned" : "unaligned", 1, 0);
    for (int i = 0; i < 1000000; i++) {
        Node* node = dr_new(Node);
        node->next = NULL;
    }
    CHECK(refusals == 0);
    dr_debug_validate();
}
#endif

void suite_refused(void) {
    child c;
    snprintf(folder, sizeof folder, "/tmp/dream-runtime-refused-%d", (int)getpid());
    CHECK(mkdir(folder, 0700) == 0);
    opening();
    copying();
    names();
    kinds();
    CHECK(rmdir(folder) == 0);
    machine();
    run_child(&c, report_that_stumbles, 0);
    CHECK(c.status == 0 && strstr(c.err, "Warning: cannot write memory report somewhere\n") != NULL);
#if !DR_DEBUG_MEMORY
    run_child(&c, file_that_grows, 0);
    CHECK(c.status == 0 || c.status == DR_EXIT_OUT_OF_MEMORY);
#endif
    run_child(&c, no_stack_limit, 1);
    CHECK(c.status == 0);
    run_child(&c, terminal_without_mode, 0);
    CHECK(c.status == 0);
#if !DR_NO_POOLS
    /* The first refusal makes the runtime give back what it has and ask again. */
    run_child(&c, no_pages, 1);
    CHECK(c.status == 0 && strcmp(c.out, "1\n") == 0);
    run_child(&c, no_pages, 1000000);
    CHECK(c.status == DR_EXIT_OUT_OF_MEMORY && strncmp(c.err, "out of memory\n", 14) == 0);
    for (int i = 0; i < 2; i++) {
        run_child(&c, aligned_pages, i);
        CHECK(c.status == 0);
    }
#endif
}

#else

void suite_refused(void) {
}

#endif
