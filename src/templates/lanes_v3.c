/* lanes_v3.c - rows of surfaces on x86-64-v3. */
#if defined(__x86_64__)
#define VECTOR_BYTES 32
#define BLEND_RUN fairu_blend__run_v3
#include "templates/blend_body.h"
#else
typedef int fairu_template_lanes_v3; /* a file must not be empty */
#endif
