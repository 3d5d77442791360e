/* lanes_generic.c - rows of surfaces on any machine. */
#define VECTOR_BYTES 16
#define BLEND_RUN fairu_blend__run_generic
#include "templates/blend_body.h"
