// A growing table of T addressed by a typed id; references stay valid while it grows.
#pragma once

#include <deque>

#include "support/id.h"

namespace dream {

template <class IdType, class T>
class Store {
  public:
    IdType add(T value) {
        items_.push_back(std::move(value));
        return IdType(static_cast<int32_t>(items_.size()) - 1);
    }

    T& operator[](IdType id) { return items_[static_cast<size_t>(id.index)]; }
    const T& operator[](IdType id) const { return items_[static_cast<size_t>(id.index)]; }

    size_t size() const { return items_.size(); }
    IdType id_at(size_t i) const { return IdType(static_cast<int32_t>(i)); }

    auto begin() { return items_.begin(); }
    auto end() { return items_.end(); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }

  private:
    std::deque<T> items_;
};

}  // namespace dream
