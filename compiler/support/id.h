// Typed integer ids: an id names an element of one kind of table and mixes with no other.
// An id is 4 bytes, trivially copyable, and invalid (-1) until it is given a value.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace dream {

template <class Tag>
struct Id {
    int32_t index = -1;

    constexpr Id() = default;
    constexpr explicit Id(int32_t i) : index(i) {}

    constexpr bool valid() const { return index >= 0; }
    constexpr explicit operator bool() const { return valid(); }
    friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace dream

template <class Tag>
struct std::hash<dream::Id<Tag>> {
    size_t operator()(dream::Id<Tag> id) const noexcept { return static_cast<size_t>(id.index); }
};
