// Constants as C text: bytes of strings, characters, numbers that read back exactly, and the
// program's string literals as immortal objects at file scope.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emit/names.h"
#include "ir/ir.h"

namespace dream::emit {

// `text` between double quotes, with octal escapes; no trigraph comes about.
std::string quoted(std::string_view text);
// 'A' where a char has a readable spelling, else its number.
std::string char_constant(int64_t value);
// With a suffix and INT32_MIN and INT64_MIN where the type asks for them.
std::string int_constant(int64_t value);
std::string long_constant(int64_t value);
// `value` is read back exactly; NaN and the infinities are quotients, which need no macro.
std::string real_constant(double value, bool is_float);

// C compilers promise to read string literals of this length (C11 5.2.4.1).
inline constexpr size_t kLongestLiteral = 4095;

// The literals that the emitted functions mention, each under one name taken from its text.
class Literals {
  public:
    Literals(const ir::Module& module, Names& names) : module_(module), names_(names) {}

    // The name of the object, which will be declared.
    std::string name(ir::LiteralId id);
    std::string name_of_text(std::string_view text);
    // The lines of an array of all of them, for String.Intern.
    std::string addresses() const;
    // The declarations, in the order in which they were asked for.
    std::string declarations() const;

  private:
    struct Literal {
        std::string name;
        std::string_view text;
    };

    const ir::Module& module_;
    Names& names_;
    std::vector<Literal> literals_;
    std::map<std::string, size_t, std::less<>> by_text_;
};

}  // namespace dream::emit
