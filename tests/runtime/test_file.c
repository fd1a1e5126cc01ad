/* test_file.c: reading, writing and copying through descriptors that interrupt, end early and have no size; line ends at
 * every place of a buffer; what a folder holds. What programs see of it is in tests/golden/run/files. */
#define DR_MANAGED 1
#define _XOPEN_SOURCE 700
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static char* path_of(const char* name) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return dr_string_from_c(path);
}

static void write_file(const char* name, const char* bytes, size_t length) {
    char* path = path_of(name);
    char* text = dr_string_from_bytes(bytes, length);
    int32_t file = dr_file_open(path, DR_FILE_CREATE);
    CHECK(file >= 0 && dr_file_write_text(file, text) == 0 && dr_file_close(file) == 0);
    dr_release_string(text);
    dr_release_string(path);
}

static DR_OWN char* read_file(const char* name, int64_t expected, int32_t* error) {
    char* path = path_of(name);
    int32_t file = dr_file_open(path, DR_FILE_OPEN);
    char* text = dr_file_read_text(file, expected, error);
    CHECK(file >= 0 && dr_file_close(file) == 0);
    dr_release_string(path);
    return text;
}

/* Against the obvious loop, with each end at each place. */
static void line_ends(void) {
    unsigned char* bytes = dr_new_array(DR_ARRAY_BYTE, 40, "");
    for (int32_t end = 0; end <= 40; end++) {
        for (int32_t at = 0; at <= end; at++) {
            for (int c = 0; c < 4; c++) {
                /* Neighbours of the ends in the code must not pass for them. */
                memset(bytes, c == 3 ? 0x0B : 0x8A, 40);
                if (at < end && c < 3) {
                    bytes[at] = (unsigned char)"\n\r\n"[c];
                }
                if (c == 2 && at + 1 < end) {
                    bytes[at + 1] = '\r';
                }
                int32_t found = dr_bytes_line_end(bytes, 0, end);
                CHECK(found == (c < 3 ? at : end));
                CHECK(dr_bytes_line_end(bytes, at, end) == found);
            }
        }
    }
    dr_release_array(bytes);
}

static void sizes(void) {
    static char bytes[70000];
    memset(bytes, 'x', sizeof bytes);
    bytes[0] = 0;
    int32_t error;
    static const size_t lengths[] = {0, 1, 4095, 16383, 16384, 16385, 70000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        write_file("sizes", bytes, lengths[i]);
        /* Nothing known, too little, exact, too much. */
        const int64_t expected[] = {0, (int64_t)lengths[i] / 2, (int64_t)lengths[i], (int64_t)lengths[i] + 5000};
        for (int k = 0; k < 4; k++) {
            char* text = read_file("sizes", expected[k], &error);
            CHECK(error == 0 && (size_t)dr_string_length(text) == lengths[i]);
            CHECK(memcmp(text, bytes, lengths[i]) == 0 && text[lengths[i]] == 0);
            text = dr_string_append_bytes(text, "more", 4);
            CHECK(memcmp(text + lengths[i], "more", 5) == 0);
            dr_release_string(text);
        }
    }
    CHECK(read_file("sizes", (int64_t)INT32_MAX + 1, &error) == NULL && error == -EFBIG);
    char* nobody = dr_file_read_text(-1, 0, &error);
    CHECK(nobody == NULL && error == -EBADF && dr_io_kind(EBADF) == DR_IO_DENIED);
    CHECK(dr_file_close(-1) == -EBADF && dr_file_size(-1) == 0);
}

static void count_signal(int number) {
    (void)number;
    final_count++;
}

/* Signals that interrupt: a slow pipe is read and written to the end. */
static void interrupted(int writes) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = count_signal;
    sigaction(SIGALRM, &action, NULL);
    int ends[2];
    CHECK(pipe(ends) == 0);
    pid_t other = fork();
    if (other == 0) {
        static char bytes[150000];
        usleep(30000);
        ssize_t n = 0;
        for (size_t done = 0; done < sizeof bytes && n >= 0; done += (size_t)n) {
            n = writes ? read(ends[0], bytes, sizeof bytes - done) : write(ends[1], bytes, sizeof bytes - done);
        }
        _exit(n < 0);
    }
    struct itimerval timer = {{0, 5000}, {0, 5000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    int32_t error = 0;
    char* text = NULL;
    if (writes) {
        text = dr_string_repeat('x', 150000, "");
        error = dr_file_write_text(ends[1], text);
    } else {
        close(ends[1]);
        text = dr_file_read_text(ends[0], 0, &error);
        CHECK(dr_text_length(text) == 150000);
    }
    CHECK(error == 0);
    dr_release_string(text);
    timer.it_value.tv_usec = 0;
    setitimer(ITIMER_REAL, &timer, NULL);
    int status = 1;
    while (waitpid(other, &status, 0) < 0 && errno == EINTR) {
    }
    CHECK(status == 0 && final_count > 0);
}

/* A pipe without a reader is an error; the program's own handling of the signal stays. */
static void broken_pipe(int argument) {
    (void)argument;
    int ends[2];
    CHECK(pipe(ends) == 0);
    close(ends[0]);
    signal(SIGPIPE, count_signal);
    unsigned char* bytes = dr_new_array(DR_ARRAY_BYTE, 10, "");
    CHECK(dr_file_write(ends[1], bytes, 2, 8) == -EPIPE);
    dr_release_array(bytes);
    CHECK(final_count == 0 && signal(SIGPIPE, SIG_DFL) == count_signal);
}

static void copies(void) {
    write_file("source", "contents", 8);
    write_file("target", "what was longer", 15);
    char* source = path_of("source");
    char* target = path_of("target");
    CHECK(chmod(source, 0640) == 0);
    int32_t from = dr_file_open(source, DR_FILE_OPEN);
    int32_t same = dr_file_open(source, DR_FILE_OPEN_OR_CREATE);
    int32_t to = dr_file_open(target, DR_FILE_OPEN_OR_CREATE);
    CHECK(dr_file_copy(from, same) == -EAGAIN);
    CHECK(dr_file_copy(from, to) == 0);
    CHECK(dr_file_close(from) == 0 && dr_file_close(same) == 0 && dr_file_close(to) == 0);
    int32_t error;
    CHECK_OWN(read_file("target", 0, &error), "contents");
    struct stat about;
    CHECK(stat(target, &about) == 0 && (about.st_mode & 0777) == 0640);
    CHECK(dr_file_open(target, DR_FILE_CREATE_NEW) == -EEXIST);
    CHECK(dr_path_delete(source) == 0 && dr_path_delete(source) == -ENOENT && dr_path_delete(target) == 0);
    dr_release_string(target);
    dr_release_string(source);
}

/* A shared buffer is copied before it is written to, one of nobody else's is written in place. */
static void buffers(void) {
    write_file("source", "contents", 8);
    char* path = path_of("source");
    char* text = dr_string_from_c("put");
    int32_t file = dr_file_open(path, DR_FILE_OPEN);
    unsigned char* bytes = dr_new_array(DR_ARRAY_BYTE, 8, "");
    unsigned char* other = dr_retain_array(bytes);
    CHECK(dr_file_read(file, &bytes, 0, 4) == 4 && bytes != other && memcmp(bytes, "cont", 4) == 0 && other[0] == 0);
    const unsigned char* before = bytes;
    CHECK(dr_file_read(file, &bytes, 4, 4) == 4 && bytes == before && memcmp(bytes, "contents", 8) == 0);
    dr_release_array(other);
    other = dr_retain_array(bytes);
    dr_bytes_put(&other, 8, dr_empty_string);
    dr_bytes_put(&other, 8, NULL);
    CHECK(other == bytes);
    dr_bytes_put(&other, 5, text);
    CHECK(other != bytes && memcmp(other, "conteput", 8) == 0 && memcmp(bytes, "contents", 8) == 0);
    dr_release_array(other);
    dr_release_array(bytes);
    CHECK(dr_file_size(file) == 8 && dr_file_close(file) == 0 && dr_path_delete(path) == 0);
    int ends[2];
    CHECK(pipe(ends) == 0 && dr_file_size(ends[0]) == 0);
    close(ends[0]);
    close(ends[1]);
    ends[0] = open(folder, O_RDONLY);
    CHECK(ends[0] >= 0 && dr_file_size(ends[0]) == 0);
    close(ends[0]);
    dr_release_string(text);
    dr_release_string(path);
}

static void folders(void) {
    char* root = dr_string_from_c(folder);
    char* inside = path_of("inside");
    int32_t error;
    char* path = path_of("sizes");
    CHECK(dr_path_delete(path) == 0);
    dr_release_string(path);
    CHECK_OWN(dr_folder_entries(root, &error), "");
    CHECK(dr_folder_create(inside) == 0 && dr_folder_create(inside) == -EEXIST && dr_path_kind(inside) == 2);
    CHECK_OWN(dr_folder_entries(root, &error), "dinside/");
    CHECK(dr_file_open(root, DR_FILE_OPEN) == -EISDIR);
    CHECK(dr_folder_change(inside) == 0 && dr_folder_delete(inside) == 0);
    /* The current folder is gone and has no name. */
    CHECK(dr_folder_current(&error) == NULL && error == -ENOENT);
    CHECK(dr_folder_entries(inside, &error) == NULL && error == -ENOENT && dr_path_kind(inside) == 0);
    CHECK(chdir("/") == 0);
    CHECK_OWN(dr_folder_current(&error), "/");
    dr_release_string(inside);
    dr_release_string(root);
}

static void process(void) {
    CHECK_OWN(dr_io_text(ENOENT), "No such file or directory");
    char* arguments[] = {(char[]){"program"}, (char[]){"one"}, NULL};
    dr_process_start(2, arguments);
    char** args = dr_process_args();
    CHECK(dr_array_length(args) == 2);
    CHECK_TEXT(args[1], "one");
    dr_release_array(args);
}

void suite_file(void) {
    snprintf(folder, sizeof folder, "/tmp/dream-runtime-file-%d", (int)getpid());
    CHECK(mkdir(folder, 0700) == 0);
    line_ends();
    sizes();
    copies();
    buffers();
    folders();
    process();
    CHECK(rmdir(folder) == 0);
    child c;
    for (int i = 0; i < 2; i++) {
        run_child(&c, interrupted, i);
        CHECK(c.status == 0);
    }
    run_child(&c, broken_pipe, 0);
    CHECK(c.status == 0);
}
