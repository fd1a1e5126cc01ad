// --emit-c --standalone: one C file that any C11 compiler builds.
#pragma once

#include <string>
#include <string_view>

namespace dream::driver {

// `c_text`, which includes <dream.h>, with the whole runtime in front of it.
std::string make_standalone(std::string_view c_text, bool debug_memory);

}  // namespace dream::driver
