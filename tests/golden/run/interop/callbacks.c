#include <stddef.h>
typedef struct { int x, y; } Point;
typedef int (*Each)(int, void*);
void each(int n, Each f, void* data) {
    for (int i = 0; i < n; i++) f(i, data);
}
int tell(const char* text, void (*f)(const char*, int*)) {
    int count = 1;
    f(text, &count);
    return count;
}
Point twice(Point p, Point (*f)(Point, int, double)) { return f(f(p, 1, 2.5), 1, 4); }
static int add_one(int v, void* data) { return data ? 0 : v + 1; }
static int twofold(int v, void* data) { return data ? 0 : 2 * v; }
Each chosen(int which) { return which == 1 ? add_one : which == 2 ? twofold : NULL; }
int value_at(void* p) { return *(int*)p; }
int handle(int h) { return h + 1; }
