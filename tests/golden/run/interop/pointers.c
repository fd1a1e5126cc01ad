typedef struct { int x; double y; } Point;
void visit(int n, void (*f)(int, void*), void* data) {
    for (int i = 0; i < n; i++) f(i, data);
}
void bump(int* p) { ++*p; }
int sum_from(int* p, int n) {
    int s = 0;
    while (n-- > 0) s += *p++;
    return s;
}
int sum(const int* a, int n) { return sum_from((int*)a, n); }
void fill(double* p, int n, double v) {
    for (int i = 0; i < n; i++) p[i] = v;
}
int first_of(Point* p) { return p->x; }
