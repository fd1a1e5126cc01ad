// The words in front of a declaration: which may stand there, and which say opposite things.
#include "check/checker.h"

namespace dream::checker {

using ast::Modifier;

namespace {

struct Pair {
    Modifier first, second;
};

// Neither word leaves the other a meaning, wherever they stand.
constexpr Pair kOpposites[] = {
    {Modifier::Public, Modifier::Private},    {Modifier::Public, Modifier::Protected},
    {Modifier::Private, Modifier::Protected}, {Modifier::Abstract, Modifier::Sealed},
    {Modifier::Abstract, Modifier::Virtual},  {Modifier::Sealed, Modifier::Static},
    {Modifier::Sealed, Modifier::Virtual},    {Modifier::Override, Modifier::Virtual},
    {Modifier::Private, Modifier::Virtual},   {Modifier::Private, Modifier::Override},
    {Modifier::Const, Modifier::Static},      {Modifier::Const, Modifier::Readonly},
};

}  // namespace

void Checker::check_modifiers(const ast::Decl& decl, std::initializer_list<Modifier> allowed) {
    constexpr Modifier kAll[] = {
#define MODIFIER(name, text) Modifier::name,
#include "ast/operators.def"
    };
    bool is_fine = true;
    for (Modifier word : kAll) {
        if (!decl.modifiers.has(word)) continue;
        bool is_allowed = word == Modifier::Export;
        for (Modifier a : allowed) is_allowed = is_allowed || a == word;
        is_fine = is_fine && is_allowed;
        if (!is_allowed)
            sink->report<diag::ModifierNotAllowed>(decl.modifiers.span, ast::spelling(word));
    }
    for (const Pair& pair : kOpposites) {
        if (!is_fine || !decl.modifiers.has(pair.first) || !decl.modifiers.has(pair.second))
            continue;
        sink->report<diag::OppositeModifiers>(decl.modifiers.span, ast::spelling(pair.first),
                                              ast::spelling(pair.second));
        return;
    }
    // That a static method is not virtual is said with its signature.
    const auto* type = ast::try_as<ast::TypeDecl>(&decl);
    if (is_fine && type && decl.modifiers.has(Modifier::Static) &&
        decl.modifiers.has(Modifier::Abstract))
        sink->report<diag::OppositeModifiers>(decl.modifiers.span, "abstract", "static");
    // An abstract method is there to be overridden; a private one cannot be.
    const auto* function = ast::try_as<ast::Function>(&decl);
    bool hides = function && decl.modifiers.has(Modifier::Private) &&
                 decl.modifiers.has(Modifier::Abstract);
    if (is_fine && hides)
        sink->report<diag::OppositeModifiers>(decl.modifiers.span, "private", "abstract");
    bool seals_nothing = function && decl.modifiers.has(Modifier::Sealed) &&
                         !decl.modifiers.has(Modifier::Override);
    if (is_fine && seals_nothing)
        sink->report<diag::SealsNothing>(decl.modifiers.span, function->name.text);
}

}  // namespace dream::checker
