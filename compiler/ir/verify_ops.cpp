// The shape verifier, values and operations.
#include <algorithm>

#include <fmt/format.h>

#include "ir/print.h"
#include "ir/verifier.h"

namespace dream::ir {

namespace {

constexpr size_t kMany = 1000000;

// Whether two expressions are the same place, by structure.
bool same_place(const Value& a, const Value& b) {
    bool same = a.kind == b.kind && a.local == b.local && a.global == b.global && a.index == b.index &&
                a.integer == b.integer && a.unary == b.unary && a.binary == b.binary &&
                a.runtime == b.runtime && a.function == b.function && a.args.size() == b.args.size();
    for (size_t i = 0; same && i < a.args.size(); ++i) same = same_place(*a.args[i], *b.args[i]);
    return same;
}

bool is_place(const Value& v) {
    return v.kind == ValueKind::Local || v.kind == ValueKind::Global || v.kind == ValueKind::Field ||
           v.kind == ValueKind::Element || v.kind == ValueKind::Deref;
}

}  // namespace

// A value of the first type may stand where one of the second is asked for. Upcasts and pointers
// need no conversion.
bool Verifier::fits(TypeId from, TypeId to) const {
    if (from == to || from == Types::Error || to == Types::Error) return true;
    if (!known(from) || !known(to)) return false;
    if (from == Types::Null) return types_.is_nullable(to);
    if (types_.is(from, TypeKind::Class) && types_.is(to, TypeKind::Class)) return types_.is_subclass(from, to);
    auto is_pointer = [&](TypeId t) { return types_.is(t, TypeKind::Pointer); };
    return (is_pointer(from) || is_pointer(to)) && types_.is_nullable(from) && types_.is_nullable(to);
}

// ---- values ------------------------------------------------------------------------------------

bool Verifier::value(const Value* v) {
    if (!v) {
        error("types", "a value is missing");
        return false;
    }
    if (!known(v->type)) {
        error("types", "a value has no type");
        return false;
    }
    if (!value_arguments(*v)) return false;
    value_types(*v);
    return true;
}

bool Verifier::value_arguments(const Value& v) {
    size_t least = 0, most = 0;
    bool has_id = true;
    switch (v.kind) {
        case ValueKind::Int:
        case ValueKind::Real:
        case ValueKind::Instance:
        case ValueKind::Null:
        case ValueKind::Zero: break;
        case ValueKind::FunctionAddress: has_id = known(v.function, module_.functions); break;
        case ValueKind::String: has_id = known(v.literal, module_.literals); break;
        case ValueKind::Local: has_id = known(v.local, function_->locals); break;
        case ValueKind::Global: has_id = known(v.global, module_.globals); break;
        case ValueKind::TypeTest:
            has_id = known(v.test);
            least = most = 1;
            break;
        case ValueKind::Field:
        case ValueKind::Length:
        case ValueKind::Dimension:
        case ValueKind::Unary:
        case ValueKind::Convert: least = most = 1; break;
        case ValueKind::AddressOf: least = most = 1; break;
        case ValueKind::Deref:
        case ValueKind::CharAt:
        case ValueKind::Binary:
        case ValueKind::And:
        case ValueKind::Or: least = most = 2; break;
        case ValueKind::Select: least = most = 3; break;
        case ValueKind::Element: least = 2, most = kMany; break;
        case ValueKind::SwitchString: least = 1, most = kMany; break;
        case ValueKind::Runtime:
            has_id = known(v.runtime, module_.runtime);
            most = kMany;
            break;
    }
    if (!has_id) error("types", "a value names nothing");
    if (v.args.size() < least || v.args.size() > most) {
        error("types", "a value has the wrong number of parts");
        return false;
    }
    bool is_fine = has_id;
    for (const Value* arg : v.args) is_fine = value(arg) && is_fine;
    return is_fine;
}

void Verifier::is_type(const Value& v, TypeId type, std::string_view what) {
    if (!fits(v.type, type))
        error("types", fmt::format("{} is of type {}, not {}", what, types_.text(v.type), types_.text(type)));
}

void Verifier::value_types(const Value& v) {
    auto arg = [&](size_t i) -> const Value& { return *v.args[i]; };
    auto expect = [&](bool holds, std::string_view what) {
        if (!holds) error("types", fmt::format("{}: {}", what, text_of(module_, *function_, v)));
    };
    switch (v.kind) {
        case ValueKind::Int:
            expect(types_.is_integer(v.type) || v.type == Types::Bool || types_.is(v.type, TypeKind::Enum), "no integer type");
            break;
        case ValueKind::Real: expect(types_.is_real(v.type), "no real type"); break;
        case ValueKind::String: expect(v.type == Types::String, "no string"); break;
        case ValueKind::FunctionAddress:
            expect(types_.is_function_pointer(v.type) &&
                       module_.functions[v.function].callback == types_.element(v.type),
                   "the address of a function of another type");
            break;
        case ValueKind::Instance:
            expect(types_.is(v.type, TypeKind::Class) && types_.field_count(v.type) == 0,
                   "instance of a type that may have several");
            break;
        case ValueKind::Null: expect(types_.is_nullable(v.type), "null of a type that has none"); break;
        case ValueKind::Zero: expect(types_.is(v.type, TypeKind::Struct), "zero of no struct"); break;
        case ValueKind::Local:
            expect(v.type == function_->locals[v.local].type, "a local under another type");
            if (!in_scope_.contains(v.local))
                error("statements", fmt::format("local '{}' is used outside its block", name_of(*function_, v.local)));
            break;
        case ValueKind::Global: expect(v.type == module_.globals[v.global].type, "a global under another type"); break;
        case ValueKind::Field: {
            TypeId owner = arg(0).type;
            bool has_fields = types_.is(owner, TypeKind::Class) || types_.is(owner, TypeKind::Struct);
            if (!has_fields) return expect(false, "a field of no object");
            bool exists = v.index >= 0 && v.index < types_.field_count(owner);
            expect(exists, "no such field");
            if (exists)
                expect(types_.field(owner, v.index).type == v.type, "a field under another type");
            break;
        }
        case ValueKind::Element: {
            bool is_array = types_.is(arg(0).type, TypeKind::Array);
            if (!is_array) return expect(false, "an element of no array");
            expect(types_.element(arg(0).type) == v.type, "an element under another type");
            expect(static_cast<size_t>(types_.rank(arg(0).type)) == v.args.size() - 1, "wrong number of indices");
            for (size_t i = 1; i < v.args.size(); ++i) expect(types_.is_integer(arg(i).type), "an index is no integer");
            break;
        }
        case ValueKind::Deref:
            expect(types_.is(arg(0).type, TypeKind::Pointer) && types_.is_integer(arg(1).type), "no memory behind a pointer");
            if (owns(v.type)) error("types", "memory behind a pointer owns references");
            break;
        case ValueKind::AddressOf:
            expect(types_.is(v.type, TypeKind::Pointer) && types_.element(v.type) == arg(0).type, "a pointer to something else");
            if (owns(arg(0).type)) error("types", "the address of what owns references");
            break;
        case ValueKind::CharAt:
            expect(arg(0).type == Types::String && types_.is_integer(arg(1).type), "no char of a string");
            break;
        case ValueKind::Length:
            expect(arg(0).type == Types::String || types_.is(arg(0).type, TypeKind::Array), "length of neither string nor array");
            break;
        case ValueKind::Dimension:
            expect(types_.is(arg(0).type, TypeKind::Array) && v.index >= 0 && v.index < types_.rank(arg(0).type), "no such dimension");
            break;
        case ValueKind::Unary:
            expect(v.type == arg(0).type, "an operand of another type");
            expect(v.unary == UnaryOp::Not ? v.type == Types::Bool : true, "not of no bool");
            break;
        case ValueKind::Binary:
            if (v.binary >= BinaryOp::Less) {
                expect(v.type == Types::Bool, "a comparison that is no bool");
            } else {
                expect(v.type == arg(0).type, "an operand of another type");
            }
            if (v.binary >= BinaryOp::Equal) {
                expect(fits(arg(0).type, arg(1).type) || fits(arg(1).type, arg(0).type), "comparison of two types");
            } else if (v.binary != BinaryOp::ShiftLeft && v.binary != BinaryOp::ShiftRight) {
                expect(arg(0).type == arg(1).type, "operands of two types");
            }
            break;
        case ValueKind::Convert: break;
        case ValueKind::Select:
            expect(arg(0).type == Types::Bool, "a choice by no bool");
            expect(fits(arg(1).type, v.type) && fits(arg(2).type, v.type), "a choice of two types");
            if (owns(v.type)) error("pure-trees", "a choice between values that own");
            break;
        case ValueKind::And:
        case ValueKind::Or:
            expect(arg(0).type == Types::Bool && arg(1).type == Types::Bool, "no bools");
            break;
        case ValueKind::TypeTest:
            expect(types_.is(arg(0).type, TypeKind::Class) && types_.is(v.test, TypeKind::Class), "a test of no class");
            break;
        case ValueKind::SwitchString:
            for (const Value* label : v.args) expect(fits(label->type, Types::String), "a label is no string");
            break;
        case ValueKind::Runtime:
            if (!module_.runtime[v.runtime].is_pure) error("pure-trees", "a runtime function with effects in an expression");
            if (owns(v.type)) error("named-owners", "the result of a runtime function in an expression owns");
            break;
    }
}

// ---- operations --------------------------------------------------------------------------------

bool Verifier::count(const Op& op, size_t least, size_t most) {
    if (op.args.size() >= least && op.args.size() <= most) return true;
    error("operands", "wrong number of operands");
    return false;
}

void Verifier::op(const Op& op) {
    bool is_fine = true;
    for (const Operand& arg : op.args) {
        is_fine = value(arg.value) && is_fine;
        bool is_call = op.op == OpKind::Call || op.op == OpKind::CallVirtual || op.op == OpKind::CallRuntime;
        if (arg.by_ref && (!is_call || !arg.value || !is_place(*arg.value)))
            error("operands", "something else than an argument that is a place is passed by reference");
        if (arg.by_ref && arg.transfer != Transfer::Use) error("operands", "a reference is retained or moved");
        if (stage_ == Stage::Lowered && arg.transfer != Transfer::Use) error("statements", "a transfer before insertion");
    }
    if (op.place) is_fine = value(op.place) && is_fine;
    if (op.dst.valid() && !known(op.dst, function_->locals)) return error("operands", "the target is no local");
    if (!is_fine) return;
    if (op.dst.valid() && !in_scope_.contains(op.dst))
        error("statements", fmt::format("local '{}' is set outside its block", name_of(*function_, op.dst)));
    bool is_of_counting = op.op == OpKind::Take || op.op == OpKind::Release || op.op == OpKind::Append;
    // Appends are made before counting becomes explicit; what reads as one at stage Lowered is none.
    if (stage_ == Stage::Lowered && is_of_counting) error("statements", "an operation of counting before insertion");
    arguments(op);
    place(op);
}

void Verifier::arguments(const Op& op) {
    auto arg = [&](size_t i) -> const Value& { return *op.args[i].value; };
    auto expect = [&](bool holds, std::string_view what) {
        if (!holds) error("types", what);
    };
    auto is_array = [&](TypeId type) { return types_.is(type, TypeKind::Array); };
    auto is_class = [&](TypeId type) { return types_.is(type, TypeKind::Class); };
    switch (op.op) {
        case OpKind::Assign:
        case OpKind::Store:
        case OpKind::Release:
        case OpKind::Throw:
        case OpKind::Rethrow:
        case OpKind::EnumText:
        case OpKind::CheckNull:
        case OpKind::CheckCast:
        case OpKind::SetFinalised:
            if (!count(op, 1, 1)) return;
            break;
        case OpKind::Take:
        case OpKind::MakeUnique:
        case OpKind::New:
            if (!count(op, 0, 0)) return;
            break;
        case OpKind::CheckIndex:
            if (!count(op, 2, kMany)) return;
            break;
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::Append:
            if (!count(op, 2, 2)) return;
            break;
        case OpKind::NewArray:
            if (!count(op, 1, kMany)) return;
            break;
        case OpKind::Concat:
            if (!count(op, 1, kMany)) return;
            break;
        case OpKind::Call:
        case OpKind::CallVirtual:
        case OpKind::CallRuntime: break;
    }
    switch (op.op) {
        case OpKind::Release:
            expect(arg(0).kind == ValueKind::Local, "what is released is no local");
            break;
        case OpKind::Throw:
        case OpKind::Rethrow: expect(is_class(arg(0).type), "what is thrown is no object"); break;
        case OpKind::EnumText: expect(types_.is(arg(0).type, TypeKind::Enum), "the text of no enum"); break;
        case OpKind::CheckNull: expect(types_.is_nullable(arg(0).type), "a null check of what is never null"); break;
        case OpKind::CheckCast:
            expect(known(op.type) && is_class(op.type) && fits(arg(0).type, arg(0).type), "a cast to no class");
            break;
        case OpKind::SetFinalised: expect(is_class(arg(0).type), "no object is finalised"); break;
        case OpKind::New: expect(known(op.type) && is_class(op.type), "new of no class"); break;
        case OpKind::NewArray:
            expect(known(op.type) && op.type != Types::Void, "new array of nothing");
            for (size_t i = 0; i < op.args.size(); ++i) expect(types_.is_integer(arg(i).type), "a length is no integer");
            break;
        case OpKind::CheckIndex:
            expect(is_array(arg(0).type) && static_cast<size_t>(types_.rank(arg(0).type)) == op.args.size() - 1,
                   "an index check of no array, or with the wrong number of indices");
            for (size_t i = 1; i < op.args.size(); ++i) expect(types_.is_integer(arg(i).type), "an index is no integer");
            break;
        case OpKind::CheckCharIndex:
            expect(arg(0).type == Types::String && types_.is_integer(arg(1).type), "no char of a string");
            break;
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
            expect(types_.is_integer(arg(0).type) && types_.is_integer(arg(1).type), "a division of no integers");
            break;
        case OpKind::Concat:
        case OpKind::Append:
            for (size_t i = 0; i < op.args.size(); ++i) expect(fits(arg(i).type, Types::String), "what is joined is no string");
            break;
        case OpKind::Call:
            if (!known(op.function, module_.functions)) return error("operands", "a call of nothing");
            call(op, module_.functions[op.function]);
            break;
        case OpKind::CallVirtual: {
            bool is_known = false;
            for (const Class& c : module_.classes)
                is_known = is_known || (c.type == op.type && op.slot >= 0 && static_cast<size_t>(op.slot) < c.slots.size());
            if (!is_known) return error("operands", "a virtual call of no slot");
            const Function* callee = callee_of(module_, op);
            if (op.args.empty()) return error("operands", "a virtual call without a receiver");
            if (callee) call(op, *callee);
            break;
        }
        case OpKind::CallRuntime:
            if (!known(op.runtime, module_.runtime)) return error("operands", "a call of no runtime function");
            break;
        case OpKind::Assign:
        case OpKind::Store:
        case OpKind::Take:
        case OpKind::MakeUnique: break;
    }
    destination(op);

    bool has_effects = op.op == OpKind::Call || op.op == OpKind::CallVirtual ||
                       (op.op == OpKind::CallRuntime && module_.runtime[op.runtime].releases);
    if (stage_ != Stage::Lowered || !has_effects) return;
    for (const Operand& a : op.args) {
        if (a.by_ref || !owns(a.value->type)) continue;
        bool is_stable = a.value->is_constant() ||
                         (a.value->kind == ValueKind::Local && !function_->locals[a.value->local].is_ref);
        if (!is_stable)
            error("stable-args", fmt::format("argument '{}' is read from memory by the call itself",
                                             text_of(module_, *function_, *a.value)));
    }
}

void Verifier::call(const Op& op, const Function& callee) {
    size_t passed = 0;
    for (const Operand& a : op.args) passed += !a.is_hold;
    bool fits_count = callee.is_varargs ? passed >= callee.params.size() : passed == callee.params.size();
    if (!fits_count) return error("operands", "wrong number of arguments");
    for (size_t i = 0; i < callee.params.size(); ++i) {
        const Local& param = callee.locals[callee.params[i]];
        if (op.args[i].by_ref != param.is_ref) error("operands", fmt::format("argument {} and its parameter differ in `ref`", i + 1));
        // The receiver of a virtual call is of a subclass where the slot's first body is.
        if (op.op == OpKind::CallVirtual && i == 0) continue;
        if (!param.is_ref) is_type(*op.args[i].value, param.type, "an argument");
    }
}

// The type of what an operation makes, Void for nothing.
TypeId Verifier::result(const Op& op) const {
    switch (op.op) {
        case OpKind::Assign: return op.args[0].value->type;
        case OpKind::Take: return op.place ? op.place->type : TypeId(Types::Void);
        case OpKind::New: return op.type;
        case OpKind::Concat:
        case OpKind::Append:
        case OpKind::EnumText: return Types::String;
        case OpKind::Call: return module_.functions[op.function].result;
        case OpKind::NewArray:
        case OpKind::CallVirtual: return op.dst.valid() ? function_->locals[op.dst].type : TypeId(Types::Void);
        case OpKind::CallRuntime: {
            TypeId type = module_.runtime[op.runtime].result;
            return type == Types::Void && op.dst.valid() ? function_->locals[op.dst].type : type;
        }
        case OpKind::Store:
        case OpKind::Release:
        case OpKind::MakeUnique:
        case OpKind::CheckNull:
        case OpKind::CheckIndex:
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::CheckCast:
        case OpKind::Throw:
        case OpKind::Rethrow:
        case OpKind::SetFinalised: break;
    }
    return Types::Void;
}

void Verifier::destination(const Op& op) {
    bool is_call = op.op == OpKind::Call || op.op == OpKind::CallVirtual || op.op == OpKind::CallRuntime;
    TypeId made = result(op);
    if (!op.dst.valid()) {
        if (made == Types::Void) return;
        if (!is_call) error("operands", "the result has no target");
        if (is_call && owns(made)) error("named-owners", "the result owns and has no target");
        return;
    }
    const Local& dst = function_->locals[op.dst];
    if (made == Types::Void) return error("operands", "there is no result for the target");
    if (!fits(made, dst.type))
        error("types", fmt::format("a result of type {} goes to '{}' of type {}", types_.text(made),
                                   name_of(*function_, op.dst), types_.text(dst.type)));
    if (op.op == OpKind::NewArray) {
        new_arrays_.insert(op.dst);
        if (!types_.is(dst.type, TypeKind::Array) || types_.element(dst.type) != op.type)
            error("types", "a new array of another type");
    }
    if (op.op != OpKind::Assign && owns(made) && dst.ownership != Ownership::Own)
        error("named-owners", fmt::format("the result owns, but '{}' does not", name_of(*function_, op.dst)));
}

void Verifier::place(const Op& op) {
    bool needs_place = op.op == OpKind::Store || op.op == OpKind::Take || op.op == OpKind::MakeUnique;
    if (needs_place != (op.place != nullptr)) return error("operands", needs_place ? "a place is missing" : "a place too many");
    if (!needs_place) return;
    if (!is_place(*op.place)) return error("operands", "what is written is no place");
    if (op.op == OpKind::MakeUnique && !types_.is(op.place->type, TypeKind::Array)) error("types", "made unique is no array");
    if (op.op == OpKind::Store && op.args.size() == 1 && op.args[0].value) is_type(*op.args[0].value, op.place->type, "what is stored");
    if (op.op != OpKind::MakeUnique && op.place->kind == ValueKind::Local && !function_->locals[op.place->local].is_ref)
        error("operands", "a plain local is assigned, not stored to");
    if (op.op == OpKind::Store && stage_ == Stage::Lowered) writable_array(op);
}

// [unique]: in front of the store, in its block, every array on the path is made unique and nothing
// runs that could share it again. Arrays that are new in this function need no more than that.
void Verifier::writable_array(const Op& store) {
    for (const Value* v = store.place; v->kind == ValueKind::Field || v->kind == ValueKind::Element; v = v->args[0]) {
        if (v->kind == ValueKind::Field && types_.is(v->args[0]->type, TypeKind::Class)) return;
        if (v->kind != ValueKind::Element) continue;
        const Value& array = *v->args[0];
        if (array.kind == ValueKind::Local && new_arrays_.count(array.local)) continue;
        bool is_unique = false;
        const std::vector<Node*>& body = blocks_.back()->body;
        auto at = std::find(body.begin(), body.end(), static_cast<const Node*>(&store));
        while (!is_unique && at != body.begin()) {
            const Node* before = *--at;
            if (!before || before->kind != NodeKind::Op) break;
            const Op& op = *as<Op>(before);
            if (op.op == OpKind::Call || op.op == OpKind::CallVirtual) break;
            is_unique = op.op == OpKind::MakeUnique && op.place && same_place(*op.place, array);
        }
        if (!is_unique)
            error("unique", fmt::format("'{}' is not made unique before it is written", text_of(module_, *function_, array)));
    }
}

}  // namespace dream::ir
