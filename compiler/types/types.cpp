// Interning of types, and the closed-world questions about ownership.
#include "types/types.h"

#include <algorithm>
#include <utility>

#include "support/check.h"
#include "support/components.h"

namespace dream {

Types::Types() {
#define BUILTIN(name, text, c_text, size) types_.add({TypeKind::name, {}, 0, -1});
#include "types/builtin_types.def"
    // UntypedReal and UntypedFunction: the indices behind the builtin ones.
    types_.add({TypeKind::Error, {}, 0, -1});
    types_.add({TypeKind::Error, {}, 0, -1});
}

TypeId Types::array_of(TypeId element, int rank) {
    auto [it, is_new] = arrays_.try_emplace({element, rank});
    if (is_new) it->second = types_.add({TypeKind::Array, element, rank, -1});
    return it->second;
}

TypeId Types::pointer_to(TypeId element) {
    auto [it, is_new] = pointers_.try_emplace(element);
    if (is_new) it->second = types_.add({TypeKind::Pointer, element, 0, -1});
    return it->second;
}

TypeId Types::function_of(Signature signature) {
    auto [it, is_new] = functions_.try_emplace({signature.result, signature.params});
    if (!is_new) return it->second;
    it->second = types_.add({TypeKind::Function, {}, 0, -1});
    signatures_[it->second] = std::move(signature);
    return it->second;
}

TypeId Types::add_nominal(TypeKind kind, std::string_view name, Span span) {
    nominals_.push_back({});
    nominals_.back().name = name;
    nominals_.back().span = span;
    return types_.add({kind, {}, 0, static_cast<int>(nominals_.size()) - 1});
}

void Types::set_base(TypeId derived, TypeId base) {
    nominal(derived).base = base;
    if (!is_open(derived)) nominal(base).derived.push_back(derived);
}

void Types::bound_to_class(TypeId parameter) { types_[parameter].kind = TypeKind::Class; }

bool Types::is_open(TypeId id) const {
    while (types_[id].element.valid()) id = types_[id].element;
    return is_nominal(id) && nominal(id).is_open;
}

int Types::nesting(TypeId id) const {
    int depth = 0;
    for (; types_[id].element.valid(); id = types_[id].element) ++depth;
    return depth + (is_nominal(id) ? nominal(id).nesting : 0);
}

void Types::add_interface(TypeId type, TypeId interface) {
    nominal(type).interfaces.push_back(interface);
    if (!is_open(type)) nominal(interface).derived.push_back(type);
}

bool Types::is_integer(TypeId id) const {
    return id == Char || id == Byte || id == Int || id == Long;
}

bool Types::is_real(TypeId id) const { return id == Float || id == Double; }

bool Types::is_nullable(TypeId id) const {
    return is_counted(id) || id == Null || kind(id) == TypeKind::Pointer;
}

bool Types::is_subclass(TypeId type, TypeId base) const {
    for (; type.valid(); type = nominal(type).base) {
        if (type == base) return true;
        if (kind(type) != TypeKind::Class) return false;
        if (!is_interface(base)) continue;
        for (TypeId interface : nominal(type).interfaces)
            if (is_subclass(interface, base)) return true;
    }
    return false;
}

std::vector<TypeId> Types::all_interfaces(TypeId id) const {
    std::vector<TypeId> found;
    if (nominal(id).base.valid()) found = all_interfaces(nominal(id).base);
    auto add = [&](TypeId interface) {
        if (std::find(found.begin(), found.end(), interface) == found.end())
            found.push_back(interface);
    };
    for (TypeId interface : nominal(id).interfaces) {
        for (TypeId above : all_interfaces(interface)) add(above);
        add(interface);
    }
    return found;
}

std::vector<Field> Types::all_fields(TypeId id) const {
    std::vector<Field> fields;
    if (nominal(id).base.valid()) fields = all_fields(nominal(id).base);
    fields.insert(fields.end(), nominal(id).fields.begin(), nominal(id).fields.end());
    return fields;
}

int Types::field_count(TypeId id) const {
    size_t count = 0;
    for (; id.valid(); id = nominal(id).base) count += nominal(id).fields.size();
    return static_cast<int>(count);
}

TypeId Types::field_owner(TypeId id, int index) const {
    int inherited = field_count(nominal(id).base);
    for (; index < inherited; inherited -= static_cast<int>(nominal(id).fields.size())) id = nominal(id).base;
    return id;
}

Field& Types::field(TypeId id, int index) {
    Nominal& owner = nominal(field_owner(id, index));
    return owner.fields[static_cast<size_t>(index - field_count(owner.base))];
}

Types::Layout Types::layout(TypeId id) const {
    switch (kind(id)) {
#define BUILTIN(name, text, c_text, size) \
    case TypeKind::name: return {size, size > 0 ? size : 1};
#include "types/builtin_types.def"
        case TypeKind::Enum: return {4, 4};
        case TypeKind::Array:
        case TypeKind::Class:
        case TypeKind::Function:
        case TypeKind::Pointer: return {8, 8};
        case TypeKind::Struct: break;
    }
    Layout whole;
    auto round_up = [](int64_t size, int64_t align) { return (size + align - 1) / align * align; };
    for (const Field& field : nominal(id).fields) {
        Layout part = layout(field.type);
        whole.size = round_up(whole.size, part.align) + part.size;
        whole.align = std::max(whole.align, part.align);
    }
    return {std::max<int64_t>(round_up(whole.size, whole.align), 1), whole.align};
}

bool Types::is_counted(TypeId id) const {
    TypeKind k = kind(id);
    return k == TypeKind::String || k == TypeKind::Array || k == TypeKind::Class;
}

bool Types::owns_references(TypeId id) const {
    if (is_counted(id)) return true;
    if (kind(id) != TypeKind::Struct) return false;
    for (const Field& field : nominal(id).fields)
        if (owns_references(field.type)) return true;
    return false;
}

// Calls visit(target, may_close) for every type that a value of `type` holds or may be: elements,
// fields, and subclasses, since a reference to a class may be to any of these. `may_close`: a store
// along this edge may close a cycle.
template <class Visit>
void Types::for_each_edge(TypeId type, Visit&& visit) const {
    if (kind(type) == TypeKind::Array) visit(element(type), false);
    bool is_class = kind(type) == TypeKind::Class;
    if (!is_class && kind(type) != TypeKind::Struct) return;
    for (TypeId d : nominal(type).derived) visit(d, false);
    for (TypeId c = type; c.valid(); c = nominal(c).base)
        for (const Field& field : nominal(c).fields) visit(field.type, is_class && !field.is_frozen);
}

// Marks every type that a value of `type` may hold or reach.
void Types::add_reachable_classes(TypeId start, std::vector<bool>& seen) const {
    std::vector<TypeId> work{start};
    while (!work.empty()) {
        TypeId type = work.back();
        work.pop_back();
        for_each_edge(type, [&](TypeId target, bool) {
            if (seen[static_cast<size_t>(target.index)]) return;
            seen[static_cast<size_t>(target.index)] = true;
            work.push_back(target);
        });
    }
}

void Types::freeze_all() {
    reach_.clear();
    for (size_t i = 0; i < types_.size(); ++i)
        if (TypeId type = types_.id_at(i); kind(type) == TypeKind::Class)
            for (Field& field : nominal(type).fields) field.is_frozen = true;
}

void Types::thaw_reachable(TypeId type) {
    std::vector<bool> seen(types_.size(), false);
    seen[static_cast<size_t>(type.index)] = true;
    add_reachable_classes(type, seen);
    for (size_t i = 0; i < seen.size(); ++i)
        if (seen[i] && kind(types_.id_at(i)) == TypeKind::Class)
            for (TypeId c = types_.id_at(i); c.valid(); c = nominal(c).base)
                for (Field& field : nominal(c).fields) field.is_frozen = false;
}

// A class is cyclic if it lies on a cycle of edges, one of which may close a cycle of objects: all
// edges of a strongly connected component lie on cycles through all of its types.
void Types::find_reach() const {
    auto at = [](TypeId id) { return static_cast<size_t>(id.index); };
    std::vector<size_t> components = strong_components(types_.size(), [&](size_t i, auto&& visit) {
        for_each_edge(types_.id_at(i), [&](TypeId target, bool) { visit(at(target)); });
    });
    // Components stand behind those that they lead to.
    std::vector<std::vector<TypeId>> members(types_.size());
    for (size_t i = 0; i < types_.size(); ++i) members[components[i]].push_back(types_.id_at(i));
    std::vector<Reach> whole(types_.size());  // by component
    for (size_t component = 0; component < members.size(); ++component)
        for (TypeId type : members[component]) {
            Reach& reach = whole[component];
            bool is_class = kind(type) == TypeKind::Class;
            for (TypeId c = type; is_class && c.valid(); c = nominal(c).base)
                reach.destructor = reach.destructor || nominal(c).has_destructor;
            for_each_edge(type, [&](TypeId target, bool may_close) {
                bool is_within = components[at(target)] == component;
                reach.destructor = reach.destructor || whole[components[at(target)]].destructor;
                reach.may_form_cycle = reach.may_form_cycle || (may_close && is_within);
            });
        }
    reach_.assign(types_.size(), {});
    for (size_t i = 0; i < types_.size(); ++i) reach_[i].destructor = whole[components[i]].destructor;
    for (size_t i = 0; i < types_.size(); ++i)
        if (whole[components[i]].may_form_cycle) mark_may_form_cycle(types_.id_at(i));
}

// A value of a base or interface may be such an instance.
void Types::mark_may_form_cycle(TypeId type) const {
    bool& is_marked = reach_[static_cast<size_t>(type.index)].may_form_cycle;
    if (std::exchange(is_marked, true) || kind(type) != TypeKind::Class || is_open(type)) return;
    if (nominal(type).base.valid()) mark_may_form_cycle(nominal(type).base);
    for (TypeId interface : nominal(type).interfaces) mark_may_form_cycle(interface);
}

std::string Types::text(TypeId id) const {
    if (id == UntypedReal) return "float";  // what it is where nothing asks
    if (id == UntypedFunction) return "function";
    switch (kind(id)) {
#define BUILTIN(name, text, c_text, size) \
    case TypeKind::name: return text;
#include "types/builtin_types.def"
        case TypeKind::Array: {
            // int[][,] is an array of int[,]: the outermost brackets come first, as in C#.
            std::string brackets;
            TypeId type = id;
            for (; kind(type) == TypeKind::Array; type = element(type))
                brackets += "[" + std::string(static_cast<size_t>(rank(type) - 1), ',') + "]";
            return text(type) + brackets;
        }
        case TypeKind::Pointer:
            return text(element(id)) + (is_function_pointer(id) ? "" : "*");
        case TypeKind::Function: return std::string(signature(id).name);
        case TypeKind::Class:
        case TypeKind::Struct:
        case TypeKind::Enum: {
            const Nominal& n = nominal(id);
            return std::string(n.shown_name.empty() ? n.name : n.shown_name);
        }
    }
    DREAM_UNREACHABLE("kind of type");
}

}  // namespace dream
