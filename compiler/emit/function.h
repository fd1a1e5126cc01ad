// Prints one function. The members are defined by what they print: exprs.cpp values, ops.cpp
// operations, stmts.cpp regions and exits, unwind.cpp handlers and labels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emit/facts.h"
#include "emit/plan.h"
#include "emit/program.h"
#include "support/text_writer.h"

namespace dream::emit {

// Binding strength in C, weakest first.
enum class Level {
    Conditional, Or, And, BitOr, BitXor, BitAnd, Equality, Relational, Shift, Additive,
    Multiplicative, Unary, Postfix,
};

struct Text {
    std::string text;
    Level level = Level::Postfix;
};

class FunctionEmitter {
  public:
    FunctionEmitter(Program& program, ir::FunctionId id);

    // Prints the definition.
    void run(TextWriter& out);
    // The prototype without `;`.
    std::string head();

  private:
    // ---- exprs.cpp ----
    Text expr(const ir::Value& value);
    Text constant(const ir::Value& value);
    Text place(const ir::Value& value);
    std::string pointer(const ir::Value& value);
    Text unary(const ir::Value& value);
    Text binary(const ir::Value& value);
    Text arithmetic(const ir::Value& value);
    Text comparison(const ir::Value& value);
    Text conversion(const ir::Value& value);
    Text select(const ir::Value& value);
    Text switch_string(const ir::Value& value);
    // Anywhere that an assignment may stand.
    std::string str(const ir::Value& value) { return expr(value).text; }
    // As an operand of at least this strength, in parentheses if it is weaker.
    std::string operand(const ir::Value& value, Level level);
    static std::string enclose(const Text& text, Level level);
    // As the value of a C variable, parameter or result of `type`: C converts by itself where it
    // does as Dream does.
    std::string as_type(const ir::Value& value, TypeId type);
    std::string condition(const ir::Value& value, bool negated = false);
    Text negation(const ir::Value& value);
    std::string address(const ir::Value& value);
    Text address_text(const ir::Value& place);
    bool is_first_behind(const ir::Value& value) const;  // *p, p->x
    const std::string& local_name(ir::LocalId id) const { return plan_.local(id).name; }
    bool is_pointer_to_struct(const ir::Value& value) const;
    bool is_plain(const ir::Value& value) const { return facts_.is_plain(*holder_, value); }

    // ---- ops.cpp ----
    void op(const ir::Op& op);
    void print(const ir::Op& op);
    void assign(const ir::Op& op);
    std::string assignment(const ir::Op& op, const std::string& target, TypeId type);
    void store(const ir::Op& op);
    void check(const ir::Op& op);
    void check_index(const ir::Op& op);
    void call(const ir::Op& op);
    void call_runtime(const ir::Op& op);
    void new_array(const ir::Op& op);
    size_t array_literal(const std::vector<const ir::Node*>& nodes, size_t at);
    void concat(const ir::Op& op);
    void raise(const ir::Op& op);
    std::string argument(const ir::Operand& arg, TypeId type);
    std::string arguments(const ir::Op& op, const ir::Function& callee, TypeId receiver);
    // Prints `dst = text;`, with the declaration if it is due, or the text alone.
    bool is_stored(const ir::Op& op) const;
    // `type` is that of the text, where it may be another class than the local's.
    void result(const ir::Op& op, std::string text, TypeId type = {});
    void fail_unless(const ir::Op& op, const std::string& ok, const std::string& throwing, const std::string& fatal);
    void test_thrown(const ir::Op& op);
    std::string where(Span span) const;

    // ---- trace.cpp ----
    bool enters_function(const ir::Op& op) const;
    void frame_at_top();
    void call_site(const ir::Op& op);
    void called(const ir::Op& op);

    // ---- stmts.cpp ----
    void body(const ir::Block& block);
    void node(const ir::Node& node);
    void begin(const ir::Node& node);
    void site_of(const ir::Op& op);
    void block(const ir::Block& block);
    void if_(const ir::If& node, bool is_else);
    void inner(const ir::Block& block);
    void loop(const ir::Loop& loop);
    void switch_(const ir::Switch& node);
    void exit(const ir::Node& node);
    void return_(const ir::Return& node);
    void return_nothing();
    std::string trial() const;
    void declare_at_top(int scope);
    void declare_all(const std::vector<size_t>& locals);
    void space_before(const ir::Node& node);
    const ir::If* only_if(const ir::Block& block) const;

    // ---- unwind.cpp ----
    void try_(const ir::Try& node);
    void catches(const ir::Try& node, const TryPlan& plan);
    void catch_body(const ir::Catch& clause, Region* region, const std::string& exception);
    void finally(const ir::Try& node, const TryPlan& plan);
    void cleanup();
    void unwind(const Region& region);
    // The statement that takes an exception out of `region`.
    std::string jump(Region* region);
    // The statements that take out what `op` has thrown.
    void leave(const ir::Op& op);
    bool is_inline(const ir::Op& op) const;
    void leave_function();
    void label(const std::string& name);

    void line(const std::string& text) { out_->raw_line(text); }
    template <class First, class... Rest>
    void line(fmt::format_string<First, Rest...> format, First&& first, Rest&&... rest) {
        out_->line(format, std::forward<First>(first), std::forward<Rest>(rest)...);
    }

    Program& p_;
    ir::FunctionId id_;
    const ir::Function& function_;
    Facts facts_;
    Plan plan_;
    TextWriter* out_ = nullptr;
    const ir::Node* holder_ = nullptr;  // evaluates the value being printed
    std::vector<const ir::Node*> breakable_;
    bool runs_trial_ = false;           // exits look for a cycle that the locals were last to hold
    std::string frame_;                 // the variable by which they know what is new since the start
    bool has_label_ = false;            // a label was printed that still needs a statement
    int last_line_ = 0;                 // source line of the statement printed last, 0: none
};

}  // namespace dream::emit
