// Reads JSON: what dreamc --diagnostics=json and the memory report of programs write.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace golden {

struct Json {
    bool is_null = true;
    double number = 0;  // true is 1
    std::string text;
    std::vector<Json> items;
    std::map<std::string, Json> members;

    // A member, or a null value when there is none.
    const Json& operator[](const std::string& name) const;
    long integer() const { return static_cast<long>(number); }
};

// False when `text` is not JSON.
bool parse_json(std::string_view text, Json& value);

}  // namespace golden
