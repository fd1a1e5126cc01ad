// The C compilers of the matrix with their flags, in one place, and the runtime built for each.
#pragma once

#include <string>
#include <vector>

#include "matrix.h"

namespace golden {

struct Tier {
    std::string name;
    std::string compiler;
    std::vector<std::string> flags;  // of programs and runtime
    bool debug_memory = false;
    bool gate = false;       // -Werror on emitted C
    bool only_full = false;  // what --rc=plain makes is left to other tiers
    bool sanitized = false;
};

// The tiers whose compiler is installed; tcc is replaced by cc -O0 where it is missing.
const std::vector<Tier>& tiers();
const Tier* find_tier(const std::string& name);

// Warnings that legal Dream can cause in C that is right; all others are errors in the gate.
const std::vector<std::string>& user_caused_warnings();

std::string runtime_archive(const Settings& settings, const Tier& tier);

}  // namespace golden
