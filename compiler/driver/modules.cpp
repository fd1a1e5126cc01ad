// Outlines and module search. An outline is read from tokens and says nothing about mistakes: the
// parser sees the same tokens later.
#include "driver/modules.h"

#include <algorithm>

#include "driver/process.h"

namespace dream::driver {

using lex::Token;
using lex::TokenKind;

Outline read_outline(const lex::TokenBuffer& buffer) {
    Outline outline;
    const std::vector<Token>& tokens = buffer.tokens;
    auto is_word = [&](size_t i, std::string_view word) {
        return i < tokens.size() && tokens[i].kind == TokenKind::Identifier &&
               buffer.text_of(tokens[i]) == word;
    };

    // `module a.b;` and the imports stand first.
    size_t i = 0;
    while (is_word(i, "module") || is_word(i, "import")) {
        bool imports = is_word(i, "import");
        std::string name;
        for (++i; i < tokens.size() && tokens[i].kind != TokenKind::Semicolon &&
                  tokens[i].kind != TokenKind::End;
             ++i)
            name += buffer.text_of(tokens[i]);
        if (imports) outline.imports.push_back(name);
        if (i < tokens.size() && tokens[i].kind == TokenKind::Semicolon) ++i;
    }

    int depth = 0;
    for (; i + 1 < tokens.size(); ++i) {
        TokenKind kind = tokens[i].kind;
        if (kind == TokenKind::OpenBrace) ++depth;
        if (kind == TokenKind::CloseBrace) --depth;
        if (depth > 0) continue;
        bool declares = kind == TokenKind::Class || kind == TokenKind::Struct ||
                        kind == TokenKind::Enum || kind == TokenKind::Interface;
        if (declares && tokens[i + 1].kind == TokenKind::Identifier)
            outline.types.push_back(buffer.name_of(tokens[i + 1]));
        if (!is_word(i, "typedef")) continue;
        // `typedef func int Cmp(void* a);` `typedef int Handle;`: the name is in front of the last
        // parameter list, or of the semicolon.
        std::string_view name;
        int parens = 0;
        for (++i; i < tokens.size() && tokens[i].kind != TokenKind::Semicolon &&
                  tokens[i].kind != TokenKind::End;
             ++i) {
            if (parens == 0 && tokens[i].kind == TokenKind::Identifier)
                name = buffer.name_of(tokens[i]);
            if (tokens[i].kind == TokenKind::OpenParen) ++parens;
            if (tokens[i].kind == TokenKind::CloseParen) --parens;
        }
        if (!name.empty()) outline.types.push_back(name);
    }
    return outline;
}

std::string find_module(const std::string& name, const std::string& importer,
                        const Options& options) {
    std::string relative = name;
    std::replace(relative.begin(), relative.end(), '.', '/');
    relative += ".dr";

    auto folder_of = [](const std::string& path) { return path.substr(0, path.rfind('/') + 1); };
    std::vector<std::string> folders = {folder_of(importer), folder_of(options.inputs.front())};
    for (const std::string& folder : options.include_paths) folders.push_back(folder + "/");
    for (const std::string& folder : folders)
        if (exists(folder + relative)) return folder + relative;
    return "";
}

bool is_among(const std::string& path, const std::vector<std::string>& files) {
    for (const std::string& file : files)
        if (same_file(path, file)) return true;
    return false;
}

}  // namespace dream::driver
