/* file.h: files and folders, as POSIX has them.
 *
 * Nothing here throws. A result below 0 is an errno, negated; stdlib/io_errors.dr makes exceptions of it. Calls that a
 * signal interrupts are made again. Descriptors are closed by exec. Paths are Dream strings without NUL bytes, not null;
 * buffers are byte[], not null, and the ranges given lie inside them. */
#ifndef DREAM_FILE_H
#define DREAM_FILE_H

/* ---- open files ---- */

/* C#'s FileMode, as far as it is used; all but DR_FILE_OPEN create the file if need be. */
enum {
    DR_FILE_CREATE_NEW = 1, /* for writing; an error if it exists */
    DR_FILE_CREATE = 2,     /* for writing, emptied */
    DR_FILE_OPEN = 3,       /* for reading */
    DR_FILE_OPEN_OR_CREATE = 4, /* for writing, as it is */
    DR_FILE_APPEND = 6      /* for writing at its end */
};

/* A descriptor. A folder is an error in every mode. */
int32_t dr_file_open(DR_BORROW const char* path, int32_t mode);
int32_t dr_file_close(int32_t file);
/* In bytes; 0 for what has no size, as pipes and much of /proc. */
int64_t dr_file_size(int32_t file);
/* The number of bytes read into the buffer from `start` on, `count` at most; 0 at the end. */
int32_t dr_file_read(int32_t file, DR_BORROW unsigned char** buffer, int32_t start, int32_t count);
/* All that is left, `expected` bytes or so, as one string. NULL, and *error below 0, when reading fails or it is longer
 * than a string can be. O(length). */
DR_OWN char* dr_file_read_text(int32_t file, int64_t expected, int32_t* error);
/* Writes all of it. 0, or an error: a pipe without a reader is one, and no signal. */
int32_t dr_file_write(int32_t file, DR_BORROW const unsigned char* bytes, int32_t start, int32_t count);
int32_t dr_file_write_text(int32_t file, DR_BORROW const char* text);
/* Makes `to` what `from` is: contents, permissions, times. EAGAIN if both are the same file, which stays as it is. */
int32_t dr_file_copy(int32_t from, int32_t to);

/* ---- names of files and folders ---- */

/* 0: nothing of that name, 1: a file or a link to nothing, 2: a folder or a link to one. */
int32_t dr_path_kind(DR_BORROW const char* path);
/* Whether two names mean one file. */
bool dr_path_is_same(DR_BORROW const char* a, DR_BORROW const char* b);
int32_t dr_path_delete(DR_BORROW const char* path);
int32_t dr_path_rename(DR_BORROW const char* from, DR_BORROW const char* to);
int32_t dr_path_link(DR_BORROW const char* from, DR_BORROW const char* to);
int32_t dr_folder_create(DR_BORROW const char* path);
int32_t dr_folder_delete(DR_BORROW const char* path);
/* The names in a folder, "." and ".." left out, each with a letter in front (d: folder, l: link to a folder, f: anything
 * else) and '/' behind, in no order. NULL, and *error below 0, when it cannot be read. */
DR_OWN char* dr_folder_entries(DR_BORROW const char* path, int32_t* error);
/* The current folder; NULL, and *error below 0, when it has no name. */
DR_OWN char* dr_folder_current(int32_t* error);
int32_t dr_folder_change(DR_BORROW const char* path);

/* ---- errors ---- */

/* The errors that the library tells apart. */
enum {
    DR_IO_OTHER,
    DR_IO_NOT_FOUND,
    DR_IO_DENIED,
    DR_IO_EXISTS,
    DR_IO_NO_FOLDER,
    DR_IO_NOT_EMPTY,
    DR_IO_NAME_TOO_LONG,
    DR_IO_IN_USE,
    DR_IO_OTHER_DEVICE,
    DR_IO_TOO_LARGE
};

int32_t dr_io_kind(int32_t error);
/* The system's text for it. */
DR_OWN char* dr_io_text(int32_t error);

/* ---- buffers ---- */

/* Where the first LF or CR in bytes[start, end) stands; `end` if there is none. O(end - start). */
int32_t dr_bytes_line_end(DR_BORROW const unsigned char* bytes, int32_t start, int32_t end);
/* The bytes as a string. */
DR_OWN char* dr_bytes_to_string(DR_BORROW const unsigned char* bytes, int32_t start, int32_t length);
/* Puts the bytes of the text at `start`. */
void dr_bytes_put(DR_BORROW unsigned char** bytes, int32_t start, DR_BORROW const char* text);

#endif
