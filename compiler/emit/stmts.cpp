// Regions and exits: blocks, branches, loops, switches, and the frame of the function.
#include <algorithm>

#include <fmt/format.h>

#include "emit/function.h"
#include "support/check.h"

namespace dream::emit {

using namespace ir;

FunctionEmitter::FunctionEmitter(Program& program, FunctionId id)
    : p_(program), id_(id), function_(program.module.functions[id]),
      facts_(find_facts(program.module, function_)), plan_(make_plan(program, id, facts_)) {
    // A cycle may hang on the locals of this function alone if it stores into objects; the frame
    // of the program looks in any case.
    bool is_frame = id == p_.module.top_level || id == p_.module.main;
    bool stores = false, releases = false;
    for_each_node_below(*function_.body, [&](const Node& node) {
        if (node.kind != NodeKind::Op) return;
        const Op& op = *as<Op>(&node);
        if (op.op == OpKind::Store && (op.place->kind == ValueKind::Field || op.place->kind == ValueKind::Element))
            stores = stores || p_.may_hold_cycle(op.place->type);
        if (op.op == OpKind::Release) releases = releases || p_.may_hold_cycle(op.args[0].value->type);
    });
    runs_trial_ = releases && (stores || is_frame);
}

// A function whose callers do not expect it to run user code looks only at what has no destructors.
std::string FunctionEmitter::trial() const {
    bool user_code = (function_.effects & Releases) != 0;
    return fmt::format("dr_frame_trial({}, {});", frame_, user_code);
}

std::string FunctionEmitter::head() {
    return (function_.is_exported ? "" : "static ") + function_head(p_, id_, plan_.params);
}

void FunctionEmitter::run(TextWriter& out) {
    out_ = &out;
    line(head() + " {");
    out.indent();
    frame_at_top();
    if (plan_.casts_receiver) {
        LocalId receiver = function_.params[0];
        bool is_used = false;
        auto look = [&](const Value& root) {
            for_each_value_below(root, [&](const Value& v) { is_used = is_used || v.is_local(receiver); });
        };
        for_each_node_below(*function_.body, [&](const Node& node) {
            if (plan_.dropped.contains(node)) return;
            if (node.kind == NodeKind::Op) {
                for (const Operand& arg : as<Op>(&node)->args) look(*arg.value);
                if (as<Op>(&node)->place) look(*as<Op>(&node)->place);
            }
            if (node.kind == NodeKind::If) look(*as<If>(&node)->condition);
            if (node.kind == NodeKind::Loop && as<Loop>(&node)->condition) look(*as<Loop>(&node)->condition);
            if (node.kind == NodeKind::Switch) look(*as<Switch>(&node)->subject);
            if (node.kind == NodeKind::Return && as<Return>(&node)->value.value) look(*as<Return>(&node)->value.value);
        });
        const std::string& name = plan_.local(receiver).name;
        if (is_used)
            line("{0} = ({1}){2};", p_.declare(function_.owner, name), p_.c_type(function_.owner),
                 plan_.params[0]);
    }
    if (runs_trial_) {
        frame_ = plan_.fresh_name("frame");
        line("size_t {} = dr_frame();", frame_);
    }
    declare_at_top(0);
    body(*function_.body);
    const Region& region = *plan_.function_region;
    bool has_cleanup = region.is_reached && !region.is_inline && !region.unwind.empty();
    if (falls_through(*function_.body)) {
        bool is_void = function_.result == Types::Void;
        if (runs_trial_) line(trial());
        if (!is_void || has_cleanup || has_label_) return_nothing();
    }
    cleanup();
    out.dedent();
    line("}");
}

// Where C cannot see that control does not come.
void FunctionEmitter::return_nothing() {
    has_label_ = false;
    line(function_.result == Types::Void ? "return;" : fmt::format("return {};", p_.zero(function_.result, false)));
}

// ---- declarations and layout ---------------------------------------------------------------------

void FunctionEmitter::declare_at_top(int scope) {
    declare_all(plan_.scope_table[static_cast<size_t>(scope)].declared_at_top);
}

void FunctionEmitter::declare_all(const std::vector<size_t>& locals) {
    for (size_t i : locals) {
        TypeId type = function_.locals[LocalId(static_cast<int32_t>(i))].type;
        line("{} = {};", p_.declare(type, plan_.locals[i].name), p_.zero(type, true));
    }
}

// A blank line where the source has one.
void FunctionEmitter::space_before(const Node& node) {
    if (!node.span.valid() || function_.is_library) return;
    const Sources& sources = *p_.module.sources;
    int at = sources.line(node.span);
    if (last_line_ != 0 && at > last_line_ && at > 1) {
        std::string_view above = sources[node.span.source].line_text(at - 1);
        bool is_blank = above.find_first_not_of(" \t\r") == std::string_view::npos;
        if (is_blank && !out_->text().empty() && out_->text().substr(out_->text().size() - 2) != "{\n") out_->blank();
    }
    last_line_ = std::max(last_line_, at);
}

// ---- blocks --------------------------------------------------------------------------------------

void FunctionEmitter::body(const Block& block_node) {
    std::vector<const Node*> nodes;
    flatten(block_node, nodes);
    for (size_t i = 0; i < nodes.size(); ++i) {
        const Node& each = *nodes[i];
        if (plan_.dropped.contains(each)) continue;
        if (each.kind == NodeKind::Op && plan_.in_header.contains(each)) continue;
        if (each.kind == NodeKind::Op && facts_.is_filled(*as<Op>(&each))) {
            begin(each);
            i += array_literal(nodes, i) - 1;
            continue;
        }
        node(each);
        if (!falls_through(each)) return;
    }
}

void FunctionEmitter::node(const Node& node) {
    if (node.kind == NodeKind::Block && !plan_.has_braces(*as<Block>(&node))) return body(*as<Block>(&node));
    begin(node);
    switch (node.kind) {
        case NodeKind::Op: op(*as<Op>(&node)); break;
        case NodeKind::Block: block(*as<Block>(&node)); break;
        case NodeKind::If: if_(*as<If>(&node), false); break;
        case NodeKind::Loop: loop(*as<Loop>(&node)); break;
        case NodeKind::Switch: switch_(*as<Switch>(&node)); break;
        case NodeKind::Try: try_(*as<Try>(&node)); break;
        case NodeKind::Break:
        case NodeKind::Continue: exit(node); break;
        case NodeKind::Return: return_(*as<Return>(&node)); break;
    }
}

// What goes in front of a statement: a blank line, declarations, the site of an allocation.
void FunctionEmitter::begin(const Node& node) {
    space_before(node);
    if (p_.options.line_directives && node.span.valid()) {
        const Source& source = (*p_.module.sources)[node.span.source];
        line("#line {} {}", source.line(node.span.begin), quoted(source.path()));
    }
    // A label stands in front of a statement, and a declaration is none.
    const std::vector<size_t>* before = plan_.declared_before.find(node);
    bool declares = node.kind == NodeKind::Try || before;
    if (node.kind == NodeKind::Op && as<Op>(&node)->dst.valid())
        declares = declares || plan_.local(as<Op>(&node)->dst).by == &node;
    if (has_label_ && declares) line(";");
    has_label_ = false;
    if (before) declare_all(*before);
    holder_ = &node;
    if (p_.options.debug_memory && node.kind == NodeKind::Op) site_of(*as<Op>(&node));
}

// Where memory comes, goes or is copied, or another function runs: the report names the place, and
// so does the end of a program that finds no memory or no stack.
void FunctionEmitter::site_of(const Op& op) {
    bool touches_memory = op.op == OpKind::New || op.op == OpKind::NewArray || op.op == OpKind::Concat ||
                          op.op == OpKind::Append || op.op == OpKind::EnumText ||
                          op.op == OpKind::CallRuntime || op.op == OpKind::Call ||
                          op.op == OpKind::CallVirtual || op.op == OpKind::MakeUnique ||
                          op.op == OpKind::Release;
    if (!touches_memory || !op.span.valid()) return;
    std::string at = fmt::format("{}:{}", p_.file_name(op.span), p_.module.sources->line(op.span));
    line("DR_AT({});", quoted(at));
}

void FunctionEmitter::block(const Block& block) {
    line("{");
    inner(block);
    line("}");
}

// What stands between braces.
void FunctionEmitter::inner(const Block& block) {
    out_->indent();
    declare_at_top(plan_.scope_of(block));
    body(block);
    if (has_label_) line(";");
    has_label_ = false;
    out_->dedent();
}

// The If that is all that a block prints.
const If* FunctionEmitter::only_if(const Block& block) const {
    std::vector<const Node*> nodes;
    flatten(block, nodes);
    if (nodes.size() != 1 || nodes[0]->kind != NodeKind::If || plan_.declares_in(plan_.scope_of(block))) return nullptr;
    return as<If>(nodes[0]);
}

void FunctionEmitter::if_(const If& node, bool is_else) {
    const Block* then_block = node.then_block;
    const Block* else_block = node.else_block && !node.else_block->body.empty() ? node.else_block : nullptr;
    bool negated = then_block->body.empty() && else_block;
    if (negated) std::swap(then_block, else_block);
    if (negated) else_block = nullptr;
    holder_ = &node;
    line("{}if ({}) {{", is_else ? "} else " : "", condition(*node.condition, negated));
    inner(*then_block);
    if (else_block) {
        if (const If* next = only_if(*else_block)) return if_(*next, true);
        line("} else {");
        inner(*else_block);
    }
    line("}");
}

// ---- loops and switches --------------------------------------------------------------------------

void FunctionEmitter::loop(const Loop& loop) {
    const LoopPlan& plan = plan_.loops.at(loop);
    std::string test = loop.condition && !plan.tests_inside ? condition(*loop.condition) : "";
    std::vector<const Node*> head_nodes;
    flatten(*loop.head, head_nodes);
    if (plan.is_for) {
        std::string init, steps;
        for (const Op* op : plan.init) {
            holder_ = op;
            const LocalPlan& local = plan_.local(op->dst);
            TypeId type = function_.locals[op->dst].type;
            if (local.in_header) init = fmt::format("{} = {}", p_.declare(type, local.name), argument(op->args[0], type));
            else init = assignment(*op, local.name, type);
        }
        for (const Op* op : plan.steps) {
            if (plan_.dropped.contains(*op)) continue;
            holder_ = op;
            const Local& dst = function_.locals[op->dst];
            steps += (steps.empty() ? "" : ", ") + assignment(*op, (dst.is_ref ? "*" : "") + local_name(op->dst), dst.type);
        }
        line("for ({};{}{};{}{}) {{", init, test.empty() ? "" : " ", test, steps.empty() ? "" : " ",
             steps);
    } else if (loop.is_do && !plan.tests_inside) {
        line("do {");
    } else {
        line("while ({}) {{", test.empty() ? "true" : test);
    }
    auto leave_unless = [&] {
        holder_ = &loop;
        if (plan.tests_inside) line("if ({}) break;", condition(*loop.condition, true));
    };
    out_->indent();
    declare_at_top(plan_.scope_of(*loop.body));
    if (!loop.is_do) {
        body(*loop.head);
        leave_unless();
    }
    breakable_.push_back(&loop);
    body(*loop.body);
    breakable_.pop_back();
    if (!plan.next_label.empty()) label(plan.next_label);
    if (loop.is_do) {
        body(*loop.head);
        if (plan.tests_inside) has_label_ = false;
        leave_unless();
    } else if (!plan.is_for) {
        body(*loop.step);
    }
    if (has_label_) line(";");
    has_label_ = false;
    out_->dedent();
    if (loop.is_do && !plan.tests_inside) {
        holder_ = &loop;
        line("}} while ({});", loop.condition ? condition(*loop.condition) : "true");
    } else {
        line("}");
    }
    if (const std::string* end = plan_.ends.find(loop)) label(*end);
}

void FunctionEmitter::switch_(const Switch& node) {
    TypeKind kind = p_.types.kind(node.subject->type);
    std::string subject = kind == TypeKind::Bool ? "(int)" + operand(*node.subject, Level::Unary) : str(*node.subject);
    if (!node.cases.empty()) {
        line("switch ({}) {{", subject);
        breakable_.push_back(&node);
        out_->indent();
        for (size_t i = 0; i < node.cases.size(); ++i) {
            const Case& c = node.cases[i];
            bool has_braces = plan_.declares_in(plan_.scope_of(*c.body));
            std::vector<std::string> labels;
            for (int64_t label : c.labels) {
                Value constant_label{};
                constant_label.kind = ValueKind::Int;
                constant_label.type = kind == TypeKind::Bool ? Types::Int : node.subject->type;
                constant_label.integer = label;
                labels.push_back(fmt::format("case {}:", constant(constant_label).text));
            }
            if (c.is_default) labels.push_back("default:");
            for (size_t k = 0; k < labels.size(); ++k)
                line(labels[k] + (has_braces && k + 1 == labels.size() ? " {" : ""));
            out_->indent();
            declare_at_top(plan_.scope_of(*c.body));
            body(*c.body);
            bool falls = falls_through(*c.body);
            bool is_last = i + 1 == node.cases.size();
            if (falls && is_last) line("break;");
            else if (has_label_) line(";");
            has_label_ = false;
            out_->dedent();
            if (has_braces) line("}");
            if (falls && !is_last) line("    /* fall through */");
        }
        out_->dedent();
        breakable_.pop_back();
        line("}");
    }
    if (const std::string* end = plan_.ends.find(node)) label(*end);
}

// ---- exits ---------------------------------------------------------------------------------------

void FunctionEmitter::exit(const Node& node) {
    if (node.kind == NodeKind::Continue) {
        const LoopPlan& target = plan_.loops.at(*as<Continue>(&node)->target);
        bool is_plain_continue = target.next_label.empty();
        line(is_plain_continue ? "continue;" : "goto " + target.next_label + ";");
        return;
    }
    const Node* target = as<Break>(&node)->target;
    if (target->kind == NodeKind::Try) {
        const TryPlan& plan = plan_.tries.at(*target);
        line("goto {};", plan.entry ? plan.entry->label : plan_.ends.at(*target));
        return;
    }
    if (!breakable_.empty() && breakable_.back() == target) return line("break;");
    line("goto {};", plan_.ends.at(*target));
}

void FunctionEmitter::return_(const Return& node) {
    if (runs_trial_) line(trial());
    if (!node.value.value) return line("return;");
    std::string value = node.value.value->kind == ValueKind::Zero ? p_.zero(function_.result, false)
                                                                  : argument(node.value, function_.result);
    line("return {};", value);
}

}  // namespace dream::emit
