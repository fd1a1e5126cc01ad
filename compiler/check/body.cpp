// Functions as wholes: parameters, what a constructor does before its statements, locals, and the
// declarations that a block makes.
#include "check/body.h"

namespace dream::checker {

Body::Body(Checker& checker, FunctionInfo* info, Scope* scope)
    : c_(checker),
      types_(checker.types),
      info_(info),
      function_(info ? info->function : nullptr),
      scope_(scope) {
    owner_ = checker.type_around(scope);
    for (const Function* f = function_; f && !this_local_; f = f->outer) this_local_ = f->this_local;
    is_static_ = !this_local_;
}

bool Body::has_this() const {
    return !is_static_;
}

bool Body::in_user_code() const {
    return !function_ || !function_->is_library;
}

Expr* Body::this_expr(Span span) {
    bool is_captured = this_local_ != function_->this_local;
    if (is_captured && types_.is(this_local_->type, TypeKind::Struct))
        report<diag::CannotCapture>(span, "this", "the struct that the method was called on");
    return node<LocalRefExpr>(this_local_->type, span, this_local_);
}

BlockStmt* Body::function_body() {
    Scoped scope(*this);
    add_params();
    std::vector<Stmt*> body;
    Span span = function_->span;
    if (function_->kind == FunctionKind::Constructor) constructor_start(body);
    const ast::Function* syntax = info_->syntax;
    if (info_->property && info_->property->is_auto()) {
        automatic_accessor(*info_->property, body);
    } else if (syntax && syntax->body) {
        span = syntax->body->span;
        declare_block(syntax->body->stmts);
        stmts(syntax->body->stmts, body);
    } else if (syntax && syntax->expr) {
        span = syntax->expr->span;
        if (const auto* thrown = ast::try_as<ast::ThrowExpr>(syntax->expr)) {
            body.push_back(make_stmt<ThrowStmt>(span, thrown_value(*thrown->value)));
            return make_stmt<BlockStmt>(span, std::move(body));
        }
        bool is_chain = ast::try_as<ast::NullChain>(syntax->expr) != nullptr;
        bool is_effect = function_->result == Types::Void && (is_chain || !info_->is_inferred);
        Expr* value = is_effect ? effect(*syntax->expr) : typed_expr(*syntax->expr, function_->result);
        if (!value) value = error(span);
        bool is_value = value->type != Types::Void && function_->result != Types::Void;
        if (info_->is_inferred && is_value) returns.push_back({value->type, value->span});
        body.insert(body.end(), pending_.begin(), pending_.end());
        if (is_value)
            body.push_back(make_stmt<ReturnStmt>(span, convert(value, function_->result)));
        else
            body.push_back(make_stmt<ExprStmt>(span, value));
        if (is_value) note_kept(value);
    }
    warn_lost_writes();
    return make_stmt<BlockStmt>(span, std::move(body));
}

void Body::add_params() {
    for (Local* param : function_->params) {
        if (param->name.empty()) continue;
        Symbol* symbol = c_.add_symbol(*scope_, SymbolKind::Local, param->name, param->span);
        if (!symbol) continue;
        symbol->local = param;
        symbol->home = function_;
    }
}

// The statements of all files, which are one function; variables directly among them are globals.
BlockStmt* Body::top_level(std::span<ast::File* const> files) {
    std::vector<Stmt*> body;
    Span span;
    is_top_level_ = true;
    for (const ast::File* file : files) {
        bool is_library = c_.sources[file->source].is_library();
        scope_ = c_.module_of(*file).scope;
        function_->is_library = is_library;
        stmts(file->items, body);
        if (!file->items.empty() && !is_library)
            span = cover(file->items.front()->span, file->items.back()->span);
    }
    function_->is_library = false;
    return make_stmt<BlockStmt>(span, std::move(body));
}

// ---- constructors --------------------------------------------------------------------------------

void Body::constructor_start(std::vector<Stmt*>& body) {
    if (info_->forwards) {
        forwarding_call(body);
    } else {
        bool is_chained = info_->syntax && info_->syntax->chain != ast::ChainTarget::None;
        if (is_chained || (owner_->class_ && owner_->base)) chain_call(body);
        if (is_chained && info_->syntax->chain == ast::ChainTarget::This) return;
    }
    field_initialisers(body);
}

// `: this(...)`, `: base(...)`, or the base() that nobody wrote.
void Body::chain_call(std::vector<Stmt*>& body) {
    const ast::Function* syntax = info_->syntax;
    static const ast::List<ast::Arg> kNoArgs;
    bool is_written = syntax && syntax->chain != ast::ChainTarget::None;
    bool to_this = is_written && syntax->chain == ast::ChainTarget::This;
    Span span = is_written ? syntax->chain_span : function_->span;
    TypeInfo* target = to_this ? owner_ : owner_->base;
    if (!target) {
        report<diag::NoBase>(span, owner_->name);
        return;
    }
    bool was_static = is_static_;
    is_static_ = true;  // there is no instance yet
    CallArgs args =
        check_args(is_written ? syntax->chain_args : kNoArgs, span, target->constructors, false);
    FunctionInfo* constructor = choose(target->constructors, args, target->name, span);
    is_static_ = was_static;
    body.insert(body.end(), pending_.begin(), pending_.end());
    pending_.clear();
    if (!constructor) return;
    if (to_this) info_->chains_to = constructor;
    if (closes_ring(span)) return;
    if (!c_.can_access(constructor->access, constructor->owner, owner_))
        report<diag::Inaccessible>(span, target->name, target->name, spelling(constructor->access))
            .note<diag::DeclaredHere>(constructor->function->span, target->name);
    std::vector<Argument> passed;
    if (!pass_args(*constructor, args, passed)) return;
    for (const LetLocal& let : args.lets)
        body.push_back(make_stmt<DeclareStmt>(let.value->span, let.local, let.value));
    if (owner_->struct_) function_->this_local->is_written = true;
    Expr* receiver = c_.coerce(this_expr(span), target->type);
    Expr* call = node<CallExpr>(Types::Void, span, constructor->function, receiver, false,
                                std::move(passed));
    body.push_back(make_stmt<ExprStmt>(span, call));
}

// Constructors that call each other in a ring by `: this(...)` never come to an end. The one that is
// checked last sees the whole ring.
bool Body::closes_ring(Span span) {
    const FunctionInfo* at = info_->chains_to;
    for (size_t i = 0; at && at != info_ && i < owner_->constructors.size(); ++i)
        at = at->chains_to;
    if (at != info_) return false;
    auto& problem = report<diag::ConstructorCallsItself>(span, owner_->name);
    for (at = info_->chains_to; at != info_; at = at->chains_to)
        problem.note<diag::CallsConstructor>(at->syntax->chain_span,
                                             signature(*at->chains_to, owner_->name));
    return true;
}

// A constructor taken over from the base hands its parameters on.
void Body::forwarding_call(std::vector<Stmt*>& body) {
    std::vector<Argument> passed;
    Span span = function_->span;
    for (Local* param : function_->params) {
        bool by_ref = param->kind != LocalKind::Parameter;
        passed.push_back(
            {node<LocalRefExpr>(param->type, span, param), by_ref, param->kind == LocalKind::Out});
    }
    Expr* receiver = c_.coerce(this_expr(span), owner_->base->type);
    Expr* call = node<CallExpr>(Types::Void, span, info_->forwards->function, receiver, false,
                                std::move(passed));
    body.push_back(make_stmt<ExprStmt>(span, call));
}

void Body::field_initialisers(std::vector<Stmt*>& body) {
    if (!owner_->class_) return;
    Scope* before = scope_;
    scope_ = owner_->scope;  // the parameters are not seen
    is_static_ = true;       // nor is the instance
    for (const FieldInfo& field_info : owner_->fields) {
        size_t index = static_cast<size_t>(field_info.symbol->index);
        TypeId type = types_.nominal(owner_->type).fields[index].type;
        Expr* value = variable_value(*field_info.syntax, type);
        if (!value) continue;
        is_static_ = false;
        Expr* place =
            field(this_expr(value->span), *field_info.symbol, field_info.syntax->name.span);
        is_static_ = true;
        body.insert(body.end(), pending_.begin(), pending_.end());
        pending_.clear();
        body.push_back(
            make_stmt<ExprStmt>(field_info.syntax->span,
                                node<AssignExpr>(type, field_info.syntax->span, place, value)));
    }
    is_static_ = false;
    scope_ = before;
}

Expr* Body::initialiser(const ast::Variable& variable, TypeId type) {
    Expr* value = variable_value(variable, type);
    if (!pending_.empty()) c_.not_supported("an 'out' variable in an initialiser", value->span);
    return value;
}

// A constant expression of the type (of its own, if that is invalid), or one of type Error.
Expr* Body::constant(const ast::Expr& e, TypeId type) {
    int errors = c_.sink->error_count();
    Expr* value = typed_expr(e, type);
    if (type.valid()) value = convert(value, type);
    if (value->type == Types::Error || value->kind == ExprKind::Literal) return value;
    if (c_.sink->error_count() == errors) report<diag::NotConstant>(value->span);
    return error(value->span);
}

// ---- locals --------------------------------------------------------------------------------------

Symbol* Body::add_block_symbol(SymbolKind kind, const ast::Name& name) {
    return c_.add_symbol(*scope_, kind, name.text, name.span);
}

Local* Body::add_local(const ast::Name& name, TypeId type) {
    Local* local =
        c_.arena.make<Local>(Local{name.text, type, name.span, LocalKind::Variable, false});
    if (Symbol* symbol = add_block_symbol(SymbolKind::Local, name)) {
        symbol->local = local;
        symbol->home = function_;
    }
    return local;
}

// Local functions and types are known in the whole block. A block that is checked again (after its
// function's result type was inferred) gets the declarations that it made the first time.
void Body::declare_block(const ast::List<ast::Stmt*>& list) {
    bool declares = false;
    for (const ast::Stmt* s : list) {
        const auto* decl = ast::try_as<ast::DeclStmt>(s);
        declares = declares || (decl && decl->decl->kind != ast::DeclKind::Variables);
    }
    if (!declares) return;
    Scope*& made = c_.block_scopes[{list.data, scope_->specialisation}];
    // Local functions see the variables around them: those of the check that is under way.
    auto settle_in = [&](FunctionInfo& f) {
        if (f.owner) return;
        f.function->outer = function_;
        if (!f.generic) {
            f.scope = scope_;
            return;
        }
        f.generic->scope = scope_;
        for (auto& [args, specialisation] : f.generic->made) {
            specialisation->scope->parent = scope_;
            specialisation->function->function->outer = function_;
        }
    };
    if (made) {
        for (const auto& [name, symbol] : made->names) {
            scope_->names.try_emplace(name, symbol);
            for (FunctionInfo* f : symbol->functions) settle_in(*f);
        }
        return;
    }
    made = c_.new_scope(nullptr);
    std::unordered_map<std::string_view, Symbol*> before = scope_->names;
    diag::Sink* sink = c_.sink;
    c_.sink = c_.sink_of(scope_);
    Group group;
    c_.declare_all(list, *scope_, false, group);
    for (const auto& entry : scope_->names)
        if (!before.count(entry.first)) made->names.insert(entry);
    c_.sink = sink;
    for (FunctionInfo* f : group.functions) settle_in(*f);
    c_.resolve(group);
}

// An array is a value: what a function writes into an array parameter is lost when it returns,
// unless it hands the array on.
void Body::warn_lost_writes() {
    if (!info_->syntax || function_->is_library) return;
    for (size_t i = 0; i < function_->params.size(); ++i) {
        auto facts = param_facts_.find(function_->params[i]);
        if (facts == param_facts_.end() || !facts->second.first_write.valid() ||
            facts->second.is_kept)
            continue;
        const ast::Param& param = info_->syntax->params[i];
        if (param.is_params) continue;  // mostly an array that the call made
        Span before{param.span.source, param.span.begin, param.span.begin};
        report<diag::WriteIsLost>(facts->second.first_write, param.name.text, function_->name)
            .note<diag::DeclaredHere>(param.name.span, param.name.text)
            .fix(before, "ref ");
    }
}

}  // namespace dream::checker
