// Marks of the shadow stack (runtime/include/dream/trace.h), for call stacks in -g and --debug-memory
// programs: where this function calls, and that it is on top again.
#include <fmt/format.h>

#include "emit/function.h"

namespace dream::emit {

using namespace ir;

// Whether another function of Dream may run while `op` does.
bool FunctionEmitter::enters_function(const Op& op) const {
    if (!p_.options.traces) return false;
    switch (op.op) {
        case OpKind::Call:
        case OpKind::CallVirtual: return true;
        case OpKind::CallRuntime: return p_.module.runtime[op.runtime].releases;
        case OpKind::Release: return p_.types.reaches_destructor(op.args[0].value->type);
        case OpKind::Assign:
        case OpKind::Store:
        case OpKind::Take:
        case OpKind::MakeUnique:
        case OpKind::CheckNull:
        case OpKind::CheckIndex:
        case OpKind::CheckCharIndex:
        case OpKind::CheckDivide:
        case OpKind::CheckRemainder:
        case OpKind::CheckCast:
        case OpKind::New:
        case OpKind::NewArray:
        case OpKind::Concat:
        case OpKind::Append:
        case OpKind::EnumText:
        case OpKind::Throw:
        case OpKind::Rethrow:
        case OpKind::SetFinalised: return false;
    }
    return false;
}

void FunctionEmitter::frame_at_top() {
    bool calls = false;
    // Unwinding may run destructors.
    auto look = [&](const Block& block) {
        for (const Op* op : block.unwind) calls = calls || enters_function(*op);
    };
    look(*function_.body);
    for_each_node_below(*function_.body, [&](const Node& node) {
        calls = calls || (node.kind == NodeKind::Op && enters_function(*as<Op>(&node)));
        for_each_block(node, look);
    });
    if (calls) line("DR_FRAME;");
}

void FunctionEmitter::call_site(const Op& op) {
    if (enters_function(op)) line("DR_CALL_SITE({});", where(op.span));
}

void FunctionEmitter::called(const Op& op) {
    if (enters_function(op)) line("DR_CALLED;");
}

}  // namespace dream::emit
