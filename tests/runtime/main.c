/* main.c: the test program: `tests NAME` runs one suite, `tests` lists them. Sets up the classes that check.h declares
 * and, after each suite, asks that nothing is left alive. */
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

int checks_failed;
int checks_made;
int graph_dropped[256];
void (*on_final)(void* obj, int number);
int final_log[4096];
int final_count;

/* ---- classes ---- */

static void Node_drop(void* obj) {
    dr_release_object(((Node*)obj)->next);
    dr_release_string(((Node*)obj)->name);
}

static void Graph_drop(void* obj) {
    Graph* g = obj;
    graph_dropped[g->number & 255]++;
    for (int i = 0; i < 4; i++) {
        dr_release_cyclic(g->edges[i]);
    }
    dr_release_array_cyclic(g->more);
}

static void Graph_trace(void* obj, dr_visit visit) {
    Graph* g = obj;
    for (int i = 0; i < 4; i++) {
        visit(g->edges[i]);
    }
    dr_trace_array(g->more, visit);
}

static void log_final(void* obj, int number) {
    if (final_count < 4096) {
        final_log[final_count++] = number;
    }
    if (on_final != NULL) {
        on_final(obj, number);
    }
}

static void Final_drop(void* obj) {
    for (int i = 0; i < 3; i++) {
        dr_release_cyclic(((Final*)obj)->edges[i]);
    }
}

static void Final_trace(void* obj, dr_visit visit) {
    for (int i = 0; i < 3; i++) {
        visit(((Final*)obj)->edges[i]);
    }
}

static void Final_destroy(void* obj) {
    log_final(obj, ((Final*)obj)->number);
}

static void FinalLeaf_drop(void* obj) {
    FinalLeaf* f = obj;
    dr_release_object(f->first);
    dr_release_object(f->second);
    dr_release_string(f->text);
}

static void FinalLeaf_destroy(void* obj) {
    log_final(obj, ((FinalLeaf*)obj)->number);
}

static void Pair_retain(void* elem) {
    dr_retain_string(((Pair*)elem)->text);
    dr_retain_array(((Pair*)elem)->numbers);
}

static void Pair_release(void* elem) {
    dr_release_string(((Pair*)elem)->text);
    dr_release_array(((Pair*)elem)->numbers);
}

static bool Pair_equals(const void* a, const void* b) {
    const Pair* p = a;
    const Pair* q = b;
    return dr_string_equals(p->text, q->text) && dr_array_equals(p->numbers, q->numbers);
}

static void Link_retain(void* elem) {
    dr_retain_cyclic(((Link*)elem)->node);
}

static void Link_release(void* elem) {
    dr_release_cyclic(((Link*)elem)->node);
}

static void Link_trace(void* elem, dr_visit visit) {
    visit(((Link*)elem)->node);
}

static void FinalPlain_destroy(void* obj) {
    log_final(obj, ((Leaf*)obj)->value);
}

static bool Base_equals(void* a, void* b) {
    return dr_is(b, &Base_type) && ((Leaf*)a)->value == ((Leaf*)b)->value;
}

static const dr_type Node_type = {.name = "Node", .id = Node_id, .size = sizeof(Node), .drop = Node_drop};
static const dr_type Leaf_type = {.name = "Leaf", .id = Leaf_id, .size = sizeof(Leaf)};
static const dr_type Graph_type = {
    .name = "Graph", .id = Graph_id, .size = sizeof(Graph), .drop = Graph_drop, .trace = Graph_trace};
/* Graphs of which the collector knows that they hold nothing else. */
static const dr_type TracedGraph_type = {.name = "TracedGraph", .id = TracedGraph_id, .flags = DR_TYPE_TRACED,
                                         .size = sizeof(Graph), .drop = Graph_drop, .trace = Graph_trace};
static const dr_type Final_type = {.name = "Final", .id = Final_id, .flags = DR_TYPE_EAGER, .size = sizeof(Final),
                                   .drop = Final_drop, .trace = Final_trace, .destroy = Final_destroy};
static const dr_type FinalLeaf_type = {.name = "FinalLeaf", .id = FinalLeaf_id, .size = sizeof(FinalLeaf), .drop = FinalLeaf_drop, .destroy = FinalLeaf_destroy};
const dr_type Base_type = {.name = "Base", .id = Base_id, .size = sizeof(Leaf), .equals = Base_equals};
const dr_type Derived_type = {.name = "Derived", .id = Derived_id, .size = sizeof(Leaf), .base = &Base_type};
static const dr_type PairArray_type = {.name = "Pair[]", .id = PairArray_id, .size = sizeof(Pair),
                                       .element = DR_ELEMENT_STRUCT, .elem_retain = Pair_retain,
                                       .elem_release = Pair_release, .elem_equals = Pair_equals};

static const dr_type LinkArray_type = {.name = "Link[]", .id = LinkArray_id, .size = sizeof(Link),
                                       .element = DR_ELEMENT_STRUCT, .elem_retain = Link_retain,
                                       .elem_release = Link_release, .elem_trace = Link_trace};
static const dr_type PlainArray_type = {.name = "Plain[]", .id = PlainArray_id, .size = sizeof(Plain),
                                        .element = DR_ELEMENT_STRUCT};
static const dr_type FinalPlain_type = {.name = "FinalPlain", .id = FinalPlain_id, .size = sizeof(Leaf),
                                        .destroy = FinalPlain_destroy};

static const dr_type* const types[] = {DR_RUNTIME_TYPES, &Node_type, &Leaf_type, &Graph_type, &TracedGraph_type, &Final_type,
                                       &FinalLeaf_type, &Base_type, &Derived_type, &PairArray_type,
                                       &LinkArray_type, &PlainArray_type, &FinalPlain_type};
static const dr_program program = {.types = types, .type_count = TEST_TYPES};

/* ---- checks ---- */

void check_text(const char* string, const char* expected, size_t length, const char* file, int line) {
    checks_made++;
    if (string == NULL || (size_t)dr_string_length(string) != length || memcmp(string, expected, length + 1) != 0) {
        checks_failed++;
        fprintf(stderr, "%s:%d: expected '%s', found '%s'\n", file, line, expected, string != NULL ? string : "null");
    }
}

void check_thrown(uint32_t type_id, const char* name, const char* file, int line) {
    void* exception = dr_take();
    checks_made++;
    if (exception == NULL || dr_type_id(exception) != type_id) {
        checks_failed++;
        fprintf(stderr, "%s:%d: expected %s, found %s\n", file, line, name,
                exception != NULL ? dr_type_of(exception)->name : "nothing");
    }
    dr_release_any(exception);
}

static void read_back(FILE* file, char* buffer, size_t size) {
    rewind(file);
    buffer[fread(buffer, 1, size - 1, file)] = 0;
    fclose(file);
}

void run_child(child* result, void (*f)(int argument), int argument) {
    FILE* out = tmpfile();
    FILE* err = tmpfile();
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        checks_failed = 0;
        dup2(fileno(out), STDOUT_FILENO);
        dup2(fileno(err), STDERR_FILENO);
        f(argument);
        fflush(NULL);
        _exit(checks_failed != 0 ? 99 : 0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    result->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    read_back(out, result->out, sizeof result->out);
    read_back(err, result->err, sizeof result->err);
}

bool long_tests(void) {
    const char* value = getenv("DREAM_LONG");
    return value != NULL && strcmp(value, "1") == 0;
}

/* ---- suites ---- */

#define SUITES(X) \
    X(api) X(linked) X(plain) X(pool) X(object) X(string) X(sharing) X(members) X(intern) X(array) X(text) X(error) X(trace) X(overflow) X(cycle) X(slices) X(finaliser) X(hostile) X(exit) X(program) X(process) X(refused) X(report) X(console) X(clock) X(file) X(edges) X(broken) X(memory)

#define DECLARE(name) void suite_##name(void);
SUITES(DECLARE)
#undef DECLARE

static const struct {
    const char* name;
    void (*run)(void);
} suites[] = {
#define ENTRY(name) {#name, suite_##name},
    SUITES(ENTRY)
#undef ENTRY
};

int main(int argc, char** argv) {
    dr_init(&program);
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
        if (argc < 2) {
            printf("%s\n", suites[i].name);
        } else if (strcmp(argv[1], suites[i].name) == 0) {
            suites[i].run();
            CHECK(!dr_thrown());
            dr_debug_validate();
            dr_collect();
            CHECK(dr_memory_live_objects() == 0);
            dr_exit(0);
            CHECK(dr_memory_live_objects() == 0);
            printf("%s: %d checks, %d failed\n", argv[1], checks_made, checks_failed);
            return checks_failed != 0;
        }
    }
    return argc < 2 ? 0 : 2;
}
