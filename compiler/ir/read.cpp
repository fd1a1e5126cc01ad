// Reading of declarations. Names of types and functions are declared before anything is read, so
// that order in the text does not matter.
#include "ir/read.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "ir/reader.h"

namespace dream::ir {

std::optional<Module> read(std::string_view text, Types& types, Arena& arena, std::string* error) {
    Module module;
    module.types = &types;
    module.arena = &arena;
    std::string message;
    if (!Reader(lex_text(text), module).run(&message)) {
        if (error) *error = message;
        return std::nullopt;
    }
    return module;
}

bool Reader::run(std::string* error) {
    declare_names();
    while (!failed() && peek().kind != TextTokenKind::End) declaration();
    check_structs();
    *error = error_;
    return !failed();
}

// ---- tokens ------------------------------------------------------------------------------------

void Reader::fail(const std::string& message) {
    if (failed()) return;
    error_ = fmt::format("line {}: {}", peek().line, message);
    at_ = tokens_.size() - 1;
}

bool Reader::accept(std::string_view text, bool same_line) {
    if (same_line && peek().starts_line) return false;
    if (!at_symbol(text) && !at_word(text)) return false;
    ++at_;
    return true;
}

void Reader::expect(std::string_view text) {
    if (!accept(text)) fail(fmt::format("expected '{}', found '{}'", text, peek().text));
}

TextToken Reader::expect_name() {
    if (peek().kind != TextTokenKind::Name) {
        fail(fmt::format("expected a name, found '{}'", peek().text));
        return {};
    }
    return tokens_[at_++];
}

int64_t Reader::integer() {
    bool is_negative = accept("-");
    if (peek().kind != TextTokenKind::Integer) {
        fail("expected an integer");
        return 0;
    }
    uint64_t magnitude = std::strtoull(tokens_[at_++].text.c_str(), nullptr, 10);
    return static_cast<int64_t>(is_negative ? 0 - magnitude : magnitude);
}

// Owner.Name; the parts keep their numbers.
std::string Reader::qualified_name(std::string* last, std::string* owner) {
    TextToken token = expect_name();
    std::string name = key(token);
    while (at_symbol(".") && peek(1).kind == TextTokenKind::Name) {
        ++at_;
        if (owner) *owner = name;
        token = expect_name();
        name += "." + key(token);
    }
    if (last) *last = token.text;
    return name;
}

// ---- types ---------------------------------------------------------------------------------------

TypeId Reader::known_type(const std::string& name) {
#define BUILTIN(kind, text, c_text, size) \
    if (name == text) return Types::kind;
#include "types/builtin_types.def"
    auto found = types_.find(name);
    if (found != types_.end()) return found->second;
    fail("unknown type " + name);
    return Types::Error;
}

TypeId Reader::type() {
    if (accept("<")) {  // <error>
        expect("error");
        expect(">");
        return Types::Error;
    }
    TypeId type = known_type(key(expect_name()));
    for (;;) {
        // The outermost brackets come first.
        std::vector<int> ranks;
        while (at_symbol("[") && (at_symbol("]", 1) || at_symbol(",", 1))) {
            ++at_;
            ranks.push_back(1);
            while (accept(",")) ++ranks.back();
            expect("]");
        }
        for (size_t i = ranks.size(); i-- > 0;) type = module_.types->array_of(type, ranks[i]);
        if (!accept("*")) return type;
        type = module_.types->pointer_to(type);
    }
}

// ---- declarations ------------------------------------------------------------------------------

void Reader::declare_names() {
    int depth = 0;
    for (size_t i = 0; i + 1 < tokens_.size(); ++i) {
        at_ = i;
        if (at_symbol("{") || at_symbol("(")) ++depth;
        if (at_symbol("}") || at_symbol(")")) --depth;
        if (depth != 0) continue;
        bool begins = peek().starts_line || (i > 0 && at_word("unlisted", 0)) ||
                      (i > 0 && tokens_[i - 1].text == "unlisted" && tokens_[i - 1].starts_line);
        if (!begins) continue;
        bool is_interface = at_word("interface");
        bool is_class = is_interface || at_word("class");
        bool is_struct = at_word("struct"), is_enum = at_word("enum");
        if ((is_class || is_struct || is_enum) && peek(1).kind == TextTokenKind::Name) {
            TypeKind kind = is_class ? TypeKind::Class : is_struct ? TypeKind::Struct : TypeKind::Enum;
            std::string_view name = module_.arena->keep(peek(1).text);
            TypeId id = module_.types->add_nominal(kind, name, {});
            module_.types->nominal(id).is_interface = is_interface;
            declared_types_.push_back(id);
            if (!types_.emplace(key(peek(1)), id).second) fail("type declared twice: " + peek(1).text);
        }
        if (at_word("fn")) {
            ++at_;
            for (std::string_view kind : {"method", "init", "new", "destructor", "extern"})
                if (at_word(kind) && peek(1).kind == TextTokenKind::Name) {
                    ++at_;
                    break;
                }
            std::string name = qualified_name();
            FunctionId id = module_.functions.add({});
            if (!functions_.emplace(name, id).second) fail("function declared twice: " + name);
        }
        if (failed()) return;
    }
    at_ = 0;
}

FunctionId Reader::function_reference() {
    std::string name = qualified_name();
    auto found = functions_.find(name);
    if (found != functions_.end()) return found->second;
    fail("unknown function " + name);
    return {};
}

void Reader::declaration() {
    Depth depth(*this);
    if (accept("unlisted")) return nominal(false);
    if (at_word("class") || at_word("interface") || at_word("struct") || at_word("enum"))
        return nominal(true);
    if (accept("runtime_fn")) return runtime_row();
    if (accept("global")) return global();
    if (accept("fn")) return function();
    if (accept("top_level")) {
        module_.top_level = function_reference();
    } else if (accept("main")) {
        module_.main = function_reference();
    } else if (accept("exception")) {
        module_.exception = type();
    } else {
        fail(fmt::format("expected a declaration, found '{}'", peek().text));
    }
}

void Reader::nominal(bool is_listed) {
    bool is_class = at_word("class") || at_word("interface"), is_struct = at_word("struct");
    ++at_;
    expect_name();
    if (failed() || next_type_ >= declared_types_.size()) return fail("expected a type");
    TypeId id = declared_types_[next_type_++];
    Nominal& n = module_.types->nominal(id);
    for (bool more = accept(":"); more; more = accept(",")) {
        TypeId above = type();
        bool is_cycle = !module_.types->is(above, TypeKind::Class) || module_.types->is_subclass(above, id);
        if (!is_class || is_cycle) return fail("a base must be another class");
        bool is_interface = module_.types->is_interface(above);
        if (!is_interface && (n.base.valid() || n.is_interface)) return fail("a second base");
        if (is_interface) module_.types->add_interface(id, above);
        else module_.types->set_base(id, above);
    }
    n.is_abstract = accept("abstract");
    n.has_destructor = accept("destructor");
    n.is_library = accept("library");
    expect("{");
    Class facts;
    facts.type = id;
    while (!failed() && !accept("}")) {
        if (peek().kind == TextTokenKind::Name && at_symbol(":", 1)) {
            std::string_view name = module_.arena->keep(expect_name().text);
            expect(":");
            n.fields.push_back({name, type(), {}});
        } else if (is_class && accept("slot")) {
            facts.slot_owners.push_back(type());
            facts.slots.push_back(accept("=") ? function_reference() : FunctionId());
        } else if (is_class && accept("implements")) {
            Implementation made{type(), {}};
            expect("=");
            while (!failed() && !at_symbol("}") && !peek().starts_line)
                made.methods.push_back(accept("-") ? FunctionId() : function_reference());
            facts.implementations.push_back(std::move(made));
        } else if (is_class && accept("drop")) {
            expect("=");
            facts.destructor = function_reference();
        } else if (is_class && accept("to_string")) {
            expect("=");
            facts.to_string = function_reference();
        } else {
            std::string_view name = module_.arena->keep(expect_name().text);
            expect("=");
            n.enumerators.push_back({name, static_cast<int32_t>(integer()), {}});
        }
    }
    if (!is_listed) return;
    if (is_class) {
        module_.classes.push_back(std::move(facts));
    } else {
        (is_struct ? module_.structs : module_.enums).push_back(id);
    }
}

// A struct that holds itself by value has no size, and every question about it would recurse.
void Reader::check_structs() {
    std::map<TypeId, int> state;  // 1: being visited, 2: fine
    std::function<bool(TypeId)> is_finite = [&](TypeId id) {
        if (!module_.types->is(id, TypeKind::Struct) || state[id] == 2) return true;
        if (state[id] == 1) return false;
        state[id] = 1;
        for (const Field& field : module_.types->nominal(id).fields)
            if (!is_finite(field.type)) return false;
        state[id] = 2;
        return true;
    };
    for (TypeId id : declared_types_)
        if (!failed() && !is_finite(id)) fail("a struct contains itself");
}

void Reader::runtime_row() {
    RuntimeFunction row;
    std::string name = expect_name().text;
    row.name = module_.arena->keep(name);
    expect("(");
    while (!failed() && !accept(")")) {
        row.params.push_back(type());
        if (!at_symbol(")")) expect(",");
    }
    expect("->");
    row.result = type();
    row.is_pure = accept("pure", true);
    row.throws = accept("throws", true);
    row.releases = accept("releases", true);
    row.no_return = accept("no_return", true);
    RuntimeId id = module_.runtime.add(std::move(row));
    runtime_.emplace(name, id);
}

void Reader::global() {
    Global g;
    std::string owner;
    std::string name = qualified_name(&g.name, &owner);
    if (!owner.empty()) g.owner = known_type(owner);
    expect(":");
    g.type = type();
    GlobalId id = module_.globals.add(std::move(g));
    if (!globals_.emplace(name, id).second) fail("global declared twice: " + name);
}

LocalId Reader::local_declaration(Function& f) {
    Local local;
    local.is_ref = accept("ref");
    if (accept("own")) {
        local.ownership = Ownership::Own;
    } else if (accept("borrow")) {
        local.ownership = Ownership::Borrow;
    } else {
        expect("plain");
    }
    TextToken name = expect_name();
    local.name = name.text;
    expect(":");
    local.type = type();
    local.is_temp = accept("temp", true);
    local.is_array_hold = accept("hold", true);
    LocalId id = f.locals.add(std::move(local));
    if (!locals_.emplace(key(name), id).second) fail("local declared twice: " + name.text);
    if (accept("from", true)) {
        expect("(");
        while (!failed() && !accept(")")) {
            anchors_.emplace_back(id, expect_name());
            if (!at_symbol(")")) expect(",");
        }
    }
    return id;
}

void Reader::function_header(Function& f) {
    static constexpr std::pair<std::string_view, FunctionKind> kKinds[] = {
        {"method", FunctionKind::Method}, {"init", FunctionKind::Constructor},   {"new", FunctionKind::New},
        {"extern", FunctionKind::Extern}, {"destructor", FunctionKind::Destructor},
    };
    for (auto [word, kind] : kKinds)
        if (at_word(word) && peek(1).kind == TextTokenKind::Name) {
            f.kind = kind;
            ++at_;
            break;
        }
    std::string owner;
    qualified_name(&f.name, &owner);
    if (!owner.empty()) f.owner = known_type(owner);
    bool is_called_after_class = f.kind == FunctionKind::New || f.kind == FunctionKind::Constructor ||
                                 f.kind == FunctionKind::Destructor;
    if (is_called_after_class && f.owner.valid() && module_.types->is_nominal(f.owner))
        f.name = module_.types->nominal(f.owner).name;
    expect("(");
    while (!failed() && !accept(")")) {
        if (accept("...")) {
            f.is_varargs = true;
        } else {
            LocalId id = local_declaration(f);
            f.locals[id].is_param = true;
            f.params.push_back(id);
        }
        if (!at_symbol(")")) expect(",");
    }
    expect("->");
    f.result = type();
    if (accept("effects")) {
        f.effects = 0;
        expect("(");
        if (accept("throws")) f.effects |= Throws;
        if (accept("releases")) f.effects |= Releases;
        if (accept("stores")) f.effects |= Stores;
        expect(")");
    }
    f.is_library = accept("library");
    f.is_exception_boundary = accept("boundary");
    if (accept("named")) {
        expect("(");
        f.name = expect_name().text;
        expect(")");
    }
}

void Reader::function() {
    if (next_function_ >= module_.functions.size()) return fail("expected a function");
    Function& f = module_.functions[module_.functions.id_at(next_function_++)];
    function_ = &f;
    locals_.clear();
    labels_.clear();
    anchors_.clear();
    function_header(f);
    if (!at_symbol("{") && !(at_word("statement") && !peek().starts_line)) return;
    f.body = block();
    for (auto& [borrow, name] : anchors_) {
        LocalId anchor = local_reference(name);
        if (failed()) return;
        f.locals[borrow].anchors.push_back(anchor);
    }
}

}  // namespace dream::ir
