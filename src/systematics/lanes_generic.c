/* lanes_generic.c - FAIR Universe events on any machine. */
#define HIGGSML_RUN fairu_higgsml__run_generic
#include "systematics/higgsml_body.h"
