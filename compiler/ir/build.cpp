// Construction of values: types are derived here, so that no caller states them twice.
#include "ir/build.h"

#include "support/check.h"

namespace dream::ir {

// Of `first` and what follows it.
Value* Builder::make_behind(ValueKind kind, TypeId type, const Value* first, Values others) {
    std::vector<const Value*> args{first};
    args.insert(args.end(), others.begin(), others.end());
    return make(kind, type, Values(args));
}

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
    TypeId type = module_.types->field(object->type, index).type;
    Value* made = make(ValueKind::Field, type, {object});
    made->index = index;
    return made;
}

const Value* Builder::element(const Value* array, Values indices) {
    return make_behind(ValueKind::Element, module_.types->element(array->type), array, indices);
}

const Value* Builder::deref(const Value* pointer, const Value* index) {
    return make(ValueKind::Deref, module_.types->element(pointer->type), {pointer, index});
}

const Value* Builder::address_of(const Value* place) {
    return make(ValueKind::AddressOf, module_.types->pointer_to(place->type), {place});
}

const Value* Builder::char_at(const Value* text, const Value* index) {
    return make(ValueKind::CharAt, Types::Char, {text, index});
}

const Value* Builder::length(const Value* object) {
    return make(ValueKind::Length, Types::Int, {object});
}

const Value* Builder::dimension(const Value* array, int index) {
    Value* made = make(ValueKind::Dimension, Types::Int, {array});
    made->index = index;
    return made;
}

const Value* Builder::unary(UnaryOp op, const Value* operand) {
    Value* made = make(ValueKind::Unary, operand->type, {operand});
    made->unary = op;
    return made;
}

const Value* Builder::binary(BinaryOp op, const Value* left, const Value* right) {
    bool is_comparison = op >= BinaryOp::Less;
    Value* made = make(ValueKind::Binary, is_comparison ? Types::Bool : left->type, {left, right});
    made->binary = op;
    return made;
}

const Value* Builder::convert(TypeId type, const Value* operand) {
    if (operand->type == type) return operand;
    return make(ValueKind::Convert, type, {operand});
}

const Value* Builder::select(const Value* condition, const Value* when_true, const Value* when_false) {
    return make(ValueKind::Select, when_true->type, {condition, when_true, when_false});
}

const Value* Builder::logical(bool is_and, const Value* left, const Value* right) {
    return make(is_and ? ValueKind::And : ValueKind::Or, Types::Bool, {left, right});
}

const Value* Builder::type_test(const Value* object, TypeId test) {
    Value* made = make(ValueKind::TypeTest, Types::Bool, {object});
    made->test = test;
    return made;
}

const Value* Builder::switch_string(const Value* subject, Values labels) {
    return make_behind(ValueKind::SwitchString, Types::Int, subject, labels);
}

const Value* Builder::runtime(RuntimeId function, TypeId type, Values args) {
    Value* made = make(ValueKind::Runtime, type, args);
    made->runtime = function;
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
