// Function types and what the checker makes of them. `func int(string)` is an abstract class with
// one method, `Invoke(string)`; a function value is an instance of a class that derives from it and
// overrides that method. So whatever holds for classes (counting, cycles, destructors, effects of
// virtual calls) holds for function values without a word about them. The idea is that of ML
// compilers for the Java machine; C#'s delegates look the same from outside.
#include <algorithm>

#include "check/body.h"
#include "check/checker.h"

namespace dream::checker {

// ---- making declarations that nobody wrote -------------------------------------------------------

Local* Checker::make_local(std::string_view name, TypeId type, Span span, LocalKind kind) {
    Local* local = arena.make<Local>();
    local->name = name;
    local->type = type;
    local->span = span;
    local->kind = kind;
    return local;
}

Function* Checker::make_method(TypeId owner, std::string_view name, TypeId result) {
    Function* f = arena.make<Function>();
    f->name = name;
    f->kind = FunctionKind::Method;
    f->owner = owner;
    f->result = result;
    f->is_library = true;
    f->this_local = make_local("this", owner, {}, LocalKind::This);
    return f;
}

// ---- function types ------------------------------------------------------------------------------

namespace {

std::string text_of_signature(const Types& types, TypeId result, const std::vector<Local*>& params) {
    std::string text = result == Types::Void ? "func(" : "func " + types.text(result) + "(";
    for (const Local* param : params) {
        if (text.back() != '(') text += ", ";
        if (param->kind == LocalKind::Ref) text += "ref ";
        if (param->kind == LocalKind::Out) text += "out ";
        text += types.text(param->type);
    }
    return text + ")";
}

}  // namespace

// Of parameters only the types and kinds count: two types are the same iff these are.
TypeId Checker::function_type(TypeId result, std::vector<Local*> params) {
    FunctionKey key{result, {}};
    for (const Local* param : params) key.second.push_back({param->type, param->kind});
    auto [found, is_new] = function_types.try_emplace(std::move(key));
    if (!is_new) return found->second->type;

    TypeInfo* info = found->second = arena.make<TypeInfo>();
    info->name = arena.keep(text_of_signature(types, result, params));
    info->type = types.add_nominal(TypeKind::Class, info->name, {});
    types.nominal(info->type).is_library = true;
    types.nominal(info->type).is_abstract = true;
    if (TypeId object = object_type(); object != Types::Error)
        types.add_interface(info->type, object);
    auto add_part = [&](TypeId part) {
        Nominal& made = types.nominal(info->type);
        made.is_open = made.is_open || types.is_open(part);
        made.nesting = std::max(made.nesting, types.nesting(part) + 1);
    };
    add_part(result);
    for (const Local* param : params) add_part(param->type);
    info->scope = new_scope(nullptr);
    info->scope->type = info;
    info->is_library = info->is_abstract = info->is_sealed = info->is_checked = true;
    info->headers = Progress::Done;
    info->class_ = arena.make<Class>();
    info->class_->type = info->type;

    Function* invoke = make_method(info->type, "Invoke", result);
    invoke->is_virtual = invoke->is_abstract = true;
    invoke->slot = kInvokeSlot;
    for (size_t i = 0; i < params.size(); ++i)
        invoke->params.push_back(make_local(arena.keep("a" + std::to_string(i)), params[i]->type,
                                            {}, params[i]->kind));
    info->class_->slots.push_back(invoke);
    info->class_->methods.push_back(invoke);
    FunctionInfo* method = info->invoke = arena.make<FunctionInfo>();
    method->function = invoke;
    method->scope = info->scope;
    method->owner = info;
    method->has_signature = true;
    function_infos[invoke] = method;
    info->methods.push_back(method);
    add_symbol(*info->scope, SymbolKind::Functions, "Invoke", {})->functions.push_back(method);

    add_same_method(*info);
    type_infos[info->type] = info;
    if (!types.is_open(info->type)) program.classes.push_back(info->class_);
    return info->type;
}

TypeId Checker::resolve_function_type(const ast::FuncType& type, Scope& scope) {
    TypeId result = type.result ? resolve_type(*type.result, scope, true) : TypeId(Types::Void);
    bool is_fine = result != Types::Error;
    std::vector<Local*> params;
    for (const ast::FuncTypeParam& param : type.params) {
        LocalKind kind = param.mode == ast::PassMode::Ref   ? LocalKind::Ref
                         : param.mode == ast::PassMode::Out ? LocalKind::Out
                                                            : LocalKind::Parameter;
        params.push_back(make_local({}, resolve_type(*param.type, scope), {}, kind));
        is_fine = is_fine && params.back()->type != Types::Error;
    }
    return is_fine ? function_type(result, std::move(params)) : TypeId(Types::Error);
}

const Function* Checker::invoke_of(TypeId type) const {
    const TypeInfo* info = info_of(type);
    return info && info->invoke ? info->invoke->function : nullptr;
}

// ---- equality ------------------------------------------------------------------------------------

// `bool Same(F other)`: identity, which the values of bound methods override.
void Checker::add_same_method(TypeInfo& info) {
    Function* same = make_method(info.type, "Same", Types::Bool);
    same->is_virtual = true;
    same->slot = kSameSlot;
    Local* other = make_local("other", info.type, {}, LocalKind::Parameter);
    same->params.push_back(other);
    Expr* is_same = node<BinaryExpr>(Types::Bool, {}, BinaryOp::Equal, local_ref(same->this_local),
                                     local_ref(other));
    same->body = body_of({return_of(is_same)});
    info.class_->slots.push_back(same);
    info.class_->methods.push_back(same);
    if (!types.is_open(info.type)) program.functions.push_back(same);
}

// a == b where neither is the word null: the same object, or the same method of the same target.
Function* Checker::function_equality(TypeId type) {
    TypeInfo& info = *info_of(type);
    if (info.equality) return info.equality;
    Function* f = info.equality = arena.make<Function>();
    f->name = "Equal";
    f->owner = type;
    f->result = Types::Bool;
    f->is_library = true;
    Local* a = make_local("a", type, {}, LocalKind::Parameter);
    Local* b = make_local("b", type, {}, LocalKind::Parameter);
    f->params = {a, b};
    auto compare = [&](BinaryOp op, Local* left, Expr* right) {
        return node<BinaryExpr>(Types::Bool, {}, op, local_ref(left), right);
    };
    auto both = [&](Expr* left, Expr* right) {
        return node<LogicalExpr>(Types::Bool, {}, true, left, right);
    };
    Expr* same = node<CallExpr>(Types::Bool, {}, info.class_->slots[kSameSlot], local_ref(a), true,
                                std::vector<Argument>{{local_ref(b), false, false}});
    Expr* are_there =
        both(compare(BinaryOp::NotEqual, a, literal(type, {}, std::monostate{})),
             compare(BinaryOp::NotEqual, b, literal(type, {}, std::monostate{})));
    Expr* equal = node<LogicalExpr>(Types::Bool, {}, false,
                                    compare(BinaryOp::Equal, a, local_ref(b)), both(are_there, same));
    f->body = body_of({return_of(equal)});
    if (!types.is_open(type)) program.functions.push_back(f);
    return f;
}

// ---- bound methods -------------------------------------------------------------------------------

namespace {

// other is Bound && ((Bound)other).target == this.target
Expr* same_target(Checker& c, TypeId bound, Function& same) {
    Local* other = same.params[0];
    TypeId target = c.types.nominal(bound).fields[0].type;
    Expr* cast = c.node<ClassCastExpr>(bound, Span{}, CastKind::Checked, c.local_ref(other));
    Expr* theirs = c.node<FieldAccessExpr>(target, Span{}, cast, 0);
    Expr* mine = c.node<FieldAccessExpr>(target, Span{}, c.local_ref(same.this_local), 0);
    Expr* test = c.node<TypeTestExpr>(Types::Bool, Span{}, c.local_ref(other), bound);
    Expr* equal = c.node<BinaryExpr>(Types::Bool, Span{}, BinaryOp::Equal, mine, theirs);
    return c.node<LogicalExpr>(Types::Bool, Span{}, true, test, equal);
}

}  // namespace

// A class derived from the function type whose only field is the object that the method is called
// on. `invoke` gets its owner; its body is the caller's to make.
Function* Checker::make_bound_class(TypeId function, std::string_view name, TypeId target,
                                    Function& invoke) {
    const Class& base = *info_of(function)->class_;
    Class* made = make_class(types, arena, name, function, {{"target", target, {}}});
    Function* same = make_method(made->type, "Same", Types::Bool);
    same->is_virtual = true;
    same->overrides = base.slots[kSameSlot];
    same->slot = kSameSlot;
    same->params.push_back(make_local("other", function, {}, LocalKind::Parameter));
    same->body = body_of({return_of(same_target(*this, made->type, *same))});
    become_invoke(invoke, *made, base);
    made->slots = {&invoke, same};
    made->methods = made->slots;
    if (types.is_open(made->type)) return made->constructors[0];
    program.classes.push_back(made);
    for (Function* f : {made->constructors[0], same, &invoke}) program.functions.push_back(f);
    return made->constructors[0];
}

}  // namespace dream::checker
