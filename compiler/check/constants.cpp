// Folding and the text of constants.
#include "check/constants.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace dream::checker {

namespace {

int64_t wrap(int64_t value, TypeId type) {
    if (type == Types::Int) return static_cast<int32_t>(static_cast<uint64_t>(value));
    if (type == Types::Char || type == Types::Byte)
        return static_cast<uint8_t>(static_cast<uint64_t>(value));
    return value;
}

double round_to(double value, TypeId type) {
    return type == Types::Float ? static_cast<double>(static_cast<float>(value)) : value;
}

template <class T>
std::optional<Constant> compare(BinaryOp op, const T& a, const T& b) {
    switch (op) {
        case BinaryOp::Less: return int64_t{a < b};
        case BinaryOp::LessEqual: return int64_t{a <= b};
        case BinaryOp::Greater: return int64_t{a > b};
        case BinaryOp::GreaterEqual: return int64_t{a >= b};
        case BinaryOp::Equal: return int64_t{a == b};
        case BinaryOp::NotEqual: return int64_t{a != b};
        case BinaryOp::Add:
        case BinaryOp::Subtract:
        case BinaryOp::Multiply:
        case BinaryOp::Divide:
        case BinaryOp::Remainder:
        case BinaryOp::ShiftLeft:
        case BinaryOp::ShiftRight:
        case BinaryOp::And:
        case BinaryOp::Or:
        case BinaryOp::Xor: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Constant> fold_integers(BinaryOp op, TypeId type, int64_t a, int64_t b) {
    // Unsigned arithmetic wraps; the result is brought back to the type at the end.
    auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
    auto result = [&](uint64_t value) -> std::optional<Constant> {
        return wrap(static_cast<int64_t>(value), type);
    };
    int64_t least = type == Types::Long ? std::numeric_limits<int64_t>::min()
                                        : std::numeric_limits<int32_t>::min();
    unsigned count = static_cast<unsigned>(ub) & (type == Types::Long ? 63u : 31u);
    switch (op) {
        case BinaryOp::Add: return result(ua + ub);
        case BinaryOp::Subtract: return result(ua - ub);
        case BinaryOp::Multiply: return result(ua * ub);
        case BinaryOp::Divide:
            if (b == 0 || (a == least && b == -1)) return std::nullopt;
            return a / b;
        case BinaryOp::Remainder:
            if (b == 0) return std::nullopt;
            return b == -1 ? 0 : a % b;
        case BinaryOp::ShiftLeft: return result(ua << count);
        case BinaryOp::ShiftRight: return a >> count;
        case BinaryOp::And: return result(ua & ub);
        case BinaryOp::Or: return result(ua | ub);
        case BinaryOp::Xor: return result(ua ^ ub);
        case BinaryOp::Less:
        case BinaryOp::LessEqual:
        case BinaryOp::Greater:
        case BinaryOp::GreaterEqual:
        case BinaryOp::Equal:
        case BinaryOp::NotEqual: return compare(op, a, b);
    }
    return std::nullopt;
}

std::optional<Constant> fold_reals(BinaryOp op, TypeId type, double a, double b) {
    // One operation in double followed by rounding to float gives the float result for + - * /.
    switch (op) {
        case BinaryOp::Add: return round_to(a + b, type);
        case BinaryOp::Subtract: return round_to(a - b, type);
        case BinaryOp::Multiply: return round_to(a * b, type);
        case BinaryOp::Divide: return round_to(a / b, type);
        case BinaryOp::Remainder: return round_to(std::fmod(a, b), type);
        case BinaryOp::ShiftLeft:
        case BinaryOp::ShiftRight:
        case BinaryOp::And:
        case BinaryOp::Or:
        case BinaryOp::Xor: return std::nullopt;
        case BinaryOp::Less:
        case BinaryOp::LessEqual:
        case BinaryOp::Greater:
        case BinaryOp::GreaterEqual:
        case BinaryOp::Equal:
        case BinaryOp::NotEqual: return compare(op, a, b);
    }
    return std::nullopt;
}

// Truncates toward zero and saturates; NaN gives 0.
int64_t to_integer(double value, TypeId type) {
    bool is_long = type == Types::Long;
    double low = is_long ? -9223372036854775808.0 : -2147483648.0;
    double high = is_long ? 9223372036854775808.0 : 2147483648.0;  // the first value too large
    if (std::isnan(value)) return 0;
    if (value <= low)
        return is_long ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int32_t>::min();
    if (value >= high)
        return is_long ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int32_t>::max();
    return static_cast<int64_t>(value);
}

template <class T>
std::string real_text(T value, int plain_digits) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    char buffer[64];
    auto [end, error] =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    std::string shortest(buffer, end);  // [-]d[.ddd]e[+-]dd
    std::string sign = shortest[0] == '-' ? "-" : "";
    size_t e = shortest.find('e');
    int exponent = 0;
    std::string_view exponent_text = std::string_view(shortest).substr(e + 1);
    if (exponent_text[0] == '+') exponent_text.remove_prefix(1);
    std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    std::string digits;
    for (char c : shortest.substr(0, e))
        if (c >= '0' && c <= '9') digits += c;
    int count = static_cast<int>(digits.size());
    int before_point = exponent + 1;
    if (value == 0) return sign + "0";
    if (before_point > (count > plain_digits ? count : plain_digits) || exponent < -4) {
        std::string mantissa = digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "");
        std::string power = std::to_string(std::abs(exponent));
        if (power.size() < 2) power = "0" + power;
        return sign + mantissa + "E" + (exponent < 0 ? "-" : "+") + power;
    }
    if (before_point <= 0)
        return sign + "0." + std::string(static_cast<size_t>(-before_point), '0') + digits;
    if (before_point >= count)
        return sign + digits + std::string(static_cast<size_t>(before_point - count), '0');
    return sign + digits.substr(0, static_cast<size_t>(before_point)) + "." +
           digits.substr(static_cast<size_t>(before_point));
}

}  // namespace

bool fits_integer(int64_t value, TypeId type) {
    if (type == Types::Char || type == Types::Byte) return value >= 0 && value <= 255;
    if (type == Types::Int) return value >= INT32_MIN && value <= INT32_MAX;
    return type == Types::Long;
}

std::optional<Constant> fold_binary(const Types& types, BinaryOp op, TypeId operand,
                                    const Constant& left, const Constant& right) {
    const auto* ints_left = std::get_if<int64_t>(&left);
    const auto* ints_right = std::get_if<int64_t>(&right);
    if (ints_left && ints_right) {
        if (types.is(operand, TypeKind::Enum)) operand = Types::Int;
        return fold_integers(op, operand, *ints_left, *ints_right);
    }
    const auto* real_left = std::get_if<double>(&left);
    const auto* real_right = std::get_if<double>(&right);
    if (real_left && real_right) return fold_reals(op, operand, *real_left, *real_right);
    const auto* text_left = std::get_if<std::string>(&left);
    const auto* text_right = std::get_if<std::string>(&right);
    if (op != BinaryOp::Equal && op != BinaryOp::NotEqual) return std::nullopt;
    if (text_left && text_right) return compare(op, *text_left, *text_right);
    bool both_null = left.index() == 0 && right.index() == 0;
    if (both_null || (operand == Types::String && (left.index() == 0 || right.index() == 0)))
        return int64_t{both_null == (op == BinaryOp::Equal)};
    return std::nullopt;
}

std::optional<Constant> fold_unary(UnaryOp op, TypeId operand, const Constant& value) {
    if (const auto* real = std::get_if<double>(&value))
        return op == UnaryOp::Negate ? std::optional<Constant>(-*real) : std::nullopt;
    const auto* integer = std::get_if<int64_t>(&value);
    if (!integer) return std::nullopt;
    switch (op) {
        case UnaryOp::Negate:
            return wrap(static_cast<int64_t>(0 - static_cast<uint64_t>(*integer)), operand);
        case UnaryOp::BitNot: return wrap(~*integer, operand);
        case UnaryOp::Not: return int64_t{*integer == 0};
    }
    return std::nullopt;
}

bool overflows(BinaryOp op, TypeId operand, const Constant& left, const Constant& right) {
    if (operand != Types::Int && operand != Types::Long) return false;
    int64_t a = std::get<int64_t>(left), b = std::get<int64_t>(right), result = 0;
    bool is_out = op == BinaryOp::Add        ? __builtin_add_overflow(a, b, &result)
                  : op == BinaryOp::Subtract ? __builtin_sub_overflow(a, b, &result)
                  : op == BinaryOp::Multiply ? __builtin_mul_overflow(a, b, &result)
                                             : false;
    return is_out || !fits_integer(result, operand);
}

Constant convert_constant(const Types& types, const Constant& value, TypeId from, TypeId to) {
    (void)from;
    if (types.is(to, TypeKind::Enum)) to = Types::Int;
    if (const auto* real = std::get_if<double>(&value)) {
        if (types.is_real(to)) return round_to(*real, to);
        return wrap(to_integer(*real, to), to);
    }
    const auto* integer = std::get_if<int64_t>(&value);
    if (!integer) return value;
    // Not by way of double: a long rounds to float once.
    if (to == Types::Float) return static_cast<double>(static_cast<float>(*integer));
    if (to == Types::Double) return static_cast<double>(*integer);
    return wrap(*integer, to);
}

std::string constant_text(const Types& types, const Constant& value, TypeId type) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* real = std::get_if<double>(&value))
        return type == Types::Float ? real_text(static_cast<float>(*real), 7)
                                    : real_text(*real, 15);
    const auto* integer = std::get_if<int64_t>(&value);
    if (!integer) return "";
    if (type == Types::Bool) return *integer ? "true" : "false";
    if (type == Types::Char) return std::string(1, static_cast<char>(*integer));
    if (types.is(type, TypeKind::Enum))
        for (const Enumerator& e : types.nominal(type).enumerators)
            if (e.value == *integer) return std::string(e.name);
    return std::to_string(*integer);
}

}  // namespace dream::checker
