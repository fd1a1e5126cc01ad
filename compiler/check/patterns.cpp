// Patterns: what stands behind `is` and in the arms of a switch expression. A pattern becomes a bool
// over a value that is evaluated once; a variable that it names is assigned in the middle of that.
#include "check/body.h"

namespace dream::checker {

namespace {

bool is_always(const Expr* test) {
    return test->kind == ExprKind::Literal && test->type == Types::Bool &&
           std::get<int64_t>(as<LiteralExpr>(test)->value) != 0;
}

// Takes every value, even if it binds a variable.
bool takes_all(const Expr* test) {
    while (test->kind == ExprKind::Let && !as<LetExpr>(test)->local) test = as<LetExpr>(test)->body;
    return is_always(test);
}

BinaryOp relation(ast::BinaryOp op) {
    return op == ast::BinaryOp::Less        ? BinaryOp::Less
           : op == ast::BinaryOp::LessEqual ? BinaryOp::LessEqual
           : op == ast::BinaryOp::Greater   ? BinaryOp::Greater
                                            : BinaryOp::GreaterEqual;
}

}  // namespace

Expr* Body::is_test(const ast::Is& e) {
    Expr* value = typed_expr(*e.value);
    if (is_error(value)) return value;
    Lets lets;
    bool is_object = value->type == c_.object_type();
    bool is_compared = e.pattern->kind == ast::PatternKind::ConstantPattern ||
                       e.pattern->kind == ast::PatternKind::RelationalPattern;
    bool is_used_once = (is_compared && !is_object) ||
                        (e.pattern->kind == ast::PatternKind::TypePattern &&
                         ast::as<ast::TypePattern>(*e.pattern).name.empty());
    if (!is_used_once) value = once(value, "value", lets);
    return let(lets, pattern(value, *e.pattern, e.span));
}

// The condition under which `value`, which may be read more than once, is what the pattern says.
// `span` is that of the whole test.
Expr* Body::pattern(Expr* value, const ast::Pattern& p, Span span) {
    switch (p.kind) {
        case ast::PatternKind::TypePattern:
            return type_pattern(value, ast::as<ast::TypePattern>(p), span);
        case ast::PatternKind::ConstantPattern:
            return constant_pattern(value, *ast::as<ast::ConstantPattern>(p).value, span);
        case ast::PatternKind::NotPattern: {
            Expr* inner = pattern(value, *ast::as<ast::NotPattern>(p).inner, span);
            return is_error(inner) ? inner
                                   : node<UnaryExpr>(Types::Bool, span, UnaryOp::Not, inner);
        }
        case ast::PatternKind::VarPattern:
            return bind_variable(ast::as<ast::VarPattern>(p).name, value,
                                 literal(Types::Bool, span, int64_t{1}));
        case ast::PatternKind::DiscardPattern: return literal(Types::Bool, span, int64_t{1});
        case ast::PatternKind::RelationalPattern: {
            const auto& relational = ast::as<ast::RelationalPattern>(p);
            Expr* right = pattern_constant(*relational.value, value->type);
            if (is_error(right)) return right;
            return of_constant_type(value, right, span, [&](Expr* compared) {
                return comparison(relation(relational.op), compared, right, p.span, span);
            });
        }
        case ast::PatternKind::BinaryPattern: {
            const auto& both = ast::as<ast::BinaryPattern>(p);
            Expr* left = pattern(value, *both.lhs, span);
            Expr* right = pattern(value, *both.rhs, span);
            if (is_error(left) || is_error(right)) return error(span);
            return node<LogicalExpr>(Types::Bool, span, !both.is_or, left, right);
        }
        case ast::PatternKind::ErrorPattern: return error(span);
    }
    return error(span);
}

// A constant of the pattern; a bare enumerator means that of the value's enum.
Expr* Body::pattern_constant(const ast::Expr& e, TypeId type) {
    if (Expr* enumerator = bare_enumerator(e, type)) return enumerator;
    Expr* constant = typed_expr(e, type == c_.object_type() ? TypeId(Types::Double) : type);
    if (is_error(constant) || constant->kind == ExprKind::Literal) return constant;
    report<diag::NotConstant>(constant->span);
    return error(constant->span);
}

// A name may turn out to be that of a type.
Expr* Body::constant_pattern(Expr* value, const ast::Expr& e, Span span) {
    const auto* name = ast::try_as<ast::NameExpr>(&e);
    Symbol* symbol = name ? c_.lookup(name->name.text, scope_) : nullptr;
    bool is_type = symbol && symbol->kind == SymbolKind::Type && !bare_enumerator(e, value->type);
    if (is_type && symbol->type == Types::Error) return error(span);
    if (is_type)
        return type_test(as_tested(value, symbol->type), symbol->type, span);
    Expr* constant = pattern_constant(e, value->type);
    if (is_error(constant)) return error(span);
    return of_constant_type(value, constant, span, [&](Expr* compared) {
        return equality(BinaryOp::Equal, compared, constant, e.span, span);
    });
}

// An object is compared with a constant if it is of the constant's type.
template <class Compare>
Expr* Body::of_constant_type(Expr* value, const Expr* constant, Span span, Compare&& compare) {
    if (!c_.is_boxed_as(constant->type, value->type)) return compare(value);
    Expr* test = c_.test_of_object(value, constant->type, span);
    Expr* equal = compare(c_.unbox(value, constant->type, CastKind::Tested, span));
    return is_error(equal) ? equal : node<LogicalExpr>(Types::Bool, span, true, test, equal);
}

// What the name of a type in a pattern means if it is no type: an enumerator, of the value's enum
// even by its bare name, or a constant. Null: nothing of the kind.
Symbol* Body::constant_named(const ast::NamedType& named, TypeId type) const {
    Symbol* symbol = nullptr;
    for (const ast::NamePart& part : named.parts) {
        if (!part.args.empty()) return nullptr;
        std::string_view name = part.name.text;
        if (&part != &named.parts[0]) {
            symbol = symbol->info ? c_.find_member(*symbol->info, name) : nullptr;
        } else {
            if (types_.is(type, TypeKind::Enum)) symbol = c_.info_of(type)->scope->find(name);
            if (!symbol) symbol = c_.lookup(name, scope_);
        }
        if (!symbol) return nullptr;
    }
    bool is_constant = symbol->kind == SymbolKind::Const || symbol->kind == SymbolKind::Enumerator;
    return is_constant ? symbol : nullptr;
}

Expr* Body::type_pattern(Expr* value, const ast::TypePattern& p, Span span) {
    const auto* named = ast::try_as<ast::NamedType>(p.type);
    if (Symbol* symbol = named && p.name.empty() ? constant_named(*named, value->type) : nullptr) {
        Expr* constant = symbol_value(*symbol, p.type->span, true);
        if (is_error(constant)) return error(span);
        return of_constant_type(value, constant, span, [&](Expr* compared) {
            return equality(BinaryOp::Equal, compared, constant, span, span);
        });
    }
    TypeId type = c_.resolve_type(*p.type, *scope_);
    if (type == Types::Error) {
        if (!p.name.empty()) bind_variable(p.name, error(span), error(span));
        return error(span);
    }
    value = as_tested(value, type);
    Expr* test = type_test(value, type, span);
    if (p.name.empty()) {
        bool is_certain = is_always(test) && in_user_code();
        if (is_certain) report<diag::AlwaysOfType>(span, name_of(type));
        return test;
    }
    bool is_down = !is_error(test) && value->type != type &&
                   !types_.is_subclass(value->type, type);
    bool is_in_box = c_.is_boxed_as(type, value->type);
    Expr* converted = is_error(test) ? test
                      : is_in_box    ? c_.unbox(value, type, CastKind::Tested, span)
                      : is_down      ? node<ClassCastExpr>(type, span, CastKind::Tested, value)
                                     : c_.coerce(value, type);
    return bind_variable(p.name, converted, test, !is_error(test) && types_.is_nullable(type));
}

// In generic code a value may turn out to be of any type: it is asked as an object then. What the
// form accepts is right in whatever is made of it.
Expr* Body::as_tested(Expr* value, TypeId test) {
    const Specialisation* around = scope_->specialisation;
    bool may_differ = around && (!around->is_form || types_.is_open(value->type) || types_.is_open(test));
    bool is_known = value->type == test || c_.may_be_instance(value->type, test);
    bool is_value = c_.is_boxed_as(value->type, c_.object_type());
    if (!may_differ || is_known || !(is_value || types_.is(value->type, TypeKind::Class))) return value;
    return c_.coerce(value, c_.object_type());
}

// Is the value, which may be null, an instance of the type?
Expr* Body::type_test(Expr* value, TypeId test, Span span) {
    TypeId from = value->type;
    if (c_.is_boxed_as(test, from)) return c_.test_of_object(value, test, span);
    if (c_.may_be_instance(from, test))
        return node<TypeTestExpr>(Types::Bool, span, value, test);
    // Of any other type it is known what it is, unless it is null.
    if (from == test && types_.is_nullable(from)) return is_not_null(value);
    if (from == test) return literal(Types::Bool, span, int64_t{1});
    report<diag::BadTypeTest>(span, name_of(from), name_of(test));
    return error(span);
}

// `test`, and then `name` holds `value`. The variable is declared in front of the statement; its name
// is seen in the arm of a switch expression, or in the scope around the statement.
Expr* Body::bind_variable(const ast::Name& name, Expr* value, Expr* test, bool is_object) {
    if (name.text == "_") return test;
    Local* local = add_local(name, value->type);
    if (is_error(value) || is_error(test)) return error(test->span);
    local->is_written = true;
    local->binds_object = is_object;
    pending_.push_back(make_stmt<DeclareStmt>(name.span, local, nullptr));
    Expr* place = node<LocalRefExpr>(local->type, name.span, local);
    Expr* assign = node<AssignExpr>(local->type, name.span, place, value);
    Expr* bound = node<LetExpr>(Types::Bool, test->span, nullptr, assign,
                                literal(Types::Bool, test->span, int64_t{1}));
    return is_always(test) ? bound
                           : node<LogicalExpr>(Types::Bool, test->span, true, test, bound);
}

// ---- switch expressions --------------------------------------------------------------------------

// value switch { p => a, q when c => b, _ => d }: a chain of choices. What no arm takes throws.
Expr* Body::switch_expr(const ast::SwitchExpr& e, TypeId expected) {
    Expr* value = typed_expr(*e.value);
    Lets lets;
    // A constant goes into a local, too, lest arms are folded away.
    if (!is_error(value)) value = keep(value, "value", lets);
    std::vector<Arm> arms;
    Coverage coverage(types_, value->type);
    Span complete;  // the arm that takes whatever is left
    for (const ast::SwitchExprArm& syntax : e.arms) {
        arms.push_back(switch_arm(syntax, value, expected));
        const Expr* test = arms.back().pattern;
        if (is_error(test)) continue;
        Span span = syntax.pattern->span;
        if (complete.valid())
            report<diag::ArmUnreachable>(span).note<diag::CompleteHere>(complete);
        else if (Span first = coverage.covered(test); first.valid())
            report<diag::ArmUnreachable>(span).note<diag::TakenHere>(first);
        if (syntax.guard) continue;
        coverage.take(test, span);
        if (takes_all(test)) complete = span;
    }
    bool has_error = is_error(value) || arms.empty();
    if (arms.empty()) report<diag::DefaultWithoutType>(e.span, "switch");
    for (const Arm& arm : arms)
        has_error = has_error || is_error(arm.test) || (arm.value && is_error(arm.value));
    TypeId type = has_error ? Types::Error : type_of_arms(arms, e.span, expected);
    if (type == Types::Error) return error(e.span);
    if (!complete.valid() && !coverage.is_complete())
        report<diag::SwitchIncomplete>(e.value->span);
    Expr* result = complete.valid() ? nullptr : no_arm(value, type, e.span);
    for (size_t i = arms.size(); i-- > 0;) {
        Arm& arm = arms[i];
        Expr* taken = arm.thrown ? throw_value(*arm.thrown, type) : c_.coerce(arm.value, type);
        if (is_error(taken)) return error(e.span);
        if (is_always(arm.test))
            result = taken;
        else if (takes_all(arm.test) && complete.valid())
            result = node<LetExpr>(type, arm.span, nullptr, as<LetExpr>(arm.test)->value, taken);
        else
            result = node<ConditionalExpr>(type, arm.span, arm.test, taken, result);
    }
    return let(lets, result);
}

Body::Arm Body::switch_arm(const ast::SwitchExprArm& syntax, Expr* value, TypeId expected) {
    Scoped scope(*this);
    Arm arm;
    arm.span = syntax.span;
    arm.test = is_error(value) ? value : pattern(value, *syntax.pattern, syntax.pattern->span);
    check_variables(*syntax.pattern);
    arm.pattern = arm.test;
    if (syntax.guard) {
        Expr* guard = condition(*syntax.guard);
        bool has_error = is_error(arm.test) || is_error(guard);
        arm.test = has_error           ? error(syntax.span)
                   : is_always(arm.test) ? guard
                                         : node<LogicalExpr>(Types::Bool, guard->span, true,
                                                             arm.test, guard);
    }
    arm.thrown = ast::try_as<ast::ThrowExpr>(&ast::strip_parens(*syntax.value));
    if (!arm.thrown) arm.value = expr(*syntax.value, expected);
    return arm;
}

// The type that the values of all arms fit: the one that is wanted, if they do, else one of theirs.
TypeId Body::type_of_arms(const std::vector<Arm>& arms, Span span, TypeId expected) {
    auto all_fit = [&](TypeId type) {
        for (const Arm& arm : arms)
            if (arm.value && c_.fit(*arm.value, type) == Fit::No) return false;
        return true;
    };
    if (expected.valid() && expected != Types::Error && all_fit(expected)) return expected;
    TypeId common;
    const Expr* first = nullptr;
    for (const Arm& arm : arms) {
        if (!arm.value) continue;
        TypeId joined = first ? c_.common_type(common, arm.value->type) : arm.value->type;
        if (first && !joined.valid() && c_.fit(*arm.value, common) != Fit::No) joined = common;
        if (first && !joined.valid() && all_fit(arm.value->type)) joined = arm.value->type;
        if (!joined.valid() || joined == Types::Void) {
            report<diag::ArmTypes>(arm.value->span, name_of(first ? common : Types::Void),
                                   name_of(arm.value->type));
            return Types::Error;
        }
        first = arm.value;
        common = joined;
    }
    if (common == Types::UntypedReal) common = Types::Float;
    if (first && common != Types::Null) return common;
    if (expected.valid()) return expected;
    report<diag::DefaultWithoutType>(span, "switch");
    return Types::Error;
}

// What a switch expression does with a value that no arm takes.
Expr* Body::no_arm(Expr* value, TypeId type, Span span) {
    std::string words = "no arm of the switch takes ";
    bool has_text = types_.is_numeric(value->type) || value->type == Types::Bool ||
                    value->type == Types::String || types_.is(value->type, TypeKind::Enum);
    Expr* message = literal(Types::String, span, words + (has_text ? "" : "the value"));
    if (has_text) message = join(message, value, span);
    Symbol* symbol = c_.library ? c_.library->find("SwitchExpressionException") : nullptr;
    FunctionInfo* made = nullptr;
    if (symbol && symbol->info)
        for (FunctionInfo* f : symbol->info->constructors)
            if (f->function->params.size() == 1) made = f;
    if (made)
        message = node<NewExpr>(symbol->type, span, made->function,
                                std::vector<Argument>{{message, false, false}});
    return node<ThrowExpr>(type, span, message);
}

}  // namespace dream::checker
