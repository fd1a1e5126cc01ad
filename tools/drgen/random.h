// Where chance comes from: the same numbers for the same seed on every machine.
#pragma once

#include <cstdint>

namespace drgen {

class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ull + 0x2545F4914F6CDD1Dull) {}
    // 0 .. n-1; xorshift64*.
    int below(int n) {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return static_cast<int>((state_ * 0x2545F4914F6CDD1Dull >> 33) % static_cast<uint64_t>(n));
    }
    bool one_in(int n) { return below(n) == 0; }

  private:
    uint64_t state_;
};

}  // namespace drgen
