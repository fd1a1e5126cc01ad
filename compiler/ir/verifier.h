// The walker behind ir/verify.h: verify.cpp checks regions and declarations, verify_ops.cpp values
// and operations.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ir/local_set.h"
#include "ir/verify.h"

namespace dream::ir {

class Verifier {
  public:
    Verifier(const Module& module, Stage stage, std::vector<std::string>& errors)
        : module_(module), types_(*module.types), stage_(stage), errors_(errors) {}

    bool declarations();
    void function(const Function& f);

  private:
    struct Frame {
        const Node* node;
        bool is_finally;  // the frame of a finally_block
    };

    // ---- regions ----
    void block(const Block* block, bool has_unwind, std::string_view what);
    void node(const Node& node);
    void loop(const Loop& loop);
    void switch_(const Switch& node);
    void try_(const Try& node);
    void exit(const Node& exit, const Node* target, bool is_continue);
    void return_(const Return& exit);
    void condition(const Value* value, std::string_view what);
    void declare(LocalId id, std::string_view what);

    // ---- operations ----
    void op(const Op& op);
    void arguments(const Op& op);
    void call(const Op& op, const Function& callee);
    void destination(const Op& op);
    void place(const Op& op);
    void writable_array(const Op& store);
    bool count(const Op& op, size_t least, size_t most);
    void is_type(const Value& value, TypeId type, std::string_view what);
    TypeId result(const Op& op) const;

    // ---- values ----
    // True if the value can be looked into; everything below it then can, too.
    bool value(const Value* v);
    bool value_arguments(const Value& v);
    void value_types(const Value& v);

    bool known(TypeId id) const { return id.valid() && static_cast<size_t>(id.index) < types_.size(); }
    template <class IdType, class T>
    static bool known(IdType id, const Store<IdType, T>& store) {
        return id.valid() && static_cast<size_t>(id.index) < store.size();
    }
    bool fits(TypeId from, TypeId to) const;
    bool owns(TypeId id) const { return known(id) && types_.owns_references(id); }
    void error(std::string_view rule, std::string_view text);

    const Module& module_;
    const Types& types_;
    Stage stage_;
    std::vector<std::string>& errors_;
    const Function* function_ = nullptr;
    const Node* where_ = nullptr;
    std::vector<Frame> frames_;
    std::vector<const Block*> blocks_;  // around where_
    LocalSet in_scope_;
    LocalSet listed_;
    std::set<LocalId> new_arrays_;  // assigned by a NewArray somewhere
};

}  // namespace dream::ir
