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

    // In ascending order.
    class Iterator {
      public:
        Iterator(const std::vector<uint64_t>& words, size_t word) : words_(&words), word_(word) { settle(); }
        IdType operator*() const {
            return IdType(static_cast<int32_t>(word_ * 64 + static_cast<size_t>(std::countr_zero(rest_))));
        }
        Iterator& operator++() {
            rest_ &= rest_ - 1;
            if (rest_ == 0) {
                ++word_;
                settle();
            }
            return *this;
        }
        bool operator==(const Iterator& other) const { return word_ == other.word_ && rest_ == other.rest_; }

      private:
        void settle() {
            while (word_ < words_->size() && (*words_)[word_] == 0) ++word_;
            rest_ = word_ < words_->size() ? (*words_)[word_] : 0;
        }

        const std::vector<uint64_t>* words_;
        size_t word_;
        uint64_t rest_ = 0;  // the members of the word that are still to come
    };
    Iterator begin() const { return Iterator(words_, 0); }
    Iterator end() const { return Iterator(words_, words_.size()); }

  private:
    static size_t word(IdType id) { return static_cast<size_t>(id.index) / 64; }
    static unsigned bit(IdType id) { return static_cast<unsigned>(id.index) % 64; }

    std::vector<uint64_t> words_;
};

}  // namespace dream
