// DREAM_CHECK states an invariant of the compiler itself: when it fails, dreamc is wrong, not the
// user's program. It prints where and what, and ends with exit code 70 (internal error).
#pragma once

#include <string_view>

namespace dream {

// Prints "internal error: ..." to standard error and exits with 70.
[[noreturn]] void internal_error(std::string_view file, int line, std::string_view message);

// 0: nothing, 1: verify after the last ownership pass, 2: after every pass.
extern int check_level;

}  // namespace dream

#define DREAM_CHECK(condition, message)                                       \
    do {                                                                      \
        if (!(condition)) ::dream::internal_error(__FILE__, __LINE__, (message)); \
    } while (false)

#define DREAM_UNREACHABLE(message) ::dream::internal_error(__FILE__, __LINE__, (message))
