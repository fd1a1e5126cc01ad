// The reader behind ir/read.h: read.cpp reads declarations, read_body.cpp values, operations and
// regions. Recursive descent; the first error stops it.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ir/build.h"
#include "ir/read_lexer.h"

namespace dream::ir {

class Reader {
  public:
    Reader(std::vector<TextToken> tokens, Module& module) : tokens_(std::move(tokens)), module_(module), build_(module) {}

    // False with a message in `error` if the text is no IR.
    bool run(std::string* error);

  private:
    // ---- tokens ----
    const TextToken& peek(size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    // A failed reader is at the end for ever, so that every loop ends.
    void fail(const std::string& message);
    bool failed() const { return !error_.empty(); }
    bool at_symbol(std::string_view symbol, size_t ahead = 0) const {
        return peek(ahead).kind == TextTokenKind::Symbol && peek(ahead).text == symbol;
    }
    bool at_word(std::string_view word, size_t ahead = 0) const {
        const TextToken& t = peek(ahead);
        return t.kind == TextTokenKind::Name && !t.is_quoted && t.copy == 1 && t.text == word;
    }
    // Takes the word or symbol if it is next, on this line if `same_line`.
    bool accept(std::string_view text, bool same_line = false);
    void expect(std::string_view text);
    TextToken expect_name();
    static std::string key(const TextToken& t) { return t.copy > 1 ? t.text + "#" + std::to_string(t.copy) : t.text; }
    std::string qualified_name(std::string* last = nullptr, std::string* owner = nullptr);
    int64_t integer();

    // ---- declarations ----
    void declare_names();
    void declaration();
    void nominal(bool is_listed);
    void check_structs();
    void runtime_row();
    void global();
    void function();
    void function_header(Function& f);
    LocalId local_declaration(Function& f);
    TypeId type();
    TypeId known_type(const std::string& name);
    FunctionId function_reference();

    // ---- bodies ----
    // Limits the recursion of hostile text.
    struct Depth {
        explicit Depth(Reader& reader) : reader(reader) {
            if (++reader.depth_ > 200) reader.fail("nested too deeply");
        }
        ~Depth() { --reader.depth_; }
        Depth(const Depth&) = delete;
        Reader& reader;
    };

    Block* block();
    Node* node();
    Node* loop(bool is_do);
    Node* switch_();
    Node* try_();
    void unwind(Block& block);
    bool at_local_declaration() const;
    Op* op();
    void op_arguments(Op& op);
    void flags(Op& op);
    std::string label();
    Node* target();
    Operand operand();
    std::vector<Operand> operands(std::string_view end);

    const Value* value();
    const Value* unary();
    const Value* postfix(const Value* base);
    const Value* primary();
    const Value* number(bool is_negative);
    const Value* function_like(const std::string& word);
    std::vector<const Value*> values(std::string_view end);
    const Value* field(const Value* object);
    Value* make(ValueKind kind, TypeId type) {
        Value* made = module_.arena->make<Value>();
        made->kind = kind;
        made->type = type;
        return made;
    }
    const Value* nothing() { return build_.integer(Types::Int, 0); }
    LocalId local_reference(const TextToken& name);

    std::vector<TextToken> tokens_;
    size_t at_ = 0;
    int depth_ = 0;
    std::string error_;
    Module& module_;
    Builder build_;
    std::map<std::string, TypeId, std::less<>> types_;
    std::map<std::string, FunctionId, std::less<>> functions_;
    std::map<std::string, GlobalId, std::less<>> globals_;
    std::map<std::string, RuntimeId, std::less<>> runtime_;
    size_t next_type_ = 0;
    size_t next_function_ = 0;
    std::vector<TypeId> declared_types_;
    // of the function being read
    Function* function_ = nullptr;
    std::map<std::string, LocalId, std::less<>> locals_;
    std::map<std::string, Node*, std::less<>> labels_;
    std::vector<std::pair<LocalId, TextToken>> anchors_;
};

}  // namespace dream::ir
