// Lambdas, and functions and methods named where a value is wanted. Both are undecided until the
// context gives a function type [untyped]; then a lambda's body is checked as that of a function in
// the scope where it stands, and a name becomes a function that calls the one it names.
#include <algorithm>

#include "check/body.h"

namespace dream::checker {

// ---- undecided functions -------------------------------------------------------------------------

Expr* Body::unbound_lambda(const ast::Lambda& e) {
    auto* made = c_.arena.make<UnboundFunction>(
        DefaultExpr{Expr{ExprKind::Default, Types::UntypedFunction, e.span}}, &e,
        std::vector<TypeId>{}, nullptr, nullptr);
    for (const ast::Param& param : e.params) {
        if (param.initial) return not_supported("a default argument", param.span);
        if (param.is_params) return not_supported("'params'", param.span);
        made->written.push_back(param.type ? c_.resolve_type(*param.type, *scope_) : TypeId{});
    }
    return made;
}

Expr* Body::unbound_group(const Target& t, Span span) {
    if (t.functions.empty())
        return not_supported("'" + std::string(t.name) + "' of this type as a function value", span);
    auto* made = c_.arena.make<UnboundFunction>(
        DefaultExpr{Expr{ExprKind::Default, Types::UntypedFunction, span}}, nullptr,
        std::vector<TypeId>{}, c_.arena.make<Target>(t), nullptr);
    return made;
}

// Could the function be a value of type `to`, as far as the numbers of parameters, the types that
// it spells and, if it has been tried, its returns say?
Fit Checker::fit_function(const UnboundFunction& f, TypeId to) const {
    const Function* invoke =
        types.is_function_pointer(to) ? const_cast<Checker*>(this)->callback_shape(to) : invoke_of(to);
    if (!invoke) return Fit::No;
    size_t count = invoke->params.size();
    if (f.lambda) {
        if (f.written.size() != count) return Fit::No;
        for (size_t i = 0; i < count; ++i)
            if (f.written[i].valid() && f.written[i] != invoke->params[i]->type) return Fit::No;
        return fit_returns(f, *invoke);
    }
    Fit best = Fit::No;
    for (const FunctionInfo* candidate : f.functions->functions) {
        size_t self = candidate->is_extension && f.functions->receiver ? 1 : 0;
        if (candidate->function->params.size() != count + self) continue;
        if (takes_params_of(*candidate, self, *invoke)) return Fit::Implicit;
        best = Fit::Count;
    }
    return best;
}

// Its parameters, those behind `skip`, are of the types of the function type's, or wider classes.
bool Checker::takes_params_of(const FunctionInfo& f, size_t skip, const Function& invoke) const {
    if (f.generic) return true;
    for (size_t i = 0; i < invoke.params.size(); ++i) {
        const Local &own = *f.function->params[skip + i], &given = *invoke.params[i];
        bool is_text = f.is_text.size() > skip + i && f.is_text[skip + i];
        bool is_wider = types.is(given.type, TypeKind::Class) && types.is(own.type, TypeKind::Class) &&
                        types.is_subclass(given.type, own.type);
        bool is_error = own.type == Types::Error || given.type == Types::Error;
        if (own.kind != given.kind) return false;
        if (!is_text && !is_wider && !is_error && own.type != given.type) return false;
    }
    return true;
}

Expr* Body::bound_if(Expr* e, TypeId type) {
    if (e->type != Types::UntypedFunction || !type.valid()) return e;
    return c_.invoke_of(type) || types_.is_function_pointer(type) ? convert(e, type) : e;
}

Expr* Body::bind(Expr* e, TypeId type) {
    const auto& unbound = *static_cast<UnboundFunction*>(e);
    return unbound.lambda ? bind_lambda(unbound, type) : bind_group(unbound, type);
}

// Where nothing gives a type, the function may say enough by itself.
Expr* Body::decided_function(Expr* e) {
    if (e->type != Types::UntypedFunction) return e;
    const auto& unbound = *static_cast<UnboundFunction*>(e);
    return unbound.lambda ? natural_lambda(unbound) : natural_group(unbound);
}

// ---- lambdas -------------------------------------------------------------------------------------

LocalKind lambda_kind(ast::PassMode mode) {
    return mode == ast::PassMode::Ref   ? LocalKind::Ref
           : mode == ast::PassMode::Out ? LocalKind::Out
                                        : LocalKind::Parameter;
}

namespace {

std::string with_mode(LocalKind kind, const std::string& type) {
    return (kind == LocalKind::Ref ? "ref " : kind == LocalKind::Out ? "out " : "") + type;
}

std::string count_of(size_t count) {
    if (count == 0) return "no parameters";
    return count == 1 ? "1 parameter" : std::to_string(count) + " parameters";
}

}  // namespace

Function* Body::new_lambda(const ast::Lambda& syntax) {
    Function* f = c_.arena.make<Function>();
    std::string_view home = function_ ? function_->name : "initialiser";
    f->name = home.starts_with("lambda in ") ? home : c_.arena.keep("lambda in " + std::string(home));
    f->span = syntax.arrow_span;
    f->is_library = function_ && function_->is_library;
    f->outer = function_;
    return f;
}

bool Body::check_lambda_params(const UnboundFunction& e, const Function& invoke) {
    const ast::List<ast::Param>& params = e.lambda->params;
    if (params.size() != invoke.params.size()) {
        report<diag::LambdaParamCount>(e.span, count_of(invoke.params.size()),
                                       count_of(params.size()));
        return false;
    }
    bool is_fine = true;
    for (size_t i = 0; i < params.size(); ++i) {
        const Local& wanted = *invoke.params[i];
        LocalKind kind = lambda_kind(params[i].mode);
        TypeId type = e.written[i].valid() ? e.written[i] : wanted.type;
        if (type == Types::Error || (type == wanted.type && kind == wanted.kind)) continue;
        report<diag::LambdaParamType>(params[i].span, params[i].name.text,
                                      with_mode(wanted.kind, name_of(wanted.type)),
                                      name_of(invoke.owner), with_mode(kind, name_of(type)));
        is_fine = false;
    }
    return is_fine;
}

Expr* Body::bind_lambda(const UnboundFunction& e, TypeId type) {
    const Function& invoke = *c_.invoke_of(type);
    if (!check_lambda_params(e, invoke)) return error(e.span);
    if (Function* tried = tried_lambda(e, invoke))
        return node<LambdaExpr>(type, e.span, tried, TypeId{});
    const ast::Lambda& syntax = *e.lambda;
    Function* f = new_lambda(syntax);
    f->result = invoke.result;
    for (size_t i = 0; i < syntax.params.size(); ++i)
        f->params.push_back(c_.make_local(syntax.params[i].name.text, invoke.params[i]->type,
                                          syntax.params[i].span, invoke.params[i]->kind));
    FunctionInfo info;
    lambda_body(syntax, *f, info, nullptr);
    return node<LambdaExpr>(type, e.span, f, TypeId{});
}

// A lambda that spells the types of its parameters and whose results agree.
Expr* Body::natural_lambda(const UnboundFunction& e) {
    for (TypeId type : e.written) {
        if (type.valid()) continue;
        report<diag::LambdaWithoutType>(e.span);
        return error(e.span);
    }
    if (std::find(e.written.begin(), e.written.end(), Types::Error) != e.written.end())
        return error(e.span);
    const LambdaTrial& trial = try_lambda(e, e.written);
    e.trial = nullptr;  // the tree is in use
    c_.sink->take(trial.reports);
    Function* f = trial.function;
    if (!settle_returns(*f, trial.returns, e.span)) return error(e.span);
    return node<LambdaExpr>(c_.function_type(f->result, f->params), e.span, f, TypeId{});
}

void Body::lambda_body(const ast::Lambda& syntax, Function& f, FunctionInfo& info,
                       std::vector<ReturnStmt*>* open_returns) {
    info.function = &f;
    Body body(c_, &info, c_.new_scope(scope_));
    body.this_local_ = this_local_;
    body.is_static_ = is_static_;
    body.chain_word_ = chain_word_;
    body.foreach_locals_ = foreach_locals_;
    body.open_returns_ = open_returns;
    // `(_, _) => 0` names none of them.
    size_t unnamed = 0;
    for (const Local* param : f.params) unnamed += param->name == "_";
    for (Local* param : f.params) {
        if (param->name == "_" && unnamed > 1) {
            param->name = "unnamed";
            continue;
        }
        Symbol* symbol = c_.add_symbol(*body.scope_, SymbolKind::Local, param->name, param->span);
        if (!symbol) continue;
        symbol->local = param;
        symbol->home = &f;
    }
    std::vector<Stmt*> made;
    if (syntax.block) {
        Scoped scope(body);
        body.declare_block(syntax.block->stmts);
        body.stmts(syntax.block->stmts, made);
        f.body = make_stmt<BlockStmt>(syntax.block->span, std::move(made));
        return;
    }
    Span span = syntax.expr->span;
    if (const auto* thrown = ast::try_as<ast::ThrowExpr>(&ast::strip_parens(*syntax.expr))) {
        made.push_back(body.make_stmt<ThrowStmt>(span, body.thrown_value(*thrown->value)));
        f.body = make_stmt<BlockStmt>(span, std::move(made));
        return;
    }
    bool wants_value = open_returns || f.result != Types::Void;
    Expr* value = wants_value ? body.expr(*syntax.expr, open_returns ? TypeId{} : f.result)
                              : body.typed_expr(*syntax.expr);
    made = std::move(body.pending_);
    if (open_returns) value = body.decided_function(value);
    if (!wants_value || (open_returns && value->type == Types::Void)) {
        if (!is_error(value)) made.push_back(make_stmt<ExprStmt>(span, value));
    } else {
        if (!open_returns) value = body.convert(value, f.result);
        auto* result = make_stmt<ReturnStmt>(span, value);
        if (open_returns) open_returns->push_back(result);
        made.push_back(result);
    }
    f.body = make_stmt<BlockStmt>(span, std::move(made));
}

// Gives the function the result type that its returns have in common.
bool Body::settle_returns(Function& f, const std::vector<ReturnStmt*>& returns, Span span) {
    TypeId type;
    std::string names;
    bool is_fine = true, has_bare = false;
    for (const ReturnStmt* r : returns) {
        has_bare = has_bare || !r->value;
        if (!r->value) continue;
        if (is_error(r->value)) return false;
        names += (names.empty() ? "'" : " and '") + name_of(r->value->type) + "'";
        type = type.valid() ? c_.common_type(type, r->value->type) : r->value->type;
        is_fine = is_fine && type.valid();
        if (!is_fine) break;
    }
    bool has_none = !type.valid() && is_fine;
    if (type == Types::UntypedReal) type = Types::Float;
    is_fine = is_fine && type != Types::Null && type != Types::Void && (has_none || !has_bare);
    if (!is_fine) {
        report<diag::LambdaResults>(span, names + (has_bare ? " and none" : ""));
        return false;
    }
    f.result = has_none ? TypeId(Types::Void) : type;
    for (ReturnStmt* r : returns)
        if (r->value) r->value = convert(r->value, type);
    return true;
}

// A variable of a function around this lambda or local function.
Expr* Body::captured(Symbol& symbol, Span span) {
    const Function* outer = function_;
    while (outer && outer != symbol.home) outer = outer->outer;
    Local& local = *symbol.local;
    if (!outer) {
        report<diag::CannotCapture>(span, local.name, "a variable of a function, and this code belongs to a type")
            .note<diag::DeclaredHere>(local.span, local.name);
        return error(span);
    }
    if (local.kind == LocalKind::Ref || local.kind == LocalKind::Out) {
        report<diag::CannotCapture>(
            span, local.name,
            local.kind == LocalKind::Ref ? "a 'ref' parameter" : "an 'out' parameter")
            .note<diag::DeclaredHere>(local.span, local.name);
        return error(span);
    }
    return node<LocalRefExpr>(local.type, span, &local);
}

// ---- functions and methods as values -------------------------------------------------------------

// The only function of its name says its type.
Expr* Body::natural_group(const UnboundFunction& e) {
    const Target& t = *e.functions;
    bool is_plain = t.functions.size() == 1 && !t.functions[0]->is_extension;
    if (!is_plain) {
        report<diag::GroupWithoutType>(e.span, t.name);
        return error(e.span);
    }
    TypeId result = c_.result_of(*t.functions[0]);
    bool is_known = result != Types::Error;
    for (const Local* param : t.functions[0]->function->params)
        is_known = is_known && param->type != Types::Error;
    if (!is_known) return error(e.span);
    return bind_group(e, c_.function_type(result, t.functions[0]->function->params));
}

// Chooses as a call with arguments of the parameters' types would; fills in these arguments.
FunctionInfo* Body::choose_for(const Target& t, const Function& invoke, CallArgs& args, Span span) {
    auto* syntax = c_.arena.make<std::vector<ast::Arg>>(invoke.params.size());
    for (size_t i = 0; i < invoke.params.size(); ++i) {
        Local* param = invoke.params[i];
        (*syntax)[i].mode = param->kind == LocalKind::Ref   ? ast::PassMode::Ref
                            : param->kind == LocalKind::Out ? ast::PassMode::Out
                                                            : ast::PassMode::Value;
        (*syntax)[i].span = span;
        args.values.push_back(node<LocalRefExpr>(param->type, span, param));
    }
    args.syntax = c_.arena.make<ast::List<ast::Arg>>();
    const_cast<ast::List<ast::Arg>&>(*args.syntax) = {syntax->data(),
                                                      static_cast<uint32_t>(syntax->size())};
    args.span = span;
    if (t.functions[0]->is_extension && t.receiver) args.self = t.receiver;
    return choose(t.functions, args, t.name, span);
}

// As in C#, only references may be of a nearer or wider class than the function type says.
bool Body::check_group(const FunctionInfo& chosen, const CallArgs& args, const Function& invoke,
                       Span span) {
    auto is_same = [&](TypeId from, TypeId to) {
        bool is_upcast = types_.is(from, TypeKind::Class) && types_.is(to, TypeKind::Class) &&
                         types_.is_subclass(from, to);
        return from == to || is_upcast || from == Types::Error || to == Types::Error;
    };
    size_t skip = args.self ? 1 : 0;
    const std::vector<Local*>& params = chosen.function->params;
    // Neither defaults nor `params` fill up what is missing.
    bool is_fine = params.size() == invoke.params.size() + skip && !args.match.is_expanded &&
                   is_same(chosen.function->result, invoke.result);
    for (size_t i = skip; is_fine && i < params.size(); ++i) {
        bool is_text = chosen.is_text.size() > i && chosen.is_text[i] && params[i]->type == Types::String;
        is_fine = is_fine && (is_text || is_same(invoke.params[i - skip]->type, params[i]->type));
    }
    if (is_fine) return true;
    std::vector<Local*> own(params.begin() + static_cast<std::ptrdiff_t>(skip), params.end());
    report<diag::FunctionMismatch>(span, chosen.function->name,
                                   name_of(c_.function_type(chosen.function->result, own)),
                                   name_of(invoke.owner));
    return false;
}

// What the method is bound to, or null if it needs nothing; of type Error after a report.
Expr* Body::group_receiver(const Target& t, const FunctionInfo& chosen, Span span) {
    if (chosen.is_extension && t.receiver) return t.receiver;
    if (chosen.function->kind != FunctionKind::Method) {
        if (!t.receiver) return nullptr;
        report<diag::StaticThroughInstance>(t.span, chosen.function->name, chosen.owner->name);
        return error(span);
    }
    Expr* receiver = t.receiver;
    bool is_mine = owner_ && types_.is_subclass(owner_->type, chosen.owner->type);
    if (!receiver && t.is_bare && has_this() && is_mine) receiver = this_expr(t.span);
    if (!receiver) {
        report<diag::InstanceNeeded>(t.span, chosen.function->name, chosen.owner->name)
            .note<diag::DeclaredHere>(chosen.function->span, chosen.function->name);
        return error(span);
    }
    receiver = c_.coerce(receiver, chosen.owner->type);
    return types_.is(receiver->type, TypeKind::Class)
               ? node<ConvertExpr>(receiver->type, span, Conversion::NotNull, receiver)
               : receiver;
}

// { return target.Name(a0, a1); }
void Body::group_body(Function& invoke, FunctionInfo& chosen, Target t, CallArgs args, Span span) {
    FunctionInfo info;
    info.function = &invoke;
    Body body(c_, &info, scope_);
    if (args.self) args.self = t.receiver;
    t.is_bare = false;
    Expr* call = body.call_function(chosen, t, args, span);
    Stmt* only = invoke.result == Types::Void
                     ? static_cast<Stmt*>(make_stmt<ExprStmt>(span, call))
                     : make_stmt<ReturnStmt>(span, body.convert(call, invoke.result));
    invoke.body = make_stmt<BlockStmt>(span, std::vector<Stmt*>{only});
}

Expr* Body::bind_group(const UnboundFunction& e, TypeId type) {
    const Target& t = *e.functions;
    const Function& wanted = *c_.invoke_of(type);
    Function* invoke = c_.arena.make<Function>();
    invoke->result = wanted.result;
    invoke->span = e.span;
    invoke->is_library = true;
    for (const Local* param : wanted.params)
        invoke->params.push_back(c_.make_local(param->name, param->type, e.span, param->kind));
    CallArgs args;
    FunctionInfo* chosen = choose_for(t, *invoke, args, e.span);
    if (!chosen || c_.result_of(*chosen) == Types::Error) return error(e.span);
    if (!check_group(*chosen, args, wanted, e.span)) return error(e.span);
    // Whichever override is named, it is the same method.
    while (chosen->function->overrides && !t.is_base)
        chosen = c_.function_infos[chosen->function->overrides];
    Expr* receiver = group_receiver(t, *chosen, e.span);
    if (receiver && is_error(receiver)) return receiver;

    if (!receiver) {
        bool is_local = chosen->function->outer != nullptr;
        auto [made, is_new] = c_.static_values.try_emplace({chosen->function, type}, invoke);
        if (!is_new && !is_local) return node<LambdaExpr>(type, e.span, made->second, TypeId{});
        invoke->name = c_.arena.keep("function " + std::string(chosen->function->name));
        if (is_local) invoke->outer = function_;
        group_body(*invoke, *chosen, t, args, e.span);
        return node<LambdaExpr>(type, e.span, invoke, TypeId{});
    }
    auto [constructor, is_new] =
        c_.bound_values.try_emplace({chosen->function, type, t.is_base}, nullptr);
    if (is_new) {
        std::string name = "method " + name_of(receiver->type) + "." +
                           std::string(chosen->function->name);
        constructor->second =
            c_.make_bound_class(type, c_.arena.keep(name), receiver->type, *invoke);
        invoke->this_local = c_.make_local("this", invoke->owner, e.span, LocalKind::This);
        Target bound = t;
        bound.receiver = node<FieldAccessExpr>(receiver->type, e.span,
                                               c_.local_ref(invoke->this_local), 0);
        group_body(*invoke, *chosen, bound, args, e.span);
        if (!types_.is_open(invoke->owner)) c_.queue_used({invoke->body}, {});
    }
    Expr* made = node<NewExpr>(constructor->second->owner, e.span, constructor->second,
                               std::vector<Argument>{{receiver, false, false}});
    return c_.coerce(made, type);
}

// `==` of two values of one function type.
Expr* Body::function_equality(BinaryOp op, Expr* left, Expr* right, Span span) {
    Function* equal = c_.function_equality(left->type);
    Expr* call = node<CallExpr>(Types::Bool, span, equal, nullptr, false,
                                std::vector<Argument>{{left, false, false}, {right, false, false}});
    return op == BinaryOp::Equal ? call : node<UnaryExpr>(Types::Bool, span, UnaryOp::Not, call);
}

}  // namespace dream::checker
