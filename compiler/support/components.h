// Strongly connected components of a graph whose nodes are numbers (Tarjan 1972), without recursion.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace dream {

// The component of each of the nodes 0..count-1, as numbers from 0; `for_each_edge(node, visit)` calls
// visit(target) for each edge. A component is numbered after those that it leads to.
template <class ForEachEdge>
std::vector<size_t> strong_components(size_t count, ForEachEdge&& for_each_edge) {
    struct Visited {
        size_t number = 0;  // 0: not yet
        size_t low = 0;
        bool is_open = false;
    };
    struct Frame {
        size_t node;
        std::vector<size_t> targets;
        size_t next = 0;
    };
    std::vector<Visited> visited(count);
    std::vector<size_t> open, components(count);
    std::vector<Frame> frames;
    size_t numbers = 0, component = 0;
    auto enter = [&](size_t node) {
        visited[node] = {++numbers, numbers, true};
        open.push_back(node);
        frames.push_back({node, {}});
        for_each_edge(node, [&](size_t target) { frames.back().targets.push_back(target); });
    };
    for (size_t i = 0; i < count; ++i) {
        if (!visited[i].number) enter(i);
        while (!frames.empty()) {
            Frame& frame = frames.back();
            Visited& own = visited[frame.node];
            if (frame.next < frame.targets.size()) {
                size_t target = frame.targets[frame.next];
                if (!visited[target].number) {
                    enter(target);  // comes back to this edge, then behind it
                    continue;
                }
                if (visited[target].is_open) own.low = std::min(own.low, visited[target].low);
                ++frame.next;
                continue;
            }
            if (own.low == own.number) {
                size_t member;
                do {
                    member = open.back();
                    open.pop_back();
                    visited[member].is_open = false;
                    components[member] = component;
                } while (member != frame.node);
                ++component;
            }
            frames.pop_back();
        }
    }
    return components;
}

}  // namespace dream
