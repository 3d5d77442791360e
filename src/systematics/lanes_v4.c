/* lanes_v4.c - FAIR Universe events on x86-64-v4. */
#if defined(__x86_64__)
#define HIGGSML_RUN fairu_higgsml__run_v4
#include "systematics/higgsml_body.h"
#else
typedef int fairu_lanes_v4; /* a file must not be empty */
#endif
