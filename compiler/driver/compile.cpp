// The phases of dreamc, in order. A phase that reported errors ends the run after that phase, so
// each one may rely on everything that the ones before it guarantee.
#include "driver/compile.h"

#include <time.h>

#include <cstdio>

#include <fmt/format.h>

#include "ast/print.h"
#include "check/check.h"
#include "check/print.h"
#include "diag/json.h"
#include "diag/render.h"
#include "driver/library.h"
#include "driver/modules.h"
#include "emit/emit.h"
#include "ir/print.h"
#include "lex/lex.h"
#include "lower/lower.h"
#include "parse/parse.h"
#include "rc/rc.h"
#include "support/check.h"

namespace dream::driver {
namespace {

// Prints how long each phase took, for --time-phases: time of this process on the CPU, which other
// work on the machine does not lengthen, and the lines a second that this makes of the program's
// sources.
class PhaseClock {
  public:
    PhaseClock(bool on, const Sources& sources) : on_(on), sources_(sources), start_(now()) {}

    void done(const char* phase) {
        if (!on_) return;
        double seconds = now() - start_;
        int lines = 0;
        for (uint32_t i = 0; i < sources_.size(); ++i)
            if (const Source& source = sources_[SourceId(i)]; !source.is_library())
                lines += source.line_count();
        fmt::print(stderr, "{:>8.2f} ms  {:>10.0f} lines/s  {}\n", seconds * 1e3, lines / seconds,
                   phase);
        start_ = now();
    }

  private:
    static double now() {
        timespec time;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    }

    bool on_;
    const Sources& sources_;
    double start_;
};

// Everything that lives as long as the compilation.
struct Compilation {
    const Options& options;
    Sources sources;
    Arena arena;
    Types types;
    diag::Sink sink;
    InputFiles inputs;
    std::vector<ast::File*> files;
    typed::Program program;
    ir::Module module;
    Compiled result;
};

// True when no phase has reported an error.
bool passed(Compilation& run) {
    if (!run.sink.has_errors()) return true;
    run.result.exit_code = kExitDiagnostics;
    return false;
}

// How a file parses depends on the types of other files, so this begins when all are lexed.
void parse_files(Compilation& run) {
    parse::Options options;
    for (const InputFile* file : run.inputs.order) {
        std::vector<std::string_view> types = run.inputs.types_visible_to(*file);
        options.type_names = types;
        options.library_types = library_index.types;
        options.imports = file->imports;
        run.files.push_back(
            parse::parse(run.sources, file->source, file->tokens, run.arena, run.sink, options));
    }
}

// The IR of the function that is asked for, or of every function of the user's ("all": of all).
std::string dump_ir(const ir::Module& module, const std::string& wanted) {
    if (wanted == "all") return ir::print(module);
    std::string text;
    for (size_t i = 0; i < module.functions.size(); ++i) {
        ir::FunctionId id = module.functions.id_at(i);
        const ir::Function& function = module.functions[id];
        bool asked = wanted.empty()
                         ? !function.is_library
                         : wanted == function.name || wanted == ir::name_of(module, function);
        if (asked && function.body) text += ir::print(module, id);
    }
    return text;
}

// Runs the phases; returns early when one has reported errors or the asked-for dump is made.
void run_phases(Compilation& run) {
    const Options& options = run.options;
    PhaseClock clock(options.time_phases, run.sources);
    auto finish_with = [&](std::string text) {
        run.result.text = std::move(text);
        run.result.is_dump = true;
    };

    if (!read_input_files(options, run.sources, run.sink, run.inputs)) {
        run.result.exit_code = kExitUsage;
        return;
    }
    run.result.files_read = run.inputs.paths;
    clock.done("read and lex");
    if (options.dump == Dump::Tokens) {
        std::string text;
        for (const InputFile* file : run.inputs.order)
            text += lex::dump(run.sources, file->tokens);
        passed(run);
        return finish_with(std::move(text));
    }

    parse_files(run);
    clock.done("parse");
    if (!passed(run)) return;
    if (options.dump == Dump::Ast) {
        std::string text;
        for (const ast::File* file : run.files) text += ast::print(*file);
        return finish_with(std::move(text));
    }

    // From here on every name is resolved and every expression has a type. The standard library is
    // Dream, read and checked as far as the program reaches it; its names lose to the user's.
    EmbeddedLibrary library(run.sources, run.arena, run.sink);
    typed::Program& program = run.program;
    program = check(run.files, run.sources, run.types, run.arena, run.sink,
                    {&library, options.whole_library, !options.header_file.empty()});
    clock.done("check");
    if (!passed(run) || options.command == Command::Check) return;
    if (options.dump == Dump::Typed) return finish_with(typed::print(program));

    // From here on values are named, evaluation order is explicit, and nothing is reported any more.
    lower::Options lower_options;
    lower_options.spell_out = !options.full_rc;
    lower_options.with_exports = options.library || !options.header_file.empty();
    ir::Module& module = run.module;
    module = lower::lower(program, run.arena, lower_options);
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
    emit_options.plain = !options.full_rc;
    emit_options.debug_memory = options.debug_memory;
    emit_options.traces = options.debug_memory || options.debug_info;
    emit_options.source_name = options.inputs[0] == "-" ? "<stdin>" : options.inputs[0];
    emit_options.line_directives = options.line_directives;
    emit_options.is_library = options.library;
    run.result.text = emit::emit(module, emit_options);
    if (!options.header_file.empty()) run.result.header = emit::emit_header(module, emit_options);
    run.result.is_dump = options.dump == Dump::C;
    clock.done("emit");
}

}  // namespace

Compiled compile(const Options& options) {
    check_level = options.check_level;
    // The last one is left to the end of the process, instead of being taken apart node by node while
    // the user waits (as clang's -disable-free does).
    static Compilation* last = nullptr;
    delete last;
    Compilation& run = *(last = new Compilation{options, {}, {}, {}, {}, {}, {}, {}, {}, {}});
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
