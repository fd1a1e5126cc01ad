// dreamc: the commands. Each one is a few steps over compile() and the toolchain.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "driver/compile.h"
#include "driver/explain.h"
#include "driver/manual.h"
#include "driver/options.h"
#include "driver/process.h"
#include "driver/program_cache.h"
#include "driver/standalone.h"
#include "driver/toolchain.h"

namespace dream::driver {
namespace {

// "src/app.dr" -> "app"; standard input -> "a".
std::string stem(const std::string& input) {
    if (input == "-") return "a";
    std::string name = input.substr(input.rfind('/') + 1);
    if (name.size() > 3 && name.compare(name.size() - 3, 3, ".dr") == 0)
        name.resize(name.size() - 3);
    return name;
}

int fail_to_write(const std::string& path) {
    fmt::print(stderr, "dreamc: cannot write '{}': {}\n", path, std::strerror(errno));
    return kExitUsage;
}

// The make rule of -MD: `output: inputs`, and an empty rule for each input, so that make does not
// stop when one is deleted.
int write_depfile(const Options& options, const std::string& output, const Compiled& compiled) {
    auto escape = [](const std::string& path) {
        std::string text;
        for (char c : path) {
            if (c == ' ' || c == '#' || c == '\\') text += '\\';
            if (c == '$') text += '$';
            text += c;
        }
        return text;
    };
    std::string rule = escape(output) + ":", rest;
    for (const std::string& file : compiled.files_read) {
        rule += " \\\n  " + escape(file);
        rest += "\n" + escape(file) + ":\n";
    }
    std::string path = !options.depfile.empty() ? options.depfile : stem(output) + ".d";
    return write_file(path, rule + "\n" + rest) ? kExitOk : fail_to_write(path);
}

// --emit-c: to a file, by default the input's name with .c, or to standard output.
int write_c(const Options& options, const std::string& text) {
    if (options.output == "-") {
        if (write_stdout(text)) return kExitOk;
        return fail_to_write("standard output");
    }
    std::string path = !options.output.empty() ? options.output : stem(options.inputs[0]) + ".c";
    return write_file(path, text) ? kExitOk : fail_to_write(path);
}

int build(const Options& options, const Compiled& compiled) {
    std::string output = !options.output.empty()    ? options.output
                         : options.inputs[0] == "-" ? "a.out"
                         : options.library ? "lib" + stem(options.inputs[0]) + ".a"
                                           : stem(options.inputs[0]);
    for (const std::string& input : options.inputs) {
        if (!same_file(input, output)) continue;
        fmt::print(stderr, "dreamc: the output '{}' is an input; name another with -o\n", output);
        return kExitUsage;
    }
    CCompiler compiler = find_c_compiler(options, false);
    if (compiler.command.empty()) return kExitCCompiler;
    TemporaryFolder scratch;
    if (!scratch.make()) return fail_to_write("a temporary folder");
    bool is_object = output.size() > 2 && output.substr(output.size() - 2) == ".o";
    std::string made = !options.library ? "/program" : is_object ? "/program.o" : "/library.a";
    std::string program = scratch.path() + made;
    auto build_output = options.library ? build_library : build_program;
    int failed = build_output(compiler, options, false, compiled.text,
                              stem(options.inputs[0]) + ".c", program, scratch);
    if (failed != kExitOk) return failed;
    std::string bytes;
    if (!read_file(program, bytes) || !write_file(output, bytes, !options.library))
        return fail_to_write(output);
    return options.write_depfile ? write_depfile(options, output, compiled) : kExitOk;
}

// The program that `run` starts: one that was built before, or made now in `scratch` and kept.
int find_program_to_run(const Options& options, const Compiled& compiled,
                        TemporaryFolder& scratch, std::string& program) {
    // tcc where nothing asks for more: it neither optimises nor takes all that other compilers make.
    bool fast = options.optimize.empty();
    bool only_dream =
        options.c_inputs.empty() && options.libraries.empty() && options.c_options.empty();
    CCompiler compiler = find_c_compiler(options, fast && only_dream);
    if (compiler.command.empty()) return kExitCCompiler;
    std::string kept = kept_program_path(compiler, options, fast, compiled.text);
    if (!kept.empty() && use_kept_program(kept)) {
        program = kept;
        return kExitOk;
    }
    program = scratch.path() + "/" + stem(options.inputs[0]);
    int failed = build_program(compiler, options, fast, compiled.text, "main.c", program, scratch);
    if (failed == kExitOk && !kept.empty()) keep_program(program, kept);
    return failed;
}

int run(const Options& options, const Compiled& compiled) {
    TemporaryFolder scratch;
    if (!scratch.make()) return fail_to_write("a temporary folder");
    std::string program;
    int failed = find_program_to_run(options, compiled, scratch, program);
    if (failed != kExitOk) return failed;

    std::vector<std::string> argv = {program};
    argv.insert(argv.end(), options.program_args.begin(), options.program_args.end());
    Process process = start_process(argv);
    // The program runs without its file: nothing is left behind however dreamc ends.
    scratch.remove();
    ProcessEnd end = process.wait();
    if (!end.started) {
        fmt::print(stderr, "dreamc: cannot start the program: {}\n", std::strerror(end.code));
        return kExitCCompiler;
    }
    return end.signal != 0 ? 128 + end.signal : end.code;
}

int print_runtime_dir(const Options& options) {
    CCompiler compiler = find_c_compiler(options, false);
    if (compiler.command.empty()) return kExitCCompiler;
    TemporaryFolder scratch;
    if (!scratch.make()) return fail_to_write("a temporary folder");
    std::string folder = runtime_folder(compiler, options, scratch);
    if (folder.empty()) return kExitCCompiler;
    // Without a cache the folder is the caller's to delete.
    if (folder.compare(0, scratch.path().size(), scratch.path()) == 0) scratch.release();
    return write_stdout(folder + "\n") ? kExitOk : fail_to_write("standard output");
}

int print(std::string_view text) {
    return write_stdout(text) ? kExitOk : fail_to_write("standard output");
}

int run_command(const Options& options) {
    if (options.command == Command::Explain) return explain(options.explain_code);
    if (options.command == Command::RuntimeDir) return print_runtime_dir(options);
    if (options.command == Command::Completion) return print(completion_script(options.shell));
    if (options.command == Command::ManPage) return print(manual_page());

    Compiled compiled = compile(options);
    if (compiled.exit_code != kExitOk || options.command == Command::Check)
        return compiled.exit_code;
    if (compiled.is_dump) {
        if (!options.output.empty()) return write_c(options, compiled.text);
        return print(compiled.text);
    }
    if (!options.header_file.empty() && !write_file(options.header_file, compiled.header))
        return fail_to_write(options.header_file);
    if (options.emit_c) {
        if (options.standalone)
            compiled.text = make_standalone(compiled.text, options.debug_memory);
        int failed = write_c(options, compiled.text);
        if (failed != kExitOk || !options.write_depfile) return failed;
        return write_depfile(
            options, options.output.empty() ? stem(options.inputs[0]) + ".c" : options.output,
            compiled);
    }
    return options.command == Command::Run ? run(options, compiled) : build(options, compiled);
}

}  // namespace
}  // namespace dream::driver

int main(int argc, char** argv) {
    using namespace dream::driver;
    install_signal_handlers();
    std::set_new_handler([] {
        const char text[] = "dreamc: internal error: out of memory\n";
        ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
        (void)ignored;
        _exit(kExitInternal);
    });
    ParsedOptions parsed = parse_options(argc, argv);
    if (parsed.done) return parsed.exit_code;
    return run_command(parsed.options);
}
