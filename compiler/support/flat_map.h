// Sets and maps of few members: sorted vectors, which are copied and walked faster than trees. Adding
// and removing moves members, so references into them do not last.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace dream {

template <class T>
class FlatSet {
  public:
    FlatSet() = default;
    FlatSet(std::initializer_list<T> items) {
        for (const T& item : items) insert(item);
    }

    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    bool empty() const { return items_.empty(); }
    bool contains(const T& item) const {
        auto at = std::lower_bound(items_.begin(), items_.end(), item);
        return at != items_.end() && *at == item;
    }
    // True if it is new.
    bool insert(T item) {
        auto at = std::lower_bound(items_.begin(), items_.end(), item);
        if (at != items_.end() && *at == item) return false;
        items_.insert(at, std::move(item));
        return true;
    }
    template <class Test>
    size_t erase_if(Test&& test) {
        return std::erase_if(items_, test);
    }

    friend auto operator<=>(const FlatSet&, const FlatSet&) = default;

  private:
    std::vector<T> items_;
};

template <class Key, class T>
class FlatMap {
  public:
    using Item = std::pair<Key, T>;

    auto begin() { return items_.begin(); }
    auto end() { return items_.end(); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    bool empty() const { return items_.empty(); }

    // Null: there is none.
    T* find(const Key& key) {
        auto at = place_of(key);
        return at != items_.end() && at->first == key ? &at->second : nullptr;
    }
    const T* find(const Key& key) const { return const_cast<FlatMap*>(this)->find(key); }
    T& operator[](const Key& key) {
        auto at = place_of(key);
        if (at == items_.end() || !(at->first == key)) at = items_.insert(at, Item(key, T()));
        return at->second;
    }
    void erase(const Key& key) {
        auto at = place_of(key);
        if (at != items_.end() && at->first == key) items_.erase(at);
    }
    template <class Test>
    size_t erase_if(Test&& test) {
        return std::erase_if(items_, test);
    }
    void clear() { items_.clear(); }

  private:
    auto place_of(const Key& key) {
        return std::lower_bound(
            items_.begin(), items_.end(), key,
            [](const Item& item, const Key& wanted) { return item.first < wanted; });
    }

    std::vector<Item> items_;
};

}  // namespace dream
