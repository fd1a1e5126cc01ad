// The order of work, and which function is `main`.
#include "check/check.h"

#include "check/body.h"
#include "check/checker.h"
#include "check/closures.h"
#include "check/flow.h"
#include "check/verify.h"
#include "check/visit.h"

namespace dream {

typed::Program check(std::span<ast::File* const> files, const Sources& sources, Types& types,
                     Arena& arena, diag::Sink& sink, const CheckOptions& options) {
    typed::Program program = checker::Checker(files, sources, types, arena, sink, options).run();
    if (!sink.has_errors()) {
        if (check_level >= 1) verify_typed(program);
        Captures captures = find_captures(program);
        check_flow(program, captures, sources, sink);
        typed::Program forms;
        forms.types = program.types;
        forms.sources = program.sources;
        forms.functions = program.generic_forms;
        check_flow(forms, find_captures(forms), sources, sink);
        if (!sink.has_errors()) convert_closures(program, captures, arena);
        if (check_level >= 1 && !sink.has_errors()) verify_typed(program);
    }
    return program;
}

}  // namespace dream

namespace dream::checker {

Program Checker::run() {
    real_sink = sink;
    program.types = &types;
    program.sources = &sources;
    library = new_scope(nullptr);
    user = new_scope(library);

    // Names, then what they mean. Each module is a group of its own: it stands without those that
    // import it, and files come in the order of their imports.
    make_modules();
    open_library();
    std::vector<std::pair<ModuleInfo*, Group>> groups;
    for (const ast::File* file : files_) {
        ModuleInfo& module = module_of(*file);
        if (groups.empty() || groups.back().first != &module) groups.emplace_back(&module, Group{});
        declare_all(file->items, *module.scope, true, groups.back().second);
    }
    link_modules();
    for (auto& [module, group] : groups) resolve(group);
    find_main();

    // Top-level statements first: the types of `var` globals are reported there.
    Function* top = arena.make<Function>();
    FunctionInfo* top_info = arena.make<FunctionInfo>();
    top->name = "top_level";
    top_info->function = top;
    top_info->is_static = true;
    top_info->scope = user;
    top_level = top;
    Body body(*this, top_info, user);
    top->body = body.top_level(files_);
    top->span = top->body->span;
    queue_used({top->body}, {});
    for (const ReturnFact& fact : body.returns) {
        if (fact.type.valid()) top->result = Types::Int;
        if (!sources[fact.span.source].module().empty())
            sink->report<diag::ReturnInModule>(fact.span);
        else if (has_main && !is_library(fact.span))
            sink->report<diag::ReturnBesideMain>(fact.span, program.main->name);
    }
    if (top->result == Types::Int) complete_returns(*top->body);
    if (!top->body->body.empty()) program.top_level = top;

    // Bodies declare local types and ask for specialisations, whose static fields need bodies.
    do {
        check_static_fields();
        check_bodies();
        extend_dispatchers();
    } while (checked_types_ < all_types.size() || !pending_bodies.empty());
    DREAM_CHECK(sink->has_errors() || !silent.has_errors(),
                "a specialisation has a mistake that its generic form has not: " +
                    silent.all().front().message);
    for (const ast::File* file : files_) check_exports(*file);
    // Without another mistake in its initialiser, a `var` has no type because it needs its own.
    bool has_errors = sink->has_errors();
    for (const Global* g : program.globals)
        if (!has_errors && g->type == Types::Error)
            sink->report<diag::DependsOnItself>(g->span, "type", g->name);
    if (!sink->has_errors()) {
        complete_dispatchers();
        complete_objects();
        for (const ast::File* file : files_) make_c_exports(*file);
        order_types();
        order_library_globals();
        order_initialisers();
        report_unused();
    }
    propagate_struct_writes();
    settle_property_calls();
    return std::move(program);
}

// Once one top-level `return` has a value, the bare ones stand for status 0.
void Checker::complete_returns(Stmt& body) {
    std::vector<Stmt*> work{&body};
    while (!work.empty()) {
        Stmt* s = work.back();
        work.pop_back();
        bool is_bare = s->kind == StmtKind::Return && !as<ReturnStmt>(s)->value;
        if (is_bare) as<ReturnStmt>(s)->value = literal(Types::Int, s->span, int64_t{0});
        for_each_child(
            *s, [](Expr*&) {}, [&](Stmt*& child) { work.push_back(child); });
    }
}

// `main` among the functions of the program, or a static member `main`; `Main`, as C# spells it, if
// there is no `main` and the top level does nothing by itself.
void Checker::find_main() {
    bool has_statements = false;
    for (const ast::File* file : files_)
        for (const ast::Stmt* s : file->items)
            has_statements = has_statements || (s->kind != ast::StmtKind::DeclStmt &&
                                                s->kind != ast::StmtKind::Empty &&
                                                module_of(*file).scope == user);
    std::vector<FunctionInfo*> found;
    for (std::string_view name : {"main", "Main"}) {
        if (!found.empty() || (name == "Main" && has_statements)) break;
        Symbol* symbol = user->find(name);
        if (symbol && symbol->kind == SymbolKind::Functions) found = symbol->functions;
        for (TypeInfo* info : all_types)
            for (FunctionInfo* method : info->methods)
                if (module_around(info->scope)->scope == user && method->is_static &&
                    !info->scope->specialisation && method->function->name == name)
                    found.push_back(method);
    }
    if (found.empty()) return;
    for (size_t i = 1; i < found.size(); ++i)
        sink->report<diag::TwoMains>(found[i]->function->span, found[i]->function->name)
            .note<diag::DeclaredHere>(found[0]->function->span, found[0]->function->name);
    program.main = found[0]->function;
    has_main = true;
    finish_main(*found[0]);
}

void Checker::finish_main(FunctionInfo& info) {
    const Function& f = *info.function;
    bool takes_args = f.params.size() == 1 && f.params[0]->kind == LocalKind::Parameter &&
                      f.params[0]->type == types.array_of(Types::String);
    TypeId result = result_of(info);
    bool is_fine = !info.generic && (f.params.empty() || takes_args) && f.body == nullptr &&
                   (result == Types::Void || result == Types::Int || result == Types::Error);
    if (!is_fine) sink->report<diag::MainSignature>(f.span, f.name);
}

}  // namespace dream::checker
