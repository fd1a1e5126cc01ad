// Rows of small bit sets, a byte each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace dream {

// Adds to each set of `into` what that of `from` has; true if one grew. The rows are equally long.
inline bool add_bits(std::vector<uint8_t>& into, const std::vector<uint8_t>& from) {
    uint64_t grew = 0;
    size_t i = 0;
    for (; i + sizeof(uint64_t) <= into.size(); i += sizeof(uint64_t)) {
        uint64_t ours, theirs;
        std::memcpy(&ours, &into[i], sizeof ours);
        std::memcpy(&theirs, &from[i], sizeof theirs);
        grew |= theirs & ~ours;
        ours |= theirs;
        std::memcpy(&into[i], &ours, sizeof ours);
    }
    for (; i < into.size(); ++i) {
        grew |= static_cast<uint64_t>(from[i] & ~into[i]);
        into[i] |= from[i];
    }
    return grew != 0;
}

}  // namespace dream
