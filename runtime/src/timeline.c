/* timeline.c: the allocations of a debug build in the order in which they happened, for speedscope.app.
 *
 * DREAM_MEMORY_REPORT=x.speedscope.json asks for it: a "sampled" profile whose samples are allocations, weighted in
 * bytes, their stack the site and, as the leaf, the type. [thinning] The first so many allocations have a sample each; when
 * the buffer is full, neighbours are joined in pairs under the larger one's name, and from then on twice as many bytes
 * must pass before the next sample. So the weights always add up to all the bytes that were ever allocated. */
#include "internal.h"

#if DR_DEBUG_MEMORY

#include <inttypes.h>

enum { MOST_SAMPLES = 1 << 14 };

typedef struct sample {
    const char* site;
    uint32_t type_id;
    int64_t bytes;
} sample;

static DR_THREAD_LOCAL enum { UNDECIDED, OFF, ON } timeline;
static DR_THREAD_LOCAL sample samples[MOST_SAMPLES];
static DR_THREAD_LOCAL size_t sample_count;
/* Bytes that a sample stands for at least, and those since the last one. */
static DR_THREAD_LOCAL int64_t sample_step;
static DR_THREAD_LOCAL int64_t sample_waiting;

bool dri_is_timeline(const char* path) {
    static const char suffix[] = ".speedscope.json";
    size_t length = path != NULL ? strlen(path) : 0;
    return length >= sizeof suffix - 1 && strcmp(path + length - (sizeof suffix - 1), suffix) == 0;
}

static void join_pairs(void) {
    for (size_t i = 0; i < MOST_SAMPLES / 2; i++) {
        const sample* a = &samples[2 * i];
        const sample* b = &samples[2 * i + 1];
        sample joined = a->bytes > b->bytes ? *a : *b;
        joined.bytes = a->bytes + b->bytes;
        samples[i] = joined;
    }
    sample_count = MOST_SAMPLES / 2;
    sample_step = sample_step == 0 ? 64 : sample_step * 2;
}

void dri_timeline_add(uint32_t type_id, size_t bytes) {
    if (timeline == UNDECIDED) {
        timeline = dri_is_timeline(getenv("DREAM_MEMORY_REPORT")) ? ON : OFF;
    }
    if (timeline == OFF) {
        return;
    }
    sample_waiting += (int64_t)bytes;
    if (sample_waiting < sample_step) {
        return;
    }
    if (sample_count == MOST_SAMPLES) {
        join_pairs();
    }
    samples[sample_count++] = (sample){dri_site, type_id, sample_waiting};
    sample_waiting = 0;
}

/* ---- the file ---- */

/* Sites and types that occur, each once: the sites first. */
typedef struct frame_list {
    dri_site_table sites;
    uint32_t site_frame[DRI_MOST_SITES];
    uint32_t type_frame[DR_TYPE_MASK + 1];
    uint32_t count;
} frame_list;

static DR_THREAD_LOCAL frame_list frames;

static void write_frame(FILE* out, const char* name) {
    fputs(frames.count++ == 0 ? "\n  {\"name\": " : ",\n  {\"name\": ", out);
    dri_write_text(out, name);
    fputs("}", out);
}

static void write_frames(FILE* out) {
    for (size_t i = 0; i < sample_count; i++) {
        dri_site_add(&frames.sites, 0, samples[i].site, samples[i].bytes);
    }
    for (size_t i = 0; i < DRI_MOST_SITES; i++) {
        const dri_site_row* row = &frames.sites.rows[i];
        if (row->count != 0) {
            frames.site_frame[i] = frames.count;
            write_frame(out, row->site);
        }
    }
    memset(frames.type_frame, 0xFF, sizeof frames.type_frame);
    for (size_t i = 0; i < sample_count; i++) {
        uint32_t id = samples[i].type_id;
        if (frames.type_frame[id] == UINT32_MAX) {
            frames.type_frame[id] = frames.count;
            write_frame(out, dri_type_name(id));
        }
    }
}

void dri_write_timeline(FILE* out) {
    int64_t total = 0;
    /* The first allocation has a sample of its own, so there is one that what waits can join. */
    if (sample_waiting != 0) {
        samples[sample_count - 1].bytes += sample_waiting;
        sample_waiting = 0;
    }
    fputs("{\"$schema\": \"https://www.speedscope.app/file-format-schema.json\",\n\"exporter\": \"dreamc\",\n"
          "\"name\": \"Dream allocations\",\n\"activeProfileIndex\": 0,\n\"shared\": {\"frames\": [",
          out);
    write_frames(out);
    fputs("\n]},\n\"profiles\": [{\"type\": \"sampled\", \"name\": \"allocated bytes\", \"unit\": \"bytes\",\n"
          "\"samples\": [",
          out);
    for (size_t i = 0; i < sample_count; i++) {
        size_t site = dri_site_find(&frames.sites, 0, samples[i].site);
        fprintf(out, "%s[%" PRIu32 ",%" PRIu32 "]", i == 0 ? "" : ",\n  ", frames.site_frame[site],
                frames.type_frame[samples[i].type_id]);
    }
    fputs("],\n\"weights\": [", out);
    for (size_t i = 0; i < sample_count; i++) {
        fprintf(out, "%s%" PRId64, i == 0 ? "" : ",", samples[i].bytes);
        total += samples[i].bytes;
    }
    fprintf(out, "],\n\"startValue\": 0, \"endValue\": %" PRId64 "}]}\n", total);
}

#endif
