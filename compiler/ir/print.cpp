// Printing of regions and declarations. Needs nothing to hold of the module: the printer is what
// shows a broken one.
#include "ir/print.h"

#include <algorithm>

#include "ir/printer.h"

namespace dream::ir {

// ---- regions -----------------------------------------------------------------------------------

std::string Printer::local_declaration(LocalId id) {
    if (!id.valid() || static_cast<size_t>(id.index) >= function_->locals.size()) return "<invalid>";
    const Local& l = function_->locals[id];
    std::string_view words[] = {"plain", "own", "borrow"};
    std::string anchors;
    for (LocalId anchor : l.anchors) anchors += (anchors.empty() ? "" : ", ") + local(anchor);
    if (!anchors.empty()) anchors = " from(" + anchors + ")";
    return fmt::format("{}{} {}: {}{}{}{}", l.is_ref ? "ref " : "", words[static_cast<size_t>(l.ownership)],
                       local(id), type(l.type), l.is_temp ? " temp" : "",
                       l.is_array_hold ? " hold" : "", anchors);
}

// `head { ... } unwind { ... }tail`, where the head may be empty.
void Printer::print_block(std::string head, const Block* block, std::string_view tail) {
    if (!block) {
        out_.line("{}<no block>{}", head, tail);
        return;
    }
    if (block->is_statement) head += "statement ";
    auto close = [&](bool is_empty) {
        std::string text = is_empty ? head + "{}" : "}";
        if (block->unwind.empty()) {
            out_.line("{}{}", text, tail);
            return;
        }
        out_.line("{} unwind {{", text);
        out_.indent();
        for (const Op* op : block->unwind) out_.raw_line(op ? op_text(*op) : "<op>");
        out_.dedent();
        out_.line("}}{}", tail);
    };
    if (block->locals.empty() && block->body.empty()) return close(true);
    out_.line("{}{{", head);
    out_.indent();
    for (LocalId id : block->locals) out_.raw_line(local_declaration(id));
    for (const Node* node : block->body)
        if (node) print_body(*node);
    out_.dedent();
    close(false);
}

bool is_empty(const Block* block) {
    return block && block->locals.empty() && block->body.empty() && block->unwind.empty() &&
           !block->is_statement;
}

void Printer::print_body(const Node& node) {
    switch (node.kind) {
        case NodeKind::Op:
        case NodeKind::Break:
        case NodeKind::Continue:
        case NodeKind::Return: out_.raw_line(node_head(node)); return;
        case NodeKind::Block: print_block("", as<Block>(&node)); return;
        case NodeKind::If: {
            const If& n = *as<If>(&node);
            print_block(node_head(node) + " ", n.then_block);
            if (n.else_block) print_block("else ", n.else_block);
            return;
        }
        case NodeKind::Loop: {
            const Loop& n = *as<Loop>(&node);
            out_.line("{} {{", node_head(node));
            out_.indent();
            auto head = [&] {
                if (!is_empty(n.head)) print_block("head ", n.head);
                if (n.condition) out_.line("while {}", value(n.condition));
            };
            if (!n.is_do) head();
            print_block("body ", n.body);
            if (n.is_do) head();
            if (!is_empty(n.step)) print_block("step ", n.step);
            out_.dedent();
            out_.line("}}");
            return;
        }
        case NodeKind::Switch: {
            out_.line("{} {{", node_head(node));
            out_.indent();
            for (const Case& c : as<Switch>(&node)->cases) {
                std::string head = c.labels.empty() ? "" : "case ";
                for (size_t i = 0; i < c.labels.size(); ++i)
                    head += fmt::format("{}{}", i ? ", " : "", c.labels[i]);
                if (!c.labels.empty()) head += " ";
                if (c.is_default) head += "default ";
                if (head.empty()) head = "case ";
                print_block(head, c.body);
            }
            out_.dedent();
            out_.line("}}");
            return;
        }
        case NodeKind::Try: {
            const Try& n = *as<Try>(&node);
            print_block(node_head(node) + " ", n.body);
            for (const Catch& c : n.catches)
                print_block(fmt::format("catch {} {} ", type(c.type), local(c.exception)), c.body);
            if (n.finally_block) print_block("finally ", n.finally_block);
            return;
        }
    }
}

// ---- declarations ------------------------------------------------------------------------------

std::string Printer::effects(uint8_t set) {
    std::string text;
    if (set & Throws) text += "throws ";
    if (set & Releases) text += "releases ";
    if (set & Stores) text += "stores ";
    if (!text.empty()) text.pop_back();
    return "effects(" + text + ")";
}

std::string Printer::header(const Function& f, size_t index) {
    static constexpr std::string_view kKinds[] = {"", "method ", "init ", "new ", "destructor ", "extern "};
    std::string params;
    for (LocalId id : f.params) params += (params.empty() ? "" : ", ") + local_declaration(id);
    if (f.is_varargs) params += params.empty() ? "..." : ", ...";
    std::string text = fmt::format("fn {}{}({}) -> {} {}", kKinds[static_cast<size_t>(f.kind)],
                                   index < function_names_.size() ? function_names_[index] : f.name,
                                   params, type(f.result), effects(f.effects));
    if (f.is_library) text += " library";
    if (f.is_exception_boundary) text += " boundary";
    if (f.callback.valid()) text += " for " + type(f.callback);
    if (!has_own_name(f) && !(f.owner.valid() && f.name == module_.types->nominal(f.owner).name))
        text += fmt::format(" named({})", quoted_name(f.name, 1));
    return text;
}

void Printer::print_function(const Function& f) {
    set_function(f);
    size_t index = 0;
    while (index < module_.functions.size() &&
           &module_.functions[module_.functions.id_at(index)] != &f)
        ++index;
    std::string head = header(f, index);
    if (f.body) {
        print_block(head + " ", f.body);
    } else {
        out_.raw_line(head);
    }
}

void Printer::print_type(TypeId id, bool is_listed) {
    const Types& types = *module_.types;
    const Nominal& n = types.nominal(id);
    std::string_view word = n.is_interface                   ? "interface"
                            : types.is(id, TypeKind::Class)  ? "class"
                            : types.is(id, TypeKind::Struct) ? "struct"
                                                             : "enum";
    out_.begin_line();
    out_.write(fmt::format("{}{} {}", is_listed ? "" : "unlisted ", word, type(id)));
    std::string_view separator = " : ";
    auto write_above = [&](TypeId above) {
        out_.write(std::string(separator) + type(above));
        separator = ", ";
    };
    if (n.base.valid()) write_above(n.base);
    // Of an interface that the module does not list nothing is called or asked.
    for (TypeId interface : n.interfaces)
        if (std::any_of(module_.classes.begin(), module_.classes.end(),
                        [&](const Class& c) { return c.type == interface; }))
            write_above(interface);
    if (n.is_abstract) out_.write(" abstract");
    if (n.has_destructor) out_.write(" destructor");
    if (n.is_library) out_.write(" library");
    out_.write(" {");
    out_.end_line();
    out_.indent();
    for (const Field& f : n.fields) out_.line("{}: {}", quoted_name(f.name, 1), type(f.type));
    for (const Enumerator& e : n.enumerators) out_.line("{} = {}", quoted_name(e.name, 1), e.value);
    for (const Class& c : module_.classes) {
        if (c.type != id || !is_listed) continue;
        for (size_t i = 0; i < c.slots.size(); ++i)
            out_.line("slot {}{}", type(i < c.slot_owners.size() ? c.slot_owners[i] : TypeId()),
                      c.slots[i].valid() ? " = " + function_name(c.slots[i]) : "");
        for (const Implementation& made : c.implementations) {
            std::string methods;
            for (FunctionId f : made.methods) methods += " " + (f.valid() ? function_name(f) : "-");
            out_.line("implements {} ={}", type(made.interface), methods);
        }
        if (c.destructor.valid()) out_.line("drop = {}", function_name(c.destructor));
        if (c.to_string.valid()) out_.line("to_string = {}", function_name(c.to_string));
    }
    out_.dedent();
    out_.line("}}");
}

// The types that the module lists, then those that something printed so far mentions.
void Printer::print_types() {
    std::vector<TypeId> listed = listed_types();
    for (TypeId id : listed) print_type(id, true);
    for (size_t i = 0; i < mentioned_.size(); ++i)
        if (std::count(listed.begin(), listed.end(), mentioned_[i]) == 0)
            print_type(mentioned_[i], false);
}

std::string Printer::print_module() {
    // Functions first: they say which unlisted types are needed.
    for (const Function& f : module_.functions) {
        out_.blank();
        print_function(f);
    }
    std::string functions = out_.take();
    out_ = TextWriter();
    for (const RuntimeFunction& r : module_.runtime) {
        std::string params;
        for (TypeId p : r.params) params += (params.empty() ? "" : ", ") + type(p);
        out_.line("runtime_fn {}({}) -> {}{}{}{}{}", r.name, params, type(r.result), r.is_pure ? " pure" : "",
                  r.throws ? " throws" : "", r.releases ? " releases" : "",
                  r.no_return ? " no_return" : "");
    }
    for (size_t i = 0; i < module_.globals.size(); ++i) {
        const Global& g = module_.globals[module_.globals.id_at(i)];
        out_.line("global {}: {}", global_names_[i], type(g.type));
    }
    if (module_.top_level.valid()) out_.line("top_level {}", function_name(module_.top_level));
    if (module_.main.valid()) out_.line("main {}", function_name(module_.main));
    if (module_.exception.valid()) out_.line("exception {}", type(module_.exception));
    std::string rest = out_.take();
    out_ = TextWriter();
    if (module_.types) print_types();
    return out_.take() + rest + functions;
}

std::string print(const Module& module) { return Printer(module).print_module(); }

std::string print(const Module& module, FunctionId function) {
    Printer printer(module);
    printer.print_function(module.functions[function]);
    return printer.take();
}

std::string text_of(const Module& module, const Function& function, const Node& node) {
    Printer printer(module);
    printer.set_function(function);
    return printer.node_head(node);
}

std::string text_of(const Module& module, const Function& function, const Value& value) {
    Printer printer(module);
    printer.set_function(function);
    return printer.value(&value);
}

std::string name_of(const Function& function, LocalId local) {
    Module empty;
    Printer printer(empty);
    printer.set_function(function);
    return printer.local(local);
}

std::string name_of(const Module& module, const Function& function) {
    Printer printer(module);
    for (size_t i = 0; i < module.functions.size(); ++i)
        if (&module.functions[module.functions.id_at(i)] == &function)
            return printer.function_name(module.functions.id_at(i));
    return function.name;
}

std::string place_of(const Module& module, Span span) {
    if (!span.valid() || !module.sources) return "";
    Position at = module.sources->position(span);
    return fmt::format(" ({}:{})", (*module.sources)[span.source].path(), at.line);
}

}  // namespace dream::ir
