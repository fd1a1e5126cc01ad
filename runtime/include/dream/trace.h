/* trace.h: the shadow stack behind call stacks, in programs compiled with -g or --debug-memory.
 *
 * A function that calls others begins with DR_FRAME, which takes its number: how many frames are below. In front of a
 * call it notes the place of the call, and behind the call it is on top again, whatever the callee left. A function
 * that calls nothing does nothing. Without these marks dri_frame stays 0 and a trace is the place of the throw alone. */
#ifndef DREAM_TRACE_H
#define DREAM_TRACE_H

/* Of deeper stacks the innermost frames are known. */
#define DR_TRACE_FRAMES 4096u

extern DR_THREAD_LOCAL const char* dri_sites[DR_TRACE_FRAMES];
extern DR_THREAD_LOCAL uint32_t dri_frame;

#define DR_FRAME const uint32_t dr_frame = dri_frame
#define DR_CALL_SITE(text) ((void)(dri_sites[dr_frame % DR_TRACE_FRAMES] = (text), dri_frame = dr_frame + 1))
#define DR_CALLED ((void)(dri_frame = dr_frame))

#endif
