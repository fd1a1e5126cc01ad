// Places and what is written to them. A place is a variable, a field or an array element; one inside
// a value that is only a copy (the result of a call, a foreach variable) cannot be written.
#include "check/body.h"

namespace dream::checker {

bool Body::is_place(const Expr* e) const {
    while (true) {
        if (e->kind == ExprKind::FieldAccess) {
            const Expr* object = as<FieldAccessExpr>(e)->object;
            if (types_.is(object->type, TypeKind::Class)) return true;
            e = object;
        } else if (e->kind == ExprKind::Index) {
            e = as<IndexExpr>(e)->object;
            if (e->type == Types::String) return false;
        } else {
            return e->kind == ExprKind::LocalRef || e->kind == ExprKind::GlobalRef ||
                   e->kind == ExprKind::Deref;
        }
    }
}

// May `e` be written? `what` is the operator or word that wants to.
bool Body::check_place(Expr* e, std::string_view what) {
    if (is_error(e)) return false;
    const Expr* inner = e;
    bool by_ref = what == "ref" || what == "out" || what == "&";
    while (true) {
        if (const PropertyInfo* p = property_of(inner)) {
            if (by_ref) report<diag::PropertyByRef>(inner->span, what);
            if (by_ref || !check_settable(*p, inner, inner == e)) return false;
        }
        if (const Symbol* symbol = readonly_of(inner); symbol && !is_being_made(inner, *symbol->owner)) {
            report<diag::ReadonlyField>(inner->span, symbol->name)
                .note<diag::DeclaredHere>(symbol->span, symbol->name);
            return false;
        }
        if (inner->kind == ExprKind::Call && property_of(inner)) {
            const Expr* object = as<CallExpr>(inner)->receiver;
            if (!object || types_.is(object->type, TypeKind::Class)) return true;
            inner = object;
        } else if (inner->kind == ExprKind::FieldAccess) {
            const Expr* object = as<FieldAccessExpr>(inner)->object;
            if (types_.is(object->type, TypeKind::Class)) return true;
            inner = object;
        } else if (inner->kind == ExprKind::Index) {
            const Expr* object = as<IndexExpr>(inner)->object;
            if (object->type == Types::String) {
                report<diag::StringIsImmutable>(inner->span);
                return false;
            }
            inner = object;
        } else {
            break;
        }
    }
    if (inner->kind == ExprKind::GlobalRef || inner->kind == ExprKind::Deref) return true;
    if (inner->kind == ExprKind::LocalRef) {
        const Local* local = as<LocalRefExpr>(inner)->local;
        if (foreach_locals_.count(local)) {
            report<diag::WritesToForeach>(e->span, local->name)
                .note<diag::DeclaredHere>(local->span, local->name);
            return false;
        }
        if (using_locals_.count(local)) {
            report<diag::NotAssignable>(e->span, what, "a variable that 'using' disposes of")
                .note<diag::DeclaredHere>(local->span, local->name);
            return false;
        }
        if (local->kind != LocalKind::This || types_.is(local->type, TypeKind::Struct)) return true;
        report<diag::NotAssignable>(e->span, what, "'this'");
        return false;
    }
    if (inner != e)
        report<diag::WritesToCopy>(inner->span);
    else if (e->kind == ExprKind::Literal)
        report<diag::NotAssignable>(e->span, what, "a constant");
    else
        report<diag::NotAssignable>(e->span, what, "a value that is no variable");
    return false;
}

// The readonly field that `e` is, or null.
const Symbol* Body::readonly_of(const Expr* e) const {
    auto it = readonly_fields_.find(e);
    return it == readonly_fields_.end() ? nullptr : it->second;
}

// `place` is a field of the object that a constructor of `owner`, the code here, is making.
bool Body::is_being_made(const Expr* place, const TypeInfo& owner) const {
    if (place->kind != ExprKind::FieldAccess) return false;
    const Expr* object = as<FieldAccessExpr>(place)->object;
    return function_ && function_->kind == FunctionKind::Constructor && owner_ == &owner &&
           object->kind == ExprKind::LocalRef &&
           as<LocalRefExpr>(object)->local == function_->this_local;
}

// The local whose own value a write to `place` changes, or null.
Local* Body::root_local(Expr* place) const {
    while (true) {
        if (place->kind == ExprKind::FieldAccess) {
            place = as<FieldAccessExpr>(place)->object;
            if (!types_.is(place->type, TypeKind::Struct)) return nullptr;
        } else if (place->kind == ExprKind::Index) {
            place = as<IndexExpr>(place)->object;
            if (place->type == Types::String) return nullptr;
        } else {
            return place->kind == ExprKind::LocalRef ? as<LocalRefExpr>(place)->local : nullptr;
        }
    }
}

void Body::mark_written(Expr* place) {
    Local* local = root_local(place);
    if (!local) return;
    local->is_written = true;
    if (local->kind != LocalKind::Parameter || !types_.is(local->type, TypeKind::Array)) return;
    ParamFacts& facts = param_facts_[local];
    if (place->kind == ExprKind::LocalRef)
        facts.is_kept = true;  // it gets an array of its own
    else if (!facts.first_write.valid())
        facts.first_write = place->span;
}

void Body::note_kept(const Expr* e) {
    if (e->kind == ExprKind::Conditional) {
        note_kept(as<ConditionalExpr>(e)->when_true);
        note_kept(as<ConditionalExpr>(e)->when_false);
    }
    if (e->kind == ExprKind::LocalRef && types_.is(e->type, TypeKind::Array))
        param_facts_[as<LocalRefExpr>(e)->local].is_kept = true;
}

// ---- assignment ----------------------------------------------------------------------------------

Expr* Body::assign(const ast::Assign& e, bool is_used) {
    if (e.is_compound) return compound(e, is_used);
    return assign_to(target_expr(*e.target, false), *e.value, is_used, e.span);
}

Expr* Body::assign_to(Expr* target, const ast::Expr& syntax, bool is_used, Span span) {
    Expr* value = expr(syntax, target->type);
    if (is_error(target)) return error(span);
    if (!check_place(target, "=")) return error(span);
    mark_written(target);
    value = convert(value, target->type);
    if (is_error(value)) return error(span);
    note_kept(value);
    const Expr* stored = value;
    while (stored->kind == ExprKind::Convert) stored = as<ConvertExpr>(stored)->operand;
    bool is_this = function_ && function_->kind == FunctionKind::Destructor &&
                   stored->kind == ExprKind::LocalRef &&
                   as<LocalRefExpr>(stored)->local == function_->this_local;
    if (is_this && target->kind != ExprKind::LocalRef) report<diag::StoresThis>(value->span);
    if (crosses_property(target)) return assign_property(target, value, is_used, span);
    return node<AssignExpr>(target->type, span, target, value);
}

namespace {

BinaryOp compound_op(ast::BinaryOp op) {
    switch (op) {
        case ast::BinaryOp::Multiply: return BinaryOp::Multiply;
        case ast::BinaryOp::Divide: return BinaryOp::Divide;
        case ast::BinaryOp::Remainder: return BinaryOp::Remainder;
        case ast::BinaryOp::Add: return BinaryOp::Add;
        case ast::BinaryOp::Subtract: return BinaryOp::Subtract;
        case ast::BinaryOp::ShiftLeft: return BinaryOp::ShiftLeft;
        case ast::BinaryOp::ShiftRight: return BinaryOp::ShiftRight;
        case ast::BinaryOp::BitAnd: return BinaryOp::And;
        case ast::BinaryOp::BitXor: return BinaryOp::Xor;
        case ast::BinaryOp::BitOr: return BinaryOp::Or;
        case ast::BinaryOp::Less:
        case ast::BinaryOp::LessEqual:
        case ast::BinaryOp::Greater:
        case ast::BinaryOp::GreaterEqual:
        case ast::BinaryOp::Equal:
        case ast::BinaryOp::NotEqual:
        case ast::BinaryOp::And:
        case ast::BinaryOp::Or:
        case ast::BinaryOp::Coalesce: break;
    }
    DREAM_UNREACHABLE("no compound assignment has this operator");
}

}  // namespace

Expr* Body::compound(const ast::Assign& e, bool is_used) {
    Expr* target = target_expr(*e.target, true);
    if (e.op == ast::BinaryOp::Coalesce) return coalesce_assign(e, target);
    Expr* value = expr(*e.value);
    if (is_error(target) || is_error(value)) return error(e.span);
    if (!check_place(target, c_.sources.text(e.op_span))) return error(e.span);
    mark_written(target);
    if (Expr* update = user_compound(e, target, value, is_used)) return update;
    if (types_.is(target->type, TypeKind::Pointer))
        return updated(target, false, is_used, e.span, [&](Expr* old) {
            return pointer_arithmetic(compound_op(e.op), old, value, e.op_span, e.span);
        });
    if (!crosses_property(target)) return compound_update(e, target, value);
    if (is_in_place(target) && (target->kind != ExprKind::Call || !runs_code(types_, value)))
        return compound_in_place(e, target, value, is_used);
    PropertyPath path;
    target = open_path(target, path);
    return close_path(path, compound_update(e, target, value), is_used);
}

// target op= value. The operation has the type that `target op value` would have; its result goes
// back to the type of the target without a cast.
Expr* Body::compound_update(const ast::Assign& e, Expr* target, Expr* value) {
    BinaryOp op = compound_op(e.op);
    if (op == BinaryOp::Add && target->type == Types::String) {
        value = text(value);
        if (is_error(value)) return value;
        return node<CompoundAssignExpr>(target->type, e.span, op, Types::String, target, value);
    }
    bool is_shift = op == BinaryOp::ShiftLeft || op == BinaryOp::ShiftRight;
    bool is_bitwise = op == BinaryOp::And || op == BinaryOp::Or || op == BinaryOp::Xor;
    bool is_enum = types_.is(target->type, TypeKind::Enum);
    TypeId type = promoted(target->type, is_shift ? Types::Int : value->type);
    if (type == Types::UntypedReal) type = Types::Float;
    bool is_fine = type.valid() && (types_.is_integer(type) || (!is_shift && !is_bitwise));
    if (is_shift) is_fine = is_fine && types_.is_integer(value->type) && value->type != Types::Long;
    if (is_bitwise && target->type == Types::Bool && value->type == Types::Bool) {
        type = Types::Bool;
        is_fine = true;
    } else if (is_enum) {
        bool steps = (op == BinaryOp::Add || op == BinaryOp::Subtract) &&
                     types_.is_integer(value->type) && value->type != Types::Long;
        is_fine = steps || (is_bitwise && value->type == target->type);
        type = Types::Int;
    }
    if (!is_fine) {
        report<diag::BadOperands>(e.op_span, c_.sources.text(e.op_span), name_of(target->type),
                                  name_of(value->type));
        return error(e.span);
    }
    if (type != Types::Bool) value = c_.numeric(value, is_shift ? Types::Int : type);
    if (!check_division(op, value)) return error(e.span);
    return node<CompoundAssignExpr>(target->type, e.span, op, type, target, value);
}

}  // namespace dream::checker
