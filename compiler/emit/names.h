// C names for Dream names (ruling 25): the user's name where C has no other meaning for it, else
// the name with `_` behind it until it is free. Non-ASCII letters become `_uXXXX`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace dream::emit {

struct HeaderNames {
    const char* header;
    const char* names;  // separated by blanks
};
extern const char* const kEverywhereReserved;
extern const char* const kLibraryNames;
extern const HeaderNames kHeaders[];
extern const int kHeaderCount;

// The part of ASCII that C allows in identifiers: letters stay, `List<int>` becomes `List_int`.
std::string c_identifier(std::string_view name);

// A keyword, a macro, or a name of the runtime: no identifier may be spelled so.
bool is_reserved_everywhere(std::string_view name);
// Also the names of the C library: no name at file scope may be spelled so.
bool is_reserved_at_file_scope(std::string_view name);
// The ISO C header that declares function `name`, or "".
std::string_view header_of(std::string_view name);

// The cast to the type of the comparison that a function of the C library takes, which promises not
// to change what it compares; "" for all others.
std::string_view comparison_of_libc(std::string_view name);

// The names taken in one C scope.
class Names {
  public:
    enum class Scope { File, Inner };
    explicit Names(Scope scope) : scope_(scope) {}

    bool is_free(std::string_view name) const;
    // `name` made a C identifier and free, which it no longer is afterwards.
    std::string claim(std::string_view name);
    // The same for the overloads of a function: f, f_2, f_3.
    std::string claim_numbered(std::string_view name);
    // Takes a name that is in use already.
    void take(std::string name) { taken_.insert(std::move(name)); }
    bool has(std::string_view name) const { return taken_.find(name) != taken_.end(); }

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    Scope scope_;
    std::unordered_set<std::string, Hash, std::equal_to<>> taken_;
    std::unordered_map<std::string, int> numbered_;  // by base: the number to try next
};

}  // namespace dream::emit
