// The type `object`: an interface of the library that every class implements, so what holds for
// interfaces (casts, calls, cycles, destructors) holds for objects without a word about them.
//
// What is no instance of a class becomes one: numbers, bool, char, enums, structs, strings and
// arrays go into a `Boxed<T>` (stdlib/object.dr), an immutable instance of a class with one field.
// So a cast to such a type is a cast to the class of its boxes, and reads the field. An interface
// that a struct implements takes its boxes likewise.
#include <algorithm>

#include "check/body.h"

namespace dream::checker {

// Error where there is no library.
TypeId Checker::object_type() const {
    const Symbol* symbol = library ? library->find("Object") : nullptr;
    return symbol && symbol->info ? symbol->info->type : TypeId(Types::Error);
}

// The interface that is `object` is called so, a box by what is in it; "": by its own name.
std::string_view Checker::shown_name_in_library(const TypeInfo& info) {
    if (!info.is_library) return {};
    if (info.name == "Object" && info.is_interface) return "object";
    const Specialisation* made = info.scope->specialisation;
    bool is_box = info.name == "Boxed" && made && made->generic->type_syntax == info.syntax;
    return is_box ? arena.keep(types.text(made->args[0])) : std::string_view();
}

// The method that every object has.
FunctionInfo* Checker::object_method(std::string_view name) {
    TypeInfo* info = info_of(object_type());
    if (!info) return nullptr;
    for (FunctionInfo* f : info->methods) {
        if (f->is_static || f->function->name != name) continue;
        ensure_signature(*f);
        return f;
    }
    return nullptr;
}

// A value of the one type becomes one of the other, an object or interface, by going into a box.
bool Checker::is_boxed_as(TypeId value, TypeId to) const {
    if (!types.is_interface(to)) return false;
    if (to != object_type()) return implements(value, to);
    switch (types.kind(value)) {
        case TypeKind::Bool:
        case TypeKind::Char:
        case TypeKind::Byte:
        case TypeKind::Int:
        case TypeKind::Long:
        case TypeKind::Float:
        case TypeKind::Double:
        case TypeKind::String:
        case TypeKind::Array:
        case TypeKind::Struct:
        case TypeKind::Enum: return true;
        case TypeKind::Error:
        case TypeKind::Void:
        case TypeKind::Null:
        case TypeKind::Pointer:
        case TypeKind::Function:
        case TypeKind::Class: return false;
    }
    return false;
}

// A struct, or a type parameter that its bounds say to be one or a class, has the interface.
bool Checker::implements(TypeId value, TypeId interface) const {
    if (!types.is(value, TypeKind::Struct)) return false;
    auto has = [&](TypeId named) {
        return types.is_subclass(named, interface) || implements(named, interface);
    };
    if (const Bounds* bounds = bounds_of(value))
        return std::any_of(bounds->types.begin(), bounds->types.end(), has);
    const TypeInfo* info = info_of(value);
    return info && std::any_of(info->interfaces.begin(), info->interfaces.end(),
                               [&](const TypeInfo* named) { return has(named->type); });
}

// The struct that is in the box; null if the class is that of no boxes of structs.
TypeInfo* Checker::struct_in_box(const TypeInfo& box) const {
    const Specialisation* made = box.scope->specialisation;
    const Symbol* boxed = library->find("Boxed");
    if (!made || !boxed || made->generic != boxed->generic ||
        box.syntax != made->generic->type_syntax)
        return nullptr;
    TypeInfo* value = info_of(made->args[0]);
    return value && value->struct_ ? value : nullptr;
}

// What a struct implements, its boxes do.
void Checker::implement_by_box(TypeInfo& box) {
    TypeInfo* value = struct_in_box(box);
    if (!value) return;
    resolve_bases(*value);
    for (TypeInfo* interface : value->interfaces) {
        box.interfaces.push_back(interface);
        types.add_interface(box.type, interface->type);
    }
}

// A method of the box that calls that of the struct in it; null: the struct has none.
Function* Checker::forwarding_of_box(const TypeInfo& box, const Function& wanted) {
    TypeInfo* value = struct_in_box(box);
    if (!value || types.is_open(box.type)) return nullptr;
    FunctionInfo* method = nullptr;
    for (FunctionInfo* candidate : value->methods) {
        if (candidate->function->name != wanted.name || candidate->generic) continue;
        ensure_signature(*candidate);
        bool is_usable = !candidate->is_static && candidate->access == Access::Public;
        if (is_usable && same_parameters(*candidate->function, wanted)) method = candidate;
    }
    if (!method) return nullptr;
    queue_body(*method);
    Function* f = make_method(box.type, wanted.name, result_of(*method));
    f->span = method->function->span;
    Expr* object = node<FieldAccessExpr>(value->type, f->span, local_ref(f->this_local), 0);
    std::vector<Argument> arguments;
    for (const Local* param : wanted.params) {
        Local* own = make_local(param->name, param->type, param->span, param->kind);
        f->params.push_back(own);
        bool is_ref = own->kind == LocalKind::Ref || own->kind == LocalKind::Out;
        arguments.push_back({local_ref(own), is_ref, own->kind == LocalKind::Out});
    }
    Expr* call =
        node<CallExpr>(f->result, f->span, method->function, object, false, std::move(arguments));
    Stmt* body = f->result == Types::Void
                     ? arena.make<ExprStmt>(Stmt{StmtKind::Expr, f->span}, call)
                     : return_of(call);
    f->body = body_of({body});
    program.functions.push_back(f);
    return f;
}

// The class of boxes of values of that type.
TypeInfo* Checker::box_of(TypeId value) {
    return specialise(*library->find("Boxed")->generic, {value}, *library, {})->type;
}

// The value in a box of its own; a string or array that is null stays null.
Expr* Checker::box(Expr* e, TypeId to) {
    bool is_null = e->kind == ExprKind::Literal && as<LiteralExpr>(e)->value.index() == 0;
    if (is_null) return literal(to, e->span, std::monostate{});
    std::vector<Argument> arguments{{e, false, false}};
    if (types.is_nullable(e->type) && e->kind != ExprKind::Literal) {
        Generic& of = *library_function("Boxing", "Of")->generic;
        FunctionInfo* made = specialise(of, {e->type}, *library, e->span)->function;
        ensure_signature(*made);
        return node<CallExpr>(to, e->span, made->function, nullptr, false, std::move(arguments));
    }
    TypeInfo* info = box_of(e->type);
    FunctionInfo* constructor = info->constructors.front();
    ensure_signature(*constructor);
    Expr* made = node<NewExpr>(info->type, e->span, constructor->function, std::move(arguments));
    return node<ConvertExpr>(to, e->span, Conversion::Upcast, made);
}

// A cast of an object that has to hold exactly a T. Null is no value type's.
Expr* Checker::unbox(Expr* e, TypeId to, CastKind kind, Span span) {
    TypeId type = box_of(to)->type;
    Expr* cast = node<ClassCastExpr>(type, span, kind, e);
    if (!types.is_nullable(to) || kind == CastKind::Tested)
        return node<FieldAccessExpr>(to, span, cast, 0);
    Local* box = make_local("box", type, span, LocalKind::Variable);
    Expr* is_there = node<BinaryExpr>(Types::Bool, span, BinaryOp::NotEqual, local_ref(box),
                                      literal(type, span, std::monostate{}));
    Expr* value = node<FieldAccessExpr>(to, span, local_ref(box), 0);
    Expr* choice =
        node<ConditionalExpr>(to, span, is_there, value, literal(to, span, std::monostate{}));
    return node<LetExpr>(to, span, box, cast, choice);
}

// Is the object, which may be null, of the type?
Expr* Checker::test_of_object(Expr* e, TypeId test, Span span) {
    TypeId type = is_boxed_as(test, e->type) ? box_of(test)->type : test;
    return node<TypeTestExpr>(Types::Bool, span, e, type);
}

// A call of the Equals or GetHashCode of whatever `object` is.
Expr* Checker::object_call(std::string_view name, Expr* object, Expr* other, Span span) {
    FunctionInfo* f = object_method(name);
    if (!f) return error_expr(span);
    std::vector<Argument> arguments;
    if (other) arguments.push_back({coerce(other, object_type()), false, false});
    return node<CallExpr>(f->function->result, span, f->function, coerce(object, object_type()),
                          true, std::move(arguments));
}

// a == b of two objects: strings are the same if what is in their boxes is.
Expr* Checker::same_object(BinaryOp op, Expr* a, Expr* b, Span span) {
    FunctionInfo* f = library_function("Boxing", "Same");
    std::vector<Argument> arguments{{coerce(a, object_type()), false, false},
                                    {coerce(b, object_type()), false, false}};
    Expr* same =
        node<CallExpr>(Types::Bool, span, f->function, nullptr, false, std::move(arguments));
    return op == BinaryOp::Equal ? same : node<UnaryExpr>(Types::Bool, span, UnaryOp::Not, same);
}

// Does the method of a class take the place of one that every object has?
bool Checker::is_of_object(const Function& f) const {
    if (f.name == "Equals")
        return f.params.size() == 1 && f.params[0]->kind == LocalKind::Parameter &&
               f.params[0]->type == object_type();
    return (f.name == "ToString" || f.name == "GetHashCode") && f.params.empty();
}

// Classes that nobody wrote: function types, and the values of these.
void Checker::complete_objects() {
    TypeInfo* object = info_of(object_type());
    if (!object) return;
    for (Class* c : program.classes) {
        bool is_complete = types.is_interface(c->type);
        for (const Implementation& made : c->implementations)
            is_complete = is_complete || made.interface == object->type;
        if (!is_complete) c->implementations.push_back({object->type, object->class_->slots});
    }
}

}  // namespace dream::checker
