// Calls: receivers and arguments in order, held for the call, passed by value or by reference.
//
// Guarantees [stable-args] (ruling 2) and ruling 10: places inside arrays travel as copies, `out`
// variables hold their default when the call begins.
#include <string>

#include "lower/context.h"
#include "support/check.h"

namespace dream::lower {

using namespace typed;

namespace {

// One operand as the source has it.
struct Passed {
    const Expr* value;
    std::string_view name;    // of the parameter
    bool by_ref = false;
    bool is_out = false;
    bool is_changed = false;  // by reference, and the callee may write it
    bool is_for_c = false;    // an array whose elements C may write
    bool is_for_user = false;  // of a function of the user's
    const AddressOfExpr* address = nullptr;  // of a place that C is lent
};

// The operands of a call, and what goes on around the call itself.
struct Prepared {
    std::vector<ir::Operand> args;
    std::vector<const Value*> outs;    // places that get their default
    std::vector<CopyBack> copies;      // of places inside arrays
    std::vector<const Value*> copied;  // into `ins`, before the call
    std::vector<LocalId> ins;
    std::vector<bool> recheck;
    std::vector<std::pair<size_t, const Value*>> lent;  // operands that are addresses of places
};

class Operands {
  public:
    Operands(Body& b, const std::vector<Passed>& list, bool must_be_stable, Span span)
        : b_(b), list_(list), must_be_stable_(must_be_stable), span_(span) {
        for (const Passed& passed : list) {
            if (!passed.by_ref || !passed.is_changed) continue;
            add_place_writes(b, passed.value, changed_);
            if (!passed.is_out) continue;
            add_place_writes(b, passed.value, defaulted_);
            if (b.types.reaches_destructor(passed.value->type)) defaulted_.memory = true;
        }
    }

    Prepared run() {
        for (size_t i = 0; i < list_.size(); ++i) {
            if (list_[i].by_ref) by_reference(i);
            else if (list_[i].address) by_address(i);
            else by_value(i);
        }
        return std::move(prepared_);
    }

  private:
    bool is_disturbed_later(size_t i, const Value* value) {
        for (size_t j = i + 1; j < list_.size(); ++j)
            if (is_disturbed(b_, value, writes_of(b_, list_[j].value))) return true;
        return is_disturbed(b_, value, defaulted_);
    }

    void by_value(size_t i) {
        const Passed& passed = list_[i];
        const Value* value = passed.is_for_c ? unique_array(i) : lower_value(b_, passed.value);
        bool owns = b_.types.owns_references(value->type);
        bool must_hold = is_disturbed_later(i, value) || (owns && is_disturbed(b_, value, changed_)) ||
                         (owns && must_be_stable_ && !is_stable(b_, value));
        if (must_hold) value = hold(b_, value, passed.value->span, passed.name);
        if (b_.context.options.spell_out && passed.is_for_user && value->kind == ir::ValueKind::String) {
            LocalId named = make_temp(b_, value->type, passed.value->span, passed.name);
            emit_assign(b_, named, value, passed.value->span);
            value = local_value(b_, named);
        }
        prepared_.args.push_back({value});
    }

    // An array for C is not shared (ruling 5). One that the caller of this function lent is copied.
    const Value* unique_array(size_t i) {
        const Expr* expr = list_[i].value;
        if (!is_place(expr)) return lower_value(b_, expr);
        const Value* place = lower_place(b_, expr, later_than(i), false).value;
        if (place->kind == ValueKind::Local &&
            b_.function.locals[place->local].ownership == ir::Ownership::Borrow &&
            !b_.function.locals[place->local].is_ref)
            place = hold(b_, place, expr->span, list_[i].name);
        make_path_unique(b_, place, expr->span);
        emit(b_, OpKind::MakeUnique, expr->span)->place = place;
        return place;
    }

    // What C is lent the address of: the place is looked up when all operands are there.
    void by_address(size_t i) {
        const Value* place = lower_place(b_, list_[i].address->place, later_than(i), false).value;
        prepared_.lent.push_back({prepared_.args.size(), place});
        prepared_.args.push_back({place});
    }

    Writes later_than(size_t i) {
        Writes later = defaulted_;
        for (size_t j = i + 1; j < list_.size(); ++j) later.add(writes_of(b_, list_[j].value));
        return later;
    }

    void by_reference(size_t i) {
        const Passed& passed = list_[i];
        Span span = passed.value->span;
        Writes later = later_than(i);
        // The callee may write anything: what holds the place must not be reached through memory.
        Writes until_return = later;
        until_return.add(changed_);
        until_return.memory = true;
        const Value* place = lower_place(b_, passed.value, until_return, false).value;
        if (!crosses_array(b_, place)) {
            if (passed.is_out) prepared_.outs.push_back(place);
            prepared_.args.push_back({place, ir::Transfer::Use, true});
            return;
        }
        check_path(b_, place, span);
        LocalId copy = make_temp(b_, place->type, span, passed.name);
        prepared_.args.push_back({local_value(b_, copy), ir::Transfer::Use, true});
        if (passed.is_out) {
            prepared_.outs.push_back(local_value(b_, copy));
        } else {
            prepared_.copied.push_back(place);
            prepared_.ins.push_back(copy);
            prepared_.recheck.push_back(is_disturbed(b_, place, later));
        }
        if (passed.is_changed) prepared_.copies.push_back({place, copy});
    }

    Body& b_;
    const std::vector<Passed>& list_;
    bool must_be_stable_;
    Span span_;
    Writes changed_;    // by the callee, through its reference parameters
    Writes defaulted_;  // before the call, because they are `out`
    Prepared prepared_;
};

void add_arguments(std::vector<Passed>& list, const Function* callee,
                   const std::vector<Argument>& arguments) {
    for (size_t i = 0; i < arguments.size(); ++i) {
        const Argument& argument = arguments[i];
        bool has_param = i < callee->params.size();
        Passed passed{argument.value, has_param ? callee->params[i]->name : "temp"};
        passed.is_for_user = !callee->is_library && callee->kind != FunctionKind::Extern;
        // Parameters of library functions may be `ref` without the word at the call (ruling 9).
        passed.by_ref = argument.by_ref || (has_param && (callee->params[i]->kind == LocalKind::Ref ||
                                                          callee->params[i]->kind == LocalKind::Out));
        passed.is_out = argument.is_out || (has_param && callee->params[i]->kind == LocalKind::Out);
        passed.is_changed = passed.by_ref;
        list.push_back(passed);
    }
}

// Everything between the last operand and the call.
void emit_before_call(Body& b, const Prepared& prepared, Span span) {
    for (size_t i = 0; i < prepared.copied.size(); ++i) {
        if (prepared.recheck[i]) check_path(b, prepared.copied[i], span);
        emit_assign(b, prepared.ins[i], prepared.copied[i], span);
    }
    for (const Value* place : prepared.outs) emit_store(b, place, b.build.default_of(place->type), span);
}

// `place` with `holder` for `container`, the object or array that it is in.
const Value* rebuild(Body& b, const Value* place, const Value* container, const Value* holder) {
    if (place == container) return holder;
    if (place->kind == ValueKind::Field)
        return b.build.field(rebuild(b, place->args[0], container, holder), place->index);
    std::vector<const Value*> indices(place->args.begin() + 1, place->args.end());
    return b.build.element(rebuild(b, place->args[0], container, holder), std::move(indices));
}

// The innermost object or array that the place is in, or null.
const Value* container_of(const Body& b, const Value* place) {
    for (const Value* at = place; at->kind == ValueKind::Field || at->kind == ValueKind::Element;) {
        at = at->args[0];
        if (b.types.is_counted(at->type)) return at;
    }
    return nullptr;
}

// The addresses that C is lent: arrays are made unique, and what the places are in is held. Nothing
// comes between this and the call.
void lend_addresses(Body& b, Prepared& prepared, const std::vector<Passed>& list, Span span) {
    for (auto [i, place] : prepared.lent) make_path_unique(b, place, span);
    for (auto [i, place] : prepared.lent) {
        const Value* container = container_of(b, place);
        if (container) {
            const Value* holder = is_stable(b, container) ? container : hold(b, container, span);
            place = rebuild(b, place, container, holder);
            ir::Operand held{holder};
            held.is_hold = true;
            prepared.args.push_back(held);
        }
        prepared.args[i].value = b.build.convert(list[i].value->type, b.build.address_of(place));
    }
}

// Completes `op` with its operands and result; null if it has none that anybody wants.
const Value* emit_call(Body& b, ir::Op* op, Prepared& prepared, TypeId result, Target target,
                       bool is_used) {
    op->args = std::move(prepared.args);
    bool has_dst = result != Types::Void && (is_used || b.types.owns_references(result));
    if (has_dst) op->dst = home_of(b, target, result, op->span);
    emit_with_copies(b, op, prepared.copies);
    return has_dst ? local_value(b, op->dst) : nullptr;
}

// The row of a runtime function, with the types of its declaration in the library.
RuntimeId runtime_of(Body& b, const Function* f) {
    RuntimeId id = b.build.runtime_function(f->name);
    ir::RuntimeFunction& row = b.context.module.runtime[id];
    row.params.clear();
    for (const Local* param : f->params) row.params.push_back(param->type);
    row.result = f->result;
    return id;
}

const Value* lower_runtime_call(Body& b, const CallExpr* call, Target target, bool is_used) {
    RuntimeId id = runtime_of(b, call->function);
    const ir::RuntimeFunction& row = b.context.module.runtime[id];
    bool is_pure = is_pure_call(b, call);
    std::vector<Passed> list;
    add_arguments(list, call->function, call->arguments);
    Prepared prepared = Operands(b, list, row.throws || row.releases, call->span).run();
    if (is_pure) {
        std::vector<const Value*> args;
        for (const ir::Operand& operand : prepared.args) args.push_back(operand.value);
        return b.build.runtime(id, call->type, std::move(args));
    }
    emit_before_call(b, prepared, call->span);
    ir::Op* op = b.build.op(OpKind::CallRuntime, call->span);
    op->runtime = id;
    return emit_call(b, op, prepared, call->function->result, target, is_used);
}

}  // namespace

const Value* lower_call(Body& b, const CallExpr* call, Target target, bool is_used) {
    const Function* callee = call->function;
    if (callee->kind == FunctionKind::Runtime) return lower_runtime_call(b, call, target, is_used);

    std::vector<Passed> list;
    bool has_object = false;  // a receiver that is an object
    if (call->receiver) {
        Passed receiver{call->receiver, "receiver"};
        has_object = b.types.is(call->receiver->type, TypeKind::Class);
        receiver.by_ref = !has_object;
        receiver.is_changed = !has_object && callee->this_local && callee->this_local->is_written;
        list.push_back(receiver);
    }
    add_arguments(list, callee, call->arguments);
    if (callee->kind == FunctionKind::Extern)
        for (size_t i = 0; i < list.size(); ++i) {
            bool is_const = i < callee->params.size() && callee->params[i]->is_const;
            list[i].is_for_c = !list[i].by_ref && !is_const &&
                               b.types.is(list[i].value->type, TypeKind::Array);
            const Expr* address = list[i].value;
            while (address->kind == ExprKind::Convert) address = as<ConvertExpr>(address)->operand;
            if (address->kind == ExprKind::AddressOf && as<AddressOfExpr>(address)->is_lent)
                list[i].address = as<AddressOfExpr>(address);
        }

    Prepared prepared = Operands(b, list, true, call->span).run();
    emit_before_call(b, prepared, call->span);
    lend_addresses(b, prepared, list, call->span);
    bool is_own_object = callee->kind == FunctionKind::Constructor;
    if (has_object && !is_own_object && needs_null_check(b, call->receiver))
        emit_check_null(b, prepared.args[0].value, call->span);

    ir::Op* op = b.build.op(call->is_virtual ? OpKind::CallVirtual : OpKind::Call, call->span);
    if (call->is_virtual) {
        op->type = call->receiver->type;
        op->slot = callee->slot;
    } else if (callee->kind == FunctionKind::Constructor) {
        op->function = b.context.constructors.at(callee);
    } else {
        op->function = b.context.functions.at(callee);
    }
    return emit_call(b, op, prepared, call->type, target, is_used);
}

const Value* lower_new(Body& b, const NewExpr* expr, Target target) {
    if (!expr->constructor) return b.build.default_of(expr->type);
    std::vector<Passed> list;
    add_arguments(list, expr->constructor, expr->arguments);
    Prepared prepared = Operands(b, list, true, expr->span).run();
    emit_before_call(b, prepared, expr->span);
    ir::Op* op = b.build.op(OpKind::Call, expr->span);
    op->function = b.context.news.at(expr->constructor);
    return emit_call(b, op, prepared, expr->type, target, true);
}

}  // namespace dream::lower
