// Statements other than switch and try.
#include "check/body.h"

namespace dream::checker {

namespace {

// Of a loop that tests in front of its body.
const ast::Stmt* body_of(const ast::Stmt& s) {
    if (const auto* loop = ast::try_as<ast::While>(&s)) return loop->body;
    if (const auto* loop = ast::try_as<ast::For>(&s)) return loop->body;
    if (const auto* loop = ast::try_as<ast::Foreach>(&s)) return loop->body;
    return nullptr;
}

}  // namespace

void Body::stmts(const ast::List<ast::Stmt*>& list, std::vector<Stmt*>& out) {
    for (size_t i = 0; i < list.size(); ++i) {
        const auto* use = ast::try_as<ast::Using>(list[i]);
        if (use && !use->body) {
            ast::List<ast::Stmt*> rest{list.data + i + 1, list.count - static_cast<uint32_t>(i) - 1};
            return using_stmt(*use, rest, out);
        }
        stmt(*list[i], out);
        // `while (c); { ... }`: the block looks like the body.
        const ast::Stmt* body = body_of(*list[i]);
        bool is_detached = body && body->kind == ast::StmtKind::Empty && i + 1 < list.size() &&
                           list[i + 1]->kind == ast::StmtKind::Block;
        if (is_detached) report<diag::EmptyBody>(body->span, "loop");
    }
}

void Body::make_pending(std::vector<Stmt*>& out) {
    out.insert(out.end(), pending_.begin(), pending_.end());
    pending_.clear();
}

// `out int x` inside the statement declares x in front of it.
void Body::stmt(const ast::Stmt& s, std::vector<Stmt*>& out) {
    std::vector<Stmt*> outer = std::move(pending_);
    pending_.clear();
    std::vector<Stmt*> made;
    one_stmt(s, made);
    out.insert(out.end(), pending_.begin(), pending_.end());
    out.insert(out.end(), made.begin(), made.end());
    pending_ = std::move(outer);
}

// A statement where one stands, not a list: the body of a loop, the branch of an if.
Stmt* Body::embedded(const ast::Stmt& s) {
    if (const auto* b = ast::try_as<ast::Block>(&s)) return block(*b);
    Scoped scope(*this);
    std::vector<Stmt*> body;
    stmt(s, body);
    if (body.size() == 1 && body[0]->kind != StmtKind::Declare) return body[0];
    return make_stmt<BlockStmt>(s.span, std::move(body));
}

Stmt* Body::loop_body(const ast::Stmt& s) {
    ++loops_;
    Stmt* body = embedded(s);
    --loops_;
    return body;
}

BlockStmt* Body::block(const ast::Block& b) {
    Scoped scope(*this);
    declare_block(b.stmts);
    std::vector<Stmt*> body;
    stmts(b.stmts, body);
    return make_stmt<BlockStmt>(b.span, std::move(body));
}

void Body::one_stmt(const ast::Stmt& s, std::vector<Stmt*>& out) {
    switch (s.kind) {
        case ast::StmtKind::Block: out.push_back(block(ast::as<ast::Block>(s))); return;
        case ast::StmtKind::DeclStmt: {
            const ast::Decl& decl = *ast::as<ast::DeclStmt>(s).decl;
            if (decl.kind == ast::DeclKind::Variables)
                declare_variables(ast::as<ast::Variables>(decl), out);
            return;
        }
        case ast::StmtKind::ExprStmt: expr_stmt(ast::as<ast::ExprStmt>(s), out); return;
        case ast::StmtKind::If: out.push_back(if_stmt(ast::as<ast::If>(s))); return;
        case ast::StmtKind::While: out.push_back(while_stmt(ast::as<ast::While>(s))); return;
        case ast::StmtKind::DoWhile: out.push_back(do_stmt(ast::as<ast::DoWhile>(s))); return;
        case ast::StmtKind::For: out.push_back(for_stmt(ast::as<ast::For>(s))); return;
        case ast::StmtKind::Foreach: out.push_back(foreach_stmt(ast::as<ast::Foreach>(s))); return;
        case ast::StmtKind::Switch: out.push_back(switch_stmt(ast::as<ast::Switch>(s))); return;
        case ast::StmtKind::Break: out.push_back(exit_stmt(s, true)); return;
        case ast::StmtKind::Continue: out.push_back(exit_stmt(s, false)); return;
        case ast::StmtKind::Return: out.push_back(return_stmt(ast::as<ast::Return>(s))); return;
        case ast::StmtKind::Throw: out.push_back(throw_stmt(ast::as<ast::Throw>(s))); return;
        case ast::StmtKind::Try: out.push_back(try_stmt(ast::as<ast::Try>(s))); return;
        case ast::StmtKind::Using: using_stmt(ast::as<ast::Using>(s), {}, out); return;
        case ast::StmtKind::Empty:
        case ast::StmtKind::ErrorStmt: return;
    }
}

// ---- variables -----------------------------------------------------------------------------------

void Body::declare_variables(const ast::Variables& v, std::vector<Stmt*>& out) {
    bool is_global = is_top_level_ && scope_->module;
    bool is_const = v.modifiers.has(ast::Modifier::Const);
    if (!is_global) c_.check_modifiers(v, {ast::Modifier::Const});
    for (const ast::Variable& item : v.items) {
        if (is_global) {
            if (!is_const) declare_global(item, out);
        } else if (is_const) {
            if (Symbol* symbol = c_.add_const(*scope_, item, nullptr))
                c_.const_value(*symbol->constant);
        } else {
            declare_variable(v, item, out);
        }
        // One declaration after the other: the next value may use this variable.
        if (!pending_.empty() && !out.empty()) {
            out.insert(out.begin() + static_cast<std::ptrdiff_t>(out.size()) - 1, pending_.begin(),
                       pending_.end());
            pending_.clear();
        }
    }
}

void Body::declare_variable(const ast::Variables&, const ast::Variable& item,
                            std::vector<Stmt*>& out) {
    TypeId type;
    Expr* value = nullptr;
    if (item.type->kind == ast::TypeKind::VarType) {
        if (item.initial) value = typed_expr(*item.initial);
        type = type_of_var(item, value);
        if (type == Types::Error) value = nullptr;
    } else {
        type = c_.resolve_type(*item.type, *scope_);
        value = variable_value(item, type);
    }
    if (value) note_kept(value);
    Local* local = add_local(item.name, type);
    // A value that was wrong is still a value: no second report about a variable without one.
    if (!value && item.initial) value = error(item.initial->span);
    out.push_back(make_stmt<DeclareStmt>(item.span, local, value));
}

// A top-level variable: its initialiser runs where it stands.
void Body::declare_global(const ast::Variable& item, std::vector<Stmt*>& out) {
    Symbol* symbol = scope_->find(item.name.text);
    if (!symbol || symbol->kind != SymbolKind::Global || symbol->global->syntax != &item) {
        if (item.initial)
            typed_expr(*item.initial);  // a duplicate: reported, but look at the value
        return;
    }
    Global& global = *symbol->global->global;
    Expr* value = nullptr;
    if (item.type->kind == ast::TypeKind::VarType) {
        // Its type may have been asked for before, quietly; here is where reports are made.
        if (item.initial) value = typed_expr(*item.initial);
        TypeId type = type_of_var(item, value);
        symbol->global->progress = Progress::Done;
        global.type = type;
    } else {
        value = variable_value(item, c_.global_type(*symbol->global, item.name.span));
    }
    if (!value || is_error(value)) return;
    Expr* place = node<GlobalRefExpr>(global.type, item.name.span, &global);
    out.push_back(
        make_stmt<ExprStmt>(item.span, node<AssignExpr>(global.type, item.span, place, value)));
}

TypeId Body::type_of_var(const ast::Variable& item, Expr* value) {
    if (!item.initial) {
        report<diag::VarNeedsValue>(item.name.span, item.name.text);
        return Types::Error;
    }
    if (value->type == Types::Null || value->type == Types::Void) {
        report<diag::VarWithoutType>(
            value->span, item.name.text,
            value->type == Types::Null ? "null" : "an expression without a value");
        return Types::Error;
    }
    return value->type;
}

// What a variable starts with: its initialiser, the array that its type spells, or null for none.
Expr* Body::variable_value(const ast::Variable& item, TypeId type) {
    const auto* array = ast::try_as<ast::ArrayType>(item.type);
    bool is_sized = array && array->is_sized();
    if (!item.initial) return is_sized ? sized_array(*item.type, type, item.span) : nullptr;
    Expr* value = convert(expr(*item.initial, type), type);
    return is_sized && !is_error(value) ? sized_literal(*array, type, value) : value;
}

// ---- simple statements ---------------------------------------------------------------------------

void Body::expr_stmt(const ast::ExprStmt& s, std::vector<Stmt*>& out) {
    if (Expr* e = effect(*s.expr)) out.push_back(make_stmt<ExprStmt>(s.span, e));
}

// An expression that stands for what it does, not for its value (the parser sees to it that it does
// something); null after an error.
Expr* Body::effect(const ast::Expr& e) {
    const ast::Expr& inner = ast::strip_parens(e);
    const auto* unary = ast::try_as<ast::Unary>(&inner);
    bool is_step = unary && (unary->op == ast::UnaryOp::PreIncrement ||
                             unary->op == ast::UnaryOp::PreDecrement ||
                             unary->op == ast::UnaryOp::PostIncrement ||
                             unary->op == ast::UnaryOp::PostDecrement);
    Expr* value = nullptr;
    if (const auto* assignment = ast::try_as<ast::Assign>(&inner))
        value = assign(*assignment, false);
    else if (const auto* chain = ast::try_as<ast::NullChain>(&inner))
        value = chain_effect(*chain);
    else
        value = is_step ? increment(*unary, false) : typed_expr(e);
    return is_error(value) ? nullptr : value;
}

// ---- branches and loops --------------------------------------------------------------------------

Stmt* Body::if_stmt(const ast::If& s) {
    std::vector<std::pair<Expr*, Stmt*>> arms;
    for (const ast::IfArm& arm : s.arms) {
        Expr* test = condition(*arm.condition);
        if (arm.then->kind == ast::StmtKind::Empty)
            report<diag::EmptyBody>(arm.then->span, "'if'");
        arms.push_back({test, embedded(*arm.then)});
    }
    if (s.otherwise && s.otherwise->kind == ast::StmtKind::Empty)
        report<diag::EmptyBody>(s.otherwise->span, "'else'");
    Stmt* rest = s.otherwise ? embedded(*s.otherwise) : nullptr;
    for (size_t i = s.arms.size(); i-- > 0;)
        rest = make_stmt<IfStmt>(i == 0 ? s.span : cover(s.arms[i].span, s.span), arms[i].first,
                                 arms[i].second, rest);
    return rest;
}

Stmt* Body::while_stmt(const ast::While& s) {
    Expr* test = condition(*s.condition);
    Stmt* body = loop_body(*s.body);
    return make_stmt<WhileStmt>(s.span, test, body);
}

Stmt* Body::do_stmt(const ast::DoWhile& s) {
    Stmt* body = loop_body(*s.body);
    Expr* test = condition(*s.condition);
    return make_stmt<DoWhileStmt>(s.span, body, test);
}

Stmt* Body::for_stmt(const ast::For& s) {
    Scoped scope(*this);
    std::vector<Stmt*> init;
    if (s.variables) declare_variables(*s.variables, init);
    for (const ast::Expr* e : s.init)
        if (Expr* value = effect(*e)) init.push_back(make_stmt<ExprStmt>(e->span, value));
    Expr* test = s.condition ? condition(*s.condition) : nullptr;
    std::vector<Expr*> steps;
    for (const ast::Expr* e : s.step)
        if (Expr* value = effect(*e)) steps.push_back(value);
    Stmt* body = loop_body(*s.body);
    return make_stmt<ForStmt>(s.span, std::move(init), test, std::move(steps), body);
}

Stmt* Body::foreach_stmt(const ast::Foreach& s) {
    bool is_var = s.type->kind == ast::TypeKind::VarType;
    TypeId type = is_var ? TypeId{} : c_.resolve_type(*s.type, *scope_);
    // The elements of a list written here are of the variable's type.
    bool is_list = ast::strip_parens(*s.collection).kind == ast::ExprKind::ArrayLiteral;
    bool gives_type = is_list && !is_var && type != Types::Error;
    Expr* collection = typed_expr(*s.collection, gives_type ? types_.array_of(type) : TypeId{});
    TypeId element = Types::Error;
    if (collection->type == Types::String)
        element = Types::Char;
    else if (types_.is(collection->type, TypeKind::Array))
        element = types_.element(collection->type);
    else if (!is_error(collection))
        return foreach_pattern(s, collection, type);
    Scoped scope(*this);
    if (is_var) type = element;
    Expr item{ExprKind::Default, element, s.type->span};
    if (c_.fit(item, type) == Fit::No)
        report<diag::TypeMismatch>(s.type->span, name_of(element), name_of(type));
    Local* local = add_local(s.name, type);
    foreach_locals_.insert(local);
    if (type == element || type == Types::Error || element == Types::Error)
        return make_stmt<ForeachStmt>(s.span, local, collection, loop_body(*s.body));
    // A variable of another type than the elements is made of each of them.
    Local* each = c_.arena.make<Local>(Local{"each", element, {}, LocalKind::Variable, false});
    local->span = {};  // nobody minds if it is not read
    Expr* value = c_.coerce(node<LocalRefExpr>(element, s.type->span, each), type);
    auto* body = make_stmt<BlockStmt>(s.body->span, std::vector<Stmt*>{});
    body->body.push_back(make_stmt<DeclareStmt>(s.name.span, local, value));
    body->body.push_back(loop_body(*s.body));
    return make_stmt<ForeachStmt>(s.span, each, collection, body);
}

Stmt* Body::exit_stmt(const ast::Stmt& s, bool is_break) {
    bool has_target = loops_ > 0 || (is_break && switches_ > 0);
    if (!has_target)
        report<diag::ExitOutside>(s.span, is_break ? "break" : "continue",
                                  is_break ? "a loop or 'switch'" : "a loop");
    if (is_break) return make_stmt<BreakStmt>(s.span);
    return make_stmt<ContinueStmt>(s.span);
}

Stmt* Body::return_stmt(const ast::Return& s) {
    bool is_inferred = info_ && info_->is_inferred && c_.is_inferring;
    TypeId result = function_ ? function_->result : Types::Error;
    if (open_returns_) {
        Expr* value = s.value ? decided_function(expr(*s.value)) : nullptr;
        open_returns_->push_back(make_stmt<ReturnStmt>(s.span, value));
        return open_returns_->back();
    }
    if (is_top_level_) result = Types::Int;
    if (!s.value) {
        returns.push_back({{}, s.span});
        bool needs_value =
            result != Types::Void && result != Types::Error && !is_inferred && !is_top_level_;
        if (needs_value) report<diag::ReturnNeedsValue>(s.span, name_of(result));
        return make_stmt<ReturnStmt>(s.span, nullptr);
    }
    bool has_result = result != Types::Void || is_inferred;
    Expr* value =
        expr(*s.value, has_result && result.valid() && result != Types::Error ? result : TypeId{});
    if (is_inferred) value = decided_function(value);
    if (is_inferred || (info_ && info_->is_inferred)) returns.push_back({value->type, value->span});
    if (is_inferred) return make_stmt<ReturnStmt>(s.span, c_.settle_default(value));
    if (is_top_level_) returns.push_back({Types::Int, s.span});
    if (result == Types::Void) {
        value = c_.settle_default(value);
        if (!is_error(value)) report<diag::ReturnInVoid>(value->span, function_->name);
        return make_stmt<ReturnStmt>(s.span, nullptr);
    }
    value = convert(value, result);
    note_kept(value);
    return make_stmt<ReturnStmt>(s.span, value);
}

}  // namespace dream::checker
