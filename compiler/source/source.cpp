// Line tables and positions.
#include "source/source.h"

#include <algorithm>

namespace dream {

Source::Source(std::string path, std::string text, bool is_library)
    : path_(std::move(path)), text_(std::move(text)), is_library_(is_library) {
    line_starts_.push_back(0);
    for (size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n') continue;
        if (text_[i] == '\n' || text_[i] == '\r') line_starts_.push_back(static_cast<uint32_t>(i + 1));
    }
}

int Source::line(uint32_t offset) const {
    auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    return static_cast<int>(next - line_starts_.begin());
}

Position Source::position(uint32_t offset) const {
    int line = this->line(offset);
    int column = 1;
    for (uint32_t i = line_begin(line); i < offset && i < text_.size(); ++i) {
        bool continuation = (static_cast<unsigned char>(text_[i]) & 0xC0) == 0x80;
        bool byte_order_mark = i == 0 && text_.compare(0, 3, "\xEF\xBB\xBF") == 0;
        if (!continuation && !byte_order_mark) ++column;
    }
    return {line, column};
}

std::string_view Source::line_text(int line) const {
    size_t begin = line_starts_[static_cast<size_t>(line) - 1];
    size_t end = text_.find_first_of("\r\n", begin);
    if (end == std::string::npos) end = text_.size();
    return std::string_view(text_).substr(begin, end - begin);
}

SourceId Sources::add(std::string path, std::string text, bool is_library) {
    sources_.emplace_back(std::move(path), std::move(text), is_library);
    return SourceId(static_cast<int32_t>(sources_.size()) - 1);
}

}  // namespace dream
