// Arithmetic on constants, with the results that the program would compute at run time: integers
// wrap, shift counts are masked, reals are rounded to their own type after every operation.
#pragma once

#include <optional>
#include <string>

#include "check/typed.h"

namespace dream::checker {

using typed::BinaryOp;
using typed::Constant;
using typed::UnaryOp;

// `value` is one that type `type` (char, byte, int, long) can hold.
bool fits_integer(int64_t value, TypeId type);

// left op right, both of type `operand`. Nothing if the operation would fault at run time (division
// by zero, MIN / -1) or the operands are no such constants.
std::optional<Constant> fold_binary(const Types& types, BinaryOp op, TypeId operand,
                                    const Constant& left, const Constant& right);
std::optional<Constant> fold_unary(UnaryOp op, TypeId operand, const Constant& value);

// Does + - * of two int or long constants give another number than the wrapped one?
bool overflows(BinaryOp op, TypeId operand, const Constant& left, const Constant& right);

// A numeric, char or enum constant cast to another such type: wraps, truncates and saturates.
Constant convert_constant(const Types& types, const Constant& value, TypeId from, TypeId to);

// The text that `+` and Console.Write make of a constant of this type.
std::string constant_text(const Types& types, const Constant& value, TypeId type);

}  // namespace dream::checker
