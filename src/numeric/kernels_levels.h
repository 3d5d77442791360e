/* kernels_levels.h - the tables of kernels, one per instruction set. */
#ifndef FAIRU_NUMERIC_KERNELS_LEVELS_H
#define FAIRU_NUMERIC_KERNELS_LEVELS_H

#include "numeric/kernels.h"

extern const fairu_kernels fairu_kernels__generic;
#if defined(__x86_64__)
extern const fairu_kernels fairu_kernels__v3, fairu_kernels__v4;
#endif

/* Table of a level of fairu_context__kernel_level. */
const fairu_kernels *fairu_kernels__at(int level);

#endif /* FAIRU_NUMERIC_KERNELS_LEVELS_H */
