// A validating UTF-8 decoder and lookups in the tables of xid.def.
#include "lex/unicode.h"

#include <algorithm>
#include <iterator>

namespace dream::lex {

namespace {

struct Range {
    uint32_t first, last;
};
constexpr Range kStart[] = {
#define S(first, last) {first, last},
#include "lex/xid.def"
};
constexpr Range kContinue[] = {
#define C(first, last) {first, last},
#include "lex/xid.def"
};

template <size_t N>
bool contains(const Range (&ranges)[N], uint32_t c) {
    auto above = std::upper_bound(std::begin(ranges), std::end(ranges), c,
                                  [](uint32_t value, const Range& r) { return value < r.first; });
    return above != std::begin(ranges) && c <= std::prev(above)->last;
}

}  // namespace

Decoded decode_utf8(std::string_view text, size_t at) {
    auto byte = [&](size_t i) -> uint32_t {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
    };
    auto is_tail = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
    uint32_t first = byte(0);
    if (first < 0x80) return {first, 1};
    if (first < 0xC2) return {};
    if (first < 0xE0) {
        if (!is_tail(1)) return {};
        return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
    }
    if (first < 0xF0) {
        if (!is_tail(1) || !is_tail(2)) return {};
        uint32_t c = (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
        if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF)) return {};
        return {c, 3};
    }
    if (first > 0xF4 || !is_tail(1) || !is_tail(2) || !is_tail(3)) return {};
    uint32_t c =
        (first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    if (c < 0x10000 || c > 0x10FFFF) return {};
    return {c, 4};
}

void append_utf8(std::string& out, uint32_t c) {
    auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

bool is_xid_start(uint32_t c) {
    return contains(kStart, c);
}
bool is_xid_continue(uint32_t c) {
    return contains(kStart, c) || contains(kContinue, c);
}

bool is_unicode_space(uint32_t c) {
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

}  // namespace dream::lex
