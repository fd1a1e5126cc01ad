// UTF-8 and the classes of code points that source text distinguishes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dream::lex {

struct Decoded {
    uint32_t code_point = 0;
    uint32_t length = 0;  // bytes; 0 if there is no valid sequence at the place
};

// The code point at `at`, which is in range. Rejects overlong forms, surrogates, and what is
// beyond U+10FFFF.
Decoded decode_utf8(std::string_view text, size_t at);
void append_utf8(std::string& out, uint32_t code_point);

// For code points from U+0080 on.
bool is_xid_start(uint32_t code_point);
bool is_xid_continue(uint32_t code_point);
// The spaces and line ends that C# takes for white space.
bool is_unicode_space(uint32_t code_point);

inline bool is_ascii_digit(char c) {
    return c >= '0' && c <= '9';
}
// The value of a hexadecimal digit, or -1.
inline int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace dream::lex
