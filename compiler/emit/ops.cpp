// Operations: one statement of C each, or a few where the operation is a check or may throw.
#include <algorithm>

#include <fmt/format.h>

#include "emit/function.h"
#include "support/check.h"

namespace dream::emit {

using namespace ir;

// "Person.GetDescription (app.dr:12)", a string literal of C.
std::string FunctionEmitter::where(Span span) const {
    std::string title = p_.title(id_);
    if (!span.valid()) return quoted(title);
    return quoted(fmt::format("{} ({}:{})", title, p_.file_name(span), p_.module.sources->line(span)));
}

void FunctionEmitter::op(const Op& op) {
    if (plan_.dropped.contains(op)) return;
    call_site(op);
    print(op);
    const std::vector<LocalId>* nulls = plan_.nulls_after.find(op);
    if (!nulls) return;
    for (LocalId id : *nulls)
        line("{} = {};", local_name(id), p_.zero(function_.locals[id].type, false));
}

void FunctionEmitter::print(const Op& op) {
    switch (op.op) {
        case OpKind::Assign: assign(op); break;
        case OpKind::Store: store(op); break;
        case OpKind::Take: result(op, str(*op.place), op.place->type); break;
        case OpKind::Release: {
            const Value& released = *op.args[0].value;
            line(p_.release(released.type, str(released), op.is_immediate) + ";");
            called(op);
            break;
        }
        case OpKind::MakeUnique: line("dr_make_unique({});", address(*op.place)); break;
        case OpKind::CheckNull:
        case OpKind::CheckIndex:
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::CheckCast: check(op); break;
        case OpKind::New:
            p_.type_id(op.type);
            p_.instantiated.add(op.type);
            result(op, fmt::format("dr_new{}({})", p_.is_lazy(op.type) ? "_lazy" : "", p_.type_name(op.type)), op.type);
            break;
        case OpKind::NewArray: new_array(op); break;
        case OpKind::Concat: concat(op); break;
        case OpKind::Append:
            result(op, fmt::format("dr_string_append({}, {})", argument(op.args[0], Types::String), str(*op.args[1].value)));
            break;
        case OpKind::EnumText: result(op, p_.enum_text(op.args[0].value->type, str(*op.args[0].value))); break;
        case OpKind::Call:
        case OpKind::CallVirtual: call(op); break;
        case OpKind::CallRuntime: call_runtime(op); break;
        case OpKind::Throw:
        case OpKind::Rethrow: raise(op); break;
        case OpKind::SetFinalised: line("dr_set_finalised({});", str(*op.args[0].value)); break;
    }
}

// ---- results and operands ------------------------------------------------------------------------

bool FunctionEmitter::is_stored(const Op& op) const {
    return op.dst.valid() && (plan_.local(op.dst).is_declared || function_.locals[op.dst].is_param);
}

void FunctionEmitter::result(const Op& op, std::string text, TypeId type) {
    if (!is_stored(op)) return line(text + ";");
    const Local& dst = function_.locals[op.dst];
    const LocalPlan& planned = plan_.local(op.dst);
    bool is_other_class = type.valid() && p_.types.is(dst.type, TypeKind::Class) && type != dst.type;
    if (is_other_class) text = fmt::format("({}){}", p_.c_type(dst.type), text);
    if (planned.by == &op)
        line("{} = {};", p_.declare(dst.type, planned.name), text);
    else
        line("{}{} = {};", dst.is_ref ? "*" : "", planned.name, text);
}

std::string FunctionEmitter::argument(const Operand& arg, TypeId type) {
    const Value& value = *arg.value;
    if (arg.by_ref) return address(value);
    if (arg.transfer != Transfer::Retain || !p_.types.owns_references(value.type)) return as_type(value, type);
    if (value.kind == ValueKind::String && p_.options.plain) {
        const std::string& text = p_.module.literals[value.literal];
        if (text.size() <= kLongestLiteral) return fmt::format("dr_alloc_string({})", quoted(text));
    }
    if (value.is_constant()) return as_type(value, type);
    // dr_retain_object gives a void*, which fits any class.
    const Value* object = &value;
    while (object->kind == ValueKind::Convert && p_.types.is(object->type, TypeKind::Class)) object = object->args[0];
    return p_.retain(value.type, str(*object));
}

std::string FunctionEmitter::assignment(const Op& op, const std::string& target, TypeId type) {
    const Value& value = *op.args[0].value;
    bool is_update = value.kind == ValueKind::Binary && value.binary < BinaryOp::Less && op.args[0].transfer == Transfer::Use &&
                     value.type == type && (p_.types.is_real(type) || is_plain(value));
    bool is_bitwise = value.kind == ValueKind::Binary &&
                      (value.binary == BinaryOp::And || value.binary == BinaryOp::Or || value.binary == BinaryOp::Xor);
    is_update = (is_update || (is_bitwise && value.type == type && p_.types.is_integer(type))) &&
                !(p_.types.is_real(type) && value.binary == BinaryOp::Remainder) && str(*value.args[0]) == target;
    if (!is_update) return fmt::format("{} = {}", target, argument(op.args[0], type));
    const Value& by = *value.args[1];
    const char* step = value.binary == BinaryOp::Add ? "++" : value.binary == BinaryOp::Subtract ? "--" : nullptr;
    if (step && by.kind == ValueKind::Int && by.integer == 1) return target[0] == '*' ? "(" + target + ")" + step : target + step;
    const char* sign = "+";
    switch (value.binary) {
        case BinaryOp::Subtract: sign = "-"; break;
        case BinaryOp::Multiply: sign = "*"; break;
        case BinaryOp::Divide: sign = "/"; break;
        case BinaryOp::Remainder: sign = "%"; break;
        case BinaryOp::ShiftLeft: sign = "<<"; break;
        case BinaryOp::ShiftRight: sign = ">>"; break;
        case BinaryOp::And: sign = "&"; break;
        case BinaryOp::Or: sign = "|"; break;
        case BinaryOp::Xor: sign = "^"; break;
        default: break;
    }
    return fmt::format("{} {}= {}", target, sign, as_type(by, type));
}

void FunctionEmitter::assign(const Op& op) {
    const Local& dst = function_.locals[op.dst];
    const LocalPlan& planned = plan_.local(op.dst);
    const Value& value = *op.args[0].value;
    if (!is_stored(op) && !dst.is_ref && value.is_constant()) return;  // nobody looks at it
    if (planned.by == &op) {
        bool is_zero = value.kind == ValueKind::Zero;
        std::string text = is_zero ? p_.zero(dst.type, true) : argument(op.args[0], dst.type);
        line("{} = {};", p_.declare(dst.type, planned.name), text);
        return;
    }
    line(assignment(op, (dst.is_ref ? "*" : "") + planned.name, dst.type) + ";");
}

// The root of a place, through fields of objects too.
static const Value& root_of(const Value& place) {
    const Value* at = &place;
    while (at->kind == ValueKind::Field || at->kind == ValueKind::Element || at->kind == ValueKind::Convert) at = at->args[0];
    return *at;
}

void FunctionEmitter::store(const Op& op) {
    const Value& place_value = *op.place;
    line(assignment(op, place(place_value).text, place_value.type) + ";");
    // A cycle that closes without any count falling is noticed here (ruling 4). As long as a local
    // of its own, or the caller, holds what the place is in, the end of that hold will be noticed.
    const Operand& from = op.args[0];
    if (from.transfer != Transfer::Move || !p_.types.is(place_value.type, TypeKind::Class)) return;
    if (!p_.types.may_form_cycle(place_value.type)) return;
    const Value& root = root_of(place_value);
    if (root.kind == ValueKind::Global || &root == &place_value) return;
    if (root.kind == ValueKind::Local) {
        const Local& holder = function_.locals[root.local];
        bool is_held = holder.ownership == Ownership::Own || holder.is_param;
        if (is_held && !from.value->is_local(root.local)) return;
    }
    line("dr_note_cyclic({});", str(*from.value));
}

// ---- checks --------------------------------------------------------------------------------------

void FunctionEmitter::fail_unless(const Op& op, const std::string& fails, const std::string& throwing,
                                  const std::string& fatal) {
    line("if ({}) {{", fails);
    out_->indent();
    if (op.throws) {
        line(throwing + ";");
        leave(op);
    } else {
        line(fatal + ";");
    }
    out_->dedent();
    line("}");
}

void FunctionEmitter::check(const Op& op) {
    const Value& a = *op.args[0].value;
    std::string at = where(op.span);
    switch (op.op) {
        case OpKind::CheckNull:
            if (!op.throws) {
                bool is_function = p_.types.is_function_pointer(a.type);
                std::string pointer = is_function ? "(void*)(intptr_t)" + operand(a, Level::Unary) : str(a);
                return line("dr_check_null({}, {});", pointer, at);
            }
            return fail_unless(op, operand(a, Level::Equality) + " == NULL", fmt::format("dr_throw_null({})", at), "");
        case OpKind::CheckIndex: return check_index(op);
        case OpKind::CheckCharIndex: {
            std::string args = fmt::format("{}, {}", str(a), str(*op.args[1].value));
            if (!op.throws) return line("dr_check_string_index({}, {});", args, at);
            return fail_unless(op, fmt::format("!dr_string_index_ok({})", args),
                               fmt::format("dr_throw_string_index_of({}, {})", args, at), "");
        }
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder: {
            const Value& divisor = *op.args[1].value;
            std::string b = str(divisor);
            if (facts_.only_zero_fails(op) || op.op == OpKind::CheckRemainder)
                return fail_unless(op, operand(divisor, Level::Shift) + " == 0", fmt::format("dr_throw_divide({})", at),
                                   fmt::format("dr_fatal_divide({})", at));
            const char* suffix = a.type == Types::Long ? "_long" : "";
            return fail_unless(op, fmt::format("!dr_div_ok{}({}, {})", suffix, str(a), b),
                               fmt::format("dr_throw_div({}, {})", b, at), fmt::format("dr_fatal_div({}, {})", b, at));
        }
        case OpKind::CheckCast: {
            std::string object = str(a);
            if (!op.throws && !p_.types.is_interface(op.type))
                return line("dr_check_cast({}, {}, {});", object, p_.type_address(op.type), at);
            std::string args = fmt::format("({}, {}, {})", object, quoted(p_.types.text(op.type)), at);
            return fail_unless(op, fmt::format("{} != NULL && !{}", operand(a, Level::Shift), p_.is_instance(object, op.type)),
                               "dr_throw_cast" + args, "dr_fatal_cast" + args);
        }
        default: DREAM_UNREACHABLE("no check");
    }
}

void FunctionEmitter::check_index(const Op& op) {
    std::string at = where(op.span);
    bool is_rectangular = op.args.size() > 2;
    std::string array = is_rectangular ? pointer(*op.args[0].value) : str(*op.args[0].value);
    std::string indices;
    for (size_t i = 1; i < op.args.size(); ++i) indices += ", " + str(*op.args[i].value);
    if (!is_rectangular) {
        if (!op.throws) return line("dr_check_index({}{}, {});", array, indices, at);
        return fail_unless(op, fmt::format("!dr_index_ok({}{})", array, indices),
                           fmt::format("dr_throw_index_of({}{}, {})", array, indices, at), "");
    }
    std::string offset = op.args.size() == 3 ? fmt::format("dr_index2({}{})", array, indices)
                                             : fmt::format("dr_index_n({}, {}{})", array, op.args.size() - 1, indices);
    fail_unless(op, offset + " < 0", fmt::format("dr_throw_index_rect({}, {})", array, at),
                fmt::format("dr_fatal_index_rect({}, {})", array, at));
}

// ---- makers --------------------------------------------------------------------------------------

void FunctionEmitter::new_array(const Op& op) {
    std::string id = p_.array_id(op.type);
    std::string at = where(op.span);
    if (op.args.size() == 1) {
        result(op, fmt::format("dr_new_array({}, {}, {})", id, as_type(*op.args[0].value, Types::Long), at));
    } else {
        std::string lengths;
        for (const Operand& length : op.args) lengths += (lengths.empty() ? "" : ", ") + str(*length.value);
        result(op, fmt::format("dr_new_array_rect({}, {}, (const int32_t[]){{{}}}, {})", id, op.args.size(), lengths, at));
    }
    if (op.throws) return test_thrown(op);
    // Nobody can catch what goes wrong.
    line("if (dr_thrown()) dr_unhandled();");
}

// An array literal, from `at` in `nodes`; returns how many nodes it is made of.
size_t FunctionEmitter::array_literal(const std::vector<const Node*>& nodes, size_t at) {
    const Op& make = *as<Op>(nodes[at]);
    size_t count = static_cast<size_t>(make.args[0].value->integer);
    std::string name = local_name(make.dst);
    result(make, fmt::format("dr_new_array_filled({}, {})", p_.array_id(make.type), count));
    std::vector<std::string> values;
    bool all_constant = true;
    for (size_t i = 0; i < count; ++i) {
        const Op& fill = *as<Op>(nodes[at + 1 + i]);
        holder_ = &fill;
        all_constant = all_constant && fill.args[0].value->is_constant() && fill.args[0].transfer == Transfer::Use;
        values.push_back(argument(fill.args[0], make.type));
    }
    // A long table is copied from one that C has laid out.
    constexpr size_t kLongTable = 8;
    bool is_table = all_constant && count > kLongTable;
    std::string text;
    if (is_table) line("memcpy({}, (const {}[]){{", name, p_.c_type(make.type));
    for (size_t i = 0; i < count; ++i) {
        std::string item = is_table ? values[i] + (i + 1 < count ? "," : "") : fmt::format("{}[{}] = {};", name, i, values[i]);
        constexpr size_t kWidth = 88;
        if (!text.empty() && text.size() + item.size() > kWidth) {
            line(is_table ? "    " + text : text);
            text.clear();
        }
        text += (text.empty() ? "" : " ") + item;
    }
    if (!text.empty()) line(is_table ? "    " + text : text);
    if (is_table) line("}}, {} * sizeof({}));", count, p_.c_type(make.type));
    return count + 1;
}

void FunctionEmitter::concat(const Op& op) {
    std::string parts;
    for (const Operand& part : op.args) parts += (parts.empty() ? "" : ", ") + str(*part.value);
    if (op.args.size() == 2) result(op, fmt::format("dr_string_concat({})", parts));
    else result(op, fmt::format("dr_string_concat_n((char*[]){{{}}}, {})", parts, op.args.size()));
}

// ---- calls ---------------------------------------------------------------------------------------

void FunctionEmitter::test_thrown(const Op& op) {
    if (!op.throws || plan_.falls_into_handler.contains(op)) return;
    if (!is_inline(op)) return line("if (dr_thrown()) {}", jump(plan_.handler_of(op)));
    line("if (dr_thrown()) {");
    out_->indent();
    leave(op);
    out_->dedent();
    line("}");
}

static bool is_of_libc(const Function& callee) {
    return callee.kind == FunctionKind::Extern && !callee.is_pointer && !header_of(callee.name).empty();
}

// `receiver`: the class as whose instance a method takes `this`.
std::string FunctionEmitter::arguments(const Op& op, const Function& callee, TypeId receiver) {
    std::string text;
    for (size_t i = callee.is_pointer ? 1 : 0; i < op.args.size(); ++i) {
        const Operand& arg = op.args[i];
        if (arg.is_hold) continue;
        TypeId type = i < callee.params.size() ? callee.locals[callee.params[i]].type : arg.value->type;
        if (i == 0 && callee.kind == FunctionKind::Method && p_.types.is(type, TypeKind::Class)) type = receiver;
        std::string value = argument(arg, type);
        // C reads the type of a variable argument off the argument itself.
        if (i >= callee.params.size() && arg.value->kind == ValueKind::Int && arg.value->type == Types::Long)
            value = "(int64_t)" + value;
        // Dream's declaration and C's agree but for the names of what is pointed to.
        bool is_pointer = p_.types.is(type, TypeKind::Pointer) || p_.types.is(type, TypeKind::Array) || arg.by_ref;
        if (is_of_libc(callee) && is_pointer && value != "NULL") {
            bool is_function = p_.types.is_function_pointer(type);
            std::string_view as = is_function ? comparison_of_libc(callee.name) : "(void*)";
            value = std::string(as) + value;
        }
        text += (text.empty() ? "" : ", ") + value;
    }
    return text;
}

void FunctionEmitter::call(const Op& op) {
    if (op.op == OpKind::CallVirtual) {
        const Function* implementation = callee_of(p_.module, op);
        if (!implementation) {
            // No class below was ever made, so the receiver was null and its check has failed.
            if (is_stored(op)) {
                bool declares = plan_.local(op.dst).by == &op;
                result(op, p_.zero(function_.locals[op.dst].type, declares), {});
            }
            return;
        }
        const Function& callee = *implementation;
        bool is_interface = p_.types.is_interface(op.type);
        TypeId receiver = is_interface ? op.type : p_.slot_owner(op.type, op.slot);
        std::string method;
        if (FunctionId only = is_interface ? p_.only_implementation(op.type, op.slot) : FunctionId(); only.valid()) {
            method = p_.function_name(only);
            receiver = p_.receiver_class(only);
        } else {
            method = is_interface ? p_.dispatcher(op.type, op.slot) : p_.slot(op.type, op.slot, str(*op.args[0].value));
        }
        result(op, fmt::format("{}({})", method, arguments(op, callee, receiver)), callee.result);
        called(op);
        return test_thrown(op);
    }
    const Function& callee = p_.module.functions[op.function];
    std::string name = callee.is_pointer ? operand(*op.args[0].value, Level::Postfix)
                                         : p_.function_name(op.function);
    std::string text = fmt::format("{}({})", name,
                                   arguments(op, callee, p_.receiver_class(op.function)));
    if (is_of_libc(callee)) {
        p_.need_header_of(callee.name);
        bool is_pointer = p_.types.is(callee.result, TypeKind::Pointer) && is_stored(op) &&
                          !p_.types.is_function_pointer(callee.result);
        if (is_pointer) text = "(void*)" + text;
    }
    result(op, text, callee.result);
    called(op);
    test_thrown(op);
}

void FunctionEmitter::call_runtime(const Op& op) {
    const RuntimeFunction& f = p_.module.runtime[op.runtime];
    p_.need_header_of(f.name);
    std::string args;
    for (size_t i = 0; i < op.args.size(); ++i) {
        TypeId type = i < f.params.size() ? f.params[i] : op.args[i].value->type;
        args += (i == 0 ? "" : ", ") + argument(op.args[i], type);
    }
    if (f.takes_where) args += (args.empty() ? "" : ", ") + where(op.span);
    result(op, fmt::format("{}({})", f.name, args));
    called(op);
    test_thrown(op);
}

void FunctionEmitter::raise(const Op& op) {
    std::string exception = argument(op.args[0], p_.module.exception);
    bool is_throw = op.op == OpKind::Throw;
    if (op.is_fatal) {
        if (is_throw) return line("dr_fatal({}, {});", exception, where(op.span));
        line("dr_rethrow({});", exception);
        return line("dr_unhandled();");
    }
    line(is_throw ? fmt::format("dr_throw({}, {});", exception, where(op.span)) : fmt::format("dr_rethrow({});", exception));
    if (!plan_.falls_into_handler.contains(op)) leave(op);
}

}  // namespace dream::emit
