/* os.c: the one place where the runtime gets memory from the system.
 *
 * Needs malloc; where mmap exists, pages come from it and surplus ones go back by madvise. Every request can be made to
 * fail by number (dr_debug_fail_after), which is how the tests prove that each failure has a defined end. */
#include "internal.h"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#define HAVE_MMAP 1
#else
#define HAVE_MMAP 0
#endif

static DR_THREAD_LOCAL int64_t os_requests;
static DR_THREAD_LOCAL int64_t os_fail_at;
static DR_THREAD_LOCAL bool os_fail_forever;

void dr_debug_fail_after(int64_t n, bool forever) {
    os_fail_at = n > 0 ? os_requests + n : 0;
    os_fail_forever = forever;
}

int64_t dr_debug_requests(void) {
    return os_requests;
}

bool dri_os_request(void) {
    os_requests++;
    if (DR_UNLIKELY(os_fail_at != 0)) {
        return !(os_requests == os_fail_at || (os_fail_forever && os_requests > os_fail_at));
    }
    return true;
}

void* dri_os_alloc(size_t size) {
    return dri_os_request() ? malloc(size) : NULL;
}

void* dri_os_realloc(void* memory, size_t size) {
    return dri_os_request() ? realloc(memory, size) : NULL;
}

void dri_os_free(void* memory) {
    free(memory);
}

#if HAVE_MMAP

void* dri_os_map(size_t size, size_t alignment) {
    size_t padded = size + alignment;
    char* memory = mmap(NULL, padded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    /* Cut the aligned middle out. */
    size_t before = (size_t)(-(uintptr_t)memory & (alignment - 1));
    if (before != 0) {
        munmap(memory, before);
    }
    munmap(memory + before + size, alignment - before);
    return memory + before;
}

void dri_os_prefer_huge(void* memory, size_t size) {
#if defined(MADV_HUGEPAGE)
    madvise(memory, size, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)size;
#endif
}

void dri_os_unmap(void* memory, size_t size) {
    munmap(memory, size);
}

void dri_os_discard(void* memory, size_t size) {
    madvise(memory, size, MADV_DONTNEED);
}

#else

void* dri_os_map(size_t size, size_t alignment) {
    return aligned_alloc(alignment, size);
}

void dri_os_prefer_huge(void* memory, size_t size) {
    (void)memory;
    (void)size;
}

void dri_os_unmap(void* memory, size_t size) {
    (void)size;
    free(memory);
}

void dri_os_discard(void* memory, size_t size) {
    (void)memory;
    (void)size;
}

#endif
