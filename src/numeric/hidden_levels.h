/* hidden_levels.h - the tables of hidden.h, by instruction set. */
#ifndef FAIRU_NUMERIC_HIDDEN_LEVELS_H
#define FAIRU_NUMERIC_HIDDEN_LEVELS_H

#include "numeric/hidden.h"

extern const fairu_hidden_kernels fairu_hidden__generic;
#if defined(__x86_64__)
extern const fairu_hidden_kernels fairu_hidden__v3, fairu_hidden__v4;
#endif

#endif /* FAIRU_NUMERIC_HIDDEN_LEVELS_H */
