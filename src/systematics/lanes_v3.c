/* lanes_v3.c - FAIR Universe events on x86-64-v3. */
#if defined(__x86_64__)
#define HIGGSML_RUN fairu_higgsml__run_v3
#include "systematics/higgsml_body.h"
#else
typedef int fairu_lanes_v3; /* a file must not be empty */
#endif
