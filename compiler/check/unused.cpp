// What nobody can use but the code around it, and that code does not: private members, and functions
// inside functions.
#include <algorithm>

#include "check/checker.h"

namespace dream::checker {

// Asked when all bodies are checked.
void Checker::report_unused() {
    auto report_private = [&](const Symbol* symbol, Access access) {
        if (!symbol || symbol->is_mentioned || access != Access::Private) return;
        sink->report<diag::UnusedPrivate>(symbol->span, symbol->name);
    };
    // Of a generic declaration it is the form that is reported of.
    auto is_specialised = [](const Scope* scope) {
        return scope->specialisation && !scope->specialisation->is_form;
    };
    for (const TypeInfo* info : all_types) {
        if (info->is_library || is_specialised(info->scope)) continue;
        for (const FieldInfo& field : info->fields)
            report_private(field.symbol, field.symbol->access);
        for (const GlobalInfo* field : info->static_fields) {
            const Symbol* symbol = info->scope->find(field->global->name);
            report_private(symbol, symbol ? symbol->access : Access::Public);
        }
        const Symbol* before = nullptr;  // overloads are one symbol, mostly in a row
        for (const FunctionInfo* method : info->methods) {
            const Symbol* symbol = info->scope->find(method->function->name);
            bool is_main = method->function == program.main;
            if (symbol != before && !is_main) report_private(symbol, method->access);
            before = symbol;
        }
    }
    std::vector<const Symbol*> unused;
    for (const auto& [block, scope] : block_scopes)
        for (const auto& [name, symbol] : scope->names)
            if (!is_specialised(scope) && symbol->kind == SymbolKind::Functions && !symbol->is_mentioned &&
                !is_library(symbol->span))
                unused.push_back(symbol);
    std::sort(unused.begin(), unused.end(), [](const Symbol* a, const Symbol* b) {
        return std::pair(a->span.source.index, a->span.begin) <
               std::pair(b->span.source.index, b->span.begin);
    });
    for (const Symbol* symbol : unused)
        sink->report<diag::UnusedFunction>(symbol->span, symbol->name);
}

}  // namespace dream::checker
