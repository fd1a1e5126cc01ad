// Diagnostics as JSON, one object a line, for editors and test tools. The text is always valid UTF-8
// and valid JSON, whatever bytes the source holds.
//
//   {"file":"a.dr","line":2,"column":42,"end_line":2,"end_column":48,"begin":57,"end":63,
//    "severity":"error","code":"E0404","name":"NoSuchMember","flag":"","message":"...",
//    "notes":[{...,"message":"..."}],"fixes":[{...,"replacement":"Length"}]}
//
// Lines and columns count from 1, columns in code points; begin and end are byte offsets. A
// diagnostic or note without a place has no place keys.
#pragma once

#include <string>
#include <string_view>

#include "diag/diag.h"

namespace dream::diag {

std::string render_json(const Sink& sink, const Sources& sources);

// `text` as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);

}  // namespace dream::diag
