// dreamc's operator new: small pieces come from blocks that are never given back, and what is deleted
// waits for the next piece of its size. A compiler makes millions of small pieces, lives for a moment
// and has one thread; malloc, which must be ready for anything, took a quarter of its instructions.
//
// In front of each piece stands its size class, as the front of malloc's chunks does.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "support/check.h"

namespace {

constexpr size_t kStep = 16;           // pieces are aligned to this
constexpr size_t kClasses = 64;        // of kStep bytes each; larger pieces are malloc's
constexpr size_t kBlock = 256 * 1024;  // what is asked of malloc at a time

// Ends where the piece begins.
struct alignas(8) Front {
    uint64_t size_class;  // 0: malloc's
};

struct Unused {
    Unused* next;
};

Unused* unused[kClasses + 1];  // by size class
char* block_next = nullptr;
char* block_end = nullptr;

void* from_malloc(size_t size) {
    void* memory = std::malloc(size);
    if (!memory) dream::internal_error(__FILE__, __LINE__, "out of memory");
    return memory;
}

Front& front_of(void* piece) {
    return static_cast<Front*>(piece)[-1];
}

// A piece behind the last one, at an address that is a multiple of kStep.
void* carve(size_t size_class) {
    size_t size = size_class * kStep;
    if (static_cast<size_t>(block_end - block_next) < size) {
        char* block = static_cast<char*>(from_malloc(kBlock));
        block_next = block + kStep - sizeof(Front);
        block_end = block + kBlock;
    }
    void* piece = block_next + sizeof(Front);
    block_next += size;
    front_of(piece).size_class = size_class;
    return piece;
}

void* carve_large(size_t size) {
    if (size > SIZE_MAX - kStep) dream::internal_error(__FILE__, __LINE__, "out of memory");
    void* piece = static_cast<char*>(from_malloc(size + kStep)) + kStep;
    front_of(piece).size_class = 0;
    return piece;
}

}  // namespace

void* operator new(size_t size) {
    if (size > kClasses * kStep - sizeof(Front)) return carve_large(size);
    size_t size_class = (size + sizeof(Front) + kStep - 1) / kStep;
    Unused* piece = unused[size_class];
    if (!piece) return carve(size_class);
    unused[size_class] = piece->next;
    return piece;
}

void operator delete(void* piece) noexcept {
    if (!piece) return;
    uint64_t size_class = front_of(piece).size_class;
    if (size_class == 0) return std::free(static_cast<char*>(piece) - kStep);
    auto* freed = static_cast<Unused*>(piece);
    freed->next = unused[size_class];
    unused[size_class] = freed;
}

void operator delete(void* piece, size_t) noexcept {
    operator delete(piece);
}
