// Names and what follows a `.` or stands in `[]`: fields, static members, enumerators, methods still
// to be chosen, extension methods of the library, Length.
#include <algorithm>
#include <cctype>

#include "check/body.h"

namespace dream::checker {

namespace {

// `toUpper` -> `ToUpper`: older spellings of the members of strings and arrays.
std::string capitalised(std::string_view name) {
    std::string text(name);
    if (!text.empty())
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

}  // namespace

Target Body::target(const ast::Expr& e) {
    if (const auto* name = ast::try_as<ast::NameExpr>(&e)) return name_target(*name);
    if (const auto* member = ast::try_as<ast::Member>(&e)) return member_target(*member);
    const auto* type = ast::try_as<ast::TypeExpr>(&e);
    if (!type) return Target::of_value(expr(e));
    TypeId named = c_.resolve_type(*type->type, *scope_);
    return Target::of_type(named, c_.sources.text(type->span), type->span);
}

Target Body::name_target(const ast::NameExpr& e) {
    if (e.name.empty()) return Target::error();
    Symbol* symbol = c_.lookup(e.name.text, scope_);
    if (symbol) {
        Target t = symbol_target(*symbol, e.name, e.type_args);
        add_type_args(t, e.type_args);
        return t;
    }
    // What every object has, said of this one.
    bool is_universal =
        e.name.text == "ToString" || e.name.text == "Equals" || e.name.text == "GetHashCode";
    if (is_universal && has_this()) return value_member(this_expr(e.name.span), e.name);
    c_.unknown_name(e.name, scope_, false);
    return Target::error();
}

// `f<int>`, `a.f<int>`: a type has taken its arguments already.
void Body::add_type_args(Target& t, const ast::List<ast::Type*>& list) {
    if (list.empty() || t.kind == Target::Kind::Error || t.kind == Target::Kind::Type) return;
    t.type_args = c_.resolve_types(list, *scope_);
    if (t.kind == Target::Kind::Functions && !t.functions.empty()) return;
    Span span = t.kind == Target::Kind::Value ? t.value->span : t.span;
    report<diag::NotGeneric>(span, c_.sources.text(span));
    t = Target::error();
}

Target Body::symbol_target(Symbol& symbol, const ast::Name& name,
                           const ast::List<ast::Type*>& type_args) {
    if (symbol.owner && !check_access(symbol, name)) return Target::error();
    symbol.is_mentioned = true;
    switch (symbol.kind) {
        case SymbolKind::Type:
            return Target::of_type(c_.specialised_type(symbol, type_args, *scope_, name.span),
                                   name.text, name.span);
        case SymbolKind::Property:
        case SymbolKind::Field: {
            if (symbol.property && symbol.property->is_static)
                return Target::of_value(property(*symbol.property, nullptr, name.span));
            bool is_mine = owner_ && types_.is_subclass(owner_->type, symbol.owner->type);
            if (has_this() && is_mine)
                return Target::of_value(member_value(this_expr(name.span), symbol, name.span));
            report<diag::InstanceNeeded>(name.span, name.text, symbol.owner->name)
                .note<diag::DeclaredHere>(symbol.span, name.text);
            return Target::error();
        }
        case SymbolKind::Functions: {
            Target t;
            t.kind = Target::Kind::Functions;
            bool is_mine =
                symbol.owner && owner_ && types_.is_subclass(owner_->type, symbol.owner->type);
            t.functions = symbol.owner
                              ? c_.methods_named(is_mine ? *owner_ : *symbol.owner, name.text)
                              : symbol.functions;
            for (FunctionInfo* f : t.functions) c_.ensure_signature(*f);
            t.is_bare = true;
            t.name = name.text;
            t.span = name.span;
            return t;
        }
        case SymbolKind::Local:
        case SymbolKind::Global:
        case SymbolKind::Const:
        case SymbolKind::Enumerator: return Target::of_value(symbol_value(symbol, name.span, true));
        case SymbolKind::Ambiguous: c_.report_ambiguous(symbol, name); return Target::error();
    }
    return Target::error();
}

// May code here use a member of `owner`? `object` is what it is a member of, null where it is static
// or a bare name. `base` is `this` as something else.
bool Body::may_access(Access access, const TypeInfo& owner, const Expr* object) const {
    while (object && object->kind == ExprKind::Convert) object = as<ConvertExpr>(object)->operand;
    return c_.can_access(access, &owner, owner_, object ? object->type : TypeId{});
}

void Body::report_inaccessible(Access access, const TypeInfo& owner, const std::string& name,
                               Span declared, Span at) {
    const TypeInfo* heir = access == Access::Protected ? owner_ : nullptr;
    while (heir && !types_.is_subclass(heir->type, owner.type))
        heir = c_.type_around(heir->scope->parent);
    diag::Diagnostic& problem =
        heir ? report<diag::ProtectedThrough>(at, owner.name, name, heir->name)
             : report<diag::Inaccessible>(at, owner.name, name, spelling(access));
    problem.note<diag::DeclaredHere>(declared, name.substr(0, name.find('.')));
}

bool Body::check_access(const Symbol& symbol, const ast::Name& name, const Expr* object) {
    bool is_static = symbol.kind != SymbolKind::Field &&
                     (symbol.kind != SymbolKind::Property || symbol.property->is_static);
    if (may_access(symbol.access, *symbol.owner, is_static ? nullptr : object)) return true;
    report_inaccessible(symbol.access, *symbol.owner, std::string(name.text), symbol.span,
                        name.span);
    return false;
}

// A field or property of `object`.
Expr* Body::member_value(Expr* object, Symbol& symbol, Span span) {
    return symbol.property ? property(*symbol.property, object, span) : field(object, symbol, span);
}

Expr* Body::field(Expr* object, Symbol& symbol, Span span) {
    const Nominal* owner = &types_.nominal(symbol.owner->type);
    int first = 0;  // own fields come after those of all bases
    for (TypeId base = owner->base; base.valid(); base = types_.nominal(base).base)
        first += static_cast<int>(types_.nominal(base).fields.size());
    TypeId type = owner->fields[static_cast<size_t>(symbol.index)].type;
    if (type == Types::Error) return error(span);
    Expr* place =
        node<FieldAccessExpr>(type, cover(object->span, span), object, first + symbol.index);
    if (symbol.is_readonly) readonly_fields_[place] = &symbol;
    return place;
}

// ---- behind the dot ------------------------------------------------------------------------------

Target Body::member_target(const ast::Member& e) {
    Target t = member_of(e);
    add_type_args(t, e.type_args);
    if (t.kind == Target::Kind::Value) t.value->span = e.span;
    return t;
}

Target Body::member_of(const ast::Member& e) {
    if (e.name.empty()) return Target::error();
    if (e.object->kind == ast::ExprKind::Base) return base_member(e.name);
    if (const ModuleInfo* module = c_.module_named(*e.object, scope_)) {
        Symbol* symbol = c_.exported(*module, e.name);
        return symbol ? symbol_target(*symbol, e.name, e.type_args) : Target::error();
    }
    Target object = target(*e.object);
    switch (object.kind) {
        case Target::Kind::Error: return object;
        case Target::Kind::Type: return static_member(object.type, e.name, e.type_args);
        case Target::Kind::Functions:
            report<diag::NoMembers>(e.object->span, "a function");
            return Target::error();
        case Target::Kind::Value: break;
    }
    if (e.is_conditional) {
        object.value = chain_link(object.value, "?.", e.name.span);
        return is_error(object.value) ? Target::error() : value_member(object.value, e.name);
    }
    // A variable may have the name of its type (`Color Color`): then `Color.Red` means the type's.
    const auto* name = ast::try_as<ast::NameExpr>(e.object);
    TypeInfo* info = c_.info_of(object.value->type);
    if (name && info && name->name.text == info->name) {
        Symbol* member = c_.find_member(*info, e.name.text);
        bool is_static =
            member && member->kind != SymbolKind::Field && member->kind != SymbolKind::Functions &&
            (member->kind != SymbolKind::Property || member->property->is_static);
        if (member && member->kind == SymbolKind::Functions)
            is_static = std::all_of(member->functions.begin(), member->functions.end(),
                                    [](auto* f) { return f->is_static; });
        if (is_static) return static_member(info->type, e.name, e.type_args);
    }
    return value_member(object.value, e.name);
}

Target Body::unknown_member(TypeId type, const ast::Name& name) {
    bool is_planned = name.text == "GetType";
    if (is_planned) {
        c_.not_supported("'" + std::string(name.text) + "' of this type", name.span);
        return Target::error();
    }
    auto& problem = report<diag::UnknownMember>(name.span, name_of(type), name.text);
    c_.suggest(problem, name.text, name.span, c_.member_names(type));
    return Target::error();
}

Target Body::static_member(TypeId type, const ast::Name& name,
                           const ast::List<ast::Type*>& type_args) {
    TypeInfo* info = types_.is_parameter(type) ? nullptr : c_.info_of(type);
    bool is_builtin = !info;
    if (is_builtin) info = c_.home_of(type);
    Symbol* symbol = info ? c_.find_member(*info, name.text) : nullptr;
    std::string spelled(name.text);
    if (!symbol && info && (is_builtin || info->is_library)) {
        spelled = capitalised(name.text);
        symbol = c_.find_member(*info, spelled);
    }
    if (!symbol) return unknown_member(type, name);
    if (!check_access(*symbol, name)) return Target::error();
    symbol->is_mentioned = true;
    switch (symbol->kind) {
        case SymbolKind::Functions: {
            Target t;
            t.kind = Target::Kind::Functions;
            t.functions = c_.methods_named(*info, spelled);
            t.name = symbol->name;
            t.span = name.span;
            return t;
        }
        case SymbolKind::Property:
            if (symbol->property->is_static)
                return Target::of_value(property(*symbol->property, nullptr, name.span));
            [[fallthrough]];
        case SymbolKind::Field:
            report<diag::InstanceNeeded>(name.span, name.text, info->name)
                .note<diag::DeclaredHere>(symbol->span, name.text);
            return Target::error();
        case SymbolKind::Type:
            return Target::of_type(c_.specialised_type(*symbol, type_args, *scope_, name.span),
                                   name.text, name.span);
        case SymbolKind::Local:
        case SymbolKind::Global:
        case SymbolKind::Const:
        case SymbolKind::Enumerator:
            return Target::of_value(symbol_value(*symbol, name.span, false));
        case SymbolKind::Ambiguous: break;  // of imported names alone
    }
    return Target::error();
}

// `list.Count(p)`: where a property that cannot be called has the name of an extension method, a call
// means the method, as in C#.
bool Body::is_hidden_by_call(const Symbol& symbol, Expr* object, const ast::Name& name) {
    bool cannot_be_called = symbol.kind == SymbolKind::Property && &name == called_ &&
                            !c_.invoke_of(symbol.property->getter->function->result);
    if (!cannot_be_called) return false;
    Target t;
    t.receiver = object;
    t.name = name.text;
    t.span = name.span;
    return !extensions_of(object, name.text).empty() || forward_to_list(t);
}

// The extension methods of that name that are for values like `object`.
std::vector<FunctionInfo*> Body::extensions_of(Expr* object, std::string_view name) {
    std::vector<FunctionInfo*> found;
    TypeId type = object->type;
    for (FunctionInfo* f : c_.extensions_named(name)) {
        TypeId self = f->function->params[0]->type;
        bool is_upcast = types_.is(type, TypeKind::Class) && c_.fit(*object, self) != Fit::No;
        std::vector<TypeId> args(f->generic ? f->generic->form->args.size() : 0);
        bool is_unified = f->generic && c_.unify(self, type, *f->generic->form, false, args);
        if (self == type || is_upcast || is_unified) found.push_back(f);
    }
    return found;
}

Target Body::value_member(Expr* object, const ast::Name& name) {
    if (object->type == Types::UntypedReal) object = c_.settle(object, Types::Double);
    if (object->type == Types::Void || object->type == Types::Null) {
        report<diag::NoMembers>(
            object->span, object->type == Types::Void ? "an expression without a value" : "null");
        return Target::error();
    }
    if (types_.is(object->type, TypeKind::Pointer) && c_.info_of(types_.element(object->type))) {
        object = deref(object, literal(Types::Int, object->span, int64_t{0}), object->span);
        if (is_error(object)) return Target::error();
    }
    TypeInfo* info = c_.info_of(object->type);
    Symbol* symbol = info && !info->enum_syntax ? c_.find_member(*info, name.text) : nullptr;
    // What a type parameter has by an interface, its argument may leave to that.
    const Specialisation* around = scope_->specialisation;
    bool may_inherit =
        !symbol && around && !around->is_form && info && !c_.object_method(name.text);
    for (size_t i = 0; may_inherit && !symbol && i < info->interfaces.size(); ++i) {
        TypeInfo* interface = info->interfaces[i];
        if (interface->type == c_.object_type()) continue;
        symbol = c_.find_member(*interface, name.text);
        if (!symbol) continue;
        object = c_.coerce(object, interface->type);
        info = interface;
        break;
    }
    if (!symbol || is_hidden_by_call(*symbol, object, name)) return builtin_member(object, name);
    if (!check_access(*symbol, name, object)) return Target::error();
    symbol->is_mentioned = true;
    switch (symbol->kind) {
        case SymbolKind::Field: return Target::of_value(field(object, *symbol, name.span));
        case SymbolKind::Property:
            if (!symbol->property->is_static)
                return Target::of_value(property(*symbol->property, object, name.span));
            break;
        case SymbolKind::Functions: {
            Target t;
            t.kind = Target::Kind::Functions;
            t.functions = c_.methods_named(*info, name.text);
            t.receiver = object;
            t.name = name.text;
            t.span = name.span;
            return t;
        }
        case SymbolKind::Local:
        case SymbolKind::Global:
        case SymbolKind::Const:
        case SymbolKind::Enumerator:
        case SymbolKind::Type:
        case SymbolKind::Ambiguous: break;
    }
    if (symbol->type == Types::Error) return Target::error();
    report<diag::StaticThroughInstance>(name.span, name.text, info->name)
        .fix(cover(object->span, name.span), std::string(info->name) + "." + std::string(name.text));
    return Target::error();
}

// Members that no declaration of the type spells: Length, ToString, extension methods.
Target Body::builtin_member(Expr* object, const ast::Name& name) {
    TypeId type = object->type;
    bool has_length = type == Types::String || types_.is(type, TypeKind::Array);
    if (has_length && (name.text == "Length" || name.text == "length"))
        return Target::of_value(
            node<LengthExpr>(Types::Int, cover(object->span, name.span), object));
    if (types_.is(type, TypeKind::Array) && name.text == "Rank") {
        Span span = cover(object->span, name.span);
        return Target::of_value(literal(Types::Int, span, int64_t{types_.rank(type)}));
    }
    Target t;
    t.kind = Target::Kind::Functions;
    t.receiver = object;
    t.span = name.span;
    t.name = name.text;
    std::string spelled(name.text);
    for (int attempt = 0; attempt < 2 && t.functions.empty(); ++attempt) {
        if (attempt == 1 && !has_length) break;
        if (attempt == 1) spelled = capitalised(name.text);
        t.functions = extensions_of(object, spelled);
    }
    if (!t.functions.empty()) {
        t.name = t.functions[0]->function->name;
        return t;
    }
    if (forward_to_list(t)) return t;
    // Every value has them; see call.
    bool is_universal =
        name.text == "ToString" || name.text == "Equals" || name.text == "GetHashCode";
    bool is_order = name.text == "CompareTo" && scope_->specialisation && !in_user_code();
    if (is_universal || is_order) return t;
    return unknown_member(type, name);
}

Target Body::base_member(const ast::Name& name) {
    FunctionInfo* of_every_object =
        has_this() && owner_ && owner_->class_ ? c_.object_method(name.text) : nullptr;
    if (of_every_object && (!owner_->base || !c_.find_member(*owner_->base, name.text))) {
        Target t;
        t.kind = Target::Kind::Functions;
        t.functions = {of_every_object};
        t.receiver = this_expr(name.span);
        t.is_base = true;
        t.name = name.text;
        t.span = name.span;
        return t;
    }
    if (!has_this() || !owner_ || !owner_->base) {
        if (has_this() && owner_ && name.text == "ToString") {
            // The ToString that every object has: the name of its class.
            return Target::of_value(literal(Types::String, name.span, std::string(owner_->name)));
        }
        if (has_this() && owner_)
            report<diag::NoBase>(name.span, owner_->name);
        else
            report<diag::ThisOutside>(name.span, "base");
        return Target::error();
    }
    Expr* object = c_.coerce(this_expr(name.span), owner_->base->type);
    Symbol* symbol = c_.find_member(*owner_->base, name.text);
    if (!symbol) return unknown_member(owner_->base->type, name);
    if (!check_access(*symbol, name)) return Target::error();
    if (symbol->kind == SymbolKind::Field)
        return Target::of_value(field(object, *symbol, name.span));
    if (symbol->kind == SymbolKind::Property && !symbol->property->is_static)
        return Target::of_value(property(*symbol->property, object, name.span, true));
    if (symbol->kind != SymbolKind::Functions) return symbol_target(*symbol, name, {});
    Target t;
    t.kind = Target::Kind::Functions;
    t.functions = c_.methods_named(*owner_->base, name.text);
    t.receiver = object;
    t.is_base = true;
    t.name = name.text;
    t.span = name.span;
    return t;
}

// ---- indices -------------------------------------------------------------------------------------

Expr* Body::index(const ast::Index& e) {
    if (e.object->kind == ast::ExprKind::Base) return base_index(e);
    Expr* object = typed_expr(*e.object);
    if (e.is_conditional) object = chain_link(object, "?[]", e.span);
    return index_of(object, e.args, e.span);
}

Expr* Body::index_of(Expr* object, const ast::List<ast::Arg>& args, Span span) {
    std::vector<Expr*> indices;
    bool has_error = is_error(object);
    bool is_array = types_.is(object->type, TypeKind::Array);
    bool is_pointer = types_.is(object->type, TypeKind::Pointer);
    if (is_pointer && args.size() == 1 && args[0].mode == ast::PassMode::Value) {
        Expr* at = typed_expr(*args[0].value);
        return deref(object, at->type == Types::Long ? at : convert(at, Types::Int), span);
    }
    if (!has_error && !is_array && object->type != Types::String) {
        const TypeInfo* info = c_.info_of(object->type);
        if (info && has_indexers(*info)) return indexer(*info, object, args, span, false);
        report<diag::NotIndexable>(object->span, name_of(object->type));
        has_error = true;
    }
    for (const ast::Arg& arg : args) {
        if (arg.mode != ast::PassMode::Value || !arg.name.empty()) {
            report<diag::UnexpectedRef>(arg.span);
            has_error = true;
            continue;
        }
        Expr* value = convert(expr(*arg.value), Types::Int);
        has_error = has_error || is_error(value);
        indices.push_back(value);
    }
    size_t rank = is_array ? static_cast<size_t>(types_.rank(object->type)) : 1;
    if (!has_error && indices.size() != rank) {
        report<diag::WrongRank>(span, rank == 1 ? "1 index" : std::to_string(rank) + " indices",
                                indices.size());
        has_error = true;
    }
    if (has_error) return error(span);
    TypeId type = is_array ? types_.element(object->type) : Types::Char;
    return node<IndexExpr>(type, span, object, std::move(indices));
}

}  // namespace dream::checker
