// Checks the code of one function (or one initialiser): statements and expressions become typed
// nodes. Internal to check/.
//
//   body.cpp      functions, constructors, locals      stmts.cpp     statements
//   switch.cpp    switch, try, throw                   exprs.cpp     literals, names, casts, tests
//   using.cpp     using                                nulls.cpp     `??`, `??=`, `?.`
//   filters.cpp   catch ... when                       patterns.cpp  `is`, switch expressions
//   operators.cpp unary and binary operators           assign.cpp    places, assignment
//   members.cpp   `a.b`, indices                       calls.cpp     calls, `new`
//   overloads.cpp choice among functions               arrays.cpp    array literals and sizes
//   match.cpp     arguments and parameters             let.cpp       values used more than once
//   text.cpp      string +, interpolation              lambdas.cpp   lambdas, functions as values
//   properties.cpp properties, indexers                operator_functions.cpp operators of types
//   in_place.cpp  writes through indexers of the library
//   unify.cpp     type arguments of calls              equality.cpp  Equals, GetHashCode
//   enumerate.cpp foreach over enumerators             initialisers.cpp `new T { ... }`
//   interop.cpp   functions for C                      trials.cpp    lambdas that say types
//   pointers.cpp  raw pointers
//
// An expression of type Error has been reported; whatever it meets keeps quiet about it. One of
// type UntypedReal has still to be settled by what it meets [untyped].
#pragma once

#include <functional>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "check/checker.h"
#include "check/coverage.h"

namespace dream::checker {

// How a lambda's syntax passes a parameter.
LocalKind lambda_kind(ast::PassMode mode);

// What a return statement says about the result type of its function.
struct ReturnFact {
    TypeId type;  // invalid: a bare `return;`
    Span span;
};

// What stands in front of `.` or `(`: a value, a type, or functions to choose from.
struct Target {
    enum class Kind : uint8_t { Error, Value, Type, Functions };
    Kind kind = Kind::Error;
    Expr* value = nullptr;
    TypeId type;
    std::vector<FunctionInfo*> functions;
    Expr* receiver = nullptr;  // Functions: what they are called on, if it is a value
    std::vector<TypeId> type_args;  // Functions: written behind the name
    bool is_base = false;      // called through `base`
    bool is_bare = false;      // named without anything in front
    std::string_view name;
    Span span;  // of the name

    static Target error() { return {}; }
    static Target of_value(Expr* e) {
        Target t;
        t.kind = e->type == Types::Error ? Kind::Error : Kind::Value;
        t.value = e;
        return t;
    }
    static Target of_type(TypeId type, std::string_view name, Span span) {
        Target t;
        t.kind = type == Types::Error ? Kind::Error : Kind::Type;
        t.type = type;
        t.name = name;
        t.span = span;
        return t;
    }
};

// How the arguments of a call meet the parameters of one function.
struct Match {
    FunctionInfo* function = nullptr;
    std::vector<size_t> params;  // that argument i goes to
    bool is_expanded = false;    // arguments for the last parameter are elements of its array
    bool has_defaults = false;   // some parameter is left out
};

// Why they do not.
struct Mismatch {
    enum class Kind : uint8_t { Count, UnknownName, Twice, OutOfPlace, Missing };
    Kind kind = Kind::Count;
    size_t argument = 0;  // among the written ones
    size_t param = 0;
};

// Locals with their values, in order of evaluation, for the expression that `let` puts behind them.
struct LetLocal {
    Local* local;
    Expr* value;
};
using Lets = std::vector<LetLocal>;

// The arguments of a call, checked once before a function is chosen.
struct CallArgs {
    const ast::List<ast::Arg>* syntax = nullptr;
    std::vector<Expr*> values;  // null: an `out` variable declared in the call
    Span span;                  // of the parentheses, or of what is called
    Expr* self = nullptr;       // the receiver of an extension method: argument 0
    bool has_error = false;
    Match match;  // with the function that was chosen
    Lets lets;    // arguments that are evaluated before others in front of them

    // Argument i, where `self` counts as the first.
    size_t count() const { return values.size() + (self ? 1 : 0); }
    Expr* value(size_t i) const { return self ? (i == 0 ? self : values[i - 1]) : values[i]; }
    const ast::Arg* arg(size_t i) const {
        return self ? (i == 0 ? nullptr : &(*syntax)[i - 1]) : &(*syntax)[i];
    }
};

// Whether evaluating `e` may run code of the program, which could write anything.
bool runs_code(const Types& types, Expr* e);

// A place that leads through properties, taken apart.
struct PropertyPath {
    Lets steps;               // what is evaluated on the way
    Lets gets;                // outermost first
    std::vector<Expr*> sets;  // likewise; run from the last to the first
    bool is_in_place = false;  // through places behind indexers: without copies and sets

    bool is_empty() const { return steps.empty() && gets.empty(); }
};

class Body {
  public:
    // `info` is null outside functions (initialisers of globals, constants).
    Body(Checker& checker, FunctionInfo* info, Scope* scope);

    // ---- body.cpp
    BlockStmt* function_body();
    BlockStmt* top_level(std::span<ast::File* const> files);
    Expr* initialiser(const ast::Variable& variable, TypeId type);
    Expr* constant(const ast::Expr& e, TypeId type);
    Expr* default_of_param(const ast::Expr& e, TypeId type);  // params.cpp

    Function* c_export(FunctionInfo& info);                                // interop.cpp

    // Every return statement in order (collected for inference).
    std::vector<ReturnFact> returns;

    Expr* typed_expr(const ast::Expr& e, TypeId expected = {});
    Expr* convert(Expr* e, TypeId to);

  private:
    template <diag::Kind K, class... Args>
    diag::Diagnostic& report(Span span, const Args&... args) {
        return c_.sink->report<K>(span, args...);
    }
    template <class T, class... Rest>
    T* node(TypeId type, Span span, Rest&&... rest) {
        return c_.node<T>(type, span, std::forward<Rest>(rest)...);
    }
    template <class T, class... Rest>
    T* make_stmt(Span span, Rest&&... rest) {
        return c_.arena.make<T>(Stmt{T::Kind, span}, std::forward<Rest>(rest)...);
    }
    Expr* error(Span span) { return c_.error_expr(span); }
    Expr* literal(TypeId type, Span span, Constant value) {
        return c_.literal(type, span, std::move(value));
    }
    std::string name_of(TypeId type) const { return c_.name_of(type); }
    Expr* not_supported(std::string_view what, Span span) {
        c_.not_supported(what, span);
        return error(span);
    }

    // ---- body.cpp
    void add_params();
    void constructor_start(std::vector<Stmt*>& body);
    void chain_call(std::vector<Stmt*>& body);
    bool closes_ring(Span span);
    void forwarding_call(std::vector<Stmt*>& body);
    void field_initialisers(std::vector<Stmt*>& body);
    void warn_lost_writes();
    Local* add_local(const ast::Name& name, TypeId type);
    Symbol* add_block_symbol(SymbolKind kind, const ast::Name& name);
    void declare_block(const ast::List<ast::Stmt*>& stmts);
    Expr* this_expr(Span span);
    bool has_this() const;
    bool in_user_code() const;

    // A scope for the time of a block.
    class Scoped {
      public:
        explicit Scoped(Body& body) : body_(body), before_(body.scope_) {
            body.scope_ = body.c_.new_scope(before_);
        }
        ~Scoped() { body_.scope_ = before_; }
        Scoped(const Scoped&) = delete;
        Scoped& operator=(const Scoped&) = delete;

      private:
        Body& body_;
        Scope* before_;
    };

    // ---- stmts.cpp
    void stmt(const ast::Stmt& s, std::vector<Stmt*>& out);
    void stmts(const ast::List<ast::Stmt*>& list, std::vector<Stmt*>& out);
    Stmt* embedded(const ast::Stmt& s);
    BlockStmt* block(const ast::Block& b);
    void one_stmt(const ast::Stmt& s, std::vector<Stmt*>& out);
    void declare_variables(const ast::Variables& v, std::vector<Stmt*>& out);
    void declare_variable(const ast::Variables& v, const ast::Variable& item,
                          std::vector<Stmt*>& out);
    void declare_global(const ast::Variable& item, std::vector<Stmt*>& out);
    Expr* variable_value(const ast::Variable& item, TypeId type);
    TypeId type_of_var(const ast::Variable& item, Expr* value);
    void expr_stmt(const ast::ExprStmt& s, std::vector<Stmt*>& out);
    Expr* effect(const ast::Expr& e);
    Stmt* if_stmt(const ast::If& s);
    Stmt* while_stmt(const ast::While& s);
    Stmt* do_stmt(const ast::DoWhile& s);
    Stmt* for_stmt(const ast::For& s);
    Stmt* foreach_stmt(const ast::Foreach& s);

    // ---- enumerate.cpp
    Stmt* foreach_pattern(const ast::Foreach& s, Expr* collection, TypeId type);
    Expr* pattern_member(Expr* object, std::string_view name, Span span);

    // ---- stmts.cpp
    Stmt* return_stmt(const ast::Return& s);
    Stmt* exit_stmt(const ast::Stmt& s, bool is_break);
    Stmt* loop_body(const ast::Stmt& s);
    void make_pending(std::vector<Stmt*>& out);

    // ---- using.cpp
    struct Opened {
        std::vector<Stmt*> opening;  // declares the local that is disposed of
        Stmt* closing = nullptr;     // disposes of it; null after a report
    };
    void using_stmt(const ast::Using& s, const ast::List<ast::Stmt*>& rest,
                    std::vector<Stmt*>& out);
    Opened open_value(const ast::Expr& e);
    Opened open_variable(const ast::Variables& list, const ast::Variable& item);
    Stmt* dispose(Local* local, Span span);

    // ---- switch.cpp
    Stmt* switch_stmt(const ast::Switch& s);
    void switch_label(const ast::SwitchLabel& label, TypeId subject, SwitchSection& section,
                      std::vector<std::pair<Constant, Span>>& seen, Span& default_seen);
    Expr* label_value(const ast::Pattern& pattern, TypeId subject);
    Expr* bare_enumerator(const ast::Expr& e, TypeId subject);
    Stmt* throw_stmt(const ast::Throw& s);
    Stmt* try_stmt(const ast::Try& s);
    Expr* thrown_value(const ast::Expr& e);
    // What the head of a catch says.
    struct CatchHead {
        TypeId type;    // of its variable: a class or string
        TypeId caught;  // the class
        bool is_class = false;
    };
    CatchHead catch_head(const ast::Catch& syntax, std::vector<CatchClause>& seen);
    CatchClause catch_clause(const ast::Catch& syntax, std::vector<CatchClause>& seen);
    BlockStmt* clause_body(const ast::Catch& syntax);

    // ---- filters.cpp
    CatchClause filtered_clause(const ast::Try& s, size_t first, std::vector<CatchClause>& seen);
    Stmt* filter_chain(const ast::Try& s, size_t i, Local* thrown, std::vector<CatchClause>& seen);
    Expr* open_clause(const ast::Catch& clause, const CatchHead& head, Local* thrown,
                      std::vector<Stmt*>& made);
    Expr* run_filter(const ast::Catch& clause, Expr* test, std::vector<Stmt*>& made);

    // ---- exprs.cpp
    Expr* expr(const ast::Expr& e, TypeId expected = {});
    Expr* condition(const ast::Expr& e);
    Expr* as_condition(Expr* e);
    Expr* int_literal(const ast::IntLiteral& e, bool is_negated, Span span);
    Expr* name_expr(const ast::NameExpr& e);
    Expr* value_of(Target target, Span span);
    Expr* symbol_value(Symbol& symbol, Span span, bool is_bare);
    Expr* conditional(const ast::Conditional& e, TypeId expected);
    Expr* throwing_choice(const ast::Conditional& e, Expr* test, const ast::ThrowExpr* yes,
                          const ast::ThrowExpr* no, TypeId expected);
    Expr* cast(const ast::Cast& e);
    Expr* cast_to(Expr* value, TypeId to, Span span, Span type_span);
    Expr* as_cast(const ast::As& e);
    Expr* size_of(const ast::SizeOf& e);
    Expr* default_value(const ast::Default& e, TypeId expected);
    bool is_error(const Expr* e) const { return e->type == Types::Error; }

    // ---- patterns.cpp
    struct Arm {
        Span span;
        Expr* test = nullptr;       // of pattern and guard
        Expr* pattern = nullptr;    // of the pattern alone
        Expr* value = nullptr;      // exactly one of both is set
        const ast::ThrowExpr* thrown = nullptr;
    };
    Expr* is_test(const ast::Is& e);
    Expr* pattern(Expr* value, const ast::Pattern& p, Span span);
    Expr* pattern_constant(const ast::Expr& e, TypeId type);
    Expr* constant_pattern(Expr* value, const ast::Expr& e, Span span);
    Symbol* constant_named(const ast::NamedType& named, TypeId type) const;
    template <class Compare>
    Expr* of_constant_type(Expr* value, const Expr* constant, Span span, Compare&& compare);
    Expr* type_pattern(Expr* value, const ast::TypePattern& p, Span span);
    Expr* as_tested(Expr* value, TypeId test);
    Expr* type_test(Expr* value, TypeId test, Span span);
    Expr* bind_variable(const ast::Name& name, Expr* value, Expr* test, bool is_object = false);
    Expr* switch_expr(const ast::SwitchExpr& e, TypeId expected);
    Arm switch_arm(const ast::SwitchExprArm& syntax, Expr* value, TypeId expected);
    TypeId type_of_arms(const std::vector<Arm>& arms, Span span, TypeId expected);
    Expr* no_arm(Expr* value, TypeId type, Span span);
    void check_variables(const ast::Pattern& p);

    // ---- pattern_switch.cpp
    bool has_tests(const ast::Switch& s, TypeId subject) const;
    bool is_test(const ast::Pattern& p, TypeId subject) const;
    Stmt* switch_over_tests(const ast::Switch& s, Expr* subject);
    Expr* label_test(const ast::SwitchLabel& label, Expr* value, Coverage& coverage);
    void section_body(const ast::SwitchSection& syntax, std::vector<Stmt*>& body);

    // ---- nulls.cpp
    Expr* null_of(TypeId type, Span span);
    Expr* is_not_null(Expr* e);
    Expr* throw_value(const ast::ThrowExpr& e, TypeId type);
    Expr* coalesce(const ast::Binary& e, TypeId expected);
    Expr* coalesced(const ast::Binary& e, TypeId left);
    TypeId coalesced_type(const ast::Binary& e, Expr* left, Expr* right);
    Expr* coalesce_assign(const ast::Assign& e, Expr* target);
    Expr* chain_link(Expr* value, std::string_view word, Span span);
    Expr* chain_value(const ast::NullChain& e, Lets& links);
    Expr* link_test(const LetLocal& link);
    Expr* through_links(const Lets& links, Expr* value, Span span);
    Expr* null_chain(const ast::NullChain& e);
    Expr* chain_effect(const ast::NullChain& e);
    Expr* coalesce_chain(const ast::Binary& e, const ast::NullChain& chain);
    Expr* chain_into(const Lets& links, Expr* value, Local* found, Span span);
    Expr* chain_comparison(const ast::Binary& e, const ast::NullChain& chain);
    // ---- conversions.cpp
    Expr* user_conversion(Expr* e, TypeId to, bool is_explicit, Span span);

    // ---- operator_functions.cpp
    FunctionInfo* user_operator(const ast::OperatorName& op, CallArgs& args, Span op_span);
    CallArgs operands_of(std::vector<Expr*> values, Span span) const;
    Expr* operator_call(FunctionInfo& f, CallArgs& args, Span span);
    Expr* user_binary(const ast::Binary& syntax, Expr* left, Expr* right, Span span);
    Expr* user_unary(const ast::Unary& syntax, Expr* operand);
    Expr* user_compound(const ast::Assign& e, Expr* target, Expr* value, bool is_used);
    Expr* user_step(const ast::Unary& e, Expr* target, bool is_used);
    Expr* updated(Expr* target, bool wants_old, bool is_used, Span span,
                  const std::function<Expr*(Expr*)>& next);

    // ---- operators.cpp
    Expr* unary(const ast::Unary& e);
    Expr* increment(const ast::Unary& e, bool is_used);
    Expr* binary_chain(const ast::Binary& e);
    Expr* binary(const ast::Binary& syntax, Expr* left, Expr* right);
    Expr* unresolved(ast::BinaryOp op, const Expr* left, const Expr* right, Span span);
    Expr* logical(const ast::Binary& syntax, Expr* left, Expr* right);
    Expr* arithmetic(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span);
    Expr* shift(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span);
    Expr* bitwise(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span);
    Expr* comparison(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span);
    Expr* null_test_of_parameter(BinaryOp op, Expr* left, Expr* right, Span span);
    Expr* equality(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span);
    Expr* enum_arithmetic(BinaryOp op, Expr* left, Expr* right, Span span);
    Expr* make_binary(BinaryOp op, TypeId type, Expr* left, Expr* right, Span span);
    Expr* bad_operands(BinaryOp op, Expr* left, Expr* right, Span op_span);
    TypeId promoted(TypeId a, TypeId b) const;
    bool check_division(BinaryOp op, Expr* divisor);

    // ---- text.cpp
    Expr* join(Expr* left, Expr* right, Span span);
    Expr* text(Expr* e);
    Expr* interpolation(const ast::Interpolation& e);
    Expr* hole(const ast::InterpolationPart& part);
    Expr* format_method(Expr* value, std::string_view format, Span span);
    void add_part(std::vector<Expr*>& parts, Expr* part);
    Expr* to_string(Expr* e, const CallArgs& args, Span span);

    // ---- assign.cpp
    Expr* assign(const ast::Assign& e, bool is_used);
    Expr* assign_to(Expr* target, const ast::Expr& value, bool is_used, Span span);
    Expr* compound(const ast::Assign& e, bool is_used);
    Expr* compound_update(const ast::Assign& e, Expr* target, Expr* value);
    // Is `e` a place that may be written? Reports why not; marks what is written.
    bool check_place(Expr* e, std::string_view what);
    const Symbol* readonly_of(const Expr* e) const;
    bool is_being_made(const Expr* place, const TypeInfo& owner) const;
    Local* root_local(Expr* e) const;
    bool is_place(const Expr* e) const;
    void mark_written(Expr* place);
    // The value is kept somewhere: an array parameter that is written need not be a mistake.
    void note_kept(const Expr* e);

    // ---- lambdas.cpp
    Expr* unbound_lambda(const ast::Lambda& e);
    Expr* unbound_group(const Target& t, Span span);
    Expr* bound_if(Expr* e, TypeId type);
    Expr* bind(Expr* e, TypeId type);
    Expr* decided_function(Expr* e);
    Expr* bind_lambda(const UnboundFunction& e, TypeId type);
    Expr* natural_lambda(const UnboundFunction& e);
    Expr* natural_group(const UnboundFunction& e);
    bool check_lambda_params(const UnboundFunction& e, const Function& invoke);
    Function* new_lambda(const ast::Lambda& syntax);
    void lambda_body(const ast::Lambda& syntax, Function& f, FunctionInfo& info,
                     std::vector<ReturnStmt*>* open_returns);
    bool settle_returns(Function& f, const std::vector<ReturnStmt*>& returns, Span span);
    Expr* bind_group(const UnboundFunction& e, TypeId type);
    FunctionInfo* choose_for(const Target& t, const Function& invoke, CallArgs& args, Span span);
    bool check_group(const FunctionInfo& chosen, const CallArgs& args, const Function& invoke,
                     Span span);
    Expr* group_receiver(const Target& t, const FunctionInfo& chosen, Span span);
    void group_body(Function& invoke, FunctionInfo& chosen, Target t, CallArgs args, Span span);
    Expr* captured(Symbol& symbol, Span span);
    Expr* function_equality(BinaryOp op, Expr* left, Expr* right, Span span);
    // ---- trials.cpp
    const LambdaTrial& try_lambda(const UnboundFunction& e, const std::vector<TypeId>& params);
    Function* tried_lambda(const UnboundFunction& e, const Function& invoke);
    std::vector<TypeId> known_inputs(const Match& m, size_t i, const std::vector<TypeId>& found);
    TypeId result_for(const UnboundFunction& f, const Function& invoke,
                      const std::vector<TypeId>& inputs);
    void learn_results(const Match& m, const CallArgs& args, std::vector<TypeId> fixed,
                       std::vector<TypeId>& found);
    bool report_trials(const CallArgs& args);
    void try_lambdas(const std::vector<Match>& fitting, const CallArgs& args);
    // ---- properties.cpp
    void automatic_accessor(const PropertyInfo& property, std::vector<Stmt*>& body);
    Expr* property(PropertyInfo& p, Expr* object, Span name_span, bool is_base = false);
    Expr* read_property(PropertyInfo& p, Expr* object, std::vector<Argument> indices, bool is_base,
                        Span span);
    Expr* automatic_field(const PropertyInfo& p, Expr* object, Span span);
    bool check_readable(const PropertyInfo& p, const Expr* object, Span span);
    void collect_indexers(const TypeInfo& info, std::vector<FunctionInfo*>& getters) const;
    bool has_indexers(const TypeInfo& info) const;
    Expr* indexer(const TypeInfo& info, Expr* object, const ast::List<ast::Arg>& syntax, Span span,
                  bool is_base);
    Expr* base_index(const ast::Index& e);
    PropertyInfo* property_of(const Expr* e) const;
    Expr* whole_of(const Expr* e) const;
    bool crosses_property(const Expr* place) const;
    bool can_set(const PropertyInfo& p, const Expr* e) const;
    bool check_settable(const PropertyInfo& p, const Expr* e, bool is_whole);
    void note_struct_call(Expr* receiver, const Function* function);
    Expr* target_expr(const ast::Expr& e, bool is_read);
    Expr* assign_property(Expr* target, Expr* value, bool is_used, Span span);
    Expr* copy_place(Expr* e);
    Expr* got(Expr* value, std::string_view name, PropertyPath& path);
    Expr* open_path(Expr* place, PropertyPath& path);
    CallExpr* open_getter(CallExpr* get, PropertyPath& path);
    Expr* setter_call(const PropertyInfo& p, const CallExpr* get, Expr* value, Span span);
    Expr* place_behind(PropertyInfo& p);
    bool is_in_place(const Expr* place);
    Expr* as_place(Expr* e);
    Expr* open_place(Expr* e, const CallExpr& get, PropertyPath& path);
    Expr* copy_call(Expr* e);
    Expr* compound_in_place(const ast::Assign& e, Expr* target, Expr* value, bool is_used);
    Expr* path_sequence(PropertyPath& path, Expr* update, Expr* value);
    Expr* close_path(PropertyPath& path, Expr* update, bool is_used);
    Expr* reading_call(CallExpr* call, const Lets& early);
    Expr* call_on_property(CallExpr* call, const Lets& early);

    // ---- pointers.cpp
    bool has_known_size(TypeId type) const;
    Expr* deref(Expr* pointer, Expr* index, Span span);
    Expr* address_of(const ast::Unary& e, bool is_lent);
    std::string_view container_of(const Expr* place) const;
    Expr* moved_pointer(BinaryOp op, Expr* pointer, Expr* count, Span span);
    Expr* pointer_arithmetic(BinaryOp op, Expr* left, Expr* right, Span op_span, Span span);
    Expr* cast_pointer(Expr* value, TypeId to, Span span);

    // ---- interop.cpp
    Expr* bind_for_c(const UnboundFunction& e, TypeId pointer);
    Function* entry_for_c(const Function& shape, CallArgs& args, Span span);
    Function* group_for_c(const UnboundFunction& e, const Function& shape, TypeId pointer);
    Function* lambda_for_c(const UnboundFunction& e, const Function& shape);
    Expr* from_c(Local* param, TypeId type, Span span);
    Local* param_for_c(const Local& wanted, Span span);

    // ---- members.cpp
    Target target(const ast::Expr& e);
    Target name_target(const ast::NameExpr& e);
    Target symbol_target(Symbol& symbol, const ast::Name& name, const ast::List<ast::Type*>& type_args);
    Target member_target(const ast::Member& e);
    Target member_of(const ast::Member& e);
    void add_type_args(Target& t, const ast::List<ast::Type*>& list);
    Target static_member(TypeId type, const ast::Name& name, const ast::List<ast::Type*>& type_args);
    bool is_hidden_by_call(const Symbol& symbol, Expr* object, const ast::Name& name);
    std::vector<FunctionInfo*> extensions_of(Expr* object, std::string_view name);
    Target value_member(Expr* object, const ast::Name& name);
    Target base_member(const ast::Name& name);
    Target builtin_member(Expr* object, const ast::Name& name);
    Target unknown_member(TypeId type, const ast::Name& name);
    Expr* member_value(Expr* object, Symbol& symbol, Span span);
    Expr* field(Expr* object, Symbol& symbol, Span span);
    bool may_access(Access access, const TypeInfo& owner, const Expr* object) const;
    void report_inaccessible(Access access, const TypeInfo& owner, const std::string& name,
                             Span declared, Span at);
    bool check_access(const Symbol& symbol, const ast::Name& name, const Expr* object = nullptr);
    Expr* index(const ast::Index& e);
    Expr* index_of(Expr* object, const ast::List<ast::Arg>& args, Span span);
    TypeId type_named(const ast::Name& name) const;

    // ---- calls.cpp
    Expr* call(const ast::Call& e, TypeId expected);
    Expr* special_call(const ast::Call& e, bool& is_special);
    Expr* reference_equals(const ast::Call& e);
    Expr* new_parameter(const ast::New& e, TypeId type);
    Expr* new_object(const ast::New& e, TypeId expected);
    Expr* new_value(const ast::New& e, TypeId expected);
    CallArgs check_args(const ast::List<ast::Arg>& syntax, Span span,
                        const std::vector<FunctionInfo*>& candidates, bool has_self);
    Expr* call_function(FunctionInfo& f, const Target& target, CallArgs& args, Span span);
    bool pass_args(FunctionInfo& f, CallArgs& args, std::vector<Argument>& out);
    Argument pass_arg(FunctionInfo& f, const CallArgs& args, size_t i);
    Expr* left_out(FunctionInfo& f, size_t param, Span span);
    bool pass_ref(const Local& param, const ast::Arg* syntax, Expr* value, bool without_word,
                  Argument& out);
    Expr* out_variable(const ast::OutVar& e, TypeId type);
    Expr* change_properties(CallExpr* call);
    Expr* extern_result(CallExpr* call);
    Argument pass_variable(const CallArgs& args, size_t i);

    // ---- initialisers.cpp
    using MakePlace = std::function<Expr*()>;
    Expr* initialised(Expr* made, const ast::Initializer& entries);
    void add_entries(const MakePlace& object, const ast::Initializer& entries,
                     std::vector<Expr*>& effects);
    void add_member(const MakePlace& object, const ast::InitializerItem& item,
                    std::vector<Expr*>& effects);
    Expr* initialised_member(Expr* object, const ast::InitializerItem& item, bool is_read);
    MakePlace nested_place(const MakePlace& object, const ast::InitializerItem& item, Lets& indices);
    bool add_element(Expr* object, const ast::InitializerItem& item, std::vector<Expr*>& effects);
    bool is_static_member(const Expr* object, const ast::Name& name) const;

    // ---- unify.cpp
    std::optional<std::vector<TypeId>> infer(const Match& m, const CallArgs& args);
    bool learn(const Match& m, const CallArgs& args, bool is_exact,
               std::vector<TypeId>& found) const;
    FunctionInfo* inferred(FunctionInfo& f, const CallArgs& args);
    bool apply_type_args(Target& t);
    bool infer_candidates(Target& t, const CallArgs& args);

    // ---- sequences.cpp
    bool forward_to_list(Target& t);
    Expr* as_list(Expr* object, Span span);
    bool takes(FunctionInfo& f, const ast::List<ast::Arg>& args, size_t skip, Match& m) const;
    bool any_takes(const std::vector<FunctionInfo*>& functions, const ast::List<ast::Arg>& args);

    // ---- equality.cpp
    Expr* equality_member(Expr* object, std::string_view name, const CallArgs& args, Span span);

    // ---- overloads.cpp
    bool is_more_special(const Match& a, const Match& b) const;
    FunctionInfo* chosen_in_form(const std::vector<FunctionInfo*>& candidates, const CallArgs& args) const;
    FunctionInfo* pick(const std::vector<FunctionInfo*>& candidates, CallArgs& args,
                       std::string_view name, Span span);
    FunctionInfo* choose(const std::vector<FunctionInfo*>& candidates, CallArgs& args,
                         std::string_view name, Span span);
    std::vector<Match> matching(const std::vector<FunctionInfo*>& candidates, const CallArgs& args);
    bool is_applicable(const Match& m, const CallArgs& args) const;
    void prefer_derived(std::vector<Match>& applicable) const;
    void prefer_double(std::vector<Match>& applicable, const CallArgs& args) const;
    bool is_better(const Match& a, const Match& b, const CallArgs& args) const;
    Fit arg_fit(const Match& m, const CallArgs& args, size_t i) const;
    void report_no_overload(const std::vector<FunctionInfo*>& candidates, const CallArgs& args,
                            std::string_view name, Span span);
    void report_unfit(const Match& m, const CallArgs& args, std::string_view name);
    std::string signature(const FunctionInfo& f, std::string_view name) const;

    // ---- match.cpp
    bool match(FunctionInfo& f, const ast::List<ast::Arg>& syntax, size_t skip, bool is_expanded,
               Match& m, Mismatch& why) const;
    TypeId param_type(const Match& m, size_t i) const;
    void report_mismatch(const FunctionInfo& f, const CallArgs& args, const Mismatch& why,
                         std::string_view name);
    std::string counted(size_t arguments) const;
    std::string counted(const FunctionInfo& f, size_t skip) const;

    // ---- let.cpp
    Expr* bind(Expr* value, std::string_view name, Lets& lets);
    Expr* keep(Expr* value, std::string_view name, Lets& lets);
    Expr* bind_place(Expr* place, Lets& lets);
    Expr* once(Expr* value, std::string_view name, Lets& lets);
    Expr* let(const Lets& lets, Expr* body);
    Expr* sequence(std::span<Expr* const> effects, Span span);

    // ---- arrays.cpp
    Expr* array_literal(const ast::ArrayLiteral& e, TypeId expected);
    Expr* rectangular(const ast::ArrayLiteral& e, TypeId type);
    bool collect_rows(const ast::ArrayLiteral& e, TypeId type, size_t depth,
                      std::vector<int>& lengths, std::vector<Expr*>& elements);
    Expr* new_array(const ast::NewArray& e, TypeId expected);
    Expr* sized_array(const ast::Type& type, TypeId resolved, Span span);
    Expr* sized_literal(const ast::ArrayType& type, TypeId resolved, Expr* value);
    Expr* filler(const ast::Type& type, TypeId element, Span span);
    Expr* length(const ast::Expr& e);
    TypeId common_element(std::vector<Expr*>& elements, Span span);

    Checker& c_;
    Types& types_;
    FunctionInfo* info_;
    Function* function_;
    TypeInfo* owner_;
    Scope* scope_;
    bool is_static_ = true;  // no `this`
    Local* this_local_ = nullptr;  // in a lambda: that of the method around it
    // Of a lambda whose result type its returns decide: these, with values as they are.
    std::vector<ReturnStmt*>* open_returns_ = nullptr;
    bool is_top_level_ = false;
    std::string_view chain_word_;  // inside the arguments of `: base(...)`: no `this` yet
    int loops_ = 0;
    int switches_ = 0;
    int catches_ = 0;
    std::vector<Stmt*>
        pending_;  // declarations of `out` variables, to go in front of the statement

    // For the warning about writes to array parameters that nobody will see.
    struct ParamFacts {
        Span first_write;
        bool is_kept = false;
    };
    std::unordered_map<const Local*, ParamFacts> param_facts_;
    std::unordered_set<const Local*> foreach_locals_;
    std::unordered_set<const Local*> using_locals_;
    const ast::Name* called_ = nullptr;  // the member whose call is under way
    Lets* chain_ = nullptr;  // takes the `?.` links of the chain under way

    // Fields (and static fields) that stand for the automatic property they belong to.
    std::unordered_map<const Expr*, PropertyInfo*> direct_properties_;
    std::unordered_map<const Expr*, const Symbol*> readonly_fields_;  // places that are such a field
    Span written_property_;  // of the name or index that a plain assignment writes: it is not read
};

}  // namespace dream::checker
