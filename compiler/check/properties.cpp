// Properties and indexers, used. Reading one is a call of its getter; an automatic property that is
// not virtual is its field. A write finds that call in the place to be written and goes through the
// property (ruling 8): objects, indices and the value are evaluated from left to right into locals
// of lets; then, with nothing between them, come get, write and set.
//
//   a.P = v           set_P(a, v)
//   a[i].x += v       { t = a; k = i; e = get(t, k); e.x += v; set(t, k, e) }
#include "check/body.h"

namespace dream::checker {

void Body::automatic_accessor(const PropertyInfo& p, std::vector<Stmt*>& body) {
    Span span = p.span;
    Expr* place = automatic_field(p, p.global ? nullptr : this_expr(span), span);
    if (is_error(place)) return;
    if (info_ == p.getter) {
        body.push_back(make_stmt<ReturnStmt>(span, place));
        return;
    }
    mark_written(place);
    Expr* value = node<LocalRefExpr>(place->type, span, function_->params[0]);
    body.push_back(make_stmt<ExprStmt>(span, node<AssignExpr>(place->type, span, place, value)));
}

// ---- reading -------------------------------------------------------------------------------------

// The property `p` of `object` (null: it is static).
Expr* Body::property(PropertyInfo& p, Expr* object, Span name_span, bool is_base) {
    Span span = object ? cover(object->span, name_span) : name_span;
    if (name_span == written_property_)
        written_property_ = {};
    else if (!check_readable(p, object, name_span))
        return error(span);
    if (!p.is_direct()) return read_property(p, object, {}, is_base, span);
    Expr* place = automatic_field(p, object, name_span);
    direct_properties_[place] = &p;
    return place;
}

Expr* Body::automatic_field(const PropertyInfo& p, Expr* object, Span span) {
    if (p.field) return field(object, *p.field, span);
    TypeId type = c_.global_type(*p.global, span);
    return type == Types::Error ? error(span) : node<GlobalRefExpr>(type, span, p.global->global);
}

bool Body::check_readable(const PropertyInfo& p, const Expr* object, Span span) {
    if (!p.has_getter) {
        report<diag::NoGetter>(span, p.name).note<diag::DeclaredHere>(p.span, p.name);
        return false;
    }
    if (may_access(p.getter->access, *p.owner, object)) return true;
    report_inaccessible(p.getter->access, *p.owner, std::string(p.name) + ".get", p.span, span);
    return false;
}

// A call of the getter: a value, and where it is written the mark of the property.
Expr* Body::read_property(PropertyInfo& p, Expr* object, std::vector<Argument> indices,
                          bool is_base, Span span) {
    Function* getter = p.getter->function;
    if (getter->result == Types::Error) return error(span);
    if (is_base && getter->is_abstract) {
        report<diag::AbstractCall>(span, p.name).note<diag::DeclaredHere>(p.span, p.name);
        return error(span);
    }
    if (object) object = c_.coerce(object, p.owner->type);
    if (object) note_struct_call(object, getter);
    return node<CallExpr>(getter->result, span, getter, object, getter->is_virtual && !is_base,
                          std::move(indices));
}

// The getters of the indexers of a type and what it inherits: overloads are told apart by them.
void Body::collect_indexers(const TypeInfo& info, std::vector<FunctionInfo*>& getters) const {
    for (const TypeInfo* type = &info; type; type = type->base)
        for (const PropertyInfo* p : type->indexers) {
            bool is_hidden = false;
            for (const FunctionInfo* f : getters)
                is_hidden = is_hidden || c_.same_parameters(*f->function, *p->getter->function);
            if (!is_hidden) getters.push_back(p->getter);
        }
    for (const TypeInfo* type = &info; type && type->is_abstract; type = type->base)
        for (const TypeInfo* interface : type->interfaces) collect_indexers(*interface, getters);
}

bool Body::has_indexers(const TypeInfo& info) const {
    std::vector<FunctionInfo*> getters;
    collect_indexers(info, getters);
    return !getters.empty();
}

// The indexer of `object` that takes these indices.
Expr* Body::indexer(const TypeInfo& info, Expr* object, const ast::List<ast::Arg>& syntax,
                    Span span, bool is_base) {
    std::vector<FunctionInfo*> candidates;
    collect_indexers(info, candidates);
    bool is_written = span == written_property_;
    if (is_written) written_property_ = {};
    CallArgs args = check_args(syntax, span, candidates, false);
    FunctionInfo* getter = choose(candidates, args, name_of(info.type) + "[]", span);
    if (!getter) return error(span);
    PropertyInfo& p = *getter->property;
    if (!may_access(p.access, *p.owner, object)) {
        report_inaccessible(p.access, *p.owner, std::string(p.name), p.span, span);
        return error(span);
    }
    std::vector<Argument> indices;
    if (!pass_args(*getter, args, indices)) return error(span);
    if (!args.lets.empty()) return not_supported("an index out of its place", span);
    if (!is_written && !check_readable(p, object, span)) return error(span);
    return read_property(p, object, std::move(indices), is_base, span);
}

Expr* Body::base_index(const ast::Index& e) {
    Span span = e.object->span;
    if (!has_this() || !owner_ || !owner_->base) {
        if (has_this() && owner_)
            report<diag::NoBase>(span, owner_->name);
        else
            report<diag::ThisOutside>(span, "base");
        return error(e.span);
    }
    Expr* object = c_.coerce(this_expr(span), owner_->base->type);
    if (has_indexers(*owner_->base)) return indexer(*owner_->base, object, e.args, e.span, true);
    report<diag::NotIndexable>(span, name_of(owner_->base->type));
    return error(e.span);
}

// ---- places that lead through properties ---------------------------------------------------------

// The property that `e` reads, by its field or by its getter; or null.
PropertyInfo* Body::property_of(const Expr* e) const {
    if (e->kind == ExprKind::Call) {
        auto it = c_.function_infos.find(as<CallExpr>(e)->function);
        return it == c_.function_infos.end() ? nullptr : it->second->property;
    }
    auto it = direct_properties_.find(e);
    return it == direct_properties_.end() ? nullptr : it->second;
}

// What `e` is a part of as a value: the struct of a field or property, the array of an element.
// Null if it is no part: a variable, a member of an object, a value.
Expr* Body::whole_of(const Expr* e) const {
    Expr* whole = nullptr;
    if (e->kind == ExprKind::FieldAccess) whole = as<FieldAccessExpr>(e)->object;
    if (e->kind == ExprKind::Index) whole = as<IndexExpr>(e)->object;
    if (e->kind == ExprKind::Call) whole = as<CallExpr>(e)->receiver;
    bool is_value = whole && (types_.is(whole->type, TypeKind::Struct) ||
                              types_.is(whole->type, TypeKind::Array));
    return is_value ? whole : nullptr;
}

// Writing `place` takes a setter.
bool Body::crosses_property(const Expr* place) const {
    for (const Expr* e = place; e; e = whole_of(e)) {
        if (e->kind == ExprKind::Call && property_of(e)) return true;
        if (e->kind == ExprKind::Call) return false;
    }
    return false;
}

// A property without a setter is written where its class is made, as its field.
bool Body::can_set(const PropertyInfo& p, const Expr* e) const {
    if (!p.setter) return p.field && is_being_made(e, *p.owner);
    const Expr* object = e->kind == ExprKind::FieldAccess ? as<FieldAccessExpr>(e)->object
                         : e->kind == ExprKind::Call      ? as<CallExpr>(e)->receiver
                                                          : nullptr;
    return may_access(p.setter->access, *p.owner, object);
}

// May `p`, which `e` reads, be written: as a whole, or else a part of it?
bool Body::check_settable(const PropertyInfo& p, const Expr* e, bool is_whole) {
    if (can_set(p, e)) return true;
    if (p.setter) {
        report_inaccessible(p.setter->access, *p.owner, std::string(p.name) + ".set", p.span,
                            e->span);
    } else if (is_whole) {
        report<diag::ReadOnlyProperty>(e->span, p.name).note<diag::DeclaredHere>(p.span, p.name);
    } else {
        report<diag::WritesToPropertyCopy>(e->span, p.name)
            .note<diag::DeclaredHere>(p.span, p.name);
    }
    return false;
}

// A method of a struct may turn out to write the variable that it is called on.
void Body::note_struct_call(Expr* receiver, const Function* function) {
    Local* root = types_.is(receiver->type, TypeKind::Struct) ? root_local(receiver) : nullptr;
    if (root && !foreach_locals_.count(root)) c_.struct_calls.emplace_back(root, function);
}

// The target of an assignment; if that is a property, its getter need not exist.
Expr* Body::target_expr(const ast::Expr& e, bool is_read) {
    const ast::Expr& target = ast::strip_parens(e);
    Span before = written_property_;
    written_property_ = {};
    if (is_read) {
    } else if (const auto* name = ast::try_as<ast::NameExpr>(&target)) {
        written_property_ = name->name.span;
    } else if (const auto* member = ast::try_as<ast::Member>(&target)) {
        written_property_ = member->name.span;
    } else if (target.kind == ast::ExprKind::Index) {
        written_property_ = target.span;
    }
    Expr* value = typed_expr(e);
    written_property_ = before;
    return value;
}

// ---- writing -------------------------------------------------------------------------------------

// Another node for a place over locals of lets, which no evaluation changes.
Expr* Body::copy_place(Expr* e) {
    switch (e->kind) {
        case ExprKind::LocalRef:
            return node<LocalRefExpr>(e->type, e->span, as<LocalRefExpr>(e)->local);
        case ExprKind::GlobalRef:
            return node<GlobalRefExpr>(e->type, e->span, as<GlobalRefExpr>(e)->global);
        case ExprKind::FieldAccess: {
            auto* access = as<FieldAccessExpr>(e);
            return node<FieldAccessExpr>(e->type, e->span, copy_place(access->object),
                                         access->field);
        }
        case ExprKind::Index: {
            auto* index = as<IndexExpr>(e);
            std::vector<Expr*> indices;
            for (Expr* i : index->indices) indices.push_back(copy_place(i));
            return node<IndexExpr>(e->type, e->span, copy_place(index->object), std::move(indices));
        }
        case ExprKind::Deref: {
            auto* deref = as<DerefExpr>(e);
            return node<DerefExpr>(e->type, e->span, copy_place(deref->pointer),
                                   copy_place(deref->index));
        }
        case ExprKind::Convert: {
            auto* convert = as<ConvertExpr>(e);
            return node<ConvertExpr>(e->type, e->span, convert->conversion,
                                     copy_place(convert->operand));
        }
        default: return e;  // a literal
    }
}

// `place` with everything evaluated that stands in it, and what is got from properties in locals.
Expr* Body::open_path(Expr* place, PropertyPath& path) {
    switch (place->kind) {
        case ExprKind::LocalRef:
        case ExprKind::GlobalRef: return copy_place(place);
        case ExprKind::FieldAccess: {
            auto* access = as<FieldAccessExpr>(place);
            bool is_object = types_.is(access->object->type, TypeKind::Class);
            Expr* object =
                is_object ? bind(access->object, "object", path.steps) : open_path(access->object, path);
            return node<FieldAccessExpr>(place->type, place->span, object, access->field);
        }
        case ExprKind::Index: {
            auto* index = as<IndexExpr>(place);
            Expr* array = open_path(index->object, path);
            std::vector<Expr*> indices;
            for (Expr* i : index->indices) indices.push_back(bind(i, "index", path.steps));
            return node<IndexExpr>(place->type, place->span, array, std::move(indices));
        }
        case ExprKind::Deref: {
            auto* deref = as<DerefExpr>(place);
            Expr* pointer = bind(deref->pointer, "pointer", path.steps);
            return node<DerefExpr>(place->type, place->span, pointer,
                                   bind(deref->index, "index", path.steps));
        }
        default: break;
    }
    PropertyInfo* p = place->kind == ExprKind::Call ? property_of(place) : nullptr;
    if (!p || !p->setter) return bind(place, "copy", path.steps);
    CallExpr* get = open_getter(as<CallExpr>(place), path);
    if (path.is_in_place) return open_place(place_behind(*p), *get, path);
    Expr* part = got(get, "part", path);
    path.sets.push_back(setter_call(*p, get, copy_place(part), place->span));
    return part;
}

// A local that holds `value` from behind the evaluation of the path.
Expr* Body::got(Expr* value, std::string_view name, PropertyPath& path) {
    Local* local =
        c_.arena.make<Local>(Local{name, value->type, value->span, LocalKind::Variable, true});
    path.gets.push_back({local, value});
    return node<LocalRefExpr>(value->type, value->span, local);
}

// The call of a getter with its receiver and indices evaluated.
CallExpr* Body::open_getter(CallExpr* get, PropertyPath& path) {
    Expr* receiver = get->receiver;
    if (receiver)
        receiver = types_.is(receiver->type, TypeKind::Class) ? bind(receiver, "object", path.steps)
                                                              : open_path(receiver, path);
    std::vector<Argument> indices;
    for (const Argument& index : get->arguments)
        indices.push_back({bind(index.value, "index", path.steps), false, false});
    return node<CallExpr>(get->type, get->span, get->function, receiver, get->is_virtual,
                          std::move(indices));
}

// The call of the setter that goes with the call of the getter.
Expr* Body::setter_call(const PropertyInfo& p, const CallExpr* get, Expr* value, Span span) {
    Function* setter = p.setter->function;
    Expr* receiver = get->receiver ? copy_place(get->receiver) : nullptr;
    if (receiver) note_struct_call(receiver, setter);
    std::vector<Argument> arguments;
    for (const Argument& index : get->arguments)
        arguments.push_back({copy_place(index.value), false, false});
    arguments.push_back({value, false, false});
    return node<CallExpr>(Types::Void, span, setter, receiver,
                          setter->is_virtual && get->is_virtual, std::move(arguments));
}

// The whole: what was evaluated, the gets, `update`, the sets; then `value`. Both may be null.
Expr* Body::path_sequence(PropertyPath& path, Expr* update, Expr* value) {
    Lets all = std::move(path.steps);
    all.insert(all.end(), path.gets.begin(), path.gets.end());
    if (update) all.push_back({nullptr, update});
    for (size_t i = path.sets.size(); i-- > 0;) all.push_back({nullptr, path.sets[i]});
    if (!value) {
        value = all.back().value;
        all.pop_back();
    }
    return let(all, value);
}

// `target = value`, where setting the target takes a setter.
Expr* Body::assign_property(Expr* target, Expr* value, bool is_used, Span span) {
    PropertyPath path;
    PropertyInfo* p = target->kind == ExprKind::Call ? property_of(target) : nullptr;
    Expr* update = nullptr;
    if (p) {
        auto* get = as<CallExpr>(target);
        Expr* whole = whole_of(target);
        bool is_one_call = !is_used && !(whole && crosses_property(whole));
        if (is_one_call) return setter_call(*p, get, value, span);
        get = open_getter(get, path);
        value = bind(value, "value", path.steps);
        path.sets.push_back(setter_call(*p, get, copy_place(value), span));
    } else {
        path.is_in_place = is_in_place(target);
        Expr* place = open_path(target, path);
        value = bind(value, "value", path.steps);
        update = node<AssignExpr>(target->type, span, place, copy_place(value));
    }
    return path_sequence(path, update, is_used ? value : nullptr);
}

// What `update` does to a place that open_path made, and its value.
Expr* Body::close_path(PropertyPath& path, Expr* update, bool is_used) {
    if (is_error(update)) return update;
    if (!is_used || path.sets.empty() || update->type == Types::Void)
        return path_sequence(path, update, nullptr);
    Expr* value = got(update, "result", path);
    return path_sequence(path, nullptr, value);
}

// The call where it only reads its struct: that comes first, then its arguments.
Expr* Body::reading_call(CallExpr* call, const Lets& early) {
    if (early.empty() || !crosses_property(call->receiver)) return let(early, call);
    Lets lets;
    Expr* receiver = bind(call->receiver, "receiver", lets);
    lets.insert(lets.end(), early.begin(), early.end());
    return let(lets, node<CallExpr>(call->type, call->span, call->function, receiver, false,
                                    call->arguments));
}

// A method called on (a part of) a struct property: if it turns out to write its struct, that is
// got and set again, else it is only read. order.cpp knows in the end. `early` are arguments that are
// evaluated before the others, but behind the struct.
Expr* Body::call_on_property(CallExpr* call, const Lets& early) {
    PropertyCall found;
    found.plain = call;
    bool is_property = false;
    for (const Expr* e = call->receiver; e; e = whole_of(e)) {
        const PropertyInfo* p = property_of(e);
        is_property = is_property || p;
        if (p && !can_set(*p, e) && !found.blocked) found.blocked = p;
        const Symbol* field = readonly_of(e);
        if (field && !is_being_made(e, *field->owner)) found.readonly = field;
    }
    const Local* root = root_local(call->receiver);
    bool is_blocked = found.blocked || found.readonly;
    found.reading = reading_call(call, early);
    if (foreach_locals_.count(root)) return found.reading;
    // Not of what is thrown away, or what a form has been reported for.
    bool is_reported = !c_.is_quiet && c_.sink != &c_.silent;
    if (is_blocked && is_reported) c_.property_calls.push_back(found);
    if (is_blocked || !is_property || !crosses_property(call->receiver)) return found.reading;
    size_t known = c_.struct_calls.size();
    PropertyPath path;
    Expr* receiver = open_path(call->receiver, path);
    path.steps.insert(path.steps.end(), early.begin(), early.end());
    std::vector<Argument> arguments;
    for (const Argument& a : call->arguments)
        arguments.push_back(
            {a.by_ref ? a.value : bind(a.value, "argument", path.steps), a.by_ref, a.is_out});
    Expr* update = node<CallExpr>(call->type, call->span, call->function, receiver, false,
                                  std::move(arguments));
    found.whole = node<LetExpr>(call->type, call->span, nullptr,
                                literal(Types::Int, call->span, int64_t{0}),
                                close_path(path, update, true));
    found.struct_calls.assign(c_.struct_calls.begin() + static_cast<std::ptrdiff_t>(known),
                              c_.struct_calls.end());
    c_.struct_calls.resize(known);
    c_.property_calls.push_back(found);
    return found.whole;
}

}  // namespace dream::checker
