// Completions are static scripts: a shell reads them once and never has to call dreamc.
#include "driver/manual.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "diag/diag.h"
#include "driver/options.h"

namespace dream::driver {
namespace {

const char* const kCommands[][2] = {{"run", "build a program and run it"},
                                    {"check", "print diagnostics only"}};

bool is_long(const OptionInfo& option) {
    return option.spelled[1] == '-';
}

// "plain|full" -> plain, full: the words that a value may be; none where it is free.
std::vector<std::string> words_of(const OptionInfo& option) {
    std::vector<std::string> words;
    if (option.value.find('|') == std::string_view::npos) return words;
    std::string word;
    for (char c : option.value) {
        if (c == '|' || c == '[') words.push_back(std::exchange(word, ""));
        if (c == '[') return words;
        if (c != '|') word += c;
    }
    words.push_back(word);
    return words;
}

bool takes_folder(const OptionInfo& option) {
    return option.value == "dir";
}

// `text` with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
    std::string out;
    for (char c : text) {
        if (special.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

// All words that begin with a dash: options, those with a value ending in '=', and -Wno-NAME.
std::vector<std::string> dashed_words() {
    std::vector<std::string> words;
    for (const OptionInfo& option : listed_options()) {
        words.push_back(option.spelled + (is_long(option) && !option.value.empty() ? "=" : ""));
    }
    words.push_back("-Werror");
    for (const diag::KindInfo& kind : diag::kKinds)
        if (!kind.flag.empty()) words.push_back(fmt::format("-Wno-{}", kind.flag));
    return words;
}

std::string bash_completion() {
    std::string cases;
    for (const OptionInfo& option : listed_options()) {
        std::vector<std::string> words = words_of(option);
        if (!words.empty())
            cases +=
                fmt::format("        {}) COMPREPLY=($(compgen -W \"{}\" -- \"$cur\")); return ;;\n",
                            option.spelled, fmt::join(words, " "));
        else if (takes_folder(option))
            cases += fmt::format("        {}) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n",
                                 option.spelled);
    }
    return fmt::format(R"(# bash completion of dreamc
_dreamc() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}}
    COMPREPLY=()
    # bash takes the = of --rc=full for a word.
    if [ "$cur" = "=" ]; then cur=; elif [ "$prev" = "=" ]; then prev=${{COMP_WORDS[COMP_CWORD - 2]}}; fi
    case $prev in
{}    esac
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "{}" -- "$cur"))
        [[ ${{COMPREPLY[0]}} != *= ]] || compopt -o nospace
        return
    fi
    COMPREPLY=($(compgen -f -X '!*.@(dr|c|o|a)' -- "$cur") $(compgen -d -- "$cur"))
    [ "$COMP_CWORD" != 1 ] || COMPREPLY+=($(compgen -W "run check" -- "$cur"))
}}
shopt -s extglob
complete -o filenames -F _dreamc dreamc
)",
                       cases, fmt::join(dashed_words(), " "));
}

// One argument of zsh's _arguments: '--rc=[Reference counting]:plain|full:(plain full)'.
std::string zsh_argument(const OptionInfo& option) {
    std::string text = option.spelled;
    if (!option.value.empty()) text += is_long(option) ? "=" : "+";
    text += "[" + escaped(option.help, "[]:") + "]";
    if (option.value.empty()) return text;
    std::vector<std::string> words = words_of(option);
    std::string action = !words.empty()         ? fmt::format("({})", fmt::join(words, " "))
                         : takes_folder(option) ? "_files -/"
                                                : "_files";
    return text + ":" + escaped(option.value, ":") + ":" + action;
}

std::string single_quoted(std::string_view text) {
    std::string out = "'";
    for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string zsh_completion() {
    std::string arguments;
    for (const OptionInfo& option : listed_options())
        arguments += "    " + single_quoted("*" + zsh_argument(option)) + " \\\n";
    std::string commands;
    for (const auto& [name, help] : kCommands)
        commands += fmt::format(" {}", single_quoted(fmt::format("{}:{}", name, help)));
    std::string warnings = "-Werror";
    for (const std::string& word : dashed_words())
        if (word.rfind("-Wno-", 0) == 0) warnings += " " + word;
    return fmt::format(R"(#compdef dreamc
# zsh completion of dreamc
_dreamc_words() {{
    local -a commands=({})
    [[ $PREFIX == -W* ]] && compadd -- {} && return
    (( CURRENT == 2 )) && _describe command commands
    _files -g '*.(dr|c|o|a)'
}}
_arguments -s \
{}    '*:file:_dreamc_words'
)",
                       commands, warnings, arguments);
}

std::string fish_completion() {
    std::string text = "# fish completion of dreamc\n";
    for (const auto& [name, help] : kCommands)
        text += fmt::format("complete -c dreamc -n __fish_use_subcommand -a {} -d {}\n", name,
                            single_quoted(help));
    for (const OptionInfo& option : listed_options()) {
        std::vector<std::string> words = words_of(option);
        size_t dashes = is_long(option) ? 2 : 1;
        const char* style = is_long(option) ? "l" : option.spelled.size() == 2 ? "s" : "o";
        text += fmt::format("complete -c dreamc -{} {}", style, option.spelled.substr(dashes));
        if (!words.empty())
            text += fmt::format(" -x -a '{}'", fmt::join(words, " "));
        else if (!option.value.empty())
            text += " -r";
        text += fmt::format(" -d '{}'\n", escaped(option.help, "'\\"));
    }
    return text;
}

// Text for man: a leading dot or quote would be a macro, a dash is a dash to copy.
std::string man_text(std::string_view text) {
    std::string out = escaped(text, "\\-");
    bool is_macro = !out.empty() && (out[0] == '.' || out[0] == '\'');
    return (is_macro ? "\\&" : "") + out;
}

std::string man_options() {
    std::string text;
    for (const OptionInfo& option : listed_options()) {
        std::string name = "\\fB" + man_text(option.spelled) + "\\fR";
        if (!option.value.empty())
            name +=
                fmt::format("{}\\fI{}\\fR", is_long(option) ? "=" : " ", man_text(option.value));
        text += fmt::format(".TP\n{}\n{}.\n", name, man_text(option.help));
    }
    text +=
        ".TP\n\\fB\\-Werror\\fR, \\fB\\-Wno\\-\\fINAME\\fR\n"
        "Turn warnings into errors; turn one kind of warning off. The names:\n";
    std::string names;
    for (const diag::KindInfo& kind : diag::kKinds)
        if (!kind.flag.empty()) names += (names.empty() ? "" : ", ") + std::string(kind.flag);
    return text + man_text(names) + ".\n";
}

}  // namespace

std::string completion_script(std::string_view shell) {
    if (shell == "bash") return bash_completion();
    if (shell == "zsh") return zsh_completion();
    if (shell == "fish") return fish_completion();
    return "";
}

std::string manual_page() {
    return fmt::format(R"(.TH DREAMC 1 "" "dreamc {}" "User Commands"
.SH NAME
dreamc \- compiler for the Dream language
.SH SYNOPSIS
.nf
\fBdreamc\fR [\fIOPTION\fR...] \fIFILE\fR... [\fB\-o\fR \fIPROGRAM\fR]
\fBdreamc run\fR [\fIOPTION\fR...] \fIFILE\fR [\fB\-\-\fR] [\fIARG\fR...]
\fBdreamc check\fR [\fIOPTION\fR...] \fIFILE\fR...
\fBdreamc \-\-emit\-c\fR [\fIOPTION\fR...] \fIFILE\fR... [\fB\-o\fR \fIC\-FILE\fR]
.fi
.SH DESCRIPTION
dreamc turns Dream programs (\fI.dr\fR) into C that counts references by itself, and has a C compiler
make a program of it. \fBrun\fR builds a program and runs it; what it has built before starts at
once. \fBcheck\fR prints diagnostics only. C sources, objects and archives on the command line are
linked with the program. A source named \- is standard input.
.SH OPTIONS
{}.SH EXIT STATUS
0 done, 1 diagnostics, 2 usage, 70 internal error, 71 the C compiler failed; of \fBrun\fR: that of
the program, or 128 + n when signal n ended it.
.SH ENVIRONMENT
.TP
\fBNO_COLOR\fR, \fBCLICOLOR_FORCE\fR
Whether diagnostics have colours, where \-\-color does not say.
.TP
\fBXDG_CACHE_HOME\fR
Where compiled runtimes and the programs of \fBrun\fR are kept, in a folder dream; the default is
\fI~/.cache\fR. It may be deleted at any time.
.TP
\fBTMPDIR\fR
Where temporary files live.
.TP
\fBDREAM_MEMORY_REPORT\fR
Of a program built with \-\-debug\-memory: the file to write its memory report to, as JSON.
.SH EXAMPLES
.nf
dreamc run hello.dr
dreamc \-O3 server.dr \-o server
dreamc run \-\-debug\-memory prog.dr input.txt
dreamc \-\-emit\-c \-\-standalone prog.dr \-o prog.c
.fi
)",
                       DREAM_VERSION, man_options());
}

}  // namespace dream::driver
