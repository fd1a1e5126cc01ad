/* format_custom.c: C#'s custom formats of numbers: pictures such as 0.00, #,##0.#, 0.0E+00, +0;-0;zero.
 *
 * A picture has up to three sections, for positive numbers, negative ones and zero. It is read twice: once for its shape,
 * to which the number is rounded, and once to write. Every placeholder (0 or #) has a place, counted from the point: 1 for
 * units, 0 for tenths. Digits with higher places than the picture has are written where its first placeholder stands. */
#include "format.h"

typedef enum piece_kind {
    PIECE_END,
    PIECE_ZERO,
    PIECE_DIGIT,
    PIECE_POINT,
    PIECE_COMMA,
    PIECE_PERCENT,
    PIECE_PERMILLE,
    PIECE_EXPONENT,
    PIECE_TEXT
} piece_kind;

/* A part of a picture that means one thing. */
typedef struct piece {
    piece_kind kind;
    /* As it stands in the picture, of quoted text what the quotes hold. */
    const char* bytes;
    size_t length;
} piece;

typedef struct picture {
    const char* at;
    const char* end;
} picture;

/* E0, E+0 or E-0 and more zeros; the length, or 0. */
static size_t exponent_length(const char* p, const char* end) {
    const char* zeros = p + 1;
    if (zeros < end && (*zeros == '+' || *zeros == '-')) {
        zeros++;
    }
    const char* q = zeros;
    while (q < end && *q == '0') {
        q++;
    }
    return q > zeros ? (size_t)(q - p) : 0;
}

static piece next_piece(picture* rest) {
    const char* p = rest->at;
    if (p == rest->end || *p == ';') {
        return (piece){PIECE_END, p, 0};
    }
    piece one = {PIECE_TEXT, p, 1};
    rest->at++;
    switch (*p) {
        case '0': one.kind = PIECE_ZERO; return one;
        case '#': one.kind = PIECE_DIGIT; return one;
        case '.': one.kind = PIECE_POINT; return one;
        case ',': one.kind = PIECE_COMMA; return one;
        case '%': one.kind = PIECE_PERCENT; return one;
        case '\'':
        case '"':
            one.bytes = rest->at;
            while (rest->at < rest->end && *rest->at != *p) {
                rest->at++;
            }
            one.length = (size_t)(rest->at - one.bytes);
            rest->at += rest->at < rest->end;
            return one;
        case '\\':
            one.bytes = rest->at;
            one.length = rest->at < rest->end;
            rest->at += one.length;
            return one;
        case 'E':
        case 'e':
            if (exponent_length(p, rest->end) != 0) {
                one.kind = PIECE_EXPONENT;
                one.length = exponent_length(p, rest->end);
                rest->at = p + one.length;
            }
            return one;
        default:
            if (rest->end - p >= 3 && memcmp(p, "\xE2\x80\xB0", 3) == 0) {
                one.kind = PIECE_PERMILLE;
                one.length = 3;
                rest->at = p + 3;
            }
            return one;
    }
}

/* Section `number`, or the first one if that is not there or empty. */
static picture find_section(DR_BORROW const char* format, int number) {
    picture first = {format, format + dr_string_length(format)};
    picture section = first;
    for (int i = 0; i < number; i++) {
        while (next_piece(&section).kind != PIECE_END) {
        }
        if (section.at == section.end) {
            return first;
        }
        section.at++;
    }
    return section.at == section.end || *section.at == ';' ? first : section;
}

typedef struct shape {
    /* Placeholders, and how many of them stand before the point. */
    int places;
    int whole;
    /* The highest and the lowest place that is written as 0 where the number has no digit. */
    int first_zero;
    int last_zero;
    /* The point is moved to the right by so many digits. */
    int shift;
    bool is_grouped;
    bool is_scientific;
} shape;

/* Commas right before the point, and there alone, divide by a thousand; others ask for groups. */
static shape shape_of(picture section) {
    shape s = {0, -1, 0, 0, 0, false, false};
    int first_zero = -1;
    int last_zero = 0;
    int comma_place = -1;
    int commas = 0;
    for (piece p = next_piece(&section); p.kind != PIECE_END; p = next_piece(&section)) {
        switch (p.kind) {
            case PIECE_ZERO:
                first_zero = first_zero < 0 ? s.places : first_zero;
                last_zero = ++s.places;
                break;
            case PIECE_DIGIT: s.places++; break;
            case PIECE_POINT: s.whole = s.whole < 0 ? s.places : s.whole; break;
            case PIECE_COMMA:
                if (s.places > 0 && s.whole < 0) {
                    s.is_grouped = s.is_grouped || (commas > 0 && comma_place != s.places);
                    commas = comma_place == s.places ? commas + 1 : 1;
                    comma_place = s.places;
                }
                break;
            case PIECE_PERCENT: s.shift += 2; break;
            case PIECE_PERMILLE: s.shift += 3; break;
            case PIECE_EXPONENT: s.is_scientific = true; break;
            case PIECE_TEXT:
            case PIECE_END: break;
        }
    }
    s.whole = s.whole < 0 ? s.places : s.whole;
    if (commas > 0 && comma_place == s.whole) {
        s.shift -= 3 * commas;
    } else {
        s.is_grouped = s.is_grouped || commas > 0;
    }
    s.first_zero = first_zero >= 0 && first_zero < s.whole ? s.whole - first_zero : 0;
    s.last_zero = last_zero > s.whole ? s.whole - last_zero : 0;
    return s;
}

/* Moves the point and rounds to what the shape shows. */
static void fit_digits(dri_digits* d, const shape* s) {
    if (d->count != 0) {
        d->scale += s->shift;
        dri_round_digits(d, s->is_scientific ? s->places : d->scale + s->places - s->whole);
    }
}

typedef struct layout {
    const dri_digits* d;
    const shape* s;
    dri_writer* w;
    /* Of the next digit to write. */
    int place;
    /* Which digit of the number that is; below 0 there is none yet. */
    int index;
    bool has_point;
    bool has_exponent;
} layout;

static void put_digit(layout* l, char digit) {
    dri_put(l->w, digit);
    if (l->s->is_grouped && l->place > 1 && l->place % 3 == 1) {
        dri_put(l->w, ',');
    }
}

/* The digits in front of the first place of the picture. */
static void put_surplus(layout* l) {
    while (!l->s->is_scientific && l->place > l->s->whole) {
        put_digit(l, dri_digit(l->d, l->index++));
        l->place--;
    }
}

static void put_placeholder(layout* l) {
    put_surplus(l);
    bool is_shown = l->index < 0              ? l->place <= l->s->first_zero
                    : l->index >= l->d->count ? l->place > l->s->last_zero
                                              : true;
    if (is_shown) {
        put_digit(l, dri_digit(l->d, l->index));
    }
    l->index++;
    l->place--;
}

static void put_point(layout* l) {
    put_surplus(l);
    int next = l->index > 0 ? l->index : 0;
    bool is_shown = l->s->last_zero < 0 || (l->s->whole < l->s->places && next < l->d->count);
    if (l->place == 0 && !l->has_point && is_shown) {
        dri_put(l->w, '.');
        l->has_point = true;
    }
}

/* Only the first one counts; others are text. */
static void put_picture_exponent(layout* l, const piece* p) {
    if (l->has_exponent) {
        dri_put_bytes(l->w, p->bytes, p->length);
        return;
    }
    l->has_exponent = true;
    bool has_sign = p->bytes[1] != '0';
    int zeros = (int)p->length - (has_sign ? 2 : 1);
    int exponent = l->d->count != 0 ? l->d->scale - l->s->whole : 0;
    dri_put_exponent(l->w, p->bytes[0], exponent, zeros < 10 ? zeros : 10, p->bytes[1] == '+');
}

static void put_section(dri_writer* w, const dri_digits* d, const shape* s, picture section) {
    layout l = {d, s, w, s->whole, 0, false, false};
    if (!s->is_scientific) {
        l.place = d->scale > s->whole ? d->scale : s->whole;
        l.index = d->scale > s->whole ? 0 : d->scale - s->whole;
    }
    for (piece p = next_piece(&section); p.kind != PIECE_END; p = next_piece(&section)) {
        switch (p.kind) {
            case PIECE_ZERO:
            case PIECE_DIGIT: put_placeholder(&l); break;
            case PIECE_POINT: put_point(&l); break;
            case PIECE_EXPONENT: put_picture_exponent(&l, &p); break;
            case PIECE_PERCENT:
            case PIECE_PERMILLE:
            case PIECE_TEXT: dri_put_bytes(w, p.bytes, p.length); break;
            case PIECE_COMMA:
            case PIECE_END: break;
        }
    }
}

DR_OWN char* dri_format_custom(dri_digits* d, DR_BORROW const char* format) {
    dri_writer w = {NULL, 0, {0}};
    picture section = find_section(format, d->count == 0 ? 2 : d->is_negative ? 1 : 0);
    shape s = shape_of(section);
    bool was_zero = d->count == 0;
    fit_digits(d, &s);
    if (d->count == 0 && !was_zero) {
        picture zero = find_section(format, 2);
        if (zero.at != section.at) {
            section = zero;
            s = shape_of(section);
        }
    }
    bool has_sign = d->is_negative && section.at == format;
    if (has_sign) {
        dri_put(&w, '-');
    }
    put_section(&w, d, &s, section);
    /* A negative zero of which nothing is shown has no sign either. */
    bool is_nothing = has_sign && d->count == 0 && w.flushed == NULL && w.count == 1;
    return is_nothing ? dr_empty_string : dri_written(&w);
}
