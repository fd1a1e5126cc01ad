// Equals and GetHashCode, which every type has, so that generic code may use them on any T; and
// CompareTo, which generic code of the library may use likewise.
//
// Numbers, bool, char and string have them in the library. Enums compare as ints, arrays by content
// (by functions of the library), a class as it declares or by identity, a struct as it declares or
// field by field: then a function for it is made here. Types without an order throw when compared.
#include "check/body.h"

namespace dream::checker {

namespace {

constexpr std::string_view kEquals = "Equals";
constexpr std::string_view kHash = "GetHashCode";
constexpr std::string_view kCompare = "CompareTo";

}  // namespace

// The method that a class, struct or builtin type declares for it: bool Equals(other) or
// int CompareTo(other) with a parameter that `arg` fits, or int GetHashCode() if `arg` is null.
FunctionInfo* Checker::declared_equality(TypeId type, std::string_view name, const Expr* arg) {
    TypeInfo* info = info_of(type);
    bool is_extension = !info;
    if (!info) info = home_of(type);
    if (!info || info->enum_syntax) return nullptr;
    size_t skip = is_extension ? 1 : 0, count = skip + (arg ? 1 : 0);
    FunctionInfo* found = nullptr;
    for (FunctionInfo* f : methods_named(*info, name)) {
        const std::vector<Local*>& params = f->function->params;
        if (f->is_extension != is_extension || f->is_static != is_extension) continue;
        if (f->generic || params.size() != count) continue;
        if (result_of(*f) != (name == kEquals ? Types::Bool : Types::Int)) continue;
        if (is_extension && params[0]->type != type) continue;
        if (arg && params[skip]->kind != LocalKind::Parameter) continue;
        Fit how = arg ? fit(*arg, params[skip]->type) : Fit::Exact;
        if (how == Fit::Exact) return f;
        if (how != Fit::No && !found) found = f;
    }
    return found;
}

// a.Equals(b), a.CompareTo(b), or a.GetHashCode() with a null `b`. Both are of the same type.
Expr* Checker::equality_call(std::string_view name, Expr* a, Expr* b, Span span) {
    TypeId type = a->type, result = name == kEquals ? Types::Bool : Types::Int;
    if (types.is_open(type)) return node<DefaultExpr>(result, span);
    std::vector<Argument> arguments;
    auto pass = [&](Expr* e, const Local* param) {
        arguments.push_back({coerce(e, param->type), false, false});
    };
    if (FunctionInfo* f = declared_equality(type, name, b)) {
        const std::vector<Local*>& params = f->function->params;
        if (f->is_extension) pass(a, params[0]);
        if (b) pass(b, params.back());
        Expr* receiver = f->is_extension ? nullptr : coerce(a, f->owner->type);
        if (receiver && types.is(type, TypeKind::Struct) && a->kind == ExprKind::LocalRef)
            struct_calls.emplace_back(as<LocalRefExpr>(a)->local, f->function);
        return node<CallExpr>(result, span, f->function, receiver, f->function->is_virtual,
                              std::move(arguments));
    }
    if (name == kCompare) return comparison_call(a, b, span);
    if (types.is(type, TypeKind::Class)) return object_call(name, a, b, span);
    if (b && !types.is(type, TypeKind::Struct) && !types.is(type, TypeKind::Array))
        return fold(node<BinaryExpr>(result, span, BinaryOp::Equal, a, b));
    if (types.is(type, TypeKind::Enum)) return numeric(a, Types::Int);
    if (types.is(type, TypeKind::Array) && types.rank(type) > 1) {
        // As `==` has it; equal ones are of one length.
        if (!b) return node<LengthExpr>(result, span, a);
        return node<BinaryExpr>(result, span, BinaryOp::Equal, a, b);
    }
    Function* f = types.is(type, TypeKind::Struct)  ? structural(type, name)
                  : types.is(type, TypeKind::Array) ? array_content(type, name, span)
                                                    : nullptr;
    if (!f) return error_expr(span);
    arguments.push_back({a, false, false});
    if (b) arguments.push_back({b, false, false});
    return node<CallExpr>(result, span, f, nullptr, false, std::move(arguments));
}

// Enums in the order of their values; other types have none: the library throws.
Expr* Checker::comparison_call(Expr* a, Expr* b, Span span) {
    if (types.is(a->type, TypeKind::Enum))
        return equality_call(kCompare, numeric(a, Types::Int), numeric(b, Types::Int), span);
    FunctionInfo* f = library_function("AnyValue", "NoOrder");
    return f ? node<CallExpr>(Types::Int, span, f->function, nullptr, false,
                              std::vector<Argument>{})
             : error_expr(span);
}

FunctionInfo* Checker::library_function(std::string_view type, std::string_view name) {
    const Symbol* home = library->find(type);
    if (!home || !home->info) return nullptr;
    std::vector<FunctionInfo*> found = methods_named(*home->info, name);
    return found.empty() ? nullptr : found[0];
}

// The library's function for arrays of this type.
Function* Checker::array_content(TypeId type, std::string_view name, Span span) {
    FunctionInfo* f = library_function("ArrayContent", name);
    if (!f) return nullptr;
    Specialisation* made = specialise(*f->generic, {types.element(type)}, *library, span);
    if (!made) return nullptr;
    ensure_signature(*made->function);
    return made->function->function;
}

// A function that compares or hashes a struct field by field.
Function* Checker::structural(TypeId type, std::string_view name) {
    Function*& known = equality_functions_[{type, name}];
    if (known) return known;
    bool is_equals = name == kEquals;
    Function* f = known = arena.make<Function>();
    const TypeInfo& info = *info_of(type);
    f->name = name;
    f->span = info.span;
    f->owner = type;
    f->is_library = info.is_library;
    f->result = is_equals ? Types::Bool : Types::Int;
    for (std::string_view param : {"a", "b"})
        if (param == "a" || is_equals)
            f->params.push_back(
                arena.make<Local>(Local{param, type, info.span, LocalKind::Parameter, false}));
    auto* body = arena.make<BlockStmt>(Stmt{StmtKind::Block, info.span}, std::vector<Stmt*>{});
    f->body = body;
    auto part = [&](size_t param, size_t field) -> Expr* {
        Expr* object = node<LocalRefExpr>(type, info.span, f->params[param]);
        return node<FieldAccessExpr>(types.nominal(type).fields[field].type, info.span, object,
                                     static_cast<int>(field));
    };
    auto null_test = [&](BinaryOp op, Expr* e) {
        Expr* null = literal(e->type, info.span, std::monostate{});
        return node<BinaryExpr>(Types::Bool, info.span, op, e, null);
    };
    Expr* value = nullptr;
    for (size_t i = 0; i < types.nominal(type).fields.size(); ++i) {
        Expr* one = equality_call(name, part(0, i), is_equals ? part(1, i) : nullptr, info.span);
        if (types.is_nullable(types.nominal(type).fields[i].type)) {
            // Null equals null and nothing else, and hashes as 0.
            Expr* of_null = is_equals ? null_test(BinaryOp::Equal, part(1, i))
                                      : literal(Types::Int, info.span, int64_t{0});
            one = node<ConditionalExpr>(f->result, info.span,
                                        null_test(BinaryOp::NotEqual, part(0, i)), one, of_null);
        }
        if (!value) {
            value = one;
        } else if (is_equals) {
            value = node<LogicalExpr>(Types::Bool, info.span, true, value, one);
        } else {
            Expr* factor = literal(Types::Int, info.span, int64_t{31});
            Expr* shifted =
                node<BinaryExpr>(Types::Int, info.span, BinaryOp::Multiply, value, factor);
            value = node<BinaryExpr>(Types::Int, info.span, BinaryOp::Add, shifted, one);
        }
    }
    if (!value) value = literal(f->result, info.span, int64_t{is_equals});
    body->body.push_back(arena.make<ReturnStmt>(Stmt{StmtKind::Return, info.span}, value));
    program.functions.push_back(f);
    queue_used({body}, {});
    return f;
}

// a.Equals(b) and a.GetHashCode() where the type declares nothing of the kind, or is a type
// parameter.
Expr* Body::equality_member(Expr* object, std::string_view name, const CallArgs& args, Span span) {
    object = c_.settle_default(object);
    if (args.has_error) return error(span);
    size_t wanted = name == kHash ? 0 : 1;
    if (args.values.size() != wanted || (wanted && !args.values[0])) {
        report<diag::WrongArgumentCount>(args.span, name, counted(wanted), args.values.size());
        return error(span);
    }
    bool is_class = types_.is(object->type, TypeKind::Class);
    bool is_object = wanted && (args.values[0]->type == c_.object_type() ||
                                (is_class && c_.fit(*args.values[0], object->type) == Fit::No));
    Expr* other =
        wanted ? convert(args.values[0], is_object ? c_.object_type() : object->type) : nullptr;
    if (other && is_error(other)) return other;
    if (is_object) return c_.object_call(name, object, other, span);
    return c_.equality_call(name, object, other, span);
}

}  // namespace dream::checker
