// The printer behind ir/print.h: print_text.cpp puts names, values and operations into words,
// print.cpp lays out regions and declarations.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "ir/ir.h"
#include "support/text_writer.h"

namespace dream::ir {

// A name as it stands in the text, the `copy`th of its kind. `may_be_word`: where it stands, no
// word of the grammar can.
std::string quoted_name(std::string_view name, int copy, bool may_be_word = false);

// Names handed out so far, and how often.
struct NameTable {
    std::map<std::string, int, std::less<>> used;
    std::string claim(const std::string& name) { return quoted_name(name, ++used[name]); }
};

class Printer {
  public:
    explicit Printer(const Module& module);

    void set_function(const Function& function);

    std::string print_module();
    void print_function(const Function& function);
    std::string take() { return out_.take(); }

    std::string type(TypeId id);

    std::string function_name(FunctionId id) const;

    std::string local(LocalId id) const;

    std::string value(const Value* v, bool is_inner = false);
    std::string node_head(const Node& node);

  private:
    // Else it is called after its class.
    static bool has_own_name(const Function& f) {
        return f.kind == FunctionKind::Free || f.kind == FunctionKind::Method ||
               f.kind == FunctionKind::Extern;
    }

    // The last part of the printed name.
    static std::string last_name(const Function& f);

    std::vector<TypeId> listed_types() const;

    void name_local(LocalId id, NameTable& names);

    // Names the locals and labels the targets of exits in `node`, in the order in which they print.
    void walk_names(const Node& node, NameTable& names);
    void find_targets(const Node& node, std::set<const Node*>& targets);

    std::string values(Values args, size_t from = 0);
    std::string operand(const Operand& o);
    std::string operands(const Op& op);
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

}  // namespace dream::ir
