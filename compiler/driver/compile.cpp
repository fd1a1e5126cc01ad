// The phases of dreamc, in order. A phase that reported errors ends the run after that phase, so
// each one may rely on everything that the ones before it guarantee.
#include "driver/compile.h"

#include <chrono>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "ast/print.h"
#include "check/check.h"
#include "check/print.h"
#include "diag/json.h"
#include "diag/render.h"
#include "driver/embedded.h"
#include "driver/modules.h"
#include "driver/process.h"
#include "emit/emit.h"
#include "ir/print.h"
#include "lex/dump.h"
#include "lex/lex.h"
#include "lower/lower.h"
#include "parse/parse.h"
#include "rc/rc.h"
#include "support/check.h"

namespace dream::driver {
namespace {

// Prints how long each phase took, for --time-phases.
class PhaseClock {
  public:
    explicit PhaseClock(bool on) : on_(on), start_(Clock::now()) {}
    void done(const char* phase) {
        Clock::time_point now = Clock::now();
        double milliseconds = std::chrono::duration<double, std::milli>(now - start_).count();
        if (on_) fmt::print(stderr, "{:>8.2f} ms  {}\n", milliseconds, phase);
        start_ = Clock::now();
    }

  private:
    using Clock = std::chrono::steady_clock;
    bool on_;
    Clock::time_point start_;
};

// Everything that lives as long as the compilation.
struct Compilation {
    const Options& options;
    Sources sources;
    Arena arena;
    diag::Sink sink;
    std::vector<SourceId> inputs;  // the user's files, then the modules that they import
    std::vector<lex::TokenBuffer> tokens;  // kept: the tree points into them
    std::vector<ast::File*> files;         // the library first
    Compiled result;
};

// Prints what the sink holds; false when there is an error in it.
bool passed(Compilation& run) {
    if (!run.sink.has_errors()) return true;
    run.result.exit_code = kExitDiagnostics;
    return false;
}

bool read_inputs(Compilation& run) {
    for (const std::string& path : run.options.inputs) {
        std::string text;
        if (!read_file(path, text)) {
            fmt::print(stderr, "dreamc: cannot read '{}': {}\n", path, std::strerror(errno));
            run.result.exit_code = kExitUsage;
            return false;
        }
        if (path != "-") run.result.files_read.push_back(path);
        run.inputs.push_back(run.sources.add(path == "-" ? "<stdin>" : path, std::move(text)));
    }
    return true;
}

void parse_file(Compilation& run, SourceId source) {
    run.tokens.push_back(lex::lex(run.sources, source, run.sink));
    run.files.push_back(parse::parse(run.sources, source, run.tokens.back(), run.arena, run.sink));
}

// Parses the inputs and, as they come up in imports, the modules they name.
void parse_inputs(Compilation& run) {
    size_t first = run.files.size();
    for (SourceId source : run.inputs) parse_file(run, source);
    for (size_t i = first; i < run.files.size(); ++i) {
        for (const ast::Import* import : run.files[i]->imports) {
            std::string importer = run.sources[run.files[i]->source].path();
            std::string path = find_module(*import, importer, run.options);
            // A module that is nowhere is reported by the checker, which knows the import's place.
            if (path.empty() || is_among(path, run.result.files_read)) continue;
            std::string text;
            if (!read_file(path, text)) continue;
            run.result.files_read.push_back(path);
            parse_file(run, run.sources.add(path, std::move(text)));
        }
    }
}

std::string dump_tokens(Compilation& run) {
    std::string text;
    for (SourceId source : run.inputs) text += lex::dump(run.sources, source, lex::lex(run.sources, source, run.sink));
    return text;
}

// The IR of the function that is asked for, or of every function of the user's ("all": of all).
std::string dump_ir(const ir::Module& module, const std::string& wanted) {
    if (wanted == "all") return ir::print(module);
    std::string text;
    for (size_t i = 0; i < module.functions.size(); ++i) {
        ir::FunctionId id = module.functions.id_at(i);
        const ir::Function& function = module.functions[id];
        bool asked = wanted.empty() ? !function.is_library
                                    : wanted == function.name || wanted == ir::name_of(module, function);
        if (asked && function.body) text += ir::print(module, id);
    }
    return text;
}

// Runs the phases; returns early when one has reported errors or the asked-for dump is made.
void run_phases(Compilation& run) {
    const Options& options = run.options;
    PhaseClock clock(options.time_phases);
    auto finish_with = [&](std::string text) {
        run.result.text = std::move(text);
        run.result.is_dump = true;
    };

    if (!read_inputs(run)) return;
    clock.done("read");

    if (options.dump == Dump::Tokens) {
        finish_with(dump_tokens(run));
        passed(run);
        return;
    }

    // The standard library is Dream, checked with every program; its names lose to the user's.
    if (options.dump != Dump::Ast)
        for (const EmbeddedFile& file : embedded_files("stdlib/"))
            parse_file(run, run.sources.add(std::string(file.path), std::string(file.text), true));
    clock.done("lex and parse the library");

    size_t library_files = run.files.size();
    parse_inputs(run);
    clock.done("lex and parse");
    if (!passed(run)) return;
    if (options.dump == Dump::Ast) {
        std::string text;
        for (size_t i = library_files; i < run.files.size(); ++i) text += ast::print(*run.files[i]);
        return finish_with(std::move(text));
    }

    // From here on every name is resolved and every expression has a type.
    typed::Program program = check::check(run.files, run.sources, run.arena, run.sink);
    clock.done("check");
    if (!passed(run) || options.command == Command::Check) return;
    if (options.dump == Dump::Typed) return finish_with(check::print(program));

    // From here on values are named, evaluation order is explicit, and nothing is reported any more.
    ir::Module module = lower::lower(program, {});
    clock.done("lower");
    if (options.dump == Dump::Ir) return finish_with(dump_ir(module, options.dump_function));

    // From here on every unit of ownership is consumed exactly once on every path.
    rc::Options rc_options;
    rc_options.mode = options.full_rc ? rc::Mode::Full : rc::Mode::Plain;
    rc_options.debug_memory = options.debug_memory;
    std::string after;
    if (!options.dump_after.empty())
        rc_options.after_pass = [&](std::string_view pass, const ir::Module& now) {
            if (pass == options.dump_after) after = dump_ir(now, options.dump_function);
        };
    rc::run(module, rc_options);
    clock.done("rc");
    if (!options.dump_after.empty()) return finish_with(std::move(after));
    if (options.dump == Dump::Rc) return finish_with(dump_ir(module, options.dump_function));

    emit::Options emit_options;
    emit_options.line_directives = options.line_directives;
    run.result.text = emit::emit(module, emit_options);
    run.result.is_dump = options.dump == Dump::C;
    clock.done("emit");
}

}  // namespace

Compiled compile(const Options& options) {
    check_level = options.check_level;
    Compilation run{options, {}, {}, {}, {}, {}, {}, {}};
    run.sink.no_warnings = options.no_warnings;
    run.sink.warnings_are_errors = options.warnings_are_errors;
    run.sink.disabled_warnings = options.disabled_warnings;

    run_phases(run);
    std::string diagnostics =
        options.json ? diag::render_json(run.sink, run.sources)
                     : diag::render(run.sink, run.sources, {options.color, options.error_limit});
    std::fwrite(diagnostics.data(), 1, diagnostics.size(), stderr);
    return std::move(run.result);
}

}  // namespace dream::driver
