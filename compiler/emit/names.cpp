// See names.h.
#include "emit/names.h"

#include <cstdint>
#include <functional>
#include <map>
#include <unordered_set>

#include <fmt/format.h>

namespace dream::emit {

namespace {

using NameSet = std::unordered_set<std::string_view>;

void add_words(std::string_view words, NameSet& into) {
    while (!words.empty()) {
        size_t end = words.find(' ');
        if (end != 0) into.insert(words.substr(0, end));
        if (end == std::string_view::npos) return;
        words.remove_prefix(end + 1);
    }
}

NameSet words_of(const char* words) {
    NameSet set;
    add_words(words, set);
    return set;
}

bool is_letter(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

// The code point at `at`, which is moved behind it; a byte that is not UTF-8 stands for itself.
uint32_t next_code_point(std::string_view text, size_t& at) {
    unsigned char lead = static_cast<unsigned char>(text[at++]);
    int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    uint32_t point = more == 0 ? lead : lead & (0x3Fu >> more);
    for (; more > 0 && at < text.size(); --more)
        point = (point << 6) | (static_cast<unsigned char>(text[at++]) & 0x3F);
    return point;
}

}  // namespace

std::string c_identifier(std::string_view name) {
    std::string result;
    bool gap = false;  // something that is no letter waits for a letter behind it
    for (size_t at = 0; at < name.size();) {
        unsigned char c = static_cast<unsigned char>(name[at]);
        if (is_letter(c) || is_digit(c)) {
            if (gap && !result.empty() && result.back() != '_') result += '_';
            gap = false;
            result += static_cast<char>(c);
            ++at;
        } else if (c < 0x80) {
            gap = true;
            ++at;
        } else {
            result += fmt::format("_u{:04X}", next_code_point(name, at));
        }
    }
    bool needs_letter = result.empty() || is_digit(static_cast<unsigned char>(result[0]));
    return needs_letter ? '_' + result : result;
}

bool is_reserved_everywhere(std::string_view name) {
    static const NameSet reserved = words_of(kEverywhereReserved);
    for (std::string_view prefix : {"dr_", "dri_", "DR_", "PRI", "SCN", "__"})
        if (name.substr(0, prefix.size()) == prefix) return true;
    if (name.size() > 1 && name[0] == '_' && name[1] >= 'A' && name[1] <= 'Z') return true;
    return reserved.find(name) != reserved.end();
}

bool is_reserved_at_file_scope(std::string_view name) {
    static const NameSet library = words_of(kLibraryNames);
    return is_reserved_everywhere(name) || library.find(name) != library.end();
}

std::string_view header_of(std::string_view name) {
    static const std::map<std::string_view, std::string_view> headers = [] {
        std::map<std::string_view, std::string_view> by_name;
        for (int i = 0; i < kHeaderCount; ++i)
            for (std::string_view function : words_of(kHeaders[i].names))
                by_name.emplace(function, kHeaders[i].header);
        return by_name;
    }();
    auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : found->second;
}

std::string_view comparison_of_libc(std::string_view name) {
    static const NameSet comparing = words_of("qsort bsearch lfind lsearch tfind tsearch tdelete");
    return comparing.count(name) ? "(int (*)(const void*, const void*))" : "";
}

bool Names::is_free(std::string_view name) const {
    if (has(name)) return false;
    return scope_ == Scope::File ? !is_reserved_at_file_scope(name) : !is_reserved_everywhere(name);
}

std::string Names::claim(std::string_view name) {
    std::string result = c_identifier(name);
    // A reserved prefix does not go away behind a `_`, but no such name ends in one.
    if (!is_free(result)) result += '_';
    while (has(result)) result += '_';
    take(result);
    return result;
}

std::string Names::claim_numbered(std::string_view name) {
    std::string base = c_identifier(name);
    if (!is_free(base) && !numbered_.contains(base)) base += '_';
    while (has(base) && !numbered_.contains(base)) base += '_';
    int& next = numbered_.try_emplace(base, 2).first->second;
    std::string result = base;
    for (; has(result); ++next) result = fmt::format("{}_{}", base, next);
    take(result);
    return result;
}

}  // namespace dream::emit
