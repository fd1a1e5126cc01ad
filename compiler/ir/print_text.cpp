// Names, values and operations in words. Needs nothing to hold of the module.
#include <algorithm>
#include <cmath>
#include <functional>

#include "ir/printer.h"

namespace dream::ir {
namespace {

// Words that begin something where a name could stand too.
bool is_word_of_grammar(std::string_view name) {
    static const std::set<std::string_view> kWords = {
#define OP(name, text, effects) text,
#include "ir/ops.def"
        "own",  "borrow", "plain", "ref",   "move",    "retain", "statement", "if",       "else",
        "loop", "do_loop", "switch", "try", "catch",   "finally", "unwind",   "break",    "continue",
        "return", "true", "false", "null",  "zero",    "inf",    "nan",
    };
    return kWords.count(name) != 0;
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

}  // namespace

std::string quoted_name(std::string_view name, int copy, bool may_be_word) {
    bool is_plain = !name.empty() && (may_be_word || !is_word_of_grammar(name));
    for (size_t i = 0; i < name.size(); ++i) {
        auto c = static_cast<unsigned char>(name[i]);
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        is_plain = is_plain && (is_letter || (i > 0 && c >= '0' && c <= '9'));
    }
    std::string text = is_plain ? std::string(name) : fmt::format("`{}`", name);
    return copy > 1 ? fmt::format("{}#{}", text, copy) : text;
}

// ---- names --------------------------------------------------------------------------------------

Printer::Printer(const Module& module) : module_(module) {
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

void Printer::set_function(const Function& function) {
    function_ = &function;
    local_names_.clear();
    labels_.clear();
    NameTable names;
    for (LocalId id : function.params) name_local(id, names);
    if (function.body) walk_names(*function.body, names);
}

std::string Printer::type(TypeId id) {
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

std::string Printer::function_name(FunctionId id) const {
    if (!id.valid() || static_cast<size_t>(id.index) >= function_names_.size())
        return "<invalid>";
    return function_names_[static_cast<size_t>(id.index)];
}

std::string Printer::local(LocalId id) const {
    if (!id.valid()) return "<invalid>";
    auto found = local_names_.find(id);
    if (found != local_names_.end()) return found->second;
    return fmt::format("<unlisted {}>", id.index);
}

std::string Printer::last_name(const Function& f) {
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

std::vector<TypeId> Printer::listed_types() const {
    std::vector<TypeId> listed;
    for (const Class& c : module_.classes) listed.push_back(c.type);
    listed.insert(listed.end(), module_.structs.begin(), module_.structs.end());
    listed.insert(listed.end(), module_.enums.begin(), module_.enums.end());
    return listed;
}

void Printer::name_local(LocalId id, NameTable& names) {
    if (!id.valid() || static_cast<size_t>(id.index) >= function_->locals.size()) return;
    if (!local_names_.count(id)) local_names_[id] = names.claim(function_->locals[id].name);
}

std::string Printer::values(Values args, size_t from) {
    std::string text;
    for (size_t i = from; i < args.size(); ++i)
        text += (i > from ? ", " : "") + value(args[i]);
    return text;
}

std::string Printer::operand(const Operand& o) {
    std::string text = o.by_ref ? "ref " : "";
    switch (o.transfer) {
        case Transfer::Use: break;
        case Transfer::Retain: text += "retain "; break;
        case Transfer::Move: text += "move "; break;
    }
    return text + value(o.value);
}

std::string Printer::operands(const Op& op) {
    std::string text;
    for (size_t i = 0; i < op.args.size(); ++i)
        text += (i > 0 ? ", " : "") + operand(op.args[i]);
    return text;
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
        case ValueKind::Instance: return fmt::format("instance:{}", type(v->type));
        case ValueKind::FunctionAddress:
            return "&" + std::string(module_.functions[v->function].name);
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
        case ValueKind::Deref:
            return fmt::format("deref({})", values(v->args));
        case ValueKind::AddressOf: return fmt::format("address({})", values(v->args));
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
    return text + op_body(op) + (op.throws ? " throws" : "") + (op.is_fatal ? " fatal" : "") +
           (op.place_is_empty ? " empty" : "") + (op.is_immediate ? " immediate" : "");
}

std::string Printer::node_head(const Node& node) {
    switch (node.kind) {
        case NodeKind::Op: return op_text(*as<Op>(&node));
        case NodeKind::Block: return as<Block>(&node)->is_statement ? "statement" : "block";
        case NodeKind::If: return "if " + value(as<If>(&node)->condition);
        case NodeKind::Loop: return (as<Loop>(&node)->is_do ? "do_loop" : "loop") + label(node);
        case NodeKind::Switch: {
            std::string name = label(node);
            if (!name.empty()) name += ":";
            return fmt::format("switch{} {}", name, value(as<Switch>(&node)->subject));
        }
        case NodeKind::Try: return "try" + label(node);
        case NodeKind::Break: return "break" + target_label(as<Break>(&node)->target);
        case NodeKind::Continue: return "continue" + target_label(as<Continue>(&node)->target);
        case NodeKind::Return: {
            const Return& r = *as<Return>(&node);
            return r.value.value ? "return " + operand(r.value) : "return";
        }
    }
    return "<node>";
}

}  // namespace dream::ir
