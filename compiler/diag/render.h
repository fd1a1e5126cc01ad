// Diagnostics as text for people. Needs the sources that the spans point into; makes no output
// itself. Every line is printable whatever bytes the source holds.
//
//   a.dr:2:42: error: no member 'lenght' on 'string' [E0404]
//       2 |     int n = s.lenght;
//         |               ^~~~~~
//         = help: replace 'lenght' with 'Length'
#pragma once

#include <string>
#include <string_view>

#include "diag/diag.h"

namespace dream::diag {

struct RenderOptions {
    bool color = false;
    int error_limit = 20;  // 0: no limit
};

// All diagnostics of the sink, by file and place, and a last line that counts them.
std::string render(const Sink& sink, const Sources& sources, const RenderOptions& options);

// One diagnostic with its notes.
std::string render(const Diagnostic& diagnostic, const Sources& sources,
                   const RenderOptions& options);

// The diagnostics of the sink ordered by file and place; of one place, in order of report.
std::vector<const Diagnostic*> in_order(const Sink& sink);

// The length in bytes of the UTF-8 sequence at `at`, 0 if the bytes there are not one; its code
// point goes to `code`.
int decode_utf8(std::string_view text, size_t at, char32_t& code);

// `text` with control characters, invisible characters and invalid bytes spelled as escapes.
std::string printable(std::string_view text);

}  // namespace dream::diag
