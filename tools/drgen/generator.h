// Generator: makes one program, statement by statement, knowing what is in scope.
//
// main.cpp runs it; generator.cpp holds the frame of a program, its functions and scopes;
// places.cpp what can be assigned, exprs.cpp values, stmts.cpp statements, prelude.cpp the fixed part.
#pragma once

#include <string>
#include <vector>

#include "random.h"

namespace drgen {

enum class Type {
#define TYPE(name, spelling, shown, nothing) name,
#include "types.def"
};
struct TypeFacts {
    const char* spelling;
    const char* shown;    // how a value is printed, which stands for {}
    const char* nothing;  // the value that lets go of everything
};
constexpr TypeFacts kTypes[] = {
#define TYPE(name, spelling, shown, nothing) {spelling, shown, nothing},
#include "types.def"
};
constexpr int kTypeCount = sizeof(kTypes) / sizeof(kTypes[0]);
constexpr const TypeFacts& facts_of(Type type) { return kTypes[static_cast<int>(type)]; }
constexpr const char* text_of(Type type) { return facts_of(type).spelling; }

extern const char* const kPrelude;
extern const char* const kDestructor;
extern const char* const kPreludeRest;

struct Variable {
    std::string name;
    Type type;
    bool is_writable;
    bool is_ref;  // a parameter that no lambda may capture
};

struct Parameter {
    Type type;
    bool is_ref;
};

struct Function {
    std::string name;
    Type result;
    std::vector<Parameter> params;
};

class Generator {
  public:
    explicit Generator(uint64_t seed) : random_(seed) {}

    std::string run();

  private:
    // ---- text ----
    void line(const std::string& text);
    void open(const std::string& text);
    void close();
    std::string fresh(const char* prefix) { return prefix + std::to_string(next_name_++); }
    std::string number(int below) { return std::to_string(random_.below(below)); }
    std::string header_of(const Function& f) const;
    void add_parameters(const Function& f);

    // ---- places.cpp: what is in scope, and what can be assigned ----
    Type any_type() { return static_cast<Type>(random_.below(kTypeCount)); }
    std::string any_variable(Type type, bool writable);
    std::string index();
    // `plain`: no property or indexer is on the way, as `ref` wants it.
    std::string place(Type type, int depth = 0, bool plain = false);
    std::string place_inside(Type type, int depth, bool plain);

    // ---- exprs.cpp ----
    // A value that needs nothing in scope.
    std::string initial(Type type);
    std::string call(Type type, int depth);
    std::string call_of(const Function& f, int depth);
    std::string expr(Type type, int depth = 0);
    std::string int_expr(int depth);
    std::string bool_expr(int depth);
    std::string string_expr(int depth);
    std::string node_expr(int depth);
    std::string object_expr(int depth);
    std::string lambda(Type param, Type result, int depth);

    // ---- stmts.cpp ----
    void print(Type type, const std::string& value);
    void declare();
    void assign();
    void change_collection();
    void body(int depth);
    void loop(int depth);
    void try_statement(int depth);
    void using_statement(int depth);
    void pattern_switch(int depth);
    void local_function(int depth);
    void statement(int depth);

    // ---- generator.cpp ----
    void function(const Function& f);
    void main_function();

    Random random_;
    std::string out_;
    int depth_ = 0;
    int next_name_ = 0;
    int loops_ = 0;
    int in_finally_ = 0;
    int in_lambda_ = 0;
    Type result_ = Type::Int;
    std::vector<Variable> variables_;
    std::vector<Variable> globals_;
    std::vector<size_t> scopes_;
    std::vector<Function> functions_;
};

}  // namespace drgen
