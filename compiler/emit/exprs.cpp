// Values as C expressions, with as few parentheses as C and its compilers' warnings allow.
//
// A pure tree has no side effect, so that the order in which C evaluates it does not matter.
#include <algorithm>

#include <fmt/format.h>

#include "emit/function.h"
#include "support/check.h"

namespace dream::emit {

using namespace ir;

std::string FunctionEmitter::enclose(const Text& text, Level level) {
    return text.level < level ? "(" + text.text + ")" : text.text;
}

std::string FunctionEmitter::operand(const Value& value, Level level) { return enclose(expr(value), level); }

Text FunctionEmitter::expr(const Value& value) {
    switch (value.kind) {
        case ValueKind::Int:
        case ValueKind::Real:
        case ValueKind::String:
        case ValueKind::FunctionAddress:
        case ValueKind::Instance:
        case ValueKind::Null:
        case ValueKind::Zero: return constant(value);
        case ValueKind::Local:
        case ValueKind::Global:
        case ValueKind::Field:
        case ValueKind::Deref:
        case ValueKind::Element: return place(value);
        case ValueKind::AddressOf: return address_text(*value.args[0]);
        case ValueKind::CharAt:
            return {fmt::format("(unsigned char){}[{}]", pointer(*value.args[0]), str(*value.args[1])),
                    Level::Unary};
        case ValueKind::Length:
            return {fmt::format("{}({})", value.args[0]->type == Types::String ? "dr_string_length" : "dr_array_length",
                                str(*value.args[0]))};
        case ValueKind::Dimension: {
            std::string array = str(*value.args[0]);
            return {fmt::format("dri_dims({0}, sizeof(*{1}))[{2}]", array, pointer(*value.args[0]), value.index)};
        }
        case ValueKind::Unary: return unary(value);
        case ValueKind::Binary: return binary(value);
        case ValueKind::Convert: return conversion(value);
        case ValueKind::Select: return select(value);
        case ValueKind::And: {
            // `&&` is associative, and clang and gcc want parentheses around it inside `||` only.
            return {operand(*value.args[0], Level::And) + " && " + operand(*value.args[1], Level::And), Level::And};
        }
        case ValueKind::Or: {
            std::string text;
            for (const Value* arg : value.args) {
                Text part = expr(*arg);
                bool must_enclose = part.level < Level::Or || part.level == Level::And;
                text += (text.empty() ? "" : " || ") + (must_enclose ? "(" + part.text + ")" : part.text);
            }
            return {text, Level::Or};
        }
        case ValueKind::TypeTest: {
            if (p_.types.is_subclass(value.args[0]->type, value.test))
                return {operand(*value.args[0], Level::Equality) + " != NULL", Level::Equality};
            return {p_.is_instance(str(*value.args[0]), value.test)};
        }
        case ValueKind::SwitchString: return switch_string(value);
        case ValueKind::Runtime: {
            const RuntimeFunction& f = p_.module.runtime[value.runtime];
            p_.need_header_of(f.name);
            std::string args;
            for (size_t i = 0; i < value.args.size(); ++i)
                args += (i == 0 ? "" : ", ") + as_type(*value.args[i], i < f.params.size() ? f.params[i] : value.args[i]->type);
            return {fmt::format("{}({})", f.name, args)};
        }
    }
    DREAM_UNREACHABLE("kind of value");
}

// ---- constants and places ------------------------------------------------------------------------

Text FunctionEmitter::constant(const Value& value) {
    switch (value.kind) {
        case ValueKind::Int: {
            TypeKind kind = p_.types.kind(value.type);
            if (kind == TypeKind::Bool) return {value.integer ? "true" : "false"};
            if (kind == TypeKind::Char) return {char_constant(value.integer)};
            if (kind == TypeKind::Enum)
                if (std::string name = p_.enumerator(value.type, value.integer); !name.empty()) return {name};
            std::string text = kind == TypeKind::Long ? long_constant(value.integer) : int_constant(value.integer);
            return {text, text[0] == '-' ? Level::Unary : Level::Postfix};
        }
        case ValueKind::Real: {
            std::string text = real_constant(value.real, value.type == Types::Float);
            return {text, text[0] == '-' ? Level::Unary : Level::Postfix};
        }
        case ValueKind::String: return {p_.literals.name(value.literal)};
        case ValueKind::FunctionAddress: return {p_.function_name(value.function)};
        case ValueKind::Instance: return {"&" + p_.instance(value.type), Level::Unary};
        case ValueKind::Null: return {"NULL"};
        default: return {p_.zero(value.type, false)};
    }
}

// A value that C looks behind. Null, for which it never comes to that, needs a type there.
std::string FunctionEmitter::pointer(const Value& value) {
    std::string text = operand(value, Level::Postfix);
    return text == "NULL" ? fmt::format("(({})NULL)", p_.c_type(value.type)) : text;
}

// A struct behind a pointer that is a variable: a `ref` parameter.
bool FunctionEmitter::is_pointer_to_struct(const Value& value) const {
    return value.kind == ValueKind::Local && function_.locals[value.local].is_ref;
}

Text FunctionEmitter::place(const Value& value) {
    switch (value.kind) {
        case ValueKind::Local:
            if (function_.locals[value.local].is_ref) return {"*" + local_name(value.local), Level::Unary};
            return {local_name(value.local)};
        case ValueKind::Global: return {p_.global_name(value.global)};
        case ValueKind::Field: {
            const Value& object = *value.args[0];
            p_.c_type(object.type);  // its definition is needed
            std::string path = p_.field_path(object.type, value.index);
            if (p_.types.is(object.type, TypeKind::Class)) {
                // A value that was downcast is a cast expression.
                return {pointer(object) + "->" + path};
            }
            if (is_pointer_to_struct(object)) return {local_name(object.local) + "->" + path};
            if (is_first_behind(object)) return {operand(*object.args[0], Level::Postfix) + "->" + path};
            return {operand(object, Level::Postfix) + "." + path};
        }
        case ValueKind::Deref: {
            Text pointer = expr(*value.args[0]);
            // Behind C's `char*` are chars of C.
            if (value.type == Types::Char)
                pointer = {"(unsigned char*)" + enclose(pointer, Level::Unary), Level::Unary};
            if (is_first_behind(value)) return {"*" + enclose(pointer, Level::Unary), Level::Unary};
            return {fmt::format("{}[{}]", enclose(pointer, Level::Postfix), str(*value.args[1]))};
        }
        case ValueKind::Element: {
            std::string array = pointer(*value.args[0]);
            if (value.args.size() == 2) return {fmt::format("{}[{}]", array, str(*value.args[1]))};
            std::string indices;
            for (size_t i = 1; i < value.args.size(); ++i) indices += ", " + str(*value.args[i]);
            std::string at = value.args.size() == 3 ? fmt::format("dr_index2({}{})", pointer(*value.args[0]), indices)
                                                    : fmt::format("dr_index_n({}, {}{})", pointer(*value.args[0]),
                                                                  value.args.size() - 1, indices);
            return {fmt::format("{}[{}]", array, at)};
        }
        default: DREAM_UNREACHABLE("a value that is no place");
    }
}

bool FunctionEmitter::is_first_behind(const Value& value) const {
    return value.kind == ValueKind::Deref && value.args[1]->kind == ValueKind::Int && value.args[1]->integer == 0;
}

// As a pointer of Dream's.
Text FunctionEmitter::address_text(const Value& place) {
    if (place.kind != ValueKind::Deref) {
        if (place.type == Types::Char) return {"(char*)" + address(place), Level::Unary};
        std::string text = address(place);
        return {text, text[0] == '&' ? Level::Unary : Level::Postfix};
    }
    if (is_first_behind(place)) return expr(*place.args[0]);
    const Value& index = *place.args[1];
    bool is_back = index.kind == ValueKind::Unary && index.unary == UnaryOp::Negate;
    bool is_constant_back = index.kind == ValueKind::Int && index.integer < 0 && index.integer > INT32_MIN;
    std::string pointer = operand(*place.args[0], Level::Additive);
    if (is_constant_back) return {fmt::format("{} - {}", pointer, -index.integer), Level::Additive};
    const Value& count = is_back ? *index.args[0] : index;
    return {fmt::format("{} {} {}", pointer, is_back ? "-" : "+", operand(count, Level::Multiplicative)), Level::Additive};
}

std::string FunctionEmitter::address(const Value& value) {
    if (value.kind == ValueKind::Deref) {
        Text pointer = address_text(value);
        // `ref` wants a char of Dream's.
        return value.type == Types::Char ? "(unsigned char*)" + enclose(pointer, Level::Unary) : pointer.text;
    }
    if (value.kind == ValueKind::Local && function_.locals[value.local].is_ref) return local_name(value.local);
    return "&" + enclose(place(value), Level::Unary);
}

// ---- operators -----------------------------------------------------------------------------------

namespace {

struct Operator {
    const char* text;
    Level level;
};

Operator operator_of(BinaryOp op) {
    switch (op) {
        case BinaryOp::Add: return {"+", Level::Additive};
        case BinaryOp::Subtract: return {"-", Level::Additive};
        case BinaryOp::Multiply: return {"*", Level::Multiplicative};
        case BinaryOp::Divide: return {"/", Level::Multiplicative};
        case BinaryOp::Remainder: return {"%", Level::Multiplicative};
        case BinaryOp::ShiftLeft: return {"<<", Level::Shift};
        case BinaryOp::ShiftRight: return {">>", Level::Shift};
        case BinaryOp::And: return {"&", Level::BitAnd};
        case BinaryOp::Or: return {"|", Level::BitOr};
        case BinaryOp::Xor: return {"^", Level::BitXor};
        case BinaryOp::Less: return {"<", Level::Relational};
        case BinaryOp::LessEqual: return {"<=", Level::Relational};
        case BinaryOp::Greater: return {">", Level::Relational};
        case BinaryOp::GreaterEqual: return {">=", Level::Relational};
        case BinaryOp::Equal: return {"==", Level::Equality};
        case BinaryOp::NotEqual: return {"!=", Level::Equality};
    }
    DREAM_UNREACHABLE("binary operator");
}

bool is_arithmetic_level(Level level) { return level == Level::Additive || level == Level::Multiplicative; }

// Whether an operand of `level` inside `op` needs parentheses, for C or for its compilers' taste:
// they warn about arithmetic in shifts and about bit operators and comparisons that meet.
bool must_enclose(Level inner, Operator op, bool is_right) {
    if (inner >= Level::Unary) return false;
    if (is_arithmetic_level(op.level)) return inner < op.level || (is_right && inner == op.level);
    bool is_bitwise = op.level == Level::BitAnd || op.level == Level::BitOr || op.level == Level::BitXor;
    if (is_bitwise) return inner != op.level || is_right;
    if (op.level == Level::Shift) return true;
    return inner <= Level::Relational;
}

}  // namespace

Text FunctionEmitter::unary(const Value& value) {
    const Value& inner = *value.args[0];
    switch (value.unary) {
        case UnaryOp::Not: return negation(inner);
        case UnaryOp::BitNot: return {"~" + operand(inner, Level::Unary), Level::Unary};
        case UnaryOp::Negate: break;
    }
    if (!p_.types.is_real(value.type) && !is_plain(value))
        return {fmt::format("{}({})", value.type == Types::Long ? "dr_neg_long" : "dr_neg", as_type(inner, value.type))};
    Text text = expr(inner);
    bool would_decrement = text.text[0] == '-';
    return {"-" + (would_decrement ? "(" + text.text + ")" : enclose(text, Level::Unary)), Level::Unary};
}

// !value: comparisons of anything but reals turn round.
Text FunctionEmitter::negation(const Value& value) {
    if (value.kind == ValueKind::Unary && value.unary == UnaryOp::Not) return expr(*value.args[0]);
    if (value.kind == ValueKind::Binary && value.binary >= BinaryOp::Less) {
        bool is_equality = value.binary == BinaryOp::Equal || value.binary == BinaryOp::NotEqual;
        if (is_equality || !p_.types.is_real(value.args[0]->type)) {
            Value turned = value;
            switch (value.binary) {
                case BinaryOp::Less: turned.binary = BinaryOp::GreaterEqual; break;
                case BinaryOp::LessEqual: turned.binary = BinaryOp::Greater; break;
                case BinaryOp::Greater: turned.binary = BinaryOp::LessEqual; break;
                case BinaryOp::GreaterEqual: turned.binary = BinaryOp::Less; break;
                case BinaryOp::Equal: turned.binary = BinaryOp::NotEqual; break;
                default: turned.binary = BinaryOp::Equal; break;
            }
            return comparison(turned);
        }
    }
    return {"!" + operand(value, Level::Unary), Level::Unary};
}

Text FunctionEmitter::binary(const Value& value) {
    return value.binary >= BinaryOp::Less ? comparison(value) : arithmetic(value);
}

Text FunctionEmitter::arithmetic(const Value& value) {
    const Value& left = *value.args[0];
    const Value& right = *value.args[1];
    bool is_real = p_.types.is_real(value.type);
    bool is_long = value.type == Types::Long;
    auto call = [&](const char* name) {
        TypeId right_type = value.binary == BinaryOp::ShiftLeft || value.binary == BinaryOp::ShiftRight ? right.type : value.type;
        return Text{fmt::format("{}{}({}, {})", name, is_long ? "_long" : "", as_type(left, value.type), as_type(right, right_type))};
    };
    if (!is_real && !is_plain(value)) {
        switch (value.binary) {
            case BinaryOp::Add: return call("dr_add");
            case BinaryOp::Subtract: return call("dr_sub");
            case BinaryOp::Multiply: return call("dr_mul");
            case BinaryOp::Remainder: return call("dr_mod");
            case BinaryOp::ShiftLeft: return call("dr_shl");
            case BinaryOp::ShiftRight: return call("dr_shr");
            case BinaryOp::Divide:
                // The check has gone before; a constant zero or MIN / -1 is never reached, but a C
                // compiler would complain.
                if (right.kind == ValueKind::Int && (right.integer == 0 || right.integer == -1)) return call("dr_div");
                break;
            default: break;
        }
    }
    if (is_real && value.binary == BinaryOp::Remainder)
        return {fmt::format("dr_mod_{}({}, {})", value.type == Types::Float ? "float" : "double", as_type(left, value.type),
                            as_type(right, value.type))};
    Operator op = operator_of(value.binary);
    Text l = expr(left), r = expr(right);
    std::string a = must_enclose(l.level, op, false) ? "(" + l.text + ")" : l.text;
    bool is_sign = r.text[0] == '-' && r.level == Level::Unary && op.level == Level::Additive;
    std::string b = must_enclose(r.level, op, true) || is_sign ? "(" + r.text + ")" : r.text;
    return {fmt::format("{} {} {}", a, op.text, b), op.level};
}

Text FunctionEmitter::comparison(const Value& value) {
    const Value& left = *value.args[0];
    const Value& right = *value.args[1];
    bool is_equality = value.binary == BinaryOp::Equal || value.binary == BinaryOp::NotEqual;
    bool has_null = left.kind == ValueKind::Null || right.kind == ValueKind::Null;
    TypeKind kind = p_.types.kind(left.kind == ValueKind::Null ? right.type : left.type);
    bool by_content = !has_null && (kind == TypeKind::String || kind == TypeKind::Array || kind == TypeKind::Struct);
    if (is_equality && by_content) {
        std::string call = p_.equals(left.type, str(left), str(right));
        if (value.binary == BinaryOp::NotEqual) return {"!" + call, Level::Unary};
        return {call};
    }
    // `!a == b` and `a == b == c` make C compilers doubt.
    Operator op = operator_of(value.binary);
    auto side = [&](const Value& v, const Value& other) {
        // A character of a string compares with an ASCII constant as it is.
        bool is_ascii = other.kind == ValueKind::Int && other.integer >= 0 && other.integer < 128;
        const Value* bare = &v;
        if (bare->kind == ValueKind::Convert && bare->args[0]->kind == ValueKind::CharAt && p_.types.is_integer(bare->type)) bare = bare->args[0];
        if (is_equality && is_ascii && bare->kind == ValueKind::CharAt)
            return fmt::format("{}[{}]", operand(*bare->args[0], Level::Postfix), str(*bare->args[1]));
        Text text = expr(v);
        bool is_not = text.text[0] == '!';
        return is_not || must_enclose(text.level, op, true) ? "(" + text.text + ")" : text.text;
    };
    std::string a = side(left, right), b = side(right, left);
    bool other_class = kind == TypeKind::Class && !has_null && left.type != right.type;
    if (other_class) b = "(" + p_.c_type(left.type) + ")" + operand(right, Level::Unary);
    return {fmt::format("{} {} {}", a, op.text, b), op.level};
}

Text FunctionEmitter::select(const Value& value) {
    std::string condition_text = operand(*value.args[0], Level::Or);
    auto arm = [&](const Value& v) {
        Text text = expr(v);
        bool casts = p_.types.is(value.type, TypeKind::Class) && v.type != value.type && v.kind != ValueKind::Null;
        if (casts) return "(" + p_.c_type(value.type) + ")" + enclose(text, Level::Unary);
        return enclose(text, Level::Or);
    };
    return {fmt::format("{} ? {} : {}", condition_text, arm(*value.args[1]), arm(*value.args[2])), Level::Conditional};
}

// ---- conversions ---------------------------------------------------------------------------------

Text FunctionEmitter::conversion(const Value& value) {
    const Value& inner = *value.args[0];
    TypeKind to = p_.types.kind(value.type);
    TypeKind from = p_.types.kind(inner.type);
    auto cast = [&] {
        std::string type = p_.c_type(value.type);
        // ISO C converts between functions and data by way of integers only.
        bool to_function = p_.types.is_function_pointer(value.type);
        bool from_function = p_.types.is_function_pointer(inner.type);
        bool by_number = (to == TypeKind::Pointer) != (from == TypeKind::Pointer) &&
                         (to == TypeKind::Long || from == TypeKind::Long);
        if (to_function != from_function || by_number) type += ")(intptr_t";
        // A string that C only reads.
        if (from == TypeKind::String && to == TypeKind::Pointer && type == "char*") return expr(inner);
        return Text{"(" + type + ")" + operand(inner, Level::Unary), Level::Unary};
    };
    if (inner.kind == ValueKind::Null) return {"NULL"};
    bool from_real = from == TypeKind::Float || from == TypeKind::Double;
    if (from_real && to != TypeKind::Float && to != TypeKind::Double) {
        // Only for truncation to be the same everywhere; char and byte saturate at 255.
        const char* target = to == TypeKind::Long ? "long" : to == TypeKind::Char || to == TypeKind::Byte ? "byte" : "int";
        return {fmt::format("dr_{}_to_{}({})", from == TypeKind::Float ? "float" : "double", target, str(inner))};
    }
    // Narrower integers are ints in C as soon as they are used.
    bool from_small = from == TypeKind::Bool || from == TypeKind::Char || from == TypeKind::Byte ||
                      from == TypeKind::Int || from == TypeKind::Enum;
    if (from_small && (to == TypeKind::Int || to == TypeKind::Enum)) return expr(inner);
    bool is_byte = (from == TypeKind::Char || from == TypeKind::Byte) && (to == TypeKind::Char || to == TypeKind::Byte);
    if (is_byte) return expr(inner);
    return cast();
}

// The type's own conversion to `type` in C, which needs no cast.
static bool converts_by_itself(const Types& types, TypeId from, TypeId to) {
    auto rank = [&](TypeId type) {
        switch (types.kind(type)) {
            case TypeKind::Bool: return 1;
            case TypeKind::Char:
            case TypeKind::Byte: return 2;
            case TypeKind::Int:
            case TypeKind::Enum: return 3;
            case TypeKind::Long: return 4;
            case TypeKind::Float: return 5;
            case TypeKind::Double: return 6;
            default: return 0;
        }
    };
    return rank(from) != 0 && rank(to) >= rank(from) && rank(to) != 1;
}

std::string FunctionEmitter::as_type(const Value& value, TypeId type) {
    const Value* at = &value;
    if (at->kind == ValueKind::Convert && at->type == type && converts_by_itself(p_.types, at->args[0]->type, type))
        at = at->args[0];
    if (at->kind == ValueKind::CharAt && type == Types::Char)
        return fmt::format("{}[{}]", pointer(*at->args[0]), str(*at->args[1]));
    bool is_other_class = p_.types.is(type, TypeKind::Class) && p_.types.is(at->type, TypeKind::Class) && at->type != type &&
                          at->kind != ValueKind::Null;
    if (is_other_class) return "(" + p_.c_type(type) + ")" + operand(*at, Level::Unary);
    return str(*at);
}

std::string FunctionEmitter::condition(const Value& value, bool negated) {
    return negated ? negation(value).text : str(value);
}

// ---- strings by index ----------------------------------------------------------------------------

// A helper that looks the string up among the sorted labels and tells the number of its case.
Text FunctionEmitter::switch_string(const Value& value) {
    struct Label {
        std::string_view text;
        LiteralId literal;
        size_t index;
    };
    std::vector<Label> labels;
    std::string null_case;
    for (size_t i = 1; i < value.args.size(); ++i) {
        const Value& label = *value.args[i];
        if (label.kind == ValueKind::Null) null_case = fmt::format("    if (text == NULL) {{\n        return {};\n    }}\n", i - 1);
        else labels.push_back({p_.module.literals[label.literal], label.literal, i - 1});
    }
    std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.text < b.text; });
    std::string name = p_.names.claim_numbered(p_.function_name(id_) + "_case");
    std::string texts, cases;
    bool in_order = true;
    for (size_t i = 0; i < labels.size(); ++i) {
        texts += (i == 0 ? "" : ", ") + p_.literals.name(labels[i].literal);
        cases += fmt::format("{}{}", i == 0 ? "" : ", ", labels[i].index);
        in_order = in_order && labels[i].index == i;
    }
    std::string helper = fmt::format("static int {}(const char* text) {{\n{}", name, null_case);
    if (labels.empty()) {
        helper += "    return -1;\n}\n\n";
    } else {
        helper += fmt::format("    char* const labels[] = {{{}}};\n", texts);
        std::string find = fmt::format("dr_switch_string(text, labels, {})", labels.size());
        if (in_order) helper += fmt::format("    return {};\n}}\n\n", find);
        else
            helper += fmt::format(
                "    static const int cases[] = {{{}}};\n    int found = {};\n"
                "    return found < 0 ? -1 : cases[found];\n}}\n\n", cases, find);
    }
    p_.string_switches.push_back(std::move(helper));
    return {fmt::format("{}({})", name, str(*value.args[0]))};
}

}  // namespace dream::emit
