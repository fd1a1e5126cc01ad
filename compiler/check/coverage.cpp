// See coverage.h. What a test asks beyond types and constants (relations, guards of the user's) takes
// part as something that covers nothing and is covered by what takes all.
#include "check/coverage.h"

#include <algorithm>

namespace dream::checker {

namespace {

bool is_null_constant(const Expr* e) {
    return e->kind == ExprKind::Literal && as<LiteralExpr>(e)->value.index() == 0;
}

bool is_true(const Expr* e) {
    return e->kind == ExprKind::Literal && e->type == Types::Bool &&
           std::get<int64_t>(as<LiteralExpr>(e)->value) != 0;
}

// What binds a variable holds whenever it is asked.
const Expr* without_bindings(const Expr* e) {
    while (e->kind == ExprKind::Let && !as<LetExpr>(e)->local) e = as<LetExpr>(e)->body;
    return e;
}

}  // namespace

Coverage::Atom Coverage::atom_of(const Expr* test) const {
    test = without_bindings(test);
    if (is_true(test)) return {Atom::Kind::All, {}, nullptr, {}};
    if (test->kind == ExprKind::TypeTest)
        return {Atom::Kind::Type, as<TypeTestExpr>(test)->test, nullptr, {}};
    bool is_not = test->kind == ExprKind::Unary && as<UnaryExpr>(test)->op == UnaryOp::Not;
    const Expr* inner = is_not ? as<UnaryExpr>(test)->operand : test;
    if (inner->kind == ExprKind::Logical && !is_not && as<LogicalExpr>(inner)->is_and)
        return box_constant(*as<LogicalExpr>(inner));
    if (inner->kind != ExprKind::Binary) return {};
    const BinaryExpr& compared = *as<BinaryExpr>(inner);
    bool is_equal = compared.op == BinaryOp::Equal;
    if (!is_equal && compared.op != BinaryOp::NotEqual) return {};
    if (compared.right->kind != ExprKind::Literal) return {};
    if (is_null_constant(compared.right)) {
        if (is_equal != is_not) return {Atom::Kind::Null, {}, nullptr, {}};
        return {Atom::Kind::Type, compared.left->type, nullptr, {}};
    }
    if (is_equal == is_not) return {};
    return {
        Atom::Kind::Constant, compared.right->type, &as<LiteralExpr>(compared.right)->value, {}};
}

// `o is Box && ((Box)o).value == c`; and any test with a binding behind it.
Coverage::Atom Coverage::box_constant(const LogicalExpr& both) const {
    Atom left = atom_of(both.left), right = atom_of(both.right);
    if (right.kind == Atom::Kind::All) return left;
    bool is_of_box = left.kind == Atom::Kind::Type && right.kind == Atom::Kind::Constant;
    if (!is_of_box) return {};
    right.type = left.type;
    return right;
}

bool Coverage::takes(const Atom& earlier, const Atom& atom) const {
    switch (earlier.kind) {
        case Atom::Kind::All: return true;
        case Atom::Kind::Null: return atom.kind == Atom::Kind::Null;
        case Atom::Kind::Constant:
            return atom.kind == Atom::Kind::Constant && atom.type == earlier.type &&
                   *atom.constant == *earlier.constant;
        case Atom::Kind::Type:
            return (atom.kind == Atom::Kind::Type || atom.kind == Atom::Kind::Constant) &&
                   (atom.type == earlier.type || (types_.is(atom.type, TypeKind::Class) &&
                                                  types_.is(earlier.type, TypeKind::Class) &&
                                                  types_.is_subclass(atom.type, earlier.type)));
        case Atom::Kind::Other: return false;
    }
    return false;
}

Span Coverage::covered(const Atom& atom) const {
    size_t first = taken_.size();
    auto look = [&](const std::vector<size_t>& places) {
        for (size_t i : places)
            if (i < first && takes(taken_[i], atom)) first = i;
    };
    look(others_);
    if (atom.kind == Atom::Kind::Constant)
        if (auto same = constants_.find(*atom.constant); same != constants_.end())
            look(same->second);
    return first < taken_.size() ? taken_[first].span : Span{};
}

Span Coverage::covered(const Expr* test) const {
    test = without_bindings(test);
    if (test->kind == ExprKind::Logical) {
        const LogicalExpr& both = *as<LogicalExpr>(test);
        Span left = covered(both.left), right = covered(both.right);
        if (!both.is_and) return left.valid() && right.valid() ? right : Span{};
        if (left.valid()) return left;
        bool is_binding = is_true(without_bindings(both.right));
        if (right.valid() && !is_binding) return right;
    }
    return covered(atom_of(test));
}

void Coverage::take(const Expr* test, Span span) {
    test = without_bindings(test);
    if (test->kind == ExprKind::Logical && !as<LogicalExpr>(test)->is_and) {
        take(as<LogicalExpr>(test)->left, span);
        take(as<LogicalExpr>(test)->right, span);
        return;
    }
    Atom atom = atom_of(test);
    atom.span = span;
    if (atom.kind == Atom::Kind::Other) return;
    (atom.kind == Atom::Kind::Constant ? constants_[*atom.constant] : others_)
        .push_back(taken_.size());
    taken_.push_back(atom);
}

bool Coverage::is_complete() const {
    auto takes_any = [&](const Atom& atom) { return covered(atom).valid(); };
    if (takes_any({Atom::Kind::All, {}, nullptr, {}})) return true;
    bool is_null_taken =
        !types_.is_nullable(subject_) || takes_any({Atom::Kind::Null, {}, nullptr, {}});
    if (is_null_taken && takes_any({Atom::Kind::Type, subject_, nullptr, {}})) return true;
    std::unordered_set<int64_t> named;
    for (const Atom& atom : taken_)
        if (atom.kind == Atom::Kind::Constant)
            if (const auto* value = std::get_if<int64_t>(atom.constant)) named.insert(*value);
    if (subject_ == Types::Bool) return named.size() == 2;
    if (!types_.is(subject_, TypeKind::Enum)) return false;
    const std::vector<Enumerator>& all = types_.nominal(subject_).enumerators;
    return std::all_of(all.begin(), all.end(),
                       [&](const Enumerator& e) { return named.count(e.value) > 0; });
}

}  // namespace dream::checker
