/* kernels_v4.c - kernels for x86-64-v4: AVX-512, 32 registers of 64 bytes. */
#include "numeric/kernels_levels.h"

#if defined(__x86_64__)
#define VECTOR_BYTES 64
#define TILE_VECTORS 4
#define TILE_OUTPUTS 6
#define KERNELS_TABLE fairu_kernels__v4
#define KERNELS_NAME "x86-64-v4"
#include "numeric/kernels_body.h"
#endif
