/* lanes_generic.c - deviates of rows on any machine. */
#define NORMAL_KERNEL fairu_normal__generic
#include "numeric/normal_body.h"
