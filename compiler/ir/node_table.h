// Tables by the nodes of one function, which number_nodes (visit.h) has numbered.
#pragma once

#include <memory>
#include <vector>

#include "ir/ir.h"

namespace dream::ir {

class NodeSet {
  public:
    explicit NodeSet(size_t nodes = 0) : members_(nodes) {}

    bool contains(const Node& node) const { return members_[node.index()]; }
    // True if it is new.
    bool add(const Node& node) {
        bool is_new = !contains(node);
        members_[node.index()] = true;
        return is_new;
    }

  private:
    std::vector<bool> members_;
};

// For what few nodes have. References stay valid while it grows.
template <class T>
class NodeMap {
  public:
    explicit NodeMap(size_t nodes = 0) : items_(nodes) {}

    // Made when it is first asked for.
    T& operator[](const Node& node) {
        std::unique_ptr<T>& item = items_[node.index()];
        if (!item) item = std::make_unique<T>();
        return *item;
    }
    // Null: there is none.
    const T* find(const Node& node) const { return items_[node.index()].get(); }
    const T& at(const Node& node) const { return *find(node); }

  private:
    std::vector<std::unique_ptr<T>> items_;
};

}  // namespace dream::ir
