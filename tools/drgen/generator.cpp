// The frame of a program: functions, globals, main; scopes and lines.
#include "generator.h"

namespace drgen {

std::string Generator::run() {
    int function_count = 3 + random_.below(5);
    for (int i = 0; i < function_count; ++i) {
        Function f{"f" + std::to_string(i), any_type(), {}};
        int params = random_.below(4);
        for (int k = 0; k < params; ++k) f.params.push_back({any_type(), random_.one_in(3)});
        functions_.push_back(f);
    }
    out_ += kPrelude;
    if (random_.one_in(2)) out_ += kDestructor;
    out_ += kPreludeRest;
    for (int i = 0; i < kTypeCount; ++i) {
        Type type = static_cast<Type>(i);
        std::string name = "g" + std::to_string(i);
        line(std::string(text_of(type)) + " " + name + " = " + initial(type) + ";");
        globals_.push_back({name, type, true, false});
    }
    for (const Function& f : functions_) function(f);
    main_function();
    return out_;
}

void Generator::line(const std::string& text) {
    out_.append(static_cast<size_t>(depth_) * 4, ' ');
    out_ += text;
    out_ += '\n';
}

void Generator::open(const std::string& text) {
    line(text + " {");
    ++depth_;
    scopes_.push_back(variables_.size());
}

void Generator::close() {
    variables_.resize(scopes_.back());
    scopes_.pop_back();
    --depth_;
    line("}");
}

std::string Generator::header_of(const Function& f) const {
    std::string header = "func " + std::string(text_of(f.result)) + " " + f.name + "(";
    for (size_t i = 0; i < f.params.size(); ++i) {
        if (i) header += ", ";
        header += std::string(f.params[i].is_ref ? "ref " : "") + text_of(f.params[i].type) + " p" +
                  f.name + std::to_string(i);
    }
    return header + ")";
}

void Generator::add_parameters(const Function& f) {
    for (size_t i = 0; i < f.params.size(); ++i)
        variables_.push_back(
            {"p" + f.name + std::to_string(i), f.params[i].type, true, f.params[i].is_ref});
}

void Generator::function(const Function& f) {
    open(header_of(f));
    add_parameters(f);
    result_ = f.result;
    line("if (--fuel < 0) return " + initial(f.result) + ";");
    int count = 2 + random_.below(6);
    for (int i = 0; i < count; ++i) statement(0);
    line("return " + expr(f.result) + ";");
    close();
}

void Generator::main_function() {
    open("func int body()");
    result_ = Type::Int;
    int count = 8 + random_.below(10);
    for (int i = 0; i < count; ++i) statement(0);
    for (const Variable& g : globals_) print(g.type, g.name);
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
    for (const Variable& g : globals_) line(g.name + " = " + facts_of(g.type).nothing + ";");
    line("Memory.Collect();");
    line("Console.WriteLine(died);");
    close();
}

}  // namespace drgen
