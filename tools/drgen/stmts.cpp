// Statements.
#include <utility>

#include "generator.h"

namespace drgen {

void Generator::print(Type type, const std::string& value) {
    std::string shown = facts_of(type).shown;
    line("Console.WriteLine(" + shown.replace(shown.find("{}"), 2, value) + ");");
}

void Generator::declare() {
    Type type = any_type();
    std::string name = fresh("v");
    line(std::string(text_of(type)) + " " + name + " = " + expr(type) + ";");
    variables_.push_back({name, type, true, false});
}

void Generator::assign() {
    Type type = any_type();
    switch (random_.below(11)) {
        case 0: line(place(Type::Int) + " += " + expr(Type::Int) + ";"); return;
        case 1: {
            std::string s = random_.one_in(2) ? any_variable(Type::String, true) : place(Type::String);
            line(s + " += " + expr(Type::String) + ";");
            line(s + " = cut(" + s + ");");
            return;
        }
        case 2: {
            std::string s = place(type);
            line(s + " = " + s + ";");
            return;
        }
        case 3: line(place(Type::Pair) + ".Set(" + expr(Type::Int) + ", " + expr(Type::String) + ");"); return;
        case 4: line(place(Type::Node) + ".Grow(" + expr(Type::String) + ");"); return;
        case 5: line(place(Type::Node) + " ?" "?= " + expr(Type::Node) + ";"); return;
        case 6:
        case 7: change_collection(); return;
        default: line(place(type) + " = " + expr(type) + ";");
    }
}

// Collections stay short, so that programs that walk them end.
void Generator::change_collection() {
    switch (random_.below(10)) {
        case 0: {
            std::string list = place(Type::Texts);
            line("if (" + list + ".Count < 5) " + list + ".Add(" + expr(Type::String) + ");");
            return;
        }
        case 1: {
            std::string list = place(Type::Chain);
            line("if (" + list + ".Count < 5) " + list + ".Insert(0, " + expr(Type::Node) + ");");
            return;
        }
        case 2: {
            std::string list = place(Type::Rows);
            line("if (" + list + ".Count < 5) " + list + ".Add(" + expr(Type::Pair) + ");");
            return;
        }
        case 3: line(place(Type::Texts) + ".RemoveAt(" + index() + ");"); return;
        case 4: line(place(Type::Chain) + ".Remove(" + expr(Type::Node, 1) + ");"); return;
        case 5: line(place(Type::Rows) + "[" + index() + "].Set(" + expr(Type::Int, 1) + ", " + expr(Type::String, 1) + ");"); return;
        case 6: {
            std::string map = place(Type::Map);
            line("if (" + map + ".Count < 4) " + map + "[cut(" + expr(Type::String, 1) + ")] = " + expr(Type::Node, 1) + ";");
            return;
        }
        case 7: line(place(Type::Map) + ".Remove(" + expr(Type::String, 1) + ");"); return;
        case 8: {
            std::string n = fresh("n");
            open("if (" + place(Type::Map) + ".TryGetValue(\"a\", out Node " + n + "))");
            variables_.push_back({n, Type::Node, true, false});
            line(place(Type::Node) + " = " + n + ";");
            close();
            return;
        }
        default: line(place(Type::Chain) + ".RemoveAll(" + lambda(Type::Node, Type::Bool, 2) + ");");
    }
}

void Generator::body(int depth) {
    int count = 1 + random_.below(4);
    for (int i = 0; i < count; ++i) statement(depth);
}

void Generator::loop(int depth) {
    static const std::pair<Type, Type> kWalked[] = {{Type::Ints, Type::Int},   {Type::Nodes, Type::Node},
                                                    {Type::Chain, Type::Node}, {Type::Texts, Type::String},
                                                    {Type::Rows, Type::Pair},  {Type::Pairs, Type::Pair}};
    std::string i = fresh("i");
    if (random_.one_in(2)) {
        auto [sequence, element] = kWalked[random_.below(6)];
        open("foreach (" + std::string(text_of(element)) + " " + i + " in " + expr(sequence) + ")");
        variables_.push_back({i, element, false, false});
    } else {
        open("for (int " + i + " = 0; " + i + " < " + std::to_string(1 + random_.below(3)) + "; " + i + "++)");
        variables_.push_back({i, Type::Int, false, false});
    }
    line("if (--fuel < 0) break;");
    ++loops_;
    body(depth + 1);
    if (random_.one_in(3)) line("if (" + expr(Type::Bool, 2) + ") " + (random_.one_in(2) ? "break;" : "continue;"));
    if (random_.one_in(2)) statement(depth + 1);
    --loops_;
    close();
}

void Generator::try_statement(int depth) {
    open("try");
    body(depth + 1);
    if (random_.one_in(3)) line("if (" + expr(Type::Bool, 2) + ") throw \"t\" + " + expr(Type::String, 2) + ";");
    if (random_.one_in(4)) line("return " + expr(result_, 2) + ";");
    close();
    bool has_finally = random_.one_in(2);
    if (!has_finally || random_.one_in(2)) {
        std::string e = fresh("e");
        if (random_.one_in(2)) {
            std::string when = random_.one_in(3) ? " when (" + expr(Type::Bool, 2) + ")" : "";
            open("catch (Exception " + e + ")" + when);
            line("Console.WriteLine(\"caught \" + cut(" + e + ".Message));");
        } else {
            open("catch (string " + e + ")");
            variables_.push_back({e, Type::String, true, false});
            line("Console.WriteLine(\"text \" + cut(" + e + "));");
        }
        body(depth + 1);
        if (random_.one_in(5)) line("throw;");
        close();
    }
    if (has_finally) {
        open("finally");
        int loops = std::exchange(loops_, 0);
        ++in_finally_;
        body(depth + 1);
        --in_finally_;
        loops_ = loops;
        close();
    }
}

void Generator::using_statement(int depth) {
    open("using (var " + fresh("h") + " = new Held(" + expr(Type::String, 1) + ", " + expr(Type::Node, 1) + "))");
    body(depth + 1);
    if (!in_finally_ && random_.one_in(4)) line("return " + expr(result_, 2) + ";");
    close();
}

void Generator::pattern_switch(int depth) {
    open("switch (" + expr(Type::Object, 1) + ")");
    static const struct {
        const char* label;
        Type type;
    } kLabels[] = {{"int", Type::Int}, {"string", Type::String}, {"Node", Type::Node}, {"Pair", Type::Pair}, {"IThing", Type::Thing}};
    int loops = std::exchange(loops_, 0);
    for (auto [label, type] : kLabels) {
        if (random_.one_in(3)) continue;
        std::string name = fresh("q");
        scopes_.push_back(variables_.size());
        variables_.push_back({name, type, true, false});
        std::string when = random_.one_in(3) ? " when " + expr(Type::Bool, 2) : "";
        line("case " + std::string(label) + " " + name + when + ":");
        statement(depth + 2);
        assign();
        line("break;");
        variables_.resize(scopes_.back());
        scopes_.pop_back();
    }
    line("default:");
    assign();
    line("break;");
    loops_ = loops;
    close();
}

// A local function that uses what is around it, and its calls.
void Generator::local_function(int depth) {
    Function f{fresh("local"), any_type(), {{any_type(), false}}};
    open(header_of(f));
    add_parameters(f);
    Type result = std::exchange(result_, f.result);
    int loops = std::exchange(loops_, 0), in_finally = std::exchange(in_finally_, 0);
    ++in_lambda_;
    line("if (--fuel < 0) return " + initial(f.result) + ";");
    body(depth + 2);
    line("return " + expr(f.result, 2) + ";");
    --in_lambda_;
    result_ = result;
    loops_ = loops;
    in_finally_ = in_finally;
    close();
    print(f.result, call_of(f, 1));
    if (random_.one_in(2)) line(call_of(f, 2) + ";");
}

void Generator::statement(int depth) {
    if (depth > 3) return assign();
    switch (random_.below(17)) {
        case 0:
        case 1:
        case 2: declare(); break;
        case 3:
        case 4:
        case 5:
        case 6: assign(); break;
        case 7: {
            Type type = any_type();
            print(type, expr(type));
            break;
        }
        case 8:
            open("if (" + expr(Type::Bool) + ")");
            body(depth + 1);
            if (!in_finally_ && random_.one_in(4)) line("return " + expr(result_) + ";");
            if (loops_ && random_.one_in(4)) line(random_.one_in(2) ? "break;" : "continue;");
            close();
            if (random_.one_in(2)) {
                open("else");
                body(depth + 1);
                close();
            }
            break;
        case 9: loop(depth); break;
        case 10: in_finally_ ? assign() : try_statement(depth); break;
        case 11: {
            const Function& f = functions_[static_cast<size_t>(random_.below(static_cast<int>(functions_.size())))];
            line(call_of(f, 1) + ";");
            break;
        }
        case 12:
            open("switch (" + expr(Type::Int, 1) + " & 3)");
            for (int k = 0; k < 3; ++k) {
                line(k == 2 ? "default:" : "case " + std::to_string(k) + ":");
                int loops = std::exchange(loops_, 0);
                assign();
                loops_ = loops;
                if (!random_.one_in(3)) line("break;");
            }
            close();
            break;
        case 13: using_statement(depth); break;
        case 14: pattern_switch(depth); break;
        case 15: in_lambda_ ? assign() : local_function(depth); break;
        default:
            if (random_.one_in(3)) line("Memory.Collect();");
            else line(place(Type::Node) + " = null;");
    }
}

}  // namespace drgen
