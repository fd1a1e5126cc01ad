// The ownership verifier, operations: what each does to units, borrows, arrays and new objects.
#include <fmt/format.h>

#include <algorithm>

#include "ir/print.h"
#include "rc/balance_checker.h"

namespace dream::rc::ledger {

using namespace ir;

namespace {

bool is_call(const Op& op) {
    return op.op == OpKind::Call || op.op == OpKind::CallVirtual || op.op == OpKind::CallRuntime;
}

// A unit of these costs nothing to make.
bool is_free(const Value& v) {
    return v.kind == ValueKind::String || v.kind == ValueKind::Instance ||
           v.kind == ValueKind::Null || v.kind == ValueKind::Zero;
}

bool is_empty(const Value& v) { return v.kind == ValueKind::Null || v.kind == ValueKind::Zero; }

// The local behind upcasts, or an invalid id.
LocalId moved_local(const Value& v) {
    const Value* at = &v;
    while (at->kind == ValueKind::Convert && !at->args.empty()) at = at->args[0];
    return at->kind == ValueKind::Local ? at->local : LocalId();
}

bool mentions(const Value& value, LocalId id) {
    bool found = false;
    for_each_local(value, [&](LocalId other) { found = found || other == id; });
    return found;
}

// `value` reads a place that ends as `place` does: perhaps the same one.
bool reads_like(const Value& value, const Value& place) {
    bool alike = value.kind == place.kind && value.type == place.type && value.index == place.index &&
                 value.global == place.global;
    if (place.kind == ValueKind::Local) alike = alike && value.local == place.local;
    if (alike) return true;
    for (const Value* arg : value.args)
        if (reads_like(*arg, place)) return true;
    return false;
}

}  // namespace

void Checker::use(const Value& value, const State& state) {
    for_each_local(value, [&](LocalId id) {
        uint8_t condition = state[id];
        if (local(id).is_ref) return;
        if (is_owner(id)) {
            std::string_view path = condition & (Null | Owned) ? " on some path" : "";
            if (condition & Gone)
                error("owned-once", fmt::format("local '{}' is used after its unit is gone{}{}", name(id), path, at(gone_[index(id)])));
            else if (condition & NeverSet)
                error("owned-once", fmt::format("local '{}' is used before it is set{}", name(id), path));
            return;
        }
        if (condition == NeverSet)
            error("owned-once", fmt::format("local '{}' is used, but never set before", name(id)));
        const Borrow* borrow = state.borrows.find(id);
        if (borrow && borrow->ended)
            error("borrow", fmt::format("borrow '{}' is used although {}", name(id), text(borrow->ended)));
    });
}

void Checker::give_up(LocalId id, State& state, std::string_view how) {
    gone_[index(id)] = where_;
    state[id] = state[id] & Owned || !(state[id] & Null) ? uint8_t{Gone} : state[id];
    end_borrows_of(id, state, how);
    forget_unique_with(id, state);
    state.fresh.erase(id);
}

void Checker::transfer(const Operand& o, bool is_taken, State& state, std::vector<LocalId>& moved) {
    const Value& value = *o.value;
    if (o.by_ref || !owns(value.type)) return;
    auto text = [&] { return text_of(module_, function_, value); };
    switch (o.transfer) {
        case Transfer::Use:
            if (is_taken && !is_free(value))
                error("owned-once", fmt::format("'{}' is given away without a unit of its own", text()));
            return;
        case Transfer::Retain:
            if (!is_taken)
                error("owned-once", fmt::format("'{}' is retained for an operand that is only borrowed", text()));
            else
                forget_unique_held(value, value.type, state);
            return;
        case Transfer::Move: {
            LocalId id = moved_local(value);
            if (!id.valid() || !is_owner(id)) {
                error("owned-once", fmt::format("'{}' is moved, but is no owning local", text()));
                return;
            }
            if (!is_taken)
                error("owned-once", fmt::format("'{}' is moved into an operand that is only borrowed", text()));
            if (std::count(moved.begin(), moved.end(), id))
                error("owned-once", fmt::format("local '{}' is moved twice", text()));
            moved.push_back(id);
            return;
        }
    }
}

std::span<const FunctionId> targets(const Module& module, const Op& op) {
    if (op.op == OpKind::Call) return {&op.function, 1};
    if (op.op != OpKind::CallVirtual || op.slot < 0) return {};
    return implementations_of(module, op.type, op.slot);
}

// All implementations of a slot take their parameters alike, see check_slots.
const Local* Checker::param_of(const Op& op, size_t i) const {
    auto callees = targets(op);
    if (callees.empty()) return nullptr;
    const Function& callee = module_.functions[callees[0]];
    return i < callee.params.size() ? &callee.locals[callee.params[i]] : nullptr;
}

bool Checker::takes_unit(const Op& op, size_t i) const {
    switch (op.op) {
        case OpKind::Assign: {
            if (!op.dst.valid()) return false;
            return local(op.dst).ownership == Ownership::Own || local(op.dst).is_ref;
        }
        case OpKind::Store:
        case OpKind::Throw:
        case OpKind::Rethrow: return true;
        case OpKind::Append: return i == 0;
        case OpKind::Call:
        case OpKind::CallVirtual: {
            const Local* param = param_of(op, i);
            return param && param->ownership == Ownership::Own && !param->is_ref;
        }
        case OpKind::Take:
        case OpKind::Release:
        case OpKind::MakeUnique:
        case OpKind::CheckNull:
        case OpKind::CheckIndex:
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::CheckCast:
        case OpKind::New:
        case OpKind::NewArray:
        case OpKind::Concat:
        case OpKind::EnumText:
        case OpKind::CallRuntime:
        case OpKind::SetFinalised: break;
    }
    return false;
}

bool Checker::disturbs(const Op& op) const {
    constexpr uint8_t kMask = Releases | Stores;
    if (op.op == OpKind::CallRuntime) return module_.runtime[op.runtime].releases;
    if (op.op == OpKind::Release) {
        LocalId id = moved_local(*op.args[0].value);
        return id.valid() && runs_destructors(id);
    }
    if (!is_call(op)) return false;
    uint8_t effects = 0;  // where nothing fills the slot, nothing runs: the receiver is null
    for (FunctionId f : targets(op)) effects |= module_.functions[f].effects;
    return (effects & kMask) != 0;
}

// An operation that may throw says so, or that its fault is the end of the program.
void Checker::check_flags(const Op& op) {
    bool may_throw = false;
    bool may_be_fatal = false;
    switch (op.op) {
        case OpKind::Call:
        case OpKind::CallVirtual:
            for (FunctionId f : targets(op)) may_throw = may_throw || (module_.functions[f].effects & Throws) != 0;
            break;
        case OpKind::CallRuntime: may_throw = module_.runtime[op.runtime].throws; break;
        case OpKind::CheckNull:
        case OpKind::CheckIndex:
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::CheckCast:
        case OpKind::NewArray:
        case OpKind::Throw:
        case OpKind::Rethrow: may_throw = may_be_fatal = true; break;
        case OpKind::Assign:
        case OpKind::Store:
        case OpKind::Take:
        case OpKind::Release:
        case OpKind::MakeUnique:
        case OpKind::New:
        case OpKind::Concat:
        case OpKind::Append:
        case OpKind::EnumText:
        case OpKind::SetFinalised: break;
    }
    if (may_throw && !op.throws && !(may_be_fatal && op.is_fatal))
        error("effects", "the operation may throw, but is not marked so");

    if (is_call(op)) {
        uint8_t effects = 0;
        if (op.op == OpKind::CallRuntime && module_.runtime[op.runtime].releases) effects = Releases | Stores;
        for (FunctionId f : targets(op)) effects |= module_.functions[f].effects;
        if (effects & Releases) require_effect(Releases, "a callee may release");
        if (effects & Stores) require_effect(Stores, "a callee may store");
    } else if (disturbs(op)) {
        require_effect(Releases, "it releases what may have a destructor");
        require_effect(Stores, "a destructor may store");
    }
}

// Between a Take and its Store the place holds what it does not own.
void Checker::check_hole(const Op& op) {
    if (!hole_) return;
    const Value& place = *hole_->place;
    if (op.op == OpKind::Store && same(*op.place, place)) {
        for (const Operand& arg : op.args)
            if (!hole_->is_next && reads_like(*arg.value, place))
                error("store-empty", "a place is read after its unit was taken");
        return;  // store() closes the hole
    }
    bool is_quiet = op.op == OpKind::Assign || op.op == OpKind::Concat || op.op == OpKind::Append ||
                    op.op == OpKind::EnumText;
    bool is_harmless = is_quiet && !op.throws && !(op.dst.valid() && mentions(place, op.dst)) &&
                       !(op.dst.valid() && local(op.dst).is_ref);
    for (const Operand& arg : op.args) is_harmless = is_harmless && !reads_like(*arg.value, place);
    if (!is_harmless) return close_hole("something else runs before");
    hole_->is_next = false;
}

void Checker::close_hole(std::string_view what) {
    if (!hole_) return;
    error("store-empty", fmt::format("the unit of '{}' was taken, and {} the place is filled again",
                                     text_of(module_, function_, *hole_->place),
                                     what == "the block ends" ? "the block ends before" : std::string(what) + ", before"));
    hole_.reset();
}

// Operands of a call that it borrows must outlast what it does.
void Checker::check_call(const Op& op, const State& state, const std::vector<LocalId>& moved) {
    bool is_disturbing = disturbs(op);
    for (size_t i = 0; i < op.args.size(); ++i) {
        const Operand& arg = op.args[i];
        const Value* held = arg.value;
        if (arg.by_ref) {
            // The object that a field lies in is held by whoever passes the field.
            held = nullptr;
            for (const Value* v = arg.value; v->kind == ValueKind::Field || v->kind == ValueKind::Element; v = v->args[0])
                if (types_.is(v->args[0]->type, TypeKind::Class)) {
                    held = v->args[0];
                    break;
                }
        } else if (takes_unit(op, i) || !owns(held->type)) {
            held = nullptr;
        }
        if (!held) continue;
        for (const Lender& lender : lenders_of(*held, state)) {
            if (lender.is_mutable && is_disturbing)
                error("borrow", fmt::format("'{}' is borrowed from memory that the operation may overwrite",
                                            text_of(module_, function_, *held)));
            if (lender.root != Root::Local) continue;
            LocalId owner(lender.id);
            bool is_lost = std::count(moved.begin(), moved.end(), owner) != 0;
            for (const Operand& other : op.args)
                if (other.by_ref && other.value != arg.value && !arg.by_ref) {
                    Path path = path_of(*other.value);
                    is_lost = is_lost || (path.root == Root::Local && path.id == lender.id && !path.is_mutable);
                }
            if (is_lost)
                error("borrow", fmt::format("'{}' is borrowed from '{}', which the same operation takes over",
                                            text_of(module_, function_, *held), name(owner)));
        }
    }
}

TypeId Checker::result_type(const Op& op) const {
    switch (op.op) {
        case OpKind::Call: return module_.functions[op.function].result;
        case OpKind::CallVirtual: {
            auto callees = targets(op);
            if (!callees.empty()) return module_.functions[callees[0]].result;
            return op.dst.valid() ? local(op.dst).type : TypeId(Types::Void);
        }
        case OpKind::CallRuntime: {
            TypeId type = module_.runtime[op.runtime].result;
            return op.dst.valid() && !owns(type) ? local(op.dst).type : type;
        }
        case OpKind::New:
        case OpKind::NewArray:
        case OpKind::Concat:
        case OpKind::Append:
        case OpKind::EnumText: return op.dst.valid() ? local(op.dst).type : TypeId(Types::String);
        case OpKind::Assign:
        case OpKind::Take:
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

void Checker::op(const Op& op, State& state) {
    check_hole(op);
    check_flags(op);
    if (op.op == OpKind::Release) return release(op, state);

    // Reading, and the units that operands bring.
    for (const Operand& arg : op.args) use(*arg.value, state);
    if (op.place) use(*op.place, state);
    std::vector<LocalId> moved;
    for (size_t i = 0; i < op.args.size(); ++i) transfer(op.args[i], takes_unit(op, i), state, moved);
    for (LocalId id : moved) {
        int times = op.place && mentions(*op.place, id) ? 1 : 0;
        for (const Operand& arg : op.args) times += mentions(*arg.value, id);
        if (times > 1) error("owned-once", fmt::format("local '{}' is moved and used at once", name(id)));
    }
    check_call(op, state, moved);

    // What the result will be, as seen before anything is given up.
    bool copies = op.op == OpKind::Assign;
    Borrow borrow;
    uint8_t condition = Owned;
    LocalId source;
    if (copies) {
        borrow.lenders = lenders_of(*op.args[0].value, state);
        if (is_empty(*op.args[0].value)) condition = Null;
        if (!moved.empty()) {
            source = moved[0];
            condition = state[source] & (Null | Owned) ? state[source] & (Null | Owned) : Owned;
        }
    }

    for (const Operand& arg : op.args) {
        bool only_looks = op.op == OpKind::CheckNull || op.op == OpKind::CheckIndex || op.op == OpKind::CheckCast;
        if (!only_looks && op.op != OpKind::Store) forget_fresh(*arg.value, state);
    }
    for (LocalId id : moved)
        if (id != source) give_up(id, state, "was moved away");
    if (source.valid()) {
        gone_[index(source)] = where_;
        state[source] = state[source] & Owned ? uint8_t{Gone} : state[source];
        forget_unique_with(source, state);
    }

    // What the operation does to memory, on either edge.
    if (is_call(op)) {
        for (const Operand& arg : op.args)
            if (!arg.by_ref && owns(arg.value->type)) forget_unique_passed(*arg.value, state);
        forget_unique_mutable(state);
    }
    if (disturbs(op)) end_mutable_borrows(state, "it was read from mutable memory and may have been overwritten");
    for (size_t i = 0; i < op.args.size(); ++i) {
        const Operand& arg = op.args[i];
        if (!arg.by_ref) continue;
        Path path = path_of(*arg.value);
        const Local* param = param_of(op, i);
        bool keeps = param && param->ownership != Ownership::Own;
        check_writable(*arg.value, state, keeps);
        if (path.root == Root::Local && path.steps.empty()) {
            LocalId id(path.id);
            if (is_borrower(id) && !keeps)
                error("owned-once", fmt::format("'{}' is passed by reference, but only borrowed", name(id)));
            if (is_owner(id) && !keeps) {
                state[id] = Owned;
                given_[index(id)] = where_;
                end_borrows_of(id, state, "was passed by reference");
            }
            state.fresh.erase(id);
            state.made.remove(id);
            forget_unique_with(id, state);
        } else {
            // What the callee may do to memory that others see, its effects say.
            if (!path.is_mutable)
                end_borrows_at(path, state, "the place it was read from was passed by reference");
            forget_unique_at(path, state);
            mark_stored(*arg.value, state);
            hold_part(*arg.value, state);
        }
        if (path.is_mutable) forget_unique_mutable(state);
    }
    if (op.throws) raise(state);
    where_ = &op;

    switch (op.op) {
        case OpKind::Throw:
        case OpKind::Rethrow: state = State(); return;
        case OpKind::Store: return store(op, state);
        case OpKind::Take: return take(op, state);
        case OpKind::MakeUnique: return make_unique(op, state);
        case OpKind::CallRuntime:
            if (module_.runtime[op.runtime].no_return) {
                state = State();
                return;
            }
            break;
        case OpKind::Assign:
        case OpKind::Release:
        case OpKind::CheckNull:
        case OpKind::CheckIndex:
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::CheckCast:
        case OpKind::New:
        case OpKind::NewArray:
        case OpKind::Concat:
        case OpKind::Append:
        case OpKind::EnumText:
        case OpKind::Call:
        case OpKind::CallVirtual:
        case OpKind::SetFinalised: break;
    }
    if (op.dst.valid())
        define(op, state, condition, std::move(borrow), source);
    else if (owns(result_type(op)))
        error("owned-once", "the result has no owner");
    if (source.valid()) end_borrows_of(source, state, "was moved away");
}

void Checker::define(const Op& op, State& state, uint8_t condition, Borrow borrow, LocalId source) {
    LocalId id = op.dst;
    bool copies = op.op == OpKind::Assign;
    bool brings_unit = !copies && owns(result_type(op));
    LocalId copied = copies ? moved_local(*op.args[0].value) : LocalId();
    bool is_made = types_.is(local(id).type, TypeKind::Class) &&
                   (op.op == OpKind::New || (copies && op.args[0].value->kind == ValueKind::Null) ||
                    (copied.valid() && state.made.contains(copied)));
    if (is_made)
        state.made.add(id);
    else
        state.made.remove(id);
    state.fresh.erase(id);
    forget_unique_with(id, state);
    if (local(id).is_ref) {
        if (owns(local(id).type)) error("store-empty", fmt::format("'{}' is overwritten without a Take", name(id)));
        return;
    }
    if (!is_owner(id)) {
        if (brings_unit) error("owned-once", fmt::format("the result has no owner: '{}' is none", name(id)));
        state[id] = Owned;
        if (is_borrower(id)) state.borrows[id] = std::move(borrow);
        return;
    }
    if (state[id] & Owned)
        error("owned-once", fmt::format("local '{}' is overwritten while it {} its unit{}", name(id),
                                        state[id] == Owned ? "still holds" : "may still hold", at(given_[index(id)])));
    end_borrows_of(id, state, "was assigned");
    if (source.valid()) rename_lender(source, id, state);
    state[id] = condition;
    given_[index(id)] = where_;
    bool is_zero = copies && is_empty(*op.args[0].value) && types_.is(local(id).type, TypeKind::Struct);
    if (op.op == OpKind::New || op.op == OpKind::NewArray || is_zero) state.fresh[id] = {};
    if (op.op == OpKind::NewArray) state.unique.push_back(local_value(id));
}

void Checker::release(const Op& op, State& state) {
    const Value& value = *op.args[0].value;
    bool is_plain = value.kind == ValueKind::Local && is_owner(value.local) && op.args[0].transfer == Transfer::Use;
    if (!is_plain) {
        error("owned-once", fmt::format("'{}' is released, but is no owning local", text_of(module_, function_, value)));
        return;
    }
    LocalId id = value.local;
    if (state[id] & Gone)
        error("owned-once", fmt::format("local '{}' is released after its unit is gone{}{}", name(id),
                                        state[id] & Owned ? " on some path" : "", at(gone_[index(id)])));
    else if (state[id] & NeverSet)
        error("owned-once", fmt::format("local '{}' is released before it is set{}", name(id),
                                        state[id] == NeverSet ? "" : " on some path"));
    give_up(id, state, "was released");
    if (disturbs(op)) {
        end_mutable_borrows(state, "it was read from mutable memory and may have been overwritten by a destructor");
        forget_unique_mutable(state);
    }
}

// A reference was put into the place: a struct that it is part of is empty no longer. (An array
// that is stored to was not null.)
void Checker::hold_part(const Value& place, State& state) {
    Path path = path_of(place);
    if (path.root != Root::Local || !is_owner(LocalId(path.id)) || !owns(place.type)) return;
    for (const Step& step : path.steps)
        if (step.kind != Step::StructField) return;
    uint8_t& condition = state[LocalId(path.id)];
    if (condition & Null) condition = static_cast<uint8_t>((condition & ~Null) | Owned);
}

void Checker::store(const Op& op, State& state) {
    const Value& place = *op.place;
    Path path = path_of(place);
    if (path.root == Root::Local && path.steps.empty())
        error("store-empty", fmt::format("'{}' is a plain local: it is assigned, not stored to", name(LocalId(path.id))));
    check_writable(place, state);
    bool was_fresh = is_fresh(place, state);
    bool fills_hole = hole_ && same(*hole_->place, place);
    if (owns(place.type)) {
        if (!fills_hole && !was_fresh)
            error("store-empty", fmt::format("'{}' may still hold a unit that the store overwrites",
                                             text_of(module_, function_, place)));
        if (is_seen_by_callers(path, state)) require_effect(Stores, "it stores where others may look");
    }
    if (fills_hole) hole_.reset();
    mark_stored(place, state);
    hold_part(place, state);
    for (const Operand& arg : op.args) forget_fresh(*arg.value, state);
    if (ends_borrows(place, path)) end_borrows_at(path, state, "the place it was read from was overwritten");
    // A value that was lent whole does not change under the borrower: nobody may borrow an array
    // that is written in place.
    for (size_t i = path.steps.size(); i-- > 0 && path.steps[i].kind != Step::ClassField;)
        if (path.steps[i].kind == Step::Element) end_borrows_of_array(*path.bases[i], state, "the array that it refers to was written");
    forget_unique_at(path, state);
}

void Checker::take(const Op& op, State& state) {
    const Value& place = *op.place;
    Path path = path_of(place);
    if (path.steps.empty() && path.root == Root::Local) {
        error("store-empty", fmt::format("'{}' is a plain local: it is moved, not taken", name(LocalId(path.id))));
        return;
    }
    check_writable(place, state);
    if (is_seen_by_callers(path, state)) require_effect(Stores, "it takes from where others may look");
    if (!op.dst.valid() || !is_owner(op.dst)) {
        error("owned-once", "what is taken has no owner");
        return;
    }
    define(op, state, Owned, {}, {});
    lend_on(path, op.dst, state);
    hole_ = Hole{&place, true};
}

void Checker::make_unique(const Op& op, State& state) {
    const Value& array = *op.place;
    Path path = path_of(array);
    if (path.steps.empty() && path.root == Root::Local && is_borrower(LocalId(path.id)))
        error("unique", fmt::format("'{}' is only borrowed: it cannot be made unique", name(LocalId(path.id))));
    check_writable(array, state);
    if (is_seen_by_callers(path, state)) require_effect(Stores, "it replaces an array where others may look");
    end_borrows_of_array(array, state, "the array that it refers to was made unique");
    // A copy retains the elements.
    if (types_.is(array.type, TypeKind::Array)) forget_unique_held(array, types_.element(array.type), state);
    if (!is_unique(array, state)) state.unique.push_back(&array);
}

}  // namespace dream::rc::ledger
