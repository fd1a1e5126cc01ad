// Text of values, and strings joined.
#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

using namespace typed;

namespace {

// The runtime function for the text of a scalar; an empty name if the type is none.
std::string_view text_function(const Types& types, TypeId type) {
    switch (types.kind(type)) {
        case TypeKind::Bool: return "dr_bool_to_string";
        case TypeKind::Char: return "dr_char_to_string";
        case TypeKind::Byte: return "dr_byte_to_string";
        case TypeKind::Int: return "dr_int_to_string";
        case TypeKind::Long: return "dr_long_to_string";
        case TypeKind::Float: return "dr_float_to_string";
        case TypeKind::Double: return "dr_double_to_string";
        case TypeKind::Error:
        case TypeKind::Void:
        case TypeKind::Null:
        case TypeKind::String:
        case TypeKind::Array:
        case TypeKind::Pointer:
        case TypeKind::Function:
        case TypeKind::Class:
        case TypeKind::Struct:
        case TypeKind::Enum: return "";
    }
    DREAM_UNREACHABLE("kind of type");
}

// A number with a format goes through the widest type of its kind that formats alike.
const Value* formatted(Body& b, const Value* number, const std::string& format, Target target, Span span) {
    const Value* text = b.build.string(format);
    switch (b.types.kind(number->type)) {
        case TypeKind::Byte:
        case TypeKind::Int:
            return emit_runtime(b, "dr_format_int", Types::String,
                                {b.build.convert(Types::Int, number), text}, target, span);
        case TypeKind::Long:
            return emit_runtime(b, "dr_format_long", Types::String, {number, text}, target, span);
        case TypeKind::Float:
            return emit_runtime(b, "dr_format_float", Types::String, {number, text}, target, span);
        case TypeKind::Double:
            return emit_runtime(b, "dr_format_double", Types::String, {number, text}, target, span);
        case TypeKind::Error:
        case TypeKind::Void:
        case TypeKind::Null:
        case TypeKind::Bool:
        case TypeKind::Char:
        case TypeKind::String:
        case TypeKind::Array:
        case TypeKind::Pointer:
        case TypeKind::Function:
        case TypeKind::Class:
        case TypeKind::Struct:
        case TypeKind::Enum: return nullptr;  // formats are for numbers
    }
    DREAM_UNREACHABLE("kind of type");
}

// The text of a struct: its ToString(), or the name of its type.
const Value* struct_text(Body& b, const Expr* operand, Target target, Span span) {
    const Function* method = find_to_string(b.context.program, operand->type);
    if (!method) {
        lower_effect(b, operand);
        return b.build.string(b.types.text(operand->type));
    }
    // Called as the source would, so that places inside arrays are copied and the like.
    CallExpr call{};
    call.kind = ExprKind::Call;
    call.type = Types::String;
    call.span = span;
    call.function = const_cast<Function*>(method);
    call.receiver = const_cast<Expr*>(operand);
    call.is_virtual = false;
    return lower_call(b, &call, target, true);
}

// `is_call`: the source says e.ToString(), which null does not have.
const Value* plain_text(Body& b, const Expr* operand, bool is_call, Target target, Span span) {
    if (std::string_view name = text_function(b.types, operand->type); !name.empty())
        return emit_runtime(b, name, Types::String, {lower_value(b, operand)}, target, span);
    switch (b.types.kind(operand->type)) {
        case TypeKind::Enum: {
            const Value* value = lower_value(b, operand);
            LocalId text = home_of(b, target, Types::String, span);
            emit(b, OpKind::EnumText, span, {value})->dst = text;
            return local_value(b, text);
        }
        case TypeKind::Class: {
            const Value* object = lower_value(b, operand);
            if (!is_stable(b, object)) object = hold(b, object, operand->span);
            if (is_call && needs_null_check(b, operand)) emit_check_null(b, object, span);
            return emit_runtime(b, "dr_object_to_string", Types::String, {object}, target, span);
        }
        case TypeKind::Struct: return struct_text(b, operand, target, span);
        case TypeKind::String: {
            const Value* text = lower_value(b, operand, target);
            if (is_call && needs_null_check(b, operand)) emit_check_null(b, text, span);
            return text;
        }
        case TypeKind::Null: return b.build.null(Types::String);
        case TypeKind::Array:
        case TypeKind::Pointer: {
            const Value* value = lower_value(b, operand);
            if (needs_null_check(b, operand)) emit_check_null(b, value, span);
            return b.build.string(b.types.text(operand->type));
        }
        default: DREAM_UNREACHABLE("a value without text");
    }
}

}  // namespace

const Value* lower_text(Body& b, const ToTextExpr* expr, Target target) {
    Target unaligned = expr->alignment == 0 ? target : Target{};
    const Value* text = nullptr;
    bool is_formatted = b.types.is_numeric(expr->operand->type) && expr->operand->type != Types::Char;
    if (!expr->format.empty() && is_formatted)
        text = formatted(b, lower_value(b, expr->operand), expr->format, unaligned, expr->span);
    else
        text = plain_text(b, expr->operand, expr->is_call, unaligned, expr->span);
    if (expr->alignment == 0) return text;
    if (b.types.is_nullable(expr->operand->type)) text = join(b, {b.build.string(""), text}, {}, expr->span);
    if (!is_stable(b, text)) text = hold(b, text, expr->span);
    bool is_left = expr->alignment < 0;
    const Value* width = b.build.integer(Types::Int, is_left ? -int64_t{expr->alignment} : expr->alignment);
    return emit_runtime(b, is_left ? "dr_pad_right" : "dr_pad_left", Types::String,
                        {text, width, b.build.integer(Types::Char, ' ')}, target, expr->span);
}

// The strings joined, in one operation, or in the temporaries temp1, temp2 ... of the plain mode.
const Value* join(Body& b, std::vector<const Value*> parts, Target target, Span span) {
    if (b.context.options.spell_out && parts.size() > 2) {
        const Value* so_far = parts[0];
        for (size_t i = 1; i + 1 < parts.size(); ++i) {
            LocalId temp = make_temp(b, Types::String, span, "temp" + std::to_string(++b.temp_count));
            emit(b, OpKind::Concat, span, {so_far, parts[i]})->dst = temp;
            so_far = local_value(b, temp);
        }
        parts = {so_far, parts.back()};
    }
    LocalId joined = home_of(b, target, Types::String, span);
    emit(b, OpKind::Concat, span, std::move(parts))->dst = joined;
    return local_value(b, joined);
}

const Value* lower_concat(Body& b, const ConcatExpr* expr, Target target) {
    // Which parts disturb others is asked of the whole first: most chains write nothing.
    Writes all;
    size_t last_writer = 0;
    for (size_t i = 0; i < expr->parts.size(); ++i) {
        const Writes& writes = writes_of(b, expr->parts[i]);
        if (!writes.any()) continue;
        all.add(writes);
        last_writer = i;
    }
    std::vector<const Value*> parts;
    for (size_t i = 0; i < expr->parts.size(); ++i) {
        const Value* part = lower_value(b, expr->parts[i]);
        bool is_lost = false;
        if (i < last_writer && is_disturbed(b, part, all))
            for (size_t j = i + 1; j <= last_writer && !is_lost; ++j)
                is_lost = is_disturbed(b, part, writes_of(b, expr->parts[j]));
        parts.push_back(is_lost ? hold(b, part, expr->parts[i]->span) : part);
    }
    return join(b, std::move(parts), target, expr->span);
}

}  // namespace dream::lower
