// Frozen fields: class fields that no store of the whole program can close a cycle through.
//
// The store that closes a cycle goes into an object that the cycle already leads to. So a store into a
// new object that no memory refers to yet closes none, unless it stores the object itself; and a field
// that is written by such stores alone - one that constructors set and nobody changes - is never the
// last edge of a cycle. A class on whose cycles of types every field is frozen is acyclic: a tree that
// is built from its leaves up needs no cycle collector. Arrays and structs are values, written through
// the field that they lie in, so a write of an element counts as a write of that field.
//
// Needs: a module straight from lowering. Assumes the best of every function and takes back what its
// body refutes, until nothing changes.
#include <vector>

#include "ir/dataflow.h"
#include "ir/local_set.h"
#include "ir/visit.h"
#include "rc/passes.h"

namespace dream::rc {

using namespace ir;

namespace {

// Locals that hold a new object (or null) that no memory, and no other local, refers to.
struct NewObjects {
    bool reachable = true;
    LocalSet locals;

    static NewObjects unreachable(const NewObjects&) { return {false, {}}; }
    bool join(const NewObjects& other) {
        if (!other.reachable) return false;
        if (!reachable) {
            *this = other;
            return true;
        }
        return locals.keep_all(other.locals);
    }
};

struct Summary {
    bool makes_new = true;       // its result is a new object that nothing else refers to
    bool keeps_this_new = true;  // constructors: `this` is as new at the end as at the beginning
    bool is_given_new = true;    // constructors: every caller passes such a `this`
};

using Summaries = std::vector<Summary>;

class Scan {
  public:
    using State = NewObjects;

    Scan(Module& module, FunctionId id, Summaries& summaries)
        : module_(module),
          function_(module.functions[id]),
          own_(summaries[index(id)]),
          summaries_(summaries) {}

    void run() {
        State entry{true, LocalSet(function_.locals.size())};
        if (has_new_this()) entry.locals.add(function_.params[0]);
        ForwardWalk<Scan>(module_, *this).run(function_, entry);
    }

    bool changed = false;

    void op(Op& op, State& state) {
        LocalId constructed;
        if (op.op == OpKind::Call &&
            module_.functions[op.function].kind == FunctionKind::Constructor)
            constructed = construct(op, state);
        bool only_looks = op.op == OpKind::CheckNull || op.op == OpKind::CheckIndex ||
                          op.op == OpKind::CheckCast || op.op == OpKind::SetFinalised;
        for (const Operand& arg : op.args) {
            if (arg.by_ref) write(*arg.value, State());  // the callee writes what it likes
            bool is_constructed = constructed.valid() && &arg == &op.args[0];
            if (!only_looks && !is_constructed) lose(*arg.value, state);
        }
        if (op.op == OpKind::Store && op.args[0].value->kind != ValueKind::Null)
            write(*op.place, state);
        if (!op.dst.valid()) return;
        state.locals.remove(op.dst);
        bool is_plain = !function_.locals[op.dst].is_ref;
        if (is_plain && makes_new(op)) state.locals.add(op.dst);
    }
    void throwing(Op& op_that_throws, State& state) { op(op_that_throws, state); }
    void returning(Return& exit, State& state) {
        const Value* result = exit.value.value;
        bool is_new =
            result && ((result->kind == ValueKind::Local && state.locals.contains(result->local)) ||
                       result->kind == ValueKind::Null);
        if (result && !is_new) refute(own_.makes_new);
        leave_constructor(state);
    }
    void leave(Block& block, State& state) {
        if (&block == function_.body) leave_constructor(state);
    }
    void enter(Block&, State&) {}
    void leave_by(Node&, Block&, State&) {}
    void unwind(Block& region, State& state) {
        if (&region == function_.body) leave_constructor(state);
    }
    void caught(Catch&, State&) {}

  private:
    static size_t index(FunctionId id) { return static_cast<size_t>(id.index); }

    bool has_new_this() const {
        bool is_class = function_.kind == FunctionKind::Constructor &&
                        !function_.locals[function_.params[0]].is_ref;
        return is_class && own_.is_given_new;
    }

    void refute(bool& claim) {
        changed = changed || claim;
        claim = false;
    }

    void leave_constructor(const State& state) {
        bool is_class = function_.kind == FunctionKind::Constructor &&
                        !function_.locals[function_.params[0]].is_ref;
        if (is_class && !state.locals.contains(function_.params[0])) refute(own_.keeps_this_new);
    }

    bool makes_new(const Op& op) const {
        switch (op.op) {
            case OpKind::New: return true;
            case OpKind::Call: {
                const Function& callee = module_.functions[op.function];
                return callee.body && module_.types->is(callee.result, TypeKind::Class) &&
                       summaries_[index(op.function)].makes_new;
            }
            case OpKind::Assign: return op.args[0].value->kind == ValueKind::Null;
            default: return false;
        }
    }

    static LocalId local_behind(const Value& value) {
        const Value* at = &value;
        while (at->kind == ValueKind::Convert) at = at->args[0];
        return at->kind == ValueKind::Local ? at->local : LocalId();
    }

    // A call of a constructor; the local whose object is as new afterwards as it was, if any.
    LocalId construct(const Op& op, const State& state) {
        LocalId object =
            op.args.empty() || op.args[0].by_ref ? LocalId() : local_behind(*op.args[0].value);
        Summary& callee = summaries_[index(op.function)];
        bool is_new = object.valid() && state.locals.contains(object);
        if (!is_new) refute(callee.is_given_new);
        return is_new && callee.keeps_this_new ? object : LocalId();
    }

    // Others may refer to what `value` is from now on.
    void lose(const Value& value, State& state) {
        switch (value.kind) {
            case ValueKind::Local: state.locals.remove(value.local); break;
            case ValueKind::Convert:
            case ValueKind::Select:
            case ValueKind::Runtime:
                for (const Value* arg : value.args) lose(*arg, state);
                break;
            default: break;
        }
    }

    // A write to the class field that `place` is or lies in, unless it belongs to a new object.
    void write(const Value& place, const State& state) {
        const Value* at = &place;
        for (;;) {
            if (at->kind == ValueKind::Convert || at->kind == ValueKind::Element) {
                at = at->args[0];
                continue;
            }
            if (at->kind != ValueKind::Field) return;
            if (module_.types->is(at->args[0]->type, TypeKind::Class)) break;
            at = at->args[0];
        }
        LocalId object = local_behind(*at->args[0]);
        if (object.valid() && state.locals.contains(object)) return;
        Field& field = module_.types->field(at->args[0]->type, at->index);
        changed = changed || field.is_frozen;
        field.is_frozen = false;
    }

    Module& module_;
    Function& function_;
    Summary& own_;
    Summaries& summaries_;
};

// C may write whatever it is given.
void thaw_for_c(Module& module) {
    for (const Function& f : module.functions) {
        if (f.kind != FunctionKind::Extern) continue;
        for (LocalId param : f.params) module.types->thaw_reachable(f.locals[param].type);
        module.types->thaw_reachable(f.result);
    }
}

}  // namespace

void freeze_fields(Module& module) {
    module.types->freeze_all();
    thaw_for_c(module);
    Summaries summaries(module.functions.size());
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < module.functions.size(); ++i) {
            FunctionId id = module.functions.id_at(i);
            if (!module.functions[id].body) continue;
            Scan scan(module, id, summaries);
            scan.run();
            changed = changed || scan.changed;
        }
    }
}

}  // namespace dream::rc
