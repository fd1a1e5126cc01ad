// The functions of the module: declared first, so that calls find them, then lowered one by one.
#include "ir/visit.h"
#include "lower/context.h"
#include "lower/leave.h"
#include "support/check.h"

namespace dream::lower {

Context::Context(const typed::Program& p, Arena& arena, const Options& o)
    : program(p), options(o), types(*p.types), build(module) {
    module.types = p.types;
    module.sources = p.sources;
    module.arena = &arena;
    module.exception = p.exception;
}

Body::Body(Context& c, FunctionId function_id, const typed::Function* s)
    : context(c), build(c.build), types(c.types), id(function_id), function(c.module.functions[function_id]),
      source(s) {
    function.body = build.block(function.span);
    out = scope = function.body;
}

namespace {

LocalId add_param(Context& c, ir::Function& made, const typed::Local* param) {
    ir::Local local;
    local.name = param->name;
    local.type = param->type;
    local.span = param->span;
    local.is_param = true;
    bool is_struct_this = param->kind == typed::LocalKind::This && c.types.is(param->type, TypeKind::Struct);
    local.is_ref = param->kind == typed::LocalKind::Ref || param->kind == typed::LocalKind::Out || is_struct_this;
    if (c.types.owns_references(param->type)) local.ownership = ir::Ownership::Borrow;
    local.is_addressed = param->is_addressed && !local.is_ref;
    if (param->kind == typed::LocalKind::This) local.name = "this";
    return made.locals.add(std::move(local));
}

bool is_of_library(const Context& c, const typed::Function* f) {
    return f->is_library || (f->span.valid() && (*c.program.sources)[f->span.source].is_library());
}

}  // namespace

FunctionId declare_function(Context& c, const typed::Function* f, ir::FunctionKind kind) {
    ir::Function made;
    bool is_maker = kind == ir::FunctionKind::New || kind == ir::FunctionKind::Constructor;
    made.name = is_maker ? c.types.nominal(f->owner).name : f->name;
    made.kind = kind;
    made.owner = f->owner;
    made.span = f->span;
    made.result = kind == ir::FunctionKind::New ? f->owner : f->result;
    // What C calls a string is a pointer that nobody counts.
    if (kind == ir::FunctionKind::Extern && f->result == Types::String)
        made.result = c.program.types->pointer_to(Types::Char);
    made.is_library = is_of_library(c, f);
    made.is_varargs = f->is_varargs;
    made.is_pointer = f->is_pointer;
    made.callback = f->callback;
    made.is_exported = f->is_exported;
    made.is_exception_boundary = kind == ir::FunctionKind::Destructor || f->callback.valid();
    if (f->this_local && kind != ir::FunctionKind::New)
        made.params.push_back(add_param(c, made, f->this_local));
    for (const typed::Local* param : f->params) made.params.push_back(add_param(c, made, param));
    return c.module.functions.add(std::move(made));
}

// Makes the parameters known to the body. One that the body writes is copied into a local that owns
// it (ruling 2); a plain one is its own variable.
void bind_parameters(Body& b, const typed::Function* f) {
    size_t first = b.function.params.size() - f->params.size();
    for (size_t i = 0; i < f->params.size(); ++i) {
        const typed::Local* param = f->params[i];
        LocalId id = b.function.params[first + i];
        b.locals[param] = id;
        b.declared_in_try[id] = 0;
        bool is_by_value = param->kind == typed::LocalKind::Parameter;
        if (!is_by_value || !param->is_written || !b.types.owns_references(param->type)) continue;
        b.function.locals[id].name += "_in";
        LocalId own = declare(b, param);
        emit_assign(b, own, local_value(b, id), param->span);
    }
}

void lower_function(Context& c, FunctionId id, const typed::Function* f) {
    Body b(c, id, f);
    if (f->this_local) {
        b.locals[f->this_local] = b.function.params[0];
        b.declared_in_try[b.function.params[0]] = 0;
    }
    bind_parameters(b, f);
    lower_stmts(b, f->body->body);
}

namespace {

enum RuntimeFlag { Pure = 1, Throws = 2, Allocates = 4, Releases = 8, NoReturn = 16, UserCode = 32 };

void load_runtime(Context& c) {
    auto add = [&](std::string_view name, int flags) {
        ir::RuntimeFunction row;
        row.name = name;
        row.is_pure = (flags & Pure) != 0;
        row.throws = (flags & (Throws | UserCode)) != 0;
        row.takes_where = (flags & Throws) != 0;
        row.releases = (flags & (Releases | UserCode)) != 0;
        row.no_return = (flags & NoReturn) != 0;
        c.module.runtime.add(std::move(row));
    };
#define RUNTIME(name, flags) add(#name, flags);
#include "ir/runtime.def"
}

ir::FunctionKind kind_of(typed::FunctionKind kind) {
    switch (kind) {
        case typed::FunctionKind::Free: return ir::FunctionKind::Free;
        case typed::FunctionKind::Method: return ir::FunctionKind::Method;
        case typed::FunctionKind::Constructor: return ir::FunctionKind::Constructor;
        case typed::FunctionKind::Destructor: return ir::FunctionKind::Destructor;
        case typed::FunctionKind::Extern:
        case typed::FunctionKind::Runtime: return ir::FunctionKind::Extern;
    }
    DREAM_UNREACHABLE("kind of function");
}

void declare_functions(Context& c) {
    for (const typed::Function* f : c.reach.externs)
        c.functions[f] = declare_function(c, f, ir::FunctionKind::Extern);
    auto declare_one = [&](const typed::Function* f) {
        if (c.reach.chained.count(f) && !c.constructors.count(f))
            c.constructors[f] = declare_function(c, f, ir::FunctionKind::Constructor);
        if (c.reach.news.count(f) && !c.news.count(f))
            c.news[f] = declare_function(c, f, ir::FunctionKind::New);
        if (c.reach.functions.count(f) && !c.functions.count(f))
            c.functions[f] = declare_function(c, f, kind_of(f->kind));
    };
    for (const typed::Function* f : c.program.functions)
        if (f != c.program.top_level) declare_one(f);
    // Implicit members may be listed by their class alone.
    for (const typed::Class* cls : c.program.classes) {
        for (const typed::Function* f : cls->constructors) declare_one(f);
        for (const typed::Function* f : cls->methods) declare_one(f);
        if (cls->destructor) declare_one(cls->destructor);
    }
    for (const typed::Struct* s : c.program.structs) {
        for (const typed::Function* f : s->constructors) declare_one(f);
        for (const typed::Function* f : s->methods) declare_one(f);
    }
}

void lower_functions(Context& c) {
    auto lower_one = [&](const typed::Function* f) {
        auto lower_as = [&](auto& map) {
            auto found = map.find(f);
            if (found != map.end() && !c.module.functions[found->second].body)
                lower_function(c, found->second, f);
        };
        if (f->body) lower_as(c.functions);
        if (f->body) lower_as(c.constructors);
        auto made = c.news.find(f);
        if (made != c.news.end() && !c.module.functions[made->second].body) lower_new_function(c, f);
    };
    // By id: the order of literals, and with it the whole output, depends on nothing else.
    std::vector<const typed::Function*> order(c.module.functions.size());
    for (const auto* map : {&c.functions, &c.constructors, &c.news})
        for (auto [f, id] : *map) order[static_cast<size_t>(id.index)] = f;
    for (const typed::Function* f : order)
        if (f) lower_one(f);
}

// Ends that no path reaches, though that does not show (behind a Try whose every way is a return),
// still need an exit.
void close_functions(Context& c) {
    for (ir::Function& f : c.module.functions) {
        if (!f.body || f.result == Types::Void) continue;
        NodeSet left_by_break;
        ir::for_each_node(*f.body, [&](ir::Node& node, bool) {
            if (node.kind == ir::NodeKind::Break) left_by_break.insert(ir::as<ir::Break>(&node)->target);
        });
        if (always_leaves(left_by_break, f.body)) continue;
        ir::Return* exit = c.build.node<ir::Return>(f.span);
        exit->value.value = c.build.default_of(f.result);
        f.body->body.push_back(exit);
    }
}

// What has no instances runs no destructor. Else the classes of the library that have one would seem
// to stand behind every `object`.
void forget_unreached_destructors(Context& c) {
    for (const typed::Class* cls : c.program.classes)
        if (cls->destructor && !c.reach.functions.count(cls->destructor))
            c.types.nominal(cls->type).has_destructor = false;
}

}  // namespace

ir::Module lower(const typed::Program& program, Arena& arena, const Options& options) {
    Context c(program, arena, options);
    c.reach = find_reachable(program, options.with_exports);
    forget_unreached_destructors(c);
    load_runtime(c);
    choose_demoted(c);
    declare_functions(c);
    lower_top_level(c);
    lower_functions(c);
    route_exits(c.module);
    close_functions(c);
    add_classes(c);
    if (program.main) c.module.main = c.functions.at(program.main);
    return std::move(c.module);
}

}  // namespace dream::lower
