// Operators that classes and structs define: static functions whose names no scope knows, found by
// the types of the operands.
#include <algorithm>
#include <array>
#include <optional>

#include "check/body.h"

namespace dream::checker {

using ast::Modifier;

namespace {

std::string_view function_name(const ast::OperatorName& op) {
    if (op.is_conversion) return op.is_implicit ? "op_Implicit" : "op_Explicit";
#define OPERATOR_true(op_name, text) \
    if (op.is_unary && op.unary == ast::UnaryOp::op_name) return text;
#define OPERATOR_false(op_name, text) \
    if (!op.is_unary && op.binary == ast::BinaryOp::op_name) return text;
#define OPERATOR(is_unary, op_name, text) OPERATOR_##is_unary(op_name, text)
#include "check/operators.def"
    return "op";
}

bool is_same(const ast::OperatorName& a, const ast::OperatorName& b) {
    if (a.is_conversion || b.is_conversion || a.is_unary != b.is_unary) return false;
    return a.is_unary ? a.unary == b.unary : a.binary == b.binary;
}

// The operator that must be defined beside `op`.
std::optional<ast::BinaryOp> partner(const ast::OperatorName& op) {
    if (op.is_unary) return {};
    switch (op.binary) {
        case ast::BinaryOp::Equal: return ast::BinaryOp::NotEqual;
        case ast::BinaryOp::NotEqual: return ast::BinaryOp::Equal;
        case ast::BinaryOp::Less: return ast::BinaryOp::Greater;
        case ast::BinaryOp::Greater: return ast::BinaryOp::Less;
        case ast::BinaryOp::LessEqual: return ast::BinaryOp::GreaterEqual;
        case ast::BinaryOp::GreaterEqual: return ast::BinaryOp::LessEqual;
        default: return {};
    }
}

}  // namespace

// ---- declaring -----------------------------------------------------------------------------------

// Null after a report.
FunctionInfo* Checker::declare_operator(const ast::Function& decl, TypeInfo* owner, Group& group) {
    check_modifiers(decl, {Modifier::Public, Modifier::Static});
    bool is_complete = owner && !decl.name.empty() &&
                       decl.params.size() == (decl.op.is_unary ? size_t{1} : size_t{2});
    if (!is_complete) return nullptr;
    if (!decl.modifiers.has(Modifier::Static)) {
        Span before{decl.head_span.source, decl.head_span.begin, decl.head_span.begin};
        sink->report<diag::OperatorNotStatic>(decl.name.span, decl.name.text)
            .fix(before, "static ");
    }
    for (const ast::Param& param : decl.params)
        if (param.mode != ast::PassMode::Value)
            sink->report<diag::PassedByValue>(param.span, param.name.text, "operator");
    FunctionInfo* info = new_function(decl, *owner->scope, owner);
    info->is_static = true;
    info->shown_name = arena.keep("operator " + std::string(decl.name.text));
    info->function->kind = FunctionKind::Free;
    info->function->name = function_name(decl.op);
    owner->operators.push_back(info);
    group.functions.push_back(info);
    return info;
}

// What C# asks of an operator; asked when all types of the group are known.
void Checker::check_operator(const FunctionInfo& info) {
    const Function& f = *info.function;
    const ast::OperatorName& op = info.syntax->op;
    if (op.is_conversion) return check_conversion(info);
    std::string_view text = info.syntax->name.text, owner = info.owner->name;
    bool takes_owner = std::any_of(f.params.begin(), f.params.end(),
                                   [&](const Local* p) { return p->type == f.owner; });
    if (!takes_owner) sink->report<diag::OperatorForOthers>(f.span, text, owner);
    bool is_step = op.is_unary && (op.unary == ast::UnaryOp::PreIncrement ||
                                   op.unary == ast::UnaryOp::PreDecrement);
    bool is_wrong = f.result == Types::Void || (is_step && !types.is_subclass(f.result, f.owner));
    if (is_wrong && f.result != Types::Error)
        sink->report<diag::OperatorResult>(
            f.span, text, is_step ? "'" + name_of(f.owner) + "'" : "a value", name_of(f.result));
    std::optional<ast::BinaryOp> other = partner(op);
    if (!other) return;
    ast::OperatorName wanted;
    wanted.binary = *other;
    for (const FunctionInfo* candidate : info.owner->operators)
        if (is_same(candidate->syntax->op, wanted) && same_parameters(*candidate->function, f))
            return;
    sink->report<diag::OperatorAlone>(f.span, text, ast::spelling(*other));
}

// ---- using ---------------------------------------------------------------------------------------

// The operator that one of the operands' types defines for them, or null: then the language's own
// meaning holds. After a report, `args` say so.
FunctionInfo* Body::user_operator(const ast::OperatorName& op, CallArgs& args, Span op_span) {
    std::vector<FunctionInfo*> candidates;
    for (const Expr* operand : args.values) {
        if (!types_.is_nominal(operand->type)) continue;
        for (const TypeInfo* type = c_.info_of(operand->type); type; type = type->base)
            for (FunctionInfo* f : type->operators) {
                Match m;
                Mismatch why;
                bool is_candidate = is_same(f->syntax->op, op) &&
                                    match(*f, *args.syntax, 0, false, m, why) &&
                                    is_applicable(m, args);
                bool is_known =
                    std::find(candidates.begin(), candidates.end(), f) != candidates.end();
                if (is_candidate && !is_known) candidates.push_back(f);
            }
    }
    if (candidates.empty()) return nullptr;
    FunctionInfo* chosen = choose(candidates, args, candidates[0]->shown_name, op_span);
    if (!chosen) args.has_error = true;
    return chosen;
}

CallArgs Body::operands_of(std::vector<Expr*> values, Span span) const {
    static constexpr std::array<ast::Arg, 2> kByValue{};
    static constexpr std::array<ast::List<ast::Arg>, 3> kLists{
        {{kByValue.data(), 0}, {kByValue.data(), 1}, {kByValue.data(), 2}}};
    CallArgs args;
    args.syntax = &kLists[values.size()];
    args.values = std::move(values);
    args.span = span;
    return args;
}

Expr* Body::operator_call(FunctionInfo& f, CallArgs& args, Span span) {
    std::vector<Argument> passed;
    if (!pass_args(f, args, passed)) return error(span);
    TypeId result = c_.result_of(f);
    if (result == Types::Error) return error(span);
    return node<CallExpr>(result, span, f.function, nullptr, false, std::move(passed));
}

// `left op right` by an operator of the program's; null if there is none.
Expr* Body::user_binary(const ast::Binary& syntax, Expr* left, Expr* right, Span span) {
    if (!types_.is_nominal(left->type) && !types_.is_nominal(right->type)) return nullptr;
    CallArgs args = operands_of({left, right}, span);
    ast::OperatorName op;
    op.binary = syntax.op;
    FunctionInfo* f = user_operator(op, args, syntax.op_span);
    if (args.has_error) return error(span);
    return f ? operator_call(*f, args, span) : nullptr;
}

Expr* Body::user_unary(const ast::Unary& syntax, Expr* operand) {
    if (!types_.is_nominal(operand->type)) return nullptr;
    CallArgs args = operands_of({operand}, syntax.span);
    ast::OperatorName op;
    op.is_unary = true;
    op.unary = syntax.op;
    FunctionInfo* f = user_operator(op, args, syntax.op_span);
    if (args.has_error) return error(syntax.span);
    return f ? operator_call(*f, args, syntax.span) : nullptr;
}

// `target op= value` is `target = target op value`, the target evaluated once.
Expr* Body::user_compound(const ast::Assign& e, Expr* target, Expr* value, bool is_used) {
    if (!types_.is_nominal(target->type) && !types_.is_nominal(value->type)) return nullptr;
    CallArgs args = operands_of({target, value}, e.span);
    ast::OperatorName op;
    op.binary = e.op;
    FunctionInfo* f = user_operator(op, args, e.op_span);
    if (args.has_error) return error(e.span);
    if (!f) return nullptr;
    return updated(target, false, is_used, e.span, [&](Expr* old) {
        args.values[0] = old;
        return operator_call(*f, args, e.span);
    });
}

// `target = next(target)`, the target evaluated once; its value is the old one if `wants_old`.
Expr* Body::updated(Expr* target, bool wants_old, bool is_used, Span span,
                    const std::function<Expr*(Expr*)>& next) {
    PropertyPath path;
    Expr* place = open_path(target, path);
    Expr* old = wants_old ? got(copy_place(place), "old", path) : copy_place(place);
    Expr* result = convert(next(old), target->type);
    if (is_error(result)) return result;
    Expr* update = node<AssignExpr>(target->type, span, place, result);
    if (wants_old) return path_sequence(path, update, copy_place(old));
    return path.is_empty() ? update : close_path(path, update, is_used);
}

// `++target` and `target++`: the operator makes the new value from the old one, for both forms.
Expr* Body::user_step(const ast::Unary& e, Expr* target, bool is_used) {
    if (!types_.is_nominal(target->type)) return nullptr;
    bool is_decrement = e.op == ast::UnaryOp::PreDecrement || e.op == ast::UnaryOp::PostDecrement;
    CallArgs args = operands_of({target}, e.span);
    ast::OperatorName op;
    op.is_unary = true;
    op.unary = is_decrement ? ast::UnaryOp::PreDecrement : ast::UnaryOp::PreIncrement;
    FunctionInfo* f = user_operator(op, args, e.op_span);
    if (args.has_error) return error(e.span);
    if (!f) return nullptr;
    if (!check_place(target, ast::spelling(e.op))) return error(e.span);
    mark_written(target);
    return updated(target, is_used && ast::is_postfix(e.op), is_used, e.span, [&](Expr* old) {
        args.values[0] = old;
        return operator_call(*f, args, e.span);
    });
}

}  // namespace dream::checker
