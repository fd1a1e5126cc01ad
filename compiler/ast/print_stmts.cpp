// Statements and declarations as text.
#include "ast/printer.h"

namespace dream::ast {

namespace {

// Declarations that take several lines are set apart by a blank one.
bool is_tall(const Stmt& s) {
    const auto* d = try_as<DeclStmt>(&s);
    if (!d) return false;
    if (const auto* f = try_as<Function>(d->decl)) return f->body != nullptr;
    if (const auto* t = try_as<TypeDecl>(d->decl)) return !t->is_opaque;
    return false;
}

}  // namespace

void Printer::file(const File& f) {
    if (f.module) {
        write("module ");
        dotted(f.module->name);
        write(";\n");
    }
    for (const Import* import : f.imports) {
        write("import ");
        dotted(import->name);
        write(";\n");
    }
    for (size_t i = 0; i < f.items.size(); ++i) {
        if (i > 0 && (is_tall(*f.items[i]) || is_tall(*f.items[i - 1]))) write('\n');
        stmt(*f.items[i]);
        write('\n');
    }
}

void Printer::dotted(const DottedName& n) {
    for (size_t i = 0; i < n.parts.size(); ++i) {
        if (i > 0) write('.');
        name(n.parts[i]);
    }
}

// ---- statements --------------------------------------------------------------------------------

void Printer::stmt(const Stmt& s) {
    switch (s.kind) {
        case StmtKind::Block: return block(as<Block>(s));
        case StmtKind::DeclStmt: return decl(*as<DeclStmt>(s).decl);
        case StmtKind::ExprStmt: expr(*as<ExprStmt>(s).expr); return write(';');
        case StmtKind::If: return if_stmt(as<If>(s));
        case StmtKind::While:
            write("while (");
            expr(*as<While>(s).condition);
            write(')');
            return body(*as<While>(s).body);
        case StmtKind::DoWhile:
            write("do");
            body(*as<DoWhile>(s).body);
            write(" while (");
            expr(*as<DoWhile>(s).condition);
            return write(");");
        case StmtKind::For: return for_stmt(as<For>(s));
        case StmtKind::Foreach: {
            const auto& f = as<Foreach>(s);
            write("foreach (");
            type(*f.type);
            write(' ');
            name(f.name);
            write(" in ");
            expr(*f.collection);
            write(')');
            return body(*f.body);
        }
        case StmtKind::Switch: return switch_stmt(as<Switch>(s));
        case StmtKind::Break: return write("break;");
        case StmtKind::Continue: return write("continue;");
        case StmtKind::Return:
            write("return");
            if (const Expr* value = as<Return>(s).value) {
                write(' ');
                expr(*value);
            }
            return write(';');
        case StmtKind::Throw:
            write("throw");
            if (const Expr* value = as<Throw>(s).value) {
                write(' ');
                expr(*value);
            }
            return write(';');
        case StmtKind::Try: return try_stmt(as<Try>(s));
        case StmtKind::Using: return using_stmt(as<Using>(s));
        case StmtKind::Empty: return write(';');
        case StmtKind::ErrorStmt: return write("<error>;");
    }
}

void Printer::block(const Block& b) {
    if (b.stmts.empty()) return write("{ }");
    write('{');
    indented([&] {
        for (const Stmt* s : b.stmts) {
            newline();
            stmt(*s);
        }
    });
    newline();
    write('}');
}

// The statement that another one governs: a block on the same line, anything else below.
void Printer::body(const Stmt& s) {
    if (s.kind == StmtKind::Block) {
        write(' ');
        return block(as<Block>(s));
    }
    indented([&] {
        newline();
        stmt(s);
    });
}

void Printer::if_stmt(const If& s) {
    for (size_t i = 0; i < s.arms.size(); ++i) {
        if (i > 0) {
            if (s.arms[i - 1].then->kind == StmtKind::Block)
                write(' ');
            else
                newline();
            write("else ");
        }
        write("if (");
        expr(*s.arms[i].condition);
        write(')');
        body(*s.arms[i].then);
    }
    if (!s.otherwise) return;
    if (s.arms.back().then->kind == StmtKind::Block)
        write(' ');
    else
        newline();
    write("else");
    body(*s.otherwise);
}

void Printer::for_stmt(const For& s) {
    write("for (");
    if (s.variables) variables(*s.variables);
    separated(s.init, [&](const Expr* e) { expr(*e); });
    write(';');
    if (s.condition) {
        write(' ');
        expr(*s.condition);
    }
    write(';');
    if (!s.step.empty()) write(' ');
    separated(s.step, [&](const Expr* e) { expr(*e); });
    write(')');
    body(*s.body);
}

void Printer::switch_stmt(const Switch& s) {
    write("switch (");
    expr(*s.value);
    write(") {");
    indented([&] {
        for (const SwitchSection& section : s.sections) {
            for (const SwitchLabel& label : section.labels) {
                newline();
                if (!label.pattern) {
                    write("default:");
                    continue;
                }
                write("case ");
                pattern(*label.pattern);
                if (label.guard) {
                    write(" when ");
                    expr(*label.guard);
                }
                write(':');
            }
            indented([&] {
                for (const Stmt* inner : section.stmts) {
                    newline();
                    stmt(*inner);
                }
            });
        }
    });
    newline();
    write('}');
}

void Printer::try_stmt(const Try& s) {
    write("try ");
    block(*s.body);
    for (const Catch& clause : s.catches) {
        write(" catch ");
        if (clause.type) {
            write('(');
            type(*clause.type);
            if (!clause.name.empty()) {
                write(' ');
                name(clause.name);
            }
            write(") ");
        }
        if (clause.filter) {
            write("when (");
            expr(*clause.filter);
            write(") ");
        }
        block(*clause.body);
    }
    if (!s.finally) return;
    write(" finally ");
    block(*s.finally);
}

void Printer::using_stmt(const Using& s) {
    write("using ");
    if (!s.body) {
        variables(*s.variables);
        return write(';');
    }
    write('(');
    if (s.variables)
        variables(*s.variables);
    else
        expr(*s.value);
    write(')');
    body(*s.body);
}

// ---- declarations ------------------------------------------------------------------------------

void Printer::decl(const Decl& d) {
    switch (d.kind) {
        case DeclKind::Variables: variables(as<Variables>(d)); return write(';');
        case DeclKind::Function: return function(as<Function>(d));
        case DeclKind::TypeDecl: return type_decl(as<TypeDecl>(d));
        case DeclKind::EnumDecl: return enum_decl(as<EnumDecl>(d));
        case DeclKind::Typedef: return typedef_decl(as<Typedef>(d));
        case DeclKind::Property: return property(as<Property>(d));
        case DeclKind::Module:
            write("module ");
            dotted(as<Module>(d).name);
            return write(';');
        case DeclKind::Import:
            write("import ");
            dotted(as<Import>(d).name);
            return write(';');
        case DeclKind::ErrorDecl: return write("<error>;");
    }
}

void Printer::modifiers(const Modifiers& m) {
#define MODIFIER(word, text) \
    if (m.has(Modifier::word)) write(text " ");
#include "ast/operators.def"
}

void Printer::variables(const Variables& d) {
    modifiers(d.modifiers);
    type(*d.type);
    write(' ');
    separated(d.items, [&](const Variable& v) {
        name(v.name);
        dims(v.type, v.own_dims);
        if (v.initial) {
            write(" = ");
            expr(*v.initial);
        }
    });
}

void Printer::param(const Param& p) {
    if (p.is_this) write("this ");
    if (p.is_params) write("params ");
    if (p.is_const) write("const ");
    if (p.mode == PassMode::Ref) write("ref ");
    if (p.mode == PassMode::Out) write("out ");
    const Type* base = p.type;
    for (uint32_t i = 0; i < p.own_dims; ++i) base = as<ArrayType>(*base).element;
    if (base) type(*base);
    if (base && !p.name.empty()) write(' ');
    name(p.name);
    dims(p.type, p.own_dims);
    if (p.initial) {
        write(" = ");
        expr(*p.initial);
    }
}

void Printer::function(const Function& d) {
    modifiers(d.modifiers);
    if (d.has_func) write("func ");
    bool is_conversion = d.function_kind == FunctionKind::Operator && d.op.is_conversion;
    if (is_conversion) {
        write(d.name.text);
        write(" operator ");
    }
    if (d.result) {
        type(*d.result);
        if (!is_conversion) write(' ');
    }
    if (d.function_kind == FunctionKind::Destructor) write('~');
    if (is_conversion) {
        // its name is its type
    } else if (d.function_kind == FunctionKind::Operator) {
        write("operator ");
        write(d.name.text);
    } else {
        name(d.name);
    }
    type_params(d.type_params);
    write('(');
    separated(d.params, [&](const Param& p) { param(p); });
    if (d.has_varargs) write(d.params.empty() ? "..." : ", ...");
    write(')');
    if (d.chain != ChainTarget::None) {
        write(d.chain == ChainTarget::Base ? " : base(" : " : this(");
        args(d.chain_args);
        write(')');
    }
    constraints(d.constraints);
    code(d.body, d.expr);
}

// What a function or an accessor does: a block, `=> e;` or `;`.
void Printer::code(const Block* body, const Expr* value) {
    if (body) {
        write(' ');
        return block(*body);
    }
    if (value) {
        write(" => ");
        expr(*value);
    }
    write(';');
}

void Printer::type_params(const List<TypeParam>& params) {
    if (params.empty()) return;
    write('<');
    separated(params, [&](const TypeParam& p) { name(p.name); });
    write('>');
}

void Printer::constraints(const List<Constraint>& list) {
    for (const Constraint& c : list) {
        write(" where ");
        name(c.param);
        write(" : ");
        std::string_view comma;
        auto next = [&] {
            write(comma);
            comma = ", ";
        };
        if (c.is_class) next(), write("class");
        if (c.is_struct) next(), write("struct");
        for (const Type* t : c.types) next(), type(*t);
        if (c.has_new) next(), write("new()");
    }
}

void Printer::type_decl(const TypeDecl& d) {
    modifiers(d.modifiers);
    switch (d.type_kind) {
        case TypeDeclKind::Class: write("class "); break;
        case TypeDeclKind::Struct: write("struct "); break;
        case TypeDeclKind::Interface: write("interface "); break;
    }
    name(d.name);
    type_params(d.type_params);
    if (!d.bases.empty()) write(" : ");
    separated(d.bases, [&](const Type* t) { type(*t); });
    constraints(d.constraints);
    if (d.is_opaque) return write(';');
    write(" {");
    indented([&] {
        for (const Decl* member : d.members) {
            newline();
            decl(*member);
        }
    });
    newline();
    write('}');
}

void Printer::enum_decl(const EnumDecl& d) {
    modifiers(d.modifiers);
    write("enum ");
    name(d.name);
    if (d.base) {
        write(" : ");
        type(*d.base);
    }
    write(" { ");
    separated(d.members, [&](const EnumMember& m) {
        name(m.name);
        if (m.value) {
            write(" = ");
            expr(*m.value);
        }
    });
    write(d.members.empty() ? "}" : " }");
}

void Printer::typedef_decl(const Typedef& d) {
    modifiers(d.modifiers);
    write("typedef ");
    if (const auto* f = try_as<FuncType>(d.type)) {
        write("func ");
        if (f->result) {
            type(*f->result);
            write(' ');
        }
        name(d.name);
        func_params(f->params);
    } else {
        type(*d.type);
        write(' ');
        name(d.name);
    }
    write(';');
}

void Printer::property(const Property& d) {
    modifiers(d.modifiers);
    type(*d.type);
    if (d.is_indexer) {
        write(" this[");
        separated(d.params, [&](const Param& p) { param(p); });
        write(']');
    } else {
        write(' ');
        name(d.name);
    }
    if (d.is_arrow) return code(nullptr, d.getter.expr);
    write(" {");
    indented([&] {
        accessor(d.getter, "get");
        accessor(d.setter, "set");
    });
    newline();
    write('}');
    if (!d.initial) return;
    write(" = ");
    expr(*d.initial);
    write(';');
}

void Printer::accessor(const Accessor& a, std::string_view word) {
    if (!a.exists) return;
    newline();
    modifiers(a.modifiers);
    write(word);
    code(a.body, a.expr);
}

}  // namespace dream::ast
