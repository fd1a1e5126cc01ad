// Values of every type.
#include "generator.h"

namespace drgen {

std::string Generator::initial(Type type) {
    switch (type) {
        case Type::Int: return std::to_string(random_.below(20) - 5);
        case Type::Bool: return random_.one_in(2) ? "true" : "false";
        case Type::String:
            if (random_.one_in(8)) return "null";
            return "\"" + std::string(1, static_cast<char>('a' + random_.below(26))) + "\"";
        case Type::Ints:
            return random_.one_in(6) ? "new int[" + number(5) + "]" : "[1, " + number(9) + ", 3]";
        case Type::Strings: return "[\"p\", \"q\" + " + number(9) + "]";
        case Type::Matrix: return random_.one_in(2) ? "[[1, 2], [3]]" : "new int[2][3]";
        case Type::Node:
            switch (random_.below(7)) {
                case 0: return "null";
                case 1: return "new Leaf(" + number(15) + ", \"e\")";
                case 2: return "new Mortal(" + number(9) + ")";
                case 3: return "new Node(" + number(15) + ", \"i\") { id = " + number(9) + ", Label = \"l\" }";
                default: return "new Node(" + number(15) + ", \"n\")";
            }
        case Type::Nodes: return "new Node[" + std::to_string(1 + random_.below(4)) + "]";
        case Type::Pair: return random_.one_in(2) ? "new Pair()" : "new Pair() { a = " + number(9) + ", s = \"t\" + " + number(9) + " }";
        case Type::Pairs: return "new Pair[" + std::to_string(1 + random_.below(3)) + "]";
        case Type::Part:
            switch (random_.below(4)) {
                case 0: return "((Part)new Dot(" + number(9) + "))";
                case 1: return "((Part)new Mark(\"m\" + " + number(9) + "))";
                case 2: return "((Part)new Frame())";
                default: return "((Part)new Frame { Inner = new Dot(" + number(9) + ") })";
            }
        case Type::Dot: return "new Dot(" + number(9) + ")";
        case Type::Thing:
            if (random_.one_in(6)) return "((IThing)null)";
            return random_.one_in(2) ? "((IThing)new Coin(" + number(9) + ", \"m\" + " + number(9) + "))"
                                     : "((IThing)new Leaf(" + number(12) + ", \"th\"))";
        case Type::Object:
            switch (random_.below(5)) {
                case 0: return "((object)" + number(300) + ")";
                case 1: return "((object)(\"o\" + " + number(9) + "))";
                case 2: return "((object)new Mortal(" + number(9) + "))";
                case 3: return "((object)new Coin(" + number(9) + ", \"k\"))";
                default: return "((object)null)";
            }
        case Type::Texts: return random_.one_in(3) ? "new List<string>()" : "new List<string> { \"t\", \"u\" + " + number(9) + " }";
        case Type::Chain: return random_.one_in(3) ? "new List<Node>()" : "new List<Node> { new Node(" + number(12) + ", \"c\"), null }";
        case Type::Rows: return random_.one_in(3) ? "new List<Pair>()" : "new List<Pair> { new Pair(), new Pair() { s = \"r\" } }";
        case Type::Map: return random_.one_in(3) ? "new Dictionary<string, Node>()" : "new Dictionary<string, Node> { [\"a\"] = new Leaf(" + number(12) + ", \"x\") }";
        case Type::Box: return random_.one_in(6) ? "null" : "new Box<string>(\"b\" + " + number(9) + ")";
        case Type::Step: return "x => x + " + number(9);
        case Type::Show: return random_.one_in(4) ? "null" : "n => n == null ? \"none\" : n.Show()";
    }
    return "";
}

std::string Generator::call(Type type, int depth) {
    std::vector<const Function*> fitting;
    for (const Function& f : functions_)
        if (f.result == type) fitting.push_back(&f);
    if (fitting.empty()) return expr(type, depth + 1);
    return call_of(*fitting[static_cast<size_t>(random_.below(static_cast<int>(fitting.size())))], depth);
}

std::string Generator::call_of(const Function& f, int depth) {
    std::string text = f.name + "(";
    for (size_t i = 0; i < f.params.size(); ++i) {
        if (i) text += ", ";
        text += f.params[i].is_ref ? "ref " + place(f.params[i].type, 0, true)
                                   : expr(f.params[i].type, depth + 1);
    }
    return text + ")";
}

std::string Generator::expr(Type type, int depth) {
    if (depth > 3) return random_.one_in(4) ? initial(type) : any_variable(type, false);
    bool is_lambda = type == Type::Step || type == Type::Show;
    // Types whose values may be spelt in ways that `?:` finds nothing in common of.
    bool is_bare = is_lambda || type == Type::Int || type == Type::Node || type == Type::Nodes ||
                   type == Type::Thing || type == Type::Object;
    int pick = random_.below(10);
    if (pick < 2) return place(type);
    if (pick < 3) return any_variable(type, false);
    if (pick < 4) return call(type, depth);
    if (pick < 5 && !is_bare)
        return "(" + expr(Type::Bool, depth + 2) + " ? " + expr(type, depth + 1) + " : " + expr(type, depth + 1) + ")";
    if (pick < 6 && !is_lambda && random_.one_in(3))
        return "choose<" + std::string(text_of(type)) + ">(" + expr(Type::Bool, depth + 2) + ", " +
               expr(type, depth + 1) + ", " + expr(type, depth + 1) + ")";
    auto two = [&](const char* open, Type element, const char* close) {
        return open + expr(element, depth + 1) + ", " + expr(element, depth + 1) + close;
    };
    switch (type) {
        case Type::Int: return int_expr(depth + 1);
        case Type::Bool: return bool_expr(depth + 1);
        case Type::String: return string_expr(depth + 1);
        case Type::Ints: return random_.one_in(2) ? two("[", Type::Int, "]") : initial(type);
        case Type::Strings:
            return random_.one_in(3) ? place(Type::Texts) + ".ToArray()" : two("[", Type::String, "]");
        case Type::Matrix: return two("[", Type::Ints, "]");
        case Type::Node: return node_expr(depth + 1);
        case Type::Nodes:
            return random_.one_in(3) ? place(Type::Chain) + ".ToArray()" : two("new Node[] {", Type::Node, "}");
        case Type::Pair:
            return random_.one_in(2) ? "(" + expr(type, depth + 1) + " + " + expr(type, depth + 2) + ")" : initial(type);
        case Type::Part:
            return random_.one_in(2) ? "((Part)" + expr(Type::Dot, depth + 1) + ")" : initial(type);
        case Type::Dot: return random_.one_in(2) ? "(" + expr(Type::Part, depth + 1) + " as Dot)" : initial(type);
        case Type::Thing:
            return random_.one_in(2) ? "((IThing)" + expr(Type::Node, depth + 1) + ")" : initial(type);
        case Type::Object: return object_expr(depth + 1);
        case Type::Texts:
            if (random_.one_in(2)) return two("new List<string> { ", Type::String, " }");
            return random_.one_in(2)
                       ? place(type) + ".Where(" + lambda(Type::String, Type::Bool, depth + 1) + ")"
                       : place(type) + ".Select(" + lambda(Type::String, Type::String, depth + 1) + ")";
        case Type::Chain:
            return random_.one_in(2) ? two("new List<Node> { ", Type::Node, " }")
                                     : place(type) + ".Where(" + lambda(Type::Node, Type::Bool, depth + 1) + ")";
        case Type::Rows:
            return random_.one_in(2) ? two("new List<Pair> { ", Type::Pair, " }") : initial(type);
        case Type::Box: return "new Box<string>(" + expr(Type::String, depth + 1) + ")";
        case Type::Step: return lambda(Type::Int, Type::Int, depth + 1);
        case Type::Show: return lambda(Type::Node, Type::String, depth + 1);
        case Type::Pairs:
        case Type::Map: return initial(type);
    }
    return initial(type);
}

std::string Generator::int_expr(int depth) {
    auto binary = [&](const char* op) {
        return "(" + expr(Type::Int, depth) + op + expr(Type::Int, depth) + ")";
    };
    switch (random_.below(16)) {
        case 0: return binary(" + ");
        case 1: return binary(" * ");
        case 2: return "(" + expr(Type::Int, depth) + " / " + any_variable(Type::Int, false) + ")";
        case 3: return expr(Type::Ints, depth) + ".Length";
        case 4: return "(\"\" + " + expr(Type::String, depth) + ").Length";
        case 5: return place(Type::Node) + ".Drop(" + expr(Type::Node, depth) + ")";
        case 6: return "(" + any_variable(Type::Int, true) + " += " + expr(Type::Int, depth) + ")";
        case 7: return "(" + place(Type::Int) + "++ - " + expr(Type::Int, depth) + ")";
        case 8: return "(" + place(Type::Texts) + "?.Count ?? -1)";
        case 9: return place(Type::Map) + ".Count";
        case 10: {
            std::string n = fresh("n");
            return "(" + expr(Type::Object, depth) + " is int " + n + " ? " + n + " : " + number(9) + ")";
        }
        case 11: return "measure(" + (random_.one_in(2) ? expr(Type::Thing, depth) : place(Type::Node)) + ")";
        case 12:
            return "(" + expr(Type::Int, depth) + " switch { 0 => " + expr(Type::Int, depth) +
                   ", > 5 => " + expr(Type::Int, depth) + ", _ => " + number(9) + " })";
        case 13:
            if (!in_lambda_) return "call(" + any_variable(Type::Step, false) + ", " + expr(Type::Int, depth) + ")";
            [[fallthrough]];
        default: return "(" + expr(Type::Int, depth) + " % 7)";
    }
}

std::string Generator::bool_expr(int depth) {
    auto binary = [&](Type type, const char* op) {
        return "(" + expr(type, depth) + op + expr(type, depth) + ")";
    };
    switch (random_.below(10)) {
        case 0: return binary(Type::Int, " < ");
        case 1: return binary(Type::String, " == ");
        case 2: return "(" + expr(Type::Node, depth) + " == null)";
        case 3: return binary(Type::Bool, " && ");
        case 4: return binary(Type::Ints, " == ");
        case 5: return place(Type::Map) + ".ContainsKey(" + expr(Type::String, depth) + ")";
        case 6: return "(" + expr(Type::Object, depth) + " is Node)";
        case 7: return place(Type::Texts) + ".Contains(" + expr(Type::String, depth) + ")";
        case 8: return "(" + place(Type::Node) + "?.next?.id > " + number(9) + ")";
        default: return "(" + place(Type::Node) + " is Leaf || !" + expr(Type::Bool, depth) + ")";
    }
}

std::string Generator::string_expr(int depth) {
    switch (random_.below(16)) {
        case 0: return "cut(\"\" + " + expr(Type::String, depth) + " + " + expr(Type::String, depth) + ")";
        case 1: return "cut(\"\" + " + expr(Type::String, depth) + " + " + expr(Type::Int, depth) + " + \".\")";
        case 2: return place(Type::Node) + ".Show()";
        case 3: return place(Type::Node) + ".Rename(" + expr(Type::String, depth) + ")";
        case 4: return "cut($\"<{" + any_variable(Type::Int, false) + "}{" + any_variable(Type::String, false) + "}>\")";
        case 5: return "(" + any_variable(Type::String, true) + " = cut(" + expr(Type::String, depth) + "))";
        case 6: return place(Type::Node) + ".Rename(" + place(Type::Node) + ".name)";
        case 7: return "(" + place(Type::String) + " ?? " + expr(Type::String, depth) + ")";
        case 8: return place(Type::Box) + ".Swap(" + expr(Type::String, depth) + ")";
        case 9: return "cut(showObject(" + expr(Type::Object, depth) + "))";
        case 10: return expr(Type::Thing, depth) + "." + (random_.one_in(2) ? "Tell()" : "Twice()");
        case 11: return "(" + place(Type::Node) + "?.Label ?? \"none\")";
        case 12: return "cut(joined(" + expr(Type::Strings, depth) + "))";
        case 13:
            if (!in_lambda_) return place(Type::Node) + ".Ask(" + expr(Type::Node, depth) + ")";
            [[fallthrough]];
        default: return place(Type::Pair) + ".Text()";
    }
}

std::string Generator::node_expr(int depth) {
    switch (random_.below(10)) {
        case 0:
        case 1: return place(Type::Node) + ".Link(" + expr(Type::Node, depth) + ")";
        case 2: return "(" + place(Type::Node) + " ?? " + initial(Type::Node) + ")";
        case 3: return "(" + expr(Type::Thing, depth) + " as Node)";
        case 4: return "(" + expr(Type::Object, depth) + " as Leaf)";
        case 5: return place(Type::Node) + "?.next?.other";
        case 6:
            return "new Node(" + number(15) + ", \"j\") { next = " + expr(Type::Node, depth) + ", Peer = " +
                   expr(Type::Node, depth) + " }";
        default: return initial(Type::Node);
    }
}

std::string Generator::object_expr(int depth) {
    static const Type kInside[] = {Type::Int, Type::String, Type::Node, Type::Pair, Type::Ints, Type::Texts};
    if (random_.one_in(4)) return initial(Type::Object);
    return "((object)" + expr(kInside[random_.below(6)], depth) + ")";
}

// Captures what is around it. Nothing in it calls a function value, lest one call itself for ever.
std::string Generator::lambda(Type param, Type result, int depth) {
    std::string p = fresh("p");
    scopes_.push_back(variables_.size());
    variables_.push_back({p, param, true, false});
    ++in_lambda_;
    std::string value = expr(result, depth);
    if (result == Type::String) value = "cut(" + value + ")";
    std::string text = p + " => " + value;
    if (random_.one_in(4))
        text = p + " => { " + place(Type::String) + " = cut(" + expr(Type::String, depth) + "); return " +
               value + "; }";
    --in_lambda_;
    variables_.resize(scopes_.back());
    scopes_.pop_back();
    return text;
}

}  // namespace drgen
