/* hidden_kernels.h - the table of hidden.h; included once per instruction set with HIDDEN_KERNELS as its name. */
#include <math.h>
#include <string.h>

#include "numeric/hidden_levels.h"

#define REAL float
#define STEP(name) hidden_##name
#include "numeric/hidden_body.h"

/* ---- Philox4x32-10 (philox.c) on all lanes at once --------------------------------------------------------- */

typedef struct lane_counters {
  uint32_t c0[FAIRU_LANES], c1[FAIRU_LANES], c2[FAIRU_LANES], c3[FAIRU_LANES];
} lane_counters;

static void philox_round(lane_counters *restrict c, uint32_t k0, uint32_t k1)
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    const uint64_t p0 = (uint64_t)0xd2511f53u * c->c0[lane], p1 = (uint64_t)0xcd9e8d57u * c->c2[lane];
    c->c0[lane] = (uint32_t)(p1 >> 32) ^ c->c1[lane] ^ k0;
    c->c1[lane] = (uint32_t)p1;
    c->c2[lane] = (uint32_t)(p0 >> 32) ^ c->c3[lane] ^ k1;
    c->c3[lane] = (uint32_t)p0;
  }
}

static void decide(const uint32_t *restrict words, int shift, uint32_t below, float scale,
                   float *restrict keep)
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    keep[lane] = (words[lane] >> shift & 0xffffu) < below ? 0.0F : scale;
}

static void draw(uint64_t key, const uint32_t *rows, size_t n_units, uint32_t below, float scale, float *keep)
{
  lane_counters c;
  const uint32_t *const words[4] = { c.c0, c.c1, c.c2, c.c3 };
  for (size_t first = 0; first < n_units; first += 8) {
    memset(&c, 0, sizeof c);
    memcpy(c.c0, rows, sizeof c.c0);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      c.c1[lane] = (uint32_t)(first / 8);
    for (uint32_t round = 0; round < 10; round++)
      philox_round(&c, (uint32_t)key + round * 0x9e3779b9u, (uint32_t)(key >> 32) + round * 0xbb67ae85u);
    for (size_t k = 0; k < 8 && first + k < n_units; k++)
      decide(words[k / 2], 16 * (int)(k % 2), below, scale, keep + (first + k) * FAIRU_LANES);
  }
}

const fairu_hidden_kernels HIDDEN_KERNELS = { { hidden_normalise, hidden_normalise_back, hidden_drop },
                                              draw };
