// Classes: the functions that make instances, and what of a class or struct later phases need.
#include "ir/visit.h"
#include "lower/context.h"

namespace dream::lower {

namespace {

bool has_destructor(const Types& types, TypeId type) {
    for (; type.valid(); type = types.nominal(type).base)
        if (types.nominal(type).has_destructor) return true;
    return false;
}

bool may_throw(const Context& c, ir::Block& block) {
    bool throws = false;
    ir::for_each_op(block, [&](const ir::Op& op, bool) {
        throws = throws || (ir::info(op.op).effects & ir::Throws) != 0 ||
                 (op.op == OpKind::CallRuntime && c.module.runtime[op.runtime].throws);
    });
    return throws;
}

// The constructor exists as a function of its own: New hands it the zeroed instance.
void call_constructor(Body& b, FunctionId constructor, const Value* instance, bool is_struct) {
    ir::Op* call = emit(b, OpKind::Call, b.function.span);
    call->function = constructor;
    call->args.push_back({instance, ir::Transfer::Use, is_struct});
    for (LocalId param : b.function.params)
        call->args.push_back({local_value(b, param), ir::Transfer::Use, b.function.locals[param].is_ref});
}

// An instance whose constructor threw is released, but not finalised (ruling 19).
void guard_construction(Body& b, ir::Block* body, LocalId instance) {
    Span span = b.function.span;
    ir::Try* guard = b.build.node<ir::Try>(span);
    guard->body = body;
    guard->finally_block = nullptr;
    ir::Block* handler = b.build.block(span);
    LocalId exception = add_local(b, "exception", b.context.module.exception, span);
    handler->locals.push_back(exception);
    ir::Block* outer = std::exchange(b.out, handler);
    emit(b, OpKind::SetFinalised, span, {local_value(b, instance)});
    emit_rethrow(b, exception, span);
    b.out = outer;
    guard->catches.push_back({b.context.module.exception, exception, handler});
    b.out->body.push_back(guard);
}

}  // namespace

// Person_new: the instance, initialised by the body of the constructor itself, or by a call of it
// where other constructors chain to it.
void lower_new_function(Context& c, const typed::Function* constructor) {
    Body b(c, c.news.at(constructor), constructor);
    Span span = b.function.span;
    TypeId type = constructor->owner;
    bool is_struct = c.types.is(type, TypeKind::Struct);
    LocalId instance = add_local(b, "this", type, span);
    b.function.body->locals.push_back(instance);
    if (is_struct) {
        emit_assign(b, instance, b.build.zero(type), span);
    } else {
        ir::Op* make = emit(b, OpKind::New, span);
        make->dst = instance;
        make->type = type;
    }
    b.constructed = instance;

    bool is_guarded = !is_struct && has_destructor(c.types, type);
    ir::Block* body = is_guarded ? b.build.block(span) : b.function.body;
    if (is_guarded) ++b.try_depth;
    BlockScope scope(b, body, false);
    auto chained = c.constructors.find(constructor);
    if (chained != c.constructors.end()) {
        call_constructor(b, chained->second, local_value(b, instance), is_struct);
    } else {
        b.locals[constructor->this_local] = instance;
        bind_parameters(b, constructor);
        if (constructor->body) lower_stmts(b, constructor->body->body);
    }
    scope.finish();
    if (is_guarded) {
        --b.try_depth;
        if (may_throw(c, *body)) guard_construction(b, body, instance);
        else b.out->body.push_back(body);
    }
    if (always_leaves(b.left_by_break, b.function.body)) return;
    ir::Return* exit = b.build.node<ir::Return>(span);
    exit->value.value = local_value(b, instance);
    b.function.body->body.push_back(exit);
}

namespace {

// The classes that introduce each slot: those of the base first.
std::vector<TypeId> slot_owners(const Context& c, const typed::Class* cls) {
    std::vector<TypeId> owners;
    TypeId base = c.types.nominal(cls->type).base;
    if (base.valid())
        for (const typed::Class* other : c.program.classes)
            if (other->type == base) owners = slot_owners(c, other);
    owners.resize(cls->slots.size(), cls->type);
    return owners;
}

FunctionId find_function(const Context& c, const typed::Function* f) {
    auto found = f ? c.functions.find(f) : c.functions.end();
    return found == c.functions.end() ? FunctionId() : found->second;
}

}  // namespace

void add_classes(Context& c) {
    for (const typed::Class* cls : c.program.classes) {
        if (!c.reach.has_type(cls->type)) continue;
        ir::Class made;
        made.type = cls->type;
        for (const typed::Function* method : cls->slots) made.slots.push_back(find_function(c, method));
        made.slot_owners = slot_owners(c, cls);
        for (const typed::Implementation& from : cls->implementations) {
            if (!c.reach.has_type(from.interface)) continue;
            ir::Implementation to{from.interface, {}};
            for (const typed::Function* method : from.methods) to.methods.push_back(find_function(c, method));
            made.implementations.push_back(std::move(to));
        }
        made.destructor = find_function(c, cls->destructor);
        made.to_string = find_function(c, find_to_string(c.program, cls->type));
        c.module.classes.push_back(std::move(made));
    }
    for (const typed::Struct* s : c.program.structs)
        if (c.reach.has_type(s->type)) c.module.structs.push_back(s->type);
    for (TypeId type : c.program.enums)
        if (c.reach.has_type(type)) c.module.enums.push_back(type);
}

}  // namespace dream::lower
