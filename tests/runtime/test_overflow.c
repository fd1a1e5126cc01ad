/* test_overflow.c: the end of a program whose stack is exhausted, and what is said about the place. Not under sanitizers,
 * which keep the signal for themselves. Every child sets its own program up, with this file's table of recursions. */
#define _GNU_SOURCE 1 /* fopencookie */
#include "check.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(UNDER_SANITIZER)

#include <elf.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* tcc writes no symbols unless asked to. */
#if defined(__TINYC__)
#define HAS_SYMBOLS 0
#else
#define HAS_SYMBOLS 1
#endif

#define NOINLINE __attribute__((noinline))

static const dr_recursion recursions[] = {{"descend", "descend (test.dr:3)"}, {"descend_far", "descend_far (test.dr:7)"}};
static const dr_program with_places = {.recursions = recursions, .recursion_count = 2};
static const dr_program without_places = {.types = NULL};

static volatile int depth;

enum { STACK = 1024 * 1024, LARGE_FRAME = 200000 };

static NOINLINE int descend(volatile char* above) {
    volatile char frame[200];
    frame[0] = above != NULL ? (char)(above[0] + 1) : 0;
    return ++depth < 0 ? 0 : descend(frame) + frame[0];
}

static NOINLINE int below(volatile char* above) {
    return above[0];
}

/* Its frame reaches far beyond what is left of the stack, and is first touched at its end. */
static NOINLINE int descend_far(volatile char* above) {
    volatile char frame[300000];
    frame[0] = above != NULL ? above[0] : 0;
    int sum = below(frame);
    return ++depth < 0 ? 0 : descend_far(frame) + sum + frame[1];
}

/* Called as the C compiler calls a part of descend_far that it made a function. */
static NOINLINE int descend_in_part(volatile char* above) __asm__("descend_far.part.77");

static NOINLINE int descend_in_part(volatile char* above) {
    volatile char frame[500];
    frame[0] = above != NULL ? (char)(above[0] + 1) : 0;
    return ++depth < 0 ? 0 : descend_in_part(frame) + frame[0];
}

/* Not in the table; that of which it is a part of the recursion is. */
static int (*volatile through)(volatile char* above);

static NOINLINE int unlisted(volatile char* above) {
    volatile char frame[5000];
    frame[0] = above != NULL ? above[0] : 0;
    return ++depth < 0 ? 0 : through(frame) + frame[0];
}

static NOINLINE int listed_in_turn(volatile char* above) {
    return unlisted(above) + 1;
}

/* As a function of C does that is deeper on the stack than those that go on with the program. */
static NOINLINE int start_below(const dr_program* program) {
    volatile char frame[LARGE_FRAME];
    frame[0] = 0;
    dr_init(program);
    return frame[0];
}

enum {
    PLAIN, FAR, IN_PART, UNLISTED, ABOVE, NO_TABLE, STAND_IN, SHADOW, DEEP_SHADOW, NESTED_FAULT, BAD_SHADOW, BAD_REPORT
};

static const char* volatile beyond;

static void limit_stack(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    limit.rlim_cur = STACK;
    setrlimit(RLIMIT_STACK, &limit);
}

static ssize_t fault_in_flush(void* cookie, const char* text, size_t size) {
    (void)cookie;
    (void)text;
    const char* fault = beyond;
    beyond = "";
    return (ssize_t)size + *fault;
}

static void overflow(int how) {
    static FILE* replaced;
    char here;
    limit_stack();
    dr_init(how == NO_TABLE ? &without_places : &with_places);
    dr_console_write_line(dr_literal("before", 6));
    dri_frame = how == SHADOW ? 3 : how == DEEP_SHADOW ? DR_TRACE_FRAMES + 5 : 0;
    for (uint32_t i = 0; i < DR_TRACE_FRAMES; i++) {
        dri_sites[i] = i == 2 ? "inner (test.dr:2)" : i == 4 ? "innermost (test.dr:4)" : "outer (test.dr:1)";
    }
    if (how == NESTED_FAULT || how == BAD_REPORT) {
        /* The flush of the handler, or its report, meets a fault of its own. */
        FILE** stream = how == NESTED_FAULT ? &stdout : &stderr;
        beyond = (const char*)((uintptr_t)&here - STACK - 8192);
        cookie_io_functions_t functions = {NULL, fault_in_flush, NULL, NULL};
        fflush(stdout);
        replaced = *stream;
        *stream = fopencookie(NULL, "w", functions);
        fputs("lost", stdout);
    }
    if (how == BAD_SHADOW) {
        dri_frame = 1;
        dri_sites[0] = (const char*)((uintptr_t)&here - STACK - 8192);
    }
    if (how == ABOVE) {
        /* What looks like a return address is not on the program's part of the stack. */
        volatile uintptr_t word = (uintptr_t)descend + 1;
        depth = (int)(word & 0);
        start_below(&with_places);
        depth = *(volatile char*)((uintptr_t)&here - LARGE_FRAME - STACK);
    }
    through = listed_in_turn;
    int result = how == FAR        ? descend_far(NULL)
                 : how == IN_PART  ? descend_in_part(NULL)
                 : how == UNLISTED ? unlisted(NULL)
                                   : descend(NULL);
    fprintf(stderr, "no overflow: %d %p\n", result, (void*)replaced);
}

static void crash(int argument) {
    (void)argument;
    dr_init(&with_places);
    volatile int* volatile nowhere = (volatile int*)8;
    *nowhere = 1;
}

/* A fault that is none of the stack's end is left to what the system does by default. */
static void fault_elsewhere(int argument) {
    char here;
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_signo = SIGSEGV;
    info.si_code = SI_QUEUE;
    info.si_addr = argument == 0 ? (void*)8 : (void*)&here;
    limit_stack();
    dr_init(&with_places);
    CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), SIGSEGV, &info) == 0);
    struct sigaction action;
    sigaction(SIGSEGV, NULL, &action);
    CHECK(action.sa_handler == SIG_DFL);
}

/* A file with the head of an executable and so many tables, which are empty tables of symbols. */
static void write_executable(const char* path, int tables) {
    struct {
        Elf64_Ehdr head;
        Elf64_Shdr table;
    } image;
    memset(&image, 0, sizeof image);
    image.head.e_shoff = sizeof image.head;
    image.head.e_shnum = (Elf64_Half)tables;
    image.table.sh_type = SHT_SYMTAB;
    FILE* file = fopen(path, "w");
    CHECK(file != NULL && fwrite(&image, sizeof image, 1, file) == 1 && fclose(file) == 0);
}

static void unlimited(int argument) {
    (void)argument;
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    limit.rlim_cur = limit.rlim_max;
    bool may = limit.rlim_max == RLIM_INFINITY && setrlimit(RLIMIT_STACK, &limit) == 0;
    dr_init(&with_places);
    struct sigaction action;
    sigaction(SIGSEGV, NULL, &action);
    /* The program of the tests has set the handler already; it stays as it is. */
    CHECK(!may || (action.sa_flags & SA_ONSTACK) != 0);
}

static void check_place(int how, const char* place) {
    char expected[200];
    child c;
    snprintf(expected, sizeof expected, "stack overflow\n%s", place);
    run_child(&c, overflow, how);
    size_t length = strlen(expected);
    CHECK(c.status == DR_EXIT_STACK_OVERFLOW);
    CHECK(strncmp(c.out, "before\n", 7) == 0);
    bool says_more = *place == '\0' && strncmp(c.err + length, "  at", 4) == 0;
    if (strncmp(c.err, expected, length) != 0 || says_more) {
        CHECK(!"the place");
        fprintf(stderr, "case %d: %s", how, c.err);
    }
}

void suite_overflow(void) {
    child c;
    check_place(PLAIN, HAS_SYMBOLS ? "  at descend (test.dr:3)\n" : "");
    check_place(FAR, HAS_SYMBOLS ? "  at descend_far (test.dr:7)\n" : "");
    check_place(IN_PART, HAS_SYMBOLS ? "  at descend_far (test.dr:7)\n" : "");
    check_place(UNLISTED, "");
    check_place(ABOVE, "");
    check_place(NO_TABLE, "");
    /* An executable that is gone, that was stripped, that knows nothing of the runtime. */
    char path[64];
    snprintf(path, sizeof path, "/tmp/dream-runtime-overflow-%d", (int)getpid());
    program_file = path;
    check_place(STAND_IN, "");
    for (int tables = 0; tables < 2; tables++) {
        write_executable(path, tables);
        check_place(STAND_IN, "");
    }
    program_file = NULL;
    unlink(path);
    check_place(SHADOW, "  at inner (test.dr:2)\n  at outer (test.dr:1)\n  at outer (test.dr:1)\n");
    check_place(DEEP_SHADOW, "  at innermost (test.dr:4)\n  at outer (test.dr:1)\n  at inner (test.dr:2)\n");
    check_place(NESTED_FAULT, HAS_SYMBOLS ? "  at descend (test.dr:3)\n" : "");
    check_place(BAD_SHADOW, "  at ");
    check_place(BAD_REPORT, HAS_SYMBOLS ? "  at descend (test.dr:3)\n" : "");
    run_child(&c, crash, 0);
    CHECK(c.status > 1000);
    for (int i = 0; i < 2; i++) {
        run_child(&c, fault_elsewhere, i);
        CHECK(c.status == 0);
    }
    run_child(&c, unlimited, 0);
    CHECK(c.status == 0);
}

#else

void suite_overflow(void) {
}

#endif
