/* kernels_lanes.h - part of kernels_body.h: events into lanes, checked and standardised. */

/* Rows of four events to columns of four lanes, n inputs at least 4: the last four may overlap others. */
INLINE void four_events(const float *const *rows, size_t n, float *out)
{
  for (size_t i = 0; i < n; i += 4) {
    const size_t at = i + 4 <= n ? i : n - 4;
    v4 x[4];
#pragma GCC unroll 4
    for (size_t l = 0; l < 4; l++)
      x[l] = *(const v4_in_memory *)(rows[l] + at);
    const v4 ab = __builtin_shufflevector(x[0], x[1], 0, 4, 1, 5);
    const v4 cd = __builtin_shufflevector(x[2], x[3], 0, 4, 1, 5);
    const v4 ef = __builtin_shufflevector(x[0], x[1], 2, 6, 3, 7);
    const v4 gh = __builtin_shufflevector(x[2], x[3], 2, 6, 3, 7);
    *(v4_in_memory *)(out + at * FAIRU_LANES) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(v4_in_memory *)(out + (at + 1) * FAIRU_LANES) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(v4_in_memory *)(out + (at + 2) * FAIRU_LANES) = __builtin_shufflevector(ef, gh, 0, 1, 4, 5);
    *(v4_in_memory *)(out + (at + 3) * FAIRU_LANES) = __builtin_shufflevector(ef, gh, 2, 3, 6, 7);
  }
}

static void rows_to_lanes(const float *const *rows, size_t lanes, size_t n, float *out)
{
  size_t lane = 0;
  for (; n >= 4 && lane + 4 <= lanes; lane += 4)
    four_events(rows + lane, n, out + lane);
  for (; lane < lanes; lane++)
    for (size_t i = 0; i < n; i++)
      out[i * FAIRU_LANES + lane] = rows[lane][i];
  for (size_t i = 0; lanes < FAIRU_LANES && i < n; i++)
    memset(out + i * FAIRU_LANES + lanes, 0, (FAIRU_LANES - lanes) * sizeof *out);
}

static int all_finite(const float *x, size_t n)
{
  int32_t bad = 0;
  for (size_t i = 0; i < n; i++) {
    int32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bad |= (bits & 0x7f800000) == 0x7f800000;
  }
  return !bad;
}

static void standardise(const double *offset, const double *scale, size_t n, float *x)
{
  for (size_t i = 0; i < n; i++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      x[i * FAIRU_LANES + lane] = (float)(((double)x[i * FAIRU_LANES + lane] - offset[i]) * scale[i]);
}
