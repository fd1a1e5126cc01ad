// The ownership verifier, regions: joins where control meets, loops to a fixpoint, exits and
// exceptions through what they leave.
#include "rc/balance.h"

#include <fmt/format.h>

#include "ir/print.h"
#include "rc/balance_checker.h"

namespace dream::rc {

using namespace ir;

namespace ledger {

void Checker::run() {
    if (!function_.body) return;
    given_.assign(function_.locals.size(), nullptr);
    gone_.assign(function_.locals.size(), nullptr);
    for (const Local& l : function_.locals) {
        bool holds = !l.is_ref && owns(l.type);
        kinds_.push_back({holds && l.ownership == Ownership::Own, holds && l.ownership == Ownership::Borrow,
                          types_.reaches_destructor(l.type)});
    }
    State entry;
    entry.reachable = true;
    entry.conditions.assign(function_.locals.size(), NeverSet);
    for (LocalId id : function_.params) {
        entry[id] = Owned;
        if (is_borrower(id)) entry.borrows[id].lenders.insert({Root::Caller, id.index, false, {}, {}});
    }
    State thrown;
    region(*function_.body, std::move(entry), thrown);
    if (thrown.reachable && !function_.is_exception_boundary) require_effect(Throws, "an exception leaves it");
}

State Checker::region(const Block& block, State state, State& thrown, LocalId exception) {
    const LocalSet& owners = owners_of(block);
    regions_.push_back({&block, frames_.size(), &thrown, &owners});
    for (const Op* release : block.unwind) {
        // In C they are null when the region is entered, whatever an earlier entry left behind.
        if (release->args.empty() || release->args[0].value->kind != ValueKind::Local) continue;
        LocalId id = release->args[0].value->local;
        bool is_param = std::find(function_.params.begin(), function_.params.end(), id) != function_.params.end();
        if (owners.contains(id) && !is_param) state[id] = NeverSet;
    }
    State out = walk(block, std::move(state), exception);
    regions_.pop_back();
    return out;
}

State Checker::walk(const Block& block, State state, LocalId exception) {
    if (!state.reachable) return state;
    frames_.push_back({&block});
    enter(block, state);
    if (exception.valid()) {
        state[exception] = Owned;
        given_[index(exception)] = &block;
    }
    for (const Node* node : block.body) {
        if (!state.reachable) break;
        if (node->kind != NodeKind::Op) close_hole("the code branches");
        step(*node, state);
    }
    where_ = &block;
    close_hole("the block ends");
    if (state.reachable) leave(block, state, false);
    frames_.pop_back();
    return state;
}

void Checker::enter(const Block& block, State& state) {
    for (LocalId id : block.locals) {
        // The variable of an owner may still dangle from the last time round.
        state[id] = is_owner(id) ? static_cast<uint8_t>(NeverSet | (state[id] & Gone)) : uint8_t{NeverSet};
        state.borrows.erase(id);
        state.fresh.erase(id);
        state.made.remove(id);
        forget_unique_with(id, state);
    }
}

void Checker::leave(const Block& block, State& state, bool by_exception) {
    for (LocalId id : block.locals) drop(id, state, by_exception);
    if (&block == function_.body)
        for (LocalId id : function_.params) drop(id, state, by_exception);
}

// The end of a local's lifetime.
void Checker::drop(LocalId id, State& state, bool by_exception) {
    if (is_owner(id)) {
        if (state[id] & Owned) {
            bool always = state[id] == Owned;
            error(by_exception ? "unwind" : "owned-once",
                  fmt::format("local '{}' {} its unit{} when {}", name(id), always ? "still holds" : "may still hold",
                              at(given_[index(id)]), by_exception ? "an exception leaves its region" : "it is left"));
        }
        state[id] = static_cast<uint8_t>(NeverSet | (state[id] & Gone));
        if (!by_exception) end_borrows_of(id, state, "went out of scope");
    } else {
        state[id] = NeverSet;
    }
    state.borrows.erase(id);
}

void Checker::step(const Node& node, State& state) {
    where_ = &node;
    switch (node.kind) {
        case NodeKind::Op: op(*as<Op>(&node), state); break;
        case NodeKind::Block: state = walk(*as<Block>(&node), std::move(state)); break;
        case NodeKind::If: {
            const If& branch = *as<If>(&node);
            use(*branch.condition, state);
            State other = state;
            trail_.push_back({"then of", &node});
            state = walk(*branch.then_block, std::move(state));
            trail_.back() = {"else of", &node};
            if (branch.else_block) other = walk(*branch.else_block, std::move(other));
            trail_.pop_back();
            state.join(other);
            break;
        }
        case NodeKind::Loop: loop(*as<Loop>(&node), state); break;
        case NodeKind::Switch: switch_(*as<Switch>(&node), state); break;
        case NodeKind::Try: try_(*as<Try>(&node), state); break;
        case NodeKind::Break: exit_to(node, as<Break>(&node)->target, false, state); break;
        case NodeKind::Continue: exit_to(node, as<Continue>(&node)->target, true, state); break;
        case NodeKind::Return: return_(*as<Return>(&node), state); break;
    }
}

void Checker::loop(const Loop& loop, State& state) {
    State top = std::move(state);
    trail_.push_back({"", &loop});
    for (;;) {
        State on_break, on_continue;
        auto test = [&](State& at) {
            if (!at.reachable || !loop.condition) return;
            where_ = &loop;
            use(*loop.condition, at);
            on_break.join(at);
        };
        frames_.push_back({&loop, &on_break, &on_continue});
        State at = top;
        if (!loop.is_do) {
            at = walk(*loop.head, std::move(at));
            test(at);
        }
        at = walk(*loop.body, std::move(at));
        at.join(on_continue);
        at = walk(loop.is_do ? *loop.head : *loop.step, std::move(at));
        if (loop.is_do) test(at);
        frames_.pop_back();
        if (!top.join(at)) {
            state = std::move(on_break);
            break;
        }
    }
    trail_.pop_back();
}

void Checker::switch_(const Switch& node, State& state) {
    use(*node.subject, state);
    State on_break, falling;
    bool has_default = false;
    frames_.push_back({&node, &on_break});
    trail_.push_back({"", &node});
    for (const Case& c : node.cases) {
        has_default = has_default || c.is_default;
        State in = state;
        in.join(falling);
        falling = walk(*c.body, std::move(in));
    }
    trail_.pop_back();
    frames_.pop_back();
    on_break.join(falling);
    if (!has_default) on_break.join(state);
    state = std::move(on_break);
}

void Checker::try_(const Try& node, State& state) {
    State done, pending, thrown;  // ways out without an exception, with one, and out of the body
    frames_.push_back({&node, &done});
    trail_.push_back({"", &node});
    done.join(region(*node.body, std::move(state), thrown));
    bool catches_all = false;
    for (const Catch& handler : node.catches) {
        trail_.back() = {"catch of", &node};
        catches_all = catches_all || handler.type == module_.exception;
        if (thrown.reachable) done.join(region(*handler.body, thrown, pending, handler.exception));
    }
    frames_.pop_back();
    if (!catches_all) pending.join(thrown);
    if (node.finally_block) {
        State escaped;
        trail_.back() = {"finally of", &node};
        if (done.reachable) done = region(*node.finally_block, std::move(done), escaped);
        trail_.back() = {"exception through finally of", &node};
        if (pending.reachable) pending = region(*node.finally_block, std::move(pending), escaped);
        pending.join(escaped);
    }
    trail_.pop_back();
    where_ = &node;
    if (pending.reachable) raise(std::move(pending));
    state = std::move(done);
}

void Checker::raise(State edge) {
    const Region& region = regions_.back();
    unwinding_ = true;
    for (const Op* release : region.block->unwind) {
        bool is_release = release->op == OpKind::Release && release->args.size() == 1 &&
                          release->args[0].value->kind == ValueKind::Local;
        if (!is_release || !region.owners->contains(release->args[0].value->local)) {
            error("unwind", fmt::format("`{}` is no release of an owning local of the region",
                                        text_of(module_, function_, *release)));
            continue;
        }
        LocalId id = release->args[0].value->local;
        if (edge[id] & Gone)
            error("unwind", fmt::format("unwinding releases local '{}', whose unit is gone{}", name(id),
                                        at(gone_[index(id)])));
        if (edge[id] & Owned) {
            gone_[index(id)] = release;
            edge[id] = Gone;
        }
        if (!runs_destructors(id)) continue;
        require_effect(Releases, "it releases what may have a destructor");
        end_mutable_borrows(edge, "it was read from mutable memory, and unwinding may run a destructor");
    }
    for (size_t i = frames_.size(); i-- > region.first_frame;)
        if (frames_[i].node->kind == NodeKind::Block) leave(*as<Block>(frames_[i].node), edge, true);
    // Nothing that the region owned is left to borrow from.
    for (auto& [id, borrow] : edge.borrows)
        for (const Lender& lender : borrow.lenders)
            if (!borrow.ended && lender.root == Root::Local && region.owners->contains(LocalId(lender.id)))
                borrow.ended = {"was released by unwinding", LocalId(lender.id), nullptr};
    unwinding_ = false;
    region.thrown->join(edge);
}

void Checker::exit_to(const Node& exit, const Node* target, bool is_continue, State& state) {
    State leaving = std::move(state);
    state = State();
    for (size_t i = frames_.size(); i-- > 0;) {
        const Frame& frame = frames_[i];
        if (frame.node == target) {
            State* goal = is_continue ? frame.on_continue : frame.on_break;
            if (goal) goal->join(leaving);
            return;
        }
        where_ = &exit;
        if (frame.node->kind == NodeKind::Block) leave(*as<Block>(frame.node), leaving, false);
        if (frame.node->kind == NodeKind::Try && as<Try>(frame.node)->finally_block)
            error("owned-once", "an exit other than `break` to it crosses a try with a finally");
    }
    if (target) error("owned-once", "an exit names a region that does not enclose it");
}

void Checker::return_(const Return& exit, State& state) {
    if (exit.value.value) {
        use(*exit.value.value, state);
        std::vector<LocalId> moved;
        transfer(exit.value, owns(function_.result), state, moved);
        for (LocalId id : moved) give_up(id, state, "was returned");
    }
    exit_to(exit, nullptr, false, state);
}

const LocalSet& Checker::owners_of(const Block& region) {
    auto [known, is_new] = owners_.try_emplace(&region);
    if (is_new) {
        known->second = LocalSet(function_.locals.size());
        collect_owners(region, known->second);
        if (&region == function_.body)
            for (LocalId id : function_.params)
                if (is_owner(id)) known->second.add(id);
    }
    return known->second;
}

// The owners listed in `node`, but not those of regions of their own.
void Checker::collect_owners(const Node& node, LocalSet& owners) {
    switch (node.kind) {
        case NodeKind::Block:
            for (LocalId id : as<Block>(&node)->locals)
                if (is_owner(id)) owners.add(id);
            for (const Node* part : as<Block>(&node)->body) collect_owners(*part, owners);
            break;
        case NodeKind::If:
            collect_owners(*as<If>(&node)->then_block, owners);
            if (as<If>(&node)->else_block) collect_owners(*as<If>(&node)->else_block, owners);
            break;
        case NodeKind::Loop:
            collect_owners(*as<Loop>(&node)->head, owners);
            collect_owners(*as<Loop>(&node)->body, owners);
            collect_owners(*as<Loop>(&node)->step, owners);
            break;
        case NodeKind::Switch:
            for (const Case& c : as<Switch>(&node)->cases) collect_owners(*c.body, owners);
            break;
        case NodeKind::Try:
        case NodeKind::Op:
        case NodeKind::Break:
        case NodeKind::Continue:
        case NodeKind::Return: break;
    }
}

// ---- messages ----------------------------------------------------------------------------------

std::string Checker::name(LocalId id) const { return name_of(function_, id); }

std::string Checker::text(const Ending& ending) const {
    std::string lender = ending.lender.valid() ? fmt::format("its lender '{}' ", name(ending.lender)) : "";
    return fmt::format("{}{}{}", lender, ending.what, at(ending.at));
}

std::string Checker::at(const Node* node) const {
    if (!node) return "";
    return fmt::format(" (`{}`{})", text_of(module_, function_, *node), place_of(module_, node->span));
}

void Checker::error(std::string_view invariant, const std::string& text) {
    constexpr size_t kMost = 20;  // a function; what follows is mostly a consequence
    if (reported_.size() >= kMost) return;
    std::string message = fmt::format("[{}] in fn {}: {}", invariant, name_of(module_, function_), text);
    if (where_) {
        message += fmt::format(": {}`{}`{}", unwinding_ ? "throwing at " : "at ",
                               text_of(module_, function_, *where_), place_of(module_, where_->span));
    }
    if (!reported_.insert(message).second) return;
    if (!trail_.empty()) {
        std::string_view between = "; path: ";
        for (const Part& part : trail_) {
            message += fmt::format("{}{}{}`{}`{}", between, part.what, part.what.empty() ? "" : " ",
                                   text_of(module_, function_, *part.node), place_of(module_, part.node->span));
            between = " > ";
        }
    }
    errors_.push_back(std::move(message));
}

void Checker::require_effect(uint8_t effect, std::string_view why) {
    if (function_.effects & effect) return;
    std::string_view word = effect == Throws ? "throws" : effect == Releases ? "releases" : "stores";
    error("effects", fmt::format("its summary lacks '{}', but {}", word, why));
}

}  // namespace ledger

namespace {

// All implementations of a slot take their arguments alike: a virtual call relies on it.
void check_slots(const Module& module, std::vector<std::string>& errors) {
    for (const Class& base : module.classes)
        for (size_t slot = 0; slot < base.slots.size(); ++slot) {
            const Function* first = nullptr;
            bool is_inherited = base.slot_owners[slot] != base.type;
            if (is_inherited && !module.types->is_interface(base.type)) continue;
            for (FunctionId id : implementations_of(module, base.type, static_cast<int>(slot))) {
                const Function& f = module.functions[id];
                if (!first) first = &f;
                bool agree = f.params.size() == first->params.size();
                for (size_t i = 0; agree && i < f.params.size(); ++i) {
                    const Local& a = f.locals[f.params[i]];
                    const Local& b = first->locals[first->params[i]];
                    agree = a.ownership == b.ownership && a.is_ref == b.is_ref;
                }
                if (!agree)
                    errors.push_back(fmt::format("[effects] fn {} and fn {} fill one slot, but take their parameters differently",
                                                 name_of(module, f), name_of(module, *first)));
            }
        }
}

}  // namespace

std::vector<std::string> balance(const Module& module) {
    std::vector<std::string> errors;
    check_slots(module, errors);
    ledger::check_faults(module, errors);
    for (const Function& function : module.functions) ledger::Checker(module, function, errors).run();
    return errors;
}

std::vector<std::string> balance(const Module& module, FunctionId function) {
    std::vector<std::string> errors;
    ledger::Checker(module, module.functions[function], errors).run();
    return errors;
}

}  // namespace dream::rc
