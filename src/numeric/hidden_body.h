/* hidden_body.h - steps of hidden.h for one number type REAL; STEP(name) names a function. Plain loops: the compiler makes vectors of
 * them. */

enum { STEP(accumulators) = 16 };

static REAL STEP(add_up)(const REAL part[STEP(accumulators)])
{
  REAL eight[8];
  for (size_t k = 0; k < 8; k++)
    eight[k] = part[k] + part[k + 8];
  return ((eight[0] + eight[4]) + (eight[2] + eight[6])) + ((eight[1] + eight[5]) + (eight[3] + eight[7]));
}

/* Lanes that do not count are 0. */
static REAL STEP(sum)(const REAL *restrict x)
{
  REAL part[STEP(accumulators)] = { 0 };
  for (size_t lane = 0; lane < FAIRU_LANES; lane += STEP(accumulators))
    for (size_t k = 0; k < STEP(accumulators); k++)
      part[k] += x[lane + k];
  return STEP(add_up)(part);
}

static REAL STEP(product)(const REAL *restrict x, const REAL *restrict y)
{
  REAL part[STEP(accumulators)] = { 0 };
  for (size_t lane = 0; lane < FAIRU_LANES; lane += STEP(accumulators))
    for (size_t k = 0; k < STEP(accumulators); k++)
      part[k] += x[lane + k] * y[lane + k];
  return STEP(add_up)(part);
}

static void STEP(mark)(size_t n_lanes, REAL counts[FAIRU_LANES])
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    counts[lane] = lane < n_lanes ? 1 : 0;
}

static void STEP(normalise)(size_t n_lanes, size_t n_units, const REAL *gain, const REAL *bias,
                            REAL *restrict x, REAL *restrict normal, REAL *inverse, REAL *moments,
                            REAL *spreads)
{
  const REAL n = (REAL)n_lanes;
  REAL counts[FAIRU_LANES];
  STEP(mark)(n_lanes, counts);
  for (size_t u = 0; u < n_units; u++, x += FAIRU_LANES, normal += FAIRU_LANES) {
    const REAL mean = STEP(product)(x, counts) / n;
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      normal[lane] = (x[lane] - mean) * counts[lane];
    const REAL variance = STEP(product)(normal, normal) / n;
    inverse[u] = (REAL)(1.0 / sqrt((double)variance + FAIRU_NORM_EPSILON));
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      normal[lane] *= inverse[u];
      x[lane] = gain[u] * normal[lane] + bias[u];
    }
    if (n_lanes > 1) { /* one event has no spread */
      moments[u] += n * (mean - bias[u]);
      spreads[u] += n * (variance * n / (n - 1));
    }
  }
}

static void STEP(normalise_back)(size_t n_lanes, size_t n_units, const REAL *gain,
                                 const REAL *restrict normal, const REAL *inverse, REAL *restrict d,
                                 REAL *d_gain, REAL *d_bias)
{
  const REAL n = (REAL)n_lanes;
  REAL counts[FAIRU_LANES];
  STEP(mark)(n_lanes, counts);
  for (size_t u = 0; u < n_units; u++, d += FAIRU_LANES, normal += FAIRU_LANES) {
    const REAL factor = gain[u] * inverse[u], along = STEP(product)(d, normal), sum = STEP(sum)(d);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] = factor * (d[lane] - sum / n - normal[lane] * (along / n)) * counts[lane];
    if (d_gain) {
      d_gain[u] += along;
      d_bias[u] += sum;
    }
  }
}

static void STEP(drop)(size_t n, const REAL *restrict keep, REAL *restrict x)
{
  for (size_t i = 0; i < n; i++)
    x[i] *= keep[i];
}
