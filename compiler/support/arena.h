// A bump arena for tree nodes: nodes live until the arena dies and are destroyed in one flat
// loop, so that a tree of any depth is freed without recursion. Not thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dream {

class Arena {
  public:
    Arena() = default;
    Arena(Arena&&) = default;
    Arena& operator=(Arena&&) = delete;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    ~Arena() {
        for (auto it = destructors_.rbegin(); it != destructors_.rend(); ++it) it->run(it->object);
    }

    // Constructs a T that lives as long as the arena.
    template <class T, class... Args>
    T* make(Args&&... args) {
        T* object = new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
        if constexpr (!std::is_trivially_destructible_v<T>)
            destructors_.push_back({object, [](void* p) { static_cast<T*>(p)->~T(); }});
        return object;
    }

    // A copy of `text` that lives as long as the arena, for names that no source text spells.
    std::string_view keep(std::string_view text) {
        char* bytes = static_cast<char*>(allocate(text.size() + 1, 1));
        text.copy(bytes, text.size());
        bytes[text.size()] = '\0';
        return {bytes, text.size()};
    }

    // Copies of `items` that live as long as the arena, one behind the other.
    template <class T>
    std::span<const T> keep_all(std::span<const T> items) {
        static_assert(std::is_trivially_copyable_v<T>);
        if (items.empty()) return {};
        T* copy = static_cast<T*>(allocate(items.size_bytes(), alignof(T)));
        std::uninitialized_copy(items.begin(), items.end(), copy);
        return {copy, items.size()};
    }

  private:
    struct Destructor {
        void* object;
        void (*run)(void*);
    };
    static constexpr size_t kBlockSize = 64 * 1024;

    void* allocate(size_t size, size_t align) {
        size_t start = (used_ + align - 1) & ~(align - 1);
        if (blocks_.empty() || start + size > capacity_) {
            capacity_ = size > kBlockSize ? size : kBlockSize;
            blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(capacity_));
            start = 0;
        }
        used_ = start + size;
        return blocks_.back().get() + start;
    }

    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::vector<Destructor> destructors_;
    size_t used_ = 0;
    size_t capacity_ = 0;
};

}  // namespace dream
