// The second step of a group: values of enums, bases, fields, signatures. Afterwards every
// declaration of the group has its type, except for inferred results and `var` globals.
#include <algorithm>
#include <map>
#include <utility>

#include "check/body.h"
#include "check/checker.h"

namespace dream::checker {

using ast::Modifier;

void Checker::resolve(Group& group) {
    // What a group inside a body that is being inferred declares is reported for good.
    diag::Sink* sink_before = sink;
    Group* group_before = std::exchange(resolving_, &group);
    Stage stage_before = std::exchange(stage_, Stage::Bases);
    // What comes up, specialisations and files of the library, joins the group, so these loops see it.
    for (size_t i = 0; i < group.aliases.size(); ++i) resolve_alias(*group.aliases[i]);
    resolve_bases_of(group);
    stage_ = Stage::Fields;
    for (size_t i = 0; i < group.types.size(); ++i) {
        sink = sink_of(group.types[i]->scope);
        if (!group.types[i]->enum_syntax) resolve_fields(*group.types[i]);
    }
    stage_ = Stage::Signatures;
    for (size_t i = 0; i < group.functions.size(); ++i)
        if (FunctionInfo& info = *group.functions[i];
            !is_on_demand(info) || is_always_used(info) || info.property ||
            info.syntax->function_kind != ast::FunctionKind::Function)
            ensure_signature(info);
    resolving_ = nullptr;
    stage_ = Stage::None;
    sink = real_sink;
    check_duplicates(group.functions);
    check_structs(group);
    for (TypeInfo* info : group.types) {
        sink = sink_of(info->scope);
        if (info->enum_syntax) ensure_enum(*info);
        if (info->class_) check_class(*info);
        if (info->struct_) finish_struct(*info);
    }
    for (ConstInfo* info : group.constants) const_value(*info);
    sink = real_sink;
    for (const Symbol* alias : group.aliases) check_alias(*alias);
    for (FunctionInfo* info : group.functions) {
        if (!is_on_demand(*info)) check_signature(*info);
        bool is_open = info->scope->specialisation && info->scope->specialisation->is_open;
        bool is_used = !is_open && is_always_used(*info);
        if (is_used || !has_body_on_demand(*info))
            queue_body(*info);
        else if (!is_on_demand(*info))
            waiting_bodies[info->syntax] = info;
    }
    sink = sink_before;
    resolving_ = group_before;
    stage_ = stage_before;
}

// Bounds of type parameters, and bases; then whether arguments keep within bounds, which asks about
// bases.
void Checker::resolve_bases_of(Group& group) {
    for (size_t form = 0, type = 0; form < group.forms.size() || type < group.types.size();) {
        if (form < group.forms.size()) {
            sink = sink_of(group.forms[form]->scope);
            resolve_bounds(*group.forms[form++]);
        } else {
            TypeInfo& info = *group.types[type++];
            sink = sink_of(info.scope);
            if (!info.enum_syntax) resolve_bases(info);
        }
    }
    for (const PendingBounds& pending : std::exchange(pending_bounds_, {})) {
        sink = pending.sink;
        check_bounds(*pending.specialisation, pending.at);
    }
}

void Checker::finish_struct(TypeInfo& info) {
    for (const FunctionInfo* c : info.constructors)
        info.struct_->constructors.push_back(c->function);
    for (const FunctionInfo* m : info.methods)
        if (!m->is_static && !m->generic) info.struct_->methods.push_back(m->function);
    for (const FunctionInfo* m : info.methods) {
        bool overrides = m->syntax && m->syntax->modifiers.has(Modifier::Override);
        if (overrides && (m->is_static || m->generic || !is_of_object(*m->function)))
            sink->report<diag::NothingToOverride>(m->function->span, m->shown_name);
    }
    implement_interfaces(info);
    // What C alone knows has no layout here.
    bool has_layout = !types.is_open(info.type) && !info.syntax->is_opaque;
    if (has_layout) program.structs.push_back(info.struct_);
}

// The members of every type that no call needs to name.
bool Checker::is_always_used(const FunctionInfo& info) const {
    const Function& f = *info.function;
    return f.is_virtual || f.kind == FunctionKind::Destructor || f.name == "ToString" ||
           f.name == "Equals" || f.name == "GetHashCode";
}

void Checker::queue_body(FunctionInfo& info) {
    if (info.is_queued) return;
    info.is_queued = true;
    // A form goes before what is made of it: what its code chose among overloads holds for them.
    if (auto form = waiting_bodies.find(info.syntax); form != waiting_bodies.end()) queue_body(*form->second);
    pending_bodies.push_back(&info);
}

void Checker::ensure_signature(FunctionInfo& info) {
    if (info.has_signature) return;
    info.has_signature = true;
    diag::Sink* before = std::exchange(sink, sink_of(info.scope));
    resolve_signature(info);
    sink = before;
}

void Checker::ensure_enum(TypeInfo& info) {
    if (info.headers != Progress::NotStarted) return;
    info.headers = Progress::Running;
    size_t count = types.nominal(info.type).enumerators.size();
    info.enumerators.assign(count, Progress::NotStarted);
    diag::Sink* before = sink;
    sink = real_sink;
    for (size_t i = 0; i < count; ++i) ensure_enumerator(info, i, {});
    sink = before;
    info.headers = Progress::Done;
}

// Works out the value of a member, and of those in front of it that it counts on from; members may
// refer to later ones. False, after a report at `use`, if the value depends on itself.
bool Checker::ensure_enumerator(TypeInfo& info, size_t index, Span use) {
    Nominal& nominal = types.nominal(info.type);
    const auto& members = info.enum_syntax->members;
    size_t first = index;
    while (first > 0 && !members[first].value && info.enumerators[first] == Progress::NotStarted)
        --first;
    for (size_t i = first; i <= index; ++i) {
        Progress& progress = info.enumerators[i];
        if (progress == Progress::Done) continue;
        if (progress == Progress::Running) {
            sink->report<diag::DependsOnItself>(use, "value", nominal.enumerators[index].name);
            return false;
        }
        progress = Progress::Running;
        int64_t value = i == 0 ? 0 : int64_t{nominal.enumerators[i - 1].value} + 1;
        if (const ast::Expr* written = members[i].value) {
            Expr* constant = Body(*this, nullptr, info.scope).constant(*written, {});
            bool is_integer =
                types.is_integer(constant->type) || types.is(constant->type, TypeKind::Enum);
            if (constant->kind == ExprKind::Literal && is_integer)
                value = std::get<int64_t>(as<LiteralExpr>(constant)->value);
            else if (constant->type != Types::Error)
                sink->report<diag::TypeMismatch>(constant->span, "int", name_of(constant->type));
        }
        if (!fits_integer(value, Types::Int)) {
            sink->report<diag::ConstantDoesNotFit>(
                members[i].value ? members[i].value->span : nominal.enumerators[i].span,
                std::to_string(value), "int");
            value = 0;
        }
        nominal.enumerators[i].value = static_cast<int32_t>(value);
        progress = Progress::Done;
    }
    return true;
}

void Checker::resolve_fields(TypeInfo& info) {
    for (FieldInfo& field : info.fields) {
        const ast::Variable& syntax = *field.syntax;
        TypeId type = Types::Error;
        if (syntax.type->kind == ast::TypeKind::VarType)
            sink->report<diag::VarNotAllowed>(syntax.type->span);
        else
            type = resolve_type(*syntax.type, *info.scope);
        if (info.struct_ && syntax.initial)
            sink->report<diag::StructFieldInit>(syntax.initial->span, syntax.name.text);
        const auto* array = ast::try_as<ast::ArrayType>(syntax.type);
        if (info.struct_ && array && array->is_sized())
            sink->report<diag::StructFixedArray>(syntax.type->span, syntax.name.text);
        types.nominal(info.type).fields.push_back({syntax.name.text, type, syntax.name.span});
    }
}

// ---- functions -----------------------------------------------------------------------------------

namespace {

// `text`, or `text[]` of a `params` parameter.
bool is_text_type(const ast::Type* type) {
    if (const auto* array = ast::try_as<ast::ArrayType>(type)) type = array->element;
    const auto* named = ast::try_as<ast::NamedType>(type);
    return named && named->parts.size() == 1 && named->parts[0].name.text == "text";
}

}  // namespace

Local* Checker::resolve_param(FunctionInfo& info, const ast::Param& param, size_t index) {
    Local* local = arena.make<Local>();
    local->name = param.name.text;
    local->span = param.name.span.valid() ? param.name.span : param.span;
    local->kind = param.mode == ast::PassMode::Ref   ? LocalKind::Ref
                  : param.mode == ast::PassMode::Out ? LocalKind::Out
                                                     : LocalKind::Parameter;
    bool is_text = info.function->is_library && is_text_type(param.type);
    info.is_text[index] = is_text;
    local->type = !is_text           ? resolve_type(*param.type, *info.scope)
                  : param.is_params ? types.array_of(Types::String)
                                    : TypeId(Types::String);
    local->is_const = param.is_const;
    info.defaults[index].syntax = param.initial;
    info.has_params_array = info.has_params_array || param.is_params;
    return local;
}

void Checker::resolve_signature(FunctionInfo& info) {
    const ast::Function& syntax = *info.syntax;
    Function& f = *info.function;
    info.is_text.resize(syntax.params.size());
    info.defaults.resize(syntax.params.size());
    for (size_t i = 0; i < syntax.params.size(); ++i)
        f.params.push_back(resolve_param(info, syntax.params[i], i));
    bool has_body = syntax.body || syntax.expr;
    if (syntax.result) {
        f.result = resolve_type(*syntax.result, *info.scope, true);
    } else if (syntax.function_kind == ast::FunctionKind::Function && has_body) {
        info.is_inferred = true;
        info.result = Progress::NotStarted;
        f.result = Types::Error;
    }
    if (f.kind == FunctionKind::Method || f.kind == FunctionKind::Constructor ||
        f.kind == FunctionKind::Destructor) {
        f.this_local = arena.make<Local>();
        f.this_local->name = "this";
        f.this_local->type = f.owner;
        f.this_local->span = f.span;
        f.this_local->kind = LocalKind::This;
    }
}

// What a signature must not say; asked when all types of the group are known.
void Checker::check_signature(const FunctionInfo& info) {
    const Function& f = *info.function;
    const ast::Function& syntax = *info.syntax;
    bool has_body = syntax.body || syntax.expr;
    bool is_extern = f.kind == FunctionKind::Extern || f.kind == FunctionKind::Runtime;
    bool is_in_interface = info.owner && info.owner->is_interface;  // reported with its members
    if (has_body && (f.is_abstract || is_extern) && !is_in_interface)
        sink->report<diag::UnexpectedBody>(f.span, info.shown_name,
                                           is_extern ? "extern" : "abstract");
    if (info.is_static && f.is_virtual && !is_second_accessor(info))
        sink->report<diag::StaticVirtual>(f.span, info.shown_name);
    bool is_setter = info.property && &info == info.property->setter;  // its getter says it
    if (!is_setter) check_params(info);
    if (syntax.function_kind == ast::FunctionKind::Operator) check_operator(info);
    if (f.kind == FunctionKind::Extern) check_extern(const_cast<FunctionInfo&>(info));
}

// Generic functions may call their type parameters as they like.
bool Checker::same_signature(const FunctionInfo& a, const FunctionInfo& b) {
    if (!a.generic || !b.generic) return !a.generic && !b.generic && same_parameters(*a.function, *b.function);
    if (a.generic->params().size() != b.generic->params().size()) return false;
    return same_parameters(*a.function, *made_with_parameters_of(a, b).function);
}

// The generic function `b` in terms of the type parameters of `a`.
FunctionInfo& Checker::made_with_parameters_of(const FunctionInfo& a, const FunctionInfo& b) {
    FunctionInfo& made =
        *specialise(*b.generic, a.generic->form->args, *b.generic->scope, b.generic->span)->function;
    ensure_signature(made);
    return made;
}

// Two functions of one scope and name must differ in the types or passing of their parameters.
void Checker::check_duplicates(const std::vector<FunctionInfo*>& functions) {
    std::map<std::pair<const Scope*, std::string_view>, std::vector<const FunctionInfo*>> seen;
    for (const FunctionInfo* info : functions) {
        const Function& f = *info->function;
        if (f.kind == FunctionKind::Destructor || f.name.empty() || is_on_demand(*info)) continue;
        if (info->property && info != info->property->getter) continue;
        std::string_view name = f.kind == FunctionKind::Constructor ? "new" : f.name;
        auto& earlier = seen[{info->generic ? info->generic->scope : info->scope, name}];
        for (const FunctionInfo* other : earlier) {
            if (!same_signature(*info, *other)) continue;
            // Conversions are told apart by what they give, too.
            bool is_conversion = info->syntax->function_kind == ast::FunctionKind::Operator &&
                                 info->syntax->op.is_conversion;
            if (is_conversion && f.result != other->function->result) continue;
            bool is_named = info->property && other->property && !info->property->is_indexer();
            if (is_named) continue;  // reported of the name
            sink->report<diag::DuplicateFunction>(f.span, info->shown_name)
                .note<diag::DeclaredHere>(other->function->span, other->shown_name);
            break;
        }
        earlier.push_back(info);
    }
}

}  // namespace dream::checker
