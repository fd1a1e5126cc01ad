// What is in scope, and what can be assigned: variables, and what lies inside of them.
#include "generator.h"

namespace drgen {

std::string Generator::any_variable(Type type, bool writable) {
    std::vector<std::string> found;
    for (const Variable& v : variables_)
        if (v.type == type && (v.is_writable || !writable) && !(v.is_ref && in_lambda_))
            found.push_back(v.name);
    for (const Variable& v : globals_)
        if (v.type == type) found.push_back(v.name);
    if (found.empty()) return initial(type);  // the initial value of the first globals
    return found[static_cast<size_t>(random_.below(static_cast<int>(found.size())))];
}

std::string Generator::index() {
    if (random_.one_in(3)) return "(" + any_variable(Type::Int, false) + " & 3)";
    return number(3);
}

std::string Generator::place(Type type, int depth, bool plain) {
    std::string inside;
    if (depth < 2 && !random_.one_in(3)) inside = place_inside(type, depth + 1, plain);
    return inside.empty() ? any_variable(type, true) : inside;
}

// A place inside a value of another type; "" for none.
std::string Generator::place_inside(Type type, int depth, bool plain) {
    auto in = [&](Type outer) { return place(outer, depth, plain); };
    int ways = plain ? 5 : 8;  // the last ones go through properties and indexers
    switch (type) {
        case Type::Int:
            switch (random_.below(ways)) {
                case 0: return in(Type::Ints) + "[" + index() + "]";
                case 1: return in(Type::Matrix) + "[" + index() + "][" + index() + "]";
                case 2: return in(Type::Node) + ".data[" + index() + "]";
                case 3: return in(Type::Pair) + ".a";
                case 4: return in(Type::Pairs) + "[" + index() + "].a";
                case 5: return in(Type::Rows) + "[" + index() + "].a";
                case 6: return in(Type::Rows) + "[" + index() + "].xs[" + index() + "]";
                default: return in(Type::Node) + ".Extra.xs[" + index() + "]";
            }
        case Type::String:
            switch (random_.below(ways + 1)) {
                case 0: return in(Type::Strings) + "[" + index() + "]";
                case 1: return in(Type::Node) + ".name";
                case 2: return in(Type::Pairs) + "[" + index() + "].s";
                case 3: return in(Type::Pair) + ".s";
                case 4:
                case 5: return in(Type::Box) + (plain || random_.one_in(2) ? ".value" : ".Value");
                case 6: return in(Type::Texts) + "[" + index() + "]";
                case 7: return in(Type::Node) + ".Label";
                default: return in(Type::Rows) + "[" + index() + "].s";
            }
        case Type::Ints:
            switch (random_.below(plain ? 4 : 6)) {
                case 0: return in(Type::Matrix) + "[" + index() + "]";
                case 1: return in(Type::Node) + ".data";
                case 2: return in(Type::Pairs) + "[" + index() + "].xs";
                case 3: return in(Type::Pair) + ".xs";
                case 4: return in(Type::Rows) + "[" + index() + "].xs";
                default: return in(Type::Node) + ".Extra.xs";
            }
        case Type::Node:
            switch (random_.below(plain ? 5 : 9)) {
                case 0: return in(Type::Node) + ".next";
                case 1: return in(Type::Node) + ".other";
                case 2: return in(Type::Nodes) + "[" + index() + "]";
                case 3: return in(Type::Node) + ".kids[" + index() + "]";
                case 4: return in(Type::Pair) + ".n";
                case 5: return in(Type::Node) + ".Peer";
                case 6: return in(Type::Node) + "[" + index() + "]";
                case 7: return in(Type::Chain) + "[" + index() + "]";
                default: return in(Type::Map) + "[\"" + (random_.one_in(2) ? "a" : "b") + "\"]";
            }
        case Type::Nodes: return in(Type::Node) + ".kids";
        case Type::Pair:
            switch (random_.below(plain ? 2 : 4)) {
                case 0: return in(Type::Pairs) + "[" + index() + "]";
                case 1: return in(Type::Node) + ".pair";
                case 2: return in(Type::Rows) + "[" + index() + "]";
                default: return in(Type::Node) + ".Extra";
            }
        case Type::Part: return plain ? "" : in(Type::Part) + ".Inner";
        case Type::Object: return in(Type::Node) + ".tag";
        case Type::Chain: return plain ? "" : in(Type::Node) + ".friends";
        case Type::Show: return in(Type::Node) + ".hook";
        case Type::Bool:
        case Type::Strings:
        case Type::Matrix:
        case Type::Pairs:
        case Type::Dot:
        case Type::Thing:
        case Type::Texts:
        case Type::Rows:
        case Type::Map:
        case Type::Box:
        case Type::Step: return "";
    }
    return "";
}

}  // namespace drgen
