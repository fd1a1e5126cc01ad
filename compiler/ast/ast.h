// The syntax tree of one file. Nodes live in an Arena, are never changed after parsing, and are
// trivially destructible: lists are arena memory too. Every pointer that is not said to be
// optional is set, in files with syntax errors as well (ErrorExpr, ErrorType, ... fill the holes;
// each of them has been reported already and is to be passed over in silence).
//
// nodes.h says what nodes have in common, exprs.h and decls.h hold the nodes themselves.
//
// Consumers switch over `kind` without default and cast with `as<T>(node)`:
//
//   switch (e.kind) {
//       case ExprKind::Binary: return check_binary(as<Binary>(e));
//
// Depth [bounded-height]. The parser nests at most kMaxNesting deep and rejects trees higher than
// kMaxHeight, so recursive walks are safe, with one exception: Binary leans left without bound
// (`a + b + ... ` with 50,000 terms). A walk must not recurse into `lhs` of a Binary but iterate:
//
//   const Expr* leftmost = left_spine(binary, links);   // links: innermost Binary first
//   visit(*leftmost);
//   for (const Binary* link : links) { visit(*link->rhs); combine(*link); }
//
// The spine holds all binary operators, `&&` and `||` included (their rhs is conditional).
// `else if` chains are flat (If::arms). Everything else (calls, members, the rhs of `??`, `?:`) may
// be recursed into.
#pragma once

#include <vector>

#include "ast/decls.h"

namespace dream::ast {

// ---- file --------------------------------------------------------------------------------------

// One source file: declarations (as DeclStmt) and top-level statements in the order of the text.
struct File {
    SourceId source;
    Module* module = nullptr;  // optional; not among the items
    List<Import*> imports;     // not among the items
    List<Stmt*> items;
};

// ---- help for walks ----------------------------------------------------------------------------

// Collects `top` and every Binary on the way down its left operands into `links`, innermost first,
// and returns the operand at the far left, which is no Binary.
const Expr* left_spine(const Binary& top, std::vector<const Binary*>& links);

// `e` without parentheses around it.
const Expr& strip_parens(const Expr& e);

}  // namespace dream::ast
