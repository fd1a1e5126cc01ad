// The checker's program-wide state: declarations, types, conversions. What happens inside one
// function body or initialiser is in body.h. Internal to check/.
//
//   check.cpp     the order of work, `main`            convert.cpp   conversions
//   declare.cpp   syntax -> symbols                    resolve.cpp   types from syntax, constants
//   headers.cpp   fields, signatures, enums            classes.cpp   bases, overrides, layout
//   interfaces.cpp interfaces and who implements them
//   scope.cpp     lookup, suggestions                  infer.cpp     result types
//   functions.cpp bodies of functions                  order.cpp     order of static initialisers
//   function_types.cpp  function types as classes
//   params.cpp    defaults of parameters, `params`     modifiers.cpp words in front of declarations
//   unused.cpp    members and functions that nobody uses
//   params.cpp    defaults of parameters, `params`     accessors.cpp properties, declared
//   operator_functions.cpp operators of types
//   generics.cpp  forms and specialisations            bounds.cpp    `where`
//   virtual_generics.cpp virtual methods with type parameters
//   unify.cpp     inference of type arguments          equality.cpp  Equals, GetHashCode
//   objects.cpp   `object`, boxes                      library.cpp   the library, read as needed
//
// Work goes in steps, each over a Group of declarations: declare (names), resolve (bases, fields,
// signatures), check bodies. The top level is one group; a block with local types or functions is
// another, which passes through the same steps when the block is entered.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "check/check.h"
#include "check/closures.h"
#include "check/constants.h"
#include "check/symbols.h"
#include "check/typed.h"
#include "diag/diag.h"
#include "support/arena.h"

namespace dream::checker {

Access access_of(const ast::Modifiers& modifiers);
std::string_view spelling(Access access);

// Declarations that are taken through the steps together.
struct Group {
    std::vector<TypeInfo*> types;
    std::vector<FunctionInfo*> functions;
    std::vector<GlobalInfo*> globals;
    std::vector<ConstInfo*> constants;
    std::vector<Specialisation*> forms;  // of generic declarations
    std::vector<Symbol*> aliases;        // of typedefs
};

// How well an expression fits a type without a cast; higher is better.
enum class Fit : uint8_t {
    No,
    Count,     // a function by name: the number of its parameters fits, their types do not
    Text,      // to a `text` parameter of the library
    Implicit,  // by a conversion
    Exact,
};

// A real literal of undecided type keeps its digits: they are read as float or as double once.
struct UntypedLiteral : LiteralExpr {
    std::string_view digits;
    bool is_negative = false;
};

// A lambda checked for parameters of these types before its result is known, see trials.cpp.
struct LambdaTrial {
    std::vector<TypeId> params;
    Function* function = nullptr;
    std::vector<ReturnStmt*> returns;
    diag::Sink reports;
};

// A lambda, or functions of one name to choose from, until it is known which function type is wanted.
struct Target;
struct UnboundFunction : DefaultExpr {
    const ast::Lambda* lambda = nullptr;
    std::vector<TypeId> written;       // the types of its parameters, as far as it says them
    const Target* functions = nullptr;  // else
    mutable LambdaTrial* trial = nullptr;  // the last one
};

// Result, then types and kinds of the parameters.
using FunctionKey = std::pair<TypeId, std::vector<std::pair<TypeId, LocalKind>>>;

// A method called on a struct that a property gives: `whole` gets, calls and sets; if the method
// turns out to read the struct only, its body is `reading` instead. Where the property `blocked`
// cannot be set, there is `reading` alone, and a method that writes is an error.
struct PropertyCall {
    CallExpr* plain = nullptr;  // as written
    Expr* reading = nullptr;
    LetExpr* whole = nullptr;
    const PropertyInfo* blocked = nullptr;
    const Symbol* readonly = nullptr;  // likewise a field that is not to be written
    // Those of `whole`, see Checker::struct_calls.
    std::vector<std::pair<Local*, const Function*>> struct_calls;
};

class Checker : private OnDemand {
  public:
    Checker(std::span<ast::File* const> files, const Sources& sources, Types& types, Arena& arena,
            diag::Sink& sink, const CheckOptions& options)
        : files_(files),
          library_files_(options.library),
          whole_library_(options.whole_library),
          with_header_(options.with_header),
          sources(sources),
          types(types),
          arena(arena),
          sink(&sink) {}

    Program run();

    // ---- declare.cpp
    // Everything that `stmts` declare by DeclStmt (types, functions; variables and constants only at
    // the top level) becomes symbols of `scope`.
    void declare_all(const ast::List<ast::Stmt*>& stmts, Scope& scope, bool is_top_level,
                     Group& group);
    Symbol* add_symbol(Scope& scope, SymbolKind kind, std::string_view name, Span span);
    Symbol* add_const(Scope& scope, const ast::Variable& variable, Group* group);
    Scope* new_scope(Scope* parent);

    // ---- modules.cpp
    // One ModuleInfo for the library, the program, and each module; their imports.
    void make_modules();
    // After all names are declared: what each module exports and sees by bare name.
    void link_modules();
    void collect_exports(const ast::File& file, ModuleInfo& module);
    void check_exports(const ast::File& file);
    ModuleInfo& module_of(const ast::File& file) const;
    ModuleInfo* module_around(const Scope* scope) const;
    // The module that `e` names (`b`, `a.b`), unless something else is called so.
    ModuleInfo* module_named(const ast::Expr& e, const Scope* scope) const;
    // Likewise for the first parts of the name of a type; `count` becomes how many.
    ModuleInfo* module_named(const ast::NamedType& type, const Scope* scope, size_t& count) const;
    ModuleInfo* import_called(std::string_view name, const Scope* scope) const;
    // A name behind a module's; null after a report.
    Symbol* exported(const ModuleInfo& module, const ast::Name& name);
    // Reports that a bare name means nothing, or too much.
    void unknown_name(const ast::Name& name, const Scope* scope, bool is_type);
    void report_ambiguous(const Symbol& symbol, const ast::Name& name);
    // ---- accessors.cpp
    void declare_property(TypeInfo& info, const ast::Property& decl, Group& group);

    // ---- operator_functions.cpp
    FunctionInfo* declare_operator(const ast::Function& decl, TypeInfo* owner, Group& group);
    void check_operator(const FunctionInfo& info);

    // ---- headers.cpp
    void resolve(Group& group);
    void ensure_enum(TypeInfo& info);
    bool ensure_enumerator(TypeInfo& info, size_t index, Span use);
    void ensure_signature(FunctionInfo& info);
    void queue_body(FunctionInfo& info);

    // ---- resolve.cpp
    // Of a variable, field, parameter ...; `void` only as a result or behind a pointer.
    TypeId resolve_type(const ast::Type& type, Scope& scope, bool allow_void = false);
    const LiteralExpr* const_value(ConstInfo& info);
    TypeId global_type(GlobalInfo& info, Span use);
    void not_supported(std::string_view what, Span span);

    // ---- scope.cpp
    Symbol* lookup(std::string_view name, const Scope* scope) const;
    // A member of the type or of one of its bases.
    Symbol* find_member(const TypeInfo& info, std::string_view name) const;
    // All functions of that name in the type and its bases, without overridden and hidden ones.
    std::vector<FunctionInfo*> methods_named(const TypeInfo& info, std::string_view name);
    TypeInfo* info_of(TypeId type) const;
    // The library's static class with the members of a builtin type, or null.
    TypeInfo* home_of(TypeId type) const;
    bool can_access(Access access, const TypeInfo* owner, const TypeInfo* from,
                    TypeId through = {}) const;
    bool is_made_of(TypeId type, const TypeInfo& base) const;
    // The innermost type that `scope` is a part of, or null.
    TypeInfo* type_around(const Scope* scope) const;
    // Adds "did you mean" to a report, if a name is near.
    void suggest(diag::Diagnostic& report, std::string_view name, Span span,
                 const std::vector<std::string_view>& candidates) const;
    std::vector<std::string_view> visible_names(const Scope* scope, bool types_only) const;
    std::vector<std::string_view> member_names(TypeId type);

    // ---- library.cpp
    std::vector<FunctionInfo*> extensions_named(std::string_view name);

    // ---- classes.cpp
    void resolve_bases(TypeInfo& info);
    void add_object(TypeInfo& info);
    void check_structs(const Group& group);
    void check_class(TypeInfo& info);
    bool same_parameters(const Function& a, const Function& b) const;
    void order_types();

    // ---- params.cpp
    Expr* default_argument(FunctionInfo& info, size_t param);
    // ---- function_types.cpp
    TypeId function_type(TypeId result, std::vector<Local*> params);
    TypeId resolve_function_type(const ast::FuncType& type, Scope& scope);
    // Of a function type; null for all others.
    const Function* invoke_of(TypeId type) const;
    Function* function_equality(TypeId type);
    Function* make_bound_class(TypeId function, std::string_view name, TypeId target,
                               Function& invoke);
    Local* make_local(std::string_view name, TypeId type, Span span, LocalKind kind);
    Function* make_method(TypeId owner, std::string_view name, TypeId result);

    // ---- interop.cpp
    // What a pointer to a C function wants of the function that it is made of, or null.
    const Function* callback_shape(TypeId type);
    // The extern function whose first parameter is such a pointer, which it calls with the others.
    FunctionInfo* pointer_call(TypeId type);

    // ---- interfaces.cpp
    void check_interface_members(TypeInfo& info);
    void add_interface(TypeInfo& info, TypeInfo& interface, Span span);
    void implement_interfaces(TypeInfo& info);
    void check_implementation_results();
    // Whether an object of static type `from` may be of the class or interface `to`.
    bool may_be_instance(TypeId from, TypeId to) const;

    // ---- generics.cpp
    // The declaration with these arguments, made when it is first asked for by code in `from`; null
    // after a report.
    Specialisation* specialise(Generic& generic, std::vector<TypeId> args, const Scope& from,
                               Span at);
    // The type that a generic name with arguments means; Error after a report.
    TypeId specialised_type(const Symbol& symbol, const ast::List<ast::Type*>& args, Scope& from,
                            Span at);
    std::vector<TypeId> resolve_types(const ast::List<ast::Type*>& types, Scope& scope);
    bool check_type_count(const Generic& generic, size_t count, Span at);
    // Who hears of mistakes in the code of a scope: for a specialisation nobody, its form has been
    // reported on.
    diag::Sink* sink_of(const Scope* scope);
    // A function of a specialisation, whose signature and body are looked at when it is used.
    bool is_on_demand(const FunctionInfo& info) const;
    // The same of its body alone: that of a library function, too, unless its result follows from it.
    bool has_body_on_demand(const FunctionInfo& info) const;
    void queue_used(std::vector<Stmt*> stmts, std::vector<Expr*> exprs);
    void use_message_constructor();
    std::string form_text(const Generic& generic) const;

    // ---- virtual_generics.cpp
    bool is_virtual_generic(const FunctionInfo& f) const;
    // The method that calls of this one call in its place.
    Function* dispatcher_of(FunctionInfo& method);
    FunctionInfo* made_alike(FunctionInfo& candidate, const FunctionInfo& wanted);
    FunctionInfo* run_by(TypeInfo& info, FunctionInfo& wanted);
    void extend_dispatchers();
    void complete_dispatchers();
    Stmt* call_from_dispatcher(Function& f, const TypeInfo& info, FunctionInfo& run);
    void check_bounds_of_override(FunctionInfo& method, const FunctionInfo& found);
    void check_abstract_generics(const TypeInfo& info);
    void implement_generics(TypeInfo& info, TypeId interface);

    // ---- bounds.cpp
    void resolve_bounds(Specialisation& specialisation);
    bool may_bound(TypeId bound, const Bounds& before, Span at);
    void bind_parameter(Specialisation& form, size_t index, std::vector<Progress>& progress);
    void give_members_of_bounds(TypeId parameter, const Bounds& bounds);
    // Reports, at `at`, what an argument lacks. Waits until bases are known.
    bool check_bounds(Specialisation& specialisation, Span at);
    bool has_default_constructor(const TypeInfo& info) const;
    const Bounds* bounds_of(TypeId parameter) const;
    // The parameter is the other type, or its bounds lead there.
    bool is_bound_by(TypeId parameter, TypeId bound) const;

    // ---- unify.cpp
    void collect_made_of(const TypeInfo& info, const ast::TypeDecl& syntax,
                         std::set<const TypeInfo*>& found) const;
    bool unify(TypeId pattern, TypeId actual, const Specialisation& form, bool is_exact,
               std::vector<TypeId>& found) const;

    // ---- equality.cpp
    Expr* equality_call(std::string_view name, Expr* a, Expr* b, Span span);
    Expr* comparison_call(Expr* a, Expr* b, Span span);
    FunctionInfo* declared_equality(TypeId type, std::string_view name, const Expr* arg);
    FunctionInfo* library_function(std::string_view type, std::string_view name);
    Function* array_content(TypeId type, std::string_view name, Span span);
    Function* structural(TypeId type, std::string_view name);

    // ---- conversions.cpp
    void check_conversion(const FunctionInfo& info);
    std::vector<FunctionInfo*> conversions(TypeId from, TypeId to, bool is_explicit) const;

    // ---- objects.cpp
    TypeId object_type() const;
    std::string_view shown_name_in_library(const TypeInfo& info);
    FunctionInfo* object_method(std::string_view name);
    bool is_boxed_as(TypeId value, TypeId to) const;
    bool implements(TypeId value, TypeId interface) const;
    TypeInfo* struct_in_box(const TypeInfo& box) const;
    void implement_by_box(TypeInfo& box);
    Function* forwarding_of_box(const TypeInfo& box, const Function& wanted);
    TypeInfo* box_of(TypeId value);
    Expr* box(Expr* e, TypeId to);
    Expr* unbox(Expr* e, TypeId to, CastKind cast, Span span);
    Expr* test_of_object(Expr* e, TypeId test, Span span);
    Expr* object_call(std::string_view name, Expr* object, Expr* other, Span span);
    Expr* same_object(BinaryOp op, Expr* a, Expr* b, Span span);
    bool is_of_object(const Function& f) const;
    void complete_objects();

    // ---- infer.cpp
    // The result type of a function, inferred first if need be. Error while it is not known.
    TypeId result_of(FunctionInfo& info);
    // The type that values of both types fit, or invalid.
    TypeId common_type(TypeId a, TypeId b) const;

    // ---- functions.cpp
    void check_bodies();
    void check_static_fields();

    // ---- unused.cpp
    void report_unused();

    // ---- order.cpp
    void order_initialisers();
    void propagate_struct_writes();
    void settle_property_calls();

    // ---- convert.cpp (and the making of nodes)
    template <class T, class... Rest>
    T* node(TypeId type, Span span, Rest&&... rest) {
        return arena.make<T>(Expr{T::Kind, type, span}, std::forward<Rest>(rest)...);
    }
    Expr* literal(TypeId type, Span span, Constant value) {
        return node<LiteralExpr>(type, span, std::move(value));
    }
    Expr* local_ref(Local* local) { return node<LocalRefExpr>(local->type, local->span, local); }
    Stmt* return_of(Expr* value) {
        return arena.make<ReturnStmt>(Stmt{StmtKind::Return, value->span}, value);
    }
    BlockStmt* body_of(std::vector<Stmt*> body) {
        return arena.make<BlockStmt>(Stmt{StmtKind::Block, {}}, std::move(body));
    }
    Expr* error_expr(Span span) { return node<DefaultExpr>(Types::Error, span); }
    Fit fit(const Expr& e, TypeId to) const;
    // The expression as a value of type `to`, which it fits. Constants are folded.
    Expr* coerce(Expr* e, TypeId to);
    // A cast between numeric types and enums.
    Expr* numeric(Expr* e, TypeId to);
    // Gives an expression of undecided real type its type, and folds it there.
    Expr* settle(Expr* e, TypeId to);
    Expr* settle_leaf(Expr* e, TypeId to);
    Expr* settle_default(Expr* e) {
        return e->type == Types::UntypedReal ? settle(e, Types::Float) : e;
    }
    Expr* fold(BinaryExpr* e);
    // The text of a value; literals become literals.
    Expr* text_of(Expr* e);
    std::string name_of(TypeId type) const;
    bool is_library(Span span) const { return span.valid() && sources[span.source].is_library(); }

  private:
    friend class Body;

    Symbol* find(std::string_view name) override;
    void open_library();
    void read_library(const std::vector<ast::File*>& files);
    void order_library_globals();

    void add_same_method(TypeInfo& info);
    Fit fit_function(const UnboundFunction& f, TypeId to) const;
    bool takes_params_of(const FunctionInfo& f, size_t skip, const Function& invoke) const;
    Fit fit_returns(const UnboundFunction& f, const Function& invoke) const;
    void declare(const ast::Decl& decl, Scope& scope, bool is_top_level, Group& group);
    void declare_variables(const ast::Variables& decl, Scope& scope, Group& group);
    void declare_type(const ast::TypeDecl& decl, Scope& scope, Group& group);
    TypeInfo* make_type(const ast::TypeDecl& decl, Scope& scope, std::string_view name,
                        Group& group);
    FunctionInfo* make_function(const ast::Function& decl, Scope& scope, TypeInfo* owner,
                                Group& group);
    Specialisation* declare_generic(const ast::Name& name, const ast::TypeDecl* type,
                                    const ast::Function* function, Scope& scope, TypeInfo* owner,
                                    Group& group);
    Specialisation* new_specialisation(Generic& generic, std::vector<TypeId> args);
    void fill(Specialisation& specialisation, Group& group);
    void join(Group& made);
    bool is_endless(Generic& generic, const std::vector<TypeId>& args, const Scope& from, Span at);
    std::string lacking(TypeId arg, const Bounds& bounds) const;
    void declare_enum(const ast::EnumDecl& decl, Scope& scope, Group& group);
    void declare_members(TypeInfo& info, Group& group);
    void declare_fields(TypeInfo& info, const ast::Variables& decl, Group& group);
    FunctionInfo* new_function(const ast::Function& decl, Scope& scope, TypeInfo* owner);
    FunctionInfo* declare_accessor(PropertyInfo& property, bool is_getter, Group& group);
    void declare_property_field(PropertyInfo& property, Group& group);
    void check_accessors(const PropertyInfo& property);
    GlobalInfo* add_static_field(TypeInfo& info, const ast::Variable& syntax, Group& group);
    FunctionInfo* declare_function(const ast::Function& decl, Scope& scope, TypeInfo* owner,
                                   Group& group);
    void check_modifiers(const ast::Decl& decl, std::initializer_list<ast::Modifier> allowed);
    void declare_constructor(TypeInfo& info, FunctionInfo& function);

    void resolve_fields(TypeInfo& info);
    void resolve_bases_of(Group& group);
    void resolve_signature(FunctionInfo& info);
    void finish_struct(TypeInfo& info);
    bool is_always_used(const FunctionInfo& info) const;
    bool same_signature(const FunctionInfo& a, const FunctionInfo& b);
    FunctionInfo& made_with_parameters_of(const FunctionInfo& a, const FunctionInfo& b);
    Local* resolve_param(FunctionInfo& info, const ast::Param& param, size_t index);
    void check_signature(const FunctionInfo& info);
    void check_params(const FunctionInfo& info);
    void check_extern(FunctionInfo& info);
    void check_duplicates(const std::vector<FunctionInfo*>& functions);
    void add_implicit_constructors(TypeInfo& info);
    void check_override(FunctionInfo& method);
    Function* find_implementing(const TypeInfo& info, const Function& wanted);
    void find_main();
    void complete_returns(Stmt& body);
    void finish_main(FunctionInfo& info);

    TypeId resolve_named(const ast::NamedType& type, Scope& scope);
    TypeId resolve_c_function(const ast::Typedef& alias, Scope& scope);
    void resolve_alias(Symbol& symbol);
    void check_alias(const Symbol& symbol);
    bool is_lent(TypeId type) const;
    bool is_exportable(TypeId type) const;
    void make_c_exports(const ast::File& file);
    void make_c_export(FunctionInfo& info);
    bool is_for_c(TypeId type) const;
    bool collect_results(FunctionInfo& info);

    std::span<ast::File* const> files_;
    LibraryFiles* const library_files_;
    const bool whole_library_;
    const bool with_header_;

  public:
    const Sources& sources;
    Types& types;
    Arena& arena;
    diag::Sink* sink;  // a sink that nobody reads while result types are inferred
    bool is_quiet = false;  // see Quiet
    Program program;

    Scope* library = nullptr;
    Scope* user = nullptr;
    const Function* top_level = nullptr;
    bool has_main = false;
    // The function a local type or function declaration has been made into: a block may be checked
    // more than once (inference), its declarations are made once.
    // One set of them for each specialisation.
    std::map<std::pair<const void*, const Specialisation*>, Scope*> block_scopes;
    std::unordered_map<TypeId, TypeInfo*> type_infos;
    std::map<FunctionKey, TypeInfo*> function_types;
    // The function value that a function stands for as one of that type, where it needs no object.
    std::map<std::pair<const Function*, TypeId>, Function*> static_values;
    // Of pointers to C functions.
    std::map<TypeId, Function*> callback_shapes_;
    std::map<TypeId, FunctionInfo*> pointer_calls_;
    // The constructor of the values that a method bound to an object stands for; true: not virtual.
    std::map<std::tuple<const Function*, TypeId, bool>, Function*> bound_values;
    std::unordered_map<std::string_view, std::vector<FunctionInfo*>> extensions;
    std::vector<TypeInfo*> all_types;           // in order of declaration
    std::vector<FunctionInfo*> pending_bodies;  // still to be checked
    // Functions of the library whose bodies nothing has asked for so far, forms among them.
    std::unordered_map<const ast::Function*, FunctionInfo*> waiting_bodies;
    std::vector<FunctionInfo*> inferring;       // the functions whose results are being worked out
    bool is_inferring = false;
    // Methods that implement one of an interface: results are compared when all are known.
    struct Implemented {
        const TypeInfo* type;
        Function* method;
        Function* wanted;
    };
    std::vector<Implemented> implemented;
    std::unordered_map<int32_t, ModuleInfo*> modules;  // by file
    // Calls of struct methods on variables: the variable is written if the method writes `this`.
    std::vector<std::pair<Local*, const Function*>> struct_calls;
    std::vector<PropertyCall> property_calls;
    // Which function a call in a generic form means: its specialisations mean the same.
    std::unordered_map<const void*, const ast::Function*> choices;
    // Calls in generic forms of the Equals or GetHashCode that every type has.
    std::unordered_set<const void*> equality_calls;
    std::unordered_map<const Function*, FunctionInfo*> function_infos;
    diag::Sink* real_sink = nullptr;
    diag::Sink silent;  // of specialisations; an error in it alone is one of the checker
    std::unordered_set<std::string> unsupported_;  // constructs already reported, by file

    // The group that is being resolved, and how far it has got: what it asks for joins it.
    enum class Stage : uint8_t { None, Bases, Fields, Signatures };
    struct Dispatcher {
        FunctionInfo* method;
        Function* function;
        std::vector<std::pair<TypeInfo*, FunctionInfo*>> cases;
        size_t seen = 0;  // of all_types
    };
    std::vector<Dispatcher> dispatchers_;
    size_t checked_types_ = 0;  // of all_types, whose static fields are checked
    Group* resolving_ = nullptr;
    Stage stage_ = Stage::None;
    struct PendingBounds {
        Specialisation* specialisation;
        Span at;
        diag::Sink* sink;
    };
    std::vector<PendingBounds> pending_bounds_;
    std::map<std::pair<TypeId, std::string_view>, Function*> equality_functions_;
    std::unordered_map<TypeId, std::pair<const Specialisation*, size_t>> parameters_;
};

// While it lives, reports go nowhere and what is made is thrown away.
class Quiet {
  public:
    explicit Quiet(Checker& checker)
        : checker_(checker), before_(checker.sink), was_quiet_(checker.is_quiet) {
        checker.sink = &nowhere_;
        checker.is_quiet = true;
    }
    ~Quiet() {
        checker_.sink = before_;
        checker_.is_quiet = was_quiet_;
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

  private:
    Checker& checker_;
    diag::Sink* before_;
    bool was_quiet_;
    diag::Sink nowhere_;
};

}  // namespace dream::checker
