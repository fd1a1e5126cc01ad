// What of a program can run: the functions, constructors, classes and globals that lowering has to
// make. A class counts as instantiated when some `new` of it is reachable, or when the runtime may
// throw it and the program can tell.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "check/typed.h"

namespace dream::lower {

struct Reach {
    std::unordered_set<const typed::Function*> functions;  // free, methods, destructors
    std::unordered_set<const typed::Function*> news;       // constructors used by `new`
    std::unordered_set<const typed::Function*> chained;    // used by `: base(...)`, `: this(...)`
    std::vector<const typed::Function*> externs;           // C functions in order of first use
    std::unordered_set<const typed::Global*> globals;
    // Globals mentioned outside of the top-level statements and initialisers.
    std::unordered_set<const typed::Global*> shared_globals;
    // How often each typed::Local and typed::Global is assigned, or passed by reference, apart from
    // the initialiser of a local.
    std::unordered_map<const void*, int> assignments;
    std::vector<bool> types;  // by index: mentioned by code, or part of a type that is
    bool has_object_text = false;  // the text of an object is asked for: ToString() of any class

    bool has_type(TypeId type) const { return types[static_cast<size_t>(type.index)]; }
};

Reach find_reachable(const typed::Program& program, bool with_exports);

// The method `ToString()` of a class (its own or inherited) or struct; null if there is none.
const typed::Function* find_to_string(const typed::Program& program, TypeId type);

// The constructor of the library's Exception that takes a message.
const typed::Function* find_message_constructor(const typed::Program& program);

}  // namespace dream::lower
