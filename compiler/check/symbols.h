// What names mean while a program is checked: scopes, the symbols in them, and what the checker
// knows about a type or function besides what typed.h keeps. All of it lives in the checker's arena.
#pragma once

#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ast/ast.h"
#include "check/typed.h"

namespace dream::checker {

using namespace typed;

struct ConstInfo;
struct FunctionInfo;
struct Generic;
struct GlobalInfo;
struct ModuleInfo;
struct PropertyInfo;
struct Specialisation;
struct TypeInfo;

enum class Access : uint8_t { Public, Protected, Private };

enum class SymbolKind : uint8_t {
    Local,
    Global,  // a top-level variable or a static field
    Const,
    Functions,  // all functions of one name in one scope
    Type,
    Field,  // of a class or struct
    Property,
    Enumerator,
    Ambiguous,  // imported modules export several things of that name
};

struct Scope;

// One name of one scope. Only the members of its kind are set.
struct Symbol {
    SymbolKind kind;
    std::string_view name;
    Span span;
    TypeInfo* owner = nullptr;  // of a member
    Access access = Access::Public;
    bool is_mentioned = false;  // a function or field that some code names
    bool is_readonly = false;   // a field that constructors and its initial value alone assign

    Local* local = nullptr;
    const Function* home = nullptr;  // the function that a local belongs to
    bool is_foreach = false;         // a local that a foreach binds: not to be written
    GlobalInfo* global = nullptr;
    ConstInfo* constant = nullptr;
    PropertyInfo* property = nullptr;
    std::vector<FunctionInfo*> functions;
    TypeId type;               // Type; Error after a report
    TypeInfo* info = nullptr;  // Type, if it is declared in Dream
    std::vector<Symbol*> choices;  // Ambiguous
    Generic* generic = nullptr;  // Type with parameters: `type` and `info` are unset
    const ast::Typedef* alias = nullptr;  // Type: until its `type` is resolved
    Scope* scope = nullptr;               // Type of a typedef: where it is declared
    int index = 0;             // Field: among its owner's own fields; Enumerator: likewise
};

// Declares what a scope is asked for and has not read so far.
class OnDemand {
  public:
    // Null: there is nothing of that name.
    virtual Symbol* find(std::string_view name) = 0;

  protected:
    ~OnDemand() = default;
};

struct Scope {
    Scope* parent = nullptr;
    TypeInfo* type = nullptr;  // the scope of the members of a type
    ModuleInfo* module = nullptr;  // the top level of that module
    Specialisation* specialisation = nullptr;  // the innermost that this is a part of
    std::unordered_map<std::string_view, Symbol*> names;
    OnDemand* unread = nullptr;  // the library's: what has more names

    Symbol* find(std::string_view name) const {
        auto it = names.find(name);
        if (it != names.end()) return it->second;
        return unread ? unread->find(name) : nullptr;
    }
};

// One `import`: the module and the name that it has here.
struct ImportInfo {
    std::string_view name;  // "a.b"
    ModuleInfo* module = nullptr;
};

// The files that share one top-level scope: the library, the program, or a module.
struct ModuleInfo {
    std::string_view name;  // "" for the library and the program
    Scope* scope = nullptr;
    std::vector<ImportInfo> imports;
    std::unordered_map<std::string_view, Symbol*> exports;
    std::unordered_map<std::string_view, Symbol*> imported;  // what others export, by bare name

    Symbol* find_imported(std::string_view name) const {
        auto it = imported.find(name);
        return it == imported.end() ? nullptr : it->second;
    }
};

// How far something that is worked out on demand has got.
enum class Progress : uint8_t { NotStarted, Running, Done };

struct ConstInfo {
    std::string_view name;
    Span span;
    const ast::Type* type = nullptr;
    const ast::Expr* value = nullptr;
    Scope* scope = nullptr;
    Progress progress = Progress::NotStarted;
    LiteralExpr* literal = nullptr;  // null after an error
};

struct GlobalInfo {
    Global* global = nullptr;
    const ast::Variable* syntax = nullptr;
    Scope* scope = nullptr;
    Progress progress = Progress::NotStarted;  // of its type
    bool is_library = false;
};

struct FieldInfo {
    const ast::Variable* syntax = nullptr;
    Symbol* symbol = nullptr;
    bool is_of_property = false;
};

struct TypeInfo {
    TypeId type;
    std::string_view name;
    Span span;
    const ast::TypeDecl* syntax = nullptr;  // exactly one of both is set
    const ast::EnumDecl* enum_syntax = nullptr;
    Scope* scope = nullptr;  // of its members; the parent is where it is declared
    TypeInfo* base = nullptr;
    std::vector<TypeInfo*> interfaces;  // that the declaration names
    bool is_library = false;
    bool is_static = false;
    bool is_abstract = false;
    bool is_sealed = false;
    bool is_interface = false;  // then `class_` is set
    Progress headers = Progress::NotStarted;  // bases; of an enum: values
    std::vector<Progress> enumerators;        // of an enum: which values are worked out
    bool is_checked = false;                  // overrides and virtual table are done
    Class* class_ = nullptr;
    Struct* struct_ = nullptr;
    std::vector<FieldInfo> fields;           // not static, in order
    std::vector<GlobalInfo*> static_fields;  // in order
    std::vector<FunctionInfo*> methods;      // static ones too
    std::vector<FunctionInfo*> constructors;
    std::vector<PropertyInfo*> indexers;
    std::vector<FunctionInfo*> operators;
    FunctionInfo* destructor = nullptr;
    // Function types only: their method Invoke, and what compares two values (made when needed).
    FunctionInfo* invoke = nullptr;
    Function* equality = nullptr;
};

// What a parameter is when the call leaves it out.
struct DefaultInfo {
    const ast::Expr* syntax = nullptr;  // null: it has no default
    Progress progress = Progress::NotStarted;
    Expr* value = nullptr;  // a literal or DefaultExpr; null before it is asked for
};

struct FunctionInfo {
    Function* function = nullptr;
    const ast::Function* syntax = nullptr;  // null: an implicit constructor
    Scope* scope = nullptr;                 // around its parameters
    TypeInfo* owner = nullptr;
    Access access = Access::Public;
    bool is_static = false;
    bool is_sealed = false;
    bool is_extension = false;      // library: the first parameter may stand in front of the `.`
    bool is_inferred = false;       // the result type comes from the return statements
    bool results_disagree = false;  // no type fits all return statements
    Progress result = Progress::Done;
    std::vector<bool> is_text;         // library: parameter i takes the text of any value
    std::vector<DefaultInfo> defaults;  // one a parameter
    bool has_params_array = false;      // the last parameter is `params T[]`
    FunctionInfo* chains_to = nullptr;  // a constructor: the one that `: this(...)` calls
    FunctionInfo* forwards = nullptr;  // an implicit constructor: the base's that it calls
    PropertyInfo* property = nullptr;  // of an accessor
    std::string_view shown_name;       // how the source spells its name
    Generic* generic = nullptr;        // the form of a generic function
    bool has_signature = false;        // parameters and result are resolved
    bool is_queued = false;            // its body is checked or will be
};

// ---- generics ------------------------------------------------------------------------------------

// What `where` says of one type parameter.
struct Bounds {
    bool is_class = false;
    bool is_struct = false;
    bool has_new = false;
    std::vector<TypeId> types;  // base class and interfaces, in terms of the specialisation's scope
};

// One set of arguments for the parameters of a generic declaration, and what it makes of it. The
// names of the parameters are symbols of `scope`, whose parent is the scope of the declaration: to
// substitute is to look a name up.
struct Specialisation {
    Generic* generic = nullptr;
    std::vector<TypeId> args;
    Scope* scope = nullptr;
    // The form: every parameter (also of generic declarations around it) stands for itself. Its
    // code is what mistakes are reported of.
    bool is_form = false;
    // Some argument is not a real type: nothing is made of its bodies.
    bool is_open = false;
    bool has_bounds = false;     // `bounds` are resolved
    std::vector<Bounds> bounds;  // one a parameter
    TypeInfo* type = nullptr;
    FunctionInfo* function = nullptr;
    const Specialisation* cause = nullptr;  // whose code asked for it first
};

struct Generic {
    std::string_view name;
    Span span;
    const ast::TypeDecl* type_syntax = nullptr;  // exactly one of both is set
    const ast::Function* function_syntax = nullptr;
    Scope* scope = nullptr;  // around the declaration
    TypeInfo* owner = nullptr;
    Specialisation* form = nullptr;
    std::map<std::vector<TypeId>, Specialisation*> made;
    bool is_endless = false;  // reported

    const ast::List<ast::TypeParam>& params() const {
        return type_syntax ? type_syntax->type_params : function_syntax->type_params;
    }
    const ast::List<ast::Constraint>& constraints() const {
        return type_syntax ? type_syntax->constraints : function_syntax->constraints;
    }
};

// A property or indexer: a pair of accessor functions, `get_P` and `set_P`, and for an automatic one
// the field between them.
struct PropertyInfo {
    std::string_view name;  // of an indexer: `this`
    Span span;
    const ast::Property* syntax = nullptr;
    TypeInfo* owner = nullptr;
    Access access = Access::Public;
    bool is_static = false;
    FunctionInfo* getter = nullptr;  // at least its signature, see has_getter
    FunctionInfo* setter = nullptr;  // null: read only
    bool has_getter = false;
    Symbol* field = nullptr;       // of an automatic one, in no scope
    GlobalInfo* global = nullptr;  // of an automatic static one
    // Of an indexer of the library: see Body::place_behind.
    Expr* place = nullptr;
    Progress place_progress = Progress::NotStarted;

    bool is_indexer() const { return syntax->is_indexer; }
    bool is_auto() const { return field || global; }
    // Reading and writing is reading and writing the field.
    bool is_direct() const { return is_auto() && !getter->function->is_virtual; }
};

// Of the two accessors of one property, the one that mistakes of the property are not reported for.
inline bool is_second_accessor(const FunctionInfo& info) {
    return info.property && info.property->has_getter && &info != info.property->getter;
}

}  // namespace dream::checker
