// The types of a program, interned: two types are the same iff their ids are. Nominal types
// (class, struct, enum) carry the facts that later phases need without the syntax: fields, base,
// destructor. Queries about ownership (`is_counted`, `may_form_cycle`, `reaches_destructor`)
// rely on a closed world and are asked only after every declaration has been added.
#pragma once

#include <compare>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source/source.h"
#include "support/id.h"
#include "support/store.h"

namespace dream {

using TypeId = Id<struct TypeTag>;

enum class TypeKind : uint8_t {
#define BUILTIN(name, text, c_text, size) name,
#define CONSTRUCTED(name) name,
#include "types/builtin_types.def"
};

struct Field {
    std::string_view name;
    TypeId type;
    Span span;
    bool is_frozen = false;  // of a class, set by rc/freeze: no store to it closes a cycle
};

struct Enumerator {
    std::string_view name;
    int32_t value = 0;
    Span span;
};

// A class, interface, struct or enum declaration. An interface is of kind Class: a value of its type
// is a counted reference as well, to an instance of a class that implements it.
struct Nominal {
    std::string_view name;
    std::string_view shown_name;  // in messages and as text, where the library stands for a type
    Span span;                    // of the name
    bool is_library = false;
    TypeId base;                // classes only; invalid for a root
    std::vector<Field> fields;  // own instance fields in order of declaration
    std::vector<Enumerator> enumerators;
    std::vector<TypeId> interfaces;  // that the declaration names
    std::vector<TypeId> derived;     // what names this type as its base or among its interfaces
    bool is_abstract = false;
    bool is_interface = false;
    bool has_destructor = false;  // declares ~T itself

    // Of generic declarations. A type parameter is a type of its own while the generic form is
    // checked: a struct without fields, or a class if its bounds say so. It and what is made of it
    // are open: no value of an open type ever exists.
    bool is_parameter = false;
    bool is_open = false;
    int nesting = 0;  // how deep its arguments nest: 1 of List<int>, 2 of List<List<int>>
};

// The type of a function of C. Two are the same iff results and parameters are.
struct Signature {
    struct Param {
        TypeId type;
        bool by_ref = false;
        auto operator<=>(const Param&) const = default;
    };
    std::string_view name;  // of the first typedef that says it
    Span span;              // of this name
    TypeId result;
    std::vector<Param> params;
};

class Types {
  public:
    Types();

    static constexpr TypeId builtin(TypeKind kind) { return TypeId(static_cast<int32_t>(kind)); }
#define BUILTIN(name, text, c_text, size) static constexpr TypeId name = TypeId(static_cast<int32_t>(TypeKind::name));
#include "types/builtin_types.def"
    // Of a real constant whose context has not decided between float and double yet (ruling: real
    // constants). Lives inside the checker only; no finished tree has it. Its kind is Error.
    static constexpr TypeId UntypedReal = TypeId(static_cast<int32_t>(TypeKind::Array));
    // Of a lambda or the name of a function where a function value is meant whose type the context
    // has still to give. Likewise inside the checker only.
    static constexpr TypeId UntypedFunction = TypeId(UntypedReal.index + 1);

    // ---- construction ----
    TypeId array_of(TypeId element, int rank = 1);
    TypeId pointer_to(TypeId element);
    TypeId function_of(Signature signature);
    // A new type of kind Class, Struct or Enum; its facts are filled in through `nominal`.
    TypeId add_nominal(TypeKind kind, std::string_view name, Span span);
    void set_base(TypeId derived, TypeId base);
    void add_interface(TypeId type, TypeId interface);
    // The bounds of a type parameter say that it is a class.
    void bound_to_class(TypeId parameter);

    // ---- structure ----
    TypeKind kind(TypeId id) const { return types_[id].kind; }
    bool is(TypeId id, TypeKind k) const { return id.valid() && kind(id) == k; }
    TypeId element(TypeId id) const { return types_[id].element; }  // of an array or pointer
    int rank(TypeId id) const { return types_[id].rank; }           // of an array: [] is 1, [,] is 2
    Nominal& nominal(TypeId id) { return nominals_[static_cast<size_t>(types_[id].nominal)]; }
    const Nominal& nominal(TypeId id) const { return nominals_[static_cast<size_t>(types_[id].nominal)]; }
    const Signature& signature(TypeId id) const { return signatures_.at(id); }  // of a Function
    bool is_function_pointer(TypeId id) const {
        return is(id, TypeKind::Pointer) && kind(element(id)) == TypeKind::Function;
    }
    bool is_nominal(TypeId id) const { return types_[id].nominal >= 0; }
    // A type parameter, or a type made of one.
    bool is_open(TypeId id) const;
    bool is_parameter(TypeId id) const { return is_nominal(id) && nominal(id).is_parameter; }
    // Of a value type or a class: a parameter without bounds may be either.
    bool is_class_parameter(TypeId id) const {
        return is_parameter(id) && kind(id) == TypeKind::Class;
    }
    int nesting(TypeId id) const;
    size_t size() const { return types_.size(); }

    bool is_integer(TypeId id) const;   // char byte int long
    bool is_real(TypeId id) const;      // float double
    bool is_numeric(TypeId id) const { return is_integer(id) || is_real(id); }
    bool is_nullable(TypeId id) const;  // string, array, class, pointer
    bool is_interface(TypeId id) const { return is(id, TypeKind::Class) && nominal(id).is_interface; }
    // `type` is `base`, derives from it or implements it.
    bool is_subclass(TypeId type, TypeId base) const;
    // Every interface that the type, its bases or their interfaces name, each once.
    std::vector<TypeId> all_interfaces(TypeId id) const;
    // A field of a class or of one of its bases by index over all of them, bases first.
    std::vector<Field> all_fields(TypeId id) const;
    // How many there are, and one of them.
    int field_count(TypeId id) const;
    Field& field(TypeId id, int index);
    const Field& field(TypeId id, int index) const { return const_cast<Types*>(this)->field(id, index); }
    // The class that declares the field.
    TypeId field_owner(TypeId id, int index) const;

    // Bytes that a value takes in C on a machine with 64-bit pointers; of what C sees alike.
    struct Layout {
        int64_t size = 0;
        int64_t align = 1;
    };
    Layout layout(TypeId id) const;

    // ---- ownership ----
    // A reference-counted pointer: string, array or class.
    bool is_counted(TypeId id) const;
    // A value that owns references: counted itself, or a struct with such a field.
    bool owns_references(TypeId id) const;
    // A class of which an instance (or one of a subclass) can reach itself through its fields: not
    // through frozen ones alone. Asked only when no field changes any more.
    bool may_form_cycle(TypeId id) const { return is(id, TypeKind::Class) && reach(id).may_form_cycle; }
    // Every field of every class is frozen; those of the classes that a `type` reaches are not.
    void freeze_all();
    void thaw_reachable(TypeId type);
    // Releasing a value of this static type may run a destructor (of a subclass or field too).
    bool reaches_destructor(TypeId id) const { return owns_references(id) && reach(id).destructor; }

    // As the user writes it: "int[,]", "Person".
    std::string text(TypeId id) const;

  private:
    struct Type {
        TypeKind kind;
        TypeId element;
        int rank = 0;
        int nominal = -1;
    };

    // What the objects that hang on a value may be.
    struct Reach {
        bool destructor = false;      // some have one
        bool may_form_cycle = false;  // the value itself may lie on a cycle of them
    };

    template <class Visit>
    void for_each_edge(TypeId type, Visit&& visit) const;
    void add_reachable_classes(TypeId type, std::vector<bool>& seen) const;
    const Reach& reach(TypeId id) const {
        if (reach_.size() != types_.size()) find_reach();
        return reach_[static_cast<size_t>(id.index)];
    }
    void find_reach() const;
    void mark_may_form_cycle(TypeId type) const;

    Store<TypeId, Type> types_;
    std::deque<Nominal> nominals_;
    std::map<std::pair<TypeId, int>, TypeId> arrays_;
    std::map<TypeId, TypeId> pointers_;
    std::map<std::pair<TypeId, std::vector<Signature::Param>>, TypeId> functions_;
    std::map<TypeId, Signature> signatures_;
    mutable std::vector<Reach> reach_;  // by type; empty until somebody asks
};

}  // namespace dream
