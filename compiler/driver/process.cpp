// Processes and signals.
#include "driver/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "driver/options.h"
#include "driver/temporaries.h"

extern char** environ;

namespace dream::driver {
namespace {

constexpr int kEndSignals[] = {SIGINT, SIGTERM, SIGHUP};

volatile sig_atomic_t child_pid = 0;
volatile sig_atomic_t pending_signal = 0;
volatile sig_atomic_t child_leads_group = 0;  // the child was started in a group of its own

// Blocks the ending signals while the child's id is not known yet.
class BlockSignals {
  public:
    BlockSignals() {
        sigset_t set;
        sigemptyset(&set);
        for (int signal : kEndSignals) sigaddset(&set, signal);
        sigprocmask(SIG_BLOCK, &set, &old_);
    }
    ~BlockSignals() { sigprocmask(SIG_SETMASK, &old_, nullptr); }
    const sigset_t& old() const { return old_; }

  private:
    sigset_t old_;
};

// Async-signal-safe.
void on_end_signal(int signal, siginfo_t* from, void*) {
    if (child_pid > 0) {
        // From the terminal, a child in our group has got it too.
        if (child_leads_group)
            kill(-child_pid, signal);
        else if (from->si_code <= 0)
            kill(child_pid, signal);
        pending_signal = signal;
    } else if (temporaries_held > 0) {
        pending_signal = signal;
    } else {
        ::signal(signal, SIG_DFL);
        raise(signal);
    }
}

void on_crash(int signal) {
    const char text[] = "dreamc: internal error: crashed; please report this with the source\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    (void)signal;
    _exit(kExitInternal);
}

}  // namespace

volatile sig_atomic_t temporaries_held = 0;

void install_signal_handlers() {
    struct sigaction action = {};
    action.sa_sigaction = on_end_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    for (int signal : kEndSignals) {
        struct sigaction old;
        sigaction(signal, nullptr, &old);
        if (old.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);  // nohup stays nohup
    }
#if !defined(__SANITIZE_ADDRESS__)
    static char stack[64 * 1024];  // the crash may be that the stack is full
    stack_t alternate = {};
    alternate.ss_sp = stack;
    alternate.ss_size = sizeof stack;
    sigaltstack(&alternate, nullptr);
    struct sigaction crash = {};
    crash.sa_handler = on_crash;
    crash.sa_flags = SA_ONSTACK | SA_RESETHAND;
    for (int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL})
        sigaction(signal, &crash, nullptr);
#endif
}

bool interrupted() {
    return pending_signal != 0;
}

void obey_signals() {
    if (pending_signal == 0 || temporaries_held > 0) return;
    signal(pending_signal, SIG_DFL);
    raise(pending_signal);
}

Process start_process(const std::vector<std::string>& argv, const std::string& log_path) {
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (!log_path.empty()) {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log_path.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0600);
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    }
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    pid_t pid = 0;
    Process process;
    {
        BlockSignals block;
        posix_spawnattr_setsigmask(&attributes, &block.old());
        // A C compiler starts others, which write temporary files: they shall end with it.
        child_leads_group = !log_path.empty();
        short group = child_leads_group ? POSIX_SPAWN_SETPGROUP : 0;
        posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | group));
        process.error = posix_spawn(&pid, words[0], &actions, &attributes, words.data(), environ);
        if (process.error == 0) child_pid = process.pid = pid;
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return process;
}

ProcessEnd Process::wait() {
    ProcessEnd end;
    if (pid <= 0) {
        end.code = error;
        return end;
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    child_pid = 0;
    end.started = true;
    if (WIFSIGNALED(status))
        end.signal = WTERMSIG(status);
    else
        end.code = WEXITSTATUS(status);
    return end;
}

std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0 ? name : "";
    const char* path = std::getenv("PATH");
    std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!name.empty()) {
        size_t colon = rest.find(':');
        std::string folder(rest.substr(0, colon));
        std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
        if (access(candidate.c_str(), X_OK) == 0) return candidate;
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    return "";
}

std::string shell_text(const std::vector<std::string>& argv) {
    std::string text;
    for (const std::string& word : argv) {
        if (!text.empty()) text += ' ';
        bool plain = !word.empty();
        for (char c : word)
            plain &= std::isalnum(static_cast<unsigned char>(c)) || std::strchr("-_./=+,:@%", c);
        if (plain) {
            text += word;
            continue;
        }
        text += '\'';
        for (char c : word) c == '\'' ? text += "'\\''" : text += c;
        text += '\'';
    }
    return text;
}

}  // namespace dream::driver
