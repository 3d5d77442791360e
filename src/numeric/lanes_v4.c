/* lanes_v4.c - deviates of rows on x86-64-v4. */
#if defined(__x86_64__)
#define NORMAL_KERNEL fairu_normal__v4
#include "numeric/normal_body.h"
#else
typedef int fairu_numeric_lanes_v4; /* a file must not be empty */
#endif
