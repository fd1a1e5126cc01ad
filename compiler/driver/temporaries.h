// Shared by process.cpp and files.cpp: how many temporary files or folders exist right now. While
// there are any, an ending signal waits until they are removed.
#pragma once

#include <csignal>

namespace dream::driver {

extern volatile sig_atomic_t temporaries_held;

}  // namespace dream::driver
