// The walk of one function behind check_flow. Statements are in flow.cpp, expressions in
// flow_exprs.cpp; both move `state_` forward along the order of evaluation.
#pragma once

#include <unordered_map>
#include <vector>

#include "check/captures.h"
#include "check/flow_state.h"
#include "check/typed.h"
#include "diag/diag.h"

namespace dream::flow {

// What a call of a local function means for the variables that it captures.
struct LocalCall {
    std::vector<const typed::Local*> needs;  // it reads them before it has assigned them
    std::vector<const typed::Local*> gives;  // they are assigned whenever it returns
};
using LocalCalls = std::unordered_map<const typed::Function*, LocalCall>;

// flow_local_functions.cpp
LocalCalls find_local_calls(const typed::Program& program, const Captures& captures,
                            const Sources& sources);

class Walk {
  public:
    Walk(const typed::Program& program, const Captures& captures, const LocalCalls& local_calls,
         const Sources& sources, diag::Sink& sink)
        : program_(program),
          captures_(captures),
          local_calls_(local_calls),
          types_(*program.types),
          sources_(sources),
          sink_(sink) {}

    void function(const typed::Function& function);
    LocalCall summary(const typed::Function& function);

  private:
    // What is known about a local besides its state.
    struct Facts {
        int bit = -1;          // in State::assigned; -1: assigned wherever it is in scope
        bool is_used = false;  // read, passed by reference, written through, or given a computed
                               // value (C#'s rule: only constants that nobody reads are suspicious)
        bool is_written = false;
    };

    enum class ContextKind { Loop, Switch, TryWithFinally, FinallyBody };

    // A break, continue or return under way through a finally block.
    struct PendingExit {
        const typed::Stmt* stmt;
        size_t target;  // index of the context that it leaves or continues; unused by Return
        State state;
    };

    struct Context {
        explicit Context(ContextKind k) : kind(k) {}

        ContextKind kind;
        State break_state = State::nowhere();
        State continue_state = State::nowhere();
        std::vector<PendingExit> pending;  // TryWithFinally only
    };

    // ---- statements (flow.cpp) ----
    void body(const typed::Function& function);
    void track_captured(const typed::Function& function);
    void statement(const typed::Stmt* stmt);
    void statements(const std::vector<typed::Stmt*>& body);
    void declare(const typed::DeclareStmt& stmt, bool in_switch_section);
    void if_chain(const typed::IfStmt* stmt);
    void while_loop(const typed::WhileStmt& stmt);
    void do_loop(const typed::DoWhileStmt& stmt);
    void for_loop(const typed::ForStmt& stmt);
    void foreach_loop(const typed::ForeachStmt& stmt);
    void switch_statement(const typed::SwitchStmt& stmt);
    void try_statement(const typed::TryStmt& stmt);
    void leave(const typed::Stmt& exit);
    void send(const typed::Stmt& exit, size_t target, const State& state, size_t from);
    Context pop_context();
    bool is_exhaustive(const typed::SwitchStmt& stmt) const;
    void check_outs(const State& state, Span at);
    void check_reachable(const typed::Stmt& stmt);
    void report_unused();
    Span first_line(Span span) const;

    // ---- expressions (flow_exprs.cpp) ----
    void expression(const typed::Expr* expr);
    void rest_of(const typed::Expr& expr);
    void leaf(const typed::Expr& expr);
    Branches condition(const typed::Expr* expr);
    Branches logical(const typed::Expr* expr);
    Branches conditional_branches(const typed::Expr* expr);
    void conditional(const typed::Expr* expr);
    void assign(const typed::AssignExpr& expr);
    void lambda(const typed::Function& function);
    void callback(const typed::FunctionAddressExpr& expr);
    void address(const typed::AddressOfExpr& expr);
    void local_call(const typed::CallExpr& call);
    void arguments(const std::vector<typed::Argument>& arguments);
    void place_parts(const typed::Expr* place);
    void mark_assigned(const typed::Expr* place);
    void write(const typed::Local& local, const typed::Expr* value);
    void read(const typed::Local& local, Span at);
    void check_comparison(const typed::BinaryExpr& expr);

    const typed::Program& program_;
    const Captures& captures_;
    const LocalCalls& local_calls_;
    const Types& types_;
    const Sources& sources_;
    diag::Sink& sink_;

    const typed::Function* function_ = nullptr;
    bool warns_ = false;
    State state_;
    std::unordered_map<const typed::Local*, Facts> facts_;
    // Of the checker's own conditions (the result of a filter): what is assigned where they hold.
    std::unordered_map<const typed::Local*, BitSet> implied_;
    int bit_count_ = 0;
    std::vector<const typed::Local*> declared_;  // by DeclareStmts, in order
    std::vector<const typed::Local*> outs_;
    std::vector<Context> contexts_;
    // Of a summary: what is read without a value, and what holds wherever the function returns.
    std::vector<const typed::Local*>* needs_ = nullptr;
    State* exits_ = nullptr;
    std::vector<const typed::Expr*> spine_;  // of left-deep expressions under way
};

}  // namespace dream::flow
