// Construction of values: types are derived here, so that no caller states them twice.
#include "ir/build.h"

#include "support/check.h"

namespace dream::ir {

const Value* Builder::integer(TypeId type, int64_t value) {
    Value* made = make(ValueKind::Int, type);
    made->integer = value;
    return made;
}

const Value* Builder::real(TypeId type, double value) {
    Value* made = make(ValueKind::Real, type);
    made->real = value;
    return made;
}

const Value* Builder::string(std::string_view text) {
    auto known = literals_.find(text);
    if (known == literals_.end())
        known = literals_.emplace(std::string(text), module_.literals.add(std::string(text))).first;
    Value* made = make(ValueKind::String, Types::String);
    made->literal = known->second;
    return made;
}

const Value* Builder::instance(TypeId type) { return make(ValueKind::Instance, type); }

const Value* Builder::function_address(TypeId type, FunctionId function) {
    Value* made = make(ValueKind::FunctionAddress, type);
    made->function = function;
    return made;
}

const Value* Builder::null(TypeId type) { return make(ValueKind::Null, type); }

const Value* Builder::zero(TypeId struct_type) { return make(ValueKind::Zero, struct_type); }

const Value* Builder::default_of(TypeId type) {
    const Types& types = *module_.types;
    if (types.kind(type) == TypeKind::Struct) return zero(type);
    if (types.is_nullable(type)) return null(type);
    if (types.is_real(type)) return real(type, 0);
    return integer(type, 0);
}

const Value* Builder::local(const Function& function, LocalId id) {
    Value* made = make(ValueKind::Local, function.locals[id].type);
    made->local = id;
    return made;
}

const Value* Builder::global(GlobalId id) {
    Value* made = make(ValueKind::Global, module_.globals[id].type);
    made->global = id;
    return made;
}

const Value* Builder::field(const Value* object, int index) {
    TypeId type = module_.types->all_fields(object->type)[static_cast<size_t>(index)].type;
    Value* made = make(ValueKind::Field, type);
    made->args = {object};
    made->index = index;
    return made;
}

const Value* Builder::element(const Value* array, std::vector<const Value*> indices) {
    Value* made = make(ValueKind::Element, module_.types->element(array->type));
    made->args = std::move(indices);
    made->args.insert(made->args.begin(), array);
    return made;
}

const Value* Builder::deref(const Value* pointer, const Value* index) {
    Value* made = make(ValueKind::Deref, module_.types->element(pointer->type));
    made->args = {pointer, index};
    return made;
}

const Value* Builder::address_of(const Value* place) {
    Value* made = make(ValueKind::AddressOf, module_.types->pointer_to(place->type));
    made->args = {place};
    return made;
}

const Value* Builder::char_at(const Value* text, const Value* index) {
    Value* made = make(ValueKind::CharAt, Types::Char);
    made->args = {text, index};
    return made;
}

const Value* Builder::length(const Value* object) {
    Value* made = make(ValueKind::Length, Types::Int);
    made->args = {object};
    return made;
}

const Value* Builder::dimension(const Value* array, int index) {
    Value* made = make(ValueKind::Dimension, Types::Int);
    made->args = {array};
    made->index = index;
    return made;
}

const Value* Builder::unary(UnaryOp op, const Value* operand) {
    Value* made = make(ValueKind::Unary, operand->type);
    made->unary = op;
    made->args = {operand};
    return made;
}

const Value* Builder::binary(BinaryOp op, const Value* left, const Value* right) {
    bool is_comparison = op >= BinaryOp::Less;
    Value* made = make(ValueKind::Binary, is_comparison ? Types::Bool : left->type);
    made->binary = op;
    made->args = {left, right};
    return made;
}

const Value* Builder::convert(TypeId type, const Value* operand) {
    if (operand->type == type) return operand;
    Value* made = make(ValueKind::Convert, type);
    made->args = {operand};
    return made;
}

const Value* Builder::select(const Value* condition, const Value* when_true, const Value* when_false) {
    Value* made = make(ValueKind::Select, when_true->type);
    made->args = {condition, when_true, when_false};
    return made;
}

const Value* Builder::logical(bool is_and, const Value* left, const Value* right) {
    Value* made = make(is_and ? ValueKind::And : ValueKind::Or, Types::Bool);
    made->args = {left, right};
    return made;
}

const Value* Builder::type_test(const Value* object, TypeId test) {
    Value* made = make(ValueKind::TypeTest, Types::Bool);
    made->args = {object};
    made->test = test;
    return made;
}

const Value* Builder::switch_string(const Value* subject, std::vector<const Value*> labels) {
    Value* made = make(ValueKind::SwitchString, Types::Int);
    made->args = std::move(labels);
    made->args.insert(made->args.begin(), subject);
    return made;
}

const Value* Builder::runtime(RuntimeId function, TypeId type, std::vector<const Value*> args) {
    Value* made = make(ValueKind::Runtime, type);
    made->runtime = function;
    made->args = std::move(args);
    return made;
}

RuntimeId Builder::runtime_function(std::string_view c_name) {
    if (runtime_.empty())
        for (size_t i = 0; i < module_.runtime.size(); ++i) {
            RuntimeId id = module_.runtime.id_at(i);
            runtime_[module_.runtime[id].name] = id;
        }
    auto found = runtime_.find(c_name);
    DREAM_CHECK(found != runtime_.end(), "no row in runtime.def for " + std::string(c_name));
    return found->second;
}

}  // namespace dream::ir
