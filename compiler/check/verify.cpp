// [typed], and the operand types that typed.h states.
#include "check/verify.h"

#include <utility>

#include "check/visit.h"
#include "support/check.h"

namespace dream {

using namespace typed;

namespace {

void verify_binary(const Types& types, const BinaryExpr& e) {
    TypeId left = e.left->type, right = e.right->type;
    bool is_shift = e.op == BinaryOp::ShiftLeft || e.op == BinaryOp::ShiftRight;
    DREAM_CHECK(is_shift ? right == Types::Int : left == right,
                "[typed] operands of a binary operator differ");
    bool is_arithmetic = e.op <= BinaryOp::Remainder;
    DREAM_CHECK(!is_arithmetic || (types.is_numeric(left) && left != Types::Char &&
                                   left != Types::Byte && left == e.type),
                "[typed] arithmetic on a type that has none");
}

void verify_arguments(const Function& f, const std::vector<Argument>& arguments) {
    DREAM_CHECK(arguments.size() >= f.params.size(), "[typed] a call lacks an argument");
    for (size_t i = 0; i < f.params.size(); ++i) {
        const Argument& a = arguments[i];
        bool wants_ref = f.params[i]->kind != LocalKind::Parameter;
        bool to_c = a.value->kind == ExprKind::Convert &&
                    as<ConvertExpr>(a.value)->conversion == Conversion::StringToC;
        DREAM_CHECK(a.by_ref == wants_ref,
                    "[typed] an argument is passed in another way than its parameter");
        DREAM_CHECK(a.value->type == f.params[i]->type || to_c,
                    "[typed] an argument has another type than its parameter");
    }
}

void verify_expr(const Types& types, Expr& e) {
    DREAM_CHECK(e.type.valid() && e.type != Types::Error && e.type != Types::UntypedReal,
                "[typed] an expression has no type");
    if (e.kind == ExprKind::Binary) verify_binary(types, *as<BinaryExpr>(&e));
    if (e.kind == ExprKind::Assign)
        DREAM_CHECK(as<AssignExpr>(&e)->target->type == as<AssignExpr>(&e)->value->type,
                    "[typed] an assignment mixes types");
    if (e.kind == ExprKind::Conditional)
        DREAM_CHECK(as<ConditionalExpr>(&e)->when_true->type == e.type &&
                        as<ConditionalExpr>(&e)->when_false->type == e.type,
                    "[typed] a branch has another type than the whole");
    if (e.kind == ExprKind::Concat)
        for (const Expr* part : as<ConcatExpr>(&e)->parts)
            DREAM_CHECK(part->type == Types::String, "[typed] a part of a text is no string");
    if (e.kind == ExprKind::Let)
        DREAM_CHECK(as<LetExpr>(&e)->body->type == e.type &&
                        (!as<LetExpr>(&e)->local ||
                         as<LetExpr>(&e)->local->type == as<LetExpr>(&e)->value->type),
                    "[typed] a let mixes types");
    if (e.kind == ExprKind::Call)
        verify_arguments(*as<CallExpr>(&e)->function, as<CallExpr>(&e)->arguments);
    if (e.kind == ExprKind::New)
        verify_arguments(*as<NewExpr>(&e)->constructor, as<NewExpr>(&e)->arguments);
}

}  // namespace

void verify_typed(Program& program) {
    const Types& types = *program.types;
    std::vector<Stmt*> stmts;
    for (Function* f : program.functions) stmts.push_back(f->body);
    if (program.top_level) stmts.push_back(program.top_level->body);
    std::vector<Expr*> exprs;
    for (Global* g : program.globals) {
        DREAM_CHECK(g->type.valid() && g->type != Types::Error, "[typed] a global has no type");
        if (g->init) exprs.push_back(g->init);
    }
    std::vector<Stmt*> lambdas = std::move(stmts);
    while (!lambdas.empty() || !exprs.empty()) {
        std::vector<Stmt*> bodies = std::exchange(lambdas, {});
        for_each_expr(std::move(bodies), std::exchange(exprs, {}), [&](Expr& e) {
            verify_expr(types, e);
            bool is_open = e.kind == ExprKind::Lambda && !as<LambdaExpr>(&e)->closure.valid();
            if (e.kind == ExprKind::Deref || e.kind == ExprKind::AddressOf) {
                bool is_deref = e.kind == ExprKind::Deref;
                TypeId pointer = is_deref ? as<DerefExpr>(&e)->pointer->type : e.type;
                TypeId place = is_deref ? e.type : as<AddressOfExpr>(&e)->place->type;
                DREAM_CHECK(types.is(pointer, TypeKind::Pointer) && types.element(pointer) == place &&
                                !types.owns_references(place),
                            "[typed] a pointer to something else");
            }
            if (e.kind == ExprKind::FunctionAddress)
                DREAM_CHECK(types.is_function_pointer(e.type) &&
                                as<FunctionAddressExpr>(&e)->function->callback ==
                                    types.element(e.type),
                            "[typed] the address of a function under another type");
            if (is_open) lambdas.push_back(as<LambdaExpr>(&e)->function->body);
        });
    }
}

}  // namespace dream
