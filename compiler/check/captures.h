// Which functions use variables of the functions around them. Lambdas and local functions do; a
// function also captures what the local functions that it calls capture.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "check/typed.h"

namespace dream {

struct Captures {
    std::vector<typed::Function*> functions;  // of the program, then the lambdas in them
    std::vector<typed::LambdaExpr*> lambdas;  // one for each function
    std::vector<typed::Function*> callbacks;  // whose address C is given
    std::unordered_map<const typed::Local*, typed::Function*> home;  // declares it
    // Of a lambda or local function: all variables of functions around it that it needs, in order
    // of their first use.
    std::unordered_map<const typed::Function*, std::vector<typed::Local*>> of;
    std::unordered_set<const typed::Function*> concerned;  // somehow; all others stay as they are
    std::vector<typed::Local*> locals;                     // all that somebody captures
    std::unordered_set<const typed::Local*> by_local_functions;
};

Captures find_captures(const typed::Program& program);

}  // namespace dream
