// drgen: random well-typed Dream programs that terminate and print what they compute.
//
//   drgen SEED > program.dr
//
// The programs are made to hurt ownership: classes with cyclic fields, closures that hold what holds
// them, arrays by value at several depths, strings that are extended in place, structs with counted
// fields, collections that are changed while they are walked, boxes, properties and indexers that
// write elsewhere, ref parameters, globals, overwritten owners of borrowed arguments, early exits
// and exceptions out of everything. Faults (null, index, division, key) are wanted: every function
// may throw, and handlers print what they caught. Fuel bounds recursion and loops. Equal seeds give
// equal programs on every machine.
#include <cstdio>
#include <cstdlib>

#include "generator.h"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: drgen SEED\n");
        return 2;
    }
    std::string program = drgen::Generator(std::strtoull(argv[1], nullptr, 10)).run();
    std::fwrite(program.data(), 1, program.size(), stdout);
}
