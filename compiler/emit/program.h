// What the emission of all functions shares: the C names of the module, the C texts of types, and
// the helper functions that were asked for on the way, which types.cpp then writes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "emit/emit.h"
#include "emit/literals.h"
#include "emit/names.h"
#include "ir/ir.h"
#include "support/id_set.h"

namespace dream::emit {

class Program {
  public:
    Program(const ir::Module& m, const Options& o);

    const ir::Module& module;
    const Types& types;
    const Options& options;
    Names names{Names::Scope::File};
    Literals literals;

    // ---- names and types (program.cpp) ----

    const std::string& type_name(TypeId type);
    // "char*", "Person*"; `declare` puts the name behind it: "char* name".
    std::string c_type(TypeId type);
    std::string declare(TypeId type, const std::string& name) { return c_type(type) + " " + name; }
    std::string c_param(Signature::Param param);
    const std::string& function_name(ir::FunctionId id) const { return function_names_[index(id)]; }
    // As the user knows it: "Person.GetDescription", "new Person", "main".
    std::string title(ir::FunctionId id) const;
    // The last part of the path of the source.
    std::string_view file_name(Span span) const;
    const std::string& global_name(ir::GlobalId id) const { return global_names_[index(id)]; }
    // The member of a class or struct value: "name", "base.name".
    std::string field_path(TypeId type, int index);
    // Its last part: the field itself, by index over all fields of `type`.
    const std::string& field_name(TypeId type, int index);
    // The name of an enumerator with this value, or "".
    std::string enumerator(TypeId type, int64_t value);
    // "Person_id", "DR_ARRAY_INT", "Point_array_id".
    std::string type_id(TypeId type);
    std::string array_id(TypeId element);
    // "Person_type", a dr_type or, with virtual methods, a struct that begins with one.
    std::string type_object(TypeId type);
    // The address of its dr_type.
    std::string type_address(TypeId type);
    void describe(TypeId type);
    // As #include of the headers that declare these functions.
    // The immortal object that is the one instance of a class without fields.
    std::string instance(TypeId type);
    void need_header_of(std::string_view c_function);

    // ---- ownership (ownership.cpp) ----

    // What holds one more unit of `value` of `type`.
    std::string retain(TypeId type, const std::string& value);
    // The statement, without `;`, that gives up the unit in the variable `place`.
    std::string release(TypeId type, const std::string& place, bool is_immediate = false);
    // Which release of the runtime's a class or interface wants: "object", "cyclic", "any".
    std::string_view release_kind(TypeId type) const;
    // An instance is of this class itself, and its end runs neither a destructor nor the collector.
    bool dies_quietly(TypeId type) const;
    // What dies quietly and holds only strings and such instances may wait, when it dies, for the
    // next `new` of its class ([lazy] in dream/object.h).
    bool is_lazy(TypeId type);
    // A class instance or array from which a cycle may be reached through counted references.
    bool may_hold_cycle(TypeId type) const;
    // Whether every reference in a class's or struct's fields is one that may_hold_cycle.
    bool is_traced_whole(TypeId type) const;
    std::string zero(TypeId type, bool is_initialiser);

    // ---- questions to values of a type ----

    std::string equals(TypeId type, const std::string& a, const std::string& b);
    std::string is_instance(const std::string& object, TypeId type);
    std::string enum_text(TypeId type, const std::string& value);

    // ---- virtual methods (methods.cpp) ----

    const ir::Class* class_of(TypeId type) const;
    // The class whose method table introduces the slot that `f` fills; its own class otherwise.
    TypeId receiver_class(ir::FunctionId f) const;
    TypeId slot_owner(TypeId type, int slot) const;
    // "Animal_methods_of(animal)->Speak".
    std::string slot(TypeId type, int slot, const std::string& object);
    const std::string& slot_name(TypeId owner, int slot);
    // A method that fills the slot; invalid: no class has one.
    ir::FunctionId first_method(TypeId owner, int slot) const;
    bool is_slot_called(TypeId owner, int slot) const { return called_slots_.count({owner, slot}) != 0; }
    // The one function that every class has for the method of the interface, if there is just one;
    // else "Shape_Area", which asks the receiver for its class.
    ir::FunctionId only_implementation(TypeId interface, int slot) const;
    const std::string& dispatcher(TypeId interface, int slot);
    ir::FunctionId any_implementation(TypeId interface, int slot) const;
    // The class whose method table the objects of `type` lead to; invalid: a bare dr_type. Known
    // when all functions have been emitted.
    TypeId table_of(TypeId type) const;

    // ---- what was asked for ----

    IdSet<TypeId> mentioned;      // classes and structs whose definition is needed
    IdSet<TypeId> described;      // classes that have a type object, bases with them
    IdSet<TypeId> instantiated;   // classes of which the program or the runtime makes objects
    IdSet<TypeId> instances;      // classes whose one immortal instance is used
    IdSet<TypeId> struct_arrays;  // structs that are elements of arrays made here
    IdSet<TypeId> released;       // classes with a T_release
    IdSet<TypeId> struct_retains, struct_releases, struct_traces, struct_equals;
    IdSet<TypeId> tested;                          // classes and interfaces with a T_is
    std::set<std::pair<TypeId, int>> dispatchers;  // methods of interfaces that are called
    IdSet<TypeId> enum_texts;
    IdSet<TypeId> method_tables;  // introducing classes with a T_methods_of
    std::set<std::string> headers;
    std::vector<std::string> string_switches;  // helper functions, in order of need
    bool needs_literal_table = false;          // String.Intern looks for literals
    std::vector<TypeId> opaque;                // structs of C that are only pointed to
    IdSet<TypeId> forward_structs;             // that the following mention
    std::string function_typedefs;             // of pointers to C functions

    // "Person_release": names of this form are claimed with the type.
    std::string member(TypeId type, std::string_view suffix) { return type_name(type) + "_" + std::string(suffix); }

  private:
    std::string function_type(TypeId type);
    bool is_defined(TypeId type) const;
    std::string module_prefix(Span span) const;
    std::string claim_with_module(const std::string& name, Span span);
    void claim_type(TypeId type);
    void claim_functions();
    void claim_globals();
    void claim_dispatchers();
    void mention(TypeId type);
    const std::vector<std::string>& slot_names(const ir::Class& c);

    template <class Tag>
    static size_t index(Id<Tag> id) {
        return static_cast<size_t>(id.index);
    }

    // By type, function or global:
    std::vector<std::string> type_names_;  // "": not claimed yet
    std::vector<std::string> function_names_;
    std::vector<std::string> global_names_;
    std::vector<std::vector<std::string>> field_names_;  // own fields
    std::vector<const ir::Class*> classes_;              // null: it is none
    std::vector<TypeId> receivers_;  // invalid: of a function that fills no slot
    std::vector<std::optional<bool>> lazy_;
    IdSet<TypeId> defined_structs_;

    std::map<TypeId, std::vector<std::string>> enumerators_;
    std::map<TypeId, std::vector<std::string>> slot_names_;  // of the whole table
    // What fills a slot in the first class that has a method there, by the class that introduces it.
    std::map<std::pair<TypeId, int>, ir::FunctionId> first_methods_;
    std::map<std::pair<TypeId, int>, std::string> dispatcher_names_;  // of methods of interfaces
    std::set<std::pair<TypeId, int>> called_slots_;          // by the class that introduces them
    IdSet<TypeId> function_types_;                           // those in `function_typedefs`
};

// ---- parts of the file (types.cpp, methods.cpp, ownership.cpp) ----

// Classes that the runtime throws are described, if the program can tell or has methods of theirs.
void complete_fault_types(Program& p);
// The method tables of the classes that introduce methods which are called.
std::string method_tables(Program& p);
// The functions that choose a method of an interface by the class of the receiver.
std::string dispatchers(Program& p);
// Whether an object is of a class that implements the interface.
std::string interface_test(Program& p, TypeId interface);
// The initialisers of the slots of an object of `type`, each on a line of its own.
std::string method_initialisers(Program& p, TypeId type);
// T_release, P_equals, drop and trace functions and the like, callees first.
std::string helper_definitions(Program& p);
// One struct or class, and those that it holds by value before it; one enum.
std::string struct_definition(Program& p, TypeId type, IdSet<TypeId>& defined);
std::string enum_definition(Program& p, TypeId type);
// Enums, type ids, structs: to be asked last, when it is known what is needed.
std::string type_definitions(Program& p);
// The dr_type of every class and array type.
std::string type_objects(Program& p);
// The immortal instances of classes without fields.
std::string instance_definitions(Program& p);
// The table of them that dr_init is given.
std::string type_table(Program& p);
bool has_fault_types(Program& p);
// The table of functions that may call themselves; "" if there are none.
std::string recursion_table(const Program& p);

// "char* Person_GetDescription(Person* this)"; names of parameters as `params` says.
std::string function_head(Program& p, ir::FunctionId id, const std::vector<std::string>& params);

}  // namespace dream::emit
