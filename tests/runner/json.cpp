// A small recursive JSON reader; the input is written by our own programs.
#include "json.h"

#include <cstdlib>

namespace golden {
namespace {

struct Reader {
    std::string_view text;
    size_t at = 0;

    void skip_space() {
        while (at < text.size() &&
               (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r'))
            ++at;
    }
    bool eat(char c) {
        skip_space();
        if (at >= text.size() || text[at] != c) return false;
        ++at;
        return true;
    }
    bool eat_word(std::string_view word) {
        if (text.substr(at, word.size()) != word) return false;
        at += word.size();
        return true;
    }

    bool read_string(std::string& out) {
        if (!eat('"')) return false;
        while (at < text.size() && text[at] != '"') {
            char c = text[at++];
            if (c != '\\') {
                out += c;
                continue;
            }
            if (at >= text.size()) return false;
            c = text[at++];
            if (c == 'u') {
                unsigned code = static_cast<unsigned>(
                    std::strtoul(std::string(text.substr(at, 4)).c_str(), nullptr, 16));
                at += 4;
                if (code < 0x80) {
                    out += static_cast<char>(code);
                } else if (code < 0x800) {
                    out += static_cast<char>(0xC0 | code >> 6);
                    out += static_cast<char>(0x80 | (code & 0x3F));
                } else {
                    out += static_cast<char>(0xE0 | code >> 12);
                    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
                    out += static_cast<char>(0x80 | (code & 0x3F));
                }
            } else {
                out += c == 'n'   ? '\n'
                       : c == 't' ? '\t'
                       : c == 'r' ? '\r'
                       : c == 'b' ? '\b'
                       : c == 'f' ? '\f'
                                  : c;
            }
        }
        return eat('"');
    }

    bool read(Json& value) {
        skip_space();
        if (at >= text.size()) return false;
        value.is_null = false;
        char c = text[at];
        if (c == '"') return read_string(value.text);
        if (c == '[') {
            ++at;
            if (eat(']')) return true;
            do {
                if (!read(value.items.emplace_back())) return false;
            } while (eat(','));
            return eat(']');
        }
        if (c == '{') {
            ++at;
            if (eat('}')) return true;
            do {
                std::string name;
                if (!read_string(name) || !eat(':') || !read(value.members[name])) return false;
            } while (eat(','));
            return eat('}');
        }
        if (eat_word("true")) return value.number = 1, true;
        if (eat_word("false")) return true;
        if (eat_word("null")) return value.is_null = true;
        std::string rest(text.substr(at, 40));
        char* end = nullptr;
        value.number = std::strtod(rest.c_str(), &end);
        at += static_cast<size_t>(end - rest.c_str());
        return end != rest.c_str();
    }
};

}  // namespace

const Json& Json::operator[](const std::string& name) const {
    static const Json kNull;
    auto found = members.find(name);
    return found == members.end() ? kNull : found->second;
}

bool parse_json(std::string_view text, Json& value) {
    Reader reader{text};
    if (!reader.read(value)) return false;
    reader.skip_space();
    return reader.at == text.size();
}

}  // namespace golden
