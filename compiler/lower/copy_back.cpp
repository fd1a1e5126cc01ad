// Places inside arrays passed by reference (ruling 10): the callee works on a copy, which goes back
// into the variable's current value when the call returns or throws, left to right. A place that is
// gone by then is a fault after a normal return, and dropped silently after a throw.
#include <utility>

#include "lower/context.h"

namespace dream::lower {

namespace {

// Is anybody left to see the array after an exception? Not if it is in a local that the exception
// leaves behind.
bool is_seen_after_throw(const Body& b, const CopyBack& copy) {
    LocalId root = ir::root_local(*copy.place, b.types);
    if (!root.valid() || b.function.locals[root].is_ref) return true;
    auto declared = b.declared_in_try.find(root);
    return declared == b.declared_in_try.end() || declared->second != b.try_depth;
}

const Value* is_within(Body& b, const Value* index, const Value* length) {
    const Value* below = b.build.binary(ir::BinaryOp::Less, index, length);
    if (index->kind == ValueKind::Int && index->integer >= 0) return below;
    const Value* zero = b.build.integer(Types::Int, 0);
    return b.build.logical(true, b.build.binary(ir::BinaryOp::LessEqual, zero, index), below);
}

// "The array is there and has this element", as a tree.
const Value* exists(Body& b, const Value* element) {
    const Value* array = element->args[0];
    const Value* test = b.build.binary(ir::BinaryOp::NotEqual, array, b.build.null(array->type));
    size_t rank = element->args.size() - 1;
    for (size_t i = 0; i < rank; ++i) {
        const Value* length = rank == 1 ? b.build.length(array)
                                        : b.build.dimension(array, static_cast<int>(i));
        test = b.build.logical(true, test, is_within(b, element->args[i + 1], length));
    }
    return test;
}

// The elements on the way, outermost first.
void collect(const Body& b, const Value* at, std::vector<const Value*>& elements) {
    if (at->kind == ValueKind::Element) {
        collect(b, at->args[0], elements);
        elements.push_back(at);
    } else if (at->kind == ValueKind::Field && b.types.is(at->args[0]->type, TypeKind::Struct)) {
        collect(b, at->args[0], elements);
    }
}

// Stores the copy if every element on the way is still there.
void store_if_there(Body& b, const CopyBack& copy, Span span) {
    std::vector<const Value*> elements;
    collect(b, copy.place, elements);
    const Value* condition = nullptr;
    for (const Value* element : elements)
        condition = condition ? b.build.logical(true, condition, exists(b, element)) : exists(b, element);
    ir::If* test = b.build.node<ir::If>(span);
    test->condition = condition;
    test->then_block = b.build.block(span);
    test->else_block = nullptr;
    b.out->body.push_back(test);
    ir::Block* outer = std::exchange(b.out, test->then_block);
    for (const Value* element : elements) emit(b, OpKind::MakeUnique, span)->place = element->args[0];
    emit_store(b, copy.place, local_value(b, copy.copy), span);
    b.out = outer;
}

}  // namespace

void emit_with_copies(Body& b, ir::Op* call, const std::vector<CopyBack>& copies) {
    bool is_guarded = false;
    for (const CopyBack& copy : copies) is_guarded = is_guarded || is_seen_after_throw(b, copy);
    if (!is_guarded) {
        b.out->body.push_back(call);
    } else {
        Span span = call->span;
        ir::Try* guard = b.build.node<ir::Try>(span);
        guard->body = b.build.block(span);
        guard->body->body.push_back(call);
        guard->finally_block = nullptr;
        ir::Block* handler = b.build.block(span);
        LocalId exception = add_local(b, "exception", b.context.module.exception, span);
        handler->locals.push_back(exception);
        ir::Block* outer = b.out;
        b.out = handler;
        for (const CopyBack& copy : copies) store_if_there(b, copy, span);
        emit_rethrow(b, exception, span);
        b.out = outer;
        guard->catches.push_back({b.context.module.exception, exception, handler});
        b.out->body.push_back(guard);
    }
    for (const CopyBack& copy : copies) {
        Place place{copy.place, false};
        write_place(b, place, local_value(b, copy.copy), call->span);
    }
}

}  // namespace dream::lower
