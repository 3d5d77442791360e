/* kernels_v3.c - kernels for x86-64-v3: AVX2 and FMA, 16 registers of 32 bytes. */
#include "numeric/kernels_levels.h"

#if defined(__x86_64__)
#define VECTOR_BYTES 32
#define TILE_VECTORS 2
#define TILE_OUTPUTS 6
#define KERNELS_TABLE fairu_kernels__v3
#define KERNELS_NAME "x86-64-v3"
#include "numeric/kernels_body.h"
#endif
