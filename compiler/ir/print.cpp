// Printing of the IR. Needs nothing to hold of it: the printer is what shows a broken module.
#include "ir/print.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "support/text_writer.h"

namespace dream::ir {
namespace {

// Words that begin something where a name could stand too.
bool is_word_of_grammar(std::string_view name) {
    static const std::set<std::string_view> kWords = {
#define OP(name, text, effects) text,
#include "ir/ops.def"
        "own",     "borrow",  "plain",  "ref",    "move",    "retain",    "statement", "if",
        "else",    "loop",    "do_loop", "head",  "while",   "body",      "step",      "switch",
        "case",    "default", "try",    "catch",  "finally", "unwind",    "break",     "continue",
        "return",  "throws",  "fatal",  "true",   "false",   "null",      "zero",      "inf",
        "nan",     "len",     "dim",    "select", "is",      "convert",   "switch_string",
        "method",  "init",    "new",    "destructor", "extern", "free",   "temp",      "hold",
    };
    return kWords.count(name) != 0;
}

// `may_be_word`: where this name stands, no word of the grammar can.
std::string quoted_name(std::string_view name, int copy, bool may_be_word = false) {
    bool is_plain = !name.empty() && (may_be_word || !is_word_of_grammar(name));
    for (size_t i = 0; i < name.size(); ++i) {
        auto c = static_cast<unsigned char>(name[i]);
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        is_plain = is_plain && (is_letter || (i > 0 && c >= '0' && c <= '9'));
    }
    std::string text = is_plain ? std::string(name) : fmt::format("`{}`", name);
    return copy > 1 ? fmt::format("{}#{}", text, copy) : text;
}

std::string quoted_string(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += "\\n";
        } else if (c == '"' || c == '\\') {
            out += {'\\', c};
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return out + "\"";
}

// Names handed out so far, and how often.
struct NameTable {
    std::map<std::string, int, std::less<>> used;
    std::string claim(const std::string& name) { return quoted_name(name, ++used[name]); }
};

class Printer {
  public:
    explicit Printer(const Module& module) : module_(module) {
        for (TypeId id : listed_types()) type(id);
        NameTable functions;
        for (const Function& f : module.functions) {
            // Overloads are numbered within their owner; the number stands behind the last part.
            std::string owner = f.owner.valid() ? type(f.owner) + "." : "";
            std::string last = last_name(f);
            int copy = ++functions.used[owner + last];
            function_names_.push_back(owner + quoted_name(last, copy, !has_own_name(f)));
        }
        NameTable globals;
        for (const Global& g : module.globals) {
            std::string owner = g.owner.valid() ? type(g.owner) + "." : "";
            global_names_.push_back(owner + quoted_name(g.name, ++globals.used[owner + g.name]));
        }
    }

    void set_function(const Function& function) {
        function_ = &function;
        local_names_.clear();
        labels_.clear();
        NameTable names;
        for (LocalId id : function.params) name_local(id, names);
        if (function.body) walk_names(*function.body, names);
    }

    std::string print_module();
    void print_function(const Function& function);
    std::string take() { return out_.take(); }

    std::string type(TypeId id) {
        if (!id.valid() || !module_.types || static_cast<size_t>(id.index) >= module_.types->size())
            return "<invalid>";
        const Types& types = *module_.types;
        if (types.is(id, TypeKind::Array)) {
            std::string brackets;
            for (; types.is(id, TypeKind::Array); id = types.element(id))
                brackets += fmt::format("[{:,<{}}]", "", std::max(types.rank(id) - 1, 0));
            return type(id) + brackets;
        }
        if (types.is(id, TypeKind::Pointer)) return type(types.element(id)) + "*";
        if (!types.is_nominal(id)) return types.text(id);
        // Numbered in the order in which they are mentioned, so that reading back gives the same.
        auto [known, is_new] = type_names_.try_emplace(id);
        if (is_new) {
            known->second = type_table_.claim(std::string(types.nominal(id).name));
            mentioned_.push_back(id);
        }
        return known->second;
    }

    std::string function_name(FunctionId id) const {
        if (!id.valid() || static_cast<size_t>(id.index) >= function_names_.size())
            return "<invalid>";
        return function_names_[static_cast<size_t>(id.index)];
    }

    std::string local(LocalId id) const {
        if (!id.valid()) return "<invalid>";
        auto found = local_names_.find(id);
        if (found != local_names_.end()) return found->second;
        return fmt::format("<unlisted {}>", id.index);
    }

    std::string value(const Value* v, bool is_inner = false);
    std::string node_head(const Node& node);

  private:
    // Else it is called after its class.
    static bool has_own_name(const Function& f) {
        return f.kind == FunctionKind::Free || f.kind == FunctionKind::Method ||
               f.kind == FunctionKind::Extern;
    }

    // The last part of the printed name.
    static std::string last_name(const Function& f) {
        switch (f.kind) {
            case FunctionKind::New: return "new";
            case FunctionKind::Constructor: return "init";
            case FunctionKind::Destructor: return "destructor";
            case FunctionKind::Free:
            case FunctionKind::Method:
            case FunctionKind::Extern: break;
        }
        return f.name;
    }

    std::vector<TypeId> listed_types() const {
        std::vector<TypeId> listed;
        for (const Class& c : module_.classes) listed.push_back(c.type);
        listed.insert(listed.end(), module_.structs.begin(), module_.structs.end());
        listed.insert(listed.end(), module_.enums.begin(), module_.enums.end());
        return listed;
    }

    void name_local(LocalId id, NameTable& names) {
        if (!id.valid() || static_cast<size_t>(id.index) >= function_->locals.size()) return;
        if (!local_names_.count(id)) local_names_[id] = names.claim(function_->locals[id].name);
    }

    // Names the locals and labels the targets of exits in `node`, in the order in which they print.
    void walk_names(const Node& node, NameTable& names);
    void find_targets(const Node& node, std::set<const Node*>& targets);

    std::string values(const std::vector<const Value*>& args, size_t from = 0) {
        std::string text;
        for (size_t i = from; i < args.size(); ++i)
            text += (i > from ? ", " : "") + value(args[i]);
        return text;
    }
    std::string operand(const Operand& o) {
        std::string text = o.by_ref ? "ref " : "";
        switch (o.transfer) {
            case Transfer::Use: break;
            case Transfer::Retain: text += "retain "; break;
            case Transfer::Move: text += "move "; break;
        }
        return text + value(o.value);
    }
    std::string operands(const Op& op, size_t from = 0) {
        std::string text;
        for (size_t i = from; i < op.args.size(); ++i)
            text += (i > from ? ", " : "") + operand(op.args[i]);
        return text;
    }
    std::string first_operand(const Op& op) {
        return op.args.empty() ? "<missing>" : operands(op);
    }
    std::string integer(const Value& v);
    std::string real(const Value& v);
    std::string field_name(const Value& v);
    std::string binary(std::string_view text, const Value* v, bool is_inner);
    std::string op_text(const Op& op);
    std::string op_body(const Op& op);
    std::string label(const Node& node) {
        auto found = labels_.find(&node);
        return found == labels_.end() ? "" : fmt::format(" L{}", found->second);
    }
    std::string target_label(const Node* node) {
        std::string text = node ? label(*node) : "";
        return text.empty() ? " <nowhere>" : text;
    }

    std::string local_declaration(LocalId id);
    std::string effects(uint8_t set);
    std::string header(const Function& f, size_t index);
    void print_types();
    void print_type(TypeId id, bool is_listed);
    void print_body(const Node& node);
    void print_block(std::string head, const Block* block, std::string_view tail = "");

    const Module& module_;
    const Function* function_ = nullptr;
    TextWriter out_;
    std::map<TypeId, std::string> type_names_;
    NameTable type_table_;
    std::vector<TypeId> mentioned_;  // in this order; it grows while they are printed
    std::vector<std::string> function_names_;
    std::vector<std::string> global_names_;
    std::map<LocalId, std::string> local_names_;
    std::map<const Node*, int> labels_;
};

// ---- names -----------------------------------------------------------------------------------

// Calls visit for every block and node directly inside `node`, in printing order.
void for_each_part(const Node& node, const std::function<void(const Node&)>& visit) {
    auto part = [&](const Node* n) {
        if (n) visit(*n);
    };
    switch (node.kind) {
        case NodeKind::Block:
            for (const Node* n : as<Block>(&node)->body) part(n);
            break;
        case NodeKind::If:
            part(as<If>(&node)->then_block);
            part(as<If>(&node)->else_block);
            break;
        case NodeKind::Loop: {
            const Loop& loop = *as<Loop>(&node);
            part(loop.is_do ? loop.body : loop.head);
            part(loop.is_do ? loop.head : loop.body);
            part(loop.step);
            break;
        }
        case NodeKind::Switch:
            for (const Case& c : as<Switch>(&node)->cases) part(c.body);
            break;
        case NodeKind::Try:
            part(as<Try>(&node)->body);
            for (const Catch& c : as<Try>(&node)->catches) part(c.body);
            part(as<Try>(&node)->finally_block);
            break;
        case NodeKind::Op:
        case NodeKind::Break:
        case NodeKind::Continue:
        case NodeKind::Return: break;
    }
}

void Printer::find_targets(const Node& node, std::set<const Node*>& targets) {
    if (node.kind == NodeKind::Break) targets.insert(as<Break>(&node)->target);
    if (node.kind == NodeKind::Continue) targets.insert(as<Continue>(&node)->target);
    for_each_part(node, [&](const Node& part) { find_targets(part, targets); });
}

void Printer::walk_names(const Node& root, NameTable& names) {
    std::set<const Node*> targets;
    find_targets(root, targets);
    std::function<void(const Node&)> walk = [&](const Node& node) {
        if (targets.count(&node)) labels_.try_emplace(&node, static_cast<int>(labels_.size()) + 1);
        if (node.kind == NodeKind::Block)
            for (LocalId id : as<Block>(&node)->locals) name_local(id, names);
        for_each_part(node, walk);
    };
    walk(root);
}

// ---- values ----------------------------------------------------------------------------------

std::string Printer::integer(const Value& v) {
    if (v.type == Types::Int) return fmt::format("{}", v.integer);
    if (v.type == Types::Bool && (v.integer == 0 || v.integer == 1))
        return v.integer ? "true" : "false";
    bool is_visible = v.integer > 0x20 && v.integer < 0x7f && v.integer != '\'' && v.integer != '\\';
    if (v.type == Types::Char && is_visible)
        return fmt::format("'{}'", static_cast<char>(v.integer));
    return fmt::format("{}:{}", v.integer, type(v.type));
}

std::string Printer::real(const Value& v) {
    bool is_float = v.type == Types::Float;
    std::string text;
    if (std::isnan(v.real)) {
        text = "nan";
    } else if (std::isinf(v.real)) {
        text = v.real < 0 ? "-inf" : "inf";
    } else {
        text = is_float ? fmt::format("{}", static_cast<float>(v.real)) : fmt::format("{}", v.real);
        if (text.find_first_of(".e") == std::string::npos) text += ".0";
    }
    if (v.type == Types::Double) return text;
    return fmt::format("{}:{}", text, type(v.type));
}

// A field that another one of the same name hides or is hidden by is numbered.
std::string Printer::field_name(const Value& v) {
    const Types& types = *module_.types;
    TypeId owner = v.args.empty() || !v.args[0] ? TypeId() : v.args[0]->type;
    if (owner.valid() && types.is_nominal(owner)) {
        auto fields = types.all_fields(owner);
        if (v.index >= 0 && static_cast<size_t>(v.index) < fields.size()) {
            int copy = 1;
            std::string_view name = fields[static_cast<size_t>(v.index)].name;
            for (int i = 0; i < v.index; ++i) copy += fields[static_cast<size_t>(i)].name == name;
            return quoted_name(name, copy);
        }
    }
    return fmt::format("<field {}>", v.index);
}

std::string Printer::binary(std::string_view text, const Value* v, bool is_inner) {
    std::string whole = fmt::format("{} {} {}", value(v->args[0], true), text, value(v->args[1], true));
    return is_inner ? "(" + whole + ")" : whole;
}

std::string Printer::value(const Value* v, bool is_inner) {
    if (!v) return "<none>";
    auto has = [&](size_t count) { return v->args.size() >= count; };
    switch (v->kind) {
        case ValueKind::Int: return integer(*v);
        case ValueKind::Real: return real(*v);
        case ValueKind::String:
            if (!v->literal.valid() || static_cast<size_t>(v->literal.index) >= module_.literals.size())
                return "<literal>";
            return quoted_string(module_.literals[v->literal]);
        case ValueKind::Null:
            return v->type == Types::Null ? "null" : fmt::format("null:{}", type(v->type));
        case ValueKind::Zero: return fmt::format("zero:{}", type(v->type));
        case ValueKind::Local: return local(v->local);
        case ValueKind::Global:
            if (!v->global.valid() || static_cast<size_t>(v->global.index) >= global_names_.size())
                return "@<invalid>";
            return "@" + global_names_[static_cast<size_t>(v->global.index)];
        case ValueKind::Field:
            return fmt::format("{}.{}", has(1) ? value(v->args[0], true) : "<none>", field_name(*v));
        case ValueKind::Element:
        case ValueKind::CharAt:
            return fmt::format("{}[{}]", has(1) ? value(v->args[0], true) : "<none>", values(v->args, 1));
        case ValueKind::Length: return fmt::format("len({})", values(v->args));
        case ValueKind::Dimension: return fmt::format("dim({}, {})", values(v->args), v->index);
        case ValueKind::Unary: {
            static constexpr char kTexts[] = {'-', '~', '!'};
            if (!has(1)) return "<unary>";
            // -(3) is an operation on 3, -3 a constant.
            std::string inner = value(v->args[0], true);
            bool is_plain = v->args[0]->kind != ValueKind::Int && v->args[0]->kind != ValueKind::Real;
            if (!is_plain) inner = "(" + inner + ")";
            return kTexts[static_cast<size_t>(v->unary)] + inner;
        }
        case ValueKind::Binary: {
            static constexpr std::string_view kTexts[] = {"+", "-",  "*", "/",  "%", "<<", ">>", "&",
                                                          "|", "^",  "<", "<=", ">", ">=", "==", "!="};
            return has(2) ? binary(kTexts[static_cast<size_t>(v->binary)], v, is_inner) : "<binary>";
        }
        case ValueKind::And: return has(2) ? binary("&&", v, is_inner) : "<and>";
        case ValueKind::Or: return has(2) ? binary("||", v, is_inner) : "<or>";
        case ValueKind::Convert: return fmt::format("convert({}, {})", type(v->type), values(v->args));
        case ValueKind::Select: return fmt::format("select({})", values(v->args));
        case ValueKind::TypeTest: return fmt::format("is({}, {})", values(v->args), type(v->test));
        case ValueKind::SwitchString: return fmt::format("switch_string({})", values(v->args));
        case ValueKind::Runtime: {
            if (!v->runtime.valid() || static_cast<size_t>(v->runtime.index) >= module_.runtime.size())
                return "$<invalid>";
            const RuntimeFunction& row = module_.runtime[v->runtime];
            std::string text = fmt::format("${}({})", row.name, values(v->args));
            return v->type == row.result ? text : fmt::format("{}:{}", text, type(v->type));
        }
    }
    return "<value>";
}

// ---- operations --------------------------------------------------------------------------------

std::string Printer::op_body(const Op& op) {
    std::string word(info(op.op).text);
    switch (op.op) {
        case OpKind::Assign: return first_operand(op);
        case OpKind::Store: return fmt::format("{} {} = {}", word, value(op.place), first_operand(op));
        case OpKind::Take:
        case OpKind::MakeUnique: return fmt::format("{} {}", word, value(op.place));
        case OpKind::New: return fmt::format("{} {}", word, type(op.type));
        case OpKind::NewArray: return fmt::format("{}({}) {}", word, type(op.type), operands(op));
        case OpKind::CheckCast: return fmt::format("{}({}) {}", word, type(op.type), operands(op));
        case OpKind::Release:
        case OpKind::CheckNull:
        case OpKind::CheckIndex:
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::Concat:
        case OpKind::Append:
        case OpKind::EnumText:
        case OpKind::Throw:
        case OpKind::Rethrow:
        case OpKind::SetFinalised: return fmt::format("{} {}", word, operands(op));
        case OpKind::Call:
            return fmt::format("{} {}({})", word, function_name(op.function), operands(op));
        case OpKind::CallVirtual:
            return fmt::format("{} {}[{}]({})", word, type(op.type), op.slot, operands(op));
        case OpKind::CallRuntime: {
            bool is_known = op.runtime.valid() &&
                            static_cast<size_t>(op.runtime.index) < module_.runtime.size();
            std::string_view name = is_known ? module_.runtime[op.runtime].name : "<invalid>";
            return fmt::format("{} {}({})", word, name, operands(op));
        }
    }
    return "<op>";
}

std::string Printer::op_text(const Op& op) {
    std::string text = op.dst.valid() ? local(op.dst) + " = " : "";
    if (op.op == OpKind::Assign && !op.dst.valid()) text = "<invalid> = ";
    return text + op_body(op) + (op.throws ? " throws" : "") + (op.is_fatal ? " fatal" : "");
}

std::string Printer::node_head(const Node& node) {
    switch (node.kind) {
        case NodeKind::Op: return op_text(*as<Op>(&node));
        case NodeKind::Block: return as<Block>(&node)->is_statement ? "statement" : "block";
        case NodeKind::If: return "if " + value(as<If>(&node)->condition);
        case NodeKind::Loop: return (as<Loop>(&node)->is_do ? "do_loop" : "loop") + label(node);
        case NodeKind::Switch: return fmt::format("switch{} {}", label(node), value(as<Switch>(&node)->subject));
        case NodeKind::Try: return "try";
        case NodeKind::Break: return "break" + target_label(as<Break>(&node)->target);
        case NodeKind::Continue: return "continue" + target_label(as<Continue>(&node)->target);
        case NodeKind::Return: {
            const Return& r = *as<Return>(&node);
            return r.value.value ? "return " + operand(r.value) : "return";
        }
    }
    return "<node>";
}

// ---- regions -----------------------------------------------------------------------------------

std::string Printer::local_declaration(LocalId id) {
    if (!id.valid() || static_cast<size_t>(id.index) >= function_->locals.size()) return "<invalid>";
    const Local& l = function_->locals[id];
    std::string_view words[] = {"plain", "own", "borrow"};
    return fmt::format("{}{} {}: {}{}{}", l.is_ref ? "ref " : "", words[static_cast<size_t>(l.ownership)],
                       local(id), type(l.type), l.is_temp ? " temp" : "",
                       l.is_array_hold ? " hold" : "");
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
            print_block("try ", n.body);
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
    std::string_view word = types.is(id, TypeKind::Class)    ? "class"
                            : types.is(id, TypeKind::Struct) ? "struct"
                                                             : "enum";
    out_.begin_line();
    out_.write(fmt::format("{}{} {}", is_listed ? "" : "unlisted ", word, type(id)));
    if (n.base.valid()) out_.write(" : " + type(n.base));
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

}  // namespace

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
