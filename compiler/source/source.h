// Source files and places in them. Text is kept as read (a BOM is skipped by the lexer, any bytes
// are allowed); a Span is a half-open byte range of one file.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/id.h"

namespace dream {

using SourceId = Id<struct SourceTag>;

struct Span {
    SourceId source;
    uint32_t begin = 0;
    uint32_t end = 0;

    bool valid() const { return source.valid(); }
    friend bool operator==(const Span&, const Span&) = default;
};

// The smallest span that covers both (of the same file).
inline Span cover(Span a, Span b) {
    if (!a.valid()) return b;
    if (!b.valid()) return a;
    return {a.source, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

// 1-based; the column counts code points (an invalid byte counts as one).
struct Position {
    int line = 0;
    int column = 0;
};

class Source {
  public:
    Source(std::string path, std::string text, bool is_library);

    const std::string& path() const { return path_; }
    std::string_view text() const { return text_; }
    // Part of the standard library: names lose to the user's, warnings are not shown.
    bool is_library() const { return is_library_; }
    // "a.b" for the file of that module; "" for the library and the files of the program itself.
    const std::string& module() const { return module_; }

    Position position(uint32_t offset) const;
    // Its line alone, which is found without looking at the text of the line.
    int line(uint32_t offset) const;
    // Line `line` (1-based) without its line end.
    std::string_view line_text(int line) const;
    uint32_t line_begin(int line) const { return line_starts_[static_cast<size_t>(line) - 1]; }
    int line_count() const { return static_cast<int>(line_starts_.size()); }

  private:
    friend class Sources;

    std::string path_;
    std::string text_;
    std::string module_;
    bool is_library_;
    std::vector<uint32_t> line_starts_;  // LF, CR LF and CR end a line
};

class Sources {
  public:
    SourceId add(std::string path, std::string text, bool is_library = false);
    void set_module(SourceId id, std::string name) {
        sources_[static_cast<size_t>(id.index)].module_ = std::move(name);
    }
    const Source& operator[](SourceId id) const { return sources_[static_cast<size_t>(id.index)]; }
    std::string_view text(Span span) const {
        return (*this)[span.source].text().substr(span.begin, span.end - span.begin);
    }
    Position position(Span span) const { return (*this)[span.source].position(span.begin); }
    int line(Span span) const { return (*this)[span.source].line(span.begin); }
    size_t size() const { return sources_.size(); }

  private:
    std::deque<Source> sources_;
};

}  // namespace dream
