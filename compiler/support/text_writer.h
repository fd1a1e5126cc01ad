// Indented text output, shared by every printer (dumps, C, formatter).
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace dream {

class TextWriter {
  public:
    // Writes one whole line at the current indentation.
    template <class... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        begin_line();
        text_ += fmt::format(format, std::forward<Args>(args)...);
        text_ += '\n';
    }

    // Writes `text` as one line, unformatted.
    void raw_line(std::string_view text) {
        if (!text.empty()) begin_line();
        text_ += text;
        text_ += '\n';
    }

    // Starts a line; parts follow with `write`, the end with `end_line`.
    void begin_line() { text_.append(static_cast<size_t>(depth_) * 4, ' '); }
    void write(std::string_view text) { text_ += text; }
    void end_line() { text_ += '\n'; }

    void blank() { text_ += '\n'; }
    void indent() { ++depth_; }
    void dedent() { --depth_; }

    const std::string& text() const { return text_; }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
    int depth_ = 0;
};

}  // namespace dream
