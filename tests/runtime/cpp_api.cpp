// cpp_api.cpp: the documented API from C++: owners that retain and release, strings, arrays, objects and pools shared
// between them, NULLs included. A program of its own, linked with the runtime as C compiled it; status 0 when all is well.
#include <dream.h>

#include <cstdio>
#include <cstring>
#include <utility>

static int failures;

static void check(bool condition, const char* what) {
    if (!condition) {
        std::fprintf(stderr, "failed: %s\n", what);
        failures++;
    }
}
#define CHECK(condition) check((condition), #condition)

// One unit of a string, as a value.
class Text {
public:
    explicit Text(const char* content = nullptr) : text_(dr_alloc_string(content)) {}
    Text(const Text& other) : text_(dr_retain_string(other.text_)) {}
    Text(Text&& other) noexcept : text_(other.text_) { other.text_ = nullptr; }
    ~Text() { dr_release_string(text_); }
    Text& operator=(Text other) {
        std::swap(text_, other.text_);
        return *this;
    }
    friend Text operator+(const Text& a, const Text& b) {
        Text sum{Empty{}};
        sum.text_ = dr_string_concat(a.text_, b.text_);
        return sum;
    }
    const char* c_str() const { return text_; }

private:
    struct Empty {};
    explicit Text(Empty) : text_(nullptr) {}
    char* text_;
};

struct Person {
    int ref_count;
    char* name;
    int age;
};

static Person* person_new(char* name, int age) {
    auto* person = static_cast<Person*>(dr_alloc_object(sizeof(Person)));
    person->name = dr_retain_string(name);
    person->age = age;
    return person;
}

static void person_release(Person* person) {
    if (--person->ref_count == 0) {
        dr_release_string(person->name);
        dr_release_object(person);
    }
}

static void strings() {
    Text hello("Hello");
    Text copy = hello;
    CHECK(copy.c_str() == hello.c_str());
    copy = copy + Text(" ") + Text("World");
    CHECK(std::strcmp(copy.c_str(), "Hello World") == 0 && std::strcmp(hello.c_str(), "Hello") == 0);
    Text moved = std::move(copy);
    CHECK(copy.c_str() == nullptr);
    CHECK(std::strcmp(Text().c_str(), "") == 0);
    CHECK(std::strcmp((Text(std::move(moved)) + copy).c_str(), "Hello World") == 0);
}

static void arrays() {
    auto* numbers = static_cast<int*>(dr_alloc_array(sizeof(int), 5));
    auto* shared = static_cast<int*>(dr_retain_array(numbers));
    CHECK(shared == numbers && numbers[4] == 0);
    numbers[4] = 5;
    dr_release_array(numbers);
    CHECK(shared[4] == 5);
    dr_release_array(shared);
    struct Wide {
        double x[5];
    };
    auto* wide = static_cast<Wide*>(dr_alloc_array(sizeof(Wide), 1000));
    wide[999].x[4] = 1;
    dr_release_array(wide);
    dr_release_array(dr_alloc_array(0, 0));
}

static void objects() {
    char* name = dr_alloc_string("Alice");
    Person* person = person_new(name, 30);
    dr_release_string(name);
    auto* same = static_cast<Person*>(dr_retain_object(person));
    CHECK(same->ref_count == 2 && same->age == 30 && std::strcmp(same->name, "Alice") == 0);
    person_release(person);
    CHECK(dr_memory_live_objects() == 2);
    person_release(same);
}

static void pools() {
    struct Particle {
        float x, y;
        Particle* next;
    };
    dr_pool_t* pool = dr_create_pool(sizeof(Particle));
    Particle* all = nullptr;
    for (int i = 0; i < 10000; i++) {
        auto* particle = static_cast<Particle*>(dr_pool_alloc(pool));
        *particle = {float(i), 0, all};
        all = particle;
    }
    for (int i = 0; i < 5000; i++) {
        Particle* next = all->next;
        dr_pool_free(pool, all);
        all = next;
    }
    CHECK(all->x == 4999);
    dr_pool_free(pool, nullptr);
    CHECK(dr_memory_live_objects() == 0);
    dr_destroy_pool(pool);
    dr_destroy_pool(nullptr);
}

int main() {
    strings();
    arrays();
    objects();
    pools();
    CHECK(dr_retain_string(nullptr) == nullptr && dr_retain_array(nullptr) == nullptr);
    CHECK(dr_retain_object(nullptr) == nullptr);
    dr_release_string(nullptr);
    dr_release_array(nullptr);
    dr_release_object(nullptr);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0 && dr_memory_live_bytes() == 0);
    return failures != 0;
}
