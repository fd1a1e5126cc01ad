// Types from syntax, and what is worked out when it is first needed: constants, and the types of
// globals declared with `var`.
#include "check/body.h"
#include "check/checker.h"

namespace dream::checker {

// Each construct once a file: a program full of it is told once.
void Checker::not_supported(std::string_view what, Span span) {
    if (sink != real_sink) {
        sink->report<diag::NotSupported>(span, what);
        return;
    }
    std::string key = std::to_string(span.source.index) + " " + std::string(what);
    // The count of errors must rise even where the text is not repeated.
    if (unsupported_.insert(key).second) sink->report<diag::NotSupported>(span, what);
}

namespace {

TypeId predefined(ast::Predefined type) {
    switch (type) {
        case ast::Predefined::Void: return Types::Void;
        case ast::Predefined::Bool: return Types::Bool;
        case ast::Predefined::Char: return Types::Char;
        case ast::Predefined::Byte: return Types::Byte;
        case ast::Predefined::Int: return Types::Int;
        case ast::Predefined::Long: return Types::Long;
        case ast::Predefined::Float: return Types::Float;
        case ast::Predefined::Double: return Types::Double;
        case ast::Predefined::String: return Types::String;
        case ast::Predefined::Object: break;
    }
    return Types::Error;
}

}  // namespace

TypeId Checker::resolve_type(const ast::Type& type, Scope& scope, bool allow_void) {
    switch (type.kind) {
        case ast::TypeKind::PredefinedType: {
            ast::Predefined which = ast::as<ast::PredefinedType>(type).type;
            if (which == ast::Predefined::Object) return object_type();
            if (which != ast::Predefined::Void || allow_void) return predefined(which);
            sink->report<diag::VoidVariable>(type.span);
            return Types::Error;
        }
        case ast::TypeKind::VarType:
            sink->report<diag::VarNotAllowed>(type.span);
            return Types::Error;
        case ast::TypeKind::NamedType: {
            TypeId named = resolve_named(ast::as<ast::NamedType>(type), scope);
            const TypeInfo* info = info_of(named);
            if (!info || !info->syntax || !info->syntax->is_opaque) return named;
            sink->report<diag::OpaqueByValue>(type.span, info->name)
                .fix({type.span.source, type.span.end, type.span.end}, "*");
            return Types::Error;
        }
        case ast::TypeKind::ArrayType: {
            const auto& array = ast::as<ast::ArrayType>(type);
            TypeId element = resolve_type(*array.element, scope);
            return element == Types::Error
                       ? element
                       : types.array_of(element, static_cast<int>(array.rank()));
        }
        case ast::TypeKind::PointerType: {
            const ast::Type& pointed = *ast::as<ast::PointerType>(type).target;
            TypeId target = pointed.kind == ast::TypeKind::NamedType
                                ? resolve_named(ast::as<ast::NamedType>(pointed), scope)
                                : resolve_type(pointed, scope, true);
            if (target == Types::Error) return target;
            if (!types.is_counted(target) && !types.is_open(target)) return types.pointer_to(target);
            sink->report<diag::CountedPointee>(pointed.span, name_of(target));
            return Types::Error;
        }
        case ast::TypeKind::NullableType: {
            // `string?` says what every string may be anyway.
            TypeId inner = resolve_type(*ast::as<ast::NullableType>(type).inner, scope);
            if (inner == Types::Error || types.is_nullable(inner)) return inner;
            not_supported("a nullable value type", type.span);
            return Types::Error;
        }
        case ast::TypeKind::FuncType:
            return resolve_function_type(ast::as<ast::FuncType>(type), scope);
        case ast::TypeKind::ErrorType: return Types::Error;
    }
    return Types::Error;
}

TypeId Checker::resolve_named(const ast::NamedType& type, Scope& scope) {
    Symbol* symbol = nullptr;
    TypeId result;
    size_t skip = 0;
    const ModuleInfo* module = module_named(type, &scope, skip);
    for (const ast::NamePart& part : type.parts) {
        if (skip > 0 && skip--) continue;
        if (part.name.empty()) return Types::Error;
        bool is_first = &part == &type.parts.front();
        if (module) {
            symbol = exported(*module, part.name);
            if (!symbol) return Types::Error;
            module = nullptr;
        } else if (is_first) {
            symbol = lookup(part.name.text, &scope);
        } else {
            TypeInfo* outer = info_of(result);
            symbol = outer ? find_member(*outer, part.name.text) : nullptr;
        }
        // A variable or method does not hide a type of the same name where only a type can stand.
        for (Scope* s = &scope; is_first && symbol && symbol->kind != SymbolKind::Type && s;
             s = s->parent) {
            Symbol* other = s->find(part.name.text);
            if (!other && s->module) other = s->module->find_imported(part.name.text);
            if (other && other->kind == SymbolKind::Type) symbol = other;
        }
        if (!symbol && is_first) {
            unknown_name(part.name, &scope, true);
            return Types::Error;
        }
        if (!symbol) {
            sink->report<diag::UnknownType>(part.name.span, part.name.text);
            return Types::Error;
        }
        if (symbol->kind == SymbolKind::Ambiguous) {
            report_ambiguous(*symbol, part.name);
            return Types::Error;
        }
        if (symbol->kind != SymbolKind::Type) {
            sink->report<diag::NotAType>(part.name.span, part.name.text)
                .note<diag::DeclaredHere>(symbol->span, part.name.text);
            return Types::Error;
        }
        resolve_alias(*symbol);
        if (symbol->owner && !can_access(symbol->access, symbol->owner, type_around(&scope))) {
            sink->report<diag::Inaccessible>(part.name.span, symbol->owner->name, symbol->name,
                                             spelling(symbol->access))
                .note<diag::DeclaredHere>(symbol->span, symbol->name);
            return Types::Error;
        }
        result = specialised_type(*symbol, part.args, scope, part.name.span);
        if (result == Types::Error) return Types::Error;
    }
    TypeInfo* info = info_of(result);
    if (info && info->is_static) {
        sink->report<diag::StaticClassAsType>(type.span, symbol->name);
        return Types::Error;
    }
    return result;
}

const LiteralExpr* Checker::const_value(ConstInfo& info) {
    if (info.progress == Progress::Done) return info.literal;
    if (info.progress == Progress::Running) {
        sink->report<diag::DependsOnItself>(info.span, "value", info.name);
        return nullptr;
    }
    info.progress = Progress::Running;
    // The report belongs to the constant, whoever asks for it first.
    diag::Sink* before = sink;
    sink = sink_of(info.scope);
    bool is_var = info.type->kind == ast::TypeKind::VarType;
    TypeId type = is_var ? TypeId{} : resolve_type(*info.type, *info.scope);
    if (type == Types::Error) {
        // reported
    } else if (!info.value) {
        sink->report<diag::NeedsValue>(info.span, "constant", info.name);
    } else {
        Expr* value = Body(*this, nullptr, info.scope).constant(*info.value, type);
        if (value->kind == ExprKind::Literal) info.literal = as<LiteralExpr>(value);
    }
    sink = before;
    info.progress = Progress::Done;
    return info.literal;
}

TypeId Checker::global_type(GlobalInfo& info, Span use) {
    Global& global = *info.global;
    if (info.progress == Progress::Done) return global.type;
    if (info.progress == Progress::Running) {
        sink->report<diag::DependsOnItself>(use, "type", global.name);
        return Types::Error;
    }
    info.progress = Progress::Running;
    if (info.syntax->type->kind != ast::TypeKind::VarType) {
        diag::Sink* before = sink;
        sink = sink_of(info.scope);
        global.type = resolve_type(*info.syntax->type, *info.scope);
        sink = before;
    } else if (info.syntax->initial) {
        // Checked again, with reports, where it is initialised.
        Quiet quiet(*this);
        Body body(*this, nullptr, info.scope);
        global.type = body.typed_expr(*info.syntax->initial)->type;
        if (global.type == Types::Null || global.type == Types::Void) global.type = Types::Error;
        if (global.type == Types::Error && is_inferring) {
            info.progress = Progress::NotStarted;  // may be known in the next round
            return Types::Error;
        }
    } else {
        global.type = Types::Error;
    }
    info.progress = Progress::Done;
    return global.type;
}

}  // namespace dream::checker
