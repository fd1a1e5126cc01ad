// Writes that lead through the indexer of a collection of the library, `list[i][j] = v`. Its getter is
// one place, `get => items[Checked(index)];`: what get, write and set would do is done to that place,
// so nothing is copied that nobody else holds, and an exception leaves everything where it is.
//
//     { list = ...; i = ...; j = ...; v = ...; slot = Checked(list, i); list.items[slot][j] = v; }
//
// What Checked found holds as long as nobody changes the collection: between it and the write no code
// of the program runs.
#include "check/body.h"
#include "check/visit.h"

namespace dream::checker {

bool runs_code(const Types& types, Expr* root) {
    std::vector<Expr*> open{root};
    while (!open.empty()) {
        Expr* e = open.back();
        open.pop_back();
        switch (e->kind) {
            case ExprKind::Literal:
            case ExprKind::LocalRef:
            case ExprKind::GlobalRef:
            case ExprKind::FieldAccess:
            case ExprKind::Index:
            case ExprKind::Length:
            case ExprKind::Unary:
            case ExprKind::Binary:
            case ExprKind::Logical:
            case ExprKind::Conditional:
            case ExprKind::Concat:
            case ExprKind::Convert:
            case ExprKind::TypeTest:
            case ExprKind::ReferenceEquals:
            case ExprKind::FunctionAddress:
            case ExprKind::ClassCast:
            case ExprKind::Deref:
            case ExprKind::AddressOf:
            case ExprKind::NewArray:
            case ExprKind::ArrayLiteral:
            case ExprKind::Default: break;
            case ExprKind::ToText: {
                TypeId type = as<ToTextExpr>(e)->operand->type;
                if (types.is(type, TypeKind::Class) || types.is(type, TypeKind::Struct))
                    return true;
                break;
            }
            case ExprKind::Assign:
            case ExprKind::CompoundAssign:
            case ExprKind::Increment:
            case ExprKind::Call:
            case ExprKind::New:
            case ExprKind::Lambda:
            case ExprKind::Let:
            case ExprKind::Throw: return true;
        }
        for_each_child(*e, [&](Expr*& child) { open.push_back(child); });
    }
    return false;
}

// What stands behind `get =>` of a property or indexer of the library, in terms of the getter's own
// `this` and parameters, if it is a place; else null.
Expr* Body::place_behind(PropertyInfo& p) {
    const ast::Expr* syntax = p.syntax->getter.expr;
    bool may_be_place = p.owner->is_library && syntax && !p.getter->function->is_virtual;
    if (!may_be_place || p.place_progress != Progress::NotStarted) return p.place;
    p.place_progress = Progress::Running;
    Body body(c_, p.getter, p.getter->scope);
    Scoped scope(body);
    body.add_params();
    Expr* place = body.typed_expr(*syntax);
    if (!is_error(place) && is_place(place) && !body.crosses_property(place)) p.place = place;
    p.place_progress = Progress::Done;
    return p.place;
}

// All properties that `place` leads through are indexers of that kind.
bool Body::is_in_place(const Expr* place) {
    bool has_any = false;
    for (const Expr* e = place; e; e = whole_of(e)) {
        if (e->kind != ExprKind::Call) continue;
        PropertyInfo* p = property_of(e);
        if (!p || !p->setter || !place_behind(*p)) return false;
        has_any = true;
    }
    return has_any;
}

// The place `e` behind an indexer whose getter is called by `get`, with receiver and indices in
// locals. What it calls is evaluated behind the path.
Expr* Body::open_place(Expr* e, const CallExpr& get, PropertyPath& path) {
    switch (e->kind) {
        case ExprKind::LocalRef: {
            const Local* local = as<LocalRefExpr>(e)->local;
            if (local == get.function->this_local) return copy_place(get.receiver);
            for (size_t i = 0; i < get.arguments.size(); ++i)
                if (local == get.function->params[i]) return copy_place(get.arguments[i].value);
            break;
        }
        case ExprKind::FieldAccess: {
            auto* access = as<FieldAccessExpr>(e);
            return node<FieldAccessExpr>(e->type, get.span, open_place(access->object, get, path),
                                         access->field);
        }
        case ExprKind::Index: {
            auto* index = as<IndexExpr>(e);
            Expr* array = open_place(index->object, get, path);
            std::vector<Expr*> slots;
            for (Expr* i : index->indices) {
                Expr* slot = open_place(i, get, path);
                slots.push_back(slot->kind == ExprKind::Call ? got(slot, "slot", path) : slot);
            }
            return node<IndexExpr>(e->type, get.span, array, std::move(slots));
        }
        case ExprKind::Call: {
            auto* call = as<CallExpr>(e);
            std::vector<Argument> arguments;
            for (const Argument& a : call->arguments)
                arguments.push_back({open_place(a.value, get, path), false, false});
            Expr* receiver = call->receiver ? open_place(call->receiver, get, path) : nullptr;
            return node<CallExpr>(e->type, get.span, call->function, receiver, false,
                                  std::move(arguments));
        }
        default: break;
    }
    DREAM_UNREACHABLE("an indexer of the library has another place than these");
}

// The call `e` of a getter as the place behind it, where evaluating that takes no calls; else `e`.
Expr* Body::as_place(Expr* e) {
    PropertyInfo* p = e->kind == ExprKind::Call ? property_of(e) : nullptr;
    Expr* behind = p ? place_behind(*p) : nullptr;
    if (!behind || runs_code(types_, behind)) return e;
    PropertyPath none;
    return open_place(behind, *as<CallExpr>(e), none);
}

// `target op= value`. Code that `value` runs may change the collection, so the place is looked for
// again behind it.
Expr* Body::compound_in_place(const ast::Assign& e, Expr* target, Expr* value, bool is_used) {
    PropertyPath path;
    path.is_in_place = true;
    target = open_path(target, path);
    if (!runs_code(types_, value)) return close_path(path, compound_update(e, target, value), is_used);
    Lets slots = path.gets;
    Expr* old = got(target, "old", path);
    Expr* update = compound_update(e, old, got(value, "value", path));
    if (is_error(update)) return update;
    path.gets.push_back({nullptr, update});
    for (const LetLocal& slot : slots) {
        Expr* place = node<LocalRefExpr>(slot.value->type, e.span, slot.local);
        path.gets.push_back(
            {nullptr, node<AssignExpr>(place->type, e.span, place, copy_call(slot.value))});
    }
    Expr* store = node<AssignExpr>(target->type, e.span, copy_place(target), copy_place(old));
    return path_sequence(path, store, is_used ? copy_place(old) : nullptr);
}

// Another node for a call whose receiver and arguments are in locals.
Expr* Body::copy_call(Expr* e) {
    if (e->kind != ExprKind::Call) return copy_place(e);
    auto* call = as<CallExpr>(e);
    std::vector<Argument> arguments;
    for (const Argument& a : call->arguments)
        arguments.push_back({copy_place(a.value), false, false});
    Expr* receiver = call->receiver ? copy_place(call->receiver) : nullptr;
    return node<CallExpr>(e->type, e->span, call->function, receiver, false, std::move(arguments));
}

}  // namespace dream::checker
