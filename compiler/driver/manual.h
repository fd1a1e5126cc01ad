// What shells and man(1) want to know of the command line, made from the one table of options.
#pragma once

#include <string>
#include <string_view>

namespace dream::driver {

// A script for bash, zsh or fish that completes dreamc's words; "" for another shell.
std::string completion_script(std::string_view shell);

// dreamc(1), in man's macros.
std::string manual_page();

}  // namespace dream::driver
