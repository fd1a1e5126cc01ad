// The textual form of the ownership IR: what --dump shows, what messages quote, what tests of the
// passes read. `read` of ir/read.h takes back all of it but spans: print(read(print(m))) ==
// print(m). Grammar, by example:
//
//   class Person : Base destructor { name: string  slot Base.Describe = Person.Describe }
//   global Program.count: int
//   runtime_fn dr_print(string) -> void throws
//   fn method Person.Describe(borrow this: Person) -> string effects(throws) {
//       own greeting: string             // a local of this block; `temp`, `hold`, `from(x)` may follow
//       plain i: int
//       greeting = retain "Hello"
//       statement {                      // a block with is_statement
//           own temp1: string temp
//           temp1 = concat greeting, this.name
//           call Person.Print(this, ref i, move temp1) throws
//       }
//       if i < 3 { ... } else { ... }
//       loop L1 { head { ... } while i < 3 body { break L1 } step { ... } }
//       do_loop { body { ... } head { ... } while i < 3 }
//       switch L2: i { case 1, 2 { ... } default { ... } }
//       try { ... } unwind { ... } catch Exception e { ... } finally { ... }
//       return move greeting
//   } unwind { release greeting }
//
// A name that is no plain identifier, or a word of this grammar, stands in backquotes; the second
// and later things of one name get #2, #3.
// Constants name their type where it is not bool, int, double or a visible char: 3:long, 1.5:float,
// 2:Color, null:Person, zero:Point. Labels stand where an exit names the region. Behind an operation
// its flags follow: throws, fatal, empty, immediate.
#pragma once

#include <string>

#include "ir/ir.h"

namespace dream::ir {

std::string print(const Module& module);
std::string print(const Module& module, FunctionId function);

// For messages, on one line each: an operation, an exit, or the head of a region.
std::string text_of(const Module& module, const Function& function, const Node& node);
std::string text_of(const Module& module, const Function& function, const Value& value);
std::string name_of(const Function& function, LocalId local);
std::string name_of(const Module& module, const Function& function);

// " (file.dr:12)" if the span is known, else nothing.
std::string place_of(const Module& module, Span span);

}  // namespace dream::ir
