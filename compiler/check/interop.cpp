// What meets C: the signatures of extern functions and of pointers to C functions, calls through
// such pointers, and the functions that C is given the address of.
//
// A pointer to a C function is an address and nothing else. A Dream function gets one of its own
// that C can call: it takes what C passes, and calls the other. What it captures would have no
// place to be; that it captures nothing is known, and said, after flow analysis.
#include <utility>

#include "check/body.h"
#include "check/checker.h"

namespace dream::checker {

// ---- what goes to C ------------------------------------------------------------------------------

// What C and Dream see alike by value: numbers, enums, pointers, structs of these.
bool Checker::is_for_c(TypeId type) const {
    if (type == Types::Error || type == Types::Bool || types.is_numeric(type)) return true;
    if (types.is(type, TypeKind::Pointer) || types.is(type, TypeKind::Enum)) return true;
    if (!types.is(type, TypeKind::Struct)) return false;
    for (const Field& field : types.nominal(type).fields)
        if (!is_for_c(field.type)) return false;
    return true;
}

// Strings, and arrays of what C sees alike, are lent for the time of a call.
bool Checker::is_lent(TypeId type) const {
    return type == Types::String ||
           (types.is(type, TypeKind::Array) && is_for_c(types.element(type)));
}

void Checker::check_extern(FunctionInfo& info) {
    Function& f = *info.function;
    f.is_varargs = info.syntax->has_varargs;
    for (const Local* param : f.params) {
        bool is_fine =
            is_for_c(param->type) || (is_lent(param->type) && param->kind == LocalKind::Parameter);
        if (!is_fine) sink->report<diag::NotForC>(param->span, name_of(param->type));
    }
    bool is_fine = f.result == Types::Void || f.result == Types::String || is_for_c(f.result);
    if (!is_fine) sink->report<diag::NotForC>(f.span, name_of(f.result));
    if (info.owner) not_supported("an extern function as a member", f.span);
}

// ---- typedef -------------------------------------------------------------------------------------

// `typedef func int Compare(void* a, void* b);`: pointers to C functions of that type.
TypeId Checker::resolve_c_function(const ast::Typedef& alias, Scope& scope) {
    const auto& syntax = ast::as<ast::FuncType>(*alias.type);
    Signature signature;
    signature.name = alias.name.text;
    signature.span = alias.name.span;
    signature.result =
        syntax.result ? resolve_type(*syntax.result, scope, true) : TypeId(Types::Void);
    bool is_fine = signature.result != Types::Error;
    for (const ast::FuncTypeParam& param : syntax.params) {
        TypeId type = resolve_type(*param.type, scope);
        is_fine = is_fine && type != Types::Error;
        signature.params.push_back({type, param.mode != ast::PassMode::Value});
    }
    return is_fine ? types.pointer_to(types.function_of(std::move(signature))) : Types::Error;
}

// Any other typedef is one more name for its type.
void Checker::resolve_alias(Symbol& symbol) {
    if (!symbol.alias) return;
    const ast::Typedef& alias = *std::exchange(symbol.alias, nullptr);
    symbol.type = Types::Error;  // for one that is named in its own type
    int errors = sink->error_count();
    bool is_function = alias.type->kind == ast::TypeKind::FuncType;
    symbol.type = is_function ? resolve_c_function(alias, *symbol.scope)
                              : resolve_type(*alias.type, *symbol.scope);
    symbol.info = info_of(symbol.type);
    if (symbol.type == Types::Error && sink->error_count() == errors)
        sink->report<diag::DependsOnItself>(symbol.span, "type", symbol.name);
}

// Asked when fields are known.
void Checker::check_alias(const Symbol& symbol) {
    if (!types.is_function_pointer(symbol.type)) return;
    const Signature& signature = types.signature(types.element(symbol.type));
    TypeId result = signature.result;
    if (result != Types::Void && result != Types::String && !is_for_c(result))
        sink->report<diag::NotForC>(symbol.span, name_of(result));
    for (const Signature::Param& param : signature.params)
        if (!is_for_c(param.type) && (param.by_ref || !is_lent(param.type)))
            sink->report<diag::NotForC>(symbol.span, name_of(param.type));
}

// ---- calls through pointers ----------------------------------------------------------------------

const Function* Checker::callback_shape(TypeId type) {
    Function*& shape = callback_shapes_[type];
    if (shape) return shape;
    const Signature& signature = types.signature(types.element(type));
    shape = arena.make<Function>();
    shape->name = signature.name;
    shape->owner = type;  // for reports
    shape->result = signature.result;
    for (size_t i = 0; i < signature.params.size(); ++i)
        shape->params.push_back(make_local(
            arena.keep("a" + std::to_string(i)), signature.params[i].type, signature.span,
            signature.params[i].by_ref ? LocalKind::Ref : LocalKind::Parameter));
    return shape;
}

FunctionInfo* Checker::pointer_call(TypeId type) {
    FunctionInfo*& info = pointer_calls_[type];
    if (info) return info;
    const Function& shape = *callback_shape(type);
    Function* f = arena.make<Function>();
    f->name = shape.name;
    f->kind = FunctionKind::Extern;
    f->is_pointer = true;
    f->span = types.signature(types.element(type)).span;
    f->result = shape.result;
    f->params = shape.params;
    f->params.insert(f->params.begin(),
                     make_local("function", type, f->span, LocalKind::Parameter));
    info = arena.make<FunctionInfo>();
    info->function = f;
    info->shown_name = f->name;
    info->scope = user;
    info->is_extension = true;  // the pointer stands in front of the arguments
    info->has_signature = true;
    function_infos[f] = info;
    return info;
}

// ---- functions for C -----------------------------------------------------------------------------

// What a parameter wants of `type`: a string is a copy of what C passes.
Expr* Body::from_c(Local* param, TypeId type, Span span) {
    Expr* value = node<LocalRefExpr>(param->type, span, param);
    if (param->type == type) return value;
    return node<ConvertExpr>(type, span, Conversion::StringFromC, value);
}

Local* Body::param_for_c(const Local& wanted, Span span) {
    bool is_text = wanted.type == Types::String;
    TypeId type = is_text ? types_.pointer_to(Types::Char) : wanted.type;
    return c_.make_local(wanted.name, type, span, wanted.kind);
}

// A lambda is called by C itself.
Function* Body::lambda_for_c(const UnboundFunction& e, const Function& shape) {
    if (!check_lambda_params(e, shape)) return nullptr;
    const ast::Lambda& syntax = *e.lambda;
    Function* f = new_lambda(syntax);
    f->result = shape.result;
    std::vector<Local*> from;
    for (size_t i = 0; i < syntax.params.size(); ++i) {
        const Local& wanted = *shape.params[i];
        f->params.push_back(c_.make_local(syntax.params[i].name.text, wanted.type,
                                          syntax.params[i].span, wanted.kind));
        from.push_back(param_for_c(*f->params[i], syntax.params[i].span));
    }
    FunctionInfo info;
    lambda_body(syntax, *f, info, nullptr);
    std::vector<Stmt*> copies;
    for (size_t i = 0; i < from.size(); ++i) {
        Local* param = f->params[i];
        if (from[i]->type == param->type) continue;
        param->kind = LocalKind::Variable;
        copies.push_back(
            make_stmt<DeclareStmt>(param->span, param, from_c(from[i], param->type, param->span)));
        f->params[i] = from[i];
    }
    f->body->body.insert(f->body->body.begin(), copies.begin(), copies.end());
    return f;
}

// A function with the parameters that C passes to `shape`; `args` become their values.
Function* Body::entry_for_c(const Function& shape, CallArgs& args, Span span) {
    Function* f = c_.arena.make<Function>();
    f->name = shape.name;
    f->span = span;
    f->result = shape.result;
    f->is_library = true;
    for (size_t i = 0; i < shape.params.size(); ++i) {
        f->params.push_back(param_for_c(*shape.params[i], span));
        args.values[i] = from_c(f->params[i], shape.params[i]->type, span);
    }
    return f;
}

// A function that has a name is called by one that takes what C passes.
Function* Body::group_for_c(const UnboundFunction& e, const Function& shape, TypeId pointer) {
    const Target& t = *e.functions;
    CallArgs args;
    FunctionInfo* chosen = choose_for(t, shape, args, e.span);
    if (!chosen || c_.result_of(*chosen) == Types::Error) return nullptr;
    if (!check_group(*chosen, args, shape, e.span)) return nullptr;
    if (chosen->function->kind == FunctionKind::Method || args.self) {
        report<diag::CallbackCaptures>(e.span, "an object");
        return nullptr;
    }
    if (group_receiver(t, *chosen, e.span)) return nullptr;  // reported
    Function* f = entry_for_c(shape, args, e.span);
    f->name = c_.arena.keep(std::string(chosen->function->name) + " for C");
    if (chosen->function->outer) {
        f->outer = function_;
        group_body(*f, *chosen, t, args, e.span);
        return f;
    }
    auto [made, is_new] = c_.static_values.try_emplace({chosen->function, pointer}, f);
    if (is_new) group_body(*f, *chosen, t, args, e.span);
    return made->second;
}

Expr* Body::bind_for_c(const UnboundFunction& e, TypeId pointer) {
    const Function& shape = *c_.callback_shape(pointer);
    if (shape.result == Types::String) {
        report<diag::CallbackType>(e.span, "that returns a", name_of(shape.result));
        return error(e.span);
    }
    for (const Local* param : shape.params) {
        if (!types_.is(param->type, TypeKind::Array)) continue;
        report<diag::CallbackType>(e.span, "that takes a", name_of(param->type));
        return error(e.span);
    }
    Function* f = e.lambda ? lambda_for_c(e, shape) : group_for_c(e, shape, pointer);
    if (!f) return error(e.span);
    f->callback = types_.element(pointer);
    return node<FunctionAddressExpr>(pointer, e.span, f);
}

// ---- functions that C calls by name --------------------------------------------------------------

// Besides what goes to C anyway, C can hold references to what is Dream's.
bool Checker::is_exportable(TypeId type) const {
    if (types.is(type, TypeKind::Array))
        return types.rank(type) == 1 && is_exportable(types.element(type));
    bool is_object = types.is(type, TypeKind::Class) && !invoke_of(type) && !types.is_open(type);
    return is_object || type == Types::String || is_for_c(type);
}

// C calls a function of its own; its types are said as those of a pointer to C functions are.
Function* Body::c_export(FunctionInfo& info) {
    const Function& target = *info.function;
    Signature signature{target.name, target.span, target.result, {}};
    for (const Local* param : target.params)
        signature.params.push_back({param->type, param->kind != LocalKind::Parameter});
    Target t;
    t.kind = Target::Kind::Functions;
    t.functions = {&info};
    t.name = target.name;
    t.span = target.span;
    CallArgs args;
    FunctionInfo* chosen = choose_for(t, target, args, target.span);
    Function* f = entry_for_c(target, args, target.span);
    f->callback = types_.function_of(std::move(signature));
    f->is_exported = true;
    group_body(*f, *chosen, t, args, target.span);
    return f;
}

void Checker::make_c_export(FunctionInfo& info) {
    const Function& f = *info.function;
    auto leave_out = [&](const std::string& what) {
        if (with_header_) sink->report<diag::NotInHeader>(f.span, f.name, what);
    };
    if (info.generic) return leave_out("what its type parameters stand for");
    TypeId unknown;
    if (f.result != Types::Void && !is_exportable(f.result)) unknown = f.result;
    for (const Local* param : f.params) {
        bool is_value = param->kind == LocalKind::Parameter;
        if (!(is_value ? is_exportable(param->type) : is_for_c(param->type))) unknown = param->type;
    }
    if (unknown.valid()) return leave_out("'" + name_of(unknown) + "'");
    Function* made = Body(*this, nullptr, info.scope).c_export(info);
    program.functions.push_back(made);
    program.exports.push_back(made);
}

}  // namespace dream::checker
