// Parameters that a call may leave out (defaults) or spell out (`params`): what their declarations
// may say, and the constants that stand for what is left out.
#include "check/body.h"

namespace dream::checker {

// Asked when all types of the group are known; the values themselves may depend on later groups.
void Checker::check_params(const FunctionInfo& info) {
    const ast::List<ast::Param>& params = info.syntax->params;
    for (size_t i = 0; i < params.size(); ++i) {
        const ast::Param& param = params[i];
        TypeId type = info.function->params[i]->type;
        bool by_ref = param.mode != ast::PassMode::Value;
        if (param.is_params) {
            bool is_list = types.is(type, TypeKind::Array) && types.rank(type) == 1;
            if (by_ref)
                sink->report<diag::ModifierNotAllowed>(param.span, "params");
            else if (!is_list && type != Types::Error)
                sink->report<diag::ParamsNotArray>(param.type->span, name_of(type));
            else if (i + 1 < params.size())
                sink->report<diag::ParamsNotLast>(param.span, param.name.text);
        }
        if (param.initial && (by_ref || param.is_params))
            sink->report<diag::DefaultNotAllowed>(param.initial->span,
                                                  param.is_params                    ? "params"
                                                  : param.mode == ast::PassMode::Ref ? "ref"
                                                                                     : "out");
        bool follows_default = i > 0 && params[i - 1].initial;
        if (follows_default && !param.initial && !param.is_params)
            sink->report<diag::DefaultBefore>(param.span, param.name.text, params[i - 1].name.text);
    }
    for (size_t i = 0; i < info.defaults.size(); ++i)
        default_argument(const_cast<FunctionInfo&>(info), i);
}

// The constant that parameter i has when the call leaves it out; null if it has none, or after an
// error. Whoever asks first, the report belongs to the declaration.
Expr* Checker::default_argument(FunctionInfo& info, size_t i) {
    if (info.forwards) return default_argument(*info.forwards, i);
    DefaultInfo& def = info.defaults[i];
    if (!def.syntax || def.progress == Progress::Done) return def.value;
    if (def.progress == Progress::Running) {
        sink->report<diag::DependsOnItself>(def.syntax->span, "default",
                                            info.function->params[i]->name);
        return nullptr;
    }
    def.progress = Progress::Running;
    diag::Sink* before = sink;
    sink = sink_of(info.scope);
    TypeId type = info.function->params[i]->type;
    if (type != Types::Error) {
        Expr* value = Body(*this, nullptr, info.scope).default_of_param(*def.syntax, type);
        if (value->type != Types::Error) def.value = value;
    }
    sink = before;
    def.progress = Progress::Done;
    return def.value;
}

// A constant, or the default value of a struct.
Expr* Body::default_of_param(const ast::Expr& e, TypeId type) {
    int errors = c_.sink->error_count();
    Expr* value = convert(typed_expr(e, type), type);
    bool is_constant = value->kind == ExprKind::Literal || value->kind == ExprKind::Default;
    if (is_constant || is_error(value)) return value;
    if (c_.sink->error_count() == errors) report<diag::NotConstant>(value->span);
    return error(value->span);
}

}  // namespace dream::checker
