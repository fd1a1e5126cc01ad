// foreach over anything with an enumerator, by C#'s pattern and without an interface:
//
//     var each = collection.GetEnumerator();
//     while (each.MoveNext()) { T x = each.Current; body }
//
// A struct as enumerator lives in the local; its methods are called directly.
#include "check/body.h"

namespace dream::checker {

// The value of `object.name`, which is a field, a property or a method without parameters; null if
// there is no such member.
Expr* Body::pattern_member(Expr* object, std::string_view name, Span span) {
    TypeInfo* info = c_.info_of(object->type);
    if (!info || info->enum_syntax || !c_.find_member(*info, name)) return nullptr;
    Target t = value_member(object, ast::Name{name, span});
    if (t.kind == Target::Kind::Value) return t.value;
    if (t.kind != Target::Kind::Functions) return nullptr;
    static const ast::List<ast::Arg> kNoArgs;
    CallArgs args;
    args.syntax = &kNoArgs;
    args.span = span;
    FunctionInfo* f = choose(t.functions, args, name, span);
    return f && !f->generic ? call_function(*f, t, args, span) : error(span);
}

Stmt* Body::foreach_pattern(const ast::Foreach& s, Expr* collection, TypeId type) {
    Span span = collection->span;
    Expr* start = pattern_member(collection, "GetEnumerator", span);
    if (!start) {
        report<diag::NotIterable>(span, name_of(collection->type));
        start = error(span);
    }
    Scoped scope(*this);
    Local* each = c_.arena.make<Local>(Local{"each", start->type, {}, LocalKind::Variable, false});
    auto enumerator = [&] { return node<LocalRefExpr>(each->type, span, each); };
    Expr* next = is_error(start) ? start : pattern_member(enumerator(), "MoveNext", span);
    Expr* current = is_error(start) ? start : pattern_member(enumerator(), "Current", span);
    bool is_fine = next && current && (is_error(next) || next->type == Types::Bool) &&
                   current->type != Types::Void;
    if (!is_fine) {
        report<diag::BadEnumerator>(span, name_of(start->type));
        next = current = error(span);
    }
    if (!type.valid()) type = current->type;
    Expr item{ExprKind::Default, current->type, s.type->span};
    if (c_.fit(item, type) == Fit::No) {
        report<diag::TypeMismatch>(s.type->span, name_of(current->type), name_of(type));
        current = error(span);
    }
    // What a collection of the library lends need not be taken over.
    if (!is_error(current)) current = as_place(current);
    Local* local = add_local(s.name, type);
    local->span = {};  // as in C#, nobody minds if it is not read
    foreach_locals_.insert(local);
    auto* body = make_stmt<BlockStmt>(s.body->span, std::vector<Stmt*>{});
    body->body.push_back(make_stmt<DeclareStmt>(s.name.span, local, c_.coerce(current, type)));
    body->body.push_back(loop_body(*s.body));
    auto* block = make_stmt<BlockStmt>(s.span, std::vector<Stmt*>{});
    block->body.push_back(make_stmt<DeclareStmt>(span, each, start));
    block->body.push_back(make_stmt<WhileStmt>(s.span, next, body));
    return block;
}

}  // namespace dream::checker
