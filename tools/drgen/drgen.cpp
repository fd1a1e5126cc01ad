// drgen: random well-typed Dream programs that terminate and print what they compute.
//
//   drgen SEED > program.dr
//
// The programs are made to hurt ownership: classes with cyclic fields, arrays by value at several
// depths, strings that are extended in place, structs with counted fields, ref parameters, globals,
// overwritten owners of borrowed arguments, early exits and exceptions out of everything. Faults
// (null, index, division) are wanted: every function may throw, and handlers print what they caught.
// Fuel bounds recursion and loops. Equal seeds give equal programs on every machine.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace {

class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ull + 0x2545F4914F6CDD1Dull) {}
    // 0 .. n-1; xorshift64*.
    int below(int n) {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return static_cast<int>((state_ * 0x2545F4914F6CDD1Dull >> 33) % static_cast<uint64_t>(n));
    }
    bool one_in(int n) { return below(n) == 0; }

  private:
    uint64_t state_;
};

enum class Type { Int, Bool, String, Ints, Strings, Matrix, Node, Nodes, Pair, Pairs };
constexpr int kTypeCount = 10;

const char* text_of(Type type) {
    switch (type) {
        case Type::Int: return "int";
        case Type::Bool: return "bool";
        case Type::String: return "string";
        case Type::Ints: return "int[]";
        case Type::Strings: return "string[]";
        case Type::Matrix: return "int[][]";
        case Type::Node: return "Node";
        case Type::Nodes: return "Node[]";
        case Type::Pair: return "Pair";
        case Type::Pairs: return "Pair[]";
    }
    return "";
}

struct Variable {
    std::string name;
    Type type;
    bool is_writable;
};

struct Parameter {
    Type type;
    bool is_ref;
};

struct Function {
    std::string name;
    Type result;
    std::vector<Parameter> params;
};

class Generator {
  public:
    explicit Generator(uint64_t seed) : random_(seed) {}

    std::string run() {
        int function_count = 3 + random_.below(5);
        for (int i = 0; i < function_count; ++i) {
            Function f;
            f.name = "f" + std::to_string(i);
            f.result = any_type();
            int params = random_.below(4);
            for (int k = 0; k < params; ++k) f.params.push_back({any_type(), random_.one_in(3)});
            functions_.push_back(f);
        }
        prelude();
        for (int i = 0; i < kTypeCount; ++i) {
            Type type = static_cast<Type>(i);
            globals_.push_back({"g" + std::to_string(i), type, true});
            line(std::string(text_of(type)) + " g" + std::to_string(i) + " = " + initial(type) + ";");
        }
        for (const Function& f : functions_) function(f);
        main_function();
        return out_;
    }

  private:
    // ---- text ----

    void line(const std::string& text) {
        out_.append(static_cast<size_t>(depth_) * 4, ' ');
        out_ += text;
        out_ += '\n';
    }
    void open(const std::string& text) {
        line(text + " {");
        ++depth_;
        scopes_.push_back(variables_.size());
    }
    void close() {
        variables_.resize(scopes_.back());
        scopes_.pop_back();
        --depth_;
        line("}");
    }
    std::string fresh(const char* prefix) { return prefix + std::to_string(next_name_++); }

    // ---- the fixed part: types and printers ----

    void prelude() {
        out_ +=
            "int fuel = 400;\n"
            "int died = 0;\n"
            "class Node {\n"
            "    int id; string name; Node next; Node other; Node[] kids; int[] data; Pair pair;\n"
            "    func Node(int id, string name) {\n"
            "        this.id = id; this.name = name;\n"
            "        if (id == 13) throw \"unlucky \" + name;\n"
            "        this.data = [id, id + 1];\n"
            "    }\n"
            "    virtual func string Show() { return \"N\" + id + name; }\n"
            "    func Node Link(Node n) { this.next = n; return this; }\n"
            "    func string Rename(string n) { string old = name; name = n; return old + name; }\n"
            "    func int Drop(Node n) { this.next = null; this.other = null; kids = null; if (n == null) return 0; return n.id; }\n"
            "    func void Grow(string s) { name += s; if (name.Length > 40) name = s; }\n"
            "}\n"
            "class Leaf : Node {\n"
            "    string extra;\n"
            "    func Leaf(int id, string e) : base(id, e) { extra = e + id; }\n"
            "    override func string Show() { return \"L\" + id + extra; }\n"
            "}\n"
            "class Mortal : Node {\n"
            "    func Mortal(int id) : base(id, \"m\") { }\n"
            "    ~Mortal() { died += id; }\n"
            "}\n"
            "struct Pair {\n"
            "    int a; string s; int[] xs; Node n;\n"
            "    func void Set(int i, string t) { a = i; s = t; xs = [i]; }\n"
            "    func string Text() { return a + \":\" + s; }\n"
            "}\n"
            "func string showInts(int[] a) { if (a == null) return \"null\"; string r = \"[\"; foreach (int x in a) r += x + \" \"; return r + \"]\"; }\n"
            "func string showStrings(string[] a) { if (a == null) return \"null\"; string r = \"<\"; foreach (string x in a) { r = r + x; r += \",\"; } return r + \">\"; }\n"
            "func string showMatrix(int[][] m) { if (m == null) return \"null\"; string r = \"\"; foreach (int[] row in m) r += showInts(row); return r; }\n"
            "func string showNode(Node n) {\n"
            "    string r = \"\"; int k = 0;\n"
            "    while (n != null && k < 4) { r += n.Show() + \"-\" + showInts(n.data); n = n.next; k++; }\n"
            "    return r;\n"
            "}\n"
            "func string showNodes(Node[] a) { if (a == null) return \"null\"; string r = \"{\"; foreach (Node n in a) { if (n == null) { r += \"_\"; continue; } r += n.Show(); } return r + \"}\"; }\n"
            "func string showPair(Pair p) { return \"(\" + p.Text() + showInts(p.xs) + (p.n == null ? \"\" : p.n.Show()) + \")\"; }\n"
            "func string showPairs(Pair[] a) { if (a == null) return \"null\"; string r = \"\"; foreach (Pair p in a) r += showPair(p); return r; }\n"
            "func string cut(string s) { if (s == null) return \"\"; if (s.Length > 60) return s.Substring(0, 60); return s; }\n";
    }

    // ---- types ----

    Type any_type() { return static_cast<Type>(random_.below(kTypeCount)); }

    // A constant-like expression that needs nothing in scope.
    std::string initial(Type type) {
        switch (type) {
            case Type::Int: return std::to_string(random_.below(20) - 5);
            case Type::Bool: return random_.one_in(2) ? "true" : "false";
            case Type::String: return random_.one_in(8) ? "null" : "\"" + std::string(1, static_cast<char>('a' + random_.below(26))) + "\"";
            case Type::Ints: return random_.one_in(6) ? "new int[" + std::to_string(random_.below(5)) + "]" : "[1, " + std::to_string(random_.below(9)) + ", 3]";
            case Type::Strings: return "[\"p\", \"q\" + " + std::to_string(random_.below(9)) + "]";
            case Type::Matrix: return random_.one_in(2) ? "[[1, 2], [3]]" : "new int[2][3]";
            case Type::Node:
                switch (random_.below(6)) {
                    case 0: return "null";
                    case 1: return "new Leaf(" + std::to_string(random_.below(15)) + ", \"e\")";
                    case 2: return "new Mortal(" + std::to_string(random_.below(9)) + ")";
                    default: return "new Node(" + std::to_string(random_.below(15)) + ", \"n\")";
                }
            case Type::Nodes: return "new Node[" + std::to_string(1 + random_.below(4)) + "]";
            case Type::Pair: return "new Pair()";
            case Type::Pairs: return "new Pair[" + std::to_string(1 + random_.below(3)) + "]";
        }
        return "";
    }

    // ---- expressions ----

    std::string any_variable(Type type, bool writable) {
        std::vector<std::string> found;
        for (const Variable& v : variables_)
            if (v.type == type && (v.is_writable || !writable)) found.push_back(v.name);
        for (const Variable& v : globals_)
            if (v.type == type) found.push_back(v.name);
        return found[static_cast<size_t>(random_.below(static_cast<int>(found.size())))];
    }

    std::string index() {
        if (random_.one_in(3)) return small_int();
        return std::to_string(random_.below(3));
    }
    std::string small_int() { return "(" + any_variable(Type::Int, false) + " & 3)"; }

    // A place of `type` that can be assigned.
    std::string place(Type type, int depth = 0) {
        if (depth < 2 && !random_.one_in(3)) switch (type) {
                case Type::Int:
                    switch (random_.below(5)) {
                        case 0: return place(Type::Ints, depth + 1) + "[" + index() + "]";
                        case 1: return place(Type::Matrix, depth + 1) + "[" + index() + "][" + index() + "]";
                        case 2: return place(Type::Node, depth + 1) + ".data[" + index() + "]";
                        case 3: return place(Type::Pair, depth + 1) + ".a";
                        default: return place(Type::Pairs, depth + 1) + "[" + index() + "].a";
                    }
                case Type::String:
                    switch (random_.below(4)) {
                        case 0: return place(Type::Strings, depth + 1) + "[" + index() + "]";
                        case 1: return place(Type::Node, depth + 1) + ".name";
                        case 2: return place(Type::Pairs, depth + 1) + "[" + index() + "].s";
                        default: return place(Type::Pair, depth + 1) + ".s";
                    }
                case Type::Ints:
                    switch (random_.below(4)) {
                        case 0: return place(Type::Matrix, depth + 1) + "[" + index() + "]";
                        case 1: return place(Type::Node, depth + 1) + ".data";
                        case 2: return place(Type::Pairs, depth + 1) + "[" + index() + "].xs";
                        default: return place(Type::Pair, depth + 1) + ".xs";
                    }
                case Type::Node:
                    switch (random_.below(5)) {
                        case 0: return place(Type::Node, depth + 1) + ".next";
                        case 1: return place(Type::Node, depth + 1) + ".other";
                        case 2: return place(Type::Nodes, depth + 1) + "[" + index() + "]";
                        case 3: return place(Type::Node, depth + 1) + ".kids[" + index() + "]";
                        default: return place(Type::Pair, depth + 1) + ".n";
                    }
                case Type::Nodes: return place(Type::Node, depth + 1) + ".kids";
                case Type::Pair:
                    return random_.one_in(2) ? place(Type::Pairs, depth + 1) + "[" + index() + "]"
                                             : place(Type::Node, depth + 1) + ".pair";
                default: break;
            }
        return any_variable(type, true);
    }

    std::string call(Type type, int depth) {
        std::vector<const Function*> fitting;
        for (const Function& f : functions_)
            if (f.result == type) fitting.push_back(&f);
        if (fitting.empty()) return expr(type, depth + 1);
        const Function& f = *fitting[static_cast<size_t>(random_.below(static_cast<int>(fitting.size())))];
        return call_of(f, depth);
    }

    std::string call_of(const Function& f, int depth) {
        std::string text = f.name + "(";
        for (size_t i = 0; i < f.params.size(); ++i) {
            if (i) text += ", ";
            text += f.params[i].is_ref ? "ref " + place(f.params[i].type) : expr(f.params[i].type, depth + 1);
        }
        return text + ")";
    }

    std::string expr(Type type, int depth = 0) {
        if (depth > 3) return random_.one_in(4) ? initial(type) : any_variable(type, false);
        int pick = random_.below(10);
        if (pick < 2) return place(type);
        if (pick < 3) return any_variable(type, false);
        if (pick < 4) return call(type, depth);
        if (pick < 5 && type != Type::Int && type != Type::Node && type != Type::Nodes)
            return "(" + expr(Type::Bool, depth + 2) + " ? " + expr(type, depth + 1) + " : " + expr(type, depth + 1) + ")";
        switch (type) {
            case Type::Int:
                switch (random_.below(9)) {
                    case 0: return "(" + expr(Type::Int, depth + 1) + " + " + expr(Type::Int, depth + 1) + ")";
                    case 1: return "(" + expr(Type::Int, depth + 1) + " * " + expr(Type::Int, depth + 1) + ")";
                    case 2: return "(" + expr(Type::Int, depth + 1) + " / " + any_variable(Type::Int, false) + ")";
                    case 3: return expr(Type::Ints, depth + 1) + ".Length";
                    case 4: return "(\"\" + " + expr(Type::String, depth + 1) + ").Length";
                    case 5: return place(Type::Node) + ".Drop(" + expr(Type::Node, depth + 1) + ")";
                    case 6: return "(" + any_variable(Type::Int, true) + " += " + expr(Type::Int, depth + 1) + ")";
                    case 7: return "(" + place(Type::Int) + "++ - " + expr(Type::Int, depth + 1) + ")";
                    default: return "(" + expr(Type::Int, depth + 1) + " % 7)";
                }
            case Type::Bool:
                switch (random_.below(6)) {
                    case 0: return "(" + expr(Type::Int, depth + 1) + " < " + expr(Type::Int, depth + 1) + ")";
                    case 1: return "(" + expr(Type::String, depth + 1) + " == " + expr(Type::String, depth + 1) + ")";
                    case 2: return "(" + expr(Type::Node, depth + 1) + " == null)";
                    case 3: return "(" + expr(Type::Bool, depth + 1) + " && " + expr(Type::Bool, depth + 1) + ")";
                    case 4: return "(" + expr(Type::Ints, depth + 1) + " == " + expr(Type::Ints, depth + 1) + ")";
                    default: return "(" + place(Type::Node) + " is Leaf || !" + expr(Type::Bool, depth + 1) + ")";
                }
            case Type::String:
                switch (random_.below(8)) {
                    case 0: return "cut(\"\" + " + expr(Type::String, depth + 1) + " + " + expr(Type::String, depth + 1) + ")";
                    case 1: return "cut(\"\" + " + expr(Type::String, depth + 1) + " + " + expr(Type::Int, depth + 1) + " + \".\")";
                    case 2: return place(Type::Node) + ".Show()";
                    case 3: return place(Type::Node) + ".Rename(" + expr(Type::String, depth + 1) + ")";
                    case 4: return "cut($\"<{" + any_variable(Type::Int, false) + "}{" + any_variable(Type::String, false) + "}>\")";
                    case 5: return "(" + any_variable(Type::String, true) + " = cut(" + expr(Type::String, depth + 1) + "))";
                    case 6: return place(Type::Node) + ".Rename(" + place(Type::Node) + ".name)";
                    default: return place(Type::Pair) + ".Text()";
                }
            case Type::Ints:
                return random_.one_in(2) ? "[" + expr(Type::Int, depth + 1) + ", " + expr(Type::Int, depth + 1) + "]" : initial(type);
            case Type::Strings:
                return "[" + expr(Type::String, depth + 1) + ", " + expr(Type::String, depth + 1) + "]";
            case Type::Matrix:
                return "[" + expr(Type::Ints, depth + 1) + ", " + expr(Type::Ints, depth + 1) + "]";
            case Type::Node:
                if (random_.one_in(3)) return place(Type::Node) + ".Link(" + expr(Type::Node, depth + 1) + ")";
                return initial(type);
            case Type::Nodes:
                return "new Node[] {" + expr(Type::Node, depth + 1) + ", " + expr(Type::Node, depth + 1) + "}";
            case Type::Pair:
            case Type::Pairs: return initial(type);
        }
        return initial(type);
    }

    // ---- statements ----

    void print(Type type, const std::string& value) {
        switch (type) {
            case Type::Int:
            case Type::Bool: line("Console.WriteLine(" + value + ");"); break;
            case Type::String: line("Console.WriteLine(cut(" + value + "));"); break;
            case Type::Ints: line("Console.WriteLine(showInts(" + value + "));"); break;
            case Type::Strings: line("Console.WriteLine(cut(showStrings(" + value + ")));"); break;
            case Type::Matrix: line("Console.WriteLine(showMatrix(" + value + "));"); break;
            case Type::Node: line("Console.WriteLine(cut(showNode(" + value + ")));"); break;
            case Type::Nodes: line("Console.WriteLine(showNodes(" + value + "));"); break;
            case Type::Pair: line("Console.WriteLine(cut(showPair(" + value + ")));"); break;
            case Type::Pairs: line("Console.WriteLine(cut(showPairs(" + value + ")));"); break;
        }
    }

    void declare() {
        Type type = any_type();
        std::string name = fresh("v");
        line(std::string(text_of(type)) + " " + name + " = " + expr(type) + ";");
        variables_.push_back({name, type, true});
    }

    void assign() {
        Type type = any_type();
        switch (random_.below(8)) {
            case 0: line(place(Type::Int) + " += " + expr(Type::Int) + ";"); return;
            case 1: {
                std::string s = any_variable(Type::String, true);
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
            default: line(place(type) + " = " + expr(type) + ";");
        }
    }

    void body(int depth) {
        int count = 1 + random_.below(4);
        for (int i = 0; i < count; ++i) statement(depth);
    }

    void loop(int depth) {
        std::string i = fresh("i");
        if (random_.one_in(3)) {
            Type element = random_.one_in(2) ? Type::Int : Type::Node;
            open("foreach (" + std::string(text_of(element)) + " " + i + " in " +
                 expr(element == Type::Int ? Type::Ints : Type::Nodes) + ")");
            variables_.push_back({i, element, false});
        } else {
            open("for (int " + i + " = 0; " + i + " < " + std::to_string(1 + random_.below(3)) + "; " + i + "++)");
            variables_.push_back({i, Type::Int, false});
        }
        line("if (--fuel < 0) break;");
        ++loops_;
        body(depth + 1);
        if (random_.one_in(3)) line("if (" + expr(Type::Bool, 2) + ") " + (random_.one_in(2) ? "break;" : "continue;"));
        if (random_.one_in(2)) statement(depth + 1);
        --loops_;
        close();
    }

    void try_statement(int depth) {
        open("try");
        body(depth + 1);
        if (random_.one_in(3)) line("if (" + expr(Type::Bool, 2) + ") throw \"t\" + " + expr(Type::String, 2) + ";");
        if (random_.one_in(4)) line("return " + expr(result_, 2) + ";");
        close();
        bool has_finally = random_.one_in(2);
        if (!has_finally || random_.one_in(2)) {
            std::string e = fresh("e");
            if (random_.one_in(2)) {
                open("catch (Exception " + e + ")");
                line("Console.WriteLine(\"caught \" + cut(" + e + ".Message));");
            } else {
                open("catch (string " + e + ")");
                variables_.push_back({e, Type::String, true});
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

    void statement(int depth) {
        if (depth > 3) return assign();
        switch (random_.below(14)) {
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
            default:
                if (random_.one_in(3)) line("Memory.Collect();");
                else line(place(Type::Node) + " = null;");
        }
    }

    void function(const Function& f) {
        std::string header = "func " + std::string(text_of(f.result)) + " " + f.name + "(";
        for (size_t i = 0; i < f.params.size(); ++i) {
            if (i) header += ", ";
            header += std::string(f.params[i].is_ref ? "ref " : "") + text_of(f.params[i].type) + " p" + std::to_string(i);
        }
        open(header + ")");
        for (size_t i = 0; i < f.params.size(); ++i)
            variables_.push_back({"p" + std::to_string(i), f.params[i].type, true});
        result_ = f.result;
        line("if (--fuel < 0) return " + initial(f.result) + ";");
        int count = 2 + random_.below(6);
        for (int i = 0; i < count; ++i) statement(0);
        line("return " + expr(f.result) + ";");
        close();
    }

    void main_function() {
        open("func int body()");
        result_ = Type::Int;
        int count = 8 + random_.below(10);
        for (int i = 0; i < count; ++i) statement(0);
        for (int i = 0; i < kTypeCount; ++i) print(static_cast<Type>(i), "g" + std::to_string(i));
        line("return 0;");
        close();
        open("func main()");
        for (int i = 0; i < 3; ++i) {
            open("try");
            line("fuel = 300;");
            line("Console.WriteLine(body());");
            close();
            open("catch (Exception e)");
            line("Console.WriteLine(\"main caught \" + cut(e.Message));");
            close();
        }
        for (const Variable& g : globals_)
            if (g.type != Type::Int && g.type != Type::Bool)
                line(g.name + " = " + (g.type == Type::Pair ? "new Pair()" : "null") + ";");
        line("Memory.Collect();");
        line("Console.WriteLine(died);");
        close();
    }

    Random random_;
    std::string out_;
    int depth_ = 0;
    int next_name_ = 0;
    int loops_ = 0;
    int in_finally_ = 0;
    Type result_ = Type::Int;
    std::vector<Variable> variables_;
    std::vector<Variable> globals_;
    std::vector<size_t> scopes_;
    std::vector<Function> functions_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: drgen SEED\n");
        return 2;
    }
    std::string program = Generator(std::strtoull(argv[1], nullptr, 10)).run();
    std::fwrite(program.data(), 1, program.size(), stdout);
}
