/* lanes_generic.c - deviates of rows, and steps of hidden layers, on any machine. */
#define NORMAL_KERNEL fairu_normal__generic
#include "numeric/normal_body.h"
#define HIDDEN_KERNELS fairu_hidden__generic
#include "numeric/hidden_kernels.h"
