// Runs child processes.
#include "run.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

extern char** environ;

namespace golden {
namespace {

// A nameless file in memory; the child writes to it, then we read it.
struct MemoryFile {
    int file = memfd_create("output", MFD_CLOEXEC);
    ~MemoryFile() { close(file); }

    std::string text() const {
        std::string all;
        off_t size = lseek(file, 0, SEEK_END);
        if (size <= 0) return all;
        all.resize(static_cast<size_t>(size));
        ssize_t got = pread(file, all.data(), all.size(), 0);
        all.resize(got > 0 ? static_cast<size_t>(got) : 0);
        return all;
    }
};

// Waits at most `seconds`; false when the time is over.
bool wait_for(pid_t pid, double seconds) {
    int handle = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (handle < 0) return true;  // old kernel: without a limit
    pollfd poll_file = {handle, POLLIN, 0};
    int ready = poll(&poll_file, 1, static_cast<int>(seconds * 1000));
    close(handle);
    return ready != 0;
}

}  // namespace

RunResult run(const Run& what) {
    MemoryFile input, out, err;
    if (!what.input.empty()) {
        ssize_t ignored = write(input.file, what.input.data(), what.input.size());
        (void)ignored;
        lseek(input.file, 0, SEEK_SET);
    }
    std::vector<std::string> argv = what.argv;
    if (what.stack_kib > 0)
        argv.insert(argv.begin(),
                    {"/proc/self/exe", "--exec-limited", std::to_string(what.stack_kib)});
    std::vector<char*> words, environment;
    for (std::string& word : argv) words.push_back(word.data());
    words.push_back(nullptr);
    for (char** each = environ; *each; ++each) environment.push_back(*each);
    std::vector<std::string> additions = what.environment;
    for (std::string& each : additions) environment.push_back(each.data());
    environment.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input.file, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.file, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.file, STDERR_FILENO);
    if (!what.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, what.folder.c_str());
    // A group of its own, so that a timeout ends grandchildren too.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    pid_t pid = 0;
    int error =
        posix_spawnp(&pid, words[0], &actions, &attributes, words.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);

    RunResult result;
    if (error != 0) {
        result.code = 127;
        result.err = std::string("cannot start ") + argv[0] + ": " + std::strerror(error);
        return result;
    }
    if (!wait_for(pid, what.seconds)) {
        result.timed_out = true;
        kill(-pid, SIGKILL);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.code = result.signal != 0 ? 128 + result.signal : WEXITSTATUS(status);
    result.out = out.text();
    result.err = err.text();
    return result;
}

int exec_limited(int argc, char** argv) {
    if (argc < 4) return 2;
    rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    limit.rlim_cur = static_cast<rlim_t>(std::atol(argv[2])) * 1024;
    setrlimit(RLIMIT_STACK, &limit);
    execvp(argv[3], argv + 3);
    return 127;
}

void parallel_for(size_t count, const std::function<void(size_t)>& work) {
    std::atomic<size_t> next{0};
    auto loop = [&] {
        for (size_t i = next++; i < count; i = next++) work(i);
    };
    size_t threads = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::thread> pool;
    for (size_t i = 1; i < std::min(threads, count); ++i) pool.emplace_back(loop);
    loop();
    for (std::thread& each : pool) each.join();
}

std::string command_text(const std::vector<std::string>& argv) {
    std::string text;
    for (const std::string& word : argv) {
        bool plain = word.find_first_of(" '\"$*?\\|&;<>()") == std::string::npos && !word.empty();
        text += (text.empty() ? "" : " ") + (plain ? word : "'" + word + "'");
    }
    return text;
}

}  // namespace golden
