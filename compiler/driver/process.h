// Child processes, temporary files and signals. Programs are started without a shell; a temporary
// folder is private to this run and gone afterwards, also when a signal ends it; a file appears
// under its name whole or not at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dream::driver {

// ---- processes ---------------------------------------------------------------------------------

struct ProcessEnd {
    bool started = false;
    int code = 0;    // of exit; errno when it did not start
    int signal = 0;  // that ended it, or 0
    bool good() const { return started && code == 0 && signal == 0; }
};

// A started program; `wait` once.
struct Process {
    int pid = -1;
    int error = 0;  // errno when it did not start

    bool started() const { return pid > 0; }
    ProcessEnd wait();
};

// Starts argv[0], a path. Its standard output and error go to `log_path`, or with "" to ours.
Process start_process(const std::vector<std::string>& argv, const std::string& log_path = "");

inline ProcessEnd run_process(const std::vector<std::string>& argv,
                              const std::string& log_path = "") {
    return start_process(argv, log_path).wait();
}

// The path of a program: `name` itself when it has a slash, else the first hit in PATH, else "".
std::string find_program(const std::string& name);

// A command line as a person would type it, for messages.
std::string shell_text(const std::vector<std::string>& argv);

// ---- signals -----------------------------------------------------------------------------------

// SIGINT, SIGTERM and SIGHUP end dreamc, but only after temporaries are gone; a signal sent to dreamc
// alone is passed on to the child. A crash of dreamc itself becomes exit code 70.
void install_signal_handlers();

// Whether such a signal has come and waits for the temporaries to go.
bool interrupted();

// Ends as that signal demands; returns when none came, or while there are temporaries.
void obey_signals();

// ---- files -------------------------------------------------------------------------------------

// A folder that only this user can enter, removed with all it holds.
class TemporaryFolder {
  public:
    TemporaryFolder() = default;
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { remove(); }

    // Makes it under `parent`, by default $TMPDIR or /tmp. On failure errno says why.
    bool make(const std::string& parent = "");
    void remove();
    // The folder stays; the caller owns it from now on.
    std::string release();
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

void remove_tree(const std::string& path);

// Reads a whole file, standard input for "-". False: errno says why.
bool read_file(const std::string& path, std::string& text);

// Puts `text` in place under `path` by a rename. What is no regular file (a terminal, a pipe,
// /dev/null) is written through. False: errno says why, and nothing has appeared.
bool write_file(const std::string& path, std::string_view text, bool executable = false);

// Writes to standard output, and notices when that fails.
bool write_stdout(std::string_view text);

bool make_folders(const std::string& path, unsigned mode = 0777);
bool exists(const std::string& path);
bool same_file(const std::string& a, const std::string& b);
// The same text for every path of one file, "" when there is none.
std::string file_identity(const std::string& path);
// The names in a folder, in alphabetical order.
std::vector<std::string> list_folder(const std::string& path);

}  // namespace dream::driver
