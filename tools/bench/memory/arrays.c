#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int sieve(int n) {
    bool* composite = calloc((size_t)n + 1, 1);
    int primes = 0;
    for (int i = 2; i <= n; i++) {
        if (composite[i]) continue;
        primes++;
        for (int k = i + i; k <= n; k += i) composite[k] = true;
    }
    free(composite);
    return primes;
}

static void sort(int* a, int n) {
    for (int i = 1; i < n; i++) {
        int value = a[i];
        int k = i - 1;
        while (k >= 0 && a[k] > value) {
            a[k + 1] = a[k];
            k--;
        }
        a[k + 1] = value;
    }
}

int main(int argc, char** argv) {
    int count = atoi(argv[1]);
    int sum = 0;
    for (int round = 0; round < count; round++) {
        sum += sieve(50000);
        int* numbers = calloc(500, sizeof *numbers);
        int seed = 74755;
        for (int i = 0; i < 500; i++) {
            seed = (seed * 1309 + 13849) & 65535;
            numbers[i] = seed;
        }
        sort(numbers, 500);
        sum += numbers[round % 500];
        free(numbers);
    }
    printf("%d\n", sum);
    return argc < 2;
}
