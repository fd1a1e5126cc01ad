// The C compiler is started without a shell, in a private folder, with relative paths prefixed by
// "./" (a file may be called "-x.c"). The runtime is compiled once per compiler, flags and content of
// the runtime; the folder with the result appears in the cache by a rename, so that any number of
// dreamc may build it at once and none sees half of it.
#include "driver/toolchain.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "driver/embedded.h"

namespace dream::driver {
namespace {

std::vector<std::string> split_words(const std::string& text) {
    std::vector<std::string> words;
    size_t at = 0;
    while ((at = text.find_first_not_of(' ', at)) != std::string::npos) {
        size_t end = std::min(text.find(' ', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

std::string base_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

// A path that no compiler takes for an option.
std::string as_path(const std::string& path) {
    return path.empty() || path[0] == '/' || path[0] == '.' ? path : "./" + path;
}

// FNV-1a: names a cache entry; nothing hangs on collisions being hard to make.
std::string hash_text(std::string_view text) {
    uint64_t hash = 14695981039346656037u;
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return fmt::format("{:016x}", hash);
}

// A folder that is ours alone, so that nobody else can have put a library there.
bool is_private_folder(const std::string& path) {
    struct stat about;
    return lstat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode) &&
           about.st_uid == geteuid() && (about.st_mode & 022) == 0 &&
           access(path.c_str(), W_OK | X_OK) == 0;
}

std::vector<std::string> runtime_flags(const CCompiler& compiler, const Options& options) {
    // The runtime is optimised whatever the program is: it is compiled once.
    std::vector<std::string> flags = {"-std=c11", "-w", "-O2"};
    if (options.debug_info) flags.push_back("-g");
    if (options.debug_memory) flags.push_back("-DDR_DEBUG_MEMORY=1");
    if (!compiler.is_tcc) flags.push_back("-ffp-contract=off");
    flags.insert(flags.end(), options.c_options.begin(), options.c_options.end());
    return flags;
}

// Prints what a failed tool said.
void report_failure(const std::vector<std::string>& argv, const ProcessEnd& end,
                    const std::string& log_path) {
    std::string log;
    if (read_file(log_path, log) && !log.empty())
        fmt::print(stderr, "{}{}", log, log.back() == '\n' ? "" : "\n");
    if (!end.started)
        fmt::print(stderr, "dreamc: cannot start '{}': {}\n", argv[0], std::strerror(end.code));
    else if (end.signal != 0)
        fmt::print(stderr, "dreamc: '{}' was ended by signal {}\n", base_name(argv[0]), end.signal);
    else
        fmt::print(stderr, "dreamc: '{}' failed with exit code {}\n", base_name(argv[0]), end.code);
}

bool run_tool(const std::vector<std::string>& argv, const Options& options,
              const std::string& log_path) {
    if (options.verbose) fmt::print(stderr, "{}\n", shell_text(argv));
    ProcessEnd end = run_process(argv, log_path);
    if (!end.good() && !interrupted()) report_failure(argv, end, log_path);
    return end.good();
}

// Writes the embedded runtime under `folder` as include/ and src/.
bool extract_runtime(const std::string& folder) {
    for (const EmbeddedFile& file : embedded_files("runtime/")) {
        std::string path = folder + "/" + std::string(file.path.substr(std::strlen("runtime/")));
        if (!make_folders(path.substr(0, path.rfind('/'))) || !write_file(path, file.text))
            return false;
    }
    return true;
}

// The archiver of the compiler: tcc brings its own, for machines that have nothing else.
std::vector<std::string> archive_command(const CCompiler& compiler) {
    std::string archiver = find_program("ar");
    if (archiver.empty()) return {compiler.command.back(), "-ar", "rcs"};
    return {archiver, "rcs"};
}

bool compile_runtime(const CCompiler& compiler, const Options& options, const std::string& folder) {
    std::vector<std::string> archive = archive_command(compiler);
    std::vector<std::string> compile = compiler.command;
    std::vector<std::string> flags = runtime_flags(compiler, options);
    compile.insert(compile.end(), flags.begin(), flags.end());
    std::string object = folder + "/dream.o", library = folder + "/libdream.a",
                log = folder + "/log";
    for (std::string word : {"-I" + folder + "/include", "-I" + folder + "/src", std::string("-c"),
                             folder + "/src/all.c", std::string("-o"), object})
        compile.push_back(std::move(word));
    if (!run_tool(compile, options, log)) return false;
    archive.push_back(library);
    archive.push_back(object);
    if (!run_tool(archive, options, log)) return false;
    unlink(object.c_str());
    unlink(log.c_str());
    return true;
}

// Moves the generated C out of the scratch folder, which is about to go, and says where it is.
void keep_c_file(std::string_view c_text, const std::string& name) {
    TemporaryFolder kept;
    if (!kept.make() || !write_file(kept.path() + "/" + name, c_text)) return;
    fmt::print(stderr, "dreamc: the generated C is kept in {}/{}\n", kept.path(), name);
    kept.release();
}

}  // namespace

std::string compiler_identity(const CCompiler& compiler) {
    std::string identity = fmt::format("{}", fmt::join(compiler.command, " "));
    for (const std::string& word : compiler.command) {
        struct stat about;
        std::string program = find_program(word);
        if (!program.empty() && stat(program.c_str(), &about) == 0)
            identity += fmt::format("|{}:{}:{}", program, about.st_size, about.st_mtime);
    }
    return identity;
}

std::string cache_folder() {
    std::vector<std::string> candidates;
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    if (cache && *cache == '/')
        candidates.push_back(std::string(cache) + "/dream");
    else if (home && *home == '/')
        candidates.push_back(std::string(home) + "/.cache/dream");
    const char* temporary = std::getenv("TMPDIR");
    candidates.push_back(
        fmt::format("{}/dream-{}", temporary && *temporary ? temporary : "/tmp", geteuid()));
    for (const std::string& folder : candidates)
        if (make_folders(folder, 0700) && is_private_folder(folder)) return folder;
    return "";
}

std::string optimize_flag(const Options& options, bool fast) {
    return !options.optimize.empty() ? options.optimize : fast ? "-O0" : "-O2";
}

CCompiler find_c_compiler(const Options& options, bool fast) {
    CCompiler compiler;
    std::vector<std::string> names = {"cc", "gcc", "clang", "tcc"};
    if (fast) names.insert(names.begin(), "tcc");
    if (options.cc != "auto") {
        std::vector<std::string> words = split_words(options.cc);
        compiler.command = words;
        std::string program = words.empty() ? "" : find_program(words[0]);
        if (program.empty()) {
            fmt::print(stderr, "dreamc: cannot find the C compiler '{}'\n", options.cc);
            return {};
        }
        compiler.command[0] = program;
    } else {
        for (const std::string& name : names) {
            std::string program = find_program(name);
            if (program.empty()) continue;
            compiler.command = {program};
            break;
        }
        if (compiler.command.empty()) {
            fmt::print(
                stderr,
                "dreamc: no C compiler found; install gcc, clang or tcc, or name one with --cc\n");
            return {};
        }
    }
    for (const std::string& word : compiler.command)
        compiler.is_tcc |= base_name(word).find("tcc") == 0;
    return compiler;
}

std::string runtime_folder(const CCompiler& asked, const Options& options,
                           TemporaryFolder& scratch) {
    // tcc's programs profit from a runtime that gcc or clang has optimised.
    CCompiler compiler = asked;
    if (compiler.is_tcc && !find_program("cc").empty()) compiler = {{find_program("cc")}, false};
    // tcc makes programs at fixed addresses.
    Options chosen = options;
    if (asked.is_tcc && !compiler.is_tcc)
        chosen.c_options.insert(chosen.c_options.begin(), "-fno-pie");

    std::string key =
        hash_text(fmt::format("{}\n{}\n{}", compiler_identity(compiler), embedded_hash(),
                              fmt::join(runtime_flags(compiler, chosen), " ")));
    std::string cache = cache_folder();
    std::string folder = cache + "/runtime-" + key;
    if (!cache.empty() && exists(folder + "/libdream.a")) return folder;

    TemporaryFolder fresh;
    if (!fresh.make(cache.empty() ? scratch.path() : cache) || !extract_runtime(fresh.path())) {
        fmt::print(stderr, "dreamc: cannot write the runtime to {}: {}\n", cache,
                   std::strerror(errno));
        return "";
    }
    if (!compile_runtime(compiler, chosen, fresh.path())) return "";
    if (cache.empty()) return fresh.release();  // goes with the scratch folder
    if (rename(fresh.path().c_str(), folder.c_str()) == 0) {
        fresh.release();
        return folder;
    }
    // Another dreamc was faster.
    if (exists(folder + "/libdream.a")) return folder;
    fmt::print(stderr, "dreamc: cannot write {}: {}\n", folder, std::strerror(errno));
    return "";
}

namespace {

// What is compiled and linked, whatever comes out.
struct Parts {
    std::string runtime;                // its folder
    std::string log;
    std::vector<std::string> inputs;    // objects and archives of the user's
    std::vector<std::string> compile;   // the command up to the generated C, this included
};

// Writes the C, and compiles the user's C files; false after a report.
bool prepare(const CCompiler& compiler, const Options& options, bool fast, std::string_view c_text,
             const std::string& name, TemporaryFolder& scratch, Parts& parts) {
    parts.runtime = runtime_folder(compiler, options, scratch);
    if (parts.runtime.empty()) {
        if (!interrupted()) keep_c_file(c_text, name);
        return false;
    }
    std::string source = scratch.path() + "/" + name;
    if (!write_file(source, c_text)) {
        fmt::print(stderr, "dreamc: cannot write {}: {}\n", source, std::strerror(errno));
        return false;
    }

    // What every C file of the program is compiled with.
    std::vector<std::string> common = compiler.command;
    common.push_back(optimize_flag(options, fast));
    if (options.debug_info) common.push_back("-g");
    if (options.debug_memory) common.push_back("-DDR_DEBUG_MEMORY=1");
    common.insert(common.end(), options.c_options.begin(), options.c_options.end());
    common.push_back("-I" + parts.runtime + "/include");
    for (const std::string& path : options.include_paths) common.push_back("-I" + as_path(path));

    // The user's C files are compiled as he would: his dialect, his warnings.
    parts.log = scratch.path() + "/log";
    for (const std::string& input : options.c_inputs) {
        parts.inputs.push_back(as_path(input));
        if (input.back() != 'c') continue;
        std::string object = fmt::format("{}/input{}.o", scratch.path(), parts.inputs.size());
        std::vector<std::string> argv = common;
        for (const std::string& word :
             {std::string("-c"), parts.inputs.back(), std::string("-o"), object})
            argv.push_back(word);
        if (!run_tool(argv, options, parts.log)) return false;
        parts.inputs.back() = object;
        std::string warnings;
        if (read_file(parts.log, warnings)) fmt::print(stderr, "{}", warnings);
    }

    // Warnings about legal Dream (endless recursion, say) are no business of the user's.
    parts.compile = common;
    parts.compile.push_back("-std=c11");
    parts.compile.push_back("-w");
    // tcc writes a symbol table only so, which names the function that a stack overflow happened in.
    parts.compile.push_back(compiler.is_tcc ? "-g" : "-ffp-contract=off");
    parts.compile.push_back(source);
    return true;
}

// Runs the C compiler over the generated C, which is kept if that fails.
int compile_generated(const std::vector<std::string>& argv, const Options& options,
                      const Parts& parts, std::string_view c_text, const std::string& name) {
    if (run_tool(argv, options, parts.log)) return kExitOk;
    if (!interrupted()) keep_c_file(c_text, name);
    return kExitCCompiler;
}

}  // namespace

int build_program(const CCompiler& compiler, const Options& options, bool fast,
                  std::string_view c_text, const std::string& name, const std::string& program,
                  TemporaryFolder& scratch) {
    Parts parts;
    if (!prepare(compiler, options, fast, c_text, name, scratch, parts)) return kExitCCompiler;
    std::vector<std::string> argv = parts.compile;
    auto add = [&](std::string word) { argv.push_back(std::move(word)); };
    for (const std::string& input : parts.inputs) add(input);
    for (const std::string& path : options.library_paths) add("-L" + as_path(path));
    add(parts.runtime + "/libdream.a");
    for (const std::string& library : options.libraries) add("-l" + library);
    add("-lm");
    add("-o");
    add(program);
    return compile_generated(argv, options, parts, c_text, name);
}

int build_library(const CCompiler& compiler, const Options& options, bool fast,
                  std::string_view c_text, const std::string& name, const std::string& library,
                  TemporaryFolder& scratch) {
    Parts parts;
    if (!prepare(compiler, options, fast, c_text, name, scratch, parts)) return kExitCCompiler;
    bool is_object = library.compare(library.size() - 2, 2, ".o") == 0;
    std::string object = is_object ? library : scratch.path() + "/dream_program.o";
    std::vector<std::string> argv = parts.compile;
    for (const std::string& word : {std::string("-c"), std::string("-o"), object})
        argv.push_back(word);
    int failed = compile_generated(argv, options, parts, c_text, name);
    if (failed != kExitOk || is_object) return failed;

    // The archive of the runtime, with the program in it.
    std::string bytes;
    if (!read_file(parts.runtime + "/libdream.a", bytes) || !write_file(library, bytes)) {
        fmt::print(stderr, "dreamc: cannot write {}: {}\n", library, std::strerror(errno));
        return kExitCCompiler;
    }
    std::vector<std::string> archive = archive_command(compiler);
    archive.push_back(library);
    archive.push_back(object);
    for (const std::string& input : parts.inputs)
        if (input.back() == 'o') archive.push_back(input);
    return run_tool(archive, options, parts.log) ? kExitOk : kExitCCompiler;
}

}  // namespace dream::driver
