/* config.h: build switches, attributes and ownership marks. Included first by everything; needs C11 and nothing else.
 *
 * Switches, each 0 or 1, equal for the runtime and for the program (a mixed link fails on purpose, see program.h):
 *   DR_DEBUG_MEMORY  counts, sites, quarantine and the report at exit      DR_NO_POOLS  plain malloc for every block
 * Switches of the runtime alone:
 *   DR_CHECKS    0, or how much it checks itself (src/valid.c): 1 in constant time, 2 the page at hand, 3 the whole heap
 *   DR_VALGRIND  1: tells valgrind which memory of the pools may be touched
 * Switches of one C file:
 *   DR_MANAGED  every string and object in this file is a managed one (compiled Dream)
 *   DR_PLAIN    dr_alloc_string("literal") yields the program's one object for that text (compiled with --rc=plain) */
#ifndef DREAM_CONFIG_H
#define DREAM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef DR_DEBUG_MEMORY
#define DR_DEBUG_MEMORY 0
#endif
#ifndef DR_NO_POOLS
#define DR_NO_POOLS DR_DEBUG_MEMORY
#endif
#if DR_DEBUG_MEMORY && !DR_NO_POOLS
#error "DR_DEBUG_MEMORY tracks blocks one by one and needs DR_NO_POOLS"
#endif
#ifndef DR_CHECKS
#define DR_CHECKS 0
#endif
#ifndef DR_MANAGED
#define DR_MANAGED 0
#endif
#ifndef DR_PLAIN
#define DR_PLAIN 0
#endif

/* Marks in prototypes, checked by a test against the compiler's table: DR_OWN gives a unit of ownership away (parameter)
 * or hands one out (result), DR_BORROW leaves the count as it was. */
#define DR_OWN
#define DR_BORROW

/* Around what reads headers: gcc takes the header in front of a literal's text for memory outside of it. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__TINYC__)
#define DRI_HEADERS_BEGIN                                                                       \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wstringop-overflow\"") \
        _Pragma("GCC diagnostic ignored \"-Warray-bounds\"")
#define DRI_HEADERS_END _Pragma("GCC diagnostic pop")
#else
#define DRI_HEADERS_BEGIN
#define DRI_HEADERS_END
#endif

#if defined(__GNUC__) && !defined(__TINYC__)
#define DR_COLD __attribute__((cold, noinline))
#define DR_NOINLINE __attribute__((noinline))
#define DR_INLINE static inline __attribute__((always_inline, unused))
#define DR_NORETURN __attribute__((cold, noinline, noreturn))
#define DR_MAY_ALIAS __attribute__((may_alias))
#define DR_LIKELY(x) __builtin_expect(!!(x), 1)
#define DR_UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define DR_COLD
#define DR_NOINLINE
#define DR_INLINE static inline
#define DR_NORETURN
#define DR_MAY_ALIAS
#define DR_LIKELY(x) (x)
#define DR_UNLIKELY(x) (x)
#endif

/* Memory that nobody may touch until it is handed out again, for AddressSanitizer and valgrind. */
#if defined(__SANITIZE_ADDRESS__)
#define DRI_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DRI_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(DRI_ADDRESS_SANITIZER)
void __asan_poison_memory_region(const volatile void* memory, size_t size);
void __asan_unpoison_memory_region(const volatile void* memory, size_t size);
#define DRI_POISON(memory, size) __asan_poison_memory_region((memory), (size))
#define DRI_UNPOISON(memory, size) __asan_unpoison_memory_region((memory), (size))
#define DRI_EXPOSE(memory, size) __asan_unpoison_memory_region((memory), (size))
#elif defined(DR_VALGRIND)
#include <valgrind/memcheck.h>
#define DRI_POISON(memory, size) VALGRIND_MAKE_MEM_NOACCESS((memory), (size))
#define DRI_UNPOISON(memory, size) VALGRIND_MAKE_MEM_UNDEFINED((memory), (size))
#define DRI_EXPOSE(memory, size) VALGRIND_MAKE_MEM_DEFINED((memory), (size))
#else
#define DRI_POISON(memory, size) ((void)0)
#define DRI_UNPOISON(memory, size) ((void)0)
#define DRI_EXPOSE(memory, size) ((void)0)
#endif

/* Runtime state is single-threaded: Dream has no threads. An embedder with one program a thread may define this. */
#ifndef DR_THREAD_LOCAL
#define DR_THREAD_LOCAL
#endif

/* Where an allocation happens, for the leak report: DR_AT("app.dr:12"); in front of the statement. */
#if DR_DEBUG_MEMORY
extern DR_THREAD_LOCAL const char* dri_site;
#define DR_AT(where) ((void)(dri_site = (where)))
#else
#define DR_AT(where) ((void)0)
#endif

#endif
