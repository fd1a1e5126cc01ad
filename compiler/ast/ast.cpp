// Spellings of kinds and operators, and the walk down a left-leaning chain.
#include "ast/ast.h"

#include <algorithm>

namespace dream::ast {

namespace {

constexpr std::string_view kUnary[] = {
#define UNARY(name, text, is_postfix) text,
#include "ast/operators.def"
};
constexpr bool kPostfix[] = {
#define UNARY(name, text, is_postfix) is_postfix,
#include "ast/operators.def"
};
constexpr std::string_view kBinary[] = {
#define BINARY(name, text, precedence) text,
#include "ast/operators.def"
};
constexpr int kPrecedence[] = {
#define BINARY(name, text, precedence) precedence,
#include "ast/operators.def"
};
constexpr std::string_view kPredefined[] = {
#define PREDEFINED(name, text) text,
#include "ast/operators.def"
};
constexpr std::string_view kModifier[] = {
#define MODIFIER(name, text) text,
#include "ast/operators.def"
};
constexpr std::string_view kTypeNames[] = {
#define TYPE(name) #name,
#include "ast/nodes.def"
};
constexpr std::string_view kExprNames[] = {
#define EXPR(name) #name,
#include "ast/nodes.def"
};
constexpr std::string_view kPatternNames[] = {
#define PATTERN(name) #name,
#include "ast/nodes.def"
};
constexpr std::string_view kStmtNames[] = {
#define STMT(name) #name,
#include "ast/nodes.def"
};
constexpr std::string_view kDeclNames[] = {
#define DECL(name) #name,
#include "ast/nodes.def"
};

template <class E>
constexpr size_t index(E value) {
    return static_cast<size_t>(value);
}

}  // namespace

std::string_view spelling(UnaryOp op) {
    return kUnary[index(op)];
}
std::string_view spelling(BinaryOp op) {
    return kBinary[index(op)];
}
std::string_view spelling(Predefined type) {
    return kPredefined[index(type)];
}
std::string_view spelling(Modifier word) {
    return kModifier[index(word)];
}
bool is_postfix(UnaryOp op) {
    return kPostfix[index(op)];
}
int precedence(BinaryOp op) {
    return kPrecedence[index(op)];
}
std::string_view kind_name(TypeKind kind) {
    return kTypeNames[index(kind)];
}
std::string_view kind_name(ExprKind kind) {
    return kExprNames[index(kind)];
}
std::string_view kind_name(PatternKind kind) {
    return kPatternNames[index(kind)];
}
std::string_view kind_name(StmtKind kind) {
    return kStmtNames[index(kind)];
}
std::string_view kind_name(DeclKind kind) {
    return kDeclNames[index(kind)];
}

const Expr* left_spine(const Binary& top, std::vector<const Binary*>& links) {
    size_t first = links.size();
    const Expr* e = &top;
    while (const Binary* link = try_as<Binary>(e)) {
        links.push_back(link);
        e = link->lhs;
    }
    std::reverse(links.begin() + static_cast<std::ptrdiff_t>(first), links.end());
    return e;
}

const Expr& strip_parens(const Expr& e) {
    const Expr* inner = &e;
    while (const Paren* paren = try_as<Paren>(inner)) inner = paren->inner;
    return *inner;
}

}  // namespace dream::ast
