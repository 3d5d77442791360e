/* lanes_v4.c - deviates of rows, and steps of hidden layers, on x86-64-v4. */
#if defined(__x86_64__)
#define NORMAL_KERNEL fairu_normal__v4
#include "numeric/normal_body.h"
#define HIDDEN_KERNELS fairu_hidden__v4
#include "numeric/hidden_kernels.h"
#else
typedef int fairu_numeric_lanes_v4; /* a file must not be empty */
#endif
