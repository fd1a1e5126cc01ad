// The one way in which dreamc gives up on itself.
#include "support/check.h"

#include <cstdio>
#include <cstdlib>

namespace dream {

int check_level = 1;

void internal_error(std::string_view file, int line, std::string_view message) {
    std::fflush(stdout);
    size_t slash = file.rfind("compiler/");
    if (slash != std::string_view::npos) file.remove_prefix(slash);
    std::fprintf(stderr, "dreamc: internal error: %.*s (%.*s:%d)\n", static_cast<int>(message.size()),
                 message.data(), static_cast<int>(file.size()), file.data(), line);
    std::_Exit(70);
}

}  // namespace dream
