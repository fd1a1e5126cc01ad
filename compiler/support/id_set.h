// A set of ids, a bit each: for sets of things that are numbered from 0 anyway.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace dream {

template <class IdType>
class IdSet {
  public:
    IdSet() = default;
    // With room for this many ids; it grows when it has to.
    explicit IdSet(size_t ids) : words_((ids + 63) / 64) {}

    bool contains(IdType id) const {
        return word(id) < words_.size() && (words_[word(id)] >> bit(id) & 1) != 0;
    }
    // True if it is new.
    bool add(IdType id) {
        if (word(id) >= words_.size()) words_.resize(word(id) + 1);
        uint64_t before = words_[word(id)];
        words_[word(id)] = before | uint64_t{1} << bit(id);
        return before != words_[word(id)];
    }
    void remove(IdType id) {
        if (word(id) < words_.size()) words_[word(id)] &= ~(uint64_t{1} << bit(id));
    }
    // True if this set grew.
    bool add_all(const IdSet& other) {
        if (words_.size() < other.words_.size()) words_.resize(other.words_.size());
        uint64_t grew = 0;
        for (size_t i = 0; i < other.words_.size(); ++i) {
            grew |= other.words_[i] & ~words_[i];
            words_[i] |= other.words_[i];
        }
        return grew != 0;
    }
    // Leaves what is in both; true if this set shrank.
    bool keep_all(const IdSet& other) {
        uint64_t lost = 0;
        for (size_t i = 0; i < words_.size(); ++i) {
            uint64_t theirs = i < other.words_.size() ? other.words_[i] : 0;
            lost |= words_[i] & ~theirs;
            words_[i] &= theirs;
        }
        return lost != 0;
    }
    bool empty() const {
        for (uint64_t word : words_)
            if (word != 0) return false;
        return true;
    }

    // In ascending order; what is added on the way is seen if it is still to come.
    class Iterator {
      public:
        Iterator(const IdSet& set, size_t from) : set_(&set), at_(set.next(from)) {}
        IdType operator*() const { return IdType(static_cast<int32_t>(at_)); }
        Iterator& operator++() {
            at_ = set_->next(at_ + 1);
            return *this;
        }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }

      private:
        const IdSet* set_;
        size_t at_;
    };
    Iterator begin() const { return Iterator(*this, 0); }
    Iterator end() const { return Iterator(*this, kNone); }

  private:
    static constexpr size_t kNone = SIZE_MAX;

    // The first member from `from` on.
    size_t next(size_t from) const {
        size_t at = from / 64;
        if (at >= words_.size()) return kNone;
        uint64_t rest = words_[at] & (~uint64_t{0} << from % 64);
        while (rest == 0) {
            if (++at == words_.size()) return kNone;
            rest = words_[at];
        }
        return at * 64 + static_cast<size_t>(std::countr_zero(rest));
    }

    static size_t word(IdType id) { return static_cast<size_t>(id.index) / 64; }
    static unsigned bit(IdType id) { return static_cast<unsigned>(id.index) % 64; }

    std::vector<uint64_t> words_;
};

}  // namespace dream
