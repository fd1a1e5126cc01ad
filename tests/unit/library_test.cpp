// The standard library read on demand: the index is that of the files, each file stands on its own,
// and a program reads no more than it reaches.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "check/check.h"
#include "driver/library.h"
#include "lex/lex.h"
#include "parse/parse.h"

using namespace dream;
using namespace dream::driver;

namespace {

// A program that is checked with the library as the binary carries it.
struct Checked {
    Sources sources;
    Types types;
    Arena arena;
    diag::Sink sink;
    EmbeddedLibrary library{sources, arena, sink};
    typed::Program program;

    explicit Checked(const std::string& text) {
        lex::TokenBuffer tokens = lex::lex(sources, sources.add("test.dr", text), sink);
        parse::Options options;
        options.library_types = library_index.types;
        std::vector<ast::File*> files{
            parse::parse(sources, tokens.source, tokens, arena, sink, options)};
        program = check(files, sources, types, arena, sink, {&library});
    }

    std::set<std::string> files_read() const {
        std::set<std::string> files;
        for (uint32_t i = 1; i < sources.size(); ++i)
            files.insert(sources[SourceId(static_cast<int32_t>(i))].path().substr(7));
        return files;
    }
};

// Gives as the whole library the one file that declares a name; all others as they are asked for.
class OneFile : public LibraryFiles {
  public:
    OneFile(LibraryFiles& files, std::string_view name) : files_(files), name_(name) {}

    ast::File* declaring(std::string_view name) override { return files_.declaring(name); }
    std::vector<ast::File*> extending(std::string_view name) override {
        return files_.extending(name);
    }
    std::vector<ast::File*> rest() override {
        ast::File* file = files_.declaring(name_);
        return file ? std::vector<ast::File*>{file} : std::vector<ast::File*>{};
    }
    std::vector<std::string_view> names(bool types_only) const override {
        return files_.names(types_only);
    }

  private:
    LibraryFiles& files_;
    std::string_view name_;
};

std::string reports(const diag::Sink& sink, const Sources& sources) {
    std::string text;
    for (const diag::Diagnostic& d : sink.all())
        text += fmt::format("{}:{}: {}\n", sources[d.span.source].path(), sources.line(d.span),
                            d.message);
    return text;
}

}  // namespace

TEST_CASE("library: each file checks when it alone is asked for, by each of its names") {
    std::set<uint32_t> files;
    for (const LibraryName& known : library_index.declared) {
        // Whatever name leads to a file, what follows is the same: bodies are checked once a file.
        if (!files.insert(known.file).second) continue;
        Sources sources;
        Types types;
        Arena arena;
        diag::Sink sink;
        EmbeddedLibrary library(sources, arena, sink);
        OneFile one(library, known.name);
        check({}, sources, types, arena, sink, {&one, true});
        INFO(known.name);
        CHECK(reports(sink, sources) == "");
    }
    CHECK(files.size() == embedded_files("stdlib/").size());
}

TEST_CASE("library: a name leads to the file that declares it") {
    for (const LibraryName& known : library_index.declared) {
        Sources sources;
        Arena arena;
        diag::Sink sink;
        EmbeddedLibrary library(sources, arena, sink);
        const ast::File* file = library.declaring(known.name);
        INFO(known.name);
        REQUIRE(file);
        CHECK(std::string_view(sources[file->source].path()) ==
              embedded_files("stdlib/")[known.file].path);
        // It is given once.
        CHECK(library.declaring(known.name) == nullptr);
    }
}

TEST_CASE("library: every exception of the runtime comes with Exception") {
    std::string_view faults[] = {
#define DR_FAULT(name, text) #name,
#include "../runtime/include/dream/faults.def"
#undef DR_FAULT
    };
    auto file_of = [](std::string_view name) {
        for (const LibraryName& known : library_index.declared)
            if (known.name == name) return static_cast<int>(known.file);
        return -1;
    };
    for (std::string_view fault : faults) {
        INFO(fault);
        CHECK(file_of(fault) == file_of("Exception"));
    }
}

TEST_CASE("library: a program reads the files that it reaches") {
    using Files = std::set<std::string>;
    Files always{"object.dr", "exceptions.dr"};
    auto read = [&](const char* text) {
        Checked checked(text);
        INFO(text);
        CHECK(reports(checked.sink, checked.sources) == "");
        Files files = checked.files_read();
        for (const std::string& file : always) CHECK(files.erase(file) == 1);
        return files;
    };
    CHECK(read("") == Files{});
    CHECK(read("Console.WriteLine(\"hello\");") == Files{"console.dr"});
    CHECK(read("class Console { static func void Put() { } } Console.Put();") == Files{});
    CHECK(read("int x = 1; x = x + 2; string s = \"\" + x; if (s.Length == 2) x = 3;") == Files{});
    // Extension methods are found in whatever file.
    CHECK(read("string s = \" a \".Trim();").count("string.dr") == 1);
    CHECK(read("int[] a = [3, 1]; int s = a.Sum();").count("enumerable_sum.dr") == 1);
    // So are those that a constant of the library needs while types are resolved.
    CHECK(read("class C { int[] a = new int[3]; int m = int.MaxValue; } C c = new C();") ==
          Files{"numbers.dr"});
}

TEST_CASE("library: a mistake is answered with names of files that nothing has read") {
    auto note = [](const char* text) {
        Checked checked(text);
        REQUIRE(!checked.sink.all().empty());
        const diag::Diagnostic& d = checked.sink.all().front();
        return d.notes.empty() ? std::string() : d.notes.front().message;
    };
    CHECK(note("Dictionry<int, int> d = null;").find("'Dictionary'") != std::string::npos);
    CHECK(note("Consle.WriteLine(1);").find("'Console'") != std::string::npos);
    CHECK(note("int[] a = [1]; int s = a.Summ();").find("'Sum'") != std::string::npos);
    CHECK(note("string s = \"\".Trimm();").find("'Trim'") != std::string::npos);
}
