// Interning of types, and the closed-world questions about ownership.
#include "types/types.h"

#include <algorithm>

#include "support/check.h"

namespace dream {

Types::Types() {
#define BUILTIN(name, text, c_text, size) types_.add({TypeKind::name, {}, 0, -1});
#include "types/builtin_types.def"
    // UntypedReal: the index behind the builtin ones.
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

TypeId Types::add_nominal(TypeKind kind, std::string_view name, Span span) {
    nominals_.push_back({});
    nominals_.back().name = name;
    nominals_.back().span = span;
    return types_.add({kind, {}, 0, static_cast<int>(nominals_.size()) - 1});
}

void Types::set_base(TypeId derived, TypeId base) {
    nominal(derived).base = base;
    nominal(base).derived.push_back(derived);
}

void Types::add_interface(TypeId type, TypeId interface) {
    nominal(type).interfaces.push_back(interface);
    nominal(interface).derived.push_back(type);
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

// Marks every class that a value of `type` may hold or reach: the fields of a class are followed,
// and a reference to a class may be to any of its subclasses.
void Types::add_reachable_classes(TypeId start, std::vector<bool>& seen) const {
    std::vector<TypeId> work{start};
    auto visit = [&](TypeId type) {
        if (seen[static_cast<size_t>(type.index)]) return;
        seen[static_cast<size_t>(type.index)] = true;
        work.push_back(type);
    };
    while (!work.empty()) {
        TypeId type = work.back();
        work.pop_back();
        if (kind(type) == TypeKind::Array) visit(element(type));
        if (kind(type) != TypeKind::Class && kind(type) != TypeKind::Struct) continue;
        for (TypeId d : nominal(type).derived) visit(d);
        for (TypeId c = type; c.valid(); c = nominal(c).base)
            for (const Field& field : nominal(c).fields) visit(field.type);
    }
}

bool Types::may_form_cycle(TypeId id) const {
    if (kind(id) != TypeKind::Class) return false;
    auto cached = cycle_cache_.find(id);
    if (cached != cycle_cache_.end()) return cached->second;
    std::vector<bool> seen(types_.size(), false);
    for (TypeId c = id; c.valid(); c = nominal(c).base)
        for (const Field& field : nominal(c).fields) {
            seen[static_cast<size_t>(field.type.index)] = true;
            add_reachable_classes(field.type, seen);
        }
    bool result = seen[static_cast<size_t>(id.index)];
    for (TypeId d : nominal(id).derived) result = result || may_form_cycle(d);
    return cycle_cache_[id] = result;
}

bool Types::reaches_destructor(TypeId id) const {
    if (!owns_references(id)) return false;
    auto cached = destructor_cache_.find(id);
    if (cached != destructor_cache_.end()) return cached->second;
    std::vector<bool> seen(types_.size(), false);
    seen[static_cast<size_t>(id.index)] = true;
    add_reachable_classes(id, seen);
    bool result = false;
    for (size_t i = 0; i < seen.size(); ++i) {
        TypeId type = types_.id_at(i);
        if (!seen[i] || kind(type) != TypeKind::Class) continue;
        for (TypeId c = type; c.valid(); c = nominal(c).base) result = result || nominal(c).has_destructor;
    }
    return destructor_cache_[id] = result;
}

std::string Types::text(TypeId id) const {
    if (id == UntypedReal) return "float";  // what it is where nothing asks
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
        case TypeKind::Pointer: return text(element(id)) + "*";
        case TypeKind::Class:
        case TypeKind::Struct:
        case TypeKind::Enum: return std::string(nominal(id).name);
    }
    DREAM_UNREACHABLE("kind of type");
}

}  // namespace dream
