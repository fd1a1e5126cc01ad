// The shape verifier, regions and declarations.
#include "ir/verify.h"

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "ir/print.h"
#include "ir/verifier.h"

namespace dream::ir {

std::vector<std::string> verify(const Module& module, Stage stage) {
    std::vector<std::string> errors;
    if (!module.types) return {"[module] it has no types"};
    Verifier verifier(module, stage, errors);
    if (!verifier.declarations()) return errors;
    for (const Function& f : module.functions) verifier.function(f);
    return errors;
}

void Verifier::error(std::string_view rule, std::string_view text) {
    std::string message = fmt::format("[{}]", rule);
    if (function_) message += fmt::format(" in fn {}", name_of(module_, *function_));
    message += fmt::format(": {}", text);
    if (function_ && where_)
        message += fmt::format(": at `{}`{}", text_of(module_, *function_, *where_), place_of(module_, where_->span));
    if (std::find(errors_.begin(), errors_.end(), message) == errors_.end()) errors_.push_back(std::move(message));
}

// ---- declarations ------------------------------------------------------------------------------

// False if what is wrong makes it pointless, or dangerous, to look at functions.
bool Verifier::declarations() {
    size_t before = errors_.size();
    std::map<TypeId, int> state;  // 1: being visited, 2: fine
    std::function<bool(TypeId)> is_finite = [&](TypeId id) {
        if (!known(id)) return true;
        if (!types_.is(id, TypeKind::Struct) || state[id] == 2) return true;
        if (state[id] == 1) return false;
        state[id] = 1;
        for (const Field& field : types_.nominal(id).fields)
            if (!is_finite(field.type)) return false;
        state[id] = 2;
        return true;
    };
    for (size_t i = 0; i < types_.size(); ++i) {
        TypeId id(static_cast<int32_t>(i));
        if (!types_.is_nominal(id)) continue;
        for (const Field& field : types_.nominal(id).fields)
            if (!known(field.type) || field.type == Types::Void)
                error("types", fmt::format("field '{}' has no type", field.name));
        if (!is_finite(id)) error("types", fmt::format("struct '{}' contains itself", types_.nominal(id).name));
    }
    if (errors_.size() != before) return false;

    auto check_function = [&](FunctionId id, std::string_view what) {
        if (id.valid() && !known(id, module_.functions)) error("module", fmt::format("{} is no function", what));
    };
    check_function(module_.top_level, "top_level");
    check_function(module_.main, "main");
    std::unordered_map<TypeId, size_t> slot_counts;
    for (const Class& c : module_.classes) {
        if (!known(c.type) || !types_.is(c.type, TypeKind::Class)) {
            error("module", "a class of the module is none");
            return false;
        }
        for (FunctionId slot : c.slots) check_function(slot, "a slot of class " + types_.text(c.type));
        for (const Implementation& made : c.implementations) {
            if (!known(made.interface) || !types_.is_interface(made.interface))
                error("module", fmt::format("class {} implements what is no interface", types_.text(c.type)));
            for (FunctionId method : made.methods) check_function(method, "what implements an interface");
        }
        check_function(c.destructor, "a destructor");
        check_function(c.to_string, "a ToString");
        if (c.slots.size() != c.slot_owners.size())
            error("module", fmt::format("class {} does not know who introduces its slots", types_.text(c.type)));
        slot_counts[c.type] = c.slots.size();
    }
    for (const Class& c : module_.classes)
        if (auto base = slot_counts.find(types_.nominal(c.type).base);
            base != slot_counts.end() && base->second > c.slots.size())
            error("module", fmt::format("class {} lacks slots of its base", types_.text(c.type)));
    for (const Global& g : module_.globals)
        if (!known(g.type) || g.type == Types::Void) error("types", fmt::format("global '{}' has no type", g.name));
    for (const RuntimeFunction& r : module_.runtime)
        if (!known(r.result)) error("types", fmt::format("runtime function '{}' has no result type", r.name));
    for (const Function& f : module_.functions) {
        bool is_broken = !known(f.result);
        for (const Local& l : f.locals) is_broken = is_broken || !known(l.type) || l.type == Types::Void;
        for (LocalId id : f.params) is_broken = is_broken || !known(id, f.locals);
        if (is_broken) error("types", fmt::format("fn {} has a local, parameter or result without a type", f.name));
    }
    return errors_.size() == before;
}

void Verifier::declare(LocalId id, std::string_view what) {
    if (!known(id, function_->locals)) return error("statements", fmt::format("{} is no local", what));
    if (!listed_.add(id))
        error("statements", fmt::format("local '{}' is listed twice", name_of(*function_, id)));
    in_scope_.add(id);
    const Local& l = function_->locals[id];
    if (l.ownership == Ownership::None && owns(l.type))
        error("types", fmt::format("local '{}' of type {} neither owns nor borrows", name_of(*function_, id), types_.text(l.type)));
    for (LocalId anchor : l.anchors)
        if (!known(anchor, function_->locals)) error("statements", "an anchor is no local");
}

void Verifier::function(const Function& f) {
    function_ = &f;
    where_ = nullptr;
    in_scope_ = LocalSet(f.locals.size());
    listed_ = LocalSet(f.locals.size());
    frames_.clear();
    blocks_.clear();
    new_arrays_.clear();
    for (LocalId id : f.params) {
        declare(id, "a parameter");
        if (!f.locals[id].is_param) error("statements", "a parameter is not marked as one");
    }
    for (size_t i = 0; i < f.locals.size(); ++i) {
        const Local& l = f.locals[f.locals.id_at(i)];
        if (l.is_ref && !l.is_param) error("statements", fmt::format("local '{}' is a reference, but no parameter", l.name));
    }
    if (!f.body) {
        function_ = nullptr;
        return;
    }
    block(f.body, true, "a body");
    function_ = nullptr;
}

// ---- regions -----------------------------------------------------------------------------------

void Verifier::block(const Block* b, bool has_unwind, std::string_view what) {
    if (!b || b->kind != NodeKind::Block) return error("regions", fmt::format("{} is missing", what));
    if (std::count(blocks_.begin(), blocks_.end(), b)) return error("regions", "a block contains itself");
    where_ = b;
    for (LocalId id : b->locals) declare(id, "a local of a block");
    if (!b->unwind.empty()) {
        if (!has_unwind) error("unwind", "only bodies of functions, tries, catches and finallys unwind");
        if (stage_ == Stage::Lowered) error("statements", "releases before insertion");
    }
    frames_.push_back({b, false});
    blocks_.push_back(b);
    for (const Node* n : b->body) {
        where_ = b;
        if (n) {
            node(*n);
        } else {
            error("regions", "a node is missing");
        }
    }
    blocks_.pop_back();
    frames_.pop_back();
    for (LocalId id : b->locals) in_scope_.remove(id);
    for (const Op* release : b->unwind) {
        where_ = b;
        bool is_release = release && release->kind == NodeKind::Op && release->op == OpKind::Release &&
                          release->args.size() == 1 && release->args[0].value &&
                          release->args[0].value->kind == ValueKind::Local &&
                          known(release->args[0].value->local, function_->locals);
        if (!is_release) error("unwind", "an unwind list holds something else than a release of a local");
    }
}

void Verifier::node(const Node& n) {
    where_ = &n;
    switch (n.kind) {
        case NodeKind::Op: op(*as<Op>(&n)); break;
        case NodeKind::Block: block(as<Block>(&n), false, "a block"); break;
        case NodeKind::If:
            condition(as<If>(&n)->condition, "an if");
            block(as<If>(&n)->then_block, false, "the block of an if");
            if (as<If>(&n)->else_block) block(as<If>(&n)->else_block, false, "an else");
            break;
        case NodeKind::Loop: loop(*as<Loop>(&n)); break;
        case NodeKind::Switch: switch_(*as<Switch>(&n)); break;
        case NodeKind::Try: try_(*as<Try>(&n)); break;
        case NodeKind::Break: exit(n, as<Break>(&n)->target, false); break;
        case NodeKind::Continue: exit(n, as<Continue>(&n)->target, true); break;
        case NodeKind::Return: return_(*as<Return>(&n)); break;
    }
}

void Verifier::condition(const Value* v, std::string_view what) {
    if (!value(v)) return;
    if (v->type != Types::Bool) error("types", fmt::format("the condition of {} is no bool", what));
}

void Verifier::loop(const Loop& l) {
    frames_.push_back({&l, false});
    if (!l.is_do) {
        block(l.head, false, "the head of a loop");
        where_ = &l;
        if (l.condition) condition(l.condition, "a loop");
    }
    block(l.body, false, "the body of a loop");
    if (l.is_do) {
        block(l.head, false, "the head of a loop");
        where_ = &l;
        if (l.condition) condition(l.condition, "a loop");
        if (l.step && !l.step->body.empty()) error("regions", "a do loop has a step");
    } else {
        block(l.step, false, "the step of a loop");
    }
    frames_.pop_back();
}

void Verifier::switch_(const Switch& s) {
    if (value(s.subject) && !types_.is_integer(s.subject->type) && !types_.is(s.subject->type, TypeKind::Enum) &&
        s.subject->type != Types::Bool)
        error("types", "the subject of a switch is no integer");
    frames_.push_back({&s, false});
    std::set<int64_t> labels;
    int defaults = 0;
    for (const Case& c : s.cases) {
        where_ = &s;
        defaults += c.is_default;
        for (int64_t label : c.labels)
            if (!labels.insert(label).second) error("regions", fmt::format("case {} stands twice", label));
        block(c.body, false, "a case");
    }
    where_ = &s;
    if (defaults > 1) error("regions", "a switch has two defaults");
    frames_.pop_back();
}

void Verifier::try_(const Try& t) {
    frames_.push_back({&t, false});
    block(t.body, true, "the body of a try");
    for (const Catch& c : t.catches) {
        where_ = &t;
        if (!known(c.type) || !types_.is(c.type, TypeKind::Class)) error("types", "what is caught is no class");
        bool is_listed = c.body && std::count(c.body->locals.begin(), c.body->locals.end(), c.exception);
        if (!is_listed || !known(c.exception, function_->locals)) {
            error("statements", "the exception of a catch is no local of its body");
        } else if (!fits(c.type, function_->locals[c.exception].type)) {
            error("types", "the exception of a catch has another type");
        }
        block(c.body, true, "the body of a catch");
    }
    frames_.pop_back();
    if (!t.finally_block) return;
    frames_.push_back({&t, true});
    block(t.finally_block, true, "a finally");
    frames_.pop_back();
}

void Verifier::exit(const Node& exit, const Node* target, bool is_continue) {
    for (size_t i = frames_.size(); i-- > 0;) {
        const Frame& frame = frames_[i];
        if (frame.is_finally) return error("exits", "an exit leaves a finally");
        if (frame.node == target) {
            bool fits = target->kind == NodeKind::Loop || (!is_continue && target->kind != NodeKind::Block);
            if (!fits) error("exits", "an exit names something else than a loop, switch or try");
            return;
        }
        bool has_finally = frame.node->kind == NodeKind::Try && as<Try>(frame.node)->finally_block;
        if (has_finally) return error("exits", "an exit crosses a try with a finally");
    }
    (void)exit;
    if (target) error("exits", "an exit names a region that does not enclose it");
}

void Verifier::return_(const Return& r) {
    exit(r, nullptr, false);
    if (!r.value.value) {
        if (function_->result != Types::Void) error("types", "a return without a value");
        return;
    }
    if (!value(r.value.value)) return;
    if (!fits(r.value.value->type, function_->result))
        error("types", fmt::format("a return of {} from a function of {}", types_.text(r.value.value->type),
                                   types_.text(function_->result)));
    if (r.value.by_ref) error("statements", "a place is returned by reference");
    if (stage_ == Stage::Lowered && r.value.transfer != Transfer::Use) error("statements", "a transfer before insertion");
}

}  // namespace dream::ir
