void tell(int* p, int n, void (*f)(int)) {
    for (int i = 0; i < n; i++) {
        int value = p[i];
        p[i] = -value;
        f(value);
    }
}
int read_all(const int* list, int n, void (*f)(int)) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
        f(list[i]);
        sum += list[i];
    }
    return sum;
}
