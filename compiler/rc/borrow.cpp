// Borrows: an owning local that only looks at what somebody else surely holds needs no unit.
//
// A local qualifies if every assignment to it is null, a literal or a path of fields and elements from a local
// or global (possibly from itself: n = n.next), and if what holds the path cannot let go while the
// local is live:
//   - the roots, the locals that its paths start from, live at least as long as it does;
//   - no operation writes a root, and
//   - if the path goes through memory, nothing runs that may write memory owning references or run
//     user code. Then each object on the path is held by the one before, and the first by its root.
// The roots become anchors: a use of the borrower counts as a use of them, so that no move ends
// their unit early. (Cursors in Nim, load-borrow in Swift's OSSA; the conditions are theirs.)
#include <cstdint>
#include <vector>

#include "ir/liveness.h"
#include "ir/visit.h"
#include "rc/passes.h"
#include "support/flat_map.h"

namespace dream::rc {

using namespace ir;

namespace {

struct Candidate {
    FlatSet<LocalId> roots;       // locals that its paths start from, without itself
    bool reads_memory = false;
    bool is_assigned = false;
    bool is_consumed = false;     // an operand somewhere takes a unit of it
    bool is_rejected = false;
};

using Candidates = FlatMap<LocalId, Candidate>;

// A local, or a path of fields and elements from a local or global.
bool is_path(const Value& value) {
    switch (value.kind) {
        case ValueKind::Local:
        case ValueKind::Global: return true;
        case ValueKind::Field:
        case ValueKind::Element:
        case ValueKind::Convert: return is_path(*value.args[0]);
        default: return false;
    }
}

class Finder {
  public:
    Finder(const Module& module, Function& function)
        : module_(module), function_(function), scopes_(function.locals.size()) {}

    Candidates run() {
        bool runs_destructors = false;
        for (size_t i = 0; i < function_.locals.size(); ++i) {
            LocalId id = function_.locals.id_at(i);
            const Local& local = function_.locals[id];
            if (local.ownership != Ownership::Own) continue;
            runs_destructors = runs_destructors || module_.types->reaches_destructor(local.type);
            if (!local.is_ref && !local.is_param && module_.types->is_counted(local.type))
                candidates_[id];
        }
        if (candidates_.empty()) return {};
        for_each_node(*function_.body, [&](Node& node, bool) {
            if (node.kind == NodeKind::Try)
                for (Catch& c : as<Try>(&node)->catches) reject(c.exception);
            if (node.kind == NodeKind::Op) consider(*as<Op>(&node));
            if (node.kind == NodeKind::Return && as<Return>(&node)->value.value)
                note_consumption(*as<Return>(&node)->value.value);
        });
        for (LocalId id : function_.params) scope_of(id) = {0, INT32_MAX};
        number_scopes(*function_.body);
        candidates_.erase_if([&](const auto& entry) {
            const Candidate& c = entry.second;
            // What only names literals holds its unit for free, and can give it away.
            bool is_free = c.roots.empty() && !c.reads_memory;
            return c.is_rejected || !c.is_assigned || (is_free && c.is_consumed) ||
                   (c.reads_memory && runs_destructors) || !outlived_by_roots(entry.first, c);
        });
        return std::move(candidates_);
    }

  private:
    // The block that lists a local, as an interval: blocks are nested iff their intervals are.
    struct Scope {
        int32_t begin = 0;
        int32_t end = 0;
    };

    Scope& scope_of(LocalId id) { return scopes_[static_cast<size_t>(id.index)]; }

    void number_scopes(Block& block) {
        int32_t begin = next_scope_++;
        for (Node* node : block.body)
            for_each_part(*node, [&](Block& inner) { number_scopes(inner); });
        for (LocalId id : block.locals) scope_of(id) = {begin, next_scope_};
    }

    bool outlived_by_roots(LocalId id, const Candidate& candidate) {
        Scope own = scope_of(id);
        for (LocalId root : candidate.roots)
            if (scope_of(root).begin > own.begin || scope_of(root).end < own.end) return false;
        return true;
    }

    void consider(const Op& op) {
        if (Candidate* written = candidates_.find(op.dst)) assign(op, *written);
        for (size_t i = 0; i < op.args.size(); ++i) {
            if (op.args[i].by_ref) reject(root_local(*op.args[i].value, *module_.types));
            if (consumes(module_, function_, op, i)) note_consumption(*op.args[i].value);
        }
        if (op.place) reject(root_local(*op.place, *module_.types));
        if (op.op == OpKind::Throw || op.op == OpKind::Rethrow || op.op == OpKind::Append)
            for_each_local(*op.args[0].value, [&](LocalId id) { reject(id); });
    }

    void assign(const Op& op, Candidate& candidate) {
        if (op.op != OpKind::Assign) {
            candidate.is_rejected = true;
            return;
        }
        const Value& source = *op.args[0].value;
        bool is_immortal = source.kind == ValueKind::Null || source.kind == ValueKind::String ||
                           source.kind == ValueKind::Instance;
        candidate.is_assigned = candidate.is_assigned || source.kind == ValueKind::String ||
                                source.kind == ValueKind::Instance;
        if (is_immortal) return;
        candidate.is_assigned = true;
        if (!is_path(source)) candidate.is_rejected = true;
        candidate.reads_memory = candidate.reads_memory || reads_memory(module_, function_, source);
        for_each_local(source, [&](LocalId root) {
            if (root != op.dst) candidate.roots.insert(root);
        });
    }

    void note_consumption(const Value& value) {
        if (value.kind != ValueKind::Local) return;
        if (Candidate* found = candidates_.find(value.local)) found->is_consumed = true;
    }

    void reject(LocalId id) {
        if (Candidate* found = candidates_.find(id)) found->is_rejected = true;
    }

    const Module& module_;
    Function& function_;
    Candidates candidates_;
    std::vector<Scope> scopes_;  // by local
    int32_t next_scope_ = 0;
};

// Rejects the candidates that are live where what holds them may let go.
class Disproof {
  public:
    Disproof(const Module& module, const Function& function, Candidates& candidates)
        : module_(module), function_(function), candidates_(candidates), all_(function.locals.size()) {
        for (const auto& [id, candidate] : candidates) all_.add(id);
    }

    void op(Op& op, LiveSet& live, bool) {
        find_written(op);
        bool disturbs = disturbs_memory(op);
        if (disturbs || !written_.empty()) judge_all(op, live, disturbs);
        if (op.dst.valid() && !function_.locals[op.dst].is_ref) live.remove(op.dst);
        for (const Operand& arg : op.args) value(*arg.value, live);
        if (op.place) value(*op.place, live);
    }
    void exit(Return& exit, LiveSet& live, bool) {
        if (exit.value.value) value(*exit.value.value, live);
    }
    void value(const Value& tree, LiveSet& live) {
        for_each_local(tree, [&](LocalId id) { add_use(id, live); });
    }
    void unwind(Block&, LiveSet&) {}

  private:
    void add_use(LocalId id, LiveSet& live) {
        if (live.contains(id)) return;
        live.add(id);
        const Candidate* found = candidates_.find(id);
        if (!found || found->is_rejected) return;
        for (LocalId root : found->roots) add_use(root, live);
    }

    // The candidates that are live behind `op`, and those that it uses while it does what it does.
    void judge_all(const Op& op, const LiveSet& live, bool disturbs) {
        affected_ = all_;
        affected_.keep_all(live);
        bool looks_at_operands = is_call(op) || takes_apart(op);
        if (looks_at_operands)
            for_each_used(op, [&](LocalId id) { affected_.add(id); });
        for (LocalId id : affected_) {
            Candidate* candidate = candidates_.find(id);
            if (!candidate || op.dst == id) continue;  // its own definition
            if (!live.contains(id) && !uses(op, id)) continue;
            if (disturbs && candidate->reads_memory) candidate->is_rejected = true;
            for (LocalId root : written_)
                if (candidate->roots.contains(root)) candidate->is_rejected = true;
        }
    }

    static bool is_call(const Op& op) {
        return op.op == OpKind::Call || op.op == OpKind::CallVirtual || op.op == OpKind::CallRuntime;
    }

    // A store takes the old value out of its place before it looks at anything. What was read through
    // a field or global is held by the old value then; what lies in an array or struct, or behind a
    // reference, may be part of what is borrowed.
    bool takes_apart(const Op& op) const {
        if (op.op != OpKind::Store || op.place->kind == ValueKind::Global) return false;
        return op.place->kind != ValueKind::Field || !module_.types->is(op.place->args[0]->type, TypeKind::Class);
    }

    // Calls visit(local) for the locals that `op` mentions, and for those that these borrow from.
    template <class Visit>
    void for_each_used(const Op& op, Visit&& visit) const {
        std::vector<LocalId> work;
        FlatSet<LocalId> seen;
        for (const Operand& arg : op.args)
            for_each_local(*arg.value, [&](LocalId other) { work.push_back(other); });
        if (op.place) for_each_local(*op.place, [&](LocalId other) { work.push_back(other); });
        while (!work.empty()) {
            LocalId other = work.back();
            work.pop_back();
            visit(other);
            const Candidate* found = candidates_.find(other);
            bool borrows = found && !found->is_rejected && seen.insert(other);
            if (borrows) work.insert(work.end(), found->roots.begin(), found->roots.end());
        }
    }

    // Itself, or by what borrows from it.
    bool uses(const Op& op, LocalId id) const {
        bool found = false;
        for_each_used(op, [&](LocalId other) { found = found || other == id; });
        return found;
    }

    bool disturbs_memory(const Op& op) const {
        if (op.op == OpKind::Store) return module_.types->owns_references(op.place->type);
        return (effects_of(module_, op) & (Releases | Stores)) != 0 ||
               (op.dst.valid() && function_.locals[op.dst].is_ref);
    }

    void find_written(const Op& op) {
        written_.clear();
        auto add_root = [&](const Value& place) {
            LocalId root = root_local(place, *module_.types);
            if (root.valid()) written_.push_back(root);
        };
        if (op.dst.valid()) written_.push_back(op.dst);
        for (const Operand& arg : op.args)
            if (arg.by_ref) add_root(*arg.value);
        if (op.place) add_root(*op.place);
    }

    const Module& module_;
    const Function& function_;
    Candidates& candidates_;
    LocalSet all_;                  // the candidates
    LocalSet affected_;             // by the operation at hand
    std::vector<LocalId> written_;  // likewise
};

void make_borrows(Function& function, const Types& types, const Candidates& candidates) {
    for (const auto& [id, candidate] : candidates) {
        if (candidate.is_rejected) continue;
        Local& local = function.locals[id];
        local.ownership = Ownership::Borrow;
        for (LocalId root : candidate.roots)
            if (types.owns_references(function.locals[root].type)) local.anchors.push_back(root);
    }
}

}  // namespace

void borrow_locals(Module& module) {
    for (Function& function : module.functions) {
        if (!function.body) continue;
        Candidates candidates = Finder(module, function).run();
        if (candidates.empty()) continue;
        Disproof disproof(module, function, candidates);
        BackwardWalk<Disproof>(function, disproof).run(function);
        make_borrows(function, *module.types, candidates);
    }
}

}  // namespace dream::rc
