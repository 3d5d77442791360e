/* kernels_generic.c - kernels for any CPU: vectors of 16 bytes, as every 64-bit CPU has. */
#define VECTOR_BYTES 16
#define TILE_VECTORS 2
#define TILE_OUTPUTS 6
#define KERNELS_TABLE fairu_kernels__generic
#define KERNELS_NAME "generic"
#include "numeric/kernels_body.h"
