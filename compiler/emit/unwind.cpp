// Exceptions: a call that throws returns normally with a pending exception, which the caller tests.
// Behind the body of a `try`, and at the end of a function, stands one label that all its failing
// calls jump forward to; the code behind it is also walked over when nothing was thrown, so it
// asks dr_thrown() again:
//
//     catch_1:
//         if (dr_thrown()) { release what the body held; take the exception; ... }
//     finally_1:
//         pending = dr_save_pending(); ...; dr_restore_pending(pending);
//         if (dr_thrown()) goto cleanup;
#include <fmt/format.h>

#include "emit/function.h"

namespace dream::emit {

using namespace ir;

// The statement that goes on unwinding from inside `region`.
std::string FunctionEmitter::jump(Region* region) {
    Region* stop = stop_of(region);
    if (stop->kind != Region::Kind::Function) return "goto " + stop->label + ";";
    if (!stop->unwind.empty()) return "goto cleanup;";
    if (function_.is_exception_boundary) return "dr_unhandled_at_once();";
    if (function_.result == Types::Void) return "return;";
    return fmt::format("return {};", p_.zero(function_.result, false));
}

// The only operation that exceptions leave the function from releases what there is on the spot.
bool FunctionEmitter::is_inline(const Op& op) const {
    const Region* stop = stop_of(plan_.handler_of(op));
    return stop == plan_.function_region && stop->is_inline && !stop->unwind.empty();
}

void FunctionEmitter::leave(const Op& op) {
    if (!is_inline(op)) return line(jump(plan_.handler_of(op)));
    unwind(*plan_.function_region);
    leave_function();
}

void FunctionEmitter::leave_function() {
    if (function_.is_exception_boundary) return line("dr_unhandled_at_once();");
    if (runs_trial_) line(trial());
    return_nothing();
}

void FunctionEmitter::label(const std::string& name) {
    out_->dedent();
    line(name + ":");
    out_->indent();
    has_label_ = true;
}

void FunctionEmitter::unwind(const Region& region) {
    for (const Op* each : region.unwind) {
        holder_ = each;
        op(*each);
    }
}

void FunctionEmitter::try_(const Try& node) {
    TryPlan plan = plan_.tries.at(node);
    bool keeps_pending = plan.finally_region && plan.finally_region->keeps_pending;
    if (keeps_pending) {
        plan.pending = plan_.fresh_name("pending");
        line("void* {} = NULL;", plan.pending);
    }
    body(*node.body);
    bool enters_by_jump = plan.body->has_jumps || (node.catches.empty() && plan.entry && plan.entry->has_jumps);
    if (enters_by_jump) label(plan.body->label);
    if (plan.body->is_reached && !node.catches.empty()) {
        has_label_ = false;
        catches(node, plan);
    } else if (plan.body->is_reached && !plan.body->unwind.empty()) {
        has_label_ = false;
        line("if (dr_thrown()) {");
        out_->indent();
        unwind(*plan.body);
        out_->dedent();
        line("}");
    }
    if (node.finally_block) {
        if (plan.entry->has_jumps && !node.catches.empty()) label(plan.entry->label);
        finally(node, plan);
    }
    if (const std::string* end = plan_.ends.find(node)) label(*end);
}

void FunctionEmitter::catches(const Try& node, const TryPlan& plan) {
    line("if (dr_thrown()) {");
    out_->indent();
    unwind(*plan.body);
    bool is_single = node.catches[0].type == p_.module.exception;
    if (is_single) {
        catch_body(node.catches[0], plan.catches[0], "dr_take()");
    } else {
        std::string exception = plan_.fresh_name("exception");
        line("{} = dr_take();", p_.declare(p_.module.exception, exception));
        bool caught = false;
        for (size_t i = 0; i < node.catches.size() && !caught; ++i) {
            const Catch& clause = node.catches[i];
            caught = clause.type == p_.module.exception;
            std::string before = i == 0 ? "" : "} else ";
            line(caught ? before + "{" : fmt::format("{}if ({}) {{", before, p_.is_instance(exception, clause.type)));
            out_->indent();
            std::string typed = caught ? exception : fmt::format("({}){}", p_.c_type(clause.type), exception);
            catch_body(clause, plan.catches[i], typed);
            out_->dedent();
        }
        if (!caught) {
            line("} else {");
            out_->indent();
            line("dr_rethrow({});", exception);
            if (!plan.entry) line(jump(plan.body->outer));
            out_->dedent();
        }
        line("}");
    }
    out_->dedent();
    line("}");
}

void FunctionEmitter::catch_body(const Catch& clause, Region* region, const std::string& exception) {
    int scope = plan_.scope_of(*clause.body);
    declare_at_top(scope);
    if (clause.exception.valid() && plan_.local(clause.exception).is_declared) {
        const LocalPlan& local = plan_.local(clause.exception);
        if (local.at_entry)
            line("{} = {};", p_.declare(clause.type, local.name), exception);
        else
            line("{} = {};", local.name, exception);
    }
    body(*clause.body);
    if (!region->is_stop() || !region->is_reached) return;
    if (region->has_jumps) label(region->label);
    has_label_ = false;
    line("if (dr_thrown()) {");
    out_->indent();
    unwind(*region);
    if (region->outer->kind != Region::Kind::Entry) line(jump(region->outer));
    out_->dedent();
    line("}");
}

void FunctionEmitter::finally(const Try& node, const TryPlan& plan) {
    Region* region = plan.finally_region;
    if (region->keeps_pending) {
        has_label_ = false;
        line("{} = dr_save_pending();", plan.pending);
    }
    body(*node.finally_block);
    if (!region->is_stop()) return;
    if (region->has_jumps) label(region->label);
    bool releases = region->is_reached && !region->unwind.empty();
    if (region->keeps_pending) {
        has_label_ = false;
        if (releases) {
            line("if (dr_thrown()) {");
            out_->indent();
            unwind(*region);
            out_->dedent();
            line("}");
        }
        line("dr_restore_pending({});", plan.pending);
        line("if (dr_thrown()) {}", jump(region->outer));
    } else if (region->is_reached) {
        has_label_ = false;
        line("if (dr_thrown()) {");
        out_->indent();
        unwind(*region);
        line(jump(region->outer));
        out_->dedent();
        line("}");
    }
}

// The end of a function that exceptions leave. Normal ways have returned before.
void FunctionEmitter::cleanup() {
    const Region& region = *plan_.function_region;
    if (!region.is_reached || region.is_inline || region.unwind.empty()) return;
    out_->blank();
    label("cleanup");
    has_label_ = false;
    unwind(region);
    if (function_.is_exception_boundary) return line("dr_unhandled_at_once();");
    if (runs_trial_) line(trial());
    if (function_.result != Types::Void) return_nothing();
}

}  // namespace dream::emit
