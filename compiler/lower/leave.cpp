// Exits through finally blocks: inner Trys first, so that an exit which has been moved behind an
// inner Try is routed once more if an outer one encloses it.
#include "lower/leave.h"

#include <algorithm>

#include "ir/build.h"

namespace dream::lower {

using namespace ir;

namespace {

class Routing {
  public:
    Routing(Module& module, Function& function) : module_(module), function_(function), build_(module) {}

    void run() { block(*function_.body); }

  private:
    // A way out of a Try that its finally_block delays.
    struct Route {
        Node* exit;
        int64_t code;
    };
    // An enclosing construct; of a Try with a finally, the routes out of it.
    struct Frame {
        Node* node;
        Try* delays = nullptr;
        std::vector<Route>* routes = nullptr;
        LocalId* leave = nullptr;
    };

    void block(Block& block) {
        frames_.push_back({&block});
        std::vector<Node*> body = std::move(block.body);
        block.body.clear();
        for (Node* node : body) rewrite(*node, block.body);
        frames_.pop_back();
    }

    void rewrite(Node& node, std::vector<Node*>& out) {
        switch (node.kind) {
            case NodeKind::Op: out.push_back(&node); break;
            case NodeKind::Block:
                block(*as<Block>(&node));
                out.push_back(&node);
                break;
            case NodeKind::If:
                block(*as<If>(&node)->then_block);
                if (as<If>(&node)->else_block) block(*as<If>(&node)->else_block);
                out.push_back(&node);
                break;
            case NodeKind::Loop:
                frames_.push_back({&node});
                block(*as<Loop>(&node)->head);
                block(*as<Loop>(&node)->body);
                block(*as<Loop>(&node)->step);
                frames_.pop_back();
                out.push_back(&node);
                break;
            case NodeKind::Switch:
                frames_.push_back({&node});
                for (Case& c : as<Switch>(&node)->cases) block(*c.body);
                frames_.pop_back();
                out.push_back(&node);
                break;
            case NodeKind::Try: try_(*as<Try>(&node), out); break;
            case NodeKind::Break: exit(node, as<Break>(&node)->target, out); break;
            case NodeKind::Continue: exit(node, as<Continue>(&node)->target, out); break;
            case NodeKind::Return: exit(node, nullptr, out); break;
        }
    }

    void try_(Try& node, std::vector<Node*>& out) {
        std::vector<Route> routes;
        LocalId leave;
        if (node.finally_block) frames_.push_back({&node, &node, &routes, &leave});
        else frames_.push_back({&node});
        block(*node.body);
        for (Catch& c : node.catches) block(*c.body);
        frames_.pop_back();
        if (node.finally_block) block(*node.finally_block);
        if (routes.empty()) {
            out.push_back(&node);
            return;
        }
        out.push_back(assign(leave, build_.integer(Types::Int, 0), node.span));
        // The test of `leave` hides from every analysis that the result is set when it is returned.
        for (const Route& route : routes)
            if (const Value* result = result_of(*route.exit); result && result->kind == ValueKind::Local)
                out.push_back(assign(result->local, build_.default_of(result->type), node.span));
        out.push_back(&node);
        for (const Route& route : routes) {
            If* test = build_.node<If>(node.span);
            test->condition = build_.binary(BinaryOp::Equal, build_.local(function_, leave),
                                            build_.integer(Types::Int, route.code));
            test->then_block = build_.block(node.span);
            rewrite(*route.exit, test->then_block->body);
            out.push_back(test);
        }
    }

    // `target` null: a return.
    void exit(Node& node, Node* target, std::vector<Node*>& out) {
        for (size_t i = frames_.size(); i-- > 0;) {
            if (target && frames_[i].node == target) break;
            if (!frames_[i].delays) continue;
            delay(node, frames_[i], out);
            return;
        }
        out.push_back(&node);
    }

    void delay(Node& node, Frame& frame, std::vector<Node*>& out) {
        if (node.kind == NodeKind::Return) hold_result(*as<Return>(&node), out);
        if (!frame.leave->valid()) *frame.leave = new_local("leave", Types::Int, node.span);
        int64_t code = 0;
        for (const Route& route : *frame.routes)
            if (same_exit(*route.exit, node)) code = route.code;
        if (code == 0) {
            code = static_cast<int64_t>(frame.routes->size()) + 1;
            frame.routes->push_back({&node, code});
        }
        out.push_back(assign(*frame.leave, build_.integer(Types::Int, code), node.span));
        Break* leave = build_.node<Break>(node.span);
        leave->target = frame.delays;
        out.push_back(leave);
    }

    static const Value* result_of(const Node& exit) {
        return exit.kind == NodeKind::Return ? as<Return>(&exit)->value.value : nullptr;
    }

    static bool same_exit(const Node& a, const Node& b) {
        if (a.kind != b.kind) return false;
        if (a.kind == NodeKind::Break) return as<Break>(&a)->target == as<Break>(&b)->target;
        if (a.kind == NodeKind::Continue) return as<Continue>(&a)->target == as<Continue>(&b)->target;
        const Value* x = as<Return>(&a)->value.value;
        const Value* y = as<Return>(&b)->value.value;
        return x == y || (x && y && x->kind == ValueKind::Local && y->is_local(x->local));
    }

    // The value of a return is taken before the finally runs, which may change what it names.
    void hold_result(Return& exit, std::vector<Node*>& out) {
        const Value* value = exit.value.value;
        if (!value || value->is_constant()) return;
        if (value->kind == ValueKind::Local && function_.locals[value->local].is_temp &&
            std::count(function_.body->locals.begin(), function_.body->locals.end(), value->local))
            return;
        if (!result_.valid()) result_ = new_local("result", function_.result, exit.span);
        out.push_back(assign(result_, value, exit.span));
        exit.value.value = build_.local(function_, result_);
    }

    LocalId new_local(std::string name, TypeId type, Span span) {
        Local local;
        local.name = std::move(name);
        local.type = type;
        local.ownership = module_.types->owns_references(type) ? Ownership::Own : Ownership::None;
        local.is_temp = true;
        local.span = span;
        LocalId id = function_.locals.add(std::move(local));
        function_.body->locals.push_back(id);
        return id;
    }

    Op* assign(LocalId dst, const Value* value, Span span) {
        Op* op = build_.op(OpKind::Assign, span);
        op->dst = dst;
        op->args = {{value}};
        return op;
    }

    Module& module_;
    Function& function_;
    Builder build_;
    std::vector<Frame> frames_;
    LocalId result_;
};

}  // namespace

void route_exits(Module& module) {
    for (Function& function : module.functions)
        if (function.body) Routing(module, function).run();
}

}  // namespace dream::lower
