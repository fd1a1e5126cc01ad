// Rendering of diagnostics: places, underlines, odd bytes, notes, fixes, limits, JSON.
#include <catch2/catch.hpp>

#include "diag/diag.h"
#include "diag/json.h"
#include "diag/render.h"

using namespace dream;

namespace {

struct Fixture {
    Sources sources;
    diag::Sink sink;
    SourceId file;

    explicit Fixture(std::string text, std::string path = "a.dr")
        : file(sources.add(std::move(path), std::move(text))) {}

    // The span of the first `part` in the file.
    Span span(std::string_view part) const {
        size_t at = sources[file].text().find(part);
        REQUIRE(at != std::string_view::npos);
        return {file, static_cast<uint32_t>(at), static_cast<uint32_t>(at + part.size())};
    }
    Span span(uint32_t begin, uint32_t end) const { return {file, begin, end}; }
    diag::Diagnostic& report(Span at, std::string_view what = "this") {
        return sink.report<diag::NotSupported>(at, what);
    }
    std::string render(int limit = 20) const { return diag::render(sink, sources, {false, limit}); }
};

}  // namespace

TEST_CASE("diag: a diagnostic shows its place, line and underline") {
    Fixture f("int a;\nint bcd = 1;\n");
    f.report(f.span("bcd"));
    CHECK(f.render() ==
          "a.dr:2:5: error: this is not supported yet [E0499]\n"
          "    2 | int bcd = 1;\n"
          "      |     ^~~\n"
          "1 error\n");
}

TEST_CASE("diag: an empty span and the end of the file get one caret") {
    Fixture f("int a");
    f.report(f.span(5, 5));
    CHECK(f.render() ==
          "a.dr:1:6: error: this is not supported yet [E0499]\n"
          "    1 | int a\n"
          "      |      ^\n"
          "1 error\n");

    Fixture empty("");
    empty.report(empty.span(0, 0));
    CHECK(empty.render().find("    1 |\n      | ^\n") != std::string::npos);
}

TEST_CASE("diag: columns count code points, the caret counts screen columns") {
    Fixture f("\t\"h\xC3\xA9\xE4\xB8\x96\" x;");
    f.report(f.span("x"));
    // Tab to column 4, then quote h e-acute, one character of width two, quote, blank.
    CHECK(f.render() ==
          "a.dr:1:8: error: this is not supported yet [E0499]\n"
          "    1 |     \"h\xC3\xA9\xE4\xB8\x96\" x;\n"
          "      |            ^\n"
          "1 error\n");
}

TEST_CASE("diag: bytes that are no text are spelled as escapes") {
    Fixture f(std::string("a\0b\xFF\x1B[31m x \xE2\x80\xAE y", 17), "odd\nname.dr");
    f.report(f.span("y"), "'\x07'");
    std::string text = f.render();
    for (char c : text) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
    CHECK(text.find("odd\\x0Aname.dr:1:") == 0);
    CHECK(text.find("'\\x07' is not") != std::string::npos);
    CHECK(text.find("a\\x00b\\xFF\\x1B[31m x \\u{202E} y\n") != std::string::npos);
    CHECK(text.find("      |                               ^\n") != std::string::npos);
}

TEST_CASE("diag: a byte order mark has no width") {
    Fixture f("\xEF\xBB\xBFint x;");
    f.report(f.span("int"));
    CHECK(f.render().find("a.dr:1:1: ") == 0);
    CHECK(f.render().find("      | ^~~\n") != std::string::npos);
}

TEST_CASE("diag: a long line is cut around the mark") {
    std::string line(5000, 'x');
    line.replace(2500, 4, "HERE");
    Fixture f(line);
    f.report(f.span("HERE"));
    std::vector<std::string> lines;
    std::string text = f.render();
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        lines.push_back(text.substr(at, text.find('\n', at) - at));
    REQUIRE(lines.size() == 4);
    CHECK(lines[1].size() < 130);
    CHECK(lines[1].find("| ...x") != std::string::npos);
    CHECK(lines[1].substr(lines[1].size() - 4) == "x...");
    CHECK(lines[1].find("HERE") == lines[2].find("^~~~"));

    Fixture whole(std::string(3000, 'y'));
    whole.report(whole.span(0, 3000));
    CHECK(whole.render().size() < 400);
}

TEST_CASE("diag: of a span over several lines the first is underlined") {
    Fixture f("first {\n  second\n}\n");
    f.report(f.span(6, 18));
    CHECK(f.render().find("    1 | first {\n      |       ^\n") != std::string::npos);
}

TEST_CASE("diag: every line end counts") {
    Fixture f("a;\r\nb;\rc;\nd;");
    f.report(f.span("c"));
    f.report(f.span("d"));
    CHECK(f.render().find("a.dr:3:1: ") == 0);
    CHECK(f.render().find("    3 | c;\n") != std::string::npos);
    CHECK(f.render().find("a.dr:4:1: ") != std::string::npos);
}

TEST_CASE("diag: notes and fixes hang below") {
    Fixture f("int lenght;\nint n = lengt;\n");
    f.report(f.span("lengt;"))
        .note<diag::DeclaredHere>(f.span("lenght"), "lenght")
        .fix(f.span(20, 25), "lenght");
    CHECK(f.render() ==
          "a.dr:2:9: error: this is not supported yet [E0499]\n"
          "    2 | int n = lengt;\n"
          "      |         ^~~~~~\n"
          "a.dr:1:5: note: 'lenght' is declared here\n"
          "    1 | int lenght;\n"
          "      |     ^~~~~~\n"
          "      = help: replace 'lengt' with 'lenght'\n"
          "1 error\n");

    Fixture g("x");
    g.report(g.span("x"))
        .note<diag::DidYouMean>(g.span("x"), "y")
        .fix(g.span(1, 1), ";")
        .fix(g.span("x"), "");
    CHECK(g.render().find("      = note: did you mean 'y'?\n      = help: insert ';'\n      = "
                          "help: remove 'x'\n") != std::string::npos);
}

TEST_CASE("diag: notes into the library show no source line") {
    Fixture f("x");
    SourceId library = f.sources.add("stdlib/list.dr", "class List {}", true);
    f.report(f.span("x")).note<diag::DeclaredHere>(Span{library, 6, 10}, "List");
    CHECK(f.render().find("stdlib/list.dr:1:7: note: 'List' is declared here\n1 error") !=
          std::string::npos);
}

TEST_CASE("diag: order is by file and place, a repeated report is dropped") {
    Fixture f("a b c");
    f.report(f.span("c"), "third");
    f.report(f.span("a"), "first");
    f.report(f.span("b"), "second");
    f.report(f.span("b"), "again");
    std::string text = f.render();
    CHECK(text.find("first") < text.find("second"));
    CHECK(text.find("second") < text.find("third"));
    CHECK(text.find("again") == std::string::npos);
    CHECK(text.find("3 errors\n") != std::string::npos);
}

TEST_CASE("diag: no avalanche") {
    Fixture f(std::string(100, 'x'));
    for (uint32_t i = 0; i < 50; ++i) f.report(f.span(i, i + 1));
    std::string text = f.render();
    size_t shown = 0;
    for (size_t at = 0; (at = text.find(": error: ", at)) != std::string::npos; ++at) ++shown;
    CHECK(shown == 20);
    CHECK(text.find("(30 more not shown; --error-limit=0 shows all)\n50 errors\n") !=
          std::string::npos);
    CHECK(f.render(0).find("more not shown") == std::string::npos);
}

TEST_CASE("diag: a diagnostic without a place") {
    Fixture f("");
    f.report(Span{});
    CHECK(f.render() == "dreamc: error: this is not supported yet [E0499]\n1 error\n");
}

TEST_CASE("diag: colours only when asked for") {
    Fixture f("x");
    f.report(f.span("x"));
    CHECK(f.render().find('\33') == std::string::npos);
    CHECK(diag::render(f.sink, f.sources, {true, 20}).find("\33[1;31merror:\33[0m") !=
          std::string::npos);
}

TEST_CASE("diag: JSON has every part and is valid whatever the source holds") {
    Fixture f("int \xFF\"x\";\nint y;", "a\"\\\n.dr");
    f.report(f.span("\"x\""), "'\xC3\xA9\xFF\x01\"'")
        .note<diag::DeclaredHere>(f.span("y"), "y")
        .fix(f.span("y"), "z");
    CHECK(diag::render_json(f.sink, f.sources) ==
          "{\"file\":\"a\\\"\\\\\\n.dr\",\"line\":1,\"column\":6,\"end_line\":1,\"end_column\":9,"
          "\"begin\":5,\"end\":8,"
          "\"severity\":\"error\",\"code\":\"E0499\",\"name\":\"NotSupported\",\"flag\":\"\","
          "\"message\":\"'\xC3\xA9\\ufffd\\u0001\\\"' is not supported yet\","
          "\"notes\":[{\"file\":\"a\\\"\\\\\\n.dr\",\"line\":2,\"column\":5,\"end_line\":2,\"end_"
          "column\":6,\"begin\":14,\"end\":15,"
          "\"message\":\"'y' is declared here\"}],"
          "\"fixes\":[{\"file\":\"a\\\"\\\\\\n.dr\",\"line\":2,\"column\":5,\"end_line\":2,\"end_"
          "column\":6,\"begin\":14,\"end\":15,"
          "\"replacement\":\"z\"}]}\n");
}

TEST_CASE("diag: UTF-8 is checked strictly") {
    char32_t code = 0;
    CHECK(diag::decode_utf8("\xE2\x82\xAC", 0, code) == 3);
    CHECK(code == 0x20AC);
    CHECK(diag::decode_utf8("\xF0\x9F\x98\x80", 0, code) == 4);
    for (const char* bad : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                            "\xF8\x88\x80\x80\x80", "\xE2\x82", "\xC3"})
        CHECK(diag::decode_utf8(bad, 0, code) == 0);
}
