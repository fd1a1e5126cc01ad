/* The C side of calls.dr. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct { double x, y; } Vec;
typedef struct Counter { int n; } Counter;

Vec middle(Vec a, Vec b);
int sum(int* a, int n);
void fill(int* a, int n, int v);
void split(double v, int* whole, double* rest);
Counter* counter_new(int start);
int counter_next(Counter* c);
void counter_free(Counter* c);
int after(int c);
int add_all(int n, ...);
char* greeting(const char* name, unsigned char* buffer);

Vec middle(Vec a, Vec b) {
    Vec m;
    m.x = (a.x + b.x) / 2;
    m.y = (a.y + b.y) / 2;
    return m;
}
int sum(int* a, int n) {
    int s = 0;
    for (int i = 0; i < n; i++) s += a[i];
    return s;
}
void fill(int* a, int n, int v) {
    for (int i = 0; i < n; i++) a[i] = v;
}
void split(double v, int* whole, double* rest) {
    *whole = (int)v;
    *rest = v - *whole;
}
Counter* counter_new(int start) {
    Counter* c = malloc(sizeof(Counter));
    c->n = start;
    return c;
}
int counter_next(Counter* c) { return ++c->n; }
void counter_free(Counter* c) { free(c); }
int after(int c) { return c + 1; }
int add_all(int n, ...) {
    va_list list;
    int total = 0;
    va_start(list, n);
    while (n-- > 0) total += va_arg(list, int);
    va_end(list);
    return total;
}
char* greeting(const char* name, unsigned char* buffer) {
    strcpy((char*)buffer, "hello ");
    strcat((char*)buffer, name);
    return (char*)buffer;
}
