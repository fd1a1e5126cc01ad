// The state of one run of the printer; shared by print.cpp (types, patterns, expressions) and
// print_stmts.cpp (statements, declarations). Internal to ast/.
#pragma once

#include <string>
#include <string_view>

#include "ast/print.h"

namespace dream::ast {

class Printer {
  public:
    explicit Printer(const PrintOptions& options) : options_(options) {}

    void file(const File& f);
    void type(const Type& t);
    void expr(const Expr& e);
    void pattern(const Pattern& p);
    void stmt(const Stmt& s);
    void decl(const Decl& d);
    std::string take() { return std::move(out_); }

  private:
    void write(std::string_view text) { out_ += text; }
    void write(char c) { out_ += c; }
    void name(const Name& n);
    // A new line; a space inside the hole of a string, which ends on its line.
    void newline() {
        if (is_flat_) return write(' ');
        out_ += '\n';
        out_.append(static_cast<size_t>(depth_) * 4, ' ');
    }
    template <class T, class F>
    void separated(const List<T>& items, F each) {
        for (size_t i = 0; i < items.size(); ++i) {
            if (i > 0) write(", ");
            each(items[i]);
        }
    }
    void indented(const auto& each) {
        ++depth_;
        each();
        --depth_;
    }

    // print.cpp
    void type_args(const List<Type*>& args);
    void array_type(const ArrayType& t);
    void dims(const Type* outermost, uint32_t count);
    void func_params(const List<FuncTypeParam>& params);
    void text_bytes(std::string_view bytes, bool in_interpolation);
    void literal(const Expr& e);
    void interpolation(const Interpolation& e);
    void unary(const Unary& e);
    void binary(const Binary& e);
    void args(const List<Arg>& list);
    void new_array(const NewArray& e);
    void initializer(const Initializer& e);
    void lambda(const Lambda& e);
    void switch_expr(const SwitchExpr& e);
    void binary_pattern(const BinaryPattern& p);
    void nested_pattern(const Pattern& p, bool with_parens);
    void plain_expr(const Expr& e);

    // print_stmts.cpp
    void block(const Block& b);
    void body(const Stmt& s);
    void if_stmt(const If& s);
    void for_stmt(const For& s);
    void switch_stmt(const Switch& s);
    void try_stmt(const Try& s);
    void using_stmt(const Using& s);
    void modifiers(const Modifiers& m);
    void variables(const Variables& d);
    void param(const Param& p);
    void function(const Function& d);
    void code(const Block* body, const Expr* value);
    void type_params(const List<TypeParam>& params);
    void constraints(const List<Constraint>& list);
    void type_decl(const TypeDecl& d);
    void enum_decl(const EnumDecl& d);
    void typedef_decl(const Typedef& d);
    void property(const Property& d);
    void accessor(const Accessor& a, std::string_view word);
    void dotted(const DottedName& n);

    PrintOptions options_;
    std::string out_;
    int depth_ = 0;
    bool is_flat_ = false;
};

}  // namespace dream::ast
