// Reachability over the typed program: a worklist of bodies, and a fixpoint with the classes that
// come to be instantiated and the virtual slots that come to be called.
#include "lower/reach.h"

#include <string_view>

#include "lower/walk.h"

namespace dream::lower {

using namespace typed;

namespace {

// The method that introduces the slot of `method`.
const Function* slot_root(const Function* method) {
    while (method->overrides) method = method->overrides;
    return method;
}

bool is_of_library(const Global& global, const Program& program) {
    return global.span.valid() && (*program.sources)[global.span.source].is_library();
}

class Search {
  public:
    explicit Search(const Program& program) : program_(program), types_(*program.types) {
        reach_.types.assign(types_.size(), false);
        instantiated_.assign(types_.size(), false);
    }

    Reach run(bool with_exports) {
        if (with_exports)
            for (const Function* f : program_.exports) add_function(f);
        if (program_.exception.valid()) mention(program_.exception);
        if (program_.top_level) scan_body(program_.top_level, true);
        if (program_.main) add_function(program_.main);
        // Initialisers have effects; those of the library are there for who mentions them.
        for (const Global* global : program_.globals)
            if (!is_of_library(*global, program_)) add_global(global);
        for (bool changed = true; changed;) {
            drain();
            changed = complete_classes();
        }
        return std::move(reach_);
    }

  private:
    // ---- what code mentions ----

    void mention(TypeId type) {
        if (!type.valid() || reach_.types[index(type)]) return;
        reach_.types[index(type)] = true;
        switch (types_.kind(type)) {
            case TypeKind::Array:
            case TypeKind::Pointer: return mention(types_.element(type));
            case TypeKind::Class:
            case TypeKind::Struct:
                mention(types_.nominal(type).base);
                for (const Field& field : types_.nominal(type).fields) mention(field.type);
                return;
            case TypeKind::Function:
                mention(types_.signature(type).result);
                for (const Signature::Param& param : types_.signature(type).params)
                    mention(param.type);
                return;
            case TypeKind::Enum:
#define BUILTIN(name, text, c_text, size) case TypeKind::name:
#include "types/builtin_types.def"
                return;
        }
    }

    void add_global(const Global* global) {
        if (!reach_.globals.insert(global).second) return;
        mention(global->type);
        if (global->init) pending_inits_.push_back(global->init);
    }

    void add_function(const Function* function) {
        switch (function->kind) {
            case FunctionKind::Extern:
                if (seen_externs_.insert(function).second) {
                    reach_.externs.push_back(function);
                    mention_signature(function);
                }
                return;
            case FunctionKind::Runtime: return mention_signature(function);
            case FunctionKind::Free:
            case FunctionKind::Method:
            case FunctionKind::Destructor:
                if (function->body && reach_.functions.insert(function).second) bodies_.push_back(function);
                return;
            case FunctionKind::Constructor: DREAM_UNREACHABLE("a constructor is no plain function");
        }
    }

    void add_constructor(const Function* constructor, bool is_new) {
        bool is_first = !reach_.news.count(constructor) && !reach_.chained.count(constructor);
        (is_new ? reach_.news : reach_.chained).insert(constructor);
        if (is_first) bodies_.push_back(constructor);
    }

    void mention_signature(const Function* function) {
        mention(function->owner);
        mention(function->result);
        for (const Local* param : function->params) mention(param->type);
    }

    void instantiate(TypeId type) {
        mention(type);
        instantiated_[index(type)] = true;
    }

    // ---- bodies ----

    void drain() {
        while (!bodies_.empty() || !pending_inits_.empty()) {
            if (!bodies_.empty()) {
                const Function* function = bodies_.back();
                bodies_.pop_back();
                scan_body(function, false);
            } else {
                const Expr* init = pending_inits_.back();
                pending_inits_.pop_back();
                for_each_expr(init, [&](const Expr* expr) { scan(expr, false); });
            }
        }
    }

    void scan_body(const Function* function, bool is_top_level) {
        mention_signature(function);
        if (!function->body) return;
        for_each_in(
            function->body, [&](const Stmt* stmt) { scan(stmt); },
            [&](const Expr* expr) { scan(expr, is_top_level); });
    }

    void scan(const Stmt* stmt) {
        if (stmt->kind == StmtKind::Declare) mention(as<DeclareStmt>(stmt)->local->type);
        if (stmt->kind == StmtKind::Foreach) mention(as<ForeachStmt>(stmt)->local->type);
        if (stmt->kind == StmtKind::Throw) scan_thrown(as<ThrowStmt>(stmt)->value);
        if (stmt->kind == StmtKind::Try)
            for (const CatchClause& clause : as<TryStmt>(stmt)->catches) {
                mention(clause.type);
                catches_ = true;
            }
    }

    // A string is thrown as the message of an Exception.
    void scan_thrown(const Expr* value) {
        const Function* f = find_message_constructor(program_);
        if (!value || value->type != Types::String || !f) return;
        instantiate(program_.exception);
        add_constructor(f, true);
    }

    void scan(const Expr* expr, bool is_top_level) {
        mention(expr->type);
        switch (expr->kind) {
            case ExprKind::GlobalRef: {
                const Global* global = as<GlobalRefExpr>(expr)->global;
                add_global(global);
                if (!is_top_level) reach_.shared_globals.insert(global);
                break;
            }
            case ExprKind::Assign: reassign(as<AssignExpr>(expr)->target); break;
            case ExprKind::CompoundAssign: reassign(as<CompoundAssignExpr>(expr)->target); break;
            case ExprKind::Increment: reassign(as<IncrementExpr>(expr)->target); break;
            case ExprKind::ToText: scan_text(as<ToTextExpr>(expr)->operand->type); break;
            case ExprKind::TypeTest: mention(as<TypeTestExpr>(expr)->test); break;
            case ExprKind::Call: scan_call(as<CallExpr>(expr)); break;
            case ExprKind::Lambda: instantiate(as<LambdaExpr>(expr)->closure); break;
            case ExprKind::AddressOf: {
                const Expr* root = as<AddressOfExpr>(expr)->place;
                reassign(root);
                while (root->kind == ExprKind::FieldAccess) root = as<FieldAccessExpr>(root)->object;
                // It has to be in memory, whoever uses it by name.
                if (root->kind == ExprKind::GlobalRef)
                    reach_.shared_globals.insert(as<GlobalRefExpr>(root)->global);
                break;
            }
            case ExprKind::FunctionAddress:
                add_function(as<FunctionAddressExpr>(expr)->function);
                break;
            case ExprKind::Throw: scan_thrown(as<ThrowExpr>(expr)->value); break;
            case ExprKind::New: {
                const NewExpr* made = as<NewExpr>(expr);
                if (types_.is(made->type, TypeKind::Class)) instantiate(made->type);
                if (made->constructor) add_constructor(made->constructor, true);
                by_ref(made->arguments);
                break;
            }
            default: break;
        }
    }

    void scan_call(const CallExpr* call) {
        by_ref(call->arguments);
        const Function* callee = call->function;
        if (callee->kind == FunctionKind::Constructor) return add_constructor(callee, false);
        if (call->is_virtual) {
            called_slots_.insert(slot_root(callee));
            return mention_signature(callee);
        }
        add_function(callee);
        // A struct method writes through its receiver.
        if (call->receiver && types_.is(call->receiver->type, TypeKind::Struct)) reassign(call->receiver);
    }

    void scan_text(TypeId type) {
        if (types_.is(type, TypeKind::Class)) reach_.has_object_text = true;
        if (types_.is(type, TypeKind::Struct))
            if (const Function* f = find_to_string(program_, type)) add_function(f);
    }

    void by_ref(const std::vector<Argument>& arguments) {
        for (const Argument& argument : arguments)
            if (argument.by_ref) reassign(argument.value);
    }

    void reassign(const Expr* place) {
        if (place->kind == ExprKind::LocalRef) ++reach_.assignments[as<LocalRefExpr>(place)->local];
        if (place->kind == ExprKind::GlobalRef) ++reach_.assignments[as<GlobalRefExpr>(place)->global];
    }

    // ---- classes ----

    // Adds what instances may run; true if something came in.
    bool complete_classes() {
        size_t before = reach_.functions.size() + reach_.news.size() + reach_.chained.size();
        if (catches_) instantiate_thrown_by_runtime();
        for (const Class* c : program_.classes) {
            if (!instantiated_[index(c->type)]) continue;
            for (const Function* method : c->slots)
                if (method && called_slots_.count(slot_root(method))) add_function(method);
            for (const Implementation& made : c->implementations) add_called(made);
            if (reach_.has_object_text)
                if (const Function* method = find_to_string(program_, c->type)) add_function(method);
        }
        // The destructor of a base runs for its subclasses, too.
        std::vector<bool> has_instances = instantiated_;
        for (size_t i = program_.classes.size(); i-- > 0;) {
            const Class* c = program_.classes[i];
            if (!has_instances[index(c->type)]) continue;
            if (c->destructor) add_function(c->destructor);
            TypeId base = types_.nominal(c->type).base;
            if (base.valid()) has_instances[index(base)] = true;
        }
        return reach_.functions.size() + reach_.news.size() + reach_.chained.size() != before;
    }

    void add_called(const Implementation& made) {
        for (const Class* interface : program_.classes) {
            if (interface->type != made.interface) continue;
            for (size_t i = 0; i < made.methods.size(); ++i)
                if (made.methods[i] && called_slots_.count(interface->slots[i]))
                    add_function(made.methods[i]);
        }
    }

    // A handler can tell an exception class of the library that it names, or one below such a
    // class, from Exception itself, and the runtime may have thrown it.
    void instantiate_thrown_by_runtime() {
        for (const Class* c : program_.classes) {
            if (!types_.nominal(c->type).is_library) continue;
            if (!types_.is_subclass(c->type, program_.exception)) continue;
            TypeId base = types_.nominal(c->type).base;
            bool is_told = reach_.has_type(c->type);
            for (; base.valid() && base != program_.exception; base = types_.nominal(base).base)
                is_told = is_told || reach_.has_type(base);
            if (is_told) instantiate(c->type);
        }
    }

    static size_t index(TypeId type) { return static_cast<size_t>(type.index); }

    const Program& program_;
    const Types& types_;
    Reach reach_;
    std::vector<bool> instantiated_;
    std::vector<const Function*> bodies_;
    std::vector<const Expr*> pending_inits_;
    std::unordered_set<const Function*> seen_externs_;
    std::unordered_set<const Function*> called_slots_;  // by the method that introduces the slot
    bool catches_ = false;
};

const Function* method_named(const std::vector<Function*>& methods, std::string_view name) {
    for (const Function* method : methods)
        if (method->name == name && method->params.empty() && method->result == Types::String && method->body)
            return method;
    return nullptr;
}

}  // namespace

Reach find_reachable(const Program& program, bool with_exports) {
    return Search(program).run(with_exports);
}

const Function* find_to_string(const Program& program, TypeId type) {
    const Types& types = *program.types;
    if (types.is(type, TypeKind::Struct)) {
        for (const Struct* s : program.structs)
            if (s->type == type) return method_named(s->methods, "ToString");
        return nullptr;
    }
    for (const Class* c : program.classes)
        if (c->type == type) return c->to_string;
    return nullptr;
}

const Function* find_message_constructor(const Program& program) {
    for (const Class* c : program.classes) {
        if (c->type != program.exception) continue;
        for (const Function* constructor : c->constructors)
            if (constructor->params.size() == 1 && constructor->params[0]->type == Types::String)
                return constructor;
    }
    return nullptr;
}

}  // namespace dream::lower
