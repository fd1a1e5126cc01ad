/* overflow.c: the end of a program whose stack is exhausted: "stack overflow", where, DR_EXIT_STACK_OVERFLOW.
 *
 * The handler runs on a stack of its own. Where: the shadow stack, if the program keeps one (trace.h); otherwise the
 * program lists the C names of its functions that may call themselves (dr_program.recursions), and the symbol table of
 * the executable on disk tells which of them the program counter, or the first return address on the stack, lies in. So
 * a program pays nothing before it ends, neither in time nor in relocations; one without symbols prints no place.
 * Any other invalid access keeps its default action. [stages] A part of the handler that faults itself is skipped. */
#include "internal.h"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#define HAVE_SIGALTSTACK 1
#else
#define HAVE_SIGALTSTACK 0
#endif

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#include <elf.h>
#include <ucontext.h>
#define HAVE_SYMBOLS 1
#else
#define HAVE_SYMBOLS 0
#endif

#if HAVE_SIGALTSTACK

enum {
    HANDLER_STACK = 64 * 1024,
    /* How far beyond the end of the stack a frame may reach and still be recognised. */
    STACK_SLACK = 1024 * 1024,
    /* How many words of the stack are searched for a return address. */
    SEARCHED_WORDS = 8192,
    SHOWN_CALLS = 10
};

static _Alignas(16) char handler_stack[HANDLER_STACK];
static char* stack_end;
static char* stack_start;
static volatile sig_atomic_t stage;

static void dri_on_bad_access(int number, siginfo_t* info, void* context);

static void write_error(const char* text) {
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

/* ---- where, by the symbol table ---- */

#if HAVE_SYMBOLS

typedef struct symbol_table {
    const Elf64_Sym* first;
    size_t count;
    const char* names;
    /* From an address of the file to one of this process. */
    uintptr_t bias;
} symbol_table;

static bool is_function(const Elf64_Sym* symbol) {
    return ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_size != 0;
}

/* The handler's own symbol tells where the program was loaded. */
static bool find_bias(symbol_table* table) {
    for (size_t i = 0; i < table->count; i++) {
        const Elf64_Sym* symbol = &table->first[i];
        if (is_function(symbol) && strcmp(table->names + symbol->st_name, "dri_on_bad_access") == 0) {
            table->bias = (uintptr_t)&dri_on_bad_access - (uintptr_t)symbol->st_value;
            return true;
        }
    }
    return false;
}

static bool read_symbols(symbol_table* table) {
    /* What cannot be opened keeps the size 0, which cannot be mapped. */
    struct stat about = {0};
    int file = open("/proc/self/exe", O_RDONLY);
    fstat(file, &about);
    const char* image = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (image == MAP_FAILED) {
        return false;
    }
    const Elf64_Ehdr* header = (const Elf64_Ehdr*)(const void*)image;
    const Elf64_Shdr* sections = (const Elf64_Shdr*)(const void*)(image + header->e_shoff);
    for (int i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type == SHT_SYMTAB) {
            table->first = (const Elf64_Sym*)(const void*)(image + sections[i].sh_offset);
            table->count = sections[i].sh_size / sizeof(Elf64_Sym);
            table->names = image + sections[sections[i].sh_link].sh_offset;
            return find_bias(table);
        }
    }
    return false;
}

/* Clones that the C compiler made are called f.part.0 and the like. */
static bool is_name_of(const char* symbol, const char* function) {
    size_t length = strlen(function);
    return strncmp(symbol, function, length) == 0 && (symbol[length] == '\0' || symbol[length] == '.');
}

/* Where the function calls that `address` returns to; NULL: none of the program's that may call themselves. */
static const char* place_of(const symbol_table* table, uintptr_t address) {
    for (size_t i = 0; i < table->count; i++) {
        const Elf64_Sym* symbol = &table->first[i];
        uintptr_t start = (uintptr_t)symbol->st_value + table->bias;
        if (address <= start || address > start + symbol->st_size || !is_function(symbol)) {
            continue;
        }
        for (uint32_t k = 0; k < dri_program->recursion_count; k++) {
            if (is_name_of(table->names + symbol->st_name, dri_program->recursions[k].function)) {
                return dri_program->recursions[k].place;
            }
        }
    }
    return NULL;
}

/* A frame that was too large reaches beyond what can be read. */
static char* first_readable(char* address) {
    uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE);
    char* page = (char*)((uintptr_t)address & ~(size - 1));
    unsigned char here;
    while (page < stack_start && mincore(page, size, &here) != 0) {
        page += size;
    }
    return page > address ? page : address;
}

/* The innermost function on the stack that the program lists (there is one: dr_init installs the handler). What it calls,
 * the runtime's and C's functions, lies above it; what they left there was called from functions of the same recursion. */
static const char* find_place(const void* context) {
    const ucontext_t* state = context;
#if defined(__x86_64__)
    /* REG_RIP and REG_RSP, which only _GNU_SOURCE names. */
    uintptr_t counter = (uintptr_t)state->uc_mcontext.gregs[16];
    uintptr_t top = (uintptr_t)state->uc_mcontext.gregs[15];
#else
    uintptr_t counter = (uintptr_t)state->uc_mcontext.pc;
    uintptr_t top = (uintptr_t)state->uc_mcontext.sp;
#endif
    symbol_table table;
    if (dri_program->recursion_count == 0 || !read_symbols(&table)) {
        return NULL;
    }
    const char* place = place_of(&table, counter + 1);
    uintptr_t* word = (uintptr_t*)(void*)first_readable((char*)(top & ~(uintptr_t)7));
    for (int i = 0; place == NULL && i < SEARCHED_WORDS && (char*)&word[i] < stack_start; i++) {
        place = place_of(&table, word[i]);
    }
    return place;
}

#else

static const char* find_place(const void* context) {
    (void)context;
    return NULL;
}

#endif

/* ---- the handler ---- */

static void write_call(const char* place) {
    write_error("  at ");
    write_error(place);
    write_error("\n");
}

static void write_where(const void* context) {
    for (uint32_t i = 0; i < dri_frame && i < SHOWN_CALLS; i++) {
        write_call(dri_sites[(dri_frame - 1 - i) % DR_TRACE_FRAMES]);
    }
    if (dri_frame > SHOWN_CALLS) {
        char text[48];
        snprintf(text, sizeof text, "  ... %u more\n", dri_frame - SHOWN_CALLS);
        write_error(text);
    }
    const char* place = dri_frame == 0 ? find_place(context) : NULL;
    if (place != NULL) {
        write_call(place);
    }
}

static bool is_overflow(const char* address) {
    uintptr_t low = (uintptr_t)stack_end - STACK_SLACK;
    uintptr_t high = (uintptr_t)stack_end + STACK_SLACK / 8;
    return (uintptr_t)address >= low && (uintptr_t)address <= high;
}

static void dri_on_bad_access(int number, siginfo_t* info, void* context) {
    if (stage == 0 && !is_overflow(info->si_addr)) {
        signal(number, SIG_DFL);
        return;
    }
    if (stage < 1) {
        stage = 1;
        /* stdio in a handler is a risk worth taking for the output so far. */
        dr_console_flush();
    }
    if (stage < 2) {
        stage = 2;
        write_error("stack overflow\n");
        write_where(context);
    }
#if DR_DEBUG_MEMORY
    if (stage < 3) {
        stage = 3;
        dri_ended_early = true;
        dr_exit_report();
    }
#endif
    _exit(DR_EXIT_STACK_OVERFLOW);
}

void dri_watch_the_stack(void) {
    struct rlimit limit;
    char here;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return;
    }
    stack_start = (char*)((uintptr_t)&here & ~(uintptr_t)7);
    stack_end = stack_start - limit.rlim_cur;
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = handler_stack;
    stack.ss_size = sizeof handler_stack;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = dri_on_bad_access;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

#else

void dri_watch_the_stack(void) {
}

#endif
