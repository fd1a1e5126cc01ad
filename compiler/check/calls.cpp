// Calls and `new`: arguments are checked, a function is chosen (overloads.cpp), arguments are passed
// as its parameters want them.
#include <algorithm>
#include <utility>

#include "check/body.h"

namespace dream::checker {

Expr* Body::call(const ast::Call& e, TypeId) {
    const ast::Expr& callee = ast::strip_parens(*e.callee);
    bool is_special = false;
    Expr* special = special_call(e, is_special);
    if (is_special) return special;
    const auto* member = ast::try_as<ast::Member>(&callee);
    const ast::Name* called_before = std::exchange(called_, member ? &member->name : nullptr);
    Target t = target(callee);
    called_ = called_before;
    if (t.kind == Target::Kind::Value) t = Target::of_value(decided_function(t.value));
    const TypeInfo* called = t.kind == Target::Kind::Value ? c_.info_of(t.value->type) : nullptr;
    if (called && called->invoke) {
        Expr* value = t.value;
        t = {};
        t.kind = Target::Kind::Functions;
        t.functions = {called->invoke};
        t.receiver = value;
        t.name = c_.sources.text(callee.span);
        t.span = callee.span;
    }
    if (t.kind == Target::Kind::Value && types_.is_function_pointer(t.value->type)) {
        Expr* pointer =
            node<ConvertExpr>(t.value->type, callee.span, Conversion::NotNull, t.value);
        t = {};
        t.kind = Target::Kind::Functions;
        t.functions = {c_.pointer_call(pointer->type)};
        t.receiver = pointer;
        t.name = c_.sources.text(callee.span);
        t.span = callee.span;
    }
    if (t.kind == Target::Kind::Functions) {
        if (t.receiver && !t.is_base && !any_takes(t.functions, e.args)) forward_to_list(t);
        bool is_to_string =
            t.name == "ToString" && t.receiver && !types_.is(t.receiver->type, TypeKind::Class);
        if (!apply_type_args(t)) return error(e.span);
        bool no_method =
            t.functions.empty() || (is_to_string && t.functions[0]->is_extension && e.args.empty());
        CallArgs args =
            check_args(e.args, e.args_span, t.functions,
                       !t.functions.empty() && t.receiver && t.functions[0]->is_extension);
        bool is_equality = no_method && t.name != "ToString";
        if (is_equality && types_.is_parameter(t.receiver->type)) c_.equality_calls.insert(&e);
        if (is_equality || c_.equality_calls.count(&e))
            return equality_member(t.receiver, t.name, args, e.span);
        // What numbers and strings declare takes values of their own type.
        bool is_of_object = t.name == "Equals" && t.receiver && t.functions[0]->is_extension &&
                            args.values.size() == 1 && args.values[0] &&
                            args.values[0]->type == c_.object_type();
        if (is_of_object) return equality_member(t.receiver, t.name, args, e.span);
        if (no_method) return to_string(t.receiver, args, e.span);
        if (t.functions[0]->is_extension && t.receiver) args.self = t.receiver;
        if (!infer_candidates(t, args)) return error(e.span);
        FunctionInfo* chosen = choose(t.functions, args, t.name, t.span);
        return chosen ? call_function(*chosen, t, args, e.span) : error(e.span);
    }
    CallArgs args = check_args(e.args, e.args_span, {}, false);
    if (t.kind == Target::Kind::Type) {
        Span before{callee.span.source, callee.span.begin, callee.span.begin};
        report<diag::TypeCalled>(callee.span, name_of(t.type)).fix(before, "new ");
    } else if (t.kind == Target::Kind::Value) {
        // base.ToString() without a base
        if (callee.kind == ast::ExprKind::Member &&
            ast::as<ast::Member>(callee).object->kind == ast::ExprKind::Base &&
            ast::as<ast::Member>(callee).name.text == "ToString")
            return t.value;
        report<diag::NotCallable>(callee.span, name_of(t.value->type));
    }
    return error(e.span);
}

// Object.ReferenceEquals(a, b), where no declaration of that name is in the way.
Expr* Body::special_call(const ast::Call& e, bool& is_special) {
    const auto* member = ast::try_as<ast::Member>(e.callee);
    if (!member || member->name.text != "ReferenceEquals") return nullptr;
    const auto* name = ast::try_as<ast::NameExpr>(member->object);
    const auto* type = ast::try_as<ast::TypeExpr>(member->object);
    const auto* word = type ? ast::try_as<ast::PredefinedType>(type->type) : nullptr;
    bool is_object =
        (name && name->name.text == "Object") || (word && word->type == ast::Predefined::Object);
    if (!is_object) return nullptr;
    if (name) {
        Symbol* object = c_.lookup("Object", scope_);
        if (object && !c_.is_library(object->span)) return nullptr;
    }
    is_special = true;
    return reference_equals(e);
}

Expr* Body::reference_equals(const ast::Call& e) {
    CallArgs args = check_args(e.args, e.args_span, {}, false);
    if (args.has_error) return error(e.span);
    if (args.values.size() != 2 || !args.values[0] || !args.values[1]) {
        report<diag::WrongArgumentCount>(e.args_span, "ReferenceEquals", counted(2),
                                         args.values.size());
        return error(e.span);
    }
    Expr* left = args.values[0];
    Expr* right = args.values[1];
    for (Expr* side : {left, right}) {
        bool has_identity = side->type == Types::String || side->type == Types::Null ||
                            types_.is(side->type, TypeKind::Class);
        if (has_identity) continue;
        report<diag::NoIdentity>(side->span, name_of(c_.settle_default(side)->type));
        return error(e.span);
    }
    bool is_object = left->type == c_.object_type() || right->type == c_.object_type();
    if (is_object && in_user_code()) return c_.same_object(BinaryOp::Equal, left, right, e.span);
    if (left->type == Types::Null && right->type == Types::Null)
        return literal(Types::Bool, e.span, int64_t{1});
    if (c_.fit(*right, left->type) != Fit::No)
        right = c_.coerce(right, left->type);
    else if (c_.fit(*left, right->type) != Fit::No)
        left = c_.coerce(left, right->type);
    return node<ReferenceEqualsExpr>(Types::Bool, e.span, left, right);
}

// ---- arguments -----------------------------------------------------------------------------------

CallArgs Body::check_args(const ast::List<ast::Arg>& syntax, Span span,
                          const std::vector<FunctionInfo*>& candidates, bool has_self) {
    CallArgs args;
    args.syntax = &syntax;
    args.span = span;
    // If only one function takes such arguments, its parameters help to understand them.
    Match only;
    size_t skip = has_self ? 1 : 0, fitting = 0;
    for (FunctionInfo* f : candidates) {
        Match m;
        if (!takes(*f, syntax, skip, m)) continue;
        ++fitting;
        only = std::move(m);
    }
    for (size_t i = 0; i < syntax.size(); ++i) {
        const ast::Arg& arg = syntax[i];
        if (arg.value->kind == ast::ExprKind::OutVar) {
            args.values.push_back(nullptr);
            continue;
        }
        TypeId wanted = fitting == 1 ? param_type(only, i + skip) : TypeId{};
        // What a type parameter stands for is what the argument is to say.
        bool is_unknown = wanted.valid() && only.function->generic && types_.is_open(wanted);
        const auto* unary = ast::try_as<ast::Unary>(&ast::strip_parens(*arg.value));
        bool is_address = unary && unary->op == ast::UnaryOp::AddressOf;
        bool is_lent = !candidates.empty();  // to C
        for (const FunctionInfo* f : candidates)
            is_lent = is_lent && f->function->kind == FunctionKind::Extern;
        Expr* value = is_address ? address_of(*unary, is_lent)
                                 : expr(*arg.value, is_unknown ? TypeId{} : wanted);
        if (is_error(value)) args.has_error = true;
        args.values.push_back(value);
    }
    return args;
}

namespace {

// Arguments are evaluated as they are written. How many of them, from the first, have to be before
// the call because a later one goes to a parameter further in front.
size_t out_of_order(const Match& m) {
    size_t least = SIZE_MAX;  // parameter of the arguments behind i
    for (size_t i = m.params.size(); i-- > 0;) {
        if (least < m.params[i]) return i + 1;
        least = std::min(least, m.params[i]);
    }
    return 0;
}

}  // namespace

// An argument for `...`, promoted as C does it; its value is of type Error after a report.
Argument Body::pass_variable(const CallArgs& args, size_t i) {
    Expr* value = decided_function(args.value(i));
    TypeId type = value->type;
    if (args.arg(i)->mode != ast::PassMode::Value) {
        report<diag::UnexpectedRef>(args.arg(i)->span);
        return {error(value->span), false, false};
    }
    if (type == Types::UntypedReal || type == Types::Float) value = c_.numeric(value, Types::Double);
    if (type == Types::Char || type == Types::Byte || types_.is(type, TypeKind::Enum))
        value = c_.numeric(value, Types::Int);
    if (type == Types::Bool)
        value = node<ConditionalExpr>(Types::Int, value->span, value,
                                      literal(Types::Int, value->span, int64_t{1}),
                                      literal(Types::Int, value->span, int64_t{0}));
    if (type == Types::Null) value = c_.coerce(value, types_.pointer_to(Types::Void));
    if (type == Types::String)
        value = node<ConvertExpr>(types_.pointer_to(Types::Char), value->span,
                                  Conversion::StringToC, value);
    bool is_fine = types_.is_numeric(value->type) || types_.is(value->type, TypeKind::Pointer);
    if (is_fine || is_error(value)) return {value, false, false};
    report<diag::NotForC>(value->span, name_of(type));
    return {error(value->span), false, false};
}

// Fills `out` with one argument a parameter; false after a report.
bool Body::pass_args(FunctionInfo& f, CallArgs& args, std::vector<Argument>& out) {
    const Match& m = args.match;
    const std::vector<Local*>& params = f.function->params;
    std::vector<Expr*> elements;  // of a `params` array
    bool is_fine = true;
    size_t early = out_of_order(m);
    out.resize(params.size(), {nullptr, false, false});
    for (size_t i = 0; i < args.count(); ++i) {
        size_t param = m.params[i];
        bool is_variable = param >= params.size();
        Argument argument = is_variable ? pass_variable(args, i) : pass_arg(f, args, i);
        is_fine = is_fine && argument.value && !is_error(argument.value);
        // An object may keep what its constructor or method is given.
        if (f.function->kind == FunctionKind::Constructor ||
            f.function->kind == FunctionKind::Method)
            note_kept(argument.value);
        if (i < early)
            argument.value = argument.by_ref ? bind_place(argument.value, args.lets)
                                             : bind(argument.value, params[param]->name, args.lets);
        if (is_variable)
            out.push_back(argument);
        else if (m.is_expanded && param + 1 == params.size())
            elements.push_back(argument.value);
        else
            out[param] = argument;
    }
    if (!is_fine) return false;
    for (size_t i = 0; i < params.size(); ++i) {
        TypeId type = params[i]->type;
        bool is_list = m.is_expanded && i + 1 == params.size();
        if (is_list && elements.empty())
            out[i].value = node<NewArrayExpr>(
                type, args.span, std::vector<Expr*>{literal(Types::Int, args.span, int64_t{0})});
        else if (is_list)
            out[i].value = node<ArrayLiteralExpr>(type, args.span, elements, std::vector<int>{});
        else if (!out[i].value)
            out[i].value = left_out(f, i, args.span);
        if (is_error(out[i].value)) return false;
        bool to_c = f.function->kind == FunctionKind::Extern && type == Types::String;
        if (to_c)
            out[i].value = node<ConvertExpr>(types_.pointer_to(Types::Char), out[i].value->span,
                                             Conversion::StringToC, out[i].value);
    }
    return true;
}

// Argument i as its parameter wants it; its value is of type Error after a report.
Argument Body::pass_arg(FunctionInfo& f, const CallArgs& args, size_t i) {
    size_t index = args.match.params[i];
    const Local& param = *f.function->params[index];
    Argument argument{args.value(i), false, false};
    const ast::Arg* syntax = args.arg(i);
    if (param.kind != LocalKind::Parameter) {
        bool is_fine = pass_ref(param, syntax, argument.value, f.function->is_library, argument);
        // See change_properties.
        bool is_of_struct = f.owner && types_.is(f.owner->type, TypeKind::Struct);
        if (is_fine && crosses_property(argument.value) &&
            (f.function->kind == FunctionKind::Constructor || is_of_struct ||
             i < out_of_order(args.match))) {
            c_.not_supported("a property as an argument that is changed here",
                             argument.value->span);
            is_fine = false;
        }
        if (!is_fine) argument.value = error(syntax ? syntax->span : argument.value->span);
    } else if (syntax && syntax->mode != ast::PassMode::Value) {
        report<diag::UnexpectedRef>(syntax->span);
        argument.value = error(syntax->span);
    } else if (f.is_text.size() > index && f.is_text[index] &&
               param_type(args.match, i) == Types::String) {
        argument.value = text(argument.value);
    } else {
        argument.value = convert(argument.value, param_type(args.match, i));
    }
    return argument;
}

// The default of a parameter, as a node of this call.
Expr* Body::left_out(FunctionInfo& f, size_t param, Span span) {
    const Expr* value = c_.default_argument(f, param);
    if (!value) return error(span);
    if (value->kind == ExprKind::Default) return node<DefaultExpr>(value->type, span);
    return literal(value->type, span, as<LiteralExpr>(value)->value);
}

// `ref` and `out`: the argument is a place of exactly the parameter's type. Functions of the library
// that change their argument as C#'s do are called without the word.
bool Body::pass_ref(const Local& param, const ast::Arg* syntax, Expr* value, bool without_word,
                    Argument& out) {
    std::string_view word = param.kind == LocalKind::Out ? "out" : "ref";
    ast::PassMode wanted = param.kind == LocalKind::Out ? ast::PassMode::Out : ast::PassMode::Ref;
    out.by_ref = true;
    out.is_out = param.kind == LocalKind::Out;
    if (syntax && syntax->mode != wanted &&
        !(without_word && syntax->mode == ast::PassMode::Value)) {
        Span before{syntax->span.source, syntax->span.begin, syntax->span.begin};
        auto& problem = report<diag::RefMissing>(syntax->span, word, param.name);
        if (syntax->mode == ast::PassMode::Value) problem.fix(before, std::string(word) + " ");
        out.value = error(syntax->span);
        return false;
    }
    if (!value) {
        out.value = out_variable(ast::as<ast::OutVar>(*syntax->value), param.type);
        return !is_error(out.value);
    }
    out.value = c_.settle_default(value);
    bool has_word = !syntax || syntax->mode != ast::PassMode::Value;
    if (is_error(value) || !check_place(out.value, has_word ? word : "=")) return false;
    if (out.value->type != param.type && param.type != Types::Error) {
        report<diag::TypeMismatch>(value->span, name_of(param.type), name_of(out.value->type));
        return false;
    }
    mark_written(out.value);
    return true;
}

// `out int x` and `out var x` declare x in the scope around the statement.
Expr* Body::out_variable(const ast::OutVar& e, TypeId type) {
    TypeId declared =
        e.type->kind == ast::TypeKind::VarType ? type : c_.resolve_type(*e.type, *scope_);
    if (declared != type && declared != Types::Error && type != Types::Error) {
        report<diag::TypeMismatch>(e.type->span, name_of(type), name_of(declared));
        declared = Types::Error;
    }
    bool is_global = is_top_level_ && scope_->module;
    if (is_global) {
        Symbol* symbol = add_block_symbol(SymbolKind::Global, e.name);
        if (!symbol) return error(e.span);
        symbol->global = c_.arena.make<GlobalInfo>();
        symbol->global->global = c_.arena.make<Global>();
        symbol->global->global->name = e.name.text;
        symbol->global->global->span = e.name.span;
        symbol->global->global->type = declared;
        symbol->global->progress = Progress::Done;
        c_.program.globals.push_back(symbol->global->global);
        return declared == Types::Error
                   ? error(e.span)
                   : node<GlobalRefExpr>(declared, e.span, symbol->global->global);
    }
    Local* local = add_local(e.name, declared);
    local->is_written = true;
    pending_.push_back(make_stmt<DeclareStmt>(e.span, local, nullptr));
    return declared == Types::Error ? error(e.span) : node<LocalRefExpr>(declared, e.span, local);
}

// ---- the call ------------------------------------------------------------------------------------

Expr* Body::call_function(FunctionInfo& f, const Target& t, CallArgs& args, Span span) {
    Function& function = *f.function;
    Expr* receiver = nullptr;
    bool is_instance = function.kind == FunctionKind::Method;
    const Expr* through = is_instance && !t.is_base ? t.receiver : nullptr;
    if (f.owner && !may_access(f.access, *f.owner, through)) {
        report_inaccessible(f.access, *f.owner, std::string(function.name), function.span, t.span);
        return error(span);
    }
    if (is_instance) {
        receiver = t.receiver;
        if (!receiver && t.is_bare && has_this() && owner_ &&
            types_.is_subclass(owner_->type, f.owner->type))
            receiver = this_expr(t.span);
        if (!receiver) {
            report<diag::InstanceNeeded>(t.span, function.name, f.owner->name)
                .note<diag::DeclaredHere>(function.span, function.name);
            return error(span);
        }
        receiver = c_.coerce(receiver, f.owner->type);
        note_struct_call(receiver, &function);
        if (t.is_base && function.is_abstract) {
            report<diag::AbstractCall>(t.span, function.name)
                .note<diag::DeclaredHere>(function.span, function.name);
            return error(span);
        }
    } else if (t.receiver && !f.is_extension) {
        report<diag::StaticThroughInstance>(t.span, function.name, f.owner->name);
        return error(span);
    }
    Specialisation* own = f.scope->specialisation;
    if (own && own->function == &f && !c_.check_bounds(*own, t.span)) return error(span);
    std::vector<Argument> passed;
    if (!pass_args(f, args, passed)) return error(span);
    TypeId result = c_.result_of(f);
    const TypeInfo* receiver_info = receiver ? c_.info_of(t.receiver ? t.receiver->type : owner_->type) : nullptr;
    // Nothing derives from a sealed class, so that its own method runs.
    bool is_sealed = receiver_info && receiver_info->is_sealed && !receiver_info->invoke;
    bool is_virtual = is_instance && function.is_virtual && !t.is_base && !is_sealed;
    if (result == Types::Error) return error(span);
    if (!args.lets.empty() && receiver) {
        // The receiver comes before the arguments; see call_on_property of one behind a property.
        Lets lets;
        if (types_.is(receiver->type, TypeKind::Class))
            receiver = bind(receiver, "receiver", lets);
        else if (!crosses_property(receiver))
            receiver = bind_place(receiver, lets);
        args.lets.insert(args.lets.begin(), lets.begin(), lets.end());
    }
    bool is_dispatched = is_virtual && own && own->function == &f;
    Function* called = is_dispatched && c_.is_virtual_generic(f) ? c_.dispatcher_of(f) : &function;
    auto* call = node<CallExpr>(result, span, called, receiver, is_virtual && !is_dispatched,
                                std::move(passed));
    bool from_c = function.kind == FunctionKind::Extern && result == Types::String;
    bool is_of_struct = receiver && types_.is(receiver->type, TypeKind::Struct);
    if (is_of_struct) return call_on_property(call, args.lets);
    bool changes_property =
        std::any_of(call->arguments.begin(), call->arguments.end(),
                    [&](const Argument& a) { return a.by_ref && crosses_property(a.value); });
    if (changes_property) return let(args.lets, change_properties(call));
    return let(args.lets, from_c ? extern_result(call) : call);
}

// A function of the library that changes (a part of) a property as C#'s does, Array.Sort(o.Items):
// object and arguments, get, the call, set. User code that it runs may do anything to a collection,
// so an element of one is not changed in place.
Expr* Body::change_properties(CallExpr* call) {
    PropertyPath path;
    if (call->receiver) call->receiver = bind(call->receiver, "receiver", path.steps);
    for (Argument& a : call->arguments) {
        if (!a.by_ref)
            a.value = bind(a.value, "argument", path.steps);
        else if (crosses_property(a.value))
            a.value = open_path(a.value, path);
        else
            a.value = bind_place(a.value, path.steps);
    }
    return close_path(path, call, true);
}

// A C function returns `char*`; Dream gets a string of its own.
Expr* Body::extern_result(CallExpr* call) {
    call->type = types_.pointer_to(Types::Char);
    return node<ConvertExpr>(Types::String, call->span, Conversion::StringFromC, call);
}

// `new T()`: what it makes is known in specialisations.
Expr* Body::new_parameter(const ast::New& e, TypeId type) {
    CallArgs args = check_args(e.args, e.span, {}, false);
    const Bounds* bounds = c_.bounds_of(type);
    Span name_span = e.type ? e.type->span : e.span;
    if (!bounds || !(bounds->has_new || bounds->is_struct)) {
        report<diag::NewOfParameter>(name_span, name_of(type));
        return error(e.span);
    }
    if (!e.args.empty()) {
        report<diag::WrongArgumentCount>(e.span, name_of(type), counted(0), e.args.size());
        return error(e.span);
    }
    return node<DefaultExpr>(type, e.span);
}

Expr* Body::new_object(const ast::New& e, TypeId expected) {
    Expr* made = new_value(e, expected);
    return e.initializer ? initialised(made, *e.initializer) : made;
}

Expr* Body::new_value(const ast::New& e, TypeId expected) {
    TypeId type = e.type ? c_.resolve_type(*e.type, *scope_) : expected;
    if (!type.valid()) {
        report<diag::DefaultWithoutType>(e.span, "new()");
        type = Types::Error;
    }
    if (types_.is_parameter(type)) return new_parameter(e, type);
    TypeInfo* info = c_.info_of(type);
    std::vector<FunctionInfo*> constructors =
        info ? info->constructors : std::vector<FunctionInfo*>{};
    CallArgs args = check_args(e.args, e.span, constructors, false);
    if (type == Types::Error) return error(e.span);
    Span name_span = e.type ? e.type->span : e.span;
    bool is_value = types_.is_numeric(type) || type == Types::Bool ||
                    types_.is(type, TypeKind::Enum) || types_.is(type, TypeKind::Struct);
    if (is_value && e.args.empty()) {
        if (types_.is_real(type)) return literal(type, e.span, 0.0);
        if (types_.is(type, TypeKind::Struct)) return node<DefaultExpr>(type, e.span);
        return literal(type, e.span, int64_t{0});
    }
    // `new string(...)` is a function of the library's class String.
    if (type == Types::String && c_.home_of(type)) {
        std::vector<FunctionInfo*> makers = c_.methods_named(*c_.home_of(type), "New");
        if (!makers.empty()) {
            Target t;
            t.kind = Target::Kind::Functions;
            t.span = name_span;
            FunctionInfo* maker = choose(makers, args, "string", name_span);
            return maker ? call_function(*maker, t, args, e.span) : error(e.span);
        }
    }
    if (!info || info->enum_syntax) {
        report<diag::CannotCreate>(name_span, name_of(type), "it has no constructors");
        return error(e.span);
    }
    if (info->is_abstract) {
        report<diag::CannotCreate>(name_span, name_of(type),
                                   info->is_interface ? "it is an interface" : "it is abstract")
            .note<diag::DeclaredHere>(info->span, info->name);
        return error(e.span);
    }
    FunctionInfo* constructor = choose(constructors, args, info->name, name_span);
    if (!constructor) return error(e.span);
    if (!c_.can_access(constructor->access, info, owner_, type)) {
        report<diag::Inaccessible>(name_span, info->name, info->name, spelling(constructor->access))
            .note<diag::DeclaredHere>(constructor->function->span, info->name);
        return error(e.span);
    }
    std::vector<Argument> passed;
    if (!pass_args(*constructor, args, passed)) return error(e.span);
    return let(args.lets, node<NewExpr>(type, e.span, constructor->function, std::move(passed)));
}

}  // namespace dream::checker
