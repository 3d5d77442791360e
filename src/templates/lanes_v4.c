/* lanes_v4.c - rows of surfaces on x86-64-v4. */
#if defined(__x86_64__)
#define VECTOR_BYTES 64
#define BLEND_RUN fairu_blend__run_v4
#include "templates/blend_body.h"
#else
typedef int fairu_template_lanes_v4; /* a file must not be empty */
#endif
