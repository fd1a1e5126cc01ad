// The ownership verifier, memory: where borrowed references come from, which writes end them, and
// which arrays nobody else can see.
//
// Two facts of the language carry this. An array or struct is a value: what a plain local holds by
// value (through struct fields and elements) is written through that local alone, because a shared
// array is made unique first. Everything reached through a class field, a global or a ref target is
// mutable memory: anybody may overwrite it, through any other path that ends in the same field or
// in an element of the same type of array.
#include <algorithm>

#include <fmt/format.h>

#include "ir/print.h"
#include "rc/balance_checker.h"

namespace dream::rc::ledger {

using namespace ir;

namespace {


// A copy of `lender` one step further on.
Lender extended(Lender lender, const Step& step) {
    lender.is_mutable = lender.is_mutable || step.kind == Step::ClassField;
    lender.steps.insert(step);
    lender.last = step;
    return lender;
}

Step step_of(const Value& v, const Types& types) {
    TypeId base = v.args[0]->type;
    if (v.kind == ValueKind::Element) return {Step::Element, base, 0};
    if (types.is(base, TypeKind::Struct)) return {Step::StructField, base, v.index};
    // A base class sees the same field under the same index.
    return {Step::ClassField, types.field_owner(base, v.index), v.index};
}

bool is_step(const Value& v) { return v.kind == ValueKind::Field || v.kind == ValueKind::Element; }

}  // namespace

Path Checker::path_of(const Value& place) const {
    Path path;
    std::vector<const Value*> parts;
    const Value* v = &place;
    for (; is_step(*v) || v->kind == ValueKind::Convert; v = v->args[0])
        if (is_step(*v)) parts.push_back(v);
    if (v->kind == ValueKind::Local) {
        path.root = local(v->local).is_ref ? Root::Ref : Root::Local;
        path.id = v->local.index;
    } else if (v->kind == ValueKind::Global) {
        path.root = Root::Global;
        path.id = v->global.index;
    }
    path.is_mutable = path.root == Root::Ref || path.root == Root::Global;
    for (size_t i = parts.size(); i-- > 0;) {
        path.steps.push_back(step_of(*parts[i], types_));
        path.bases.push_back(parts[i]->args[0]);
        path.is_mutable = path.is_mutable || path.steps.back().kind == Step::ClassField;
    }
    return path;
}

FlatSet<Lender> Checker::lenders_of(const Value& value, const State& state) const {
    switch (value.kind) {
        case ValueKind::Local: {
            if (local(value.local).is_ref) return {{Root::Ref, value.local.index, true, {}, {}}};
            if (!is_borrower(value.local)) return {{Root::Local, value.local.index, false, {}, {}}};
            const Borrow* known = state.borrows.find(value.local);
            return known ? known->lenders : FlatSet<Lender>();
        }
        case ValueKind::Global: return {{Root::Global, value.global.index, true, {}, {}}};
        case ValueKind::Field:
        case ValueKind::Element: {
            FlatSet<Lender> lenders;
            Step step = step_of(value, types_);
            for (const Lender& base : lenders_of(*value.args[0], state)) lenders.insert(extended(base, step));
            return lenders;
        }
        case ValueKind::Convert:
        case ValueKind::Select:
        case ValueKind::Runtime: {
            FlatSet<Lender> lenders;
            for (const Value* arg : value.args)
                if (owns(arg->type))
                    for (const Lender& lender : lenders_of(*arg, state)) lenders.insert(lender);
            return lenders;
        }
        case ValueKind::Int:
        case ValueKind::Real:
        case ValueKind::String:
        case ValueKind::FunctionAddress:
        case ValueKind::Deref:
        case ValueKind::AddressOf:
        case ValueKind::Instance:
        case ValueKind::Null:
        case ValueKind::Zero:
        case ValueKind::CharAt:
        case ValueKind::Length:
        case ValueKind::Dimension:
        case ValueKind::Unary:
        case ValueKind::Binary:
        case ValueKind::And:
        case ValueKind::Or:
        case ValueKind::TypeTest:
        case ValueKind::SwitchString: break;
    }
    return {{}};
}

// `inner` is `outer` or held in it by value.
bool Checker::contains(TypeId outer, TypeId inner) const {
    if (outer == inner) return true;
    if (!types_.is(outer, TypeKind::Struct)) return false;
    for (const Field& field : types_.nominal(outer).fields)
        if (contains(field.type, inner)) return true;
    return false;
}

// Whether a write to the place can free what was lent, or change an array that was. A field that owns
// nothing is no part of an array unless it lies in one of its elements, and a struct that was lent is
// a copy.
bool Checker::ends_borrows(const Value& place, const Path& path) const {
    bool is_in_array = false;
    for (size_t i = path.steps.size(); i-- > 0 && path.steps[i].kind != Step::ClassField;)
        is_in_array = is_in_array || path.steps[i].kind == Step::Element;
    return is_in_array || owns(place.type);
}

// Whether a write to the place changes, or frees, what was lent.
Overwrite Checker::overwrites(const Path& written, const Lender& lender) const {
    if (!written.is_mutable) {
        if (lender.root != Root::Local || lender.id != written.id) return Overwrite::No;
    } else {
        if (!lender.is_mutable) return Overwrite::No;
        // A ref target may be any place of the caller, but no global or field of an object is a part of it.
        bool is_variable = written.steps.empty() ? written.root == Root::Global
                                                 : written.steps.back().kind == Step::ClassField;
        if (written.root == Root::Ref || lender.root == Root::Ref)
            return is_variable ? Overwrite::OnTheWay : Overwrite::Inside;
    }
    if (written.steps.empty()) {
        bool is_root = lender.root == written.root && lender.id == written.id;
        return is_root ? Overwrite::OnTheWay : Overwrite::No;
    }
    if (lender.steps.contains(written.steps.back())) return Overwrite::OnTheWay;
    for (size_t i = written.steps.size(); i-- > 0 && written.steps[i].kind != Step::ClassField;) {
        bool is_whole = i == 0 ? lender.steps.empty() && lender.root == written.root && lender.id == written.id
                               : !lender.steps.empty() && lender.last == written.steps[i - 1];
        if (is_whole) return Overwrite::Inside;
    }
    return Overwrite::No;
}

void Checker::end_borrows_of(LocalId owner, State& state, std::string_view why) {
    for (auto& [id, borrow] : state.borrows)
        for (const Lender& lender : borrow.lenders)
            if (!borrow.ended && lender.root == Root::Local && lender.id == owner.index)
                borrow.ended = {why, owner, nullptr};
}

void Checker::end_mutable_borrows(State& state, std::string_view why) {
    for (auto& [id, borrow] : state.borrows)
        for (const Lender& lender : borrow.lenders)
            if (!borrow.ended && lender.is_mutable)
                borrow.ended = {why, {}, where_};
}

void Checker::end_borrows_at(const Path& written, State& state, std::string_view why) {
    for (auto& [id, borrow] : state.borrows)
        for (const Lender& lender : borrow.lenders)
            if (!borrow.ended && overwrites(written, lender) != Overwrite::No)
                borrow.ended = {why, {}, where_};
}

// A unit is taken out of the place: what was read through it is held by who has the unit now.
void Checker::lend_on(const Path& taken, LocalId holder, State& state) {
    for (auto& [id, borrow] : state.borrows) {
        bool is_through = false;
        for (const Lender& lender : borrow.lenders) {
            Overwrite how = overwrites(taken, lender);
            is_through = is_through || how == Overwrite::OnTheWay;
            if (how == Overwrite::Inside && !borrow.ended)
                borrow.ended = {"the place it was read from was taken", {}, where_};
        }
        if (is_through) borrow.lenders.insert({Root::Local, holder.index, false, {}, {}});
    }
}

// Borrows of the array itself; those of its elements are held by the copy too.
void Checker::end_borrows_of_array(const Value& array, State& state, std::string_view why) {
    Path path = path_of(array);
    for (auto& [id, borrow] : state.borrows)
        for (const Lender& lender : borrow.lenders) {
            bool same_root = lender.root == path.root && lender.id == path.id;
            bool is_same = path.steps.empty() ? same_root && lender.steps.empty()
                                              : !lender.steps.empty() && lender.last == path.steps.back() &&
                                                    (path.is_mutable ? lender.is_mutable : same_root);
            if (!borrow.ended && is_same)
                borrow.ended = {why, {}, where_};
        }
}

void Checker::rename_lender(LocalId from, LocalId to, State& state) {
    for (auto& [id, borrow] : state.borrows) {
        auto is_from = [&](const Lender& lender) { return lender.root == Root::Local && lender.id == from.index; };
        if (std::none_of(borrow.lenders.begin(), borrow.lenders.end(), is_from)) continue;
        FlatSet<Lender> renamed;
        for (Lender lender : borrow.lenders) {
            if (is_from(lender)) lender.id = to.index;
            renamed.insert(std::move(lender));
        }
        borrow.lenders = std::move(renamed);
    }
}

// ---- arrays ------------------------------------------------------------------------------------

void Checker::check_writable(const Value& place, const State& state, bool keeps) {
    Path path = path_of(place);
    for (size_t i = path.steps.size(); i-- > 0 && path.steps[i].kind != Step::ClassField;) {
        if (path.steps[i].kind == Step::Element && !is_unique(*path.bases[i], state))
            error("unique", fmt::format("array '{}' is written, but others may share it",
                                        text_of(module_, function_, *path.bases[i])));
        bool is_root = i == 0 && path.root == Root::Local;
        if (is_root && is_borrower(LocalId(path.id)) && !keeps)
            error("unique", fmt::format("a part of '{}' is written, which is only borrowed", name(LocalId(path.id))));
    }
}

bool Checker::is_unique(const Value& array, const State& state) const {
    for (const Value* known : state.unique)
        if (same(*known, array)) return true;
    return false;
}

void Checker::forget_unique_with(LocalId id, State& state) {
    std::erase_if(state.unique, [&](const Value* array) {
        bool mentions = false;
        for_each_local(*array, [&](LocalId other) { mentions = mentions || other == id; });
        return mentions;
    });
}

// What `holder` holds of this type got another holder. An array that a plain local holds alone can
// only be meant if the value was read through that local; one in mutable memory, if the value came
// from mutable memory or from outside.
void Checker::forget_unique_held(const Value& holder, TypeId type, State& state) {
    FlatSet<Lender> lenders = lenders_of(holder, state);
    std::erase_if(state.unique, [&](const Value* array) {
        if (!contains(type, array->type)) return false;
        Path path = path_of(*array);
        for (const Lender& lender : lenders) {
            bool from_owner = lender.root == Root::Local && !lender.is_mutable && is_owner(LocalId(lender.id));
            if (path.is_mutable ? !from_owner : lender.root == path.root && lender.id == path.id) return true;
        }
        return lenders.empty();
    });
}

// A callee sees the value and may retain it or what it reaches: of what plain locals hold alone, the
// parts of those that it was read from.
void Checker::forget_unique_passed(const Value& passed, State& state) {
    FlatSet<Lender> lenders = lenders_of(passed, state);
    std::erase_if(state.unique, [&](const Value* array) {
        Path path = path_of(*array);
        for (const Lender& lender : lenders)
            if (lender.root == path.root && lender.id == path.id) return true;
        return lenders.empty();
    });
}

void Checker::forget_unique_mutable(State& state) {
    std::erase_if(state.unique, [&](const Value* array) { return path_of(*array).is_mutable; });
}

// Whether step `i` of `path` may go into the array that the last step of `written` goes into. That
// array is held alone, so only a step from the same holder can meet it.
bool Checker::same_holder(const Path& path, size_t i, const Path& written) const {
    size_t last = written.steps.size() - 1;
    if (written.steps[last].kind != Step::Element) return true;
    if (i == 0 || last == 0) return i == 0 && last == 0 && path.root == written.root && path.id == written.id;
    return path.steps[i - 1] == written.steps[last - 1];
}

void Checker::forget_unique_at(const Path& written, State& state) {
    std::erase_if(state.unique, [&](const Value* array) {
        Path path = path_of(*array);
        if (written.is_mutable != path.is_mutable) return false;
        if (!written.is_mutable && path.id != written.id) return false;
        if (written.is_mutable && (written.root == Root::Ref || path.root == Root::Ref)) {
            // The targets of two ref parameters, or of one and a field, may be one variable, but a
            // write to an element of it changes no array on the way.
            bool is_below = written.steps.size() > path.steps.size();
            if (!is_below || written.root != path.root || written.id != path.id) return true;
        }
        if (written.steps.empty()) return path.root == written.root && path.id == written.id;
        for (size_t i = 0; i < path.steps.size(); ++i)
            if (path.steps[i] == written.steps.back() && same_holder(path, i, written)) return true;
        return false;
    });
}

// ---- new objects ---------------------------------------------------------------------------------

namespace {

// The part of a local that a place is or lies in: its field, or the element with constant indices.
struct PartOfLocal {
    const Value* local = nullptr;
    std::vector<int64_t> part;  // empty: unknown
    bool is_exact = false;      // the place is the part itself
};

PartOfLocal part_of_local(const Value& place) {
    const Value* v = &place;
    while (is_step(*v) && is_step(*v->args[0])) v = v->args[0];
    if (!is_step(*v) || v->args[0]->kind != ValueKind::Local) return {};
    PartOfLocal found{v->args[0], {}, v == &place};
    if (v->kind == ValueKind::Field) {
        found.part = {v->index};
        return found;
    }
    for (size_t i = 1; i < v->args.size(); ++i) {
        if (v->args[i]->kind != ValueKind::Int) return {v->args[0], {}, false};
        found.part.push_back(v->args[i]->integer);
    }
    return found;
}

}  // namespace

bool Checker::is_seen_by_callers(const Path& path, const State& state) const {
    if (!path.is_mutable) return false;
    if (path.root != Root::Local || !state.made.contains(LocalId(path.id))) return true;
    for (size_t i = 1; i < path.steps.size(); ++i)
        if (path.steps[i].kind == Step::ClassField) return true;
    return false;
}

bool Checker::is_fresh(const Value& place, const State& state) const {
    PartOfLocal part = part_of_local(place);
    if (!part.local || !part.is_exact || part.part.empty()) return false;
    const Fresh* known = state.fresh.find(part.local->local);
    return known && !known->stored.count(part.part);
}

void Checker::mark_stored(const Value& place, State& state) {
    PartOfLocal part = part_of_local(place);
    if (!part.local) return;
    Fresh* known = state.fresh.find(part.local->local);
    if (!known) return;
    if (part.part.empty())
        state.fresh.erase(part.local->local);
    else
        known->stored.insert(part.part);
}

// The object itself is handed on: others may write to it from now on.
void Checker::forget_fresh(const Value& whole, State& state) {
    if (whole.kind == ValueKind::Local) state.fresh.erase(whole.local);
    if (whole.kind == ValueKind::Convert || whole.kind == ValueKind::Select || whole.kind == ValueKind::Runtime)
        for (const Value* arg : whole.args) forget_fresh(*arg, state);
}

const Value* Checker::local_value(LocalId id) {
    Value& value = local_values_[id];
    value.kind = ValueKind::Local;
    value.type = local(id).type;
    value.local = id;
    return &value;
}

}  // namespace dream::rc::ledger
