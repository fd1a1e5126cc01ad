// The command line, by LLVM's CommandLine: the one file of the driver that sees LLVM.
//
// LLVM parses options and writes --help; finding the command word and the program's own arguments,
// "did you mean", and every check of a value are ours, because LLVM's subcommands work only as the
// first word and its suggestions are poor.
#include "driver/options.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include "diag/diag.h"

namespace dream::driver {
namespace {

namespace cl = llvm::cl;

cl::OptionCategory category("dreamc options");

// Every option may be repeated (the last one counts): build systems append.
template <class T, class... Mods>
cl::opt<T>* option(const char* name, const char* help, const Mods&... mods) {
    return new cl::opt<T>(llvm::StringRef(name), cl::desc(help), cl::cat(category), cl::ZeroOrMore,
                          mods...);
}

template <class... Mods>
cl::list<std::string>* list_option(const char* name, const char* help, const Mods&... mods) {
    return new cl::list<std::string>(llvm::StringRef(name), cl::desc(help), cl::cat(category),
                                     cl::ZeroOrMore, mods...);
}

// The options, made when the command line is parsed: dreamc has no work before main.
struct Table {
    cl::list<std::string>* inputs = new cl::list<std::string>(cl::Positional, cl::desc("FILE..."),
                                                              cl::ZeroOrMore, cl::cat(category));

    cl::opt<std::string>* output = option<std::string>("o", "Output file; - is standard output",
                                                       cl::Prefix, cl::value_desc("file"));
    cl::opt<bool>* emit_c = option<bool>("emit-c", "Write readable C instead of a program");
    cl::opt<bool>* standalone =
        option<bool>("standalone", "With --emit-c: one file that holds the runtime too");
    cl::opt<bool>* library = option<bool>(
        "library", "Build an archive for a program in C (an object if -o ends in .o)");
    cl::opt<std::string>* header_file = option<std::string>(
        "emit-header", "Write a C and C++ header of the exported functions", cl::value_desc("file"));
    cl::opt<bool>* line_directives =
        option<bool>("lines", "Write #line directives into the C (as -g does)");
    cl::opt<bool>* debug_memory = option<bool>(
        "debug-memory", "Track memory and report allocations and leaks at the program's exit");
    cl::opt<std::string>* rc = option<std::string>(
        "rc", "Reference counting: full (default) optimises, plain counts every copy",
        cl::value_desc("plain|full"));
    cl::opt<std::string>* optimize = option<std::string>(
        "O", "Optimisation of the C compiler: -O0 to -O3 (default: -O2, run: none)",
        cl::AlwaysPrefix, cl::ValueOptional, cl::value_desc("level"));
    cl::opt<bool>* debug_info =
        option<bool>("g", "Debug information and call stacks with Dream's lines");
    cl::list<std::string>* include_paths =
        list_option("I", "Search modules and C headers here", cl::Prefix, cl::value_desc("dir"));
    cl::list<std::string>* libraries =
        list_option("l", "Link with this library", cl::Prefix, cl::value_desc("library"));
    cl::list<std::string>* library_paths =
        list_option("L", "Search libraries here", cl::Prefix, cl::value_desc("dir"));
    cl::list<std::string>* c_options = list_option("X", "Pass this option on to the C compiler",
                                                   cl::Prefix, cl::value_desc("option"));
    cl::opt<std::string>* cc = option<std::string>(
        "cc", "C compiler: auto (default: cc, for run tcc if installed) or a command",
        cl::value_desc("command"));

    cl::list<std::string>* warnings =
        list_option("W", "-Werror: warnings are errors; -Wno-NAME: do not warn of NAME",
                    cl::AlwaysPrefix, cl::value_desc("warning"));
    cl::opt<bool>* no_warnings = option<bool>("w", "No warnings");
    cl::opt<std::string>* color = option<std::string>(
        "color", "Colours in diagnostics (default: auto)", cl::value_desc("auto|always|never"));
    cl::opt<std::string>* diagnostics = option<std::string>(
        "diagnostics", "Form of diagnostics (default: text)", cl::value_desc("text|json"));
    cl::opt<unsigned>* error_limit = option<unsigned>(
        "error-limit", "Stop printing after so many errors (default: 20, 0: never)",
        cl::value_desc("n"), cl::init(20));
    cl::opt<std::string>* explain =
        option<std::string>("explain", "Explain a diagnostic; all lists them", cl::value_desc("code"));

    cl::opt<bool>* depfile =
        option<bool>("MD", "-MD: write a make rule that names every file read");
    cl::opt<std::string>* depfile_name = option<std::string>(
        "MF", "-MF: name of the -MD file (default: the output's with .d)", cl::value_desc("file"));
    cl::opt<bool>* runtime_dir =
        option<bool>("runtime-dir", "Print a folder with include/ and libdream.a, for emitted C");
    cl::opt<std::string>* completion = option<std::string>(
        "completion", "Print a script that completes dreamc's words in this shell",
        cl::value_desc("bash|zsh|fish"));
    cl::opt<bool>* man_page = option<bool>("man-page", "Print the manual page, for man");
    cl::opt<std::string>* dump = option<std::string>(
        "dump", "Print what a phase made", cl::value_desc("tokens|ast|typed|ir|rc|c[=FUNCTION]"));
    cl::opt<std::string>* dump_after = option<std::string>(
        "dump-after", "Print the ownership IR after this pass", cl::value_desc("pass"));
    cl::opt<bool>* time_phases = option<bool>("time-phases", "Print each phase's CPU time and lines a second");
    cl::opt<unsigned>* checks = option<unsigned>(
        "checks", "Verify the ownership IR: 0 never, 1 after the last pass, 2 after each",
        cl::value_desc("level"), cl::init(DREAM_CHECKS), cl::Hidden);
    cl::opt<bool>* whole_library = option<bool>(
        "whole-library", "Check all of the standard library, not only what the program reaches",
        cl::Hidden);
    cl::opt<bool>* verbose = option<bool>("v", "Print the C compiler's command lines");
};

const char* const kOverview =
    "dreamc - compiles Dream to C, and with a C compiler to a program\n\n"
    "  dreamc FILE.dr [-o PROGRAM]        build a program (- is standard input)\n"
    "  dreamc run FILE.dr [--] [ARG...]   build and run it\n"
    "  dreamc check FILE.dr...            diagnostics only\n"
    "  dreamc --emit-c FILE.dr [-o -]     readable C\n\n"
    "C sources, objects and archives (.c .o .a) on the command line are linked with the program.\n"
    "Exit codes: 0 done, 1 diagnostics, 2 usage, 70 internal error, 71 the C compiler failed;\n"
    "run: the program's own, 128 + n when signal n ended it.\n";

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Prints a usage error; the result ends the run.
bool usage_error(ParsedOptions& parsed, std::string_view message) {
    fmt::print(stderr, "dreamc: {}\n", message);
    parsed.done = true;
    parsed.exit_code = kExitUsage;
    return false;
}

// The index of the first word that is neither an option nor the value of one, or argc.
int first_positional(int argc, const char* const* argv, int from) {
    llvm::StringMap<cl::Option*>& registered = cl::getRegisteredOptions();
    for (int i = from; i < argc; ++i) {
        std::string_view word = argv[i];
        if (word == "--") return i + 1 < argc ? i + 1 : argc;
        if (word.size() < 2 || word[0] != '-') return i;
        if (word.find('=') != std::string_view::npos) continue;
        word.remove_prefix(word[1] == '-' ? 2 : 1);
        auto found = registered.find(llvm::StringRef(word.data(), word.size()));
        if (found == registered.end()) continue;
        const cl::Option& about = *found->second;
        bool glued_only = about.getFormattingFlag() == cl::AlwaysPrefix;
        if (about.getValueExpectedFlag() == cl::ValueRequired && !glued_only) ++i;
    }
    return argc;
}

// LLVM's "Unknown command line argument '--emi'" in our words, with our suggestion.
std::string improve_message(std::string text) {
    size_t quote = text.find("nknown command line argument '");
    if (quote == std::string::npos) {
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    }
    size_t begin = text.find('\'', quote) + 1;
    std::string word = text.substr(begin, text.find('\'', begin) - begin);
    std::string message = fmt::format("unknown option '{}'", word);
    size_t dashes = word.find_first_not_of('-');
    if (dashes == std::string::npos) return message;
    std::string name = word.substr(dashes, word.find('=') - dashes);
    std::vector<std::string_view> names;
    for (const OptionInfo& option : listed_options()) names.push_back(option.name);
    std::string_view near = diag::closest(name, names);
    // A cut-off word names the option that it begins.
    for (std::string_view candidate : names)
        if (near.empty() && name.size() > 2 && candidate.substr(0, name.size()) == name)
            near = candidate;
    if (near.empty()) return message + " (dreamc --help lists the options)";
    return fmt::format("{}; did you mean '{}{}'?", message, near.size() > 1 ? "--" : "-", near);
}

bool decide_color(std::string_view asked) {
    auto set = [](const char* name) {
        const char* value = std::getenv(name);
        return value && *value;
    };
    if (asked == "always") return true;
    if (asked == "never") return false;
    if (set("NO_COLOR")) return false;
    if (const char* force = std::getenv("CLICOLOR_FORCE"); force && *force && *force != '0')
        return true;
    const char* terminal = std::getenv("TERM");
    return isatty(STDERR_FILENO) && terminal && std::string_view(terminal) != "dumb";
}

bool take_warnings(const Table& table, ParsedOptions& parsed) {
    Options& options = parsed.options;
    std::vector<std::string_view> flags;
    for (const diag::KindInfo& kind : diag::kKinds)
        if (!kind.flag.empty()) flags.push_back(kind.flag);
    options.no_warnings = *table.no_warnings;
    for (const std::string& word : *table.warnings) {
        if (word == "error") {
            options.warnings_are_errors = true;
        } else if (word == "all" || word == "extra") {
            // Every warning is on from the start; makefiles write these out of habit.
        } else if (word.compare(0, 3, "no-") == 0) {
            std::string name = word.substr(3);
            bool known = false;
            for (std::string_view flag : flags) known |= flag == name;
            if (!known) {
                std::string_view near = diag::closest(name, flags);
                return usage_error(
                    parsed, near.empty()
                                ? fmt::format("no warning is called '{}'", name)
                                : fmt::format("no warning is called '{}'; did you mean '-Wno-{}'?",
                                              name, near));
            }
            options.disabled_warnings.push_back(name);
        } else {
            return usage_error(
                parsed, fmt::format("unknown option '-W{}' (-Werror and -Wno-NAME exist)", word));
        }
    }
    return true;
}

bool take_dump(const std::string& asked, ParsedOptions& parsed) {
    static const std::map<std::string_view, Dump> kDumps = {
        {"tokens", Dump::Tokens}, {"ast", Dump::Ast}, {"typed", Dump::Typed},
        {"ir", Dump::Ir},         {"rc", Dump::Rc},   {"c", Dump::C}};
    if (asked.empty()) return true;
    size_t split = asked.find('=');
    auto found = kDumps.find(std::string_view(asked).substr(0, split));
    if (found == kDumps.end())
        return usage_error(
            parsed, fmt::format("--dump takes tokens, ast, typed, ir, rc or c, not '{}'", asked));
    parsed.options.dump = found->second;
    if (split != std::string::npos) parsed.options.dump_function = asked.substr(split + 1);
    return true;
}

bool take_inputs(const Table& table, ParsedOptions& parsed) {
    Options& options = parsed.options;
    for (const std::string& word : *table.inputs) {
        if (word == "-" || ends_with(word, ".dr"))
            options.inputs.push_back(word);
        else if (ends_with(word, ".c") || ends_with(word, ".o") || ends_with(word, ".a"))
            options.c_inputs.push_back(word);
        else if (options.command == Command::Run)
            options.inputs.push_back(word);  // a script may be called anything (#! lines)
        else
            return usage_error(
                parsed, fmt::format("'{}': expected a file that ends in .dr, .c, .o or .a", word));
    }
    bool takes_files = options.command == Command::Build || options.command == Command::Run ||
                       options.command == Command::Check;
    if (takes_files && options.inputs.empty())
        return usage_error(parsed, "no input file (dreamc --help shows the usage)");
    return true;
}

bool one_of(std::string_view value, std::initializer_list<std::string_view> allowed) {
    for (std::string_view each : allowed)
        if (value == each) return true;
    return value.empty();
}

// Table -> Options, with every value checked.
bool take_options(const Table& table, ParsedOptions& parsed) {
    Options& options = parsed.options;
    const std::string& level = *table.optimize;
    if (!one_of(level, {"0", "1", "2", "3", "s"}))
        return usage_error(parsed, fmt::format("unknown optimisation level '-O{}'", level));
    if (table.optimize->getNumOccurrences() > 0)
        options.optimize = "-O" + (level.empty() ? "1" : level);
    if (!one_of(*table.rc, {"plain", "full"}))
        return usage_error(parsed, fmt::format("--rc takes plain or full, not '{}'", *table.rc));
    if (!one_of(*table.color, {"auto", "always", "never"}))
        return usage_error(
            parsed, fmt::format("--color takes auto, always or never, not '{}'", *table.color));
    if (!one_of(*table.diagnostics, {"text", "json"}))
        return usage_error(
            parsed, fmt::format("--diagnostics takes text or json, not '{}'", *table.diagnostics));
    if (*table.checks > 2) return usage_error(parsed, "--checks takes 0, 1 or 2");

    options.output = *table.output;
    options.emit_c = *table.emit_c;
    options.standalone = *table.standalone;
    options.library = *table.library;
    options.header_file = *table.header_file;
    options.debug_info = *table.debug_info;
    options.line_directives = *table.line_directives || *table.debug_info;
    options.dump_after = *table.dump_after;
    options.debug_memory = *table.debug_memory;
    options.full_rc = *table.rc != "plain";
    options.check_level = static_cast<int>(table.checks->getValue());
    options.whole_library = *table.whole_library;
    if (!table.cc->empty()) options.cc = *table.cc;
    options.c_options.assign(table.c_options->begin(), table.c_options->end());
    options.include_paths.assign(table.include_paths->begin(), table.include_paths->end());
    options.library_paths.assign(table.library_paths->begin(), table.library_paths->end());
    options.libraries.assign(table.libraries->begin(), table.libraries->end());
    options.write_depfile = *table.depfile;
    options.depfile = *table.depfile_name;
    options.color = decide_color(*table.color);
    options.json = *table.diagnostics == "json";
    options.error_limit = static_cast<int>(table.error_limit->getValue());
    options.time_phases = *table.time_phases;
    options.verbose = *table.verbose;
    if (!table.explain->empty()) {
        options.command = Command::Explain;
        options.explain_code = *table.explain;
    }
    if (*table.runtime_dir) options.command = Command::RuntimeDir;
    if (*table.man_page) options.command = Command::ManPage;
    if (!table.completion->empty()) options.command = Command::Completion;
    options.shell = *table.completion;
    if (!one_of(options.shell, {"bash", "zsh", "fish"}))
        return usage_error(
            parsed, fmt::format("--completion takes bash, zsh or fish, not '{}'", options.shell));

    if (options.standalone && !options.emit_c)
        return usage_error(parsed, "--standalone goes with --emit-c");
    if (options.library && options.command == Command::Run)
        return usage_error(parsed, "--library makes nothing that could run");
    if (options.output == "-" && !options.emit_c)
        return usage_error(parsed, "'-o -' writes C and goes with --emit-c");
    return take_warnings(table, parsed) && take_dump(*table.dump, parsed) &&
           take_inputs(table, parsed);
}

// Two long names that every C compiler spells with one dash, and how LLVM knows them.
constexpr const char* kOneDash[][2] = {{"-MD", "--MD"}, {"-MF", "--MF"}};

}  // namespace

std::vector<OptionInfo> listed_options() {
    std::vector<OptionInfo> listed;
    for (auto& entry : cl::getRegisteredOptions()) {
        const cl::Option& option = *entry.second;
        if (option.Categories[0] != &category || option.getOptionHiddenFlag() != cl::NotHidden)
            continue;
        OptionInfo info;
        info.name = {entry.getKeyData(), entry.getKeyLength()};
        info.help = {option.HelpStr.data(), option.HelpStr.size()};
        info.value = {option.ValueStr.data(), option.ValueStr.size()};
        info.spelled = (info.name.size() == 1 ? "-" : "--") + std::string(info.name);
        for (const auto& [one_dash, two_dashes] : kOneDash)
            if (info.spelled == two_dashes) info.spelled = one_dash;
        listed.push_back(info);
    }
    std::sort(listed.begin(), listed.end(),
              [](const OptionInfo& a, const OptionInfo& b) { return a.name < b.name; });
    return listed;
}

ParsedOptions parse_options(int argc, const char* const* argv) {
    ParsedOptions parsed;
    // LLVM's own options go, all but --help and --version: one of them is called --color, too.
    std::vector<cl::Option*> foreign;
    for (auto& entry : cl::getRegisteredOptions())
        if (entry.getKey() != "help" && entry.getKey() != "h" && entry.getKey() != "version")
            foreign.push_back(entry.second);
    for (cl::Option* each : foreign) each->removeArgument();
    static Table table;
    cl::HideUnrelatedOptions(category);
    cl::SetVersionPrinter(
        [](llvm::raw_ostream& out) { out << "dreamc " << DREAM_VERSION << "\n"; });

    // The command word, wherever it stands among the options; the words after the file that `run`
    // names belong to the program and are never seen by LLVM (which would expand @file in them).
    std::vector<const char*> words(argv, argv + argc);
    for (const char*& word : words) {
        if (std::string_view(word) == "--") break;
        for (const auto& [one_dash, two_dashes] : kOneDash)
            if (std::string_view(word) == one_dash) word = two_dashes;
    }
    int command_at = first_positional(argc, words.data(), 1);
    std::string_view command = command_at < argc ? words[static_cast<size_t>(command_at)] : "";
    if (command == "run" || command == "check") {
        parsed.options.command = command == "run" ? Command::Run : Command::Check;
        words.erase(words.begin() + command_at);
        if (command == "run") {
            int count = static_cast<int>(words.size());
            int file_at = first_positional(count, words.data(), command_at);
            int args_at = file_at + 1;
            if (args_at < count && std::string_view(words[static_cast<size_t>(args_at)]) == "--")
                ++args_at;
            for (int i = args_at; i < count; ++i)
                parsed.options.program_args.push_back(words[static_cast<size_t>(i)]);
            if (file_at < count) words.resize(static_cast<size_t>(file_at) + 1);
        }
    }

    std::string problem;
    llvm::raw_string_ostream errors(problem);
    bool good = cl::ParseCommandLineOptions(static_cast<int>(words.size()), words.data(), kOverview,
                                            &errors, nullptr, /*LongOptionsUseDoubleDash=*/true);
    errors.flush();
    if (!good) {
        // Of some mistakes LLVM writes to standard error itself.
        if (problem.empty())
            parsed.done = true, parsed.exit_code = kExitUsage;
        else
            usage_error(parsed, improve_message(problem));
        return parsed;
    }
    take_options(table, parsed);
    return parsed;
}

}  // namespace dream::driver
