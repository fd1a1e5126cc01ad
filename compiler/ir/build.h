// Construction of IR: values and operations are made in the module's arena with their types set.
#pragma once

#include <initializer_list>
#include <map>

#include "ir/ir.h"

namespace dream::ir {

class Builder {
  public:
    explicit Builder(Module& module) : module_(module) {}

    const Value* integer(TypeId type, int64_t value);
    const Value* real(TypeId type, double value);
    const Value* string(std::string_view text);  // equal texts share one literal
    const Value* instance(TypeId type);
    const Value* function_address(TypeId type, FunctionId function);
    const Value* null(TypeId type);
    const Value* zero(TypeId struct_type);
    const Value* default_of(TypeId type);  // zero of any type
    const Value* local(const Function& function, LocalId id);
    const Value* global(GlobalId id);
    const Value* field(const Value* object, int index);
    const Value* element(const Value* array, Values indices);
    const Value* deref(const Value* pointer, const Value* index);
    const Value* address_of(const Value* place);
    const Value* char_at(const Value* text, const Value* index);
    const Value* length(const Value* object);
    const Value* dimension(const Value* array, int index);
    const Value* unary(UnaryOp op, const Value* operand);
    const Value* binary(BinaryOp op, const Value* left, const Value* right);
    const Value* convert(TypeId type, const Value* operand);
    const Value* select(const Value* condition, const Value* when_true, const Value* when_false);
    const Value* logical(bool is_and, const Value* left, const Value* right);
    const Value* type_test(const Value* object, TypeId test);
    const Value* switch_string(const Value* subject, Values labels);
    const Value* runtime(RuntimeId function, TypeId type, Values args);

    // A node of kind T, with its span; the other members start at their defaults.
    template <class T>
    T* node(Span span) {
        T* made = module_.arena->make<T>();
        made->kind = T::Kind;
        made->span = span;
        return made;
    }
    Op* op(OpKind kind, Span span) {
        Op* made = node<Op>(span);
        made->op = kind;
        return made;
    }
    Block* block(Span span) { return node<Block>(span); }

    // The row of runtime.def with this C name; a wrong name is an internal error.
    RuntimeId runtime_function(std::string_view c_name);

  private:
    Value* make(ValueKind kind, TypeId type, std::initializer_list<const Value*> args = {}) {
        return make(kind, type, Values(args.begin(), args.size()));
    }
    Value* make(ValueKind kind, TypeId type, Values args) {
        Value* value = module_.arena->make<Value>();
        value->kind = kind;
        value->type = type;
        value->args = module_.arena->keep_all(args);
        return value;
    }
    Value* make_behind(ValueKind kind, TypeId type, const Value* first, Values others);

    Module& module_;
    std::map<std::string, LiteralId, std::less<>> literals_;
    std::map<std::string_view, RuntimeId> runtime_;
};

}  // namespace dream::ir
