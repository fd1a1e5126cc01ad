// What all nodes of the tree have in common: kinds, operators, lists, names, the families, and the
// casts between them. Included by way of ast/ast.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "source/source.h"
#include "support/check.h"

namespace dream::ast {

// How deep brackets, blocks, types, operators may nest, and how high a tree can get by the shapes
// that the parser builds in a loop (`a.b.c()[d]...`) on top of that.
inline constexpr int kMaxNesting = 256;
inline constexpr int kMaxHeight = 2000;

enum class TypeKind : uint8_t {
#define TYPE(name) name,
#include "ast/nodes.def"
};
enum class ExprKind : uint8_t {
#define EXPR(name) name,
#include "ast/nodes.def"
};
enum class PatternKind : uint8_t {
#define PATTERN(name) name,
#include "ast/nodes.def"
};
enum class StmtKind : uint8_t {
#define STMT(name) name,
#include "ast/nodes.def"
};
enum class DeclKind : uint8_t {
#define DECL(name) name,
#include "ast/nodes.def"
};

#define TYPE(name) struct name;
#define EXPR(name) struct name;
#define PATTERN(name) struct name;
#define STMT(name) struct name;
#define DECL(name) struct name;
#include "ast/nodes.def"

enum class UnaryOp : uint8_t {
#define UNARY(name, text, is_postfix) name,
#include "ast/operators.def"
};
enum class BinaryOp : uint8_t {
#define BINARY(name, text, precedence) name,
#include "ast/operators.def"
};
enum class Predefined : uint8_t {
#define PREDEFINED(name, text) name,
#include "ast/operators.def"
};
enum class Modifier : uint8_t {
#define MODIFIER(name, text) name,
#include "ast/operators.def"
};

std::string_view spelling(UnaryOp op);       // "++"
std::string_view spelling(BinaryOp op);      // "<<"
std::string_view spelling(Predefined type);  // "int"
std::string_view spelling(Modifier word);    // "static"
bool is_postfix(UnaryOp op);
int precedence(BinaryOp op);
std::string_view kind_name(TypeKind kind);  // "ArrayType"
std::string_view kind_name(ExprKind kind);
std::string_view kind_name(PatternKind kind);
std::string_view kind_name(StmtKind kind);
std::string_view kind_name(DeclKind kind);

// An immutable sequence in arena memory.
template <class T>
struct List {
    const T* data = nullptr;
    uint32_t count = 0;

    const T* begin() const { return data; }
    const T* end() const { return data + count; }
    size_t size() const { return count; }
    bool empty() const { return count == 0; }
    const T& operator[](size_t i) const { return data[i]; }
    const T& front() const { return data[0]; }
    const T& back() const { return data[count - 1]; }
};

// A name as the source spells it (a leading `@` is not part of it). Empty text: no name was
// written, or it was missing and has been reported.
struct Name {
    std::string_view text;
    Span span;

    bool empty() const { return text.empty(); }
};

// ---- families ----------------------------------------------------------------------------------

struct Expr {
    ExprKind kind;
    uint16_t height = 1;  // [bounded-height]; a left spine of Binary counts once
    Span span;
};
struct Type {
    TypeKind kind;
    uint16_t height = 1;
    Span span;
};
struct Pattern {
    PatternKind kind;
    uint16_t height = 1;
    Span span;
};
struct Stmt {
    StmtKind kind;
    uint16_t height = 1;
    Span span;
};

struct Modifiers {
    uint16_t bits = 0;
    Span span;  // from the first to the last word; invalid if there is none

    bool has(Modifier word) const { return bits >> static_cast<int>(word) & 1; }
    void set(Modifier word) { bits = static_cast<uint16_t>(bits | 1u << static_cast<int>(word)); }
};
struct Decl {
    DeclKind kind;
    uint16_t height = 1;
    Span span;
    Modifiers modifiers;
};

template <ExprKind K>
struct ExprOf : Expr {
    static constexpr ExprKind kKind = K;
    ExprOf() : Expr{K, 1, {}} {}
};
template <TypeKind K>
struct TypeOf : Type {
    static constexpr TypeKind kKind = K;
    TypeOf() : Type{K, 1, {}} {}
};
template <PatternKind K>
struct PatternOf : Pattern {
    static constexpr PatternKind kKind = K;
    PatternOf() : Pattern{K, 1, {}} {}
};
template <StmtKind K>
struct StmtOf : Stmt {
    static constexpr StmtKind kKind = K;
    StmtOf() : Stmt{K, 1, {}} {}
};
template <DeclKind K>
struct DeclOf : Decl {
    static constexpr DeclKind kKind = K;
    DeclOf() : Decl{K, 1, {}, {}} {}
};

// The node as a T, which it must be.
template <class T, class Node>
const T& as(const Node& node) {
    DREAM_CHECK(node.kind == T::kKind, "a tree node is cast to another kind");
    return static_cast<const T&>(node);
}
// The node as a T, or null if it is null or of another kind.
template <class T, class Node>
const T* try_as(const Node* node) {
    return node && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

}  // namespace dream::ast
