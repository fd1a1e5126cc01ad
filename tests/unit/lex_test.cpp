// The lexer: every literal form and its mistakes, operators, brackets, interpolated strings,
// Unicode, and that no bytes at all upset it.
#include <catch2/catch.hpp>

#include "lex/lex.h"

using namespace dream;
using lex::TokenKind;

namespace {

struct Lexed {
    Sources sources;
    diag::Sink sink;
    lex::TokenBuffer buffer;

    explicit Lexed(std::string text) {
        buffer = lex::lex(sources, sources.add("a.dr", std::move(text)), sink);
    }

    const lex::Token& operator[](size_t i) const { return buffer.tokens.at(i); }
    size_t count() const { return buffer.tokens.size() - 1; }  // without End
    // "E0101@3-5 ..." for every message
    std::string errors() const {
        std::string all;
        for (const auto& d : sink.all())
            all += fmt::format("{}{}@{}-{}", all.empty() ? "" : " ", diag::info(d.kind).code,
                               d.span.begin, d.span.end);
        return all;
    }
    std::string kinds() const {
        std::string all;
        for (size_t i = 0; i < count(); ++i)
            (all += all.empty() ? "" : " ") += lex::spelling(buffer.tokens[i].kind);
        return all;
    }
};

uint64_t integer(std::string text) {
    Lexed l(std::move(text));
    REQUIRE(l.errors() == "");
    REQUIRE(l.count() == 1);
    REQUIRE(l[0].kind == TokenKind::Integer);
    return l.buffer.integers[l[0].value].value;
}

double real(std::string text) {
    Lexed l(std::move(text));
    REQUIRE(l.errors() == "");
    REQUIRE(l.count() == 1);
    REQUIRE(l[0].kind == TokenKind::Real);
    return l.buffer.reals[l[0].value].value;
}

std::string string(std::string text) {
    Lexed l(std::move(text));
    REQUIRE(l.errors() == "");
    REQUIRE(l.count() == 1);
    REQUIRE(l[0].kind == TokenKind::String);
    return std::string(l.buffer.strings[l[0].value]);
}

uint32_t character(std::string text) {
    Lexed l(std::move(text));
    REQUIRE(l.errors() == "");
    REQUIRE(l.count() == 1);
    REQUIRE(l[0].kind == TokenKind::Char);
    return l[0].value;
}

std::string errors(std::string text) {
    return Lexed(std::move(text)).errors();
}

}  // namespace

TEST_CASE("lex: integers") {
    CHECK(integer("0") == 0);
    CHECK(integer("08") == 8);
    CHECK(integer("2147483648") == 2147483648u);
    CHECK(integer("1_000__000") == 1000000);
    CHECK(integer("18446744073709551615") == UINT64_MAX);
    CHECK(integer("0xFF") == 255);
    CHECK(integer("0XfF_ff") == 0xFFFF);
    CHECK(integer("0xFFFFFFFFFFFFFFFF") == UINT64_MAX);
    CHECK(integer("0b1010_1010") == 0xAA);
    CHECK(integer("0x1d") == 29);  // no suffix
    Lexed suffix("7L 0x7L 7");
    CHECK(suffix.buffer.integers[0].is_long);
    CHECK_FALSE(suffix.buffer.integers[0].is_bits);
    CHECK(suffix.buffer.integers[1].is_long);
    CHECK(suffix.buffer.integers[1].is_bits);
    CHECK_FALSE(suffix.buffer.integers[2].is_long);
}

TEST_CASE("lex: reals") {
    CHECK(real("1.5") == 1.5);
    CHECK(real(".5") == .5);
    CHECK(real("1e9") == 1e9);
    CHECK(real("2.5e-3") == 2.5e-3);
    CHECK(real("1E+2") == 100);
    CHECK(real("1_0.2_5") == 10.25);
    CHECK(real("1f") == 1);
    CHECK(real("1.5F") == 1.5);
    CHECK(real("3d") == 3);
    CHECK(real("1e400") == std::numeric_limits<double>::infinity());
    CHECK(real("1e-400") == 0);
    Lexed l("1_0.5f .1 2D");
    CHECK(l.buffer.reals[0].text == "10.5");
    CHECK(l.buffer.reals[0].suffix == 'f');
    CHECK(l.buffer.reals[1].suffix == 0);
    CHECK(l.buffer.reals[2].suffix == 'd');
    CHECK(Lexed("1.ToString()").kinds() == "Integer . Identifier ( )");
    CHECK(Lexed("a.5").kinds() == "Identifier Real");
    CHECK(Lexed("1..2").kinds() == "Integer . Real");
}

TEST_CASE("lex: mistakes in numbers") {
    CHECK(errors("18446744073709551616") == "E0111@0-20");
    CHECK(errors("0x10000000000000000") == "E0111@0-19");
    CHECK(errors("0x") == "E0112@0-2");
    CHECK(errors("0b") == "E0112@0-2");
    CHECK(errors("0b12") == "E0113@3-4");
    CHECK(errors("12ab") == "E0114@2-4");
    CHECK(errors("1.5x") == "E0114@3-4");
    CHECK(errors("1u") == "E0114@1-2");
    CHECK(errors("1_") == "E0115@0-2");
    CHECK(errors("0x1_") == "E0115@0-4");
    CHECK(errors("1e") == "E0116@0-2");
    CHECK(errors("1e+") == "E0116@0-3");
    CHECK(Lexed("1e; x").kinds() == "Real ; Identifier");
}

TEST_CASE("lex: characters") {
    CHECK(character("'A'") == 'A');
    CHECK(character("'\"'") == '"');
    CHECK(character(R"('\n')") == '\n');
    CHECK(character(R"('\t')") == '\t');
    CHECK(character(R"('\r')") == '\r');
    CHECK(character(R"('\0')") == 0);
    CHECK(character(R"('\\')") == '\\');
    CHECK(character(R"('\'')") == '\'');
    CHECK(character(R"('\"')") == '"');
    CHECK(character(R"('\a')") == 7);
    CHECK(character(R"('\b')") == 8);
    CHECK(character(R"('\f')") == 12);
    CHECK(character(R"('\v')") == 11);
    CHECK(character(R"('\xFF')") == 255);
    CHECK(character(R"('\x7')") == 7);
    CHECK(character(R"('\u0041')") == 'A');
    CHECK(errors("''") == "E0104@0-2");
    CHECK(errors("'ab'") == "E0105@0-4");
    CHECK(errors("'\xC3\xA9'") == "E0106@1-3");
    CHECK(errors(R"('\u00e9')") == "E0106@1-7");
    CHECK(errors("'a\nb") == "E0103@0-1");
    CHECK(errors("'") == "E0103@0-1");
    CHECK(Lexed("'it; x").kinds() == "Char Identifier ; Identifier");
}

TEST_CASE("lex: strings") {
    CHECK(string(R"("")") == "");
    CHECK(string(R"("a b")") == "a b");
    CHECK(string(R"("\n\t\r\0\\\'\"\a\b\f\v")") == std::string("\n\t\r\0\\'\"\a\b\f\v", 11));
    CHECK(string(R"("\x41BC")") == "ABC");
    CHECK(string(R"("\x80")") == "\x80");
    CHECK(string(R"("\u00e9\u20AC")") == "\xC3\xA9\xE2\x82\xAC");
    CHECK(string(R"("\uD83D\uDE00")") == "\xF0\x9F\x98\x80");
    CHECK(string(R"("\U0001F600")") == "\xF0\x9F\x98\x80");
    CHECK(string("\"\xC3\xA9\"") == "\xC3\xA9");
    CHECK(string(R"("// no /* comment")") == "// no /* comment");
    CHECK(string("@\"a\\b\"\"c\nd\"") == "a\\b\"c\nd");
    CHECK(string("@\"\"") == "");
    CHECK(errors("\"ab\nx") == "E0101@0-3");
    CHECK(errors("\"ab\\") == "E0101@0-4");
    CHECK(errors("x = \"ab") == "E0101@4-7");
    CHECK(errors("@\"ab\n") == "E0102@0-2");
    CHECK(errors(R"("a\q")") == "E0108@2-4");
    CHECK(errors(R"("\x" "\u12")") == "E0109@1-3 E0109@6-10");
    CHECK(errors(R"("\uD800" "\U00110000")") == "E0110@1-7 E0110@10-20");
    CHECK(errors("\"a\xFFz\"") == "E0119@2-3");
    CHECK(errors(std::string("\"a\0z\"", 5)) == "E0120@2-3");
}

TEST_CASE("lex: interpolated strings") {
    Lexed l(R"($"a{{ {e,8:F2} }}{f($"{x}")}b")");
    CHECK(l.errors() == "");
    CHECK(
        l.kinds() ==
        "InterpolationBegin InterpolationText HoleOpen Identifier , Integer HoleFormat HoleClose "
        "InterpolationText HoleOpen Identifier ( InterpolationBegin HoleOpen Identifier HoleClose "
        "InterpolationFinish ) HoleClose InterpolationText InterpolationFinish");
    CHECK(l.buffer.strings[0] == "a{ ");
    CHECK(l.buffer.strings[1] == "F2");
    CHECK(l.buffer.strings[2] == " }");
    CHECK(l[0].value == l.count() - 1);
    CHECK(Lexed(R"($"{a[b ? 1 : 2]}{(c ? 1 : 2)}")").errors() == "");
    CHECK(Lexed("$@\"a\n{x\n}\"\"\"").errors() == "");
    CHECK(Lexed("@$\"\\{x}\"").buffer.strings[0] == "\\");
    CHECK(Lexed("$\"\"").kinds() == "InterpolationBegin InterpolationFinish");
    CHECK(errors("$\"a") == "E0101@0-3");
    CHECK(errors("$\"a}b\"") == "E0123@3-4");
    CHECK(errors("$\"a{b\nc") == "E0122@3-4");
    CHECK(errors("$\"a{b") == "E0122@3-4");
    CHECK(errors("$\"a{b\"; c = 1;") == "E0122@3-4");
    CHECK(errors("$\"a{b:F2\"; c = 1;") == "E0122@3-4");
    CHECK(errors("$@\"a{b}") == "E0102@0-3");
    CHECK(Lexed("$\"a{b\"; c").kinds() ==
          "InterpolationBegin InterpolationText HoleOpen Identifier HoleClose InterpolationFinish "
          "; Identifier");
}

TEST_CASE("lex: every symbol and keyword reads as itself") {
    for (int k = 0; k <= static_cast<int>(TokenKind::While); ++k) {
        auto kind = static_cast<TokenKind>(k);
        if (kind <= TokenKind::Reserved) continue;
        Lexed l(std::string(lex::spelling(kind)));
        CAPTURE(lex::spelling(kind));
        REQUIRE(l.count() == 1);
        CHECK(l[0].kind == kind);
        CHECK(lex::is_keyword(kind) == lex::is_reserved_word(lex::spelling(kind)));
    }
    CHECK(Lexed("a>>b>>=c??=d").kinds() ==
          "Identifier > > Identifier > >= Identifier ?"
          "?= Identifier");
    CHECK(Lexed("a?.5:1").kinds() == "Identifier ? Real : Integer");
    CHECK(Lexed("a?.b").kinds() == "Identifier ?. Identifier");
    CHECK(Lexed("goto uint").kinds() == "Reserved Reserved");
    CHECK(lex::is_reserved_word("goto"));
    CHECK_FALSE(lex::is_reserved_word("module"));
}

TEST_CASE("lex: names") {
    CHECK(Lexed("errno register printf NULL _ _1 a1 Console var").kinds() ==
          "Identifier Identifier Identifier Identifier Identifier Identifier Identifier Identifier "
          "Identifier");
    CHECK(Lexed("\xC3\xA9t\xC3\xA9 \xE5\x90\x8D\xE5\x89\x8D a\xCC\x81").kinds() ==
          "Identifier Identifier Identifier");
    Lexed at("@class @x");
    CHECK(at.buffer.name_of(at[0]) == "class");
    CHECK(at.buffer.name_of(at[1]) == "x");
    CHECK(errors("\xCC\x81") == "E0118@0-2");  // a combining mark alone
}

TEST_CASE("lex: white space, comments, line ends, byte order mark") {
    Lexed l("\xEF\xBB\xBF// a\r\n/* b\n * / */ x /// doc\ry\n\t\v\f z\xC2\xA0w //// no doc");
    CHECK(l.errors() == "");
    CHECK(l.kinds() == "Identifier Identifier Identifier Identifier");
    REQUIRE(l.buffer.comments.size() == 4);
    CHECK(l.buffer.comments[1].is_block);
    CHECK(l.buffer.comments[2].is_doc);
    CHECK_FALSE(l.buffer.comments[3].is_doc);
    CHECK(l.sources.text(l.buffer.comments[0].span) == "// a");
    CHECK(errors("a /* b") == "E0107@2-4");
    CHECK(errors("/*/") == "E0107@0-2");
    CHECK(Lexed("").count() == 0);
    CHECK(Lexed("\xEF\xBB\xBF").count() == 0);
}

TEST_CASE("lex: stray bytes") {
    CHECK(errors("a $ b") == "E0117@2-3");
    CHECK(errors("`````") == "E0117@0-5");
    CHECK(errors("\xE2\x80\x9Chi\xE2\x80\x9D") == "E0118@0-3 E0118@5-8");
    CHECK(errors("a \xFF\xFE b") == "E0119@2-4");
    CHECK(errors("\xC0\x80") == "E0119@0-2");          // overlong
    CHECK(errors("\xED\xA0\x80") == "E0119@0-3");      // surrogate
    CHECK(errors("\xF4\x90\x80\x80") == "E0119@0-4");  // beyond U+10FFFF
    CHECK(errors(std::string("a\0b", 3)) == "E0120@1-2");
    CHECK(errors("a\x01") == "E0121@1-2");
    CHECK(errors("#if X\ny") == "E0124@0-3");
    CHECK(errors("x # y") == "E0117@2-3");
    Lexed nul(std::string("a\0b", 3));
    CHECK(nul.kinds() == "Identifier Identifier");
    CHECK(nul[1].after_error);
}

TEST_CASE("lex: brackets are paired") {
    Lexed l("f(a[b], {c}) )");
    CHECK(l[1].value == 10);
    CHECK(l[3].value == 5);
    CHECK(l[7].value == 9);
    Lexed broken("{ ( [ } ]");
    CHECK(broken[0].value == 3);
    CHECK(broken[1].value == 0);
    CHECK(broken[2].value == 0);
}

TEST_CASE("lex: messages about one file are limited") {
    std::string text;
    for (int i = 0; i < 10000; ++i) text += "\xC2\xA7 x ";
    Lexed l(text);
    CHECK(l.sink.all().size() == 100);
    CHECK(l.count() == 10000);
}

TEST_CASE("lex: every byte between tokens") {
    std::string sample =
        "func f ( ) { x = a [ 1 ] + \"s\" ; $\"{ y , 2 :F}z\" ; 'c' 1.5 @\"v\" /* c */ }";
    for (size_t at = 0; at <= sample.size(); ++at) {
        if (at < sample.size() && sample[at] != ' ') continue;
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = sample;
            text.insert(at, 1, static_cast<char>(byte));
            Lexed l(text);
            // tokens are in order and within the text
            uint32_t end = 0;
            for (const lex::Token& t : l.buffer.tokens) {
                if (t.begin < end || t.end < t.begin || t.end > text.size())
                    FAIL("token out of place");
                end = t.end;
            }
        }
    }
}

TEST_CASE("lex: dump") {
    Lexed l("x = 0x1FL;\n\"a\\n\" 'b' 1.5f");
    CHECK(lex::dump(l.sources, l.buffer) ==
          "1:1 Identifier \"x\"\n"
          "1:3 =\n"
          "1:5 Integer \"0x1FL\" = 31L bits\n"
          "1:10 ;\n"
          "2:1 String \"\\\"a\\\\n\\\"\" = \"a\\x0A\"\n"
          "2:7 Char \"'b'\" = 98\n"
          "2:11 Real \"1.5f\" = 1.5f\n"
          "2:15 End \"\"\n");
}
